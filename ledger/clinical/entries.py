"""What a received health document says: one entry a resource, and nothing lost.

Sections need some types read closely; every other type is kept as a general entry. The narrative
(``text.div``) is never read: it is markup that somebody else made.
"""

from collections.abc import Mapping
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
from ledger.clinical.moments import Span, span, time_of
from ledger.clinical.sensitive import NO_SIGNS, Signs, signs_in

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
    return entries_of(read_document(data))


def entries_of(document: Any) -> tuple[Entry, ...]:
    """Return an entry for every resource of ``document``, a Bundle or one resource, as parsed."""
    if not isinstance(document, dict):
        return ()
    if document.get("resourceType") != "Bundle":
        return (_entry(document, 0, Surroundings(()), signs_in((document,))[0]),)
    inside = objects(document.get("entry"))
    around = Surroundings(inside)
    sent = [
        (resource, place)
        for place, one in enumerate(inside)
        if isinstance(resource := one.get("resource"), dict)
    ]
    signs = signs_in([resource for resource, _ in sent])
    return tuple(
        [
            _entry(resource, place, around, why)
            for (resource, place), why in zip(sent, signs, strict=True)
        ]
    )


def _entry(resource: Resource, place: int, around: Surroundings, signs: Signs) -> Entry:
    kind = words(resource.get("resourceType"))
    fields = _READERS.get(kind, read_general)(resource, around)
    start, recorded = fields.get("start"), fields.get("recorded")
    began = (span(start) if start else None) or (span(recorded) if recorded else None)
    end = fields.get("end")
    ended = span(end) if end else None
    fields["type"] = kind
    fields["id"] = words(resource.get("id")) or around.name_of(place)
    fields["place"] = place
    if began is not None:
        fields["at"] = began[0]
    if ended is not None:
        fields["until"] = ended[1]
    if signs is not NO_SIGNS:
        fields["categories"] = _categories(signs, began)
    if not fields.get("about"):
        fields["about"] = reference_of(resource.get("encounter"))
    return Entry(**fields)


def _categories(signs: Signs, began: Span | None) -> tuple[Category, ...]:
    """Return why it is withheld: the lists of its day count, of any day if it has none."""
    day = None if began is None else time_of(began[0]).date()
    return tuple(sorted(signs.categories(day)))


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
