"""Whether a sound visit surely breaks none of the rules, in a few microseconds.

The rules of level 2 walk every element and know each place. Nearly every visit is in order, and
for that answer a look at references, periods and past times is enough. The screen says "in order"
only where the rules would find nothing; whenever it is not sure it says no, and the rules decide.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, TypeAlias

from ledger.clinical.fhir_dates import is_after, is_before
from ledger.clinical.fhir_narrative import may_hold_active, narrative_faults
from ledger.clinical.fhir_past import may_be_past
from ledger.clinical.fhir_references import type_of
from ledger.clinical.fhir_resource_rules import IN_ORDER, URI_AS_VALUE
from ledger.clinical.fhir_visit_rules import ENCOUNTERS, SUBJECTS
from ledger.clinical.fhir_walk import Property, properties

_PLAIN_TYPES: Final = frozenset({"transaction", "batch", "collection"})
_RISKY: Final = frozenset(
    f"value{kind}"
    for kind in ("Reference", "Period", "Range", "Annotation", "Attachment", "Signature", "Meta",
                 "Timing", "Dosage", "Identifier", "HumanName", "Address", "ContactPoint",
                 "ContactDetail", "Contributor", "DataRequirement", "RelatedArtifact",
                 "TriggerDefinition", "UsageContext", "Uri", "Url", "Canonical")
)  # fmt: skip
"""Values of extensions that the rules look into."""
_ORDERED: Final = frozenset({*IN_ORDER, "Observation"})
_KEY: Final = b'"extension"'


@dataclass(slots=True)
class _Visit:
    """What is gathered while one visit is screened."""

    at: datetime
    settled: str
    """A day so long ago that no zone and no clock matters."""
    types: dict[str, str]
    """Type of resource by every address that finds it in the visit."""
    known: Mapping[str, str]
    """The same outside the visit."""
    encounter: frozenset[str]
    has_patient: bool
    """Whether the Patient is in the visit: then every subject is that one."""
    subjects: set[str] = field(default_factory=set)
    tags: int = 0
    """How many "<" stand in narratives."""
    extended: int = 0
    """How many lists of extensions were looked at."""


_Look: TypeAlias = Callable[[Any, _Visit], bool]


def is_in_order(
    bundle: Mapping[str, Any], data: bytes, *, at: datetime, known: Mapping[str, str]
) -> bool:
    """Return whether no rule of level 2 can find anything in the visit ``bundle``.

    ``data`` are the bytes that it was read from; it has the form of R4 (level 1).
    """
    if bundle.get("type") not in _PLAIN_TYPES or "link" in bundle or "total" in bundle:
        return False
    # An id of an element, beside those of the resources, may stand twice.
    if data.count(b'"id"') != len(bundle.get("entry", ())) or URI_AS_VALUE.encode() in data:
        return False
    if may_hold_active(data):
        return False
    visit = _begun(bundle, at, known)
    if visit is None:
        return False
    for entry in bundle["entry"]:
        resource = entry["resource"]
        if not _passes(resource, plan(resource["resourceType"]), visit):
            return False
        if resource["resourceType"] in _ORDERED and not _own_order(resource):
            return False
    # Each sign that begins a tag has to be in a narrative, each extension has to be one that was
    # looked at.
    return (
        len(visit.subjects) == 1
        and data.count(b"<") == visit.tags
        and data.count(_KEY) == visit.extended
    )


def _begun(bundle: Mapping[str, Any], at: datetime, known: Mapping[str, str]) -> _Visit | None:
    """Return the visit with its addresses, None where they are not plainly in order."""
    types: dict[str, str] = {}
    encounters: list[frozenset[str]] = []
    patients = visits = 0
    requested = bundle["type"] != "collection"
    entries = bundle.get("entry", ())
    for entry in entries:
        if not _is_plain(entry, requested=requested):
            return None
        kind, address = entry["resource"]["resourceType"], entry["fullUrl"]
        name = f"{kind}/{entry['resource']['id']}"
        types[address] = types[name] = kind
        patients += kind == "Patient"
        visits += kind == "Encounter"
        if kind == "Encounter" and "subject" in entry["resource"]:
            encounters.append(frozenset((address, name)))
    # An address and a name of its own for each entry.
    if len(encounters) != 1 or visits != 1 or patients > 1 or len(types) != 2 * len(entries):
        return None
    settled = (at - timedelta(days=2)).date().isoformat()
    return _Visit(at, settled, types, known, encounters[0], has_patient=patients == 1)


def _is_plain(entry: Mapping[str, Any], *, requested: bool) -> bool:
    resource, address = entry.get("resource"), entry.get("fullUrl")
    if resource is None or address is None or "id" not in resource:
        return False
    if ("request" in entry) != requested or "response" in entry or "search" in entry:
        return False
    if resource["resourceType"] == "Bundle" or "/_history/" in address:
        return False
    urn: bool = address.startswith("urn:")
    return urn or address.endswith(f"/{resource['resourceType']}/{resource['id']}")


def _passes(value: Mapping[str, Any], looks: Mapping[str, _Look], visit: _Visit) -> bool:
    for name, content in value.items():
        look = looks.get(name)
        if look is None:
            continue
        if type(content) is not list:
            if not look(content, visit):
                return False
        elif not (
            _extensions(content, visit) if look is _extension else _all(content, look, visit)
        ):
            return False
    return True


def _all(parts: list[Any], look: _Look, visit: _Visit) -> bool:
    return all(look(part, visit) for part in parts)


def _extensions(parts: list[Any], visit: _Visit) -> bool:
    visit.extended += 1
    return _all(parts, _extension, visit)


def _extension(value: Mapping[str, Any], visit: _Visit) -> bool:
    if not _RISKY.isdisjoint(value) or ":" not in value["url"]:
        return False
    return "extension" not in value or _extensions(value["extension"], visit)


def _own_order(resource: Mapping[str, Any]) -> bool:
    kind = resource["resourceType"]
    for first, last in IN_ORDER.get(kind, ()):
        if first in resource and last in resource and is_before(resource[last], resource[first]):
            return False
    if kind != "Observation" or "component" not in resource:
        return True
    return not any(key.startswith(("value", "_value")) for key in resource)


@cache
def plan(owner: str) -> Mapping[str, _Look]:
    """Return what to look at in a type, by property; the rest needs no look."""
    looks = {name: _look(owner, name, found) for name, found in properties(owner).items()}
    return {name: look for name, look in looks.items() if look is not None}


def _look(owner: str, name: str, found: Property) -> _Look | None:
    match found.kind:
        case "Reference":
            return _reference(name, frozenset(found.targets))
        case "Period":
            return _past_period if may_be_past(owner, name) else _period
        case "Range" | "Resource":
            return _unsure
        case "xhtml":
            return _narrative
        case "Extension":
            return _extension
        case "date" | "dateTime" | "instant":
            return _past if may_be_past(owner, name) else None
        case "uri" | "url" | "canonical":
            return None
        case _ as kind:
            return _inner(kind)


def _inner(kind: str) -> _Look | None:
    """Return the look into a type that holds something to look at; types may hold themselves."""
    if not _holds_anything(kind, frozenset()):
        return None
    return lambda value, visit: _passes(value, plan(kind), visit)


def _holds_anything(kind: str, outer: frozenset[str]) -> bool:
    if kind in outer:
        return False
    return any(
        inner.kind in {"Reference", "Period", "Range", "Resource", "xhtml"}
        or may_be_past(kind, name)
        or (inner.kind != "Extension" and _holds_anything(inner.kind, outer | {kind}))
        for name, inner in properties(kind).items()
    )


def _unsure(_: Any, __: _Visit) -> bool:
    return False


def _narrative(value: str, visit: _Visit) -> bool:
    visit.tags += value.count("<")
    return not any(narrative_faults(value))


def _period(value: Mapping[str, Any], _: _Visit) -> bool:
    start, end = value.get("start"), value.get("end")
    if start is None or end is None:
        return True
    same_form = len(start) == len(end) and start[19:] == end[19:]
    return start <= end if same_form else not is_before(end, start)


def _past(value: str, visit: _Visit) -> bool:
    return value < visit.settled or not is_after(value, visit.at)


def _past_period(value: Mapping[str, Any], visit: _Visit) -> bool:
    return _period(value, visit) and ("start" not in value or _past(value["start"], visit))


def _reference(name: str, targets: frozenset[str]) -> _Look:
    subject = name in SUBJECTS and (not targets or "Patient" in targets)
    encounter = name in ENCOUNTERS

    def look(value: Mapping[str, Any], visit: _Visit) -> bool:
        literal = value.get("reference")
        if literal is None or "type" in value:
            return literal is None and not subject and "type" not in value
        kind = visit.types.get(literal) or visit.known.get(literal)
        if kind is None and literal[0] not in "#u":
            kind = type_of(value)
        if kind is None or (targets and kind not in targets):
            return False
        if subject:
            visit.subjects.add(literal)
            return kind == "Patient" and (literal in visit.types or not visit.has_patient)
        return not encounter or literal in visit.encounter

    return look
