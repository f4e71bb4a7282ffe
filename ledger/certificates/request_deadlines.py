"""The appointed day of a request: set, standing still, moved, missed, apologised for.

Two days are kept apart. The *appointed* day is on the receipt, and punctuality is measured by it;
an authority may promise another than the law's. The *legal limit* is the law's own.

While a supplement is pending the clock stands still: so much of each term is left as was not used
up to and including the day of the asking, and it runs on after the day on which the supplement
comes. A day already missed does not come back.
"""

from dataclasses import dataclass, replace
from datetime import date
from typing import Final, assert_never

from ledger.calendar import Term, TermUnit, WorkingCalendar
from ledger.certificates.request_facts import (
    ApologyIssued,
    DeadlineFact,
    DeadlineMissed,
    DeadlineRecomputed,
    DeadlineResumed,
    DeadlineSet,
    DeadlineSuspended,
)
from ledger.certificates.request_rules import Rule
from ledger.certificates.request_values import RecomputeReason
from ledger.errors import InvalidInputError, RefusedError
from ledger.identifiers import REFERENCE

LONGEST_INCIDENT: Final = 90
"""Days; more is a slip of the keyboard, and a calendar knows only so many years."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """When the result is due."""

    running_since: date
    """The day before the first counted one: of acceptance, or of the last resumption."""
    appointed_on: date
    legal_limit_on: date
    appointed: tuple[Term, ...]
    """What was left of the terms on ``running_since``."""
    legal: tuple[Term, ...]
    suspended_on: date | None = None
    ran: tuple[tuple[date, date], ...] = ()
    """Stretches that the clock ran before: the day before the first counted one, the last one."""
    missed: date | None = None
    """The appointed day that was noted as missed."""
    promised_on: date | None = None
    """The day that the last apology promised."""


def evolve_deadline(state: Deadline | None, fact: DeadlineFact) -> Deadline:
    """Return the deadline after ``fact``."""
    if isinstance(fact, DeadlineSet):
        return Deadline(
            fact.started_on, fact.appointed_on, fact.legal_limit_on, fact.appointed, fact.legal
        )
    assert state is not None, "a deadline begins with being set"
    match fact:
        case DeadlineSuspended(on, appointed, legal):
            ran = (*state.ran, (state.running_since, on))
            return replace(state, suspended_on=on, appointed=appointed, legal=legal, ran=ran)
        case DeadlineResumed(on, appointed_on, legal_limit_on):
            return replace(
                state,
                running_since=on,
                suspended_on=None,
                appointed_on=appointed_on,
                legal_limit_on=legal_limit_on,
            )
        case DeadlineRecomputed():
            return replace(
                state,
                appointed_on=fact.appointed_on,
                legal_limit_on=fact.legal_limit_on,
                appointed=fact.appointed,
                legal=fact.legal,
            )
        case DeadlineMissed():
            return replace(state, missed=fact.appointed_on)
        case ApologyIssued():
            return replace(state, promised_on=fact.promised_on)
        case _:
            assert_never(fact)


def appoint(
    *,
    on: date,
    legal: tuple[Term, ...],
    calendar: WorkingCalendar,
    appointed: tuple[Term, ...] | None = None,
) -> DeadlineSet:
    """Return the deadline of a request accepted ``on`` that day.

    Args:
        on: The day that sets the terms off; itself not counted.
        legal: The law's terms, all of which bind.
        calendar: The working days.
        appointed: What this authority promises instead, if it does.
    """
    promised = appointed or legal
    return DeadlineSet(
        started_on=on,
        appointed_on=calendar.earliest_end(promised, on),
        legal_limit_on=calendar.earliest_end(legal, on),
        appointed=promised,
        legal=legal,
        calendar=calendar.version,
    )


def suspend(
    deadline: Deadline, *, on: date, calendar: WorkingCalendar
) -> tuple[DeadlineSuspended, ...]:
    """Return the suspension; nothing if the clock stands still or has run out."""
    if deadline.suspended_on is not None or on > deadline.appointed_on:
        return ()

    def left(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(calendar.remaining(term, deadline.running_since, on) for term in terms)

    return (DeadlineSuspended(on, left(deadline.appointed), left(deadline.legal)),)


def resume(
    deadline: Deadline, *, on: date, calendar: WorkingCalendar
) -> tuple[DeadlineResumed, ...]:
    """Return the resumption; nothing if the clock was running."""
    if deadline.suspended_on is None:
        return ()
    # A legal limit that had run out before the clock stopped does not come back.
    legal_had_run_out = deadline.suspended_on > deadline.legal_limit_on
    return (
        DeadlineResumed(
            resumed_on=on,
            appointed_on=calendar.earliest_end(deadline.appointed, on),
            legal_limit_on=deadline.legal_limit_on
            if legal_had_run_out
            else calendar.earliest_end(deadline.legal, on),
            calendar=calendar.version,
        ),
    )


def lengthen(
    deadline: Deadline, *, legal: tuple[Term, ...], calendar: WorkingCalendar
) -> tuple[DeadlineRecomputed, ...]:
    """Return the move to the longer limit of a verification that found something.

    The time used is used: the longer terms lose as much as the shorter ones have. A day that this
    authority had promised of its own stays, unless the law's is the same as the promised one.
    """
    left = legal
    for since, stopped in deadline.ran:
        left = tuple(calendar.remaining(term, since, stopped) for term in left)
    promised_its_own = deadline.appointed != deadline.legal
    appointed = deadline.appointed if promised_its_own else left
    return _recomputed(deadline, appointed, left, RecomputeReason.VERIFICATION, calendar)


def recompute(deadline: Deadline, *, calendar: WorkingCalendar) -> tuple[DeadlineRecomputed, ...]:
    """Return the move by a changed calendar; nothing while suspended or if no day changes."""
    if deadline.suspended_on is not None:
        return ()
    return _recomputed(
        deadline, deadline.appointed, deadline.legal, RecomputeReason.CALENDAR, calendar
    )


def extend(
    deadline: Deadline, *, days: int, calendar: WorkingCalendar
) -> tuple[DeadlineRecomputed, ...]:
    """Return the move by ``days`` in which a system that both sides need was down."""
    if not 1 <= days <= LONGEST_INCIDENT:
        raise InvalidInputError("days", "incident_days", f"1 to {LONGEST_INCIDENT} days")
    if deadline.suspended_on is not None:
        return ()

    def longer(terms: tuple[Term, ...]) -> tuple[Term, ...]:
        return tuple(
            Term(t.unit, t.count + days * (24 if t.unit is TermUnit.HOURS else 1)) for t in terms
        )

    appointed, legal = longer(deadline.appointed), longer(deadline.legal)
    return _recomputed(deadline, appointed, legal, RecomputeReason.INCIDENT, calendar)


def _recomputed(
    deadline: Deadline,
    appointed: tuple[Term, ...],
    legal: tuple[Term, ...],
    reason: RecomputeReason,
    calendar: WorkingCalendar,
) -> tuple[DeadlineRecomputed, ...]:
    appointed_on = calendar.earliest_end(appointed, deadline.running_since)
    legal_limit_on = calendar.earliest_end(legal, deadline.running_since)
    if (appointed_on, legal_limit_on) == (deadline.appointed_on, deadline.legal_limit_on):
        return ()
    return (
        DeadlineRecomputed(
            former_on=deadline.appointed_on,
            appointed_on=appointed_on,
            legal_limit_on=legal_limit_on,
            appointed=appointed,
            legal=legal,
            reason=reason,
            calendar=calendar.version,
        ),
    )


def note_missed(deadline: Deadline, *, on: date) -> tuple[DeadlineMissed, ...]:
    """Return that the appointed day went by; nothing if that was noted, or it has not."""
    standing_still = deadline.suspended_on is not None
    if standing_still or on <= deadline.appointed_on or deadline.missed == deadline.appointed_on:
        return ()
    return (DeadlineMissed(deadline.appointed_on, on),)


def apologise(deadline: Deadline, *, on: date, promised_on: date, letter: str) -> ApologyIssued:
    """Return the apology for a missed day, with the day now promised.

    Source: the ministry's draft circular of 17 April 2026 on late results.
    """
    REFERENCE.check(letter, place="letter")
    if deadline.missed is None:
        raise RefusedError(Rule.DEADLINE_NOT_MISSED, "expected a missed day to apologise for")
    if promised_on <= on:
        raise RefusedError(Rule.APOLOGY_NEEDS_A_LATER_DAY, f"expected a day after {on}")
    return ApologyIssued(promised_on, letter)
