from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from uuid import UUID

import pytest

from ledger.certificates.kind import CertificateKind
from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle import Phase, Standing
from ledger.certificates.lifecycle_facts import CertificateCorrected, CertificateDrafted
from ledger.commands import certificates
from ledger.commands.certificates import WrittenDecision
from ledger.commands.issuing import finish, sign
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Idempotency, Receipt
from tests_support.issuing_office import (
    AUTHORITY,
    DRAFTER,
    PERSON,
    Office,
    act,
    decision,
    open_office,
)

KIND = KINDS["judicial-record"]
FREE = replace(KIND, needs_request=False)
CORRECTION = UUID(int=77)

Decide = Callable[[Office, UUID, WrittenDecision], Receipt]


def recall(office: Office, certificate: UUID, written: WrittenDecision) -> Receipt:
    return certificates.recall(
        office.facts, certificate=certificate, decision=written, summary="s", act=act(at=office.at)
    )


def cancel(office: Office, certificate: UUID, written: WrittenDecision) -> Receipt:
    return certificates.cancel(
        office.facts, certificate=certificate, decision=written, summary="s", act=act(at=office.at)
    )


def supplement(office: Office, certificate: UUID, written: WrittenDecision) -> Receipt:
    return certificates.supplement(
        office.facts, certificate=certificate, decision=written, addition="a", act=act(at=office.at)
    )


def draft_correction(
    office: Office,
    corrects: UUID,
    written: WrittenDecision,
    kind: CertificateKind = KIND,
    idempotency: Idempotency | None = None,
) -> Receipt:
    return certificates.draft_correction(
        office.facts,
        certificate=CORRECTION,
        corrects=corrects,
        decision=written,
        kind=kind,
        content=kind.specimen,
        holder=replace(kind.specimen_holder, name="NGUYỄN THỊ MẪU"),
        act=act(DRAFTER, office.at),
        idempotency=idempotency,
    )


@pytest.mark.parametrize(
    ("decide", "standing"),
    [
        (recall, Standing.RECALLED),
        (cancel, Standing.CANCELLED),
        (supplement, Standing.IN_FORCE),
    ],
)
def test_a_decision_changes_how_a_certificate_stands(decide: Decide, standing: Standing) -> None:
    office = open_office()
    issued = office.issue()
    before = office.at
    office.later(days=3)
    decide(office, issued.certificate, decision(at=office.at))
    assert office.standing(issued.certificate) is standing
    office.at = before
    assert office.standing(issued.certificate) is Standing.IN_FORCE


@pytest.mark.parametrize("decide", [recall, cancel, supplement, draft_correction])
@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"number": ""}, "decision_number_missing"),
        ({"document": b""}, "decision_document_missing"),
        ({"date": decision().date + timedelta(days=1)}, "decision_in_the_future"),
    ],
)
def test_an_incomplete_decision_changes_nothing(
    decide: Decide, changes: dict[str, object], rule: str
) -> None:
    office = open_office()
    issued = office.issue()
    facts = len(office.facts.recorded)
    with pytest.raises(RefusedError) as raised:
        decide(office, issued.certificate, replace(decision(), **changes))  # type: ignore[arg-type]
    assert raised.value.rule == rule
    assert len(office.facts.recorded) == facts


@pytest.mark.parametrize("decide", [recall, cancel, supplement, draft_correction])
def test_nothing_is_decided_about_a_certificate_that_is_not_there(decide: Decide) -> None:
    with pytest.raises(NotFoundError):
        decide(open_office(), UUID(int=9), decision())


def test_a_recall_keeps_the_decision_for_the_province() -> None:
    office = open_office()
    issued = office.issue()
    recall(office, issued.certificate, decision())
    state = office.load(issued.certificate)
    assert state.decision is not None
    assert state.decision.document_digest == sha256(decision().document).digest()


def test_a_correction_supersedes_when_it_is_issued_and_not_before() -> None:
    office = open_office()
    wrong = office.issue().certificate
    office.later(hours=1)
    draft_correction(office, wrong, decision())
    assert office.standing(wrong) is Standing.IN_FORCE
    issued = office.issue(CORRECTION)
    assert issued.certificate == CORRECTION
    assert office.standing(wrong) is Standing.SUPERSEDED
    assert office.load(wrong).superseded_by == CORRECTION
    end = next(r for r in office.facts.recorded if isinstance(r.fact, CertificateCorrected))
    assert end.stream_id == wrong
    assert end.subject == PERSON


def test_a_correction_keeps_request_person_and_decision_of_what_it_corrects() -> None:
    office = open_office()
    wrong = office.issue(office.draft(request=UUID(int=6))).certificate
    draft_correction(office, wrong, decision())
    found = certificates.load(office.facts, CORRECTION)
    assert found.subject == PERSON
    assert found.certificate.drafted.request == UUID(int=6)
    assert found.certificate.drafted.correction_document == decision().document


def test_a_correction_of_what_was_recalled_meanwhile_is_not_issued() -> None:
    office = open_office()
    wrong = office.issue().certificate
    draft_correction(office, wrong, decision())
    sign(office.desk, certificate=CORRECTION, key=office.key, act=act())
    recall(office, wrong, decision())
    with pytest.raises(RefusedError) as raised:
        finish(office.desk, certificate=CORRECTION, act=act())
    assert raised.value.rule == "not_active"
    certificates.withdraw(office.facts, certificate=CORRECTION, act=act())
    assert office.load(CORRECTION).phase is Phase.WITHDRAWN


def test_a_correction_is_of_the_same_kind() -> None:
    office = open_office()
    wrong = office.issue().certificate
    with pytest.raises(RefusedError) as raised:
        draft_correction(office, wrong, decision(), replace(KIND, code="other"))
    assert raised.value.rule == "kind_differs"


def test_a_draft_that_the_kind_refuses_is_not_recorded() -> None:
    office = open_office()
    with pytest.raises(InvalidInputError):
        draft(office, content={"form": 1})
    assert office.facts.recorded == []


def test_a_judicial_certificate_is_not_drafted_without_a_request() -> None:
    with pytest.raises(RefusedError) as raised:
        draft(open_office(), kind=KIND)
    assert raised.value.rule == "request_missing"


def test_a_draft_that_a_request_waits_for_is_not_withdrawn_behind_its_back() -> None:
    office = open_office()
    certificate = office.draft(request=UUID(int=6))
    with pytest.raises(RefusedError) as raised:
        certificates.withdraw(office.facts, certificate=certificate, act=act())
    assert raised.value.rule == "request_waits"


def draft(
    office: Office,
    idempotency: Idempotency | None = None,
    kind: CertificateKind = FREE,
    content: Mapping[str, object] = KIND.specimen,
) -> Receipt:
    return certificates.draft(
        office.facts,
        certificate=CORRECTION,
        subject=PERSON,
        kind=kind,
        content=content,
        holder=kind.specimen_holder,
        act=act(DRAFTER),
        idempotency=idempotency,
    )


def test_a_repeated_draft_is_answered_again() -> None:
    office = open_office()
    once = Idempotency("key", bytes(32))
    first, again = draft(office, once), draft(office, once)
    assert (first.positions, again.repeated) == (again.positions, True)
    with pytest.raises(RefusedError) as raised:
        draft(office)
    assert raised.value.rule == "certificate_exists"


def test_a_repeated_correction_is_answered_again() -> None:
    office = open_office()
    wrong = office.issue().certificate
    once = Idempotency("key", bytes(32))
    first, again = (draft_correction(office, wrong, decision(), idempotency=once) for _ in "12")
    assert (first.positions, again.repeated) == (again.positions, True)


def test_what_was_withdrawn_before_it_was_signed_had_no_number() -> None:
    office = open_office()
    certificate = office.draft()
    certificates.withdraw(office.facts, certificate=certificate, act=act())
    assert office.load(certificate).phase is Phase.WITHDRAWN
    assert office.load(certificate).intent is None


def test_changed_records_are_noted_on_the_certificate() -> None:
    office = open_office()
    certificate = office.issue().certificate
    certificates.outdate(office.facts, certificate=certificate, act=act())
    assert office.load(certificate).no_longer_current_since == office.at


@pytest.mark.parametrize("number", ["2/LLTP-CA01", "1/LLTP-CA02", "", "1"])
def test_a_number_that_was_never_given_finds_nothing(number: str) -> None:
    office = open_office()
    office.issue()
    find = certificates.find_by_number
    assert find(office.facts, authority=AUTHORITY, year=2026, number=number) is None
    assert find(office.facts, authority=AUTHORITY, year=2025, number="1/LLTP-CA01") is None


def test_a_short_code_that_was_never_given_finds_nothing() -> None:
    office = open_office()
    assert certificates.find_by_short_code(office.facts, "0000-0000-0000") is None
    with pytest.raises(InvalidInputError):
        certificates.find_by_short_code(office.facts, "too short")


def test_a_draft_names_its_drafter() -> None:
    office = open_office()
    office.draft()
    fact = office.facts.recorded[0].fact
    assert isinstance(fact, CertificateDrafted)
    assert fact.drafter == DRAFTER
