"""Facts in an SQLite file: for one machine, durable on return.

Write-ahead logging, ``synchronous=FULL``: a commit is on the disk before `append` returns. Both
are asserted on every connection. Writers queue at ``BEGIN IMMEDIATE`` and wait for one another;
a deferred ``BEGIN`` would fail at once where two of them read and then write.
"""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from eventsourcing.persistence import (
    DatabaseError,
    IntegrityError,
    OperationalError,
    PersistenceError,
)
from eventsourcing.sqlite import (
    SQLiteApplicationRecorder,
    SQLiteConnection,
    SQLiteConnectionPool,
    SQLiteCursor,
    SQLiteDatastore,
)
from typing_extensions import override

from ledger.store.library_doors import SELECT_FACTS, Condition, LibraryDoors
from ledger.store.rows import Answer, Batch, Finding, Row, StreamPoint, Wakeup

LOCK_SECONDS = 5
"""How long a writer waits for other processes' writers."""
POLL_SECONDS = 0.005
"""How often a follower looks whether another connection has committed; one look costs 3 us."""
_CHECKPOINT_PAGES = 4_000
"""A longer write-ahead log than the default 1,000: fewer, larger checkpoints."""
_FULL = 2
"""``PRAGMA synchronous``: 2 is FULL."""

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
    # The last position given. A row of its own: positions of removed facts are never given again.
    """
    CREATE TABLE IF NOT EXISTS ledger_head (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        position INTEGER NOT NULL
    ) STRICT
    """,
    "INSERT OR IGNORE INTO ledger_head (one, position) VALUES (1, 0)",
    """
    CREATE TABLE IF NOT EXISTS ledger_answers (
        key_hash BLOB PRIMARY KEY,
        digest BLOB NOT NULL,
        first INTEGER NOT NULL,
        facts INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID
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
_MOVE_HEAD = "UPDATE ledger_head SET position = position + ? RETURNING position"
_IS_THERE = "SELECT 1 FROM ledger_facts WHERE originator_id = ? AND originator_version = ?"
_INSERT_ANSWER = "INSERT INTO ledger_answers (key_hash, digest, first, facts) VALUES (?, ?, ?, ?)"


class DurablePool(SQLiteConnectionPool):
    """Opens connections whose commits survive a power cut."""

    @override
    def _create_connection(self) -> SQLiteConnection:
        connection = super()._create_connection()
        cursor = connection.cursor()
        cursor.sqlite_cursor.row_factory = None
        cursor.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        cursor.execute("PRAGMA synchronous=FULL")
        for name, value in durability(cursor).items():
            if value != {"journal_mode": "wal", "synchronous": _FULL}[name]:
                raise OperationalError(f"{name} is {value}: commits would not be durable")
        return connection


def durability(cursor: SQLiteCursor) -> dict[str, Any]:
    """Return the settings that durability rests on, as this connection has them."""
    settings = {}
    for name in ("journal_mode", "synchronous"):
        cursor.execute(f"PRAGMA {name}")
        settings[name] = cursor.fetchone()[0]
    return settings


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
    """The connections to one ledger file."""

    def __init__(self, path: Path) -> None:
        """Open nothing yet; the first use does, and makes the file."""
        super().__init__(str(path), lock_timeout=LOCK_SECONDS)
        self.path = path
        self.pool = DurablePool(db_name=str(path), lock_timeout=LOCK_SECONDS)

    @override
    @contextmanager
    def transaction(self, *, commit: bool) -> Iterator[SQLiteCursor]:
        """Yield a cursor: each statement by itself, or with ``commit`` all of them or none."""
        with _library_errors(), self.get_connection(commit=commit) as connection:
            cursor = connection.cursor()
            if not commit:
                yield cursor
                return
            cursor.execute("BEGIN IMMEDIATE")
            try:
                yield cursor
                connection.commit()
            except BaseException:
                connection.rollback()
                raise


# The library's SQLite recorder says int where the method it implements says int | None.
class SQLiteFacts(LibraryDoors, SQLiteApplicationRecorder):  # type: ignore[misc]
    """The recorder of facts in one SQLite file."""

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
        with self.datastore.transaction(commit=True) as cursor:
            cursor.execute(_MOVE_HEAD, (len(batch.rows),))
            first = cursor.fetchall()[0][0] - len(batch.rows) + 1
            _check_streams(cursor, batch)
            cursor.executemany(_INSERT, _numbered(batch.rows, first))
            if batch.answers:
                cursor.executemany(
                    _INSERT_ANSWER, [a._replace(first=first + a.first) for a in batch.answers]
                )
        with self._appended:
            self._appended.notify_all()
        return int(first)

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
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(statement, values)
            return [
                Row(position, UUID(bytes=event), UUID(bytes=stream), version, topic, state, entry)
                for position, event, stream, version, topic, state, entry in cursor.fetchall()
            ]

    @override
    def head(self) -> int:
        """Return the last position given."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute("SELECT position FROM ledger_head")
            return int(cursor.fetchone()[0])

    def answer(self, key_hash: bytes) -> Answer | None:
        """Return what the key was answered with."""
        with self.datastore.transaction(commit=False) as cursor:
            cursor.execute(
                "SELECT key_hash, digest, first, facts FROM ledger_answers WHERE key_hash = ?",
                (key_hash,),
            )
            found = cursor.fetchone()
            return None if found is None else Answer(*found)

    @override
    def wakeup(self) -> Wakeup:
        """Start to watch the file for commits."""
        return _FileWatch(self.datastore.path, self._appended)

    def findings(self) -> list[Finding]:
        """Check the file, its settings and the order of its facts."""
        with self.datastore.transaction(commit=False) as cursor:
            settings = durability(cursor)
            cursor.execute("PRAGMA quick_check(1)")
            intact = cursor.fetchone()[0]
            cursor.execute(
                "SELECT position, (SELECT count(*) FROM ledger_facts),"
                " (SELECT coalesce(max(position), 0) FROM ledger_facts) FROM ledger_head"
            )
            head, count, last = cursor.fetchone()
        return [
            Finding("journal_mode", settings["journal_mode"] == "wal", settings["journal_mode"]),
            Finding("synchronous", settings["synchronous"] == _FULL, str(settings["synchronous"])),
            Finding("file", intact == "ok", intact),
            Finding("gapless", head == count == last, f"{count} facts, last {last}, head {head}"),
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


def _check_streams(cursor: SQLiteCursor, batch: Batch) -> None:
    for point in batch.after:
        if not _is_there(cursor, point):
            raise IntegrityError(f"the stream has no version {point.version}")
    for point in batch.absent:
        if _is_there(cursor, point):
            raise IntegrityError(f"the stream has a version {point.version}")


def _is_there(cursor: SQLiteCursor, point: StreamPoint) -> bool:
    cursor.execute(_IS_THERE, (point.stream_id.bytes, point.version))
    return cursor.fetchone() is not None


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
