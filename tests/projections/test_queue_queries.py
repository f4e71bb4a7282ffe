from datetime import date, timedelta

import pytest

from ledger.certificates.procedure import Role, Stage
from projections import queue_queries
from projections.queue_queries import FIRST, Cursor
from projections.work_queue import FILES, FileRow
from tests_support.walked_town import Town

AUTHORITY = "CA01"


def files(town: Town) -> list[FileRow]:
    return [row for row in town.rows(FILES, FileRow) if row.authority == AUTHORITY and row.open]


def all_pages(town: Town, role: Role | None, limit: int) -> list[FileRow]:
    found: list[FileRow] = []
    after: Cursor | None = FIRST
    while after is not None:
        page = town.ask(
            queue_queries.waiting, authority=AUTHORITY, role=role, after=after, limit=limit
        )
        assert len(page.files) <= limit
        found += page.files
        after = page.after
    return found


@pytest.mark.parametrize("limit", [1, 3, 500])
def test_a_desk_sees_its_open_files_page_by_page_the_first_due_first(
    walked: Town, limit: int
) -> None:
    seen = all_pages(walked, None, limit)
    assert seen == sorted(files(walked), key=lambda row: (row.due, row.request))
    assert seen


@pytest.mark.parametrize("role", [Role.INTAKE_OFFICER, Role.POLICE_CHECKER, Role.SIGNER])
def test_a_role_sees_the_files_that_wait_for_it(walked: Town, role: Role) -> None:
    seen = all_pages(walked, role, 4)
    assert {row.request for row in seen} == {
        row.request for row in files(walked) if role.value in row.waits_for.split()
    }


def test_near_limits_are_those_of_running_clocks(walked: Town) -> None:
    running = [row for row in files(walked) if not row.suspended and row.stage != Stage.READY.value]
    days = sorted({row.due for row in running if row.appointed_on})
    assert days
    until = date.fromisoformat(days[len(days) // 2])
    page = walked.ask(queue_queries.near_limit, authority=AUTHORITY, until=until)
    expected = {row.request for row in running if row.due <= until.isoformat()}
    assert {row.request for row in page.files} == expected
    day_after = until + timedelta(days=1)
    assert walked.ask(queue_queries.late, authority=AUTHORITY, on=day_after) == len(expected)


def test_a_file_is_found_by_its_stream_and_by_its_dossier_code(walked: Town) -> None:
    for stream, state in walked.requests().items():
        code, authority = state.draft.dossier_code, state.draft.authority
        found = walked.ask(queue_queries.file_of, stream)
        assert found is not None
        assert found.dossier_code == code
        assert walked.ask(queue_queries.by_dossier_code, authority, code) == found
        assert walked.ask(queue_queries.by_dossier_code, "CA99", code) is None
    subject = next(iter(walked.walk.persons))
    assert walked.ask(queue_queries.file_of, subject) is None


def test_a_person_has_all_their_requests_and_nobody_elses(walked: Town) -> None:
    for subject in walked.walk.persons:
        rows = walked.ask(queue_queries.of_subject, subject)
        assert {row.request for row in rows} == {
            str(request) for request, whose in walked.walk.requests.items() if whose == subject
        }
        assert [row.since for row in rows] == sorted((row.since for row in rows), reverse=True)
