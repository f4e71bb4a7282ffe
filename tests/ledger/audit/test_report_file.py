"""Reports of audits read again: every form that our programs write, and nothing else."""

import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.coverage import coverage_of
from ledger.audit.document.account import AuditAccount
from ledger.audit.document.lines import audit_lines
from ledger.audit.findings import Finding, Severity
from ledger.audit.report import Report
from ledger.audit.report_file import LARGEST_REPORT, Outcome, ReportKind, read_report
from ledger.audit.scope import Scope
from ledger.errors import InvalidInputError

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FINDING = Finding("C1.row", Severity.CRITICAL, {"position": 3, "index": 2}, "this", "that")


def report(*findings: Finding, **changes: Any) -> Report:
    values = {
        "rows": 9, "size": 9, "heads": 1, "heads_checked": 1, "streams": 2, "judged": 2,
        "root": bytes(32), "head_size": 9, "coverage": coverage_of([(0, 9)], findings, AT),
    }  # fmt: skip
    return Report(findings, **{**values, **changes})


def account(made: Report) -> AuditAccount:
    return AuditAccount(
        made, Scope(), AT, AT + timedelta(seconds=5), "0.1.0", ("records",), origin="log.example"
    )


def test_the_lines_of_an_account_are_read_whole() -> None:
    made = report(FINDING, FINDING)
    read = read_report(audit_lines(account(made)).encode())
    assert (read.kind, read.outcome, read.origin) == (
        ReportKind.VERIFY, Outcome.FINDINGS, "log.example",
    )  # fmt: skip
    assert read.findings == made.findings
    assert read.coverage == made.coverage
    assert read.at == AT + timedelta(seconds=5)
    assert read.head == (9, bytes(32).hex())
    assert read.count(Severity.CRITICAL) == 2


def test_a_clean_account_is_clean_and_one_that_could_not_check_is_not() -> None:
    assert read_report(audit_lines(account(report())).encode()).outcome is Outcome.CLEAN
    short = report(unchecked={"C3": "no policy was given"})
    read = read_report(audit_lines(account(short)).encode())
    assert read.outcome is Outcome.COULD_NOT_CHECK
    assert read.unchecked == {"C3": "no policy was given"}


def test_a_report_by_itself_is_read() -> None:
    made = report(FINDING)
    assert read_report(json.dumps(made.as_json()).encode()).findings == (FINDING,)


def test_an_account_that_lost_a_finding_is_refused() -> None:
    lines = audit_lines(account(report(FINDING, FINDING))).splitlines()
    with pytest.raises(InvalidInputError):
        read_report("\n".join(lines[:-1]).encode())


def test_findings_alone_are_never_clean() -> None:
    assert read_report(b"").outcome is Outcome.COULD_NOT_CHECK
    line = json.dumps({"scan": AT.isoformat(), **FINDING.as_json()})
    read = read_report(f"{line}\n{line}\n".encode())
    assert (read.outcome, read.at, len(read.findings)) == (Outcome.FINDINGS, AT, 2)
    assert read_report(line.encode()).findings == (FINDING,)


def test_a_coverage_says_when_it_is_of_and_whether_something_was_found() -> None:
    clean = read_report(json.dumps(coverage_of([(0, 9)], [], AT).as_json()).encode())
    assert (clean.kind, clean.at, clean.outcome) == (ReportKind.COVERAGE, AT, Outcome.CLEAN)
    found = read_report(json.dumps(coverage_of([(0, 9)], [FINDING], AT).as_json()).encode())
    assert found.outcome is Outcome.FINDINGS


@pytest.mark.parametrize(
    "data",
    [
        b"<html>", b"[]", b'"text"', b"{}", b'{"audit": 3}', b'{"views": 1, "seals": 2}',
        b'{"tables": [{}]}', b'{"coverage": 1, "spans": [[1]]}', b'{"code": "C1.row"}', b"\xff\xfe",
        json.dumps({**FINDING.as_json(), "place": {"name": "somebody"}}).encode(), b"[" * 100_000,
    ],
    ids=range(12),
)  # fmt: skip
def test_what_is_no_report_is_refused_by_its_line(data: bytes) -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_report(data)
    assert refused.value.place in {"report line 1", "coverage"}


def test_the_line_that_is_wrong_is_named() -> None:
    line = json.dumps(FINDING.as_json())
    with pytest.raises(InvalidInputError) as refused:
        read_report(f"{line}\n\n{{}}\n".encode())
    assert refused.value.place == "report line 3"


def test_a_report_without_end_is_not_read() -> None:
    with pytest.raises(InvalidInputError) as refused:
        read_report(b" " * (LARGEST_REPORT + 1))
    assert refused.value.rule == "report_size"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([
            "audit", "coverage", "spans", "places", "views", "seals", "tables", "findings", "code",
            "severity", "place", "interval", "head", "unchecked", "position", "left_out", "scan",
        ]), inner, max_size=6,
    ),
    max_leaves=12,
)  # fmt: skip


@given(values, values)
def test_whatever_json_comes_is_read_or_refused(one: Any, other: Any) -> None:
    for text in (json.dumps(one), f"{json.dumps(one)}\n{json.dumps(other)}"):
        with suppress(InvalidInputError):
            assert read_report(text.encode()).outcome in set(Outcome)
