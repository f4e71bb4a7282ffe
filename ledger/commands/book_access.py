"""May somebody read a health book: gathers what the streams say, and decides.

Every stream is asked for each of the books that read as one (`books.subjects_of`): a consent that
a person gave under one of two pseudonyms is a consent of theirs.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from ledger.calendar import local_day
from ledger.categories import EVERYTHING, Category
from ledger.commands.books import load_book, subjects_of
from ledger.commands.consents import load_consents
from ledger.commands.emergencies import load_emergencies
from ledger.commands.orders import load_orders
from ledger.commands.representation import mandates_of
from ledger.commands.rights import load_rights
from ledger.facts import FactStore
from ledger.personal import Erased, readable
from ledger.records import book_access, consent, emergency, written_order
from ledger.records.book_access import Basis, Closings, Grant, Ground
from ledger.records.consent import Asker, ConsentPurpose
from ledger.records.health_book.book import HealthBook


@dataclass(frozen=True, slots=True)
class Reader:
    """Who wants to read; pseudonyms and codes only."""

    account: str
    person: UUID | None = None
    """Whose account it is, where it is a citizen's."""
    facility: str | None = None
    """Where they treat patients."""
    agency: str | None = None
    """The procedural agency that they work for."""
    organisation: str | None = None
    """Another organisation that a person may have allowed something."""


class CareRelations(Protocol):
    """Knows which facility treats whom, from the views."""

    def __call__(
        self, subjects: Iterable[UUID], facility: str, *, at: datetime
    ) -> Iterable[Ground]:
        """Return the referrals, appointments and visits by which ``facility`` treats them now."""
        ...


def decide(
    facts: FactStore,
    care: CareRelations,
    *,
    reader: Reader,
    subject: UUID,
    categories: Iterable[Category],
    at: datetime,
    purpose: ConsentPurpose = ConsentPurpose.TREATMENT,
) -> Grant:
    """Return what of ``categories`` the reader may see of the book that ``subject``'s is in.

    Raises:
        RefusedError: ``no_access_ground``.
    """
    subjects = subjects_of(facts, subject)
    books = [load_book(facts, one).state for one in subjects]
    grounds = [
        *_own(reader, subjects),
        *_represented(facts, reader, subjects, books, at),
        *_care(care, reader, subjects, at),
        *(ground for one in subjects for ground in _allowed(facts, reader, one, purpose, at)),
    ]
    return book_access.decide(categories, grounds, _closings(facts, subjects, books))


def _own(reader: Reader, subjects: tuple[UUID, ...]) -> Iterator[Ground]:
    if reader.person in subjects:
        yield Ground(Basis.OWN, EVERYTHING)


def _represented(
    facts: FactStore,
    reader: Reader,
    subjects: tuple[UUID, ...],
    books: list[HealthBook],
    at: datetime,
) -> Iterator[Ground]:
    for one in mandates_of(facts, reader.person, subjects, books):
        opened = book_access.mandated((one,), local_day(at))
        yield Ground(Basis.REPRESENTATIVE, opened, reader.person)


def _care(
    care: CareRelations, reader: Reader, subjects: tuple[UUID, ...], at: datetime
) -> Iterable[Ground]:
    return () if reader.facility is None else care(subjects, reader.facility, at=at)


def _allowed(
    facts: FactStore, reader: Reader, subject: UUID, purpose: ConsentPurpose, at: datetime
) -> Iterator[Ground]:
    """Yield what the person, a court or an emergency allows."""
    asker = Asker(reader.facility, reader.organisation, reader.person)
    wanted = ConsentPurpose.PERSONAL if reader.person is not None else purpose
    consents = load_consents(facts, subject).state
    for reference in consent.in_force(consents, asker, wanted, at):
        terms = consents.granted[reference].terms
        if not isinstance(terms, Erased):
            yield Ground(Basis.CONSENT, frozenset(terms.categories), reference)
    if reader.agency is not None:
        orders = load_orders(facts, subject)
        for order in written_order.in_force(orders, agency=reader.agency, at=at):
            if not isinstance(order.recorded.terms, Erased):
                named = frozenset(order.recorded.terms.categories)
                yield Ground(Basis.ORDER, named, order.recorded.order)
    if reader.facility is not None:
        known = emergency.open_for(
            load_emergencies(facts, subject), account=reader.account, facility=reader.facility,
            at=at,
        )  # fmt: skip
        if known is not None:
            yield Ground(Basis.EMERGENCY, EVERYTHING, known.opened.emergency)


def _closings(facts: FactStore, subjects: tuple[UUID, ...], books: list[HealthBook]) -> Closings:
    closed = [part for book in books for part in book.closed]
    return Closings(
        frozenset(c for category, _ in closed if (c := readable(category, None)) is not None),
        frozenset(v for _, visit in closed if (v := readable(visit, None)) is not None),
        any(load_rights(facts, one).restricted for one in subjects),
    )
