"""Who may read what of a health book, on which ground: the decision alone, over plain values.

    own               everything
    representative    a child's parent or guardian, by age; an adult's guardian; the authorised
    care relation     the facility that treats: an accepted referral, an appointment, a recent visit
    consent           what the person allowed it
    written order     what the order names
    emergency         everything, for hours, before everybody's eyes

A care relation opens what is not withheld (`categories.WITHHELD`) and not closed by the person;
a consent opens what it names, also that. Whoever is refused learns one rule, whether the person
closed everything, restricts the use of their data, or is nobody at all: each of these tells.

Source: Law 15/2023/QH15, articles 10 and 69; Law 91/2025/QH15, articles 19, 24 and 26; Law
102/2016/QH13 on children, article 21; Civil Code 2015, articles 21 and 136.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.categories import EVERYTHING, WITHHELD, Category
from ledger.errors import RefusedError
from ledger.personal_details import age

ADULT: Final = 18
"""A parent's right ends on this birthday. Source: Civil Code 2015, article 20."""
DECIDES: Final = 15
"""From here on what is withheld is the child's own to show. Source: Law 64/2006, article 27 as
amended 2020 (a test without a parent from 15 on); Civil Code 2015, article 21.4."""
NO_GROUND: Final = "no_access_ground"
_LEAP_DAY: Final = (2, 29)


class Basis(StrEnum):
    """On what a look rests; what access facts say as their legal basis."""

    OWN = "own"
    REPRESENTATIVE = "representative"
    REFERRAL = "care-referral"
    APPOINTMENT = "care-appointment"
    VISIT = "care-visit"
    CONSENT = "consent"
    ORDER = "written-order"
    EMERGENCY = "emergency"


_PREFERENCE: Final = tuple(Basis)
"""The mildest first: nobody breaks the glass for what they may read anyhow."""
_CARE: Final = frozenset({Basis.REFERRAL, Basis.APPOINTMENT, Basis.VISIT})
_FOR_OTHERS: Final = _CARE | {Basis.CONSENT}
"""What stops while the person restricts the use of their data."""


class Bond(StrEnum):
    """How a representative stands to the person."""

    PARENT = "parent"
    GUARDIAN = "guardian"
    AUTHORISED = "authorised"


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason why somebody may read."""

    basis: Basis
    categories: frozenset[Category]
    reference: UUID | None = None
    """The consent, referral, visit, order or emergency."""


@dataclass(frozen=True, slots=True)
class Closings:
    """What the person has closed to care providers, or altogether."""

    categories: frozenset[Category] = frozenset()
    visits: frozenset[UUID] = frozenset()
    restricted: bool = False
    """Their data are kept and not used (restriction of processing)."""


@dataclass(frozen=True, slots=True)
class Grant:
    """What somebody may read, and on which grounds."""

    categories: frozenset[Category]
    grounds: tuple[Ground, ...]
    """Each of them opens something that was asked for; never empty."""
    closed_visits: frozenset[UUID] = frozenset()
    """Visits that are left out."""

    @property
    def withheld(self) -> frozenset[Category]:
        """What an entry must not be of to be shown."""
        return EVERYTHING - self.categories


def decide(asked: Iterable[Category], grounds: Iterable[Ground], closings: Closings) -> Grant:
    """Return what of ``asked`` the ``grounds`` open.

    Raises:
        RefusedError: ``no_access_ground``: nothing is open.
    """
    wanted = frozenset(asked)
    opened: frozenset[Category] = frozenset()
    used: list[Ground] = []
    for ground in sorted(grounds, key=lambda one: _PREFERENCE.index(one.basis)):
        adds = (_open(ground, closings) & wanted) - opened
        if adds:
            opened |= adds
            used.append(ground)
    if not used:
        raise RefusedError(NO_GROUND, "expected consent, a care relation, an order or an emergency")
    others_only = all(ground.basis in _FOR_OTHERS for ground in used)
    return Grant(opened, tuple(used), closings.visits if others_only else frozenset())


def _open(ground: Ground, closings: Closings) -> frozenset[Category]:
    if closings.restricted and ground.basis in _FOR_OTHERS:
        return frozenset()
    if ground.basis in _CARE:
        return ground.categories - WITHHELD - closings.categories
    return ground.categories


def represented(
    bond: Bond, *, born: date | None, on: date, until: date | None
) -> frozenset[Category]:
    """Return what a representative may read on that day; nothing once their right has ended.

    What tells of violence is never shown to a representative, at no age: it may be about them. A
    child of fifteen shows what is withheld by a consent of their own, or not. A parent whose
    child's birth date nobody knows shows a document first.

    Args:
        bond: How they stand to the person.
        born: The person's birth date; where only a year is known, its first day.
        on: Today, in Vietnam.
        until: First day without the right, where the appointment names one.
    """
    if until is not None and on >= until:
        return frozenset()
    if bond is Bond.AUTHORISED:
        return frozenset({Category.GENERAL})
    if born is None:
        return frozenset()
    years = age(born, on)
    if bond is Bond.PARENT and years >= ADULT:
        return frozenset()
    if DECIDES <= years < ADULT:
        return frozenset({Category.GENERAL})
    return EVERYTHING - {Category.VIOLENCE}


@dataclass(frozen=True, slots=True)
class Mandate:
    """By which one acts for another: an appointment, and how long it can last."""

    bond: Bond
    born: date | None
    """Earliest day on which the person can have been born; None if nobody said."""
    until: date | None
    """First day without it, where the appointment names one."""


def mandated(mandates: Iterable[Mandate], on: date) -> frozenset[Category]:
    """Return what a representative may read, and so may open to others, on that day."""
    opened = (represented(one.bond, born=one.born, on=on, until=one.until) for one in mandates)
    return frozenset[Category]().union(*opened)


def check_mandate(mandates: Iterable[Mandate], on: date) -> None:
    """Refuse who acts for nobody here, in the words of every other refusal.

    Raises:
        RefusedError: ``no_access_ground``.
    """
    if not mandated(mandates, on):
        raise RefusedError(NO_GROUND, "expected consent, a care relation, an order or an emergency")


def check_within(
    mandates: Iterable[Mandate], categories: Iterable[Category], *, on: date, last: date
) -> None:
    """Refuse what a representative would open to others and could not open themselves.

    What is opened ends with the right to open it: a consent that a parent gives for what is
    withheld ends by the fifteenth birthday, and any of theirs by the eighteenth.

    Args:
        mandates: By which they act.
        categories: What they would open.
        on: Today, in Vietnam.
        last: The last day on which it would be open.

    Raises:
        RefusedError: ``beyond_representation``.
    """
    known, wanted = tuple(mandates), frozenset(categories)
    days = {on, last, *(day for one in known for day in _turns(one) if on < day < last)}
    if not all(wanted <= mandated(known, day) for day in days):
        raise RefusedError(
            "beyond_representation", "a representative opens what they may read, while they may"
        )


def _turns(mandate: Mandate) -> Iterator[date]:
    """Yield the days on which what a mandate opens may change: a guardian's narrows and widens."""
    if mandate.until is not None:
        yield mandate.until
    born = mandate.born
    if born is None:
        return
    for years in (DECIDES, ADULT):
        year = min(born.year + years, date.max.year)
        leaps = (born.month, born.day) == _LEAP_DAY
        yield date(year, 3, 1) if leaps else born.replace(year=year)
