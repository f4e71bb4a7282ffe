"""The facts of FHIR R4 4.0.1 that our schema is made from: elements, types, targets, codes.

The table itself, `r4_elements.json`, is made by `tests_support.r4_elements` from the published
definitions.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

RESOURCES = (
    "AllergyIntolerance",
    "Appointment",
    "AuditEvent",
    "Binary",
    "Bundle",
    "CarePlan",
    "CareTeam",
    "Communication",
    "Composition",
    "Condition",
    "Consent",
    "Coverage",
    "Device",
    "DeviceUseStatement",
    "DiagnosticReport",
    "DocumentReference",
    "Encounter",
    "EpisodeOfCare",
    "Flag",
    "Goal",
    "ImagingStudy",
    "Immunization",
    "List",
    "Location",
    "Medication",
    "MedicationDispense",
    "MedicationRequest",
    "MedicationStatement",
    "Observation",
    "OperationOutcome",
    "Organization",
    "Patient",
    "Practitioner",
    "PractitionerRole",
    "Procedure",
    "Provenance",
    "RelatedPerson",
    "Schedule",
    "ServiceRequest",
    "Slot",
    "Specimen",
    "Task",
)
"""The 42 resource types that are accepted; every other is refused with its place."""


@dataclass(frozen=True, slots=True)
class Element:
    """One element of a type, such as ``value[x]`` of Observation."""

    name: str
    types: tuple[str, ...]
    """Names of types; more than one only where the name ends in ``[x]``."""
    required: bool
    many: bool
    codes: str | None
    """Name of the closed list that its code comes from."""
    targets: tuple[str, ...]
    """Resource types that it may refer to; empty: any."""


@dataclass(frozen=True, slots=True)
class Table:
    """All of it."""

    resource_types: frozenset[str]
    """Every resource type of R4, ours or not."""
    codes: Mapping[str, Mapping[str, tuple[str, ...]]]
    """The closed lists by name: codes by system."""
    elements: Mapping[str, tuple[Element, ...]]
    """The elements of every type and part of a type (``Encounter.location``)."""


@cache
def table() -> Table:
    """Return the table, read once."""
    text = files("ledger.clinical").joinpath("r4_elements.json").read_text("utf-8")
    value = json.loads(text)
    codes = {
        name: MappingProxyType({system: tuple(listed) for system, listed in by_system.items()})
        for name, by_system in value["codes"].items()
    }
    elements = {
        name: tuple(_element(field, facts) for field, facts in fields.items())
        for name, fields in value["elements"].items()
    }
    return Table(
        frozenset(value["resource_types"]), MappingProxyType(codes), MappingProxyType(elements)
    )


def _element(name: str, facts: Mapping[str, Any]) -> Element:
    return Element(
        name,
        tuple(facts["types"]),
        required=facts.get("min", 0) > 0,
        many=facts.get("many", False),
        codes=facts.get("codes"),
        targets=tuple(facts.get("targets", ())),
    )
