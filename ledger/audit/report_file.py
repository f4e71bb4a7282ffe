"""A report that an auditor's program wrote, read again: whatever is in it was written by others.

    verify    JSON Lines of `records audit verify --report` (the account first), a `Report.as_json`,
              or bare findings, one a line (`--json`, or ``findings.jsonl`` of a memory)
    replay    `records audit replay --json`: drift of the views, and the daily seals
    figures   `records audit stats --json`: published figures, counted again
    coverage  ``coverage.json`` of an auditor's memory: which entries were verified when

What does not read as one of these is refused by its line; nothing of it is ever run or believed.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from ledger.audit.coverage import Coverage, coverage_from_json
from ledger.audit.findings import Finding, Severity, finding_from_json, in_order
from ledger.errors import InvalidInputError

LARGEST_REPORT: Final = 8 << 20
"""Bytes of one report that is read."""
MOST_FINDINGS: Final = 50_000
_UNTOLD: Final = {"report": "it holds findings alone, and does not say what was checked"}
"""An empty file of findings is not clean: what was not looked at finds nothing, too."""
_EXPECTED: Final = "JSON Lines or JSON that `records audit` wrote"


class ReportKind(StrEnum):
    """Which of the auditor's programs wrote it."""

    VERIFY = "verify"
    REPLAY = "replay"
    FIGURES = "figures"
    COVERAGE = "coverage"


class Outcome(StrEnum):
    """What an audit came to."""

    CLEAN = "clean"
    FINDINGS = "findings"
    COULD_NOT_CHECK = "could_not_check"
    """Missing evidence is not clean."""


@dataclass(frozen=True, slots=True)
class ReportRead:
    """One report."""

    kind: ReportKind
    findings: tuple[Finding, ...] = ()
    """By class of check and place."""
    unchecked: Mapping[str, str] = field(default_factory=dict)
    """What could not be checked, and why."""
    at: datetime | None = None
    """When it was made, as it says itself."""
    origin: str | None = None
    head: tuple[int, str] | None = None
    """Size and root (hex) of the newest head that everything agreed with."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """What else it says in numbers: rows, heads, streams; or for a position, its tables."""
    views: Sequence[Mapping[str, Any]] = ()
    """Of a replay: each view, how far it stands, how many of its rows differ."""
    seals: Sequence[Mapping[str, Any]] = ()
    """Of a replay: each view of the last seals."""
    coverage: Coverage | None = None

    @property
    def outcome(self) -> Outcome:
        """What it came to."""
        if self.findings or (self.kind is ReportKind.COVERAGE and self.coverage_finds):
            return Outcome.FINDINGS
        return Outcome.COULD_NOT_CHECK if self.unchecked else Outcome.CLEAN

    @property
    def coverage_finds(self) -> bool:
        """Whether its coverage names a place of a finding."""
        return self.coverage is not None and bool(self.coverage.places or self.coverage.elsewhere)

    def count(self, severity: Severity) -> int:
        """Return how many findings are as bad as this."""
        return sum(one.severity is severity for one in self.findings)


def read_report(data: bytes) -> ReportRead:
    """Return the report in ``data``.

    Raises:
        InvalidInputError: ``report_size``, ``report_form``: by the line that is none.
    """
    if len(data) > LARGEST_REPORT:
        raise InvalidInputError("report", "report_size", f"at most {LARGEST_REPORT} bytes")
    whole = _json(data)
    if isinstance(whole, Mapping) and "code" not in whole:
        return _document(whole, ())
    lines = [(number, line) for number, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if len(lines) > MOST_FINDINGS + 1:
        raise InvalidInputError("report", "report_size", f"at most {MOST_FINDINGS} findings")
    first = _json(lines[0][1]) if lines else None
    if isinstance(first, Mapping) and "audit" in first:
        return _document(first, _findings(lines[1:]))
    at = _scanned(lines[-1]) if lines else None
    return ReportRead(ReportKind.VERIFY, _findings(lines), _UNTOLD, at=at)


def _json(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None


def _document(value: Mapping[str, Any], lines: Sequence[Finding]) -> ReportRead:
    try:
        if "coverage" in value and "spans" in value:
            return _of_coverage(value)
        if "views" in value and "seals" in value:
            return _of_replay(value)
        if "tables" in value:
            return _of_figures(value)
        return _of_verify(value.get("audit", value), lines)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _refused(1) from error


def _of_coverage(value: Mapping[str, Any]) -> ReportRead:
    coverage = coverage_from_json(value)
    times = [one.at for one in coverage.spans] + [one.at for one in coverage.places]
    latest = max(times, default=None)
    return ReportRead(ReportKind.COVERAGE, at=latest, coverage=coverage)


def _of_replay(value: Mapping[str, Any]) -> ReportRead:
    views, seals = _objects(value["views"]), _objects(value["seals"])
    unchecked = {str(one["view"]): str(one["unchecked"]) for one in views if one["unchecked"]}
    unchecked |= {str(one["view"]): str(one["why"]) for one in _objects(value["left_out"])}
    return ReportRead(
        ReportKind.REPLAY, _told(value["findings"]), unchecked,
        figures={"position": int(value["head"])}, views=views, seals=seals,
    )  # fmt: skip


def _of_figures(value: Mapping[str, Any]) -> ReportRead:
    tables = _objects(value["tables"])
    unchecked = {
        str(one["table"]): f"published for position {int(one['published_at_position'])}"
        for one in tables if not one["compared"]
    }  # fmt: skip
    figures = {"position": int(value["position"]), "tables": tables}
    return ReportRead(ReportKind.FIGURES, _told(value["findings"]), unchecked, figures=figures)


_COUNTS: Final = ("rows", "size", "heads", "heads_checked", "streams", "judged")


def _of_verify(value: Mapping[str, Any], lines: Sequence[Finding]) -> ReportRead:
    # The account tells how many findings follow it; a report by itself has them within.
    within = value["findings"]
    findings = lines if isinstance(within, int) else _told(within)
    if isinstance(within, int) and within != len(findings):
        raise ValueError("fewer or more findings than it says")
    head, ended, coverage = value["head"], value.get("ended_at"), value.get("coverage")
    return ReportRead(
        ReportKind.VERIFY, tuple(in_order(findings)),
        {str(name): str(why) for name, why in value["unchecked"].items()},
        at=None if ended is None else _moment(ended),
        origin=None if value.get("origin") is None else str(value["origin"]),
        head=None if head is None else (int(head["size"]), str(head["root"])),
        figures={name: int(value[name]) for name in _COUNTS},
        coverage=None if coverage is None else coverage_from_json(coverage),
    )  # fmt: skip


def _objects(values: Any) -> list[dict[str, Any]]:
    return [dict(one) for one in values]


def _told(values: Any) -> tuple[Finding, ...]:
    return tuple(in_order(finding_from_json(one) for one in values))


def _findings(lines: Sequence[tuple[int, bytes]]) -> tuple[Finding, ...]:
    found = []
    for number, line in lines:
        try:
            found.append(finding_from_json(_json(line)))
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise _refused(number) from error
    return tuple(in_order(found))


def _scanned(numbered: tuple[int, bytes]) -> datetime | None:
    """Return when a memory's newest finding was found; None where a line does not say."""
    number, line = numbered
    try:
        said = _json(line).get("scan")
        return None if said is None else _moment(said)
    except (AttributeError, TypeError, ValueError) as error:
        raise _refused(number) from error


def _moment(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("expected an aware time")
    return at


def _refused(line: int) -> InvalidInputError:
    return InvalidInputError(f"report line {line}", "report_form", _EXPECTED)
