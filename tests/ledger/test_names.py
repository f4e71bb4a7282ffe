import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInputError
from ledger.names import check_name, check_text, normalise_name, same_name, search_key

NAME = "ĐẶNG THỊ HƯỜNG MẪU"


def rule_of(value: object, *, name: bool = True) -> str:
    with pytest.raises(InvalidInputError) as refused:
        (check_name if name else check_text)(value, place="person.name")
    assert refused.value.place == "person.name"
    assert not isinstance(value, str) or not value.strip() or value not in str(refused.value)
    return refused.value.rule


@pytest.mark.parametrize("name", [NAME, "Tôn Nữ Mẫu", "Anne-Marie O'Mẫu", "Mẫu Jr.", "山田 花子"])
def test_names_of_people_are_taken(name: str) -> None:
    assert check_name(name, place="person.name") == name


def test_a_decomposed_name_is_refused_by_a_rule_of_its_own() -> None:
    assert rule_of(unicodedata.normalize("NFD", NAME)) == "nfc"


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        (None, "text"),
        (7, "text"),
        ("", "not_blank"),
        (" \t", "not_blank"),
        ("M" * 101, "too_long"),
        ("Mẫu 2", "name"),
        ("Mẫu  Hai", "name"),
        (" Mẫu", "name"),
        ("Mẫu\nHai", "name"),
        ("Mẫu<b>", "name"),
        ("M\u200bẫu", "invisible"),
        ("M\u202eẫu", "invisible"),
        ("M\x00ẫu", "invisible"),
    ],
)
def test_what_is_no_name_is_refused(value: object, rule: str) -> None:
    assert rule_of(value) == rule


def test_longer_text_may_have_lines() -> None:
    assert check_text("một\nhai\tba", place="reason") == "một\nhai\tba"
    assert rule_of("một\u2028hai", name=False) == "invisible"


def test_case_spaces_and_composition_do_not_make_another_name_but_diacritics_do() -> None:
    assert same_name("  đặng thị   hường mẫu ", NAME)
    assert same_name(unicodedata.normalize("NFD", NAME), NAME)
    assert not same_name("DANG THI HUONG MAU", NAME)


def test_the_search_key_has_no_diacritics() -> None:
    assert search_key(NAME) == "dang thi huong mau"
    assert search_key("Đ đ Ơ ơ Ư ư ẵ") == "d d o o u u a"


@given(st.text(alphabet="ĐđƯươƠăâêôÀẤỆỢabc ", min_size=1).filter(str.strip))
def test_composed_and_decomposed_text_have_one_normal_name_and_one_key(text: str) -> None:
    decomposed = unicodedata.normalize("NFD", text)
    assert normalise_name(decomposed) == normalise_name(text)
    assert search_key(decomposed) == search_key(text)
    assert search_key(text).isascii()
