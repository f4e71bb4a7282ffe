"""Base64url without padding, strict: one byte string, one text (RFC 7515, section 2)."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode

_ALPHABET = re.compile(r"[A-Za-z0-9_-]*", re.ASCII)


def to_base64url(data: bytes) -> str:
    """Return ``data`` as text."""
    return urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def from_base64url(text: str) -> bytes:
    """Return the bytes that ``text`` writes.

    Raises:
        ValueError: Another alphabet, padding, or bits set that no byte string would set.
    """
    if not _ALPHABET.fullmatch(text) or len(text) % 4 == 1:
        raise ValueError("not base64url without padding")
    data = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    if to_base64url(data) != text:
        raise ValueError("not the base64url of its bytes")
    return data
