"""How far the launch has come: steps done, how fast, how long it will take."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

_EVERY: Final = 2.0
"""Seconds between two lines."""


@dataclass
class Progress:
    """Tells a line every two seconds, and one at the beginning of each part."""

    tell: Callable[[str], None]
    clock: Callable[[], float]
    steps: int
    """That there are; a step is a facility, a visit, a book shown, a paper."""
    done: int = 0
    _began: float = field(init=False)
    _told: float = field(init=False)

    def __post_init__(self) -> None:
        """Start the clock."""
        self._began = self._told = self.clock()

    def add(self, steps: int) -> None:
        """Count ``steps`` more."""
        self.done += steps
        now = self.clock()
        if now - self._told < _EVERY:
            return
        self._told = now
        rate = self.done / (now - self._began)
        left = (self.steps - self.done) / rate
        self.tell(
            f"{self.done:,} of {self.steps:,} steps, {rate:,.0f} a second, {left:,.0f} s left"
        )

    def begin(self, part: str) -> None:
        """Say what is done now."""
        self.tell(f"{self.clock() - self._began:,.0f} s: {part}")
