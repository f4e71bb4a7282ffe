"""Findings by code: so many of each are shown, all are counted."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.audit.findings import Finding, Severity, in_order

MOST_SHOWN: Final = 200
"""Findings of one code in a document; the JSON Lines have all."""


@dataclass(frozen=True, slots=True)
class Group:
    """The findings of one code."""

    code: str
    count: int
    severity: Severity
    """The worst of them."""
    shown: tuple[Finding, ...]

    @property
    def left_out(self) -> int:
        """How many are in the JSON Lines alone."""
        return self.count - len(self.shown)


def groups_of(findings: Iterable[Finding], most: int = MOST_SHOWN) -> tuple[Group, ...]:
    """Return the findings by code, classes of check in their order, at most ``most`` shown each."""
    by_code: dict[str, list[Finding]] = {}
    for one in in_order(findings):
        by_code.setdefault(one.code, []).append(one)
    return tuple(
        Group(code, len(some), worst_of(some), tuple(some[:most])) for code, some in by_code.items()
    )


def worst_of(findings: Iterable[Finding]) -> Severity:
    """Return the worst severity of findings, of which there is at least one."""
    return min((one.severity for one in findings), key=[*Severity].index)
