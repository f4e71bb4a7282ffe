"""Level 3 for codes: of the right form, in the list of that day, with the display of that list."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, Final

from ledger.clinical.code_forms import FORMS, MISNAMED
from ledger.clinical.code_lists import CodeLists
from ledger.clinical.fhir_walk import Node
from ledger.clinical.findings import Finding, Level, Severity
from ledger.clinical.r4_table import table

_ADDRESS_OF_R4: Final = ("http://hl7.org/fhir/", "http://terminology.hl7.org/CodeSystem/")


@dataclass(frozen=True, slots=True)
class Terminology:
    """By which lists, on which day."""

    lists: CodeLists
    day: date


def quality(severity: Severity, place: str, rule: str, expected: str) -> Finding:
    """Return a finding of this level."""
    return Finding(Level.QUALITY, severity, place, rule, expected)


def warning(place: str, rule: str, expected: str) -> Finding:
    """Return a warning of this level."""
    return quality(Severity.WARNING, place, rule, expected)


def code_findings(nodes: list[Node], terms: Terminology) -> Iterator[Finding]:
    """Yield what is odd about the codes among ``nodes``."""
    for node in nodes:
        if node.kind in _CODED and isinstance(node.value, dict):
            yield from _of_coding(node, terms)


_CODED: Final = frozenset({"Coding", "Quantity", "Age", "Count", "Distance", "Duration"})


def _of_coding(node: Node, terms: Terminology) -> Iterator[Finding]:
    system, code = node.value.get("system"), node.value.get("code")
    if code is None:
        return
    if system is None:
        expected = "the system that the code belongs to"
        yield quality(Severity.INFORMATION, f"{node.place}.system", "code_without_system", expected)
        return
    if (proper := MISNAMED.get(system)) is not None:
        yield warning(f"{node.place}.system", "system_name", f"the system's address {proper}")
        system = proper
    yield from _of_code(node, system, code, terms)


def _of_code(node: Node, system: str, code: str, terms: Terminology) -> Iterator[Finding]:
    place = f"{node.place}.code"
    form = FORMS.get(system)
    if form is not None and not form[0](code):
        yield warning(place, "code_form", form[1])
        return
    edition = terms.lists.in_force(system, terms.day)
    if edition is not None and code not in edition.codes:
        yield warning(place, "code_unknown", "a code of the list in force on the day of care")
    elif edition is not None:
        yield from _display(node, edition.codes[code])
    elif code not in _closed().get(system, (code,)):
        yield warning(place, "code_unknown", "a code of this code system of FHIR R4")


def _display(node: Node, official: str) -> Iterator[Finding]:
    told = node.value.get("display", node.value.get("unit") if node.kind != "Coding" else None)
    if told and official and _plain(told) != _plain(official):
        yield warning(
            f"{node.place}.display", "display_mismatch", "the display that the list gives"
        )


def _plain(text: str) -> str:
    return " ".join(text.split()).casefold()


@cache
def _closed() -> Mapping[str, frozenset[str]]:
    """Return the code systems of FHIR R4 itself that the table holds whole."""
    found: dict[str, set[str]] = {}
    for by_system in table().codes.values():
        for system, codes in by_system.items():
            if system.startswith(_ADDRESS_OF_R4):
                found.setdefault(system, set()).update(codes)
    return {system: frozenset(codes) for system, codes in found.items()}


def codes_of(concept: Mapping[str, Any] | None, system: str) -> set[str]:
    """Return the codes of ``system`` in a CodeableConcept."""
    codings = (concept or {}).get("coding", ())
    return {each["code"] for each in codings if each.get("system") == system and "code" in each}
