"""Where accounts, sessions, tokens and failed sign-ins rest: tables of their own, not facts.

What is in here changes in place and is forgotten when it is over; only the journal of who signed
in and who was let in is appended to and kept (`verify_api.identity.journal`), and that a token is
spent outlives a power cut. Statements use ``?`` for values and a dialect that SQLite and PostgreSQL
both understand. Nothing secret is stored readable: passwords as Argon2id, session identifiers and
tokens as SHA-256.
"""

import hashlib
import re
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg
from psycopg import Connection, errors
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool, PoolTimeout

from ledger.errors import StoreUnavailableError
from ledger.store.postgres_server import CLIENT_SECONDS, STATEMENT_SECONDS, LedgerConnection
from ledger.store.postgres_server import LOCK_SECONDS as ROW_SECONDS
from verify_api.caller_tables import POSTGRES_GUARDS, SQLITE_GUARDS, TABLES

LOCK_SECONDS: Final = 5.0
IDLE_SECONDS: Final = 10
"""After so long between two statements the server ends a transaction: its process is frozen."""
OPENING_SECONDS: Final = 30
"""How long a worker waits for another one that makes the tables."""
_DEAD_LINE: Final = {
    "connect_timeout": 3, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 2,
    "tcp_user_timeout": 20_000,
}  # fmt: skip
_AWAY: Final = (
    psycopg.OperationalError, PoolTimeout, errors.ReadOnlySqlTransaction,
    errors.IdleInTransactionSessionTimeout, errors.TransactionTimeout,
)  # fmt: skip
"""PostgreSQL's errors that are about the server and not about the statement."""

Row = tuple[Any, ...]

_NAME: Final = re.compile(r"(?:TABLE|INDEX|FUNCTION|TRIGGER) (?:IF NOT EXISTS )?(\w+)")
_POSTGRES_NAMES: Final = """
    SELECT relname FROM pg_class WHERE relnamespace = 'callers'::regnamespace
    UNION ALL
    SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid
    WHERE relnamespace = 'callers'::regnamespace
"""


class Transaction(Protocol):
    """One transaction; it ends with the block that opened it."""

    def run(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        """Run one ``statement`` and return the rows it gives."""
        ...

    def alone(self, what: str) -> None:
        """Wait until no other transaction does ``what``; to its end only this one does."""
        ...


class CallerDatabase(Protocol):
    """One of the two databases."""

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction, rolled back on any exception.

        Raises:
            StoreUnavailableError: The database did not answer in time.
        """
        ...

    def close(self) -> None:
        """Close all connections, none under an open transaction; later ones are refused."""
        ...


class _SqliteTransaction:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def run(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        return self._connection.execute(statement, values).fetchall()

    def alone(self, what: str) -> None:
        pass  # BEGIN IMMEDIATE: there is never another transaction


class SqliteCallers:
    """One file, one connection, one transaction at a time: each takes some ten microseconds."""

    def __init__(self, path: Path) -> None:
        """Open or create the file at ``path``, readable by its owner alone."""
        path.touch(mode=0o600)
        self._one_at_a_time = threading.Lock()
        self._closed = False
        self._connection = sqlite3.connect(
            path, isolation_level=None, check_same_thread=False, timeout=LOCK_SECONDS
        )
        try:
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        with _unavailable(sqlite3.OperationalError):
            ((journal,),) = self._connection.execute("PRAGMA journal_mode = WAL")
            for pragma in ("synchronous = FULL", "secure_delete = ON", "foreign_keys = ON"):
                self._connection.execute(f"PRAGMA {pragma}")
        if journal != "wal":  # then readers would hold up a commit, here or of another program
            raise StoreUnavailableError(f"the database of callers needs a wal, it has: {journal}")
        with self.transaction() as transaction:
            for statement in (*TABLES, *SQLITE_GUARDS):
                transaction.run(statement)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction."""
        with self._one_at_a_time, _unavailable(sqlite3.OperationalError):
            if self._closed:
                raise StoreUnavailableError("the database of callers is closed")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield _SqliteTransaction(self._connection)
                self._connection.execute("COMMIT")
            except BaseException:
                # A commit that was refused leaves the transaction open; a full disk may not.
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the connection, after the transaction that somebody has open.

        SQLite closed under another thread's statement ends the process.
        """
        with self._one_at_a_time:
            self._closed = True
            self._connection.close()


class _PostgresTransaction:
    def __init__(self, connection: Connection[Any]) -> None:
        self._connection = connection

    def run(self, statement: str, values: Sequence[object] = ()) -> list[Row]:
        cursor = self._connection.execute(statement.replace("?", "%s").encode(), values)
        return cursor.fetchall() if cursor.description is not None else []

    def alone(self, what: str) -> None:
        number = int.from_bytes(hashlib.sha256(what.encode()).digest()[:8], signed=True)
        self.run("SELECT pg_advisory_xact_lock(?)", (number,))


class PostgresCallers:
    """A schema of its own in PostgreSQL; everything has a time limit, there and here."""

    def __init__(
        self, url: str, *, connections: int = 4, client_seconds: float = CLIENT_SECONDS
    ) -> None:
        """Open a pool of at most ``connections`` to ``url``.

        This side gives up a statement after ``client_seconds``, the server before; the limits of
        the server are those of ``url`` where its options name any.
        """
        _make_tables(url)
        self._client_seconds = client_seconds
        self._pool: ConnectionPool[LedgerConnection] = ConnectionPool(
            min_size=1,
            max_size=connections,
            connection_class=LedgerConnection,
            kwargs=_settings(url, lock=ROW_SECONDS, statement=STATEMENT_SECONDS),
            configure=self._configure,
            timeout=LOCK_SECONDS,
            open=True,
        )

    def _configure(self, connection: LedgerConnection) -> None:
        connection.client_seconds = self._client_seconds

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """Open a transaction."""
        with (
            _unavailable(*_AWAY),
            self._pool.connection() as connection,
            connection.transaction(),
        ):
            yield _PostgresTransaction(connection)

    def close(self) -> None:
        """Close the pool."""
        self._pool.close()


def _settings(url: str, *, lock: int, statement: int) -> dict[str, Any]:
    given = conninfo_to_dict(url)
    limits = (
        f"-c lock_timeout={lock}s -c statement_timeout={statement}s "
        f"-c idle_in_transaction_session_timeout={IDLE_SECONDS}s"
    )
    options = f"{limits} {given.get('options') or ''} -c search_path=callers"
    return {**_DEAD_LINE, **given, "options": options}


def _make_tables(url: str) -> None:
    settings = _settings(url, lock=OPENING_SECONDS, statement=OPENING_SECONDS)
    with _unavailable(*_AWAY), LedgerConnection.connect(**settings) as connection:
        connection.client_seconds = OPENING_SECONDS + 1
        transaction = _PostgresTransaction(connection)
        # Several workers start at once: one makes the tables, the others wait for it.
        transaction.run("SELECT pg_advisory_xact_lock(7244037)")
        transaction.run("CREATE SCHEMA IF NOT EXISTS callers")
        # An index or a trigger that is there already would be locked all the same, against
        # the workers that serve by now.
        there = {name for (name,) in transaction.run(_POSTGRES_NAMES)}
        for wanted in (*TABLES, *POSTGRES_GUARDS):
            if _made_by(wanted) not in there:
                transaction.run(wanted)


def _made_by(statement: str) -> str:
    """Return the name of the table, index, function or trigger that a ``statement`` makes."""
    found = _NAME.search(statement)
    assert found is not None, "each statement makes something"
    return found[1]


@contextmanager
def _unavailable(*causes: type[Exception]) -> Iterator[None]:
    try:
        yield
    except causes as error:
        raise StoreUnavailableError("the database of callers does not answer") from error


def open_callers(url: str) -> CallerDatabase:
    """Open the database of callers at ``sqlite:///path`` or ``postgresql://…``."""
    if url.startswith("sqlite:///"):
        return SqliteCallers(Path(url.removeprefix("sqlite:///")))
    return PostgresCallers(url)
