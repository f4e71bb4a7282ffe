"""A walk with the views that were moved along it, in memory or on a real database."""

import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeVar
from uuid import UUID

from ledger.certificates import lifecycle
from ledger.certificates.lifecycle import Certificate
from ledger.certificates.request import Request, evolve
from ledger.certificates.request_facts import Fact
from ledger.facts import FactStore, RecordedFact
from ledger.store.databases import open_store
from ledger.store.registry import FACT_TYPES
from ledger.store.withheld import WithheldParts
from projections.projector import Projector
from projections.view import Row, Table
from projections.view_database import open_views
from projections.view_store import ViewStore
from projections.views import VIEWS
from tests_support.memory_facts import MemoryFacts
from tests_support.request_walks import Walk, start
from tests_support.toy_ledger import OpenSeals, fresh_id

Found = TypeVar("Found")
TOPICS = {topic: FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics}


@dataclass
class Town:
    """A population, what happened to it, and the views of that."""

    walk: Walk
    projector: Projector

    def go(self, steps: int) -> None:
        """Walk on, and catch up now and then, in batches of any size."""
        dice = random.Random(steps)  # not the walk's: it goes the same way at any batch
        for _ in range(steps):
            self.walk.step()
            if dice.random() < 0.1:
                self.projector.catch_up(batch=dice.randrange(1, 40))
        self.projector.catch_up()

    @property
    def store(self) -> ViewStore:
        """Where the views are."""
        return self.projector.store

    def facts(self) -> list[RecordedFact]:
        """Return every fact."""
        return self.walk.facts.read(after=0, limit=1_000_000)

    def ask(self, question: Callable[..., Found], *values: object, **named: object) -> Found:
        """Return what ``question`` about some values finds in the views."""
        with self.store.database.reading() as session:
            return question(session, *values, **named)

    def rows(self, table: Table, row: type[Row]) -> list[Row]:
        """Return all rows of ``table`` in force, sorted by key."""
        make: Any = row
        names = ", ".join(table.names)
        with self.store.database.reading() as session:
            found = session.execute(f"SELECT {names} FROM {table.name}")
        return sorted((make._make(one) for one in found), key=table.key_of)

    def requests(self) -> dict[UUID, Request]:
        """Return every request as its facts fold."""
        folded: dict[UUID, Request] = {}
        for recorded in self.facts():
            if isinstance(recorded.fact, Fact):
                before = folded.get(recorded.stream_id)
                folded[recorded.stream_id] = evolve(before, recorded.fact)
        return folded

    def certificates(self) -> dict[UUID, Certificate]:
        """Return every certificate as its facts fold."""
        streams: dict[UUID, list[Any]] = {}
        for recorded in self.facts():
            if recorded.topic.startswith("certificate."):
                streams.setdefault(recorded.stream_id, []).append(recorded.fact)
        folded: dict[UUID, Certificate] = {}
        for stream, facts in streams.items():
            state = reduce(lifecycle.evolve, facts, None)
            assert state is not None
            folded[stream] = state
        return folded


@contextmanager
def stores(url: str | None) -> Iterator[tuple[FactStore, FactStore]]:
    """Open a ledger at ``url`` to write, and the same one to read without personal parts.

    Without a ``url`` it is in memory, and nothing is withheld.
    """
    if url is None:
        facts = MemoryFacts(TOPICS)
        yield facts, facts
        return
    writing = open_store(url, types=FACT_TYPES, seals=OpenSeals(), ids=fresh_id)
    reading = open_store(url, types=FACT_TYPES, seals=WithheldParts(), ids=fresh_id)
    try:
        yield writing, reading
    finally:
        reading.close()
        writing.close()


@contextmanager
def town(ledger: str | None, views: str, *, seed: int) -> Iterator[Town]:
    """Found a town with its facts at ``ledger`` (None: memory) and its views at ``views``."""
    with stores(ledger) as (writing, reading):
        store = ViewStore(open_views(views), VIEWS)
        store.prepare()
        try:
            yield Town(start(writing, seed=seed, people_count=30), Projector(reading, store))
        finally:
            store.database.close()
