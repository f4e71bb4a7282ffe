"""Which descriptions are compared at all: those that share a block, and no block is too large.

Everybody with everybody would cost the square of the country. A block is what two descriptions of
one person most likely still share after one or two mistakes. One that more people share than
`LARGEST` tells nobody apart, and is left out: so the cost grows with the number of descriptions.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from ledger.cleaning.traits import Traits

LARGEST: Final = 60
"""Descriptions of one block at most."""
_FULL: Final = 3
_HALF: Final = 6
"""Digits of half a personal number."""


@dataclass(frozen=True, slots=True)
class Blocks:
    """The blocks of some descriptions."""

    names: tuple[tuple[str, ...], ...]
    """For each description, its blocks; in the order of the descriptions."""
    left_out: int
    """Blocks that were too large."""


def blocks_of(traits: Traits) -> tuple[str, ...]:
    """Return the blocks of one description, sorted."""
    return tuple(sorted({*_by_name(traits), *_by_number(traits), *_by_household(traits)}))


def _by_name(traits: Traits) -> Iterable[str]:
    birth = traits.birth
    if not birth:
        return
    yield f"words/year {traits.words}/{birth[0]}"
    if len(birth) == _FULL:
        year, *rest = birth
        day = f"{year}-{min(rest)}-{max(rest)}"  # day and month may have been swapped
        yield f"words/day {traits.words}/{rest[0]}-{rest[1]}"
        yield f"given/day {traits.given}/{day}"
        yield f"family/day {traits.family}/{day}"


def _by_number(traits: Traits) -> Iterable[str]:
    for number in traits.others:
        yield f"number {number}"
    if traits.personal is not None:
        yield f"number personal:{traits.personal}"
        # One slip leaves one of the halves as it was.
        yield f"head {traits.personal[:_HALF]}/{traits.words}"
        yield f"tail {traits.personal[-_HALF:]}/{traits.given}"


def _by_household(traits: Traits) -> Iterable[str]:
    for shared in traits.household:
        yield f"home {shared}/{traits.given}"


def blocked(descriptions: Sequence[Traits], *, largest: int = LARGEST) -> Blocks:
    """Return the blocks of ``descriptions``, without those that are shared by one or by too many.

    Descriptions of one person count once: only others can be found in a block.
    """
    found = [blocks_of(traits) for traits in descriptions]
    by_subject: dict[UUID, set[str]] = {}
    for traits, blocks in zip(descriptions, found, strict=True):
        by_subject.setdefault(traits.subject, set()).update(blocks)
    sizes = Counter(block for blocks in by_subject.values() for block in blocks)
    kept = tuple(
        tuple(block for block in blocks if 1 < sizes[block] <= largest) for blocks in found
    )
    return Blocks(kept, sum(size > largest for size in sizes.values()))
