"""Why a day is not worked, in words: weekend, or the holiday by its name."""

from datetime import date, timedelta
from functools import lru_cache
from typing import Final

import holidays

from ledger.calendar import SATURDAY, WorkingCalendar
from ledger.certificates.kind import Wording

_WEEKEND: Final = {5: Wording("thứ Bảy", "Saturday"), 6: Wording("Chủ nhật", "Sunday")}
_BY_DISPATCH: Final = Wording("nghỉ theo công văn", "a day off by dispatch")
_OFF: Final = Wording("ngày nghỉ", "a day off")
_WORKED: Final = Wording("ngày làm bù", "worked to make up for another")
MOST_DAYS: Final = 366
"""Of a stretch whose days are named one by one."""


def why_off(day: date, calendar: WorkingCalendar) -> Wording | None:
    """Return why ``day`` is not worked; None if it is."""
    if calendar.is_working_day(day):
        return None
    named = _named(day)
    if named is not None:
        return named
    if day in calendar.overlay:
        return _BY_DISPATCH
    return _WEEKEND.get(day.weekday(), _OFF)


def rest_days(
    since: date, until: date, calendar: WorkingCalendar
) -> tuple[tuple[date, Wording], ...]:
    """Return the days after ``since`` up to ``until`` that are not worked, each with its reason.

    At most `MOST_DAYS` are looked at.
    """
    found = ((day, why_off(day, calendar)) for day in _days(since, until))
    return tuple((day, why) for day, why in found if why is not None)


def worked_weekends(
    since: date, until: date, calendar: WorkingCalendar
) -> tuple[tuple[date, Wording], ...]:
    """Return the Saturdays and Sundays in between that are worked to make up for another day."""
    return tuple(
        (day, _WORKED)
        for day in _days(since, until)
        if day.weekday() >= SATURDAY and calendar.is_working_day(day)
    )


def _days(since: date, until: date) -> tuple[date, ...]:
    count = min((until - since).days, MOST_DAYS)
    return tuple(since + timedelta(days=n) for n in range(1, count + 1))


def _named(day: date) -> Wording | None:
    vi, en = _names(day.year)
    return Wording(vi[day], en[day]) if day in vi and day in en else None


@lru_cache(maxsize=64)
def _names(year: int) -> tuple[dict[date, str], dict[date, str]]:
    """Return the holidays of a year by day, in both languages; computed apart, as the calendar."""
    vi, en = (
        dict(holidays.country_holidays("VN", years=year, language=language))
        for language in ("vi", "en_US")
    )
    return vi, en
