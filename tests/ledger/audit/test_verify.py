from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.audit.evidence import HeldProof
from ledger.audit.findings import Finding
from ledger.audit.heads import OutsideHead
from ledger.audit.memory import AuditorMemory
from ledger.audit.report import Progress, Report
from ledger.audit.rows import open_rows
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import plan_of, verify
from ledger.errors import InvalidInputError
from ledger.store.entry import read_state, row_digest, write_body, write_entry, write_state
from ledger.transparency.log import prove
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.tiles import Edge, Tile
from tests.ledger.audit.conftest import Begin, by_sql
from tests_support.audited_ledger import AuditedLedger

PART = 256
UPDATE = "UPDATE ledger_facts SET"


def audit(ledger: AuditedLedger, scope: Scope | None = None, **more: Any) -> Report:
    evidence = more.pop("evidence", ledger.evidence)
    return verify(evidence, scope, at=ledger.at, part_rows=PART, **more)


def codes(report: Report) -> set[str]:
    return {one.code for one in report.findings}


def positions(report: Report, code: str) -> list[Any]:
    return [one.place.get("position") for one in report.findings if one.code == code]


def grown(begin: Begin, facts: int = 900, *, seed: int = 0) -> AuditedLedger:
    ledger = begin(seed)
    ledger.grow(facts, publish_every=120)
    ledger.publish()
    return ledger


@pytest.mark.many_cases
@pytest.mark.parametrize("seed", range(20))
def test_a_clean_copy_of_any_history_gives_no_finding(begin: Begin, seed: int) -> None:
    ledger = begin(seed)
    ledger.grow(ledger.dice.randint(1, 700), most=20, publish_every=ledger.dice.randint(1, 200))
    ledger.publish()
    ledger.grow(ledger.dice.randint(0, 9))
    report = audit(ledger)
    assert report.findings == ()
    assert report.exit_code == 0
    assert report.rows == ledger.facts.head()
    assert report.heads == report.heads_checked == len(ledger.heads)
    assert report.head_size == ledger.heads[-1].size


def test_several_processes_find_the_same(begin: Begin) -> None:
    ledger = grown(begin)
    by_sql(ledger.url, (f"{UPDATE} topic = ? WHERE position = ?", ("toy.met/1", 300)))
    one, two = audit(ledger), audit(ledger, processes=2)
    assert one == two
    assert positions(one, "C1.row") == [300]


def test_an_empty_ledger_is_clean_once_it_has_a_log(begin: Begin) -> None:
    assert audit(begin()).findings == ()


def test_facts_that_no_head_was_published_over_were_not_checked(begin: Begin) -> None:
    ledger = begin()
    ledger.grow(5)
    report = audit(ledger)
    assert report.exit_code == 2
    assert "C3" in report.unchecked


def test_without_log_and_policy_it_says_what_was_not_checked(begin: Begin) -> None:
    ledger = grown(begin, 50)
    report = audit(ledger, evidence=replace(ledger.evidence, log=None, policy=None))
    assert report.exit_code == 2
    assert report.unchecked.keys() >= {"C2", "C3", "C4"}


# An attacker who edits rows


@pytest.mark.parametrize("column", ["topic", "event_id", "state", "originator_id"])
def test_a_row_that_was_edited_is_named(begin: Begin, column: str) -> None:
    ledger = grown(begin)
    values: dict[str, object] = {
        "topic": "toy.met/1",
        "event_id": UUID(int=5) if ledger.url.startswith("postgres") else UUID(int=5).bytes,
        "state": b"\x80",
        "originator_id": UUID(int=9) if ledger.url.startswith("postgres") else UUID(int=9).bytes,
    }
    by_sql(ledger.url, (f"{UPDATE} {column} = ? WHERE position = 400", (values[column],)))
    report = audit(ledger)
    assert report.exit_code == 1
    assert set(positions(report, "C1.row")) == {400}
    assert not codes(report) & {"C2.root", "C2.leaf", "C3.signature_wrong"}


def test_an_entry_that_was_edited_is_named_and_the_heads_stay_believed(begin: Begin) -> None:
    ledger = grown(begin)
    by_sql(ledger.url, (f"{UPDATE} entry = ? WHERE position = 400", (b"\x01" * 65,)))
    report = audit(ledger)
    assert positions(report, "C2.leaf") == [400]
    assert "C2.root" not in codes(report)


def test_a_missing_row_is_named_and_the_others_are_checked_on(begin: Begin) -> None:
    ledger = grown(begin)
    by_sql(
        ledger.url,
        ("DELETE FROM ledger_facts WHERE position = ?", (300,)),
        (f"{UPDATE} topic = ? WHERE position = ?", ("toy.met/1", 700)),
    )
    report = audit(ledger)
    assert positions(report, "C5.missing") == [300]
    assert positions(report, "C1.row") == [700]
    assert "C2.root" not in codes(report)


def test_a_tail_that_was_cut_off_is_a_range(begin: Begin) -> None:
    ledger = grown(begin)
    by_sql(ledger.url, ("DELETE FROM ledger_facts WHERE position > ?", (750,)))
    (missing,) = [one for one in audit(ledger).findings if one.code == "C5.missing"]
    assert (missing.place["position"], missing.place["until"]) == (751, ledger.heads[-1].size)


def test_two_rows_that_changed_places_are_named(begin: Begin) -> None:
    ledger = grown(begin)
    by_sql(
        ledger.url,
        (f"{UPDATE} position = -1 WHERE position = 500", ()),
        (f"{UPDATE} position = 500 WHERE position = 510", ()),
        (f"{UPDATE} position = 510 WHERE position = -1", ()),
    )
    assert set(positions(audit(ledger), "C2.leaf")) == {500, 510}


def test_rows_that_were_moved_on_for_one_more_are_one_range(begin: Begin) -> None:
    ledger = grown(begin, 600)
    end = ledger.facts.head()
    by_sql(
        ledger.url,
        (f"{UPDATE} position = -position WHERE position >= 400", ()),
        (f"{UPDATE} position = 1 - position WHERE position < 0", ()),
    )
    report = audit(ledger)
    assert positions(report, "C5.missing") == [400]
    (shifted,) = [one for one in report.findings if one.code == "C2.leaf"]
    assert (shifted.place["position"], shifted.place["until"]) == (401, end)


def test_a_tile_that_was_edited_is_named_and_not_the_rows(begin: Begin) -> None:
    ledger = grown(begin)
    edited = bytes(32) * 256
    by_sql(ledger.log_url,
           ("UPDATE log_tile SET data = ? WHERE level = 0 AND number = 1", (edited,)))  # fmt: skip
    report = audit(ledger)
    (found,) = report.findings
    assert found.code == "C2.tile"
    assert (found.place["level"], found.place["tile"]) == (0, 1)


def test_an_upper_tile_that_was_edited_is_named(begin: Begin) -> None:
    ledger = grown(begin)
    data = ledger.log.tiles([Tile(1, 0, 3)])[0]
    edited = data[:32] + bytes(32) + data[64:]
    by_sql(ledger.log_url,
           ("UPDATE log_tile SET data = ? WHERE level = 1 AND number = 0", (edited,)))  # fmt: skip
    (found,) = audit(ledger).findings
    assert found.code == "C2.tile"
    assert (found.place["level"], found.place["row"]) == (1, 1)


def test_a_deleted_tile_is_named(begin: Begin) -> None:
    ledger = grown(begin)
    by_sql(ledger.log_url, ("DELETE FROM log_tile WHERE level = 0 AND number = 1", ()))
    (found,) = audit(ledger).findings
    assert (found.code, found.place["tile"]) == ("C2.tile", 1)


@pytest.mark.parametrize("note", [b"nothing", b"", "a text"])
def test_a_head_whose_note_was_edited_is_named(begin: Begin, note: object) -> None:
    ledger = grown(begin)
    if isinstance(note, str) and ledger.url.startswith("postgres"):
        note = note.encode()
    size = ledger.heads[2].size
    by_sql(ledger.log_url, ("UPDATE log_checkpoint SET note = ? WHERE size = ?", (note, size)))
    (found,) = audit(ledger).findings
    assert found.code.startswith("C3.")
    assert found.place["size"] == size


def test_cosignatures_that_were_taken_away_are_named(begin: Begin) -> None:
    ledger = grown(begin)
    head = ledger.heads[1]
    fewer = b"\n".join(head.note.split(b"\n")[:-2]) + b"\n"
    by_sql(ledger.log_url,
           ("UPDATE log_checkpoint SET note = ? WHERE size = ?", (fewer, head.size)))  # fmt: skip
    (found,) = audit(ledger).findings
    assert (found.code, found.place["size"]) == ("C3.quorum_missed", head.size)


# An attacker who also builds the log anew


def rewritten(ledger: AuditedLedger, position: int) -> None:
    """Change a fact, its entry, and all tiles; the heads cannot be signed again."""
    rows = open_rows(ledger.url)
    row = rows.at(position)
    assert row is not None
    state = read_state(row.state)
    body = write_body({**state.body, "changed": 1})
    changed = write_state(body, state.envelope, state.sealed)
    digest = row_digest(UUID(bytes=row.stream_id), row.version, row.topic,
                        UUID(bytes=row.event_id), changed)  # fmt: skip
    entry = write_entry(digest, sha256(b"what it means now").digest())
    by_sql(ledger.url, (f"{UPDATE} state = ?, entry = ? WHERE position = ?",
                        (changed, entry, position)))  # fmt: skip
    size = ledger.log.size()
    entries = [row[6] for batch in rows.batches(1, size) for row in batch]
    rows.close()
    tiles = Edge().append([leaf_hash(one) for one in entries])
    by_sql(ledger.log_url, *(
        ("UPDATE log_tile SET data = ? WHERE level = ? AND number = ?",
         (data, tile.level, tile.number))
        for tile, data in tiles
    ))  # fmt: skip


def test_a_log_that_was_built_anew_contradicts_every_later_head(begin: Begin) -> None:
    ledger = grown(begin)
    rewritten(ledger, 400)
    first = next(head.size for head in ledger.heads if head.size >= 400)
    before = max(head.size for head in ledger.heads if head.size < 400)
    (found,) = [one for one in audit(ledger).findings if one.code == "C2.root"]
    assert (found.place["size"], found.place["until"]) == (first, ledger.heads[-1].size)
    assert found.interval is not None
    assert found.interval.after is not None
    assert found.interval.until is not None
    assert (found.interval.after.size, found.interval.until.size) == (before, first)


@pytest.mark.parametrize("keep", [False, True])
def test_an_auditor_with_memory_names_the_tile_or_the_entry(
    begin: Begin, tmp_path: Path, *, keep: bool
) -> None:
    ledger = grown(begin)
    memory = AuditorMemory(tmp_path / "memory")
    assert audit(ledger, memory=memory, keep_leaves=keep).moved_on
    rewritten(ledger, 400)
    report = audit(ledger, memory=memory, keep_leaves=keep)
    assert "C4.root" in codes(report)
    assert not report.moved_on
    assert memory.size == ledger.heads[-1].size
    if keep:
        assert positions(report, "C4.entry") == [400]
    else:
        (tile,) = [one for one in report.findings if one.code == "C4.tile"]
        assert (tile.place["position"], tile.place["until"]) == (257, 512)


def test_an_old_head_in_anybodys_hands_is_enough(begin: Begin) -> None:
    ledger = grown(begin)
    old = ledger.heads[-2]
    rewritten(ledger, 100)
    outside = (OutsideHead("kept.txt", old.note),)
    report = audit(ledger, evidence=replace(ledger.evidence, outside=outside))
    (found,) = [one for one in report.findings if one.code == "C4.root"]
    assert found.place == {"file": "kept.txt", "size": old.size}


def test_a_history_that_was_rolled_back_is_found_by_an_old_head(begin: Begin) -> None:
    ledger, other = grown(begin), grown(begin, 300, seed=1)
    outside = (OutsideHead("kept.txt", ledger.heads[-1].note),)
    evidence = replace(other.evidence, policy=ledger.policy, outside=outside)
    assert "C4.rollback" in codes(audit(other, evidence=evidence))


def test_a_head_that_the_log_never_signed_proves_nothing(begin: Begin) -> None:
    ledger, other = grown(begin, 200), grown(begin, 300, seed=1)
    outside = (OutsideHead("kept.txt", other.heads[-1].note), OutsideHead("torn.txt", b"torn"))
    report = audit(ledger, evidence=replace(ledger.evidence, outside=outside))
    assert [one.place["file"] for one in report.findings] == ["torn.txt", "kept.txt"]
    assert all(one.code.startswith("C4.") for one in report.findings)


def test_a_holders_proof_is_held_against_the_row(begin: Begin) -> None:
    ledger = grown(begin)
    head = ledger.heads[-1]
    proofs = tuple(
        HeldProof(f"{position}.tlog-proof", prove(ledger.log, position - 1, head).write())
        for position in (10, 20)
    )
    evidence = replace(ledger.evidence, proofs=proofs)
    assert audit(ledger, evidence=evidence).findings == ()
    by_sql(ledger.url, (f"{UPDATE} entry = ? WHERE position = 20", (b"\x01" * 65,)))
    found = [one for one in audit(ledger, evidence=evidence).findings if one.code[:2] == "C8"]
    assert [one.place["position"] for one in found] == [20]


# How much is read


def test_since_reads_only_what_is_new(begin: Begin, tmp_path: Path) -> None:
    ledger = grown(begin)
    memory = AuditorMemory(tmp_path / "memory")
    audit(ledger, memory=memory)
    former = memory.size
    ledger.grow(200, publish_every=50)
    ledger.publish()
    report = audit(ledger, Scope(Mode.SINCE), memory=memory)
    assert report.findings == ()
    assert report.rows <= ledger.facts.head() - former + PART
    assert report.moved_on
    assert memory.size == ledger.heads[-1].size
    assert audit(ledger, memory=memory).findings == ()


def test_since_needs_a_memory(begin: Begin) -> None:
    with pytest.raises(InvalidInputError) as refused:
        audit(grown(begin, 20), Scope(Mode.SINCE))
    assert refused.value.rule == "memory_empty"


def test_a_range_reads_its_parts_and_finds_what_is_in_them(begin: Begin) -> None:
    ledger = grown(begin)
    by_sql(ledger.url, (f"{UPDATE} topic = ? WHERE position IN (100, 600)", ("toy.met/1",)))
    report = audit(ledger, Scope(Mode.RANGE, first=513, last=700))
    assert report.rows == PART
    assert positions(report, "C1.row") == [600]
    assert report.head_size == ledger.heads[-1].size


def test_a_sample_is_drawn_by_its_seed(begin: Begin) -> None:
    ledger = grown(begin)
    scope = Scope(Mode.SAMPLE, sample=2, seed=7)
    first, second = audit(ledger, scope), audit(ledger, scope)
    assert first == second
    assert first.findings == ()
    assert 0 < first.rows <= 2 * PART


def test_a_range_that_is_not_there_is_refused(begin: Begin) -> None:
    with pytest.raises(InvalidInputError) as refused:
        audit(grown(begin, 20), Scope(Mode.RANGE, first=5, last=10_000))
    assert refused.value.rule == "range"


def test_a_plan_reads_nothing_and_says_how_much(begin: Begin) -> None:
    ledger = grown(begin, 600)
    plan = plan_of(ledger.evidence, Scope(), part_rows=PART)
    assert (plan.rows, plan.size) == (ledger.facts.head(), ledger.heads[-1].size)


def test_progress_is_exact(begin: Begin) -> None:
    ledger = grown(begin)
    told: list[Progress] = []
    audit(ledger, tell=told.append)
    rows = [one for one in told if one.stage == "rows"]
    assert [one.done for one in rows] == [256, 512, 768, ledger.facts.head()]
    assert rows[-1].done == rows[-1].total
    assert told[-1].done == told[-1].total


def test_findings_say_between_which_heads(begin: Begin) -> None:
    ledger = grown(begin)
    by_sql(ledger.url, (f"{UPDATE} topic = ? WHERE position = 400", ("toy.met/1",)))
    found: Finding = next(one for one in audit(ledger).findings if one.code == "C1.row")
    assert found.interval is not None
    assert found.interval.until is not None
    assert found.interval.until.size == next(h.size for h in ledger.heads if h.size >= 400)
    assert found.interval.until.at is not None
