"""Facts in PostgreSQL: for many processes on many machines.

An append is one statement and one round trip. No pipeline: psycopg's stops for ever, holding its
lock, once a save outgrows the socket's buffers. Everything has a time limit, on the server and on
this side, so that a lost server is an error within seconds and never a stuck thread.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar, cast
from uuid import UUID

import psycopg
from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    OperationalError,
)
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore
from psycopg import Connection, Cursor
from psycopg.abc import PQGen
from psycopg.conninfo import conninfo_to_dict
from psycopg.pq import TransactionStatus
from psycopg.rows import DictRow, TupleRow, tuple_row
from psycopg_pool import PoolTimeout
from typing_extensions import override

from ledger.store import postgres_schema
from ledger.store.library_doors import SELECT_FACTS, Condition, LibraryDoors
from ledger.store.postgres_arrays import append_arguments, register_arrays
from ledger.store.postgres_listener import Listener
from ledger.store.rows import Answer, Batch, Finding, Row, Wakeup, gapless

CONNECT_SECONDS = 2
LOCK_SECONDS = 3
STATEMENT_SECONDS = 4
CLIENT_SECONDS = 5.0
"""When this side gives up a statement that the server should have ended long ago."""
CHUNK_BYTES = 8 << 20
"""Largest statement; a larger append is several of them in one transaction."""
_CONNECTIONS = 8

# The library mutes the pool; without its warnings a full server shows only as time-outs.
logging.getLogger("psycopg.pool").setLevel(logging.NOTSET)
logging.getLogger("psycopg").setLevel(logging.NOTSET)

_Answered = TypeVar("_Answered")


class DeadlineConnection(Connection[TupleRow]):
    """A connection that gives up and closes when an answer does not come in time."""

    client_seconds = CLIENT_SECONDS
    _own_cursor: Cursor[TupleRow] | None = None

    def own_cursor(self) -> Cursor[TupleRow]:
        """Return this connection's one cursor, which remembers the statements it has seen."""
        if self._own_cursor is None:
            self._own_cursor = self.cursor(binary=True)
        return self._own_cursor

    @override
    def wait(
        self, gen: PQGen[_Answered], interval: float = 0.1, timeout: float | None = None
    ) -> _Answered:
        try:
            return super().wait(gen, interval, self.client_seconds if timeout is None else timeout)
        except psycopg.OperationalError:
            if timeout is None and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
                self.pgconn.finish()
            raise


class LedgerServer(PostgresDatastore):
    """The connections to one ledger database."""

    def __init__(self, url: str, client_seconds: float) -> None:
        """Open nothing yet; the first use does."""
        self._client_seconds = client_seconds
        settings: dict[str, Any] = {**conninfo_to_dict(url)}
        self.url = url
        self._closed = False
        super().__init__(
            dbname="", host="", port="", user="", password="",
            connect_timeout=CONNECT_SECONDS, idle_in_transaction_session_timeout=STATEMENT_SECONDS,
            pool_size=1, max_overflow=_CONNECTIONS - 1, lock_timeout=LOCK_SECONDS,
        )  # fmt: skip
        limits = (
            f"-c statement_timeout={STATEMENT_SECONDS}s -c lock_timeout={LOCK_SECONDS}s"
            r" -c default_transaction_isolation=read\ committed"
        )
        settings.setdefault("connect_timeout", CONNECT_SECONDS)
        # The connection string's own options come last and win.
        settings["options"] = f"{limits} {settings.get('options') or ''}"
        self.pool.kwargs = {**settings, "row_factory": tuple_row}
        self.pool.connection_class = cast(Any, DeadlineConnection)

    @override
    def after_connect_func(self) -> Callable[[Connection[Any]], None]:
        """Return what is done to a new connection."""
        configure = super().after_connect_func()
        seconds = self._client_seconds

        def after_connect(connection: Connection[Any]) -> None:
            configure(connection)
            register_arrays(connection)
            cast(DeadlineConnection, connection).client_seconds = seconds

        return after_connect

    @override
    def register_type_adapters(self) -> None:
        """Do nothing: plain arrays need no types of our own."""

    @override
    @contextmanager
    def get_connection(self) -> Iterator[Connection[DictRow]]:
        """Yield a connection; the library would open a closed pool again."""
        if self._closed:
            raise InterfaceError("the ledger's connections are closed")
        with super().get_connection() as connection:
            yield connection

    @contextmanager
    def plain_connection(self) -> Iterator[DeadlineConnection]:
        """Yield a connection whose rows are tuples, without the library's type adapters."""
        if self._closed:
            raise InterfaceError("the ledger's connections are closed")
        try:
            if self.pool.closed:
                self.pool.open()
            # Taken and given back by hand: the pool's own block ends with a commit that a
            # connection which commits by itself does not need.
            connection = self.pool.getconn()
            try:
                # The library's type says dictionaries; `__init__` sets tuples.
                yield cast(DeadlineConnection, connection)
            finally:
                self.pool.putconn(connection)
        except psycopg.IntegrityError as error:
            raise IntegrityError(str(error)) from error
        except psycopg.OperationalError as error:
            raise OperationalError(str(error)) from error
        except psycopg.InterfaceError as error:
            raise InterfaceError(str(error)) from error
        except psycopg.Error as error:
            raise DatabaseError(str(error)) from error

    @override
    def close(self) -> None:
        """Close all connections."""
        self._closed = True
        super().close()


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
            if _schema_version(cursor) is None:
                for statement in postgres_schema.TABLES:
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
        self.datastore.pool.check()
        try:
            return self._append(batch)
        except IntegrityError:
            first = self._recorded_before(batch)
            if first is None:
                raise
            return first

    def _append(self, batch: Batch) -> int:
        with self._cursor() as cursor:
            if batch.bytes_estimate <= CHUNK_BYTES:
                return _call(cursor, batch)
            with cursor.connection.transaction():
                chunks = list(_chunks(batch))
                firsts = [_call(cursor, chunk) for chunk in chunks]
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

    @contextmanager
    def _cursor(self) -> Iterator[Cursor[TupleRow]]:
        with self.datastore.plain_connection() as connection:
            yield connection.own_cursor()

    def _fetch(self, statement: str, values: Sequence[Any] = ()) -> list[TupleRow]:
        """Return the answer of a reading statement; asked again if the connection broke."""
        try:
            return self._fetch_once(statement, values)
        except (InterfaceError, OperationalError) as error:
            if not _is_lost(error):
                raise
        self.datastore.pool.check()
        return self._fetch_once(statement, values)

    def _fetch_once(self, statement: str, values: Sequence[Any]) -> list[TupleRow]:
        with self._cursor() as cursor:
            return cursor.execute(statement.encode(), values, prepare=True).fetchall()

    @override
    def select(
        self, conditions: Sequence[Condition], order: str, limit: int | None = None
    ) -> list[Row]:
        """Return the rows that meet all ``conditions``."""
        pieces = [
            piece.replace("IN (?)", "= ANY(%b)").replace("?", "%b") for piece, _ in conditions
        ]
        where = f" WHERE {' AND '.join(pieces)}" if pieces else ""
        count = "" if limit is None else f" LIMIT {int(limit)}"
        values = [value for _, value in conditions]
        found = self._fetch(f"{SELECT_FACTS}{where} ORDER BY {order}{count}", values)
        return [Row._make(row) for row in found]

    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> tuple[list[Row], int]:
        """Return a stream's rows with exactly these stored names, and the last position."""
        found = self._fetch(postgres_schema.EXCERPT, [stream_id, list(topics)])
        return [Row._make(row[1:]) for row in found], found[0][0] if found else 0

    @override
    def head(self) -> int:
        """Return the last position given."""
        return int(self._fetch(postgres_schema.HEAD)[0][0])

    def answer(self, key_hash: bytes) -> Answer | None:
        """Return what the key was answered with."""
        found = self._fetch(
            "SELECT key_hash, digest, first, facts FROM ledger_answers WHERE key_hash = %b",
            [key_hash],
        )
        return Answer._make(found[0]) if found else None

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
        fsync, committing = self._fetch(
            "SELECT current_setting('fsync'), current_setting('synchronous_commit')"
        )[0]
        count, last, removed = self._fetch(
            "SELECT (SELECT count(*) FROM ledger_facts),"
            " (SELECT coalesce(max(position), 0) FROM ledger_facts), highest FROM ledger_removed"
        )[0]
        return [
            Finding("fsync", fsync == "on", fsync),
            Finding("synchronous_commit", committing not in {"off", "local"}, committing),
            Finding("gapless", *gapless(count, last, removed)),
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


def _call(cursor: Cursor[TupleRow], batch: Batch) -> int:
    cursor.execute(postgres_schema.APPEND, append_arguments(batch), prepare=True)
    found = cursor.fetchone()
    assert found is not None, "the function returns one row"
    return int(found[0])


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
