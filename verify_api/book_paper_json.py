"""Referral papers and appointments of a health book as JSON, in codes and in words."""

from typing import Any, Final

from ledger.clinical.book_papers import OPEN, BookPaper, Place, left_words, state_words
from ledger.clinical.sections import Section

PAPER_SECTIONS: Final = frozenset({Section.REFERRALS, Section.APPOINTMENTS, Section.TIMELINE})
"""Sections with papers beside the received entries; a paper's own is where its address is."""


def paper_json(paper: BookPaper, language: str, *, own: bool) -> dict[str, Any]:
    """Return one paper.

    Args:
        paper: The paper.
        language: ``vi`` or ``en``.
        own: Whether the holder reads, or who acts for them: they are told where its document is.
    """
    left = left_words(paper)
    return {
        "section": paper.section.value,
        "reference": str(paper.reference),
        "number": paper.number,
        "own_number": paper.own_number or None,
        "issuer": _place(paper.issuer),
        "to": [_place(one) for one in paper.to],
        "issued_at": paper.issued_at.isoformat(),
        "state": paper.state.value,
        "state_text": state_words(paper.state).of(language),
        "open": paper.state in OPEN,
        **_days(paper),
        "days_left": paper.days_left,
        "days_left_unit": None if paper.days_left is None else paper.counted.value,
        "days_left_text": None if left is None else left.of(language),
        "held_by": None if paper.at is None else _place(paper.at),
        "held_since": None if paper.since is None else paper.since.isoformat(),
        "rejected_by": [_place(one) for one in paper.rejected_by],
        "one_year": paper.one_year,
        "replaced_by": None if paper.replaced_by is None else str(paper.replaced_by),
        "pdf": f"/v1/{paper.section.value}/{paper.reference}.pdf" if own else None,
    }


def _days(paper: BookPaper) -> dict[str, str | None]:
    last = paper.last_day.isoformat()
    if paper.section is Section.REFERRALS:
        return {"valid_until": last, "day": None, "clock": None}
    return {"valid_until": None, "day": last, "clock": paper.clock or None}


def _place(place: Place) -> dict[str, str]:
    return {"code": place.code, "name": place.name}
