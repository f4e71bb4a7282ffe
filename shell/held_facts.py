"""A fact store that gathers what commands append, and stores it many facts a transaction.

For one who fills a ledger alone: a stream is read while something of it waits, or too much waits,
then all of it is stored first. What waits is lost with the process; so nothing is told to anybody
before `settle`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from ledger.facts import Act, Change, Excerpt, Fact, History, Idempotency, Receipt, RecordedFact
from ledger.store.fact_store import Command, LedgerFactStore

MOST: Final = 2_000
"""Commands that wait at most."""


@dataclass(slots=True)
class HeldFacts:
    """Stores in ``facts``, later."""

    facts: LedgerFactStore
    _waiting: list[Command] = field(default_factory=list)
    _touched: set[UUID] = field(default_factory=set)
    _read: dict[UUID, History] = field(default_factory=dict)

    def expect(self, streams: Sequence[UUID]) -> None:
        """Read many streams together, which commands will ask for one by one."""
        self.settle()
        self._read = self.facts.histories(streams)

    def settle(self) -> None:
        """Store all that waits."""
        if self._waiting:
            self.facts.append_many(self._waiting)
        self._waiting, self._touched, self._read = [], set(), {}

    def history(self, stream_id: UUID) -> History:
        """Return the stream, what waited of it included."""
        self._settled(stream_id)
        return self._read.get(stream_id) or self.facts.history(stream_id)

    def tip(self, stream_id: UUID) -> History:
        """Return where the stream ends."""
        self._settled(stream_id)
        return self.facts.tip(stream_id)

    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> Excerpt:
        """Return those facts of the stream that have one of the names ``topics``."""
        self._settled(stream_id)
        return self.facts.excerpt(stream_id, topics)

    def latest(self, stream_id: UUID, topics: Sequence[str]) -> Fact | None:
        """Return the stream's last fact that has one of the names ``topics``."""
        self._settled(stream_id)
        return self.facts.latest(stream_id, topics)

    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        """Take the changes in; where they will stand is not known yet."""
        self._waiting.append(Command(act, changes, idempotency))
        self._touched.update(change.stream_id for change in changes)
        if len(self._waiting) >= MOST:
            self.settle()
        return Receipt(())

    def answered(self, idempotency: Idempotency) -> Receipt | None:
        """Return the first answer of a repeated command."""
        self.settle()
        return self.facts.answered(idempotency)

    def read(
        self, *, after: int, limit: int, topics: Sequence[str] | None = None
    ) -> list[RecordedFact]:
        """Return facts in order."""
        self.settle()
        return self.facts.read(after=after, limit=limit, topics=topics)

    def head(self) -> int:
        """Return the position of the last fact."""
        self.settle()
        return self.facts.head()

    def subscribe(self, *, after: int, timeout: float | None = None) -> Iterator[RecordedFact]:
        """Yield every fact after ``after``."""
        self.settle()
        return self.facts.subscribe(after=after, timeout=timeout)

    def _settled(self, stream_id: UUID) -> None:
        if stream_id in self._touched:
            self.settle()
