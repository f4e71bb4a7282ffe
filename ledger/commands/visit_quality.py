"""The later checks of visits that are in the ledger: what they find is a fact, and changes nothing.

A visit that was just corrected, or whose content is erased, is left for another time.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson

from ledger.clinical.book import LATE_AFTER
from ledger.clinical.code_lists import CodeLists
from ledger.clinical.fhir_dates import is_before
from ledger.clinical.fhir_quality import NO_LISTS, assess
from ledger.clinical.findings import Finding, Severity
from ledger.clinical.insurance_envelope import read_evidence
from ledger.clinical.insurance_fhir import visit_document
from ledger.commands.visit_streams import document_of, newest, state_of, subject_of
from ledger.commands.visits import BulkFacts
from ledger.errors import ConflictError, InvalidInputError
from ledger.facts import Act, History
from ledger.records import visit
from ledger.records.visit import Form, Revision, RuleCount
from ledger.store.fact_store import Command

ASSESSOR: Final = "quality-1"
"""Version of the checks: raised with what they look at."""
MOST_RULES: Final = 50


def assess_visits(
    facts: BulkFacts, visits: Iterable[UUID], *, act: Act, lists: CodeLists = NO_LISTS
) -> int:
    """Look at the newest revision of each of ``visits``; return how many were assessed.

    In one transaction; if somebody writes one of them meanwhile, nothing is, and they are looked
    at again the next time.
    """
    histories = facts.histories(list(visits))
    commands = [
        Command(act, (history.then(*found, subject=subject_of(history)),))
        for history in histories.values()
        if (found := tuple(_assessed(history, lists)))
    ]
    if not commands:
        return 0
    try:
        facts.append_many(commands)
    except ConflictError:
        return 0
    return len(commands)


def _assessed(history: History, lists: CodeLists) -> Iterator[visit.VisitQualityAssessed]:
    state = state_of(history)
    value = None if state is None or state.voided else _value(state.newest)
    if state is None or value is None:
        return
    at = newest(history).act.at
    findings = list(assess(value, at=at, lists=lists))
    counts = Counter(finding.rule for finding in findings).most_common(MOST_RULES)
    yield from visit.assess(
        state,
        assessor=ASSESSOR,
        errors=_count(findings, Severity.ERROR),
        warnings=_count(findings, Severity.WARNING),
        late=is_late(value, at),
        rules=[RuleCount(rule, count) for rule, count in counts],
    )


def _count(findings: Iterable[Finding], severity: Severity) -> int:
    return sum(finding.severity is severity for finding in findings)


def _value(revision: Revision) -> dict[str, Any] | None:
    """Return what a revision says, the insurance's tables in their projection; None if erased."""
    received = document_of(revision)
    if received is None:
        return None
    if revision.form is Form.INSURANCE_XML:
        try:
            received = visit_document(read_evidence(received))
        except InvalidInputError:
            return None
    value: dict[str, Any] = orjson.loads(received)
    return value


def is_late(value: Mapping[str, Any], at: datetime) -> bool:
    """Tell whether a visit's end lies more than `LATE_AFTER` before ``at``, its recording."""
    resources = [value, *(entry.get("resource", {}) for entry in value.get("entry", ()))]
    limit = (at - timedelta(seconds=LATE_AFTER)).isoformat()
    for resource in resources:
        if resource.get("resourceType") == "Encounter":
            period = resource.get("period", {})
            ended = period.get("end") or period.get("start")
            return isinstance(ended, str) and is_before(ended, limit)
    return False
