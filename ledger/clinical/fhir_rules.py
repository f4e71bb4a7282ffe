"""Level 2: what the elements of a sound document say together; each finding with its place."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any, Final

from ledger.clinical.fhir_bundle_rules import bundle_rules, entries_of, reference_rules
from ledger.clinical.fhir_contained_rules import Looked, contained_rules
from ledger.clinical.fhir_resource_rules import Terms, resource_rules
from ledger.clinical.fhir_visit_rules import visit_rules
from ledger.clinical.fhir_walk import held, walk
from ledger.clinical.findings import Finding

NOTHING_ELSE: Final[Mapping[str, str]] = MappingProxyType({})


def document_rules(value: Mapping[str, Any], terms: Terms) -> Iterator[Finding]:
    """Yield what is wrong in a resource of the 42 types that has the form of R4 (level 1)."""
    looked = _looked(value)
    yield from _each_by_itself(looked, terms)
    for one in looked:
        if one.held.value["resourceType"] == "Bundle":
            yield from bundle_rules(one.held.value, one.held.place, terms)
    if value["resourceType"] == "Bundle":
        kind = str(value.get("type", ""))
        entries = entries_of(value)
        yield from reference_rules(looked, entries, kind, terms, NOTHING_ELSE)


def all_visit_rules(
    value: Mapping[str, Any], terms: Terms, known: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield what is wrong in a visit: a Bundle that has the form of R4 (level 1).

    ``known`` holds the types of resources outside the Bundle by their address.
    """
    looked = _looked(value)
    yield from _each_by_itself(looked, terms)
    yield from bundle_rules(value, "Bundle", terms)
    entries = entries_of(value)
    yield from reference_rules(looked, entries, str(value.get("type", "")), terms, known)
    yield from visit_rules(value, looked, entries)


def _looked(value: Mapping[str, Any]) -> list[Looked]:
    return [Looked(one, list(walk(one.value, one.place))) for one in held(value)]


def _each_by_itself(looked: list[Looked], terms: Terms) -> Iterator[Finding]:
    inner: dict[str, list[Looked]] = {}
    for one in looked:
        yield from resource_rules(one.held, one.nodes, terms)
        if one.held.role == "contained":
            inner.setdefault(one.held.place.rsplit(".contained[", 1)[0], []).append(one)
    for one in looked:
        if one.held.role != "contained":
            yield from contained_rules(one, inner.get(one.held.place, []))
