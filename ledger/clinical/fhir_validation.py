"""The one front: a received document is accepted with its value, or refused with every finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from ledger.clinical.code_lists import CodeLists
from ledger.clinical.fhir_bytes import LARGEST_DOCUMENT, parse
from ledger.clinical.fhir_forms import MOST_FINDINGS, form_findings, well_formed
from ledger.clinical.fhir_quality import NO_LISTS, assess
from ledger.clinical.fhir_resource_rules import Terms
from ledger.clinical.fhir_rules import NOTHING_ELSE, all_visit_rules, document_rules
from ledger.clinical.fhir_schema import SCHEMA_VERSION
from ledger.clinical.fhir_screen import is_in_order
from ledger.clinical.findings import Finding, Level, Severity, errors
from ledger.errors import InvalidInputError


@dataclass(frozen=True, slots=True)
class Accepted:
    """The document may be recorded; what is stored are its bytes, never ``value`` again."""

    value: dict[str, Any]
    notes: tuple[Finding, ...] = ()
    """Warnings and information of levels 1 and 2."""
    schema: str = SCHEMA_VERSION
    """To be stored beside it: under which schema it was accepted."""


@dataclass(frozen=True, slots=True)
class Refused:
    """The document is not recorded; at least one of the findings is an error."""

    findings: tuple[Finding, ...]


def validate_visit(
    data: bytes,
    *,
    at: datetime,
    known: Mapping[str, str] = NOTHING_ELSE,
    largest: int = LARGEST_DOCUMENT,
) -> Accepted | Refused:
    """Look at one visit, a Bundle with exactly one Encounter and one subject, at levels 0 to 2.

    ``at`` is the moment of intake (aware): nothing may have happened after it. ``known`` holds the
    addresses (fullUrl) and types of resources that the sender's whole document has outside this
    visit: references to them are no references to nowhere.
    """
    try:
        value = parse(data, largest=largest)
    except InvalidInputError as error:
        return Refused((_of_bytes(error),))
    if well_formed(value) and value["resourceType"] == "Bundle":
        if is_in_order(value, data, at=at, known=known):
            return Accepted(value)
        return _judged(value, _by_visit_rules(value, at, known))
    return _judged(value, validate_visit_value(value, at=at, known=known))


def validate_document(
    data: bytes, *, at: datetime, largest: int = LARGEST_DOCUMENT
) -> Accepted | Refused:
    """Look at one resource of the 42 types, or at any Bundle of them, at levels 0 to 2."""
    try:
        value = parse(data, largest=largest)
    except InvalidInputError as error:
        return Refused((_of_bytes(error),))
    return _judged(value, validate_resource(value, at=at))


def validate_visit_value(
    value: object, *, at: datetime, known: Mapping[str, str] = NOTHING_ELSE
) -> tuple[Finding, ...]:
    """Return what levels 1 and 2 find in the visit ``value``; see `validate_visit`."""
    wrong = form_findings(value)
    if wrong:
        return tuple(wrong)
    assert isinstance(value, dict), "only objects have the form of a resource"
    if value["resourceType"] != "Bundle":
        expected = "a Bundle with the resources of one visit"
        return (Finding(Level.RULES, Severity.ERROR, "resourceType", "visit_bundle", expected),)
    return _by_visit_rules(value, at, known)


def _by_visit_rules(
    value: dict[str, Any], at: datetime, known: Mapping[str, str]
) -> tuple[Finding, ...]:
    rules = all_visit_rules(value, Terms(at, strict=True), known)
    return tuple(islice(rules, MOST_FINDINGS))


def validate_resource(value: object, *, at: datetime) -> tuple[Finding, ...]:
    """Return what levels 1 and 2 find in one resource; a Bundle is looked at with its entries."""
    wrong = form_findings(value)
    if wrong:
        return tuple(wrong)
    assert isinstance(value, dict), "only objects have the form of a resource"
    return tuple(islice(document_rules(value, Terms(at)), MOST_FINDINGS))


def _judged(value: Any, findings: tuple[Finding, ...]) -> Accepted | Refused:
    return Refused(findings) if errors(findings) else Accepted(value, findings)


def _of_bytes(error: InvalidInputError) -> Finding:
    return Finding(Level.BYTES, Severity.ERROR, error.place, error.rule, error.expected)


def every_finding(
    data: bytes, *, at: datetime, lists: CodeLists = NO_LISTS, largest: int = LARGEST_DOCUMENT
) -> tuple[Finding, ...]:
    """Return what all four levels find in a resource or Bundle, as ``$validate`` shows it.

    Level 3 is looked at only where the levels before accept: it takes the form for granted.
    """
    judged = validate_document(data, at=at, largest=largest)
    if isinstance(judged, Refused):
        return judged.findings
    return (*judged.notes, *islice(assess(judged.value, at=at, lists=lists), MOST_FINDINGS))
