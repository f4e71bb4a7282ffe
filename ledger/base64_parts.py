"""Documents that carry others in Base64, kept as what the Base64 says, and given back to the byte.

The insurance's files hold their tables in Base64, in which the same words look different every
time, so that no compressor finds them again. Opened, a file is kept in a third of the space.

    opened = array of byte strings (deterministic CBOR): a piece as it is, then the content of a
             NOIDUNGFILE, then a piece as it is, and so on

Only Base64 that is written again to the same characters is opened; all else stays in the pieces.
"""

import binascii
from typing import Final

from ledger import canonical

_BEFORE: Final = b"<NOIDUNGFILE>"
_AFTER: Final = b"<"


def has_base64(data: bytes) -> bool:
    """Tell whether `opened` may find something to open in ``data``."""
    return _BEFORE in data


def opened(data: bytes) -> bytes:
    """Return ``data`` with its contents opened; `closed` gives it back byte for byte."""
    parts: list[bytes] = []
    last = found = 0
    while (found := data.find(_BEFORE, found)) >= 0:
        start = found = found + len(_BEFORE)
        end = data.find(_AFTER, start)
        content = _decoded(data[start:end]) if end > start else None
        if content is not None:
            parts += [data[last:start], content]
            last = end
    return canonical.encode([*parts, data[last:]])


def _decoded(text: bytes) -> bytes | None:
    """Return what the Base64 ``text`` says; None if it would not be written the same again."""
    try:
        content = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        return None
    return content if binascii.b2a_base64(content, newline=False) == text else None


def closed(opened_data: bytes) -> bytes:
    """Return the document that `opened` made ``opened_data`` of.

    Raises:
        NotCanonicalError: `opened` did not make this.
    """
    parts = canonical.decode(opened_data)
    if not isinstance(parts, list) or not all(isinstance(part, bytes) for part in parts):
        raise canonical.NotCanonicalError("not an opened document")
    return b"".join(
        binascii.b2a_base64(part, newline=False) if place % 2 else part
        for place, part in enumerate(parts)
    )
