"""A document in two parts: what is shown to all, and what puts the whole together again.

    rest = deterministic CBOR of an array, in the order of the whole:
           integer n      the next n bytes of the shown part
           byte string    bytes that the shown part does not have

So nothing is kept twice, and each part is of no use for the other's content: the shown part says
nothing of the rest, and the rest alone holds only what was taken out. Any two byte strings have a
rest; it is small where the shown part is the whole with pieces taken out.
"""

from typing import Any, Final

from ledger import canonical
from ledger.errors import TamperedError

_ANCHOR: Final = 32
"""Bytes of the shown part by which its next piece is found in the whole."""
_STRIDE: Final = 64


def rest_of(whole: bytes, shown: bytes) -> bytes:
    """Return what `together` needs beside ``shown`` to make ``whole``."""
    parts: list[int | bytes] = []
    at = used = 0
    while at < len(whole):
        alike = _alike(whole, at, shown, used)
        if alike:
            parts.append(alike)
        at, used = at + alike, used + alike
        found = _next_piece(whole, at, shown, used)
        if found > at:
            parts.append(whole[at:found])
        at = found
    return canonical.encode(parts)


def together(shown: bytes, rest: bytes) -> bytes:
    """Return the whole document.

    Raises:
        TamperedError: ``rest`` is none that `rest_of` made of this shown part.
    """
    pieces: list[bytes] = []
    used = 0
    for part in _parts(rest):
        if isinstance(part, bytes):
            pieces.append(part)
        elif type(part) is int and 0 < part <= len(shown) - used:
            pieces.append(shown[used : used + part])
            used += part
        else:
            raise TamperedError("the rest of a document does not fit what is shown of it")
    return b"".join(pieces)


def _parts(rest: bytes) -> list[Any]:
    try:
        parts = canonical.decode(rest, max_depth=1)
    except canonical.NotCanonicalError as error:
        raise TamperedError("the rest of a document is damaged") from error
    if not isinstance(parts, list):
        raise TamperedError("the rest of a document is damaged")
    return parts


def _alike(whole: bytes, at: int, shown: bytes, used: int) -> int:
    """Return how many bytes are the same from both places on; as quick as these are few."""
    most = min(len(whole) - at, len(shown) - used)
    length, stride, grows = 0, _STRIDE, True
    while stride:
        start, end = length, length + stride
        if end <= most and whole[at + start : at + end] == shown[used + start : used + end]:
            length = end
            stride = 2 * stride if grows else stride // 2
        else:
            stride //= 2
            grows = False
    return length


def _next_piece(whole: bytes, at: int, shown: bytes, used: int) -> int:
    """Return where in the whole, from ``at`` on, the shown part goes on; its end if nowhere."""
    left = shown[used : used + _ANCHOR]
    if len(left) < _ANCHOR and whole.endswith(left, at):
        return len(whole) - len(left)
    found = whole.find(left, at)
    return len(whole) if found < 0 else found
