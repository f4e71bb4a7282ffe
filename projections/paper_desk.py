"""Referrals and appointments by facility and by holder: what waits, what is in use, what is over.

No name, nothing that a paper says, no day of an appointment: those are sealed. Days that are left
are counted when somebody asks, for they change every midnight.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, NamedTuple

from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateDrafted,
    CertificateIssued,
    CertificateRecalled,
    CertificateSigned,
    CertificateWithdrawn,
)
from ledger.facts import RecordedFact
from ledger.records.appointment.facts import (
    AppointmentCancelled,
    AppointmentConsumed,
    AppointmentIssued,
    AppointmentMissed,
    AppointmentRescheduled,
)
from ledger.records.erasure.facts import SubjectErased
from ledger.records.referral.facts import (
    ReferralAccepted,
    ReferralAdmittedUnverified,
    ReferralCancelled,
    ReferralClosed,
    ReferralIssued,
    ReferralPresented,
    ReferralRejected,
)
from projections.columns import microseconds, stream_text
from projections.numbered import CountRow, forget_counted, next_number
from projections.view import Handler, Key, Rows, Table, View

KINDS: Final = frozenset({REFERRAL.code, APPOINTMENT.code})


class PaperRow(NamedTuple):
    """One paper. Times are microseconds since 1970 UTC."""

    certificate: str
    kind: str
    subject: str
    facility: str
    """Who issues it."""
    number: str | None
    stage: str
    """drafted, signed, available, presented, in-use, closed, rejected, consumed, missed,
    rescheduled, cancelled, withdrawn, superseded or recalled."""
    changed_at: int
    until: int | None
    """Exclusive: by then it has to be presented."""
    used_by: str | None
    used_since: int | None
    episodes: int
    """That are over."""
    conflicts: int
    """Admissions without the service that were not right."""
    reusable: int
    addressed_to: str
    """Codes with blanks between."""


class PlaceRow(NamedTuple):
    """A facility that a paper concerns."""

    facility: str
    certificate: str
    role: str
    """``from`` or ``to``."""


class UseRow(NamedTuple):
    """Which paper the stream of a use is about."""

    stream: str
    certificate: str


class HeldRow(NamedTuple):
    """One of a person's papers."""

    subject: str
    number: int
    """1, 2, 3 … within the person."""
    certificate: str


PAPERS = Table("paper_desk", PaperRow)
PLACES = Table("paper_places", PlaceRow, keys=2)
USES = Table("paper_uses", UseRow)
HELD = Table("papers_held", HeldRow, keys=2)
COUNTS = Table("paper_counts", CountRow)

Change = Callable[[PaperRow, object], PaperRow]


def _drafted(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateDrafted)
    facility = recorded.act.organisation
    if fact.kind not in KINDS or facility is None or recorded.subject is None:
        return
    certificate, subject = stream_text(recorded.stream_id), str(recorded.subject)
    number = next_number(rows, COUNTS, subject)
    rows.put(HELD, HeldRow(subject, number, certificate))
    rows.put(PLACES, PlaceRow(facility, certificate, "from"))
    rows.put(
        PAPERS,
        PaperRow(
            certificate, fact.kind, subject, facility, None, "drafted",
            microseconds(recorded.act.at), None, None, None, 0, 0, 0, "",
        ),
    )  # fmt: skip


def _certificate(stage: str) -> Handler:
    """Return the handler of a step of the certificate itself."""

    def handle(recorded: RecordedFact, rows: Rows) -> None:
        row = rows.get(PAPERS, (stream_text(recorded.stream_id),), PaperRow)
        if row is None:  # a certificate of another kind
            return
        fact = recorded.fact
        if isinstance(fact, CertificateSigned):
            row = row._replace(number=fact.number, until=microseconds(fact.expires_at))
        _put(rows, row, stage, recorded.act.at)

    return handle


def _put(rows: Rows, row: PaperRow, stage: str, at: datetime) -> None:
    rows.put(PAPERS, row._replace(stage=stage, changed_at=microseconds(at)))


def _issued(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, ReferralIssued | AppointmentIssued)
    certificate = str(fact.certificate)
    row = rows.get(PAPERS, (certificate,), PaperRow)
    if row is None:  # the person was erased since
        return
    rows.put(USES, UseRow(stream_text(recorded.stream_id), certificate))
    if isinstance(fact, ReferralIssued):
        for facility in fact.addressed_to:
            rows.put(PLACES, PlaceRow(facility, certificate, "to"))
        row = row._replace(reusable=int(fact.reusable), addressed_to=" ".join(fact.addressed_to))
    _put(rows, row, "available", recorded.act.at)


def _used(stage: str, change: Change = lambda row, _fact: row) -> Handler:
    """Return the handler of a step of the paper's use."""

    def handle(recorded: RecordedFact, rows: Rows) -> None:
        use = rows.get(USES, (stream_text(recorded.stream_id),), UseRow)
        row = use and rows.get(PAPERS, (use.certificate,), PaperRow)
        if row is None:  # the person was erased since
            return
        _put(rows, change(row, recorded.fact), stage or row.stage, recorded.act.at)

    return handle


def _taken(row: PaperRow, fact: object) -> PaperRow:
    assert isinstance(fact, ReferralAccepted | AppointmentConsumed)
    return row._replace(used_by=fact.facility, used_since=microseconds(fact.at))


def _closed(recorded: RecordedFact, rows: Rows) -> None:
    use = rows.get(USES, (stream_text(recorded.stream_id),), UseRow)
    row = use and rows.get(PAPERS, (use.certificate,), PaperRow)
    if row is None:  # the person was erased since
        return
    over = row._replace(episodes=row.episodes + 1, used_by=None, used_since=None)
    _put(rows, over, "available" if row.reusable else "closed", recorded.act.at)


def _rejected(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, ReferralRejected)
    _used("rejected" if fact.final else "available")(recorded, rows)


def _reported(row: PaperRow, fact: object) -> PaperRow:
    assert isinstance(fact, ReferralAdmittedUnverified)
    return row._replace(conflicts=row.conflicts + (fact.conflict is not None))


def _erased(recorded: RecordedFact, rows: Rows) -> None:
    """Forget which papers somebody had, with their health data."""
    for key in forget_counted(recorded, rows, COUNTS):
        held = rows.get(HELD, key, HeldRow)
        row = held and rows.get(PAPERS, (held.certificate,), PaperRow)
        assert row is not None, "rows are numbered without gaps"
        for facility in (row.facility, *row.addressed_to.split()):
            rows.remove(PLACES, (facility, row.certificate))
        rows.remove(PAPERS, (row.certificate,))
        rows.remove(HELD, key)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    stream = (stream_text(recorded.stream_id),)
    if recorded.topic.startswith("certificate."):
        return [(PAPERS, stream), (COUNTS, (str(recorded.subject),))]
    return [(USES, stream)]


VIEW = View(
    name="paper_desk",
    version=1,
    tables=(PAPERS, PLACES, USES, HELD, COUNTS),
    handlers={
        CertificateDrafted: _drafted,
        CertificateSigned: _certificate("signed"),
        CertificateIssued: _certificate("available"),
        CertificateWithdrawn: _certificate("withdrawn"),
        CertificateCorrected: _certificate("superseded"),
        CertificateRecalled: _certificate("recalled"),
        CertificateCancelled: _certificate("cancelled"),
        ReferralIssued: _issued,
        ReferralPresented: _used("presented"),
        ReferralAccepted: _used("in-use", _taken),
        ReferralRejected: _rejected,
        ReferralAdmittedUnverified: _used("", _reported),
        ReferralClosed: _closed,
        ReferralCancelled: _used("cancelled"),
        AppointmentIssued: _issued,
        AppointmentConsumed: _used("consumed", _taken),
        AppointmentRescheduled: _used("rescheduled"),
        AppointmentMissed: _used("missed"),
        AppointmentCancelled: _used("cancelled"),
        SubjectErased: _erased,
    },
    touches=_touches,
)
