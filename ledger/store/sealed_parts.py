"""Seals the fields of a fact that are about a person, one part a purpose, and opens them again.

    plaintext = canonical CBOR [salt 16, {field: value}]
    meaning   = SHA-256(salt || canonical CBOR {field: value})

Each part has its own salt, which is sealed with it and dies with its key. One salt for two parts
would let whoever still reads the one guess the other, shredded one against the public log.
"""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from hashlib import sha256
from typing import Any, Protocol
from uuid import UUID

import cbor2

from keys.key_store_errors import CommitmentMismatchError, SealBrokenError, UnknownKeyError
from keys.sealing import NONCE_BYTES, DataKey, key_id_of, seal_place
from ledger import canonical
from ledger.errors import TamperedError
from ledger.personal import Erased, Purpose

SALT_BYTES = 16
_HEAD = b"\x82\x50"
"""An array of two, of which the first has 16 bytes."""
_MAP_AT = len(_HEAD) + SALT_BYTES
_PURPOSES = frozenset(purpose.value for purpose in Purpose)
_BROKEN = (SealBrokenError, UnknownKeyError, CommitmentMismatchError, cbor2.CBORError)


class DataKeys(Protocol):
    """The keys of all subjects, as far as sealing and opening need them."""

    def for_writing(self, subject: UUID, purpose: str) -> DataKey:
        """Return the key of (subject, purpose), making it if there was never one.

        Raises:
            KeyDestroyedError: It was destroyed.
        """
        ...

    def for_reading(self, key_id: bytes) -> DataKey | None:
        """Return the key, or None if it was destroyed.

        Raises:
            UnknownKeyError: There was never such a key.
        """
        ...

    def for_writing_many(
        self, wanted: Iterable[tuple[UUID, str]]
    ) -> Mapping[tuple[UUID, str], DataKey]:
        """Do what `for_writing` does for many at once, refusing all if one is destroyed."""
        ...

    def for_reading_many(self, key_ids: Iterable[bytes]) -> Mapping[bytes, DataKey | None]:
        """Do what `for_reading` does for many at once."""
        ...


class SealedParts:
    """Seals and opens under the keys of the subjects."""

    def __init__(self, keys: DataKeys, random: Callable[[int], bytes]) -> None:
        """Use ``keys``, and salts and nonces from ``random`` (bytes wanted to random bytes)."""
        self._keys = keys
        self._random = random

    def seal(
        self,
        *,
        subject: UUID,
        stream_id: UUID,
        version: int,
        topic: str,
        parts: Mapping[Purpose, Mapping[str, object]],
    ) -> tuple[dict[str, bytes], list[bytes]]:
        """Return the sealed parts by purpose, and each one's meaning, in order of purpose.

        Raises:
            KeyDestroyedError: The subject was forgotten for one of the purposes.
        """
        sealed: dict[str, bytes] = {}
        meanings: list[bytes] = []
        for purpose in sorted(parts):
            key = self._keys.for_writing(subject, purpose.value)
            noise = self._random(SALT_BYTES + NONCE_BYTES)
            salt, nonce = noise[:SALT_BYTES], noise[SALT_BYTES:]
            salted = salt + canonical.encode(dict(parts[purpose]))
            place = seal_place(stream_id.bytes, version, topic, purpose.value, key.key_id)
            sealed[purpose.value] = key.seal(_HEAD + salted, place, nonce)
            meanings.append(sha256(salted).digest())
        return sealed, meanings

    def open(
        self, *, stream_id: UUID, version: int, topic: str, sealed: Mapping[str, bytes]
    ) -> tuple[dict[str, dict[str, Any] | Erased], list[bytes | None]]:
        """Return what the parts say by purpose, and each one's meaning, in order of purpose.

        A part whose key was destroyed is `Erased`, its meaning None.

        Raises:
            TamperedError: A part does not open where it stands; names the place alone.
        """
        opened: dict[str, dict[str, Any] | Erased] = {}
        meanings: list[bytes | None] = []
        stream = stream_id.bytes
        purpose = ""
        try:
            for purpose in sorted(sealed):
                part = sealed[purpose]
                opened[purpose], meaning = self._open(stream, version, topic, purpose, part)
                meanings.append(meaning)
        except _BROKEN as error:
            raise TamperedError(
                f"stream {stream_id}, version {version}, {topic}: the part {purpose!r} "
                "does not open where it stands"
            ) from error
        return opened, meanings

    def _open(
        self, stream: bytes, version: int, topic: str, purpose: str, part: bytes
    ) -> tuple[dict[str, Any] | Erased, bytes | None]:
        """Return what one part says, and its meaning."""
        key_id = key_id_of(part)
        if purpose not in _PURPOSES:
            raise SealBrokenError("no such purpose")
        key = self._keys.for_reading(key_id)
        if key is None:
            return Erased(key_id), None
        plaintext = key.open(part, seal_place(stream, version, topic, purpose, key_id))
        if not plaintext.startswith(_HEAD):
            raise SealBrokenError("not the plaintext of a sealed part")
        fields: dict[str, Any] = cbor2.loads(plaintext[_MAP_AT:])
        return fields, sha256(plaintext[len(_HEAD) :]).digest()

    def prepare_writing(self, wanted: Iterable[tuple[UUID, Purpose]]) -> None:
        """Make the keys of many subjects in one transaction, before a large append.

        Raises:
            KeyDestroyedError: One of them was destroyed.
        """
        self._keys.for_writing_many((subject, purpose.value) for subject, purpose in wanted)

    def prepare_reading(self, rows: Iterable[Mapping[str, bytes]]) -> None:
        """Load the keys of many rows' sealed parts in few queries, before a large read.

        Damaged parts are left for `open`, which names their place.
        """
        key_ids = set()
        for sealed in rows:
            for part in sealed.values():
                with suppress(SealBrokenError):
                    key_ids.add(key_id_of(part))
        with suppress(CommitmentMismatchError):
            self._keys.for_reading_many(key_ids)
