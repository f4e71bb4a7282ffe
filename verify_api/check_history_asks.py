"""What an address asks of a history of checks: days, state, whose, and where a page begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

from ledger.calendar import end_of_day
from ledger.errors import InvalidInputError
from ledger.records.check import NOT_FOUND
from projections.check_queries import NEWEST, Place, Sieve
from projections.columns import microseconds
from verify_api.verdict import State

STATES: Final = (
    *(one.value for one in State if one not in {State.CAMERA_UNAVAILABLE, State.SERVICE_ERROR}),
    NOT_FOUND,
)
"""What a check may have been answered; the two left out are pages' own and answer nothing."""
OWN, ALL = "own", "all"
_FIRST, _LAST = date(2000, 1, 1), date(9998, 12, 31)
_LONGEST_NUMBER: Final = len(str(1 << 62))
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HistoryAsk:
    """Which checks."""

    since: date | None = None
    until: date | None = None
    """The last day."""
    state: str = ""
    """One of `STATES`, or nothing for all."""
    own: bool = False
    before: Place = NEWEST

    def sieve(self, organisation: str, account: str) -> Sieve:
        """Return what is asked of the history of ``organisation``.

        Args:
            organisation: The caller's.
            account: The caller's, where only own checks are asked for.
        """
        return Sieve(
            organisation,
            None if self.since is None else microseconds(end_of_day(self.since - _DAY)),
            None if self.until is None else microseconds(end_of_day(self.until)),
            self.state or None,
            account if self.own else None,
        )

    def query(self, **more: str) -> str:
        """Return what an address has to say to ask this, and ``more``; not where a page begins."""
        said = {
            "since": "" if self.since is None else self.since.isoformat(),
            "until": "" if self.until is None else self.until.isoformat(),
            "state": self.state,
            "by": OWN if self.own else "",
            **more,
        }
        return urlencode({name: value for name, value in said.items() if value})


def read_ask(args: Mapping[str, str]) -> HistoryAsk:
    """Return what an address asks for; what it leaves out or empty is not asked.

    Raises:
        InvalidInputError: A value is not one of those offered; its place is the name in the
            address.
    """
    since, until = _day(args, "since"), _day(args, "until")
    if since and until and until < since:
        raise InvalidInputError("until", "days_reversed", "a day that is not before the first")
    state, by = args.get("state", ""), args.get("by", "") or ALL
    if state and state not in STATES:
        raise InvalidInputError("state", "check_state", f"one of {', '.join(STATES)}")
    if by not in {OWN, ALL}:
        raise InvalidInputError("by", "checks_by", f"{OWN} or {ALL}")
    return HistoryAsk(since, until, state, by == OWN, _place(args.get("before", "")))


def place_text(place: Place) -> str:
    """Return a place as an address says it."""
    return f"{place.at}.{place.position}"


def _day(args: Mapping[str, str], name: str) -> date | None:
    typed = args.get(name, "")
    if not typed:
        return None
    try:
        day = date.fromisoformat(typed)
    except ValueError:
        day = date.min
    if not _FIRST <= day <= _LAST:
        raise InvalidInputError(name, "day_form", "a day such as 2026-11-24")
    return day


def _place(typed: str) -> Place:
    if not typed:
        return NEWEST
    at, _, position = typed.partition(".")
    if not all(_is_number(one) for one in (at, position)):
        raise InvalidInputError("before", "checks_before", "what the page before said")
    return Place(int(at), int(position))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < _LONGEST_NUMBER
