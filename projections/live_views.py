"""The live views as an auditor reads them: never written, never trusted, all at one moment.

Each table is read under the name that readers use, so that a name which was moved to other rows is
found too. Values come as they are, of whatever type; text that is no UTF-8 comes marked.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

import psycopg

from projections.errors import ViewsUnavailableError
from projections.view import AnyRow, Table

_SQLITE: Final = "sqlite:///"
_AT_ONCE: Final = 1_000


class UnreadableTableError(Exception):
    """A table is not there, or is not one that can be read under its name and columns."""


class BadText(str):
    """A text that is no UTF-8; what of it could be read. Equal to no text of ours."""

    __slots__ = ()


class LiveViews(Protocol):
    """One moment of a database of views."""

    def registry(self) -> list[AnyRow]:
        """Return view, version and position of the generations in force, as found.

        Raises:
            UnreadableTableError: There is no such table.
        """
        ...

    def rows(self, table: Table) -> Iterator[AnyRow]:
        """Yield all rows of ``table`` in the order of their keys.

        Raises:
            UnreadableTableError: It cannot be read.
        """
        ...


_REGISTRY: Final = (
    "SELECT view, version, position FROM view_generations WHERE in_force = 1 ORDER BY view"
)


@contextmanager
def live_views(url: str) -> Iterator[LiveViews]:
    """Open the views at ``url`` for one reading transaction.

    Raises:
        ViewsUnavailableError: The database is not there or does not answer.
    """
    if url.startswith(_SQLITE):
        with _file(Path(url.removeprefix(_SQLITE))) as connection:
            yield _FileViews(connection)
        return
    with _server(url) as connection:
        yield _ServerViews(connection)


@contextmanager
def _file(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise ViewsUnavailableError(f"{path.name}: there is no such file")
    try:
        # Without a journal beside it, a copy is read as it lies: nothing is made next to it.
        in_use = path.with_name(f"{path.name}-wal").exists()
        mode = "mode=ro" if in_use else "mode=ro&immutable=1"
        connection = sqlite3.connect(
            f"{path.resolve().as_uri()}?{mode}", uri=True, isolation_level=None
        )
    except sqlite3.Error as error:
        raise ViewsUnavailableError(f"{path.name}: cannot be opened") from error
    with closing(connection):
        connection.text_factory = _text
        try:
            connection.execute("BEGIN")
            connection.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()
        except sqlite3.Error as error:
            raise ViewsUnavailableError(f"{path.name}: is no database of views") from error
        yield connection


@contextmanager
def _server(url: str) -> Iterator[psycopg.Connection[Any]]:
    try:
        connection = psycopg.connect(url, options="-c search_path=views", connect_timeout=10)
    except psycopg.Error as error:
        raise ViewsUnavailableError("the views' server did not answer") from error
    with closing(connection):
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        with connection.transaction():
            yield connection


def _text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        return BadText(data.decode("utf-8", "replace"))


class _FileViews:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def registry(self) -> list[AnyRow]:
        """Return the generations in force."""
        try:
            return self._connection.execute(_REGISTRY).fetchall()
        except sqlite3.Error as error:
            raise UnreadableTableError from error

    def rows(self, table: Table) -> Iterator[AnyRow]:
        """Yield the rows of a table."""
        try:
            cursor = self._connection.execute(_all_of(table))
            while some := cursor.fetchmany(_AT_ONCE):
                yield from some
        except sqlite3.Error as error:
            raise UnreadableTableError from error


class _ServerViews:
    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection

    def registry(self) -> list[AnyRow]:
        """Return the generations in force."""
        try:
            with self._connection.transaction():
                return self._connection.execute(_REGISTRY).fetchall()
        except psycopg.Error as error:
            raise UnreadableTableError from error

    def rows(self, table: Table) -> Iterator[AnyRow]:
        """Yield the rows of a table."""
        try:
            # A transaction in the transaction: what fails here spoils no other table.
            with (
                self._connection.transaction(),
                self._connection.cursor(f"all_{table.name}") as all_,
            ):
                all_.itersize = _AT_ONCE
                all_.execute(_all_of(table).encode())
                while some := all_.fetchmany(_AT_ONCE):
                    yield from some
        except psycopg.Error as error:
            raise UnreadableTableError from error


def _all_of(table: Table) -> str:
    keys = ", ".join(table.names[: table.keys])
    return f"SELECT {', '.join(table.names)} FROM {table.name} ORDER BY {keys}"  # noqa: S608 (our own names)
