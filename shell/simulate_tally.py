"""What came of a simulated day: rates, latencies, lateness, errors by problem type."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import ceil
from threading import Lock
from typing import Any, Final

PERCENTILES: Final = (50, 95, 99)
_MILLI: Final = 1000


@dataclass(slots=True)
class KindTally:
    """One kind of arrival."""

    arrived: int = 0
    done: int = 0
    requests: int = 0
    latencies: list[float] = field(default_factory=list)
    """Seconds of each request, from being sent to being answered."""
    lateness: list[float] = field(default_factory=list)
    """Seconds from when each arrival was due to its first request."""
    errors: Counter[str] = field(default_factory=Counter)
    """By problem type."""


class Tally:
    """Counts what many threads tell."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._kinds: dict[str, KindTally] = {}
        self._one_at_a_time = Lock()

    def began(self, kind: str, late: float) -> None:
        """Count an arrival that has begun ``late`` seconds after it was due."""
        with self._one_at_a_time:
            self._of(kind).arrived += 1
            self._of(kind).lateness.append(late)

    def answered(self, kind: str, seconds: float, problem: str | None) -> None:
        """Count a request and its answer."""
        with self._one_at_a_time:
            counted = self._of(kind)
            counted.requests += 1
            counted.latencies.append(seconds)
            if problem is not None:
                counted.errors[problem] += 1

    def ended(self, kind: str) -> None:
        """Count an arrival that came to its end."""
        with self._one_at_a_time:
            self._of(kind).done += 1

    def report(self, seconds: float) -> dict[str, Any]:
        """Return the counts and percentiles after ``seconds``, of each kind and of all."""
        with self._one_at_a_time:
            kinds = dict(self._kinds)
            told = {name: _told(one, seconds) for name, one in sorted(kinds.items())}
            return {"seconds": round(seconds, 3), "all": _told(_sum(kinds), seconds), "kinds": told}

    def _of(self, kind: str) -> KindTally:
        return self._kinds.setdefault(kind, KindTally())


def percentile(values: Sequence[float], share: int) -> float | None:
    """Return the smallest value that ``share`` per cent of ``values`` do not exceed."""
    if not values:
        return None
    return sorted(values)[max(0, ceil(len(values) * share / 100) - 1)]


def _sum(kinds: Mapping[str, KindTally]) -> KindTally:
    total = KindTally()
    for one in kinds.values():
        total.arrived += one.arrived
        total.done += one.done
        total.requests += one.requests
        total.latencies += one.latencies
        total.lateness += one.lateness
        total.errors += one.errors
    return total


def _told(one: KindTally, seconds: float) -> dict[str, Any]:
    return {
        "arrived": one.arrived,
        "done": one.done,
        "requests": one.requests,
        "a_second": round(one.requests / seconds, 3) if seconds > 0 else None,
        "latency_ms": _percentiles(one.latencies),
        "late_ms": _percentiles(one.lateness),
        "errors": dict(sorted(one.errors.items())),
    }


def _percentiles(values: Sequence[float]) -> dict[str, float | None]:
    found = {f"p{share}": percentile(values, share) for share in PERCENTILES}
    return {
        name: None if value is None else round(value * _MILLI, 2) for name, value in found.items()
    }
