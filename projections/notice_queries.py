"""What deliveries and provinces ask of the notices: which are due, which follow, which are dead.

A province asks for its own authority and sees its own dossiers; the operator, all dead letters.
"""

from datetime import datetime
from typing import Final

from projections.columns import microseconds
from projections.portal_notices import DEAD, NOTICES, PENDING, NoticeRow
from projections.view_store import Session

MOST: Final = 500
"""Rows a page."""
_COLUMNS: Final = ", ".join(NOTICES.names)


def due(
    session: Session, *, authority: str, at: datetime, limit: int = MOST
) -> tuple[NoticeRow, ...]:
    """Return the notices to send now, in order: those that no earlier one of their file blocks.

    A province that was away has thousands that wait; they stand in nobody's way here.
    """
    now = microseconds(at)
    found = session.execute(
        f"SELECT {_COLUMNS} FROM portal_notices n WHERE authority = ? AND state = ? "  # noqa: S608 (our own words)
        "AND (next_at IS NULL OR next_at <= ?) AND NOT EXISTS (SELECT 1 FROM portal_notices e "
        "WHERE e.request = n.request AND e.position < n.position "
        "AND (e.state = ? OR (e.state = ? AND e.next_at > ?))) ORDER BY position LIMIT ?",
        (authority, PENDING, now, DEAD, PENDING, now, limit),
    )
    return tuple(NoticeRow._make(row) for row in found)


def feed(
    session: Session, *, authority: str, after: int, limit: int = MOST
) -> tuple[NoticeRow, ...]:
    """Return every notice behind the position ``after``, in order, delivered or not."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM portal_notices WHERE authority = ? AND position > ? "  # noqa: S608 (our own words)
        "ORDER BY position LIMIT ?",
        (authority, after, limit),
    )
    return tuple(NoticeRow._make(row) for row in found)


def dead_letters(session: Session, *, after: int = 0, limit: int = MOST) -> tuple[NoticeRow, ...]:
    """Return the notices of all authorities that somebody has to look at, in order."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM portal_notices WHERE state = ? "  # noqa: S608 (our own words)
        "AND position > ? ORDER BY position LIMIT ?",
        (DEAD, after, limit),
    )
    return tuple(NoticeRow._make(row) for row in found)


def notice(session: Session, position: int) -> NoticeRow | None:
    """Return one notice."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM portal_notices WHERE position = ?",  # noqa: S608 (our own words)
        (position,),
    )
    return NoticeRow._make(found[0]) if found else None
