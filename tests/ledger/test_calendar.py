import threading
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.calendar import (
    Term,
    TermUnit,
    WorkingCalendar,
    add_years,
    end_of_day,
    local_day,
    standard_calendar,
)
from ledger.errors import InvalidInputError

CALENDAR = standard_calendar()
DAYS = st.dates(date(2024, 1, 1), date(2028, 12, 31))


def working(count: int) -> Term:
    return Term(TermUnit.WORKING_DAYS, count)


def calendar_days(count: int) -> Term:
    return Term(TermUnit.CALENDAR_DAYS, count)


@pytest.mark.parametrize(
    ("start", "term", "end"),
    [
        ("2025-12-30", working(3), "2026-01-06"),
        ("2025-12-30", working(5), "2026-01-08"),
        ("2025-12-30", working(10), "2026-01-14"),
        ("2025-12-30", calendar_days(10), "2026-01-09"),
        ("2025-12-30", calendar_days(15), "2026-01-14"),
        ("2026-02-13", working(3), "2026-02-25"),
        ("2026-02-13", working(5), "2026-02-27"),
        ("2026-02-13", working(10), "2026-03-06"),
        ("2026-02-13", calendar_days(10), "2026-02-23"),
        ("2026-02-13", calendar_days(15), "2026-03-02"),
        ("2026-04-24", working(3), "2026-05-04"),
        ("2026-04-24", working(5), "2026-05-06"),
        ("2026-04-24", working(10), "2026-05-13"),
        ("2026-04-24", calendar_days(10), "2026-05-04"),
        ("2026-04-24", calendar_days(15), "2026-05-11"),
        ("2026-08-28", working(3), "2026-09-07"),
        ("2026-08-28", working(5), "2026-09-09"),
        ("2026-08-28", working(10), "2026-09-16"),
        ("2026-08-28", calendar_days(10), "2026-09-07"),
        ("2026-08-28", calendar_days(15), "2026-09-14"),
        ("2026-11-20", working(3), "2026-11-26"),
        ("2026-11-20", working(5), "2026-11-30"),
        ("2026-11-20", working(10), "2026-12-07"),
        ("2026-11-20", calendar_days(10), "2026-11-30"),
        ("2026-11-20", calendar_days(15), "2026-12-07"),
        ("2026-02-11", calendar_days(10), "2026-02-23"),
    ],
)
def test_terms_end_as_the_domain_reference_computed_them(start: str, term: Term, end: str) -> None:
    assert CALENDAR.end_of(term, date.fromisoformat(start)) == date.fromisoformat(end)


def test_over_tet_three_working_days_end_after_ten_days_so_the_earliest_binds() -> None:
    start = date(2026, 2, 13)
    assert CALENDAR.end_of(working(3), start) > CALENDAR.end_of(calendar_days(10), start)
    assert CALENDAR.earliest_end((working(3), calendar_days(10)), start) == date(2026, 2, 23)


def test_a_swapped_saturday_is_worked_and_the_monday_it_pays_for_is_not() -> None:
    assert CALENDAR.is_working_day(date(2026, 8, 22))
    assert not CALENDAR.is_working_day(date(2026, 8, 31))


def test_without_the_overlay_the_dispatch_of_december_2025_is_missed() -> None:
    bare = WorkingCalendar(b"{}")
    assert bare.add_working_days(date(2025, 12, 30), 3) == date(2026, 1, 5)
    assert bare.is_working_day(date(2026, 1, 2))
    assert not bare.is_working_day(date(2026, 1, 10))
    assert CALENDAR.is_working_day(date(2026, 1, 10))


def test_vietnam_culture_day_is_a_rest_day_since_2026() -> None:
    assert not CALENDAR.is_working_day(date(2026, 11, 24))
    assert CALENDAR.is_working_day(date(2025, 11, 24))


def test_the_version_names_the_package_and_the_overlay() -> None:
    assert CALENDAR.version.startswith("holidays-0.109+")
    assert len(CALENDAR.version) == len("holidays-0.109+") + 8
    assert WorkingCalendar(b"{}").version != CALENDAR.version


@pytest.mark.parametrize(
    "overlay",
    [
        b"",
        b"[]x",
        b'["2026-01-02"]',
        b'{"2026-13-02": {"day": "off", "source": "x"}}',
        b'{"2026-01-02": {"day": "off"}}',
        b'{"2026-01-02": {"day": "off", "source": ""}}',
        b'{"2026-01-02": {"day": "rest", "source": "x"}}',
        b'{"2026-01-02": "off"}',
        b"\xff",
    ],
)
def test_an_overlay_of_another_form_is_refused(overlay: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        WorkingCalendar(overlay)
    assert refused.value.rule == "overlay_form"


def test_a_year_after_29_february_is_28_february() -> None:
    assert add_years(date(2024, 2, 29), 1) == date(2025, 2, 28)
    assert add_years(date(2024, 2, 29), 4) == date(2028, 2, 29)
    assert add_years(date(1896, 2, 29), 4) == date(1900, 2, 28)
    assert add_years(date(2026, 11, 9), 1) == date(2027, 11, 9)


def test_a_day_in_vietnam_begins_at_17_00_utc() -> None:
    assert local_day(datetime(2026, 11, 9, 16, 59, 59, tzinfo=UTC)) == date(2026, 11, 9)
    assert local_day(datetime(2026, 11, 9, 17, 0, tzinfo=UTC)) == date(2026, 11, 10)
    assert end_of_day(date(2026, 11, 9)) == datetime(2026, 11, 9, 17, 0, tzinfo=UTC)


def test_a_term_of_no_days_ends_with_the_next_working_day() -> None:
    saturday = date(2026, 11, 14)
    assert CALENDAR.end_of(working(0), saturday) == date(2026, 11, 16)
    assert CALENDAR.end_of(calendar_days(0), saturday) == date(2026, 11, 16)
    assert CALENDAR.end_of(working(0), date(2026, 11, 16)) == date(2026, 11, 16)


def test_hours_run_through_rest_days() -> None:
    friday = date(2026, 11, 13)
    assert CALENDAR.end_of(Term(TermUnit.HOURS, 24), friday) == date(2026, 11, 14)
    assert CALENDAR.end_of(Term(TermUnit.HOURS, 25), friday) == date(2026, 11, 15)


def test_what_is_left_of_a_term_is_what_was_not_used() -> None:
    friday, tuesday = date(2026, 11, 13), date(2026, 11, 17)
    assert CALENDAR.remaining(working(5), friday, tuesday) == working(3)
    assert CALENDAR.remaining(calendar_days(10), friday, tuesday) == calendar_days(6)
    assert CALENDAR.remaining(Term(TermUnit.HOURS, 24), friday, tuesday).count == 0
    assert CALENDAR.remaining(working(5), friday, friday) == working(5)


@given(DAYS, st.integers(0, 30))
def test_a_term_in_working_days_ends_on_a_working_day_and_counts_them(
    start: date, count: int
) -> None:
    end = CALENDAR.add_working_days(start, count)
    assert CALENDAR.is_working_day(end)
    if count:
        assert CALENDAR.working_days_between(start, end) == count


@given(DAYS, st.integers(0, 60))
def test_a_term_in_calendar_days_never_ends_early_and_never_on_a_rest_day(
    start: date, count: int
) -> None:
    end = CALENDAR.add_calendar_days(start, count)
    assert CALENDAR.is_working_day(end)
    assert end >= start + timedelta(days=count)


@given(DAYS, st.integers(1, 15), st.integers(0, 15))
def test_stopping_and_going_on_at_once_moves_no_day(
    start: date, count: int, used_days: int
) -> None:
    stopped = start + timedelta(days=used_days)
    due = CALENDAR.add_working_days(start, count)
    if stopped <= due:
        left = CALENDAR.remaining(working(count), start, stopped)
        assert CALENDAR.end_of(left, stopped) == due


def test_threads_that_ask_of_a_new_year_at_once_all_hear_the_same() -> None:
    year = 2061
    answers: list[list[bool]] = []
    start = threading.Barrier(8)

    def ask() -> None:
        start.wait()
        first = date(year, 1, 1)
        answers.append([CALENDAR.is_working_day(first + timedelta(days=n)) for n in range(60)])

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 8
    assert all(answer == answers[0] for answer in answers)
