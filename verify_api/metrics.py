"""Figures for Prometheus: how many answers of which kind, how long they took. Never whose.

Labels are endpoints, statuses, states and rules out of closed lists. With several processes the
figures of all of them are added, if the environment names a folder for them before this module is
loaded.
"""

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from verify_api.gauges import Gauge, Gauges
from verify_api.picture_error import PictureError

_BUCKETS: Final = (0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 5.0)
"""Seconds. A verification takes about half a millisecond, a picture some tenths of a second."""

_FOLDER: Final = "PROMETHEUS_MULTIPROC_DIR"


class Metrics:
    """The figures of one app."""

    def __init__(self) -> None:
        """Begin at zero."""
        self._registry = CollectorRegistry()
        self._answers = Counter(
            "records_http_answers", "Answers by endpoint and status.",
            ("endpoint", "status"), registry=self._registry,
        )  # fmt: skip
        self._seconds = Histogram(
            "records_http_seconds", "Seconds until an answer.",
            ("endpoint",), buckets=_BUCKETS, registry=self._registry,
        )  # fmt: skip
        self._verdicts = Counter(
            "records_verdicts", "Verdicts by state.", ("state",), registry=self._registry
        )
        self._pictures = Counter(
            "records_pictures", "Pictures by how reading them ended: read, or the rule.",
            ("outcome",), registry=self._registry,
        )  # fmt: skip
        self._picture_seconds = Histogram(
            "records_picture_seconds", "Seconds until a picture was read, waiting included.",
            buckets=_BUCKETS, registry=self._registry,
        )  # fmt: skip

        # Finding a figure by its labels costs more than counting: each is found once.
        self._answered = cache(lambda endpoint, status: self._answers.labels(endpoint, str(status)))
        self._timed = cache(self._seconds.labels)
        self._judged = cache(self._verdicts.labels)

    def answered(self, endpoint: str, status: int, seconds: float) -> None:
        """Count one answer."""
        self._answered(endpoint, status).inc()
        self._timed(endpoint).observe(seconds)

    def judged(self, state: str) -> None:
        """Count one verdict."""
        self._judged(state).inc()

    def reading(self, read: Callable[[bytes], list[str]], picture: bytes) -> list[str]:
        """Return what ``read`` finds in ``picture``, and count how that ended.

        Raises:
            PictureError: As ``read`` does.
        """
        outcome = "read"
        with self._picture_seconds.time():
            try:
                return read(picture)
            except PictureError as error:
                outcome = error.rule.value
                raise
            finally:
                self._pictures.labels(outcome).inc()

    def text(self, measured: Iterable[Gauge] = ()) -> bytes:
        """Return all figures in Prometheus's text format, and those ``measured`` just now."""
        now = CollectorRegistry()
        now.register(Gauges(measured))
        if _FOLDER in os.environ:
            everybody = CollectorRegistry()
            MultiProcessCollector(everybody)  # type: ignore[no-untyped-call]
            return generate_latest(everybody) + generate_latest(now)
        return generate_latest(self._registry) + generate_latest(now)
