"""What stewards ask of the pairs: which wait, the likeliest first; and how right proposals were."""

from dataclasses import dataclass
from typing import Final, NamedTuple

from ledger.records.cleaning import SURE, Judgement
from projections.cleaning_pairs import PAIRS, WAITING, PairRow
from projections.view_store import Session

MOST: Final = 100
"""Rows a page."""
STATES: Final = (WAITING, *(judgement.value for judgement in Judgement))
_COLUMNS: Final = ", ".join(PAIRS.names)


class Cursor(NamedTuple):
    """Where a page ended; the next begins behind it."""

    likelihood: int
    pair: str


FIRST: Final = Cursor(SURE + 1, "")


@dataclass(frozen=True, slots=True)
class Page:
    """Some pairs, and where to go on; None if there are no more."""

    pairs: tuple[PairRow, ...]
    after: Cursor | None


def listed(
    session: Session, *, state: str = WAITING, after: Cursor = FIRST, limit: int = MOST
) -> Page:
    """Return pairs in ``state``, the likeliest first."""
    rows = session.execute(
        f"SELECT {_COLUMNS} FROM cleaning_pairs WHERE state = ? "  # noqa: S608 (our own words)
        "AND (likelihood < ? OR (likelihood = ? AND pair > ?)) "
        "ORDER BY likelihood DESC, pair LIMIT ?",
        (state, after.likelihood, after.likelihood, after.pair, limit + 1),
    )
    found = tuple(PairRow._make(row) for row in rows[:limit])
    last = found[-1] if len(rows) > limit else None
    return Page(found, None if last is None else Cursor(last.likelihood, last.pair))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of the proposals of one method and grade."""

    method: str
    grade: str
    waiting: int
    same: int
    different: int
    unsure: int

    @property
    def precision(self) -> float | None:
        """Of those that were decided, the share that is one person; None if none was."""
        decided = self.same + self.different
        return self.same / decided if decided else None


def outcomes(session: Session) -> tuple[Outcome, ...]:
    """Return what became of the proposals, by method and grade: what really is right, measured."""
    counted: dict[tuple[str, str], dict[str, int]] = {}
    for method, grade, state, count in session.execute(
        "SELECT method, grade, state, COUNT(*) FROM cleaning_pairs GROUP BY method, grade, state"
    ):
        counted.setdefault((method, grade), dict.fromkeys(STATES, 0))[state] = int(count)
    return tuple(
        Outcome(method, grade, *(counts[state] for state in STATES))
        for (method, grade), counts in sorted(counted.items())
    )
