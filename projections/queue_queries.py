"""What desks ask of the work queue: whose turn it is, which limits are near, whose requests.

Each takes a session that reads and returns rows in a fixed order, from a cursor on: no page costs
more the further it lies behind, and none counts the rest.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

from ledger.certificates.procedure import Role, Stage
from projections.view_store import Session
from projections.work_queue import FILES, FileRow

MOST: Final = 200
"""Rows a page."""
_COLUMNS: Final = ", ".join(FILES.names)
_RUNNING: Final = "suspended = 0 AND stage <> ?"
"""The clock runs, and the result is not there yet: its value is `Stage.READY`."""


class Cursor(NamedTuple):
    """Where a page ended; the next begins behind it."""

    due: str
    request: str


FIRST: Final = Cursor("", "")


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and where to go on; None if there are no more."""

    files: tuple[FileRow, ...]
    after: Cursor | None


def waiting(
    session: Session,
    *,
    authority: str,
    role: Role | None = None,
    after: Cursor = FIRST,
    limit: int = MOST,
) -> Page:
    """Return open files, the first due first; with ``role`` only those that wait for it."""
    if role is None:
        return _page(session, authority, "", (), after, limit)
    turn = "AND ' ' || waits_for || ' ' LIKE ?"
    return _page(session, authority, turn, (f"% {role.value} %",), after, limit)


def near_limit(
    session: Session,
    *,
    authority: str,
    until: date,
    after: Cursor = FIRST,
    limit: int = MOST,
) -> Page:
    """Return the files in process that are due ``until`` that day or late already.

    A file whose clock stands still is none of them.
    """
    near = f"AND {_RUNNING} AND due <= ?"
    return _page(session, authority, near, (Stage.READY.value, until.isoformat()), after, limit)


def late(session: Session, *, authority: str, on: date) -> int:
    """Return how many files in process are late ``on`` that day."""
    found = session.execute(
        f"SELECT count(*) FROM work_queue WHERE authority = ? AND open = 1 AND {_RUNNING} "  # noqa: S608 (our own words)
        "AND due < ?",
        (authority, Stage.READY.value, on.isoformat()),
    )
    return int(found[0][0])


def _page(
    session: Session,
    authority: str,
    condition: str,
    values: Sequence[object],
    after: Cursor,
    limit: int,
) -> Page:
    found = session.execute(
        f"SELECT {_COLUMNS} FROM work_queue WHERE authority = ? AND open = 1 {condition} "  # noqa: S608 (our own words)
        "AND (due, request) > (?, ?) ORDER BY due, request LIMIT ?",
        (authority, *values, *after, limit + 1),
    )
    files = tuple(FileRow._make(row) for row in found[:limit])
    more = len(found) > limit
    return Page(files, Cursor(files[-1].due, files[-1].request) if more else None)


def file_of(session: Session, request: UUID) -> FileRow | None:
    """Return one file."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM work_queue WHERE request = ?",  # noqa: S608 (our own words)
        (str(request),),
    )
    return FileRow._make(found[0]) if found else None


def by_dossier_code(session: Session, authority: str, dossier_code: str) -> FileRow | None:
    """Return the file of a dossier of ``authority``."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM work_queue WHERE dossier_code = ? AND authority = ?",  # noqa: S608 (our own words)
        (dossier_code, authority),
    )
    return FileRow._make(found[0]) if found else None


def of_subject(session: Session, subject: UUID) -> tuple[FileRow, ...]:
    """Return all requests about one person, open or not, the latest first."""
    found = session.execute(
        f"SELECT {_COLUMNS} FROM work_queue WHERE subject = ? ORDER BY since DESC, request",  # noqa: S608 (our own words)
        (str(subject),),
    )
    return tuple(FileRow._make(row) for row in found)
