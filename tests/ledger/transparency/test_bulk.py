"""Proofs made together are the proofs made one by one."""

import random
from datetime import UTC, datetime

import pytest

from ledger.errors import ProofError
from ledger.transparency.bulk import prove_many
from ledger.transparency.log import prove
from tests_support.memory_log import MemoryLog

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def entry(number: int) -> bytes:
    return b"\x01" + number.to_bytes(64)


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 1_000, 65_536, 66_000])
def test_proofs_in_bulk_are_those_of_each_leaf(size: int) -> None:
    log = MemoryLog()
    log.add(*map(entry, range(size)))
    head = log.publish(AT)
    log.add(*map(entry, range(size, size + 300)))
    indexes = [*random.Random(5).choices(range(size), k=200), 0, size - 1]
    found = dict(prove_many(log, indexes, head))
    assert list(found) == sorted(set(indexes))
    for index, proof in found.items():
        assert proof == prove(log, index, head)
    last = found[size - 1]
    assert last.verify(entry(size - 1), log.policy).checkpoint.size == size


@pytest.mark.parametrize("index", [-1, 300])
def test_a_leaf_that_is_not_there_has_no_proof(index: int) -> None:
    log = MemoryLog()
    log.add(*map(entry, range(300)))
    with pytest.raises(ProofError) as refused:
        list(prove_many(log, [5, index], log.publish(AT)))
    assert refused.value.rule == "no_such_leaf"


def test_nothing_asked_is_nothing_proved() -> None:
    log = MemoryLog()
    log.add(entry(1))
    assert list(prove_many(log, [], log.publish(AT))) == []
