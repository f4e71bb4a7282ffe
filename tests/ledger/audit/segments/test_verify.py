"""Whatever is changed in a segment is found, in its place; and nothing else is."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ledger.audit.segments.columns import DERIVED, SCHEMA, StoredRow, derive, rows_of, table_of
from ledger.audit.segments.files import read_segment, write_segment
from ledger.audit.segments.fold import Folding
from ledger.audit.segments.names import parse_name
from ledger.audit.segments.verify import MOST_FINDINGS, fold_segment, verify_segment
from ledger.audit.stream_ends import StreamEnd, pack_end, unpack_ends
from ledger.errors import InvalidInputError, TamperedError
from ledger.store.rows import Row
from ledger.transparency.merkle import complete_root, leaf_hash
from tests_support.segment_folders import paths_in

Change = Callable[[list[StoredRow]], list[StoredRow]]


def _rewritten(path: Path, change: Change) -> None:
    """Write a segment anew with other rows, and the columns that fit those, under its name."""
    rows = change(rows_of(read_segment(path)))
    write_segment(path.parent, parse_name(path.name), table_of(rows, derive(rows)[0]))


def _codes(path: Path) -> set[tuple[str, int]]:
    return {(one.code, int(one.place["position"])) for one in verify_segment(path).findings}


def _at(index: int, **values: Any) -> Change:
    def change(rows: list[StoredRow]) -> list[StoredRow]:
        rows[index] = rows[index]._replace(**values)
        return rows

    return change


def test_a_clean_history_is_clean_and_adds_up(folder: Path, town: list[Row]) -> None:
    folding = Folding()
    for path in paths_in(folder):
        result = verify_segment(path)
        assert result.findings == ()
        assert fold_segment(path) == result.fold
        folding.add(result.fold)
    assert folding.findings == []
    assert folding.last == len(town)
    assert folding.streams == len({row.stream_id for row in town})
    assert folding.topics.total() == len(town)


def test_a_position_far_outside_is_found(folder: Path) -> None:
    path = paths_in(folder)[1]
    _rewritten(path, _at(4, position=1 << 62))
    assert {code for code, _ in _codes(path)} == {"C2.segment", "C5.position", "C5.missing"}
    with pytest.raises(TamperedError):
        fold_segment(path)


def test_a_time_that_no_calendar_has_is_found(folder: Path) -> None:
    path = paths_in(folder)[1]
    rows = rows_of(read_segment(path))
    cells, _ = derive(rows)
    cells["recorded_at"][3] = (1 << 63) - 1
    cells["day"][3] = (1 << 31) - 1
    write_segment(folder, parse_name(path.name), table_of(rows, cells))
    assert _codes(path) == {("C1.column", 36)}


@pytest.mark.parametrize("name", ["event_id", "stream_id"])
def test_another_identifier_is_found_in_its_row(folder: Path, name: str) -> None:
    path = paths_in(folder)[1]
    _rewritten(path, _at(4, **{name: bytes(16)}))
    assert ("C1.row", 37) in _codes(path)


@pytest.mark.parametrize(
    "values",
    [
        {"version": 99},
        {"topic": "access.seen/1"},
        {"state": b"\x00"},
        {"entry": b"\x01" + bytes(64)},
    ],
)
def test_another_stored_value_is_found_in_its_row(folder: Path, values: dict[str, Any]) -> None:
    path = paths_in(folder)[1]
    _rewritten(path, _at(4, **values))
    assert 37 in {position for _, position in _codes(path)}


def test_two_rows_that_changed_places_are_found(folder: Path) -> None:
    path = paths_in(folder)[0]

    def swap(rows: list[StoredRow]) -> list[StoredRow]:
        first, second = rows[2], rows[9]
        rows[2] = second._replace(position=first.position)
        rows[9] = first._replace(position=second.position)
        return rows

    _rewritten(path, swap)
    assert ("C2.segment", 1) in _codes(path)


def test_positions_that_are_not_in_order_are_found(folder: Path) -> None:
    path = paths_in(folder)[0]
    _rewritten(path, lambda rows: [*rows[:5], *reversed(rows[5:])])
    assert {code for code, _ in _codes(path)} >= {"C5.missing", "C5.twice"}


_SAMPLES = {
    pa.string(): "x",
    pa.int64(): 1,
    pa.date32(): date(2026, 11, 24),
    pa.timestamp("us", tz="UTC"): datetime(2026, 11, 24, tzinfo=UTC),
    pa.uuid(): bytes(16),
}


@pytest.mark.parametrize("name", DERIVED)
@pytest.mark.parametrize("number", [0, 1, 5])
def test_a_column_that_says_what_the_row_does_not_is_found(
    folder: Path, name: str, number: int
) -> None:
    path = paths_in(folder)[number]
    table, field = read_segment(path), SCHEMA.field(name)
    values = table.column(name).to_pylist()
    index = next((at for at, value in enumerate(values) if value is not None), 0)
    values[index] = _SAMPLES[field.type] if values[index] is None else None
    column = pa.array(values, field.type)
    at = table.schema.get_field_index(name)
    write_segment(folder, parse_name(path.name), table.set_column(at, field, column))
    (found,) = verify_segment(path).findings
    assert (found.code, found.place["column"]) == ("C1.column", name)
    assert found.place["position"] == parse_name(path.name).first + index


def test_a_segment_under_another_name_is_found(folder: Path) -> None:
    one, other = paths_in(folder)[:2]
    one.write_bytes(other.read_bytes())
    assert ("C2.segment", 1) in _codes(one)


def test_entries_of_another_history_are_found_by_the_root_alone(folder: Path) -> None:
    """Rows, entries and columns that fit each other; only the tree tells."""
    first, second = paths_in(folder)[:2]
    rows = rows_of(read_segment(second))
    for index, row in enumerate(rows):
        rows[index] = row._replace(position=index + 1)
    write_segment(folder, parse_name(first.name), table_of(rows, derive(rows)[0]))
    result = verify_segment(first)
    assert result.root == complete_root([leaf_hash(row.entry) for row in rows])
    assert "C2.segment" in {one.code for one in result.findings}
    assert "C1.row" not in {one.code for one in result.findings}


@pytest.mark.parametrize("size", [0, 3, 100, 2_000])
def test_a_file_that_is_cut_off_is_a_finding(folder: Path, size: int) -> None:
    path = paths_in(folder)[0]
    path.write_bytes(path.read_bytes()[:size])
    assert [one.code for one in verify_segment(path).findings] == ["C1.unreadable"]


def test_a_file_of_other_columns_or_rows_is_a_finding(folder: Path) -> None:
    path = paths_in(folder)[0]
    table = read_segment(path)
    for other in (table.drop_columns("entry"), table.slice(0, 3), pa.table({"position": [1]})):
        pq.write_table(other, path)
        assert [one.code for one in verify_segment(path).findings] == ["C1.unreadable"]


def test_a_file_that_is_gone_is_a_finding(folder: Path) -> None:
    path = paths_in(folder)[0]
    path.unlink()
    assert [one.code for one in verify_segment(path).findings] == ["C1.unreadable"]


def test_each_changed_byte_is_found_unless_nothing_is_read_from_it(folder: Path) -> None:
    path = paths_in(folder)[2]
    whole, honest = path.read_bytes(), read_segment(path)
    dice, found = random.Random(8), 0
    for place in dice.sample(range(len(whole)), 150):
        changed = bytearray(whole)
        changed[place] ^= 1 << dice.randrange(8)
        path.write_bytes(changed)
        if verify_segment(path).is_clean:
            assert read_segment(path).equals(honest)
        else:
            found += 1
    assert found > 100


def test_a_file_of_which_nothing_is_right_ends_its_list(tmp_path: Path) -> None:
    rows = [
        StoredRow(n + 1, bytes(16), bytes(16), n + 1, "toy/1", b"\x00", bytes(65))
        for n in range(1 << 10)
    ]
    segment = parse_name(f"10-00000000-{'ab' * 32}.parquet")
    path = write_segment(tmp_path, segment, table_of(rows, derive(rows)[0]))
    findings = verify_segment(path).findings
    assert len(findings) == MOST_FINDINGS + 1
    assert findings[-1].code == "C1.more"


def _packed(ends: list[StreamEnd]) -> bytes:
    return b"".join(pack_end(*one) for one in ends)


def test_a_stream_that_does_not_go_on_across_segments_is_found(folder: Path) -> None:
    paths = paths_in(folder)
    folding = Folding()
    folding.add(fold_segment(paths[0]))
    with pytest.raises(ValueError, match="position 33"):
        folding.add(fold_segment(paths[2]))
    second = fold_segment(paths[1])
    ends = list(unpack_ends(second.ends))
    late = next(end for end in ends if end.first_version > 1)
    index = ends.index(late)
    ends[index] = late._replace(first_previous=bytes(16))
    broken = type(second)(second.segment, second.topics, _packed(ends))
    folding.add(broken)
    assert [one.code for one in folding.findings] == ["C5.chain"]
    ends[index] = late._replace(first_version=late.first_version + 1)
    again = Folding()
    again.add(fold_segment(paths[0]))
    again.add(type(second)(second.segment, second.topics, _packed(ends)))
    assert [one.code for one in again.findings] == ["C5.version"]


def test_what_cannot_be_read_is_refused_where_it_is_folded(folder: Path) -> None:
    path = paths_in(folder)[0]
    path.write_bytes(b"PAR1")
    with pytest.raises(TamperedError):
        fold_segment(path)


@pytest.mark.parametrize(
    "name",
    ["facts.parquet", f"5-00000000-{'a' * 64}.parquet", f"05-00000000-{'A' * 64}.parquet",
     f"05-000000000-{'a' * 64}.parquet", f"40-00000000-{'a' * 64}.parquet"],
)  # fmt: skip
def test_only_names_of_segments_are_read(name: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_name(name)
