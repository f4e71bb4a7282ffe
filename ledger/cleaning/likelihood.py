"""How likely two descriptions are of one person: what each level is worth, and what is expected.

Fellegi and Sunter: each level of a trait has the share of pairs of one person that show it (m)
and the share of any two people who do (u). A level is worth log2(m / u) bits; the bits are added
to what is expected before anything is compared. The figures are set by hand, in round numbers,
from what is known: 30,000 days of birth, six random digits in a personal number, five in a hundred
births given by the year alone. They are not trained on anybody's data, so that the same two
descriptions are worth the same everywhere; how common a name is, is counted in the ledger itself.

Household counts once although it has two parts, and the level of twins' names is worth little:
phone, address, birth date and family name are not independent within a family.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.cleaning.comparing import Level, Trait

MODEL: Final = "2026-11"
"""Name of these figures; kept with every proposal."""
DEFAULT_THRESHOLD: Final = 0.99
"""Favours precision: a steward's day is better spent on few pairs that are right."""
DOUBLED: Final = 0.03
"""Descriptions of somebody who is known under another pseudonym, for each person: an assumption."""
LEAST: Final = 100_000


@dataclass(frozen=True, slots=True)
class Weight:
    """What a level is worth."""

    m: float
    """Share among pairs of one person."""
    u: float
    """Share among any two people; of a name that is the same, replaced by how common it is."""
    by_frequency: bool = False
    """Whether u is how common the name is."""


WEIGHTS: Final[Mapping[Trait, Mapping[Level, Weight]]] = MappingProxyType({
    Trait.NAME: {
        Level.SAME: Weight(0.70, 1e-3, by_frequency=True),
        Level.UNMARKED: Weight(0.10, 1e-3, by_frequency=True),
        Level.MARKED_OTHERWISE: Weight(0.01, 1e-3),
        Level.REORDERED: Weight(0.02, 2e-4),
        Level.ONE_SLIP: Weight(0.06, 1e-3),
        Level.SLIP_IN_GIVEN: Weight(0.04, 4e-3),
        Level.TWO_SLIPS: Weight(0.02, 1e-2),
        Level.OTHER: Weight(0.05, 0.98),
    },
    Trait.BIRTH: {
        Level.SAME: Weight(0.85, 1 / 30_000),
        Level.SWAPPED: Weight(0.02, 1.3e-5),
        Level.AS_FAR_AS_SAID: Weight(0.05, 6e-4),
        Level.ONE_SLIP: Weight(0.04, 1.2e-3),
        Level.SAME_YEAR: Weight(0.02, 1.2e-2),
        Level.OTHER: Weight(0.02, 0.985),
    },
    Trait.SEX: {
        Level.SAME: Weight(0.99, 0.5),
        Level.OTHER: Weight(0.01, 0.5),
    },
    Trait.PERSONAL_NUMBER: {
        Level.SAME: Weight(0.85, 1e-7),
        Level.ONE_SLIP: Weight(0.10, 1e-5),
        Level.OTHER: Weight(0.03, 0.99999),
    },
    Trait.OTHER_NUMBERS: {
        Level.SAME: Weight(0.50, 1e-5),
        Level.NOT_SAID: Weight(0.50, 0.50),
    },
    Trait.HOUSEHOLD: {
        Level.SAME: Weight(0.60, 1e-2),
        Level.PARTLY: Weight(0.20, 1e-2),
        Level.OTHER: Weight(0.20, 0.98),
    },
})  # fmt: skip
"""Where there is nothing to compare, nothing is added."""


def expected(descriptions: int) -> float:
    """Return how likely any two of so many descriptions are of one person.

    A small ledger counts as one of `LEAST`: twins and namesakes are in it all the same.
    """
    return 2 * DOUBLED / max(descriptions, LEAST)
