"""Bytes as decimal digits: seven bytes stand in seventeen, so that a QR code packs them tightly.

The chunks are little-endian and of fixed width, so every byte string has exactly one text and
every accepted text exactly one byte string. Source: CTAP 2.2, section 11.5 (hybrid transports).
"""

from struct import pack, unpack_from
from typing import Final

from ledger.errors import InvalidInputError

CHUNK_BYTES: Final = 7
CHUNK_DIGITS: Final = 17
_TAIL_DIGITS: Final = {0: 0, 1: 3, 2: 5, 3: 8, 4: 10, 5: 13, 6: 15}
_TAIL_BYTES: Final = {digits: count for count, digits in _TAIL_DIGITS.items()}


def digits_for(byte_count: int) -> int:
    """Return how many digits ``byte_count`` bytes take."""
    whole, tail = divmod(byte_count, CHUNK_BYTES)
    return whole * CHUNK_DIGITS + _TAIL_DIGITS[tail]


def to_digits(data: bytes) -> str:
    """Return ``data`` as decimal digits."""
    whole = len(data) - len(data) % CHUNK_BYTES
    text = "".join(
        [
            f"{int.from_bytes(data[i : i + CHUNK_BYTES], 'little'):017d}"
            for i in range(0, whole, CHUNK_BYTES)
        ]
    )
    tail = data[whole:]
    return text + f"{int.from_bytes(tail, 'little'):0{_TAIL_DIGITS[len(tail)]}d}" if tail else text


def from_digits(text: str) -> bytes:
    """Return the bytes that ``text`` writes.

    Raises:
        InvalidInputError: ``not_digits`` for anything but ASCII 0-9, ``digits_length`` for a length
            that no byte string has, ``digits_overflow`` for a chunk above what its bytes hold.
    """
    data = text.encode("ascii", "replace")
    # bytes.isdigit() knows ASCII only; int() and str.isdigit() take the digits of every script.
    if text and not data.isdigit():
        raise InvalidInputError("code", "not_digits", "decimal digits 0-9 only")
    count, tail_digits = divmod(len(data), CHUNK_DIGITS)
    tail_bytes = _TAIL_BYTES.get(tail_digits)
    if tail_bytes is None:
        raise InvalidInputError("code", "digits_length", "17 digits for every 7 bytes")
    # 17 digits are less than 2^57: every chunk fits eight bytes, and the eighth must be empty.
    spread = bytearray(pack(f"<{count}Q", *map(int, unpack_from("17s" * count, data))))
    tail = int(data[len(data) - tail_digits :] or b"0")
    if any(spread[CHUNK_BYTES :: CHUNK_BYTES + 1]) or tail >> 8 * tail_bytes:
        raise InvalidInputError("code", "digits_overflow", "7 bytes in every 17 digits")
    del spread[CHUNK_BYTES :: CHUNK_BYTES + 1]
    # Fixed widths: what was accepted encodes to the same text, no second comparison is needed.
    return bytes(spread) + tail.to_bytes(tail_bytes, "little")
