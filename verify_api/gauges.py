"""Figures of how things stand, measured when somebody looks.

What happened is counted in `verify_api.metrics`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override


@dataclass(frozen=True, slots=True)
class Gauge:
    """One figure."""

    name: str
    """As Prometheus knows it, with its unit at the end."""
    help: str
    value: float
    labels: Mapping[str, str] = field(default_factory=dict)
    """Out of closed lists: views and conditions, never persons or organisations."""


class Gauges(Collector):
    """Tells Prometheus of figures that were just measured."""

    def __init__(self, measured: Iterable[Gauge]) -> None:
        """Tell of ``measured``; figures of one name have labels of the same names."""
        self._measured = tuple(measured)

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield each name with its values."""
        families: dict[str, GaugeMetricFamily] = {}
        for one in self._measured:
            if one.name not in families:
                families[one.name] = GaugeMetricFamily(
                    one.name, one.help, labels=sorted(one.labels)
                )
            labels = [one.labels[name] for name in sorted(one.labels)]
            families[one.name].add_metric(labels, one.value)
        yield from families.values()
