"""Which entries of a timeline somebody asks for: a group of kinds, days, words. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from ledger.calendar import VIETNAM_TIME
from ledger.clinical.book import Item
from ledger.clinical.entry import Kind
from ledger.clinical.moments import seconds, span
from ledger.errors import InvalidInputError
from ledger.names import search_key

GROUPS: Final[Mapping[str, frozenset[Kind]]] = MappingProxyType({
    "": frozenset(),
    "visits": frozenset({Kind.VISIT, Kind.PROCEDURE}),
    "problems": frozenset({Kind.PROBLEM, Kind.ALLERGY, Kind.ALERT}),
    "medicines": frozenset({Kind.MEDICINE, Kind.IMMUNISATION}),
    "results": frozenset({Kind.RESULT, Kind.REPORT, Kind.DOCUMENT, Kind.VITAL}),
    "notes": frozenset({Kind.NOTE}),
})  # fmt: skip
"""By the name in addresses; all kinds under the empty one."""
LONGEST: Final = 80
"""Characters that are searched for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What a timeline is to show."""

    group: str = ""
    words: str = ""
    since: date | None = None
    until: date | None = None
    """The last day."""


def read_group(typed: str) -> str:
    """Return a group of kinds.

    Raises:
        InvalidInputError: There is none of this name.
    """
    if typed not in GROUPS:
        expected = ", ".join(name for name in GROUPS if name)
        raise InvalidInputError("kind", "timeline_kind", f"one of {expected}, or nothing")
    return typed


def read_asked(form: Mapping[str, str]) -> Asked:
    """Return what a form asks for.

    Raises:
        InvalidInputError: A day is none, the last one is before the first, or there are too many
            words.
    """
    words = form.get("words", "").strip()
    if len(words) > LONGEST:
        raise InvalidInputError("words", "search_words", f"at most {LONGEST} characters")
    since, until = _day(form, "since"), _day(form, "until")
    if since and until and until < since:
        raise InvalidInputError("until", "days_reversed", "a day that is not before the first")
    return Asked(read_group(form.get("kind", "")), words, since, until)


def matching(items: Iterable[Item], asked: Asked) -> list[Item]:
    """Return what was asked for, in its order; words are compared without marks."""
    kinds, wanted = GROUPS[asked.group], search_key(asked.words).split()
    first = None if asked.since is None else _start(asked.since)
    last = None if asked.until is None else span(asked.until.isoformat())
    return [
        item for item in items
        if (not kinds or item.entry.kind in kinds)
        and (first is None or (item.entry.at is not None and item.entry.at >= first))
        and (last is None or (item.entry.at is not None and item.entry.at < last[1]))
        and _says(item, wanted)
    ]  # fmt: skip


def _says(item: Item, wanted: list[str]) -> bool:
    if not wanted:
        return True
    entry = item.entry
    codes = (part for one in entry.codings for part in (one.code, one.display))
    details = (said for _, said in entry.details)
    text = search_key(" ".join((entry.text, entry.value, *codes, *details)))
    return all(word in text for word in wanted)


def _start(day: date) -> int:
    return seconds(datetime(day.year, day.month, day.day, tzinfo=VIETNAM_TIME))


def _day(form: Mapping[str, str], name: str) -> date | None:
    typed = form.get(name, "").strip()
    if not typed:
        return None
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise InvalidInputError(name, "day_form", "a day as 2026-11-24") from None
