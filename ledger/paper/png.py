"""A QR symbol as a one-bit PNG: a kilobyte or two, written without a picture library.

Source: PNG specification (third edition), sections 5.6, 9 and 11.2.
"""

import struct
import zlib
from functools import cache

from ledger.paper.symbol import QUIET_ZONE_MODULES, Symbol, scanline_bytes

SIGNATURE = b"\x89PNG\r\n\x1a\n"
LARGEST_SCALE = 64

_COMPRESSION = 2
"""A third of the default's time for a tenth more bytes."""
_FILTER_NONE = b"\x00"
_FILTER_UP = b"\x02"
"""Each byte is the difference to the byte above: an equal line is all zeros."""


def write_png(symbol: Symbol, *, scale: int = 4) -> bytes:
    """Return ``symbol`` with its quiet zone as a PNG, ``scale`` pixels a module (1 to 64)."""
    if not 1 <= scale <= LARGEST_SCALE:
        raise ValueError(f"scale {scale}: expected 1 to {LARGEST_SCALE} pixels a module")
    pixels = (symbol.size + 2 * QUIET_ZONE_MODULES) * scale
    header = struct.pack(">IIBBBBB", pixels, pixels, 1, 0, 0, 0, 0)
    body = zlib.compress(b"".join(_scanlines(symbol, scale, pixels)), _COMPRESSION)
    return SIGNATURE + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def _scanlines(symbol: Symbol, scale: int, pixels: int) -> list[bytes]:
    wide = _widened(scale)
    length = (pixels + 7) // 8
    again = (_FILTER_UP + bytes(length)) * (scale - 1)
    margin = (_FILTER_NONE + b"\xff" * length) + (_FILTER_UP + bytes(length)) * (
        QUIET_ZONE_MODULES * scale - 1
    )
    lines = [margin]
    for row in scanline_bytes(symbol):
        lines += [_FILTER_NONE, b"".join([wide[octet] for octet in row])[:length], again]
    lines.append(margin)
    return lines


@cache
def _widened(scale: int) -> tuple[bytes, ...]:
    """Return for each octet of modules its pixels: every bit ``scale`` times, 0 is black."""
    return tuple(
        int("".join(("1" if bit == "0" else "0") * scale for bit in f"{octet:08b}"), 2).to_bytes(
            scale, "big"
        )
        for octet in range(256)
    )


def _chunk(name: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(name + content)
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", checksum)
