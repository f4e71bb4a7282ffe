"""Units as people read them, and numbers with the mark that their language has."""

import pytest

from verify_api.unit_words import UNITS, measured_words, unit_words


@pytest.mark.parametrize(
    ("unit", "vi", "en"),
    [
        ("mm[Hg]", "mmHg", "mmHg"),
        ("/min", "lần/phút", "per minute"),
        ("Cel", "°C", "°C"),
        ("kg/m2", "kg/m²", "kg/m²"),
        ("kg", "kg", "kg"),
        ("{nonsense}", "{nonsense}", "{nonsense}"),
        ("", "", ""),
    ],
)
def test_a_unit_is_written_as_people_read_it_and_an_unknown_one_as_it_is(
    unit: str, vi: str, en: str
) -> None:
    assert (unit_words(unit, "vi"), unit_words(unit, "en")) == (vi, en)


@pytest.mark.parametrize(
    ("value", "unit", "vi", "en"),
    [
        ("82.1", "kg", "82,1 kg", "82.1 kg"),
        ("<0.5", "mm[Hg]", "<0,5 mmHg", "<0.5 mmHg"),
        ("72", "/min", "72 lần/phút", "72 per minute"),
        ("1.2.3", "", "1.2.3", "1.2.3"),
        ("", "kg", "", ""),
    ],
)
def test_a_value_keeps_its_digits(value: str, unit: str, vi: str, en: str) -> None:
    told = (measured_words(value, unit, "vi"), measured_words(value, unit, "en"))
    assert told == (vi, en)


def test_every_unit_has_words_in_both_languages() -> None:
    assert all(words.vi and words.en for words in UNITS.values())
