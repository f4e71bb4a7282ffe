"""Received resources as they were sent, found again by the entries that were made of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, cast
from uuid import UUID

from ledger.clinical.book import Book, Event, Item, Known
from ledger.clinical.concepts import objects
from ledger.clinical.ips import Patient
from ledger.clinical.made_resources import fhir_id
from ledger.clinical.moments import time_of
from ledger.clinical.outward import Resource, outward
from ledger.commands.books import load_book, subjects_of
from ledger.commands.reading import ManyStreams, received_document
from ledger.facts import FactStore, RecordedFact
from ledger.personal import Erased
from ledger.records.person import DetailsCorrected, PersonRegistered
from ledger.records.visit import (
    Form,
    RestrictedPartKept,
    VisitCorrected,
    VisitReassigned,
    VisitRecorded,
    VisitRecordedInParts,
)

_DETAILS = ("person.registered/1", "person.details_corrected/1")


def patient_of(facts: FactStore, subject: UUID) -> Patient:
    """Return whom a book is about: by the population register, else as facilities said last."""
    named = Patient(subject)
    for one in subjects_of(facts, subject):
        for fact in facts.excerpt(one, _DETAILS).facts:
            assert isinstance(fact, PersonRegistered | DetailsCorrected)
            if not isinstance(fact.details, Erased):
                told = fact.details
                named = Patient(subject, told.name, told.birth_date.isoformat(), told.sex)
        if not named.name:
            for identity in load_book(facts, one).state.identities:
                if not isinstance(identity, Erased):
                    named = Patient(subject, identity.name, identity.birth or "", identity.sex)
    return named


@dataclass(frozen=True, slots=True)
class References:
    """Where references lead that are given out: the entries of one book, and whose it is."""

    by_name: Mapping[tuple[str, str, str], Item]
    """By facility, type and id as sent; only what a page leads to gets its name outside."""
    patient: str

    @classmethod
    def of(cls, book: Book, subject: UUID) -> "References":
        """Return those into what ``book`` shows; what it does not show cannot be led to."""
        return cls({item.key: item for item in book.items}, f"Patient/{subject}")

    def resolve(self, facility: str, document: Any, reference: str) -> str | None:
        """Return where ``reference`` of a document that ``facility`` sent leads."""
        kind, number = _target(document, reference)
        if kind == "Patient":
            return self.patient
        item = self.by_name.get((facility, kind, number))
        return None if item is None else f"{item.entry.type}/{fhir_id(item)}"


def _target(document: Any, reference: str) -> tuple[str, str]:
    """Return type and id of what a reference means, as they were sent."""
    if not reference.startswith("urn:"):
        kind, _, number = reference.partition("/")
        return kind, number.split("/", 1)[0]
    inside = objects(document.get("entry")) if isinstance(document, dict) else ()
    for entry in inside:
        if entry.get("fullUrl") == reference and isinstance(entry.get("resource"), dict):
            resource = entry["resource"]
            fallback = reference.rpartition(":")[2]
            return str(resource.get("resourceType")), str(resource.get("id") or fallback)
    return "", ""


def received(
    facts: ManyStreams,
    items: Sequence[Item],
    references: References,
    *,
    versions: Mapping[str, int],
) -> list[Resource]:
    """Return the resources of ``items`` as they were sent, in their order, without erased ones.

    Args:
        facts: The ledger.
        items: Entries of a book, as far as the reader may see it.
        references: Where their references lead.
        versions: By identifier given out, which version each is; 1 where nothing is said.
    """
    visits = tuple(dict.fromkeys(item.source.visit for item in items))
    histories = facts.histories(visits) if visits else {}
    opened: dict[tuple[UUID, int, Event], Any] = {}
    found: list[Resource] = []
    for item in items:
        source, number = item.source, fhir_id(item)
        place = source.visit, source.version, source.event
        if place not in opened:
            opened[place] = _document(histories[source.visit].recorded, source)
        document = opened[place]
        sent = _at(document, item.entry.place)
        if sent is None:
            continue
        resolve = partial(references.resolve, source.facility, document)
        version = versions.get(number, 1)
        updated = time_of(source.recorded_at)
        found.append(
            outward(
                sent,
                number=number,
                version=version,
                updated=updated,
                resolve=resolve,
                patient=references.patient,
            )
        )
    return found


_Content = VisitRecorded | VisitCorrected | VisitReassigned | RestrictedPartKept


def _document(recorded: Iterable[RecordedFact], source: Known) -> Any:
    """Return the document that a fact holds; None if it was erased."""
    fact = next(one.fact for one in recorded if one.version == source.version)
    content = cast("_Content", fact)
    if isinstance(content.document, Erased):
        return None
    form, dictionary, document = Form(source.form), content.dictionary, content.document
    if source.event is not Event.RESTRICTED or not isinstance(content, VisitRecordedInParts):
        return received_document(form, dictionary, document)
    if isinstance(content.withheld, Erased):
        return None
    return received_document(form, dictionary, document, (content.second, content.withheld))


def _at(document: Any, place: int) -> dict[str, Any] | None:
    if not isinstance(document, dict):
        return None
    if document.get("resourceType") != "Bundle":
        return document
    resource = objects(document.get("entry"))[place].get("resource")
    return resource if isinstance(resource, dict) else None
