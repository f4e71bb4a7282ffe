"""What a whole command costs: load, decide, seal, make the entry, append.

The floor is the stock library doing the same to the same payload: load the aggregate, trigger an
event, save, with its default transcoder and no sealing.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import local
from typing import Any
from urllib.parse import parse_qs, urlparse
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.table import Row as Line
from benchmarks.table import interleaved, median_ratio
from keys.sealing import DataKey
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.sealed_parts import SealedParts
from tests_support.postgres import PrivateServer
from tests_support.toy_ledger import Noted, fresh_id, sample_note, toy_act, toy_types

STREAMS = 4
COMMANDS = 20
"""A dossier of ten steps has some twenty facts."""
ROUNDS = 11
THREADS = 64
CONCURRENT = 1_280


class ReadyKeys:
    """Data keys that are at hand, as those of a worker's cache are."""

    def __init__(self) -> None:
        """Hold none yet."""
        self._by_subject: dict[tuple[UUID, str], DataKey] = {}
        self._by_id: dict[bytes, DataKey] = {}

    def for_writing(self, subject: UUID, purpose: str) -> DataKey:
        """Return the key, made at its first use."""
        key = self._by_subject.get((subject, purpose))
        if key is None:
            key = self._by_subject[subject, purpose] = DataKey(os.urandom(32))
            self._by_id[key.key_id] = key
        return key

    def for_reading(self, key_id: bytes) -> DataKey | None:
        """Return the key."""
        return self._by_id[key_id]

    def for_writing_many(
        self, wanted: Iterable[tuple[UUID, str]]
    ) -> Mapping[tuple[UUID, str], DataKey]:
        """Return the keys."""
        return {name: self.for_writing(*name) for name in wanted}

    def for_reading_many(self, key_ids: Iterable[bytes]) -> Mapping[bytes, DataKey | None]:
        """Return the keys."""
        return {key_id: self.for_reading(key_id) for key_id in key_ids}


class StockPerson(Aggregate):
    """The payload of `Noted` as the library's own aggregate."""

    @event("Started")
    def __init__(self) -> None:
        """Begin without notes."""
        self.noted = ("", 0, "", "", "")

    @event("Noted")
    def note(self, place: str, count: int, name: str, born: str, phone: str) -> None:
        """Keep the last note."""
        self.noted = (place, count, name, born, phone)


class Stock(Application[UUID]):
    """The library as it comes."""


def open_ledger(url: str) -> LedgerFactStore:
    """Open a ledger that seals as a real one does, with keys at hand."""
    seals = SealedParts(ReadyKeys(), os.urandom)
    return open_store(url, types=toy_types(), seals=seals, ids=fresh_id)


def our_command(store: LedgerFactStore, stream_id: UUID, subject: UUID) -> None:
    """Load, decide, seal, append."""
    history = store.history(stream_id)
    noted = sum(1 for fact in history.facts if isinstance(fact, Noted))
    assert noted < COMMANDS, "the decision"
    store.append(toy_act(), history.then(sample_note(), subject=subject))


def our_round(store: LedgerFactStore) -> None:
    """Give commands to new streams in turn."""
    people = [(uuid4(), uuid4()) for _ in range(STREAMS)]
    for _ in range(COMMANDS):
        for stream_id, subject in people:
            our_command(store, stream_id, subject)


def stock_round(application: Stock) -> None:
    """Do the same with the stock library: its aggregate is born by an event of its own."""
    fact = sample_note()
    people: list[UUID] = []
    for _ in range(STREAMS):
        person = StockPerson()
        application.save(person)
        people.append(person.id)
    for _ in range(COMMANDS - 1):
        for stream_id in people:
            loaded: StockPerson = application.repository.get(stream_id)
            loaded.note(fact.place, fact.count, str(fact.name), str(fact.born), str(fact.phone))
            application.save(loaded)


def command_line(name: str, store: LedgerFactStore, stock: Stock, bar: float) -> Line:
    """Return the rate of whole commands against the stock library's."""
    spent, spent_stock = interleaved(
        lambda: our_round(store), lambda: stock_round(stock), rounds=ROUNDS
    )
    count = STREAMS * COMMANDS
    return Line(
        f"{name}: a whole command (load, decide, seal, entry, append)",
        f"{count / sorted(spent)[ROUNDS // 2]:,.0f} commands/s",
        f"{count / sorted(spent_stock)[ROUNDS // 2]:,.0f}/s by the stock library, unsealed",
        median_ratio(spent_stock, spent),
        bar,
        at_most=False,
    )


def sqlite_lines(folder: Path) -> Iterator[Line]:
    """Yield the lines of SQLite."""
    store = open_ledger(f"sqlite:///{folder / 'commands.db'}")
    stock = Stock(
        env={"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(folder / "st.db")}
    )
    yield command_line("SQLite", store, stock, 1.0)
    stock.close()
    store.close()


def postgres_lines(server: PrivateServer) -> Iterator[Line]:
    """Yield the lines of PostgreSQL."""
    store = open_ledger(server.new_database())
    stock = Stock(env=stock_settings(server.new_database()))
    yield command_line("PostgreSQL", store, stock, 2.0)
    stock.close()
    yield concurrent_line(store, server.new_database())
    store.close()


def stock_settings(url: str) -> dict[str, str]:
    """Return the library's own settings for a connection string."""
    parts = urlparse(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": parts.path.lstrip("/"),
        "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": parts.username or "",
        "POSTGRES_PASSWORD": "none",
    }


def concurrent_line(store: LedgerFactStore, raw_url: str) -> Line:
    """Return the rate of 64 threads' commands against 64 threads' raw single inserts."""
    with psycopg.connect(raw_url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE raw_facts (position bigserial PRIMARY KEY, originator_id uuid,"
            " originator_version bigint, topic text, state bytea, entry bytea,"
            " UNIQUE (originator_id, originator_version))"
        )
    own = local()
    opened: list[psycopg.Connection[Any]] = []
    state, entry = os.urandom(420), os.urandom(65)

    def raw(_number: int) -> None:
        if not hasattr(own, "connection"):
            own.connection = psycopg.connect(raw_url, autocommit=True)
            opened.append(own.connection)
        own.connection.execute(
            "INSERT INTO raw_facts (originator_id, originator_version, topic, state, entry)"
            " VALUES (%b, 1, 'toy.noted/1', %b, %b)",
            [uuid4(), state, entry],
            prepare=True,
        )

    def ours(_number: int) -> None:
        our_command(store, uuid4(), uuid4())

    with ThreadPoolExecutor(THREADS) as raw_threads, ThreadPoolExecutor(THREADS) as our_threads:
        warm_up(raw_threads, raw)
        warm_up(our_threads, ours)
        spent, spent_raw = interleaved(
            lambda: list(our_threads.map(ours, range(CONCURRENT))),
            lambda: list(raw_threads.map(raw, range(CONCURRENT))),
            rounds=ROUNDS,
        )
    for connection in opened:
        connection.close()
    return Line(
        f"PostgreSQL: {THREADS} concurrent commands in one process, coalesced",
        f"{CONCURRENT / sorted(spent)[ROUNDS // 2]:,.0f} commands/s",
        f"{CONCURRENT / sorted(spent_raw)[ROUNDS // 2]:,.0f} raw single INSERTs/s",
        median_ratio(spent_raw, spent),
        2.5,
        at_most=False,
    )


def warm_up(threads: ThreadPoolExecutor, work: Callable[[int], None]) -> None:
    """Let every thread open what it keeps open."""
    list(threads.map(work, range(4 * THREADS)))
