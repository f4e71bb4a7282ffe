"""Facts in an SQLite file: for one machine, durable on return."""

import sqlite3
import threading
from collections.abc import Iterable, Sequence
from contextlib import closing
from functools import lru_cache
from pathlib import Path
from time import monotonic
from typing import Any
from uuid import UUID

from eventsourcing.persistence import IntegrityError
from eventsourcing.sqlite import SQLiteApplicationRecorder
from typing_extensions import override

from ledger.store.library_doors import EXCERPT, Condition, LibraryDoors
from ledger.store.rows import (
    SELECT_FACTS,
    Answer,
    Batch,
    Finding,
    Row,
    StreamPoint,
    Wakeup,
    gapless,
    stream_of,
)
from ledger.store.sqlite_file import DURABLE, LedgerFile, durability, library_errors
from ledger.store.walked import INDEX, sqlite_walk

POLL_SECONDS = 0.005
"""How often a follower looks whether another connection has committed; one look costs 3 us."""

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
    INDEX,
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
_ENTRIES = "SELECT position, entry FROM ledger_facts WHERE position > ? ORDER BY position LIMIT ?"
_IS_THERE = "SELECT 1 FROM ledger_facts WHERE originator_id = ? AND originator_version = ?"
_INSERT_ANSWER = "INSERT INTO ledger_answers (key_hash, digest, first, facts) VALUES (?, ?, ?, ?)"


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
        return _rows(self.datastore.fetch(statement, values))

    @override
    def walk(self, after: int, limit: int, names: Sequence[str]) -> list[Row]:
        """Return the rows with these stored names, all of `ledger.store.walked`, in order."""
        return _rows(self.datastore.fetch(sqlite_walk(len(names)), (after, limit, *names)))

    def excerpt(self, stream_id: UUID, topics: Sequence[str]) -> tuple[list[Row], int]:
        """Return a stream's rows with exactly these stored names, and the last position."""
        found = self.datastore.fetch(_excerpt(len(topics)), (stream_id.bytes, *topics))
        return _rows([row[1:] for row in found]), found[0][0] if found else 0

    def entries(self, *, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Return positions and log entries in order of position."""
        found: list[tuple[int, bytes]] = self.datastore.fetch(_ENTRIES, (after, limit))
        return found

    @override
    def head(self) -> int:
        """Return the last position given."""
        return int(self.datastore.fetch(_HEAD)[0][0])

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
                Finding(name, value == DURABLE[name], str(value))
                for name, value in settings.items()
            ),
            Finding("file", intact == "ok", intact),
            Finding("gapless", *gapless(count, last, removed)),
        ]

    def backup(self, to: Path) -> None:
        """Write a consistent copy to the new file ``to`` while others go on appending."""
        with (
            library_errors(),
            closing(sqlite3.connect(self.datastore.path)) as source,
            closing(sqlite3.connect(to)) as copy,
        ):
            source.backup(copy)

    def close(self) -> None:
        """Close all connections."""
        self.datastore.close()


@lru_cache
def _excerpt(topics: int) -> str:
    """Return the statement for so many names: the same text again is prepared already."""
    return EXCERPT.format(stream="?", topics=f"IN ({', '.join('?' * topics)})")


def _rows(found: Iterable[tuple[Any, ...]]) -> list[Row]:
    return [
        Row(position, UUID(bytes=event), stream_of(stream), version, topic, state, entry)
        for position, event, stream, version, topic, state, entry in found
    ]


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
        with library_errors():
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._appended = appended
        self._seen = self._version()

    def _version(self) -> int:
        with library_errors():
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
