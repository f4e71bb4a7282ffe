"""How often an account was refused on one day: one stream an account and day. Facts, decision.

Whoever is refused leaves a fact in the person's access history. So that nobody fills the ledger by
asking again and again, an account leaves one a person and day, and `MOST_A_DAY` at most; that more
came is one last fact. Counted are also those whom there is not: guessing is what an auditor wants
to see.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias, cast
from uuid import UUID

MOST_A_DAY: Final = 50
"""Different persons whom one account is refused a day, each with a fact of its own."""


@dataclass(frozen=True, slots=True)
class RefusalCounted:
    """The account was refused what it asked to see of somebody, for the first time on this day."""

    asked_for: UUID
    """The pseudonym that it asked for, whether there is such a person or not."""


@dataclass(frozen=True, slots=True)
class RefusalsCapped:
    """It was refused more persons than are counted; the others of this day leave nothing."""

    most: int


Fact: TypeAlias = RefusalCounted | RefusalsCapped

TOPICS: dict[str, type] = {
    "refusal_day.counted/1": RefusalCounted,
    "refusal_day.capped/1": RefusalsCapped,
}
"""Stored name with schema version, and the fact; never renamed once written."""


def count(so_far: Iterable[object], *, asked_for: UUID) -> tuple[Fact, ...]:
    """Return what one more refusal adds to the facts of the day; nothing if it was counted."""
    known = cast("tuple[Fact, ...]", tuple(so_far))
    if any(isinstance(one, RefusalsCapped) for one in known):
        return ()
    persons = {one.asked_for for one in known if isinstance(one, RefusalCounted)}
    if asked_for in persons:
        return ()
    if len(persons) >= MOST_A_DAY:
        return (RefusalsCapped(MOST_A_DAY),)
    return (RefusalCounted(asked_for),)
