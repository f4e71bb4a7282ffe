"""The daily seal: what all views came to, how far every stream went, which head the log had.

One stream for the whole ledger. As a fact it is in the log itself, so that whoever holds a later
head can prove what was sealed: a view that is rewritten afterwards is provably not the one of that
day, and a person can be shown that nothing of theirs was left out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ledger.errors import RefusedError
from ledger.identifiers import system_stream

STREAM: Final[UUID] = system_stream("day-seals")


@dataclass(frozen=True, slots=True)
class SealedView:
    """One view's rows."""

    name: str
    version: int
    """Of the program that made them."""
    position: int
    """Of the last fact taken in."""
    rows: int
    root: bytes
    """Over 4,096 buckets."""


@dataclass(frozen=True, slots=True)
class SealedHeads:
    """The tree of stream heads."""

    position: int
    count: int
    """Leaves: streams and persons."""
    root: bytes
    scheme: int
    """How its leaves are named: see `ledger.transparency.stream_heads`."""


@dataclass(frozen=True, slots=True)
class SealedLog:
    """The newest published head of the log at that time."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class DaySealed:
    """The state at the end of a day."""

    day: date
    """The day, in Vietnam, that is over or, where a seal was asked for, the present one."""
    views: tuple[SealedView, ...]
    """In the order of their names."""
    heads: SealedHeads
    log: SealedLog | None
    """None in a ledger without a log, or before its first head."""


Fact = DaySealed

TOPICS: dict[str, type] = {"seal.day_sealed/2": DaySealed}


def seal(
    last: DaySealed | None,
    *,
    day: date,
    views: Sequence[SealedView],
    heads: SealedHeads,
    log: SealedLog | None,
) -> DaySealed:
    """Return the seal of ``day``, or refuse.

    A state that has gone back behind the last seal is a restored or rolled-back database: sealing
    it would make it the truth.

    Raises:
        RefusedError: ``day_sealed``: that day or a later one is sealed already;
            ``seal_goes_back``: heads or log end before those of the last seal.
    """
    if last is not None and day <= last.day:
        raise RefusedError("day_sealed", f"{last.day} is sealed: expected a later day")
    if last is not None and (heads.position < last.heads.position or _shrunk(last.log, log)):
        raise RefusedError("seal_goes_back", "facts or log end before those of the last seal")
    return DaySealed(day, tuple(sorted(views, key=lambda one: one.name)), heads, log)


def _shrunk(last: SealedLog | None, log: SealedLog | None) -> bool:
    return last is not None and (log is None or log.size < last.size)
