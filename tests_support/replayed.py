"""A town with every view that needs no opened facts, its seals, and replays of it."""

import hmac
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from ledger.commands.seals import all_seals, last_seal, seal_day
from ledger.facts import Act, FactStore
from ledger.records.seal import DaySealed
from projections import stream_heads
from projections.day_state import day_state
from projections.drift import IsDestroyed, no_key_destroyed
from projections.projector import Projector
from projections.replay import Evidence, Outcome, replay
from projections.seal_files import SealFiles
from projections.shadow import Shadow
from projections.view import Table, View
from projections.view_database import open_views
from projections.view_store import ViewStore, physical_name
from projections.views import VIEWS
from tests_support.postgres import PrivateServer
from tests_support.request_walks import Walk, start
from tests_support.walked_town import stores

KEY = bytes(range(32))
FIRST_DAY = date(2026, 11, 23)


def blind(message: bytes) -> bytes:
    """Blind under a key that is no secret."""
    return hmac.digest(KEY, message, "sha256")


def keyless_views() -> tuple[View, ...]:
    """Return all views but the one that opens facts."""
    return (*VIEWS, stream_heads.view(blind))


@dataclass
class SealedTown:
    """A population, its views, and what was sealed of them."""

    walk: Walk
    reading: FactStore
    projector: Projector
    url: str
    folder: Path
    days: int = 0

    @property
    def store(self) -> ViewStore:
        """Where the live views are."""
        return self.projector.store

    @property
    def files(self) -> SealFiles:
        """Bucket digests of the seals."""
        return SealFiles(self.folder / "seals")

    def go(self, steps: int) -> None:
        """Walk on and catch up now and then."""
        dice = random.Random(steps)
        for _ in range(steps):
            self.walk.step()
            if dice.random() < 0.1:
                self.projector.catch_up(batch=dice.randrange(1, 40))
        self.projector.catch_up()

    def seal(self) -> DaySealed:
        """Seal the next day."""
        self.days += 1
        facts = self.walk.facts
        state = day_state(self.store, last=last_seal(facts), files=self.files)
        seal_day(
            facts, day=FIRST_DAY + timedelta(days=self.days), views=state.views,
            heads=state.heads, log=None, act=Act(self.walk.at, "worker", "system"),
        )  # fmt: skip
        sealed = last_seal(facts)
        assert sealed is not None
        return sealed

    @contextmanager
    def shadow(self, views: tuple[View, ...] | None = None) -> Iterator[Shadow]:
        """Open an empty shadow."""
        path = self.folder / f"shadow-{random.randrange(1 << 40):x}.db"
        database = open_views(f"sqlite:///{path}")
        try:
            yield Shadow(database, views or keyless_views(), self.reading)
        finally:
            database.close()

    def replay(
        self,
        shadow: Shadow | None = None,
        *,
        to: int | None = None,
        seals: bool = True,
        is_destroyed: IsDestroyed = no_key_destroyed,
    ) -> Outcome:
        """Replay all of it, or with a shadow that was moved before."""
        if shadow is None:
            with self.shadow() as fresh:
                return self.replay(fresh, to=to, seals=seals)
        evidence = Evidence(
            self.url, all_seals(self.walk.facts) if seals else (), self.files, is_destroyed
        )
        return replay(shadow, evidence, to=to, report=lambda _position: None)

    def physical(self, view: str, table: Table) -> str:
        """Return the live table's own name."""
        return physical_name(table, self.store.in_force(view).number)

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Do what somebody with the database's password can do."""
        with self.store.database.transaction() as session:
            return session.execute(statement, values)

    def first_row(self, view: str, table: Table) -> list[object] | None:
        """Return a live row, None if there is none."""
        physical = self.physical(view, table)
        rows = self.sql(f"SELECT {', '.join(table.names)} FROM {physical} LIMIT 1")
        return list(rows[0]) if rows else None

    def insert(self, view: str, table: Table, row: list[object]) -> None:
        """Put a row beside the projector."""
        names, marks = ", ".join(table.names), ", ".join("?" * len(row))
        self.sql(f"INSERT INTO {self.physical(view, table)} ({names}) VALUES ({marks})", *row)

    def delete(self, view: str, table: Table, row: list[object]) -> None:
        """Take a row away beside the projector."""
        physical = self.physical(view, table)
        self.sql(f"DELETE FROM {physical} WHERE {_where(table)}", *row[: table.keys])

    def update(
        self, view: str, table: Table, row: list[object], column: str, value: object
    ) -> None:
        """Change one column of a row beside the projector."""
        self.sql(
            f"UPDATE {self.physical(view, table)} SET {column} = ? WHERE {_where(table)}",
            value, *row[: table.keys],
        )  # fmt: skip

    def update_all(self, view: str, table: Table, column: str, value: object) -> None:
        """Change one column of all rows beside the projector."""
        self.sql(f"UPDATE {self.physical(view, table)} SET {column} = ?", value)

    def point(self, view: str, table: Table, more: str = "") -> None:
        """Let the name that readers use mean the table, or less than all of it."""
        self.sql(f"CREATE VIEW {table.name} AS SELECT * FROM {self.physical(view, table)} {more}")


def _where(table: Table) -> str:
    return " AND ".join(f"{name} = ?" for name in table.names[: table.keys])


def places_of(request: pytest.FixtureRequest, folder: Path) -> tuple[str, str]:
    """Return where a town's facts and views rest on the database that a fixture is asked for."""
    if request.param == "postgresql":
        server: PrivateServer = request.getfixturevalue("postgres_server")
        url = server.new_database()
        return url, url
    return f"sqlite:///{folder / 'ledger.db'}", f"sqlite:///{folder / 'views.db'}"


@contextmanager
def sealed_town(ledger: str | None, views: str, folder: Path, *, seed: int) -> Iterator[SealedTown]:
    """Found a town; its facts at ``ledger`` (None: memory), its views at ``views``."""
    with stores(ledger) as (writing, reading):
        store = ViewStore(open_views(views), keyless_views())
        store.prepare()
        try:
            walk = start(writing, seed=seed, people_count=30)
            yield SealedTown(walk, reading, Projector(reading, store), views, folder)
        finally:
            store.database.close()
