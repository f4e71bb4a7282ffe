"""The bytes of a stored fact and of its log leaf. Written into history for ever: never change.

    state    = canonical CBOR [1, body, envelope, sealed]
               body      map: the fact's clear fields by name
               envelope  array of 14, see `Envelope`
               sealed    map: purpose -> key id 16 || nonce 12 || ciphertext and tag

    row      = stream id (16) || version (8) || topic || event id (16) || state
               each part behind its length as a big-endian u32; the version is big-endian

    meaning  = SHA-256( SHA-256(event id || canonical CBOR [topic, body])
                        || for each purpose in order of its name: SHA-256(salt || plaintext) )

    entry    = 01 || SHA-256(row) || meaning                                          65 bytes

The first half binds what is stored, ciphertext included, so it can be checked after the key is
destroyed. The second binds what was meant, because AES-GCM does not commit to its key; each
sealed part has its own salt, which dies with the part's key. An entry holds no personal data.
"""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import cbor2

from ledger.errors import TamperedError, UnknownFactError

STATE_VERSION = 1
ENTRY_VERSION = b"\x01"
ENTRY_BYTES = 65
_STREAM_LENGTH = (16).to_bytes(4)
_VERSION_LENGTH = (8).to_bytes(4)
_EVENT_ID_LENGTH = (16).to_bytes(4)
_ARRAY_OF_2 = b"\x82"
_STATE_HEAD = b"\x84\x01"


class Envelope(NamedTuple):
    """Who did what when on which basis, in the order in which it is stored; ids as 16 bytes."""

    event_id: bytes
    recorded_at: int
    """Microseconds since 1970, UTC; as every time here."""
    occurred_at: int | None
    actor: str
    role: str
    organisation: str | None
    legal_basis: str | None
    procedure_version: str | None
    calendar_version: str | None
    correlation: bytes | None
    causation: bytes | None
    subject: bytes | None
    idempotency: bytes | None
    """SHA-256 of the caller's key."""
    previous: bytes | None
    """SHA-256 of the entry of the stream's previous fact."""


class State(NamedTuple):
    """The parts of a stored fact's ``state``."""

    body: dict[str, Any]
    envelope: Envelope
    sealed: dict[str, bytes]


def write_body(fields: Mapping[str, Any]) -> bytes:
    """Return the deterministic CBOR of clear fields, whose names the codec has put in order."""
    return cbor2.dumps(fields)


def write_state(body: bytes, envelope: Sequence[Any], sealed: Mapping[str, bytes]) -> bytes:
    """Return the ``state`` of a fact whose clear fields are ``body``, already canonical CBOR.

    ``envelope`` has the members of `Envelope`, in their order.
    """
    # An array without maps has one shortest encoding, so the plain encoder is canonical here; a
    # map needs the sorting one only from its second member on.
    parts = cbor2.dumps(sealed, canonical=len(sealed) > 1)
    return b"".join((_STATE_HEAD, body, cbor2.dumps(envelope), parts))


def read_state(state: bytes) -> State:
    """Return the parts of ``state``, which came from our own table.

    Raises:
        TamperedError: These are not bytes that `write_state` made.
        UnknownFactError: A later program made them.
    """
    try:
        parts = cbor2.loads(state)
    except (cbor2.CBORError, ValueError, RecursionError) as error:
        raise TamperedError("the stored state is damaged") from error
    if not isinstance(parts, list) or len(parts) != len(State._fields) + 1:
        raise TamperedError("the stored state is damaged")
    version, body, envelope, sealed = parts
    if version != STATE_VERSION:
        raise UnknownFactError("the stored state has an unknown version")
    if not _well_formed(body, envelope, sealed):
        raise TamperedError("the stored state is damaged")
    return State(body, Envelope._make(envelope), sealed)


def _well_formed(body: Any, envelope: Any, sealed: Any) -> bool:
    return (
        isinstance(body, dict)
        and isinstance(envelope, list)
        and len(envelope) == len(Envelope._fields)
        and isinstance(sealed, dict)
    )


def row_digest(stream_id: UUID, version: int, topic: str, event_id: UUID, state: bytes) -> bytes:
    """Return the SHA-256 of the stored row, each part behind its length."""
    name = topic.encode()
    return sha256(
        b"".join((
            _STREAM_LENGTH, stream_id.bytes, _VERSION_LENGTH, version.to_bytes(8),
            len(name).to_bytes(4), name, _EVENT_ID_LENGTH, event_id.bytes,
            len(state).to_bytes(4), state,
        ))
    ).digest()  # fmt: skip


def meaning_digest(
    event_id: UUID, topic: str, body: bytes, sealed_meanings: Sequence[bytes]
) -> bytes:
    """Return what the entry says of the fact's meaning.

    Args:
        event_id: Random, so that nobody can guess a clear body from its digest.
        topic: The fact's stored name.
        body: The clear fields as canonical CBOR.
        sealed_meanings: SHA-256(salt || plaintext) of each sealed part, in order of purpose.
    """
    clear = sha256(b"".join((event_id.bytes, _ARRAY_OF_2, cbor2.dumps(topic), body))).digest()
    return sha256(b"".join((clear, *sealed_meanings))).digest()


def write_entry(row: bytes, meaning: bytes) -> bytes:
    """Return the 65-byte leaf from the two digests."""
    return ENTRY_VERSION + row + meaning


def entry_stands_for_row(
    entry: bytes, stream_id: UUID, version: int, topic: str, event_id: UUID, state: bytes
) -> bool:
    """Whether ``entry`` is of this format and its first half is the digest of this row."""
    return (
        len(entry) == ENTRY_BYTES
        and entry[:1] == ENTRY_VERSION
        and entry[1:33] == row_digest(stream_id, version, topic, event_id, state)
    )
