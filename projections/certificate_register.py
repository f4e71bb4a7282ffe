"""The register book (sổ cấp Phiếu): every number an authority has given, and what became of it.

One row a number, in the order of the numbers; and one row for everything that was entered beside
it later: supplements, corrections, recalls, cancellations with their decisions.
"""

from typing import NamedTuple

from ledger.calendar import local_day
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateIssued,
    CertificateRecalled,
    CertificateSigned,
    CertificateSupplemented,
    CertificateWithdrawn,
    Decision,
)
from ledger.certificates.register import NumberAssigned
from ledger.facts import RecordedFact
from projections.columns import stream_text
from projections.view import Key, Rows, Table, View


class NumberRow(NamedTuple):
    """One number of the book; days are ISO text, in Vietnam."""

    certificate: str
    number: str
    ordinal: int | None
    """1, 2, 3 … within authority and year."""
    authority: str | None
    year: int | None
    signed_on: str | None
    signer: str | None
    issued_on: str | None
    void: int
    """1 if the number was given up before the certificate was issued."""


class EntryRow(NamedTuple):
    """One later entry beside a number."""

    certificate: str
    position: int
    """Position of the fact."""
    what: str
    """supplemented, superseded, recalled or cancelled."""
    decision: str
    decided_on: str
    reason: str
    superseded_by: str | None


NUMBERS = Table(
    "certificate_register", NumberRow, indexes=(("authority", "year", "ordinal"), ("number",))
)
ENTRIES = Table("certificate_register_entries", EntryRow, keys=2)


def _number(certificate: str, rows: Rows) -> NumberRow:
    found = rows.get(NUMBERS, (certificate,), NumberRow)
    return found or NumberRow(certificate, "", None, None, None, None, None, None, 0)


def _assigned(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, NumberAssigned)
    row = _number(str(fact.certificate), rows)
    rows.put(NUMBERS, row._replace(number=fact.number, ordinal=fact.ordinal))


def _signed(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateSigned)
    day = local_day(fact.issued_at)
    row = _number(stream_text(recorded.stream_id), rows)._replace(
        number=fact.number,
        authority=fact.authority,
        year=day.year,
        signed_on=day.isoformat(),
        signer=fact.signer,
    )
    rows.put(NUMBERS, row)


def _issued(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateIssued)
    row = _number(stream_text(recorded.stream_id), rows)
    rows.put(NUMBERS, row._replace(issued_on=local_day(fact.at).isoformat()))


def _withdrawn(recorded: RecordedFact, rows: Rows) -> None:
    row = rows.get(NUMBERS, (stream_text(recorded.stream_id),), NumberRow)
    if row is not None:  # a mere draft has no number
        rows.put(NUMBERS, row._replace(void=1))


def _enter(
    recorded: RecordedFact,
    rows: Rows,
    what: str,
    decision: Decision,
    superseded_by: str | None = None,
) -> None:
    rows.put(
        ENTRIES,
        EntryRow(
            certificate=stream_text(recorded.stream_id),
            position=recorded.position,
            what=what,
            decision=decision.number,
            decided_on=decision.date.isoformat(),
            reason=decision.reason.value,
            superseded_by=superseded_by,
        ),
    )


def _supplemented(recorded: RecordedFact, rows: Rows) -> None:
    assert isinstance(recorded.fact, CertificateSupplemented)
    _enter(recorded, rows, "supplemented", recorded.fact.decision)


def _corrected(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateCorrected)
    _enter(recorded, rows, "superseded", fact.decision, str(fact.superseded_by))


def _recalled(recorded: RecordedFact, rows: Rows) -> None:
    assert isinstance(recorded.fact, CertificateRecalled)
    _enter(recorded, rows, "recalled", recorded.fact.decision)


def _cancelled(recorded: RecordedFact, rows: Rows) -> None:
    assert isinstance(recorded.fact, CertificateCancelled)
    _enter(recorded, rows, "cancelled", recorded.fact.decision)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    if isinstance(recorded.fact, NumberAssigned):
        return [(NUMBERS, (str(recorded.fact.certificate),))]
    return [(NUMBERS, (stream_text(recorded.stream_id),))]


VIEW = View(
    name="certificate_register",
    version=1,
    tables=(NUMBERS, ENTRIES),
    handlers={
        NumberAssigned: _assigned,
        CertificateSigned: _signed,
        CertificateIssued: _issued,
        CertificateWithdrawn: _withdrawn,
        CertificateSupplemented: _supplemented,
        CertificateCorrected: _corrected,
        CertificateRecalled: _recalled,
        CertificateCancelled: _cancelled,
    },
    touches=_touches,
)
