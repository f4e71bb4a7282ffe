"""Reading a whole health book: from views, from facts, as of a day; beside few and many others.

The life is the longest of the public Synthea samples; without that folder a generated one of as
many visits. Its documents are packed and sealed as in service. Others are generated persons, put
into the views directly: their facts are not read.
Processor time is counted, and held against json.loads of the same documents in the same run: a
machine that is slow, or busy with others, is slow at both.
"""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final
from uuid import UUID

from benchmarks.table import Row, interleaved, ratio_of_minima
from ledger.clinical.book import fold
from ledger.clinical.ips import Issued, Patient, summary, to_json
from ledger.commands.reading import NOW, Moments, read_book, read_received
from projections.health_entries import ENTRIES, EntryRow
from projections.health_index import ABOUT, VISITS, AboutRow, VisitRow
from projections.view_store import physical_name
from tests_support.health_world import HealthWorld, bundle, cut_life, health_world

SHARED: Final = Path(__file__).parents[2] / "shared" / "data" / "health" / "synthea_r4"
SUBJECT: Final = UUID(int=1)
VIEWS_MS, FACTS_MS, AS_OF_MS, GROWTH = 3.0, 12.0, 3.0, 1.1
FEW, MANY = 100, 100_000
VISITS_EACH: Final = 7
ROUNDS: Final = 60
BATCH: Final = 2_000
REFERENCE_MS, REFERENCE_BYTES = 5.6, 940_000
"""json.loads on the machine that the bars were set for. Source: health.md, section 4."""


def _life() -> list[tuple[str, bytes]]:
    found = sorted(SHARED.glob("*.json"), key=lambda path: path.stat().st_size)
    if found:
        return cut_life(found[-1].read_bytes())
    return [(f"v{n}", _generated_visit(n)) for n in range(117)]


def _generated_visit(number: int) -> bytes:
    at = f"20{10 + number // 12:02}-{1 + number % 12:02}-05T08:00:00+07:00"
    visit = {"resourceType": "Encounter", "id": f"e{number}", "status": "finished",
             "class": {"code": "AMB"}, "period": {"start": at}}  # fmt: skip
    pressure = {"resourceType": "Observation", "id": f"o{number}", "status": "final",
                "code": {"coding": [{"system": "http://loinc.org", "code": "8480-6"}]},
                "effectiveDateTime": at,
                "valueQuantity": {"value": 120, "unit": "mm[Hg]"}}  # fmt: skip
    return bundle(visit, pressure)


def _others(world: HealthWorld, persons_there: int) -> None:
    """Put generated persons into the views: rows of the size of real ones, sealed by nobody."""
    index = world.projector.store.in_force("health_index").number
    entries = world.projector.store.in_force("health_entries").number
    blob = os.urandom(640)
    with world.views.database.transaction() as session:
        for start in range(0, persons_there, BATCH):
            persons = [
                UUID(int=(7 << 96) + n) for n in range(start, min(persons_there, start + BATCH))
            ]
            rows = [(str(person), person, n) for person in persons for n in range(VISITS_EACH)]
            visits = [
                VisitRow(str(UUID(int=p.int * 16 + n)), s, "79A02", 1, n, n, n, 1, 1, 0)
                for s, p, n in rows
            ]
            session.upsert(VISITS, physical_name(VISITS, index), visits)
            session.upsert(
                ABOUT, physical_name(ABOUT, index),
                [AboutRow(s, n + 1, str(UUID(int=p.int * 16 + n))) for s, p, n in rows],
            )  # fmt: skip
            session.upsert(
                ENTRIES, physical_name(ENTRIES, entries),
                [EntryRow(s, n + 1, UUID(int=p.int * 16 + n).bytes, 1, 1, "79A02", 1, n, n, blob)
                 for s, p, n in rows],
            )  # fmt: skip


def _ms(seconds: list[float]) -> float:
    return min(seconds) * 1_000


def _row(what: str, ms: float, bar: float, pace: float) -> Row:
    scaled = ms / pace
    against = f"{bar:g} ms where json.loads is {pace:.2f} times as fast"
    return Row(what, f"{ms:.2f} ms, {scaled:.2f} there", against, scaled / bar, 1.0, at_most=True)


def _of_one_life(world: HealthWorld) -> Iterator[Row]:
    known = world.views.known([SUBJECT])
    documents = [document for _, document in _life()]
    past = Moments(as_of=datetime(2026, 11, 23, 4, tzinfo=UTC), effective=date(2015, 1, 1))
    book = read_book(world.views, world.views, subject=SUBJECT)
    issued, patient = Issued(datetime(2026, 11, 24, tzinfo=UTC), "office"), Patient(SUBJECT)
    views, facts, decoded, made, plain = interleaved(
        lambda: read_book(world.views, world.views, subject=SUBJECT, moments=NOW),
        lambda: read_book(world.views, world.from_facts, subject=SUBJECT, moments=NOW),
        lambda: fold(known, as_of=past.as_of_seconds, effective=past.effective_end),
        lambda: to_json(summary(book, patient=patient, issued=issued)),
        lambda: [json.loads(document) for document in documents],
        rounds=ROUNDS,
        cpu=True,
    )
    expected = sum(map(len, documents)) * REFERENCE_MS / REFERENCE_BYTES
    pace = _ms(plain) / expected
    size = f"{len({one.visit for one in known})} visits, {len(book.items)} entries"
    yield _row(f"whole book from views, {size}", _ms(views), VIEWS_MS, pace)
    yield _row(f"whole book from facts, {size}", _ms(facts), FACTS_MS, pace)
    yield _row("as of a past day, documents at hand", _ms(decoded), AS_OF_MS, pace)
    yield Row(
        "its patient summary (IPS) as JSON", f"{_ms(made):.2f} ms", "", 0.0, None, at_most=True
    )


def rows() -> Iterator[Row]:
    """Yield the rows of the table."""
    with ExitStack() as stack:
        few, many = (stack.enter_context(_opened()) for _ in range(2))
        yield from _of_one_life(few)
        _others(few, FEW)
        _others(many, MANY)
        beside_few, beside_many = interleaved(
            lambda: read_book(few.views, few.views, subject=SUBJECT),
            lambda: read_book(many.views, many.views, subject=SUBJECT),
            rounds=4 * ROUNDS,
            cpu=True,
        )
        yield Row(
            f"whole book beside {MANY:,} persons of {VISITS_EACH} visits",
            f"{_ms(beside_many):.2f} ms",
            f"beside {FEW}: {_ms(beside_few):.2f} ms",
            ratio_of_minima(beside_many, beside_few),
            GROWTH,
            at_most=True,
        )


@contextmanager
def _opened() -> Iterator[HealthWorld]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        ledger, views = f"sqlite:///{place}/l.db", f"sqlite:///{place}/v.db"
        with health_world(ledger, views, place, read_received) as world:
            world.live(SUBJECT, _life(), packed=True)
            world.catch_up()
            yield world


if __name__ == "__main__":
    for row in rows():
        print(row.line(), flush=True)
