"""One value, one byte string: deterministic CBOR (RFC 8949, 4.2.1), strict in both directions."""

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
    return cbor2.dumps(value, canonical=True)


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
        again = cbor2.dumps(value, canonical=True)
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise NotCanonicalError("not deterministic CBOR") from error
    # cbor2 ignores trailing bytes and longer heads; the one comparison refuses them all.
    if again != data:
        raise NotCanonicalError("not the deterministic encoding of its value")
    return value
