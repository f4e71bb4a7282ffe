"""What becomes of a re-examination appointment: used once, moved, missed, cancelled.

    issued ──▶ consumed        once, at all facilities together: the stream's version decides
       ├─────▶ rescheduled     another paper takes its place
       ├─────▶ missed ──▶ consumed, rescheduled     the facility decides what is right then
       └─────▶ cancelled

It is for its day, or earlier where there are abnormal signs. A second use is refused and that is
kept, for social insurance reconciles by it. Source: Circular 01/2025/TT-BYT, article 11.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, assert_never
from uuid import UUID

from ledger.errors import RefusedError
from ledger.identifiers import FACILITY_CODE
from ledger.names import check_text
from ledger.personal import Erased
from ledger.records.appointment.facts import (
    AppointmentCancelled,
    AppointmentConsumed,
    AppointmentDoubleUseRefused,
    AppointmentIssued,
    AppointmentMissed,
    AppointmentRescheduled,
    AppointmentVisited,
    Fact,
)

MAX_REASON: Final = 500


class Stage(StrEnum):
    """Where an appointment is."""

    ISSUED = "issued"
    MISSED = "missed"
    CONSUMED = "consumed"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Appointment:
    """An appointment as the facts so far tell."""

    certificate: UUID
    facility: str
    day: date | Erased
    replaces: UUID | None = None
    stage: Stage = Stage.ISSUED
    used_by: str | None = None
    used_at: datetime | None = None
    visit: UUID | None = None
    """The visit that it was used for, once that is known."""
    replaced_by: UUID | None = None
    double_uses: int = 0

    @property
    def open(self) -> bool:
        """Whether it can still be used or moved."""
        return self.stage in {Stage.ISSUED, Stage.MISSED}


def evolve(state: Appointment | None, fact: Fact) -> Appointment:
    """Return the appointment after ``fact``."""
    if isinstance(fact, AppointmentIssued):
        return Appointment(fact.certificate, fact.facility, fact.day, fact.replaces)
    assert state is not None, "an appointment's first fact is its issue"
    match fact:
        case AppointmentConsumed():
            return replace(state, stage=Stage.CONSUMED, used_by=fact.facility, used_at=fact.at)
        case AppointmentRescheduled():
            return replace(state, stage=Stage.RESCHEDULED, replaced_by=fact.replaced_by)
        case AppointmentVisited():
            return replace(state, visit=fact.visit)
        case AppointmentDoubleUseRefused():
            return replace(state, double_uses=state.double_uses + 1)
        case AppointmentMissed():
            return replace(state, stage=Stage.MISSED)
        case AppointmentCancelled():
            return replace(state, stage=Stage.CANCELLED)
        case _:
            assert_never(fact)


def fold(facts: Iterable[Fact]) -> Appointment | None:
    """Return the appointment after all ``facts``; None if there are none."""
    state: Appointment | None = None
    for fact in facts:
        state = evolve(state, fact)
    return state


def issue(
    *, certificate: UUID, facility: str, day: date, today: date, replaces: UUID | None = None
) -> AppointmentIssued:
    """Return that the paper can be used from now on.

    Raises:
        RefusedError: ``appointed_in_the_past``.
    """
    FACILITY_CODE.check(facility, place="facility")
    if day <= today:
        raise RefusedError("appointed_in_the_past", "expected a day after today")
    return AppointmentIssued(certificate, facility, replaces, day)


def consume(
    state: Appointment,
    *,
    facility: str,
    today: date,
    at: datetime,
    abnormal_signs: bool = False,
    agreed: bool = False,
    referral: UUID | None = None,
) -> AppointmentConsumed:
    """Return that ``facility`` sees the patient by it.

    Args:
        state: The appointment.
        facility: Who sees the patient.
        today: The day in Vietnam.
        at: When.
        abnormal_signs: Why the patient comes before the day.
        agreed: The facility has been asked and sees the patient although the day went by.
        referral: The referral that it is shown with.

    Raises:
        RefusedError: ``double_use`` (the message says where it was used), ``other_facility``,
            ``too_early``, ``missed`` and what ended it.
    """
    if state.stage is Stage.CONSUMED:
        raise RefusedError("double_use", f"used at {state.used_by} on {state.used_at:%Y-%m-%d}")
    _check_open(state)
    if facility != state.facility:
        raise RefusedError("other_facility", "expected the facility that gave the appointment")
    if isinstance(state.day, Erased):
        raise RefusedError("content_erased", "for which day it was has been erased")
    if today < state.day and not abnormal_signs:
        raise RefusedError("too_early", "before its day only where there are abnormal signs")
    if today > state.day and not agreed:
        raise RefusedError(
            "missed", "the day went by: the facility has to agree to see the patient"
        )
    return AppointmentConsumed(facility, at, referral, today < state.day)


def visited(
    state: Appointment, *, facility: str, visit: UUID, today: date, at: datetime
) -> tuple[Fact, ...]:
    """Return that a visit of ``facility`` was made by it; nothing if that is known.

    The visit has taken place, so neither signs nor an agreement are asked for.

    Raises:
        RefusedError: ``double_use``, ``other_facility`` and what ended it.
    """
    if state.visit == visit:
        return ()
    noted = AppointmentVisited(visit, at)
    if state.stage is Stage.CONSUMED and state.used_by == facility and state.visit is None:
        return (noted,)
    used = consume(state, facility=facility, today=today, at=at, abnormal_signs=True, agreed=True)
    return (used, noted)


def refuse_double_use(
    state: Appointment, *, facility: str, at: datetime
) -> AppointmentDoubleUseRefused:
    """Return that somebody tried again what is used up."""
    assert state.stage is Stage.CONSUMED, "only what is used is used again"
    return AppointmentDoubleUseRefused(FACILITY_CODE.check(facility, place="facility"), at)


def reschedule(
    state: Appointment, *, facility: str, replaced_by: UUID, at: datetime
) -> AppointmentRescheduled:
    """Return that another paper takes its place, or refuse."""
    _check_issuer(state, facility)
    _check_open(state)
    return AppointmentRescheduled(replaced_by, at)


def miss(state: Appointment, *, facility: str, today: date, at: datetime) -> AppointmentMissed:
    """Return that the patient did not come.

    Raises:
        RefusedError: ``not_over``: the day is not over; or it is not open.
    """
    _check_issuer(state, facility)
    if state.stage is Stage.MISSED:
        raise RefusedError("already_missed", "that is known")
    _check_open(state)
    if isinstance(state.day, Erased) or today <= state.day:
        raise RefusedError("not_over", "expected a day after that of the appointment")
    return AppointmentMissed(at)


def cancel(state: Appointment, *, facility: str, reason: str, at: datetime) -> AppointmentCancelled:
    """Return that the facility takes it back, or refuse."""
    _check_issuer(state, facility)
    _check_open(state)
    return AppointmentCancelled(at, check_text(reason, place="reason", longest=MAX_REASON))


def _check_open(state: Appointment) -> None:
    if not state.open:
        raise RefusedError(f"is_{state.stage.value}", f"the appointment is {state.stage.value}")


def _check_issuer(state: Appointment, facility: str) -> None:
    if facility != state.facility:
        raise RefusedError("not_the_issuer", "only who gave an appointment changes it")
