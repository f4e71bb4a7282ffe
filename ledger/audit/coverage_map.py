"""The map of a log: cells of whole tiles, at most so many, each with what is known of it."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from ledger.audit.coverage import Coverage, Place, Span
from ledger.transparency.tiles import WIDTH

MOST_CELLS: Final = 512


class CellState(StrEnum):
    """What is known of a cell."""

    UNCHECKED = "unchecked"
    PARTLY = "partly"
    """Some of its entries were verified, and nothing was found."""
    VERIFIED = "verified"
    """All of its entries were verified, and nothing was found."""
    FINDINGS = "findings"


@dataclass(frozen=True, slots=True)
class Cell:
    """Some neighbouring tiles."""

    first: int
    until: int
    """Exclusive; of the last cell the log's end."""
    state: CellState
    verified: int
    """Entries that were verified."""
    since: datetime | None
    """When the one that was verified longest ago was verified last; None if none was."""
    findings: int
    """That touch it."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "first": self.first,
            "until": self.until,
            "state": self.state.value,
            "verified": self.verified,
            "since": None if self.since is None else self.since.isoformat(),
            "findings": self.findings,
        }


@dataclass(frozen=True, slots=True)
class CoverageMap:
    """A log as cells of one width."""

    size: int
    cell_entries: int
    """Entries a cell: a tile's 256, doubled until there are at most `MOST_CELLS`."""
    cells: tuple[Cell, ...]

    @property
    def verified(self) -> int:
        """Entries that were verified."""
        return sum(one.verified for one in self.cells)

    def count(self, state: CellState) -> int:
        """Return how many cells are in a state."""
        return sum(one.state is state for one in self.cells)

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "size": self.size,
            "cell_entries": self.cell_entries,
            "verified": self.verified,
            "counts": {state.value: self.count(state) for state in CellState},
            "cells": [one.as_json() for one in self.cells],
        }


def map_of(coverage: Coverage, size: int, *, most: int = MOST_CELLS) -> CoverageMap:
    """Return the map of a log of ``size`` entries; what a coverage says beyond is left out."""
    width = WIDTH
    while -(-size // width) > most:
        width *= 2
    ends = [span.until for span in coverage.spans]
    touching = _by_cell(coverage.places, width, -(-size // width))
    cells = []
    for number, first in enumerate(range(0, size, width)):
        until = min(first + width, size)
        spans = _within(coverage.spans, ends, first, until)
        cells.append(_cell(first, until, spans, touching[number]))
    return CoverageMap(size, width, tuple(cells))


def _by_cell(places: Sequence[Place], width: int, count: int) -> list[int]:
    found = [0] * count
    for one in places:
        for number in range(one.first // width, min(-(-one.until // width), count)):
            found[number] += one.times
    return found


def _within(spans: Sequence[Span], ends: Sequence[int], first: int, until: int) -> list[Span]:
    """Return the parts of spans, which are in order and end at ``ends``, from first to until."""
    found = []
    for number in range(bisect_left(ends, first + 1), len(spans)):
        span = spans[number]
        if span.first >= until:
            break
        found.append(Span(max(span.first, first), min(span.until, until), span.at))
    return found


def _cell(first: int, until: int, spans: Sequence[Span], findings: int) -> Cell:
    verified = sum(one.until - one.first for one in spans)
    since = min((one.at for one in spans), default=None)
    return Cell(first, until, _state(until - first, verified, findings), verified, since, findings)


def _state(entries: int, verified: int, findings: int) -> CellState:
    if findings:
        return CellState.FINDINGS
    if not verified:
        return CellState.UNCHECKED
    return CellState.VERIFIED if verified == entries else CellState.PARTLY
