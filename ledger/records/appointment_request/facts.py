"""The facts of what a person asks of a facility about appointments; `.request` decides.

Days, specialty and words are sealed: beside a pseudonym they would say when somebody goes to a
hospital, and why. So is the day that a facility proposes.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from ledger.personal import Health


class AskKind(StrEnum):
    """What is asked for."""

    NEW = "new"
    MOVE = "move"
    GIVE_UP = "give_up"


class PartOfDay(StrEnum):
    """When on those days."""

    ANY = "any"
    MORNING = "morning"
    AFTERNOON = "afternoon"


class Specialty(StrEnum):
    """For what a new appointment is wished; departments that most hospitals have."""

    GENERAL = "general"
    INTERNAL = "internal"
    CARDIOLOGY = "cardiology"
    RESPIRATORY = "respiratory"
    GASTROENTEROLOGY = "gastroenterology"
    ENDOCRINOLOGY = "endocrinology"
    NEPHROLOGY = "nephrology"
    NEUROLOGY = "neurology"
    RHEUMATOLOGY = "rheumatology"
    SURGERY = "surgery"
    ORTHOPAEDICS = "orthopaedics"
    OBSTETRICS = "obstetrics"
    PAEDIATRICS = "paediatrics"
    ONCOLOGY = "oncology"
    INFECTIOUS = "infectious"
    MENTAL = "mental"
    DERMATOLOGY = "dermatology"
    EYE = "eye"
    EAR_NOSE_THROAT = "ear-nose-throat"
    DENTAL = "dental"
    REHABILITATION = "rehabilitation"
    TRADITIONAL = "traditional"


class Outcome(StrEnum):
    """What a facility answered."""

    GRANTED = "granted"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Wish:
    """When, for what, and why, as the person says."""

    first: date
    last: date
    part_of_day: PartOfDay = PartOfDay.ANY
    specialty: Specialty | None = None
    """Of a new appointment; one that is moved or given up has its own."""
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class AppointmentRequestMade:
    """A person asked a facility, or who acts for them did."""

    facility: str
    """Code of the facility that is asked."""
    kind: AskKind
    appointment: UUID | None
    """The paper that is to be moved or given up; None where a new one is asked for."""
    wish: Health[Wish]


@dataclass(frozen=True, slots=True)
class AppointmentRequestTakenUp:
    """The facility has put a paper together for it, which waits for its signature."""

    appointment: UUID
    """The draft."""
    day: Health[date]
    """That the draft is for."""


@dataclass(frozen=True, slots=True)
class AppointmentRequestAnswered:
    """The facility did what was asked for, or will not."""

    outcome: Outcome
    appointment: UUID | None
    """The paper that was issued for it."""
    note: Health[str | None]
    """To the person."""


@dataclass(frozen=True, slots=True)
class AppointmentRequestWithdrawn:
    """The person took it back."""


@dataclass(frozen=True, slots=True)
class AppointmentRequestLapsed:
    """Its last day went by without an answer, or the appointment ended in another way."""


Fact: TypeAlias = (
    AppointmentRequestMade
    | AppointmentRequestTakenUp
    | AppointmentRequestAnswered
    | AppointmentRequestWithdrawn
    | AppointmentRequestLapsed
)

TOPICS: dict[str, type] = {
    "appointment_request.made/1": AppointmentRequestMade,
    "appointment_request.taken_up/1": AppointmentRequestTakenUp,
    "appointment_request.answered/1": AppointmentRequestAnswered,
    "appointment_request.withdrawn/1": AppointmentRequestWithdrawn,
    "appointment_request.lapsed/1": AppointmentRequestLapsed,
}
"""Stored name with schema version, and the fact; never renamed once written."""
