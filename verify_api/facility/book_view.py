"""A health book on one screen for whoever treats: danger first, then what is new here."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from ledger.clinical.book import Item
from ledger.clinical.entry import Kind
from ledger.clinical.sections import Section, section
from verify_api.book_json import entry_json, section_json
from verify_api.books import ShownBook

FIRST: Final = 6
"""Entries of a section on the overview."""
NEW: Final = 12
OVERVIEW: Final = (
    Section.ALLERGIES, Section.PROBLEMS, Section.MEDICINES, Section.VITALS, Section.RESULTS,
    Section.PROCEDURES, Section.IMMUNISATIONS, Section.VISITS, Section.PLANS, Section.DEVICES,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class BookView:
    """What the overview shows."""

    sections: Sequence[dict[str, Any]]
    """As `section_json`, each with ``count`` of all its entries."""
    since: str | None
    """When this facility sent the last visit, ISO 8601; None if it never did."""
    news: Sequence[dict[str, Any]]
    """What others sent since then, the newest first."""
    more_news: int


def overview(shown: ShownBook, facility: str, language: str) -> BookView:
    """Return the overview of a book for a clinician of ``facility``."""
    told = [_section(shown, name, language) for name in OVERVIEW]
    own = [item for item in shown.book.items if item.source.facility == facility]
    if not own:
        return BookView(told, None, (), 0)
    last = max(item.source.recorded_at for item in own)
    news = [
        item for item in section(shown.book, Section.TIMELINE)
        if item.source.recorded_at > last and item.source.facility != facility
        and item.entry.kind is not Kind.CONTEXT
    ]  # fmt: skip
    newest = max(own, key=lambda item: item.source.recorded_at)
    return BookView(
        told, entry_json(newest, language)["received_at"],
        [entry_json(item, language) for item in news[:NEW]], max(len(news) - NEW, 0),
    )  # fmt: skip


def _section(shown: ShownBook, name: Section, language: str) -> dict[str, Any]:
    whole: tuple[Item, ...] = section(shown.book, name)
    told = section_json(
        name, whole, whole[:FIRST], language=language, withheld=shown.opened.withheld
    )
    return {**told, "count": len(whole)}
