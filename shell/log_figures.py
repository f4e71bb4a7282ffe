"""The log process's figures and health: what a monitor asks."""

from collections.abc import Callable, Iterator
from datetime import datetime
from http.server import ThreadingHTTPServer

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from shell.figures import serve_figures
from shell.sequencer import LogState
from shell.timestamping import StampState


class LogFigures(Collector):
    """What a log process tells Prometheus."""

    def __init__(
        self, state: LogState, now: Callable[[], datetime], stamps: StampState | None = None
    ) -> None:
        """Tell of ``state`` as it is when asked, and of ``stamps`` where heads are stamped."""
        self._state = state
        self._now = now
        self._stamps = stamps

    @override
    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Yield every figure."""
        state, head = self._state, self._state.head
        yield GaugeMetricFamily("records_log_size", "Leaves in the tree.", value=state.size)
        published = head.size if head else 0
        yield GaugeMetricFamily(
            "records_log_published_size", "Leaves under the newest cosigned head.", value=published
        )
        if head is not None and head.quorum_at is not None:
            age = (self._now() - head.quorum_at).total_seconds()
            yield GaugeMetricFamily(
                "records_log_head_age_seconds", "Since the newest head had its quorum.", value=age
            )
        yield GaugeMetricFamily(
            "records_log_alarm", "1 while nothing is signed and somebody has to look.",
            value=float(state.alarm is not None),
        )  # fmt: skip
        witnesses = GaugeMetricFamily(
            "records_log_witness_answers", "1 if it cosigned the last head it was asked for.",
            labels=["witness"],
        )  # fmt: skip
        for name, answered in dict(state.witnesses).items():
            witnesses.add_metric([name], float(bool(answered)))
        yield witnesses
        refusals = CounterMetricFamily(
            "records_log_refusals", "Rounds that published nothing, by rule.", labels=["rule"]
        )
        for rule, count in dict(state.refusals).items():
            refusals.add_metric([rule], count)
        yield refusals
        if self._stamps is not None:
            yield from _stamp_figures(self._stamps, self._now())


def _stamp_figures(
    stamps: StampState, now: datetime
) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
    yield GaugeMetricFamily(
        "records_log_timestamp_size", "Leaves under the newest stamped head.", value=stamps.size
    )
    if stamps.at is not None:
        age = (now - stamps.at).total_seconds()
        yield GaugeMetricFamily(
            "records_log_timestamp_age_seconds", "Since an authority saw a head last.", value=age
        )
    yield CounterMetricFamily(
        "records_log_timestamp_failures", "Tries that brought no token.", value=stamps.failures
    )
    yield GaugeMetricFamily(
        "records_log_timestamp_alarm", "1 while the last try brought no token.",
        value=float(stamps.alarm is not None),
    )  # fmt: skip


def served(
    state: LogState, now: Callable[[], datetime], port: int, stamps: StampState | None = None
) -> ThreadingHTTPServer:
    """Return a server that answers ``/metrics``, ``/healthz`` and ``/readyz``; it runs already."""

    def trouble() -> str | None:
        return None if state.is_well else state.alarm or "quorum_missed"

    return serve_figures(LogFigures(state, now, stamps), trouble, port)
