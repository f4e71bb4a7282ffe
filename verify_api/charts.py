"""Charts as points and ticks: what ``parts/charts.html`` draws. Pure; knows no language, no colour.

Drawings are stretched to the width of the page, so that only their lines come from here; figures
and labels are text around them. A value of None is a gap: it is never drawn as nought.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10
from typing import Final

WIDTH: Final = 600
HEIGHT: Final = 240
_TOP: Final = 6
"""Room for half a line's width, so that the highest point is not cut off."""
MOST_SERIES: Final = 4
"""Patterns that are told apart without colour."""
MOST_LABELS: Final = 4
"""Labels below a line that a phone has room for."""
_TICKS: Final = 4
_TINY: Final = 1e-9
"""What floating-point arithmetic may leave over."""
_LEAST: Final = 1e-6
"""A difference that a chart can still show."""
_STEPS: Final = (1, 2, 2.5, 5, 10)
_SPARK_WIDTH: Final = 120
_SPARK_HEIGHT: Final = 32

Values = Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Series:
    """One line, already named in the reader's language."""

    name: str
    values: Values


@dataclass(frozen=True, slots=True)
class DrawnSeries:
    """One line, drawn."""

    name: str
    values: Values
    path: str
    """SVG path data; interrupted at a gap."""
    dots: str
    """A point of no length at each value; the pen's end is its shape."""


@dataclass(frozen=True, slots=True)
class LineChart:
    """A few lines over the same labels."""

    labels: tuple[str, ...]
    labels_shown: tuple[str, ...]
    """One for each place, most of them empty; the last is always there."""
    series: tuple[DrawnSeries, ...]
    ticks: tuple[float, ...]
    """Round values, upwards, evenly spread over the whole height."""
    tick_decimals: int
    grid: tuple[float, ...]
    """The height of each tick in the drawing."""
    width: int = WIDTH
    height: int = HEIGHT


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its name, its figure, how long it is."""

    name: str
    value: float | None
    length: float = 0.0
    """Of 100."""
    address: str = ""
    marked: bool = False
    """Whether it is the reader's own."""


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars on one scale that begins at nought."""

    bars: tuple[Bar, ...]
    reference: float | None = None
    """A value to compare with, such as the country's."""
    reference_at: float | None = None
    """Of 100."""


@dataclass(frozen=True, slots=True)
class Sparkline:
    """A line without scale."""

    path: str
    end: str
    width: int = _SPARK_WIDTH
    height: int = _SPARK_HEIGHT


def line_chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    from_nought: bool = True,
    scale: Sequence[str] | None = None,
    most: int = MOST_LABELS,
) -> LineChart:
    """Return the lines of ``series`` over ``labels``.

    Args:
        labels: Of the places from left to right, at least one.
        series: One to four, each with a value or a gap for every label.
        from_nought: Whether the scale begins at nought; what is counted always does.
        scale: The labels as they stand below the line, if shorter there; a line break breaks them.
        most: How many of them stand there.
    """
    assert labels, "a chart has at least one place"
    assert 1 <= len(series) <= MOST_SERIES, "patterns for one to four lines"
    assert all(len(one.values) == len(labels) for one in series), "a value or a gap for each label"
    known = [value for one in series for value in one.values if value is not None]
    ticks = round_ticks(known, from_nought=from_nought)
    drawn = tuple(_drawn(one, ticks) for one in series)
    return LineChart(
        tuple(labels),
        spread(labels if scale is None else scale, most),
        drawn,
        ticks,
        _decimals(ticks[1] - ticks[0]),
        tuple(_place(tick, ticks, HEIGHT) for tick in ticks),
    )


def bar_chart(
    bars: Sequence[Bar], *, reference: float | None = None, full: float = 0.0
) -> BarChart:
    """Return ``bars`` with their lengths, in the order given.

    Args:
        bars: With values that are not negative, or none.
        reference: A value to mark on each.
        full: What the whole length stands for, such as 100 per cent; the greatest value if less.
    """
    known = [bar.value for bar in bars if bar.value is not None]
    assert all(value >= 0 for value in known), "a bar begins at nought"
    longest = max([*known, reference or 0.0, full]) or 1.0
    drawn = tuple(
        Bar(bar.name, bar.value, _share(bar.value or 0.0, longest), bar.address, bar.marked)
        for bar in bars
    )
    return BarChart(drawn, reference, None if reference is None else _share(reference, longest))


def sparkline(values: Values) -> Sparkline:
    """Return the course of ``values``, the last of them with a dot."""
    known = [value for value in values if value is not None]
    ticks = (min(known, default=0.0), max(known, default=0.0))
    points = _points(values, ticks, _SPARK_WIDTH, _SPARK_HEIGHT)
    ends = [point for point in points if point is not None][-1:]
    return Sparkline(_path(points), _dots(ends))


def round_ticks(values: Sequence[float], *, from_nought: bool = True) -> tuple[float, ...]:
    """Return round values from below the least to above the greatest of ``values``, upwards."""
    low = min(values, default=0.0)
    low = min(low, 0.0) if from_nought else low
    high = max([*values, low])
    reach = high - low if high - low > _LEAST else max(abs(high), float(_TICKS))
    step = _round_step(reach / _TICKS)
    first, last = floor(low / step), ceil(high / step)
    last = max(last, first + 1)
    return tuple(round(number * step, 9) for number in range(first, last + 1))


def spread(labels: Sequence[str], most: int = MOST_LABELS) -> tuple[str, ...]:
    """Return ``labels`` with all but ``most`` of them emptied, evenly; the last one is kept."""
    last = len(labels) - 1
    every = ceil(len(labels) / most)
    return tuple("" if (last - place) % every else label for place, label in enumerate(labels))


def _round_step(least: float) -> float:
    power = 10.0 ** floor(log10(least))
    return next(step * power for step in _STEPS if step * power >= least * (1 - _TINY))


def _decimals(step: float) -> int:
    return next(places for places in range(10) if abs(round(step, places) - step) < _TINY)


def _share(value: float, longest: float) -> float:
    return round(100 * value / longest, 2)


def _place(value: float, ticks: Sequence[float], height: int) -> float:
    """Return how far below the top ``value`` lies."""
    low, high = ticks[0], ticks[-1]
    share = (value - low) / (high - low) if high > low else 0.5
    return round(_TOP + (height - 2 * _TOP) * (1 - share), 1)


Point = tuple[float, float]


def _points(values: Values, ticks: Sequence[float], width: int, height: int) -> list[Point | None]:
    between = (width - 2 * _TOP) / max(len(values) - 1, 1)
    return [
        None if value is None else (round(_TOP + place * between, 1), _place(value, ticks, height))
        for place, value in enumerate(values)
    ]


def _drawn(series: Series, ticks: Sequence[float]) -> DrawnSeries:
    points = _points(series.values, ticks, WIDTH, HEIGHT)
    return DrawnSeries(
        series.name, series.values, _path(points), _dots(point for point in points if point)
    )


def _path(points: Sequence[Point | None]) -> str:
    parts: list[str] = []
    pen_down = False
    for point in points:
        if point is not None:
            parts.append(f"{'L' if pen_down else 'M'}{point[0]:g} {point[1]:g}")
        pen_down = point is not None
    return "".join(parts)


def _dots(points: Iterator[Point] | Sequence[Point]) -> str:
    return "".join(f"M{x:g} {y:g}h0" for x, y in points)
