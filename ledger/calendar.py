"""Vietnam's working days, and the ends of legal terms counted in them.

The day that sets a term off is not counted (Civil Code 2015, article 147). A term in calendar days
that ends on a rest day ends with the next working day (article 148.5). The rest days come from the
`holidays` package and an overlay of later dispatches; both are named in `WorkingCalendar.version`,
which is stored with every deadline.
"""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from importlib.resources import files
from types import MappingProxyType

import holidays

from ledger.errors import InvalidInputError

VIETNAM_TIME = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""Fixed: no daylight saving. A named zone would need a database that changes under us."""
SATURDAY = 5
FEBRUARY_29 = (2, 29)


class TermUnit(StrEnum):
    """What a legal term counts."""

    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Term:
    """A legal term, such as five working days."""

    unit: TermUnit
    count: int


def local_day(at: datetime) -> date:
    """Return the day in Vietnam at the moment ``at``, which is aware."""
    assert at.tzinfo is not None, "a moment without a zone is no moment"
    return at.astimezone(VIETNAM_TIME).date()


def end_of_day(day: date) -> datetime:
    """Return 24:00 of ``day`` in Vietnam, the first moment after it, in UTC."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=VIETNAM_TIME)
    return (midnight + timedelta(days=1)).astimezone(UTC)


def add_years(day: date, years: int) -> date:
    """Return the same day ``years`` later; a year after 29 February is 28 February."""
    if (day.month, day.day) == FEBRUARY_29:
        day = day - timedelta(days=1) if not _is_leap(day.year + years) else day
    return day.replace(year=day.year + years)


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


class WorkingCalendar:
    """Which days are worked; a value, safe to share between threads."""

    def __init__(self, overlay: bytes) -> None:
        """Take the overlay, JSON ``{"2026-01-02": {"day": "off" | "work", "source": "…"}}``.

        Raises:
            InvalidInputError: It is not of that form; ``place`` is the entry.
        """
        changed = _read_overlay(overlay)
        self.overlay = MappingProxyType(changed)
        """Day to whether it is worked, where a dispatch says other than the package."""
        digest = sha256(overlay).hexdigest()[:8]
        self.version = f"holidays-{holidays.version.__version__}+{digest}"
        """Names the rest days exactly; stored with each deadline."""

    def is_working_day(self, day: date) -> bool:
        """Tell whether offices are open on ``day``."""
        changed = self.overlay.get(day)
        return changed if changed is not None else day not in _rest_days(day.year)

    def next_working_day(self, day: date) -> date:
        """Return ``day`` itself if it is worked, else the first working day after it."""
        while not self.is_working_day(day):
            day += timedelta(days=1)
        return day

    def add_working_days(self, start: date, count: int) -> date:
        """Return the ``count``-th working day after ``start``, which itself is not counted."""
        assert count >= 0, "terms run forward"
        day = start
        for _ in range(count):
            day = self.next_working_day(day + timedelta(days=1))
        return self.next_working_day(day) if count == 0 else day

    def add_calendar_days(self, start: date, count: int) -> date:
        """Return the day on which ``count`` days after ``start`` end, moved off rest days."""
        assert count >= 0, "terms run forward"
        return self.next_working_day(start + timedelta(days=count))

    def working_days_between(self, start: date, end: date) -> int:
        """Count the working days after ``start`` up to and including ``end``; 0 if none."""
        days = range(1, (end - start).days + 1)
        return sum(self.is_working_day(start + timedelta(days=n)) for n in days)

    def end_of(self, term: Term, start: date) -> date:
        """Return the last day of ``term`` when ``start`` sets it off."""
        if term.unit is TermUnit.WORKING_DAYS:
            return self.add_working_days(start, term.count)
        if term.unit is TermUnit.CALENDAR_DAYS:
            return self.add_calendar_days(start, term.count)
        # Hours run through rest days: urgent procedural requests do not wait for Monday.
        return start + timedelta(days=-(-term.count // 24))

    def earliest_end(self, terms: tuple[Term, ...], start: date) -> date:
        """Return the day on which the first of ``terms`` ends: all of them bind.

        Over Tết "3 working days" can end after "10 days", so a service limit never stands alone.
        """
        return min(self.end_of(term, start) for term in terms)

    def remaining(self, term: Term, start: date, stopped: date) -> Term:
        """Return what is left of ``term`` when its clock stops on ``stopped``, counted as used."""
        if term.unit is TermUnit.WORKING_DAYS:
            used = self.working_days_between(start, stopped)
        elif term.unit is TermUnit.CALENDAR_DAYS:
            used = (stopped - start).days
        else:
            used = 24 * (stopped - start).days
        return Term(term.unit, max(0, term.count - used))


def _read_overlay(overlay: bytes) -> dict[date, bool]:
    try:
        entries = json.loads(overlay)
        return {date.fromisoformat(day): _is_worked(day, entries[day]) for day in entries}
    except (ValueError, TypeError, KeyError) as error:
        raise InvalidInputError(
            "calendar_overlay", "overlay_form", "days with off or work"
        ) from error


def _is_worked(day: str, entry: dict[str, str]) -> bool:
    if entry["day"] not in {"off", "work"} or not entry["source"]:
        raise InvalidInputError(
            f"calendar_overlay.{day}", "overlay_form", "off or work, with its source"
        )
    return entry["day"] == "work"


@lru_cache(maxsize=256)
def _rest_days(year: int) -> frozenset[date]:
    # The package fills its years lazily and marks a year as known before it has filled it, so one
    # shared object answers wrongly while another thread fills: each year is computed apart. The
    # neighbouring years are there for days off that move across New Year.
    known = holidays.country_holidays("VN", years=range(year - 1, year + 2))
    first = date(year, 1, 1)
    days = (first + timedelta(days=n) for n in range(366))
    return frozenset(day for day in days if not known.is_working_day(day))


@lru_cache(maxsize=1)
def standard_calendar() -> WorkingCalendar:
    """Return the calendar with the overlay that this version of the program carries."""
    return WorkingCalendar(files("ledger").joinpath("calendar_overlay.json").read_bytes())
