"""Catching up a view, against the library's own projection runner; and reading one's own write."""

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit
from uuid import UUID, uuid4

import psycopg
from eventsourcing.application import Application
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.sqlite import SQLiteTrackingRecorder
from eventsourcing.utils import Environment
from typing_extensions import override

from benchmarks.table import Row
from ledger.facts import Act, Change, RecordedFact
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.fact_types import FactTypes
from ledger.store.withheld import WithheldParts
from projections.columns import stream_text
from projections.projector import Projector
from projections.view import Key, Rows, Table, View
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.postgres import private_server

FACTS = 40_000
STOCK_FACTS = {"SQLite": 6_000, "PostgreSQL": 2_000}
BARS = {"SQLite": 15.0, "PostgreSQL": 40.0}
WRITES = 200
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class ParcelMoved:
    """A toy fact of the size of a real one."""

    place: str
    weight: int
    note: str


class Parcel(NamedTuple):
    """Where a parcel is."""

    parcel: str
    place: str
    weight: int
    moves: int


PARCELS = Table("parcels", Parcel)
TYPES = FactTypes({"parcel.moved/1": ParcelMoved})


def _moved(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, ParcelMoved)
    parcel = stream_text(recorded.stream_id)
    before = rows.get(PARCELS, (parcel,), Parcel)
    moves = before.moves + 1 if before else 1
    rows.put(PARCELS, Parcel(parcel, fact.place, fact.weight, moves))


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(PARCELS, (stream_text(recorded.stream_id),))]


VIEW = View("parcels", 1, (PARCELS,), {ParcelMoved: _moved}, _touches)


class StockParcel(Aggregate):
    """The same thing as the library would have it."""

    class Moved(Aggregate.Event):
        """The toy fact."""

        place: str
        weight: int
        note: str

        @override
        def apply(self, aggregate: Any) -> None:
            """Do nothing: only the projection is measured."""


def _fill(store: LedgerFactStore, facts: int) -> None:
    act = Act(at=datetime(2026, 11, 24, tzinfo=UTC), actor="bench", role="bench")
    for start in range(0, facts, 1_000):
        changes = [
            Change(
                UUID(int=stream), start // 200,
                tuple(ParcelMoved(f"place {n}", n, "x" * 120) for n in range(5)),
            )
            for stream in range(200)
        ]  # fmt: skip
        store.append(act, *changes)


def _catch_up_rate(ledger: str, views: str) -> float:
    store = open_store(ledger, types=TYPES, seals=WithheldParts(), ids=uuid4)
    with closing(store):
        _fill(store, FACTS)
        view_store = ViewStore(open_views(views), [VIEW])
        with closing(view_store.database):
            view_store.prepare()
            projector = Projector(store, view_store)
            start = time.perf_counter()
            projector.catch_up()
            return FACTS / (time.perf_counter() - start)


def _own_write_ms(ledger: str, views: str) -> float:
    """Return the median milliseconds from the start of an append to its row being readable."""
    store = open_store(ledger, types=TYPES, seals=WithheldParts(), ids=uuid4)
    view_store = ViewStore(open_views(views), [VIEW])
    with closing(store), closing(view_store.database):
        view_store.prepare()
        projector = Projector(store, view_store)
        worker = threading.Thread(target=projector.run)
        worker.start()
        act = Act(at=datetime(2026, 11, 24, tzinfo=UTC), actor="bench", role="bench")
        seconds = []
        for n in range(WRITES):
            start = time.perf_counter()
            change = Change(uuid4(), 0, (ParcelMoved("here", n, "x"),))
            projector.wait("parcels", store.append(act, change).last, seconds=10)
            seconds.append(time.perf_counter() - start)
        projector.stop()
        worker.join()
    return statistics.median(seconds) * 1_000


def _stock_classes(*, postgres: bool) -> tuple[type, type]:
    base: Any = PostgresTrackingRecorder if postgres else SQLiteTrackingRecorder

    class View_(base):  # type: ignore[misc]  # noqa: N801 (the library derives table names)
        """Rows by parcel, written as the library's guide does."""

        def move(self, parcel: UUID, place: str, weight: int, tracking: Tracking) -> None:
            """Upsert one row and its tracking in one transaction."""
            mark = "%s" if postgres else "?"
            statement = (
                f"INSERT INTO stock_parcels VALUES ({mark}, {mark}, {mark}, 1) ON CONFLICT (parcel)"
                " DO UPDATE SET place = excluded.place, weight = excluded.weight,"
                " moves = stock_parcels.moves + 1"
            )
            with self.datastore.transaction(commit=True) as cursor:
                cursor.execute(statement, (str(parcel), place, weight))
                self._insert_tracking(cursor, tracking)

    class Projection_(Projection[Any]):  # noqa: N801
        """Feeds the rows."""

        name = "stockparcels"

        @override
        @singledispatchmethod
        def process_event(self, domain_event: Any, tracking: Tracking) -> None:
            """Pass over what is not a move."""

        @process_event.register
        def _(self, domain_event: StockParcel.Moved, tracking: Tracking) -> None:
            self.view.move(
                domain_event.originator_id, domain_event.place, domain_event.weight, tracking
            )

    return View_, Projection_


class StockParcels(Application[UUID]):
    """The library's application over the toy aggregate."""

    name = "stockparcels"


def _saved(environment: dict[str, str], facts: int) -> int:
    """Fill the library's store; return its last notification."""
    application = StockParcels(env=environment)
    for _ in range(20):
        parcel = StockParcel()
        for n in range(facts // 20 - 1):
            parcel.trigger_event(StockParcel.Moved, place=f"place {n}", weight=n, note="x" * 120)
        application.save(parcel)  # one by one: a larger save hangs in the library's pipeline
    last = application.recorder.max_notification_id()
    application.close()
    assert last is not None
    return last


def _stock_rate_postgres(environment: dict[str, str], facts: int) -> float:
    """Run the library's own runner."""
    view_class, projection_class = _stock_classes(postgres=True)
    last = _saved(environment, facts)
    with psycopg.connect(environment["URL"], autocommit=True) as connection:
        connection.execute(_STOCK_TABLE)
    start = time.perf_counter()
    with ProjectionRunner(
        application_class=StockParcels,
        projection_class=projection_class,
        view_class=view_class,
        env=environment,
    ) as runner:
        runner.wait(last, timeout=120)
        return facts / (time.perf_counter() - start)


def _stock_rate_sqlite(environment: dict[str, str], facts: int) -> float:
    """Feed the library's projection as its runner would, which cannot subscribe to SQLite."""
    view_class, projection_class = _stock_classes(postgres=False)
    _saved(environment, facts)
    application = StockParcels(env=environment)
    factory = type(application.factory)(Environment("stockparcels", environment))
    view: Any = factory.tracking_recorder(view_class)
    with view.datastore.transaction(commit=True) as cursor:
        cursor.execute(_STOCK_TABLE)
    projection = projection_class(view=view)
    start = time.perf_counter()
    done = 0
    while done < facts:
        for notification in application.recorder.select_notifications(start=done + 1, limit=500):
            event = application.mapper.to_domain_event(notification)
            projection.process_event(event, Tracking(application.name, notification.id))
            done = notification.id
    rate = facts / (time.perf_counter() - start)
    factory.close()
    application.close()
    return rate


_STOCK_TABLE = (
    "CREATE TABLE stock_parcels (parcel TEXT PRIMARY KEY, place TEXT, weight BIGINT, moves BIGINT)"
)
STOCK = {"SQLite": _stock_rate_sqlite, "PostgreSQL": _stock_rate_postgres}


@contextmanager
def _places() -> Iterator[dict[str, Callable[[], tuple[str, str, dict[str, str]]]]]:
    """Give for each database a maker of fresh places: ledger, views, the library's settings."""
    with ExitStack() as stack:
        server = stack.enter_context(private_server(fsync=True))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))

        def sqlite() -> tuple[str, str, dict[str, str]]:
            fresh = folder / uuid4().hex
            stock = {
                "PERSISTENCE_MODULE": "eventsourcing.sqlite",
                "SQLITE_DBNAME": f"{fresh}-stock.db",
            }
            return f"sqlite:///{fresh}.db", f"sqlite:///{fresh}-views.db", stock

        def postgres() -> tuple[str, str, dict[str, str]]:
            url = server.new_database()
            parts = urlsplit(url)
            stock = {
                "PERSISTENCE_MODULE": "eventsourcing.postgres",
                "POSTGRES_DBNAME": parts.path[1:],
                "POSTGRES_HOST": parse_qs(parts.query)["host"][0],
                "POSTGRES_PORT": "5432",
                "POSTGRES_USER": "records",
                "POSTGRES_PASSWORD": "none",
                "URL": url,
            }
            return url, url, stock

        yield {"SQLite": sqlite, "PostgreSQL": postgres}


def rows() -> Iterator[Row]:
    """Yield the rows of the table."""
    with _places() as places:
        for name, place in places.items():
            ours, stock = [], []
            for _ in range(ROUNDS):
                ledger, views, environment = place()
                ours.append(_catch_up_rate(ledger, views))
                facts = STOCK_FACTS[name]
                stock.append(STOCK[name](environment, facts))
            mine, floor = statistics.median(ours), statistics.median(stock)
            yield Row(
                f"projection catch-up, {name}, one process",
                f"{mine:,.0f} facts/s",
                f"the library's runner: {floor:,.0f} facts/s",
                mine / floor,
                BARS[name],
                at_most=False,
            )
            ledger, views, _ = place()
            median = _own_write_ms(ledger, views)
            yield Row(
                f"own write seen in a view, {name}, median",
                f"{median:.1f} ms from append to row",
                "10 ms",
                median / 10,
                1.0,
                at_most=True,
            )


if __name__ == "__main__":
    for row in rows():
        print(row.line(), flush=True)
