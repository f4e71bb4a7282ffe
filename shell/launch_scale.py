"""The sizes of the launch, drawn smaller: how many of everything, and how they lie in the country.

The launch's own figures, of 2 October 2024: 32,062,931 health books, of which 14,638,905 in the
national app; 12,518 of 12,693 facilities send through social insurance; 911,696 referral papers,
2,629,117 re-examination appointments; 45,000 applications in Hanoi and 5,000 in Hue. People are
drawn at one in so many, papers and books with them; facilities a thousand times denser, so that at
one in a thousand all of them are there.

Provinces get their parts by population (`projections.populations`): the launch named no others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from ledger.errors import InvalidInputError

FACTOR: Final = 1_000
_DENSER: Final = 1_000
LARGEST_FACTOR: Final = 100_000
_BOOKS: Final = 32_062_931
_INTEGRATED: Final = 14_638_905
_FACILITIES: Final = 12_693
_SYNCHRONISED: Final = 12_518
_REFERRALS: Final = 911_696
_APPOINTMENTS: Final = 2_629_117
_APPLICATIONS: Final[Mapping[str, int]] = {"01": 45_000, "46": 5_000}
_POPULATION: Final = 100_300_000
"""Of 2023. Source: General Statistics Office."""

Name = TypeVar("Name")


@dataclass(frozen=True, slots=True)
class LaunchScale:
    """How many of everything."""

    factor: int
    """One stands for so many."""
    population: int
    books: int
    integrated: int
    facilities: int
    synchronised: int
    referrals: int
    appointments: int
    applications: Mapping[str, int]
    """By province."""


def launch_scale(factor: int = FACTOR) -> LaunchScale:
    """Return the launch at one in ``factor``.

    Raises:
        InvalidInputError: The factor is not from 1 to `LARGEST_FACTOR`.
    """
    if not 1 <= factor <= LARGEST_FACTOR:
        raise InvalidInputError("--factor", "scale_factor", f"1:1 to 1:{LARGEST_FACTOR}")
    sparser = max(1, factor // _DENSER)

    def drawn(count: int, one_in: int = factor) -> int:
        return max(1, round(count / one_in))

    return LaunchScale(
        factor=factor,
        population=drawn(_POPULATION),
        books=drawn(_BOOKS),
        integrated=drawn(_INTEGRATED),
        facilities=drawn(_FACILITIES, sparser),
        synchronised=drawn(_SYNCHRONISED, sparser),
        referrals=drawn(_REFERRALS),
        appointments=drawn(_APPOINTMENTS),
        applications={code: drawn(count) for code, count in _APPLICATIONS.items()},
    )


def read_factor(text: str) -> int:
    """Return the number of ``1:1000``.

    Raises:
        InvalidInputError: It is written otherwise.
    """
    one, colon, factor = text.partition(":")
    if one != "1" or not colon or not (factor.isascii() and factor.isdigit()):
        raise InvalidInputError("--factor", "scale_factor", "one in so many, such as 1:1000")
    return int(factor)


def apportioned(total: int, weights: Mapping[Name, float], *, least: int = 0) -> dict[Name, int]:
    """Return ``total`` in whole parts by ``weights``, each at least ``least``.

    By largest remainders; those of equal ones go to the first.
    """
    spread = total - least * len(weights)
    assert spread >= 0, "there is enough for the least of each"
    whole = sum(weights.values())
    exact = {name: spread * weight / whole for name, weight in weights.items()}
    parts = {name: int(share) for name, share in exact.items()}
    left = spread - sum(parts.values())
    for name in sorted(exact, key=lambda name: parts[name] - exact[name])[:left]:
        parts[name] += 1
    return {name: part + least for name, part in parts.items()}
