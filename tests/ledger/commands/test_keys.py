from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from typing_extensions import override

from keys.algorithms import ESP256, ML_DSA_44, PublicKey
from keys.errors import TrustListError
from keys.signer import MemorySigner
from keys.trust_document import read
from keys.trust_judgement import Finding, KeyNote, KeyReason, Signed, judge
from keys.trust_list import KeyState, Root, jwks
from keys.trust_update import accept_all
from ledger.commands import keys
from ledger.commands.key_board import KeyBoard
from ledger.errors import ConflictError, RefusedError
from ledger.facts import Act, Change
from ledger.records import trust_list
from tests_support.key_office import DAY, LIST_ID, START, Office, documents
from tests_support.memory_facts import MemoryFacts


@pytest.fixture
def office() -> Office:
    return Office()


def states(office: Office) -> list[KeyState]:
    return [key.state for key in keys.list_keys(facts=office.facts)]


def test_a_first_start_makes_activates_and_publishes(office: Office) -> None:
    public = office.started()
    current = keys.current_trust_list(facts=office.facts)
    assert current is not None
    assert read(current.document, office.root, at=START) == current.trust
    trusted = current.trust.key_by_short_kid(public.short_kid)
    assert trusted is not None
    assert trusted.state is KeyState.ACTIVE
    in_use = office.board.in_use(office.facts, use=1, issuer="MOJ", at=START)
    assert in_use == trusted
    assert public.verify(office.keyring.sign(in_use.public.kid, b"intent"), b"intent")


def test_there_is_no_list_before_the_first(office: Office) -> None:
    assert keys.current_trust_list(facts=office.facts) is None
    assert keys.list_keys(facts=office.facts) == ()


def test_the_first_list_needs_its_officers(office: Office) -> None:
    with pytest.raises(RefusedError) as refused:
        office.publish(root=None)
    assert refused.value.rule == "root_missing"


def test_a_key_and_its_registration_are_one_append(office: Office) -> None:
    public = office.create()
    assert keys.key_history(facts=office.facts, kid=public.kid).version == 1
    assert office.facts.history(keys.TRUST_LIST_STREAM).version == 1
    with pytest.raises(RefusedError):
        office.create(sign_until=START - DAY)
    assert office.facts.head() == 2


def test_a_key_signs_after_its_notice_and_not_before(office: Office) -> None:
    office.started()
    successor = office.create()
    with pytest.raises(RefusedError) as refused:
        office.activate(successor.kid, START + 20 * DAY)
    assert refused.value.rule == "signing_key_not_published"
    office.publish(START + DAY)
    published = START.replace(microsecond=0) + DAY
    with pytest.raises(RefusedError) as refused:
        office.activate(successor.kid, published + 7 * DAY - timedelta(seconds=1))
    assert refused.value.rule == "signing_key_notice"
    office.activate(successor.kid, published + 7 * DAY)
    assert states(office) == [KeyState.ACTIVE, KeyState.ACTIVE]


def test_several_keys_are_activated_together_or_none_of_them(office: Office) -> None:
    office.started()
    kids = [office.create().kid for _ in range(2)]
    office.publish(START + DAY)
    late = office.create().kid
    act = office.act(START + 9 * DAY)
    with pytest.raises(RefusedError) as refused:
        keys.activate_all(facts=office.facts, act=act, kids=[*kids, late])
    assert refused.value.rule == "signing_key_not_published"
    assert states(office) == [KeyState.ACTIVE, *[KeyState.PENDING] * 3]
    keys.activate_all(facts=office.facts, act=act, kids=kids)
    assert states(office) == [*[KeyState.ACTIVE] * 3, KeyState.PENDING]


def test_a_list_that_lives_longer_asks_for_longer_notice(office: Office) -> None:
    public = office.create()
    office.publish(lifetime=30 * DAY)
    with pytest.raises(RefusedError) as refused:
        office.activate(public.kid, START + 59 * DAY)
    assert refused.value.rule == "signing_key_notice"
    office.activate(public.kid, START + 60 * DAY)


def test_before_any_list_the_plain_notice_is_asked_for(office: Office) -> None:
    public = office.create()
    with pytest.raises(RefusedError) as refused:
        office.activate(public.kid, START + 365 * DAY)
    assert refused.value.rule == "signing_key_not_published"


def test_a_rotation_overlaps_and_what_the_old_key_signed_stays_good(office: Office) -> None:
    old = office.started()
    new = keys.rotate(
        facts=office.facts,
        keyring=office.keyring,
        act=office.act(START + DAY),
        kid=old.kid,
        sign_from=START + 8 * DAY,
        sign_until=START + 200 * DAY,
        verify_until=START + 400 * DAY,
    )
    office.publish(START + DAY)
    at = START + 9 * DAY
    assert in_use(office, at) == old
    office.activate(new.kid, at)
    assert in_use(office, at) == new
    keys.retire(facts=office.facts, act=office.act(at), kid=old.kid)
    assert states(office) == [KeyState.RETIRED, KeyState.ACTIVE]
    trust = office.publish(at).trust
    signed = Signed(algorithm=-9, use=1, issuer="MOJ", issued_at=START + 5 * DAY)
    before = judge(trust, trust.by_kid(old.kid), signed, at=at)
    after = judge(trust, trust.by_kid(old.kid), replace(signed, issued_at=at + DAY), at=at)
    assert (before.finding, after.reason) == (Finding.COUNTS, KeyReason.OUTSIDE_WINDOW)


def in_use(office: Office, at: datetime) -> PublicKey:
    return office.board.in_use(office.facts, use=1, issuer="MOJ", at=at).public


def test_a_rotation_that_would_leave_a_gap_is_refused(office: Office) -> None:
    old = office.started()
    with pytest.raises(RefusedError) as refused:
        keys.rotate(
            facts=office.facts,
            keyring=office.keyring,
            act=office.act(START),
            kid=old.kid,
            sign_from=START + 95 * DAY,
            sign_until=START + 200 * DAY,
            verify_until=START + 400 * DAY,
        )
    assert refused.value.rule == "signing_key_gap"


def test_nothing_is_signed_with_a_key_of_another_use_issuer_or_time(office: Office) -> None:
    office.started()
    wrong: list[tuple[int | str, str, datetime]] = [
        (2, "MOJ", START),
        (1, "MOH", START),
        (1, "MOJ", START + 100 * DAY),
        ("checkpoint", "MOJ", START),
    ]
    for use, issuer, at in wrong:
        with pytest.raises(RefusedError) as refused:
            office.board.in_use(office.facts, use=use, issuer=issuer, at=at)
        assert refused.value.rule == "no_signing_key"


def test_a_board_that_came_early_says_what_one_that_came_late_says(office: Office) -> None:
    early, kids = KeyBoard(), [office.started().kid]
    for number in range(3):
        assert early.in_use(office.facts, use=1, issuer="MOJ", at=START).public.kid in kids
        made = office.create(sign_from=START + number * DAY, names=("Mẫu", f"Specimen {number}"))
        office.create(issuer="MOH")
        office.publish(START + number * DAY)
        kids.append(made.kid)
        office.activate(made.kid, START + number * DAY, "specimen")
        for at in (START, START + 2 * DAY, START + 50 * DAY):
            late = KeyBoard().in_use(office.facts, use=1, issuer="MOJ", at=at)
            assert early.in_use(office.facts, use=1, issuer="MOJ", at=at) == late
            assert late == max(
                (
                    key
                    for key in keys.list_keys(facts=office.facts)
                    if key.issuer == "MOJ" and key.state is KeyState.ACTIVE and key.sign_from <= at
                ),
                key=lambda key: key.sign_from,
            )


def test_a_compromise_drill_comes_out_exactly(office: Office) -> None:
    public = office.started()
    leaked, found = START + 2 * DAY, START + 5 * DAY
    keys.declare_compromise(
        facts=office.facts, act=office.act(found), kid=public.kid, since=leaked, reason="stolen"
    )
    trust = office.publish(found).trust
    key = trust.by_kid(public.kid)

    def judged(issued_at: datetime, logged_at: datetime | None) -> tuple[Finding, bool]:
        signed = Signed(-9, 1, "MOJ", issued_at, logged_at)
        judgement = judge(trust, key, signed, at=found)
        return judgement.finding, KeyNote.LATER_COMPROMISED in judgement.notes

    honest = START + DAY
    assert judged(honest, honest) == (Finding.COUNTS, True)
    assert judged(honest, None) == (Finding.CANNOT_TELL, False)
    assert judged(leaked, leaked) == (Finding.DOES_NOT_COUNT, False)
    assert judged(honest, found) == (Finding.DOES_NOT_COUNT, False)
    with pytest.raises(RefusedError):
        in_use(office, found)
    with pytest.raises(RefusedError):
        keys.declare_compromise(
            facts=office.facts, act=office.act(found), kid=public.kid, since=found, reason="no"
        )


def test_a_verifier_follows_every_published_version(office: Office) -> None:
    office.started()
    for day in range(1, 5):
        office.create(START + day * DAY)
        office.publish(START + day * DAY)
    every = documents(office.facts)
    held = read(every[0], office.root)
    current = keys.current_trust_list(facts=office.facts)
    assert current is not None
    assert accept_all(held, every[1:], at=START + 4 * DAY) == current.trust
    assert [key["kid"] for key in jwks(current.trust)["keys"]] == [
        key.public.jwk()["kid"] for key in keys.list_keys(facts=office.facts)
    ]


class OnlyFirst(MemorySigner):
    """Holds the keys of the first officer only."""

    def __init__(self, office: Office) -> None:
        super().__init__()
        first = office.officers[0]
        self.held = {first.classical.kid, first.lasting.kid}
        self.office = office

    @override
    def public(self, kid: bytes) -> PublicKey:
        return self.office.keyring.public(kid) if kid in self.held else super().public(kid)

    @override
    def sign(self, kid: bytes, message: bytes) -> bytes:
        return self.office.keyring.sign(kid, message)


def test_a_version_without_enough_officers_never_becomes_a_fact(office: Office) -> None:
    office.started()
    before = office.facts.head()
    with pytest.raises(RefusedError) as nobody:
        office.publish(START + DAY, signer=MemorySigner())
    assert nobody.value.rule == "no_officer_key"
    with pytest.raises(TrustListError) as refused:
        office.publish(START + DAY, signer=OnlyFirst(office))
    assert refused.value.rule == "old_officers"
    with pytest.raises(TrustListError) as refused:
        office.publish(START + DAY, list_id="another")
    assert refused.value.rule == "other_list"
    assert office.facts.head() == before


def test_officers_change_when_the_old_and_the_new_ones_approve(office: Office) -> None:
    office.started()
    third = keys.new_officer(keyring=office.keyring, person="officer-3")
    assert (third.classical.algorithm, third.lasting.algorithm) == (ESP256, ML_DSA_44)
    new_root = Root((office.officers[0], third), 2)
    changed = office.publish(START + DAY, root=new_root)
    assert changed.trust.root == new_root
    every = documents(office.facts)
    held = read(every[0], office.root)
    assert accept_all(held, every[1:], at=START + DAY) == changed.trust
    assert office.publish(START + 2 * DAY).trust.root == new_root


class Overtaken(MemoryFacts):
    """A ledger in which somebody else registers a key just before every append."""

    @override
    def append(self, act: Act, *changes: Change, **options: Any) -> Any:
        stream = self.history(keys.TRUST_LIST_STREAM)
        super().append(act, stream.then(trust_list.SigningKeyRegistered(bytes(32))))
        return super().append(act, *changes, **options)


def test_two_officers_at_once_do_not_publish_two_versions(office: Office) -> None:
    office.create()
    facts = Overtaken(office.facts.topics, office.facts.recorded)
    with pytest.raises(ConflictError):
        keys.publish_trust_list(
            facts=facts,
            signer=office.keyring,
            act=office.act(START),
            list_id=LIST_ID,
            root=office.root,
        )
    assert keys.current_trust_list(facts=facts) is None
