"""Where the country stands at the end of a day: sums of `projections.integration_progress`.

Applications and what became of them stand in `projections.figures`. Shares of nothing are None.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from projections.integration_progress import CHANGES, ChangeRow
from projections.view_store import Session

_KEYS: Final = CHANGES.names[: CHANGES.keys]
_SUMS: Final = CHANGES.names[CHANGES.keys :]


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is at the end of a day; `sums` has the figures by name."""

    sums: ChangeRow
    """``province`` is empty where several were added up, ``day`` where no single day is meant."""

    @property
    def integrated_share(self) -> float | None:
        """Books that the person sees in an app, among all."""
        return _share(self.sums.integrated, self.sums.books)

    @property
    def synchronised_share(self) -> float | None:
        """Facilities that send through social insurance, among all registered."""
        return _share(self.sums.synchronised, self.sums.facilities)

    def covered_share(self, population: int) -> float | None:
        """Books among ``population`` people."""
        return _share(self.sums.books, population)


NOTHING: Final = Standing(ChangeRow("", ""))


def standing(session: Session, on: date, *, provinces: Sequence[str] = ()) -> Standing:
    """Return the whole country, or some provinces together, at the end of ``on``."""
    return Standing(_added(session, on, provinces, ())[0])


def standing_by_province(
    session: Session, on: date, *, provinces: Sequence[str] = ()
) -> tuple[Standing, ...]:
    """Return each province of which anything is known at the end of ``on``, in order."""
    return tuple(Standing(row) for row in _added(session, on, provinces, ("province",)))


def changes_by_day(
    session: Session, first: date, last: date, *, provinces: Sequence[str] = ()
) -> tuple[ChangeRow, ...]:
    """Return what each day from ``first`` to ``last`` changed, without days of no change."""
    return tuple(_added(session, last, provinces, ("day",), first=first))


def course(
    session: Session, first: date, last: date, *, provinces: Sequence[str] = ()
) -> Iterator[Standing]:
    """Yield the standing at the end of each day from ``first`` on on which anything changed.

    ``first`` itself comes always, so that a chart has a beginning.
    """
    sums = standing(session, first, provinces=provinces).sums._replace(day=first.isoformat())
    yield Standing(sums)
    for change in changes_by_day(session, first, last, provinces=provinces):
        if change.day > first.isoformat():
            more = (old + new for old, new in zip(sums[2:], change[2:], strict=True))
            sums = ChangeRow("", change.day, *more)
            yield Standing(sums)


def _added(
    session: Session,
    last: date,
    provinces: Sequence[str],
    groups: tuple[str, ...],
    *,
    first: date = date.min,
) -> list[ChangeRow]:
    kept = [name if name in groups else f"'' AS {name}" for name in _KEYS]
    # Sums of integers are of a wider type in PostgreSQL, and of none where there are no rows.
    sums = [f"CAST(COALESCE(SUM({name}), 0) AS BIGINT)" for name in _SUMS]
    chosen = f"AND province IN ({', '.join('?' * len(provinces))})" if provinces else ""
    grouped = f"GROUP BY {', '.join(groups)} ORDER BY {', '.join(groups)}" if groups else ""
    found = session.execute(
        f"SELECT {', '.join([*kept, *sums])} FROM integration_progress "  # noqa: S608 (our own words)
        f"WHERE day BETWEEN ? AND ? {chosen} {grouped}",
        (first.isoformat(), last.isoformat(), *provinces),
    )
    return [ChangeRow._make(row) for row in found]


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
