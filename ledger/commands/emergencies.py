"""Commands on emergency looks: open the book, review that it was needed."""

from datetime import timedelta
from uuid import UUID

from ledger.calendar import WorkingCalendar, local_day
from ledger.commands.deciding import take
from ledger.commands.loading import until_settled
from ledger.errors import RefusedError
from ledger.facts import Act, FactStore
from ledger.identifiers import emergency_day_stream, emergency_stream
from ledger.records import emergency
from ledger.records.emergency import (
    Emergencies,
    EmergencyCounted,
    EmergencyReason,
    Outcome,
    open_for,
)


def load_emergencies(facts: FactStore, subject: UUID) -> Emergencies:
    """Return the emergency looks at a person's book, oldest first."""
    return emergency.fold(facts.history(emergency_stream(subject)).recorded)


def open_book(
    facts: FactStore,
    *,
    subject: UUID,
    emergency_id: UUID,
    reason: EmergencyReason,
    lasting: timedelta,
    calendar: WorkingCalendar,
    act: Act,
) -> UUID:
    """Let the act's actor read without consent; return the emergency on which they do.

    The emergency that they have open already is returned again. Of one account, at most
    `emergency.MOST_A_DAY` are opened a day, over all persons, also by requests at the same time:
    each is counted on the day's own stream in the same transaction.

    Raises:
        InvalidInputError: No reason, or too long a time.
        RefusedError: ``too_many_emergencies``, or ``emergency_without_facility``.
    """
    if act.organisation is None:
        raise RefusedError("emergency_without_facility", "somebody has to review it")
    today = local_day(act.at)
    stream, counted = emergency_stream(subject), emergency_day_stream(act.actor, today)

    def attempt() -> UUID:
        history, count = facts.history(stream), facts.tip(counted)
        known = open_for(
            emergency.fold(history.recorded), account=act.actor, facility=act.organisation,
            at=act.at,
        )  # fmt: skip
        if known is not None:
            return known.opened.emergency
        opened = emergency.open_book(
            emergency=emergency_id, reason=reason, lasting=lasting, today=count.version, at=act.at,
            review_due=calendar.end_of(emergency.REVIEW_TERM, today),
        )  # fmt: skip
        facts.append(
            act,
            history.then(opened, subject=subject),
            count.then(EmergencyCounted(emergency_id)),
        )
        return emergency_id

    return until_settled(attempt)


def review(
    facts: FactStore, *, subject: UUID, emergency_id: UUID, outcome: Outcome, note: str, act: Act
) -> None:
    """Record what a review found.

    Raises:
        RefusedError: ``unknown_emergency``, ``already_reviewed`` or ``reviewer_opened_it``.
    """
    take(
        facts, emergency_stream(subject),
        lambda history: (
            emergency.review(
                emergency.fold(history.recorded), emergency=emergency_id, by=act.actor,
                outcome=outcome, note=note,
            ),
        ),
        subject=subject, act=act,
    )  # fmt: skip
