"""The worker's figures and health: rounds, troubles, and what waits for people."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Protocol

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

LATE: Final = timedelta(minutes=2)
"""A round takes seconds, or some tens of them after a large intake; this long is a fault."""
QUARANTINE: Final = "quarantine"
_SEALED: Final = "*/*.sealed"


@dataclass
class WorkerState:
    """How the worker stands, as it sees itself."""

    rounds: int = 0
    rounded_at: datetime | None = None
    """When the last round ended."""
    stopping: bool = False
    troubles: dict[str, int] = field(default_factory=dict)
    """How often something could not be done, by what it was."""


class Timed(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Return it."""
        ...


class WorkerFigures(Collector):
    """What a worker tells Prometheus, and whether it is of use."""

    def __init__(self, state: WorkerState, clock: Timed, waiting: Callable[[], int]) -> None:
        """Tell of ``state`` as it is when asked; ``waiting`` counts what lies in quarantine."""
        self._state = state
        self._clock = clock
        self._waiting = waiting

    def trouble(self) -> str | None:
        """Return why it is of no use now: ``stopping``, ``no_round_yet``, ``late``; else None."""
        if self._state.stopping:
            return "stopping"
        if self._state.rounded_at is None:
            return "no_round_yet"
        return "late" if self._clock.now() - self._state.rounded_at > LATE else None

    @override
    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Yield every figure."""
        state = self._state
        yield CounterMetricFamily("records_worker_rounds", "Rounds done.", value=state.rounds)
        if state.rounded_at is not None:
            age = (self._clock.now() - state.rounded_at).total_seconds()
            yield GaugeMetricFamily(
                "records_worker_round_age_seconds", "Since the last round ended.", value=age
            )
        troubles = CounterMetricFamily(
            "records_worker_troubles", "What could not be done, by what it was.", labels=["where"]
        )
        for where, count in dict(state.troubles).items():
            troubles.add_metric([where], count)
        yield troubles
        yield GaugeMetricFamily(
            "records_quarantined_documents", "Refused documents that nobody has looked at.",
            value=self._waiting(),
        )  # fmt: skip


def waiting_in(home: Path) -> Callable[[], int]:
    """Return what counts the documents in a home's quarantine."""
    return lambda: sum(1 for _ in (home / QUARANTINE).glob(_SEALED))
