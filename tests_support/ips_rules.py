"""The rules of IPS 2.0.0 that its examples and ours have to meet; each broken one is named.

From the published profiles: which sections there must be, what their entries may be, what each
resource needs beside what FHIR itself asks for.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

Resource = Mapping[str, Any]
LOINC: Final = "http://loinc.org"
REQUIRED: Final = {"10160-0": "medications", "48765-2": "allergies", "11450-4": "problems"}
ALLOWED: Final = {
    "10160-0": {"MedicationStatement", "MedicationRequest", "MedicationAdministration",
                "MedicationDispense"},
    "48765-2": {"AllergyIntolerance"},
    "11450-4": {"Condition"},
    "11369-6": {"Immunization"},
    "47519-4": {"Procedure"},
    "46264-8": {"DeviceUseStatement"},
    "30954-2": {"Observation", "DiagnosticReport", "ImagingStudy"},
    "8716-3": {"Observation"},
    "46240-8": {"Encounter"},
}  # fmt: skip
NEEDED: Final = {
    "Patient": ("name", "birthDate"),
    "AllergyIntolerance": ("code", "patient"),
    "Condition": ("code", "subject"),
    "MedicationStatement": ("status", "medication[x]", "subject", "effective[x]"),
    "MedicationRequest": ("status", "intent", "medication[x]", "subject"),
    "Encounter": ("status", "class"),
    "Immunization": ("status", "vaccineCode", "patient", "occurrence[x]"),
    "Procedure": ("status", "code", "subject", "performed[x]"),
    "DeviceUseStatement": ("subject", "timing[x]", "device"),
}


def broken(bundle: Resource) -> list[str]:
    """Return the rules that a document Bundle breaks."""
    return list(_bundle(bundle))


def _bundle(bundle: Resource) -> Iterator[str]:
    if bundle.get("type") != "document":
        yield "Bundle.type"
    for name in ("identifier", "timestamp"):
        if not bundle.get(name):
            yield f"Bundle.{name}"
    entries = bundle.get("entry", [])
    urls = [entry.get("fullUrl") for entry in entries]
    if None in urls or len(set(urls)) != len(urls):
        yield "Bundle.entry.fullUrl"
    known = {entry["fullUrl"]: entry["resource"] for entry in entries}
    if not entries or entries[0]["resource"]["resourceType"] != "Composition":
        yield "Bundle.entry[0]"
        return
    if sum(one["resourceType"] == "Patient" for one in known.values()) != 1:
        yield "Bundle.entry: one Patient"
    yield from _composition(entries[0]["resource"], known)
    for resource in known.values():
        yield from _resource(resource)


def _composition(composition: Resource, known: Mapping[str, Resource]) -> Iterator[str]:
    coding = composition["type"]["coding"][0]
    if (coding.get("system"), coding.get("code")) != (LOINC, "60591-5"):
        yield "Composition.type"
    for name in ("status", "subject", "date", "author", "title"):
        if not composition.get(name):
            yield f"Composition.{name}"
    if known.get(composition["subject"]["reference"], {}).get("resourceType") != "Patient":
        yield "Composition.subject"
    sections = {one["code"]["coding"][0]["code"]: one for one in composition.get("section", ())}
    for code, name in REQUIRED.items():
        if code not in sections:
            yield f"Composition.section: {name}"
    for code, section in sections.items():
        yield from _section(code, section, known)


def _section(code: str, section: Resource, known: Mapping[str, Resource]) -> Iterator[str]:
    if not section.get("title") or not section.get("text", {}).get("div"):
        yield f"section {code}: title and text"
    if code in REQUIRED and not section.get("entry") and not section.get("emptyReason"):
        yield f"section {code}: entry or emptyReason"
    for entry in section.get("entry", ()):
        target = known.get(entry["reference"])
        if target is None:
            yield f"section {code}: an entry leads nowhere"
        elif code in ALLOWED and target["resourceType"] not in ALLOWED[code]:
            yield f"section {code}: {target['resourceType']}"


def _resource(resource: Resource) -> Iterator[str]:
    kind = resource["resourceType"]
    for name in NEEDED.get(kind, ()):
        stem = name.removesuffix("[x]")
        there = (
            any(key.lstrip("_").startswith(stem) for key in resource)
            if name.endswith("[x]")
            else name in resource or f"_{name}" in resource
        )
        if not there:
            yield f"{kind}.{name}"
