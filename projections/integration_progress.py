"""How far the country's health data are joined, by province and day: books, facilities, papers.

A row holds what one day changed in one province; the standing on a day is the sum of all days up
to it (`projections.national_figures`). The day is the one on which the ledger came to know it.

A book counts in the province of the facility that opened it, for its own facts say no place; one
that the person opened counts in none. Two books that read as one are one book. It is integrated
while the person sees it in at least one app.

Source of the figures' meaning: the national launch, which counts health books and those integrated
in the national app, facilities registered and synchronised, papers published.
"""

from typing import NamedTuple, assert_never

from ledger.calendar import local_day
from ledger.facts import RecordedFact
from ledger.identifiers import FACILITY_CODE
from ledger.records.appointment.facts import AppointmentCancelled, AppointmentIssued
from ledger.records.facility import (
    FacilityRecoded,
    FacilityRegistered,
    FacilityResumed,
    FacilitySuspended,
    FacilitySynchronised,
)
from ledger.records.health_book.facts import (
    BookIntegrated,
    BookLinked,
    BookOpened,
    BookUnlinked,
    IntegrationEnded,
)
from ledger.records.referral.facts import ReferralCancelled, ReferralIssued
from ledger.records.visit import VisitRecorded, VisitRecordedInParts
from projections.columns import stream_text
from projections.view import Key, Rows, Table, View

NO_PROVINCE = ""


class ChangeRow(NamedTuple):
    """What one day changed in one province; the day is ISO text, in Vietnam."""

    province: str
    day: str
    books: int = 0
    integrated: int = 0
    facilities: int = 0
    """Registered, those that went on under another code taken away."""
    synchronised: int = 0
    suspended: int = 0
    referrals: int = 0
    """Published; those cancelled are counted apart."""
    referrals_cancelled: int = 0
    appointments: int = 0
    """Published; one that was moved to another day is one paper more, as it is printed anew."""
    appointments_cancelled: int = 0
    visits: int = 0
    """That came for the first time."""


class BookRow(NamedTuple):
    """What has to be known of a book to count it."""

    book: str
    """Stream."""
    province: str
    apps: int
    part: int
    """1 while it reads as part of another one."""


class FacilityRow(NamedTuple):
    """What has to be known of a facility to count it."""

    facility: str
    """Stream."""
    province: str
    synchronised: int
    suspended: int


class PaperRow(NamedTuple):
    """In which province a paper counts."""

    paper: str
    """Stream."""
    province: str


CHANGES = Table("integration_progress", ChangeRow, keys=2, indexes=(("day", "province"),))
BOOKS = Table("integration_progress_books", BookRow)
FACILITIES = Table("integration_progress_facilities", FacilityRow)
PAPERS = Table("integration_progress_papers", PaperRow)

_Publication = ReferralIssued | AppointmentIssued


def province_of(facility: str | None) -> str:
    """Return the province in a facility's code; empty if that is not one.

    Source: the first two characters of MA_CSKCB.
    """
    return facility[:2] if facility and FACILITY_CODE.matches(facility) else NO_PROVINCE


def _day(recorded: RecordedFact) -> str:
    return local_day(recorded.act.at).isoformat()


def _add(rows: Rows, recorded: RecordedFact, province: str, **more: int) -> None:
    key = (province, _day(recorded))
    row = rows.get(CHANGES, key, ChangeRow) or ChangeRow(*key)
    known = row._asdict()
    rows.put(CHANGES, row._replace(**{name: known[name] + change for name, change in more.items()}))


def _opened(recorded: RecordedFact, rows: Rows) -> None:
    stream, province = stream_text(recorded.stream_id), province_of(recorded.act.organisation)
    rows.put(BOOKS, BookRow(stream, province, 0, 0))
    _add(rows, recorded, province, books=1)


def _book_changed(recorded: RecordedFact, rows: Rows) -> None:
    stream = stream_text(recorded.stream_id)
    before = rows.get(BOOKS, (stream,), BookRow)
    assert before is not None, "a book is opened first"
    match recorded.fact:
        case BookIntegrated():
            after = before._replace(apps=before.apps + 1)
        case IntegrationEnded():
            after = before._replace(apps=before.apps - 1)
        case BookLinked():
            after = before._replace(part=1)
        case _:
            after = before._replace(part=0)
    rows.put(BOOKS, after)
    books, integrated = (
        new - old for new, old in zip(_counts(after), _counts(before), strict=True)
    )
    if books or integrated:
        _add(rows, recorded, after.province, books=books, integrated=integrated)


def _counts(row: BookRow) -> tuple[int, int]:
    """Return for how many books it counts, and for how many integrated ones."""
    return int(not row.part), int(not row.part and row.apps > 0)


def _registered(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, FacilityRegistered)
    rows.put(FACILITIES, FacilityRow(stream_text(recorded.stream_id), fact.province, 0, 0))
    _add(rows, recorded, fact.province, facilities=1)


_Standing = FacilityRecoded | FacilitySynchronised | FacilitySuspended | FacilityResumed


def _facility_changed(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, _Standing)
    before = rows.get(FACILITIES, (stream_text(recorded.stream_id),), FacilityRow)
    assert before is not None, "a facility's first fact is its registration"
    after, gone = _standing(before, fact)
    rows.put(FACILITIES, after)
    _add(
        rows, recorded, after.province, facilities=-gone,
        synchronised=after.synchronised - before.synchronised,
        suspended=after.suspended - before.suspended,
    )  # fmt: skip


def _standing(row: FacilityRow, fact: _Standing) -> tuple[FacilityRow, int]:
    """Return the facility after ``fact``, and 1 if it goes on under another code."""
    match fact:
        case FacilityRecoded():
            return row._replace(synchronised=0, suspended=0), 1
        case FacilitySynchronised():
            return row._replace(synchronised=1), 0
        case FacilitySuspended():
            return row._replace(suspended=1), 0
        case FacilityResumed():
            return row._replace(suspended=0), 0
        case _:
            assert_never(fact)


def _published(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, _Publication)
    referral = isinstance(fact, ReferralIssued)
    province = province_of(fact.origin if isinstance(fact, ReferralIssued) else fact.facility)
    rows.put(PAPERS, PaperRow(stream_text(recorded.stream_id), province))
    _add(rows, recorded, province, **{"referrals" if referral else "appointments": 1})


def _taken_back(recorded: RecordedFact, rows: Rows) -> None:
    paper = rows.get(PAPERS, (stream_text(recorded.stream_id),), PaperRow)
    assert paper is not None, "a paper's first fact is its publication"
    kind = "referrals" if isinstance(recorded.fact, ReferralCancelled) else "appointments"
    _add(rows, recorded, paper.province, **{f"{kind}_cancelled": 1})


def _visited(recorded: RecordedFact, rows: Rows) -> None:
    _add(rows, recorded, province_of(recorded.act.organisation), visits=1)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    by_stream = (stream_text(recorded.stream_id),)
    match recorded.fact:
        case BookOpened() | VisitRecorded():
            return [(CHANGES, (province_of(recorded.act.organisation), _day(recorded)))]
        case ReferralCancelled() | AppointmentCancelled():
            return [(PAPERS, by_stream)]
        case BookIntegrated() | IntegrationEnded() | BookLinked() | BookUnlinked():
            return [(BOOKS, by_stream)]
        case _:
            return [(FACILITIES, by_stream)]


VIEW = View(
    name="integration_progress",
    version=1,
    tables=(CHANGES, BOOKS, FACILITIES, PAPERS),
    handlers={
        BookOpened: _opened,
        BookIntegrated: _book_changed,
        IntegrationEnded: _book_changed,
        BookLinked: _book_changed,
        BookUnlinked: _book_changed,
        FacilityRegistered: _registered,
        FacilityRecoded: _facility_changed,
        FacilitySynchronised: _facility_changed,
        FacilitySuspended: _facility_changed,
        FacilityResumed: _facility_changed,
        ReferralIssued: _published,
        ReferralCancelled: _taken_back,
        AppointmentIssued: _published,
        AppointmentCancelled: _taken_back,
        VisitRecorded: _visited,
        VisitRecordedInParts: _visited,
    },
    touches=_touches,
)
