"""Referral papers and appointments as their holder's book shows them: where each is, until when.

Beside the received documents that speak of referrals: these are the papers themselves, which a
facility takes or does not take. What they say of an illness is on the paper and not here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.categories import Category
from ledger.clinical.book import Item
from ledger.clinical.moments import seconds
from ledger.clinical.sections import Section
from ledger.clinical.words import Words


class PaperState(StrEnum):
    """Where a paper is, seen from its holder."""

    USABLE = "usable"
    PRESENTED = "presented"
    """It lies at a facility in time, which has not taken the patient in yet."""
    IN_USE = "in-use"
    USED = "used"
    LAPSED = "lapsed"
    MISSED = "missed"
    """The appointed day went by; the facility may still see the patient."""
    REJECTED = "rejected"
    MOVED = "moved"
    """Another paper, of another day, took its place."""
    REPLACED = "replaced"
    RECALLED = "recalled"
    CANCELLED = "cancelled"


class Counted(StrEnum):
    """What the days that are left are."""

    WORKING_DAYS = "working-days"
    CALENDAR_DAYS = "calendar-days"


@dataclass(frozen=True, slots=True)
class Place:
    """A facility, by its code and by the name that the paper bears."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class BookPaper:
    """One paper that was issued, as it was at one time."""

    section: Section
    """`Section.REFERRALS` or `Section.APPOINTMENTS`."""
    reference: UUID
    subject: UUID
    """Pseudonym under which it was issued."""
    number: str
    own_number: str
    """In the issuing facility's own register; empty without one."""
    issuer: Place
    to: tuple[Place, ...]
    """Whom a referral is addressed to; of an appointment, who expects the patient."""
    issued_at: datetime
    state: PaperState
    last_day: date
    """Last day on which a referral can be presented; the day of an appointment."""
    clock: str = ""
    """HH:MM of an appointment; empty where only the day was said."""
    days_left: int | None = None
    """Until `last_day`; None once nothing is waited for."""
    counted: Counted = Counted.CALENDAR_DAYS
    at: Place | None = None
    """Who has it, had it last, or at whom it lies."""
    since: datetime | None = None
    rejected_by: tuple[Place, ...] = ()
    one_year: bool = False
    replaced_by: UUID | None = None
    visit: UUID | None = None
    """Stream of the visit that it was written in."""
    categories: frozenset[Category] = frozenset()
    """Why it is withheld from care providers by default."""


def shown_papers(
    papers: Iterable[BookPaper], *, withheld: frozenset[Category], closed: frozenset[UUID]
) -> tuple[BookPaper, ...]:
    """Return what a reader may see, as of the entries of the book; nothing tells that it is less.

    Args:
        papers: All of a person.
        withheld: Categories that this reader does not see.
        closed: Visits that the person has closed to them.
    """
    return tuple(
        one
        for one in papers
        if withheld.isdisjoint(one.categories or _GENERAL) and one.visit not in closed
    )


_GENERAL: Final = frozenset({Category.GENERAL})


def in_section(papers: Iterable[BookPaper], section: Section) -> tuple[BookPaper, ...]:
    """Return the papers of a section: what can still be used first, then the newest.

    In the timeline all of them, the newest first.
    """
    whole = section is Section.TIMELINE
    found = [one for one in papers if whole or one.section is section]
    found.sort(key=lambda one: (one.issued_at, str(one.reference)), reverse=True)
    if whole:
        return tuple(found)
    found.sort(key=lambda one: one.state not in OPEN)
    return tuple(found)


def beside(
    papers: Iterable[BookPaper], items: Sequence[Item], page: slice
) -> tuple[BookPaper, ...]:
    """Return the papers that belong to one page of a timeline: each on one page, by its time.

    A page reaches from the last entry of the page before, which is newer, to its own last one; the
    first and the last page reach as far as there is anything.

    Args:
        papers: Those of the timeline.
        items: All its entries, the newest first, undated ones last.
        page: Which of them the page has.
    """
    newest = _time(items[page.start - 1]) if page.start else None
    oldest = _time(items[page.stop - 1]) if page.stop < len(items) else None
    return tuple(
        one for one in papers
        if (newest is None or seconds(one.issued_at) < newest)
        and (oldest is None or seconds(one.issued_at) >= oldest)
    )  # fmt: skip


def _time(item: Item) -> int:
    """Return when an entry happened; one without a time is older than everything."""
    return _NEVER if item.entry.at is None else item.entry.at


_NEVER: Final = -(1 << 62)
OPEN: Final = frozenset({
    PaperState.USABLE, PaperState.PRESENTED, PaperState.IN_USE, PaperState.MISSED,
})  # fmt: skip
"""What is not over."""
_STATES: Final[Mapping[PaperState, Words]] = {
    PaperState.USABLE: Words("còn giá trị sử dụng", "can be used"),
    PaperState.PRESENTED: Words("đã xuất trình, chờ tiếp nhận", "presented, not accepted yet"),
    PaperState.IN_USE: Words("đã được tiếp nhận", "accepted, in use"),
    PaperState.USED: Words("đã sử dụng", "used"),
    PaperState.LAPSED: Words("đã hết hạn", "lapsed"),
    PaperState.MISSED: Words("đã qua ngày hẹn, hãy hỏi cơ sở", "the day went by; ask the facility"),
    PaperState.REJECTED: Words("không được tiếp nhận, cần giấy mới", "rejected; ask for another"),
    PaperState.MOVED: Words("đã đổi sang ngày khác", "moved to another day"),
    PaperState.REPLACED: Words("đã được thay thế", "replaced"),
    PaperState.RECALLED: Words("đã bị thu hồi", "recalled"),
    PaperState.CANCELLED: Words("đã bị huỷ", "cancelled"),
}


def state_words(state: PaperState) -> Words:
    """Return where a paper is, in words."""
    return _STATES[state]


def left_words(paper: BookPaper) -> Words | None:
    """Return how many days are left, in words; None once nothing is waited for."""
    if paper.days_left is None:
        return None
    count = paper.days_left
    plural = "" if count == 1 else "s"
    if paper.counted is Counted.WORKING_DAYS:
        return Words(f"còn {count} ngày làm việc", f"{count} working day{plural} left")
    return Words(f"còn {count} ngày", f"{count} day{plural} left")
