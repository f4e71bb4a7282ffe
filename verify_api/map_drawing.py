"""The map of verified ranges as a drawing, and as runs of cells for the table beside it. Pure."""

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from ledger.audit.coverage_map import Cell, CellState, CoverageMap

COLUMNS: Final = 32
"""Cells side by side: 512 are sixteen rows."""
STEP: Final = 10
"""Of a cell, in the drawing's own units."""


@dataclass(frozen=True, slots=True)
class DrawnCell:
    """A square of the drawing."""

    x: int
    y: int
    state: CellState


@dataclass(frozen=True, slots=True)
class Drawing:
    """All squares; each state has a shape of its own, so that colour is never alone."""

    width: int
    height: int
    step: int
    cells: tuple[DrawnCell, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Neighbouring cells of one state that were verified at one time."""

    first: int
    """Position of the first fact, from 1 on, as people name facts."""
    last: int
    state: CellState
    verified: int
    since: datetime | None
    findings: int


def drawing_of(coverage: CoverageMap) -> Drawing:
    """Return the drawing of a map, row by row from the first entry on.

    Of a small log it is not wider than of a large one: a cell always has the same size.
    """
    rows = -(-len(coverage.cells) // COLUMNS)
    cells = tuple(
        DrawnCell(number % COLUMNS * STEP, number // COLUMNS * STEP, cell.state)
        for number, cell in enumerate(coverage.cells)
    )
    return Drawing(COLUMNS * STEP, max(rows, 1) * STEP, STEP, cells)


def runs_of(coverage: CoverageMap) -> list[Run]:
    """Return the map as lines of a table: all that the drawing says, and when."""
    return [_run(list(some)) for _, some in groupby(coverage.cells, _alike)]


def _alike(cell: Cell) -> tuple[CellState, datetime | None]:
    return cell.state, cell.since


def _run(cells: list[Cell]) -> Run:
    verified = sum(one.verified for one in cells)
    findings = sum(one.findings for one in cells)
    first = cells[0]
    return Run(first.first + 1, cells[-1].until, first.state, verified, first.since, findings)
