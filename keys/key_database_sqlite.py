"""The key store in one SQLite file: durable at each commit, and empty where it was deleted."""

import fcntl
import os
import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from keys.key_connections import Connections
from keys.key_database import LOCK_SECONDS, SCHEMA, KeySession, Rows
from keys.key_store_errors import KeyStoreError

_PRAGMAS = (("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1))
"""Set and then asserted: each commit reaches the disk, deleted bytes are overwritten."""


class SqliteKeys:
    """The key store as one SQLite file, mode 0600, with a lock file beside it."""

    def __init__(self, path: Path, *, lock_seconds: float = LOCK_SECONDS) -> None:
        """Open the file at ``path``, made if it is not there; wait so long for others' locks.

        Raises:
            KeyStoreError: SQLite cannot be made durable or does not erase what is deleted.
        """
        self._path = path
        self._lock_seconds = lock_seconds
        path.parent.mkdir(parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
        self._connections = Connections(self._connect)
        # Only one process at a time may turn on the write-ahead log: SQLite does not wait there.
        with self._locked("setup"), self._connections.borrowed() as connection:
            for statement in SCHEMA:
                connection.execute(statement.replace("BYTES", "BLOB"))

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=self._lock_seconds, isolation_level=None, check_same_thread=False
        )
        try:
            for pragma, wanted in _PRAGMAS:
                connection.execute(f"PRAGMA {pragma} = {wanted}")
            check_pragmas(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def query(self, sql: str, values: Sequence[object] = ()) -> Rows:
        """Run one reading statement."""
        with self._connections.borrowed() as connection:
            return connection.execute(sql, values).fetchall()

    @contextmanager
    def _transaction(self, begin: str) -> Iterator[KeySession]:
        with self._connections.borrowed() as connection:
            connection.execute(begin)
            # Whatever the block raises closes the connection, which rolls back.
            yield _SqliteSession(connection)
            connection.execute("COMMIT")

    def writing(self) -> AbstractContextManager[KeySession]:
        """Open the one writing transaction."""
        return self._transaction("BEGIN IMMEDIATE")

    def snapshot(self) -> AbstractContextManager[KeySession]:
        """Open a reading transaction."""
        return self._transaction("BEGIN")

    def shredding(self) -> AbstractContextManager[None]:
        """Hold the shredding lock."""
        return self._locked("shredding")

    @contextmanager
    def _locked(self, what: str) -> Iterator[None]:
        lock = os.open(f"{self._path}.{what}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            _wait_for(lock, self._lock_seconds)
            yield
        finally:
            os.close(lock)

    def clear_remnants(self) -> str:
        """Write the log into the file and cut it to nothing; pages were already overwritten."""
        busy, *_ = self.query("PRAGMA wal_checkpoint(TRUNCATE)")[0]
        return "secure_delete, log kept by a reader" if busy else "secure_delete, log truncated"

    def close(self) -> None:
        """Close all connections."""
        self._connections.close()


def check_pragmas(connection: sqlite3.Connection) -> None:
    """Refuse a connection that would lose commits or keep what is deleted.

    Raises:
        KeyStoreError: Names the setting that did not hold.
    """
    for pragma, wanted in _PRAGMAS:
        (actual,) = connection.execute(f"PRAGMA {pragma}").fetchone()
        if actual != wanted:
            raise KeyStoreError(f"the key store needs {pragma} {wanted}, it is {actual}")


def _wait_for(lock: int, seconds: float) -> None:
    """Take an exclusive lock on the open file ``lock``, waiting a bounded time."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > deadline:
                raise KeyStoreError("another process holds the key store's lock") from error
            time.sleep(0.01)
        else:
            return


class _SqliteSession:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Sequence[object] = ()) -> Rows:
        return self._connection.execute(sql, values).fetchall()

    def execute_many(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        self._connection.executemany(sql, rows)
