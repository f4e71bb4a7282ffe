"""One desk's queue as an officer looks through it: filtered, sorted, counted by day, a page long.

A page costs the same however far it lies behind. The counts are of the open files of one
authority: as many as its officers have before them, whatever the ledger holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_values import Channel
from projections.view_store import Session
from projections.work_queue import FILES, HAS, NO_DAY, FileRow

PAGE: Final = 50
"""Rows a page, if nothing else is asked for."""
_COLUMNS: Final = ", ".join(FILES.names)
_AT_AUTHORITY: Final = f"(submitted_on IS NOT NULL OR channel = '{Channel.COUNTER.value}')"
"""An authority knows of a file once it is sent, or filled in at its counter."""
_RUNNING: Final = f"suspended = 0 AND stage <> '{Stage.READY.value}'"
"""The clock runs, and the result is not there yet."""


class Due(StrEnum):
    """Which files, by their day. Each open file is in exactly one of those below `ALL`."""

    ALL = "all"
    LATE = "late"
    TODAY = "today"
    WEEK = "week"
    """After today, no later than Sunday."""
    LATER = "later"
    RESTING = "resting"
    """The clock stands still, has not begun, or the result is there already."""


class SortBy(StrEnum):
    """By what a queue is sorted."""

    DUE = "due"
    SINCE = "since"
    """Since when the file has been in its stage."""


class Place(NamedTuple):
    """Where a page ended: the value that it is sorted by, and the file."""

    value: str | int
    request: str


@dataclass(frozen=True, slots=True)
class Held:
    """Whose a file is at one desk."""

    desk: Role
    """One of `projections.work_queue.HAS`."""
    officer: str
    """An account's reference; empty: nobody's."""


@dataclass(frozen=True, slots=True)
class Sieve:
    """Which files of an authority, and in which order."""

    authority: str
    today: date
    due: Due = Due.ALL
    role: Role | None = None
    """Only those that wait for this role."""
    stages: frozenset[Stage] | None = None
    """Only those that stand there; one in supplement stands where that was asked for."""
    form: int | None = None
    province: str | None = None
    held: Held | None = None
    """Only what this officer has at their desk, or what nobody has there."""
    by: SortBy = SortBy.DUE
    descending: bool = False


@dataclass(frozen=True, slots=True)
class QueuePart:
    """Some rows, and whether more lie behind them."""

    files: tuple[FileRow, ...]
    more: bool


def place_of(row: FileRow, by: SortBy) -> Place:
    """Return where ``row`` stands in a queue that is sorted ``by``."""
    return Place(row.due if by is SortBy.DUE else row.since, row.request)


def part(
    session: Session, sieve: Sieve, *, after: Place | None = None, limit: int = PAGE
) -> QueuePart:
    """Return the files behind ``after``, or the first ones."""
    condition, values = _condition(sieve)
    way, sort = ("<", "DESC") if sieve.descending else (">", "ASC")
    column = sieve.by.value
    if after is not None:
        condition += f" AND ({column}, request) {way} (?, ?)"
        values = (*values, *after)
    found = session.execute(
        f"SELECT {_COLUMNS} FROM work_queue WHERE {condition} "  # noqa: S608 (our own words)
        f"ORDER BY {column} {sort}, request {sort} LIMIT ?",
        (*values, limit + 1),
    )
    return QueuePart(tuple(FileRow._make(row) for row in found[:limit]), len(found) > limit)


def counts(session: Session, sieve: Sieve) -> Mapping[Due, int]:
    """Return how many files there are of each `Due`, by the sieve's other conditions."""
    others = Sieve(
        sieve.authority, sieve.today, role=sieve.role, stages=sieve.stages, form=sieve.form,
        province=sieve.province, held=sieve.held,
    )  # fmt: skip
    condition, values = _condition(others)
    found = session.execute(
        f"SELECT due, {_RUNNING} AS running, count(*) FROM work_queue WHERE {condition} "  # noqa: S608 (our own words)
        "GROUP BY 1, 2",
        values,
    )
    told = dict.fromkeys(Due, 0)
    for day, running, count in found:
        told[due_of(day, sieve.today) if running else Due.RESTING] += count
        told[Due.ALL] += count
    return MappingProxyType(told)


def due_of(day: str, today: date) -> Due:
    """Return to which `Due` a day of a running clock belongs."""
    if day == NO_DAY:
        return Due.RESTING
    if day < today.isoformat():
        return Due.LATE
    if day == today.isoformat():
        return Due.TODAY
    return Due.WEEK if day <= _sunday(today).isoformat() else Due.LATER


def provinces(session: Session, authority: str) -> tuple[str, ...]:
    """Return from which provinces an authority has open files, sorted."""
    found = session.execute(
        "SELECT DISTINCT province FROM work_queue WHERE authority = ? AND open = 1 "
        "ORDER BY province",
        (authority,),
    )
    return tuple(row[0] for row in found)


def in_stage(
    session: Session, authority: str, stage: Stage, *, limit: int = PAGE
) -> tuple[FileRow, ...]:
    """Return the open files in one stage, the first due first."""
    sieve = Sieve(authority, date.min, stages=frozenset({stage}))
    return part(session, sieve, limit=limit).files


def ending_in(session: Session, authority: str, typed: str, *, limit: int) -> tuple[FileRow, ...]:
    """Return open files whose dossier code ends in ``typed``, the first due first."""
    escaped = typed.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    found = session.execute(
        f"SELECT {_COLUMNS} FROM work_queue WHERE authority = ? AND open = 1 AND {_AT_AUTHORITY} "  # noqa: S608 (our own words)
        "AND dossier_code LIKE ? ESCAPE '\\' ORDER BY due, request LIMIT ?",
        (authority, f"%{escaped}", limit),
    )
    return tuple(FileRow._make(row) for row in found)


def _sunday(today: date) -> date:
    return today + timedelta(days=7 - today.isoweekday())


def _condition(sieve: Sieve) -> tuple[str, tuple[str | int, ...]]:
    parts = ["authority = ?", "open = 1", _AT_AUTHORITY]
    values: list[str | int] = [sieve.authority]

    def also(words: str, *those: str | int) -> None:
        parts.append(words)
        values.extend(those)

    if sieve.role is not None:
        also("' ' || waits_for || ' ' LIKE ?", f"% {sieve.role.value} %")
    if sieve.stages is not None:
        marks = ", ".join("?" for _ in sieve.stages) or "NULL"
        stands = f"CASE WHEN stage = '{Stage.SUPPLEMENT.value}' THEN asked_in ELSE stage END"
        also(f"{stands} IN ({marks})", *sorted(stage.value for stage in sieve.stages))
    if sieve.form is not None:
        also("form = ?", sieve.form)
    if sieve.province is not None:
        also("province = ?", sieve.province)
    if sieve.held is not None:
        also(f"{HAS[sieve.held.desk]} = ?", sieve.held.officer)
    return _due_condition(sieve, parts, values)


def _due_condition(
    sieve: Sieve, parts: list[str], values: list[str | int]
) -> tuple[str, tuple[str | int, ...]]:
    today, sunday = sieve.today.isoformat(), _sunday(sieve.today).isoformat()
    words, those = {
        Due.ALL: ("1 = 1", ()),
        Due.LATE: (f"{_RUNNING} AND due < ?", (today,)),
        Due.TODAY: (f"{_RUNNING} AND due = ?", (today,)),
        Due.WEEK: (f"{_RUNNING} AND due > ? AND due <= ?", (today, sunday)),
        Due.LATER: (f"{_RUNNING} AND due > ? AND due < ?", (sunday, NO_DAY)),
        Due.RESTING: (f"(NOT ({_RUNNING}) OR due = ?)", (NO_DAY,)),
    }[sieve.due]
    return " AND ".join([*parts, words]), (*values, *those)
