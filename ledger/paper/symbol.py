"""A QR symbol as a value: which modules are dark, and how small it may be printed."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

QUIET_ZONE_MODULES = 4
"""Light frame around the symbol. Source: ISO/IEC 18004, section 5.3.8."""

MODULE_PITCH_MM = 0.45
"""Smallest printed module: of simulated prints and cameras, damage included, 98 in 100 read."""

LARGEST_VERSION = 40

_DARK_RUN = re.compile("1+")


class Level(StrEnum):
    """How much of the symbol may be lost: about 7, 15, 25 and 30 per cent."""

    L = "L"
    M = "M"
    Q = "Q"
    H = "H"


@dataclass(frozen=True, slots=True)
class Symbol:
    """A finished QR symbol without its quiet zone."""

    version: int
    """1 to 40."""
    level: Level
    mask: int
    """0 to 7."""
    rows: tuple[int, ...]
    """One integer a row, as many bits as modules, the leftmost module highest; 1 is dark."""

    @property
    def size(self) -> int:
        """Modules along one side: 21 to 177."""
        return size_of(self.version)

    def pitch_mm(self, side_mm: float) -> float:
        """Return how wide one module is if the symbol is printed ``side_mm`` wide."""
        return side_mm / self.size


@dataclass(frozen=True, slots=True)
class PrintRule:
    """How large a code stands on a medium, and the levels to try, best first.

    The size is fixed first and the level second: a larger module helps a camera more than
    redundancy in smaller ones.
    """

    side_mm: float
    """Width of the symbol without its quiet zone."""
    levels: tuple[Level, ...]


A4_PAGE = PrintRule(40.0, (Level.Q, Level.M))
A4_PAGE_SMALLEST = PrintRule(35.0, (Level.Q, Level.M))
CARD = PrintRule(30.0, (Level.M, Level.L))
"""Also for a phone's screen."""


def size_of(version: int) -> int:
    """Return how many modules stand along one side of a symbol of ``version``."""
    return 17 + 4 * version


def scanline_bytes(symbol: Symbol) -> Sequence[bytes]:
    """Return one byte string a row, quiet zone left and right included, padded with light.

    The first module is the highest bit of the first byte; 1 is dark.
    """
    modules = symbol.size + 2 * QUIET_ZONE_MODULES
    length = (modules + 7) // 8
    shift = 8 * length - modules + QUIET_ZONE_MODULES
    return [(row << shift).to_bytes(length, "big") for row in symbol.rows]


def dark_runs(symbol: Symbol) -> Iterator[tuple[int, int, int]]:
    """Yield each run of dark modules as (left, top, length), row by row."""
    for top, row in enumerate(symbol.rows):
        for run in _DARK_RUN.finditer(f"{row:0{symbol.size}b}"):
            yield run.start(), top, run.end() - run.start()
