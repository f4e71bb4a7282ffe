"""Corrections of judicial certificates that wait for a signature: which request, which authority.

A correction is drafted when its request has long ended, so that no queue has it any more. A row is
here from the draft until the issue, or until the draft is given up; it names nobody.
"""

from typing import Final, NamedTuple

from ledger.certificates.kinds.judicial_record import KIND
from ledger.certificates.lifecycle_facts import (
    CertificateDrafted,
    CertificateIssued,
    CertificateWithdrawn,
)
from ledger.facts import RecordedFact
from projections.columns import microseconds, stream_text
from projections.view import Key, Rows, Table, View
from projections.view_store import Session

MOST: Final = 50
"""Rows a page: as many as somebody reads in a sitting."""


class CorrectionRow(NamedTuple):
    """One correction that waits."""

    correction: str
    """Its stream."""
    request: str
    authority: str
    """Whose officer drafted it."""
    drafted_at: int
    """Microseconds since 1970 UTC."""


CORRECTIONS: Final = Table(
    "corrections_waiting", CorrectionRow, indexes=(("authority", "drafted_at", "correction"),)
)


def waiting(session: Session, authority: str, *, limit: int = MOST) -> tuple[CorrectionRow, ...]:
    """Return the corrections of ``authority`` that wait, the longest first."""
    found = session.execute(
        f"SELECT {', '.join(CORRECTIONS.names)} FROM corrections_waiting WHERE authority = ? "  # noqa: S608 (our own words)
        "ORDER BY drafted_at, correction LIMIT ?",
        (authority, limit),
    )
    return tuple(CorrectionRow._make(row) for row in found)


def _drafted(recorded: RecordedFact, rows: Rows) -> None:
    fact, authority = recorded.fact, recorded.act.organisation
    assert isinstance(fact, CertificateDrafted)
    if fact.correction is None or fact.request is None or fact.kind != KIND.code:
        return
    if authority is not None:
        at = microseconds(recorded.act.at)
        row = CorrectionRow(stream_text(recorded.stream_id), str(fact.request), authority, at)
        rows.put(CORRECTIONS, row)


def _ended(recorded: RecordedFact, rows: Rows) -> None:
    rows.remove(CORRECTIONS, (stream_text(recorded.stream_id),))


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(CORRECTIONS, (stream_text(recorded.stream_id),))]


VIEW: Final = View(
    name="corrections_waiting",
    version=1,
    tables=(CORRECTIONS,),
    handlers={
        CertificateDrafted: _drafted,
        CertificateIssued: _ended,
        CertificateWithdrawn: _ended,
    },
    touches=_touches,
)
