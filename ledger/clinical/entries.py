"""What a received health document says: one entry a resource, and nothing lost.

Sections need some types read closely; every other type is kept as a general entry. The narrative
(``text.div``) is never read: it is markup that somebody else made.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from ledger.categories import Category
from ledger.clinical.concepts import Resource, Surroundings, objects, reference_of, words
from ledger.clinical.entries_care import (
    read_alert,
    read_appointment,
    read_context,
    read_device,
    read_document_reference,
    read_general,
    read_observation,
    read_plan,
    read_procedure,
    read_report,
    read_request,
    read_visit,
)
from ledger.clinical.entries_history import (
    read_allergy,
    read_immunisation,
    read_medicine,
    read_problem,
)
from ledger.clinical.entry import Entry
from ledger.clinical.entry_fields import Reader
from ledger.clinical.moments import span, time_of
from ledger.clinical.sensitive import categories_of, may_hold

_READ_NUMBERS: Final = msgspec.json.Decoder(float_hook=msgspec.Raw)
"""Numbers stay the text that they were written in; encoding gives that text again."""


def read_document(data: bytes) -> Any:
    """Return what a JSON document says; numbers with a point stay as they were written.

    Raises:
        msgspec.DecodeError: It is no JSON: it cannot have been accepted.
    """
    return _READ_NUMBERS.decode(data)


def entries_in(data: bytes) -> tuple[Entry, ...]:
    """Return what a JSON document says: its entries.

    Raises:
        msgspec.DecodeError: It is no JSON: it cannot have been accepted.
    """
    return entries_of(read_document(data), looked_through=not may_hold(data))


def entries_of(document: Any, *, looked_through: bool = False) -> tuple[Entry, ...]:
    """Return an entry for every resource of ``document``, a Bundle or one resource, as parsed.

    ``looked_through`` says that no resource of it can be withheld (`sensitive.may_hold`).
    """
    if not isinstance(document, dict):
        return ()
    judge = _nothing if looked_through else categories_of
    if document.get("resourceType") != "Bundle":
        return (_entry(document, 0, "", Surroundings(()), judge),)
    inside = objects(document.get("entry"))
    around = Surroundings(inside)
    return tuple(
        _entry(resource, place, words(one.get("fullUrl")), around, judge)
        for place, one in enumerate(inside)
        if isinstance(resource := one.get("resource"), dict)
    )


def _nothing(_resource: Resource) -> frozenset[Category]:
    return frozenset()


def _entry(
    resource: Resource,
    place: int,
    full_url: str,
    around: Surroundings,
    judge: Callable[[Resource], frozenset[Category]],
) -> Entry:
    kind = words(resource.get("resourceType"))
    fields = _READERS.get(kind, read_general)(resource, around)
    start, recorded = fields.get("start", ""), fields.get("recorded", "")
    began = (span(start) if start else None) or (span(recorded) if recorded else None)
    end = fields.get("end", "")
    ended = span(end) if end else None
    categories = judge(resource)
    if categories and began is not None:  # the lists of another day may say less
        categories = categories_of(resource, on=time_of(began[0]).date())
    return Entry(
        type=kind,
        id=words(resource.get("id")) or full_url.rpartition(":")[2].rpartition("/")[2],
        place=place,
        at=None if began is None else began[0],
        until=None if ended is None else ended[1],
        categories=tuple(sorted(categories)) if categories else (),
        about=fields.pop("about", "") or reference_of(resource.get("encounter")),
        **fields,
    )


_READERS: Final[Mapping[str, Reader]] = {
    "Condition": read_problem,
    "AllergyIntolerance": read_allergy,
    "MedicationRequest": read_medicine,
    "MedicationStatement": read_medicine,
    "MedicationDispense": read_medicine,
    "Immunization": read_immunisation,
    "Observation": read_observation,
    "Procedure": read_procedure,
    "DiagnosticReport": read_report,
    "DocumentReference": read_document_reference,
    "Composition": read_document_reference,
    "Encounter": read_visit,
    "Appointment": read_appointment,
    "ServiceRequest": read_request,
    "CarePlan": read_plan,
    "Goal": read_plan,
    "Device": read_device,
    "DeviceUseStatement": read_device,
    "Flag": read_alert,
    **dict.fromkeys(
        (
            "Patient", "Practitioner", "PractitionerRole", "Organization", "Location",
            "RelatedPerson", "Medication", "Specimen", "Coverage", "CareTeam", "Schedule", "Slot",
            "Provenance", "Binary", "OperationOutcome", "AuditEvent",
        ),
        read_context,
    ),
}  # fmt: skip
