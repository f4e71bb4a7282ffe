"""What every visit says, by person, sealed again under the person's own key: the book's rows.

Made from opened facts by a worker that has the keys, and of no use to anybody without them. One
row a fact, numbered within the person, so that any past state can be read from it and forgetting
somebody removes all of theirs. The same facts give the same rows, byte for byte.
"""

from typing import Final, NamedTuple
from uuid import UUID

from ledger.clinical.book import Known
from ledger.clinical.entry import DIGEST_VERSION
from ledger.clinical.insurance_fhir import PROJECTION_VERSION
from ledger.commands.book_facts import VISIT_FACTS, Holder, ReadDocument, told
from ledger.facts import RecordedFact
from ledger.records import visit as visits
from ledger.records.erasure.facts import SubjectErased
from ledger.records.visit import Form, VisitReassigned
from projections.columns import stream_text
from projections.health_digests import WritingKeys, sealed
from projections.numbered import CountRow, forget_counted, next_number
from projections.view import Key, Rows, Table, View

NAME: Final = "health_entries"
VERSION: Final = 100 * DIGEST_VERSION + PROJECTION_VERSION
"""Whenever documents are read otherwise, the rows are made anew."""
TOPICS: Final = frozenset(topic for topic, fact in visits.TOPICS.items() if fact in VISIT_FACTS)
"""Stored names of the facts that it needs opened."""


class EntryRow(NamedTuple):
    """What one fact says about one person's visit."""

    subject: str
    number: int
    """1, 2, 3 … within the person."""
    visit: bytes
    version: int
    event: int
    facility: str
    form: int
    position: int
    recorded_at: int
    """Seconds since 1970 UTC."""
    entries: bytes | None
    """`projections.health_digests`; None where there are none."""


class HolderRow(NamedTuple):
    """Whose a visit is now."""

    visit: str
    subject: str
    facility: str
    form: int
    voided: int


ENTRIES = Table("health_entries", EntryRow, keys=2)
COUNTS = Table("health_entry_counts", CountRow)
HOLDERS = Table("health_entry_holders", HolderRow)


def view(keys: WritingKeys, read: ReadDocument) -> View:
    """Return the view, sealing with ``keys`` what ``read`` makes of documents."""

    def told_of(recorded: RecordedFact, rows: Rows) -> None:
        visit = stream_text(recorded.stream_id)
        holder, known = told(recorded, _holder(rows, visit), read)
        rows.put(HOLDERS, _holder_row(visit, holder))
        for one in known:
            _add(rows, keys, one)

    return View(
        name=NAME,
        version=VERSION,
        tables=(ENTRIES, COUNTS, HOLDERS),
        handlers={**dict.fromkeys(VISIT_FACTS, told_of), SubjectErased: _erased},
        touches=_touches,
        opens=True,
    )


def _holder(rows: Rows, visit: str) -> Holder | None:
    row = rows.get(HOLDERS, (visit,), HolderRow)
    if row is None:
        return None
    return Holder(UUID(row.subject), row.facility, Form(row.form), bool(row.voided))


def _holder_row(visit: str, holder: Holder) -> HolderRow:
    return HolderRow(
        visit, str(holder.subject), holder.facility, holder.form.value, int(holder.voided)
    )


def _add(rows: Rows, keys: WritingKeys, known: Known) -> None:
    subject = str(known.subject)
    number = next_number(rows, COUNTS, subject)
    part = sealed(
        keys, known.entries, subject=known.subject, visit=known.visit, version=known.version,
        event=known.event,
    )  # fmt: skip
    rows.put(
        ENTRIES,
        EntryRow(
            subject, number, known.visit.bytes, known.version, known.event.value, known.facility,
            known.form, known.position, known.recorded_at, part,
        ),
    )  # fmt: skip


def _erased(recorded: RecordedFact, rows: Rows) -> None:
    """Forget somebody's rows with their health data; those of another purpose have none here."""
    for key in forget_counted(recorded, rows, COUNTS):
        rows.remove(ENTRIES, key)


def _touches(recorded: RecordedFact) -> list[tuple[Table, Key]]:
    subjects = [recorded.subject]
    if isinstance(recorded.fact, VisitReassigned):
        subjects = [recorded.fact.origin, recorded.fact.to]
    counts: list[tuple[Table, Key]] = [(COUNTS, (str(one),)) for one in subjects if one]
    return [(HOLDERS, (stream_text(recorded.stream_id),)), *counts]
