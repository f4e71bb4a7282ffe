"""What is asked of the health views: whose visits read as one book, and what they say.

Costs what the person has, however many others there are: every statement goes by the person.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from ledger.clinical.book import Event, Known
from projections.columns import microseconds
from projections.health_digests import ReadingKeys, opened
from projections.health_index import INTO, JOINED, OUT
from projections.view_store import Session, ViewDatabase

_ENTRIES: Final = (
    "SELECT visit, version, event, facility, position, recorded_at, form, entries "
    "FROM health_entries WHERE subject = ? ORDER BY number"
)
_LINKS: Final = (
    "SELECT other, event FROM health_links WHERE book = ? AND recorded_at < ? ORDER BY position"
)
_VISITS_AT: Final = (
    "SELECT v.visit, v.last_position FROM health_about a JOIN health_visits v ON v.visit = a.visit "
    "WHERE a.subject = ? AND v.subject = a.subject AND v.facility = ? AND v.voided = 0 "
    "AND v.recorded_at >= ?"
)
_PAPERS: Final = "SELECT certificate FROM papers_held WHERE subject = ? ORDER BY number"
_EVENTS: Final = {event.value: event for event in Event}
_MICROSECONDS: Final = 1_000_000
_EVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class HealthViews:
    """Fills `ledger.commands.reading.BookIndex` and `KnownVisits` from the views."""

    database: ViewDatabase
    keys: ReadingKeys

    def subjects(self, subject: UUID, *, as_of: int | None = None) -> tuple[UUID, ...]:
        """Return whose visits read as the book of ``subject``, sorted; at least themselves."""
        until = _EVER if as_of is None else (as_of + 1) * _MICROSECONDS
        with self.database.reading() as session:
            return _subjects(session, subject, until)

    def visits(self, subjects: Iterable[UUID]) -> tuple[UUID, ...]:
        """Return every visit that is or was about one of them, in a fixed order."""
        found: dict[UUID, None] = {}
        with self.database.reading() as session:
            for subject in subjects:
                rows = session.execute(
                    "SELECT visit FROM health_about WHERE subject = ? ORDER BY number",
                    (str(subject),),
                )
                found.update((UUID(visit), None) for (visit,) in rows)
        return tuple(found)

    def visits_at(
        self, subjects: Iterable[UUID], facility: str, *, since: datetime
    ) -> tuple[UUID, ...]:
        """Return the visits to ``facility`` that were recorded since, the newest first."""
        found: list[tuple[int, UUID]] = []
        with self.database.reading() as session:
            for subject in subjects:
                rows = session.execute(_VISITS_AT, (str(subject), facility, microseconds(since)))
                found += [(position, UUID(visit)) for visit, position in rows]
        return tuple(visit for _, visit in sorted(found, reverse=True))

    def papers(self, subjects: Iterable[UUID]) -> tuple[UUID, ...]:
        """Return the references of all papers of some persons, drafts among them.

        Fills `ledger.commands.held_papers.HeldPapers`.
        """
        with self.database.reading() as session:
            return tuple(
                UUID(paper)
                for subject in subjects
                for (paper,) in session.execute(_PAPERS, (str(subject),))
            )

    def known(self, subjects: Iterable[UUID]) -> list[Known]:
        """Return what the visits of ``subjects`` say.

        Raises:
            SealBrokenError: A row is not what was written.
        """
        known: list[Known] = []
        with self.database.reading() as session:
            rows = [(one, session.execute(_ENTRIES, (str(one),))) for one in subjects]
        for subject, found in rows:
            for stream, version, number, facility, position, recorded_at, form, part in found:
                visit, event = UUID(bytes=bytes(stream)), _EVENTS[number]
                entries = opened(self.keys, part, visit=visit, version=version, event=event)
                known.append(
                    Known(visit, version, event, subject, facility, position, recorded_at, form,
                          entries)
                )  # fmt: skip
        return known


def _subjects(session: Session, subject: UUID, until: int) -> tuple[UUID, ...]:
    """Return the whole that a book belongs to, and that one's parts: links are one deep."""
    links = session.execute(_LINKS, (str(subject), until))
    if not links:
        return (subject,)
    whole = subject
    for other, event in links:
        if event in {INTO, OUT}:
            whole = UUID(other) if event == INTO else subject
    if whole != subject:
        links = session.execute(_LINKS, (str(whole), until))
    parts: set[UUID] = set()
    for other, event in links:
        if event == JOINED:
            parts.add(UUID(other))
        elif event not in {INTO, OUT}:
            parts.discard(UUID(other))
    return tuple(sorted({whole, *parts}))
