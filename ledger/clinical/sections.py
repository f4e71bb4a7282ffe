"""The sections of a health book: which entries they show, in which order, and what is not there."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from ledger.clinical.book import Book, Item
from ledger.clinical.entry import Absence, Kind, Status


class Section(StrEnum):
    """A section, by the name in addresses."""

    TIMELINE = "timeline"
    PROBLEMS = "problems"
    MEDICINES = "medicines"
    ALLERGIES = "allergies"
    IMMUNISATIONS = "immunisations"
    VITALS = "vitals"
    RESULTS = "results"
    PROCEDURES = "procedures"
    DOCUMENTS = "documents"
    VISITS = "visits"
    APPOINTMENTS = "appointments"
    REFERRALS = "referrals"
    DEVICES = "devices"
    PLANS = "plans"
    NOTES = "notes"


KINDS: Final[Mapping[Section, frozenset[Kind]]] = {
    Section.TIMELINE: frozenset(Kind) - {Kind.CONTEXT},
    Section.PROBLEMS: frozenset({Kind.PROBLEM}),
    Section.MEDICINES: frozenset({Kind.MEDICINE}),
    Section.ALLERGIES: frozenset({Kind.ALLERGY}),
    Section.IMMUNISATIONS: frozenset({Kind.IMMUNISATION}),
    Section.VITALS: frozenset({Kind.VITAL}),
    Section.RESULTS: frozenset({Kind.RESULT}),
    Section.PROCEDURES: frozenset({Kind.PROCEDURE}),
    Section.DOCUMENTS: frozenset({Kind.DOCUMENT, Kind.REPORT}),
    Section.VISITS: frozenset({Kind.VISIT}),
    Section.APPOINTMENTS: frozenset({Kind.APPOINTMENT}),
    Section.REFERRALS: frozenset({Kind.REFERRAL}),
    Section.DEVICES: frozenset({Kind.DEVICE}),
    Section.PLANS: frozenset({Kind.PLAN}),
    Section.NOTES: frozenset({Kind.NOTE}),
}


class Standing(StrEnum):
    """Whether a section has entries: "none known" differs from "no data"."""

    SOME = "some"
    NONE_KNOWN = "none-known"
    """Somebody asked, and there is none at all."""
    NO_DATA = "no-data"


CURRENT: Final = frozenset({
    Status.ACTIVE, Status.UNKNOWN, Status.PLANNED, Status.ON_HOLD, Status.PRELIMINARY,
})  # fmt: skip
"""What counts as present; a status that is not known counts, lest something is overlooked."""


def section(book: Book, name: Section) -> tuple[Item, ...]:
    """Return the entries of a section in its order."""
    kinds = KINDS[name]
    items = [item for item in book.items if item.entry.kind in kinds]
    order = _ORDERS.get(name)
    if order is not None:
        items.sort(key=order)  # stable: within one rank the newest stay first
    return tuple(items)


def standing(items: tuple[Item, ...]) -> Standing:
    """Return whether there is anything: what was refuted or is said to be absent is not there."""
    if any(is_present(item) for item in items):
        return Standing.SOME
    if any(
        item.entry.absence is Absence.NONE_KNOWN and item.status in CURRENT | {Status.COMPLETED}
        for item in items
    ):
        return Standing.NONE_KNOWN
    return Standing.NO_DATA


def is_present(item: Item) -> bool:
    """Return whether the entry says that something is or was there."""
    return item.entry.absence is Absence.NOTHING and item.status is not Status.REFUTED


def is_current(item: Item) -> bool:
    """Return whether it is so now, or on the day asked for."""
    return is_present(item) and item.status in CURRENT


def _current_first(item: Item) -> tuple[int, int]:
    if is_current(item):
        return 0, 0
    return (1 if is_present(item) else 2), 0


def _dangerous_first(item: Item) -> tuple[int, int]:
    return _current_first(item)[0], 0 if ("criticality", "high") in item.entry.details else 1


_ORDERS: Final[Mapping[Section, Callable[[Item], tuple[int, int]]]] = {
    Section.PROBLEMS: _current_first,
    Section.MEDICINES: _current_first,
    Section.ALLERGIES: _dangerous_first,
    Section.DEVICES: _current_first,
    Section.PLANS: _current_first,
    Section.APPOINTMENTS: _current_first,
    Section.REFERRALS: _current_first,
}
