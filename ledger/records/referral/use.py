"""What becomes of a referral paper: presented, accepted, used, closed. State, decisions.

    available ──▶ presented ──▶ in use ──▶ closed          a paper of ten working days
        ▲              │           │
        └── rejected ◀─┘           └──▶ available          a paper of one year, after each episode
    available, presented ──▶ cancelled                     by the facility that issued it

Which facility has it is decided by the version of this stream: the first acceptance is the one, at
all facilities together, and everybody else is told so. The term counts at presentation alone: what
was presented in time may be accepted later, and care that has begun never lapses. Lapsed is
computed and never stored. When the service was down the facility has admitted the patient anyway:
its report becomes the acceptance if that was right, else a flag, and care is never undone.

Source: Circular 01/2025/TT-BYT, article 12; Decree
188/2025/NĐ-CP, article 38 (a facility admits although the service is down).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import FACILITY_CODE
from ledger.names import check_text
from ledger.personal import Erased
from ledger.records.referral.facts import (
    Conflict,
    Fact,
    ReferralAccepted,
    ReferralAdmittedUnverified,
    ReferralCancelled,
    ReferralClosed,
    ReferralIssued,
    ReferralPresented,
    ReferralRejected,
    ReferralUsed,
    RejectReason,
)

MAX_NOTE: Final = 500
MAX_NUMBER: Final = 64
LATEST_REPORT: Final = timedelta(days=366)
"""No outage is reported later."""


class Stage(StrEnum):
    """Where a referral is."""

    AVAILABLE = "available"
    PRESENTED = "presented"
    IN_USE = "in-use"
    CLOSED = "closed"
    REJECTED = "rejected"
    """Finally: its holder needs another one."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Use:
    """One facility's episode by this paper."""

    facility: str
    since: datetime
    visits: tuple[UUID, ...] = ()


@dataclass(frozen=True, slots=True)
class Referral:
    """A referral as the facts so far tell."""

    certificate: UUID
    origin: str
    addressed_to: tuple[str, ...]
    valid_until: datetime
    reusable: bool
    presented: tuple[str, ...] = ()
    """Facilities at which it lies since its last use, shown there in time."""
    rejected: tuple[str, ...] = ()
    """Facilities that will not take it."""
    use: Use | None = None
    """Who has it now."""
    past: tuple[Use, ...] = ()
    """Who had it, oldest first."""
    ended: Stage | None = None
    ended_at: datetime | None = None
    conflicts: tuple[tuple[str, Conflict], ...] = ()
    """Admissions without the service that were not right: facility and why."""
    reported: tuple[tuple[str, str | Erased], ...] = ()
    """Facility and offline number of every admission that was reported."""

    @property
    def stage(self) -> Stage:
        """Where it is."""
        if self.ended is not None:
            return self.ended
        if self.use is not None:
            return Stage.IN_USE
        return Stage.PRESENTED if self.presented else Stage.AVAILABLE

    @property
    def needs_appointment(self) -> bool:
        """Whether its next use needs an appointment: from the second episode on (clause 4)."""
        return bool(self.past) and self.use is None and self.ended is None

    def lapsed(self, at: datetime) -> bool:
        """Tell whether it can no longer be presented; one in use never lapses."""
        return self.use is None and self.ended is None and at >= self.valid_until


def evolve(state: Referral | None, fact: Fact) -> Referral:
    """Return the referral after ``fact``."""
    if isinstance(fact, ReferralIssued):
        return Referral(
            fact.certificate, fact.origin, fact.addressed_to, fact.valid_until, fact.reusable
        )
    assert state is not None, "a referral's first fact is its issue"
    match fact:
        case ReferralPresented():
            return replace(state, presented=(*state.presented, fact.facility))
        case ReferralAccepted():
            return replace(state, presented=(), use=Use(fact.facility, fact.at))
        case ReferralRejected():
            return _rejected(state, fact)
        case ReferralAdmittedUnverified():
            return _reported(state, fact)
        case _:
            return _went_on(state, fact)


def _rejected(state: Referral, fact: ReferralRejected) -> Referral:
    left = tuple(place for place in state.presented if place != fact.facility)
    after = replace(state, presented=left, rejected=(*state.rejected, fact.facility))
    return replace(after, ended=Stage.REJECTED, ended_at=fact.at) if fact.final else after


def _reported(state: Referral, fact: ReferralAdmittedUnverified) -> Referral:
    after = replace(state, reported=(*state.reported, (fact.facility, fact.offline_number)))
    if fact.conflict is None:
        return after
    return replace(after, conflicts=(*state.conflicts, (fact.facility, fact.conflict)))


def _went_on(state: Referral, fact: ReferralUsed | ReferralClosed | ReferralCancelled) -> Referral:
    match fact:
        case ReferralUsed():
            assert state.use is not None, "a visit uses what was accepted"
            used = replace(state.use, visits=(*state.use.visits, fact.visit))
            return replace(state, use=used)
        case ReferralClosed():
            assert state.use is not None, "only what is in use is closed"
            after = replace(state, use=None, past=(*state.past, state.use), rejected=())
            return after if state.reusable else replace(after, ended=Stage.CLOSED, ended_at=fact.at)
        case ReferralCancelled():
            return replace(state, ended=Stage.CANCELLED, ended_at=fact.at, presented=())
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Referral | None:
    """Return the referral after all ``facts``; None if there are none."""
    state: Referral | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def issue(
    *,
    certificate: UUID,
    origin: str,
    addressed_to: tuple[str, ...],
    valid_until: datetime,
    reusable: bool,
) -> ReferralIssued:
    """Return that the paper can be presented from now on.

    Raises:
        RefusedError: ``referred_to_itself``.
    """
    for code in (origin, *addressed_to):
        FACILITY_CODE.check(code, place="facility")
    if origin in addressed_to:
        raise RefusedError("referred_to_itself", "a facility does not refer to itself")
    return ReferralIssued(certificate, origin, addressed_to, valid_until, reusable)


def present(
    state: Referral, *, facility: str, at: datetime, came_from: str | None = None
) -> tuple[ReferralPresented, ...]:
    """Return that the patient shows it at ``facility``; nothing if it lies there already.

    Args:
        state: The referral.
        facility: Where it is shown.
        at: When: the one moment at which its term counts.
        came_from: Which facility sent the patient, where that is known.

    Raises:
        RefusedError: `acceptable` says why.
    """
    if facility in state.presented or (state.use is not None and state.use.facility == facility):
        return ()
    _check_taking(state, facility, came_from)
    if state.lapsed(at):
        raise RefusedError("lapsed", "the term within which it has to be presented is over")
    return (ReferralPresented(facility, at),)


def accept(
    state: Referral,
    *,
    facility: str,
    at: datetime,
    came_from: str | None = None,
    appointment: UUID | None = None,
) -> tuple[Fact, ...]:
    """Return that ``facility`` takes the patient in by it; presents it first, if need be.

    ``appointment`` is one that the caller has found good and uses up in the same transaction.

    Raises:
        RefusedError: ``accepted_here`` or ``accepted_elsewhere`` (the message says where and since
            when), ``appointment_needed`` and what `present` refuses.
    """
    presented = present(state, facility=facility, at=at, came_from=came_from)
    _check_taking(state, facility, came_from)
    if state.needs_appointment and appointment is None:
        raise RefusedError(
            "appointment_needed", "from the second episode on an appointment is shown with it"
        )
    return (*presented, ReferralAccepted(facility, at, appointment))


def _check_taking(state: Referral, facility: str, came_from: str | None) -> None:
    """Refuse who may not take it, whatever the day."""
    FACILITY_CODE.check(facility, place="facility")
    if facility not in state.addressed_to:
        raise RefusedError("not_addressed", "expected a facility that it is addressed to")
    if came_from is not None and came_from != state.origin:
        raise RefusedError(
            "not_the_direct_referrer", "expected the paper of the facility that the patient left"
        )
    if state.use is not None:
        # A rightful facility is told this much: with whom it can speak about the patient.
        where = f"facility {state.use.facility} has it since {state.use.since:%Y-%m-%dT%H:%M:%SZ}"
        here = state.use.facility == facility
        raise RefusedError("accepted_here" if here else "accepted_elsewhere", where)
    if state.ended is not None:
        raise RefusedError(_ENDED[state.ended], f"the referral is {state.ended.value}")


_ENDED: Final = {
    Stage.CLOSED: "used_up",
    Stage.REJECTED: "finally_rejected",
    Stage.CANCELLED: "cancelled",
}


def reject(
    state: Referral,
    *,
    facility: str,
    at: datetime,
    reason: RejectReason,
    final: bool = False,
    note: str | None = None,
) -> ReferralRejected:
    """Return that ``facility`` does not take it.

    Raises:
        RefusedError: It is in use, ended, or was never to go there.
    """
    _check_taking(state, facility, None)
    if note is not None:
        check_text(note, place="note", longest=MAX_NOTE)
    return ReferralRejected(facility, at, final, reason, note)


def report_admission(
    state: Referral,
    *,
    facility: str,
    at: datetime,
    admitted_at: datetime,
    offline_number: str,
    cancelled: bool = False,
    appointment: UUID | None = None,
) -> tuple[Fact, ...]:
    """Return what a facility did while the service was down; nothing if it was reported before.

    Args:
        state: The referral.
        facility: Who admitted.
        at: When it is reported.
        admitted_at: When the patient was admitted: the term is counted then.
        offline_number: Under which the facility wrote it down.
        cancelled: Whether the paper itself was taken back before that.
        appointment: One that was shown with it and is good.

    Raises:
        InvalidInputError: The number or the time is none.
    """
    FACILITY_CODE.check(facility, place="facility")
    check_text(offline_number, place="offline_number", longest=MAX_NUMBER)
    if admitted_at > at:
        raise InvalidInputError("admitted_at", "in_the_future", "a time before now")
    if at - admitted_at > LATEST_REPORT:
        raise InvalidInputError("admitted_at", "too_long_ago", "a time within a year")
    if (facility, offline_number) in state.reported:
        return ()
    conflict = _conflict(state, facility, admitted_at, appointment=appointment, cancelled=cancelled)
    told = ReferralAdmittedUnverified(facility, at, conflict, offline_number, admitted_at)
    if conflict is not None or (state.use is not None and state.use.facility == facility):
        return (told,)
    return (told, ReferralAccepted(facility, at, appointment))


def _conflict(
    state: Referral,
    facility: str,
    admitted_at: datetime,
    *,
    appointment: UUID | None,
    cancelled: bool,
) -> Conflict | None:
    if state.use is not None:
        elsewhere = state.use.facility != facility
        return Conflict.ACCEPTED_ELSEWHERE if elsewhere else None
    ended = {
        Stage.CLOSED: Conflict.USED_UP,
        Stage.REJECTED: Conflict.REJECTED,
        Stage.CANCELLED: Conflict.CANCELLED,
    }
    if state.ended is not None or cancelled:
        return ended[state.ended or Stage.CANCELLED]
    if facility not in state.addressed_to:
        return Conflict.NOT_ADDRESSED
    if facility not in state.presented and state.lapsed(admitted_at):
        return Conflict.LAPSED
    missing = state.needs_appointment and appointment is None
    return Conflict.APPOINTMENT_MISSING if missing else None


def use(state: Referral, *, facility: str, visit: UUID, at: datetime) -> tuple[ReferralUsed, ...]:
    """Return that a visit of ``facility`` was made by it; nothing if that is known.

    Raises:
        RefusedError: ``not_in_use_here``.
    """
    held = _held_by(state, facility)
    return () if visit in held.visits else (ReferralUsed(facility, at, visit),)


def close(state: Referral, *, facility: str, at: datetime) -> ReferralClosed:
    """Return that the episode is over.

    Raises:
        RefusedError: ``not_in_use_here``.
    """
    _held_by(state, facility)
    return ReferralClosed(facility, at)


def _held_by(state: Referral, facility: str) -> Use:
    if state.use is None or state.use.facility != facility:
        raise RefusedError("not_in_use_here", "this facility has not accepted the referral")
    return state.use


def cancel(state: Referral, *, facility: str, reason: str, at: datetime) -> ReferralCancelled:
    """Return that the facility that issued it takes it back.

    Raises:
        RefusedError: ``not_the_issuer``, ``in_use``: care goes on, or it has ended.
    """
    if facility != state.origin:
        raise RefusedError("not_the_issuer", "only who issued a referral cancels it")
    if state.use is not None:
        raise RefusedError("in_use", "the patient is being treated by it: it can only be closed")
    if state.ended is not None:
        raise RefusedError(_ENDED[state.ended], f"the referral is {state.ended.value}")
    return ReferralCancelled(at, check_text(reason, place="reason", longest=MAX_NOTE))
