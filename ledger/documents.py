"""Received documents as they are kept: compressed with one of our own dictionaries, by number.

    packed = one Zstandard frame without magic number, checksum and dictionary number (RFC 8878),
             padded with zero bytes to a multiple of 16

What holds other documents in Base64, as the insurance's files do, is opened before it is packed
(`ledger.base64_parts`) and closed again after: the dictionary's number says so.

A dictionary makes the many short documents of one kind two to three times as small as each alone
would be. Its number stands in the fact beside the document, and every dictionary stays here for
ever, for without it nobody reads what was packed with it. They are trained on generated documents
only (``tests_support/train_dictionary.py``): a dictionary holds plain pieces of what it has seen.

One document is one frame, never several together: the length of what is sealed would tell of one
person's document by another's. The padding keeps that length from telling one letter from two.
"""

import threading
from functools import lru_cache
from importlib.resources import files
from typing import Final

from zstandard import (
    FORMAT_ZSTD1_MAGICLESS,
    ZstdCompressionDict,
    ZstdCompressionParameters,
    ZstdCompressor,
    ZstdDecompressor,
    ZstdError,
    get_frame_parameters,
)

from ledger.base64_parts import closed, has_base64, opened
from ledger.canonical import NotCanonicalError
from ledger.errors import InvalidInputError, TamperedError, UnknownFactError

DICTIONARIES: Final = (1, 2, 3)
"""Every dictionary's number; new ones are added, none is ever taken away or changed."""
OPENED: Final = frozenset({2})
"""Those of documents that are opened first."""
NEWEST: Final = 1
"""For documents of several lines: those with indentation."""
NEWEST_OPENED: Final = 2
NEWEST_UNSPACED: Final = 3
"""For documents of one line: a fifteenth smaller than with the one that knows indentation."""
LARGEST: Final = 64 << 20
"""Bytes of one document, unpacked. A whole life is sent as less."""
LEVEL: Final = 9
"""Measured on visits that no dictionary has seen: 3 leaves them 44 % larger in a fifth of the time,
12 takes twice the time for 6 % less."""
PADDING: Final = 16

_OWN = threading.local()
"""Compressors and decompressors serve one thread at a time."""


@lru_cache(maxsize=len(DICTIONARIES))
def _dictionary(number: int) -> ZstdCompressionDict:
    if number not in DICTIONARIES:
        raise UnknownFactError(f"no dictionary {number}: a later program packed this")
    stored = files("ledger").joinpath("dictionaries", f"{number}.zstd-dictionary").read_bytes()
    dictionary = ZstdCompressionDict(stored)
    dictionary.precompute_compress(level=LEVEL)
    return dictionary


def _compressor(number: int) -> ZstdCompressor:
    kept: dict[int, ZstdCompressor] = _OWN.__dict__.setdefault("compressors", {})
    found = kept.get(number)
    if found is None:
        parameters = ZstdCompressionParameters.from_level(
            LEVEL,
            format=FORMAT_ZSTD1_MAGICLESS,
            write_content_size=True,
            write_checksum=False,
            write_dict_id=False,
        )
        found = kept[number] = ZstdCompressor(
            dict_data=_dictionary(number), compression_params=parameters
        )
    return found


def _decompressor(number: int) -> ZstdDecompressor:
    kept: dict[int, ZstdDecompressor] = _OWN.__dict__.setdefault("decompressors", {})
    found = kept.get(number)
    if found is None:
        found = kept[number] = ZstdDecompressor(
            dict_data=_dictionary(number), format=FORMAT_ZSTD1_MAGICLESS
        )
    return found


def pack(data: bytes) -> tuple[int, bytes]:
    """Return the number of the dictionary used, and ``data`` packed with it.

    Raises:
        InvalidInputError: Rule ``document_size``.
    """
    if len(data) > LARGEST:
        raise InvalidInputError("document", "document_size", f"at most {LARGEST} bytes")
    number, plain = NEWEST if b"\n" in data else NEWEST_UNSPACED, data
    if has_base64(data) and len(smaller := opened(data)) < len(data):
        number, plain = NEWEST_OPENED, smaller
    packed = _compressor(number).compress(plain)
    return number, packed + bytes(-len(packed) % PADDING)


def unpack(dictionary: int, packed: bytes) -> bytes:
    """Return the document that was packed with ``dictionary``.

    Raises:
        UnknownFactError: There is no such dictionary here.
        TamperedError: These are not bytes that `pack` made.
    """
    decompressor = _decompressor(dictionary)
    try:
        size = get_frame_parameters(packed, format=FORMAT_ZSTD1_MAGICLESS).content_size
        if size > LARGEST:
            raise TamperedError("a packed document says that it is larger than any that is kept")
        plain = decompressor.decompress(packed, allow_extra_data=True)
        return closed(plain) if dictionary in OPENED else plain
    except (ZstdError, NotCanonicalError) as error:
        raise TamperedError("a packed document is damaged") from error
