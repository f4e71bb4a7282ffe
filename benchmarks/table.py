"""The rows of the benchmark table, and how two things are timed side by side."""

import statistics
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measured promise."""

    what: str
    figure: str
    """What was measured, with its unit."""
    floor: str
    """What it is compared with, measured in the same run, with its unit."""
    ratio: float
    bar: float | None
    """None for a figure that is there for the record."""
    at_most: bool
    """True if the ratio must not exceed the bar, False if it must reach it."""

    @property
    def holds(self) -> bool:
        """Whether the bar is met."""
        if self.bar is None:
            return True
        return self.ratio <= self.bar if self.at_most else self.ratio >= self.bar

    def line(self) -> str:
        """Return the row as one line of a Markdown table."""
        bar, verdict = "", ""
        if self.bar is not None:
            bar = f"{'≤' if self.at_most else '≥'} {self.bar:g}"
            verdict = "ok" if self.holds else "short"
        return (
            f"| {self.what} | {self.figure} | {self.floor} | {self.ratio:.2f} | {bar} | {verdict} |"
        )


HEAD = "| what | figure | floor | ratio | bar | |\n|---|---|---|---|---|---|"


def interleaved(*works: Callable[[], object], rounds: int, cpu: bool = False) -> list[list[float]]:
    """Time the ``works`` in turn, A B C A B C …; return each one's seconds a round.

    With ``cpu`` the process's own processor seconds are counted instead of the wall's.
    """
    clock = time.process_time if cpu else time.perf_counter
    seconds: list[list[float]] = [[] for _ in works]
    for _ in range(rounds):
        for work, spent in zip(works, seconds, strict=True):
            start = clock()
            work()
            spent.append(clock() - start)
    return seconds


def ratio_of_minima(ours: Iterable[float], floor: Iterable[float]) -> float:
    """Return the least disturbed time of ours over the least disturbed of the floor."""
    return min(ours) / min(floor)


def median_ratio(ours: Iterable[float], floor: Iterable[float]) -> float:
    """Return the median of the ratios pair by pair: drift of the machine cancels out."""
    return statistics.median(a / b for a, b in zip(ours, floor, strict=True))
