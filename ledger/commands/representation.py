"""Who acts for a person: read from the books that read as one, and from who the person is.

A representative governs for the person what the person would, as far as they may read it, and while
they may. Each act of theirs names both: the person whom it is about, and who did it for them.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from ledger.categories import Category
from ledger.commands.books import load_book, subjects_of
from ledger.facts import FactStore
from ledger.personal import Erased
from ledger.records import book_access
from ledger.records.book_access import Bond, Mandate
from ledger.records.health_book.book import HealthBook
from ledger.records.person import DetailsCorrected, PersonRegistered

_FIRST_DAY: Final = "-01-01"


@dataclass(frozen=True, slots=True)
class Representation:
    """Somebody acts for somebody."""

    subject: UUID
    """For whom."""
    representative: UUID
    mandates: tuple[Mandate, ...]

    def may_read(self, categories: Iterable[Category], on: date) -> bool:
        """Tell whether they may read what is of all these categories; of none, the general one."""
        asked = frozenset(categories) or {Category.GENERAL}
        return asked <= book_access.mandated(self.mandates, on)

    def check_may_open(self, categories: Iterable[Category], *, on: date, last: date) -> None:
        """Refuse to open to others what they could not open themselves, until the day ``last``.

        Raises:
            RefusedError: ``beyond_representation``.
        """
        book_access.check_within(self.mandates, categories, on=on, last=last)


def represent(facts: FactStore, *, representative: UUID, subject: UUID, on: date) -> Representation:
    """Return by what somebody acts for ``subject`` on that day.

    Raises:
        RefusedError: ``no_access_ground``: they do not, or no longer, or there is no such person.
    """
    subjects = subjects_of(facts, subject)
    books = [load_book(facts, one).state for one in subjects]
    mandates = tuple(mandates_of(facts, representative, subjects, books))
    book_access.check_mandate(mandates, on)
    return Representation(subject, representative, mandates)


def mandates_of(
    facts: FactStore,
    representative: UUID | None,
    subjects: Sequence[UUID],
    books: Sequence[HealthBook],
) -> Iterator[Mandate]:
    """Yield by what somebody acts for the person of these books; some may have run out."""
    appointed = [
        one for book in books for one in book.representatives
        if one.representative == representative
    ]  # fmt: skip
    if representative is None or not appointed:
        return
    born = _born(facts, subjects, books)
    for one in appointed:
        if not isinstance(one.until, Erased):
            yield Mandate(Bond(one.relation.value), born, one.until)


def _born(facts: FactStore, subjects: Sequence[UUID], books: Sequence[HealthBook]) -> date | None:
    """Return the earliest day on which the person can have been born; None if nobody said.

    The earliest, for a right that ends at an age must not outlast it.
    """
    registered: list[date] = []
    for subject in subjects:
        said = facts.excerpt(subject, ("person.registered/1", "person.details_corrected/1"))
        for fact in said.facts[-1:]:
            assert isinstance(fact, PersonRegistered | DetailsCorrected)
            if not isinstance(fact.details, Erased):
                registered.append(fact.details.birth_date)
    if registered:
        return min(registered)
    asserted = (identity for book in books for identity in book.identities)
    births = (one.birth for one in asserted if not isinstance(one, Erased))
    return min((day for birth in births if birth for day in earliest(birth)), default=None)


def earliest(birth: str) -> Iterator[date]:
    """Yield the first day that ``YYYY``, ``YYYY-MM`` or ``YYYY-MM-DD`` may mean, if it is one."""
    full = birth + _FIRST_DAY[len(birth) - 4 :] if len(birth) < len("YYYY-MM-DD") else birth
    try:
        yield date.fromisoformat(full)
    except ValueError:
        return
