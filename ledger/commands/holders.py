"""Whom a paper is about, where the person is known already: nobody types a patient's name twice."""

from datetime import date
from typing import Final
from uuid import UUID

from ledger.certificates.kind import Holder, Sex
from ledger.commands.books import load_book, subjects_of
from ledger.commands.patients import by_strength
from ledger.facts import FactStore
from ledger.personal import Erased
from ledger.records.health_book.facts import AssertedIdentity
from ledger.records.person import DetailsCorrected, PersonRegistered

TAIL: Final = 4
"""Characters of a number that a paper bears."""
_DETAILS: Final = ("person.registered/1", "person.details_corrected/1")


def holder_of(facts: FactStore, subject: UUID) -> Holder | None:
    """Return whom a paper for ``subject`` is about: by the register, else as facilities said last.

    None where no whole birth date, no sex or no number is known: such a paper has no code.
    """
    found: Holder | None = None
    for one in subjects_of(facts, subject):
        found = _registered(facts, one) or found or _asserted(facts, one)
    return found


def _registered(facts: FactStore, subject: UUID) -> Holder | None:
    for fact in facts.excerpt(subject, _DETAILS).facts[-1:]:
        assert isinstance(fact, PersonRegistered | DetailsCorrected)
        told = fact.details
        if not isinstance(told, Erased):
            return Holder(told.name, told.birth_date, Sex(told.sex), tail_of(told.number))
    return None


def _asserted(facts: FactStore, subject: UUID) -> Holder | None:
    for told in reversed(load_book(facts, subject).state.identities):
        if not isinstance(told, Erased) and (known := _whole(told)) is not None:
            return known
    return None


def _whole(told: AssertedIdentity) -> Holder | None:
    if not (told.name and told.birth and told.sex in set(Sex) and told.numbers):
        return None
    try:
        born = date.fromisoformat(told.birth)
    except ValueError:  # a year, or a month of one
        return None
    _, number = by_strength(told)[0]
    return Holder(told.name, born, Sex(told.sex), tail_of(number))


def tail_of(number: str) -> str:
    """Return the last characters of an identity paper's number, as papers bear them."""
    return number[-TAIL:].upper()
