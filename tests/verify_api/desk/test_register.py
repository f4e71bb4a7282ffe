from collections.abc import Sequence
from hashlib import sha256
from uuid import UUID

import pytest
from typing_extensions import override

from keys.key_store_errors import KeyStoreError
from keys.trust_list import KeyState
from ledger.certificates import lifecycle
from ledger.certificates.kind import Status
from ledger.certificates.lifecycle_facts import Reason as Reasons
from ledger.certificates.procedure import Stage
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.token import read_claims, read_signed
from ledger.commands import certificates, certification, issuing
from ledger.commands import keys as key_commands
from ledger.errors import StoreUnavailableError
from ledger.facts import Act, Excerpt, History
from tests_support.desk_home import AUTHORITY, DeskHome, officer
from tests_support.issuing_office import MONDAY, open_office
from tests_support.memory_facts import MemoryFacts
from verify_api.callers import Role
from verify_api.desk.noticeboard import Noticeboard
from verify_api.desk.register import LedgerRegister, LedgerVerifier
from verify_api.evidence import RegisterEntry, RegisterStatus
from verify_api.question import Policy
from verify_api.verdict import Overall, Reason, State, Verdict


def text_of(home: DeskHome, certificate: UUID) -> str:
    found = certificates.load(home.system.facts, certificate)
    return to_qr_text(lifecycle.token_of(found.certificate), home.system.settings.host)


def issued(home: DeskHome) -> tuple[UUID, str]:
    request = home.bring_to(Stage.READY)
    return request, text_of(home, home.certificate(request).id)


def answer(home: DeskHome, text: str) -> Verdict:
    return home.ports.verify(text, at=home.at)


def test_an_issued_certificate_is_valid_by_its_own_facts(home: DeskHome) -> None:
    _, text = issued(home)
    verdict = answer(home, text)
    assert verdict.overall is Overall.VALID
    assert verdict.evidence.status.online
    assert verdict.evidence.status.registered
    assert verdict.evidence.status.as_of == home.at


def test_a_recall_shows_at_once_without_any_view(home: DeskHome) -> None:
    request, text = issued(home)
    since = home.later(hours=1)
    home.do(request, "recall", officer(Role.SIGNER))
    home.later(seconds=1)
    verdict = answer(home, text)
    assert verdict.state is State.REVOKED
    assert verdict.evidence.status.since == since


def test_a_corrected_certificate_names_the_one_in_its_place(home: DeskHome) -> None:
    request, text = issued(home)
    correction = correct(home, request)
    verdict = answer(home, text)
    assert verdict.state is State.SUPERSEDED
    assert verdict.evidence.status.superseded_by == ("2/LLTP-CA01",)
    assert answer(home, text_of(home, correction)).overall is Overall.VALID


def correct(home: DeskHome, request: UUID) -> UUID:
    correction = home.system.clockwork.new_id()
    drafter = Act(home.at, "account-case_officer", "case_officer", AUTHORITY)
    state = home.request(request)
    content, holder = certification.content_of(home.system.facts, state=state, act=drafter)
    certificates.draft_correction(
        home.system.facts,
        certificate=correction,
        corrects=home.certificate(request).id,
        decision=certificates.WrittenDecision(
            "1/QĐ", home.at.date(), Reasons.CONTENT_WRONG, b"decision"
        ),
        kind=home.system.desk.board.kinds["judicial-record"],
        content=content,
        holder=holder,
        act=drafter,
    )
    issuing.issue(
        home.system.desk,
        certificate=correction,
        key=home.system.issuing_key(AUTHORITY, 1),
        act=Act(home.at, "account-signer", "signer", AUTHORITY),
    )
    return correction


def test_a_certificate_of_somebody_forgotten_cannot_be_confirmed(home: DeskHome) -> None:
    request, text = issued(home)
    home.forget(home.request(request).draft.subject)
    verdict = answer(home, text)
    assert verdict.state is State.CANNOT_CONFIRM
    assert verdict.reasons == (Reason.STATUS_MISSING,)
    assert verdict.evidence.status.registered is None


def test_a_recall_outlives_the_person(home: DeskHome) -> None:
    request, text = issued(home)
    home.do(request, "recall", officer(Role.SIGNER))
    home.forget(home.request(request).draft.subject)
    assert answer(home, text).state is State.REVOKED


@pytest.mark.parametrize(
    ("status", "told"),
    [
        (Status.VALID, None),
        (Status.SUSPENDED, None),
        (Status.REVOKED, Status.REVOKED),
        (Status.SUPERSEDED, Status.SUPERSEDED),
    ],
)
def test_of_the_forgotten_only_an_end_is_told(status: Status, told: Status | None) -> None:
    office = open_office()
    token = office.issue().token
    entry = RegisterEntry(None, status, MONDAY, superseded_by=("2/LLTP",))
    claims = read_claims(read_signed(token).unverified_payload)
    evidence = RegisterStatus(lambda _: entry).status_of(claims, bytes(32), MONDAY)
    assert evidence.status is told
    assert evidence.registered is None
    assert evidence.superseded_by == ("2/LLTP",)


def test_what_the_register_does_not_have_is_not_in_it_whoever_signed() -> None:
    here, elsewhere = open_office(), open_office(seed=2)
    signed = read_signed(elsewhere.issue().token)
    claims, digest = read_claims(signed.unverified_payload), sha256(signed.signed).digest()
    register = LedgerRegister(here.facts)
    assert register.status_of(claims, digest, here.at).registered is False
    here.issue()
    evidence = register.status_of(claims, digest, here.at)
    assert evidence.registered is False
    assert not evidence.same_content


def test_nothing_is_answered_before_there_is_a_trust_list() -> None:
    facts = MemoryFacts({})
    verify = LedgerVerifier(Noticeboard(facts), LedgerRegister(facts), Policy({}))
    with pytest.raises(StoreUnavailableError):
        verify("123", at=MONDAY)


def test_a_declared_compromise_counts_at_once_and_in_every_process(home: DeskHome) -> None:
    _, text = issued(home)
    assert answer(home, text).overall is Overall.VALID
    key = home.system.issuing_key(AUTHORITY, 1)
    home.later(hours=2)
    act = Act(home.at, "operator", "key_administrator")
    facts = home.system.facts
    key_commands.declare_compromise(
        facts=facts, act=act, kid=key.public.kid, since=home.at, reason="stolen"
    )
    # No list says so yet: the one that looked before, and one that begins now, both know.
    begun_now = Noticeboard(home.system.reading)
    for _ in range(2):
        assert answer(home, text).overall is Overall.CANNOT_TELL
        published = begun_now.trust()
        assert published is not None
        found = published.trust.by_kid(key.public.kid)
        assert found is not None
        assert (found.state, found.compromised_since) == (KeyState.REVOKED, home.at)
        key_commands.publish_trust_list(
            facts=facts, signer=home.system.keyring, act=act, list_id="records-ledger"
        )
    assert home.trust().version == 4


class NoKeys(MemoryFacts):
    """A ledger whose key store does not answer."""

    @override
    def history(self, stream_id: UUID) -> History:
        raise KeyStoreError("no answer")

    @override
    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> Excerpt:
        raise KeyStoreError("no answer")


def test_nothing_is_said_when_the_keys_of_persons_do_not_answer() -> None:
    signed = read_signed(open_office().issue().token)
    claims = read_claims(signed.unverified_payload)
    with pytest.raises(StoreUnavailableError):
        LedgerRegister(NoKeys({})).status_of(claims, bytes(32), MONDAY)


def test_nothing_is_said_when_the_ledger_does_not_answer(home: DeskHome) -> None:
    _, text = issued(home)
    home.checking.close()
    with pytest.raises(StoreUnavailableError):
        answer(home, text)
