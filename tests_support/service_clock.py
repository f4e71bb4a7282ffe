"""Time and randomness that do as they are told."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from tests_support.signed_certificates import AT


@dataclass
class Clock:
    """Says what it is told to."""

    at: datetime = AT
    seconds: float = 1000.0

    def now(self) -> datetime:
        """Return the time of day."""
        return self.at

    def monotonic(self) -> float:
        """Return seconds that only grow."""
        return self.seconds

    def later(self, **by: float) -> None:
        """Let time go by."""
        step = timedelta(**by)
        self.at += step
        self.seconds += step.total_seconds()


@dataclass
class Randomness:
    """Bytes that look random and are the same every time."""

    drawn: int = 0

    def draw(self, count: int) -> bytes:
        """Return the next ``count`` bytes."""
        self.drawn += 1
        return hashlib.shake_256(b"test %d" % self.drawn).digest(count)
