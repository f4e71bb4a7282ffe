"""What the authority decides: from intake to delivery, and every other end. Decisions.

Each takes the request and the act and returns facts, or refuses. The calendar comes in wherever a
day is counted.
"""

from datetime import date
from typing import Final
from uuid import UUID

from ledger.calendar import Term, WorkingCalendar
from ledger.certificates import fees, request_deadlines
from ledger.certificates.procedure import ProcedureVersion, Role, Stage
from ledger.certificates.request import (
    Request,
    began_on,
    check_custody,
    check_role,
    ended_on,
    has_ended,
    may,
    version_of,
)
from ledger.certificates.request_deadlines import Deadline
from ledger.certificates.request_facts import (
    CertificateBegun,
    CertificateDropped,
    CertificateReady,
    Fact,
    FeeRefundOrdered,
    PaperCopyDispatched,
    PaymentRequired,
    PoliceCheckCompleted,
    PoliceCheckRequested,
    ProcessingStopped,
    RecordLookupCompleted,
    RecordLookupRequested,
    RegistryAcknowledged,
    RequestAccepted,
    RequestForwarded,
    RequestRefused,
    RequestRejected,
    ResultDelivered,
    SupplementRequested,
    VerificationResultRecorded,
    WithdrawalAccepted,
)
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import (
    Delivery,
    Lookup,
    Police,
    RefusalGround,
    Result,
)
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import Act
from ledger.identifiers import CODE, REFERENCE
from ledger.names import check_text
from ledger.personal import Erased

_OFFICERS: Final = frozenset({Role.INTAKE_OFFICER, Role.CASE_OFFICER})
_CLOCKWORK: Final = _OFFICERS | {Role.SYSTEM}
_CASHIERS: Final = frozenset({Role.INTAKE_OFFICER, Role.PORTAL_SYSTEM, Role.SYSTEM})
_WITHOUT_RESULT: Final = frozenset({Stage.REJECTED, Stage.REFUSED, Stage.WITHDRAWN, Stage.STOPPED})


def accept(
    state: Request,
    *,
    act: Act,
    calendar: WorkingCalendar,
    appointed: tuple[Term, ...] | None = None,
) -> tuple[Fact, ...]:
    """Return the acceptance with its deadline.

    Args:
        state: The request.
        act: Who, when.
        calendar: The working days.
        appointed: What this authority promises instead of the law's terms, if it does.
    """
    may(state, RequestAccepted, act)
    assert state.submitted_on is not None, "only what was submitted is accepted"
    day = max(began_on(act), state.submitted_on)
    legal = _limit(state, version_of(state))
    deadline = request_deadlines.appoint(
        on=day, legal=legal, calendar=calendar, appointed=appointed
    )
    return (RequestAccepted(day), deadline)


def _limit(state: Request, version: ProcedureVersion, *, entries: bool = False) -> tuple[Term, ...]:
    if state.draft.urgent:
        return version.limit_urgent
    if state.draft.complex_case:
        return version.limit_complex
    return version.limit_with_entries if entries else version.limit


def reject(state: Request, *, act: Act, ground: str, explanation: str) -> tuple[Fact, ...]:
    """Return the rejection; a fee that was paid goes back."""
    may(state, RequestRejected, act)
    CODE.check(ground, place="ground")
    check_text(explanation, place="explanation")
    refund = (FeeRefundOrdered(state.fee.paid),) if state.fee.paid else ()
    return (RequestRejected(ended_on(act), ground, explanation), *refund)


def require_payment(state: Request, *, act: Act, amount: int) -> tuple[Fact, ...]:
    """Return the demand for a fee that is missing, in VND."""
    may(state, PaymentRequired, act)
    return (fees.require_payment(state.fee, amount=amount),)


def request_supplement(
    state: Request, *, act: Act, missing: str, calendar: WorkingCalendar
) -> tuple[Fact, ...]:
    """Return the request for what is missing; the clock stands still."""
    may(state, SupplementRequested, act)
    check_text(missing, place="missing")
    day = ended_on(act)
    suspended = (
        request_deadlines.suspend(state.deadline, on=day, calendar=calendar)
        if state.deadline
        else ()
    )
    return (SupplementRequested(day, missing), *suspended)


def forward(state: Request, *, act: Act, reference: str) -> tuple[Fact, ...]:
    """Return the hand-over to the shared judicial-record software."""
    may(state, RequestForwarded, act)
    return (RequestForwarded(REFERENCE.check(reference, place="reference")),)


def acknowledge(state: Request, *, act: Act, reference: str) -> tuple[Fact, ...]:
    """Return that the shared software has it, under its own reference."""
    may(state, RegistryAcknowledged, act)
    return (RegistryAcknowledged(REFERENCE.check(reference, place="reference")),)


def request_lookup(state: Request, *, act: Act, sources: tuple[str, ...]) -> tuple[Fact, ...]:
    """Return that the record is being looked up, and where."""
    may(state, RecordLookupRequested, act)
    if not sources:
        raise InvalidInputError("sources", "sources", "at least one source")
    for source in sources:
        CODE.check(source, place="sources")
    return (RecordLookupRequested(sources),)


def complete_lookup(
    state: Request, *, act: Act, lookup: Lookup, record_version: int
) -> tuple[Fact, ...]:
    """Return the record's answer, which rests on its first ``record_version`` facts."""
    may(state, RecordLookupCompleted, act)
    return (RecordLookupCompleted(lookup, record_version),)


def request_police_check(state: Request, *, act: Act) -> tuple[Fact, ...]:
    """Return that the police record unit is asked."""
    may(state, PoliceCheckRequested, act)
    return (PoliceCheckRequested(),)


def complete_police_check(state: Request, *, act: Act, police: Police) -> tuple[Fact, ...]:
    """Return the police record unit's answer."""
    may(state, PoliceCheckCompleted, act)
    return (PoliceCheckCompleted(police),)


def record_result(
    state: Request,
    *,
    act: Act,
    result: Result,
    record_version: int,
    calendar: WorkingCalendar,
    explanation: str | None = None,
) -> tuple[Fact, ...]:
    """Return the result, and the longer deadline if either answer found something.

    Args:
        state: The request, with both answers.
        act: Who, when.
        result: What the form's extract of the record says.
        record_version: On how many facts of the record the extract rests.
        calendar: The working days.
        explanation: Why the certificate shows nothing though the police found something.

    Raises:
        RefusedError: `Rule.HIT_NEEDS_EXPLANATION`: a hit never passes silently.
    """
    may(state, VerificationResultRecorded, act)
    if isinstance(state.lookup, Erased) or isinstance(state.police, Erased):
        raise RefusedError(Rule.RECORD_ERASED, "an answer of the verification has been erased")
    if explanation is not None:
        check_text(explanation, place="explanation")
    hit = state.police is not Police.NONE
    if hit and result is Result.NO_RECORD and explanation is None:
        raise RefusedError(Rule.HIT_NEEDS_EXPLANATION, "expected why nothing is shown")
    recorded = VerificationResultRecorded(result, record_version, explanation)
    if not hit and state.lookup is Lookup.NOTHING:
        return (recorded,)
    legal = _limit(state, version_of(state), entries=True)
    deadline = _deadline(state)
    return (recorded, *request_deadlines.lengthen(deadline, legal=legal, calendar=calendar))


def begin_certificate(state: Request, *, act: Act, certificate: UUID) -> tuple[Fact, ...]:
    """Return that the certificate is being made: once, and not before the result is recorded."""
    may(state, CertificateBegun, act)
    if isinstance(state.result, Erased):
        raise RefusedError(Rule.RECORD_ERASED, "the result of the verification has been erased")
    return (CertificateBegun(certificate),)


def drop_certificate(state: Request, *, act: Act) -> tuple[Fact, ...]:
    """Return that what was begun will not be issued; another certificate may be begun."""
    may(state, CertificateDropped, act)
    assert state.certificate is not None, "what is being made has a name"
    return (CertificateDropped(state.certificate),)


def mark_ready(state: Request, *, act: Act, certificate: UUID) -> tuple[Fact, ...]:
    """Return that the certificate is issued; a day that went by is noted first."""
    may(state, CertificateReady, act)
    if certificate != state.certificate:
        raise RefusedError(Rule.ANOTHER_CERTIFICATE, "expected the certificate that was begun")
    day = ended_on(act)
    missed = request_deadlines.note_missed(_deadline(state), on=day)
    return (*missed, CertificateReady(certificate, day))


def deliver(state: Request, *, act: Act, delivery: Delivery) -> tuple[Fact, ...]:
    """Return the delivery of the electronic certificate."""
    may(state, ResultDelivered, act)
    return (ResultDelivered(ended_on(act), delivery),)


def dispatch_copy(
    state: Request, *, act: Act, delivery: Delivery, tracking: str | None = None
) -> tuple[Fact, ...]:
    """Return that a paper copy left, by post or over the counter."""
    may(state, PaperCopyDispatched, act)
    if delivery not in {Delivery.POST, Delivery.COUNTER}:
        raise InvalidInputError("delivery", "paper_delivery", "post or counter")
    if tracking is not None:
        REFERENCE.check(tracking, place="tracking")
    return (PaperCopyDispatched(ended_on(act), delivery, tracking),)


def accept_withdrawal(state: Request, *, act: Act) -> tuple[Fact, ...]:
    """Return the withdrawal."""
    may(state, WithdrawalAccepted, act)
    return (WithdrawalAccepted(ended_on(act)),)


def stop(state: Request, *, act: Act, ground: str, explanation: str) -> tuple[Fact, ...]:
    """Return that processing ended without a result."""
    may(state, ProcessingStopped, act)
    CODE.check(ground, place="ground")
    check_text(explanation, place="explanation")
    return (ProcessingStopped(ended_on(act), ground, explanation),)


def refuse(
    state: Request, *, act: Act, ground: RefusalGround, explanation: str
) -> tuple[Fact, ...]:
    """Return the written refusal, with its reasons. Source: the 2009 law, article 49."""
    may(state, RequestRefused, act)
    check_text(explanation, place="explanation")
    return (RequestRefused(ended_on(act), ground, explanation),)


def order_refund(state: Request, *, act: Act) -> tuple[Fact, ...]:
    """Return the order to give the fee back where the request ended without a result."""
    check_role(act, _OFFICERS, "order_refund")
    if state.stage not in _WITHOUT_RESULT:
        raise RefusedError(Rule.REFUND_ONLY_AFTER_THE_END, f"order_refund in {state.stage}")
    return (fees.order_refund(state.fee),)


def complete_refund(state: Request, *, act: Act, cancelled_receipt: str) -> tuple[Fact, ...]:
    """Return that the fee went back and the electronic receipt is cancelled."""
    check_role(act, _CASHIERS, "complete_refund")
    return (fees.complete_refund(state.fee, cancelled_receipt=cancelled_receipt),)


def recompute_deadline(state: Request, *, act: Act, calendar: WorkingCalendar) -> tuple[Fact, ...]:
    """Return the day moved by a changed calendar; nothing if it is the same, or all is over."""
    check_role(act, _CLOCKWORK, "recompute_deadline")
    if has_ended(state):
        return ()
    return request_deadlines.recompute(_deadline(state), calendar=calendar)


def extend_deadline(
    state: Request, *, act: Act, days: int, calendar: WorkingCalendar
) -> tuple[Fact, ...]:
    """Return the day moved by an incident of so many days; nothing if all is over."""
    check_role(act, _CLOCKWORK, "extend_deadline")
    if has_ended(state):
        return ()
    check_custody(state, act, "extend_deadline")
    return request_deadlines.extend(_deadline(state), days=days, calendar=calendar)


def note_missed(state: Request, *, act: Act) -> tuple[Fact, ...]:
    """Return that the appointed day went by; nothing if not, or if that is noted already."""
    check_role(act, _CLOCKWORK, "note_missed")
    if has_ended(state):
        return ()
    return request_deadlines.note_missed(_deadline(state), on=ended_on(act))


def apologise(state: Request, *, act: Act, promised_on: date, letter: str) -> tuple[Fact, ...]:
    """Return the letter of apology for a missed day."""
    check_role(act, _OFFICERS, "apologise")
    check_custody(state, act, "apologise")
    deadline = _deadline(state)
    on = ended_on(act)
    return (request_deadlines.apologise(deadline, on=on, promised_on=promised_on, letter=letter),)


def _deadline(state: Request) -> Deadline:
    if state.deadline is None:
        raise RefusedError(Rule.DEADLINE_NOT_SET, "expected an accepted request")
    return state.deadline
