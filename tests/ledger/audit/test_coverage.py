"""Which entries were verified when, and the map of it: the newer word counts, nothing is lost."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.coverage import (
    MOST_PLACES,
    Coverage,
    Place,
    Span,
    coverage_from_json,
    coverage_of,
    merged,
    stretch_of,
)
from ledger.audit.coverage_map import MOST_CELLS, CellState, map_of
from ledger.audit.evidence import Evidence
from ledger.audit.findings import Bound, Finding, Interval, Severity
from ledger.audit.memory import COVERAGE, AuditorMemory
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import verify
from ledger.errors import InvalidInputError
from tests_support.audited_ledger import AuditedLedger

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
LATER = AT + timedelta(days=1)


def found(code: str = "C1.row", **place: str | int) -> Finding:
    return Finding(code, Severity.CRITICAL, place, "this", "that")


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(1, 20)), max_size=6)


def in_order(drawn: list[tuple[int, int]], at: datetime) -> Coverage:
    """Return a coverage of the entries that any of the drawn ranges has."""
    entries = sorted({n for first, length in drawn for n in range(first, first + length)})
    return coverage_of([(n, n + 1) for n in entries], [], at)


def by_entry(coverage: Coverage) -> dict[int, datetime]:
    return {n: span.at for span in coverage.spans for n in range(span.first, span.until)}


@given(spans, spans)
def test_of_two_audits_the_newer_counts_entry_by_entry(
    old: list[tuple[int, int]], new: list[tuple[int, int]]
) -> None:
    older, newer = in_order(old, AT), in_order(new, LATER)
    both = merged(older, newer)
    assert by_entry(both) == by_entry(older) | by_entry(newer)
    assert coverage_from_json(both.as_json()) == both


@given(st.lists(st.integers(1, 6_000), max_size=20), st.integers(1, 6_000), st.integers(1, 8))
def test_a_map_counts_every_entry_and_every_finding(
    indexes: list[int], size: int, most: int
) -> None:
    findings = [found(position=n) for n in indexes]
    drawn = map_of(coverage_of([(0, size // 2)], findings, AT), size, most=most)
    assert len(drawn.cells) <= most
    assert drawn.verified == size // 2
    assert drawn.cells[0].first == 0
    assert drawn.cells[-1].until == size
    for number, cell in enumerate(drawn.cells):
        assert cell.findings == sum((n - 1) // drawn.cell_entries == number for n in indexes)
        assert (cell.state is CellState.FINDINGS) == (cell.findings > 0)
        assert (cell.since is None) == (cell.verified == 0)


def test_a_billion_entries_are_a_map_of_few_cells() -> None:
    size = 1_000_000_000
    drawn = map_of(coverage_of([(0, size)], [found(position=size)], AT), size)
    assert MOST_CELLS // 2 < len(drawn.cells) <= MOST_CELLS
    assert drawn.count(CellState.VERIFIED) == len(drawn.cells) - 1
    assert drawn.cells[-1].state is CellState.FINDINGS


def test_a_cell_is_as_old_as_what_was_verified_longest_ago_in_it() -> None:
    both = merged(coverage_of([(0, 512)], [], AT), coverage_of([(100, 200)], [], LATER))
    assert [cell.since for cell in map_of(both, 512).cells] == [AT, AT]
    assert [cell.since for cell in map_of(merged(both, in_order([(0, 20)], LATER)), 256).cells] == [
        AT
    ]


def test_an_empty_log_has_an_empty_map() -> None:
    assert map_of(Coverage(), 0).cells == ()
    assert map_of(Coverage(), 1).cells[0].state is CellState.UNCHECKED


@pytest.mark.parametrize(
    ("finding", "where"),
    [
        (found(position=17), (16, 17)),
        (found(position=17, index=16, until=40), (16, 40)),
        (found("C2.tile", level=0, tile=2), (512, 768)),
        (found("C2.tile", level=1, tile=1), (65_536, 131_072)),
        (found("C2.root", size=300), (299, 300)),
        (found("C7.changed", view="work_queue", position=9), None),
        (found("C9.stale", size=300), None),
        (found("C4.witness", origin="log.example"), None),
    ],
)
def test_a_finding_is_at_the_entries_that_its_place_names(
    finding: Finding, where: tuple[int, int] | None
) -> None:
    assert stretch_of(finding) == where


def test_a_wrong_head_is_at_all_that_came_since_the_last_good_one() -> None:
    interval = Interval(Bound(100, AT), Bound(300, AT))
    finding = Finding("C2.root", Severity.CRITICAL, {"size": 300}, "this", "that", interval)
    assert stretch_of(finding) == (100, 300)


def test_what_is_read_again_loses_its_old_findings_and_nothing_else_does() -> None:
    older = coverage_of([(0, 1_024)], [found(position=1), found(position=1_000)], AT)
    both = merged(older, coverage_of([(0, 512)], [found("C1.entry", position=300)], LATER))
    assert [(one.first, one.code) for one in both.places] == [(256, "C1.entry"), (768, "C1.row")]


def test_a_flood_of_findings_is_kept_as_wider_places_that_lose_none() -> None:
    findings = [found(position=n * 256 + 1) for n in range(3 * MOST_PLACES)]
    kept = coverage_of([(0, 10)], findings, AT).places
    assert len(kept) <= MOST_PLACES
    assert sum(one.times for one in kept) == len(findings)


@pytest.mark.parametrize(
    "value",
    [
        [], {}, {"coverage": 2}, {"coverage": 1},
        {"coverage": 1, "spans": [[5, 5, AT.isoformat()]], "places": [], "elsewhere": 0},
        {"coverage": 1, "spans": [[0, 5, "2026-11-23"]], "places": [], "elsewhere": 0},
        {"coverage": 1, "spans": [[0, 9, AT.isoformat()], [5, 12, AT.isoformat()]],
         "places": [], "elsewhere": 0},
    ],
)  # fmt: skip
def test_what_is_no_coverage_is_refused(value: object) -> None:
    with pytest.raises(InvalidInputError) as refused:
        coverage_from_json(value)
    assert refused.value.rule == "coverage_form"


@pytest.fixture
def ledger(tmp_path: Path) -> AuditedLedger:
    made = AuditedLedger(f"sqlite:///{tmp_path}/ledger.db", f"sqlite:///{tmp_path}/log.db", seed=5)
    made.grow(1_500)
    made.publish()
    return made


def test_a_memory_keeps_what_its_audits_have_verified(
    ledger: AuditedLedger, tmp_path: Path
) -> None:
    memory = AuditorMemory(tmp_path / "memory")
    first = Scope(Mode.RANGE, first=1, last=256)
    verify(ledger.evidence, first, at=AT, memory=memory, part_rows=256)
    assert memory.coverage().spans == (Span(0, 256, AT),)
    report = verify(ledger.evidence, at=LATER, memory=memory, part_rows=256)
    assert memory.coverage().spans == (Span(0, 1_500, LATER),)
    assert report.coverage.spans == (Span(0, 1_500, LATER),)
    assert AuditorMemory(tmp_path / "memory").coverage() == memory.coverage()
    ledger.close()


def test_facts_without_a_published_head_are_not_verified(ledger: AuditedLedger) -> None:
    ledger.grow(100)
    report = verify(ledger.evidence, at=ledger.at, part_rows=256)
    assert report.coverage.spans == (Span(0, 1_500, ledger.at),)
    ledger.close()


def test_without_a_log_or_a_policy_nothing_counts_as_verified(ledger: AuditedLedger) -> None:
    for evidence in (Evidence(ledger.url), Evidence(ledger.url, ledger.log_url)):
        assert verify(evidence, at=AT, part_rows=256).coverage == Coverage()
    ledger.close()


def test_a_damaged_coverage_stops_an_audit_before_it_begins(
    ledger: AuditedLedger, tmp_path: Path
) -> None:
    memory = AuditorMemory(tmp_path / "memory")
    for content in (b"{", b"{}"):
        (tmp_path / "memory" / COVERAGE).write_bytes(content)
        with pytest.raises(InvalidInputError):
            verify(ledger.evidence, at=AT, memory=memory, part_rows=256)
    ledger.close()


def test_places_say_when_they_were_found() -> None:
    assert coverage_of([], [found(position=1), found(position=2)], AT).places == (
        Place(0, 256, "C1.row", 2, AT),
    )
