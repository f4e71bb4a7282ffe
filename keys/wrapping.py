"""Wraps one secret under another: nonce 12 || AES-256-GCM-SIV(secret, place).

Misuse-resistant, because a wrap is kept for decades and its nonce is drawn only once.
"""

from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV

from keys.key_store_errors import CommitmentMismatchError

WRAP_NONCE_BYTES: Final = 12


def wrap(cipher: AESGCMSIV, secret: bytes, place: bytes, nonce: bytes) -> bytes:
    """Return ``secret`` (32 bytes) wrapped at ``place``: 60 bytes; ``nonce`` is 12 fresh ones."""
    return nonce + cipher.encrypt(nonce, secret, place)


def unwrap(cipher: AESGCMSIV, wrapped: bytes, place: bytes) -> bytes:
    """Return the secret that was wrapped at ``place``.

    Raises:
        CommitmentMismatchError: Something else stands there: altered, moved, of another time.
    """
    try:
        return cipher.decrypt(wrapped[:WRAP_NONCE_BYTES], wrapped[WRAP_NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise CommitmentMismatchError("a wrapped key is not the one that belongs here") from error
