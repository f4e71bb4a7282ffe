import re
import unicodedata
from itertools import islice

from shell.population import people


def test_the_same_seed_makes_the_same_people() -> None:
    assert list(islice(people(7), 50)) == list(islice(people(7), 50))


def test_nobody_could_be_taken_for_a_real_person() -> None:
    for person in islice(people(1), 500):
        assert "Mẫu" in person.name
        assert person.number.startswith("000")
        assert person.phone.startswith("0000")


def test_numbers_are_distinct_and_tell_sex_and_birth_year_as_real_ones_do() -> None:
    some = list(islice(people(2), 2_000))
    assert len({person.number for person in some}) == len(some)
    for person in some:
        assert re.fullmatch("[0-9]{12}", person.number)
        century = int(person.number[3])
        assert century % 2 == person.sex - 1
        assert 1900 + 100 * (century // 2) + int(person.number[4:6]) == person.birth_date.year
        assert unicodedata.is_normalized("NFC", person.name)


def test_a_number_drawn_twice_is_drawn_again() -> None:
    some = list(islice(people(3), 20_000))
    assert len({person.number for person in some}) == len(some)
