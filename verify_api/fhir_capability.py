"""What the FHIR side of the service can do, said from its routes: the CapabilityStatement."""

from collections.abc import Iterable
from typing import Any, Final

from werkzeug.routing import Rule

from verify_api.fhir_search import PARAMETERS
from verify_api.version import VERSION

_TYPES: Final = (
    "AllergyIntolerance", "Appointment", "AuditEvent", "Binary", "CarePlan", "CareTeam",
    "Communication", "Composition", "Condition", "Consent", "Coverage", "Device",
    "DeviceUseStatement", "DiagnosticReport", "DocumentReference", "Encounter", "EpisodeOfCare",
    "Flag", "Goal", "ImagingStudy", "Immunization", "List", "Location", "Medication",
    "MedicationDispense", "MedicationRequest", "MedicationStatement", "Observation",
    "Organization", "Practitioner", "PractitionerRole", "Procedure", "RelatedPerson", "Schedule",
    "ServiceRequest", "Slot", "Specimen", "Task",
)  # fmt: skip
"""Those of the 42 types that a book's resources have, and the one that tells of looks."""
TYPES: Final = ",".join(_TYPES)
"""As a route's converter lists them."""
EVERY_TYPE: Final = ",".join(sorted({*_TYPES, "Bundle", "Patient", "Provenance"}))
"""Types that a document to be validated may have."""
_KINDS: Final = {"_lastUpdated": "date", "date": "date", "code": "token", "patient": "reference"}
_DATE: Final = "2026-11-24"
"""When this statement's form was last changed."""


def capability(rules: Iterable[Rule], *, base: str) -> dict[str, Any]:
    """Return the statement for the routes of the app, all of which are looked through."""
    addresses = {rule.rule for rule in rules if rule.endpoint.startswith("fhir.")}
    instance = f"/fhir/<any({TYPES}):kind>"
    able = {
        "read": f"{instance}/<number>" in addresses,
        "vread": f"{instance}/<number>/_history/<int:version>" in addresses,
        "history-instance": f"{instance}/<number>/_history" in addresses,
        "search-type": instance in addresses,
    }
    parameters = [
        {"name": name, "type": _KINDS[name]} for name in sorted(PARAMETERS & _KINDS.keys())
    ]
    operations = sorted(
        address.rpartition("/$")[2]
        for address in addresses
        if address.startswith("/fhir/Patient/<who>/$")
    )
    resources: list[dict[str, Any]] = [
        {
            "type": kind,
            "interaction": [{"code": code} for code, there in able.items() if there and
                            (kind != "AuditEvent" or code == "search-type")],
            "versioning": "versioned",
            "searchParam": parameters,
        }
        for kind in _TYPES
    ]  # fmt: skip
    resources.append({
        "type": "Patient",
        "interaction": [{"code": "read"}] if "/fhir/Patient/<who>" in addresses else [],
        "operation": [
            {"name": name, "definition": _DEFINITIONS[name]}
            for name in operations
            if name in _DEFINITIONS
        ],
    })  # fmt: skip
    return {
        "resourceType": "CapabilityStatement",
        "status": "active",
        "date": _DATE,
        "kind": "instance",
        "software": {"name": "records-ledger", "version": VERSION},
        "implementation": {"description": "Health books, read side", "url": base},
        "fhirVersion": "4.0.1",
        "format": ["application/fhir+json"],
        "rest": [
            {
                "mode": "server",
                "security": {"description": "A session, or a token of an account."},
                "resource": sorted(resources, key=lambda one: str(one["type"])),
            }
        ],
    }


_DEFINITIONS: Final = {
    "everything": "http://hl7.org/fhir/OperationDefinition/Patient-everything",
    "export": "http://hl7.org/fhir/uv/bulkdata/OperationDefinition/patient-export",
    "summary": "http://hl7.org/fhir/uv/ips/OperationDefinition/summary",
}
