"""A day of the country as load: what arrives, how much of it, at which hour. Pure.

How many a day, for the whole country:

* visits: 230 million a year; referral papers and appointments: those of the launch, spread over
  its 164 days; applications: the two cities' 50,000 in those days, for the whole population.
* what nobody has published is assumed: two verifications a visit, a look into one's book for every
  sixth visit, one share for thirty visits, one paper in a hundred revoked.

Hours: outpatient clinics open at seven, are full from eight to ten, empty at noon, full again from
two to four; at night there is little but emergencies and people with their phones.
"""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Final

from ledger.errors import InvalidInputError

_LAUNCH_DAYS: Final = 164
_VISITS: Final = 230_000_000 / 365
_REFERRALS: Final = 911_696 / _LAUNCH_DAYS
_APPOINTMENTS: Final = 2_629_117 / _LAUNCH_DAYS
_PEOPLE: Final = 100_306
_OF_THE_CITIES: Final = 8_587.1 + 1_166.5
"""Thousands."""
HOUR: Final = 3600.0
HOURS: Final = 24


class Kind(StrEnum):
    """What arrives."""

    VERIFICATION = "verification"
    VISIT = "visit"
    LOOK = "look"
    SHARE = "share"
    APPOINTMENT = "appointment"
    REFERRAL = "referral"
    APPLICATION = "application"
    REVOCATION = "revocation"


A_DAY: Final[Mapping[Kind, float]] = {
    Kind.VERIFICATION: 2 * _VISITS,
    Kind.VISIT: _VISITS,
    Kind.LOOK: _VISITS / 6,
    Kind.SHARE: _VISITS / 30,
    Kind.APPOINTMENT: _APPOINTMENTS,
    Kind.REFERRAL: _REFERRALS,
    Kind.APPLICATION: 50_000 / _LAUNCH_DAYS * _PEOPLE / _OF_THE_CITIES,
    Kind.REVOCATION: (_APPOINTMENTS + _REFERRALS) / 100,
}
"""Arrivals a day in the whole country."""

CURVE: Final = (
    2, 1, 1, 1, 2, 5, 20, 60, 100, 105, 90, 55, 25, 50, 80, 75, 50, 25, 18, 15, 12, 9, 6, 3,
)  # fmt: skip
"""How the day's arrivals lie in its hours; only what they are to one another counts."""


@dataclass(frozen=True, slots=True)
class Plan:
    """Which part of a day is played, how large, how fast."""

    hours: float
    begins: float
    """Hour of the day."""
    factor: int
    """One arrives for so many of the country."""
    rate: float
    """Hours of the day that go by in an hour."""

    def __post_init__(self) -> None:
        """Refuse what is no plan.

        Raises:
            InvalidInputError: Rule ``simulated_day``.
        """
        if not (0 < self.hours <= HOURS and 0 <= self.begins < HOURS):
            expected = "more than 0 and at most 24 hours, from an hour of the day"
            raise InvalidInputError("--hours", "simulated_day", expected)
        if self.factor < 1 or not self.rate > 0:
            raise InvalidInputError("--scale", "simulated_day", "1:1 or smaller, a rate above 0")

    @property
    def seconds(self) -> float:
        """How long it takes."""
        return self.hours * HOUR / self.rate

    def expected(self, kind: Kind) -> float:
        """Return how many of a kind arrive, on average."""
        share = sum(part for _, _, part in _stretches(self))
        return A_DAY[kind] / self.factor * share


@dataclass(frozen=True, slots=True, order=True)
class Arrival:
    """Something that begins, whatever became of what began before."""

    at: float
    """Seconds after the beginning."""
    kind: Kind


def arrivals(plan: Plan, dice: random.Random) -> Iterator[Arrival]:
    """Yield what arrives, in order: each hour's by chance within it (a Poisson process)."""
    for begins, ends, part in _stretches(plan):
        some: list[Arrival] = []
        for kind in Kind:
            mean = A_DAY[kind] / plan.factor * part
            at = dice.expovariate(1.0)
            while at < mean:
                hour = begins + (ends - begins) * at / mean
                some.append(Arrival((hour - plan.begins) * HOUR / plan.rate, kind))
                at += dice.expovariate(1.0)
        yield from sorted(some)


def _stretches(plan: Plan) -> Iterator[tuple[float, float, float]]:
    """Yield the hours that are played, with each one's part of a day's arrivals."""
    ends = plan.begins + plan.hours
    marks = [plan.begins, *range(int(plan.begins) + 1, int(ends) + 1), ends]
    for begin, end in pairwise(marks):
        if end > begin:
            weight = CURVE[int(begin) % HOURS] / sum(CURVE)
            yield begin, end, weight * (end - begin)
