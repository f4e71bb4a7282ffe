"""An account's acts in bounded walks: every act once, whatever the pages and the period are."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.facts import Act
from tests_support.memory_facts import MemoryFacts
from tests_support.toy_ledger import TOPICS, Counted, new_stream
from verify_api.desk.auditing_acts import ActsPage, Period, acts_page

BEGIN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def ledger(actors: str) -> MemoryFacts:
    """Return a ledger in which these accounts acted, one letter a fact, ten minutes apart."""
    facts = MemoryFacts(TOPICS)
    for number, actor in enumerate(actors):
        act = Act(BEGIN + number * 10 * MINUTE, actor, "tester")
        facts.append(act, new_stream(Counted(number)))
    return facts


def all_pages(facts: MemoryFacts, period: Period, *, page: int, most: int) -> list[ActsPage]:
    found = [acts_page(facts, "a", period, after=None, page=page, most=most)]
    places = [0]
    while (after := found[-1].following) is not None:
        places.append(after)
        found.append(acts_page(facts, "a", period, after=after, page=page, most=most))
    assert places == sorted(set(places))
    return found


@given(
    actors=st.text("ab", max_size=40), page=st.integers(1, 5), most=st.integers(1, 50),
    first=st.integers(0, 45), length=st.integers(0, 45),
)  # fmt: skip
def test_pages_show_every_act_of_the_period_once_and_in_order(
    actors: str, page: int, most: int, first: int, length: int
) -> None:
    period = Period(BEGIN + first * 10 * MINUTE, BEGIN + (first + length) * 10 * MINUTE)
    pages = all_pages(ledger(actors), period, page=page, most=most)
    shown = [one.position for some in pages for one in some.acts]
    wanted = [
        number + 1 for number, actor in enumerate(actors)
        if actor == "a" and first <= number < first + length
    ]  # fmt: skip
    assert shown == wanted
    assert all(len(some.acts) <= page for some in pages)


@given(actors=st.text("ab", max_size=40), page=st.integers(1, 5))
def test_the_first_page_counts_the_whole_period(actors: str, page: int) -> None:
    found = acts_page(ledger(actors), "a", Period(), after=None, page=page)
    assert found.whole
    assert sum(found.counts.values()) == actors.count("a")
    assert (found.first, found.last) == (1, len(actors))


def test_a_walk_that_was_cut_short_says_so_and_goes_on() -> None:
    facts = ledger("b" * 30 + "a")
    first = acts_page(facts, "a", Period(), after=None, most=10)
    assert (first.acts, first.whole, first.following, first.last) == ((), False, 10, 10)
    second = acts_page(facts, "a", Period(), after=30, most=10)
    assert [one.position for one in second.acts] == [31]
    assert second.following is None


@pytest.mark.parametrize("behind", [timedelta(0), 3 * MINUTE])
def test_a_clock_that_was_a_little_behind_hides_no_act(behind: timedelta) -> None:
    facts = ledger("bb")
    late = BEGIN + 20 * MINUTE
    facts.append(Act(late, "b", "tester"), new_stream(Counted(2)))
    facts.append(Act(late - behind, "a", "tester"), new_stream(Counted(3)))
    for period in (Period(since=late - behind), Period(until=late - behind + MINUTE)):
        found = acts_page(facts, "a", period, after=None)
        assert [one.position for one in found.acts] == [4]


def test_what_lies_before_the_period_is_not_walked() -> None:
    facts = ledger("ab" * 500)
    found = acts_page(facts, "a", Period(since=BEGIN + 9_900 * MINUTE), after=None, most=20)
    assert found.first > 980
    assert [one.position for one in found.acts] == [991, 993, 995, 997, 999]
