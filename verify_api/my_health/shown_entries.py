"""Entries of a health book as rows of a page: what it is, since when, and who said so, and when."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Final

from ledger.certificates.kind import Wording
from ledger.clinical.book import Item
from ledger.clinical.entry import Entry, Kind, Status
from ledger.clinical.made_resources import made_id
from ledger.clinical.moments import VIETNAM, time_of
from ledger.clinical.repeated import Line
from ledger.clinical.sections import is_current, is_present
from ledger.clinical.words import Words, kind_words, status_words
from verify_api.books import ShownBook
from verify_api.my_health.desk import MyHealth
from verify_api.my_health.sent_times import month_words, sent_words
from verify_api.my_health.words_book import DETAILS
from verify_api.unit_words import measured_words

_SIGNS: Final[Mapping[Kind, str]] = {
    Kind.VISIT: "good", Kind.ALLERGY: "unsure", Kind.ALERT: "unsure", Kind.DEATH: "bad",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One entry, in the reader's language."""

    id: str
    """Opaque, the same in every answer."""
    note: str
    """Name of the person's own note; empty for what a facility sent."""
    sign: str
    kind: str
    text: str
    value: str
    status: str
    mark: str
    """Of its status: the sort of a badge."""
    current: bool
    present: bool
    grave: bool
    """An allergy that may be dangerous."""
    when: str
    until: str
    told_by: str
    received: datetime
    late: bool
    versions: int
    details: tuple[tuple[str, str], ...]
    visit: str
    times: int = 1
    """How many entries say the same."""


@dataclass(frozen=True, slots=True)
class Month:
    """The entries of one month, under its name; undated ones under an empty one."""

    title: str
    entries: tuple[ShownEntry, ...]


class Shower:
    """Writes entries as rows in one language, for one page."""

    def __init__(self, my: MyHealth, shown: ShownBook, language: str) -> None:
        """Ask ``my`` what facilities are called, each once."""
        self._my = my
        self._shown = shown
        self._language = language
        self._names: dict[str, Wording] = {}

    def row(self, item: Item, times: int = 1) -> ShownEntry:
        """Return one entry."""
        entry, tongue = item.entry, self._language
        note = entry.kind is Kind.NOTE
        return ShownEntry(
            id=made_id(item),
            note=str(item.source.visit) if note else "",
            sign=_SIGNS.get(entry.kind, "info"),
            kind=kind_words(entry.kind).of(tongue),
            text=entry.text,
            value=value_of(entry, tongue),
            status=_status(item).of(tongue),
            mark=_MARKS.get(item.status, "wait"),
            current=is_current(item),
            present=is_present(item),
            grave=("criticality", "high") in entry.details,
            when=sent_words(entry.start or entry.recorded, tongue),
            until=sent_words(entry.end, tongue),
            told_by="" if note else self.facility(item.source.facility),
            received=time_of(item.source.recorded_at),
            late=item.late,
            versions=self._shown.numbers.get(item.key, 1),
            details=tuple(
                (DETAILS[name].of(tongue), said) for name, said in entry.details if name in DETAILS
            ),
            visit="" if note else str(item.source.visit),
            times=times,
        )

    def rows(self, items: Iterable[Item]) -> list[ShownEntry]:
        """Return all of them."""
        return [self.row(item) for item in items]

    def line(self, line: Line) -> ShownEntry:
        """Return entries that say the same as one row."""
        return self.row(line.newest, len(line.items))

    def months(self, items: Iterable[Item]) -> Iterator[Month]:
        """Yield the entries month by month, in their order."""
        for (year, month), some in groupby(items, key=_month):
            title = month_words(year, month, self._language) if year else ""
            yield Month(title, tuple(self.rows(some)))

    def facility(self, code: str) -> str:
        """Return what a facility is called."""
        if code and code not in self._names:
            self._names[code] = self._my.facility(code)
        return self._names[code].of(self._language) if code else ""


def value_of(entry: Entry, language: str) -> str:
    """Return a value with its unit, or its parts; empty where there is none."""
    if entry.parts:
        return "; ".join(
            f"{part.text}: {measured_words(part.value, part.unit, language)}"
            for part in entry.parts
        )
    return measured_words(entry.value, entry.unit, language)


def _status(item: Item) -> Words:
    happened = item.entry.kind not in _LASTS and item.status is Status.COMPLETED
    return _NOTHING if happened or item.status is Status.RECORDED else status_words(item.status)


_LASTS: Final = frozenset({
    Kind.PROBLEM, Kind.ALLERGY, Kind.MEDICINE, Kind.DEVICE, Kind.PLAN, Kind.ORDER,
})  # fmt: skip
_NOTHING: Final = Words("", "")
"""That it was recorded is true of everything here, and of what happens that it is done."""
_MARKS: Final[Mapping[Status, str]] = {
    Status.COMPLETED: "good", Status.RESOLVED: "good", Status.ACTIVE: "info",
    Status.UNKNOWN: "unsure",
}  # fmt: skip


def _month(item: Item) -> tuple[int, int]:
    at = item.entry.at
    if at is None:
        return 0, 0
    day = time_of(at).astimezone(VIETNAM)
    return day.year, day.month
