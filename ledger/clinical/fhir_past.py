"""Which times tell of what has happened: none of them can lie in the future."""

from types import MappingProxyType
from typing import Final

_ALWAYS: Final = MappingProxyType(
    {
        "Meta": ("lastUpdated",),
        "Annotation": ("time",),
        "Attachment": ("creation",),
        "Signature": ("when",),
        "AllergyIntolerance": ("recordedDate", "lastOccurrence", "onsetDateTime"),
        "AllergyIntolerance.reaction": ("onset",),
        "Appointment": ("created",),
        "AuditEvent": ("recorded",),
        "CarePlan": ("created",),
        "Communication": ("sent", "received"),
        "Composition": ("date",),
        "Condition": ("recordedDate", "onsetDateTime", "onsetPeriod", "abatementDateTime"),
        "Consent": ("dateTime",),
        "Device": ("manufactureDate",),
        "DeviceUseStatement": ("recordedOn",),
        "DiagnosticReport": ("effectiveDateTime", "effectivePeriod", "issued"),
        "DocumentReference": ("date",),
        "EpisodeOfCare.statusHistory": ("period",),
        "Encounter.statusHistory": ("period",),
        "ImagingStudy": ("started",),
        "ImagingStudy.series": ("started",),
        "Immunization": ("occurrenceDateTime", "recorded"),
        "Immunization.reaction": ("date",),
        "List": ("date",),
        "MedicationDispense": ("whenPrepared", "whenHandedOver"),
        "MedicationRequest": ("authoredOn",),
        "MedicationStatement": ("dateAsserted",),
        "Observation": ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "issued"),
        "Patient": ("birthDate", "deceasedDateTime"),
        "Practitioner": ("birthDate",),
        "Procedure": ("performedDateTime", "performedPeriod"),
        "Provenance": ("occurredDateTime", "recorded"),
        "RelatedPerson": ("birthDate",),
        "ServiceRequest": ("authoredOn",),
        "Specimen": ("receivedTime",),
        "Specimen.collection": ("collectedDateTime", "collectedPeriod"),
        "Task": ("authoredOn", "lastModified"),
    }
)
_BEGUN: Final = MappingProxyType(
    {
        ("Encounter", "period"): ("arrived", "triaged", "in-progress", "onleave", "finished"),
        ("EpisodeOfCare", "period"): ("active", "onhold", "finished"),
    }
)
"""Times that have come only in these states of the resource."""
_NOT_YET: Final = MappingProxyType(
    {
        "Procedure": ("preparation", "not-done"),
        "Immunization": ("not-done",),
        "Observation": ("registered",),
        "DiagnosticReport": ("registered",),
    }
)
"""States in which the resource's own times are plans."""
_PAST: Final = frozenset((owner, name) for owner, names in _ALWAYS.items() for name in names)


def is_past(owner: str, name: str, status: object) -> bool:
    """Return whether the element ``name`` of ``owner`` tells of what has happened.

    ``status`` is the status of the resource that it stands in.
    """
    begun = _BEGUN.get((owner, name))
    if begun is not None:
        return status in begun
    return (owner, name) in _PAST and status not in _NOT_YET.get(owner, ())


def may_be_past(owner: str, name: str) -> bool:
    """Return whether the element tells of what has happened in some state of its resource."""
    return (owner, name) in _PAST or (owner, name) in _BEGUN
