"""Reads tables of a copy as they are: any value of any type, never written, never trusted.

A column of another type than ours, text that is no UTF-8, a missing row: all of it is data here and
a finding later. `RawDatabase` runs one reading statement; statements are written with ``?``.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from ledger.errors import InvalidInputError, StoreUnavailableError

Values = Sequence[object]
Rows = list[tuple[Any, ...]]

SQLITE: Final = "sqlite:///"
POSTGRES: Final = ("postgresql://", "postgres://")
AT_ONCE: Final = 1_024
"""Rows that are fetched together."""


class RawDatabase(Protocol):
    """A database that is only read."""

    is_server: bool
    """Whether it is PostgreSQL, whose columns have one type each."""

    def batches(self, sql: str, values: Values = ()) -> Iterator[Rows]:
        """Yield the rows of one statement, up to `AT_ONCE` together, in bounded memory.

        Raises:
            StoreUnavailableError: The database does not answer, or cannot run the statement.
        """
        ...

    def fetch(self, sql: str, values: Values = ()) -> Rows:
        """Return all rows of one statement."""
        ...

    def close(self) -> None:
        """Give back the connection."""
        ...


def open_raw(url: str) -> RawDatabase:
    """Return the database at ``url`` for reading alone.

    Args:
        url: ``sqlite:///`` and a path, or ``postgresql://…``.

    Raises:
        InvalidInputError: The connection string has another form.
        StoreUnavailableError: It cannot be opened.
    """
    if url.startswith(SQLITE) and len(url) > len(SQLITE):
        return RawFile(Path(url.removeprefix(SQLITE)))
    if url.startswith(POSTGRES):
        return RawServer(url)
    raise InvalidInputError("database", "url", "sqlite:///path or postgresql://…")


class RawFile:
    """An SQLite file, opened so that nothing is written beside it either where that can be."""

    is_server = False

    def __init__(self, path: Path) -> None:
        """Open the file at ``path``.

        Raises:
            StoreUnavailableError: There is none, or it is no SQLite file.
        """
        self._connection = _opened(path)

    def batches(self, sql: str, values: Values = ()) -> Iterator[Rows]:
        """Yield the rows of one statement."""
        try:
            cursor = self._connection.execute(sql, tuple(values))
            while rows := cursor.fetchmany(AT_ONCE):
                yield rows
        except sqlite3.OperationalError as error:
            if "decode to UTF-8" not in str(error):
                raise StoreUnavailableError("a table cannot be read") from error
            raise UndecodableError from error
        except sqlite3.Error as error:
            raise StoreUnavailableError("a table cannot be read") from error

    def fetch(self, sql: str, values: Values = ()) -> Rows:
        """Return all rows; text that is no UTF-8 comes as bytes."""
        try:
            return [row for rows in self.batches(sql, values) for row in rows]
        except UndecodableError:
            return self.undecoded(sql, values)

    def undecoded(self, sql: str, values: Values = ()) -> Rows:
        """Return all rows with text where it is text, and `BadText` where it is no UTF-8."""
        self._connection.text_factory = _lenient
        try:
            return self._connection.execute(sql, tuple(values)).fetchall()
        except sqlite3.Error as error:
            raise StoreUnavailableError("a table cannot be read") from error
        finally:
            self._connection.text_factory = str

    def close(self) -> None:
        """Close the file."""
        self._connection.close()


class UndecodableError(Exception):
    """A text in the file is no UTF-8; the rows from there on have to be read leniently."""


class BadText(str):
    """A text that was no UTF-8; what of it could be read."""

    __slots__ = ()


def _lenient(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return BadText(data.decode("utf-8", "replace"))


def _opened(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise StoreUnavailableError(f"{path.name}: there is no such file")
    address = path.resolve().as_uri()
    # A copy without a log beside it is read as it lies: SQLite then makes no files there. A file
    # in use has one, and is read with the locks of all others.
    in_use = any(path.with_name(path.name + end).exists() for end in ("-wal", "-shm", "-journal"))
    modes = ["mode=ro"] if in_use else ["mode=ro&immutable=1"]
    error: sqlite3.Error | None = None
    for mode in (*modes, "mode=ro&immutable=1"):
        try:
            return _tried(f"{address}?{mode}")
        except sqlite3.Error as one:  # a log that cannot be opened where nothing may be written
            error = one
    raise StoreUnavailableError(f"{path.name}: cannot be opened as an SQLite file") from error


def _tried(address: str) -> sqlite3.Connection:
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA query_only=ON")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


class RawServer:
    """A PostgreSQL database; each question sees what was committed when it began."""

    is_server = True

    def __init__(self, url: str) -> None:
        """Connect.

        Raises:
            StoreUnavailableError: The server does not answer, or refuses.
        """
        try:
            self._connection = psycopg.connect(url, autocommit=False, connect_timeout=10)
            self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            self._connection.read_only = True
        except psycopg.Error as error:
            raise StoreUnavailableError("the database cannot be opened") from error

    def batches(self, sql: str, values: Values = ()) -> Iterator[Rows]:
        """Yield the rows of one statement; a repeatable-read transaction holds as long."""
        try:
            with self._connection.cursor("audit", withhold=False) as cursor:
                cursor.itersize = AT_ONCE
                cursor.execute(_placed(sql), tuple(values), binary=True)
                while rows := cursor.fetchmany(AT_ONCE):
                    yield rows
        except psycopg.Error as error:
            raise StoreUnavailableError("a table cannot be read") from error
        finally:
            with suppress(psycopg.Error):
                self._connection.rollback()

    def fetch(self, sql: str, values: Values = ()) -> Rows:
        """Return all rows of one statement."""
        try:
            return self._connection.execute(_placed(sql), tuple(values), binary=True).fetchall()
        except psycopg.Error as error:
            raise StoreUnavailableError("a table cannot be read") from error
        finally:
            with suppress(psycopg.Error):
                self._connection.rollback()

    def close(self) -> None:
        """Disconnect."""
        self._connection.close()


def _placed(sql: str) -> bytes:
    return sql.replace("%", "%%").replace("?", "%s").encode()
