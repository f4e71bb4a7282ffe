"""The log's formats against vectors that nobody here wrote."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from ledger.errors import InvalidInputError, LedgerError, ProofError
from ledger.transparency import merkle
from ledger.transparency.note import parse_note, parse_vkey
from ledger.transparency.policy import parse_policy, write_policy
from ledger.transparency.proof import parse_proof


@pytest.fixture(scope="session")
def tlog(shared_data: Path) -> Path:
    """The folder of the transparency log's vectors."""
    return shared_data / "tlog"


def read(tlog: Path, name: str) -> Any:
    return json.loads((tlog / name).read_text("utf-8"))


def test_the_reference_tree_has_the_published_roots(tlog: Path) -> None:
    tree = read(tlog, "rfc6962_reference_tree.json")
    leaves = [merkle.leaf_hash(bytes.fromhex(leaf)) for leaf in tree["leaves_hex"]]
    for size, root in tree["roots_hex_by_size"].items():
        assert merkle.root_of(leaves[: int(size)]).hex() == root


def test_every_inclusion_vector_is_judged_as_published(tlog: Path) -> None:
    cases = read(tlog, "merkle_inclusion.json")["cases"]
    for case in cases:
        proof = [b64decode(one) for one in case["proof"] or ()]
        try:
            merkle.verify_inclusion(
                index=case["leafIdx"],
                size=case["treeSize"],
                leaf=b64decode(case["leafHash"] or ""),
                root=b64decode(case["root"] or ""),
                proof=proof,
            )
        except ProofError:
            assert case["wantErr"], case["case"]
        else:
            assert not case["wantErr"], case["case"]
    assert len(cases) > 50


def test_every_consistency_vector_is_judged_as_published(tlog: Path) -> None:
    cases = read(tlog, "merkle_consistency.json")["cases"]
    for case in cases:
        try:
            merkle.verify_consistency(
                old=case["size1"],
                size=case["size2"],
                old_root=b64decode(case["root1"] or ""),
                root=b64decode(case["root2"] or ""),
                proof=[b64decode(one) for one in case["proof"] or ()],
            )
        except ProofError:
            assert case["wantErr"], case["case"]
        else:
            assert not case["wantErr"], case["case"]
    assert len(cases) > 50


def test_the_published_note_verifies_and_one_changed_letter_does_not(tlog: Path) -> None:
    example = read(tlog, "c2sp_signed_note_example.json")
    key = parse_vkey(example["vkey"])
    assert key.vkey == example["vkey"]
    note = parse_note(example["note"].encode())
    (line,) = [one for one in note.signatures if key.has_signed(one)]
    assert key.public.verify(line.blob, note.text.encode()) is example["verifies"]
    assert not key.public.verify(line.blob, note.text.encode() + b"\n")


def test_proof_files_parse_as_published(tlog: Path) -> None:
    cases = read(tlog, "tlog_proof_parse.json")
    for case in cases["parse"]:
        proof = parse_proof(case["text"].encode())
        assert proof.index == case["index"]
        assert list(proof.hashes) == [b64decode(one) for one in case["hashes"]]
        assert proof.extra == (None if case["extra"] is None else b64decode(case["extra"]))
        assert proof.write() == case["text"].encode()
    for case in cases["refuse"]:
        with pytest.raises(InvalidInputError):
            parse_proof(case["text"].encode())


def test_policies_parse_as_published(tlog: Path) -> None:
    cases = read(tlog, "tlog_policy_parse.json")
    for case in cases["accept"]:
        policy = parse_policy(case["text"])
        assert parse_policy(write_policy(policy)) == policy, case["why"]
    accepted = []
    for case in cases["refuse"]:
        try:
            parse_policy(case["text"])
        except LedgerError:
            continue
        accepted.append(case["why"])
    assert not accepted
