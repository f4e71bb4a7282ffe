"""Time-stamps that an authority outside gave over published heads, against this log.

A token that is good binds its head as a witness's word does, and longer: it is held against the
tree like every head of an outsider. One that is good over another head than lies beside it says
that this head was put there later: two histories.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from ledger.audit.findings import Finding, Severity
from ledger.audit.heads import OutsideHead
from ledger.errors import ProofError
from ledger.transparency.stamped_head import CheckToken, StampedHead

STAMPED_EVERY: Final = timedelta(days=2)
"""How far apart two stamped heads may be: one a day, and a day's grace."""


@dataclass(frozen=True, slots=True)
class Timestamps:
    """Stamped heads as they were found, and who checks their tokens."""

    held: tuple[StampedHead, ...]
    """The smallest first."""
    check: CheckToken
    most: timedelta = STAMPED_EVERY


@dataclass(frozen=True, slots=True)
class Stamped:
    """What an audit takes from the tokens."""

    heads: tuple[OutsideHead, ...] = ()
    """Heads with good tokens, to be held against the tree."""
    times: tuple[tuple[int, datetime], ...] = ()
    """By size, when each was first stamped; of good tokens alone."""
    findings: tuple[Finding, ...] = ()


def judge(given: Timestamps) -> Stamped:
    """Return which heads have good tokens, and what is wrong with the others."""
    heads: list[OutsideHead] = []
    times: list[tuple[int, datetime]] = []
    findings: list[Finding] = []
    for one in given.held:
        name = f"timestamps/{one.size}.tsr"
        try:
            stamped_at = one.times(given.check)
        except ProofError as error:
            findings.append(_wrong(name, one.size, error))
            continue
        heads.append(OutsideHead(name, one.note))
        times.append((one.size, stamped_at[0]))
    return Stamped(tuple(heads), tuple(times), tuple(findings))


def _wrong(name: str, size: int, error: ProofError) -> Finding:
    place: dict[str, str | int] = {"file": name, "size": size}
    if error.rule == "timestamp_imprint":
        return Finding(
            "C4.timestamp", Severity.CRITICAL, place,
            "the head that the authority has stamped", "another head beside its token",
        )  # fmt: skip
    expected = "a token of the authority over this head"
    return Finding("C3.timestamp", Severity.ERROR, place, expected, error.rule)


def late_findings(
    times: Sequence[tuple[int, datetime]], *, newest: int, at: datetime, most: timedelta
) -> Iterator[Finding]:
    """Yield where no head was stamped for too long.

    Args:
        times: By size, when each was stamped.
        newest: Leaves under the newest published head; a log that stands still has nothing new.
        at: Now.
        most: How far apart two may be.
    """
    ends = [*times, *([(newest, at)] if not times or newest > times[-1][0] else [])]
    expected = f"a stamped head at least every {most.days} days"
    if not times:
        if newest:
            yield Finding("C9.timestamp", Severity.WARNING, {"size": newest}, expected, "none")
        return
    for (size, before), (_, after) in pairwise(ends):
        if after - before > most:
            found = f"none for {(after - before).days} days"
            yield Finding("C9.timestamp", Severity.WARNING, {"since": size}, expected, found)
