from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.times import SKEW, Bracket, dated, earliest, late, time_findings

MINUTE = 60_000_000
NOON = int(datetime(2026, 11, 2, 12, tzinfo=UTC).timestamp()) * 1_000_000
HEADS = [Bracket(4, NOON + 10 * MINUTE), Bracket(8, NOON + 20 * MINUTE)]


def found(times: list[int | None], brackets: list[Bracket]) -> list[tuple[str, object]]:
    return [(one.code, one.place["index"]) for one in time_findings(0, times, brackets)]


def at(*minutes: int | None) -> list[int | None]:
    return [None if one is None else NOON + one * MINUTE for one in minutes]


IN_ORDER = (1, 2, 8, 9, 11, 12, 18, 19, 21, 22)


def test_facts_between_the_heads_around_them_are_in_order() -> None:
    assert found(at(*IN_ORDER), HEADS) == []


def test_clocks_may_differ_by_five_minutes() -> None:
    assert found(at(1, 2, 8, 14, 11, 12, 18, 19, 21, 22), HEADS) == []


def test_a_fact_dated_back_before_the_head_that_lacks_it_is_named() -> None:
    assert found(at(1, 2, 8, 9, 1, 12, 18, 19, 21, 22), HEADS) == [("C5.backdated", 4)]


def test_the_last_fact_under_no_head_yet_cannot_be_dated_back_either() -> None:
    assert found(at(1, 2, 8, 9, 11, 12, 18, 19, 21, 3), HEADS) == [("C5.backdated", 9)]


def test_a_fact_later_than_the_head_over_it_is_named_and_moves_no_other() -> None:
    assert found(at(1, 2, 60, 9, 11, 12, 18, 19, 21, 22), HEADS) == [("C5.postdated", 2)]


def test_without_heads_the_order_of_the_facts_counts() -> None:
    assert found(at(1, 30, 2, 31), []) == [("C5.time", 2)]


def test_missing_times_hide_nothing() -> None:
    assert found(at(1, None, 8, 9, 1, None, 18, 19, 21, 22), HEADS) == [("C5.backdated", 4)]


def test_a_part_is_held_against_the_latest_time_before_it() -> None:
    known = dated(256, at(1, 2, 3))
    assert [one.place["index"] for one in late(known, NOON + 7 * MINUTE)] == [256]
    assert list(late(known, NOON + 5 * MINUTE)) == []


def test_of_each_tile_the_earliest_is_told() -> None:
    times = [NOON + n for n in range(600)]
    times[300] = NOON - 1
    assert list(earliest(0, times)) == [(0, NOON), (300, NOON - 1), (512, NOON + 512)]


@given(st.lists(st.integers(0, 40), min_size=1, max_size=12), st.data())
def test_the_quick_way_sees_what_the_slow_one_sees(minutes: list[int], data: st.DataObject) -> None:
    sizes = sorted(data.draw(st.sets(st.integers(0, 14), max_size=4)))
    brackets = [Bracket(size, NOON + size * 5 * MINUTE) for size in sizes]
    times: list[int | None] = [NOON + one * MINUTE for one in minutes]
    slowly = found([*times, None], brackets)
    assert found(times, brackets) == slowly


@pytest.mark.parametrize("over", [0, 1])
def test_the_limit_itself_is_allowed(over: int) -> None:
    times: list[int | None] = [NOON + SKEW + over, NOON]
    assert len(found(times, [])) == over
    assert timedelta(microseconds=SKEW) == timedelta(minutes=5)
