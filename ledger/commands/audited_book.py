"""A person's health book as it was, for an audit: folded from the facts alone, at both times.

No view is asked, for what an auditor asks about may be just what a view has left out. So all facts
are walked once for the visits about somebody; the rest is what every reader's book is folded by.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Protocol, cast
from uuid import UUID

from ledger.clinical.book import Book, fold
from ledger.clinical.moments import seconds
from ledger.commands.book_facts import ReadDocument
from ledger.commands.book_words import words_of
from ledger.commands.reading import FromFacts, ManyStreams, Moments, read_received
from ledger.facts import FactStore, RecordedFact
from ledger.identifiers import health_book_stream
from ledger.records import visit
from ledger.records.health_book import book
from ledger.records.health_book.book import HealthBook, Named
from ledger.records.health_book.facts import Fact


class Opened(ManyStreams, FactStore, Protocol):
    """The facts, opened in a case, one stream or many at a time."""


@dataclass(frozen=True, slots=True)
class WalkedIndex:
    """Which visits are about whom, by a walk over all facts. Implements `BookIndex`."""

    facts: FactStore
    every: Iterable[RecordedFact]
    """All facts; walked once, when visits are asked for."""
    _about: dict[UUID, set[UUID]] = field(default_factory=dict)

    def subjects(self, subject: UUID, *, as_of: int | None = None) -> tuple[UUID, ...]:
        """Return whose visits read as the book of ``subject`` at that second."""
        own = self._book(subject, as_of)
        if own.into is None:
            return book.subjects_of(Named(subject, own))
        return book.subjects_of(Named(own.into, self._book(own.into, as_of)))

    def _book(self, subject: UUID, as_of: int | None) -> HealthBook:
        recorded = self.facts.history(health_book_stream(subject)).recorded
        known = [one.fact for one in recorded if as_of is None or seconds(one.act.at) <= as_of]
        return book.fold(cast("list[Fact]", known))

    def visits(self, subjects: Iterable[UUID]) -> tuple[UUID, ...]:
        """Return every visit that is or was about one of them."""
        if not self._about:
            for one in self.every:
                if one.subject is not None and one.topic in visit.TOPICS:
                    self._about.setdefault(one.subject, set()).add(one.stream_id)
        found = (self._about.get(subject, set()) for subject in subjects)
        return tuple(sorted(set[UUID]().union(*found)))


def audited_book(
    facts: Opened,
    every: Iterable[RecordedFact],
    subject: UUID,
    moments: Moments,
    *,
    read: ReadDocument = read_received,
) -> tuple[Book, Sequence[UUID]]:
    """Return the whole book of ``subject`` at both times, and whose pseudonyms it reads as one.

    Nothing is withheld in it: the caller has recorded the look, in a case, before.

    Args:
        facts: Opened.
        every: All facts, in any state: only whose they are is looked at.
        subject: A pseudonym.
        moments: What the ledger knew then, what was so on that day.
        read: Reads a received document.
    """
    index = WalkedIndex(facts, every)
    subjects = index.subjects(subject, as_of=moments.as_of_seconds)
    known = [*FromFacts(facts, index, read).known(subjects), *words_of(facts, subjects)]
    return fold(known, as_of=moments.as_of_seconds, effective=moments.effective_end), subjects
