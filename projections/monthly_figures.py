"""What each month brought: sums of the days, of health data and of applications."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple, TypeVar

from projections import figures, national_figures
from projections.daily_figures import DayRow
from projections.figures import Figures, Span
from projections.integration_progress import ChangeRow
from projections.view_store import Session

MONTHS: Final = 12
_MONTH: Final = len("2026-11")
_KEYS: Final = 2

Row = TypeVar("Row", bound=NamedTuple)


@dataclass(frozen=True, slots=True)
class Month:
    """One month on whose days anything happened."""

    month: str
    """ISO text such as ``2026-11``."""
    changes: ChangeRow
    applications: Figures


def by_month(session: Session, last: date, *, provinces: Sequence[str] = ()) -> tuple[Month, ...]:
    """Return the last twelve months up to the day ``last``, without those of no change."""
    first = _months_before(last, MONTHS - 1)
    changes = national_figures.changes_by_day(session, first, last, provinces=provinces)
    days = figures.by_day(session, Span(first, last), provinces=provinces)
    changed = _summed(changes)
    asked = _summed([one.sums for one in days])
    return tuple(
        Month(
            month,
            changed.get(month, ChangeRow("", month)),
            Figures(asked.get(month, DayRow("", month))),
        )
        for month in sorted(changed.keys() | asked.keys())
    )


def _summed(days: Sequence[Row]) -> dict[str, Row]:
    """Return the sums of rows (province, day, figures …) by month."""
    months: dict[str, Row] = {}
    for row in days:
        month = row[1][:_MONTH]
        before = months.get(month)
        kept = (0,) * (len(row) - _KEYS) if before is None else before[_KEYS:]
        sums = [old + new for old, new in zip(kept, row[_KEYS:], strict=True)]
        months[month] = type(row)._make(["", month, *sums])
    return months


def _months_before(day: date, count: int) -> date:
    """Return the first day of the month ``count`` months before that of ``day``."""
    number = day.year * 12 + day.month - 1 - count
    return date(number // 12, number % 12 + 1, 1)
