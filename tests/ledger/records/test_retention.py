from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.records.erasure.retention import (
    NOTHING_KEPT,
    YEARS,
    ClosedRecord,
    Retention,
    RetentionClass,
    retention,
)

DIED = date(2020, 6, 1)


def kept(*records: ClosedRecord, has_book: bool = True, died_on: date | None = DIED) -> Retention:
    return retention(records, has_book=has_book, died_on=died_on, death_known=died_on is not None)


def closed(sort: RetentionClass, year: int) -> ClosedRecord:
    return ClosedRecord(sort, year)


@pytest.mark.parametrize(
    ("sort", "free_from"),
    [
        (RetentionClass.CHECK_UP, date(2021, 1, 1)),
        (RetentionClass.RECORD, date(2029, 1, 1)),
        (RetentionClass.PSYCHIATRIC, date(2039, 1, 1)),
        (RetentionClass.ACCIDENT, date(2039, 1, 1)),
        (RetentionClass.TRANSPLANT, date(2049, 1, 1)),
    ],
)
def test_a_term_runs_from_the_end_of_the_year_of_closing(
    sort: RetentionClass, free_from: date
) -> None:
    assert kept(closed(sort, 2018), has_book=False, died_on=None).free_from == free_from


def test_the_last_day_is_the_end_of_the_year() -> None:
    found = kept(closed(RetentionClass.RECORD, 2018), has_book=False, died_on=None)
    assert found.keeps(date(2028, 12, 31))
    assert not found.keeps(date(2029, 1, 1))
    assert found.words == "until the end of 2028 (Circular 33/2025/TT-BYT)"


def test_the_book_of_the_living_is_kept_without_a_day() -> None:
    found = kept(died_on=None)
    assert found.free_from is None
    assert found.keeps(date(2400, 1, 1))
    assert "10 years after the year of death" in found.words


def test_a_death_whose_day_nobody_can_read_ends_nothing() -> None:
    assert retention((), has_book=True, died_on=None, death_known=True).free_from is None


def test_a_book_is_kept_ten_years_after_the_year_of_death() -> None:
    assert kept().free_from == date(2031, 1, 1)


def test_the_record_of_the_last_illness_is_kept_thirty_years() -> None:
    assert kept(closed(RetentionClass.RECORD, 2019)).free_from == date(2031, 1, 1)
    assert kept(closed(RetentionClass.RECORD, 2020)).free_from == date(2051, 1, 1)


def test_whoever_has_nothing_has_nothing_kept() -> None:
    assert kept(has_book=False, died_on=None) == NOTHING_KEPT
    assert not NOTHING_KEPT.keeps(date(2026, 1, 1))


_records = st.builds(ClosedRecord, st.sampled_from(list(RetentionClass)), st.integers(1950, 2100))


@given(st.lists(_records, max_size=6), _records)
def test_one_record_more_never_shortens_anything(
    records: list[ClosedRecord], one: ClosedRecord
) -> None:
    before, after = kept(*records), kept(*records, one)
    assert before.free_from is not None
    assert after.free_from is not None
    assert after.free_from >= before.free_from
    assert after.free_from >= date(one.year + YEARS[one.sort] + 1, 1, 1)
