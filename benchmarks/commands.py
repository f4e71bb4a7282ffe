"""What a whole command costs: load, decide, seal, make the entry, append.

The floor is the stock library doing the same to the same payload: load the aggregate, trigger an
event, save, with its default transcoder and no sealing.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from threading import Barrier, Thread
from urllib.parse import parse_qs, urlparse
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.domain import Aggregate, event

from benchmarks.table import Row as Line
from benchmarks.table import interleaved, median_ratio
from keys.sealing import DataKey
from ledger.facts import Change
from ledger.store.coalescing import gathered_appends
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.mapper import FactMapper
from ledger.store.rows import Batch
from ledger.store.sealed_parts import SealedParts
from tests_support.postgres import PrivateServer
from tests_support.toy_ledger import Noted, fresh_id, sample_note, toy_act, toy_types

STREAMS = 4
FACTS = 20
"""A dossier of ten steps has some twenty facts."""
SIZES = (1, 10)
"""Facts a command: most commands have one; an intake or an entry of convictions has several."""
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


def our_command(store: LedgerFactStore, stream_id: UUID, subject: UUID, facts: int = 1) -> None:
    """Load, decide, seal, append."""
    history = store.history(stream_id)
    noted = sum(1 for fact in history.facts if isinstance(fact, Noted))
    assert noted < FACTS, "the decision"
    store.append(toy_act(), history.then(*(sample_note() for _ in range(facts)), subject=subject))


def our_round(store: LedgerFactStore, facts: int) -> None:
    """Give commands of so many facts to new streams in turn."""
    people = [(uuid4(), uuid4()) for _ in range(STREAMS)]
    for _ in range(FACTS // facts):
        for stream_id, subject in people:
            our_command(store, stream_id, subject, facts)


def stock_round(application: Stock, facts: int) -> None:
    """Do the same with the stock library: its aggregate is born by an event of its own."""
    people: list[UUID] = []
    for _ in range(STREAMS):
        person = StockPerson()
        _note(person, facts - 1)
        application.save(person)
        people.append(person.id)
    for _ in range(FACTS // facts - 1):
        for stream_id in people:
            loaded: StockPerson = application.repository.get(stream_id)
            _note(loaded, facts)
            application.save(loaded)


def _note(person: StockPerson, times: int) -> None:
    for _ in range(times):
        fact = sample_note()
        person.note(fact.place, fact.count, str(fact.name), str(fact.born), str(fact.phone))


def command_line(name: str, store: LedgerFactStore, stock: Stock, facts: int, bar: float) -> Line:
    """Return the rate of whole commands of so many facts against the stock library's."""
    spent, spent_stock = interleaved(
        lambda: our_round(store, facts), lambda: stock_round(stock, facts), rounds=ROUNDS
    )
    count = STREAMS * FACTS // facts
    size = "one fact" if facts == 1 else f"{facts} facts"
    return Line(
        f"{name}: a whole command of {size} (load, decide, seal, entry, append)",
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
    for facts in SIZES:
        yield command_line("SQLite", store, stock, facts, 1.0)
    stock.close()
    store.close()


def postgres_lines(server: PrivateServer) -> Iterator[Line]:
    """Yield the lines of PostgreSQL."""
    store = open_ledger(server.new_database())
    stock = Stock(env=stock_settings(server.new_database()))
    for facts in SIZES:
        yield command_line("PostgreSQL", store, stock, facts, 2.0)
    stock.close()
    yield from concurrent_lines(store, server.new_database())
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


def side_by_side(work: Callable[[int], object]) -> None:
    """Let 64 threads do ``work``, each an equal share."""
    together = Barrier(THREADS)

    def share(thread: int) -> None:
        together.wait()
        for _ in range(CONCURRENT // THREADS):
            work(thread)

    threads = [Thread(target=share, args=(thread,)) for thread in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def raw_inserts(url: str, opened: ExitStack) -> Callable[[int], None]:
    """Return a raw single INSERT on each thread's own connection, without lock or order."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE raw_facts (position bigserial PRIMARY KEY, event_id uuid,"
            " originator_id uuid, originator_version bigint, topic text, state bytea,"
            " metadata bytea, entry bytea, UNIQUE (originator_id, originator_version))"
        )
    connections = [
        opened.enter_context(psycopg.connect(url, autocommit=True)) for _ in range(THREADS)
    ]
    state, entry = os.urandom(250), os.urandom(65)

    def insert(thread: int) -> None:
        connections[thread].execute(
            "INSERT INTO raw_facts"
            " (event_id, originator_id, originator_version, topic, state, entry)"
            " VALUES (%b, %b, 1, 'toy.noted/1', %b, %b)",
            [uuid4(), uuid4(), state, entry],
            prepare=True,
        )

    return insert


def concurrent_lines(store: LedgerFactStore, raw_url: str) -> Iterator[Line]:
    """Yield the rates of 64 threads' appends and commands against as many raw inserts."""
    subjects = [uuid4() for _ in range(THREADS)]
    append = gathered_appends(store._opened.append)
    mapper = FactMapper(toy_types(), SealedParts(ReadyKeys(), os.urandom), fresh_id)
    changes = [Change(uuid4(), 0, (sample_note(),), uuid4()) for _ in range(CONCURRENT * ROUNDS)]
    ready = iter([Batch([row]) for row in mapper.rows_of(toy_act(), changes, None)])
    with ExitStack() as opened:
        raw = raw_inserts(raw_url, opened)
        side_by_side(raw)
        side_by_side(lambda thread: our_command(store, uuid4(), subjects[thread]))
        spent, spent_ready, spent_raw = interleaved(
            lambda: side_by_side(lambda thread: our_command(store, uuid4(), subjects[thread])),
            lambda: side_by_side(lambda _: append(next(ready))),
            lambda: side_by_side(raw),
            rounds=ROUNDS,
        )
    floor = f"{CONCURRENT / sorted(spent_raw)[ROUNDS // 2]:,.0f} raw single INSERTs/s"
    for what, ours in (("appends of ready rows", spent_ready), ("whole commands", spent)):
        yield Line(
            f"PostgreSQL: {THREADS} threads of one process, coalesced {what}",
            f"{CONCURRENT / sorted(ours)[ROUNDS // 2]:,.0f}/s",
            floor,
            median_ratio(spent_raw, ours),
            2.5,
            at_most=False,
        )
