"""Whom a visit that was sent under the wrong person is really about: by pseudonym or by numbers.

A visit that is moved carries no other word of the right person than these numbers, so a slip of
the pen must not make somebody: nobody is made of them unless it is said that they are new here.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final
from uuid import UUID

from keys.blind_index import Number
from ledger.commands.books import load_book
from ledger.commands.patients import PatientNumbers, by_strength, identify_many, own_number
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.facts import Act, FactStore
from ledger.identifiers import (
    INSURANCE_CARD,
    OLD_IDENTITY_CARD,
    PERSONAL_NUMBER,
    SOCIAL_INSURANCE_NUMBER,
    VIETNAMESE_PASSPORT,
    Pattern,
)
from ledger.names import check_text
from ledger.records.health_book.book import MAX_NUMBERS
from ledger.records.health_book.facts import AssertedIdentity, AssertedNumber

OWN: Final = "mrn"
"""Kind of the numbers that a facility gives its patients itself."""
LONGEST_NUMBER: Final = 100
FORMS: Final[Mapping[str, Pattern]] = MappingProxyType({
    "personal": PERSONAL_NUMBER,
    "insurance-card": INSURANCE_CARD,
    "social-insurance": SOCIAL_INSURANCE_NUMBER,
    "passport": VIETNAMESE_PASSPORT,
    "old-identity-card": OLD_IDENTITY_CARD,
})  # fmt: skip
"""Numbers that mean one person everywhere, by kind."""


@dataclass(frozen=True, slots=True)
class GivenNumber:
    """A number as it is given: a kind of `FORMS`, or `OWN`."""

    kind: str
    value: str
    system: str = ""
    """Of a facility's own: the system of numbers that it is from, as the facility sends it."""


@dataclass(frozen=True, slots=True)
class ByNumbers:
    """Somebody by the numbers that ``facility`` knows them by."""

    facility: str
    given: Sequence[GivenNumber]
    new: bool = False
    """Whether they may be somebody whom nobody has sent anything about yet."""


def with_book(facts: FactStore, subject: UUID) -> UUID:
    """Return ``subject``, who has a health book.

    Raises:
        NotFoundError: They have none.
    """
    if not load_book(facts, subject).state.is_open:
        raise NotFoundError("no health book is known under this reference")
    return subject


def by_numbers(
    facts: FactStore,
    numbers: PatientNumbers,
    asked: ByNumbers,
    *,
    new_id: Callable[[], UUID],
    act: Act,
) -> UUID:
    """Return whom the numbers mean; all of them have to mean the same person.

    Raises:
        InvalidInputError: A number has not the form of its kind, or there are none or too many.
        NotFoundError: Nobody is known under them, and it is not said that they are new.
        RefusedError: ``numbers_differ``: they are those of different people.
    """
    group = _numbers(asked)
    owners = set(numbers.find_many(group).values())
    if len(owners) > 1:
        raise RefusedError("numbers_differ", "these are the numbers of different people")
    if owners:
        return owners.pop()
    if not asked.new:
        raise NotFoundError("nobody is known under these numbers")
    (found,) = identify_many(facts, numbers, [group], new_id=new_id, at=act.at)
    return found.subject


def _numbers(asked: ByNumbers) -> tuple[Number, ...]:
    if not 0 < len(asked.given) <= MAX_NUMBERS:
        raise InvalidInputError("to", "patient_numbers", f"1 to {MAX_NUMBERS} numbers")
    every = [
        AssertedNumber(*number)
        for index, given in enumerate(asked.given)
        for number in _checked(given, asked.facility, f"to[{index}]")
    ]
    return by_strength(AssertedIdentity("", None, None, tuple(every)))


def _checked(given: GivenNumber, facility: str, place: str) -> Iterator[Number]:
    if given.kind == OWN:
        value = check_text(given.value, place=f"{place}.value", longest=LONGEST_NUMBER)
        if given.system:
            check_text(given.system, place=f"{place}.system", longest=LONGEST_NUMBER)
        yield own_number(facility, value, system=given.system)
        return
    form = FORMS.get(given.kind)
    if form is None:
        raise InvalidInputError(f"{place}.kind", "number_kind", ", ".join((*FORMS, OWN)))
    yield given.kind, form.check(given.value, place=f"{place}.value")
    # The last ten characters of a card are the social insurance number: see the intake.
    if given.kind == "insurance-card" and SOCIAL_INSURANCE_NUMBER.matches(given.value[5:]):
        yield "social-insurance", given.value[5:]
