"""COSE receipts: read by others' tools, and strict about every byte."""

import random
from collections.abc import Iterator
from typing import Any, cast

import cbor2
import pymerkle  # type: ignore[import-untyped]
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey
from hypothesis import given, settings
from hypothesis import strategies as st

from keys.algorithms import ED25519, ESP256, ML_DSA_44, Algorithm, PrivateKey
from ledger import canonical
from ledger.errors import InvalidInputError, LedgerError, ProofError
from ledger.transparency import merkle
from ledger.transparency.receipt import LARGEST_RECEIPT, Receipt, read_receipt, sign_receipt
from ledger.transparency.tiles import Edge, node_reader
from tests_support.memory_log import MemoryLog

KEYS = {one: PrivateKey.generate(one) for one in (ED25519, ML_DSA_44)}
SIZE = 300
LOG = MemoryLog()


def entry(number: int) -> bytes:
    return b"\x01" + number.to_bytes(64)


LOG.add(*map(entry, range(SIZE)))


def root_of(size: int) -> bytes:
    edge = Edge()
    edge.append(merkle.leaf_hash(entry(number)) for number in range(size))
    return edge.root


def receipt_of(index: int, size: int = SIZE, algorithm: Algorithm = ED25519) -> Receipt:
    key = KEYS[algorithm]
    way = merkle.inclusion_proof(index, size, node_reader(size, LOG.tiles))
    return sign_receipt(index, size, root_of(size), tuple(way), key=key.public, sign=key.sign)


@settings(max_examples=60, deadline=None)
@given(data=st.data(), size=st.integers(2, SIZE), algorithm=st.sampled_from([ED25519, ML_DSA_44]))
def test_a_receipt_proves_its_entry_and_no_other(
    data: st.DataObject, size: int, algorithm: Algorithm
) -> None:
    index = data.draw(st.integers(0, size - 1))
    receipt = receipt_of(index, size, algorithm)
    again = read_receipt(receipt.write())
    assert again == receipt
    assert again.verify(entry(index), KEYS[algorithm].public) == root_of(size)
    with pytest.raises(ProofError):
        again.verify(entry(index + 1), KEYS[algorithm].public)


@pytest.mark.parametrize("algorithm", [ED25519, ML_DSA_44])
@pytest.mark.parametrize(("index", "size"), [(0, 2), (41, 300), (299, 300), (255, 256)])
def test_who_knows_only_the_standards_reads_it_too(
    algorithm: Algorithm, index: int, size: int
) -> None:
    """Generic CBOR, the tree of another project, and the library's own key: none of our code."""
    tagged = cbor2.loads(receipt_of(index, size, algorithm).write())
    assert isinstance(tagged, cbor2.CBORTag)
    assert tagged.tag == 18
    protected, unprotected, payload, signature = cast("tuple[Any, ...]", tagged.value)
    header = cbor2.loads(protected)
    assert (header[1], header[395]) == (algorithm.cose, 1)
    assert header[4] == KEYS[algorithm].public.kid
    assert payload is None
    assert list(unprotected) == [396]
    ((kind, proofs),) = unprotected[396].items()
    assert (kind, len(proofs)) == (-1, 1)
    tree_size, leaf_index, way = cbor2.loads(proofs[0])
    assert (tree_size, leaf_index) == (size, index)
    root = by_pymerkle(index, size, way)
    signed = cbor2.dumps(["Signature1", protected, b"", root], canonical=True)
    public = KEYS[algorithm].public.key
    assert isinstance(public, Ed25519PublicKey | MLDSA44PublicKey)
    public.verify(signature, signed)  # raises if it is not


def by_pymerkle(index: int, size: int, way: list[bytes]) -> bytes:
    """Return the root of pymerkle's own tree, once its own verifier agrees with ``way``."""
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    for number in range(size):
        tree.append_entry(entry(number))
    root: bytes = tree.get_root(size)
    theirs = tree.prove_inclusion(index + 1, size)
    pymerkle.verify_inclusion(theirs.path[0], root, theirs)
    assert theirs.path[1:] == way
    return root


def mutations(data: bytes, count: int) -> Iterator[bytes]:
    dice = random.Random(7)
    for _ in range(count):
        changed = bytearray(data)
        changed[dice.randrange(len(data))] ^= dice.randrange(1, 256)
        yield bytes(changed)


@pytest.mark.parametrize("algorithm", [ED25519, ML_DSA_44])
@pytest.mark.parametrize("index", [0, 1, 41, 299])
def test_two_hundred_receipts_with_one_changed_byte_are_all_refused(
    algorithm: Algorithm, index: int
) -> None:
    data, key = receipt_of(index, algorithm=algorithm).write(), KEYS[algorithm].public
    for changed in mutations(data, 200):
        with pytest.raises(LedgerError):
            read_receipt(changed).verify(entry(index), key)


def test_every_byte_of_a_receipt_counts() -> None:
    data, key = receipt_of(299).write(), KEYS[ED25519].public
    for place in range(len(data)):
        changed = data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
        with pytest.raises(LedgerError):
            read_receipt(changed).verify(entry(299), key)


def test_another_size_of_the_same_way_is_not_taken() -> None:
    """Without the size in what is signed this way would do for a tree of 301 as well."""
    receipt = receipt_of(41)
    leaf = merkle.leaf_hash(entry(41))
    assert merkle.root_by_inclusion(41, 301, leaf, receipt.hashes) == root_of(300)
    forged = Receipt(
        receipt.algorithm, receipt.kid, 301, 41, receipt.hashes, receipt.signature
    ).write()
    with pytest.raises(ProofError) as refused:
        read_receipt(forged).verify(entry(41), KEYS[ED25519].public)
    assert refused.value.rule == "signature_wrong"


def test_a_receipt_of_another_key_is_told_so() -> None:
    for other in (KEYS[ML_DSA_44].public, PrivateKey.generate(ED25519).public):
        with pytest.raises(ProofError) as refused:
            receipt_of(41).verify(entry(41), other)
        assert refused.value.rule == "other_key"


def parts_of(index: int) -> tuple[dict[Any, Any], list[Any], bytes]:
    receipt = receipt_of(index)
    header = {1: receipt.algorithm, 4: receipt.kid, 395: 1, -65537: SIZE}
    return header, [SIZE, index, list(receipt.hashes)], receipt.signature


def built(
    header: Any, unprotected: Any, signature: Any, payload: Any = None, tag: bytes = b"\xd2"
) -> bytes:
    return tag + canonical.encode([canonical.encode(header), unprotected, payload, signature])


def spoiled() -> dict[str, bytes]:
    header, way, signature = parts_of(0)
    proof = canonical.encode(way)
    good = {396: {-1: [proof]}}
    several = [*way[2], *[bytes(32)] * 60]
    return {
        "nothing": b"",
        "no tag": built(header, good, signature)[1:],
        "another tag": built(header, good, signature, tag=b"\xd1"),
        "a byte more": built(header, good, signature) + b"\x00",
        "a byte less": built(header, good, signature)[:-1],
        "no array": b"\xd2\xa0",
        "attached payload": built(header, good, signature, payload=root_of(SIZE)),
        "no vds": built({key: header[key] for key in (1, 4, -65537)}, good, signature),
        "another vds": built({**header, 395: 2}, good, signature),
        "vds in the open": built(
            {key: header[key] for key in (1, 4, -65537)}, {**good, 395: 1}, signature
        ),
        "no size": built({key: header[key] for key in (1, 4, 395)}, good, signature),
        "another size": built({**header, -65537: 299}, good, signature),
        "one header more": built({**header, 3: 0}, good, signature),
        "an algorithm that is none": built({**header, 1: -7}, good, signature),
        "a short kid": built({**header, 4: header[4][:8]}, good, signature),
        "no proofs": built(header, {}, signature),
        "no inclusion proof": built(header, {396: {}}, signature),
        "an empty list of proofs": built(header, {396: {-1: []}}, signature),
        "two proofs": built(header, {396: {-1: [proof, proof]}}, signature),
        "a consistency proof": built(header, {396: {-2: [proof]}}, signature),
        "both": built(header, {396: {-1: [proof], -2: [proof]}}, signature),
        "one open header more": built(header, {**good, 1: -19}, signature),
        "a proof that is not bytes": built(header, {396: {-1: [way]}}, signature),
        "a proof that is no CBOR": built(header, {396: {-1: [b"\xff"]}}, signature),
        "an empty way": built(
            header, {396: {-1: [canonical.encode([SIZE, 0, []])]}}, signature
        ),
        "a long way": built(
            header, {396: {-1: [canonical.encode([SIZE, 0, several])]}}, signature
        ),
        "a short hash": built(
            header, {396: {-1: [canonical.encode([SIZE, 0, [bytes(31)]])]}}, signature
        ),
        "an index that is false": built(
            header, {396: {-1: [canonical.encode([SIZE, False, way[2]])]}}, signature
        ),
        "an index beyond": built(
            header, {396: {-1: [canonical.encode([SIZE, SIZE, way[2]])]}}, signature
        ),
        "too long": built(header, good, bytes(LARGEST_RECEIPT)),
    }  # fmt: skip


SPOILED = spoiled()


@pytest.mark.parametrize("name", SPOILED)
def test_another_form_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_receipt(SPOILED[name])
    assert refused.value.place == "receipt"


def test_a_tree_of_one_entry_has_no_receipt() -> None:
    key = KEYS[ED25519]
    with pytest.raises(InvalidInputError):
        sign_receipt(0, 1, root_of(1), (), key=key.public, sign=key.sign)


def test_a_key_of_any_algorithm_may_be_named_and_only_its_own_counts() -> None:
    receipt = receipt_of(41)
    key = PrivateKey.generate(ESP256)
    header = Receipt(ESP256.cose, key.public.kid, SIZE, 41, receipt.hashes, receipt.signature)
    with pytest.raises(ProofError) as refused:
        read_receipt(header.write()).verify(entry(41), key.public)
    assert refused.value.rule == "signature_wrong"
