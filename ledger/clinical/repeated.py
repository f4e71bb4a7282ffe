"""The same diagnosis, sent visit after visit, as one line: since when, until when, how often.

Nothing is merged: a line names all entries that it stands for. What differs in anything that
could matter stays apart, for a repeated line costs a moment and a hidden diagnosis more.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from ledger.clinical.book import Item
from ledger.clinical.sections import Section, is_current, is_present

GROUPED: Final = frozenset({Section.PROBLEMS})
"""Sections that are read as lines; in the others every entry is a thing of its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """Entries that say the same; at least one."""

    items: tuple[Item, ...]
    """The newest first, undated ones last."""

    @property
    def newest(self) -> Item:
        """The entry that speaks for the line."""
        return self.items[0]

    @property
    def first(self) -> str:
        """The earliest time that any entry names, as sent; empty if none does."""
        return _time(self._dated[-1]) if self._dated else ""

    @property
    def last(self) -> str:
        """The latest time, likewise; equal to `first` where there is one alone."""
        return _time(self._dated[0]) if self._dated else ""

    @property
    def texts(self) -> tuple[str, ...]:
        """What senders called it, each wording once whatever its case, the newest first."""
        found: dict[str, str] = {}
        for one in self.items:
            if one.entry.text:
                found.setdefault(_plain(one.entry.text), one.entry.text)
        return tuple(found.values())

    @property
    def facilities(self) -> tuple[str, ...]:
        """Who sent it, each once, the newest first."""
        return tuple(dict.fromkeys(one.source.facility for one in self.items))

    @property
    def _dated(self) -> tuple[Item, ...]:
        return tuple(one for one in self.items if one.entry.at is not None)


def lines(items: Iterable[Item]) -> tuple[Line, ...]:
    """Return ``items`` as lines, in the order of their first entries.

    One line is what has the same codes (system and code, all of them), or the same words where
    there are none; at the same place of the body; and stands alike: what is so now, what was, and
    what was ruled out are never one line.
    """
    found: dict[object, list[Item]] = {}
    for item in items:
        found.setdefault(_sameness(item), []).append(item)
    return tuple(Line(tuple(group)) for group in found.values())


def _sameness(item: Item) -> object:
    entry = item.entry
    codes = frozenset((one.system, one.code) for one in entry.codings if one.system and one.code)
    words = "" if codes else _plain(entry.text)
    if not (codes or words):
        return item.key
    stands = is_current(item), is_present(item), entry.absence
    return codes, words, dict(entry.details).get("body_site", ""), stands


def _plain(text: str) -> str:
    return " ".join(normalize("NFC", text).casefold().split())


def _time(item: Item) -> str:
    return item.entry.start or item.entry.recorded
