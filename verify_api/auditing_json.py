"""What an auditor's questions are answered with, in plain values: the same for page and program."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from ledger.audit.findings import Finding, Severity
from ledger.audit.report_file import ReportRead
from ledger.facts import RecordedFact
from ledger.transparency.log import index_of
from verify_api.auditing_forms import RecordAsked
from verify_api.desk.auditing import Auditing, FoundRecord
from verify_api.desk.auditing_acts import ActsPage
from verify_api.desk.auditing_records import Case, is_look, page_of, told
from verify_api.desk.auditing_reports import FiledReport

LINES_A_PAGE: Final = 100
FINDINGS_SHOWN: Final = 200


def line_json(recorded: RecordedFact, case: Case, *, covered: int) -> dict[str, Any]:
    """Return one fact: who, what, when, why; and whether a head covers its place in the log."""
    index = index_of(recorded.position)
    return {
        **told(recorded, case),
        "index": index,
        "covered": index < covered,
        "look": is_look(recorded),
    }


def record_json(
    desk: Auditing, found: FoundRecord, asked: RecordAsked, at: datetime
) -> dict[str, Any]:
    """Return a record's history and its state, as of the times that were asked for."""
    record = found.record
    lines, following = page_of(
        desk.lines(record, asked.case, asked.times), after=asked.after, limit=LINES_A_PAGE
    )
    covered = desk.log.covered()
    return {
        "streams": [str(one) for one in record.streams],
        "subjects": [str(one) for one in record.subjects],
        "person": record.is_person,
        "by_view": found.by_view,
        "case": asked.case.number,
        "recorded_until": _plain(asked.times.recorded),
        "effective_until": _plain(asked.times.effective),
        "covered": covered,
        "states": desk.states(record, asked.case, asked.times, at=at),
        "lines": [line_json(one, asked.case, covered=covered) for one in lines],
        "after": following,
    }


def acts_json(desk: Auditing, account: str, page: ActsPage) -> dict[str, Any]:
    """Return some of an account's acts, and how often each sort came."""
    covered = desk.log.covered()
    return {
        "account": account,
        "acts": [line_json(one, Case(account, None), covered=covered) for one in page.acts],
        "counts": page.counts,
        "counts_whole": page.whole,
        "first": page.first,
        "last": page.last,
        "after": page.following,
    }


def filed_json(desk: Auditing, filed: FiledReport) -> dict[str, Any]:
    """Return one line of the list of reports."""
    report = filed.report
    return {
        "name": filed.name,
        "at": filed.at.isoformat(),
        "kind": None if report is None else report.kind.value,
        "outcome": None if report is None else report.outcome.value,
        "findings": 0 if report is None else len(report.findings),
        "of_this_log": None if report is None else desk.reports.belongs(report),
        "refused": filed.refused or None,
    }


def report_json(desk: Auditing, report: ReportRead, *, after: int) -> dict[str, Any]:
    """Return what a report says, and its findings from number ``after`` on."""
    shown = report.findings[after : after + FINDINGS_SHOWN]
    more = after + len(shown) < len(report.findings)
    return {
        "kind": report.kind.value,
        "at": _plain(report.at),
        "outcome": report.outcome.value,
        "origin": report.origin,
        "head": None if report.head is None else {"size": report.head[0], "root": report.head[1]},
        "of_this_log": desk.reports.belongs(report),
        "figures": dict(report.figures),
        "counts": {one.value: report.count(one) for one in Severity},
        "unchecked": dict(report.unchecked),
        "views": [dict(one) for one in report.views],
        "seals": [dict(one) for one in report.seals],
        "findings": findings_json(shown),
        "after": after + len(shown) if more else None,
    }


def findings_json(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Return findings in plain values."""
    return [one.as_json() for one in findings]


def _plain(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
