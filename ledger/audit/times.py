"""The order of time: among the rows, and against the heads that witnesses saw.

A fact was recorded after the head that does not have it yet was cosigned, and before the one that
has it was: so nobody dates back what comes late, nor forward.
"""

from bisect import bisect_right
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from operator import sub
from typing import Final, NamedTuple

from ledger.audit.findings import Finding, Severity
from ledger.audit.heads import HeadJudgement
from ledger.transparency.tiles import WIDTH

SKEW: Final = 300_000_000
"""Microseconds that clocks of machines may differ. Source: the audit reference, section 3, C5."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_FIRST: Final = 0
_LAST: Final = 1 << 63

Dated = tuple[int, int]
"""An index, and a time in microseconds since 1970."""


class Bracket(NamedTuple):
    """A head that was believed: how many leaves, and when its quorum was complete."""

    size: int
    at: int


def brackets_of(heads: Sequence[HeadJudgement]) -> list[Bracket]:
    """Return what believed heads say of time, the smallest first."""
    return sorted(
        Bracket(one.size, (one.quorum_at - _EPOCH) // _MICROSECOND)
        for one in heads
        if one.quorum_at is not None and one.finding is None
    )


def dated(first: int, times: Sequence[int | None]) -> list[Dated]:
    """Return the times that are known, with their indexes from ``first`` on."""
    return [(index, at) for index, at in enumerate(times, first) if at is not None]


def time_findings(
    first: int, times: Sequence[int | None], brackets: Sequence[Bracket]
) -> Iterator[Finding]:
    """Yield where a part's times contradict the heads around them or the facts before them.

    Args:
        first: Index of the first time.
        times: Microseconds since 1970, one a leaf; None where it is not known.
        brackets: The believed heads, the smallest first.
    """
    if _are_in_order(first, times, brackets):
        return
    known = dated(first, times)
    sizes = [one.size for one in brackets]
    honest: list[Dated] = []
    start = 0
    while start < len(known):
        after = bisect_right(sizes, known[start][0])
        end = len(known)
        if after < len(sizes):
            end = bisect_right(known, (sizes[after] - 1, 1 << 64), lo=start)
        low, high = _limits(brackets, after)
        honest += yield from _bracketed(known[start:end], low, high)
        start = end
    yield from late(honest)


def _limits(brackets: Sequence[Bracket], after: int) -> tuple[int, int]:
    """Return the earliest and the latest time between two heads, of which ``after`` come before."""
    low = brackets[after - 1].at - SKEW if after else _FIRST
    return low, brackets[after].at + SKEW if after < len(brackets) else _LAST


def _are_in_order(first: int, times: Sequence[int | None], brackets: Sequence[Bracket]) -> bool:
    """Whether nothing is wrong: the quick way, for a part with a time for each leaf."""
    if None in times or not times:
        return not times
    known: Sequence[int] = times  # type: ignore[assignment]  # none of them is None
    if max(map(sub, accumulate(known, max), known)) > SKEW:
        return False
    start, after = 0, bisect_right([one.size for one in brackets], first)
    while start < len(known):
        end = brackets[after].size - first if after < len(brackets) else len(known)
        some = known[start:end]
        low, high = _limits(brackets, after)
        if min(some) < low or max(some) > high:
            return False
        start, after = end, after + 1
    return True


def _bracketed(some: Sequence[Dated], low: int, high: int) -> Generator[Finding, None, list[Dated]]:
    """Yield what lies outside; return the others."""
    honest = []
    for index, at in some:
        if at < low:
            yield _finding("C5.backdated", index, "recorded after the head before it", "earlier")
        elif at > high:
            yield _finding("C5.postdated", index, "recorded before the head over it", "later")
        else:
            honest.append((index, at))
    return honest


def late(known: Sequence[Dated], floor: int = 0) -> Iterator[Finding]:
    """Yield facts that say an earlier time than facts before them, beyond what clocks differ.

    ``floor`` is the latest time of all facts before ``known``.
    """
    times = [at for _, at in known]
    highest = list(accumulate(times, max, initial=floor))
    if max(map(sub, highest, times), default=0) <= SKEW:
        return
    for (index, at), high in zip(known, highest, strict=False):
        if high - at > SKEW:
            expected = "a time not before those of the facts before it"
            yield _finding("C5.time", index, expected, "an earlier time")


def _finding(code: str, index: int, expected: str, found: str) -> Finding:
    place: dict[str, str | int] = {"position": index + 1, "index": index}
    return Finding(code, Severity.ERROR, place, expected, found)


def earliest(first: int, times: Sequence[int | None]) -> Iterator[Dated]:
    """Yield the earliest of each 256, with its index."""
    for start in range(0, len(times), WIDTH):
        some = times[start : start + WIDTH]
        known = [at for at in some if at is not None]
        if known:
            lowest = min(known)
            yield first + start + some.index(lowest), lowest
