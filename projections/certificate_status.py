"""Where every certificate stands, by its stream: what lists, pages and desks show at a glance.

A verdict does not rest on this view but on the certificate's own facts; see ``verify_api``.
"""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from ledger.certificates.kind import Status
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateDrafted,
    CertificateIssued,
    CertificateNoLongerCurrent,
    CertificateRecalled,
    CertificateSealed,
    CertificateSigned,
    CertificateWithdrawn,
)
from ledger.facts import RecordedFact
from projections.columns import microseconds, stream_text
from projections.view import Key, Rows, Table, View


class CertificateRow(NamedTuple):
    """One certificate. Times are microseconds since 1970 UTC."""

    certificate: str
    kind: str
    request: str | None
    stage: str
    """drafted, signed, sealed, active, superseded, recalled, cancelled or withdrawn."""
    drafter: str
    authority: str | None
    number: str | None
    status_uri: str | None
    status_index: int | None
    status: int
    """What the public list says of it: `ledger.certificates.kind.Status`."""
    issued_at: int | None
    expires_at: int | None
    ended_at: int | None
    decision: str | None
    """Number of the decision that ended it."""
    superseded_by: str | None
    no_longer_current: int
    """1 once the records have changed since the issue."""


CERTIFICATES = Table(
    "certificate_status",
    CertificateRow,
    indexes=(("number",), ("request",), ("stage",)),
)


def _row(recorded: RecordedFact, rows: Rows) -> CertificateRow:
    row = rows.get(CERTIFICATES, (stream_text(recorded.stream_id),), CertificateRow)
    assert row is not None, "a certificate's first fact is its draft"
    return row


def _drafted(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateDrafted)
    rows.put(
        CERTIFICATES,
        CertificateRow(
            certificate=stream_text(recorded.stream_id),
            kind=fact.kind,
            request=_text(fact.request),
            stage="drafted",
            drafter=fact.drafter,
            authority=None,
            number=None,
            status_uri=None,
            status_index=None,
            status=Status.VALID.value,
            issued_at=None,
            expires_at=None,
            ended_at=None,
            decision=None,
            superseded_by=None,
            no_longer_current=0,
        ),
    )


def _signed(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateSigned)
    rows.put(
        CERTIFICATES,
        _row(recorded, rows)._replace(
            stage="signed",
            authority=fact.authority,
            number=fact.number,
            status_uri=fact.status.uri,
            status_index=fact.status.index,
            expires_at=microseconds(fact.expires_at),
        ),
    )


def _sealed(recorded: RecordedFact, rows: Rows) -> None:
    rows.put(CERTIFICATES, _row(recorded, rows)._replace(stage="sealed"))


def _issued(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateIssued)
    issued_at = microseconds(fact.at)
    rows.put(CERTIFICATES, _row(recorded, rows)._replace(stage="active", issued_at=issued_at))


def _ended(
    recorded: RecordedFact,
    rows: Rows,
    stage: str,
    status: Status,
    at: datetime,
) -> CertificateRow:
    row = _row(recorded, rows)._replace(stage=stage, status=status.value, ended_at=microseconds(at))
    rows.put(CERTIFICATES, row)
    return row


def _withdrawn(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateWithdrawn)
    status = Status.VALID if fact.status is None else Status.REVOKED
    _ended(recorded, rows, "withdrawn", status, fact.at)


def _corrected(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateCorrected)
    row = _ended(recorded, rows, "superseded", Status.SUPERSEDED, fact.at)
    rows.put(
        CERTIFICATES,
        row._replace(superseded_by=str(fact.superseded_by), decision=fact.decision.number),
    )


def _recalled(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateRecalled)
    row = _ended(recorded, rows, "recalled", Status.REVOKED, fact.at)
    rows.put(CERTIFICATES, row._replace(decision=fact.decision.number))


def _cancelled(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateCancelled)
    row = _ended(recorded, rows, "cancelled", Status.REVOKED, fact.at)
    rows.put(CERTIFICATES, row._replace(decision=fact.decision.number))


def _no_longer_current(recorded: RecordedFact, rows: Rows) -> None:
    rows.put(CERTIFICATES, _row(recorded, rows)._replace(no_longer_current=1))


def _text(stream: UUID | None) -> str | None:
    return None if stream is None else str(stream)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    return [(CERTIFICATES, (stream_text(recorded.stream_id),))]


VIEW = View(
    name="certificate_status",
    version=1,
    tables=(CERTIFICATES,),
    handlers={
        CertificateDrafted: _drafted,
        CertificateSigned: _signed,
        CertificateSealed: _sealed,
        CertificateIssued: _issued,
        CertificateWithdrawn: _withdrawn,
        CertificateCorrected: _corrected,
        CertificateRecalled: _recalled,
        CertificateCancelled: _cancelled,
        CertificateNoLongerCurrent: _no_longer_current,
    },
    touches=_touches,
)
