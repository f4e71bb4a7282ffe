"""What ties a leaf of the log to one certificate's token, for whoever holds both and nothing else.

The leaf of the *issued* fact is the certificate's place in the log. Its row names the entry of the
fact before it, *sealed*, whose clear body has the token's hash. So an opening shows the issued
fact's stored row, and of the sealed fact's entry all that its second hash is made of; the sealed
parts stay hashes. It tells who issued the certificate (accounts, not names), when, and the
pseudonym of whom it is about: less than the holder's own paper says in words.

    opening = canonical CBOR [1, stream, version, event id, state,
                              row digest, event id, body, [meaning of each sealed part]]
              the first four of the issued fact, the others of the sealed one
"""

from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple, Protocol
from uuid import UUID

import cbor2

from ledger import canonical
from ledger.errors import InvalidInputError, LedgerError, NotFoundError, RefusedError
from ledger.store import entry
from ledger.store.rows import Row

SEALED, ISSUED = "certificate.sealed/1", "certificate.issued/1"
LARGEST_OPENING = 16_384
"""Bytes; one takes about 600."""
_VERSION = 1
_DIGEST_BYTES = 32
_MOST_PARTS = 8


class Opening(NamedTuple):
    """The two facts, as far as they are shown."""

    stream_id: UUID
    version: int
    event_id: UUID
    state: bytes
    sealed_row: bytes
    """First digest of the sealed fact's entry."""
    sealed_event: UUID
    sealed_body: bytes
    """Canonical CBOR of its clear fields, the token's hash among them."""
    sealed_meanings: tuple[bytes, ...]

    def write(self) -> bytes:
        """Return the opening's bytes."""
        return canonical.encode([
            _VERSION, self.stream_id.bytes, self.version, self.event_id.bytes, self.state,
            self.sealed_row, self.sealed_event.bytes, self.sealed_body, list(self.sealed_meanings),
        ])  # fmt: skip


class StoredRows(Protocol):
    """Gives facts as they are stored: `ledger.store.fact_store.LedgerFactStore`."""

    def stored(self, stream_id: UUID, topics: Sequence[str]) -> list[Row]:
        """Return those rows of a stream that have one of the stored names ``topics``."""
        ...

    def meanings(self, row: Row) -> list[bytes | None]:
        """Return the meaning of each sealed part, in order of purpose; None where erased."""
        ...


def open_issue(store: StoredRows, certificate: UUID) -> tuple[int, Opening]:
    """Return the position of a certificate's issue, and what ties it to the token.

    Raises:
        NotFoundError: It was never issued.
        RefusedError: ``paper_erased``: the person was forgotten, and the token with them.
    """
    rows = {row.topic: row for row in store.stored(certificate, (SEALED, ISSUED))}
    if ISSUED not in rows or SEALED not in rows:
        raise NotFoundError("no such certificate was ever issued")
    issued, sealed = rows[ISSUED], rows[SEALED]
    meanings = [meaning for meaning in store.meanings(sealed) if meaning is not None]
    if len(meanings) != len(entry.read_state(sealed.state).sealed):
        raise RefusedError("paper_erased", "the token of this certificate has been erased")
    body = entry.write_body(entry.read_state(sealed.state).body)
    return issued.position, Opening(
        issued.stream_id, issued.version, issued.event_id, issued.state,
        sealed.entry[1 : 1 + _DIGEST_BYTES], sealed.event_id, body, tuple(meanings),
    )  # fmt: skip


def read_opening(data: bytes) -> Opening:
    """Return the opening that ``data`` writes; nothing of it is verified.

    Raises:
        InvalidInputError: ``opening_form``.
    """
    try:
        parts: Any = canonical.decode(data) if len(data) <= LARGEST_OPENING else None
    except canonical.NotCanonicalError as error:
        raise _no_opening() from error
    match parts:
        case [1, bytes() as stream, int() as version, bytes() as event, bytes() as state,
              bytes() as row, bytes() as sealed, bytes() as body, [*meanings]] if (
            {len(stream), len(event), len(sealed)} == {16}
            and 0 < version < 1 << 63
            and len(row) == _DIGEST_BYTES
            and 0 < len(meanings) <= _MOST_PARTS
            and all(isinstance(one, bytes) and len(one) == _DIGEST_BYTES for one in meanings)
        ):  # fmt: skip
            return Opening(
                UUID(bytes=stream), version, UUID(bytes=event), state,
                row, UUID(bytes=sealed), body, tuple(meanings),
            )  # fmt: skip
        case _:
            raise _no_opening()


def entry_of(opening: Opening, token: bytes) -> bytes:
    """Return the log entry of the issue of exactly this ``token``.

    Raises:
        InvalidInputError: ``opening_form``; ``opening_differs``: it ties the leaf to another token.
    """
    try:
        state = entry.read_state(opening.state)
        body: Any = cbor2.loads(opening.sealed_body)
    except (LedgerError, cbor2.CBORError, ValueError, RecursionError) as error:
        raise _no_opening() from error
    digest = body.get("token_digest") if isinstance(body, dict) else None
    before = entry.write_entry(
        opening.sealed_row,
        entry.meaning_digest(
            opening.sealed_event, SEALED, opening.sealed_body, opening.sealed_meanings
        ),
    )
    if digest != sha256(token).digest() or state.envelope.previous != sha256(before).digest():
        raise InvalidInputError("opening", "opening_differs", "the opening of this certificate")
    if state.sealed:
        raise _no_opening()
    row = entry.row_digest(
        opening.stream_id, opening.version, ISSUED, opening.event_id, opening.state
    )
    meaning = entry.meaning_digest(opening.event_id, ISSUED, entry.write_body(state.body), ())
    return entry.write_entry(row, meaning)


def _no_opening() -> InvalidInputError:
    return InvalidInputError("opening", "opening_form", "the opening of a certificate's issue")
