"""Dates of FHIR compared as far as they are precise: a year, a month, a day or a moment."""

from datetime import datetime, timedelta
from typing import Final

CLOCK_TOLERANCE: Final = timedelta(hours=1)
"""How far a sender's clock may be ahead. Our choice: facilities' clocks are not synchronised."""
_DAY: Final = 10


def moment(text: str) -> datetime:
    """Return the aware moment of a dateTime with time, or of an instant."""
    # A leap second is none for the library; the second before it is near enough.
    return datetime.fromisoformat(text.replace(":60", ":59"))


def has_time(text: str) -> bool:
    """Return whether a dateTime tells a moment, not only a day, month or year."""
    return len(text) > _DAY


def is_before(one: str, other: str) -> bool:
    """Return whether ``one`` surely lies before ``other``.

    Days are compared as written, to the precision that both have: a day without a zone and a
    moment with one were written at the same place. What overlaps is not before.
    """
    if has_time(one) and has_time(other):
        return moment(one) < moment(other)
    common = min(len(one), len(other), _DAY)
    return one[:common] < other[:common]


def is_after(text: str, at: datetime) -> bool:
    """Return whether ``text`` lies after the aware moment ``at``, by more than the tolerance.

    A day is in the future only if it has not begun anywhere on earth.
    """
    latest = at + CLOCK_TOLERANCE
    if has_time(text):
        return moment(text) > latest
    first_day = (latest.astimezone(_FIRST_ZONE)).date().isoformat()
    return text > first_day[: len(text)]


_FIRST_ZONE: Final = datetime.fromisoformat("2000-01-01T00:00:00+14:00").tzinfo
"""Where each day begins first."""
