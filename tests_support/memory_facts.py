"""A fact store in memory that keeps every promise of the port but durability."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256
from threading import Condition
from uuid import UUID

from ledger.errors import ConflictError, IdempotencyMismatchError
from ledger.facts import Act, Change, Excerpt, History, Idempotency, Leaf, Receipt, RecordedFact


@dataclass
class MemoryFacts:
    """Implements `ledger.facts.FactStore`; ``topics`` are stored names with their fact classes."""

    topics: Mapping[str, type]
    recorded: list[RecordedFact] = field(default_factory=list)
    _answers: dict[str, tuple[bytes, Receipt]] = field(default_factory=dict)
    _changed: Condition = field(default_factory=Condition)

    def history(self, stream_id: UUID) -> History:
        """Return the stream."""
        return self._stream(stream_id)

    def _stream(self, stream_id: UUID) -> History:
        facts = tuple(r for r in self.recorded if r.stream_id == stream_id)
        head = sha256(facts[-1].entry).digest() if facts else None
        return History(stream_id, facts, len(facts), head)

    def tip(self, stream_id: UUID) -> History:
        """Return where the stream ends."""
        return replace(self._stream(stream_id), recorded=())

    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> Excerpt:
        """Return the facts of those names of the stream."""
        recorded = self._stream(stream_id).recorded
        found = [r for r in recorded if r.topic in topics]
        leaves = tuple(Leaf(r.position, r.entry) for r in found)
        return Excerpt(tuple(r.fact for r in found), self.head() if found else 0, leaves)

    def latest(self, stream_id: UUID, topics: Sequence[str]) -> object | None:
        """Return the last fact of those names of the stream."""
        facts = self.excerpt(stream_id, topics).facts
        return facts[-1] if facts else None

    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        """Append all or nothing."""
        with self._changed:
            if idempotency is not None and (answer := self.answered(idempotency)) is not None:
                return answer
            expected: dict[UUID, int] = {}
            for change in changes:
                at = expected.get(change.stream_id, self._stream(change.stream_id).version)
                if at != change.expected_version:
                    raise ConflictError(f"stream is at {at}, not {change.expected_version}")
                expected[change.stream_id] = at + len(change.facts)
            new = [
                self._record(act, change, version, fact)
                for change in changes
                for version, fact in enumerate(change.facts, change.expected_version + 1)
            ]
            receipt = Receipt(tuple(r.position for r in new), tuple(r.event_id for r in new))
            if idempotency is not None:
                again = Receipt(receipt.positions, receipt.event_ids, repeated=True)
                self._answers[idempotency.key] = (idempotency.digest, again)
            self._changed.notify_all()
            return receipt

    def _record(self, act: Act, change: Change, version: int, fact: object) -> RecordedFact:
        position = len(self.recorded) + 1
        topic = self._names[type(fact)]
        entry = b"\x01" + sha256(f"{position}{topic}".encode()).digest() * 2
        recorded = RecordedFact(
            position, UUID(int=position), change.stream_id, version, topic, fact, act,
            change.subject, entry,
        )  # fmt: skip
        self.recorded.append(recorded)
        return recorded

    @property
    def _names(self) -> dict[type, str]:
        return {fact_class: topic for topic, fact_class in self.topics.items()}

    def answered(self, idempotency: Idempotency) -> Receipt | None:
        """Return the first answer of a repeated command."""
        known = self._answers.get(idempotency.key)
        if known is None:
            return None
        if known[0] != idempotency.digest:
            raise IdempotencyMismatchError("this idempotency key had another content")
        return known[1]

    def read(
        self, *, after: int, limit: int, topics: Sequence[str] | None = None
    ) -> list[RecordedFact]:
        """Return the facts after a position."""
        found = [r for r in self.recorded[after:] if topics is None or r.topic in topics]
        return found[:limit]

    def head(self) -> int:
        """Return the last position."""
        return len(self.recorded)

    def subscribe(self, *, after: int, timeout: float | None = None) -> Iterator[RecordedFact]:
        """Yield facts as they come."""
        while True:
            with self._changed:
                while len(self.recorded) <= after:
                    if not self._changed.wait(timeout):
                        return
            for recorded in self.recorded[after:]:
                after = recorded.position
                yield recorded


def counting_ids() -> Callable[[], UUID]:
    """Return a source of identifiers: 1, 2, 3 …, the same in every run."""
    numbers = iter(range(1, 1 << 62))
    return lambda: UUID(int=next(numbers))
