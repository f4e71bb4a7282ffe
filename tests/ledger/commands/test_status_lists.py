from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from keys.trust_list import KeyState
from ledger.certificates.kind import Status, StatusReference
from ledger.certificates.kinds import KINDS
from ledger.certificates.register import StatusListOpened, StatusListPublished
from ledger.certificates.status_list import read_status_list_token
from ledger.commands import certificates
from ledger.commands.issuing import sign
from ledger.commands.status_lists import (
    LIFETIME,
    REFRESH,
    StatusBoard,
    draw_index,
    publish,
)
from ledger.errors import RefusedError
from ledger.facts import FactStore
from tests_support.issuing_office import (
    DRAFTER,
    PREFIX,
    Office,
    act,
    decision,
    open_office,
)

KIND = KINDS["judicial-record"]
OPEN_LISTS = KIND.open_lists


def published(office: Office) -> tuple[StatusListPublished, ...]:
    return publish(
        office.facts,
        office.desk.board,
        signer=office.desk.signer,
        key=office.key,
        act=act(at=office.at),
    )


def shown(office: Office, status: StatusReference) -> Status | None:
    """Return what the newest document of the list says, read as a verifier reads it."""
    newest = office.desk.board.lists[status.uri].published
    assert newest is not None
    trust = office.trust_list()
    read = read_status_list_token(newest.document, uri=status.uri, trust=trust, at=office.at)
    return read.status(status.index)


def issued_status(office: Office) -> StatusReference:
    intent = office.load(office.issue().certificate).intent
    assert intent is not None
    return intent.status


def test_the_first_certificate_of_a_month_opens_its_lists() -> None:
    office = open_office()
    status = issued_status(office)
    opened = [r.fact for r in office.facts.recorded if isinstance(r.fact, StatusListOpened)]
    assert [fact.uri for fact in opened] == [f"{PREFIX}1-2705-{n}" for n in range(OPEN_LISTS)]
    assert status.uri in {fact.uri for fact in opened}
    office.issue()
    later = [r.fact for r in office.facts.recorded if isinstance(r.fact, StatusListOpened)]
    assert later == opened


def test_certificates_that_expire_in_another_month_are_on_other_lists() -> None:
    office = open_office()
    first = issued_status(office)
    office.later(days=31)
    second = issued_status(office)
    assert (first.uri[: len(PREFIX) + 6], second.uri[: len(PREFIX) + 6]) == (
        f"{PREFIX}1-2705",
        f"{PREFIX}1-2706",
    )


def test_a_facility_opens_one_list_of_a_month() -> None:
    for kind in (KINDS["referral"], KINDS["appointment"]):
        assert kind.open_lists == 1
    office = open_office()
    kind = replace(KIND, open_lists=1)
    reference, opened = draw_index(
        StatusBoard(), kind=kind, key=office.key, expires_at=office.at, draw=lambda _: 0
    )
    assert [change.facts[0].uri for change in opened] == [reference.uri]  # type: ignore[attr-defined]


def test_whose_lists_are_due_is_known_without_going_through_them_for_each() -> None:
    office = open_office()
    board = office.desk.board
    assert (board.issuers_due(office.at), board.issued_by("CA01")) == (frozenset(), ())
    office.issue()
    board.catch_up(office.facts)
    issuer = office.key.issuer
    assert board.issuers() == board.issuers_due(office.at) == {issuer}
    assert list(board.issued_by(issuer)) == list(board.lists.values())
    published(office)
    assert board.issuers_due(office.at) == frozenset()
    assert board.issuers_due(office.at + REFRESH) == {issuer}


def test_every_list_is_published_at_first_and_says_valid() -> None:
    office = open_office()
    status = issued_status(office)
    lists = published(office)
    assert len(lists) == OPEN_LISTS
    assert shown(office, status) is Status.VALID
    newest = next(fact for fact in lists if fact.uri == status.uri)
    assert newest.document_digest == sha256(newest.document).digest()
    assert newest.expires_at == office.at + LIFETIME
    assert (newest.ended, newest.kid) == (0, office.key.public.kid)


def test_nothing_is_published_again_before_it_is_due() -> None:
    office = open_office()
    office.issue()
    published(office)
    office.at += REFRESH - timedelta(seconds=1)
    assert published(office) == ()
    office.later(seconds=1)
    assert len(published(office)) == OPEN_LISTS


def test_a_recall_shows_on_the_next_publication_and_on_one_list_alone() -> None:
    office = open_office()
    certificate = office.issue().certificate
    intent = office.load(certificate).intent
    assert intent is not None
    published(office)
    office.recall(certificate)
    assert [fact.uri for fact in published(office)] == [intent.status.uri]
    assert shown(office, intent.status) is Status.REVOKED
    assert published(office) == ()


def corrected(office: Office) -> StatusReference:
    certificate = office.issue().certificate
    correction = office.draft()
    kind = office.kinds[KIND.code]
    intent = office.load(certificate).intent
    assert intent is not None
    taken = type(correction)(int=5)
    certificates.draft_correction(
        office.facts,
        certificate=taken,
        corrects=certificate,
        decision=decision(),
        kind=kind,
        content=kind.specimen,
        holder=kind.specimen_holder,
        act=act(DRAFTER),
    )
    office.issue(taken)
    return intent.status


@pytest.mark.parametrize(
    ("statuses", "status"),
    [
        (frozenset({Status.VALID, Status.REVOKED}), Status.REVOKED),
        (frozenset(Status), Status.SUPERSEDED),
    ],
)
def test_a_corrected_certificate_shows_what_its_kind_may_show(
    statuses: frozenset[Status], status: Status
) -> None:
    office = open_office({KIND.code: replace(KIND, statuses=statuses)})
    reference = corrected(office)
    published(office)
    assert shown(office, reference) is status


def test_a_withdrawn_intent_shows_as_revoked_and_a_withdrawn_draft_nowhere() -> None:
    office = open_office()
    certificate = office.draft()
    intent = sign(office.desk, certificate=certificate, key=office.key, act=act())
    for withdrawn in (certificate, office.draft()):
        certificates.withdraw(office.facts, certificate=withdrawn, act=act())
    assert sum(fact.ended for fact in published(office)) == 1
    assert shown(office, intent.status) is Status.REVOKED


def test_an_ended_certificate_of_a_kind_that_the_program_lost_shows_as_revoked() -> None:
    office = open_office()
    certificate = office.issue().certificate
    office.recall(certificate)
    board = StatusBoard({})
    board.catch_up(office.facts)
    assert [set(listed.ended.values()) for listed in board.lists.values() if listed.ended] == [
        {Status.REVOKED}
    ]


def test_lists_retire_a_day_after_the_last_certificate_on_them() -> None:
    office = open_office()
    office.issue()
    board = office.desk.board
    board.catch_up(office.facts)
    (live_until,) = {listed.live_until for listed in board.lists.values()}
    assert live_until.isoformat() == "2027-06-02T00:00:00+00:00"
    listed = next(iter(board.lists.values()))
    assert not listed.is_due(live_until, REFRESH)
    assert listed.is_due(live_until - timedelta(seconds=1), REFRESH)


def test_two_publishers_never_publish_one_version_twice() -> None:
    office = open_office()
    office.issue()

    class Overtaken(StatusBoard):
        @override
        def catch_up(self, facts: FactStore) -> None:
            if self.position == 0:
                super().catch_up(facts)
                assert len(publish_by(office, StatusBoard())) == OPEN_LISTS

    assert publish_by(office, Overtaken()) == ()
    counted = [r for r in office.facts.recorded if isinstance(r.fact, StatusListPublished)]
    assert len(counted) == OPEN_LISTS


def publish_by(office: Office, board: StatusBoard) -> tuple[StatusListPublished, ...]:
    return publish(
        office.facts, board, signer=office.desk.signer, key=office.key, act=act(at=office.at)
    )


def test_what_ends_while_a_list_is_being_signed_makes_it_due_again() -> None:
    office = open_office()
    certificate = office.issue().certificate
    board = StatusBoard()

    class Slow:
        def public(self, kid: bytes) -> object:
            return office.desk.signer.public(kid)

        def sign(self, kid: bytes, message: bytes) -> bytes:
            if office.load(certificate).ended_at is None:
                office.recall(certificate)
            return office.desk.signer.sign(kid, message)

    first = publish(office.facts, board, signer=Slow(), key=office.key, act=act())  # type: ignore[arg-type]
    assert [fact.ended for fact in first] == [0] * OPEN_LISTS
    assert [fact.ended for fact in publish_by(office, board)] == [1]


def test_only_the_issuers_own_lists_are_published() -> None:
    office = open_office()
    office.issue()
    office.key = replace(office.key, issuer="CA02")
    assert published(office) == ()


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"uses": frozenset({1})}, "key_not_entitled"),
        ({"state": KeyState.REVOKED}, "key_not_active"),
        ({"sign_from": open_office().at + timedelta(days=1)}, "key_not_active"),
        ({"sign_until": open_office().at}, "key_not_active"),
        ({"status_prefixes": ("https://elsewhere.example/",)}, "status_prefix_missing"),
    ],
)
def test_a_key_that_verifiers_would_refuse_publishes_nothing(
    changes: dict[str, object], rule: str
) -> None:
    office = open_office()
    office.issue()
    office.key = replace(office.key, **changes)  # type: ignore[arg-type]  # one field each
    with pytest.raises(RefusedError) as raised:
        published(office)
    assert raised.value.rule == rule


def test_two_issuers_do_not_share_a_place() -> None:
    office = open_office()
    office.issue()
    office.key = replace(office.key, issuer="CA02")
    with pytest.raises(RefusedError) as raised:
        office.issue()
    assert raised.value.rule == "status_prefix_shared"


def test_full_lists_let_one_more_be_opened() -> None:
    office = open_office()
    office.issue()
    board = office.desk.board
    board.catch_up(office.facts)
    status, opened = draw_index(
        board,
        kind=KIND,
        key=office.key,
        expires_at=office.at + KIND.validity,
        draw=lambda below: below - 1,
        more=1,
    )
    assert status.uri == f"{PREFIX}1-2705-{OPEN_LISTS}"
    assert len(opened) == 1


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(0, 5), min_size=1, max_size=8))
def test_catching_up_in_parts_is_catching_up(pauses: list[int]) -> None:
    office = open_office()
    kept = StatusBoard()
    for pause in pauses:
        certificate = office.issue().certificate
        if pause > 1:
            office.recall(certificate)
        if pause % 2:
            publish_by(office, kept)
        if pause > 3:
            kept.catch_up(office.facts)
    kept.catch_up(office.facts)
    fresh = StatusBoard()
    fresh.catch_up(office.facts)
    assert (fresh.position, fresh.lists) == (kept.position, kept.lists)
    assert fresh.position == office.facts.head()
