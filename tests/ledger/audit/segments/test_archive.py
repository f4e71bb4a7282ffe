"""A folder of segments against heads of the log: older, newer, of another history, cut off."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from ledger.audit.segments.archive import Tree, judge, layout_findings, read_head
from ledger.audit.segments.names import Segment, lay_out, segments_in
from ledger.errors import InvalidInputError
from ledger.store.rows import Row
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.log import connect
from ledger.transparency.merkle import EMPTY_ROOT, leaf_hash, root_of
from tests_support.memory_log import ORIGIN, MemoryLog
from tests_support.segment_folders import paths_in

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


def _head(rows: list[Row], size: int) -> Checkpoint:
    return Checkpoint(ORIGIN, size, root_of(leaf_hash(row.entry) for row in rows[:size]))


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 100, 255, 256, 257])
def test_any_older_head_is_checked_down_to_the_single_entry(
    folder: Path, town: list[Row], size: int
) -> None:
    layout = lay_out(segments_in(folder))
    judged = judge(folder, layout, _head(town, size), None)
    assert (judged.covered, judged.findings) == (size, ())
    other = Checkpoint(ORIGIN, size, bytes(32))
    (found,) = judge(folder, layout, other, None).findings
    assert (found.code, found.place["size"]) == ("C4.head", size)


def test_the_newest_head_is_that_of_all_segments(folder: Path, town: list[Row]) -> None:
    layout = lay_out(segments_in(folder))
    assert judge(folder, layout, _head(town, len(town)), None).covered == len(town)


def test_a_newer_head_needs_the_way_to_it(folder: Path, town: list[Row]) -> None:
    for path in paths_in(folder)[5:]:
        path.unlink()
    layout = lay_out(segments_in(folder))
    log = MemoryLog()
    log.add(*(row.entry for row in town))
    head = log.publish(NOON)
    checkpoint = Checkpoint(ORIGIN, head.size, head.root)
    way = connect(log, 160, head)
    assert judge(folder, layout, checkpoint, way).covered == 160
    assert judge(folder, layout, checkpoint, None).undecided is not None
    for wrong in (way[:-1], [*way, bytes(32)], [bytes(32), *way[1:]]):
        (found,) = judge(folder, layout, checkpoint, wrong).findings
        assert found.code == "C4.head"


def test_cutting_off_the_last_segments_does_not_fit_the_head(folder: Path, town: list[Row]) -> None:
    log = MemoryLog()
    log.add(*(row.entry for row in town))
    head = log.publish(NOON)
    way = connect(log, 160, head)
    for path in paths_in(folder)[4:]:
        path.unlink()
    layout = lay_out(segments_in(folder))
    judged = judge(folder, layout, Checkpoint(ORIGIN, head.size, head.root), way)
    assert [one.code for one in judged.findings] == ["C4.head"]


def test_a_missing_segment_and_a_double_are_found(folder: Path) -> None:
    paths_in(folder)[3].unlink()
    double = Segment(5, 1, bytes(32))
    (folder / double.file_name).write_bytes(b"")
    (folder / "notes.parquet").write_bytes(b"of somebody else")
    found = layout_findings(lay_out(segments_in(folder)))
    assert {(one.code, one.place["position"]) for one in found} == {
        ("C2.doubled", 33),
        ("C5.gap", 97),
    }


def test_an_entry_that_cannot_be_read_is_found_where_a_head_needs_it(
    folder: Path, town: list[Row]
) -> None:
    paths_in(folder)[1].write_bytes(b"PAR1")
    judged = judge(folder, lay_out(segments_in(folder)), _head(town, 40), None)
    assert [one.code for one in judged.findings] == ["C1.unreadable"]


def test_the_tree_over_segments_of_any_level_is_that_over_their_leaves(town: list[Row]) -> None:
    leaves = [leaf_hash(row.entry) for row in town]
    for size in range(1, 130):
        tree, at = Tree(), 0
        while at < size:
            level = min((size - at).bit_length() - 1, 4 if at % 32 else 5)
            tree.append(level, root_of(leaves[at : at + (1 << level)]))
            at += 1 << level
        assert tree.root == root_of(leaves[:size])
    assert Tree().root == EMPTY_ROOT


def test_a_head_that_is_none_is_refused(folder: Path) -> None:
    assert read_head(folder) is None
    (folder / "head").write_bytes(b"old 5\n")
    with pytest.raises(InvalidInputError):
        read_head(folder)
