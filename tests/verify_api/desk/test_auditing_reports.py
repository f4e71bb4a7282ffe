"""Reports in a folder: listed, read, joined to one map; other logs' words are left out."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.audit.coverage import Coverage, coverage_of
from ledger.audit.coverage_map import CellState
from ledger.audit.report import Report
from ledger.audit.report_file import ReportKind
from ledger.errors import NotFoundError
from verify_api.desk.auditing_reports import MOST_FILES, Reports

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
OURS, THEIRS = bytes(32), bytes([1]) * 32


def ours(size: int, root: bytes) -> bool | None:
    return None if size > 1_000 else root == OURS


@pytest.fixture
def reports(tmp_path: Path) -> Reports:
    return Reports(tmp_path, ours)


def put(reports: Reports, name: str, value: object) -> None:
    file = reports.folder / name
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(value), "utf-8")


def verified(coverage: Coverage, root: bytes, size: int = 512) -> dict[str, object]:
    return Report((), 1, size, 1, 1, 1, 1, root=root, head_size=size, coverage=coverage).as_json()


def test_a_folder_that_is_not_there_has_no_reports(tmp_path: Path) -> None:
    absent = Reports(tmp_path / "absent", ours)
    assert absent.all() == []
    assert absent.map(256).cells[0].state is CellState.UNCHECKED


def test_all_reports_of_this_log_make_one_map_and_the_newer_word_counts(reports: Reports) -> None:
    put(reports, "a.json", coverage_of([(0, 256)], [], AT).as_json())
    put(reports, "b/coverage.json", coverage_of([(0, 512)], [], AT + timedelta(1)).as_json())
    put(reports, "ours.json", verified(coverage_of([(512, 768)], [], AT), OURS))
    put(reports, "theirs.json", verified(coverage_of([(768, 1_024)], [], AT), THEIRS))
    put(reports, "unknown.json", verified(coverage_of([(1_024, 1_280)], [], AT), THEIRS, 2_000))
    cells = reports.map(1_280).cells
    states = [cell.state for cell in cells]
    assert states == [CellState.VERIFIED] * 3 + [CellState.UNCHECKED, CellState.VERIFIED]
    assert cells[0].since == AT + timedelta(1)


def test_the_newest_comes_first_and_what_is_none_says_why(reports: Reports) -> None:
    put(reports, "old.json", coverage_of([(0, 1)], [], AT).as_json())
    put(reports, "new.json", coverage_of([(0, 1)], [], AT + timedelta(days=9)).as_json())
    (reports.folder / "broken.json").write_text("{", "utf-8")
    (reports.folder / "picture.png").write_bytes(b"")
    os.utime(reports.folder / "broken.json", (0, 0))
    listed = reports.all()
    assert [one.name for one in listed] == ["new.json", "old.json", "broken.json"]
    assert listed[2].report is None
    assert listed[2].refused.startswith("report line 1: expected")
    assert reports.latest(ReportKind.COVERAGE) == listed[0]
    assert reports.latest(ReportKind.FIGURES) is None


def test_a_report_that_changes_is_read_again(reports: Reports) -> None:
    put(reports, "a.json", coverage_of([(0, 1)], [], AT).as_json())
    before = reports.find("a.json")
    put(reports, "a.json", coverage_of([(0, 400)], [], AT).as_json())
    assert reports.find("a.json") != before
    with pytest.raises(NotFoundError):
        reports.find("../a.json")


def test_a_full_folder_shows_its_newest_files(reports: Reports) -> None:
    for number in range(MOST_FILES + 5):
        put(reports, f"{number:03}.json", coverage_of([(0, 1)], [], AT).as_json())
        os.utime(reports.folder / f"{number:03}.json", (number, number))
    names = {one.name for one in reports.all()}
    assert len(names) == MOST_FILES
    assert "000.json" not in names


def test_a_head_that_is_none_belongs_to_no_log(reports: Reports) -> None:
    told = verified(Coverage(), OURS)
    told["head"] = {"size": 9, "root": "not hex"}
    put(reports, "odd.json", told)
    (filed,) = reports.all()
    assert filed.report is not None
    assert reports.belongs(filed.report) is False
