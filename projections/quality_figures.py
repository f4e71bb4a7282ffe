"""What a facility's sums amount to: shares, a score from 0 to 100, the rules most often not met.

    score = 100 - 50 E - 10 W - 20 L - 5 C - 15 D

    E  share of the assessed visits with an error
    W  share of the assessed visits with a warning and no error
    L  share of the assessed visits that came late
    C  share of the visits that had to be corrected
    D  share of the opened books of somebody who had one already

The weights add up to 100: who has every fault in everything has 0. A correction weighs least, for
whoever corrects does right. Nothing has no score: where nothing was assessed, it is None.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from projections.facility_quality import MONTHS, RULES, MonthRow, RuleRow
from projections.view_store import Session

ERRORS: Final = 50
WARNINGS: Final = 10
LATE: Final = 20
CORRECTED: Final = 5
DOUBLED: Final = 15
MOST_RULES: Final = 10
"""Rules that are named for one month."""
_SUMS: Final = MONTHS.names[MONTHS.keys :]


@dataclass(frozen=True, slots=True)
class Quality:
    """The sums of one facility and month, or of several added up."""

    sums: MonthRow
    """``month`` is empty where several were added up."""
    rules: tuple[RuleRow, ...] = ()
    """The rules that were most often not met, most frequent first."""

    @property
    def error_share(self) -> float | None:
        """Visits with an error among the assessed."""
        return _share(self.sums.with_errors, self.sums.assessed)

    @property
    def warning_share(self) -> float | None:
        """Visits with a warning and no error among the assessed."""
        return _share(self.sums.with_warnings, self.sums.assessed)

    @property
    def late_share(self) -> float | None:
        """Late visits among the assessed."""
        return _share(self.sums.late, self.sums.assessed)

    @property
    def corrected_share(self) -> float | None:
        """Corrected visits among all."""
        return _share(self.sums.corrected, self.sums.visits)

    @property
    def doubled_share(self) -> float | None:
        """Books of somebody who had one among those opened."""
        return _share(self.sums.doubled, self.sums.books)

    @property
    def score(self) -> int | None:
        """0 to 100 by the formula above, rounded to the nearest; None if nothing was assessed."""
        if not self.sums.assessed:
            return None
        parts = (
            (ERRORS, self.error_share),
            (WARNINGS, self.warning_share),
            (LATE, self.late_share),
            (CORRECTED, self.corrected_share),
            (DOUBLED, self.doubled_share),
        )
        lost = sum(weight * (share or 0.0) for weight, share in parts)
        return int(100 - lost + 0.5)


def by_month(
    session: Session, *, facility: str, first: str = "", last: str = "9999-12"
) -> tuple[Quality, ...]:
    """Return the months of one facility from ``first`` to ``last`` (``2026-11``), in order."""
    rows = session.execute(
        f"SELECT {', '.join(MONTHS.names)} FROM facility_quality "  # noqa: S608 (our own words)
        "WHERE facility = ? AND month BETWEEN ? AND ? ORDER BY month",
        (facility, first, last),
    )
    months = [MonthRow._make(row) for row in rows]
    return tuple(Quality(row, _rules(session, facility, row.month)) for row in months)


def by_facility(session: Session, *, first: str = "", last: str = "9999-12") -> tuple[Quality, ...]:
    """Return each facility's months added up, sorted by facility."""
    # Sums of integers are of a wider type in PostgreSQL.
    sums = ", ".join(f"CAST(SUM({name}) AS BIGINT)" for name in _SUMS)
    rows = session.execute(
        f"SELECT facility, '', {sums} FROM facility_quality "  # noqa: S608 (our own words)
        "WHERE month BETWEEN ? AND ? GROUP BY facility ORDER BY facility",
        (first, last),
    )
    return tuple(Quality(MonthRow._make(row)) for row in rows)


def _rules(session: Session, facility: str, month: str) -> tuple[RuleRow, ...]:
    rows: Sequence[Sequence[object]] = session.execute(
        f"SELECT {', '.join(RULES.names)} FROM facility_quality_rules "  # noqa: S608 (our own words)
        "WHERE facility = ? AND month = ? ORDER BY times DESC, rule LIMIT ?",
        (facility, month, MOST_RULES),
    )
    return tuple(RuleRow._make(row) for row in rows)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
