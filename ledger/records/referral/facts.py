"""The facts of what becomes of a referral paper; `ledger.records.referral.use` decides.

Facility codes stand in the clear, as they do in the acts around visits; why a paper was refused
and when somebody was admitted are sealed.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

from ledger.personal import Health


class RejectReason(StrEnum):
    """Why a facility does not take a referral."""

    NO_CAPACITY = "no_capacity"
    """No bed, no department, no device now."""
    WRONG_PATIENT = "wrong_patient"
    """Whoever brings it is not the person named on it."""
    INCOMPLETE = "incomplete"
    """What it says is not enough to take the patient in by."""
    NOT_NEEDED = "not_needed"
    """The patient was examined, and is not to be treated here."""
    OTHER = "other"


class Conflict(StrEnum):
    """Why an admission without the service was not right; care stays as it is."""

    ACCEPTED_ELSEWHERE = "accepted_elsewhere"
    USED_UP = "used_up"
    CANCELLED = "cancelled"
    NOT_ADDRESSED = "not_addressed"
    LAPSED = "lapsed"
    APPOINTMENT_MISSING = "appointment_missing"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class ReferralIssued:
    """The paper is in force: from here on it can be presented."""

    certificate: UUID
    origin: str
    """Code of the facility that issued it."""
    addressed_to: tuple[str, ...]
    valid_until: datetime
    """Exclusive: by then it has to be presented."""
    reusable: bool
    """True of a paper of one year, which serves one episode after another."""


@dataclass(frozen=True, slots=True)
class ReferralPresented:
    """The patient showed it at a facility, in time."""

    facility: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReferralAccepted:
    """A facility took the patient in by it; nobody else can."""

    facility: str
    at: datetime
    appointment: UUID | None
    """The appointment that was used with it, from the second episode on."""


@dataclass(frozen=True, slots=True)
class ReferralRejected:
    """A facility did not take it; another rightful one still may, unless that is final."""

    facility: str
    at: datetime
    final: bool
    reason: Health[RejectReason]
    note: Health[str | None]


@dataclass(frozen=True, slots=True)
class ReferralAdmittedUnverified:
    """A facility admitted the patient while the service was down, and reports it now."""

    facility: str
    at: datetime
    """When it was reported."""
    conflict: Conflict | None
    """Why it cannot become the acceptance; None if it does, by the fact that follows."""
    offline_number: Health[str]
    """Under which the facility wrote it down."""
    admitted_at: Health[datetime]


@dataclass(frozen=True, slots=True)
class ReferralUsed:
    """The facility's visit names this paper as the one that it was made by."""

    facility: str
    at: datetime
    visit: UUID


@dataclass(frozen=True, slots=True)
class ReferralClosed:
    """The episode of care is over; a paper of one year can be used again."""

    facility: str
    at: datetime


@dataclass(frozen=True, slots=True)
class ReferralCancelled:
    """The facility that issued it has taken it back before anybody used it."""

    at: datetime
    reason: Health[str]


Fact: TypeAlias = (
    ReferralIssued
    | ReferralPresented
    | ReferralAccepted
    | ReferralRejected
    | ReferralAdmittedUnverified
    | ReferralUsed
    | ReferralClosed
    | ReferralCancelled
)

TOPICS: dict[str, type] = {
    "referral.issued/1": ReferralIssued,
    "referral.presented/1": ReferralPresented,
    "referral.accepted/1": ReferralAccepted,
    "referral.rejected/1": ReferralRejected,
    "referral.admitted_unverified/1": ReferralAdmittedUnverified,
    "referral.used/1": ReferralUsed,
    "referral.closed/1": ReferralClosed,
    "referral.cancelled/1": ReferralCancelled,
}
"""Stored name with schema version, and the fact; never renamed once written."""
