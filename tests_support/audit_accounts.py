"""Accounts of audits for tests of documents: fixed ones, and any that there can be."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from hypothesis import strategies as st

from ledger.audit.document.account import AuditAccount, Brought, Held, Quorum
from ledger.audit.document.meanings import CHECKS, MEANINGS
from ledger.audit.findings import PLACES, Bound, Finding, Interval, Severity, in_order
from ledger.audit.report import Report
from ledger.audit.scope import Mode, Scope

AT: Final = datetime(2026, 11, 27, 7, tzinfo=UTC)
ROOT: Final = bytes(range(32))
TWO: Final = Quorum(2, ("audit-office", "inspectorate"))
EVERYTHING: Final = Brought(1, 2, 1, keys=True)
HEADS: Final = Interval(
    Bound(4_096, AT - timedelta(hours=2)), Bound(8_192, AT - timedelta(hours=1))
)


def account_of(
    findings: Sequence[Finding] = (), unchecked: dict[str, str] | None = None, *,
    scope: Scope | None = None, quorum: Quorum | None = TWO,
    brought: Brought = EVERYTHING, held: Held | None = None,
    root: bytes | None = ROOT,
) -> AuditAccount:  # fmt: skip
    """Return the account of an audit of 12,034 rows that found this."""
    report = Report(
        findings=tuple(in_order(findings)), rows=12_034, size=12_000, heads=41, heads_checked=41,
        streams=1_203, judged=88, unchecked=unchecked or {}, root=root, head_size=12_000,
    )  # fmt: skip
    return AuditAccount(
        report=report,
        scope=scope or Scope(),
        begun_at=AT,
        ended_at=AT + timedelta(minutes=3),
        program="0.1.0",
        command=("records", "audit", "verify", "copies/ledger.db", "--log", "copies/log.db"),
        origin="log.records.example",
        policy_digest="ab" * 32,
        quorum=quorum,
        brought=brought,
        held=held,
    )


def edited_rows(count: int) -> list[Finding]:
    """Return so many findings of rows that were edited, each between two heads."""
    return [
        Finding(
            "C1.row", Severity.CRITICAL,
            {"position": position, "index": position - 1, "version": 3},
            "the row that its entry was made of", "a row with another digest", HEADS,
        )
        for position in range(5_000, 5_000 + count)
    ]  # fmt: skip


_TEXT: Final = st.text(max_size=60)
_TIMES: Final = st.integers(0, 2_000_000_000).map(lambda at: datetime.fromtimestamp(at, UTC))
_BOUNDS: Final = st.none() | st.builds(Bound, st.integers(0, 1 << 40), st.none() | _TIMES)
_PLACES: Final = st.dictionaries(
    st.sampled_from(sorted(PLACES)), _TEXT | st.integers(0, 1 << 63), max_size=4
)
_CODES: Final = st.sampled_from(sorted(MEANINGS)) | st.sampled_from(["C2.new_code", "C11.newer"])
FINDINGS: Final = st.builds(
    Finding, _CODES, st.sampled_from(Severity), _PLACES, _TEXT, _TEXT,
    st.none() | st.builds(Interval, _BOUNDS, _BOUNDS),
)  # fmt: skip
"""Any finding: hostile text where text can be."""
ACCOUNTS: Final = st.builds(
    account_of,
    st.lists(FINDINGS, max_size=12),
    st.dictionaries(st.sampled_from([*CHECKS, "C11"]), _TEXT, max_size=3),
    scope=st.sampled_from([Scope(mode, 1, 2, 3, 4) for mode in Mode]),
    quorum=st.none() | st.builds(Quorum, st.integers(0, 3), st.just(("one", "two", "three"))),
    brought=st.builds(Brought, st.integers(0, 3), st.integers(0, 3), st.integers(0, 3)),
    held=st.none() | st.builds(Held, st.integers(1, 1 << 40), st.just("cd" * 32), _TIMES),
    root=st.none() | st.just(ROOT),
)
"""Any account."""
