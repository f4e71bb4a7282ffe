"""Facts to rows and back: encodes, seals, hashes on the way in; the reverse on the way out."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from hashlib import sha256
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

from ledger.errors import TamperedError, UnknownFactError
from ledger.facts import Act, Change, Fact, RecordedFact
from ledger.personal import Erased, Purpose
from ledger.store import entry
from ledger.store.entry import Envelope, State
from ledger.store.fact_codec import StoredFields, microseconds, moment
from ledger.store.fact_types import FactTypes
from ledger.store.rows import Row

_EVENT_ID, _SUBJECT, _PREVIOUS = (
    Envelope._fields.index(name) for name in ("event_id", "subject", "previous")
)
_PURPOSES = {purpose.value: purpose for purpose in Purpose}


class Seals(Protocol):
    """Seals and opens the parts of facts that are about a person."""

    def seal(
        self, *, subject: UUID, stream_id: UUID, version: int, topic: str,
        parts: Mapping[Purpose, Mapping[str, object]],
    ) -> tuple[dict[str, bytes], list[bytes]]:  # fmt: skip
        """Return the sealed parts by purpose, and each one's meaning in order of purpose."""
        ...

    def open(
        self, *, stream_id: UUID, version: int, topic: str, sealed: Mapping[str, bytes]
    ) -> tuple[dict[str, dict[str, Any] | Erased], list[bytes | None]]:
        """Return the opened parts, and each one's meaning, None where it is erased.

        Raises:
            TamperedError: A part does not open where it stands.
        """
        ...


@runtime_checkable
class BulkSeals(Protocol):
    """Seals that can get many keys ready at once."""

    def prepare_writing(self, wanted: Iterable[tuple[UUID, Purpose]]) -> None:
        """Make the keys that a large append will need."""
        ...

    def prepare_reading(self, rows: Iterable[Mapping[str, bytes]]) -> None:
        """Load the keys of many facts' sealed parts."""
        ...


MANY = 16
"""From here on it pays to get the keys of all facts ready together."""


class FactMapper:
    """Maps between facts and rows."""

    def __init__(self, types: FactTypes, seals: Seals, ids: Callable[[], UUID]) -> None:
        """Map the facts that ``types`` knows; ``ids`` gives fresh UUIDv7 event ids."""
        self.types = types
        self._seals = seals
        self._bulk = seals if isinstance(seals, BulkSeals) else None
        self._ids = ids

    def rows_of(
        self, act: Act, changes: Sequence[Change], idempotency_hash: bytes | None
    ) -> list[Row]:
        """Return the rows of all ``changes``, without positions.

        Raises:
            UnknownFactError: A fact has no stored name.
            TypeError: A fact's field has a value that could not be read again.
            ValueError: A fact has sealed fields, but its change names no subject.
        """
        self.make_ready(changes)
        shared = list(_envelope(act, idempotency_hash))
        heads: dict[UUID, bytes | None] = {}
        rows: list[Row] = []
        for change in changes:
            previous = heads.get(change.stream_id, change.previous_entry)
            shared[_SUBJECT] = None if change.subject is None else change.subject.bytes
            for version, fact in enumerate(change.facts, change.expected_version + 1):
                shared[_PREVIOUS] = previous
                row = self._row(change, version, fact, shared)
                previous = sha256(row.entry).digest()
                rows.append(row)
            heads[change.stream_id] = previous
        return rows

    def make_ready(self, changes: Sequence[Change]) -> None:
        """Make the keys of many ``changes`` together: their rows may then be asked for one by one.

        Raises:
            UnknownFactError: A fact has no stored name.
        """
        if self._bulk is not None and len(changes) >= MANY:
            self._bulk.prepare_writing(self._keys_of(changes))

    def _keys_of(self, changes: Sequence[Change]) -> set[tuple[UUID, Purpose]]:
        return {
            (change.subject, _PURPOSES[purpose])
            for change in changes
            if change.subject is not None
            for fact in change.facts
            for purpose in self.types.codec(self.types.topic_of(fact)).purposes_of(fact)
        }

    def _row(self, change: Change, version: int, fact: Fact, envelope: list[Any]) -> Row:
        topic = self.types.topic_of(fact)
        stored = self.types.codec(topic).fields_of(fact)
        sealed, meanings = self._seal(change, version, topic, stored)
        event_id = self._ids()
        body = entry.write_body(stored.clear)
        envelope[_EVENT_ID] = event_id.bytes
        state = entry.write_state(body, envelope, sealed)
        leaf = entry.write_entry(
            entry.row_digest(change.stream_id, version, topic, event_id, state),
            entry.meaning_digest(event_id, topic, body, meanings),
        )
        return Row(0, event_id, change.stream_id, version, topic, state, leaf)

    def _seal(
        self, change: Change, version: int, topic: str, stored: StoredFields
    ) -> tuple[dict[str, bytes], list[bytes]]:
        if not stored.sealed:
            return {}, []
        if change.subject is None:
            raise ValueError(f"{topic}: facts with sealed fields need a subject")
        parts = {
            _PURPOSES[purpose]: fields
            for purpose, fields in stored.sealed.items()
            if not isinstance(fields, Erased)
        }
        return self._seals.seal(
            subject=change.subject, stream_id=change.stream_id, version=version, topic=topic,
            parts=parts,
        )  # fmt: skip

    def recorded(self, rows: Sequence[Row]) -> list[RecordedFact]:
        """Return the facts that ``rows`` store.

        Raises:
            UnknownFactError: This program does not know a fact, or not in this version.
            TamperedError: The stored bytes are not what was written.
        """
        if self._bulk is None or len(rows) < MANY:
            return [self._recorded(row, _state(row)) for row in rows]
        states = [_state(row) for row in rows]
        self._bulk.prepare_reading([state.sealed for state in states if state.sealed])
        return [self._recorded(row, state) for row, state in zip(rows, states, strict=True)]

    def _recorded(self, row: Row, state: State) -> RecordedFact:
        position, event_id, stream_id, version, topic, _, leaf = row
        envelope = state.envelope
        return RecordedFact(
            position, event_id, stream_id, version, topic, self._fact(row, state),
            _act(row, envelope), _uuid(envelope.subject), leaf,
        )  # fmt: skip

    def facts(self, rows: Sequence[Row]) -> list[Fact]:
        """Return the facts alone that ``rows`` store, without who did what when.

        Raises:
            UnknownFactError: This program does not know a fact, or not in this version.
            TamperedError: The stored bytes are not what was written.
        """
        return [self._fact(row, _state(row)) for row in rows]

    def _fact(self, row: Row, state: State) -> Fact:
        read = self.types.reader(row.topic)
        if not state.sealed:
            return read(StoredFields(state.body, {}))
        opened, _ = self._open(row, state.sealed)
        return read(StoredFields(state.body, opened))

    def envelope(self, row: Row) -> Envelope:
        """Return who did what when, as stored, without opening anything.

        Raises:
            TamperedError: The stored bytes are not what was written.
        """
        return _state(row).envelope

    def require_row(self, row: Row) -> None:
        """Refuse a row that is not the one that its entry was made of.

        Raises:
            TamperedError: It, or its entry, was changed.
        """
        if not entry.entry_stands_for_row(
            row.entry, row.stream_id, row.version, row.topic, row.event_id, row.state
        ):
            raise TamperedError(f"{_where(row)}: not the row that its log entry was made of")

    def meanings(self, row: Row) -> list[bytes | None]:
        """Return the meaning of each sealed part, in order of purpose; None where it is erased.

        Raises:
            TamperedError: A part does not open where it stands.
        """
        return self._open(row, _state(row).sealed)[1]

    def entry_stands(self, row: Row) -> bool:
        """Whether the row's entry is the one of its bytes, and of its meaning as far as readable.

        Raises:
            TamperedError: The row cannot be read at all.
        """
        stands = entry.entry_stands_for_row(
            row.entry, row.stream_id, row.version, row.topic, row.event_id, row.state
        )
        state = _state(row)
        _, meanings = self._open(row, state.sealed) if state.sealed else ({}, [])
        readable = [meaning for meaning in meanings if meaning is not None]
        if not stands or len(readable) < len(meanings):
            return stands
        body = entry.write_body(state.body)
        return row.entry[33:] == entry.meaning_digest(row.event_id, row.topic, body, readable)

    def _open(
        self, row: Row, sealed: Mapping[str, bytes]
    ) -> tuple[dict[str, dict[str, Any] | Erased], list[bytes | None]]:
        return self._seals.open(
            stream_id=row.stream_id, version=row.version, topic=row.topic, sealed=sealed
        )


def _where(row: Row) -> str:
    return f"position {row.position} ({row.topic})"


def _state(row: Row) -> State:
    try:
        state = entry.read_state(row.state)
    except (TamperedError, UnknownFactError) as error:
        raise type(error)(f"{_where(row)}: {error}") from error
    if state.envelope.event_id != row.event_id.bytes:
        raise TamperedError(f"{_where(row)}: the state belongs to another event")
    return state


def _envelope(act: Act, idempotency_hash: bytes | None) -> Envelope:
    return Envelope(
        event_id=b"",
        recorded_at=microseconds(act.at),
        occurred_at=None if act.occurred_at is None else microseconds(act.occurred_at),
        actor=act.actor,
        role=act.role,
        organisation=act.organisation,
        legal_basis=act.legal_basis,
        procedure_version=act.procedure_version,
        calendar_version=act.calendar_version,
        correlation=None if act.correlation is None else act.correlation.bytes,
        causation=None if act.causation is None else act.causation.bytes,
        subject=None,
        idempotency=idempotency_hash,
        previous=None,
    )


@lru_cache(maxsize=1_024)
def _uuid(stored: bytes | None) -> UUID | None:
    """Return the identifier; the facts of a stream name the same few again and again."""
    return None if stored is None else UUID(bytes=stored)


@lru_cache(maxsize=64)
def _shared_act(
    recorded_at: int, occurred_at: int | None, actor: str, role: str, organisation: str | None,
    legal_basis: str | None, procedure_version: str | None, calendar_version: str | None,
    correlation: bytes | None, causation: bytes | None,
) -> Act:  # fmt: skip
    """Return the act; the facts of one command share it, and stand side by side."""
    return Act(
        moment(recorded_at), actor, role, organisation,
        None if occurred_at is None else moment(occurred_at),
        legal_basis, procedure_version, calendar_version,
        _uuid(correlation), _uuid(causation),
    )  # fmt: skip


def _act(row: Row, envelope: Envelope) -> Act:
    try:
        # What all facts of one command have in common, from ``recorded_at`` on.
        return _shared_act(*envelope[1:11])
    except (TypeError, ValueError, OverflowError) as error:
        raise TamperedError(f"{_where(row)}: the stored envelope is damaged") from error
