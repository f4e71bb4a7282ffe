"""Where views rest: rows and position in one transaction; two generations side by side.

A view's table ``certificate_status`` is a name for the generation in force, such as
``certificate_status_g3``; a rebuild fills the next generation and moves the name in one
transaction, so that readers see the old rows or the new ones and never a half.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Protocol

from ledger import canonical
from projections.view import AnyRow, Key, Table, View


class Session(Protocol):
    """One transaction on the views' database."""

    def execute(self, sql: str, values: Sequence[object] = ()) -> list[AnyRow]:
        """Run one statement with ``?`` for values; return its rows, if it has any."""
        ...

    def fetch(self, table: Table, physical: str, keys: Sequence[Key]) -> list[AnyRow]:
        """Return the rows under ``keys``."""
        ...

    def upsert(self, table: Table, physical: str, rows: Sequence[AnyRow]) -> None:
        """Insert the rows or replace those under the same keys."""
        ...

    def create(self, table: Table, physical: str) -> None:
        """Create the table and its indexes."""
        ...


class ViewDatabase(Protocol):
    """A database for views: SQLite or PostgreSQL."""

    def transaction(self) -> AbstractContextManager[Session]:
        """Open a writing transaction: committed at the end, rolled back on an error."""
        ...

    def reading(self) -> AbstractContextManager[Session]:
        """Open a reading transaction."""
        ...

    def close(self) -> None:
        """Give up the connections."""
        ...


@dataclass(frozen=True, slots=True)
class Generation:
    """One building of a view."""

    view: str
    number: int
    version: int
    position: int
    """Position of the last fact taken in."""
    in_force: bool


_REGISTRY = """CREATE TABLE IF NOT EXISTS view_generations (
    view TEXT NOT NULL, generation BIGINT NOT NULL, version BIGINT NOT NULL,
    position BIGINT NOT NULL, in_force BIGINT NOT NULL, PRIMARY KEY (view, generation))"""


def physical_name(table: Table, generation: int) -> str:
    """Return the name of ``table`` in one generation."""
    return f"{table.name}_g{generation}"


class ViewStore:
    """Generations of views on one database."""

    def __init__(self, database: ViewDatabase, views: Sequence[View]) -> None:
        """Keep ``views`` on ``database``; call `prepare` once before use."""
        self.database = database
        self.views: Mapping[str, View] = {view.name: view for view in views}

    def prepare(self) -> None:
        """Create what is missing: the registry, and a first generation of each new view."""
        with self.database.transaction() as session:
            session.execute(_REGISTRY)
            known = {generation.view for generation in _generations(session)}
            for name in self.views.keys() - known:
                self._start(session, self.views[name], 1)
                self._put_in_force(session, self.views[name], 1)

    def generations(self) -> list[Generation]:
        """Return all generations of the views that this program knows."""
        with self.database.reading() as session:
            return [g for g in _generations(session) if g.view in self.views]

    def in_force(self, view: str) -> Generation:
        """Return the generation that readers of ``view`` see."""
        return next(g for g in self.generations() if g.view == view and g.in_force)

    def start(self, view: View) -> int:
        """Begin a new generation beside the one in force; return its number."""
        with self.database.transaction() as session:
            existing = [g for g in _generations(session) if g.view == view.name]
            for left in (g for g in existing if not g.in_force):  # an abandoned building
                self._drop(session, view, left.number)
            number = 1 + max(g.number for g in existing)
            self._start(session, view, number)
            return number

    def swap(self, view: View, number: int) -> None:
        """Put generation ``number`` in force and drop the one before, in one transaction."""
        with self.database.transaction() as session:
            old = [g for g in _generations(session) if g.view == view.name and g.in_force]
            self._put_in_force(session, view, number)
            for generation in old:
                self._drop(session, view, generation.number)

    def digest(self, view: View, number: int) -> bytes:
        """Return SHA-256 over all rows of a generation, in the order of their keys."""
        digest = sha256()
        with self.database.reading() as session:
            for row in self.rows(session, view, number):
                digest.update(canonical.encode(row))
        return digest.digest()

    @staticmethod
    def rows(session: Session, view: View, number: int) -> Iterator[list[Any]]:
        """Yield ``[table, column …]`` for every row of a generation, in a fixed order."""
        for table in view.tables:
            names = ", ".join(table.names)
            order = ", ".join(table.names[: table.keys])
            found = session.execute(f"SELECT {names} FROM {physical_name(table, number)}")  # noqa: S608 (our own names)
            key = slice(table.keys)
            assert order
            for row in sorted(found, key=lambda row: tuple(map(_sortable, row[key]))):
                yield [table.name, *row]

    def _start(self, session: Session, view: View, number: int) -> None:
        for table in view.tables:
            session.create(table, physical_name(table, number))
        session.execute(
            "INSERT INTO view_generations VALUES (?, ?, ?, 0, 0)",
            (view.name, number, view.version),
        )

    @staticmethod
    def _put_in_force(session: Session, view: View, number: int) -> None:
        for table in view.tables:
            session.execute(f"DROP VIEW IF EXISTS {table.name}")
            session.execute(
                f"CREATE VIEW {table.name} AS SELECT * FROM {physical_name(table, number)}"  # noqa: S608 (our own names)
            )
        session.execute(
            "UPDATE view_generations SET in_force = "
            "CASE WHEN generation = ? THEN 1 ELSE 0 END WHERE view = ?",
            (number, view.name),
        )

    @staticmethod
    def _drop(session: Session, view: View, number: int) -> None:
        for table in view.tables:
            session.execute(f"DROP TABLE {physical_name(table, number)}")
        session.execute(
            "DELETE FROM view_generations WHERE view = ? AND generation = ?", (view.name, number)
        )


def _sortable(value: object) -> tuple[int, Any]:
    return (0, 0) if value is None else (1, value)


def _generations(session: Session) -> Iterable[Generation]:
    found = session.execute(
        "SELECT view, generation, version, position, in_force FROM view_generations "
        "ORDER BY view, generation"
    )
    return [Generation(v, g, version, p, bool(f)) for v, g, version, p, f in found]
