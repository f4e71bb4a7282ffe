"""The connections to one SQLite file: one writes at a time, as many as needed read.

Write-ahead logging, ``synchronous=FULL``: a commit is on the disk before it returns. Both are
asserted on every connection. Writers queue at ``BEGIN IMMEDIATE`` and wait for one another; a
deferred ``BEGIN`` would fail at once where two of them read and then write.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    PersistenceError,
)
from eventsourcing.sqlite import SQLiteCursor, SQLiteDatastore
from typing_extensions import override

LOCK_SECONDS = 5.0
"""How long a writer waits for other processes' writers."""
_BEGINNING_SECONDS = 0.01
"""How long a process waits for another that begins the same new file."""
_MOST_IDLE = 8
"""Connections that are kept for the next reader."""
DURABLE = {"journal_mode": "wal", "synchronous": 2}
"""2 is FULL. Source: SQLite's documentation of its pragmas."""


def durability(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the settings that durability rests on, as this connection has them."""
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in DURABLE}


@contextmanager
def library_errors() -> Iterator[None]:
    """Name SQLite's errors as the library does."""
    try:
        yield
    except sqlite3.Error as error:
        raise _in_the_librarys_words(error) from error


def _in_the_librarys_words(error: sqlite3.Error) -> PersistenceError:
    match error:
        case sqlite3.IntegrityError():
            return IntegrityError(str(error))
        case sqlite3.OperationalError():
            return OperationalError(str(error))
        case sqlite3.DatabaseError():
            return DatabaseError(str(error))
        case _:
            return PersistenceError(str(error))


class LedgerFile(SQLiteDatastore):
    """The connections to one ledger file: one writes at a time, as many as needed read.

    The library's own pool stays empty: its connections keep one prepared statement each.
    """

    def __init__(self, path: Path) -> None:
        """Open nothing yet; the first use does, and makes the file."""
        super().__init__(str(path))
        self.path = path
        self.lock_seconds = LOCK_SECONDS
        self._idle: deque[sqlite3.Connection] = deque()
        self._writing = threading.Lock()
        self._closed = False

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path, isolation_level=None, check_same_thread=False, timeout=self.lock_seconds
        )
        self._write_ahead(connection)
        connection.execute("PRAGMA synchronous=FULL")
        for name, value in durability(connection).items():
            if value != DURABLE[name]:
                connection.close()
                raise OperationalError(f"{name} is {value}: commits would not be durable")
        return connection

    def _write_ahead(self, connection: sqlite3.Connection) -> None:
        """Change the file to write-ahead logging, which it then keeps.

        Where several processes begin a new file at once, SQLite refuses all but one of them at
        once, without the usual patience; so the patience is here.
        """
        deadline = monotonic() + self.lock_seconds
        while True:
            try:
                connection.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError:
                if monotonic() > deadline:
                    connection.close()
                    raise
                sleep(_BEGINNING_SECONDS)
            else:
                return

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection on which each statement stands by itself."""
        with library_errors():
            connection = self._taken()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def fetch(self, statement: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return the answer of one reading statement: `reading`, for the reads of a check."""
        try:
            connection = self._taken()
            try:
                return connection.execute(statement, values).fetchall()
            finally:
                self._give_back(connection)
        except sqlite3.Error as error:
            raise _in_the_librarys_words(error) from error

    def _taken(self) -> sqlite3.Connection:
        if self._closed:
            raise InterfaceError("the ledger's connections are closed")
        try:
            return self._idle.pop()
        except IndexError:
            return self._open()

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

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Yield a connection in a transaction that is committed, or rolled back on any error."""
        # This process's writers queue here, in order; SQLite's own queue of processes has none.
        if not self._writing.acquire(timeout=self.lock_seconds):
            raise OperationalError("this process's other writers do not come to an end")
        try:
            with self.reading() as connection:
                connection.execute("BEGIN IMMEDIATE")
                try:
                    yield connection
                    connection.execute("COMMIT")
                except BaseException:
                    connection.rollback()
                    raise
        finally:
            self._writing.release()

    @override
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Yield the library's kind of cursor."""
        with self.writing() if commit else self.reading() as connection:
            yield SQLiteCursor(connection.cursor())

    @override
    def close(self) -> None:
        """Close all connections that nobody uses now, the others when they are given back."""
        self._closed = True
        self._close_idle()
        super().close()
