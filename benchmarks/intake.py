"""What taking in a visit costs: checked, sealed, logged and durable, in batches of hundreds.

The floor is what nobody can do without: parse, validate, compress and one AES-GCM of the same
documents, in one process, in the same run. Both the visits of the public test data, which the
dictionary has never seen, and generated ones where that folder is absent.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from uuid import uuid4

import psycopg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from benchmarks.table import Row, interleaved, median_ratio
from ledger import documents
from ledger.clinical.fhir_validation import Accepted, validate_visit
from ledger.commands.deliveries import Outcome
from ledger.commands.visits import record_visits
from ledger.facts import Act
from ledger.importers.fhir import read_fhir, read_visit, with_context
from ledger.importers.pieces import Ready, Source
from ledger.records.visit import Form
from tests_support.intake_house import IntakeHouse, intake_house, register
from tests_support.postgres import NoPostgresError, private_server
from tests_support.visit_lives import lives
from tests_support.visit_samples import vietnamese_visits

AT: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
ROUNDS: Final = 9
BATCH: Final = 400
BAR: Final = 3.5
BYTES_BAR: Final = 900
_DATA: Final = Path(__file__).parents[2] / "shared" / "data" / "health" / "synthea_r4"
_CODES: Final = (f"79{number:03}" for number in count())


def sources() -> tuple[str, list[bytes]]:
    """Return whole lives, and what they are."""
    if _DATA.is_dir():
        return "Synthea", [path.read_bytes() for path in sorted(_DATA.glob("*.json"))]
    return "generated", list(lives(seed=77, count=20, visits=8))


def pieces(data: list[bytes], facility: str) -> list[Ready]:
    """Return everything of the lives that is taken in."""
    source = Source(facility, AT)
    found = [piece for one in data for piece in read_fhir(one, source)]
    return [piece for piece in found if isinstance(piece, Ready)]


def visits(data: list[bytes]) -> list[bytes]:
    """Return each visit by itself with its patient, as a hospital would send it.

    Without those that refer to another visit, which only stand within their whole life.
    """
    alone = [
        with_context(piece.delivery.received, piece.context)
        for piece in pieces(data, "79000")
        if piece.delivery.form is Form.FHIR_VISIT
    ]
    return [one for one in alone if isinstance(validate_visit(one, at=AT), Accepted)]


def floor(sent: list[bytes], cipher: AESGCM) -> None:
    """Parse, validate, compress and encrypt, and keep nothing."""
    for data in sent:
        assert isinstance(validate_visit(data, at=AT), Accepted)
        packed = documents.pack(data)[1]
        cipher.encrypt(os.urandom(12), packed, None)


def ours(house: IntakeHouse, sent: list[bytes]) -> None:
    """Take all in as a facility that never sent anything."""
    facility = next(_CODES)
    register(house.facts, facility, "79")
    source, act = Source(facility, AT), Act(AT, "bench", "facility_system", facility)
    for start in range(0, len(sent), BATCH):
        ready = [read_visit(data, source) for data in sent[start : start + BATCH]]
        deliveries = [piece.delivery for piece in ready if isinstance(piece, Ready)]
        taken = record_visits(house.facts, house.keys.numbers, deliveries, act=act, new_id=uuid4)
        assert {one.outcome for one in taken} == {Outcome.ACCEPTED}


def rate_line(name: str, house: IntakeHouse, sent: list[bytes]) -> Row:
    """Return the rate of one process against the floor."""
    cipher = AESGCM(os.urandom(32))
    work: tuple[Callable[[], None], ...] = (
        partial(ours, house, sent), partial(floor, sent, cipher),
    )  # fmt: skip
    for one in work:
        one()
    spent, spent_floor = interleaved(*work, rounds=ROUNDS)
    middle, middle_floor = (sorted(one)[ROUNDS // 2] for one in (spent, spent_floor))
    return Row(
        f"{name}: a visit taken in (validated, sealed, logged, durable), batches of {BATCH}",
        f"{len(sent) / middle:,.0f} visits/s of one process",
        f"{len(sent) / middle_floor:,.0f}/s parsed, validated, compressed, encrypted alone",
        median_ratio(spent, spent_floor),
        BAR,
        at_most=True,
    )


def size_line(name: str, what: str, data: list[bytes], count_: int, size: int) -> Row:
    """Return the bytes a visit of lives that were taken in as ``count_`` visits."""
    cut = [len(one.delivery.received) for one in pieces(data, "79000")
           if one.delivery.form is Form.FHIR_VISIT]  # fmt: skip
    mean = sum(cut) / len(cut) / 1_000
    return Row(
        f"{name}: bytes of the ledger a visit ({what}, of {mean:.1f} KB each without spacing), "
        "everything included",
        f"{size / count_:,.0f} B",
        f"{BYTES_BAR} B",
        size / count_ / BYTES_BAR,
        1.0,
        at_most=True,
    )


def fill(house: IntakeHouse, data: list[bytes]) -> int:
    """Import the lives; return how many visits that were."""
    facility = next(_CODES)
    register(house.facts, facility, "79")
    act = Act(AT, "bench", "facility_system", facility)
    ready = pieces(data, facility)
    record_visits(
        house.facts, house.keys.numbers, [piece.delivery for piece in ready], act=act, new_id=uuid4
    )
    return sum(piece.delivery.form is Form.FHIR_VISIT for piece in ready)


def sqlite_size(path: Path) -> int:
    """Return the bytes of the ledger's file once nothing in it is free."""
    copy = path.with_suffix(".copy")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("VACUUM INTO ?", (str(copy),))
    size = copy.stat().st_size
    copy.unlink()
    return size


def postgres_size(url: str) -> int:
    """Return the bytes of the facts' table with its indexes."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("VACUUM FULL ledger_facts")
        found = connection.execute("SELECT pg_total_relation_size('ledger_facts')").fetchone()
    assert found is not None
    return int(found[0])


GENERATED: Final = {"seed": 77, "count": 20, "visits": 24}
"""Lives whose visits have about the size that the goal was set for, each with its book."""
FILLINGS: Final = 4
"""The lives are imported so often, each time as other people's, so that page ends do not count."""


def lines(name: str, house: IntakeHouse, size: Callable[[], int]) -> Iterator[Row]:
    """Yield the rows of one database."""
    what, data = sources()
    generated = list(lives(**GENERATED))
    for named, some in ((what, data), ("generated lives", generated)):
        before = size()
        number = sum(fill(house, some) for _ in range(FILLINGS))
        yield size_line(name, named, some, number, size() - before)
    yield rate_line(f"{name}, {what}", house, visits(data))
    yield rate_line(f"{name}, generated Vietnamese", house, list(vietnamese_visits(5, BATCH)))


def rows() -> Iterator[Row]:
    """Yield the rows of both databases."""
    with ExitStack() as opened:
        folder = Path(opened.enter_context(TemporaryDirectory()))
        path = folder / "ledger.db"
        house = opened.enter_context(intake_house(f"sqlite:///{path}", folder))
        yield from lines("SQLite", house, partial(sqlite_size, path))
    try:
        with ExitStack() as opened:
            folder = Path(opened.enter_context(TemporaryDirectory()))
            server = opened.enter_context(private_server(fsync=True))
            url = server.new_database()
            house = opened.enter_context(intake_house(url, folder, keys=server.new_database()))
            yield from lines("PostgreSQL", house, partial(postgres_size, url))
    except NoPostgresError as error:
        print(error)
