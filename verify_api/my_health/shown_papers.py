"""Referrals and appointments as cards of a page: days left, places, what each allows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from ledger.certificates.kind import Wording
from ledger.clinical.book_papers import OPEN, BookPaper, PaperState, left_words, state_words
from ledger.clinical.sections import Section
from verify_api.my_health.calendar_file import CalendarEvent
from verify_api.my_health.words_papers import ALLOWS, PAPERS

SIGNS: Final = {
    PaperState.USABLE: "good", PaperState.PRESENTED: "wait", PaperState.IN_USE: "info",
    PaperState.MISSED: "unsure", PaperState.USED: "info", PaperState.REJECTED: "bad",
    PaperState.RECALLED: "bad", PaperState.CANCELLED: "bad",
}  # fmt: skip
_SOON: Final = 3
"""Days left from which on a paper is marked."""


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """One paper, in the reader's language."""

    paper: BookPaper
    referral: bool
    state: str
    sign: str
    left: str
    soon: bool
    open: bool
    to: str
    rejected_by: str
    allows: tuple[str, ...]


def shown_paper(paper: BookPaper, language: str) -> ShownPaper:
    """Return a paper as a card."""
    left = left_words(paper)
    return ShownPaper(
        paper,
        paper.section is Section.REFERRALS,
        state_words(paper.state).of(language),
        SIGNS.get(paper.state, "info"),
        "" if left is None else left.of(language),
        paper.days_left is not None and paper.days_left <= _SOON,
        paper.state in OPEN,
        ", ".join(place.name for place in paper.to),
        ", ".join(place.name for place in paper.rejected_by),
        tuple(one.of(language) for one in allowed_by(paper)),
    )


def coming(papers: Iterable[BookPaper], language: str) -> list[ShownPaper]:
    """Return what can be used, what ends first in front."""
    still = [paper for paper in papers if paper.state in OPEN]
    still.sort(key=lambda one: (one.last_day, str(one.reference)))
    return [shown_paper(paper, language) for paper in still]


def allowed_by(paper: BookPaper) -> tuple[Wording, ...]:
    """Return what a paper allows, in sentences."""
    if paper.section is Section.APPOINTMENTS:
        names = ["appointment", "appointment_once", "appointment_missed"]
    else:
        how_long = "referral_year" if paper.one_year else "referral_once"
        names = ["referral", how_long, "referral_treatment", "emergency"]
    return tuple(ALLOWS[name] for name in names)


def event_of(paper: BookPaper, *, host: str, url: str, language: str) -> CalendarEvent:
    """Return an appointment as an event of a calendar; nothing of why.

    Args:
        paper: The appointment.
        host: Of this service: makes the event's name one of a kind.
        url: Scheme and host, for the address of the paper's page.
        language: ``vi`` or ``en``.
    """
    place = paper.issuer.name
    return CalendarEvent(
        uid=f"{paper.reference}@{host.partition(':')[0]}",
        summary=f"{PAPERS['papers.calendar_summary'].of(language)}: {place}",
        place=place,
        note=PAPERS["papers.calendar_note"].of(language),
        address=f"{url}/my/health/papers/{paper.reference}",
        day=paper.last_day,
        clock=paper.clock,
        cancelled=paper.state not in OPEN and paper.state is not PaperState.USED,
    )
