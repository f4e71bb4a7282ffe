from dataclasses import replace
from uuid import UUID

import pytest

from ledger.cleaning.comparing import LEVEL_WORDS, TRAIT_WORDS, Level, Trait, compare
from ledger.cleaning.traits import Described, traits_of
from ledger.records.cleaning import Grade

ONE = Described(
    UUID(int=1), "Nguyễn Thị Mẫu Ánh", "1990-02-01", 2, (("personal", "000190000001"),),
    "Số 1 Đường Mẫu", "0000123456",
)  # fmt: skip


def level(trait: Trait, **other: object) -> Level:
    changed = replace(ONE, subject=UUID(int=2), **other)  # type: ignore[arg-type]
    both = compare(traits_of(ONE), traits_of(changed)), compare(traits_of(changed), traits_of(ONE))
    assert both[0] == both[1], "neither comes first"
    return both[0].levels[trait]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("NGUYỄN THỊ MẪU ÁNH", Level.SAME),
        ("Nguyen Thi Mau Anh", Level.UNMARKED),
        ("Nguyễn Thị Mẫu Anh", Level.MARKED_OTHERWISE),
        ("Ánh Nguyễn Thị Mẫu", Level.REORDERED),
        ("Nguyễn Thị Mâu Ánhh", Level.SLIP_IN_GIVEN),
        ("Ngyễn Thị Mẫu Ánh", Level.ONE_SLIP),
        ("Ngyễn Thị Mu Ánh", Level.TWO_SLIPS),
        ("Nguyễn Thị Mẫu Phượng", Level.OTHER),
        ("Trần Văn Mẫu", Level.OTHER),
    ],
)
def test_names(name: str, expected: Level) -> None:
    assert level(Trait.NAME, name=name) is expected


def test_in_a_short_name_one_slip_makes_another_name() -> None:
    le, ly = (traits_of(replace(ONE, name=name)) for name in ("Lê An", "Lý An"))
    assert compare(le, ly).levels[Trait.NAME] is Level.OTHER


@pytest.mark.parametrize(
    ("birth", "expected"),
    [
        ("1990-02-01", Level.SAME),
        ("1990-01-02", Level.SWAPPED),
        ("1990", Level.AS_FAR_AS_SAID),
        ("1990-02", Level.AS_FAR_AS_SAID),
        ("1990-03", Level.SAME_YEAR),
        ("1990-02-07", Level.ONE_SLIP),
        ("1980-02-01", Level.ONE_SLIP),
        ("1990-11-29", Level.SAME_YEAR),
        ("1971", Level.OTHER),
        (None, Level.NOT_SAID),
    ],
)
def test_births(birth: str | None, expected: Level) -> None:
    assert level(Trait.BIRTH, birth=birth) is expected


def test_two_births_by_the_year_alone_fit_and_are_not_the_same() -> None:
    year = traits_of(replace(ONE, birth="1990"))
    assert compare(year, year).levels[Trait.BIRTH] is Level.AS_FAR_AS_SAID


@pytest.mark.parametrize(
    ("numbers", "personal", "others"),
    [
        ((("personal", "000190000001"),), Level.SAME, Level.NOT_SAID),
        ((("personal", "000190000010"),), Level.ONE_SLIP, Level.NOT_SAID),
        ((("personal", "000190999999"),), Level.OTHER, Level.NOT_SAID),
        ((("personal", "000190999999"), ("personal", "000190000001")), Level.OTHER, Level.SAME),
        ((("mrn:79A02", "BN1"),), Level.NOT_SAID, Level.NOT_SAID),
    ],
)
def test_numbers(numbers: tuple[tuple[str, str], ...], personal: Level, others: Level) -> None:
    assert level(Trait.PERSONAL_NUMBER, numbers=numbers) is personal
    assert level(Trait.OTHER_NUMBERS, numbers=numbers) is others


@pytest.mark.parametrize(
    ("address", "phone", "expected"),
    [
        ("Số 1, đường mẫu", "+84000123456", Level.SAME),
        (None, "0000123456", Level.SAME),
        ("Số 2 Đường Mẫu", "0000123456", Level.PARTLY),
        ("Số 2 Đường Mẫu", "0000999999", Level.OTHER),
        (None, None, Level.NOT_SAID),
    ],
)
def test_households(address: str | None, phone: str | None, expected: Level) -> None:
    assert level(Trait.HOUSEHOLD, address=address, phone=phone) is expected


def grade(**other: object) -> Grade:
    changed = replace(ONE, **other)  # type: ignore[arg-type]
    return compare(traits_of(ONE), traits_of(changed)).grade


def test_nobody_is_certainly_the_same_by_name_day_and_household_alone() -> None:
    assert grade(numbers=()) is Grade.LIKELY
    assert grade(numbers=(("personal", "000190777777"),)) is Grade.LIKELY
    assert grade() is Grade.CERTAIN


@pytest.mark.parametrize(
    "twin", ["Nguyễn Thị Mẫu Anh", "Nguyễn Thị Mẫu Ánhh", "Nguyễn Thị Mẫu Bình"]
)
def test_a_twin_is_never_certain_even_with_a_shared_number(twin: str) -> None:
    assert grade(name=twin) is Grade.LIKELY


@pytest.mark.parametrize("other", [{"sex": 1}, {"birth": "1971-05-20"}])
def test_a_shared_number_is_not_certain_where_something_contradicts(
    other: dict[str, object],
) -> None:
    assert grade(**other) is Grade.LIKELY


def test_every_trait_and_level_has_words() -> None:
    assert set(TRAIT_WORDS) == set(Trait)
    assert set(LEVEL_WORDS) == set(Level)
