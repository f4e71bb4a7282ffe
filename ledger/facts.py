"""The port between deciding and storing: acts, changes, recorded facts, and the store's shape.

Commands and projections know this file; `ledger.store` implements it, tests have a fake of it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol
from uuid import UUID

Fact = object
"""A frozen, slotted dataclass in the past tense; its stored name stands in ``store.fact_types``."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, where, on which basis: what all facts of one command share.

    Holds pseudonyms only (account and organisation references), never a person's name or number.
    """

    at: datetime
    """When the ledger records it; aware."""
    actor: str
    role: str
    organisation: str | None = None
    occurred_at: datetime | None = None
    """When it happened in the world, if not now."""
    legal_basis: str | None = None
    procedure_version: str | None = None
    calendar_version: str | None = None
    correlation: UUID | None = None
    """The request, dossier or session that this belongs to."""
    causation: UUID | None = None
    """The event id of the fact that led to this."""


@dataclass(frozen=True, slots=True)
class Idempotency:
    """Makes a repeated command return the first answer."""

    key: str
    """Chosen by the caller, unique for the command; stored as a hash."""
    digest: bytes
    """32 bytes over the command's content: the same key with another digest is refused."""


@dataclass(frozen=True, slots=True)
class RecordedFact:
    """One fact as it stands in the ledger."""

    position: int
    """1, 2, 3 … over the whole ledger, without gaps, in the order of commits."""
    event_id: UUID
    stream_id: UUID
    version: int
    """1, 2, 3 … within the stream."""
    topic: str
    """Stable stored name, such as ``certificate.issued/1``."""
    fact: Fact
    act: Act
    subject: UUID | None
    """Pseudonym of the person whom the sealed parts are about."""
    entry: bytes
    """The 65-byte log leaf."""


@dataclass(frozen=True, slots=True)
class Change:
    """Facts to append to one stream, decided on its first ``expected_version`` facts."""

    stream_id: UUID
    expected_version: int
    facts: tuple[Fact, ...]
    subject: UUID | None = None
    previous_entry: bytes | None = None
    """SHA-256 of the entry of the stream's last fact; None for a new stream."""


@dataclass(frozen=True, slots=True)
class History:
    """All facts of one stream, oldest first."""

    stream_id: UUID
    recorded: tuple[RecordedFact, ...]
    version: int
    head: bytes | None = None
    """SHA-256 of the last fact's entry."""

    @property
    def facts(self) -> tuple[Fact, ...]:
        """The facts alone."""
        return tuple(recorded.fact for recorded in self.recorded)

    def then(self, *facts: Fact, subject: UUID | None = None) -> Change:
        """Return the change that appends ``facts`` after this history."""
        return Change(self.stream_id, self.version, facts, subject, self.head)


class Leaf(NamedTuple):
    """A fact's place in the log."""

    position: int
    entry: bytes
    """65 bytes."""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some facts of one stream, oldest first; nothing can be decided on them and appended."""

    facts: tuple[Fact, ...]
    as_of: int
    """The ledger's last position when they were read, up to which none is missing; 0 if there are
    none."""
    leaves: tuple[Leaf, ...] = field(default=(), compare=False)
    """Of each fact, in their order; every entry is that of the row as it is stored."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an append answers: durable when it returns."""

    positions: tuple[int, ...]
    event_ids: tuple[UUID, ...] = field(default=())
    repeated: bool = False
    """True if an earlier append with the same idempotency key is answered again."""

    @property
    def last(self) -> int:
        """The highest position; wait for it in a view to read one's own write."""
        return self.positions[-1]


class FactStore(Protocol):
    """Where facts rest. Every method may raise `ledger.errors.StoreUnavailableError`."""

    def history(self, stream_id: UUID) -> History:
        """Return the stream; version 0 and no facts if nothing was ever appended to it."""
        ...

    def tip(self, stream_id: UUID) -> History:
        """Return where the stream ends: version and head, and none of its facts.

        For streams that only grow, such as who looked: adding costs the same however long they are.
        """
        ...

    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> Excerpt:
        """Return those facts of the stream that have one of the names ``topics``.

        What is left out is not even read, so a question about a long or large stream costs what it
        asks for.

        Raises:
            TamperedError: A stored row is not the one that its log entry was made of.
        """
        ...

    def latest(self, stream_id: UUID, topics: Sequence[str]) -> Fact | None:
        """Return the stream's last fact that has one of the names ``topics``, None without any.

        For streams in which each fact replaces the one before: the others are not even read.
        """
        ...

    def append(self, act: Act, *changes: Change, idempotency: Idempotency | None = None) -> Receipt:
        """Append all ``changes`` in one transaction, or nothing; durable on return.

        Raises:
            ConflictError: A stream is not at its expected version.
            IdempotencyMismatchError: The key was used for another content.
        """
        ...

    def answered(self, idempotency: Idempotency) -> Receipt | None:
        """Return the first answer of a repeated command, or None if it is new.

        Raises:
            IdempotencyMismatchError: The key was used for another content.
        """
        ...

    def read(
        self, *, after: int, limit: int, topics: Sequence[str] | None = None
    ) -> list[RecordedFact]:
        """Return up to ``limit`` facts with a position above ``after``, in order.

        With ``topics`` only those names; use `head` to move on over the others.
        """
        ...

    def head(self) -> int:
        """Return the position of the last fact, 0 for an empty ledger."""
        ...

    def subscribe(self, *, after: int, timeout: float | None = None) -> Iterator[RecordedFact]:
        """Yield every fact after ``after``, once and in order, also those of other processes.

        Ends when nothing has come for ``timeout`` seconds; never if None.
        """
        ...
