"""Emergency looks at a health book (break-glass): one stream a person. Facts, state, decisions.

Whoever treats somebody who cannot be asked may read without consent: for at most four hours, with
a reason, before everybody's eyes. The person is told at once, the facility or the data protection
officer reviews it. Who opened it, and where, stands in the act.

Source: Law 91/2025/QH15, article 19.1.a (to protect life and health in an urgent case).
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Final, TypeAlias, cast
from uuid import UUID

from ledger.calendar import Term, TermUnit
from ledger.errors import InvalidInputError, RefusedError
from ledger.facts import RecordedFact
from ledger.names import check_text
from ledger.personal import Health

LONGEST: Final = timedelta(hours=4)
MOST_A_DAY: Final = 5
"""Of one account, over all persons; more is no emergency but a way of working."""
REVIEW_TERM: Final = Term(TermUnit.WORKING_DAYS, 3)
"""No law counts it; a review that may come at any time is the known failure of break-glass."""
SHORTEST_REASON: Final = 10
MAX_REASON: Final = 500


class ReasonCode(StrEnum):
    """Why nobody could be asked."""

    UNCONSCIOUS = "unconscious"
    LIFE_THREATENING = "life-threatening"
    CANNOT_COMMUNICATE = "cannot-communicate"
    OTHER_URGENT = "other-urgent"


class Outcome(StrEnum):
    """What a review found."""

    JUSTIFIED = "justified"
    NOT_JUSTIFIED = "not-justified"


@dataclass(frozen=True, slots=True)
class EmergencyReason:
    """Why it was opened; a condition of a person, so it is sealed."""

    code: ReasonCode
    text: str


@dataclass(frozen=True, slots=True)
class EmergencyOpened:
    """Somebody opened the book without being allowed otherwise."""

    emergency: UUID
    reason: Health[EmergencyReason]
    until: datetime
    """Exclusive."""
    review_due: date


@dataclass(frozen=True, slots=True)
class EmergencyReviewed:
    """Somebody else looked whether it was needed."""

    emergency: UUID
    outcome: Outcome
    note: Health[str]


@dataclass(frozen=True, slots=True)
class EmergencyCounted:
    """An account opened a book on this day; the day's stream holds as many as it opened."""

    emergency: UUID


Fact: TypeAlias = EmergencyOpened | EmergencyReviewed

TOPICS: dict[str, type] = {
    "emergency.opened/1": EmergencyOpened,
    "emergency.reviewed/1": EmergencyReviewed,
    "emergency.counted/1": EmergencyCounted,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Emergency:
    """One emergency look."""

    opened: EmergencyOpened
    at: datetime
    account: str
    facility: str | None
    reviewed: EmergencyReviewed | None = None

    def is_open(self, at: datetime) -> bool:
        """Tell whether it still opens the book."""
        return self.at <= at < self.opened.until


Emergencies: TypeAlias = tuple[Emergency, ...]


def fold(recorded: Iterable[RecordedFact]) -> Emergencies:
    """Return the emergencies of a person, oldest first."""
    found: dict[UUID, Emergency] = {}
    for one in recorded:
        fact = cast("Fact", one.fact)
        if isinstance(fact, EmergencyOpened):
            act = one.act
            found[fact.emergency] = Emergency(fact, act.at, act.actor, act.organisation)
        else:
            found[fact.emergency] = replace(found[fact.emergency], reviewed=fact)
    return tuple(found.values())


def open_for(
    state: Emergencies, *, account: str, facility: str | None, at: datetime
) -> Emergency | None:
    """Return the emergency on which ``account`` may read now."""
    for one in reversed(state):
        if one.account == account and one.facility == facility and one.is_open(at):
            return one
    return None


def open_book(
    *, emergency: UUID, reason: EmergencyReason, lasting: timedelta, today: int, at: datetime,
    review_due: date,
) -> EmergencyOpened:  # fmt: skip
    """Return the opening.

    Args:
        emergency: A new random identifier.
        reason: Why; both the code and words.
        lasting: For how long, at most `LONGEST`.
        today: How many this account has opened today.
        at: Now.
        review_due: Day until which it is to be reviewed.

    Raises:
        InvalidInputError: No reason, or too long a time.
        RefusedError: ``too_many_emergencies``.
    """
    check_text(reason.text, place="reason.text", longest=MAX_REASON)
    if len(reason.text.strip()) < SHORTEST_REASON:
        raise InvalidInputError(
            "reason.text", "reason_too_short", f"what happened, at least {SHORTEST_REASON} letters"
        )
    if not timedelta(0) < lasting <= LONGEST:
        raise InvalidInputError("minutes", "emergency_too_long", "1 to 240 minutes")
    if today >= MOST_A_DAY:
        raise RefusedError("too_many_emergencies", f"at most {MOST_A_DAY} a day and account")
    return EmergencyOpened(emergency, reason, at + lasting, review_due)


def review(
    state: Emergencies, *, emergency: UUID, by: str, outcome: Outcome, note: str
) -> EmergencyReviewed:
    """Return the review.

    Raises:
        RefusedError: ``unknown_emergency``, ``already_reviewed`` or ``reviewer_opened_it``.
    """
    known = next((one for one in state if one.opened.emergency == emergency), None)
    if known is None:
        raise RefusedError("unknown_emergency", "no such emergency look is on record")
    if known.reviewed is not None:
        raise RefusedError("already_reviewed", "this emergency look was reviewed before")
    if known.account == by:
        raise RefusedError("reviewer_opened_it", "somebody else reviews it than who opened it")
    return EmergencyReviewed(emergency, outcome, check_text(note, place="note", longest=MAX_REASON))
