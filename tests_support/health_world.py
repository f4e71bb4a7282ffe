"""A ledger of visits with real keys and views, and whole lives cut into visits to fill it with.

Documents stand in it as they were received, packed with no dictionary (0) unless that is asked for.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from uuid import UUID, uuid4

from keys.root_key import FileRootKey
from keys.subject_keys import SubjectKeys, open_subject_keys
from ledger.clinical.entries import entries_in
from ledger.clinical.entry import Entry
from ledger.commands.book_facts import ReadDocument, Withheld
from ledger.commands.reading import FromFacts
from ledger.document_parts import rest_of, together
from ledger.documents import pack
from ledger.facts import Act, Change
from ledger.identifiers import health_book_stream, visit_stream
from ledger.records.health_book.facts import BookJoined, BookLinked, BookParted, BookUnlinked
from ledger.records.visit import (
    Form,
    RestrictedPartKept,
    VisitCorrected,
    VisitReassigned,
    VisitRecorded,
    VisitRecordedInParts,
    VisitVoided,
)
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from ledger.store.withheld import WithheldParts
from projections import health_entries, health_index
from projections.health_queries import HealthViews
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from verify_api.desk.narrow_seals import NarrowParts

AT: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FACILITY: Final = "79A02"
SCHEMA: Final = "test"
LEFT_OUT: Final = frozenset({"Claim", "ExplanationOfBenefit"})


def read_plain(
    _form: Form, dictionary: int, data: bytes, withheld: Withheld = None
) -> tuple[Entry, ...]:
    """Return what a document says that is packed with no dictionary."""
    assert dictionary == 0
    if withheld is not None:
        data = together(data, withheld[1])
    return entries_in(data)


@dataclass
class HealthWorld:
    """Facts, keys and views; and words to fill them with."""

    facts: LedgerFactStore
    keys: SubjectKeys
    projector: Projector
    views: HealthViews
    read: ReadDocument = read_plain
    at: datetime = AT

    @property
    def from_facts(self) -> FromFacts:
        """The other way to know what visits say."""
        return FromFacts(self.facts, self.views, self.read)

    def act(self, facility: str = FACILITY) -> Act:
        """Return an act of the next second."""
        self.at += timedelta(seconds=1)
        return Act(self.at, "t", "facility_system", facility)

    def say(self, stream: UUID, subject: UUID, *facts: object, facility: str = FACILITY) -> int:
        """Append ``facts`` to a stream; return the last position."""
        change = self.facts.tip(stream).then(*facts, subject=subject)
        return self.facts.append(self.act(facility), change).last

    def record(self, subject: UUID, key: str, document: bytes, *, facility: str = FACILITY) -> UUID:
        """Record a visit for the first time."""
        visit = visit_stream(facility, key)
        self.say(visit, subject, recorded(document), facility=facility)
        return visit

    def record_in_parts(self, subject: UUID, key: str, shown: bytes, whole: bytes) -> UUID:
        """Record a visit of which a part is shown to few."""
        visit = visit_stream(FACILITY, key)
        rest = rest_of(whole, shown)
        self.say(visit, subject, VisitRecordedInParts(Form.FHIR_VISIT, SCHEMA, 0, shown, 0, rest))
        return visit

    def correct(self, subject: UUID, visit: UUID, document: bytes) -> None:
        """Correct a visit."""
        self.say(visit, subject, VisitCorrected(Form.FHIR_VISIT, SCHEMA, 0, "sửa", document))

    def keep_restricted(self, subject: UUID, visit: UUID, whole: bytes) -> None:
        """Keep the whole of what was received."""
        self.say(visit, subject, RestrictedPartKept(0, whole))

    def void(self, subject: UUID, visit: UUID) -> None:
        """Mark a visit as entered in error."""
        self.say(visit, subject, VisitVoided("nhập nhầm"))

    def reassign(self, origin: UUID, to: UUID, visit: UUID, document: bytes) -> None:
        """Give a visit to whom it is about."""
        fact = VisitReassigned(origin, to, Form.FHIR_VISIT, SCHEMA, 0, "nhầm người", document)
        self.say(visit, to, fact)

    def link(self, part: UUID, whole: UUID) -> None:
        """Let one book read as part of another."""
        self.say(health_book_stream(part), part, BookLinked(whole, "cùng một người"))
        self.say(health_book_stream(whole), whole, BookJoined(part, "cùng một người"))

    def unlink(self, part: UUID, whole: UUID) -> None:
        """Undo that."""
        self.say(health_book_stream(part), part, BookUnlinked(whole, "hai người"))
        self.say(health_book_stream(whole), whole, BookParted(part, "hai người"))

    def live(self, subject: UUID, visits: Sequence[tuple[str, bytes]], *, facility: str = FACILITY,
             batch: int = 500, packed: bool = False) -> None:  # fmt: skip
        """Record a whole life in few appends; ``packed`` as documents really are."""
        made = recorded_packed if packed else recorded
        for start in range(0, len(visits), batch):
            changes = [
                Change(visit_stream(facility, key), 0, (made(document),), subject)
                for key, document in visits[start : start + batch]
            ]
            self.facts.append(self.act(facility), *changes)

    def catch_up(self) -> None:
        """Let the views take in all facts."""
        self.projector.catch_up()


def recorded(document: bytes) -> VisitRecorded:
    """Return the fact of a visit's first recording."""
    return VisitRecorded(Form.FHIR_VISIT, SCHEMA, 0, document)


def recorded_packed(document: bytes) -> VisitRecorded:
    """Return the same fact, its document packed with one of our dictionaries."""
    return VisitRecorded(Form.FHIR_VISIT, SCHEMA, *pack(document))


@contextmanager
def health_world(
    ledger: str, views: str, keys: Path, read: ReadDocument = read_plain
) -> Iterator[HealthWorld]:
    """Open a fresh world on these databases; the key store is in the folder ``keys``.

    Its facts hold documents as ``read`` reads them.
    """
    with ExitStack() as stack:
        root = FileRootKey(keys / "root", os.urandom)
        store = open_subject_keys(
            f"sqlite:///{keys / 'keys.db'}", root, random=os.urandom, pause=lambda _: None
        )
        stack.callback(store.close)
        facts = open_store(
            ledger, types=FACT_TYPES, seals=SealedParts(store, os.urandom), ids=uuid4
        )
        stack.callback(facts.close)
        reading = open_store(ledger, types=FACT_TYPES, seals=WithheldParts(), ids=uuid4)
        stack.callback(reading.close)
        database = open_views(views)
        stack.callback(database.close)
        narrow = NarrowParts(SealedParts(store, os.urandom), health_entries.TOPICS)
        opened = open_store(ledger, types=FACT_TYPES, seals=narrow, ids=uuid4)
        stack.callback(opened.close)
        kept = ViewStore(database, [health_index.VIEW, health_entries.view(store, read)])
        kept.prepare()
        projector = Projector(reading, kept, opened=opened)
        yield HealthWorld(facts, store, projector, HealthViews(database, store), read)


def bundle(*resources: dict[str, Any]) -> bytes:
    """Return a visit's document."""
    entries = [{"fullUrl": f"urn:uuid:{one.get('id', '')}", "resource": one} for one in resources]
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": entries}, ensure_ascii=False
    ).encode()


def cut_life(data: bytes, prefix: str = "") -> list[tuple[str, bytes]]:
    """Return a Synthea life as (visit key, document), one an encounter, and one for the rest."""
    visits: dict[str, list[dict[str, Any]]] = {}
    for entry in json.loads(data)["entry"]:
        resource = entry["resource"]
        if resource["resourceType"] in LEFT_OUT:
            continue
        reference = resource.get("encounter", {}).get("reference", "")
        key = resource["id"] if resource["resourceType"] == "Encounter" else reference[9:]
        visits.setdefault(key or "rest", []).append(resource)
    return [(prefix + key, bundle(*resources)) for key, resources in visits.items()]
