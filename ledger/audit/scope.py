"""How much is audited: all, what is new, a range, or a sample; and the parts that this means."""

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.audit.tasks import PART_ROWS
from ledger.errors import InvalidInputError
from ledger.transparency.tiles import WIDTH


class Mode(StrEnum):
    """Which part of the ledger."""

    FULL = "full"
    SINCE = "since"
    """What came after what the auditor's memory has."""
    RANGE = "range"
    SAMPLE = "sample"


@dataclass(frozen=True, slots=True)
class Scope:
    """What is asked for."""

    mode: Mode = Mode.FULL
    first: int = 0
    """Of a range: its first position."""
    last: int = 0
    """Of a range: its last position."""
    sample: int = 0
    """Of a sample: how many parts are read, and how many heads are checked."""
    seed: int = 0
    """Of a sample: the same one chooses the same parts."""

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        return {
            "mode": self.mode.value,
            "first": self.first,
            "last": self.last,
            "sample": self.sample,
            "seed": self.seed,
        }


def scope_from_json(value: dict[str, Any]) -> Scope:
    """Return the scope that `Scope.as_json` wrote."""
    return Scope(**{**value, "mode": Mode(value["mode"])})


class Part(NamedTuple):
    """One part of the ledger."""

    number: int
    start: int
    end: int
    read_from: int | None
    """Index of the first leaf that is read; None for a part that is passed over."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an audit reads: fixed when it begins, so that going on later means the same."""

    scope: Scope
    rows: int
    """The ledger's highest position."""
    size: int
    """Leaves in the log's tree."""
    remembered: int
    """Leaves that the auditor's memory has."""
    newest: int
    """Leaves under the newest published head."""
    part_rows: int = PART_ROWS

    @property
    def end(self) -> int:
        """Index after the last leaf of rows and log."""
        return max(self.rows, self.size)

    def parts(self) -> list[Part]:
        """Return all parts of the ledger, in order.

        Raises:
            InvalidInputError: ``part_rows``, ``range``: no such parts.
        """
        self._check()
        spans = [
            (number, start, min(start + self.part_rows, self.end))
            for number, start in enumerate(range(0, self.end, self.part_rows))
        ]
        chosen = self._chosen(len(spans))
        return [
            Part(number, start, end, self._read_from(number, start, end, chosen))
            for number, start, end in spans
        ]

    def _check(self) -> None:
        rows = self.part_rows
        if rows < WIDTH or rows > PART_ROWS or rows & (rows - 1):
            raise InvalidInputError("part", "part_rows", "a power of two from 256 to 65,536")
        scope = self.scope
        if scope.mode is Mode.RANGE and not 1 <= scope.first <= scope.last <= max(self.end, 1):
            raise InvalidInputError("range", "range", f"positions from 1 to {self.end}, A <= B")
        if scope.mode is Mode.SAMPLE and scope.sample < 1:
            raise InvalidInputError("sample", "sample", "a number from 1")

    def _chosen(self, count: int) -> frozenset[int]:
        wanted = min(self.scope.sample, count)
        return frozenset(random.Random(self.scope.seed).sample(range(count), wanted))  # noqa: S311 (what is drawn may be told)

    def _read_from(self, number: int, start: int, end: int, chosen: frozenset[int]) -> int | None:
        match self.scope.mode:
            case Mode.FULL:
                return start
            case Mode.SINCE:
                first = self.remembered // WIDTH * WIDTH
                return max(start, first) if end > first else None
            case Mode.RANGE:
                scope = self.scope
                return start if start < scope.last and scope.first <= end else None
            case Mode.SAMPLE:
                return start if number in chosen else None

    def judged(self, sizes: list[int]) -> frozenset[int] | None:
        """Return the heads whose signatures are checked of these; None for all."""
        if self.scope.mode is not Mode.SAMPLE or len(sizes) <= self.scope.sample:
            return None
        drawn = random.Random(self.scope.seed).sample(sizes, self.scope.sample)  # noqa: S311 (as above)
        return frozenset(drawn)
