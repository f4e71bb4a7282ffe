import unicodedata
from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.cleaning.slips import slips
from ledger.cleaning.traits import Described, traits_of

ONE = Described(
    UUID(int=1), "Đặng Thị Mẫu Ánh", "1990-02-01", 2,
    (("personal", "000190000001"), ("insurance-card", "HS4010123456789")),
    "Số 1, Đường Mẫu Một", "0000123456",
)  # fmt: skip


def test_a_name_is_the_same_however_its_letters_are_composed_and_cased() -> None:
    typed = unicodedata.normalize("NFD", "  ĐẶNG   thị MẪU Ánh ")
    assert traits_of(replace(ONE, name=typed)).name == traits_of(ONE).name
    assert traits_of(ONE).key == "dang thi mau anh"
    assert traits_of(ONE).marked
    assert not traits_of(replace(ONE, name="DANG THI MAU ANH")).marked


def test_family_and_given_name_are_the_first_and_the_last_word() -> None:
    assert (traits_of(ONE).family, traits_of(ONE).given) == ("dang", "anh")


@pytest.mark.parametrize(
    ("said", "parts"),
    [("1990", (1990,)), ("1990-02", (1990, 2)), ("1990-02-01", (1990, 2, 1)), (None, ()),
     ("01/02/1990", ()), ("1990-2-1", ()), ("١٩٩٠", ())],
)  # fmt: skip
def test_a_birth_is_as_precise_as_it_was_said(said: str | None, parts: tuple[int, ...]) -> None:
    assert traits_of(replace(ONE, birth=said)).birth == parts


def test_the_present_personal_number_is_the_first_and_former_ones_are_others() -> None:
    numbers = (("personal", "000190000009"), ("personal", "000190000001"))
    traits = traits_of(replace(ONE, numbers=numbers))
    assert traits.personal == "000190000009"
    assert traits.others == ("personal:000190000001",)


def test_an_insurance_card_tells_the_social_insurance_number() -> None:
    assert "social-insurance:0123456789" in traits_of(ONE).others


def test_numbers_are_the_same_with_and_without_marks_between() -> None:
    spaced = replace(ONE, numbers=(("personal", "000 190-000.001"),))
    assert traits_of(spaced).personal == "000190000001"


@pytest.mark.parametrize("typed", ["0000123456", "+84 000123456", "84000123456", "000.012.3456"])
def test_a_phone_number_is_the_same_from_home_and_from_abroad(typed: str) -> None:
    assert traits_of(replace(ONE, phone=typed)).household == traits_of(ONE).household


def test_what_is_not_said_is_nothing() -> None:
    nothing = traits_of(Described(UUID(int=2), "Ai Mẫu"))
    assert (nothing.birth, nothing.sex, nothing.personal) == ((), None, None)
    assert nothing.others == nothing.household == ()


WORDS = st.text("abcđ ", max_size=7)


@given(WORDS, WORDS)
def test_slips_are_the_same_both_ways_and_none_means_equal(one: str, other: str) -> None:
    assert slips(one, other) == slips(other, one)
    assert (slips(one, other) == 0) == (one == other)
    assert slips(one, other) <= max(len(one), len(other))


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("ab", "ba", 1), ("ca", "abc", 2), ("", "abc", 3), ("nguyen", "nguyne", 1), ("anh", "an", 1)],
)
def test_slips_are_counted(one: str, other: str, apart: int) -> None:
    assert slips(one, other) == apart
