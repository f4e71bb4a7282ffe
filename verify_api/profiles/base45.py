"""Base45 without a loop over its characters: all triples at once in one big integer.

Three characters, least significant first, write two bytes, most significant first; two characters
write one. The three positions are spread over 32-bit lanes, so that one sum computes every
``a + 45·b + 2025·c``.

Source: RFC 9285.
"""

from typing import Final

_ALPHABET: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_NONE: Final = 0xFF
_VALUES: Final = bytes(
    _ALPHABET.index(character) if character in _ALPHABET else _NONE for character in range(256)
)
_LANE: Final = 4


def decode_base45(text: str) -> bytes:
    """Return the bytes that ``text`` writes; no blank is ignored, for a blank is a character.

    Raises:
        ValueError: A character outside the alphabet, a lone one at the end, or a value that does
            not fit its bytes.
    """
    values = text.encode("ascii", "replace").translate(_VALUES)  # "?" is not in the alphabet
    whole, rest = divmod(len(values), 3)
    if _NONE in values or rest == 1:
        raise ValueError("not Base45")
    lanes = bytearray(_LANE * whole)
    total = 0
    for position, weight in enumerate((1, 45, 2025)):
        lanes[::_LANE] = values[position : 3 * whole : 3]
        total += weight * int.from_bytes(lanes, "little")
    sums = total.to_bytes(len(lanes), "little")  # 44 · 2071 needs 17 bits: lanes cannot meet
    if any(sums[2::_LANE]):
        raise ValueError("not Base45: a triple above 65535")
    data = bytearray(2 * whole)
    data[::2], data[1::2] = sums[1::_LANE], sums[::_LANE]
    if rest:
        last = values[-2] + 45 * values[-1]
        if last > 0xFF:  # noqa: PLR2004  one byte
            raise ValueError("not Base45: a last pair above 255")
        data.append(last)
    return bytes(data)
