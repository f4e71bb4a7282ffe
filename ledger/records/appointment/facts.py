"""The facts of what becomes of an appointment; `ledger.records.appointment.use` decides.

The day is sealed: beside a pseudonym it would say when somebody goes to a hospital. So is whether
they came early, and why it was cancelled.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from ledger.personal import Health


@dataclass(frozen=True, slots=True)
class AppointmentIssued:
    """The paper is in force."""

    certificate: UUID
    facility: str
    """Code of the facility that issued it and expects the patient."""
    replaces: UUID | None
    """The paper of an earlier day, where this one was moved."""
    day: Health[date]


@dataclass(frozen=True, slots=True)
class AppointmentRescheduled:
    """Another paper with another day took its place."""

    replaced_by: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentConsumed:
    """The patient was seen: it is used up, at all facilities together."""

    facility: str
    at: datetime
    referral: UUID | None
    """The referral that it was used with, from that paper's second episode on."""
    early: Health[bool]
    """Before its day, for abnormal signs."""


@dataclass(frozen=True, slots=True)
class AppointmentVisited:
    """The visit that was made by it names it; told by the facility that has used it."""

    visit: UUID
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentDoubleUseRefused:
    """Somebody tried to use it again."""

    facility: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentMissed:
    """The day went by; the facility may still see the patient, or give another day."""

    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """The facility that issued it has taken it back."""

    at: datetime
    reason: Health[str]


Fact: TypeAlias = (
    AppointmentIssued
    | AppointmentRescheduled
    | AppointmentConsumed
    | AppointmentVisited
    | AppointmentDoubleUseRefused
    | AppointmentMissed
    | AppointmentCancelled
)

TOPICS: dict[str, type] = {
    "appointment.issued/1": AppointmentIssued,
    "appointment.rescheduled/1": AppointmentRescheduled,
    "appointment.consumed/1": AppointmentConsumed,
    "appointment.visited/1": AppointmentVisited,
    "appointment.double_use_refused/1": AppointmentDoubleUseRefused,
    "appointment.missed/1": AppointmentMissed,
    "appointment.cancelled/1": AppointmentCancelled,
}
"""Stored name with schema version, and the fact; never renamed once written."""
