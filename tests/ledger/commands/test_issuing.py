from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import pytest
from typing_extensions import override

from keys.errors import SigningRefusedError
from keys.signer import MemorySigner
from keys.trust_list import KeyState
from ledger.certificates.kind import CertificateKind
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle import Phase, Standing
from ledger.certificates.lifecycle_facts import CertificateDrafted, CertificateSigned
from ledger.certificates.register import NumberAssigned, ShortCodeAssigned, short_code_stream
from ledger.certificates.token import read_claims, read_signed
from ledger.commands import certificates, issuing
from ledger.commands.issuing import OpenIntents, finish, finish_intents, issue, sign
from ledger.errors import ConflictError, NotFoundError, RefusedError
from ledger.facts import Act, Change, Idempotency, Receipt
from ledger.personal import Erased
from tests_support.issuing_office import (
    AUTHORITY,
    DRAFTER,
    MONDAY,
    PERSON,
    PREFIX,
    PRIVATE_KEY,
    Office,
    act,
    open_office,
)
from tests_support.memory_facts import MemoryFacts

KIND = KINDS["judicial-record"]


class BrokenSigner(MemorySigner):
    """Holds the key and makes signatures that do not hold."""

    @override
    def sign(self, kid: bytes, message: bytes) -> bytes:
        return bytes(64)


class Overtaken(MemoryFacts):
    """A store where somebody else is always faster, the first ``times`` times."""

    times: int = 0

    @override
    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        if self.times:
            self.times -= 1
            raise ConflictError("somebody was faster")
        return super().append(act, *changes, idempotency=idempotency)


def overtaken(office: Office, times: int) -> Office:
    facts = Overtaken(office.facts.topics, office.facts.recorded)
    facts.times = times
    return replace(office, facts=facts, desk=replace(office.desk, facts=facts))


def test_an_issued_certificates_token_says_what_was_drafted() -> None:
    office = open_office()
    issued = office.issue()
    signed = read_signed(issued.token)
    assert PRIVATE_KEY.public.verify(signed.signature, signed.signed)
    token = read_claims(signed.unverified_payload)
    assert token.holder == KIND.specimen_holder
    assert token.details == {2: 1, 3: 0}
    assert (token.issuer, token.number) == (AUTHORITY, "1/LLTP-CA01")
    assert (token.issued_at, token.expires_at) == (MONDAY, MONDAY + timedelta(days=180))
    assert token.status.uri.startswith(f"{PREFIX}1-2705-")
    assert office.standing(issued.certificate) is Standing.IN_FORCE


def test_a_certificate_is_found_by_number_and_by_short_code() -> None:
    office = open_office()
    issued = office.issue()
    number = certificates.find_by_number(
        office.facts, authority=AUTHORITY, year=2026, number="1/LLTP-CA01"
    )
    typed = issued.short_code.lower().replace("-", " ")
    assert number == issued.certificate
    assert certificates.find_by_short_code(office.facts, typed) == issued.certificate


def test_numbers_follow_one_another_and_begin_again_each_year() -> None:
    office = open_office()
    drafts = [office.draft() for _ in range(3)]
    office.at = datetime(2026, 12, 31, 16, 59, tzinfo=UTC)  # 23:59 in Vietnam
    first = [office.issue(draft) for draft in drafts]
    office.later(minutes=1)
    second = office.issue()
    numbers = [office.load(i.certificate).intent for i in (*first, second)]
    assert [intent.number for intent in numbers if intent] == [
        "1/LLTP-CA01", "2/LLTP-CA01", "3/LLTP-CA01", "1/LLTP-CA01"
    ]  # fmt: skip


def test_many_officers_at_one_desk_leave_no_gap_and_no_number_twice() -> None:
    office = open_office()
    drafts = [office.draft() for _ in range(32)]
    with ThreadPoolExecutor(16) as officers:
        issued = list(officers.map(office.issue, drafts))
    intents = [office.load(one.certificate).intent for one in issued]
    ordinals = sorted(int(intent.number.split("/")[0]) for intent in intents if intent)
    assert ordinals == list(range(1, 33))


@pytest.mark.parametrize("taken", [0, 1, 2, 3, 7, 8, 21])
def test_a_new_process_finds_the_next_number_in_few_reads(taken: int) -> None:
    office = open_office()
    for _ in range(taken):
        sign(office.desk, certificate=office.draft(), key=office.key, act=act())
    ordinals = [r.fact.ordinal for r in office.facts.recorded if isinstance(r.fact, NumberAssigned)]
    assert ordinals == list(range(1, taken + 1))
    found = issuing.next_number(office.restarted(), authority=AUTHORITY, kind=KIND, year=2026)
    assert found == (taken + 1, f"{taken + 1}/LLTP-CA01")


def test_the_intent_is_recorded_with_the_hash_of_what_will_be_signed() -> None:
    office = open_office()
    certificate = office.draft()
    intent = sign(office.desk, certificate=certificate, key=office.key, act=act())
    assert office.load(certificate).phase is Phase.SIGNED
    assert office.standing(certificate) is Standing.NOT_ISSUED
    issued = finish(office.desk, certificate=certificate, act=act())
    assert intent.signed_digest == sha256(read_signed(issued.token).signed).digest()


def test_a_kill_between_intent_and_signature_leaves_an_intent_that_is_finished() -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    finished = finish_intents(office.restarted(), OpenIntents(), act=act)
    untouched = open_office()
    assert untouched.draft() == certificate
    assert finished[certificate] == untouched.issue(certificate)  # the same bytes


def test_finishing_again_gives_the_first_answer() -> None:
    office = open_office()
    issued = office.issue()
    facts = len(office.facts.recorded)
    assert finish(office.desk, certificate=issued.certificate, act=act()) == issued
    assert office.issue(issued.certificate) == issued
    assert len(office.facts.recorded) == facts


def test_an_officer_who_was_cut_off_after_signing_just_issues_again() -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    assert office.issue(certificate).certificate == certificate


def test_what_another_officer_signed_is_not_signed_again() -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    with pytest.raises(RefusedError) as raised:
        issue(office.desk, certificate=certificate, key=office.key, act=act("officer-3"))
    assert raised.value.rule == "not_drafted"


def test_who_drafted_does_not_issue() -> None:
    office = open_office()
    with pytest.raises(RefusedError) as raised:
        issue(office.desk, certificate=office.draft(), key=office.key, act=act(DRAFTER))
    assert raised.value.rule == "signer_is_drafter"


def test_open_intents_are_those_neither_finished_nor_withdrawn() -> None:
    office = open_office()
    intents = OpenIntents()
    drafts = [office.draft() for _ in range(3)]
    for draft in drafts:
        sign(office.desk, certificate=draft, key=office.key, act=act())
    finish(office.desk, certificate=drafts[0], act=act())
    certificates.withdraw(office.facts, certificate=drafts[1], act=act())
    intents.catch_up(office.facts)
    assert list(intents.certificates) == [drafts[2]]
    finish(office.desk, certificate=drafts[2], act=act())
    assert finish_intents(office.desk, intents, act=act) == {}


def test_an_intent_that_cannot_be_finished_does_not_hold_up_the_others() -> None:
    office = open_office()
    drafts = [office.draft() for _ in range(2)]
    for draft in drafts:
        sign(office.desk, certificate=draft, key=office.key, act=act())
    office.desk.signer = MemorySigner([])
    outcome = finish_intents(office.desk, OpenIntents(), act=act)
    assert [type(outcome[draft]) for draft in drafts] == [SigningRefusedError] * 2


def test_a_withdrawn_intent_keeps_its_number_and_is_never_issued() -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    certificates.withdraw(office.facts, certificate=certificate, act=act())
    with pytest.raises(RefusedError) as raised:
        finish(office.desk, certificate=certificate, act=act())
    assert raised.value.rule == "not_signed"
    number = read_claims(read_signed(office.issue().token).unverified_payload).number
    assert number == "2/LLTP-CA01"


def test_a_signature_that_does_not_hold_is_not_recorded() -> None:
    office = open_office()
    office.desk.signer = BrokenSigner([PRIVATE_KEY])
    certificate = office.draft()
    with pytest.raises(RefusedError) as raised:
        office.issue(certificate)
    assert raised.value.rule == "signature_broken"
    assert office.load(certificate).phase is Phase.SIGNED


def test_bytes_other_than_those_approved_are_not_signed() -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    changed = replace(KIND, check=lambda _: {2: 1, 3: 1})
    desk = replace(office.desk, board=type(office.desk.board)({KIND.code: changed}))
    with pytest.raises(RefusedError) as raised:
        finish(desk, certificate=certificate, act=act())
    assert raised.value.rule == "intent_differs"


def rewritten(office: Office, kind: type, **fields: object) -> None:
    """Read the facts of one class as if ``fields`` were other than they were written."""
    for place, recorded in enumerate(office.facts.recorded):
        if isinstance(recorded.fact, kind):
            fact = replace(recorded.fact, **fields)  # type: ignore[type-var]  # every fact is a dataclass
            office.facts.recorded[place] = replace(recorded, fact=fact)


@pytest.mark.parametrize(
    ("fact", "field", "rule"),
    [
        (CertificateDrafted, "holder", "holder_erased"),
        (CertificateDrafted, "content", "content_erased"),
        (CertificateSigned, "signed_digest", "intent_erased"),
    ],
)
def test_an_intent_about_a_forgotten_person_is_not_finished(
    fact: type, field: str, rule: str
) -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    rewritten(office, fact, **{field: Erased(bytes(16))})
    with pytest.raises(RefusedError) as raised:
        finish(office.desk, certificate=certificate, act=act())
    assert raised.value.rule == rule


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"state": KeyState.RETIRED}, "key_not_active"),
        ({"state": KeyState.PENDING}, "key_not_active"),
        ({"sign_from": MONDAY + timedelta(seconds=1)}, "key_not_active"),
        ({"sign_until": MONDAY}, "key_not_active"),
        ({"uses": frozenset({2, "status"})}, "key_not_entitled"),
        ({"verify_until": MONDAY + timedelta(days=179)}, "key_ends_too_early"),
        ({"status_prefixes": ()}, "status_prefix_missing"),
    ],
)
def test_a_key_that_verifiers_would_refuse_signs_nothing(
    changes: dict[str, object], rule: str
) -> None:
    office = open_office()
    office.key = replace(office.key, **changes)  # type: ignore[arg-type]  # one field each
    certificate = office.draft()
    with pytest.raises(RefusedError) as raised:
        office.issue(certificate)
    assert raised.value.rule == rule
    assert office.load(certificate).phase is Phase.DRAFTED


def test_an_unknown_certificate_is_not_found() -> None:
    office = open_office()
    with pytest.raises(NotFoundError):
        office.issue(UUID(int=5))


def test_a_certificate_of_a_kind_that_the_program_lost_is_refused() -> None:
    office = open_office()
    certificate = office.draft()
    office.desk.board.kinds = {}
    with pytest.raises(RefusedError) as raised:
        office.issue(certificate)
    assert raised.value.rule == "kind_unknown"


def test_signing_again_and_again_beats_faster_colleagues_a_bounded_number_of_times() -> None:
    office = open_office()
    certificate = office.draft()
    assert overtaken(office, issuing.ATTEMPTS - 1).issue(certificate).certificate == certificate
    office = open_office()
    certificate = office.draft()
    with pytest.raises(ConflictError):
        overtaken(office, issuing.ATTEMPTS).issue(certificate)


def test_a_taken_index_is_drawn_again() -> None:
    draws = iter([0, 7, 0, 7, 0, 8])
    office = open_office()
    office.desk.draw = lambda _: next(draws)
    statuses = [office.load(office.issue().certificate).intent for _ in range(2)]
    assert [intent.status.index for intent in statuses if intent] == [7, 8]


def test_of_two_who_finish_at_once_the_first_recorded_signature_stands() -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())

    class Interrupted(MemorySigner):
        @override
        def sign(self, kid: bytes, message: bytes) -> bytes:
            finish(office.desk, certificate=certificate, act=act())
            return super().sign(kid, message)

    slow = replace(office.desk, signer=Interrupted([PRIVATE_KEY]))
    issued = finish(slow, certificate=certificate, act=act())
    assert issued == finish(office.desk, certificate=certificate, act=act())


def test_a_seal_that_was_overtaken_is_tried_once_more() -> None:
    office = open_office()
    certificate = office.draft()
    sign(office.desk, certificate=certificate, key=office.key, act=act())
    slow = overtaken(office, 1)
    assert finish(slow.desk, certificate=certificate, act=act()).certificate == certificate


def test_a_short_code_that_finds_another_certificate_is_not_given_twice() -> None:
    office = open_office()
    twin = open_office()
    issued = twin.issue(twin.draft())
    office.facts.append(
        act(), Change(short_code_stream(issued.short_code), 0, (ShortCodeAssigned(PERSON),))
    )
    with pytest.raises(RefusedError) as raised:
        office.issue(office.draft())
    assert raised.value.rule == "short_code_taken"


def test_the_claims_of_a_mere_draft_are_nobodys() -> None:
    office = open_office()
    with pytest.raises(RefusedError) as raised:
        issuing.claims_of(office.load(office.draft()), KIND)
    assert raised.value.rule == "not_signed"


def test_a_kind_without_suffix_is_numbered_by_its_authority() -> None:
    plain: CertificateKind = replace(KIND, number_suffix="")
    office = open_office({KIND.code: plain})
    assert issuing.next_number(office.desk, authority=AUTHORITY, kind=plain, year=2026) == (
        1,
        "1/CA01",
    )


def test_facts_in_the_clear_tell_nothing_of_the_person() -> None:
    office = open_office()
    office.issue()
    drafted = next(r.fact for r in office.facts.recorded if r.topic == "certificate.drafted/1")
    assert isinstance(drafted, CertificateDrafted)
    assert drafted.holder == KIND.specimen_holder
    clear = repr([r.fact for r in office.facts.recorded if r.subject is None])
    assert KIND.specimen_holder.name not in clear
    assert all(
        r.subject == PERSON for r in office.facts.recorded if r.topic.startswith("certificate.")
    )
