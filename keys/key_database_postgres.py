"""The key store in a PostgreSQL database of its own.

Everything has a time limit, on the server and on this side, so that a lost server or a frozen
process is an error and never a stuck thread. Within a shredding they are far wider.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any, Final, LiteralString

import psycopg
from psycopg.conninfo import conninfo_to_dict

from keys.key_connections import Connections
from keys.key_database import LOCK_SECONDS, SCHEMA, KeySession, Rows
from keys.patient_connection import PatientConnection

_ADVISORY = 0x6B657973
"""First half of our advisory locks' names; the second half is one of the next two."""
_WRITING, _SHREDDING = 1, 2
_LINE: Final = {
    "connect_timeout": 10, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}  # fmt: skip
STATEMENT_SECONDS: Final = 30
CLIENT_SECONDS: Final = 35.0
"""When this side gives up a statement that the server should have ended long ago."""
PAUSE_SECONDS: Final = 15
"""After so long between two statements the server ends a transaction: its process is frozen."""
SHREDDING_SECONDS: Final = 1800
"""Statement, pause and this side's patience in a transaction of a shredding, however large."""


class _Connection(PatientConnection):
    client_seconds = CLIENT_SECONDS


class PostgresKeys:
    """The key store as a PostgreSQL database of its own."""

    def __init__(self, url: str, *, client_seconds: float = CLIENT_SECONDS) -> None:
        """Open the database at ``url``; its tables are made if they are not there.

        This side gives up a statement after ``client_seconds``, the server before; the limits of
        the server are those of ``url`` where its options name any, but for a shredding.
        """
        self._url = url
        self._client_seconds = client_seconds
        self._this_thread = threading.local()
        self._connections = Connections(self._connect)
        with self.writing() as session:
            for statement in SCHEMA:
                session.execute(statement.replace("BYTES", "BYTEA").replace("INTEGER", "BIGINT"))

    def _connect(self) -> _Connection:
        given = conninfo_to_dict(self._url)
        limits = (
            f"-c client_min_messages=warning -c lock_timeout={int(LOCK_SECONDS * 1000)} "
            f"-c statement_timeout={STATEMENT_SECONDS}s "
            f"-c idle_in_transaction_session_timeout={PAUSE_SECONDS}s"
        )
        options = f"{limits} {given.get('options') or ''}"
        settings: dict[str, Any] = {**_LINE, **given, "options": options}
        connection = _Connection.connect(autocommit=True, **settings)
        connection.client_seconds = self._client_seconds
        try:
            # A key must be durable before anything is sealed under it.
            setting = connection.execute("SHOW synchronous_commit").fetchone()
            if setting in {("off",), ("local",)}:
                connection.execute("SET synchronous_commit = on")
        except BaseException:
            connection.close()
            raise
        return connection

    def query(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """Run one reading statement."""
        with self._connections.borrowed() as connection:
            return _PostgresSession(connection).execute(sql, values)

    @contextmanager
    def _transaction(self, mode: LiteralString, *, alone: bool) -> Iterator[KeySession]:
        with self._connections.borrowed() as connection:
            connection.execute(mode)
            if alone:
                connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (_ADVISORY, _WRITING))
            if getattr(self._this_thread, "shreds", False):
                for limit in ("statement_timeout", "idle_in_transaction_session_timeout"):
                    connection.execute(
                        "SELECT set_config(%s, %s, true)", (limit, f"{SHREDDING_SECONDS}s")
                    )
                connection.client_seconds = SHREDDING_SECONDS
            yield _PostgresSession(connection)
            connection.execute("COMMIT")
            connection.client_seconds = self._client_seconds

    def writing(self) -> AbstractContextManager[KeySession]:
        """Open the one writing transaction."""
        return self._transaction("BEGIN ISOLATION LEVEL READ COMMITTED", alone=True)

    def snapshot(self) -> AbstractContextManager[KeySession]:
        """Open a reading transaction."""
        return self._transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", alone=False)

    @contextmanager
    def _shredding(self) -> Iterator[None]:
        with self._connections.borrowed() as connection:
            connection.execute("SELECT pg_advisory_lock(%s, %s)", (_ADVISORY, _SHREDDING))
            self._this_thread.shreds = True
            try:
                yield
            finally:
                self._this_thread.shreds = False
            connection.execute("SELECT pg_advisory_unlock(%s, %s)", (_ADVISORY, _SHREDDING))

    def shredding(self) -> AbstractContextManager[None]:
        """Hold the shredding lock."""
        return self._shredding()

    def clear_remnants(self) -> str:
        """Say that the old bytes stay: in the heap, the log, replicas; dead with their root."""
        return "heap and log keep the old bytes, which no living root opens"

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


class _PostgresSession:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> Rows:
        cursor = self._connection.execute(_placeholders(sql), values)
        return cursor.fetchall() if cursor.description else []

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_placeholders(sql), rows)
        # PostgreSQL 15 does not look at the pause after many statements that came in one pipeline.
        self._connection.execute("SELECT 1")


@lru_cache(maxsize=256)
def _placeholders(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()
