"""The log as a whole: upper tiles, heads that promise more, what is stale; and any `LogReader`."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from typing_extensions import override

from ledger.audit.freshness import Freshness
from ledger.audit.rows import open_rows
from ledger.audit.scope import Mode, Scope
from ledger.audit.tree import head_before, heads_within, logged_node, logged_root, upper_tiles
from ledger.audit.whole import Whole
from ledger.errors import ProofError
from ledger.transparency.merkle import EMPTY_ROOT, HASH_BYTES, leaf_hash, root_of
from ledger.transparency.tiles import Tile
from tests.ledger.audit.conftest import Begin, by_sql
from tests.ledger.audit.test_verify import audit, codes, grown
from tests_support.audited_ledger import BEGINNING
from tests_support.memory_log import MemoryLog

PART = 1 << 16
LEAVES = 70_000


@dataclass
class EditedLog(MemoryLog):
    """A log of which single tiles were edited, or taken away."""

    edits: dict[tuple[int, int], bytes | None] = field(default_factory=dict)

    @override
    def tiles(self, wanted: Sequence[Tile]) -> list[bytes]:
        found = super().tiles(wanted)
        for number, tile in enumerate(wanted):
            edit = self.edits.get((tile.level, tile.number), found[number])
            if edit is None:
                raise ProofError("no_such_tile", "taken away")
            found[number] = edit
        return found


@pytest.fixture(scope="module")
def large() -> EditedLog:
    log = EditedLog()
    log.add(*(number.to_bytes(8) for number in range(LEAVES)))
    return log


@pytest.fixture
def whole(large: EditedLog) -> Whole:
    known = Whole(PART)
    known.pass_over(logged_node(large, LEAVES, 16, 0))
    return known


def test_the_tiles_above_the_parts_are_the_parts_own(large: EditedLog, whole: Whole) -> None:
    assert list(upper_tiles(large, LEAVES, whole)) == []


@pytest.mark.parametrize("edit", [bytes(HASH_BYTES), None])
def test_an_edited_tile_above_the_parts_is_named(
    large: EditedLog, whole: Whole, edit: bytes | None
) -> None:
    log = replace(large, edits={(2, 0): edit})
    log._edge, log._tiles = large._edge, large._tiles
    (found,) = upper_tiles(log, LEAVES, whole)
    assert (found.code, found.place["level"], found.place["tile"]) == ("C2.tile", 2, 0)


def test_roots_are_read_from_the_logs_own_tiles(large: EditedLog) -> None:
    leaves = [leaf_hash(number.to_bytes(8)) for number in range(300)]
    assert logged_root(large, LEAVES, 300) == root_of(leaves)
    assert logged_root(large, LEAVES, 0) == EMPTY_ROOT
    assert logged_root(large, LEAVES, LEAVES + 1) is None
    assert logged_node(large, LEAVES, 16, 1) is None
    assert logged_node(None, LEAVES, 16, 0) is None


def test_heads_are_found_in_any_log() -> None:
    log = MemoryLog()
    for number in range(200):
        log.add(bytes([number]))
        log.publish(BEGINNING + timedelta(seconds=number))
    assert [head.size for head in heads_within(log, 10, 150)] == list(range(11, 151))
    before = head_before(log, 70)
    assert before is not None
    assert before.size == 70
    assert head_before(MemoryLog(), 5) is None


def test_a_log_in_memory_is_a_log(begin: Begin) -> None:
    ledger = begin()
    ledger.grow(300)
    log = MemoryLog()
    rows = open_rows(ledger.url)
    log.add(*(row[6] for batch in rows.batches(1, 300) for row in batch))
    rows.close()
    log.publish(ledger.at)
    evidence = replace(ledger.evidence, log=log, policy=log.policy)
    assert audit(ledger, evidence=evidence).exit_code == 0


def test_a_head_of_more_than_the_tree_has_is_found(begin: Begin) -> None:
    ledger = grown(begin, 300)
    by_sql(ledger.log_url, ("UPDATE log_head SET size = 200", ()))
    assert "C2.shorter" in codes(audit(ledger))


def test_an_old_cosignature_is_told(begin: Begin) -> None:
    ledger = grown(begin, 30)
    ledger.at += timedelta(days=1, seconds=1)
    (found,) = audit(ledger).findings
    assert found.code == "C9.stale"
    assert audit(ledger, freshness=Freshness(head_seconds=90_000)).findings == ()


def test_facts_that_wait_too_long_for_a_head_are_told(begin: Begin) -> None:
    ledger = grown(begin, 30)
    ledger.grow(5)
    assert audit(ledger).findings == ()
    ledger.at += timedelta(seconds=500)
    (found,) = audit(ledger).findings
    assert (found.code, found.place["position"], found.place["until"]) == ("C9.unlogged", 31, 35)


def test_the_newest_head_is_checked_even_where_its_part_was_not_read(begin: Begin) -> None:
    ledger = grown(begin, 700)
    head = ledger.heads[-1]
    by_sql(ledger.log_url,
           ("UPDATE log_checkpoint SET note = ? WHERE size = ?", (b"torn", head.size)))  # fmt: skip
    report = audit(ledger, Scope(Mode.RANGE, first=1, last=10))
    assert "C3.note_form" in codes(report)


def test_a_log_that_was_built_anew_contradicts_its_head_even_in_a_range(begin: Begin) -> None:
    ledger = grown(begin, 700)
    data = ledger.log.tiles([Tile(0, 2, 700 - 512)])[0]
    by_sql(ledger.log_url, ("UPDATE log_tile SET data = ? WHERE level = 0 AND number = 2",
                            (bytes(32) + data[32:],)))  # fmt: skip
    assert "C2.root" in codes(audit(ledger, Scope(Mode.RANGE, first=1, last=10)))
