"""Level 2 for a visit: one Encounter, one patient, and nothing of anybody else's.

A visit of two patients would put one person's illness into another's book: it is refused, wherever
the second one stands, also in a contained resource. Source: the ledger's design of health records.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from ledger.clinical.fhir_contained_rules import Looked
from ledger.clinical.fhir_references import Entries, restful
from ledger.clinical.fhir_resource_rules import error
from ledger.clinical.fhir_walk import Node
from ledger.clinical.findings import Finding

VISIT_TYPES: Final = frozenset({"transaction", "batch", "collection", "document"})
SUBJECTS: Final = frozenset({"subject", "patient", "beneficiary", "for"})
"""Elements that say whose the resource is. Holders of an insurance and contacts are others."""
ENCOUNTERS: Final = frozenset({"encounter", "context"})
"""Elements that say in which visit it was."""


@dataclass(frozen=True, slots=True)
class _Who:
    """Somebody, by all the names that the document gives them."""

    names: frozenset[str]
    base: str | None = None
    """Where the address begins: the same id on two servers is not the same person."""

    def is_same(self, other: "_Who") -> bool:
        bases = {self.base, other.base} - {None}
        return len(bases) < len((self, other)) and not self.names.isdisjoint(other.names)

    def joined(self, other: "_Who") -> "_Who":
        return _Who(self.names | other.names, self.base or other.base)


def visit_rules(
    bundle: Mapping[str, Any], looked: list[Looked], entries: Entries
) -> Iterator[Finding]:
    """Yield what makes the Bundle, which has the form of R4, no visit of one person."""
    if bundle.get("type") not in VISIT_TYPES:
        yield error("Bundle.type", "visit_type", f"one of {', '.join(sorted(VISIT_TYPES))}")
    for one in looked[1:]:
        if one.held.value["resourceType"] == "Bundle":
            yield error(one.held.place, "visit_nested", "the visit's resources, no further Bundle")
    encounters = [one for one in looked if one.held.value["resourceType"] == "Encounter"]
    if len(encounters) != 1 or encounters[0].held.role != "entry":
        yield error("Bundle.entry", "visit_encounter", "exactly one Encounter")
    else:
        yield from _one_encounter(encounters[0], looked, entries)
    yield from _one_patient(looked, entries)


def _one_encounter(encounter: Looked, looked: list[Looked], entries: Entries) -> Iterator[Finding]:
    own = encounter.held
    if "subject" not in own.value:
        yield error(f"{own.place}.subject", "visit_subject", "the visit's patient")
    for one in looked:
        for node in one.nodes:
            if node.kind != "Reference" or node.name not in ENCOUNTERS:
                continue
            literal = node.value.get("reference")
            target = entries.find(literal) if isinstance(literal, str) else None
            if target is not own.value and not _is_other_kind(literal, target):
                yield error(node.place, "visit_encounter", "a reference to the visit's Encounter")


def _is_other_kind(literal: object, target: Mapping[str, Any] | None) -> bool:
    """Return whether a context is an EpisodeOfCare or the like, or is only named."""
    if not isinstance(literal, str):
        return True
    if target is not None:
        return bool(target["resourceType"] != "Encounter")
    parts = restful(literal)
    return parts is not None and parts[1] != "Encounter"


def _one_patient(looked: list[Looked], entries: Entries) -> Iterator[Finding]:
    patients = [one.held for one in looked if one.held.value["resourceType"] == "Patient"]
    for further in patients[1:]:
        yield error(further.place, "visit_patient", "one Patient in a visit")
    known = _of_resource(patients[0].value) if patients else None
    for place, who in _all_named(looked, entries):
        if not who.names:
            yield error(place, "visit_subject", "a reference to the visit's patient")
        elif known is not None and not known.is_same(who):
            yield error(place, "visit_subject", "the one patient of the visit")
        else:
            known = who if known is None else known.joined(who)
    if known is None:
        yield error("Bundle.entry", "visit_subject", "a patient")


def _all_named(looked: list[Looked], entries: Entries) -> Iterator[tuple[str, _Who]]:
    for one in looked:
        for node in one.nodes:
            if node.kind == "Reference" and node.name in SUBJECTS:
                who = _named(node, one, entries)
                if who is not None:
                    yield node.place, who


def _of_resource(patient: Mapping[str, Any]) -> _Who:
    names = {f"resource {id(patient)}"}
    if isinstance(own := patient.get("id"), str):
        names.add(f"Patient/{own}")
    for identifier in patient.get("identifier", ()):
        if (value := identifier.get("value")) is not None:
            names.add(f"{identifier.get('system', '')}|{value}")
    return _Who(frozenset(names))


def _named(node: Node, looked: Looked, entries: Entries) -> _Who | None:
    """Return who the element names, nobody's names if none, None if it is no person."""
    if node.targets and "Patient" not in node.targets:
        return None
    literal = node.value.get("reference")
    if not isinstance(literal, str):
        identifier = node.value.get("identifier", {})
        value = identifier.get("value")
        return _Who(frozenset({f"{identifier.get('system', '')}|{value}"} if value else ()))
    target = _contained(literal, looked) if literal[0] == "#" else entries.find(literal)
    if target is not None:
        return _of_resource(target) if target["resourceType"] == "Patient" else None
    parts = restful(literal)
    if parts is None:
        return _Who(frozenset({literal}))
    base, kind, own = parts
    return _Who(frozenset({f"{kind}/{own}"}), base) if kind == "Patient" else None


def _contained(literal: str, looked: Looked) -> Mapping[str, Any] | None:
    found = looked.held.value.get("contained", ())
    return next((one for one in found if one.get("id") == literal[1:]), None)
