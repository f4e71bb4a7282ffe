"""Only what is right becomes a segment, whole or not at all, and once."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.audit.segments.archive import judge, read_head
from ledger.audit.segments.files import alone_in
from ledger.audit.segments.names import LEVEL, lay_out, segments_in
from ledger.audit.segments.verify import verify_segment
from ledger.errors import RefusedError
from ledger.store.rows import Row
from ledger.transparency.merkle import leaf_hash, root_of
from tests_support.memory_log import MemoryLog
from tests_support.segment_folders import SMALL, export, fill, paths_in

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def _logged(rows: list[Row]) -> MemoryLog:
    log = MemoryLog()
    log.add(*(row.entry for row in rows))
    log.publish(NOON)
    return log


def test_every_fact_stands_in_a_segment_that_is_what_its_name_says(
    url: str, town: list[Row], tmp_path: Path
) -> None:
    assert export(url, tmp_path / "out") == []
    results = [verify_segment(path) for path in paths_in(tmp_path / "out")]
    assert all(one.is_clean and one.root == one.segment.root for one in results)
    assert results[0].segment.first == 1
    assert results[-1].segment.last == len(town)


def test_only_closed_segments_are_written_unless_the_tail_is_asked_for(
    url: str, town: list[Row], tmp_path: Path
) -> None:
    assert export(url, tmp_path / "out", tail=False) == []
    written = segments_in(tmp_path / "out")
    assert {one.level for one in written} == {SMALL}
    assert len(written) == len(town) >> SMALL
    assert export(url, tmp_path / "large", tail=False, level=LEVEL) == []
    assert segments_in(tmp_path / "large") == []


def test_what_is_there_is_not_written_again(url: str, tmp_path: Path) -> None:
    export(url, tmp_path / "out")
    before = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert export(url, tmp_path / "out") == []
    after = {path.name: path.stat().st_mtime_ns for path in (tmp_path / "out").iterdir()}
    assert after == before


def test_a_segment_that_is_missing_is_written_again_and_is_the_same_byte_for_byte(
    url: str, tmp_path: Path
) -> None:
    export(url, tmp_path / "out")
    lost = paths_in(tmp_path / "out")[3]
    content = lost.read_bytes()
    lost.unlink()
    assert export(url, tmp_path / "out") == []
    assert lost.read_bytes() == content


def test_the_tail_gives_way_when_its_segment_is_closed(town: list[Row], tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    fill(url, town[:75])
    export(url, tmp_path / "out")
    assert [one.level for one in segments_in(tmp_path / "out")] == [5, 5, 3, 1, 0]
    fill(url, town[75:130])
    export(url, tmp_path / "out")
    assert [one.level for one in segments_in(tmp_path / "out")] == [5, 5, 5, 5, 1]
    assert lay_out(segments_in(tmp_path / "out")).facts == 130


def test_what_an_ended_export_left_is_cleared_and_written(url: str, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(url, out)
    cut = paths_in(out)[0]
    part = out / f".{cut.name}.part"
    part.write_bytes(cut.read_bytes()[:100])
    cut.unlink()
    with alone_in(out):
        assert not part.exists()
        assert export(url, out) == []
    assert verify_segment(cut).is_clean


def test_two_exports_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path), pytest.raises(RefusedError) as refused, alone_in(tmp_path):
        pass
    assert refused.value.rule == "export_running"


def spoiled(town: list[Row], folder: Path, *statements: str) -> str:
    """Return where a ledger of the town stands that somebody has changed by SQL."""
    fill(f"sqlite:///{folder / 'ledger.db'}", town)
    with closing(sqlite3.connect(folder / "ledger.db")) as connection, connection:
        for statement in statements:
            connection.execute(statement)
    return f"sqlite:///{folder / 'ledger.db'}"


def test_a_changed_row_keeps_its_segment_from_being_written(
    town: list[Row], tmp_path: Path
) -> None:
    url = spoiled(
        town, tmp_path,
        "DROP TRIGGER ledger_facts_never_change",
        "UPDATE ledger_facts SET topic = 'access.seen/1' WHERE position = 40",
    )  # fmt: skip
    found = export(url, tmp_path / "out")
    assert [(one.code, one.place["position"]) for one in found] == [("C1.row", 40)]
    assert lay_out(segments_in(tmp_path / "out")).gap == 33


def test_a_missing_row_keeps_its_segment_from_being_written(
    town: list[Row], tmp_path: Path
) -> None:
    url = spoiled(
        town, tmp_path,
        "DROP TRIGGER ledger_facts_never_go",
        "DELETE FROM ledger_facts WHERE position = 70",
    )  # fmt: skip
    found = export(url, tmp_path / "out")
    assert {one.place["position"] for one in found if one.code == "C5.missing"} == {70}
    assert lay_out(segments_in(tmp_path / "out")).gap == 65


def test_with_a_log_only_what_its_head_covers_is_written_and_the_head_lies_beside(
    url: str, town: list[Row], tmp_path: Path
) -> None:
    log = _logged(town[:200])
    log.add(*(row.entry for row in town[200:]))
    assert export(url, tmp_path / "out", log, tail=False) == []
    layout = lay_out(segments_in(tmp_path / "out"))
    assert layout.facts == 192
    head = read_head(tmp_path / "out")
    assert head is not None
    checkpoint = log.policy.judge(log.published[0].note).checkpoint
    assert head.checkpoint == checkpoint
    judged = judge(tmp_path / "out", layout, checkpoint, head.proof)
    assert (judged.covered, judged.findings, judged.undecided) == (192, (), None)


def test_rows_that_are_right_by_themselves_but_not_the_logs_are_not_written(
    town: list[Row], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    fill(url, town)
    other = [row._replace(entry=b"\x01" + bytes(64)) if row.position == 50 else row for row in town]
    found = export(url, tmp_path / "out", _logged(other))
    assert [(one.code, one.place["position"]) for one in found] == [("C2.segment", 33)]
    written = segments_in(tmp_path / "out")
    assert root_of(leaf_hash(row.entry) for row in town[32:64]) not in {w.root for w in written}


def test_a_segment_of_another_history_is_found_beside_the_log(
    town: list[Row], tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    fill(url, town)
    export(url, tmp_path / "out", _logged(town))
    old = paths_in(tmp_path / "out")[1]
    other = old.rename(old.with_name(old.name.replace(old.stem[-64:], "ab" * 32)))
    found = export(url, tmp_path / "out", _logged(town))
    assert [(one.code, one.place["segment"]) for one in found] == [("C2.segment", other.name)]
