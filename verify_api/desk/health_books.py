"""Health books for those who may read them: fills `verify_api.books.HealthBooks`."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol
from uuid import UUID

from ledger.calendar import WorkingCalendar
from ledger.categories import EVERYTHING, Category
from ledger.certificates.kind import Wording
from ledger.clinical.balp import LookTold
from ledger.clinical.book import Item, Known, Version, fold, version_numbers, versions, without
from ledger.clinical.book_papers import BookPaper, shown_papers
from ledger.clinical.ips import Patient
from ledger.clinical.made_resources import fhir_id
from ledger.clinical.moments import time_of
from ledger.commands.book_access import CareRelations, Reader, decide
from ledger.commands.book_documents import References, patient_of, received
from ledger.commands.book_files import BookFile, files_of
from ledger.commands.book_words import NOT_SENT, UNSORTED, died_on, words_of
from ledger.commands.facilities import facility_name, load_facility
from ledger.commands.held_papers import HeldPapers, read_papers
from ledger.commands.reading import NOW, BookIndex, KnownVisits, ManyStreams, Moments
from ledger.commands.refusals import record_refusal
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, FactStore
from ledger.records.access import Channel, RecordKind
from ledger.records.book_access import Basis, Ground
from verify_api.books import Opened, ShownBook
from verify_api.callers import Caller, Role
from verify_api.desk.looks import looks_at

CARE_LASTS: Final = timedelta(days=30)
"""How long after a facility last sent something of a visit it still treats the person: results
come in, questions are asked. No law counts it; an authority may set another."""


class Ledger(FactStore, ManyStreams, Protocol):
    """The facts, one stream or many at a time."""


class Views(BookIndex, KnownVisits, HeldPapers, Protocol):
    """The health views, as far as books are read from them."""

    def visits_at(
        self, subjects: Iterable[UUID], facility: str, *, since: datetime
    ) -> Sequence[UUID]:
        """Return the visits to ``facility`` that were recorded since, the newest first."""
        ...


@dataclass(frozen=True, slots=True)
class CareByVisits:
    """Which facility treats whom, by recent visits: fills `CareRelations`."""

    views: Views

    def __call__(
        self, subjects: Iterable[UUID], facility: str, *, at: datetime
    ) -> Iterable[Ground]:
        """Return the newest visit by which ``facility`` treats one of ``subjects`` now."""
        visits = self.views.visits_at(subjects, facility, since=at - CARE_LASTS)
        return [Ground(Basis.VISIT, EVERYTHING, visit) for visit in visits[:1]]


@dataclass(frozen=True)
class LedgerHealthBooks:
    """Reads books from the views, received resources from the facts."""

    facts: Ledger
    views: Views
    care: CareRelations
    calendar: WorkingCalendar
    authority_name: Callable[[str], Wording | None] = lambda _code: None
    """From an authority's code to what it is called."""

    def open(self, caller: Caller, subject: UUID, *, at: datetime) -> Opened:
        """Return what ``caller`` may read, on the mildest ground that opens anything.

        Raises:
            RefusedError: ``no_access_ground``, whether there is such a book or not. Of whoever is
                signed in the attempt is a fact by then.
        """
        reader = reader_of(caller)
        try:
            grant = decide(
                self.facts, self.care, reader=reader, subject=subject, categories=EVERYTHING, at=at
            )
        except RefusedError:
            self._refused(caller, subject, at)
            raise
        ground = grant.grounds[0]
        return Opened(
            subject,
            grant.withheld,
            grant.closed_visits,
            ground.basis.value,
            ground.reference,
            grant.grounds,
        )

    def _refused(self, caller: Caller, subject: UUID, at: datetime) -> None:
        """Leave a fact of the attempt before anything is answered."""
        if caller.signed_in:
            act = Act(at, caller.account, caller.role.value, caller.organisation)
            record_refusal(
                self.facts, subject=subject, kind=RecordKind.HEALTH_BOOK, purpose="read_book",
                channel=Channel.API, act=act,
            )  # fmt: skip

    def read(self, opened: Opened, moments: Moments = NOW) -> ShownBook:
        """Return the book as its reader may see it."""
        known, words = self._known(opened, moments), self._words(opened, moments)
        everything = [*known, *words]
        book = fold(everything, as_of=moments.as_of_seconds, effective=moments.effective_end)
        unsorted = UNSORTED if opened.withheld else frozenset()
        shown = without(book, categories=opened.withheld, kinds=unsorted, visits=opened.closed)
        newest = max((one.position for one in everything), default=0)
        return ShownBook(opened, shown, newest, version_numbers(known))

    def _known(self, opened: Opened, moments: Moments = NOW) -> list[Known]:
        subjects = self.views.subjects(opened.subject, as_of=moments.as_of_seconds)
        return self.views.known(subjects)

    def _words(self, opened: Opened, moments: Moments) -> list[Known]:
        subjects = self.views.subjects(opened.subject, as_of=moments.as_of_seconds)
        return words_of(self.facts, subjects)

    def patient(self, opened: Opened, moments: Moments = NOW) -> Patient:
        """Return whose it is; a death as it was known at those moments."""
        died = died_on(self._words(opened, moments), moments)
        return replace(patient_of(self.facts, opened.subject), died=died)

    def resources(self, shown: ShownBook, items: Sequence[Item]) -> list[dict[str, Any]]:
        """Return the received resources of ``items``, on their way out.

        What no document was received of is none: the person's own words, a recorded death.
        """
        items = [item for item in items if item.source.form != NOT_SENT]
        references = References.of(shown.book, shown.opened.subject)
        numbers = {fhir_id(item): shown.numbers.get(item.key, 1) for item in items}
        return received(self.facts, items, references, versions=numbers)

    def versions(self, opened: Opened, number: str) -> Sequence[Version]:
        """Return every version of a resource that the reader may see; none if there is none."""
        known = self._known(opened)
        keys = {
            item.key
            for source in known
            for entry in source.entries
            if fhir_id(item := Item(entry, source, entry.status, 1)) == number
        }
        found = [one for key in keys for one in versions(known, key)]
        shown = [one for one in found if one.entry is None or _may_see(opened, one)]
        return shown if any(one.entry is not None for one in shown) else ()

    def version_resource(self, shown: ShownBook, version: Version) -> dict[str, Any] | None:
        """Return one version of a resource; None if it was taken back or erased."""
        if version.entry is None:
            return None
        item = Item(version.entry, version.source, version.entry.status, 1)
        references = References.of(shown.book, shown.opened.subject)
        number = {fhir_id(item): version.number}
        return next(iter(received(self.facts, [item], references, versions=number)), None)

    def papers(
        self, opened: Opened, moments: Moments = NOW, *, at: datetime
    ) -> tuple[BookPaper, ...]:
        """Return the person's referrals and appointments, as far as the reader may see them."""
        subjects = self.views.subjects(opened.subject, as_of=moments.as_of_seconds)
        held = read_papers(
            self.facts, self.views.papers(subjects), at=_seen_from(moments, at),
            calendar=self.calendar, name_of=lambda code: facility_name(self.facts, code),
        )  # fmt: skip
        return shown_papers(held, withheld=opened.withheld, closed=opened.closed)

    def files(
        self, shown: ShownBook, caller: Caller, moments: Moments = NOW
    ) -> tuple[BookFile, ...]:
        """Return the files beside the shown visits, as far as ``caller`` may fetch them."""
        facility = reader_of(caller).facility
        own = shown.opened.basis == Basis.OWN.value
        visits = [
            item.source.visit for item in shown.book.items
            if own or (facility is not None and item.source.facility == facility)
        ]  # fmt: skip
        return files_of(self.facts, visits, as_of=moments.as_of_seconds)

    def organisation(self, code: str) -> Wording | None:
        """Return what a facility, else an authority, is called."""
        try:
            state = load_facility(self.facts, code).state
        except (InvalidInputError, NotFoundError):
            return self.authority_name(code)
        return Wording(state.name, state.name_en)

    def looks(self, opened: Opened) -> Sequence[LookTold]:
        """Return who looked at the data of this person or was refused, the newest first."""
        return looks_at(self.facts, opened.subject)


def _seen_from(moments: Moments, at: datetime) -> datetime:
    """Return the last time that counts for a paper, which is what it is on one day."""
    seen = moments.as_of or at
    end = moments.effective_end
    return seen if end is None else min(seen, time_of(end - 1))


def reader_of(caller: Caller) -> Reader:
    """Return who ``caller`` is to a health book; a role without a part in it is a stranger."""
    organisation = caller.organisation
    match caller.role:
        case Role.CITIZEN:
            return Reader(caller.account, person=caller.subject)
        case Role.CLINICIAN | Role.FACILITY_SIGNER | Role.FACILITY_SYSTEM:
            return Reader(caller.account, facility=organisation)
        case Role.PROCEDURAL_AGENCY:
            return Reader(caller.account, agency=organisation)
        case Role.VERIFIER | Role.SOCIAL_INSURANCE:
            return Reader(caller.account, organisation=organisation)
        case _:
            return Reader(caller.account)


def _may_see(opened: Opened, version: Version) -> bool:
    assert version.entry is not None, "what was taken back shows nothing"
    categories = version.entry.categories or (Category.GENERAL,)
    return opened.withheld.isdisjoint(categories) and version.source.visit not in opened.closed
