"""A watch's figures for Prometheus, on a small server of their own."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Final

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector
from typing_extensions import override

from ledger.audit.watching import State
from ledger.errors import InvalidInputError
from shell.serving import check_address
from shell.watching import WatchState

_HIGHEST_PORT: Final = 65_535
LOOPBACK: Final = "127.0.0.1"


class WatchFigures(Collector):
    """What a watch tells Prometheus."""

    def __init__(
        self,
        state: WatchState,
        now: Callable[[], datetime],
        waiting: Callable[[], int],
        undelivered: Callable[[], int],
    ) -> None:
        """Tell of ``state`` as it is when asked.

        Args:
            state: The watch's.
            now: The clock.
            waiting: Returns how many alarms nobody has taken yet.
            undelivered: Returns how often one was not taken.
        """
        self._state, self._now = state, now
        self._waiting, self._undelivered = waiting, undelivered

    @override
    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        yield from self._standing()
        yield from self._ages()
        yield from self._passes()
        yield from self._canary()

    def _standing(self) -> Iterator[Metric]:
        state = self._state
        alarm = GaugeMetricFamily(
            "records_audit_state", "1 for the state that is on.", labels=["state"]
        )
        for one in State:
            alarm.add_metric([one.value], float(state.state is one))
        yield alarm
        yield _gauge("alarm", "1 unless everything was checked and is clean.",
                     float(state.state is not State.CLEAN))  # fmt: skip
        yield _gauge("verified_size", "Leaves of the tree that was verified last.",
                     state.verified_size)  # fmt: skip
        if state.verified_at is not None:
            yield _gauge("verified_timestamp_seconds", "When it was verified.",
                         state.verified_at.timestamp())  # fmt: skip
        findings = GaugeMetricFamily(
            "records_audit_findings", "Findings that are there, by class of check and severity.",
            labels=["class", "severity"],
        )  # fmt: skip
        for labels, count in sorted(state.findings.items()):
            findings.add_metric(list(labels), count)
        yield findings
        yield _gauge("findings_beyond", "Findings beyond those that are told one by one.",
                     state.overflow)  # fmt: skip

    def _ages(self) -> Iterator[Metric]:
        sight, now = self._state.sight, self._now()
        if sight is None:
            return
        yield _gauge("position", "The ledger's newest position.", sight.rows)
        yield _gauge("head_size", "Leaves under the newest published head.",
                     0 if sight.head is None else sight.head.size)  # fmt: skip
        yield _gauge("unlogged_facts", "Facts that no published head covers.", sight.unlogged)
        if sight.quorum_at is not None:
            yield _gauge("head_age_seconds", "Since the newest head had its quorum.",
                         (now - sight.quorum_at).total_seconds())  # fmt: skip
        ages = GaugeMetricFamily(
            "records_audit_cosignature_age_seconds",
            "Since each witness cosigned a head that was the newest one.",
            labels=["witness"],
        )
        for name, at in sorted(sight.cosigned_at.items()):
            ages.add_metric([name], (now - at).total_seconds())
        yield ages

    def _passes(self) -> Iterator[Metric]:
        state = self._state
        seconds = SummaryMetricFamily(
            "records_audit_pass_seconds", "How long passes took.", labels=["mode"]
        )
        last = GaugeMetricFamily(
            "records_audit_last_pass_seconds", "How long the last pass took.", labels=["mode"]
        )
        for mode, count in sorted(dict(state.passes).items()):
            seconds.add_metric([mode], count, state.seconds[mode])
            last.add_metric([mode], state.last_seconds[mode])
        yield seconds
        yield last
        yield _counter("failures", "Passes that could not be made.", state.failures)
        if state.succeeded_at is not None:
            yield _gauge("last_success_timestamp_seconds", "When a pass was made to its end.",
                         state.succeeded_at.timestamp())  # fmt: skip
        yield _gauge("alarms_waiting", "Alarms that nobody has taken yet.", self._waiting())
        yield _counter("alarms_not_taken", "Tries to tell that were not taken.",
                       self._undelivered())  # fmt: skip

    def _canary(self) -> Iterator[Metric]:
        canary = self._state.canary
        if not canary.wanted:
            return
        seconds = SummaryMetricFamily(
            "records_audit_canary_seconds", "From a fact's append to a cosigned head over it."
        )
        seconds.add_metric([], canary.measured, canary.total)
        yield seconds
        if canary.seconds is not None:
            yield _gauge("canary_last_seconds", "The same, of the last fact.", canary.seconds)
        waiting = canary.waiting
        age = 0.0 if waiting is None else (self._now() - waiting.recorded_at).total_seconds()
        yield _gauge("canary_waiting_seconds", "How long the fact that waits has waited.", age)


def _gauge(name: str, told: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"records_audit_{name}", told, value=value)


def _counter(name: str, told: str, value: float) -> CounterMetricFamily:
    return CounterMetricFamily(f"records_audit_{name}", told, value=value)


def address_of(text: str, *, public: bool) -> tuple[str, int]:
    """Return host and port of ``HOST:PORT``, or of ``PORT`` on this machine alone.

    Raises:
        InvalidInputError: ``address``.
        UnsafeAddressError: Others could reach it, and ``public`` was not said.
    """
    host, _, port = text.rpartition(":")
    if not port.isdecimal() or not 1 <= int(port) <= _HIGHEST_PORT:
        raise InvalidInputError("metrics", "address", "HOST:PORT or PORT")
    host = host.removeprefix("[").removesuffix("]") or LOOPBACK
    check_address(host, public=public)
    return host, int(port)


def serve_figures(figures: WatchFigures, host: str, port: int) -> Callable[[], None]:
    """Serve the figures at an address; return what ends that.

    Raises:
        InvalidInputError: ``address``: it is taken, or not ours.
    """
    registry = CollectorRegistry()
    registry.register(figures)
    try:
        server, thread = start_http_server(port, host, registry)
    except OSError as error:
        raise InvalidInputError("metrics", "address", "an address that is free here") from error

    def end() -> None:
        server.shutdown()
        server.server_close()
        thread.join()

    return end
