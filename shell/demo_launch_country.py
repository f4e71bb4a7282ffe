"""The launch's country, drawn beforehand: who is treated where and when, who gets which paper.

Visits come in lots of some fifty, as hospitals send them; each lot has a minute of its own. The
first facility of a province is the hospital that makes its papers, the second one takes referrals.
A few come a second time.
"""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from math import ceil
from typing import Final

from projections.populations import populations
from shell.demo_visits import VIETNAM
from shell.launch_scale import LaunchScale, apportioned
from shell.population import SamplePerson, people

FIRST_DAY: Final = date(2024, 4, 22)
"""On which the two cities' pilot began."""
LAST_DAY: Final = date(2024, 10, 2)
"""Of the launch."""
DAYS: Final = (LAST_DAY - FIRST_DAY).days
LOT: Final = 50
_OPENS: Final = time(9)
_OPEN_MINUTES: Final = 8 * 60
_RETURNING: Final = 10
"""One in so many of a lot comes again, if the hospital sends another one."""
_LEAST_FACILITIES: Final = 2
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BY_LETTER: Final = 99
_SENDS_FOR: Final = 100
"""Books for which one facility of a province sends."""


@dataclass(frozen=True, slots=True)
class Lot:
    """Visits that a facility sends together, and the papers of its province made after them."""

    at: datetime
    facility: str
    persons: Sequence[int]
    """Places in `Country.people`."""
    referred: Sequence[int]
    appointed: Sequence[int]


@dataclass(frozen=True, slots=True)
class Country:
    """Everything that is going to happen to facilities and patients."""

    people: Sequence[SamplePerson]
    facilities: Mapping[str, Sequence[str]]
    """By province, their codes."""
    apart: frozenset[str]
    """Codes of those that do not send through social insurance."""
    lots: Sequence[Lot]
    """In the order of time."""
    shown: frozenset[int]
    """Who sees their book in the app, as places in `people`."""

    @property
    def steps(self) -> int:
        """How much there is to do."""
        all_facilities = sum(map(len, self.facilities.values()))
        sent = sum(len(lot.persons) + len(lot.referred) + len(lot.appointed) for lot in self.lots)
        return 2 * all_facilities - len(self.apart) + sent + len(self.shown)


def code_of(province: str, ordinal: int) -> str:
    """Return the code of a province's facility, from 0 on: ``01A01``, ``01A02``, and so on."""
    letter, number = divmod(ordinal, _BY_LETTER)
    return f"{province}{_LETTERS[letter]}{number + 1:02}"


def drawn(scale: LaunchScale, seed: int) -> Country:
    """Return the country at ``scale``; the same for the same ``seed``."""
    dice = random.Random(seed)  # noqa: S311 (a story, not a secret)
    weights = populations().people
    in_province = apportioned(scale.facilities, weights, least=_LEAST_FACILITIES)
    facilities = {
        code: [code_of(code, ordinal) for ordinal in range(count)]
        for code, count in in_province.items()
    }
    apart = apportioned(scale.facilities - scale.synchronised, weights)
    return Country(
        people=list(islice(people(seed), scale.books)),
        facilities=facilities,
        apart=frozenset(
            one
            for code, count in apart.items()
            for one in facilities[code][_LEAST_FACILITIES:][-count or len(facilities[code]) :]
        ),
        lots=sorted(_lots(scale, facilities, dice), key=lambda lot: lot.at),
        shown=frozenset(dice.sample(range(scale.books), scale.integrated)),
    )


def _lots(
    scale: LaunchScale, facilities: Mapping[str, Sequence[str]], dice: random.Random
) -> Iterator[Lot]:
    weights = populations().people
    books = apportioned(scale.books, weights, least=1)
    referrals, appointments = (
        apportioned(count, weights) for count in (scale.referrals, scale.appointments)
    )
    minutes = _minutes(sum(ceil(count / LOT) for count in books.values()), dice)
    begin = 0
    for code, count in books.items():
        persons = range(begin, begin + count)
        begin += count
        senders = facilities[code][: max(1, count // _SENDS_FOR)]
        papers = _Papers(persons, referrals[code], appointments[code])
        yield from _of_province(persons, senders, minutes, papers)


@dataclass(frozen=True, slots=True)
class _Papers:
    """Which persons of a province get papers: the first ones, again from the first if too few."""

    persons: range
    referrals: int
    appointments: int

    def of(self, persons: range) -> tuple[list[int], list[int]]:
        """Return who of ``persons`` is referred, and who is appointed."""
        got = [self.persons[n % len(self.persons)] for n in range(self.both)]
        referred = [one for one in got[: self.referrals] if one in persons]
        return referred, [one for one in got[self.referrals :] if one in persons]

    @property
    def both(self) -> int:
        return self.referrals + self.appointments


def _of_province(
    persons: range, senders: Sequence[str], minutes: Iterator[datetime], papers: _Papers
) -> Iterator[Lot]:
    sent: dict[str, list[range]] = {}
    for number, start in enumerate(range(0, len(persons), LOT)):
        # Who gets a paper is treated where it is made.
        at_hospital = start < papers.both
        sender = senders[0] if at_hospital else senders[number % len(senders)]
        sent.setdefault(sender, []).append(persons[start : start + LOT])
    for sender, lots in sent.items():
        moments = sorted(islice(minutes, len(lots)))
        before: range = range(0)
        for at, lot in zip(moments, lots, strict=True):
            again = before[: len(before) // _RETURNING]
            yield Lot(at, sender, [*lot, *again], *papers.of(lot))
            before = lot


def _minutes(count: int, dice: random.Random) -> Iterator[datetime]:
    """Yield ``count`` minutes of opening hours before the last day, no two the same."""
    opened = datetime.combine(FIRST_DAY, _OPENS, VIETNAM)
    for number in dice.sample(range(DAYS * _OPEN_MINUTES), count):
        day, minute = divmod(number, _OPEN_MINUTES)
        yield opened + timedelta(days=day, minutes=minute)
