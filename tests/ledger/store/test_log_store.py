"""The log at rest, on both databases: it grows, it answers as the port says, it never changes."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from ledger.errors import (
    InvalidInputError,
    LogError,
    ProofError,
    RefusedError,
    StoreUnavailableError,
)
from ledger.store.log_store import LogStore, open_log
from ledger.transparency.log import PublishedHead, prove
from ledger.transparency.merkle import leaf_hash
from ledger.transparency.tiles import Tile
from tests_support.memory_log import MemoryLog

AT = datetime(2026, 11, 20, 8, 30, 0, 125, tzinfo=UTC)


def entry(number: int) -> bytes:
    return b"\x01" + number.to_bytes(64)


@pytest.fixture
def log(ledger_url: str) -> Iterator[LogStore]:
    opened = open_log(ledger_url)
    yield opened
    opened.close()


def grow(log: LogStore, *numbers: int) -> None:
    edge = log.edge()
    old = edge.size
    written = edge.append([leaf_hash(entry(number)) for number in numbers])
    assert log.integrate(written, old=old, size=edge.size)


def test_a_log_grown_in_parts_is_the_log_grown_at_once(log: LogStore) -> None:
    memory = MemoryLog()
    memory.add(*map(entry, range(70_000)))
    for start, end in (
        (0, 1),
        (1, 256),
        (256, 257),
        (257, 1_000),
        (1_000, 65_537),
        (65_537, 70_000),
    ):
        grow(log, *range(start, end))
    assert log.size() == 70_000
    assert log.edge().root == memory._edge.root
    wanted = [Tile(2, 0, 1), Tile(0, 3), Tile(1, 0), Tile(0, 273, 112), Tile(0, 0, 5)]
    assert log.tiles(wanted) == memory.tiles(wanted)


def test_heads_are_found_by_what_they_cover(log: LogStore) -> None:
    assert log.latest() is None
    assert log.covering(0) is None
    heads = [
        PublishedHead(3, b"r" * 32, b"note 3", AT),
        PublishedHead(9, b"s" * 32, b"note 9", None),
        PublishedHead(12, b"t" * 32, b"note 12", AT + timedelta(microseconds=1)),
    ]
    for head in reversed(heads):
        assert log.publish(head)
    assert log.latest() == heads[2]
    assert [log.covering(index) for index in (0, 2, 3, 8, 9)] == [
        heads[0], heads[0], heads[1], heads[1], heads[2],
    ]  # fmt: skip
    assert log.covering(12) is None
    assert log.heads(after=0, limit=2) == heads[:2]
    assert log.heads(after=3, limit=9) == heads[1:]
    assert log.wait_for(12, 0) == heads[2]
    assert log.wait_for(13, 0.05) is None


def test_a_head_that_is_published_is_not_published_again(log: LogStore) -> None:
    first = PublishedHead(3, b"r" * 32, b"note", AT)
    assert log.publish(first)
    assert not log.publish(first._replace(note=b"another"))
    assert log.latest() == first


def test_of_two_sequencers_the_slower_one_changes_nothing(log: LogStore) -> None:
    mine, others = log.edge(), log.edge()
    written = mine.append([leaf_hash(entry(number)) for number in range(300)])
    late = others.append([leaf_hash(entry(number)) for number in range(200)])
    assert log.integrate(written, old=0, size=300)
    assert not log.integrate(late, old=0, size=200)
    assert log.size() == 300
    assert log.edge().root == mine.root


def test_a_tile_is_never_written_with_other_bytes(log: LogStore) -> None:
    grow(log, *range(300))
    edge = log.edge()
    spoiled = [(Tile(0, 1, 45), b"x" * 32 * 45)]
    with pytest.raises(LogError) as refused:
        log.integrate(spoiled, old=300, size=301)
    assert refused.value.rule == "log_changed"
    assert log.size() == 300
    assert log.edge().root == edge.root


def test_the_database_itself_refuses_to_change_or_remove(log: LogStore, ledger_url: str) -> None:
    grow(log, *range(3))
    log.publish(PublishedHead(3, b"r" * 32, b"note", AT))
    for statement in (
        "DELETE FROM log_tile",
        "DELETE FROM log_head",
        "DELETE FROM log_checkpoint",
        "UPDATE log_head SET size = 2",
        "UPDATE log_tile SET number = 7",
        "UPDATE log_checkpoint SET root = note",
    ):
        with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError)):
            run(ledger_url, statement)
    assert log.size() == 3


def run(url: str, statement: str) -> None:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        try:
            connection.execute(statement)
        finally:
            connection.close()
    else:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute(statement.encode())


def test_a_log_in_a_file_is_copied_and_one_on_a_server_says_who_does_that(
    log: LogStore, ledger_url: str, tmp_path: Path
) -> None:
    grow(log, *range(3))
    if ledger_url.startswith("sqlite"):
        log.backup(tmp_path / "copy.db")
        copied = open_log(f"sqlite:///{tmp_path / 'copy.db'}", read_only=True)
        assert copied.edge().root == log.edge().root
        copied.close()
    else:
        with pytest.raises(RefusedError, match="pg_basebackup"):
            log.backup(tmp_path / "copy.db")


def test_who_only_looks_can_write_nothing(log: LogStore, ledger_url: str) -> None:
    grow(log, *range(3))
    looking = open_log(ledger_url, read_only=True)
    assert looking.size() == 3
    edge = looking.edge()
    written = edge.append([leaf_hash(entry(3))])
    with pytest.raises(StoreUnavailableError):
        looking.integrate(written, old=3, size=4)
    with pytest.raises(StoreUnavailableError):
        looking.publish(PublishedHead(3, b"r" * 32, b"note", AT))
    looking.close()
    assert log.size() == 3
    assert log.latest() is None


def test_who_only_looks_makes_no_log(ledger_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailableError):
        open_log(ledger_url, read_only=True)
    assert not list(tmp_path.iterdir())


def test_a_log_is_in_one_of_two_databases() -> None:
    with pytest.raises(InvalidInputError):
        open_log("mysql://somewhere")


def test_a_tile_that_is_not_there_is_refused(log: LogStore) -> None:
    grow(log, *range(3))
    for tile in (Tile(0, 0, 4), Tile(0, 1, 1), Tile(1, 0, 1)):
        with pytest.raises(ProofError) as refused:
            log.tiles([tile])
        assert refused.value.rule == "no_such_tile"


def test_proofs_of_a_stored_log_are_those_of_a_log_in_memory(log: LogStore) -> None:
    memory = MemoryLog()
    memory.add(*map(entry, range(1_000)))
    head = memory.publish(AT)
    grow(log, *range(1_000))
    grow(log, *range(1_000, 1_700))
    for index in (0, 255, 256, 700, 999):
        assert prove(log, index, head) == prove(memory, index, head)
