from uuid import UUID

import pytest

from ledger.cleaning.blocks import blocked, blocks_of
from ledger.cleaning.traits import Described, Traits, traits_of

NAME, BORN = "Nguyễn Thị Mẫu Ánh", "1990-02-01"
PERSONAL = (("personal", "000190000001"),)


def person(number: int = 1, **what: object) -> Traits:
    said = {"name": NAME, "birth": BORN, "numbers": PERSONAL, **what}
    return traits_of(Described(UUID(int=number), **said))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "mistake",
    [
        {"name": "NGUYEN THI MAU ANH", "numbers": ()},
        {"name": "Ánh Nguyễn Thị Mẫu", "numbers": ()},
        {"name": "Nguyễn Thi Mau Ánh", "numbers": ()},
        {"name": "Ngyễn Thị Mẫu Ánh", "numbers": ()},
        {"name": "Nguyễn Thị Mẫu Ánk", "numbers": ()},
        {"birth": "1990-01-02", "numbers": ()},
        {"birth": "1990", "numbers": ()},
        {"birth": "1991-02-01"},
        {"birth": "1991-02-01", "numbers": (("personal", "000190000010"),)},
        {"birth": None, "numbers": (("personal", "900190000001"),)},
        {"name": "Ai Đó", "birth": "1950"},
    ],
)
def test_two_descriptions_of_one_person_meet_after_a_mistake_or_two(
    mistake: dict[str, object],
) -> None:
    assert set(blocks_of(person())) & set(blocks_of(person(2, **mistake)))


def test_a_household_brings_those_of_one_given_name_together() -> None:
    one, other = (person(n, birth=None, numbers=(), phone="0000123456") for n in (1, 2))
    assert set(blocks_of(one)) & set(blocks_of(other))


def test_a_block_that_nobody_shares_is_none() -> None:
    assert blocked([person()]).names == ((),)
    assert blocked([]).names == ()


def test_a_block_that_too_many_share_is_left_out_and_counted() -> None:
    crowd = [person(n, numbers=()) for n in range(1, 12)]
    assert blocked(crowd, largest=10) == (blocked([], largest=10).__class__(((),) * 11, left_out=4))
    assert all(blocked(crowd, largest=11).names)


def test_two_descriptions_of_one_person_count_once() -> None:
    crowd = [person(1), person(1), person(2)]
    assert all(blocked(crowd, largest=2).names)
    assert blocked([person(1), person(1)]).names == ((), ())
