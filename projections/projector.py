"""Moves views forward: reads facts once, in order, and feeds them to every view that wants them.

Each step takes one batch, folds it in memory, and commits the changed rows and the position of
all fed views in one transaction. A crash between two steps loses nothing and repeats nothing.
"""

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol, cast

from ledger.facts import RecordedFact
from projections.errors import (
    LaggingError,
    RebuildTakenOverError,
    StalledError,
    UnknownViewError,
    ViewsUnavailableError,
)
from projections.view import AnyRow, Key, Row, Table, View
from projections.view_store import Generation, Session, ViewStore, physical_name

BATCH = 1_000
"""Facts a step: large enough that the commit no longer shows, small enough to hold in memory."""
_FIRST_PAUSE_SECONDS = 0.001
_LONGEST_PAUSE_SECONDS = 0.020
_IDLE_SECONDS = 1.0


class FactsInOrder(Protocol):
    """The part of `ledger.facts.FactStore` that views are moved along."""

    def read(
        self, *, after: int, limit: int, topics: Sequence[str] | None = None
    ) -> list[RecordedFact]:
        """Return up to ``limit`` facts with a position above ``after``, in order."""
        ...

    def head(self) -> int:
        """Return the position of the last fact."""
        ...

    def subscribe(self, *, after: int, timeout: float | None = None) -> Iterator[RecordedFact]:
        """Yield facts as they come."""
        ...


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a rebuild is; ``seconds`` since its start."""

    view: str
    position: int
    head: int
    seconds: float

    @property
    def rate(self) -> float:
        """Facts a second so far."""
        return self.position / self.seconds if self.seconds else 0.0

    @property
    def eta_seconds(self) -> float:
        """Seconds to go at this rate."""
        return (self.head - self.position) / self.rate if self.rate else 0.0


def _ignore(_error: Exception) -> None:
    """Tell nobody."""


@dataclass(slots=True)
class _Batch:
    """The rows of one generation, as a batch of facts changes them: `projections.view.Rows`."""

    session: Session
    view: View
    generation: int
    rows: dict[Table, dict[Key, AnyRow | None]] = field(default_factory=partial(defaultdict, dict))
    """What is known so far; None where there is no row."""
    changed: dict[Table, dict[Key, None]] = field(default_factory=partial(defaultdict, dict))
    """The keys to write, in the order in which they were first changed."""

    def prefetch(self, facts: Sequence[RecordedFact]) -> None:
        """Fetch what the handlers will ask for, one query a table."""
        wanted: dict[Table, dict[Key, None]] = {}
        for recorded in facts:
            if type(recorded.fact) in self.view.handlers:
                for table, key in self.view.touches(recorded):
                    wanted.setdefault(table, {})[key] = None
        for table, keys in wanted.items():
            self._load(table, list(keys))

    def _load(self, table: Table, keys: list[Key]) -> None:
        found = self.session.fetch(table, physical_name(table, self.generation), keys)
        known = self.rows[table]
        known.update(dict.fromkeys(keys))
        known.update((table.key_of(row), table.row_of(row)) for row in found)

    def get(self, table: Table, key: Key, row: type[Row]) -> Row | None:
        """Return the row under ``key``."""
        assert row is table.row
        known = self.rows[table]
        if key not in known:
            self._load(table, [key])
        return cast("Row | None", known[key])

    def put(self, table: Table, row: AnyRow) -> None:
        """Replace the row."""
        key = table.key_of(row)
        self.rows[table][key] = row
        self.changed[table][key] = None

    def remove(self, table: Table, key: Key) -> None:
        """Remove the row."""
        self.rows[table][key] = None
        self.changed[table][key] = None

    def write(self) -> None:
        """Write what has changed."""
        for table, keys in self.changed.items():
            physical, known = physical_name(table, self.generation), self.rows[table]
            there = [row for key in keys if (row := known[key]) is not None]
            self.session.upsert(table, physical, there)
            where = " AND ".join(f"{name} = ?" for name in table.names[: table.keys])
            for key in (key for key in keys if known[key] is None):
                self.session.execute(f"DELETE FROM {physical} WHERE {where}", key)  # noqa: S608 (our own names)


class Projector:
    """Catches views up with the facts, waits for them, and rebuilds them."""

    def __init__(
        self, facts: FactsInOrder, store: ViewStore, *, opened: FactsInOrder | None = None
    ) -> None:
        """Move the views of ``store`` along ``facts``.

        Args:
            facts: The ledger; need not open what is sealed.
            store: Where the views are.
            opened: The same facts, opened, for views that need that; without it they stand still.
        """
        self.facts = facts
        self._opened = opened
        self.store = store
        self._moved = threading.Condition()
        self._stopping = threading.Event()

    def catch_up(self, *, batch: int = BATCH, opens: bool | None = None) -> int:
        """Move every view in force to the head; return the position that all have reached.

        With ``opens`` only those that need opened facts, or only those that do not.

        Raises:
            StalledError: A view cannot take in a fact; the others have moved on.
        """
        stalled: StalledError | None = None
        out: set[str] = set()
        while True:
            standing = [g for g in self._standing(opens) if g.view not in out]
            if not standing:
                break
            try:
                if not self._step(standing, batch):
                    break
            except StalledError as error:
                stalled = error
                out.add(error.view)
        if stalled is not None:
            raise stalled
        return min((g.position for g in self._standing(opens)), default=self.facts.head())

    def _standing(self, opens: bool | None) -> list[Generation]:  # noqa: FBT001  as in `catch_up`
        """Return the generations in force that this program's handlers can move."""
        views = self.store.views
        return [
            g
            for g in self.store.generations()
            if g.in_force
            and g.version == views[g.view].version
            and opens in {None, views[g.view].opens}
            and (self._opened is not None or not views[g.view].opens)
        ]

    def _step(self, standing: Sequence[Generation], batch: int) -> bool:
        """Feed one batch to the views that are furthest behind; False if there was nothing."""
        behind = min(g.position for g in standing)
        ahead = [g.position for g in standing if g.position > behind]
        limit = min(batch, min(ahead) - behind) if ahead else batch
        moved = False
        for opens in (False, True):
            some = [
                g for g in standing
                if g.position == behind and self.store.views[g.view].opens is opens
            ]  # fmt: skip
            facts = self._source(opens).read(after=behind, limit=limit) if some else []
            if facts:
                # Overtaken by another worker: its step counts, ours left nothing; look again.
                with suppress(_OvertakenError):
                    self._feed(some, facts)
                moved = True
        return moved

    def _source(self, opens: bool) -> FactsInOrder:  # noqa: FBT001  as `View.opens` says
        if not opens:
            return self.facts
        assert self._opened is not None, "a view that opens facts is given opened ones"
        return self._opened

    def _feed(self, generations: Sequence[Generation], facts: Sequence[RecordedFact]) -> None:
        with self.store.database.transaction() as session:
            for generation in generations:
                self._fold(session, generation, facts)
        with self._moved:
            self._moved.notify_all()

    def _fold(
        self, session: Session, generation: Generation, facts: Sequence[RecordedFact]
    ) -> None:
        view = self.store.views[generation.view]
        # The position moves only from where it stood: a second worker's step writes no row here
        # and its transaction is rolled back.
        moved = session.execute(
            "UPDATE view_generations SET position = ? "
            "WHERE view = ? AND generation = ? AND position = ? RETURNING position",
            (facts[-1].position, view.name, generation.number, generation.position),
        )
        if not moved:
            raise _OvertakenError
        rows = _Batch(session, view, generation.number)
        rows.prefetch(facts)
        for recorded in facts:
            handler = view.handlers.get(type(recorded.fact))
            if handler is None:
                continue
            try:
                handler(recorded, rows)
            except ViewsUnavailableError:
                raise
            except Exception as error:
                raise StalledError(view.name, recorded.position, recorded.topic) from error
        rows.write()

    def rebuild(
        self, name: str, *, report: Callable[[Progress], None] = lambda _progress: None,
        batch: int = BATCH,
    ) -> Generation:  # fmt: skip
        """Build ``name`` anew beside the one in force, then swap; readers notice nothing.

        Raises:
            UnknownViewError: No such view.
            StalledError: A fact cannot be taken in; the old generation stays in force.
            RebuildTakenOverError: Somebody else has begun to rebuild it.
        """
        view = self.store.views.get(name)
        if view is None:
            raise UnknownViewError(f"no view named {name}")
        number = self.store.start(view)
        start = time.monotonic()
        while True:
            building = self._generation(name, number)
            if not self._step([building], batch):
                if self.store.swap(view, number):
                    return self._generation(name, number)
                continue  # the one in force was moved on meanwhile: catch up with it
            now = self._generation(name, number)
            seconds = time.monotonic() - start
            report(Progress(name, now.position, self.facts.head(), seconds))

    def renew(
        self,
        *,
        report: Callable[[Progress], None] = lambda _progress: None,
        opens: bool | None = None,
    ) -> None:
        """Rebuild every view whose version was raised since it was built; ``opens`` as above."""
        for view in self.store.outdated():
            if opens in {None, view.opens} and (self._opened is not None or not view.opens):
                self.rebuild(view.name, report=report)

    def _generation(self, name: str, number: int) -> Generation:
        for generation in self.store.generations():
            if (generation.view, generation.number) == (name, number):
                return generation
        raise RebuildTakenOverError(f"somebody else rebuilds {name}")

    def wait(self, name: str, position: int, *, seconds: float = 2.0) -> None:
        """Return when ``name`` has taken in the fact at ``position``.

        Raises:
            LaggingError: It did not within ``seconds``.
        """
        deadline = time.monotonic() + seconds
        pause = _FIRST_PAUSE_SECONDS
        while (reached := self.store.in_force(name).position) < position:
            if time.monotonic() > deadline:
                raise LaggingError(name, position, reached)
            with self._moved:
                self._moved.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def run(
        self,
        *,
        on_trouble: Callable[[Exception], None] = _ignore,
        opens: bool | None = None,
    ) -> None:
        """Keep all views caught up until `stop`, or those that ``opens`` says; a worker's life.

        Nothing ends it, neither a fact that a view cannot take in nor a database that is away nor
        what nobody has thought of: it tells ``on_trouble``, and tries again.
        """
        while not self._stopping.is_set():
            try:
                self.renew(opens=opens)
                position = self.catch_up(opens=opens)
                for _ in self.facts.subscribe(after=position, timeout=_IDLE_SECONDS):
                    break
            except Exception as error:  # noqa: BLE001 (a thread that ends is missed by nobody)
                on_trouble(error)
                self._stopping.wait(_IDLE_SECONDS)

    def stop(self) -> None:
        """Let `run` return after its present step."""
        self._stopping.set()


class _OvertakenError(Exception):
    """Another worker has moved the view on; this step was rolled back."""
