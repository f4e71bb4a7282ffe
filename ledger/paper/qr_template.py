"""Thousands of QR codes of certificates: the symbols of `qrcode`, a hundred times faster.

For one version, level and mask everything in a symbol but the data is constant. `qrcode` draws
each of them once: with every codeword zero that is the constant (patterns, format, mask), and
where a drawing of ones differs from it the data modules lie. From then on a symbol is one
permutation of the codewords' bits and one XOR with that constant. Read `Template.symbol`, then
`_template`.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from operator import itemgetter

from qrcode.base import gexp, glog, rs_blocks
from qrcode.main import QRCode

from ledger.paper.png import write_png
from ledger.paper.qr_code import ECC_INDICATOR, rows_of, split, too_long
from ledger.paper.svg import write_svg
from ledger.paper.symbol import LARGEST_VERSION, Level, Symbol, size_of

BULK_MASK = 4
"""The one mask of all bulk codes; any of the eight reads, choosing costs eight drawings."""

_DIGIT_GROUPS = {f"{number:03}": f"{number:010b}" for number in range(1000)}
"""Three digits and their ten bits; looking them up is half the time of an encoding saved."""
_PADDING = bytes((0xEC, 0x11))
"""ISO/IEC 18004, section 7.4.10."""


def encode_bulk(
    text: str, level: Level = Level.M, *, mask: int = BULK_MASK, version: int | None = None
) -> Symbol:
    """Return the symbol that `ledger.paper.qr_code.encode` draws with this ``mask``.

    Raises:
        InvalidInputError: ``text`` has another form.
        RefusedError: ``qr_too_long``: no version holds the text at this level.
    """
    prefix, digits = split(text)
    first = 1 if version is None else version
    fitting = _fitting_version(len(prefix), len(digits), level, first)
    data = _data_codewords(segment_bits(prefix, digits, fitting), _data_bits(level)[fitting] // 8)
    return _template(fitting, level, mask).symbol(data)


def draw_png_bulk(text: str, level: Level = Level.M, *, scale: int = 4) -> bytes:
    """Return the code of ``text`` as a PNG, ``scale`` pixels a module, quiet zone included."""
    return write_png(encode_bulk(text, level), scale=scale)


def draw_svg_bulk(text: str, level: Level = Level.M) -> str:
    """Return the code of ``text`` as an SVG document, one unit a module."""
    return write_svg(encode_bulk(text, level))


@dataclass(frozen=True, slots=True)
class Template:
    """All of one version, level and mask that does not depend on the text."""

    version: int
    level: Level
    mask: int
    blocks: tuple[slice, ...]
    """Where each Reed-Solomon block's data codewords lie."""
    check_codewords: int
    """In each block."""
    place: Callable[[str], Sequence[str]]
    """Codeword bits, block by block and data before check, to one bit a module, row by row."""
    constant: int
    """The symbol of zero codewords, one bit a module, row by row."""

    def symbol(self, data: bytes) -> Symbol:
        """Return the symbol of the ``data`` codewords, padding included."""
        remainders = _remainders(self.check_codewords)
        check = b"".join(
            _check_codewords(data[block], remainders, self.check_codewords) for block in self.blocks
        )
        codewords = data + check
        # The extra bit is what function and remainder modules get: nothing but the constant.
        bits = f"{int.from_bytes(codewords):0{8 * len(codewords)}b}0"
        modules = int("".join(self.place(bits)), 2) ^ self.constant
        size = size_of(self.version)
        drawn = f"{modules:0{size * size}b}"
        rows = tuple(int(drawn[i : i + size], 2) for i in range(0, size * size, size))
        return Symbol(self.version, self.level, self.mask, rows)


def segment_bits(prefix: bytes, digits: str, version: int) -> str:
    """Return the bits of the byte segment and the numeric segment.

    Source: ISO/IEC 18004, sections 7.4.4 and 7.4.6.
    """
    byte_count, digit_count = _count_bits(version)
    whole = len(digits) - len(digits) % 3
    groups = [_DIGIT_GROUPS[digits[i : i + 3]] for i in range(0, whole, 3)]
    if whole < len(digits):
        groups.append(f"{int(digits[whole:]):0{(0, 4, 7)[len(digits) - whole]}b}")
    address = f"0100{len(prefix):0{byte_count}b}{int.from_bytes(prefix):0{8 * len(prefix)}b}"
    return f"{address}0001{len(digits):0{digit_count}b}{''.join(groups)}"


def _count_bits(version: int) -> tuple[int, int]:
    """Return how wide the count of a byte and of a numeric segment is (ISO/IEC 18004, table 3)."""
    return (8, 10) if version < 10 else (16, 12) if version < 27 else (16, 14)  # noqa: PLR2004


def _fitting_version(octets: int, digits: int, level: Level, first: int) -> int:
    limits = _data_bits(level)
    numeric = 10 * (digits // 3) + (0, 4, 7)[digits % 3]
    version = first
    while version <= LARGEST_VERSION:
        needed = 8 + sum(_count_bits(version)) + 8 * octets + numeric
        fitting = max(version, bisect_left(limits, needed))
        if fitting <= LARGEST_VERSION and _count_bits(fitting) == _count_bits(version):
            return fitting
        version = fitting  # its count fields are wider: measure again
    raise too_long(level)


@cache
def _data_bits(level: Level) -> tuple[int, ...]:
    """Return how many data bits each version holds; index 0 stands for no version."""
    return (0, *(8 * sum(_data_counts(v, level)) for v in range(1, LARGEST_VERSION + 1)))


def _data_counts(version: int, level: Level) -> list[int]:
    return [block.data_count for block in rs_blocks(version, ECC_INDICATOR[level])]


def _data_codewords(bits: str, capacity: int) -> bytes:
    """Return ``bits`` ended and padded to ``capacity`` codewords (ISO/IEC 18004, 7.4.9, 7.4.10)."""
    ended = bits + "0" * min(4, 8 * capacity - len(bits))
    ended += "0" * (-len(ended) % 8)
    data = int(ended, 2).to_bytes(len(ended) // 8, "big")
    return (data + _PADDING * ((capacity - len(data) + 1) // 2))[:capacity]


def _check_codewords(data: bytes, remainders: Sequence[int], count: int) -> bytes:
    """Return the remainder of ``data`` times x^count by the generator: a shift a byte."""
    top = 8 * (count - 1)
    low = (1 << top) - 1
    remainder = 0
    for octet in data:
        remainder = ((remainder & low) << 8) ^ remainders[(remainder >> top) ^ octet]
    return remainder.to_bytes(count, "big")


@cache
def _remainders(count: int) -> tuple[int, ...]:
    """Return for each octet its remainder, times x^count, by the generator polynomial.

    Source: ISO/IEC 18004, annex A; the field is GF(256) with x^8 + x^4 + x^3 + x^2 + 1.
    """
    generator = [1]
    for power in range(count):
        shifted = [*generator, 0]
        for i, factor in enumerate(generator):
            shifted[i + 1] ^= gexp(glog(factor) + power)
        generator = shifted
    below = [glog(factor) for factor in generator[1:]]
    return (
        0,
        *(
            int.from_bytes([gexp(glog(octet) + factor) for factor in below])
            for octet in range(1, 256)
        ),
    )


@cache
def _template(version: int, level: Level, mask: int) -> Template:
    blocks = rs_blocks(version, ECC_INDICATOR[level])
    ends = [sum(_data_counts(version, level)[: i + 1]) for i in range(len(blocks))]
    total = sum(block.total_count for block in blocks)
    drawn = _drawn(version, level, mask, bytes(total))
    size = size_of(version)
    return Template(
        version=version,
        level=level,
        mask=mask,
        blocks=tuple(
            slice(end - block.data_count, end) for block, end in zip(blocks, ends, strict=True)
        ),
        check_codewords=blocks[0].total_count - blocks[0].data_count,
        place=_placing(version, level),
        constant=int("".join(f"{row:0{size}b}" for row in drawn), 2),
    )


@cache
def _placing(version: int, level: Level) -> Callable[[str], Sequence[str]]:
    """Return the permutation from codeword bits to modules; function modules take the last bit."""
    sources = list(_interleaved(_data_counts(version, level), _check_count(version, level)))
    source_of_module = [8 * len(sources)] * size_of(version) ** 2
    for i, module in enumerate(_data_modules(version)[: 8 * len(sources)]):
        source_of_module[module] = 8 * sources[i // 8] + i % 8
    return itemgetter(*source_of_module)


def _check_count(version: int, level: Level) -> int:
    block = rs_blocks(version, ECC_INDICATOR[level])[0]
    return int(block.total_count - block.data_count)


def _interleaved(data_counts: Sequence[int], check_count: int) -> Iterator[int]:
    """Yield the codewords of all blocks in the order in which they are placed (section 7.6)."""
    starts = [sum(data_counts[:i]) for i in range(len(data_counts))]
    for i in range(max(data_counts)):
        yield from (start + i for start, n in zip(starts, data_counts, strict=True) if i < n)
    data_end = sum(data_counts)
    for i in range(check_count):
        yield from (data_end + block * check_count + i for block in range(len(data_counts)))


@cache
def _data_modules(version: int) -> tuple[int, ...]:
    """Return the data modules in the zig-zag order of section 7.7.3, each as row * size + column.

    They are those that differ between a drawing of zeros and one of ones.
    """
    size = size_of(version)
    total = sum(block.total_count for block in rs_blocks(version, ECC_INDICATOR[Level.L]))
    zeros = _drawn(version, Level.L, 0, bytes(total))
    ones = _drawn(version, Level.L, 0, b"\xff" * total)
    data = [
        [(a ^ b) >> (size - 1 - c) & 1 for c in range(size)]
        for a, b in zip(zeros, ones, strict=True)
    ]
    return tuple(row * size + column for row, column in _zig_zag(size) if data[row][column])


def _zig_zag(size: int) -> Iterator[tuple[int, int]]:
    """Yield (row, column) by pairs of columns from the right, upwards first, without column 6."""
    rights = [*range(size - 1, 6, -2), 5, 3, 1]
    for turn, right in enumerate(rights):
        rows = range(size) if turn % 2 else range(size - 1, -1, -1)
        for row in rows:
            yield row, right
            yield row, right - 1


def _drawn(version: int, level: Level, mask: int, codewords: bytes) -> tuple[int, ...]:
    """Return the rows that `qrcode` draws for ready ``codewords``."""
    code: QRCode[object] = QRCode(
        version=version, error_correction=ECC_INDICATOR[level], mask_pattern=mask, border=0
    )
    code.data_cache = list(codewords)
    code.makeImpl(False, mask)  # noqa: FBT003  the library's own signature
    return rows_of(code)
