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

    def alone(self) -> AbstractContextManager[Session]:
        """Open a writing transaction that waits for all others opened in this way."""
        ...

    def reading(self) -> AbstractContextManager[Session]:
        """Open a reading transaction: all its statements see the same rows."""
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


_PAGE = 5_000
"""Rows that a digest holds in memory at once."""


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
        """Create what is missing: the registry, and a first generation of each new view.

        Safe for many processes at once. A view whose version was raised stays as it is until
        `projections.projector.Projector.renew` has built it anew.
        """
        with self.database.alone() as session:
            session.execute(_REGISTRY)
            known = {generation.view for generation in _generations(session)}
            for name in sorted(self.views.keys() - known):
                self._start(session, self.views[name], 1)
                self._put_in_force(session, self.views[name], 1)

    def generations(self) -> list[Generation]:
        """Return all generations of the views that this program knows."""
        with self.database.reading() as session:
            return self.generations_in(session)

    def generations_in(self, session: Session) -> list[Generation]:
        """Return them as one transaction sees them, together with the rows that it reads."""
        return [g for g in _generations(session) if g.view in self.views]

    def in_force(self, view: str) -> Generation:
        """Return the generation that readers of ``view`` see."""
        return next(g for g in self.generations() if g.view == view and g.in_force)

    def outdated(self) -> list[View]:
        """Return the views whose generation in force was built by another version of them."""
        standing = [g for g in self.generations() if g.in_force]
        return [self.views[g.view] for g in standing if g.version != self.views[g.view].version]

    def start(self, view: View) -> int:
        """Begin a new generation beside the one in force; return its number."""
        with self.database.alone() as session:
            existing = [g for g in _generations(session) if g.view == view.name]
            for left in (g for g in existing if not g.in_force):  # an abandoned building
                self._drop(session, view, left.number)
            number = 1 + max(g.number for g in existing)
            self._start(session, view, number)
            return number

    def swap(self, view: View, number: int) -> bool:
        """Put generation ``number`` in force and drop the one before, in one transaction.

        Returns False, and changes nothing, if the one in force has moved on further: readers
        would else lose sight of what they have seen.
        """
        with self.database.alone() as session:
            # The rows are locked first, so that no worker moves either of them meanwhile.
            session.execute(
                "UPDATE view_generations SET position = position WHERE view = ?", (view.name,)
            )
            known = [g for g in _generations(session) if g.view == view.name]
            built = next((g for g in known if g.number == number), None)
            old = [g for g in known if g.in_force]
            if built is None or any(g.position > built.position for g in old):
                return False
            self._put_in_force(session, view, number)
            for generation in old:
                self._drop(session, view, generation.number)
            return True

    def digest(self, view: View, number: int) -> bytes:
        """Return SHA-256 over all rows of a generation, in the order of their keys."""
        digest = sha256()
        with self.database.reading() as session:
            for row in self.rows(session, view, number):
                digest.update(canonical.encode(row))
        return digest.digest()

    @staticmethod
    def rows(session: Session, view: View, number: int) -> Iterator[list[Any]]:
        """Yield ``[table, column …]`` for every row of a generation, in the order of the keys."""
        for table in view.tables:
            last: Sequence[object] = ()
            while found := session.execute(*_page(table, physical_name(table, number), last)):
                for row in found:
                    yield [table.name, *row]
                last = table.key_of(found[-1])

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


def _page(table: Table, physical: str, last: Sequence[object]) -> tuple[str, Sequence[object]]:
    """Return the statement for the rows behind the key ``last``, and its values.

    Both databases compare text by its bytes in UTF-8, so both give the same order.
    """
    names, keys = ", ".join(table.names), ", ".join(table.names[: table.keys])
    behind = f"WHERE ({keys}) > ({', '.join('?' * len(last))})" if last else ""
    statement = f"SELECT {names} FROM {physical} {behind} ORDER BY {keys} LIMIT {_PAGE}"  # noqa: S608 (our own names)
    return statement, last


def _generations(session: Session) -> Iterable[Generation]:
    found = session.execute(
        "SELECT view, generation, version, position, in_force FROM view_generations "
        "ORDER BY view, generation"
    )
    return [Generation(v, g, version, p, bool(f)) for v, g, version, p, f in found]
