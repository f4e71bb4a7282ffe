"""What became of each class of check: found something, clean, not to be made, or not asked for."""

from enum import StrEnum
from typing import NamedTuple

from ledger.audit.document.account import AuditAccount
from ledger.audit.document.meanings import CHECKS, class_of


class State(StrEnum):
    """What is to be said of a class of check."""

    FOUND = "found"
    UNCHECKED = "unchecked"
    """It could not be made."""
    NOT_ASKED = "not_asked"
    """Nothing was brought that it could look at, or another command makes it."""
    CLEAN = "clean"


class Checked(NamedTuple):
    """One class of check."""

    check: str
    state: State
    findings: int
    why: str
    """Why it could not be made, in an auditor's phrase; else empty."""


def checks_of(account: AuditAccount) -> tuple[Checked, ...]:
    """Return what became of each class, in their order; of unknown ones what was found."""
    counts: dict[str, int] = dict.fromkeys(CHECKS, 0)
    for one in account.report.findings:
        check = class_of(one.code)
        counts[check] = counts.get(check, 0) + 1
    for check in account.report.unchecked:
        counts.setdefault(check, 0)
    return tuple(
        Checked(
            check, _state(account, check, count), count, account.report.unchecked.get(check, "")
        )
        for check, count in counts.items()
    )


def _state(account: AuditAccount, check: str, count: int) -> State:
    if count:
        return State.FOUND
    if check in account.report.unchecked:
        return State.UNCHECKED
    return State.NOT_ASKED if check in _not_asked(account) else State.CLEAN


def _not_asked(account: AuditAccount) -> set[str]:
    brought = account.brought
    asked = brought.heads + brought.witnesses + brought.nodes + brought.proofs
    outside = asked or brought.timestamps or account.held
    return {"C7"} | ({"C8"} if not brought.proofs else set()) | ({"C4"} if not outside else set())
