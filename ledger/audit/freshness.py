"""How fresh a log is: facts that are in no published head, and how long they have been waiting."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from ledger.audit.findings import Finding, Severity
from ledger.audit.row_check import examine
from ledger.audit.rows import RowSource
from ledger.audit.scope import Plan

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Freshness:
    """How old things may be, in seconds."""

    head_seconds: float = 86_400
    """Of the newest head's cosignatures. Source: the audit reference, section 6."""
    tail_seconds: float = 300
    """Of a fact that is in no published head yet."""


def tail_findings(
    rows: RowSource, plan: Plan, at: datetime, freshness: Freshness
) -> Iterator[Finding]:
    """Yield that the oldest fact without a head has been waiting too long at ``at``."""
    row = rows.at(plan.newest + 1) if plan.rows > plan.newest else None
    if row is None:
        return
    _, usable = examine(row)
    if usable.recorded_at is None:
        return
    age = (at - (_EPOCH + timedelta(microseconds=usable.recorded_at))).total_seconds()
    if age > freshness.tail_seconds:
        yield Finding(
            "C9.unlogged",
            Severity.ERROR,
            {"position": plan.newest + 1, "index": plan.newest, "until": plan.rows},
            f"facts in a published head within {freshness.tail_seconds:.0f} seconds",
            f"{plan.rows - plan.newest} facts, the first {age:.0f} seconds old",
        )
