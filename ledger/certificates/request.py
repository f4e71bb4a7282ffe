"""A request as its facts so far tell: where it is, what is known, when it is due.

The decisions stand in `request_filing` (what the applicant's side does) and `request_processing`
(what the authority does); the moves in `kinds.judicial_record.procedure`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from ledger.calendar import local_day
from ledger.certificates import request_custody
from ledger.certificates.fees import Fee, FeeFact, evolve_fee
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.procedure import BACK, ProcedureVersion, Role, Stage, Step
from ledger.certificates.request_custody import NOBODY, Custody
from ledger.certificates.request_deadlines import Deadline, evolve_deadline
from ledger.certificates.request_facts import (
    TOPICS,
    CertificateBegun,
    CertificateDropped,
    CertificateReady,
    DeadlineFact,
    Fact,
    PoliceCheckCompleted,
    ProcessingStopped,
    RecordLookupCompleted,
    RequestDrafted,
    RequestRefused,
    RequestRejected,
    RequestSubmitted,
    StepFact,
    SupplementReceived,
    SupplementRequested,
    VerificationResultRecorded,
    WithdrawalRequested,
)
from ledger.certificates.request_files import FileReceived
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import Declaration, Lookup, Police, Result
from ledger.errors import RefusedError
from ledger.facts import Act
from ledger.personal import Erased

__all__ = [
    "TOPICS",
    "Request",
    "began_on",
    "check_custody",
    "check_role",
    "ended_on",
    "evolve",
    "fold",
    "has_ended",
    "may",
    "on_time",
    "portal_code",
    "version_of",
]


@dataclass(frozen=True, slots=True)
class Request:
    """A request for a judicial record certificate."""

    draft: RequestDrafted
    """As first filled in; `declaration` is the present one."""
    stage: Stage
    declaration: Declaration | Erased
    fee: Fee
    asked_in: Stage | None = None
    """Where the pending supplement was asked for."""
    asked_on: date | None = None
    supplements: int = 0
    """How often a supplement was asked for."""
    procedure: str | None = None
    submitted_on: date | None = None
    deadline: Deadline | None = None
    lookup: Lookup | Erased | None = None
    police: Police | Erased | None = None
    result: Result | Erased | None = None
    record_version: int | Erased | None = None
    """On how many facts of the judicial record the result rests."""
    certificate: UUID | None = None
    """Being made, or issued."""
    ended_on: date | None = None
    """When processing ended, by the portal's measure."""
    custody: Custody = NOBODY
    """Who has it; means nothing any more once processing has ended."""
    files: tuple[FileReceived, ...] = ()
    """What the applicant has sent, in its order."""


def evolve(state: Request | None, fact: Fact) -> Request:
    """Return the request after ``fact``."""
    if isinstance(fact, RequestDrafted):
        fee = Fee(fact.fee_group, due=fact.fee)
        return Request(fact, Stage.DRAFTED, fact.declaration, fee)
    assert state is not None, "a request begins with its draft"
    if isinstance(fact, request_custody.Fact):
        return replace(state, custody=request_custody.evolve(state.custody, fact))
    if isinstance(fact, DeadlineFact):
        return replace(state, deadline=evolve_deadline(state.deadline, fact))
    if isinstance(fact, FileReceived):
        return replace(state, files=(*state.files, fact))
    if isinstance(fact, FeeFact):
        state = replace(state, fee=evolve_fee(state.fee, fact))
    return _moved(_known(state, fact), fact) if isinstance(fact, StepFact) else state


def fold(facts: Iterable[object]) -> Request | None:
    """Return the request that ``facts`` tell; None without facts."""
    state: Request | None = None
    for fact in facts:
        assert isinstance(fact, Fact), f"{type(fact).__name__} is no fact of a request"
        state = evolve(state, fact)
    return state


def _known(state: Request, fact: StepFact) -> Request:
    """Return what is known after ``fact``, in the same stage."""
    match fact:
        case RequestSubmitted(on, procedure):
            return replace(state, submitted_on=on, procedure=procedure)
        case SupplementRequested(on):
            asked = replace(state, asked_in=state.stage, asked_on=on)
            return replace(asked, supplements=state.supplements + 1)
        case SupplementReceived(_, declaration):
            return replace(state, declaration=declaration or state.declaration)
        case CertificateBegun(certificate):
            return replace(state, certificate=certificate)
        case CertificateDropped():
            return replace(state, certificate=None)
        case _:
            return _verified(state, fact)


def _verified(state: Request, fact: StepFact) -> Request:
    """Return what steps 6 to 8 have found after ``fact``."""
    match fact:
        case RecordLookupCompleted(lookup, version):
            return replace(state, lookup=lookup, record_version=version)
        case PoliceCheckCompleted(police):
            return replace(state, police=police)
        case VerificationResultRecorded(result, version):
            return replace(state, result=result, record_version=version)
        case _:
            return state


def _moved(state: Request, fact: StepFact) -> Request:
    """Return the request in its next stage, which the step table gives."""
    moves = PROCEDURE.step_of(type(fact)).moves
    assert state.stage in moves, f"no move from {state.stage} by {type(fact).__name__}"
    to = moves[state.stage]
    if to is BACK:
        assert state.asked_in is not None, "a supplement that comes was asked for"
        return replace(state, stage=state.asked_in, asked_in=None, asked_on=None)
    return replace(state, stage=to, ended_on=state.ended_on or _end_of_processing(fact))


def _end_of_processing(fact: StepFact) -> date | None:
    """Return the day on which ``fact`` ended processing: the portal's codes 3, 7, 8 and 9."""
    match fact:
        case (
            RequestRejected(day)
            | WithdrawalRequested(day)
            | ProcessingStopped(day)
            | RequestRefused(day)
            | CertificateReady(_, day)
        ):
            return day
        case _:
            return None


def portal_code(state: Request) -> int | None:
    """Return the national portal's status, 1 to 10; None before the request was submitted."""
    return PROCEDURE.portal_codes.get(state.stage) if state.submitted_on else None


def has_ended(state: Request) -> bool:
    """Tell whether processing has ended, so that the person may ask anew."""
    return state.stage in PROCEDURE.ended


def on_time(state: Request, *, on: date) -> bool | None:
    """Tell, ``on`` a day, whether processing was punctual; None while that is open.

    Punctual is what ended no later than the appointed day. A pending supplement counts as ended on
    the day it was asked for; a second supplement counts as late; a withdrawal counts only if the
    request had been accepted, for before that no day is appointed.

    Source: the national portal's indicator, as the domain reference has it in section 2.4.
    """
    if state.deadline is None:
        return None
    if state.supplements > 1:
        return False
    end = state.ended_on or state.asked_on
    if end is not None:
        return end <= state.deadline.appointed_on
    return False if on > state.deadline.appointed_on else None


def version_of(state: Request) -> ProcedureVersion:
    """Return the procedure version of a submitted request."""
    assert state.procedure is not None, "only a submitted request has a procedure version"
    return PROCEDURE.version(state.procedure)


def may(state: Request, fact: type, act: Act) -> Step:
    """Return the step that ``fact`` records if it may be taken now and by who acts.

    What the applicant does, the counter may pass on whoever has the file.

    Raises:
        RefusedError: rule `Rule.ROLE_MAY_NOT`, the step's own rule, `Rule.IN_THE_FUTURE`, or
            `Rule.ANOTHERS_FILE`.
    """
    step = PROCEDURE.step_of(fact)
    check_role(act, step.roles, step.action)
    if state.stage not in step.moves:
        expected = " or ".join(step.moves)
        raise RefusedError(step.rule, f"{step.action} in {state.stage}: expected {expected}")
    if Role.CITIZEN not in step.roles:
        check_custody(state, act, step.action)
    return step


def check_custody(state: Request, act: Act, action: str) -> None:
    """Refuse an act on what another officer of the role has, until processing has ended.

    Raises:
        RefusedError: rule `Rule.ANOTHERS_FILE`.
    """
    if not has_ended(state):
        request_custody.check_custody(state.custody, act, action)


def check_role(act: Act, roles: frozenset[Role], action: str) -> None:
    """Refuse an act in another role, or of a time that has not come."""
    if act.role not in roles:
        expected = ", ".join(sorted(roles))
        raise RefusedError(Rule.ROLE_MAY_NOT, f"{action} as {act.role}: expected {expected}")
    if act.occurred_at is not None and act.occurred_at > act.at:
        raise RefusedError(Rule.IN_THE_FUTURE, f"{action}: expected a time that has come")


def began_on(act: Act) -> date:
    """Return the day that sets a term off: when it happened, even if recorded later.

    An authority thereby gains no time by recording late.
    """
    return local_day(act.occurred_at or act.at)


def ended_on(act: Act) -> date:
    """Return the day that ends a term: when the ledger records it.

    Nobody thereby makes a late request punctual by dating it back.
    """
    return local_day(act.at)
