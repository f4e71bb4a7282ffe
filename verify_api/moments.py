"""Moments as the tables of callers keep them, and as people in Vietnam read them."""

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Final

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Seven hours ahead of Greenwich since 1975, without summer time."""

_START: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return ``at`` as microseconds since 1970 UTC."""
    return (at - _START) // _MICROSECOND


def moment(stored: int) -> datetime:
    """Return the moment of `microseconds`."""
    return _START + stored * _MICROSECOND


_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def day_words(day: date, language: str) -> str:
    """Return ``day`` as ``24/11/2026`` in Vietnamese, ``24 November 2026`` in English."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"
    return f"{day.day:02}/{day.month:02}/{day.year:04}"


def short_day(day: date, language: str) -> str:
    """Return ``day`` without its year, for a scale: ``24/11``, in English ``24 Nov``."""
    if language == "en":
        return f"{day.day} {_MONTHS[day.month - 1][:3]}"
    return f"{day.day:02}/{day.month:02}"


def short_month(day: date, language: str) -> str:
    """Return the month of ``day``: ``11/2026``, in English ``Nov 2026``."""
    if language == "en":
        return f"{_MONTHS[day.month - 1][:3]} {day.year}"
    return f"{day.month:02}/{day.year:04}"


def scale_month(day: date, language: str) -> str:
    """Return the month of ``day`` for a scale: ``11/26``, in English ``Nov 26``."""
    if language == "en":
        return f"{_MONTHS[day.month - 1][:3]} {day.year % 100:02}"
    return f"{day.month:02}/{day.year % 100:02}"


def moment_words(at: datetime, language: str) -> str:
    """Return ``at`` as people in Vietnam read it: ``15:04, 24/11/2026``."""
    local = at.astimezone(VIETNAM)
    return f"{local:%H:%M}, {day_words(local.date(), language)}"
