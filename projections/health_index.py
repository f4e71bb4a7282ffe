"""Which visits are about whom, and which books read as one: what is known without opening anything.

Pseudonyms, facilities and positions alone. When a visit was is not here: a clear day beside a
pseudonym would point at a person.
"""

from typing import Final, NamedTuple
from uuid import UUID

from ledger.facts import RecordedFact
from ledger.records.erasure.facts import SubjectErased
from ledger.records.health_book.facts import BookJoined, BookLinked, BookParted, BookUnlinked
from ledger.records.visit import (
    VisitCorrected,
    VisitReassigned,
    VisitRecorded,
    VisitRecordedInParts,
    VisitVoided,
)
from projections.columns import microseconds, stream_text
from projections.numbered import CountRow, forget_counted, next_number
from projections.view import Key, Rows, Table, View

INTO, OUT, JOINED, PARTED = 1, 2, 3, 4
"""Values of `LinkRow.event`: this book became part of another, or no longer is; another book
became part of this one, or no longer is."""


class VisitRow(NamedTuple):
    """One visit, or one resource that was sent outside of any."""

    visit: str
    subject: str
    """Whose it is now."""
    facility: str
    form: int
    first_position: int
    last_position: int
    recorded_at: int
    """Microseconds since 1970 UTC, of its newest fact."""
    version: int
    """Of its stream."""
    revision: int
    """How often content was sent: what senders name when they correct."""
    voided: int


class AboutRow(NamedTuple):
    """A visit that is or was about somebody, numbered within the person."""

    subject: str
    number: int
    visit: str


class LinkRow(NamedTuple):
    """That two books began or ceased to read as one."""

    book: str
    """Pseudonym."""
    position: int
    other: str
    event: int
    recorded_at: int
    """Microseconds since 1970 UTC."""


VISITS = Table("health_visits", VisitRow, indexes=(("facility", "first_position"),))
ABOUT = Table("health_about", AboutRow, keys=2)
COUNTS = Table("health_about_counts", CountRow)
LINKS = Table("health_links", LinkRow, keys=2)


def _recorded(recorded: RecordedFact, rows: Rows) -> None:
    fact, visit = recorded.fact, stream_text(recorded.stream_id)
    assert isinstance(fact, VisitRecorded)
    subject = str(recorded.subject)
    rows.put(
        VISITS,
        VisitRow(
            visit, subject, recorded.act.organisation or "", fact.form.value, recorded.position,
            recorded.position, microseconds(recorded.act.at), recorded.version, 1, 0,
        ),
    )  # fmt: skip
    _about(rows, subject, visit)


def _about(rows: Rows, subject: str, visit: str) -> None:
    number = next_number(rows, COUNTS, subject)
    rows.put(ABOUT, AboutRow(subject, number, visit))


def _changed(recorded: RecordedFact, rows: Rows) -> None:
    visit = stream_text(recorded.stream_id)
    row = rows.get(VISITS, (visit,), VisitRow)
    if row is None:  # the person was erased since
        return
    row = row._replace(
        last_position=recorded.position,
        recorded_at=microseconds(recorded.act.at),
        version=recorded.version,
    )
    fact = recorded.fact
    match fact:
        case VisitCorrected():
            row = row._replace(form=fact.form.value, revision=row.revision + 1, voided=0)
        case VisitVoided():
            row = row._replace(voided=1)
        case VisitReassigned():
            row = row._replace(
                subject=str(fact.to), form=fact.form.value, revision=row.revision + 1
            )
            _about(rows, row.subject, visit)
        case _:
            raise AssertionError("no other fact changes the index")
    rows.put(VISITS, row)


_LINKING: Final = {BookLinked: INTO, BookUnlinked: OUT, BookJoined: JOINED, BookParted: PARTED}


def _linked(recorded: RecordedFact, rows: Rows) -> None:
    fact = recorded.fact
    assert isinstance(fact, BookLinked | BookUnlinked | BookJoined | BookParted)
    other = fact.into if isinstance(fact, BookLinked | BookUnlinked) else fact.other
    rows.put(
        LINKS,
        LinkRow(
            str(recorded.subject), recorded.position, str(other), _LINKING[type(fact)],
            microseconds(recorded.act.at),
        ),
    )  # fmt: skip


def _erased(recorded: RecordedFact, rows: Rows) -> None:
    """Forget which visits somebody had, with their health data."""
    for key in forget_counted(recorded, rows, COUNTS):
        about = rows.get(ABOUT, key, AboutRow)
        assert about is not None, "rows are numbered without gaps"
        visit = rows.get(VISITS, (about.visit,), VisitRow)
        if visit is not None and visit.subject == about.subject:
            rows.remove(VISITS, (about.visit,))
        rows.remove(ABOUT, key)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    fact = recorded.fact
    subjects: list[UUID | None] = [recorded.subject]
    if isinstance(fact, VisitReassigned):
        subjects.append(fact.to)
    touched: list[tuple[Table, Key]] = [(COUNTS, (str(one),)) for one in subjects]
    return [(VISITS, (stream_text(recorded.stream_id),)), *touched]


VIEW = View(
    name="health_index",
    version=1,
    tables=(VISITS, ABOUT, COUNTS, LINKS),
    handlers={
        VisitRecorded: _recorded,
        VisitRecordedInParts: _recorded,
        **dict.fromkeys((VisitCorrected, VisitVoided, VisitReassigned), _changed),
        **dict.fromkeys(_LINKING, _linked),
        SubjectErased: _erased,
    },
    touches=_touches,
)
