"""Reading a health book: whose visits read as one, what is known of them, what a reader may see."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from ledger import documents
from ledger.calendar import VIETNAM_TIME
from ledger.clinical.book import Book, Known, fold
from ledger.clinical.entries import entries_in, read_document
from ledger.clinical.entry import Entry
from ledger.clinical.insurance_envelope import read_evidence
from ledger.clinical.insurance_fhir import visit_document
from ledger.clinical.moments import seconds
from ledger.commands.book_facts import ReadDocument, Withheld, known_of
from ledger.document_parts import together
from ledger.facts import History
from ledger.records.visit import Form


class BookIndex(Protocol):
    """Knows, without any content, which visits are about whom: `projections.health_queries`."""

    def subjects(self, subject: UUID, *, as_of: int | None = None) -> tuple[UUID, ...]:
        """Return whose visits read as the book of ``subject``, sorted; at least themselves."""
        ...

    def visits(self, subjects: Iterable[UUID]) -> tuple[UUID, ...]:
        """Return every visit that is or was about one of them."""
        ...


class KnownVisits(Protocol):
    """What is known of the visits of some persons: from a view, or from the facts."""

    def known(self, subjects: Iterable[UUID]) -> list[Known]:
        """Return it, in any order."""
        ...


class ManyStreams(Protocol):
    """The ledger, as far as many streams are read at once."""

    def histories(self, stream_ids: Sequence[UUID]) -> Mapping[UUID, History]:
        """Return many streams, read and opened together."""
        ...


def received_document(form: Form, dictionary: int, packed: bytes, withheld: Withheld = None) -> Any:
    """Return a received document as parsed; the insurance's tables in their FHIR projection.

    Together with ``withheld``, where it is given, the whole.

    Raises:
        TamperedError: These are not bytes that were packed.
    """
    return read_document(_json(form, dictionary, packed, withheld))


def _json(form: Form, dictionary: int, packed: bytes, withheld: Withheld) -> bytes:
    data = documents.unpack(dictionary, packed)
    if withheld is not None:
        data = together(data, documents.unpack(*withheld))
    return visit_document(read_evidence(data)) if form is Form.INSURANCE_XML else data


def read_received(
    form: Form, dictionary: int, packed: bytes, withheld: Withheld = None
) -> tuple[Entry, ...]:
    """Return what a received document says: a `ReadDocument`."""
    return entries_in(_json(form, dictionary, packed, withheld))


@dataclass(frozen=True, slots=True)
class FromFacts:
    """Fills `KnownVisits` from the visits' own facts: for audits, and where no view is at hand."""

    facts: ManyStreams
    index: BookIndex
    read: ReadDocument = read_received

    def known(self, subjects: Iterable[UUID]) -> list[Known]:
        """Return what the facts of their visits say, as far as it is about them."""
        wanted = frozenset(subjects)
        visits = self.index.visits(sorted(wanted))
        histories = self.facts.histories(visits) if visits else {}
        return [
            known
            for visit in visits
            for known in known_of(histories[visit].recorded, self.read)
            if known.subject in wanted
        ]


@dataclass(frozen=True, slots=True)
class Moments:
    """Which of its many states of the book is asked for; nothing given: the present one."""

    as_of: datetime | None = None
    """What the ledger knew then; aware."""
    effective: date | None = None
    """What was so on that day of the person's life."""

    @property
    def as_of_seconds(self) -> int | None:
        """The last second that counts."""
        return None if self.as_of is None else seconds(self.as_of)

    @property
    def effective_end(self) -> int | None:
        """The first second after the day, in Vietnam."""
        if self.effective is None:
            return None
        day = self.effective + timedelta(days=1)
        return seconds(datetime(day.year, day.month, day.day, tzinfo=VIETNAM_TIME))


NOW: Final = Moments()


def read_book(
    index: BookIndex, visits: KnownVisits, *, subject: UUID, moments: Moments = NOW
) -> Book:
    """Return the whole book of ``subject``, linked books read as one.

    Nobody is shown it before the look has been recorded, and only what their grant leaves of it
    (`ledger.clinical.book.without`).
    """
    subjects = index.subjects(subject, as_of=moments.as_of_seconds)
    return fold(
        visits.known(subjects),
        as_of=moments.as_of_seconds,
        effective=moments.effective_end,
    )
