"""Level 2 for one resource and what it contains: values that must fit one another.

Source of the keys per-1, rng-2, obs-7, mdd-1, inv-1, txt-2: FHIR R4 4.0.1,
constraints of severity error. The rest are the ledger's own rules.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from ledger.clinical.fhir_dates import is_after, is_before
from ledger.clinical.fhir_narrative import ACTIVE, MARKUP, TAG, narrative_faults
from ledger.clinical.fhir_past import is_past
from ledger.clinical.fhir_references import type_of
from ledger.clinical.fhir_walk import Held, Node
from ledger.clinical.findings import Finding, Level, Severity

URI_AS_VALUE: Final = "urn:ietf:rfc:3986"
"""The system of identifiers that are URIs themselves (FHIR R4, Identifier.system)."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:")


@dataclass(frozen=True, slots=True)
class Terms:
    """Under which terms a document is looked at."""

    at: datetime
    """Aware; nothing may have happened after it."""
    strict: bool = False
    """What is doubtful (a reference of another type, markup in a text) is refused: a visit."""

    @property
    def doubtful(self) -> Severity:
        """How bad is what published documents also do."""
        return Severity.ERROR if self.strict else Severity.WARNING


def finding(severity: Severity, place: str, rule: str, expected: str) -> Finding:
    """Return a finding of this level."""
    return Finding(Level.RULES, severity, place, rule, expected)


def error(place: str, rule: str, expected: str) -> Finding:
    """Return an error of this level."""
    return finding(Severity.ERROR, place, rule, expected)


def resource_rules(held: Held, nodes: list[Node], terms: Terms) -> Iterator[Finding]:
    """Yield what is wrong in one resource, whose elements are ``nodes``, by itself."""
    for node in nodes:
        if (rule := _BY_KIND.get(node.kind)) is not None:
            yield from rule(node, terms)
    yield from _past(held, nodes, terms)
    yield from _element_ids(nodes)
    yield from _own_order(held)
    if held.value["resourceType"] == "Observation":
        yield from _observation(held)


def _period(node: Node, _: Terms) -> Iterator[Finding]:
    yield from _in_order(node.value, "start", "end", node.place, "per-1")


def _in_order(
    value: Mapping[str, Any], first: str, last: str, place: str, rule: str
) -> Iterator[Finding]:
    start, end = value.get(first), value.get(last)
    if isinstance(start, str) and isinstance(end, str) and is_before(end, start):
        yield error(f"{place}.{last}", rule, f"a time that is not before {first}")


def _range(node: Node, _: Terms) -> Iterator[Finding]:
    low, high = node.value.get("low", {}), node.value.get("high", {})
    same_unit = all(low.get(key) == high.get(key) for key in ("system", "code", "unit"))
    if same_unit and "value" in low and "value" in high and low["value"] > high["value"]:
        yield error(f"{node.place}.high", "rng-2", "a value that is not below low")


def _narrative(node: Node, _: Terms) -> Iterator[Finding]:
    for rule, expected in narrative_faults(node.value):
        yield error(node.place, rule, expected)


def _text(node: Node, terms: Terms) -> Iterator[Finding]:
    text = node.value
    if not isinstance(text, str) or ("<" not in text and ":" not in text):
        return
    if ACTIVE.search(text):
        yield finding(terms.doubtful, node.place, "html_active", "text without scripts and forms")
    elif MARKUP.search(text):
        severity = Severity.WARNING if node.kind == "markdown" else terms.doubtful
        yield finding(severity, node.place, "html_in_text", "plain text without markup")
    elif node.kind == "markdown" and TAG.search(text):
        expected = "markdown without what looks like markup"
        yield finding(Severity.WARNING, node.place, "html_in_text", expected)


def _reference(node: Node, terms: Terms) -> Iterator[Finding]:
    kind = type_of(node.value)
    if kind is not None and node.targets and kind not in node.targets:
        expected = f"a reference to {' or '.join(node.targets)}"
        yield finding(terms.doubtful, f"{node.place}.reference", "reference_target", expected)
    told = node.value.get("type")
    if kind is not None and told is not None and told.rsplit("/", 1)[-1] != kind:
        yield finding(
            terms.doubtful, f"{node.place}.type", "reference_type", "the type referred to"
        )


def _identifier(node: Node, terms: Terms) -> Iterator[Finding]:
    value = node.value.get("value")
    if node.value.get("system") == URI_AS_VALUE and value and not _SCHEME.match(value):
        expected = "a whole URI, as the system says"
        yield finding(terms.doubtful, f"{node.place}.value", "identifier_uri", expected)


def _extension(node: Node, _: Terms) -> Iterator[Finding]:
    url = node.value.get("url", "")
    if node.owner != "Extension" and not _SCHEME.match(url):
        yield error(f"{node.place}.url", "extension_url", "an absolute address")


_Rule = Callable[[Node, Terms], Iterator[Finding]]
_BY_KIND: Final[Mapping[str, _Rule]] = MappingProxyType(
    {
        "Extension": _extension,
        "Identifier": _identifier,
        "Period": _period,
        "Range": _range,
        "xhtml": _narrative,
        "string": _text,
        "markdown": _text,
        "Reference": _reference,
    }
)


def _element_ids(nodes: list[Node]) -> Iterator[Finding]:
    """Yield ids of elements that stand twice (FHIR R4, element, id: unique within the resource)."""
    seen: set[str] = set()
    for node in nodes:
        if node.kind != "element-id":
            continue
        if node.value in seen:
            yield error(node.place, "duplicate_element_id", "an id of its own in the resource")
        seen.add(node.value)


def _past(held: Held, nodes: list[Node], terms: Terms) -> Iterator[Finding]:
    """Yield times of what has happened that lie in the future."""
    status = held.value.get("status")
    for node in nodes:
        if isinstance(node.value, str) and is_past(node.owner, node.name, status):
            if is_after(node.value, terms.at):
                yield error(node.place, "future", "a time that has come")
        elif node.kind == "Period" and is_past(node.owner, node.name, status):
            start = node.value.get("start")
            if isinstance(start, str) and is_after(start, terms.at):
                yield error(f"{node.place}.start", "future", "a time that has come")


def _observation(held: Held) -> Iterator[Finding]:
    codes = _codings(held.value)
    if not codes or not any(key.startswith(("value", "_value")) for key in held.value):
        return
    for index, component in enumerate(held.value.get("component", ())):
        if codes & _codings(component):
            place = f"{held.place}.component[{index}].code"
            yield error(place, "obs-7", "no component of the code that has the value itself")


def _codings(value: Mapping[str, Any]) -> set[tuple[str, str]]:
    found = value.get("code", {}).get("coding", ())
    return {(c["system"], c["code"]) for c in found if "system" in c and "code" in c}


IN_ORDER: Final[Mapping[str, tuple[tuple[str, str], ...]]] = MappingProxyType(
    {
        "Appointment": (("start", "end"),),
        "Condition": (("onsetDateTime", "abatementDateTime"),),
        "MedicationDispense": (("whenPrepared", "whenHandedOver"),),
        "Patient": (("birthDate", "deceasedDateTime"),),
        "Slot": (("start", "end"),),
        "Task": (("authoredOn", "lastModified"),),
    }
)
"""Times of a resource of which the second is not before the first (mdd-1, inv-1 and our own)."""


def _own_order(held: Held) -> Iterator[Finding]:
    for first, last in IN_ORDER.get(held.value["resourceType"], ()):
        yield from _in_order(held.value, first, last, held.place, "order_of_times")
