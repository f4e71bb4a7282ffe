"""Facts in PostgreSQL: for many processes on many machines.

An append is one statement and one round trip. No pipeline: psycopg's stops for ever, holding its
lock, once a save outgrows the socket's buffers.
"""

import re
from collections import deque
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
)
from eventsourcing.postgres import PostgresApplicationRecorder
from psycopg import Cursor
from psycopg.pq.abc import PGresult
from psycopg.rows import TupleRow
from psycopg_pool import PoolTimeout
from typing_extensions import override

from ledger.store import postgres_arrays, postgres_schema
from ledger.store.library_doors import Condition, LibraryDoors
from ledger.store.postgres_arrays import append_values, bytes_of, integer_of, text_of
from ledger.store.postgres_listener import Listener
from ledger.store.postgres_server import CLIENT_SECONDS, LedgerConnection, LedgerServer
from ledger.store.rows import SELECT_FACTS, Answer, Batch, Finding, Row, Wakeup, gapless
from ledger.store.walked import POSTGRES_WALK

CHUNK_BYTES = 8 << 20
"""Largest statement; a larger append is several of them in one transaction."""


class PostgresFacts(LibraryDoors, PostgresApplicationRecorder):
    """The recorder of facts in one PostgreSQL database."""

    is_remote = True
    datastore: LedgerServer

    def __init__(self, url: str, *, client_seconds: float = CLIENT_SECONDS) -> None:
        """Record in the database that the connection string ``url`` names."""
        super().__init__(LedgerServer(url, client_seconds), events_table_name="ledger_facts")
        self._idle_listener: deque[Listener] = deque(maxlen=1)
        self._closed = False

    @override
    def create_table(self) -> None:
        """Make the tables once, however many processes start together."""
        with self.datastore.transaction(commit=True) as any_cursor:
            cursor = cast("Cursor[TupleRow]", any_cursor)
            if _schema_version(cursor) == postgres_schema.SCHEMA_VERSION:
                return
            # CREATE … IF NOT EXISTS races with itself; behind this lock nobody else creates.
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [postgres_schema.MIGRATION_LOCK])
            # An index over all that is there takes longer than any statement may in service.
            cursor.execute("SET LOCAL statement_timeout = 0")
            version = _schema_version(cursor)
            if version is None:
                for statement in postgres_schema.TABLES:
                    cursor.execute(statement)
            for later in range((version or 1) + 1, postgres_schema.SCHEMA_VERSION + 1):
                for statement in postgres_schema.UPGRADES[later]:
                    cursor.execute(statement)

    @override
    def append(self, batch: Batch) -> int:
        """Store the rows at the next positions; durable on the server when this returns.

        A connection that breaks is replaced and asked again: the rows' event ids tell whether the
        first attempt was recorded after all.

        Raises:
            IntegrityError: A stream is at another version, or an idempotency key was used.
            OperationalError: The server did not answer in time.
        """
        try:
            return self._append(batch)
        except (InterfaceError, OperationalError) as error:
            if not _is_lost(error):
                raise
        self.datastore.replace_broken()
        try:
            return self._append(batch)
        except IntegrityError:
            first = self._recorded_before(batch)
            if first is None:
                raise
            return first

    def _append(self, batch: Batch) -> int:
        if batch.bytes_estimate <= CHUNK_BYTES:
            return integer_of(
                self.datastore.ask(postgres_schema.APPEND, append_values(batch)), 0, 0
            )
        with self.datastore.connection() as connection, connection.transaction():
            firsts = [_part(connection, chunk) for chunk in _chunks(batch)]
            return firsts[0]

    def _recorded_before(self, batch: Batch) -> int | None:
        """Return the position of the first row if it is this very row that is there."""
        if not batch.rows:
            return None
        ours = batch.rows[0]
        stored = self.row(ours.stream_id, ours.version)
        if stored is None or stored.event_id != ours.event_id:
            return None
        return stored.position

    def _ask(self, statement: bytes, values: Sequence[bytes | None] = ()) -> PGresult:
        """Return the answer of a reading statement; asked again if the connection broke."""
        try:
            return self.datastore.ask(statement, values)
        except (InterfaceError, OperationalError) as error:
            if not _is_lost(error):
                raise
        self.datastore.replace_broken()
        return self.datastore.ask(statement, values)

    @override
    def select(
        self, conditions: Sequence[Condition], order: str, limit: int | None = None
    ) -> list[Row]:
        """Return the rows that meet all ``conditions``."""
        statement = _select(tuple([piece for piece, _ in conditions]), order)
        values = [postgres_arrays.value_of(value) for _, value in conditions]
        most = None if limit is None else postgres_arrays.value_of(limit)
        return postgres_arrays.rows_of(self._ask(statement, [*values, most]))

    @override
    def walk(self, after: int, limit: int, names: Sequence[str]) -> list[Row]:
        """Return the rows with these stored names, all of `ledger.store.walked`, in order."""
        values = [postgres_arrays.texts(names), *map(postgres_arrays.value_of, (after, limit))]
        return postgres_arrays.rows_of(self._ask(POSTGRES_WALK, values))

    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> tuple[list[Row], int]:
        """Return a stream's rows with exactly these stored names, and the last position."""
        values = [stream_id.bytes, postgres_arrays.texts(topics)]
        found = self._ask(postgres_schema.EXCERPT, values)
        as_of = integer_of(found, 0, 0) if found.ntuples else 0
        return postgres_arrays.rows_of(found, 1), as_of

    def entries(self, *, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Return positions and log entries in order of position."""
        values = [postgres_arrays.value_of(after), postgres_arrays.value_of(limit)]
        found = self._ask(postgres_schema.ENTRIES, values)
        return [
            (integer_of(found, row, 0), bytes_of(found, row, 1)) for row in range(found.ntuples)
        ]

    @override
    def head(self) -> int:
        """Return the last position given."""
        return integer_of(self._ask(postgres_schema.HEAD), 0, 0)

    def answer(self, key_hash: bytes) -> Answer | None:
        """Return what the key was answered with."""
        found = self._ask(postgres_schema.ANSWER, [key_hash])
        if not found.ntuples:
            return None
        first, facts = (integer_of(found, 0, column) for column in (2, 3))
        return Answer(bytes_of(found, 0, 0), bytes_of(found, 0, 1), first, facts)

    @override
    def wakeup(self) -> Wakeup:
        """Start to listen; a listener that was given back is used again."""
        try:
            return self._idle_listener.pop()
        except IndexError:
            return Listener(self.datastore.url, self._keep)

    def _keep(self, listener: Listener) -> bool:
        if self._closed or self._idle_listener:
            return False
        self._idle_listener.append(listener)
        return True

    def findings(self) -> list[Finding]:
        """Check the server's durability and the order of the facts."""
        settings = self._ask(postgres_schema.DURABILITY)
        fsync, committing = (text_of(settings, 0, column) for column in (0, 1))
        counts = self._ask(postgres_schema.COUNTS)
        facts, last, removed = (integer_of(counts, 0, column) for column in (0, 1, 2))
        return [
            Finding("fsync", fsync == "on", fsync),
            Finding("synchronous_commit", committing not in {"off", "local"}, committing),
            Finding("gapless", *gapless(facts, last, removed)),
        ]

    def backup(self, to: Path) -> None:
        """Refuse: a server is backed up by its own tools, with its write-ahead log.

        Raises:
            NotSupportedError: Always.
        """
        raise NotSupportedError(f"{to.name}: back up a server with pg_basebackup")

    def close(self) -> None:
        """Close all connections."""
        self._closed = True
        while self._idle_listener:
            self._idle_listener.pop().end()
        self.datastore.close()


def _schema_version(cursor: Cursor[TupleRow]) -> int | None:
    """Return the version of the tables that are there, None if there are none."""
    there = cursor.execute(postgres_schema.HAS_VERSION).fetchone()
    if there is None or not there[0]:
        return None
    found = cursor.execute(postgres_schema.READ_VERSION).fetchone()
    version = None if found is None else int(found[0])
    if version is not None and version > postgres_schema.SCHEMA_VERSION:
        raise OperationalError(f"the tables have version {version}, made by a later program")
    return version


def _is_lost(error: Exception) -> bool:
    """Whether the connection broke, so that nobody knows if the statement was carried out."""
    cause = error.__cause__
    if isinstance(cause, PoolTimeout) or not isinstance(cause, psycopg.Error):
        return False
    # 57P: the server shuts down or has crashed. Other codes come from a server that is there.
    return cause.sqlstate is None or cause.sqlstate.startswith("57P")


@lru_cache(maxsize=64)
def _select(pieces: tuple[str, ...], order: str) -> bytes:
    """Return the statement; the limit is its last value, null for none."""
    where = f" WHERE {' AND '.join(pieces)}" if pieces else ""
    statement = f"{SELECT_FACTS}{where} ORDER BY {order} LIMIT ?".replace("IN (?)", "= ANY(?)")
    number = count(1)
    return re.sub(r"\?", lambda _: f"${next(number)}", statement).encode()


def _part(connection: LedgerConnection, chunk: Batch) -> int:
    return integer_of(connection.ask(postgres_schema.APPEND, append_values(chunk)), 0, 0)


def _chunks(batch: Batch) -> Iterator[Batch]:
    """Yield parts that together are ``batch``; checks come with the first, answers with it too."""
    after, absent, answers = batch.after, batch.absent, batch.answers
    rows: list[Row] = []
    size = 0
    for row in batch.rows:
        rows.append(row)
        size += len(row.state)
        if size >= CHUNK_BYTES:
            yield Batch(rows, after, absent, answers)
            rows, size, after, absent, answers = [], 0, (), (), ()
    if rows:
        yield Batch(rows, after, absent, answers)
