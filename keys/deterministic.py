"""Deterministic CBOR for what this floor signs: one value, one byte string, no tags.

The ledger's floor has its own door to the same encoding (``ledger.canonical``); keys lie below it.
"""

from io import BytesIO
from typing import Any, NoReturn

import cbor2

from keys.errors import EnvelopeError

MAX_DEPTH = 6
"""Deepest nesting that is read. Source: the ledger's design, section 10."""

# Every tag for which cbor2 has a decoder of its own: dates, big numbers, fractions, shared
# references (cycles), regular expressions, addresses … None of them is ever in our documents.
_TAGS_OF_CBOR2 = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261,
                  1004, 43000, 55799)  # fmt: skip


def encode(value: object) -> bytes:
    """Return the deterministic CBOR of ``value`` (RFC 8949, section 4.2.1)."""
    return cbor2.dumps(value, canonical=True)


def decode(data: bytes, *, max_depth: int = MAX_DEPTH) -> Any:
    """Return the value that ``data`` is the deterministic encoding of.

    Raises:
        EnvelopeError: Any other bytes: too deep, a tag, a duplicate key, an unsorted map,
            an indefinite length, a longer head than needed, trailing bytes.
    """
    value = decode_first(BytesIO(data), max_depth=max_depth)
    # The reader ignores trailing bytes and longer heads; the one comparison refuses them all.
    if encode(value) != data:
        raise EnvelopeError("not the deterministic encoding of its value")
    return value


def decode_first(stream: BytesIO, *, max_depth: int = MAX_DEPTH, indefinite: bool = False) -> Any:
    """Return the first value in ``stream``, in whatever encoding; leave the stream after it.

    Raises:
        EnvelopeError: Not CBOR, too deep, a tag, a duplicate key, or, unless ``indefinite`` is
            allowed, an indefinite length.
    """
    try:
        return cbor2.load(
            stream,
            tag_hook=_refuse_tag,
            semantic_decoders=_REFUSED_TAGS,
            allow_duplicate_keys=False,
            allow_indefinite=indefinite,
            max_depth=max_depth,
        )
    except (cbor2.CBORError, ValueError, TypeError, RecursionError, OverflowError) as error:
        raise EnvelopeError("not readable CBOR") from error


def _refuse_tag(*_: object) -> NoReturn:
    raise ValueError("a tag")


_REFUSED_TAGS = dict.fromkeys(_TAGS_OF_CBOR2, _refuse_tag)
