"""Level 2 for a Bundle: addresses, identities, and references that find an entry.

Source: FHIR R4 4.0.1, bundle and documents (bdl-7); each look-up is one in a dictionary, so that
a Bundle of a hundred thousand references costs a hundred thousand look-ups.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, Final

from ledger.clinical.fhir_contained_rules import Looked
from ledger.clinical.fhir_references import Entries, restful
from ledger.clinical.fhir_resource_rules import Terms, error, finding
from ledger.clinical.findings import Finding, Severity

_ONCE: Final = frozenset({"self", "first", "previous", "prev", "next", "last"})
_COUNTED: Final = frozenset({"searchset", "history"})
_REQUESTED: Final = frozenset({"batch", "transaction", "history"})
_ANSWERED: Final = frozenset({"batch-response", "transaction-response", "history"})
_ADDRESS: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")
_CLOSED: Final = frozenset({"document", "transaction"})
"""Kinds of Bundle in which an address of its own (urn:uuid) must be found among the entries."""
_OF_DOCUMENT: Final = frozenset(
    {
        ("Composition", "subject"),
        ("Composition", "encounter"),
        ("Composition", "author"),
        ("Composition", "custodian"),
        ("Composition.attester", "party"),
        ("Composition.event", "detail"),
        ("Composition.section", "entry"),
        ("Composition.section", "author"),
        ("Composition.section", "focus"),
    }
)
"""What a document has to bring with it (FHIR R4, documents, section "Document Content")."""


def entries_of(bundle: Mapping[str, Any]) -> Entries:
    """Return the entries that hold a resource, to be found by reference."""
    return Entries(
        (entry.get("fullUrl"), entry["resource"])
        for entry in bundle.get("entry", ())
        if "resource" in entry
    )


def bundle_rules(bundle: Mapping[str, Any], place: str, terms: Terms) -> Iterator[Finding]:
    """Yield what is wrong with the Bundle's own elements and the identities of its entries."""
    yield from _by_type(bundle, place)
    yield from _links(bundle, place)
    yield from _addresses(bundle, place)
    yield from _names(bundle, place, terms)
    for index, entry in enumerate(bundle.get("entry", ())):
        yield from _entry(bundle.get("type", ""), entry, f"{place}.entry[{index}]")


def _by_type(bundle: Mapping[str, Any], place: str) -> Iterator[Finding]:
    """Yield what a Bundle of its type may not have, or lacks (bdl-1 to bdl-4, bdl-9 to bdl-12)."""
    kind, entries = bundle.get("type"), bundle.get("entry", [])
    if "total" in bundle and kind not in _COUNTED:
        yield error(f"{place}.total", "bdl-1", "no total but in a searchset or history")
    if kind == "message":
        yield error(f"{place}.type", "bdl-12", "no message: its first resource is none of ours")
    if kind == "document":
        yield from _document(bundle, entries, place)
    for index, entry in enumerate(entries):
        where = f"{place}.entry[{index}]"
        if "search" in entry and kind != "searchset":
            yield error(f"{where}.search", "bdl-2", "no search but in a searchset")
        if ("request" in entry) != (kind in _REQUESTED):
            expected = "a request in a batch, transaction or history, and only there"
            yield error(f"{where}.request", "bdl-3", expected)
        if ("response" in entry) != (kind in _ANSWERED):
            expected = "a response in an answer or history, and only there"
            yield error(f"{where}.response", "bdl-4", expected)


def _document(
    bundle: Mapping[str, Any], entries: list[Mapping[str, Any]], place: str
) -> Iterator[Finding]:
    identifier = bundle.get("identifier", {})
    if not {"system", "value"} <= identifier.keys():
        yield error(f"{place}.identifier", "bdl-9", "system and value in a document")
    if "timestamp" not in bundle:
        yield error(f"{place}.timestamp", "bdl-10", "the time of the document")
    first = entries[0].get("resource", {}) if entries else {}
    if first.get("resourceType") != "Composition":
        yield error(f"{place}.entry[0].resource", "bdl-11", "a Composition first in a document")


def _links(bundle: Mapping[str, Any], place: str) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, link in enumerate(bundle.get("link", ())):
        relation = link.get("relation")
        if relation in _ONCE and relation in seen:
            yield error(f"{place}.link[{index}].relation", "bundle_link", "each relation once")
        seen.add(relation)


def _addresses(bundle: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if bundle.get("type") == "history":
        return
    seen: set[tuple[str, str | None]] = set()
    for index, entry in enumerate(bundle.get("entry", ())):
        if (address := entry.get("fullUrl")) is None:
            continue
        version = entry.get("resource", {}).get("meta", {}).get("versionId")
        if (address, version) in seen:
            yield error(f"{place}.entry[{index}].fullUrl", "bdl-7", "a fullUrl of its own")
        seen.add((address, version))


def _names(bundle: Mapping[str, Any], place: str, terms: Terms) -> Iterator[Finding]:
    """Yield resources of the same type and id under different addresses."""
    if bundle.get("type") == "history":
        return
    found = [
        (
            resource.get("resourceType"),
            resource.get("id"),
            resource.get("meta", {}).get("versionId"),
        )
        for resource in (entry.get("resource", {}) for entry in bundle.get("entry", ()))
    ]
    often = Counter(found)
    for index, name in enumerate(found):
        if name[1] is not None and often[name] > 1:
            where = f"{place}.entry[{index}].resource.id"
            yield finding(terms.doubtful, where, "duplicate_id", "an id of its own for each type")


def _entry(kind: str, entry: Mapping[str, Any], place: str) -> Iterator[Finding]:
    yield from _own_address(entry, place)
    resource = entry.get("resource")
    if resource is None:
        return
    if kind == "searchset" and "id" not in resource and _is_match(entry):
        yield error(f"{place}.resource.id", "search_id", "an id in each result of a search")
    address = entry.get("fullUrl")
    parts = restful(address) if isinstance(address, str) else None
    if parts is None:
        return
    if resource.get("resourceType") != parts[1] or resource.get("id", parts[2]) != parts[2]:
        expected = "the address of the resource: its type and id"
        yield finding(Severity.WARNING, f"{place}.fullUrl", "full_url_identity", expected)


def _own_address(entry: Mapping[str, Any], place: str) -> Iterator[Finding]:
    if not {"resource", "request", "response"} & entry.keys():
        yield error(place, "bdl-5", "a resource, a request or a response")
    address = entry.get("fullUrl", "urn:")
    if "/_history/" in address:
        yield error(f"{place}.fullUrl", "bdl-8", "an address without version")
    if not _ADDRESS.match(address + "."):
        yield error(f"{place}.fullUrl", "bundle_full_url", "an absolute address")


def _is_match(entry: Mapping[str, Any]) -> bool:
    outcome: bool = entry["resource"].get("resourceType") == "OperationOutcome"
    return not outcome


def reference_rules(
    looked: list[Looked], entries: Entries, kind: str, terms: Terms, known: Mapping[str, str]
) -> Iterator[Finding]:
    """Yield references in a Bundle of type ``kind`` that find nothing, or a wrong type.

    ``known`` holds the types of resources outside the Bundle by their address.
    """
    for one in looked:
        for node in one.nodes:
            literal = node.value.get("reference") if node.kind == "Reference" else None
            if not isinstance(literal, str) or literal.startswith("#"):
                continue
            place = f"{node.place}.reference"
            target = entries.find(literal)
            found = known.get(literal) if target is None else target["resourceType"]
            if found is None:
                brought = kind == "document" and (node.owner, node.name) in _OF_DOCUMENT
                yield from _nowhere(literal, place, brought=brought, kind=kind, terms=terms)
            elif node.targets and found not in node.targets:
                expected = f"a reference to {' or '.join(node.targets)}"
                yield error(place, "reference_target", expected)


def _nowhere(
    literal: str, place: str, *, brought: bool, kind: str, terms: Terms
) -> Iterator[Finding]:
    expected = "a resource in this Bundle"
    if literal.startswith("urn:"):
        closed = terms.strict or kind in _CLOSED
        severity = Severity.ERROR if closed else Severity.WARNING
        yield finding(severity, place, "reference_nowhere", expected)
    elif brought:
        yield error(place, "document_reference", expected)
