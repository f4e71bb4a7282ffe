"""Times of the insurance tables, with the precision that they were sent in.

``yyyymmdd`` or ``yyyymmddHHMM``; parts that nobody knows are zeros. ``19850000`` is a year and
stays one: no first of January is invented. The tables say no zone: it is Vietnam's, +07:00.

Source: Decision 130/QĐ-BYT, general rules on times; the health reference, sections 3 and 11.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final

from ledger.clinical.moments import VIETNAM, span

_FORM: Final = re.compile(
    "(?P<year>[0-9]{4})(?P<month>[0-9]{2})(?P<day>[0-9]{2})(?P<clock>[0-9]{4})?", re.ASCII
)
_UNKNOWN: Final = "00"
_UNKNOWN_CLOCK: Final = "0000"
_FIRST_YEAR: Final = "1800"
"""Nobody alive was born, and no treatment that is sent took place, before."""
_MINUTE: Final = 60


@dataclass(frozen=True, slots=True)
class InsuranceTime:
    """A time as sent, and what it may mean."""

    sent: str
    earliest: int
    """First second since 1970 UTC that it may mean."""
    latest: int
    """First second after all that it may mean."""
    fhir: str
    """FHIR dateTime of the same precision, with its zone where the minute is known."""

    @property
    def exact(self) -> bool:
        """Whether hour and minute are known."""
        return "T" in self.fhir

    @property
    def date(self) -> str:
        """Year, month and day as far as they are known: a FHIR date."""
        return self.fhir.partition("T")[0]

    @property
    def whole_day(self) -> bool:
        """Whether at least the day is known."""
        return self.date.count("-") > 1


_PLAIN: Final = re.compile(
    "(?:1[89]|2[0-9])[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|1[0-9]|2[0-8])"
    "(?:(?:[01][0-9]|2[0-3])[0-5][0-9])?",
    re.ASCII,
)
"""Days that every month has, at a time of the day: most of what is sent."""


def is_time(sent: str) -> bool:
    """Tell whether ``sent`` is a time of the calendar, as `parse_time` does, only faster."""
    return _PLAIN.fullmatch(sent) is not None or parse_time(sent) is not None


@lru_cache(maxsize=16_384)
def parse_time(sent: str) -> InsuranceTime | None:
    """Return what ``sent`` means; None if it is no time of the calendar.

    ``19850000`` is the year 1985, ``202511010915`` a quarter past nine in Vietnam.
    """
    form = _FORM.fullmatch(sent)
    if form is None or form["year"] < _FIRST_YEAR:
        return None
    year, month, day, clock = form.group("year", "month", "day", "clock")
    timed = clock is not None and clock != _UNKNOWN_CLOCK
    if _gap(month, day, timed=timed):
        return None
    text = "-".join([year, *(part for part in (month, day) if part != _UNKNOWN)])
    if timed:
        text += f"T{clock[:2]}:{clock[2:]}:00+07:00"
    meant = span(text)
    if meant is None:
        return None
    return InsuranceTime(sent, meant[0], meant[0] + _MINUTE if timed else meant[1], text)


def _gap(month: str, day: str, *, timed: bool) -> bool:
    """Tell whether a part is unknown and a smaller one is not: that is no time at all."""
    return (month == _UNKNOWN and day != _UNKNOWN) or (day == _UNKNOWN and timed)


def write_time(at: datetime) -> str:
    """Return an aware time as ``yyyymmddHHMM`` in Vietnam.

    Midnight reads back as a day: the tables have no other way to say it.
    """
    return at.astimezone(VIETNAM).strftime("%Y%m%d%H%M")


def surely_after(one: InsuranceTime, other: InsuranceTime) -> bool:
    """Tell whether ``one`` is later than ``other`` however their unknown parts are filled."""
    return one.earliest >= other.latest
