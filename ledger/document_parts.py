"""A document in two parts: what is shown to all, and what puts the whole together again.

    rest = deterministic CBOR of an array, in the order of the whole:
           integer n      the next n bytes of the shown part; below 0: they are passed over
           byte string    bytes that the shown part does not have

So hardly anything is kept twice: where the shown part is the whole with pieces taken out, the rest
holds these pieces alone. Any two byte strings have a rest.
"""

from typing import Any, Final

from ledger import canonical
from ledger.errors import TamperedError

_ANCHOR: Final = 32
"""Bytes of the shown part by which its next piece is found in the whole."""
_STRIDE: Final = 64
_MOST_MISSES: Final = 200
"""How often the shown part may have what the whole does not: each costs a look at all of it."""


def rest_of(whole: bytes, shown: bytes) -> bytes:
    """Return what `together` needs beside ``shown`` to make ``whole``."""
    parts: list[int | bytes] = []
    at = used = misses = 0
    while at < len(whole):
        alike = _alike(whole, at, shown, used)
        at, used = at + alike, used + alike
        found, further, missed = _next_piece(whole, at, shown, used, _MOST_MISSES - misses)
        misses += missed
        parts += [part for part in (alike, whole[at:found], used - further) if part]
        at, used = found, further
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
        elif type(part) is int and 0 < abs(part) <= len(shown) - used:
            pieces.append(shown[used : used + max(part, 0)])
            used += abs(part)
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


def _next_piece(
    whole: bytes, at: int, shown: bytes, used: int, most_misses: int
) -> tuple[int, int, int]:
    """Return where both go on alike, in the whole and in the shown part, and how often not before.

    It is the end of the whole where they never do.
    """
    left = shown[used : used + _ANCHOR]
    if len(left) < _ANCHOR and whole.endswith(left, at):
        return len(whole) - len(left), used, 0
    for missed in range(most_misses):
        start = used + missed * _ANCHOR
        anchor = shown[start : start + _ANCHOR]
        if not anchor:
            return len(whole), used, missed
        found = whole.find(anchor, at)
        if found >= 0:
            return found, start, missed
    return len(whole), used, most_misses
