"""What the daily figures add up to over a span of days: sums, and the shares made of them.

Shares of nothing are None, not zero: where nothing ended, nothing was punctual or late.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from projections.daily_figures import DAYS, DayRow
from projections.view_store import Session

_KEYS: Final = DAYS.names[: DAYS.keys]
_SUMS: Final = DAYS.names[DAYS.keys :]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both counted."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Figures:
    """The sums of some days in some provinces; ``sums`` has them by name."""

    sums: DayRow
    """``province`` and ``day`` are empty where several were added up."""

    @property
    def on_time_share(self) -> float | None:
        """Punctual requests among those measured."""
        return _share(self.sums.on_time, self.sums.measured)

    @property
    def waived_share(self) -> float | None:
        """Applications that paid nothing among all."""
        return _share(self.sums.waived, self.sums.submitted)

    @property
    def reduced_share(self) -> float | None:
        """Applications at the reduced fee among all."""
        return _share(self.sums.reduced, self.sums.submitted)

    @property
    def form_1_share(self) -> float | None:
        """Applications for Form 1 among all."""
        return _share(self.sums.form_1, self.sums.submitted)

    @property
    def mean_days(self) -> float | None:
        """Calendar days from acceptance to result."""
        return _share(self.sums.days_taken, self.sums.ready)

    @property
    def net_fees(self) -> int:
        """VND taken and kept."""
        return self.sums.fees - self.sums.refunds


NOTHING: Final = Figures(DayRow("", ""))


def total(session: Session, span: Span, *, provinces: Sequence[str] = ()) -> Figures:
    """Return the sums over ``span``, of all provinces if none is named."""
    return Figures(_added(session, span, provinces, ())[0])


def by_day(session: Session, span: Span, *, provinces: Sequence[str] = ()) -> tuple[Figures, ...]:
    """Return the sums of each day on which anything happened, in order."""
    return tuple(Figures(row) for row in _added(session, span, provinces, ("day",)))


def by_province(
    session: Session, span: Span, *, provinces: Sequence[str] = ()
) -> tuple[Figures, ...]:
    """Return the sums of each province in which anything happened, in order."""
    return tuple(Figures(row) for row in _added(session, span, provinces, ("province",)))


def _added(
    session: Session, span: Span, provinces: Sequence[str], groups: tuple[str, ...]
) -> list[DayRow]:
    kept = [name if name in groups else f"'' AS {name}" for name in _KEYS]
    # Sums of integers are of a wider type in PostgreSQL, and of none where there are no rows.
    sums = [f"CAST(COALESCE(SUM({name}), 0) AS BIGINT)" for name in _SUMS]
    chosen = f"AND province IN ({', '.join('?' * len(provinces))})" if provinces else ""
    grouped = f"GROUP BY {', '.join(groups)} ORDER BY {', '.join(groups)}" if groups else ""
    found = session.execute(
        f"SELECT {', '.join([*kept, *sums])} FROM daily_figures "  # noqa: S608 (our own words)
        f"WHERE day BETWEEN ? AND ? {chosen} {grouped}",
        (span.first.isoformat(), span.last.isoformat(), *provinces),
    )
    return [DayRow._make(row) for row in found]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
