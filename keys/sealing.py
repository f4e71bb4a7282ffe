"""Seals one part of a fact under one data key, bound to the place where the fact stands.

    part       = key id 16 || nonce 12 || AES-256-GCM(data key, nonce, plaintext, place)
    place      = deterministic CBOR ["sealed/v1", stream id 16 B, version, topic, purpose, key id]
    commitment = HMAC-SHA256(data key, "ledger/dek-commit/v1")        key id = its first 16 bytes

A part that was moved, swapped or altered does not open. AES-GCM alone would let a part be built
that opens under two keys; the commitment, checked whenever a key is unwrapped, forbids it.
"""

import hmac
from functools import lru_cache
from typing import Final

import cbor2
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from keys.key_store_errors import SealBrokenError

SECRET_BYTES: Final = 32
KEY_ID_BYTES: Final = 16
NONCE_BYTES: Final = 12
_TAG_BYTES = 16
_HEAD_BYTES = KEY_ID_BYTES + NONCE_BYTES
_COMMIT_TO = b"ledger/dek-commit/v1"
_NONCES_FROM = b"ledger/synthetic-nonce/v1"
_SIXTEEN_BYTES = b"\x50"
_PLACE_HEAD = b"\x86" + cbor2.dumps("sealed/v1") + _SIXTEEN_BYTES
"""An array of six begins, its first member, and the head of the second."""


def commitment(secret: bytes) -> bytes:
    """Return the 32 bytes that commit to a data key's ``secret`` without telling it."""
    return hmac.digest(secret, _COMMIT_TO, "sha256")


def seal_place(stream_id: bytes, version: int, topic: str, purpose: str, key_id: bytes) -> bytes:
    """Return the associated data that binds a part to its place; both ids have 16 bytes.

    An array with typed members, so that no two fields can run together. Put together by hand from
    what never changes and the names, which are few: this is done for every part of every fact.

    Raises:
        ValueError: An id has another length.
    """
    if len(stream_id) != KEY_ID_BYTES or len(key_id) != KEY_ID_BYTES:
        raise ValueError("expected ids of 16 bytes")
    return b"".join((
        _PLACE_HEAD, stream_id, cbor2.dumps(version), _name(topic), _name(purpose),
        _SIXTEEN_BYTES, key_id,
    ))  # fmt: skip


@lru_cache(maxsize=1_024)
def _name(text: str) -> bytes:
    return cbor2.dumps(text)


def key_id_of(part: bytes) -> bytes:
    """Return which data key a part is sealed under; not authenticated until it is opened.

    Raises:
        SealBrokenError: The bytes are too few to be a sealed part.
    """
    if len(part) < _HEAD_BYTES + _TAG_BYTES:
        raise SealBrokenError("too short to be a sealed part")
    return part[:KEY_ID_BYTES]


class DataKey:
    """One key of one subject for one purpose, kept ready for use; it does not give its secret."""

    __slots__ = ("_cipher", "_nonces", "commitment", "key_id")

    def __init__(self, secret: bytes) -> None:
        """Make the key of ``secret``, 32 random bytes."""
        self.commitment = commitment(secret)
        self.key_id = self.commitment[:KEY_ID_BYTES]
        self._cipher = AESGCM(secret)
        self._nonces = hmac.digest(secret, _NONCES_FROM, "sha256")

    def seal(self, plaintext: bytes, place: bytes, nonce: bytes) -> bytes:
        """Return ``plaintext`` sealed at ``place``; ``nonce`` is 12 fresh random bytes.

        Random nonces stay safe below 2^32 parts a key; a person has some thousands in a life.
        """
        return self.key_id + nonce + self._cipher.encrypt(nonce, plaintext, place)

    def seal_alike(self, plaintext: bytes, place: bytes) -> bytes:
        """Return ``plaintext`` sealed at ``place``; the same twice gives the same bytes.

        For what is derived from facts and must come out alike whenever it is derived again. The
        nonce is the beginning of HMAC-SHA256(key of its own, place and plaintext), as in SIV modes:
        it repeats only where both are the same, and then the whole part is the same, which tells no
        more than that nothing has changed. For different contents nonces meet as seldom as random
        ones do, those of `seal` under the same key included. Source: RFC 5297, section 1.3.1.
        """
        told = len(place).to_bytes(4, "big") + place + plaintext
        nonce = hmac.digest(self._nonces, told, "sha256")[:NONCE_BYTES]
        return self.seal(plaintext, place, nonce)

    def open(self, part: bytes, place: bytes) -> bytes:
        """Return the plaintext of ``part``, if it was sealed under this key at ``place``.

        Raises:
            SealBrokenError: It was not, or has been altered since.
        """
        if key_id_of(part) != self.key_id:
            raise SealBrokenError("sealed under another key")
        try:
            return self._cipher.decrypt(part[KEY_ID_BYTES:_HEAD_BYTES], part[_HEAD_BYTES:], place)
        except InvalidTag as error:
            raise SealBrokenError("does not open where it stands") from error
