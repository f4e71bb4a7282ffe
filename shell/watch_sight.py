"""What a watch sees at a glance before a pass: newest head, who cosigned it when, what waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, NamedTuple

from ledger.audit.evidence import Evidence
from ledger.audit.raw_log import RawLog
from ledger.audit.row_check import examine
from ledger.audit.rows import RowSource
from ledger.audit.watching import Canary
from ledger.audit.workers import opened
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.cosignature import verify_signatures
from ledger.transparency.log import LogReader, PublishedHead, index_of
from ledger.transparency.note import parse_note
from ledger.transparency.policy import Policy

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Sight(NamedTuple):
    """A log at a glance; nothing of it is verified but the cosignatures."""

    rows: int
    """The ledger's highest position."""
    head: PublishedHead | None
    quorum_at: datetime | None
    """When the newest head had its quorum; None where it is not believed."""
    cosigned_at: Mapping[str, datetime]
    """By witness of the policy, when it signed the newest head that was seen with its signature."""

    @property
    def unlogged(self) -> int:
        """How many facts no published head covers."""
        return max(0, self.rows - (0 if self.head is None else self.head.size))


@dataclass
class CanaryWatch:
    """Measures, without writing, how long the newest fact takes to a cosigned head."""

    wanted: bool = False
    waiting: Canary | None = None
    last: int = 0
    """Position of the fact that was noted last; none is measured twice."""
    seconds: float | None = None
    """Measured last."""
    measured: int = 0
    total: float = 0.0

    def look(self, rows: RowSource, log: LogReader, policy: Policy | None) -> None:
        """Note the newest fact, and measure the one that was noted once a head covers it."""
        newest = rows.head() if self.wanted else 0
        if not newest:
            return
        if self.waiting is None and newest > self.last:
            recorded_at = _recorded_at(rows, newest)
            if recorded_at is not None:
                self.waiting, self.last = Canary(newest, recorded_at), newest
        if self.waiting is not None:
            self._measure(log, self.waiting, policy)

    def _measure(self, log: LogReader, waiting: Canary, policy: Policy | None) -> None:
        head = log.covering(index_of(waiting.position))
        quorum_at = None if head is None else _times(head, policy)[0]
        if quorum_at is None:
            return
        self.seconds = waiting.seconds(quorum_at)
        self.measured += 1
        self.total += self.seconds
        self.waiting = None


def sight_of(evidence: Evidence, canary: CanaryWatch) -> Sight:
    """Return what is there.

    Raises:
        StoreUnavailableError: A database or the log does not answer.
    """
    with opened(evidence, folder=Path(), memory=None) as here:
        # The log first: whatever it has, the ledger had before.
        head = None if here.log is None else here.log.latest()
        rows = here.rows.head()
        if here.log is not None:
            canary.look(here.rows, here.log, evidence.policy)
        seen = _renewed(here.log, head)
    quorum_at, cosigned_at = _times(seen, evidence.policy)
    return Sight(rows, head, quorum_at, cosigned_at)


def _renewed(log: LogReader | None, head: PublishedHead | None) -> PublishedHead | None:
    """Return the newest head with its newest cosignatures: a log at rest is cosigned again."""
    again = log.renewed() if isinstance(log, RawLog) else None
    return again if head is not None and again is not None and again.size == head.size else head


def _times(
    head: PublishedHead | None, policy: Policy | None
) -> tuple[datetime | None, Mapping[str, datetime]]:
    if head is None or policy is None:
        return None, {}
    names = {one.key: one.name for one in policy.witnesses.values()}
    try:
        signed = verify_signatures(parse_note(head.note), names)
    except (InvalidInputError, ProofError):
        return None, {}  # the pass names it
    times = {names[one.key]: one.at for one in signed if one.at is not None}
    try:
        return policy.judge(head.note).quorum_at, times
    except (InvalidInputError, ProofError):
        return None, times


def _recorded_at(rows: RowSource, position: int) -> datetime | None:
    row = rows.at(position)
    if row is None:
        return None
    _, usable = examine(row)
    if usable.recorded_at is None:
        return None
    return _EPOCH + timedelta(microseconds=usable.recorded_at)
