"""FHIR times with the precision they were sent in, and what they may mean in seconds.

A facility's day is a day in Vietnam: a time without a zone is read at +07:00. What is sent stays
as it was sent; seconds are for sorting and comparing alone.
"""

import re
from datetime import date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7))
_FORM: Final = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2})(T.*)?)?)?", re.ASCII)
_LEAP_SECOND: Final = re.compile(r"(:[0-5][0-9]):60")
_EPOCH: Final = datetime(1970, 1, 1, 7, tzinfo=VIETNAM)
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()
_A_DAY: Final = 24 * 60 * 60
_AHEAD: Final = 7 * 60 * 60
"""Seconds by which a day begins earlier in Vietnam than in UTC."""
_DECEMBER: Final = 12
_LAST_YEAR: Final = 9999

Span = tuple[int, int]
"""First second, and first second after it, since 1970."""


@lru_cache(maxsize=16_384)
def span(sent: str) -> Span | None:
    """Return which seconds a FHIR date, dateTime or instant may mean; None if it is none.

    ``2015`` is a whole year, ``2015-01-10`` a day in Vietnam, a time one second.
    """
    form = _FORM.fullmatch(sent)
    if form is None:
        return None
    year, month, day, time = form.groups()
    try:
        if time:
            at = seconds(_moment(sent))
            return at, at + 1
        first = date(int(year), int(month or 1), int(day or 1))
        return _midnight(first), _midnight(_after(first, month, day))
    except (ValueError, OverflowError):
        return None


def _after(first: date, month: str | None, day: str | None) -> date:
    if day is not None:
        return first + timedelta(days=1)
    if month is not None and first.month < _DECEMBER:
        return first.replace(month=first.month + 1)
    if first.year == _LAST_YEAR:
        return first.replace(month=_DECEMBER, day=31)
    return first.replace(year=first.year + 1, month=1)


def _midnight(day: date) -> int:
    return (day.toordinal() - _FIRST_DAY) * _A_DAY - _AHEAD


def _moment(sent: str) -> datetime:
    if ":60" in sent:  # a leap second is a time that FHIR allows and the library does not
        sent = _LEAP_SECOND.sub(r"\1:59", sent)
    at = datetime.fromisoformat(sent)
    return at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)


def seconds(at: datetime) -> int:
    """Return an aware time as whole seconds since 1970 UTC."""
    since = at - _EPOCH
    return since.days * _A_DAY + since.seconds


def time_of(seconds_since: int) -> datetime:
    """Return the time that `seconds` made ``seconds_since`` of, in Vietnam's zone."""
    return _EPOCH + timedelta(seconds=seconds_since)
