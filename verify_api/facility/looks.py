"""Which of a facility's own people looked at whose data: pseudonyms, the newest first.

There is no list of it by facility, and a view could leave out just what is looked for: the facts
are walked backwards from the newest, and the answer says how far.
"""

from dataclasses import dataclass
from typing import Final

from ledger.facts import FactStore, RecordedFact
from ledger.records.access import TOPICS

PAGE: Final = 50
MOST_WALKED: Final = 20_000
"""Positions that one page goes over."""
_WINDOW: Final = 2_000


@dataclass(frozen=True, slots=True)
class FacilityLooks:
    """Some looks."""

    looks: tuple[RecordedFact, ...]
    before: int | None
    """Below which position to go on; None at the ledger's beginning."""


def looks_of(reading: FactStore, facility: str, *, before: int | None = None) -> FacilityLooks:
    """Return the looks of ``facility`` below the position ``before``.

    Args:
        reading: The facts, without personal parts.
        facility: Whose people looked.
        before: Where the page before ended; None for the newest.
    """
    at = reading.head() + 1 if before is None else before
    found: list[RecordedFact] = []
    lowest = max(at - MOST_WALKED, 1)
    while at > lowest and len(found) < PAGE:
        start = max(at - _WINDOW, lowest)
        some = reading.read(after=start - 1, limit=at - start, topics=tuple(TOPICS))
        mine = [one for one in some if one.position < at and one.act.organisation == facility]
        found += reversed(mine)
        at = start
    if len(found) > PAGE:
        found = found[:PAGE]
        at = found[-1].position
    return FacilityLooks(tuple(found), at if at > 1 else None)
