"""What is asked of links, notices and tasks: by the person, or by whose task it is."""

from datetime import date
from typing import Final
from uuid import UUID

from projections.book_notices import NOTICES, NoticeRow
from projections.health_tasks import OPEN, TASKS, TaskRow
from projections.reader_notices import NOTICES as READER_NOTICES
from projections.reader_notices import ReaderNoticeRow
from projections.represented import REPRESENTED, RepresentedRow
from projections.shares import SHARES, ShareRow
from projections.view_store import Session

MOST: Final = 200
"""Rows a page."""
_SHARES: Final = ", ".join(SHARES.names)
_NOTICES: Final = ", ".join(NOTICES.names)
_READER_NOTICES: Final = ", ".join(READER_NOTICES.names)
_REPRESENTED: Final = ", ".join(REPRESENTED.names)
_TASKS: Final = ", ".join(TASKS.names)
_LAST: Final = 1 << 62


def shares_of(
    session: Session, subject: UUID, *, before: int | None = None, limit: int = MOST
) -> tuple[ShareRow, ...]:
    """Return a person's links with a number below ``before``, the newest first."""
    found = session.execute(
        f"SELECT {_SHARES} FROM shares WHERE subject = ? AND number < ? "  # noqa: S608 (our own words)
        "ORDER BY number DESC LIMIT ?",
        (str(subject), _LAST if before is None else before, limit),
    )
    return tuple(ShareRow._make(row) for row in found)


def notices_of(
    session: Session, subject: UUID, *, after: int = 0, limit: int = MOST
) -> tuple[NoticeRow, ...]:
    """Return a person's notices behind the number ``after``, in order."""
    found = session.execute(
        f"SELECT {_NOTICES} FROM book_notices WHERE subject = ? AND number > ? "  # noqa: S608 (our own words)
        "ORDER BY number LIMIT ?",
        (str(subject), after, limit),
    )
    return tuple(NoticeRow._make(row) for row in found)


def newest_notices_of(session: Session, subject: UUID, *, limit: int) -> tuple[NoticeRow, ...]:
    """Return a person's last notices, the newest first."""
    found = session.execute(
        f"SELECT {_NOTICES} FROM book_notices WHERE subject = ? "  # noqa: S608 (our own words)
        "ORDER BY number DESC LIMIT ?",
        (str(subject), limit),
    )
    return tuple(NoticeRow._make(row) for row in found)


def notices_to(
    session: Session, account: str, *, after: int = 0, limit: int = MOST
) -> tuple[ReaderNoticeRow, ...]:
    """Return what an account is to be told of visits that it has read, behind ``after``."""
    found = session.execute(
        f"SELECT {_READER_NOTICES} FROM reader_notices "  # noqa: S608 (our own words)
        "WHERE reader = ? AND number > ? ORDER BY number LIMIT ?",
        (account, after, limit),
    )
    return tuple(ReaderNoticeRow._make(row) for row in found)


def represented_by(
    session: Session, representative: UUID, *, limit: int = MOST
) -> tuple[RepresentedRow, ...]:
    """Return for whom somebody was appointed, the newest appointment first; some may be over."""
    found = session.execute(
        f"SELECT {_REPRESENTED} FROM represented "  # noqa: S608 (our own words)
        "WHERE representative = ? ORDER BY position DESC, subject LIMIT ?",
        (str(representative), limit),
    )
    return tuple(RepresentedRow._make(row) for row in found)


def open_tasks(
    session: Session,
    *,
    facility: str | None = None,
    overdue_on: date | None = None,
    after: tuple[str, str, str] = ("", "", ""),
    limit: int = MOST,
) -> tuple[TaskRow, ...]:
    """Return the tasks that wait, those that are due first.

    Args:
        session: A reading transaction.
        facility: Only this facility's; None: everybody's.
        overdue_on: Only those that were due before this day.
        after: Due day, task and kind of the last one of the page before.
        limit: Most rows.
    """
    whose, values = ("facility = ? AND ", [facility]) if facility is not None else ("", [])
    found = session.execute(
        f"SELECT {_TASKS} FROM health_tasks WHERE {whose}state = ? AND due < ? "  # noqa: S608 (our own words)
        "AND (due, task, kind) > (?, ?, ?) ORDER BY due, task, kind LIMIT ?",
        (
            *values, OPEN, "9999-12-31" if overdue_on is None else overdue_on.isoformat(),
            *after, limit,
        ),
    )  # fmt: skip
    return tuple(TaskRow._make(row) for row in found)
