"""The drawing and the table of a map say the same."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.coverage import coverage_of
from ledger.audit.coverage_map import map_of
from ledger.audit.findings import Finding, Severity
from verify_api.map_drawing import COLUMNS, STEP, drawing_of, runs_of

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@given(
    size=st.integers(0, 300_000), verified=st.integers(0, 300_000),
    found=st.lists(st.integers(1, 300_000), max_size=5),
)  # fmt: skip
def test_the_table_and_the_drawing_hold_every_cell(
    size: int, verified: int, found: list[int]
) -> None:
    findings = [
        Finding("C1.row", Severity.CRITICAL, {"position": one}, "this", "that") for one in found
    ]
    coverage = map_of(coverage_of([(0, min(verified, size))], findings, AT), size)
    drawing, runs = drawing_of(coverage), runs_of(coverage)
    assert [one.state for one in drawing.cells] == [one.state for one in coverage.cells]
    places = {(one.x, one.y) for one in drawing.cells}
    assert len(places) == len(coverage.cells)
    assert all(x < drawing.width and y < drawing.height for x, y in places)
    assert drawing.width == COLUMNS * STEP
    assert sum(one.last - one.first + 1 for one in runs) == size
    assert sum(one.verified for one in runs) == coverage.verified
    assert [one.first for one in runs[1:]] == [one.last + 1 for one in runs[:-1]]
