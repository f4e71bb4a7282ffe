from datetime import date, timedelta
from itertools import product

import pytest

from ledger.certificates.procedure import Role, Stage
from ledger.certificates.request_values import Channel
from projections import queue_pages
from projections.queue_pages import Due, Place, Sieve, SortBy, due_of, place_of
from projections.work_queue import FILES, NO_DAY, FileRow
from tests_support.walked_town import Town

AUTHORITY = "CA01"
WEDNESDAY = date(2026, 11, 25)


def files(town: Town) -> list[FileRow]:
    """Return what the authority has before it."""
    return [
        row for row in town.rows(FILES, FileRow)
        if row.authority == AUTHORITY and row.open
        and (row.submitted_on is not None or row.channel == Channel.COUNTER)
    ]  # fmt: skip


def some_day(town: Town) -> date:
    """Return a day on which something is late and something is not due yet."""
    days = sorted(row.due for row in files(town) if row.due != NO_DAY)
    return date.fromisoformat(days[len(days) // 2])


def which(row: FileRow, today: date) -> Due:
    running = not row.suspended and row.stage != Stage.READY.value
    return due_of(row.due, today) if running else Due.RESTING


def all_parts(town: Town, sieve: Sieve, limit: int) -> list[FileRow]:
    found: list[FileRow] = []
    after: Place | None = None
    while True:
        part = town.ask(queue_pages.part, sieve, after=after, limit=limit)
        found += part.files
        if not part.more:
            return found
        assert len(part.files) == limit
        after = place_of(part.files[-1], sieve.by)


@pytest.mark.parametrize(("by", "descending"), [*product(SortBy, [False, True])])
def test_pages_follow_one_another_in_every_order(
    walked: Town, by: SortBy, *, descending: bool
) -> None:
    sieve = Sieve(AUTHORITY, some_day(walked), by=by, descending=descending)
    whole = sorted(files(walked), key=lambda row: place_of(row, by), reverse=descending)
    assert all_parts(walked, sieve, 3) == whole
    assert len(whole) > 3


@pytest.mark.parametrize("due", Due)
@pytest.mark.parametrize("days", [-3, 0, 3])
def test_each_file_is_counted_where_it_is_found(walked: Town, due: Due, days: int) -> None:
    today = some_day(walked) + timedelta(days=days)
    counts = walked.ask(queue_pages.counts, Sieve(AUTHORITY, today))
    found = all_parts(walked, Sieve(AUTHORITY, today, due=due), 200)
    assert counts[due] == len(found)
    assert sum(counts.values()) == 2 * counts[Due.ALL]
    expected = {row.request for row in files(walked) if due in {Due.ALL, which(row, today)}}
    assert {row.request for row in found} == expected


def test_a_sieve_takes_role_stage_form_and_province_together(walked: Town) -> None:
    rows = files(walked)
    for row in rows[:20]:
        stands = row.asked_in if row.stage == Stage.SUPPLEMENT.value else row.stage
        assert stands is not None
        role = next((Role(one) for one in row.waits_for.split()), None)
        sieve = Sieve(
            AUTHORITY, WEDNESDAY, role=role, stages=frozenset({Stage(stands)}), form=row.form,
            province=row.province,
        )  # fmt: skip
        found = all_parts(walked, sieve, 200)
        assert row in found
        assert {one.form for one in found} == {row.form}
    nowhere = Sieve(AUTHORITY, WEDNESDAY, stages=frozenset())
    assert all_parts(walked, nowhere, 5) == []


def test_a_dossier_is_found_by_its_end_and_marks_of_patterns_mean_themselves(
    walked: Town,
) -> None:
    row = files(walked)[0]
    found = walked.ask(queue_pages.ending_in, AUTHORITY, row.dossier_code[-6:], limit=50)
    assert row in found
    assert all(one.dossier_code.endswith(row.dossier_code[-6:]) for one in found)
    for typed in ("%", "_", "\\", "%1"):
        assert walked.ask(queue_pages.ending_in, AUTHORITY, typed, limit=50) == ()


@pytest.mark.parametrize(
    ("day", "due"),
    [
        ("2026-11-24", Due.LATE), ("2026-11-25", Due.TODAY), ("2026-11-26", Due.WEEK),
        ("2026-11-29", Due.WEEK), ("2026-11-30", Due.LATER), (NO_DAY, Due.RESTING),
    ],
)  # fmt: skip
def test_a_week_ends_on_sunday(day: str, due: Due) -> None:
    assert due_of(day, WEDNESDAY) is due


def test_provinces_are_those_of_open_files(walked: Town) -> None:
    expected = sorted({row.province for row in walked.rows(FILES, FileRow)
                       if row.authority == AUTHORITY and row.open})  # fmt: skip
    assert list(walked.ask(queue_pages.provinces, AUTHORITY)) == expected
