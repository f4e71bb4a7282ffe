"""The two databases that a log rests on: its tables, their guards, and how a statement is run.

Statements are written with ``?`` for values. The guards are the databases' own: a tile only ever
grows by hashes behind those that it has, and neither a tile nor a head is taken away or changed,
whatever program asks. Later cosignatures of the newest head have one row of their own beside it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg
from eventsourcing.persistence import DatabaseError, IntegrityError, NotSupportedError
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from typing_extensions import override

from ledger.store.log_questions import renewals_are_there
from ledger.store.postgres_server import CLIENT_SECONDS, LedgerConnection, LedgerServer
from ledger.store.sqlite_file import LedgerFile

Values = Sequence[object]
Rows = list[tuple[Any, ...]]

_MIGRATION_LOCK: Final = 0x6C_6F67
"""Key of the advisory lock under which one process at a time makes the tables ("log")."""
_READ_ONLY: Final = "-c default_transaction_read_only=on"

_TABLES: Final = (
    """
    CREATE TABLE IF NOT EXISTS log_tile (
        level INTEGER NOT NULL,
        number INTEGER NOT NULL,
        width INTEGER NOT NULL CHECK (width BETWEEN 1 AND 256),
        data BLOB NOT NULL,
        CHECK (length(data) = 32 * width),
        PRIMARY KEY (level, number)
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS log_head (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        size INTEGER NOT NULL
    )
    """,
    "INSERT INTO log_head (one, size) VALUES (1, 0) ON CONFLICT DO NOTHING",
    """
    CREATE TABLE IF NOT EXISTS log_checkpoint (
        size INTEGER PRIMARY KEY,
        root BLOB NOT NULL,
        note BLOB NOT NULL,
        quorum_at INTEGER
    )
    """,
    """
    CREATE TABLE IF NOT EXISTS log_renewal (
        one INTEGER PRIMARY KEY CHECK (one = 1),
        size INTEGER NOT NULL,
        root BLOB NOT NULL,
        note BLOB NOT NULL,
        quorum_at INTEGER
    )
    """,
)
_KEPT: Final = ("log_tile", "log_head", "log_checkpoint", "log_renewal")
_SQLITE_GUARDS: Final = (
    """
    CREATE TRIGGER IF NOT EXISTS log_tile_only_grows BEFORE UPDATE ON log_tile
    WHEN NEW.level <> OLD.level OR NEW.number <> OLD.number
        OR substr(NEW.data, 1, length(OLD.data)) <> OLD.data
    BEGIN SELECT RAISE(ABORT, 'a tile only grows'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS log_head_only_grows BEFORE UPDATE ON log_head
    WHEN NEW.size < OLD.size
    BEGIN SELECT RAISE(ABORT, 'a log only grows'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS log_checkpoint_stays BEFORE UPDATE ON log_checkpoint
    BEGIN SELECT RAISE(ABORT, 'a published head is never changed'); END
    """,
    """
    CREATE TRIGGER IF NOT EXISTS log_renewal_goes_on BEFORE UPDATE ON log_renewal
    WHEN NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root)
    BEGIN SELECT RAISE(ABORT, 'a renewed head only goes on'); END
    """,
    *(
        f"CREATE TRIGGER IF NOT EXISTS {table}_never_goes BEFORE DELETE ON {table}"
        " BEGIN SELECT RAISE(ABORT, 'of a log nothing is removed'); END"
        for table in _KEPT
    ),
)
_POSTGRES_FUNCTIONS: Final = (
    """
    CREATE OR REPLACE FUNCTION log_tile_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.level <> OLD.level OR NEW.number <> OLD.number
            OR substr(NEW.data, 1, length(OLD.data)) <> OLD.data THEN
            RAISE integrity_constraint_violation USING MESSAGE = 'a tile only grows';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION log_head_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.size < OLD.size THEN
            RAISE integrity_constraint_violation USING MESSAGE = 'a log only grows';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION log_renewal_goes_on() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF NEW.size < OLD.size OR (NEW.size = OLD.size AND NEW.root <> OLD.root) THEN
            RAISE integrity_constraint_violation USING MESSAGE = 'a renewed head only goes on';
        END IF;
        RETURN NEW;
    END $$
    """,
    """
    CREATE OR REPLACE FUNCTION log_stays() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE integrity_constraint_violation USING MESSAGE = 'of a log nothing is removed';
    END $$
    """,
)
_ROW: Final = "FOR EACH ROW EXECUTE FUNCTION"
_STATEMENT: Final = "FOR EACH STATEMENT EXECUTE FUNCTION"
_POSTGRES_TRIGGERS: Final = {
    "log_tile_only_grows": f"BEFORE UPDATE ON log_tile {_ROW} log_tile_only_grows()",
    "log_head_only_grows": f"BEFORE UPDATE ON log_head {_ROW} log_head_only_grows()",
    "log_checkpoint_stays": f"BEFORE UPDATE ON log_checkpoint {_STATEMENT} log_stays()",
    "log_renewal_goes_on": f"BEFORE UPDATE ON log_renewal {_ROW} log_renewal_goes_on()",
} | {
    f"{table}_never_goes": f"BEFORE DELETE OR TRUNCATE ON {table} {_STATEMENT} log_stays()"
    for table in _KEPT
}
_TRIGGERS_THERE: Final = """
    SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal
"""


class LogSession(Protocol):
    """One writing transaction."""

    def execute(self, sql: str, values: Values = ()) -> int:
        """Run one statement; return how many rows it changed."""
        ...

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        """Run one statement for each of ``rows``."""
        ...


class LogDatabase(Protocol):
    """Where a log rests. Raises the event-sourcing library's persistence errors."""

    def create_tables(self) -> None:
        """Make the tables if they are not there; safe for many processes at once."""
        ...

    def fetch(self, sql: str, values: Values = ()) -> Rows:
        """Return the answer of one reading statement."""
        ...

    def has_renewals(self) -> bool:
        """Whether heads can be renewed here: a log from before has no table for it yet."""
        ...

    @contextmanager
    def writing(self) -> Iterator[LogSession]:
        """Open a transaction: durable when the block has ended, undone if it raises."""
        ...

    def backup(self, to: Path) -> None:
        """Write a consistent copy."""
        ...

    def close(self) -> None:
        """Give back all connections."""
        ...


class _ReadOnlyFile(LedgerFile):
    """The connections to a file that is only looked at, and that must be there."""

    @override
    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self.path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None,
            check_same_thread=False, timeout=self.lock_seconds,
        )  # fmt: skip


class _SqliteSession:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Values = ()) -> int:
        return self._connection.execute(sql, values).rowcount

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        self._connection.executemany(sql, rows)


class SqliteLog:
    """A log in one SQLite file, durable at each commit."""

    def __init__(self, path: Path, *, read_only: bool) -> None:
        """Rest in the file at ``path``; opened at the first use."""
        self._file = _ReadOnlyFile(path) if read_only else LedgerFile(path)

    def create_tables(self) -> None:
        """Make the tables and guards."""
        with self.writing() as session:
            for statement in (*_TABLES, *_SQLITE_GUARDS):
                session.execute(statement)

    def fetch(self, sql: str, values: Values = ()) -> Rows:
        """Return the answer of one reading statement."""
        return self._file.fetch(sql, values)

    def has_renewals(self) -> bool:
        """Whether there is a table for renewed heads."""
        return bool(self.fetch(renewals_are_there(server=False)))

    @contextmanager
    def writing(self) -> Iterator[LogSession]:
        """Open the one writing transaction."""
        with self._file.writing() as connection:
            yield _SqliteSession(connection)

    def backup(self, to: Path) -> None:
        """Write a consistent copy to the file ``to``."""
        with self._file.reading() as source:
            copy = sqlite3.connect(to)
            try:
                source.backup(copy)
            finally:
                copy.close()

    def close(self) -> None:
        """Close all connections."""
        self._file.close()


class _PostgresSession:
    def __init__(self, connection: LedgerConnection) -> None:
        self._connection = connection

    def execute(self, sql: str, values: Values = ()) -> int:
        return self._connection.execute(_numbered(sql), values or None).rowcount

    def execute_many(self, sql: str, rows: Iterable[Values]) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(_numbered(sql), rows)

    def fetch(self, sql: str) -> Rows:
        return self._connection.execute(_numbered(sql)).fetchall()


class PostgresLog:
    """A log in a PostgreSQL database, which may be the ledger's."""

    def __init__(self, url: str, *, read_only: bool) -> None:
        """Rest in the database at ``url``."""
        if read_only:
            options = conninfo_to_dict(url).get("options") or ""
            url = make_conninfo(url, options=f"{options} {_READ_ONLY}".strip())
        self._server = LedgerServer(url, CLIENT_SECONDS)

    def create_tables(self) -> None:
        """Make the tables and guards."""
        with self.writing() as session:
            # CREATE … IF NOT EXISTS races with itself; behind this lock nobody else creates.
            session.execute("SET LOCAL client_min_messages = warning")
            session.execute("SELECT pg_advisory_xact_lock(?)", [_MIGRATION_LOCK])
            for statement in _TABLES:
                words = statement.replace("BLOB", "bytea").replace("INTEGER", "bigint")
                session.execute(words)
            for statement in _POSTGRES_FUNCTIONS:
                session.execute(statement)
            # To make a trigger, or to replace one by itself, locks its table against writers:
            # beside a sequencer at work, who locks in another order, that ended in a deadlock.
            there = {name for (name,) in session.fetch(_TRIGGERS_THERE)}
            for name, guard in _POSTGRES_TRIGGERS.items():
                if name not in there:
                    session.execute(f"CREATE TRIGGER {name} {guard}")

    def fetch(self, sql: str, values: Values = ()) -> Rows:
        """Return the answer of one reading statement."""
        with self._server.connection() as connection:
            return connection.execute(_numbered(sql), values or None, binary=True).fetchall()

    def has_renewals(self) -> bool:
        """Whether there is a table for renewed heads."""
        return bool(self.fetch(renewals_are_there(server=True)))

    @contextmanager
    def writing(self) -> Iterator[_PostgresSession]:
        """Open a writing transaction."""
        with self._server.connection() as connection, connection.transaction():
            yield _PostgresSession(connection)

    def backup(self, to: Path) -> None:
        """Refuse: a server is backed up by its own tools.

        Raises:
            NotSupportedError: Always.
        """
        raise NotSupportedError(f"{to.name}: back up a server with pg_basebackup")

    def close(self) -> None:
        """Close all connections."""
        self._server.close()


@lru_cache(maxsize=256)
def _numbered(sql: str) -> bytes:
    return sql.replace("?", "%s").encode()


def is_guarded(error: Exception) -> bool:
    """Whether one of the guards has refused, and not something else gone wrong."""
    cause = error.__cause__
    return isinstance(error, (IntegrityError, DatabaseError)) and isinstance(
        cause, (sqlite3.IntegrityError, psycopg.IntegrityError)
    )
