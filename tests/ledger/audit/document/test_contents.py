import json
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.audit.document.account import (
    AuditAccount,
    Brought,
    Held,
    Quorum,
    held_of,
    origin_of,
    quorum_of,
)
from ledger.audit.document.checks import State, checks_of
from ledger.audit.document.contents import contents_of, finding_told, plain
from ledger.audit.document.groups import groups_of, worst_of
from ledger.audit.document.labels import PLACES as PLACE_LABELS
from ledger.audit.document.labels import SEVERITIES, STATES
from ledger.audit.document.lines import audit_lines
from ledger.audit.document.phrases import reason
from ledger.audit.document.verdict import ADVICE, VERDICTS, Outcome, outcome_of
from ledger.audit.findings import PLACES, Finding, Severity, finding_from_json
from ledger.audit.memory import Verified
from ledger.audit.scope import Mode, Scope
from ledger.transparency.note import ED25519_COSIGNATURE
from tests_support.audit_accounts import ACCOUNTS, AT, FINDINGS, account_of, edited_rows
from tests_support.finding_codes import reasons
from tests_support.memory_log import MemoryLog, note_signer

NO_BROUGHT = Brought()


def found(code: str, severity: Severity = Severity.ERROR) -> Finding:
    return Finding(code, severity, {"position": 1}, "this", "that")


@pytest.mark.parametrize(
    ("codes", "outcome"),
    [
        (["C9.stale", "C10.role", "C1.row", "C4.unsigned"], Outcome.TAMPERED),
        (["C9.stale", "C10.role", "C4.unsigned"], Outcome.RULE),
        (["C9.stale", "C4.unsigned"], Outcome.UNDECIDED),
        (["C8.proof_form"], Outcome.OUTSIDE),
        (["C1.of_a_newer_program"], Outcome.TAMPERED),
        ([], Outcome.CLEAN),
    ],
)
def test_the_gravest_finding_decides(codes: list[str], outcome: Outcome) -> None:
    assert outcome_of(account_of([found(code) for code in codes])) is outcome


@pytest.mark.parametrize("mode", Mode)
def test_what_was_not_checked_is_never_clean(mode: Mode) -> None:
    scope = Scope(mode, first=1, last=2, sample=1)
    assert outcome_of(account_of([], {"C4": "no policy was given"}, scope=scope)) is (
        Outcome.NOT_ALL_CHECKED
    )


def test_a_part_that_is_clean_says_nothing_of_the_rest() -> None:
    outcomes = {mode: outcome_of(account_of(scope=Scope(mode, 1, 2, 1))) for mode in Mode}
    assert outcomes == {
        Mode.FULL: Outcome.CLEAN,
        Mode.SINCE: Outcome.CLEAN_SINCE,
        Mode.RANGE: Outcome.CLEAN_IN_PART,
        Mode.SAMPLE: Outcome.CLEAN_IN_PART,
    }


def test_words_are_there_for_all_that_is_told() -> None:
    assert VERDICTS.keys() == ADVICE.keys() == set(Outcome)
    assert PLACE_LABELS.keys() == PLACES
    assert SEVERITIES.keys() == set(Severity)
    assert STATES.keys() == set(State)


@given(ACCOUNTS)
def test_every_finding_is_counted_once_in_its_class_and_in_its_group(account: AuditAccount) -> None:
    findings = account.report.findings
    assert sum(one.findings for one in checks_of(account)) == len(findings)
    groups = groups_of(findings)
    assert {one.code: one.count for one in groups} == Counter(one.code for one in findings)
    assert all(one.severity is worst_of(one.shown) for one in groups)


@given(st.lists(FINDINGS, max_size=30), st.integers(1, 5))
def test_what_is_shown_and_what_is_left_out_are_all(findings: list[Finding], most: int) -> None:
    groups = groups_of(findings, most)
    assert sum(len(one.shown) + one.left_out for one in groups) == len(findings)
    assert all(len(one.shown) == min(one.count, most) for one in groups)


@given(ACCOUNTS)
def test_the_lines_hold_the_account_and_every_finding(account: AuditAccount) -> None:
    first, *rest = [json.loads(line) for line in audit_lines(account).splitlines()]
    assert first["audit"]["findings"] == len(rest)
    assert tuple(finding_from_json(one) for one in rest) == account.report.findings
    assert first["audit"]["exit_code"] == account.report.exit_code


@given(ACCOUNTS)
def test_no_class_is_clean_that_found_something_or_was_not_checked(account: AuditAccount) -> None:
    for one in checks_of(account):
        if one.state is State.CLEAN:
            assert not one.findings
            assert one.check not in account.report.unchecked


def test_what_nobody_brought_is_not_called_clean() -> None:
    states = {one.check: one.state for one in checks_of(account_of(brought=NO_BROUGHT))}
    assert {check for check, state in states.items() if state is State.NOT_ASKED} == {
        "C4", "C7", "C8",
    }  # fmt: skip
    held = Held(5, "ab" * 32, AT)
    states = {one.check: one.state for one in checks_of(account_of(brought=NO_BROUGHT, held=held))}
    assert states["C4"] is State.CLEAN


def test_a_class_with_findings_still_tells_what_it_could_not_check() -> None:
    account = account_of([found("C4.rollback")], {"C4": "no answer from http://127.0.0.1:9"})
    (told,) = [one for one in contents_of(account, "vi").checks if one.check == "C4"]
    assert told.result == (
        "Có phát hiện: 1. Không kiểm tra được: không có trả lời từ http://127.0.0.1:9"
    )


def test_more_than_200_of_a_code_are_counted_and_said_to_be_elsewhere() -> None:
    for language, count in (("vi", "1.234"), ("en", "1,234")):
        (group,) = contents_of(account_of(edited_rows(1_234)), language).groups
        assert group.count == count
        assert len(group.shown) == 200
        assert "report.jsonl" in group.left_out
        assert ("1.034" if language == "vi" else "1,034") in group.left_out


def test_a_finding_is_told_with_the_smallest_place_and_the_heads_around_it() -> None:
    (one,) = edited_rows(1)
    told = finding_told(one, "vi")
    assert told.place == "vị trí 5000 · chỉ số 4999 · phiên bản 3"
    assert told.between == (
        "4.096 (27/11/2026 12:00:00 (UTC+7)) → 8.192 (27/11/2026 13:00:00 (UTC+7))"
    )
    assert finding_told(one, "en").between.startswith("4,096 (2026-11-27 12:00:00 (UTC+7))")


def test_what_weakens_a_verdict_is_said_with_it() -> None:
    def cautions(account: AuditAccount) -> int:
        return len(contents_of(account, "en").cautions)

    assert cautions(account_of()) == 0
    assert cautions(account_of(quorum=Quorum(0, ()))) == 1
    assert cautions(account_of(root=None)) == 1
    held = Held(5, "ab" * 32, AT)
    assert cautions(account_of(held=held)) == 1
    assert cautions(account_of(held=held, scope=Scope(Mode.RANGE, 1, 2))) == 0


def test_why_something_was_not_checked_is_told_in_vietnamese() -> None:
    whys = {"no log was given", "no answer from 12", *reasons()}
    assert len(whys) > 6
    for why in whys:
        assert reason(why, "en") == why
        assert not reason(why, "vi").isascii(), why


def test_a_reason_of_a_newer_program_stays_as_it_is() -> None:
    assert reason("the moon was full", "vi") == "the moon was full"


@given(st.text())
def test_text_of_findings_can_be_shown_everywhere(text: str) -> None:
    shown = plain(text)
    assert all(one.isprintable() or one.isspace() or ord(one) > 0x7E for one in shown)
    assert plain(shown) == shown
    shown.encode()


def test_a_document_is_in_vietnamese_or_english() -> None:
    with pytest.raises(ValueError, match="expected one of"):
        contents_of(account_of(), "fr")


def test_an_account_says_its_times_with_their_zone() -> None:
    account = account_of()
    with pytest.raises(ValueError, match="aware"):
        AuditAccount(account.report, Scope(), AT.replace(tzinfo=None), AT, "0.1.0", ("records",))


def test_quorum_origin_and_memory_are_told_as_policy_and_memory_say() -> None:
    log = MemoryLog(witnesses=[note_signer("witness.example/1", ED25519_COSIGNATURE)])
    assert origin_of(log.policy) == log.origin
    assert quorum_of(log.policy).needed == 1
    held = held_of(Verified(1, 7, "ab", 4096, AT.isoformat()))
    assert held == Held(7, "ab", AT)
