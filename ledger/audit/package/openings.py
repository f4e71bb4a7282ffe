"""Openings of a fact's sealed parts: salt and plaintext, from which anybody makes the second hash.

With them a stranger checks what was *meant*, not only what was stored. The salt is part of it: an
entry is public, and without a salt everybody could try out what somebody's fact says.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol

from keys.key_store_errors import CommitmentMismatchError, SealBrokenError, UnknownKeyError
from keys.sealing import DataKey, key_id_of, seal_place
from ledger.errors import TamperedError, UnknownFactError
from ledger.store.entry import read_state
from ledger.store.rows import Row
from ledger.store.sealed_parts import SALT_BYTES

_HEAD: Final = b"\x82\x50"
"""An array of two, of which the first has 16 bytes: see `ledger.store.sealed_parts`."""
_PLAINTEXT_AT: Final = len(_HEAD) + SALT_BYTES
_BROKEN: Final = (SealBrokenError, UnknownKeyError, CommitmentMismatchError)


class ReadingKeys(Protocol):
    """The keys of all subjects: `keys.subject_keys.SubjectKeys`."""

    def for_reading(self, key_id: bytes) -> DataKey | None:
        """Return the key, or None if it was destroyed.

        Raises:
            UnknownKeyError: There was never such a key.
        """
        ...


class Salted(NamedTuple):
    """One part, opened."""

    salt: bytes
    plaintext: bytes
    """Canonical CBOR of its fields by name."""


def open_parts(row: Row, keys: ReadingKeys) -> Mapping[str, Salted] | None:
    """Return every sealed part of a row by purpose; None where one of them cannot be opened.

    A part that was erased, or that does not open where it stands, takes the others with it: the
    second hash is over all, so nothing of a rest could be held against the log.
    """
    try:
        sealed = read_state(row.state).sealed
        opened = {purpose: _open(row, purpose, part, keys) for purpose, part in sealed.items()}
    except (TamperedError, UnknownFactError, *_BROKEN):
        return None
    whole = {purpose: part for purpose, part in opened.items() if part is not None}
    return whole if len(whole) == len(opened) else None


def _open(row: Row, purpose: str, part: bytes, keys: ReadingKeys) -> Salted | None:
    key_id = key_id_of(part)
    key = keys.for_reading(key_id)
    if key is None:
        return None
    place = seal_place(row.stream_id.bytes, row.version, row.topic, purpose, key_id)
    content = key.open(part, place)
    if not content.startswith(_HEAD):
        raise SealBrokenError("not the plaintext of a sealed part")
    return Salted(content[len(_HEAD) : _PLAINTEXT_AT], content[_PLAINTEXT_AT:])
