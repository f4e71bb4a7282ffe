"""Two descriptions side by side: for each trait, how far they agree.

The same levels as `ledger.linkage` asks a database for, over thousands of pairs; a test compares.
A trait that one of them does not say speaks neither for nor against.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.cleaning.slips import slips
from ledger.cleaning.traits import PERSONAL, Traits
from ledger.records.cleaning import Grade

LEAST_LETTERS: Final = 8
"""Of a name without diacritics: in a shorter one, one slip makes another name."""
_FULL: Final = 3
"""Parts of a whole date."""
_TWO: Final = 2


class Trait(StrEnum):
    """What is compared."""

    NAME = "name"
    BIRTH = "birth"
    SEX = "sex"
    PERSONAL_NUMBER = "personal_number"
    OTHER_NUMBERS = "other_numbers"
    HOUSEHOLD = "household"


class Level(StrEnum):
    """How far two values agree; not every trait has every level."""

    SAME = "same"
    UNMARKED = "unmarked"
    """One is written without diacritics."""
    MARKED_OTHERWISE = "marked_otherwise"
    """The same letters with other diacritics: often two given names (Anh, Ánh)."""
    REORDERED = "reordered"
    """The same words in another order."""
    SWAPPED = "swapped"
    """Day and month."""
    AS_FAR_AS_SAID = "as_far_as_said"
    """One says the year or month alone, and it fits."""
    ONE_SLIP = "one_slip"
    SLIP_IN_GIVEN = "slip_in_given"
    """One slip, in the given name: twins are called so."""
    TWO_SLIPS = "two_slips"
    SAME_YEAR = "same_year"
    PARTLY = "partly"
    OTHER = "other"
    NOT_SAID = "not_said"


LEVEL_WORDS: Final[Mapping[Level, Wording]] = MappingProxyType({
    Level.SAME: Wording("Giống nhau", "The same"),
    Level.UNMARKED: Wording("Giống nhau, một bên không có dấu", "The same, one without diacritics"),
    Level.MARKED_OTHERWISE: Wording("Khác dấu", "Other diacritics"),
    Level.REORDERED: Wording("Khác thứ tự các từ", "Words in another order"),
    Level.SWAPPED: Wording("Đảo ngày và tháng", "Day and month swapped"),
    Level.AS_FAR_AS_SAID: Wording("Khớp phần đã ghi", "Fits as far as it is said"),
    Level.ONE_SLIP: Wording("Lệch một ký tự", "One slip apart"),
    Level.SLIP_IN_GIVEN: Wording("Tên lệch một ký tự", "One slip apart, in the given name"),
    Level.TWO_SLIPS: Wording("Lệch hai ký tự", "Two slips apart"),
    Level.SAME_YEAR: Wording("Chỉ trùng năm", "Only the year is the same"),
    Level.PARTLY: Wording("Trùng một phần", "The same in part"),
    Level.OTHER: Wording("Khác nhau", "Different"),
    Level.NOT_SAID: Wording("Không có để so sánh", "Nothing to compare"),
})  # fmt: skip
TRAIT_WORDS: Final[Mapping[Trait, Wording]] = MappingProxyType({
    Trait.NAME: Wording("Họ và tên", "Name"),
    Trait.BIRTH: Wording("Ngày sinh", "Date of birth"),
    Trait.SEX: Wording("Giới tính", "Sex"),
    Trait.PERSONAL_NUMBER: Wording("Số định danh cá nhân", "Personal number"),
    Trait.OTHER_NUMBERS: Wording("Số giấy tờ khác", "Other numbers"),
    Trait.HOUSEHOLD: Wording("Điện thoại, địa chỉ", "Phone, address"),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far two descriptions agree."""

    levels: Mapping[Trait, Level]

    @property
    def grade(self) -> Grade:
        """How sure it can be at most, whatever the likelihood says.

        Nobody is certainly somebody else because of a name and a day: of a hundred thousand people
        dozens share both with a stranger, and twins share the day and the family name.
        """
        levels = self.levels
        number = Level.SAME in {levels[Trait.PERSONAL_NUMBER], levels[Trait.OTHER_NUMBERS]}
        contradicted = Level.OTHER in {
            levels[Trait.NAME], levels[Trait.BIRTH], levels[Trait.SEX],
            levels[Trait.PERSONAL_NUMBER],
        }  # fmt: skip
        doubtful = levels[Trait.NAME] in {
            Level.MARKED_OTHERWISE, Level.SLIP_IN_GIVEN, Level.TWO_SLIPS,
        }  # fmt: skip
        return Grade.CERTAIN if number and not contradicted and not doubtful else Grade.LIKELY


def compare(one: Traits, other: Traits) -> Comparison:
    """Return how far ``one`` and ``other`` agree."""
    return Comparison({
        Trait.NAME: _name(one, other),
        Trait.BIRTH: _birth(one.birth, other.birth),
        Trait.SEX: _plain(one.sex, other.sex),
        Trait.PERSONAL_NUMBER: _personal(one.personal, other.personal),
        Trait.OTHER_NUMBERS: _shared(one, other),
        Trait.HOUSEHOLD: _household(one.household, other.household),
    })  # fmt: skip


def _name(one: Traits, other: Traits) -> Level:
    if one.name == other.name:
        return Level.SAME
    if one.key == other.key:
        both = one.marked and other.marked
        return Level.MARKED_OTHERWISE if both else Level.UNMARKED
    if one.words == other.words:
        return Level.REORDERED
    if min(len(one.key), len(other.key)) < LEAST_LETTERS:
        return Level.OTHER
    apart = slips(one.key, other.key)
    if apart == 1:
        return Level.ONE_SLIP if one.given == other.given else Level.SLIP_IN_GIVEN
    return Level.TWO_SLIPS if apart == _TWO else Level.OTHER


def _birth(one: tuple[int, ...], other: tuple[int, ...]) -> Level:
    if not one or not other:
        return Level.NOT_SAID
    said = min(len(one), len(other))
    if one[:said] == other[:said]:
        return Level.SAME if said == _FULL else Level.AS_FAR_AS_SAID
    if said == _FULL and one == (other[0], other[2], other[1]):
        return Level.SWAPPED
    if said == _FULL and slips(_digits(one), _digits(other)) == 1:
        return Level.ONE_SLIP
    return Level.SAME_YEAR if one[0] == other[0] else Level.OTHER


def _digits(birth: tuple[int, ...]) -> str:
    year, month, day = birth
    return f"{year:04}{month:02}{day:02}"


def _plain(one: int | None, other: int | None) -> Level:
    if one is None or other is None:
        return Level.NOT_SAID
    return Level.SAME if one == other else Level.OTHER


def _personal(one: str | None, other: str | None) -> Level:
    if one is None or other is None:
        return Level.NOT_SAID
    if one == other:
        return Level.SAME
    return Level.ONE_SLIP if slips(one, other) == 1 else Level.OTHER


def _shared(one: Traits, other: Traits) -> Level:
    """Return whether any number is shared beside the present personal one.

    Cards are exchanged and facilities count by themselves: other numbers speak for, never against.
    """
    shared = (
        not set(one.others).isdisjoint(other.others)
        or f"{PERSONAL}:{one.personal}" in other.others
        or f"{PERSONAL}:{other.personal}" in one.others
    )
    return Level.SAME if shared else Level.NOT_SAID


def _household(one: tuple[str, ...], other: tuple[str, ...]) -> Level:
    if not one or not other:
        return Level.NOT_SAID
    both = len(set(one) & set(other))
    if both == min(len(one), len(other)):
        return Level.SAME
    return Level.PARTLY if both else Level.OTHER
