"""By which papers a facility treats whom: referrals that it accepted, appointments that it gave.

A row is what the acts and facts say in the clear: pseudonym, facility, paper, times of recording.
On which day somebody is to come is sealed, and not here.
"""

from typing import Final, NamedTuple

from ledger.facts import RecordedFact
from ledger.records.appointment.facts import (
    AppointmentCancelled,
    AppointmentConsumed,
    AppointmentIssued,
    AppointmentRescheduled,
)
from ledger.records.erasure.facts import SubjectErased
from ledger.records.referral.facts import (
    ReferralAccepted,
    ReferralAdmittedUnverified,
    ReferralClosed,
)
from projections.columns import microseconds, stream_text
from projections.numbered import CountRow, forget_counted, next_number, numbers_of
from projections.view import Key, Rows, Table, View

REFERRAL, APPOINTMENT = "care-referral", "care-appointment"
"""Values of `CareRow.kind`; those of the ground that it is."""


class CareRow(NamedTuple):
    """A facility treats somebody by a paper. Times are microseconds since 1970 UTC."""

    subject: str
    number: int
    """1, 2, 3 … within the person."""
    kind: str
    paper: str
    """Stream of what becomes of the paper."""
    facility: str
    since: int
    ended: int | None
    """When the episode was closed, the appointment used; None while it lasts."""
    void: int
    """1 once the paper was taken back or moved."""


class PlaceRow(NamedTuple):
    """Where the row of a paper at a facility is."""

    paper: str
    facility: str
    subject: str
    number: int


CARE = Table("care_papers", CareRow, keys=2, indexes=(("subject", "facility", "since"),))
PLACES = Table("care_paper_places", PlaceRow, keys=2)
COUNTS = Table("care_paper_counts", CountRow)


def _treats(recorded: RecordedFact, rows: Rows) -> None:
    fact, paper = recorded.fact, stream_text(recorded.stream_id)
    assert isinstance(fact, ReferralAccepted | ReferralAdmittedUnverified | AppointmentIssued)
    kind = APPOINTMENT if isinstance(fact, AppointmentIssued) else REFERRAL
    at = microseconds(recorded.act.at)
    known = _row(rows, paper, fact.facility)
    if known is not None:  # a paper of one year serves another episode
        rows.put(CARE, known._replace(since=at, ended=None, void=0))
        return
    _put(rows, str(recorded.subject), kind, paper, fact.facility, at)


def _put(rows: Rows, subject: str, kind: str, paper: str, facility: str, at: int) -> CareRow:
    number = next_number(rows, COUNTS, subject)
    row = CareRow(subject, number, kind, paper, facility, at, None, 0)
    rows.put(PLACES, PlaceRow(paper, facility, subject, number))
    rows.put(CARE, row)
    return row


def _row(rows: Rows, paper: str, facility: str) -> CareRow | None:
    place = rows.get(PLACES, (paper, facility), PlaceRow)
    return place and rows.get(CARE, (place.subject, place.number), CareRow)


def _ended(recorded: RecordedFact, rows: Rows) -> None:
    fact, paper = recorded.fact, stream_text(recorded.stream_id)
    assert isinstance(fact, ReferralClosed | AppointmentConsumed)
    at = microseconds(recorded.act.at)
    known = _row(rows, paper, fact.facility)
    if known is None and isinstance(fact, AppointmentConsumed):
        # Another facility than the one that gave it has seen the patient.
        known = _put(rows, str(recorded.subject), APPOINTMENT, paper, fact.facility, at)
    if known is not None:
        rows.put(CARE, known._replace(ended=at))


def _taken_back(recorded: RecordedFact, rows: Rows) -> None:
    """Nobody treats by an appointment that was cancelled or moved; it is one facility's."""
    subject, paper = str(recorded.subject), stream_text(recorded.stream_id)
    for number in numbers_of(rows, COUNTS, subject):
        row = rows.get(CARE, (subject, number), CareRow)
        if row is not None and row.paper == paper:
            rows.put(CARE, row._replace(void=1))


def _erased(recorded: RecordedFact, rows: Rows) -> None:
    """Forget who treated somebody, with their health data."""
    for key in forget_counted(recorded, rows, COUNTS):
        row = rows.get(CARE, key, CareRow)
        assert row is not None, "rows are numbered without gaps"
        rows.remove(PLACES, (row.paper, row.facility))
        rows.remove(CARE, key)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    touched: list[tuple[Table, Key]] = [(COUNTS, (str(recorded.subject),))]
    facility = getattr(recorded.fact, "facility", None)
    if isinstance(facility, str):
        touched.append((PLACES, (stream_text(recorded.stream_id), facility)))
    return touched


_TREATING: Final = (ReferralAccepted, ReferralAdmittedUnverified, AppointmentIssued)

VIEW = View(
    name="care_papers",
    version=1,
    tables=(CARE, PLACES, COUNTS),
    handlers={
        **dict.fromkeys(_TREATING, _treats),
        **dict.fromkeys((ReferralClosed, AppointmentConsumed), _ended),
        **dict.fromkeys((AppointmentCancelled, AppointmentRescheduled), _taken_back),
        SubjectErased: _erased,
    },
    touches=_touches,
)
