"""The program in every package against vectors of others, and against the ledger's own reading."""

import json
from base64 import b64decode
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.package import verify
from ledger.errors import LedgerError
from ledger.transparency.policy import parse_policy
from tests_support.evidence_packages import House


@pytest.fixture
def tlog(shared_data: Path) -> Path:
    return shared_data / "tlog"


def read(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


def test_every_inclusion_vector_is_judged_as_published(tlog: Path) -> None:
    cases = read(tlog, "merkle_inclusion.json")["cases"]
    for case in cases:
        path = [b64decode(one) for one in case["proof"] or ()]
        leaf, root = b64decode(case["leafHash"] or ""), b64decode(case["root"] or "")
        try:
            found = verify.root_above(leaf, case["leafIdx"], case["treeSize"], path) == root
        except verify.WrongError:
            found = False
        assert found is not case["wantErr"], case["case"]
    assert len(cases) > 50


def test_the_published_note_verifies_and_one_changed_letter_does_not(tlog: Path) -> None:
    example = read(tlog, "c2sp_signed_note_example.json")
    key, note = verify.read_key(example["vkey"]), verify.read_note(example["note"].encode())
    ((name, key_id, blob),) = note.lines
    assert (name, key_id) == (key.name, key.id)
    assert verify.signed_at(key, blob, note.text) == 0
    with pytest.raises(verify.WrongError):
        verify.signed_at(key, blob, f"{note.text}\n")


def accepts(text: str) -> bool:
    """Whether the program takes this policy."""
    try:
        verify.read_policy(text)
    except verify.MALFORMED:
        return False
    return True


def ledger_accepts(text: str) -> bool:
    """Whether the ledger takes it."""
    try:
        parse_policy(text)
    except LedgerError:
        return False
    return True


def test_policies_parse_as_published(tlog: Path) -> None:
    cases = read(tlog, "tlog_policy_parse.json")
    assert [case["why"] for case in cases["accept"] if not accepts(case["text"])] == []
    assert [case["why"] for case in cases["refuse"] if accepts(case["text"])] == []


def test_changed_policies_are_read_as_the_ledger_reads_them(house: House) -> None:
    """With each word left out, said twice, or in another's place."""
    lines = [line.split(" ") for line in house.policy.splitlines()]
    texts = [house.policy]
    for at, words in enumerate(lines):
        for place in range(len(words)):
            for instead in ([], [words[place]] * 2, ["none"], ["1"], ["all"], ["w0"], ["+1"]):
                changed = [*words[:place], *instead, *words[place + 1 :]]
                texts.append("\n".join(map(" ".join, [*lines[:at], changed, *lines[at + 1 :]])))
        texts.append("\n".join(map(" ".join, [*lines[:at], *lines[at + 1 :]])))
        texts.append("\n".join(map(" ".join, [*lines, words])))
    assert [text for text in texts if accepts(text) is not ledger_accepts(text)] == []
    assert {accepts(text) for text in texts} == {True, False}
