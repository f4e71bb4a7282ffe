"""Level 2 between a resource and those it contains: every inner reference finds its resource.

Source of the keys ref-1 and dom-3: FHIR R4 4.0.1, Reference and DomainResource.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from ledger.clinical.fhir_resource_rules import error, finding
from ledger.clinical.fhir_walk import Held, Node
from ledger.clinical.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Looked:
    """A resource with its elements, walked once."""

    held: Held
    nodes: list[Node]


def contained_rules(outer: Looked, inner: list[Looked]) -> Iterator[Finding]:
    """Yield what is wrong between the resource ``outer`` and those it contains."""
    ids = {one.held.value.get("id") for one in inner}
    if len(ids) < len(inner) or None in ids:
        yield error(f"{outer.held.place}.contained", "contained_id", "an id in each, another each")
    used = {outer.held.place: _local(outer), **{one.held.place: _local(one) for one in inner}}
    for places in used.values():
        for place, target in places.items():
            if target and target not in ids:
                yield error(place, "ref-1", "a resource contained here")
    targets = {target for places in used.values() for target in places.values()}
    for one in inner:
        points_back = "" in used[one.held.place].values()
        if one.held.value.get("id") not in targets and not points_back:
            expected = "a contained resource that is referred to"
            yield finding(Severity.WARNING, one.held.place, "dom-3", expected)


def _local(looked: Looked) -> dict[str, str]:
    """Return place and target of each reference inside the resource; the target "" is the outer."""
    found: dict[str, str] = {}
    for node in looked.nodes:
        if node.kind == "Reference":
            value, place = node.value.get("reference"), f"{node.place}.reference"
        elif node.kind in {"uri", "url", "canonical"}:
            value, place = node.value, node.place
        else:
            continue
        if isinstance(value, str) and value.startswith("#"):
            found[place] = value[1:]
    return found
