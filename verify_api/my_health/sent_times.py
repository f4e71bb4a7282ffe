"""Times that facilities sent, in words, with the precision that they were sent in."""

from datetime import date, datetime
from typing import Final

from verify_api.moments import VIETNAM, day_words, moment_words, short_day, short_month

_YEAR, _MONTH, _DAY = (len(form) for form in ("2015", "2015-01", "2015-01-10"))
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip


def sent_words(sent: str, language: str) -> str:
    """Return a FHIR date, month, year or time in words; what is none of these as it was sent."""
    try:
        if len(sent) <= _YEAR:
            return sent
        if len(sent) == _MONTH:
            first = date.fromisoformat(f"{sent}-01")
            return month_words(first.year, first.month, language)
        if len(sent) == _DAY:
            return day_words(date.fromisoformat(sent), language)
        at = datetime.fromisoformat(sent)
    except ValueError:
        return sent
    return moment_words(at if at.tzinfo else at.replace(tzinfo=VIETNAM), language)


def scale_words(sent: str, language: str) -> str:
    """Return a FHIR date, month or year for a scale; a date on two lines, its year below."""
    try:
        if len(sent) == _MONTH:
            return short_month(date.fromisoformat(f"{sent}-01"), language)
        day = date.fromisoformat(sent)
    except ValueError:
        return sent_words(sent, language)
    return f"{short_day(day, language)}\n{day.year:04}"


def month_words(year: int, month: int, language: str) -> str:
    """Return a month as ``tháng 1/2015`` or ``January 2015``."""
    return f"{_MONTHS[month - 1]} {year}" if language == "en" else f"tháng {month}/{year}"
