"""What passes between the mapper, the fact store and the databases' recorders."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Protocol
from uuid import UUID


class Row(NamedTuple):
    """One fact, ready to be stored or as it is stored; the columns in their order."""

    position: int
    """0 until the database has given one."""
    event_id: UUID
    stream_id: UUID
    version: int
    topic: str
    state: bytes
    entry: bytes


SELECT_FACTS = (
    "SELECT position, event_id, originator_id, originator_version, topic, state, entry"
    " FROM ledger_facts"
)
"""The columns in the order of `Row`."""


@lru_cache(maxsize=8_192)
def stream_of(stored: bytes) -> UUID:
    """Return the stream whose identifier is ``stored``; the facts of one are read together."""
    return UUID(bytes=stored)


class StreamPoint(NamedTuple):
    """The ``version``-th fact of a stream."""

    stream_id: UUID
    version: int


class Answer(NamedTuple):
    """What an idempotency key was answered with: ``facts`` facts from position ``first`` on."""

    key_hash: bytes
    digest: bytes
    first: int
    facts: int


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that are stored in one transaction, or not at all."""

    rows: Sequence[Row]
    after: Sequence[StreamPoint] = ()
    """Facts that must be there already: those that the new rows follow in their streams."""
    absent: Sequence[StreamPoint] = ()
    """Facts that must not be there: those after streams that are only looked at."""
    answers: Sequence[Answer] = ()
    """Keys that must be new; ``first`` counts from 0, the first row of this batch."""

    @property
    def bytes_estimate(self) -> int:
        """About how large the batch is on its way to the database."""
        return sum(len(row.state) + len(row.entry) + 100 for row in self.rows)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a self check looked at."""

    check: str
    holds: bool
    found: str


def gapless(count: int, last: int, removed: int) -> tuple[bool, str]:
    """Return whether ``count`` facts up to the position ``last`` are all there ever were."""
    return count == last and removed == 0, f"{count} facts, last {last}, removed up to {removed}"


class Wakeup(Protocol):
    """Waits for facts that other threads and processes append."""

    def wait(self, seconds: float) -> None:
        """Return when something may have been appended since the last call, or after a while."""
        ...

    def close(self) -> None:
        """Stop listening."""
        ...


class Recorder(Protocol):
    """A database of facts. Raises the event-sourcing library's persistence errors."""

    is_remote: bool
    """Whether a question is a round trip, so that several threads' questions go better together."""

    def append(self, batch: Batch) -> int:
        """Store all rows at the next positions, durably; return the first row's position."""
        ...

    def stream(self, stream_id: UUID) -> list[Row]:
        """Return a stream's rows, oldest first."""
        ...

    def streams(self, stream_ids: Sequence[UUID]) -> dict[UUID, list[Row]]:
        """Return several streams' rows, oldest first; without those that are not there."""
        ...

    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> tuple[list[Row], int]:
        """Return a stream's rows with exactly these stored names, oldest first.

        And the ledger's last position at the same moment, up to which none is missing; 0 if there
        are none.
        """
        ...

    def row(self, stream_id: UUID, version: int) -> Row | None:
        """Return one fact's row, None if the stream has not come that far."""
        ...

    def last_row(self, stream_id: UUID, topics: Sequence[str] | None = None) -> Row | None:
        """Return the row of a stream's last fact, with ``topics`` of one of these stored names."""
        ...

    def rows(self, *, after: int, limit: int, topics: Sequence[str] | None = None) -> list[Row]:
        """Return rows in order of position."""
        ...

    def entries(self, *, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Return positions and log entries in order of position, and nothing else of the rows."""
        ...

    def head(self) -> int:
        """Return the last position given."""
        ...

    def answer(self, key_hash: bytes) -> Answer | None:
        """Return what the key was answered with; positions count from 1."""
        ...

    def wakeup(self) -> Wakeup:
        """Start to listen; whatever is appended after this returns ends the next wait."""
        ...

    def create_table(self) -> None:
        """Make the tables if they are not there; safe for many processes at once."""
        ...

    def findings(self) -> list[Finding]:
        """Check the installation and the order of the facts."""
        ...

    def backup(self, to: Path) -> None:
        """Write a consistent copy while others go on appending."""
        ...

    def close(self) -> None:
        """Give back all connections."""
        ...
