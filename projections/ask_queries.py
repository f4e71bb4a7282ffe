"""What waits for an answer, by facility and anywhere, and what a person has asked; by pages."""

from typing import Final, NamedTuple
from uuid import UUID

from projections.appointment_asks import ASKS, AskRow
from projections.view_store import Session

MOST: Final = 200
"""Rows a page."""
_COLUMNS: Final = ", ".join(ASKS.names)
_LAST: Final = 1 << 62


class Place(NamedTuple):
    """Where a page ended: when its last ask was made, and its reference."""

    made_at: int
    ask: str


FIRST: Final = Place(-1, "")


def waiting_at(
    session: Session, facility: str, *, after: Place = FIRST, limit: int = MOST
) -> tuple[AskRow, ...]:
    """Return what waits for an answer of ``facility`` behind ``after``, the oldest first."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM appointment_asks "  # noqa: S608 (our own words)
        "WHERE facility = ? AND waits = 1 AND (made_at, ask) > (?, ?) "
        "ORDER BY made_at, ask LIMIT ?",
        (facility, *after, limit),
    )
    return tuple(AskRow._make(row) for row in found)


def waiting_anywhere(
    session: Session, *, after: Place = FIRST, limit: int = MOST
) -> tuple[AskRow, ...]:
    """Return what waits for an answer of anybody behind ``after``, the oldest first."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM appointment_asks "  # noqa: S608 (our own words)
        "WHERE waits = 1 AND (made_at, ask) > (?, ?) ORDER BY made_at, ask LIMIT ?",
        (*after, limit),
    )
    return tuple(AskRow._make(row) for row in found)


def asks_of(
    session: Session, subject: UUID, *, before: int | None = None, limit: int = MOST
) -> tuple[AskRow, ...]:
    """Return a person's asks with a number below ``before``, the newest first."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM appointment_asks WHERE subject = ? AND number < ? "  # noqa: S608 (our own words)
        "ORDER BY number DESC LIMIT ?",
        (str(subject), _LAST if before is None else before, limit),
    )
    return tuple(AskRow._make(row) for row in found)


def place_of(row: AskRow) -> Place:
    """Return where a page that ends with ``row`` ends."""
    return Place(row.made_at, row.ask)
