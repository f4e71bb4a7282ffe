"""What each province is to be told, in order, and whether it has been: the portal's cursor feed.

A notice is born of the fact that it tells and named by its position. Kinds:

``status``  a new portal code
``result``  the certificate is there, or another one has taken its place
``recall``  it was taken back or declared void; certificate and decision are there to be fetched

What is asked of these rows stands in `projections.notice_queries`.
"""

from typing import Final, NamedTuple

from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateDrafted,
    CertificateRecalled,
)
from ledger.certificates.procedure import BACK, Stage
from ledger.certificates.request_facts import (
    CertificateReady,
    RequestDrafted,
    RequestSubmitted,
    StepFact,
    SupplementRequested,
)
from ledger.facts import RecordedFact
from ledger.records.portal import Fact as DeliveryFact
from ledger.records.portal import (
    NoticeAcknowledged,
    NoticeGivenUp,
    NoticePutOff,
    NoticeRevived,
    NoticeSetAside,
)
from projections.columns import microseconds, stream_text
from projections.view import Key, Rows, Table, View

PENDING, SETTLED, DEAD, ASIDE = 0, 1, 2, 3
"""Values of `NoticeRow.state`."""
PROCESSED: Final = frozenset({9, 10})
"""Portal codes of a dossier that has its result. Recall only in these: `domain.md`, section 2.5."""


class NoticeRow(NamedTuple):
    """One notice. Times are microseconds since 1970 UTC."""

    position: int
    """Position of the fact that it tells: the feed's cursor."""
    request: str
    authority: str
    province: str
    dossier_code: str
    what: str
    """status, result or recall."""
    portal_code: int
    at: int
    certificate: str | None
    state: int
    attempts: int
    next_at: int | None
    answer: str | None


class DossierRow(NamedTuple):
    """What has to be known of a request to tell of it."""

    request: str
    authority: str
    province: str
    dossier_code: str
    stage: str
    asked_in: str | None
    submitted: int
    code: int | None


class CertificateOf(NamedTuple):
    """Which request a certificate answers."""

    certificate: str
    request: str


NOTICES = Table(
    "portal_notices",
    NoticeRow,
    indexes=(
        ("authority", "position"),
        ("authority", "state", "position"),
        ("state", "position"),
        ("request", "position"),
    ),
)
DOSSIERS = Table("portal_dossiers", DossierRow)
CERTIFICATES = Table("portal_certificates", CertificateOf)


def _drafted(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, RequestDrafted)
    request = stream_text(recorded.stream_id)
    row = DossierRow(
        request=request,
        authority=fact.authority,
        province=fact.province,
        dossier_code=fact.dossier_code,
        stage=Stage.DRAFTED.value,
        asked_in=None,
        submitted=0,
        code=None,
    )
    rows.put(DOSSIERS, row)


def _moved(recorded: RecordedFact, rows: Rows) -> None:
    """Follow the file through the step table; tell the province when its code changes."""
    row = rows.get(DOSSIERS, (stream_text(recorded.stream_id),), DossierRow)
    assert row is not None, "a request begins with its draft"
    fact = recorded.fact
    before = Stage(row.stage)
    to = PROCEDURE.step_of(type(fact)).moves[before]
    asked_in = row.asked_in
    if to is BACK:
        assert asked_in is not None, "a supplement that comes was asked for"
        to, asked_in = Stage(asked_in), None
    elif isinstance(fact, SupplementRequested):
        asked_in = before.value
    submitted = row.submitted or int(isinstance(fact, RequestSubmitted))
    code = PROCEDURE.portal_codes.get(to) if submitted else None
    rows.put(
        DOSSIERS,
        row._replace(stage=to.value, asked_in=asked_in, submitted=submitted, code=code),
    )
    if code is not None and code != row.code:
        certificate = str(fact.certificate) if isinstance(fact, CertificateReady) else None
        what = "status" if certificate is None else "result"
        rows.put(NOTICES, _notice(recorded, row, what, code, certificate))


def _certificate_drafted(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, CertificateDrafted)
    if fact.request is not None:
        rows.put(CERTIFICATES, CertificateOf(stream_text(recorded.stream_id), str(fact.request)))


def _ended(recorded: RecordedFact, rows: Rows) -> None:
    """Tell that a certificate which a province has is no longer in force."""
    certificate = stream_text(recorded.stream_id)
    answers = rows.get(CERTIFICATES, (certificate,), CertificateOf)
    row = answers and rows.get(DOSSIERS, (answers.request,), DossierRow)
    if row is None or row.code not in PROCESSED:
        return
    match recorded.fact:
        case CertificateCorrected(superseded_by=successor):
            notice = _notice(recorded, row, "result", row.code, str(successor))
        case _:
            notice = _notice(recorded, row, "recall", row.code, certificate)
    rows.put(NOTICES, notice)


def _notice(
    recorded: RecordedFact, row: DossierRow, what: str, code: int, certificate: str | None
) -> NoticeRow:
    return NoticeRow(
        position=recorded.position,
        request=row.request,
        authority=row.authority,
        province=row.province,
        dossier_code=row.dossier_code,
        what=what,
        portal_code=code,
        at=microseconds(recorded.act.at),
        certificate=certificate,
        state=PENDING,
        attempts=0,
        next_at=None,
        answer=None,
    )


def _settled(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, DeliveryFact)
    row = rows.get(NOTICES, (fact.notice,), NoticeRow)
    assert row is not None, "what is settled was a notice"
    match fact:
        case NoticeAcknowledged():
            answer = "already_there" if fact.already_there else "accepted"
            row = row._replace(state=SETTLED, attempts=fact.attempt, next_at=None, answer=answer)
        case NoticePutOff():
            next_at = microseconds(fact.next_at)
            row = row._replace(attempts=fact.attempt, next_at=next_at, answer=fact.answer)
        case NoticeGivenUp():
            row = row._replace(state=DEAD, attempts=fact.attempt, next_at=None, answer=fact.answer)
        case NoticeRevived():
            row = row._replace(state=PENDING, attempts=0, next_at=None, answer=None)
        case NoticeSetAside():
            row = row._replace(state=ASIDE)
    rows.put(NOTICES, row)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    fact = recorded.fact
    if isinstance(fact, StepFact):
        return [(DOSSIERS, (stream_text(recorded.stream_id),))]
    if isinstance(fact, DeliveryFact):
        return [(NOTICES, (fact.notice,))]
    return []


VIEW = View(
    name="portal_notices",
    version=2,
    tables=(NOTICES, DOSSIERS, CERTIFICATES),
    handlers={
        RequestDrafted: _drafted,
        **dict.fromkeys(StepFact.__args__, _moved),
        CertificateDrafted: _certificate_drafted,
        CertificateRecalled: _ended,
        CertificateCancelled: _ended,
        CertificateCorrected: _ended,
        **dict.fromkeys(DeliveryFact.__args__, _settled),
    },
    touches=_touches,
)
