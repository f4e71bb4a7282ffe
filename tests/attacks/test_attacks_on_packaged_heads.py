"""Forgers who change head, proofs, policy or words of an evidence package (A35)."""

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ledger.audit.package import verify
from ledger.audit.package.package import NOTE
from ledger.transparency.bulk import prove_many
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.cosignature import sign
from ledger.transparency.note import Note, Signature, parse_note, write_note
from tests_support.evidence_packages import (
    AT,
    Files,
    House,
    checked,
    flipped,
    forged,
    written,
)
from tests_support.forged_packages import HEAD, POLICY, wrong
from tests_support.memory_log import MemoryLog


def test_a_head_of_another_log_is_not_believed(shop: House, package: Files) -> None:
    """Of the same name, with tree and proofs that hold, and a policy in the bag that says so."""
    other = MemoryLog()
    other.add(*(row.entry for row in shop.rows))
    head = other.publish(AT)
    proofs = prove_many(other, range(len(shop.rows)), head)
    files = shop.package(head=head.note, proofs={index: one.write() for index, one in proofs})
    assert "the log has not signed" in wrong(shop.checked(files))
    swapped = House()
    swapped.log, swapped.exporter = other, shop.exporter
    believing = shop.package(
        head=head.note, policy=swapped.policy.encode(),
        proofs={index: one.write() for index, one in prove_many(other, range(10), head)},
    )  # fmt: skip
    assert "the log has not signed" in wrong(shop.checked(believing))
    fooled = shop.checked(believing, policy=None)
    assert (fooled.wrong, fooled.exit_code) == ([], 2), "why a policy in the bag proves nothing"


def test_a_swapped_policy_does_not_believe_the_head(shop: House, package: Files) -> None:
    swapped = forged(package, {POLICY: House().policy.encode()})
    assert "head: the log has not signed" in wrong(checked(swapped, key=None, policy=None))
    outcome = shop.checked(swapped)
    assert outcome.exit_code == 1
    assert "the package's own policy is another one than --policy" in "".join(outcome.remarks)


def test_a_policy_without_witnesses_is_not_taken_from_the_bag(shop: House, package: Files) -> None:
    """The thief of the log's keys takes the cosignatures away, and says that none is needed."""
    note = package[HEAD].decode().splitlines(keepends=True)
    alone = "".join(line for line in note if "witness.example" not in line).encode()
    logs = [line for line in shop.policy.splitlines() if line.startswith("log ")]
    policy = "\n".join((*logs, "quorum none", "")).encode()
    proofs = {
        name: content.replace(package[HEAD], alone)
        for name, content in package.items()
        if name.startswith("data/proofs/")
    }
    files = forged(package, {HEAD: alone, POLICY: policy, **proofs})
    assert checked(files, key=None, policy=None).exit_code == 2
    assert "fewer witnesses have cosigned" in wrong(shop.checked(files))


def test_one_wrong_signature_of_a_known_key_ends_the_head(shop: House, package: Files) -> None:
    """By the log or its witness, Ed25519 or ML-DSA-44; a line of a stranger counts for nothing."""
    note = parse_note(package[HEAD])
    assert len(note.signatures) == 4
    proofs = {name: package[name] for name in package if name.startswith("data/proofs/")}

    def with_lines(*changed: Signature) -> Files:
        head = write_note(Note(note.text, changed))
        new = {name: one.replace(package[HEAD], head) for name, one in proofs.items()}
        return forged(package, {HEAD: head, **new})

    for at, line in enumerate(note.signatures):
        broken = line._replace(blob=flipped(line.blob, -1))
        lines_ = (*note.signatures[:at], broken, *note.signatures[at + 1 :])
        assert f"head: a signature that is not by {line.name}" in wrong(
            shop.checked(with_lines(*lines_))
        )
    stranger = Signature("stranger.example", b"1234", b"x" * 64)
    outcome = shop.checked(with_lines(*note.signatures, stranger))
    assert [one.partition(":")[0] for one in outcome.wrong] == ["export"]


def test_a_cosignature_without_a_time_is_none(shop: House) -> None:
    head = Checkpoint(shop.log.origin, shop.head.size, shop.head.root)
    witness = shop.log.witnesses[0]
    key = verify.read_key(witness.key.vkey)
    for at, good in ((AT, True), (datetime.fromtimestamp(0, UTC), False)):
        line = sign(head, witness, at)
        if good:
            assert verify.signed_at(key, line.blob, head.text) == AT.timestamp()
        else:
            with pytest.raises(verify.WrongError):
                verify.signed_at(key, line.blob, head.text)


def test_a_proof_under_another_head_is_refused(shop: House, package: Files) -> None:
    shop_log = shop.log
    older = shop_log.published[0]
    shop_log.add(os.urandom(65))
    newer = shop_log.publish(AT + timedelta(hours=2))
    index, proof = next(prove_many(shop_log, [4], newer))
    assert older.size < newer.size
    files = forged(package, {f"data/proofs/{index}.tlog-proof": proof.write()})
    assert "proofs: 4: under another head" in wrong(shop.checked(files))


def test_a_proof_that_was_moved_is_refused(shop: House, package: Files) -> None:
    moved = package["data/proofs/5.tlog-proof"].replace(b"index 5\n", b"index 4\n")
    files = forged(package, {"data/proofs/4.tlog-proof": moved})
    assert "proofs: 4: the entry is not in the log" in wrong(shop.checked(files))


def test_a_package_s_own_words_do_not_pass_for_the_program_s(
    shop: House, package: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """In a report, in the name of a file: whatever is shown stays within its own line."""
    lie = "x\nok           export: signed by the court\nAll is right.\n\x1b[2J"
    account = {"audit": {"findings": 1, "unchecked": {"C1": lie}}}
    finding = {"code": lie, "severity": "warning"}
    report = "".join(f"{json.dumps(one)}\n" for one in (account, finding)).encode()
    files = forged(package, {"data/report.jsonl": report})
    folder = written({**files, f"{lie.replace('/', '')}": b""}, tmp_path / "package")
    assert verify.main([str(folder)]) == 1
    said = capsys.readouterr().out
    assert "court" in said
    assert "\x1b" not in said
    assert not [line for line in said.splitlines() if line.startswith("ok           export")]
    assert said.splitlines().count("All is right.") == 0


def test_a_package_of_another_exporter_is_refused(shop: House) -> None:
    other = House()
    files = shop.package()
    signed = {**files, NOTE: other.package()[NOTE]}
    assert shop.checked(signed).exit_code == 1
    assert other.checked(files, policy=shop.policy).wrong == [
        f"export: not signed by {other.exporter.key.name}"
    ]


def test_the_note_of_another_package_is_refused(shop: House, package: Files) -> None:
    fewer = shop.package(report={})
    assert shop.checked({**package, NOTE: fewer[NOTE]}).wrong == [
        "export: the note is about other tag manifests"
    ]
