"""Landmarks and receipts from a shell: written by a home, checked by who has none."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app import System
from ledger.records.access import AccessRecorded
from ledger.transparency.landmark_proof import parse_landmark_proof
from ledger.transparency.landmarks import read_landmarks
from ledger.transparency.policy import parse_policy
from shell.demo import Note
from tests_support.memory_log import note_signer

Run = Callable[..., Result]
HEIGHT = "5"


@pytest.fixture
def note(home: Path) -> Note:
    found = Note.read(home)
    assert found is not None
    return found


@pytest.fixture
def offline(records: Run, home: Path, tmp_path: Path) -> tuple[str | Path, ...]:
    """The options of who has a bundle, the pinned root, the policy and landmarks, and no ledger."""
    bundle, root, landmarks = (tmp_path / name for name in ("bundle", "root", "landmarks"))
    assert records("bundle", "write", bundle).exit_code == 0
    assert records("keys", "export", "--root", "--to", root).exit_code == 0
    assert records("log", "landmarks", "--to", landmarks, "--height", HEIGHT).exit_code == 0
    return (
        "--bundle", bundle, "--root", root, "--policy", home / "log" / "policy",
        "--landmarks", landmarks, "--json",
    )  # fmt: skip


def answer(result: Result) -> dict[str, Any]:
    assert result.exit_code == 0, result.stdout + result.stderr
    told: dict[str, Any] = json.loads(result.stdout)
    return told


def proof_of(records: Run, reference: str, to: Path, height: str = HEIGHT) -> Result:
    return records(
        "certificate", "landmark-proof", reference, "--to", to, "--height", height,
        "--legal-basis", "test",
    )  # fmt: skip


def test_the_list_is_checked_by_the_policy_alone(records: Run, home: Path, tmp_path: Path) -> None:
    file = tmp_path / "landmarks"
    written = records("log", "landmarks", "--to", file, "--height", HEIGHT)
    kept = read_landmarks(file.read_bytes(), parse_policy((home / "log" / "policy").read_text()))
    assert f"{len(kept.hashes)} landmarks of height 5" in written.stdout
    late = (datetime.now(UTC) + timedelta(days=1)).isoformat()
    again = tmp_path / "again"
    assert records(
        "log", "landmarks", "--to", again, "--height", HEIGHT, "--before", late
    ).exit_code == 0  # fmt: skip
    assert again.read_bytes() == file.read_bytes()


def test_a_log_that_is_too_small_has_no_landmarks(records: Run, tmp_path: Path) -> None:
    for more in (("--height", "20"), ("--height", HEIGHT, "--before", "2020-01-01")):
        refused = records("log", "landmarks", "--to", tmp_path / "x", *more)
        assert refused.stderr.startswith("records: refused/no_landmark: "), refused.stderr
    assert not (tmp_path / "x").exists()


def test_a_paper_with_its_landmark_proof_is_in_the_log_by_landmark(
    records: Run, system: System, note: Note, offline: tuple[str | Path, ...], tmp_path: Path
) -> None:
    proof, before = tmp_path / "proof", system.facts.head()
    number = answer(records("verify", note.texts["active"], "--json"))["certificate"]["number"]
    assert proof_of(records, number, proof).exit_code == 0
    looked = [fact.fact for fact in system.reading.read(after=before, limit=9)]
    assert any(isinstance(one, AccessRecorded) and one.purpose == "make_paper" for one in looked)
    nowhere = tmp_path / "nothing"
    text = note.texts["active"]
    told = answer(records("verify", text, *offline, "--proof", proof, on=nowhere))
    assert told["axes"]["logged"] == "in_log"
    assert told["evidence"]["log"]["by"] == "landmark"
    assert told["evidence"]["log"]["index"] == parse_landmark_proof(proof.read_bytes()).index
    shown = records("verify", text, *offline[:-1], "--proof", proof, "--lang", "en", on=nowhere)
    assert ", by landmark\n" in shown.stdout
    other = records("verify", note.texts["recalled"], *offline, "--proof", proof, on=nowhere)
    assert json.loads(other.stdout)["axes"]["logged"] == "not_found"


def test_a_paper_brings_its_tlog_proof_where_landmarks_say_nothing(
    records: Run, home: Path, offline: tuple[str | Path, ...], tmp_path: Path
) -> None:
    paper = home / "papers" / "active.pdf"
    told = answer(records("verify", paper, *offline, on=tmp_path / "nothing"))
    assert told["evidence"]["log"]["by"] == "tlog_proof"


def test_landmarks_need_a_policy_and_proofs_their_form(
    records: Run, note: Note, offline: tuple[str | Path, ...], tmp_path: Path
) -> None:
    without = (*offline[:4], *offline[6:])
    refused = records("verify", note.texts["active"], *without)
    assert refused.stderr.startswith("records: invalid_input/policy_missing: "), refused.stderr
    noise = tmp_path / "noise"
    noise.write_text("no proof")
    refused = records("verify", note.texts["active"], *offline, "--proof", noise)
    assert refused.stderr.startswith("records: invalid_input/proof_form: "), refused.stderr


def test_a_certificate_without_a_whole_landmark_is_told_so(
    records: Run, note: Note, tmp_path: Path
) -> None:
    number = answer(records("verify", note.texts["active"], "--json"))["certificate"]["number"]
    refused = proof_of(records, number, tmp_path / "proof", "14")
    assert refused.stderr.startswith("records: refused/younger_than_landmarks: ")


@pytest.mark.parametrize("algorithm", ["Ed25519", "ML-DSA-44"])
def test_a_receipt_is_checked_with_the_log_s_key_alone(
    records: Run, tmp_path: Path, algorithm: str
) -> None:
    receipt, entry, nowhere = tmp_path / "receipt", tmp_path / "entry", tmp_path / "nothing"
    made = records("log", "receipt", "42", "--to", receipt, "--algorithm", algorithm)
    assert made.exit_code == 0, made.stderr
    vkey = made.stdout.split("by ")[1].strip()
    assert records("log", "prove", "42", "--entry-to", entry).exit_code == 0
    checked = records(
        "log", "check-receipt", receipt, "--entry", entry, "--vkey", vkey, on=nowhere
    )  # fmt: skip
    assert checked.stdout.startswith("at 41 of "), checked.stderr
    other = note_signer("other.example", 1).key.vkey
    refused = records("log", "check-receipt", receipt, "--entry", entry, "--vkey", other)
    assert refused.stderr.startswith("records: proof/other_key: ")
    entry.write_bytes(bytes(65))
    refused = records("log", "check-receipt", receipt, "--entry", entry, "--vkey", vkey)
    assert refused.stderr.startswith("records: proof/signature_wrong: ")


def test_there_is_no_receipt_of_what_is_not_there(records: Run, tmp_path: Path) -> None:
    refused = records("log", "receipt", "1000000", "--to", tmp_path / "x")
    assert refused.stderr.startswith("records: not_found: ")
