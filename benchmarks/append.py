"""What an append costs: ready rows against raw inserts, whole commands against the stock library.

Every figure and its floor are measured in turn in the same run, on the same disk, with commits
that are on the disk when they return.
"""

import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import psycopg

from benchmarks import commands
from benchmarks.table import Row as Line
from benchmarks.table import interleaved, median_ratio
from ledger.facts import Change
from ledger.store.mapper import FactMapper
from ledger.store.postgres_recorder import PostgresFacts
from ledger.store.rows import Batch, Recorder, Row
from ledger.store.sqlite_recorder import SQLiteFacts
from tests_support.postgres import private_server
from tests_support.toy_ledger import OpenSeals, fresh_id, sample_note, toy_act, toy_types

SIZES = {1: (60, 15), 10: (30, 15), 1_000: (4, 15)}
"""Rows a transaction: transactions a round, rounds."""
SQLITE_BARS = {1: 0.8, 10: 0.7, 1_000: 0.6}
POSTGRES_BARS = {1: 0.65, 10: 0.75, 1_000: 0.7}

_RAW_SQLITE = """
    CREATE TABLE raw_facts (
        position INTEGER PRIMARY KEY, event_id BLOB NOT NULL, originator_id BLOB NOT NULL,
        originator_version INTEGER NOT NULL, topic TEXT NOT NULL, state BLOB NOT NULL,
        metadata BLOB, entry BLOB NOT NULL, UNIQUE (originator_id, originator_version)
    ) STRICT
"""
_RAW_SQLITE_INSERT = (
    "INSERT INTO raw_facts (event_id, originator_id, originator_version, topic, state, entry)"
    " VALUES (?, ?, ?, ?, ?, ?)"
)
_RAW_POSTGRES = """
    CREATE TABLE raw_facts (
        position bigserial PRIMARY KEY, event_id uuid NOT NULL, originator_id uuid NOT NULL,
        originator_version bigint NOT NULL, topic text COLLATE "C" NOT NULL, state bytea NOT NULL,
        metadata bytea, entry bytea NOT NULL, UNIQUE (originator_id, originator_version)
    );
    ALTER TABLE raw_facts ALTER COLUMN state SET STORAGE EXTERNAL
"""
_RAW_POSTGRES_INSERT = (
    "INSERT INTO raw_facts (event_id, originator_id, originator_version, topic, state, entry)"
    " SELECT * FROM unnest(%b::uuid[], %b::uuid[], %b::bigint[], %b::text[], %b::bytea[],"
    " %b::bytea[])"
)


Insert = Callable[[list[Row]], object]


def ready(transactions: int, size: int) -> list[list[Row]]:
    """Return the rows of a round: ``size`` new streams in each of so many ``transactions``."""
    mapper = FactMapper(toy_types(), OpenSeals(), fresh_id)
    changes = [Change(uuid4(), 0, (sample_note(),), uuid4()) for _ in range(transactions * size)]
    rows = mapper.rows_of(toy_act(), changes, None)
    return [rows[at : at + size] for at in range(0, len(rows), size)]


@contextmanager
def raw_sqlite(path: Path) -> Iterator[Insert]:
    """Yield the plainest durable insert that Python's sqlite3 has."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(_RAW_SQLITE)

        def insert(rows: list[Row]) -> None:
            values = [
                (r.event_id.bytes, r.stream_id.bytes, r.version, r.topic, r.state, r.entry)
                for r in rows
            ]
            connection.execute("BEGIN IMMEDIATE")
            connection.executemany(_RAW_SQLITE_INSERT, values)
            connection.execute("COMMIT")

        yield insert


@contextmanager
def raw_postgres(url: str) -> Iterator[Insert]:
    """Yield one prepared INSERT … FROM unnest, the fastest statement for ready rows."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(_RAW_POSTGRES)
        cursor = connection.cursor(binary=True)

        def insert(rows: list[Row]) -> None:
            _, *columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(_RAW_POSTGRES_INSERT, columns, prepare=True)

        yield insert


@dataclass
class Round:
    """The same ready rows for both sides, made fresh before each round and not timed."""

    recorder: Recorder
    raw: Insert
    transactions: int
    size: int
    rows: list[list[Row]] = field(default_factory=list)

    def prepare(self) -> None:
        """Make the rows of the next round."""
        self.rows = ready(self.transactions, self.size)

    def ours(self) -> None:
        """Append them."""
        for batch in self.rows:
            self.recorder.append(Batch(batch))

    def floor(self) -> None:
        """Insert them."""
        for batch in self.rows:
            self.raw(batch)


def append_lines(name: str, recorder: Recorder, raw: Insert, bars: dict[int, float]) -> list[Line]:
    """Return the rates of ``recorder`` against ``raw``, each of ``SIZES`` a line."""
    lines = []
    for size, (transactions, rounds) in SIZES.items():
        round_of = Round(recorder, raw, transactions, size)
        _, spent, spent_raw = interleaved(
            round_of.prepare, round_of.ours, round_of.floor, rounds=rounds
        )
        count = transactions * size
        lines.append(
            Line(
                f"{name}: append of ready rows, {size:,} a transaction",
                f"{count / sorted(spent)[rounds // 2]:,.0f} facts/s",
                f"{count / sorted(spent_raw)[rounds // 2]:,.0f} raw rows/s",
                median_ratio(spent_raw, spent),
                bars[size],
                at_most=False,
            )
        )
    return lines


def rows() -> Iterator[Line]:
    """Yield the lines of the table."""
    with tempfile.TemporaryDirectory() as folder, raw_sqlite(Path(folder) / "raw.db") as raw:
        recorder = SQLiteFacts(Path(folder) / "ledger.db")
        recorder.create_table()
        yield from append_lines("SQLite", recorder, raw, SQLITE_BARS)
        recorder.close()
        yield from commands.sqlite_lines(Path(folder))
    with private_server(fsync=True) as server:
        with raw_postgres(server.new_database()) as raw:
            facts = PostgresFacts(server.new_database())
            facts.create_table()
            yield from append_lines("PostgreSQL", facts, raw, POSTGRES_BARS)
            facts.close()
        yield from commands.postgres_lines(server)
