"""A person's reports that somebody looked without need: one stream a person. Facts and decisions.

Source: Law 91/2025/QH15, article 4 (complaint about unlawful processing); the time to answer is
that of a request for information in Decree 356/2025, article 5.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeAlias, cast
from uuid import UUID

from ledger.calendar import Term, TermUnit
from ledger.errors import RefusedError
from ledger.facts import RecordedFact
from ledger.names import check_text
from ledger.personal import Health

ANSWER_TERM: Final = Term(TermUnit.CALENDAR_DAYS, 10)
MAX_WORDS: Final = 2_000
MOST_OPEN: Final = 20
"""Reports of one person that wait for an answer."""


class Finding(StrEnum):
    """What was found out."""

    LAWFUL = "lawful"
    MISUSE = "misuse"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class MisuseReported:
    """The person does not see why somebody looked."""

    report: UUID
    look: UUID
    """Event id of the look in the person's access history."""
    words: Health[str]
    due: date


@dataclass(frozen=True, slots=True)
class MisuseAnswered:
    """It was looked into."""

    report: UUID
    finding: Finding
    answer: Health[str]


Fact: TypeAlias = MisuseReported | MisuseAnswered

TOPICS: dict[str, type] = {
    "misuse.reported/1": MisuseReported,
    "misuse.answered/1": MisuseAnswered,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Report:
    """One report and what came of it."""

    reported: MisuseReported
    answered: MisuseAnswered | None = None
    representative: UUID | None = None
    """Who reported it for the person; None if they did themselves."""


Reports: TypeAlias = tuple[Report, ...]


def fold(recorded: Iterable[RecordedFact]) -> Reports:
    """Return the reports of a person, oldest first."""
    found: dict[UUID, Report] = {}
    for one in recorded:
        fact = cast("Fact", one.fact)
        if isinstance(fact, MisuseReported):
            found[fact.report] = Report(fact, representative=one.act.correlation)
        else:
            found[fact.report] = replace(found[fact.report], answered=fact)
    return tuple(found.values())


def report(state: Reports, *, report: UUID, look: UUID, words: str, due: date) -> MisuseReported:
    """Return the report of a look that is in the person's own access history.

    Raises:
        InvalidInputError: No words, or too many.
        RefusedError: ``already_reported`` or ``too_many_reports``.
    """
    waiting = [one for one in state if one.answered is None]
    if any(one.reported.look == look for one in waiting):
        raise RefusedError("already_reported", "a report of this look waits for its answer")
    if len(waiting) >= MOST_OPEN:
        raise RefusedError("too_many_reports", f"at most {MOST_OPEN} wait for an answer")
    return MisuseReported(report, look, check_text(words, place="words", longest=MAX_WORDS), due)


def answer(
    state: Reports, *, report: UUID, finding: Finding, words: str, by: str, looked: str
) -> MisuseAnswered:
    """Return the answer; ``looked`` is the account that the report is about.

    Raises:
        RefusedError: ``unknown_report``, ``already_answered`` or ``answers_for_oneself``.
    """
    known = next((one for one in state if one.reported.report == report), None)
    if known is None:
        raise RefusedError("unknown_report", "no such report is on record")
    if known.answered is not None:
        raise RefusedError("already_answered", "this report was answered before")
    if by == looked:
        raise RefusedError("answers_for_oneself", "somebody else answers than who looked")
    return MisuseAnswered(report, finding, check_text(words, place="words", longest=MAX_WORDS))
