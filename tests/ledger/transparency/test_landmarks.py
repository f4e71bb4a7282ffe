"""Landmarks: a list that a cosigned head vouches for once, and proofs that need nothing but it."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typing_extensions import override

from ledger.errors import InvalidInputError, LedgerError, ProofError, RefusedError
from ledger.transparency import merkle
from ledger.transparency.landmark_log import (
    LandmarkLog,
    landmark_proof_of,
    newest_before,
    prove_to_landmark,
)
from ledger.transparency.landmark_proof import (
    HEAD,
    LARGEST_PROOF,
    LandmarkProof,
    parse_binary,
    parse_landmark_proof,
)
from ledger.transparency.landmarks import (
    LARGEST_LIST,
    LandmarkList,
    Landmarks,
    folded,
    parse_landmarks,
    read_landmarks,
    whole_and_edge,
)
from ledger.transparency.note import ED25519_COSIGNATURE
from ledger.transparency.tiles import Tile
from tests_support.memory_log import MemoryLog, note_signer

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)
OPENING = b"what ties the entry to a paper"


def entry(number: int) -> bytes:
    return b"\x01" + number.to_bytes(64)


def log_of(size: int) -> MemoryLog:
    log = MemoryLog()
    log.add(*map(entry, range(size)))
    log.publish(AT)
    return log


def listed(log: MemoryLog, height: int) -> LandmarkList:
    found = LandmarkLog(log, height).newest()
    assert found is not None
    return found


@pytest.fixture(scope="module")
def log() -> MemoryLog:
    return log_of(700)


@pytest.fixture(scope="module")
def landmarks(log: MemoryLog) -> Landmarks:
    return read_landmarks(listed(log, 4).write(), log.policy)


def test_a_list_is_the_aligned_subtrees_of_the_tree_and_folds_to_its_head(
    log: MemoryLog, landmarks: Landmarks
) -> None:
    leaves = [merkle.leaf_hash(one) for one in log.entries]
    aligned = [merkle.complete_root(leaves[at : at + 16]) for at in range(0, 688, 16)]
    assert landmarks.hashes == tuple(aligned)
    assert (landmarks.end, landmarks.cosigned_at, landmarks.origin) == (688, AT, log.origin)
    assert listed(log, 4).hashes[43:] == (
        merkle.complete_root(leaves[688:696]),
        merkle.complete_root(leaves[696:700]),
    )


@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.integers(1, 900), height=st.integers(1, 9))
def test_of_any_tree_each_entry_below_the_last_landmark_is_proved_and_no_other(
    data: st.DataObject, size: int, height: int
) -> None:
    log = log_of(size)
    found = LandmarkLog(log, height).newest()
    index = data.draw(st.integers(0, size - 1))
    proof = prove_to_landmark(log, index, height, extra=OPENING)
    if index >> height >= size >> height:
        assert proof is None
        return
    assert found is not None
    assert proof is not None
    kept = read_landmarks(found.write(), log.policy)
    for again in (parse_landmark_proof(proof.write()), parse_binary(proof.write_binary())):
        assert again == proof
        again.verify(entry(index), kept)
        with pytest.raises(ProofError):
            again.verify(entry(index + 1), kept)
    other = data.draw(st.integers(0, kept.end - 1))
    if other != index:
        with pytest.raises(ProofError) as refused:
            replace(proof, index=other).verify(entry(index), kept)
        assert refused.value.rule == "other_landmark"


@settings(max_examples=60, deadline=None)
@given(leaves=st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=300),
       height=st.integers(1, 8))  # fmt: skip
def test_folding_landmarks_and_edge_gives_the_root_of_rfc_6962(
    leaves: Sequence[bytes], height: int
) -> None:
    whole, edge = whole_and_edge(len(leaves), height)
    nodes = merkle.subtrees(whole << height, len(leaves))
    assert len(nodes) == edge
    roots = [merkle.complete_root(leaves[i << height : i + 1 << height]) for i in range(whole)]
    rest = [merkle.complete_root(leaves[n.number << n.level : n.number + 1 << n.level])
            for n in nodes]  # fmt: skip
    assert folded(tuple(roots), tuple(rest)) == merkle.root_of(leaves)


def test_every_changed_byte_of_a_list_is_refused(log: MemoryLog) -> None:
    data = listed(log, 6).write()
    assert read_landmarks(data, log.policy).height == 6
    for place in range(len(data)):
        changed = bytearray(data)
        changed[place] ^= 1 + place % 7
        with pytest.raises(LedgerError):
            read_landmarks(bytes(changed), log.policy)


@pytest.mark.parametrize("binary", [False, True])
def test_every_changed_byte_of_a_proof_is_refused(
    log: MemoryLog, landmarks: Landmarks, *, binary: bool
) -> None:
    proof = landmark_proof_of(log, 333, 4)
    data = proof.write_binary() if binary else proof.write()
    read = parse_binary if binary else parse_landmark_proof
    read(data).verify(entry(333), landmarks)
    for place in range(len(data)):
        for flip in (1, 2, 64, 128):
            changed = bytearray(data)
            changed[place] ^= flip
            with pytest.raises(LedgerError):
                read(bytes(changed)).verify(entry(333), landmarks)


def test_a_list_that_folds_to_another_root_is_refused(log: MemoryLog) -> None:
    good = listed(log, 4)
    swapped = replace(good, hashes=(good.hashes[1], good.hashes[0], *good.hashes[2:]))
    other = MemoryLog(keys=log.keys, witnesses=log.witnesses)
    other.add(*map(entry, range(1, 701)))
    forked = replace(good, checkpoint=other.publish(AT).note)
    for bad in (swapped, forked):
        with pytest.raises(ProofError) as refused:
            read_landmarks(bad.write(), log.policy)
        assert refused.value.rule == "other_root"


def test_a_list_whose_head_the_policy_does_not_believe_is_refused(log: MemoryLog) -> None:
    with pytest.raises(ProofError):
        read_landmarks(listed(log, 4).write(), log_of(1).policy)
    lines = listed(log, 4).write().split(b"\n")
    without_witness = b"\n".join((*lines[:-2], b""))
    with pytest.raises(ProofError) as refused:
        read_landmarks(without_witness, log.policy)
    assert refused.value.rule == "quorum_missed"


@pytest.mark.parametrize("more", [-1, 1])
def test_a_hash_too_many_or_too_few_is_no_list(log: MemoryLog, more: int) -> None:
    good = listed(log, 4)
    hashes = good.hashes[:-1] if more < 0 else (*good.hashes, good.hashes[-1])
    with pytest.raises(InvalidInputError) as refused:
        parse_landmarks(replace(good, hashes=hashes).write())
    assert refused.value.rule == "landmarks_form"


@pytest.mark.parametrize(
    ("spoiled", "rule"),
    [
        (b"", "landmarks_form"),
        (b"records-ledger/landmarks@v2\nheight 4\n\nx", "landmarks_form"),
        (b"records-ledger/landmarks@v1\n\nx", "landmarks_form"),
        (b"records-ledger/landmarks@v1\nheight 4\n", "landmarks_form"),
        (b"records-ledger/landmarks@v1\ndepth 4\n\nx", "landmarks_form"),
        (b"records-ledger/landmarks@v1\nheight 04\n\nx", "size_form"),
        (b"records-ledger/landmarks@v1\nheight 0\n\nx", "landmark_height"),
        (b"records-ledger/landmarks@v1\nheight 33\n\nx", "landmark_height"),
        (b"records-ledger/landmarks@v1\nheight 4\nAA==\n\nx", "landmarks_form"),
        (b"records-ledger/landmarks@v1\nheight 4\nAB==\n\nx", "base64"),
        (b"records-ledger/landmarks@v1\nheight \xff\n\nx", "landmarks_form"),
        (b"records-ledger/landmarks@v1\nheight 4\n\nx", "note_form"),
        (b"x" * (LARGEST_LIST + 1), "landmarks_size"),
    ],
)
def test_a_list_in_another_form_is_refused(spoiled: bytes, rule: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        parse_landmarks(spoiled)
    assert refused.value.rule == rule


@pytest.mark.parametrize(
    "spoiled",
    [
        "",
        HEAD,
        f"{HEAD}\n",
        f"{HEAD}\nheight 1\n",
        f"{HEAD}\nindex 0\nheight 1\n",
        f"{HEAD}\nheight 2\nindex 0\n{'A' * 43}=\n",
        f"{HEAD}\nheight 1\nindex 0\nAAAA\n",
        f"{HEAD}\nheight 1\nindex 0\n{'A' * 43}=",
        f"{HEAD}\nheight 1\nindex 00\n{'A' * 43}=\n",
        f"{HEAD}\nheight 0\nindex 0\n",
        f"{HEAD}\nextra A\nheight 1\nindex 0\n{'A' * 43}=\n",
        f"{HEAD}\nheight 1\nindex 0\n{'A' * 43}=\nextra AAAA\n",
        f"{HEAD}\nheight 1\nindex 0\n{'A' * 43}=\n\u2014\n",
        "x" * (LARGEST_PROOF + 1),
    ],
)
def test_a_proof_in_another_form_is_refused(spoiled: str) -> None:
    with pytest.raises(InvalidInputError):
        parse_landmark_proof(spoiled.encode())


@pytest.mark.parametrize(
    "spoiled",
    [
        b"",
        b"\x02\x01" + bytes(40),
        b"\x01\x00" + bytes(40),
        b"\x01\x21" + bytes(2_000),
        b"\x01\x02" + bytes(8 + 63),
        b"\x01\x01\x80" + bytes(39),
        bytes(LARGEST_PROOF + 1),
    ],
)
def test_bytes_in_another_form_are_no_proof(spoiled: bytes) -> None:
    with pytest.raises(InvalidInputError):
        parse_binary(spoiled)


def test_a_proof_of_another_height_is_refused(log: MemoryLog, landmarks: Landmarks) -> None:
    with pytest.raises(ProofError) as refused:
        landmark_proof_of(log, 5, 5).verify(entry(5), landmarks)
    assert refused.value.rule == "other_height"


def test_what_is_younger_than_the_last_landmark_is_told_so(
    log: MemoryLog, landmarks: Landmarks
) -> None:
    assert prove_to_landmark(log, 688, 4) is None
    assert prove_to_landmark(log, 700, 4) is None
    assert prove_to_landmark(log, -1, 4) is None
    assert prove_to_landmark(MemoryLog(), 0, 4) is None
    with pytest.raises(RefusedError) as refused:
        landmark_proof_of(log, 688, 4)
    assert refused.value.rule == "younger_than_landmarks"
    proof = LandmarkProof(688, landmark_proof_of(log, 5, 4).hashes)
    with pytest.raises(ProofError) as beyond:
        proof.verify(entry(688), landmarks)
    assert beyond.value.rule == "younger_than_landmarks"


def test_a_small_or_unpublished_log_has_no_landmarks_yet() -> None:
    log = MemoryLog()
    log.add(*map(entry, range(20)))
    assert LandmarkLog(log, 4).newest() is None
    log.publish(AT)
    assert LandmarkLog(log, 4).newest() is not None
    assert LandmarkLog(log, 5).newest() is None
    with pytest.raises(InvalidInputError):
        LandmarkLog(log, 0)
    with pytest.raises(InvalidInputError):
        prove_to_landmark(log, 0, 33)


class CountingLog(MemoryLog):
    """A log that counts the tiles that are read."""

    read = 0

    @override
    def tiles(self, wanted: Sequence[Tile]) -> list[bytes]:
        self.read += len(wanted)
        return super().tiles(wanted)


def test_a_list_stays_as_it_is_until_the_next_landmark_and_old_hashes_are_read_once() -> None:
    log = CountingLog()
    asked = LandmarkLog(log, 4)
    lists = []
    for number in range(1, 9):
        log.add(*map(entry, range(number * 6 - 6, number * 6)))
        log.publish(AT + timedelta(minutes=number))
        lists.append(asked.newest())
    sizes = [0 if one is None else len(read_landmarks(one.write(), log.policy).hashes)
             for one in lists]  # fmt: skip
    assert sizes == [0, 0, 1, 1, 1, 2, 2, 3]
    assert lists[2] == lists[3] == lists[4]
    first, last = lists[2], lists[7]
    assert first is not None
    assert last is not None
    assert last.hashes[:1] == first.hashes[:1]
    before = log.read
    asked.newest()
    assert log.read - before <= 1  # the right edge alone


def test_after_a_change_of_witnesses_a_list_is_under_a_head_that_the_new_policy_believes() -> None:
    log = log_of(20)
    log.witnesses = [note_signer("witness.example/two", ED25519_COSIGNATURE)]
    log.add(*map(entry, range(20, 30)))
    log.publish(AT + timedelta(minutes=1))
    with pytest.raises(ProofError):
        read_landmarks(listed(log, 4).write(), log.policy)
    found = LandmarkLog(log, 4, policy=log.policy).newest()
    assert found is not None
    assert read_landmarks(found.write(), log.policy).cosigned_at == AT + timedelta(minutes=1)
    assert LandmarkLog(log, 4, policy=log_of(1).policy).newest() is None


def test_a_list_from_before_a_moment_is_under_a_head_of_before(log: MemoryLog) -> None:
    log = MemoryLog()
    for number in range(1, 40):
        log.add(*map(entry, range(number * 5 - 5, number * 5)))
        log.publish(AT + timedelta(minutes=number))
    for minutes in range(45):
        moment = AT + timedelta(minutes=minutes, seconds=30)
        heads = [one for one in log.published if one.quorum_at and one.quorum_at < moment]
        assert newest_before(log, moment) == (heads[-1] if heads else None)
    early = LandmarkLog(log, 3).newest(before=AT + timedelta(minutes=10))
    assert early is not None
    kept = read_landmarks(early.write(), log.policy)
    assert kept.end == 40
    assert kept.cosigned_at == AT + timedelta(minutes=8)  # the first head over all of them
    assert LandmarkLog(log, 3).newest(before=AT) is None
    assert newest_before(MemoryLog(), AT) is None
