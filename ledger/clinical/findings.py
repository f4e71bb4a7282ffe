"""What is wrong with a document: where, by which rule, and what was expected; never the value."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Any


class Level(IntEnum):
    """Which of the four looks found it; the first three are taken before anything is stored."""

    BYTES = 0
    """The bytes are not the one JSON text that FHIR allows."""
    SCHEMA = 1
    """The form of FHIR R4: elements, their number, types, required codes."""
    RULES = 2
    """What the elements say together: one patient, closed references, periods."""
    QUALITY = 3
    """What is reported afterwards and never blocks: terminology, profiles, odd dates."""


class Severity(StrEnum):
    """How bad it is, in the words of FHIR's value set issue-severity."""

    ERROR = "error"
    WARNING = "warning"
    INFORMATION = "information"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd.

    ``place`` is a path such as ``Bundle.entry[3].resource.status``; ``rule`` a stable snake_case
    name; ``expected`` the form wanted, in English. None of them ever holds the document's values.
    """

    level: Level
    severity: Severity
    place: str
    rule: str
    expected: str


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return those for which a document is refused."""
    return tuple(found for found in findings if found.severity is Severity.ERROR)


_ISSUE_TYPES = {
    Level.BYTES: "structure",
    Level.SCHEMA: "structure",
    Level.RULES: "business-rule",
    Level.QUALITY: "informational",
}
"""Codes of http://hl7.org/fhir/ValueSet/issue-type (R4, OperationOutcome.issue.code)."""
_WRONG_CODE = "code-invalid"
_CODE_RULES = frozenset({"code_unknown", "code_required", "code_form", "display_mismatch"})


def operation_outcome(findings: Iterable[Finding]) -> dict[str, Any]:
    """Return the R4 OperationOutcome; with nothing found, its one issue says that all is well."""
    issues = [_issue(found) for found in findings]
    return {"resourceType": "OperationOutcome", "issue": issues or [_ALL_WELL]}


def _issue(found: Finding) -> dict[str, Any]:
    code = _WRONG_CODE if found.rule in _CODE_RULES else _ISSUE_TYPES[found.level]
    return {
        "severity": found.severity.value,
        "code": code,
        "details": {"coding": [{"code": found.rule}], "text": f"expected {found.expected}"},
        "diagnostics": f"level {found.level.value}: {found.level.name.lower()}",
        "expression": [found.place],
    }


_ALL_WELL: dict[str, Any] = {
    "severity": "information",
    "code": "informational",
    "details": {"text": "Nothing found"},
}
