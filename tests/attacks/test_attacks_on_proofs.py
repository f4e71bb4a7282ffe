"""Attacks on what leaves the log: forks before witnesses, proofs, mirrors, notes, empty proof."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import pytest

from ledger.audit.evidence import Evidence, HeldProof
from ledger.audit.findings import Finding
from ledger.audit.heads import OutsideHead
from ledger.audit.verify import verify
from ledger.errors import LogError, ProofError
from ledger.store.databases import open_store
from ledger.store.head_file import HeadFile
from ledger.store.log_export import export
from ledger.store.log_publisher import LogPublisher
from ledger.store.log_store import LogStore, open_log
from ledger.store.registry import FACT_TYPES
from ledger.store.withheld import WithheldParts
from ledger.store.witness_round import WitnessRound
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import sign
from ledger.transparency.log import PublishedHead, connect, prove
from ledger.transparency.merkle import EMPTY_ROOT, verify_consistency
from ledger.transparency.note import Note, Signature, parse_note, write_note
from ledger.transparency.proof import parse_proof
from ledger.transparency.witness_request import BEHIND, write_request
from ledger.transparency.witnessing import UNPROVEN
from tests.attacks.attacks import insert_tail, payload
from tests_support.attacked_copy import AttackedCopy
from tests_support.attacked_house import PART
from tests_support.attacked_places import by_sql
from tests_support.memory_log import ORIGIN, MemoryLog


def signed(copy: AttackedCopy, size: int, root: bytes) -> bytes:
    """Return a head signed by the log's two keys alone, as a thief of both can make it."""
    head = Checkpoint(ORIGIN, size, root)
    return write_note(Note(head.text, tuple(sign(head, one) for one in copy.house.signers)))


def forked(copy: AttackedCopy) -> LogStore:
    """Return the log of another history that begins as the witnessed one did, and is longer."""
    payload(copy)
    insert_tail(copy)
    copy.rebuild()
    return open_log(copy.places.log)


def found(copy: AttackedCopy, evidence: Evidence) -> list[Finding]:
    """Return what an auditor without a memory finds."""
    return list(verify(evidence, at=copy.at, part_rows=PART).findings)


def test_a24_no_witness_cosigns_a_fork(copy: AttackedCopy) -> None:
    log, seen = forked(copy), copy.house.heads[-1]
    edge = log.edge()
    note = signed(copy, edge.size, edge.root)
    proof = connect(log, seen.size, PublishedHead(edge.size, edge.root, note, None))
    log.close()
    for witness in copy.house.witnesses.values():
        reply = witness.add_checkpoint(write_request(seen.size, proof, note))
        assert reply.status == UNPROVEN
        assert edge.root in {one.checkpoint.root for one in witness.store.evidence()}
        head = witness.store.head(ORIGIN)
        assert head is not None
        assert head.checkpoint.root == seen.root


def test_a24_no_witness_cosigns_another_head_of_the_same_size(copy: AttackedCopy) -> None:
    payload(copy)
    copy.rebuild()
    log = open_log(copy.places.log)
    edge = log.edge()
    log.close()
    note = signed(copy, edge.size, edge.root)
    for witness in copy.house.witnesses.values():
        assert witness.add_checkpoint(write_request(edge.size, (), note)).status == UNPROVEN


def test_a24_the_publisher_of_a_fork_gets_no_quorum(copy: AttackedCopy, tmp_path: Path) -> None:
    """Though the thief also takes away all that its own publisher remembers."""
    log = forked(copy)
    by_sql(copy.places.log, ("DELETE FROM log_checkpoint", ()))
    asking = WitnessRound(log, copy.house.policy, copy.house.client, patience_seconds=60)
    publisher = LogPublisher(
        log, origin=ORIGIN, signers=copy.house.signers, witnesses=asking,
        memory=HeadFile(tmp_path / "newest"),
    )  # fmt: skip
    try:
        with pytest.raises(LogError) as refused:
            publisher.publish()
    finally:
        asking.close()
        log.close()
    assert refused.value.rule == "fork_refused"
    assert len(publisher.objections) == len(copy.house.witnesses)


def a_proof(copy: AttackedCopy, position: int) -> bytes:
    """Return the honest proof of a row."""
    log = open_log(copy.places.log, read_only=True)
    try:
        return prove(log, position - 1, copy.house.heads[-1]).write()
    finally:
        log.close()


def test_a30_a_proof_that_was_moved_to_another_entry_is_refused(copy: AttackedCopy) -> None:
    proof = parse_proof(a_proof(copy, 100))
    held = tuple(
        HeldProof(f"moved-to-{index}", replace(proof, index=index).write()) for index in (100, 98)
    )
    findings = found(copy, replace(copy.evidence(), proofs=held))
    assert [one.code.partition(".")[0] for one in findings] == ["C8", "C8"]
    assert {one.place["file"] for one in findings} == {"moved-to-100", "moved-to-98"}


@pytest.mark.parametrize("origin", [ORIGIN, "elsewhere.example/log"])
def test_a30_a_proof_under_another_logs_head_is_refused(copy: AttackedCopy, origin: str) -> None:
    """Of another origin, or of the same one with keys that are not its own."""
    other = MemoryLog(origin=origin)
    other.add(*(one.entry for one in copy.facts()))
    head = other.publish(copy.at)
    held = HeldProof("elsewhere", prove(other, 99, head).write())
    of_head, of_proof = found(copy, replace(copy.evidence(), proofs=(held,)))
    assert (of_head.code, of_head.place["file"]) == ("C4.unsigned", "elsewhere")
    expected = "C8.log_unsigned" if origin == ORIGIN else "C8.log_unknown"
    assert (of_proof.code, of_proof.place["position"]) == (expected, 100)


def test_a31_a_mirrors_changed_tile_is_named(copy: AttackedCopy, tmp_path: Path) -> None:
    log = open_log(copy.places.log)
    facts = open_store(
        copy.places.ledger, types=FACT_TYPES, seals=WithheldParts(), ids=_no_identifiers
    )
    mirror = tmp_path / "mirror"
    try:
        export(log, facts, copy.house.policy, mirror)
    finally:
        facts.close()
        log.close()
    evidence = replace(copy.evidence(), log=f"file://{mirror}")
    assert found(copy, evidence) == []
    tiles = sorted(file for file in (mirror / "tile").rglob("*") if file.is_file())
    tiles = [file for file in tiles if "entries" not in file.parts]
    assert len(tiles) >= 3
    for tile in tiles:
        content = tile.read_bytes()
        tile.write_bytes(bytes([content[0] ^ 1]) + content[1:])
        (finding,) = found(copy, evidence)
        level, number = tile.relative_to(mirror / "tile").parts[:2]
        assert finding.code == "C2.tile"
        named_tile = (finding.place["level"], finding.place["tile"])
        assert named_tile == (int(level), int(number.removesuffix(".p")))
        tile.write_bytes(content)


def _no_identifiers() -> NoReturn:
    raise AssertionError("nothing is written")


def test_a32_two_heads_of_one_size_are_a_finding(copy: AttackedCopy) -> None:
    """Each node's head is whole by itself: only together do they show that there are two trees."""
    newest = copy.house.heads[-1]
    other = signed(copy, newest.size, bytes(32))
    evidence = copy.evidence()
    outside = (*evidence.outside, OutsideHead("node-two", other))
    (finding,) = found(copy, replace(evidence, outside=outside))
    assert finding.code == "C4.root"
    assert finding.place == {"file": "node-two", "size": newest.size}


def with_line(copy: AttackedCopy, change: Callable[[Signature], Signature | None]) -> list[Finding]:
    """Return what is found once one cosignature line of a head is another one, or one more."""
    head = copy.house.heads[2]
    note = parse_note(head.note)
    last = note.signatures[-1]
    new = change(last)
    lines = note.signatures[:-1] if new is not None and new.key_id == last.key_id else ()
    more = (new,) if new is not None else ()
    edited = write_note(Note(note.text, (*(lines or note.signatures), *more)))
    by_sql(
        copy.places.log,
        ("UPDATE log_checkpoint SET note = ? WHERE size = ?", (edited, head.size)),
    )
    return found(copy, copy.evidence())


def test_a33_a_wrong_signature_of_a_known_key_ends_the_whole_note(copy: AttackedCopy) -> None:
    """Though all the others are right and enough."""
    (finding,) = with_line(
        copy, lambda line: line._replace(blob=bytes([line.blob[0] ^ 1]) + line.blob[1:])
    )
    assert finding.code == "C3.signature_wrong"
    assert finding.place["size"] == copy.house.heads[2].size


def test_a33_a_strangers_signature_under_a_known_key_id_is_refused(copy: AttackedCopy) -> None:
    stranger = MemoryLog().witnesses[0]
    head = copy.house.heads[2]
    line = sign(Checkpoint(ORIGIN, head.size, head.root), stranger, copy.at)
    (finding,) = with_line(copy, lambda known: known._replace(blob=line.blob))
    assert finding.code.startswith("C3.")
    assert finding.place["size"] == head.size


def test_a33_a_strangers_signature_under_its_own_id_counts_for_nothing(copy: AttackedCopy) -> None:
    stranger = MemoryLog().witnesses[0]
    head = copy.house.heads[2]
    line = sign(Checkpoint(ORIGIN, head.size, head.root), stranger, copy.at)
    assert with_line(copy, lambda _known: line) == []


def test_a34_a_proof_from_nothing_shows_nothing(copy: AttackedCopy) -> None:
    newest = copy.house.heads[-1]
    with pytest.raises(ProofError) as refused:
        verify_consistency(old=0, size=newest.size, old_root=EMPTY_ROOT, root=newest.root, proof=())
    assert refused.value.rule == "no_such_tree"


def test_a34_a_witness_is_not_led_back_to_nothing(copy: AttackedCopy) -> None:
    """It names what it knows, whatever is offered as the way from size 0."""
    log = forked(copy)
    edge = log.edge()
    log.close()
    note = signed(copy, edge.size, edge.root)
    for witness in copy.house.witnesses.values():
        reply = witness.add_checkpoint(write_request(0, (), note))
        assert reply.status == BEHIND
        assert reply.body == b"%d\n" % copy.house.heads[-1].size
