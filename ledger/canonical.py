"""One value, one byte string: deterministic CBOR (RFC 8949, 4.2.1), strict in both directions."""

from collections.abc import Mapping
from typing import Any

import cbor2

MAX_DEPTH = 6
"""Deepest nesting that is read from outside. Source: the ledger's design, section 10."""


class NotCanonicalError(ValueError):
    """The bytes are not the one deterministic encoding of a value."""


def encode(value: object) -> bytes:
    """Return the deterministic CBOR of ``value`` (None, bool, int, str, bytes, list, tuple, dict).

    Source: RFC 8949, section 4.2.1; map keys sort bytewise by their encoding.
    """
    return cbor2.dumps(value) if _is_ordered(value) else _sorted(value)


def decode(data: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Return the value that ``data`` is the deterministic encoding of.

    Raises:
        NotCanonicalError: Not CBOR, too deep, or any other encoding of the same value: duplicate
            keys, trailing bytes, longer heads than needed, indefinite lengths, unsorted maps.
    """
    try:
        value = cbor2.loads(
            data, allow_duplicate_keys=False, allow_indefinite=False, max_depth=max_depth
        )
        again = encode(value)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise NotCanonicalError("not deterministic CBOR") from error
    # cbor2 ignores trailing bytes and longer heads; the one comparison refuses them all.
    if again != data:
        raise NotCanonicalError("not the deterministic encoding of its value")
    return value


_LEAVES = frozenset({int, str, bytes, bool, type(None)})
_LARGEST_HEAD = 2**64 - 1  # a larger integer is a tagged byte string


def _is_ordered(value: object) -> bool:
    """Return whether plain encoding, five times as fast, gives the deterministic one as well.

    True only for integers, text, bytes, booleans, null, arrays, and maps whose keys are integers
    and text in their order already; False says nothing: the sorting encoder decides then.
    """
    kind = type(value)
    if kind is dict:
        return _is_ordered_map(value)  # type: ignore[arg-type]  # seen the line before
    if kind is list:
        return all(map(_is_ordered, value))  # type: ignore[call-overload]
    return kind in _LEAVES


def _is_ordered_map(members: dict[object, object]) -> bool:
    last = (-1, 0, b"")
    for key, item in members.items():
        if type(key) is int:
            # Unsigned integers are major type 0, negative ones 1, text 3 with its length first.
            rank = (0, key, b"") if key >= 0 else (1, ~key, b"")
        elif type(key) is str:
            text = key.encode()
            rank = (3, len(text), text)
        else:
            return False
        if rank <= last or rank[1] > _LARGEST_HEAD:
            return False
        if type(item) not in _LEAVES and not _is_ordered(item):
            return False
        last = rank
    return True


def _sorted(value: object) -> bytes:
    """Encode with every map's keys in bytewise order.

    The library's canonical form is that of RFC 8949, section 4.2.3: shorter keys first. The two
    differ where integers and text are keys of one map, as in a token with claims of others.
    """
    if isinstance(value, Mapping):
        members = sorted((_sorted(key), _sorted(item)) for key, item in value.items())
        return _head(_MAP, len(members)) + b"".join(key + item for key, item in members)
    if isinstance(value, list | tuple):
        return _head(_ARRAY, len(value)) + b"".join(map(_sorted, value))
    return cbor2.dumps(value, canonical=True)


_ARRAY, _MAP = 0x80, 0xA0
"""Major types 4 and 5, in the top three bits of a head."""


def _head(major: int, count: int) -> bytes:
    first, *rest = cbor2.dumps(count)
    return bytes([first | major, *rest])
