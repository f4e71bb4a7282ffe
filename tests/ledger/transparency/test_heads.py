"""Heads, their signatures, and what a policy believes."""

from base64 import b64decode, b64encode
from datetime import UTC, datetime, timedelta

import pytest

from keys.algorithms import ED25519, ML_DSA_44, PrivateKey
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency import merkle
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint
from ledger.transparency.cosignature import NoteSigner, sign, verify_signatures
from ledger.transparency.note import (
    ED25519_COSIGNATURE,
    ED25519_NOTE,
    ML_DSA_44_SUBTREE,
    Note,
    NoteKey,
    names_under,
    parse_note,
    parse_vkey,
    write_note,
)
from ledger.transparency.policy import Policy, parse_policy
from ledger.transparency.proof import TlogProof, parse_proof

ORIGIN = "records.example/log"
AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
ENTRIES = [b"entry %d" % index for index in range(5)]
HEAD = Checkpoint(ORIGIN, 5, merkle.root_of(map(merkle.leaf_hash, ENTRIES)))


def signer(name: str, kind: int) -> NoteSigner:
    private = PrivateKey.generate(ML_DSA_44 if kind == ML_DSA_44_SUBTREE else ED25519)
    return NoteSigner(NoteKey(name, kind, private.public), private.sign)


LOG, LOG_TOO = signer(ORIGIN, ED25519_NOTE), signer(ORIGIN, ML_DSA_44_SUBTREE)
FIRST = signer("witness.example/one", ED25519_COSIGNATURE)
SECOND = signer("witness.example/two", ML_DSA_44_SUBTREE)
THIRD = signer("witness.example/three", ED25519_COSIGNATURE)
POLICY = parse_policy(
    f"log {LOG.key.vkey}\nlog {LOG_TOO.key.vkey}\n"
    f"witness one {FIRST.key.vkey}\nwitness two {SECOND.key.vkey}\nwitness three {THIRD.key.vkey}\n"
    "group some 2 one two three\nquorum some\n"
)


def head(
    *witnesses: tuple[NoteSigner, datetime], logs: tuple[NoteSigner, ...] = (LOG, LOG_TOO)
) -> bytes:
    lines = [sign(HEAD, log) for log in logs] + [sign(HEAD, one, at) for one, at in witnesses]
    return write_note(Note(HEAD.text, tuple(lines)))


def test_a_head_is_believed_when_the_quorum_is_complete() -> None:
    late = AT + timedelta(minutes=5)
    cosigned = POLICY.judge(head((FIRST, late), (SECOND, AT)), origin=ORIGIN)
    assert cosigned.checkpoint == HEAD
    assert cosigned.quorum_at == late
    sooner = POLICY.judge(head((FIRST, late), (SECOND, AT), (THIRD, AT)))
    assert sooner.quorum_at == AT


def test_one_witness_of_two_is_not_enough() -> None:
    with pytest.raises(ProofError) as refused:
        POLICY.judge(head((FIRST, AT)))
    assert refused.value.rule == "quorum_missed"


def test_the_log_has_to_sign_with_each_of_its_keys() -> None:
    with pytest.raises(ProofError) as refused:
        POLICY.judge(head((FIRST, AT), (SECOND, AT), logs=(LOG,)))
    assert refused.value.rule == "log_unsigned"


def test_another_logs_head_is_not_this_ones() -> None:
    with pytest.raises(ProofError) as refused:
        POLICY.judge(head((FIRST, AT), (SECOND, AT)), origin="records.example/other")
    assert refused.value.rule == "other_origin"
    other = parse_policy(f"log {THIRD_LOG.key.vkey}\nquorum none\n")
    with pytest.raises(ProofError) as refused:
        other.judge(head())
    assert refused.value.rule == "log_unknown"


THIRD_LOG = signer("other.example/log", ED25519_NOTE)


def test_without_a_quorum_there_is_no_time() -> None:
    policy = parse_policy(f"log {LOG.key.vkey}\nquorum none\n")
    assert policy.judge(head()).quorum_at is None


def test_a_bad_line_of_a_known_key_spoils_the_whole_note() -> None:
    note = parse_note(head((FIRST, AT), (SECOND, AT), (THIRD, AT)))
    for place, line in enumerate(note.signatures):
        blob = bytearray(line.blob)
        blob[-1] ^= 1
        lines = list(note.signatures)
        lines[place] = line._replace(blob=bytes(blob))
        with pytest.raises(ProofError) as refused:
            POLICY.judge(write_note(note._replace(signatures=tuple(lines))))
        assert refused.value.rule == "signature_wrong"


def test_a_cosignature_moved_to_another_time_is_wrong() -> None:
    line = sign(HEAD, FIRST, AT)
    moved = line._replace(blob=int((AT.timestamp()) + 1).to_bytes(8) + line.blob[8:])
    with pytest.raises(ProofError):
        verify_signatures(Note(HEAD.text, (moved,)), [FIRST.key])


def test_a_time_beyond_every_calendar_is_refused() -> None:
    line = sign(HEAD, FIRST, AT)
    for time in (0, (1 << 64) - 1):
        moved = line._replace(blob=time.to_bytes(8) + line.blob[8:])
        with pytest.raises(ProofError):
            verify_signatures(Note(HEAD.text, (moved,)), [FIRST.key])


def test_whose_lines_stand_under_a_note_is_told_without_reading_them() -> None:
    whole = head((FIRST, AT), (SECOND, AT))
    names = {line.name for line in parse_note(whole).signatures}
    assert names_under(whole) == names
    assert {ORIGIN, FIRST.key.name, SECOND.key.name} == names


def test_lines_of_strangers_are_passed_over() -> None:
    stranger = signer("stranger.example", ED25519_COSIGNATURE)
    note = parse_note(head((FIRST, AT), (stranger, AT), (SECOND, AT)))
    assert {one.key for one in verify_signatures(note, [FIRST.key])} == {FIRST.key}


def test_a_log_signs_without_a_time_and_a_witness_with_one() -> None:
    with pytest.raises(InvalidInputError):
        sign(HEAD, LOG, AT)
    with pytest.raises(InvalidInputError):
        sign(HEAD, FIRST)
    (own,) = verify_signatures(Note(HEAD.text, (sign(HEAD, LOG_TOO),)), [LOG_TOO.key])
    assert own.at is None


def test_keys_are_read_as_they_are_written() -> None:
    for one in (LOG, LOG_TOO, FIRST, SECOND):
        assert parse_vkey(one.key.vkey) == one.key


@pytest.mark.parametrize(
    "vkey",
    [
        "", "a+b", "name+00000000+AQ==", "name+zz+AQ==", "na me+00000000+AQ==", "name+00000000+!!",
        "name+00000000+" + b64encode(b"\x02" + bytes(32)).decode(),
        "name+00000000+" + b64encode(b"\x01" + bytes(32)).decode(),
        "+00000000+" + b64encode(b"\x01" + bytes(32)).decode(),
    ],
)  # fmt: skip
def test_a_key_in_another_form_is_refused(vkey: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_vkey(vkey)


@pytest.mark.parametrize(
    "text",
    [
        "", "origin\n1\n", "origin\n-1\nAAAA\n",
        "origin\n01\n" + b64encode(bytes(32)).decode() + "\n",
        "origin\n1\n" + b64encode(bytes(31)).decode() + "\n", "origin\n1\nAAAA",
        f"origin\n{1 << 63}\n" + b64encode(bytes(32)).decode() + "\n",
        "\n1\n" + b64encode(bytes(32)).decode() + "\n",
    ],
)  # fmt: skip
def test_a_text_in_another_form_is_no_head(text: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_checkpoint(text)


def test_extension_lines_of_other_logs_are_passed_over() -> None:
    assert parse_checkpoint(HEAD.text + "an extension\n") == HEAD


@pytest.mark.parametrize(
    "data",
    [
        b"", b"text\n", b"text\n\n", b"text\n\nno dash\n", "text\n\n— name\n".encode(),
        "text\n\n— name AAAA\n".encode(), "text\x01\n\n— name AAAAAAA=\n".encode(), b"\xff\n\n",
        "text\n\n— name AAAAAAA=".encode(), "te\rxt\n\n— name AAAAAAA=\n".encode(),
        ("text\n\n" + "— name AAAAAAA=\n" * 101).encode(), b"x" * ((1 << 20) + 1),
    ],
)  # fmt: skip
def test_bytes_in_another_form_are_no_note(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        parse_note(data)


def test_a_proof_file_proves_its_entry_and_no_other() -> None:
    leaves = [merkle.leaf_hash(entry) for entry in ENTRIES]

    def read(nodes: object) -> list[bytes]:
        assert isinstance(nodes, list)
        return [
            merkle.root_of(leaves[n.number << n.level : n.number + 1 << n.level]) for n in nodes
        ]

    note = head((FIRST, AT), (SECOND, AT))
    proof = TlogProof(3, tuple(merkle.inclusion_proof(3, 5, read)), note, b"more")
    again = parse_proof(proof.write())
    assert again == proof
    assert again.verify(ENTRIES[3], POLICY).quorum_at == AT
    with pytest.raises(ProofError):
        again.verify(ENTRIES[2], POLICY)
    with pytest.raises(ProofError):
        TlogProof(2, proof.hashes, note).verify(ENTRIES[3], POLICY)


def test_a_policys_fault_is_told_with_its_line() -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_policy("quorum none\n\nquibble x\n")
    assert refused.value.place == "policy line 3"
    with pytest.raises(InvalidInputError):
        parse_policy("# nothing\n")
    with pytest.raises(InvalidInputError):
        parse_policy("#" * ((1 << 16) + 1))
    with pytest.raises(InvalidInputError):
        parse_policy(f"log {FIRST.key.vkey}\nquorum none\n")


def test_groups_count_groups() -> None:
    text = (
        f"log {LOG.key.vkey}\nwitness one {FIRST.key.vkey}\nwitness two {SECOND.key.vkey}\n"
        f"witness three {THIRD.key.vkey}\ngroup pair all one two\n"
        "group top any pair three\nquorum top\n"
    )
    policy: Policy = parse_policy(text)
    assert policy.judge(head((THIRD, AT))).quorum_at == AT
    with pytest.raises(ProofError):
        policy.judge(head((FIRST, AT)))


def test_base64_has_one_form() -> None:
    line = head((FIRST, AT)).decode().split("\n")[2]
    assert len(b64decode(line)) == 32
    last = "B" if line[-2] != "B" else "C"
    with pytest.raises(InvalidInputError):
        parse_checkpoint(f"{ORIGIN}\n5\n{line[:-2]}{last}=\n")
