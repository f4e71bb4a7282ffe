"""The one front: a received document is accepted with its value, or refused with every finding."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from ledger.clinical.fhir_bytes import LARGEST_DOCUMENT, parse
from ledger.clinical.fhir_forms import form_findings
from ledger.clinical.fhir_schema import SCHEMA_VERSION
from ledger.clinical.findings import Finding, Level, Severity, errors
from ledger.errors import InvalidInputError

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


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
    known: Mapping[str, str] = _NONE,
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
    value: object, *, at: datetime, known: Mapping[str, str] = _NONE
) -> tuple[Finding, ...]:
    """Return what levels 1 and 2 find in the visit ``value``; see `validate_visit`."""
    return tuple(form_findings(value))


def validate_resource(value: object, *, at: datetime) -> tuple[Finding, ...]:
    """Return what levels 1 and 2 find in one resource; a Bundle is looked at with its entries."""
    return tuple(form_findings(value))


validate_bundle = validate_resource


def _judged(value: Any, findings: tuple[Finding, ...]) -> Accepted | Refused:
    return Refused(findings) if errors(findings) else Accepted(value, findings)


def _of_bytes(error: InvalidInputError) -> Finding:
    return Finding(Level.BYTES, Severity.ERROR, error.place, error.rule, error.expected)
