"""A day that was typed into three fields, ``name-day``, ``name-month`` and ``name-year``."""

from collections.abc import Mapping
from datetime import date
from typing import Final

from ledger.errors import InvalidInputError

PARTS: Final = ("day", "month", "year")


def read_day_parts(form: Mapping[str, str], name: str) -> date | None:
    """Return the day; None if all three fields are empty.

    Raises:
        InvalidInputError: They are no day, or not all are filled in. Its place is ``name``.
    """
    typed = [form.get(f"{name}-{part}", "").strip() for part in PARTS]
    if not any(typed):
        return None
    try:
        day, month, year = (int(part) if part.isascii() and part.isdigit() else 0 for part in typed)
        return date(year, month, day)
    except ValueError:
        expected = "a day of the calendar: day, month and year, in digits"
        raise InvalidInputError(name, "day", expected) from None
