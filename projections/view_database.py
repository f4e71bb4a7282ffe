"""The two databases that views rest on, behind one small port.

Statements are written with ``?`` for values and one dialect that both understand; what differs
(bulk upserts, arrays, column types) stands here and nowhere else.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from psycopg import Connection, IsolationLevel, OperationalError, errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from ledger.store.postgres_server import LedgerConnection
from projections.errors import ViewsUnavailableError
from projections.view import AnyRow, Key, Table
from projections.view_store import Session, ViewDatabase

_SQLITE_TYPES = {str: "TEXT", int: "INTEGER", bytes: "BLOB"}
_POSTGRES_TYPES = {str: "text", int: "bigint", bytes: "bytea"}
_POSTGRES_COLUMNS = {**_POSTGRES_TYPES, str: 'text COLLATE "C"'}
"""Text is ordered by its bytes, as in SQLite, whatever language the server was set up in."""
_KEYS_A_QUERY = 500
"""SQLite's oldest limit is 999 values a statement; two-column keys stay far below its newer one."""
_LOCK_SECONDS = 10.0
_STATEMENT_SECONDS = 20
_CLIENT_SECONDS = 24.0
"""When this side gives up a statement that the server should have ended long ago."""
_PAUSE_SECONDS = 60
"""After so long between two statements the server ends a transaction: its process is frozen."""
_ALONE_SECONDS = 300
"""A swap waits for all who read the view; whoever else waits for it gives up far sooner."""
_ALONE_PAUSE_SECONDS = 15
_MOST_IDLE = 8
"""Connections that are kept for the next reader."""
_ALONE = 7244021
"""The advisory lock under which tables are made, swapped and dropped."""


_AWAY = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY,
})  # fmt: skip
"""SQLite's errors that are about the file and not about the statement."""


_SERVER_AWAY: tuple[type[Exception], ...] = (
    OperationalError, PoolTimeout,
    errors.IdleInTransactionSessionTimeout, errors.TransactionTimeout,
)  # fmt: skip
"""PostgreSQL's errors that are about the server and not about the statement."""


@contextmanager
def _database_errors(*also: type[Exception]) -> Iterator[None]:
    """Name what is wrong with the database itself; a wrong statement is our own fault."""
    away = (*_SERVER_AWAY, *also)
    try:
        yield
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in _AWAY:  # the low byte, without its details
            raise
        raise ViewsUnavailableError("the views' file cannot be used now; ask again") from error
    except away as error:
        raise ViewsUnavailableError("the views' server did not answer; ask again") from error


def _definition(table: Table, physical: str, types: dict[type, str]) -> list[str]:
    columns = ", ".join(
        f"{c.name} {types[c.kind]}{'' if c.optional else ' NOT NULL'}" for c in table.columns
    )
    key = ", ".join(table.names[: table.keys])
    statements = [f"CREATE TABLE {physical} ({columns}, PRIMARY KEY ({key}))"]
    for index in table.indexes:
        name = f"{physical}_{'_'.join(index)}"
        statements.append(f"CREATE INDEX {name} ON {physical} ({', '.join(index)})")
    return statements


def _on_conflict(table: Table) -> str:
    key = ", ".join(table.names[: table.keys])
    sets = ", ".join(f"{name} = excluded.{name}" for name in table.names[table.keys :])
    return f"ON CONFLICT ({key}) DO UPDATE SET {sets}" if sets else "ON CONFLICT DO NOTHING"


class SqliteSession:
    """One transaction on SQLite."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        """Use a connection that is in a transaction."""
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[AnyRow]:
        """Run one statement."""
        return self._connection.execute(sql, values).fetchall()

    def fetch(self, table: Table, physical: str, keys: Sequence[Key]) -> list[AnyRow]:
        """Return the rows under ``keys``."""
        names = ", ".join(table.names)
        key = ", ".join(table.names[: table.keys])
        one = f"({', '.join('?' * table.keys)})"
        found: list[AnyRow] = []
        for start in range(0, len(keys), _KEYS_A_QUERY):
            some = keys[start : start + _KEYS_A_QUERY]
            wanted = ", ".join([one] * len(some))
            statement = f"SELECT {names} FROM {physical} WHERE ({key}) IN (VALUES {wanted})"  # noqa: S608 (our own names)
            with _database_errors():
                found += self._connection.execute(
                    statement, [value for k in some for value in k]
                ).fetchall()
        return found

    def upsert(self, table: Table, physical: str, rows: Sequence[AnyRow]) -> None:
        """Insert or replace."""
        marks = ", ".join("?" * len(table.names))
        names = ", ".join(table.names)
        self._connection.executemany(
            f"INSERT INTO {physical} ({names}) VALUES ({marks}) {_on_conflict(table)}",  # noqa: S608 (our own names)
            rows,
        )

    def create(self, table: Table, physical: str) -> None:
        """Create the table."""
        for statement in _definition(table, physical, _SQLITE_TYPES):
            self._connection.execute(statement)


class SqliteViews:
    """Views in one SQLite file: one writes at a time, as many as needed read."""

    def __init__(self, path: Path, *, lock_seconds: float = _LOCK_SECONDS) -> None:
        """Open or create the file at ``path``; a writer waits so long for other processes'."""
        self._path = path
        self._lock_seconds = lock_seconds
        self._writing = threading.Lock()
        self._writer = self._connect()
        self._idle: deque[sqlite3.Connection] = deque()
        self._closed = False

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=self._lock_seconds
        )
        connection.execute("PRAGMA journal_mode = WAL")
        # A view can be built again from the facts: losing its last commits at a power cut is
        # caught up at the next start, because the position is lost with them.
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.execute("PRAGMA secure_delete = ON")
        return connection

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a writing transaction: there is never another one beside it."""
        with self._writing, _database_errors():
            self._check_open()
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield SqliteSession(self._writer)
                self._writer.execute("COMMIT")
            except BaseException:
                self._writer.rollback()
                raise

    alone = transaction

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a reading transaction."""
        self._check_open()
        with _database_errors():
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._connect()
            connection.execute("BEGIN")
            try:
                yield SqliteSession(connection)
            finally:
                connection.execute("ROLLBACK")
                self._give_back(connection)

    def _check_open(self) -> None:
        if self._closed:
            raise ViewsUnavailableError("the views' connections are closed")

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if len(self._idle) >= _MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)
        if self._closed:  # asked last: all were closed before this one was given back
            self._close_idle()

    def _close_idle(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def close(self) -> None:
        """Close all connections, those of open transactions when these end.

        SQLite closed under another thread's statement ends the process.
        """
        self._closed = True
        with self._writing:
            self._writer.close()
        self._close_idle()


class PostgresSession:
    """One transaction on PostgreSQL."""

    def __init__(self, connection: Connection[Any]) -> None:
        """Use a connection that is in a transaction."""
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[AnyRow]:
        """Run one statement."""
        cursor = self._connection.execute(sql.replace("?", "%s").encode(), values)
        return cursor.fetchall() if cursor.description is not None else []

    def fetch(self, table: Table, physical: str, keys: Sequence[Key]) -> list[AnyRow]:
        """Return the rows under ``keys``."""
        if not keys:
            return []
        columns = table.columns[: table.keys]
        names = ", ".join(f"t.{name}" for name in table.names)
        key = ", ".join(c.name for c in columns)
        same = " AND ".join(f"t.{c.name} = k.{c.name}" for c in columns)
        arrays = ", ".join(f"%s::{_POSTGRES_TYPES[c.kind]}[]" for c in columns)
        statement = f"SELECT {names} FROM unnest({arrays}) AS k({key}) JOIN {physical} t ON {same}"  # noqa: S608 (our own names)
        values = [list(column) for column in zip(*keys, strict=True)]
        with _database_errors():
            return self._connection.execute(statement.encode(), values).fetchall()

    def upsert(self, table: Table, physical: str, rows: Sequence[AnyRow]) -> None:
        """Insert or replace, all rows in one statement."""
        if not rows:
            return
        names = ", ".join(table.names)
        arrays = ", ".join(f"%b::{_POSTGRES_TYPES[c.kind]}[]" for c in table.columns)
        statement = (
            f"INSERT INTO {physical} ({names}) SELECT * FROM unnest({arrays}) "  # noqa: S608 (our own names)
            f"{_on_conflict(table)}"
        )
        values = [list(column) for column in zip(*rows, strict=True)]
        self._connection.execute(statement.encode(), values)

    def create(self, table: Table, physical: str) -> None:
        """Create the table."""
        for statement in _definition(table, physical, _POSTGRES_COLUMNS):
            self._connection.execute(statement.encode())


class PostgresViews:
    """Views in a PostgreSQL schema of their own; everything has a time limit, there and here."""

    def __init__(
        self, url: str, *, connections: int = 8, client_seconds: float = _CLIENT_SECONDS
    ) -> None:
        """Open a pool of at most ``connections`` to ``url``.

        This side gives up a statement after ``client_seconds``, the server before; the limits of
        the server are those of ``url`` where its options name any, but for `alone`.
        """
        self._client_seconds = client_seconds
        self._pool: ConnectionPool[LedgerConnection] = ConnectionPool(
            min_size=1,
            max_size=connections,
            connection_class=LedgerConnection,
            kwargs=_settings(url),
            configure=self._configure,
            timeout=_LOCK_SECONDS,
            open=True,
        )
        with self.alone() as session:
            session.execute("CREATE SCHEMA IF NOT EXISTS views")

    def _configure(self, connection: LedgerConnection) -> None:
        connection.client_seconds = self._client_seconds

    @contextmanager
    def _writing(self) -> Iterator[LedgerConnection]:
        with (
            # What was a primary server has become one that only reads.
            _database_errors(errors.ReadOnlySqlTransaction),
            self._pool.connection() as connection,
            connection.transaction(),
        ):
            yield connection

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a writing transaction."""
        with self._writing() as connection:
            yield PostgresSession(connection)

    @contextmanager
    def alone(self) -> Iterator[Session]:
        """Open a writing transaction that waits for all others opened in this way."""
        with self._writing() as connection:
            session = PostgresSession(connection)
            connection.client_seconds = _ALONE_SECONDS + 1
            try:
                session.execute(_AS_LONG_AS_ALONE)
                session.execute(f"SELECT pg_advisory_xact_lock({_ALONE})")
                yield session
            finally:
                connection.client_seconds = self._client_seconds

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a reading transaction: all its statements see the same rows."""
        with _database_errors(), self._pool.connection() as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ
            connection.read_only = True
            try:
                with connection.transaction():
                    yield PostgresSession(connection)
            finally:
                connection.isolation_level = connection.read_only = None

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()


_AS_LONG_AS_ALONE = (
    f"SELECT set_config('lock_timeout', '{_ALONE_SECONDS}s', true), "
    f"set_config('statement_timeout', '{_ALONE_SECONDS}s', true), "
    f"set_config('idle_in_transaction_session_timeout', '{_ALONE_PAUSE_SECONDS}s', true)"
)


def _settings(url: str) -> dict[str, Any]:
    given = conninfo_to_dict(url)
    limits = (
        f"-c statement_timeout={_STATEMENT_SECONDS}s -c lock_timeout={int(_LOCK_SECONDS)}s "
        f"-c idle_in_transaction_session_timeout={_PAUSE_SECONDS}s"
    )
    line = {
        "connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5,
        "keepalives_count": 2, "tcp_user_timeout": 20_000,
    }  # fmt: skip
    options = f"{limits} {given.get('options') or ''} -c search_path=views"
    return {**line, **given, "options": options}


def open_views(url: str) -> ViewDatabase:
    """Open the views' database at ``sqlite:///path`` or ``postgresql://…``."""
    if url.startswith("sqlite:///"):
        return SqliteViews(Path(url.removeprefix("sqlite:///")))
    return PostgresViews(url)
