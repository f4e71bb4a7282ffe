"""The key store in a PostgreSQL database of its own."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any, LiteralString

import psycopg

from keys.key_connections import Connections
from keys.key_database import LOCK_SECONDS, SCHEMA, KeySession, Rows

_ADVISORY = 0x6B657973
"""First half of our advisory locks' names; the second half is one of the next two."""
_WRITING, _SHREDDING = 1, 2


class PostgresKeys:
    """The key store as a PostgreSQL database of its own."""

    def __init__(self, url: str) -> None:
        """Open the database at ``url``; its tables are made if they are not there."""
        self._url = url
        self._connections = Connections(self._connect)
        with self.writing() as session:
            for statement in SCHEMA:
                session.execute(statement.replace("BYTES", "BYTEA").replace("INTEGER", "BIGINT"))

    def _connect(self) -> psycopg.Connection[Any]:
        connection = psycopg.connect(self._url, autocommit=True, connect_timeout=10)
        try:
            connection.execute("SET client_min_messages = warning")
            connection.execute(f"SET lock_timeout = {int(LOCK_SECONDS * 1000)}")
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
            yield _PostgresSession(connection)
            connection.execute("COMMIT")

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
            yield
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


@lru_cache(maxsize=256)
def _placeholders(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()
