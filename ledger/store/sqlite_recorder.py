"""Facts in an SQLite file: for one machine, durable on return.

Write-ahead logging, ``synchronous=FULL``: a commit is on the disk before `append` returns. Both
are asserted on every connection. Writers queue at ``BEGIN IMMEDIATE`` and wait for one another;
a deferred ``BEGIN`` would fail at once where two of them read and then write.
"""

import sqlite3
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    InterfaceError,
    OperationalError,
    PersistenceError,
)
from eventsourcing.sqlite import SQLiteApplicationRecorder, SQLiteCursor, SQLiteDatastore
from typing_extensions import override

from ledger.store.library_doors import SELECT_FACTS, Condition, LibraryDoors
from ledger.store.rows import Answer, Batch, Finding, Row, StreamPoint, Wakeup, gapless, stream_of

LOCK_SECONDS = 5.0
"""How long a writer waits for other processes' writers."""
POLL_SECONDS = 0.005
"""How often a follower looks whether another connection has committed; one look costs 3 us."""
_BEGINNING_SECONDS = 0.01
"""How long a process waits for another that begins the same new file."""
_MOST_IDLE = 8
"""Connections that are kept for the next reader."""
_DURABLE = {"journal_mode": "wal", "synchronous": 2}
"""2 is FULL. Source: SQLite's documentation of its pragmas."""

_TABLES = (
    """
    CREATE TABLE IF NOT EXISTS ledger_facts (
        position INTEGER PRIMARY KEY,
        event_id BLOB NOT NULL,
        originator_id BLOB NOT NULL,
        originator_version INTEGER NOT NULL,
        topic TEXT NOT NULL,
        state BLOB NOT NULL,
        metadata BLOB,
        entry BLOB NOT NULL,
        UNIQUE (originator_id, originator_version)
    ) STRICT
    """,
    """
    CREATE TABLE IF NOT EXISTS ledger_answers (
        key_hash BLOB PRIMARY KEY,
        digest BLOB NOT NULL,
        first INTEGER NOT NULL,
        facts INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    # A position is never given twice: whoever takes facts away (the guards below first) leaves
    # the highest position removed here, and the next append goes on after it.
    """
    CREATE TABLE IF NOT EXISTS ledger_removed (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        highest INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT OR IGNORE INTO ledger_removed (one, highest) VALUES (1, 0)",
    """
    CREATE TRIGGER IF NOT EXISTS ledger_facts_removed AFTER DELETE ON ledger_facts
    BEGIN UPDATE ledger_removed SET highest = max(highest, OLD.position); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS ledger_facts_never_change BEFORE UPDATE ON ledger_facts
    BEGIN SELECT RAISE(ABORT, 'a fact is never changed'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS ledger_facts_never_go BEFORE DELETE ON ledger_facts
    BEGIN SELECT RAISE(ABORT, 'a fact is never removed'); END
    """,
)
_INSERT = (
    "INSERT INTO ledger_facts (position, event_id, originator_id, originator_version, topic,"
    " state, entry) VALUES (?, ?, ?, ?, ?, ?, ?)"
)
# The end of a b-tree and a one-row table: the same few microseconds at any size.
_HEAD = (
    "SELECT max((SELECT coalesce(max(position), 0) FROM ledger_facts),"
    " (SELECT highest FROM ledger_removed))"
)
_IS_THERE = "SELECT 1 FROM ledger_facts WHERE originator_id = ? AND originator_version = ?"
_INSERT_ANSWER = "INSERT INTO ledger_answers (key_hash, digest, first, facts) VALUES (?, ?, ?, ?)"


def durability(connection: sqlite3.Connection) -> dict[str, Any]:
    """Return the settings that durability rests on, as this connection has them."""
    return {name: connection.execute(f"PRAGMA {name}").fetchone()[0] for name in _DURABLE}


@contextmanager
def _library_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.IntegrityError as error:
        raise IntegrityError(str(error)) from error
    except sqlite3.OperationalError as error:
        raise OperationalError(str(error)) from error
    except sqlite3.DatabaseError as error:
        raise DatabaseError(str(error)) from error
    except sqlite3.Error as error:
        raise PersistenceError(str(error)) from error


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
            if value != _DURABLE[name]:
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
        if self._closed:
            raise InterfaceError("the ledger's connections are closed")
        with _library_errors():
            try:
                connection = self._idle.pop()
            except IndexError:
                connection = self._open()
            try:
                yield connection
            finally:
                self._give_back(connection)

    def _give_back(self, connection: sqlite3.Connection) -> None:
        if self._closed or len(self._idle) >= _MOST_IDLE:
            connection.close()
        else:
            self._idle.append(connection)

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
        while self._idle:
            self._idle.pop().close()
        super().close()


# The library's SQLite recorder says int where the method it implements says int | None.
class SQLiteFacts(LibraryDoors, SQLiteApplicationRecorder):  # type: ignore[misc]
    """The recorder of facts in one SQLite file."""

    is_remote = False
    datastore: LedgerFile

    def __init__(self, path: Path) -> None:
        """Record in the file at ``path``."""
        super().__init__(LedgerFile(path), events_table_name="ledger_facts")
        self._appended = threading.Condition()

    @override
    def construct_create_table_statements(self) -> list[str]:
        """Return the statements that make our own tables."""
        return list(_TABLES)

    @override
    def append(self, batch: Batch) -> int:
        """Store the rows at the next positions; on the disk when this returns.

        Raises:
            IntegrityError: A stream is at another version, or an idempotency key was used.
            OperationalError: Others kept the file locked, or it cannot be written.
        """
        with self.datastore.writing() as connection:
            first = int(connection.execute(_HEAD).fetchone()[0]) + 1
            _check_streams(connection, batch)
            connection.executemany(_INSERT, _numbered(batch.rows, first))
            if batch.answers:
                connection.executemany(
                    _INSERT_ANSWER, [a._replace(first=first + a.first) for a in batch.answers]
                )
        with self._appended:
            self._appended.notify_all()
        return first

    @override
    def select(
        self, conditions: Sequence[Condition], order: str, limit: int | None = None
    ) -> list[Row]:
        """Return the rows that meet all ``conditions``."""
        statement = SELECT_FACTS
        values: list[Any] = []
        pieces: list[str] = []
        for piece, value in conditions:
            given = value if isinstance(value, list) else [value]
            pieces.append(piece.replace("?", ", ".join("?" * len(given))))
            values += [v.bytes if isinstance(v, UUID) else v for v in given]
        if pieces:
            statement += f" WHERE {' AND '.join(pieces)}"
        statement += f" ORDER BY {order}"
        if limit is not None:
            statement += f" LIMIT {int(limit)}"
        with self.datastore.reading() as connection:
            found = connection.execute(statement, values).fetchall()
        return [
            Row(position, UUID(bytes=event), stream_of(stream), version, topic, state, entry)
            for position, event, stream, version, topic, state, entry in found
        ]

    @override
    def head(self) -> int:
        """Return the last position given."""
        with self.datastore.reading() as connection:
            return int(connection.execute(_HEAD).fetchone()[0])

    def answer(self, key_hash: bytes) -> Answer | None:
        """Return what the key was answered with."""
        with self.datastore.reading() as connection:
            found = connection.execute(
                "SELECT key_hash, digest, first, facts FROM ledger_answers WHERE key_hash = ?",
                (key_hash,),
            ).fetchone()
        return None if found is None else Answer(*found)

    @override
    def wakeup(self) -> Wakeup:
        """Start to watch the file for commits."""
        return _FileWatch(self.datastore.path, self._appended)

    def findings(self) -> list[Finding]:
        """Check the file, its settings and the order of its facts."""
        with self.datastore.reading() as connection:
            settings = durability(connection)
            intact = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
            count, last, removed = connection.execute(
                "SELECT (SELECT count(*) FROM ledger_facts),"
                " (SELECT coalesce(max(position), 0) FROM ledger_facts), highest"
                " FROM ledger_removed"
            ).fetchone()
        return [
            *(
                Finding(name, value == _DURABLE[name], str(value))
                for name, value in settings.items()
            ),
            Finding("file", intact == "ok", intact),
            Finding("gapless", *gapless(count, last, removed)),
        ]

    def backup(self, to: Path) -> None:
        """Write a consistent copy to the new file ``to`` while others go on appending."""
        with (
            _library_errors(),
            closing(sqlite3.connect(self.datastore.path)) as source,
            closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()


def _check_streams(connection: sqlite3.Connection, batch: Batch) -> None:
    for point in batch.after:
        if not _is_there(connection, point):
            raise IntegrityError(f"the stream has no version {point.version}")
    for point in batch.absent:
        if _is_there(connection, point):
            raise IntegrityError(f"the stream has a version {point.version}")


def _is_there(connection: sqlite3.Connection, point: StreamPoint) -> bool:
    found = connection.execute(_IS_THERE, (point.stream_id.bytes, point.version)).fetchone()
    return found is not None


def _numbered(rows: Sequence[Row], first: int) -> list[tuple[Any, ...]]:
    return [
        (position, event_id.bytes, stream_id.bytes, version, topic, state, entry)
        for position, (_, event_id, stream_id, version, topic, state, entry)
        in enumerate(rows, first)
    ]  # fmt: skip


class _FileWatch:
    """Looks every few milliseconds whether another connection has committed."""

    def __init__(self, path: Path, appended: threading.Condition) -> None:
        # A connection of its own that never writes: every commit is then another's to it.
        with _library_errors():
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._appended = appended
        self._seen = self._version()

    def _version(self) -> int:
        with _library_errors():
            return int(self._connection.execute("PRAGMA data_version").fetchone()[0])

    def wait(self, seconds: float) -> None:
        """Return after a commit, or after ``seconds``."""
        deadline = monotonic() + seconds
        while (version := self._version()) == self._seen:
            remaining = deadline - monotonic()
            if remaining <= 0:
                return
            with self._appended:
                self._appended.wait(min(POLL_SECONDS, remaining))
        self._seen = version

    def close(self) -> None:
        """Close the watching connection."""
        self._connection.close()
