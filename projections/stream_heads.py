"""How far every stream goes, and which streams are about whom: the leaves of the sealed tree.

Rows stand under their blinded names, so that a bucket of `ledger.transparency.stream_heads` is one
range of the primary key. Who reads this table without the key learns no more than the facts'
own envelopes say. Version 2 names leaves by scheme 2.
"""

from collections.abc import Callable
from functools import lru_cache
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID

from ledger.facts import RecordedFact
from ledger.store.registry import FACT_TYPES
from ledger.transparency.stream_heads import (
    chained,
    person_blind,
    secret_message,
    stream_blind,
)
from projections.columns import stream_text
from projections.view import Key, Rows, Table, View

NAME: Final = "stream_heads"
VERSION: Final = 2
_KNOWN: Final = 8_192
"""Blinds that are kept: the facts of one batch name the same few streams and persons."""

Blind = Callable[[bytes], bytes]
"""HMAC-SHA256 under the key of the home: makes the secrets of streams."""


class HeadRow(NamedTuple):
    """One leaf, and what it is about."""

    blind: bytes
    name: str
    """The stream's or the person's identifier."""
    kind: int
    """1 a stream, 2 a person."""
    version: int
    digest: bytes
    position: int
    """Of the fact that made it so."""


class OwnRow(NamedTuple):
    """One stream with a fact that is recorded about a person."""

    subject: str
    stream: str
    number: int
    """1, 2, 3 … within the person, in the order in which they came."""
    position: int
    """Of its first fact about them."""
    blind: bytes
    """Of the stream's own leaf."""


HEADS = Table(NAME, HeadRow, indexes=(("position",),))
OWN = Table("stream_heads_own", OwnRow, keys=2)
STREAM, PERSON = 1, 2


def secret_of(blind: Blind, stream: UUID) -> bytes:
    """Return the secret of a stream, which is for those whom the stream is about."""
    return blind(secret_message(stream))


def view(blind: Blind) -> View:
    """Return the view, with the secrets that ``blind`` makes."""

    @lru_cache(_KNOWN)
    def named(stream: UUID) -> bytes:
        return stream_blind(stream, secret_of(blind, stream))

    def told(recorded: RecordedFact, rows: Rows) -> None:
        stream, name = recorded.stream_id, named(recorded.stream_id)
        rows.put(
            HEADS,
            HeadRow(
                name, stream_text(stream), STREAM, recorded.version,
                sha256(recorded.entry).digest(), recorded.position,
            ),
        )  # fmt: skip
        if recorded.subject is not None:
            _own(rows, recorded, recorded.subject, name)

    def touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
        if recorded.subject is None:
            return []
        own = (stream_text(recorded.subject), stream_text(recorded.stream_id))
        return [(OWN, own), (HEADS, (person_blind(recorded.subject),))]

    return View(
        name=NAME,
        version=VERSION,
        tables=(HEADS, OWN),
        handlers=dict.fromkeys(_facts(), told),
        touches=touches,
    )


def _own(rows: Rows, recorded: RecordedFact, subject: UUID, name: bytes) -> None:
    """Count the stream, whose leaf is called ``name``, among those of the person, once."""
    person, stream = stream_text(subject), stream_text(recorded.stream_id)
    if rows.get(OWN, (person, stream), OwnRow) is not None:
        return
    blind = person_blind(subject)
    before = rows.get(HEADS, (blind,), HeadRow)
    number = 1 if before is None else before.version + 1
    digest = chained(None if before is None else before.digest, recorded.stream_id, name)
    rows.put(OWN, OwnRow(person, stream, number, recorded.position, name))
    rows.put(HEADS, HeadRow(blind, person, PERSON, number, digest, recorded.position))


def _facts() -> list[type]:
    return [FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics]
