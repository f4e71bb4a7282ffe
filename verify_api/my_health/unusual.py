"""Which looks a person may want to ask about: marks by plain rules, never a judgement. Pure.

A mark says what is seen, not that it was wrong: nights are worked in hospitals, too.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final
from uuid import UUID

from ledger.clinical.balp import LookTold
from ledger.clinical.moments import VIETNAM
from ledger.records.book_access import Basis

MANY: Final = 10
"""Looks of one organisation on one day above which they are marked; our choice."""
NIGHT: Final = (22, 6)
"""From and until which hour in Vietnam a look is marked as one at night; our choice."""


class Mark(StrEnum):
    """Why a look stands out."""

    EMERGENCY = "emergency"
    REFUSED = "refused"
    NIGHT = "night"
    MANY = "many"
    FIRST = "first"
    """The first look of an organisation that had not looked before."""


def marks_of(looks: Sequence[LookTold]) -> Mapping[UUID, tuple[Mark, ...]]:
    """Return the marks of the looks that have any; ``looks`` are all of a person's.

    What the person did themselves has none.
    """
    others = [look for look in looks if not look.own]
    many = _many(others)
    first = _first(others)
    found = {look.event: tuple(_marks(look, many, first)) for look in others}
    return {event: marks for event, marks in found.items() if marks}


def _marks(
    look: LookTold, many: frozenset[tuple[str, str]], first: frozenset[UUID]
) -> Iterable[Mark]:
    if look.legal_basis == Basis.EMERGENCY.value:
        yield Mark.EMERGENCY
    if look.refused:
        yield Mark.REFUSED
    hour = look.at.astimezone(VIETNAM).hour
    if hour >= NIGHT[0] or hour < NIGHT[1]:
        yield Mark.NIGHT
    if look.organisation is not None and (look.organisation, _day(look)) in many:
        yield Mark.MANY
    if look.event in first:
        yield Mark.FIRST


def _many(looks: Iterable[LookTold]) -> frozenset[tuple[str, str]]:
    counts = Counter((look.organisation, _day(look)) for look in looks if look.organisation)
    return frozenset((str(who), day) for (who, day), count in counts.items() if count > MANY)


def _first(looks: Iterable[LookTold]) -> frozenset[UUID]:
    earliest: dict[str, LookTold] = {}
    for look in looks:
        if look.organisation is not None:
            before = earliest.get(look.organisation)
            if before is None or look.position < before.position:
                earliest[look.organisation] = look
    return frozenset(look.event for look in earliest.values())


def _day(look: LookTold) -> str:
    return look.at.astimezone(VIETNAM).date().isoformat()
