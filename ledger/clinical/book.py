"""A person's health book: what the facts about their visits fold to. Two times, no clock.

``as_of`` is when the ledger knew: a visit counts as it was recorded by then, also if it was
corrected or voided later. ``effective`` is a day in the person's life: what was so on that day, as
far as is known. Whatever is asked for a past ``as_of`` has one answer for ever, with one exception
for privacy: a visit that turned out to be somebody else's is never shown here again.

Resource types are not named in here, so that what is read as one is whole, whatever was sent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import IntEnum
from operator import itemgetter
from typing import Final, NamedTuple
from uuid import UUID

from ledger.categories import Category
from ledger.clinical.entry import Entry, Kind, Status

LATE_AFTER: Final = int(timedelta(days=14).total_seconds())
"""Seconds between the clinical time and its recording above which an entry is marked as late.

Facilities have seven working days to send and to correct, which with a long holiday are 14 days.
Source: Decision 130/QĐ-BYT.
"""


class Event(IntEnum):
    """What a fact did to a visit; numbers are stored, never reused, and order one version."""

    RECORDED = 1
    CORRECTED = 2
    RESTRICTED = 3
    """Its withheld entries, kept apart under a key of their own."""
    LEFT = 4
    """It turned out to be about somebody else."""
    ARRIVED = 5
    """It was recorded for somebody else before."""
    VOIDED = 6


class Known(NamedTuple):
    """One fact about one visit, as far as the book needs it."""

    visit: UUID
    """Its stream."""
    version: int
    """Of the stream: the revision that clients see."""
    event: Event
    subject: UUID
    facility: str
    position: int
    recorded_at: int
    """Seconds since 1970."""
    form: int
    """How it was sent: `ledger.records.visit.Form`."""
    entries: tuple[Entry, ...]


class Item(NamedTuple):
    """One entry of the book, in its newest version that counts."""

    entry: Entry
    source: Known
    """Where it comes from; its own ``entries`` are those of the whole visit."""
    status: Status
    """How it stands, or stood on the day asked for."""
    sources: int
    """How often it was sent, in this visit or others."""

    @property
    def late(self) -> bool:
        """Whether it was recorded long after it happened."""
        at = self.entry.at
        return at is not None and self.source.recorded_at - at > LATE_AFTER

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this entry: facility, type and id, or visit and place without an id."""
        return key_of(self.source, self.entry)


@dataclass(frozen=True, slots=True)
class Book:
    """All entries, the newest first."""

    items: tuple[Item, ...]
    as_of: int | None = None
    effective: int | None = None


def fold(known: Iterable[Known], *, as_of: int | None = None, effective: int | None = None) -> Book:
    """Return the book of everybody whom ``known`` is about: of one person, or of linked books.

    Args:
        known: In any order.
        as_of: Second since 1970: what was recorded later does not count.
        effective: First second after the day asked for.
    """
    newest: dict[tuple[str, str, str], tuple[Known, Entry, int]] = {}
    for source in _standing(known, as_of):
        for entry in source.entries:
            key = key_of(source, entry)
            before = newest.get(key)
            if before is None or before[0].position <= source.position:
                newest[key] = (source, entry, 1 if before is None else before[2] + 1)
            else:
                newest[key] = (before[0], before[1], before[2] + 1)
    items = [
        (_order(source, entry, key), Item(entry, source, entry.status, sources))
        for key, (source, entry, sources) in newest.items()
        if entry.status is not Status.ENTERED_IN_ERROR
    ]
    items.sort(key=itemgetter(0))
    sorted_items = [item for _, item in items]
    if effective is not None:
        sorted_items = list(_on_day(sorted_items, effective))
    return Book(tuple(sorted_items), as_of, effective)


def key_of(source: Known, entry: Entry) -> tuple[str, str, str]:
    """Return what makes an entry the same one in several visits of a facility."""
    if entry.id:
        return source.facility, entry.type, entry.id
    return str(source.visit), entry.type, f"#{entry.place}"


_UNDATED: Final = 1 << 62


def _order(source: Known, entry: Entry, key: tuple[str, str, str]) -> tuple[object, ...]:
    """Return the place in the book: newest first, undated last, then one fixed order."""
    at = _UNDATED if entry.at is None else -entry.at
    return at, -source.position, entry.place, key


def _standing(known: Iterable[Known], as_of: int | None) -> Iterator[Known]:
    """Yield of each visit what counts: its newest content and the withheld part of that."""
    visits: dict[UUID, list[Known]] = {}
    for one in known:
        visits.setdefault(one.visit, []).append(one)
    for facts in visits.values():
        if len(facts) == 1 and facts[0].event is Event.RECORDED:  # as nearly all are
            if as_of is None or facts[0].recorded_at <= as_of:
                yield facts[0]
            continue
        facts.sort(key=_rank)
        if facts[-1].event is not Event.LEFT:
            yield from _content(facts, as_of)


def _rank(known: Known) -> tuple[int, Event]:
    return known.version, known.event


def _content(facts: Sequence[Known], as_of: int | None) -> list[Known]:
    content: list[Known] = []
    for fact in facts:
        if as_of is not None and fact.recorded_at > as_of:
            break
        if fact.event is Event.RESTRICTED:
            content.append(fact)
        elif fact.event in _CONTENT:
            content = [fact]
        else:
            content = []
    return content


_CONTENT: Final = frozenset({Event.RECORDED, Event.CORRECTED, Event.ARRIVED})
_LASTING: Final = frozenset({Kind.PROBLEM, Kind.ALLERGY, Kind.MEDICINE, Kind.DEVICE, Kind.PLAN})
"""What begins and ends; the other kinds happen."""
_ENDED: Final = frozenset({Status.RESOLVED, Status.STOPPED, Status.COMPLETED})


def _on_day(items: Iterable[Item], effective: int) -> Iterator[Item]:
    """Yield what had begun by then, as it stood then; what has no time may have been so."""
    for item in items:
        entry = item.entry
        if entry.at is not None and entry.at >= effective:
            continue
        if entry.kind not in _LASTING or item.status not in _ENDED:
            yield item
        elif entry.until is not None:
            yield item._replace(status=Status.ACTIVE) if entry.until > effective else item
        elif item.source.recorded_at >= effective:
            # It had ended when it was recorded, and nobody says when: nothing is made up.
            yield item._replace(status=Status.UNKNOWN)
        else:
            yield item


def without(
    book: Book,
    *,
    categories: frozenset[Category] = frozenset(),
    kinds: frozenset[Kind] = frozenset(),
    visits: frozenset[UUID] = frozenset(),
) -> Book:
    """Return the book without what a reader may not see; nothing in it tells that it is less.

    A mark that stands only where something was left out would tell what is left out. Who reads
    with categories withheld is told so always, from what is allowed and never from what there is.
    """
    if not (categories or kinds or visits):
        return book
    kept = tuple(
        item
        for item in book.items
        if categories.isdisjoint(item.entry.categories or _GENERAL)
        and item.entry.kind not in kinds
        and item.source.visit not in visits
    )
    return replace(book, items=kept)


_GENERAL: Final = (Category.GENERAL,)


class Version(NamedTuple):
    """One version of one resource, as it was sent."""

    number: int
    """1, 2, 3 … over all visits that it was sent with."""
    source: Known
    entry: Entry | None
    """None where a visit that had it was corrected without it, voided or reassigned."""


def versions(known: Iterable[Known], key: tuple[str, str, str]) -> tuple[Version, ...]:
    """Return every version of the resource under ``key``, oldest first, also what was taken back.

    A visit that turned out to be somebody else's leaves nothing of its content.
    """
    found: list[Version] = []
    held: set[UUID] = set()
    gone = _gone(known := tuple(known))
    for source in sorted(known, key=lambda one: (one.position, one.event)):
        if source.visit in gone or source.event is Event.LEFT:
            continue
        entry = next((one for one in source.entries if key_of(source, one) == key), None)
        if entry is not None:
            held.add(source.visit)
        elif source.visit not in held or source.event is Event.RESTRICTED:
            continue
        else:
            held.discard(source.visit)
        found.append(Version(len(found) + 1, source, entry))
    return tuple(found)


def version_numbers(known: Iterable[Known]) -> dict[tuple[str, str, str], int]:
    """Return of every resource how many versions of it `versions` tells."""
    known = tuple(known)
    gone = _gone(known)
    held: dict[UUID, set[tuple[str, str, str]]] = {}
    numbers: dict[tuple[str, str, str], int] = {}
    for source in sorted(known, key=lambda one: (one.position, one.event)):
        if source.visit in gone or source.event is Event.LEFT:
            continue
        now = {key_of(source, entry) for entry in source.entries}
        before = held.setdefault(source.visit, set())
        taken = set() if source.event is Event.RESTRICTED else before - now
        for key in now | taken:
            numbers[key] = numbers.get(key, 0) + 1
        held[source.visit] = before | now if source.event is Event.RESTRICTED else now
    return numbers


def _gone(known: Iterable[Known]) -> set[UUID]:
    last: dict[UUID, Known] = {}
    for one in known:
        before = last.get(one.visit)
        if before is None or _rank(before) < _rank(one):
            last[one.visit] = one
    return {visit for visit, one in last.items() if one.event is Event.LEFT}
