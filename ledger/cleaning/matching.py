"""What is asked of whoever finds likely pairs among many descriptions, and what is answered."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.cleaning.comparing import Level, Trait
from ledger.cleaning.traits import Traits


@dataclass(frozen=True, slots=True)
class Scored:
    """Two descriptions that may be of one person, by their places; the first place is the lower."""

    one: int
    other: int
    probability: float
    levels: Mapping[Trait, Level]


@dataclass(frozen=True, slots=True)
class Linked:
    """What was found."""

    pairs: tuple[Scored, ...]
    """Sorted by places."""
    left_out: int
    """Blocks that were too large to be compared."""


class Matcher(Protocol):
    """Finds pairs; `ledger.linkage.SplinkMatcher` does."""

    @property
    def method(self) -> str:
        """Name and version of how it is done; kept with every proposal."""
        ...

    def link(self, descriptions: Sequence[Traits], *, least: float) -> Linked:
        """Return the pairs of different persons whose probability is ``least`` or more."""
        ...
