"""A long history from a short one: what a small town did by the real commands, done by many towns.

Each copy has streams, people and event ids of its own, and its rows are what the ledger would have
stored, entries included. The sealed parts are those of the first town: nobody opens them here.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import count, islice
from typing import Any
from uuid import UUID

from ledger.facts import Change, RecordedFact
from ledger.store import entry
from ledger.store.entry import Envelope
from ledger.store.mapper import FactMapper
from ledger.store.registry import FACT_TYPES
from ledger.store.rows import Row
from tests_support.memory_facts import MemoryFacts, counting_ids
from tests_support.request_walks import start
from tests_support.toy_ledger import OpenSeals
from tests_support.walked_town import TOPICS

_ID_BYTES = 16
_COPY_SHIFT = 64
"""Copies differ in the first half of an identifier: the walk's own ids count from 1."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One fact as it is before its streams are renamed."""

    stream: bytes
    version: int
    topic: str
    body: Mapping[str, Any]
    envelope: Envelope
    sealed: Mapping[str, bytes]
    meanings: tuple[bytes, ...]


def walk_facts(*, seed: int, steps: int) -> list[RecordedFact]:
    """Return what a town of thirty did in so many steps."""
    facts = MemoryFacts(TOPICS)
    walk = start(facts, seed=seed, people_count=30)
    for _ in range(steps):
        walk.step()
    return facts.recorded


def stored(facts: list[RecordedFact]) -> list[Row]:
    """Return ``facts`` as the ledger stores them, at positions from 1."""
    mapper = FactMapper(FACT_TYPES, OpenSeals(), counting_ids())
    heads: dict[UUID, bytes] = {}
    rows: list[Row] = []
    for position, one in enumerate(facts, 1):
        change = Change(
            one.stream_id, one.version - 1, (one.fact,), one.subject, heads.get(one.stream_id)
        )
        (row,) = mapper.rows_of(one.act, [change], None)
        heads[one.stream_id] = sha256(row.entry).digest()
        rows.append(row._replace(position=position))
    return rows


def patterns(rows: list[Row]) -> list[Pattern]:
    """Return ``rows`` as patterns."""
    made: list[Pattern] = []
    for row in rows:
        state = entry.read_state(row.state)
        meanings = tuple(sha256(part[48:]).digest() for _, part in sorted(state.sealed.items()))
        made.append(
            Pattern(row.stream_id.bytes, row.version, row.topic, state.body, state.envelope,
                    state.sealed, meanings)
        )  # fmt: skip
    return made


def many_rows(given: Sequence[Pattern], number: int) -> Iterator[Row]:
    """Yield the first ``number`` rows of as many towns as it takes, one after the other."""
    return islice(_copies(given), number)


def _copies(given: Sequence[Pattern]) -> Iterator[Row]:
    ids, position = counting_ids(), 0
    for copy in count():
        heads: dict[bytes, bytes] = {}
        for pattern in given:
            position += 1
            row = _renamed(pattern, copy, ids(), heads)
            heads[pattern.stream] = sha256(row.entry).digest()
            yield row._replace(position=position)


def _renamed(pattern: Pattern, copy: int, event: UUID, heads: Mapping[bytes, bytes]) -> Row:
    stream = UUID(bytes=_other(pattern.stream, copy))
    body = entry.write_body(_with_other_ids(pattern.body, copy))
    envelope = pattern.envelope._replace(
        event_id=event.bytes,
        subject=None
        if pattern.envelope.subject is None
        else _other(pattern.envelope.subject, copy),
        previous=heads.get(pattern.stream),
    )
    state = entry.write_state(body, envelope, pattern.sealed)
    leaf = entry.write_entry(
        entry.row_digest(stream, pattern.version, pattern.topic, event, state),
        entry.meaning_digest(event, pattern.topic, body, pattern.meanings),
    )
    return Row(0, event, stream, pattern.version, pattern.topic, state, leaf)


def _other(identifier: bytes, copy: int) -> bytes:
    """Return the identifier that ``identifier`` is in this copy."""
    return (int.from_bytes(identifier) ^ copy << _COPY_SHIFT).to_bytes(_ID_BYTES)


def _with_other_ids(body: Any, copy: int) -> Any:
    match body:
        case dict():
            return {name: _with_other_ids(value, copy) for name, value in body.items()}
        case list():
            return [_with_other_ids(value, copy) for value in body]
        case bytes() if len(body) == _ID_BYTES:
            return _other(body, copy)
        case _:
            return body
