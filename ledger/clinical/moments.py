"""FHIR times with the precision they were sent in, and what they may mean in seconds.

A facility's day is a day in Vietnam: a time without a zone is read at +07:00. What is sent stays
as it was sent; seconds are for sorting and comparing alone.
"""

import re
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7))
_FORM: Final = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})(?P<time>T.*)?)?)?", re.ASCII
)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=VIETNAM) + timedelta(hours=7)
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
    try:
        if form["time"]:
            at = _seconds(_moment(sent))
            return at, at + 1
        year, month, day = int(form["year"]), int(form["month"] or 1), int(form["day"] or 1)
        first = datetime(year, month, day, tzinfo=VIETNAM)
        return _seconds(first), _seconds(_after(first, form["month"], form["day"]))
    except (ValueError, OverflowError):
        return None


def _after(first: datetime, month: str | None, day: str | None) -> datetime:
    if day is not None:
        return first + timedelta(days=1)
    if month is not None and first.month < _DECEMBER:
        return first.replace(month=first.month + 1)
    if first.year == _LAST_YEAR:
        return first.replace(month=_DECEMBER, day=31)
    return first.replace(year=first.year + 1, month=1)


def _moment(sent: str) -> datetime:
    # A leap second is a time that FHIR allows and the library does not.
    at = datetime.fromisoformat(re.sub(r"(:[0-5][0-9]):60", r"\1:59", sent))
    return at if at.tzinfo is not None else at.replace(tzinfo=VIETNAM)


def _seconds(at: datetime) -> int:
    return int((at - _EPOCH).total_seconds() // 1)


def seconds(at: datetime) -> int:
    """Return an aware time as whole seconds since 1970 UTC."""
    return _seconds(at)


def time_of(seconds_since: int) -> datetime:
    """Return the time that `seconds` made ``seconds_since`` of, in Vietnam's zone."""
    return _EPOCH + timedelta(seconds=seconds_since)
