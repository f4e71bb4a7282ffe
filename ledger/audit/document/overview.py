"""How an audit was made, in rows of label and value; and what weakens whatever it says."""

from typing import Final, NamedTuple

from ledger.audit.document.account import AuditAccount, Brought
from ledger.audit.document.labels import SEVERITIES, moment, number, say
from ledger.audit.findings import Severity
from ledger.audit.report import Report
from ledger.audit.scope import Mode, Scope
from ledger.certificates.kind import Wording


class Row(NamedTuple):
    """A label and what stands beside it."""

    label: str
    value: str


def overview_of(account: AuditAccount, language: str) -> tuple[Row, ...]:
    """Return what was audited, how, when and with what."""
    report, nothing = account.report, say("none", language)
    told = {
        "log": account.origin or nothing,
        "head": number(report.head_size, language) if report.root else nothing,
        "root": report.root.hex() if report.root else nothing,
        "quorum": _quorum(account, language),
        "policy": account.policy_digest or nothing,
        "scope": _scope(account, language),
        "brought": _brought(account.brought, language),
        "held": _held(account, language),
        "moved_on": say(_moved(account), language),
        "begun": moment(account.begun_at, language),
        "ended": moment(account.ended_at, language),
        "program": f"records-ledger {account.program}",
    }
    return tuple(Row(say(key, language), value) for key, value in told.items())


def counts_of(report: Report, language: str) -> tuple[Row, ...]:
    """Return the numbers, findings by severity first."""

    def count(value: int) -> str:
        return number(value, language)

    by = ", ".join(f"{count(report.count(one))} {SEVERITIES[one].of(language)}" for one in Severity)
    told = {
        "findings": f"{count(len(report.findings))} ({by})",
        "rows": count(report.rows),
        "entries": count(report.size),
        "heads": f"{count(report.heads)} ({count(report.heads_checked)})",
        "streams": f"{count(report.streams)} ({count(report.judged)})",
    }
    return tuple(Row(say(key, language), value) for key, value in told.items())


def _quorum(account: AuditAccount, language: str) -> str:
    quorum = account.quorum
    if quorum is None or not quorum.needed:
        return say("none", language)
    needed, of = f"{quorum.needed}/{len(quorum.members)}", ", ".join(quorum.members)
    return f"{needed}: {of}"


def _scope(account: AuditAccount, language: str) -> str:
    return _scope_words(account.scope, account.report.seed).of(language)


def _scope_words(scope: Scope, seed: int | None) -> Wording:
    match scope.mode:
        case Mode.FULL:
            return Wording("toàn bộ", "everything")
        case Mode.SINCE:
            return Wording("từ lần kiểm tra trước", "what came after the last audit")
        case Mode.RANGE:
            return Wording(
                f"các phần chứa vị trí {scope.first} đến {scope.last}",
                f"the parts with positions {scope.first} to {scope.last}",
            )
        case Mode.SAMPLE:
            return Wording(
                f"mẫu ngẫu nhiên {scope.sample} phần, hạt giống {seed}",
                f"a sample of {scope.sample} parts, drawn by seed {seed}",
            )


def _brought(brought: Brought, language: str) -> str:
    words = (
        (brought.heads, Wording("mốc trong tệp", "heads in files")),
        (brought.witnesses, Wording("bên làm chứng được hỏi", "witnesses asked")),
        (brought.nodes, Wording("nút khác của nhật ký được hỏi", "other nodes of the log asked")),
        (brought.proofs, Wording("bằng chứng của người giữ", "holders' proofs")),
        (brought.former_policies, Wording("chính sách cũ", "former policies")),
    )
    told = [f"{what.of(language)}: {number(count, language)}" for count, what in words if count]
    if brought.timestamps:
        told.append(Wording("mốc có dấu thời gian", "time-stamped heads").of(language))
    if brought.keys:
        told.append(Wording("kho khóa", "the key store").of(language))
    if brought.files:
        told.append(Wording("tệp lưu cạnh sổ cái", "the files beside the ledger").of(language))
    return ", ".join(told) or say("none", language)


def _moved(account: AuditAccount) -> str:
    if account.report.moved_on:
        return "moved_yes"
    return "none" if account.held is None else "moved_no"


def _held(account: AuditAccount, language: str) -> str:
    held = account.held
    if held is None:
        return say("none", language)
    return f"{number(held.size, language)} ({moment(held.at, language)}), {held.root}"


_NO_WITNESS: Final = Wording(
    "Chính sách không đòi hỏi bên làm chứng nào: chỉ người vận hành bảo đảm cho các mốc.",
    "The policy asks for no witness: the operator alone vouches for the heads.",
)
_NO_ROOT: Final = Wording(
    "Không có mốc đã công bố nào mà các mục dẫn đến: không giá trị gốc nào ràng buộc báo cáo.",
    "There is no published head that the entries lead to: no root binds this report.",
)
_STAYED: Final = Wording(
    "Bộ nhớ của kiểm toán viên không tiến lên: lần sau sẽ so lại với mốc cũ.",
    "The auditor's memory did not move on: the next audit is held against the old head.",
)


def cautions_of(account: AuditAccount, language: str) -> tuple[str, ...]:
    """Return what weakens the verdict, whatever it is; none if nothing does."""
    report, quorum = account.report, account.quorum
    whole = account.scope.mode in {Mode.FULL, Mode.SINCE}
    cautions = (
        (quorum is not None and not quorum.needed, _NO_WITNESS),
        (quorum is not None and report.root is None, _NO_ROOT),
        (account.held is not None and whole and not report.moved_on, _STAYED),
    )
    return tuple(words.of(language) for holds, words in cautions if holds)
