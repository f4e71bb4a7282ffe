"""Level 3 for profiles: what the patient summary and the Vietnamese draft need to be useful.

Sources: International Patient Summary 2.0.0 (required sections; must-support elements with a
minimum of 1); VN Core 0.6.0, a community draft that no authority has approved. A resource that
lacks them is recorded all the same; the facility sees it in its figures.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from ledger.clinical.code_forms import LOINC
from ledger.clinical.fhir_terminology import codes_of, quality, warning
from ledger.clinical.fhir_walk import Held, Node
from ledger.clinical.findings import Finding, Severity

_ESSENTIAL: Final[Mapping[str, tuple[tuple[str, ...], ...]]] = MappingProxyType(
    {
        "Patient": (("identifier",), ("name",), ("gender",), ("birthDate", "_birthDate")),
        "Encounter": (("period",), ("serviceProvider",)),
        "Condition": (("clinicalStatus", "verificationStatus"), ("code",)),
        "AllergyIntolerance": (("code",),),
        "Observation": (
            ("effectiveDateTime", "effectivePeriod", "effectiveInstant", "effectiveTiming"),
        ),
        "DiagnosticReport": (("effectiveDateTime", "effectivePeriod"),),
        "Immunization": (("occurrenceDateTime", "_occurrenceDateTime", "occurrenceString"),),
        "MedicationRequest": (("dosageInstruction",), ("authoredOn",)),
        "MedicationStatement": (("effectiveDateTime", "effectivePeriod", "_effectiveDateTime"),),
        "Procedure": (("performedDateTime", "performedPeriod", "_performedDateTime"), ("code",)),
        "ServiceRequest": (("code",), ("authoredOn",)),
    }
)
"""By type, elements of which one of each group should be there."""
_CODED: Final = MappingProxyType(
    {
        "Condition": ("code",),
        "AllergyIntolerance": ("code",),
        "Immunization": ("vaccineCode",),
        "MedicationRequest": ("medicationCodeableConcept",),
        "MedicationStatement": ("medicationCodeableConcept",),
        "Observation": ("code",),
        "Procedure": ("code",),
    }
)
"""Concepts that should hold a code and not a text alone."""
_SUMMARY: Final = "60591-5"
_SECTIONS: Final = MappingProxyType(
    {"11450-4": "problems", "48765-2": "allergies", "10160-0": "medication"}
)
"""The required sections of the International Patient Summary, by LOINC code."""
_EXAMPLES: Final = ("://example.", ".example.", "example.org", "example.com")


def profile_findings(held: Held, nodes: list[Node]) -> Iterator[Finding]:
    """Yield what the resource lacks, and addresses that are placeholders."""
    value = held.value
    if held.role != "contained":
        yield from _lacking(held)
    if value["resourceType"] == "Composition" and _SUMMARY in codes_of(value.get("type"), LOINC):
        yield from _sections(held)
    for node in nodes:
        if node.kind in _ADDRESSES and _is_placeholder(node.value):
            expected = "an address that is no placeholder"
            yield quality(Severity.INFORMATION, node.place, "example_address", expected)


_ADDRESSES: Final = frozenset({"uri", "url", "canonical", "extension-url"})


def _is_placeholder(value: Any) -> bool:
    return isinstance(value, str) and any(sign in value for sign in _EXAMPLES)


def _lacking(held: Held) -> Iterator[Finding]:
    kind = held.value["resourceType"]
    for group in _ESSENTIAL.get(kind, ()):
        if not any(name in held.value for name in group):
            place = f"{held.place}.{group[0]}"
            yield quality(Severity.INFORMATION, place, "essential_missing", "this element")
    for name in _CODED.get(kind, ()):
        concept = held.value.get(name)
        if concept is not None and not any("code" in c for c in concept.get("coding", ())):
            expected = "a code of a code system beside the text"
            yield quality(Severity.INFORMATION, f"{held.place}.{name}", "code_missing", expected)


def _sections(held: Held) -> Iterator[Finding]:
    there: set[str] = set()
    for section in held.value.get("section", ()):
        there |= codes_of(section.get("code"), LOINC)
    for code, name in _SECTIONS.items():
        if code not in there:
            expected = f"the section of {name} (LOINC {code})"
            yield warning(f"{held.place}.section", "ips_section", expected)
