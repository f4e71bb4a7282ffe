"""What page and sheet tell, in one language, as plain text: both show the same.

    contents_of(account, "vi").verdict

Text is in Unicode normal form C and holds no control characters, whatever a finding says.
"""

import re
import shlex
from dataclasses import dataclass
from typing import Final, NamedTuple
from unicodedata import category, normalize

from ledger.audit.document.account import AuditAccount
from ledger.audit.document.checks import Checked, State, checks_of
from ledger.audit.document.groups import Group, groups_of
from ledger.audit.document.labels import (
    LANGUAGES,
    LIMITS,
    PLACES,
    SEVERITIES,
    STATES,
    moment,
    number,
    say,
)
from ledger.audit.document.meaning import GRAVITIES, Section
from ledger.audit.document.meanings import check_of, meaning_of
from ledger.audit.document.overview import Row, cautions_of, counts_of, overview_of
from ledger.audit.document.phrases import reason
from ledger.audit.document.verdict import ADVICE, VERDICTS, Outcome, outcome_of
from ledger.audit.findings import Bound, Finding, Interval, Severity

_GUIDES: Final = {"vi": "docs/guide/findings.vi.md", "en": "docs/guide/findings.md"}
_REPLACED: Final = "\ufffd"
_COMMAND: Final = re.compile(r"`([^`]+)`")


class CheckTold(NamedTuple):
    """One class of check."""

    check: str
    title: str
    looked_at: str
    state: State
    result: str


class FindingTold(NamedTuple):
    """One finding."""

    place: str
    expected: str
    found: str
    between: str
    severity: str


@dataclass(frozen=True, slots=True)
class GroupTold:
    """The findings of one code."""

    code: str
    severity: Severity
    count: str
    rows: tuple[Row, ...]
    """What the code means, label and sentence."""
    seen: str
    shown: tuple[FindingTold, ...]
    left_out: str
    """That there are more, and where; empty if all are shown."""


@dataclass(frozen=True, slots=True)
class Contents:
    """A whole document."""

    language: str
    outcome: Outcome
    verdict: str
    advice: str
    cautions: tuple[str, ...]
    overview: tuple[Row, ...]
    counts: tuple[Row, ...]
    checks: tuple[CheckTold, ...]
    groups: tuple[GroupTold, ...]
    command: str
    limits: tuple[str, ...]
    root: str
    """Hex; empty where no head was believed."""


def contents_of(account: AuditAccount, language: str) -> Contents:
    """Return what the document of an audit tells.

    Raises:
        ValueError: ``language`` is neither ``vi`` nor ``en``: an error of who calls.
    """
    if language not in LANGUAGES:
        raise ValueError(f"expected one of {LANGUAGES}, not {language!r}")
    outcome = outcome_of(account)
    root = account.report.root
    return Contents(
        language=language,
        outcome=outcome,
        verdict=VERDICTS[outcome].of(language),
        advice=ADVICE[outcome].of(language),
        cautions=cautions_of(account, language),
        overview=tuple(_plain_row(one) for one in overview_of(account, language)),
        counts=counts_of(account.report, language),
        checks=tuple(_check_told(one, language) for one in checks_of(account)),
        groups=tuple(_group_told(one, language) for one in groups_of(account.report.findings)),
        command=plain(shlex.join(account.command)),
        limits=tuple(one.of(language) for one in LIMITS),
        root="" if root is None else root.hex(),
    )


def _plain_row(row: Row) -> Row:
    return Row(row.label, plain(row.value))


def _check_told(checked: Checked, language: str) -> CheckTold:
    meaning = check_of(checked.check)
    result = STATES[checked.state].of(language)
    match checked.state:
        case State.FOUND:
            result = f"{result}: {number(checked.findings, language)}"
        case State.CLEAN:
            result = f"{result}. {meaning.clean.of(language)}"
        case State.UNCHECKED | State.NOT_ASKED:
            pass
    if checked.why and checked.state is not State.UNCHECKED:
        result = f"{result}. {STATES[State.UNCHECKED].of(language)}"
    if checked.why:
        result = f"{result}: {reason(checked.why, language)}"
    return CheckTold(
        checked.check,
        meaning.title.of(language),
        _quoted(meaning.checked.of(language)),
        checked.state,
        plain(result),
    )


def _group_told(group: Group, language: str) -> GroupTold:
    meaning = meaning_of(group.code)
    rows = (
        Row(say("means", language), meaning.means.of(language)),
        Row(say("not_meaning", language), meaning.not_meaning.of(language)),
        Row(say("gravity", language), GRAVITIES[meaning.gravity].of(language)),
        Row(say("next", language), meaning.next_step.of(language)),
        Row(say("guide", language), _guide(meaning.section, language)),
    )
    return GroupTold(
        code=plain(group.code),
        severity=group.severity,
        count=number(group.count, language),
        rows=tuple(Row(one.label, _quoted(one.value)) for one in rows),
        seen=meaning.seen.of(language),
        shown=tuple(finding_told(one, language) for one in group.shown),
        left_out=_left_out(group, language),
    )


def _guide(section: Section, language: str) -> str:
    return f"{_GUIDES[language]}#{section.value}"


def _left_out(group: Group, language: str) -> str:
    if not group.left_out:
        return ""
    shown, left = number(len(group.shown), language), number(group.left_out, language)
    if language == "en":
        return f"The first {shown} are shown; {left} more are in report.jsonl, none left out."
    return f"Chỉ nêu {shown} phát hiện đầu; {left} phát hiện còn lại ở report.jsonl, đầy đủ."


def finding_told(one: Finding, language: str) -> FindingTold:
    """Return one finding in the document's words; what was expected and found as it is."""
    return FindingTold(
        place=plain(_place(one, language)),
        expected=plain(one.expected),
        found=plain(one.found),
        between="" if one.interval is None else _between(one.interval, language),
        severity=SEVERITIES[one.severity].of(language),
    )


def _place(one: Finding, language: str) -> str:
    return " · ".join(
        f"{PLACES[name].of(language)} {one.place[name]}" for name in PLACES if name in one.place
    )


def _between(interval: Interval, language: str) -> str:
    nothing = say("none", language)
    ends = [nothing if one is None else _bound(one, language) for one in interval]
    return " → ".join(ends)


def _bound(bound: Bound, language: str) -> str:
    at = say("unknown", language) if bound.at is None else moment(bound.at, language)
    return f"{number(bound.size, language)} ({at})"


def _quoted(text: str) -> str:
    """Return our own words with commands in quotation marks, as neither document has another."""
    return _COMMAND.sub(r"“\1”", text)


def plain(text: str) -> str:
    """Return text that every reader can show: composed, no control characters, no half ones."""
    kept = (_REPLACED if category(one) in {"Cc", "Cs", "Cf"} else one for one in text)
    return normalize("NFC", "".join(kept))
