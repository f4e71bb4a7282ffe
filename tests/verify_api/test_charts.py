"""Charts as points and ticks."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from verify_api.charts import (
    HEIGHT,
    WIDTH,
    Bar,
    Series,
    bar_chart,
    line_chart,
    round_ticks,
    sparkline,
    spread,
)

FIGURES = st.floats(min_value=0, max_value=1e9, allow_nan=False)
COURSES = st.lists(st.none() | FIGURES, min_size=1, max_size=40)


def points(path: str) -> list[tuple[float, float]]:
    return [
        (float(x), float(y.removesuffix("h0")))
        for x, y in (part.split(" ") for part in path.replace("L", "M").split("M")[1:])
    ]


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([310, 455], (0, 200, 400, 600)),
        ([0.2, 0.9], (0, 0.25, 0.5, 0.75, 1.0)),
        ([7], (0, 2, 4, 6, 8)),
        ([0, 0], (0, 1)),
        ([], (0, 1)),
        ([95.2], (0, 25, 50, 75, 100)),
    ],
)
def test_ticks_are_round_and_begin_at_nought(values: list[float], ticks: tuple[float, ...]) -> None:
    assert round_ticks(values) == ticks


def test_what_is_not_counted_may_begin_where_it_begins() -> None:
    assert round_ticks([96.2, 99.1], from_nought=False) == (96, 97, 98, 99, 100)
    assert round_ticks([-3, 4], from_nought=False) == (-4, -2, 0, 2, 4)
    assert round_ticks([5, 5], from_nought=False)[0] <= 5 <= round_ticks([5, 5])[-1]


@given(st.lists(FIGURES, min_size=1, max_size=30))
def test_every_value_lies_between_the_first_tick_and_the_last(values: list[float]) -> None:
    ticks = round_ticks(values)
    assert ticks[0] <= min(values)
    assert max(values) <= ticks[-1] * (1 + 1e-9) + 1e-6
    assert 2 <= len(ticks) <= 6
    steps = [after - before for before, after in pairwise(ticks)]
    assert all(step == pytest.approx(steps[0]) for step in steps)


@given(COURSES)
def test_every_value_has_its_point_inside_the_drawing(values: list[float | None]) -> None:
    chart = line_chart([str(place) for place in range(len(values))], [Series("a", values)])
    drawn = points(chart.series[0].dots)
    assert len(drawn) == sum(value is not None for value in values)
    assert all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in drawn)
    heights = dict(
        zip((value for value in values if value is not None), (y for _, y in drawn), strict=True)
    )
    inorder = sorted(heights)
    assert [heights[value] for value in inorder] == sorted(heights.values(), reverse=True)


def test_a_gap_interrupts_the_line_and_is_not_nought() -> None:
    chart = line_chart(["a", "b", "c", "d"], [Series("x", (1, None, 3, 4))])
    assert chart.series[0].path.count("M") == 2
    assert chart.series[0].path.count("L") == 1
    assert len(points(chart.series[0].dots)) == 3


def test_the_last_label_is_always_shown_and_never_more_than_a_phone_has_room_for() -> None:
    for count in range(1, 400):
        labels = [f"label {place}" for place in range(count)]
        shown = spread(labels)
        assert len(shown) == count
        assert shown[-1] == labels[-1]
        kept = [place for place, label in enumerate(shown) if label]
        assert 1 <= len(kept) <= 4
        assert len({after - before for before, after in pairwise(kept)}) <= 1


def test_a_chart_of_too_many_lines_or_of_lines_of_another_length_is_an_error() -> None:
    one = Series("a", (1.0,))
    with pytest.raises(AssertionError, match="one to four"):
        line_chart(["a"], [one] * 5)
    with pytest.raises(AssertionError, match="each label"):
        line_chart(["a", "b"], [one])


def test_bars_share_one_scale_that_begins_at_nought() -> None:
    chart = bar_chart([Bar("a", 50), Bar("b", 25), Bar("c", None)], reference=40)
    assert [bar.length for bar in chart.bars] == [100, 50, 0]
    assert chart.reference_at == 80
    assert bar_chart([Bar("a", 50)], full=100).bars[0].length == 50
    assert bar_chart([Bar("a", 0)]).bars[0].length == 0
    assert bar_chart([]).bars == ()
    with pytest.raises(AssertionError, match="nought"):
        bar_chart([Bar("a", -1)])


def test_a_sparkline_ends_in_a_dot_at_its_last_value() -> None:
    line = sparkline((1, 3, 2, None))
    assert line.end == f"M{points(line.path)[-1][0]:g} {points(line.path)[-1][1]:g}h0"
    assert sparkline(()).path == ""
    assert sparkline((5, 5)).path.count("L") == 1


def test_a_scale_may_be_written_shorter_than_the_table() -> None:
    labels = [f"{day:02}/11/2026" for day in range(1, 8)]
    short = [f"{day:02}/11\n2026" for day in range(1, 8)]
    chart = line_chart(labels, [Series("a", [1.0] * 7)], scale=short, most=3)
    assert chart.labels == tuple(labels)
    assert chart.labels_shown == ("01/11\n2026", "", "", "04/11\n2026", "", "", "07/11\n2026")
