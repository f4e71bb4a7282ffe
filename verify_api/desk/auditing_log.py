"""The log as its auditor sees it: its state, its heads, the daily seals, proofs of single facts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Protocol

from ledger.audit.freshness import Freshness
from ledger.audit.log_state import (
    LOOKED_BACK,
    LogState,
    head_json,
    origin_of,
    quorum_words,
    witnesses_seen,
    wrong_with,
)
from ledger.commands.seals import all_seals
from ledger.errors import NotFoundError
from ledger.facts import FactStore
from ledger.records.seal import DaySealed
from ledger.transparency.log import LogReader, PublishedHead, prove
from ledger.transparency.policy import Policy

SEALS_SHOWN: Final = 7


class KeptHeads(LogReader, Protocol):
    """A log that also shows its heads from the newest on: `ledger.store.log_store.LogStore`."""

    def heads_before(self, *, before: int | None, limit: int) -> list[PublishedHead]:
        """Return published heads of fewer than ``before`` leaves, the largest first."""
        ...


@dataclass(frozen=True, slots=True)
class AuditedLog:
    """The log of one ledger, with the policy that the service itself believes."""

    log: KeptHeads | None
    policy: Policy | None
    reading: FactStore

    def state(self, at: datetime) -> LogState | None:
        """Return how the log stands; None in a home without a log."""
        log, policy = self.log, self.policy
        if log is None or policy is None:
            return None
        # The log first: whatever it has, the ledger had before.
        head, tree = log.latest(), log.size()
        facts = self.reading.head()
        size = 0 if head is None else head.size
        oldest = self.reading.read(after=size, limit=1) if facts > size else []
        older = [] if head is None else log.heads_before(before=head.size, limit=LOOKED_BACK)
        return LogState(
            at=at,
            origin=origin_of(policy),
            facts=facts,
            tree=tree,
            head=head,
            wrong=wrong_with(head, policy),
            quorum=quorum_words(policy),
            witnesses=witnesses_seen(policy, [] if head is None else [head, *older]),
            freshness=Freshness(),
            waiting_since=oldest[0].act.at if oldest else None,
        )

    def covered(self) -> int:
        """Return how many entries the newest published head covers."""
        head = None if self.log is None else self.log.latest()
        return 0 if head is None else head.size

    def heads(self, *, before: int | None, limit: int) -> tuple[list[dict[str, Any]], int | None]:
        """Return heads from the newest on, and where the next page begins."""
        found: Sequence[PublishedHead] = ()
        if self.log is not None:
            found = self.log.heads_before(before=before, limit=limit + 1)
        page = found[:limit]
        return [head_json(one) for one in page], page[-1].size if len(found) > limit else None

    def note(self, size: int) -> bytes:
        """Return the signed note of the head of ``size`` leaves.

        Raises:
            NotFoundError: No head of that size was published.
        """
        found = [] if self.log is None else self.log.heads(after=size - 1, limit=1)
        if not found or found[0].size != size:
            raise NotFoundError("no head of this size was published")
        return found[0].note

    def proof(self, index: int) -> bytes:
        """Return the ``.tlog-proof`` of the entry at ``index``, under the oldest head over it.

        Raises:
            NotFoundError: No published head covers it yet.
        """
        head = None if self.log is None else self.log.covering(index)
        if self.log is None or head is None:
            raise NotFoundError("no published head covers this entry yet")
        return prove(self.log, index, head).write()

    def has(self, size: int, root: bytes) -> bool | None:
        """Whether a head of this log has that size and root; None if it has none of the size."""
        found = [] if self.log is None else self.log.heads(after=size - 1, limit=1)
        if not found or found[0].size != size:
            return None
        return found[0].root == root

    def seals(self) -> list[dict[str, Any]]:
        """Return the last daily seals, the newest first."""
        found = []
        for recorded in reversed(all_seals(self.reading)[-SEALS_SHOWN:]):
            fact = recorded.fact
            assert isinstance(fact, DaySealed), "seals have a stream of their own"
            found.append({
                "day": fact.day.isoformat(),
                "position": recorded.position,
                "views": len(fact.views),
                "streams_root": fact.heads.root.hex(),
                "log_size": None if fact.log is None else fact.log.size,
                "log_root": None if fact.log is None else fact.log.root.hex(),
            })  # fmt: skip
        return found
