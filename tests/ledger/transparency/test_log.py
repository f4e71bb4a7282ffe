"""Proofs that a log makes of what it has published."""

from datetime import UTC, datetime, timedelta

import pytest

from ledger.errors import ProofError
from ledger.transparency import merkle
from ledger.transparency.log import connect, index_of, prove
from ledger.transparency.proof import parse_proof
from ledger.transparency.tiles import Tile
from tests_support.memory_log import MemoryLog

AT = datetime(2026, 11, 20, 8, 30, tzinfo=UTC)


def entry(number: int) -> bytes:
    return b"\x01" + number.to_bytes(64)


def test_what_a_log_has_published_it_can_prove_to_who_knows_its_policy() -> None:
    log = MemoryLog()
    log.add(*map(entry, range(300)))
    first = log.publish(AT)
    log.add(*map(entry, range(300, 700)))
    second = log.publish(AT + timedelta(seconds=1))
    covering = log.covering(index_of(301))
    assert covering == second
    assert log.covering(299) == first
    proof = parse_proof(prove(log, 299, first).write())
    assert proof.verify(entry(299), log.policy).quorum_at == AT
    with pytest.raises(ProofError):
        proof.verify(entry(298), log.policy)
    merkle.verify_consistency(
        old=300, size=700, old_root=first.root, root=second.root, proof=connect(log, 300, second)
    )


def test_an_older_head_is_proved_from_tiles_that_have_grown_since() -> None:
    log = MemoryLog()
    log.add(*map(entry, range(100)))
    head = log.publish(AT)
    log.add(*map(entry, range(100, 1_000)))
    assert prove(log, 7, head).verify(entry(7), log.policy).checkpoint.size == 100


def test_a_tile_that_is_not_there_yet_is_refused() -> None:
    log = MemoryLog()
    log.add(entry(0))
    for tile in (Tile(0, 0, 2), Tile(0, 1, 1), Tile(1, 0, 1)):
        with pytest.raises(ProofError) as refused:
            log.tiles([tile])
        assert refused.value.rule == "no_such_tile"
