"""The tree of stream heads: what is in it, what is not, and what cannot be made to look so."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import ProofError
from ledger.transparency.stream_heads import (
    BUCKETS,
    EMPTY_BUCKET,
    Head,
    HeadProof,
    HeadsTree,
    Placed,
    bucket_hash,
    bucket_of,
    chain,
    chained,
    person_blind,
    prove,
    secret_message,
    stream_blind,
    tree_of,
    verify_absent,
    verify_member,
)


@dataclass(frozen=True)
class Crowd:
    """Heads, crowded into a few buckets so that each has several."""

    heads: tuple[Head, ...]

    @cached_property
    def tree(self) -> HeadsTree:
        return tree_of(self.heads)

    def proof(self, blind: bytes) -> HeadProof:
        bucket = sorted(h for h in self.heads if bucket_of(h.blind) == bucket_of(blind))
        return prove(blind, bucket, self.tree.path(bucket_of(blind)))


def crowd(count: int, seed: int, buckets: int = 3) -> Crowd:
    dice = random.Random(seed)
    blinds = {dice.randrange(buckets).to_bytes(2) + dice.randbytes(30) for _ in range(count)}
    return Crowd(tuple(Head(b, dice.randrange(1, 99), dice.randbytes(32)) for b in blinds))


def spoiled(proof: HeadProof) -> Iterator[HeadProof]:
    """Every proof that differs in one byte of one hash, or in one number."""
    for index, part in enumerate(proof.path):
        for at in range(len(part)):
            path = list(proof.path)
            path[index] = flipped(part, at)
            yield proof._replace(path=tuple(path))
    yield proof._replace(size=proof.size + 1)
    yield proof._replace(path=proof.path[:-1])
    for number, placed in enumerate(proof.placed):
        for other in spoiled_places(placed):
            changed = list(proof.placed)
            changed[number] = other
            yield proof._replace(placed=tuple(changed))


def spoiled_places(placed: Placed) -> Iterator[Placed]:
    for index, part in enumerate(placed.hashes):
        for at in range(len(part)):
            hashes = list(placed.hashes)
            hashes[index] = flipped(part, at)
            yield placed._replace(hashes=tuple(hashes))
    head = placed.head
    for at in range(32):
        yield placed._replace(head=head._replace(digest=flipped(head.digest, at)))
        yield placed._replace(head=head._replace(blind=flipped(head.blind, at)))
    yield placed._replace(head=head._replace(version=head.version + 1))
    yield placed._replace(at=placed.at + 1)
    yield placed._replace(hashes=placed.hashes[:-1] if placed.hashes else (bytes(32),))


def flipped(part: bytes, at: int) -> bytes:
    return part[:at] + bytes([part[at] ^ 1]) + part[at + 1 :]


@given(count=st.integers(1, 40), seed=st.integers(0, 1 << 30))
def test_every_head_is_shown_to_be_there(count: int, seed: int) -> None:
    some = crowd(count, seed)
    head = random.Random(seed).choice(some.heads)
    verify_member(head, some.proof(head.blind), root=some.tree.root)


@given(count=st.integers(0, 40), seed=st.integers(0, 1 << 30))
def test_what_is_not_there_is_shown_not_to_be(count: int, seed: int) -> None:
    some = crowd(count, seed)
    dice = random.Random(seed + 1)
    for blind in (dice.randbytes(32), bytes(2) + dice.randbytes(30), bytes(32), b"\xff" * 32):
        verify_absent(blind, some.proof(blind), root=some.tree.root)


@given(count=st.integers(1, 40), seed=st.integers(0, 1 << 30))
def test_what_is_there_is_never_shown_to_be_missing(count: int, seed: int) -> None:
    some = crowd(count, seed)
    head = random.Random(seed).choice(some.heads)
    own = some.proof(head.blind)
    others = [some.proof(one.blind) for one in some.heads]
    gaps = [some.proof(bytes([*head.blind[:2], *bytes(30)])), some.proof(head.blind[:31] + b"\xff")]
    for proof in (own, *others, *gaps):
        with pytest.raises(ProofError):
            verify_absent(head.blind, proof, root=some.tree.root)


def test_two_leaves_with_one_between_them_are_no_neighbours() -> None:
    some = crowd(9, seed=3, buckets=1)
    ordered = sorted(some.heads)
    outer = [some.proof(ordered[number].blind).placed[0] for number in (3, 5)]
    proof = some.proof(ordered[4].blind)._replace(placed=tuple(outer))
    with pytest.raises(ProofError) as refused:
        verify_absent(ordered[4].blind, proof, root=some.tree.root)
    assert refused.value.rule == "not_absent"


@pytest.mark.parametrize("seed", range(3))
def test_each_changed_byte_of_a_proof_is_refused(seed: int) -> None:
    some = crowd(11, seed, buckets=1)
    head = some.heads[seed]
    missing = bytes(2) + random.Random(seed).randbytes(30)
    tried = 0
    for proof in spoiled(some.proof(head.blind)):
        tried += 1
        with pytest.raises(ProofError):
            verify_member(head, proof, root=some.tree.root)
    for proof in spoiled(some.proof(missing)):
        tried += 1
        with pytest.raises(ProofError):
            verify_absent(missing, proof, root=some.tree.root)
    assert tried > 1_000


def test_a_stream_left_out_is_provably_missing() -> None:
    whole = crowd(20, seed=5)
    left_out = whole.heads[7]
    short = Crowd(tuple(head for head in whole.heads if head != left_out))
    assert short.tree.root != whole.tree.root
    verify_absent(left_out.blind, short.proof(left_out.blind), root=short.tree.root)
    with pytest.raises(ProofError):
        verify_member(left_out, whole.proof(left_out.blind), root=short.tree.root)


def test_a_shortened_stream_has_another_root() -> None:
    some = crowd(20, seed=6)
    head = some.heads[0]
    shorter = Crowd((head._replace(version=head.version + 1), *some.heads[1:]))
    with pytest.raises(ProofError) as refused:
        verify_member(head, some.proof(head.blind), root=shorter.tree.root)
    assert refused.value.rule == "other_root"


@pytest.mark.parametrize("seed", range(5))
def test_replacing_changed_buckets_gives_the_same_root_as_building_anew(seed: int) -> None:
    before, after = crowd(30, seed), crowd(30, seed + 1)
    tree = before.tree
    for number in {bucket_of(head.blind) for head in (*before.heads, *after.heads)}:
        bucket = sorted(head for head in after.heads if bucket_of(head.blind) == number)
        tree.replace(number, bucket_hash(bucket))
    assert tree.root == after.tree.root
    assert HeadsTree(tree.buckets).root == tree.root


def test_an_empty_tree_has_every_bucket_empty() -> None:
    assert HeadsTree().buckets == [EMPTY_BUCKET] * BUCKETS
    assert bucket_hash([]) == EMPTY_BUCKET


def test_heads_out_of_order_make_no_bucket() -> None:
    heads = sorted(crowd(4, seed=1, buckets=1).heads)
    for wrong in (heads[::-1], [heads[0], heads[0]]):
        with pytest.raises(ProofError) as refused:
            bucket_hash(wrong)
        assert refused.value.rule == "heads_order"


def test_a_person_s_streams_are_chained_in_their_order() -> None:
    one, two = (UUID(int=1), b"1" * 32), (UUID(int=2), b"2" * 32)
    assert chain([one]) == sha256(bytes(32) + one[0].bytes + one[1]).digest()
    assert chain([one, two]) == chained(chain([one]), *two)
    assert len({chain([one, two]), chain([two, one]), chain([one, (two[0], one[1])])}) == 3
    assert chain([]) == bytes(32)


def test_a_stream_and_a_person_of_one_identifier_have_different_leaves() -> None:
    same = UUID(int=9)
    assert stream_blind(same, b"") != person_blind(same)


def test_names_are_made_of_what_they_name_and_a_stream_s_of_its_secret_too() -> None:
    # Sealed names are for ever: these are written out, not computed by the code under test.
    label, one, secret = b"records-ledger stream heads 2\x00", UUID(int=7), b"s" * 32
    assert secret_message(one) == b"stream\x00" + one.bytes
    assert person_blind(one) == sha256(label + b"person\x00" + one.bytes).digest()
    named = sha256(label + b"stream\x00" + one.bytes + secret).digest()
    assert stream_blind(one, secret) == named
    assert person_blind(one).hex().startswith("421d95a3193d7aad")
    assert named.hex().startswith("905c9b1e5d75328b")
    assert stream_blind(one, b"t" * 32) != named
