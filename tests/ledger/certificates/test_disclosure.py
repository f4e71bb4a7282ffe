"""Names in the form of travel documents, what a checker asks, and the five fields."""

from dataclasses import replace
from datetime import date
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.certificates.disclosure import (
    Asked,
    FiveFields,
    five_fields_match,
    is_about,
    mrz_name,
    same_name,
)
from ledger.certificates.kind import Holder, Sex

HOLDER = Holder("NGUYỄN THỊ THÙY MẪU", date(1990, 1, 2), Sex.FEMALE, "0001")


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("NGUYỄN VĂN ĐỨC", "NGUYEN<VAN<DUC"),
        ("Nguyễn  Văn   Đức ", "NGUYEN<VAN<DUC"),
        ("đặng", "DANG"),
        ("\u00d0ặng", "DANG"),
        ("Thuỳ", "THUY"),
        ("Thùy", "THUY"),
        ("Y'Mẫu", "YMAU"),
        ("H\u2019Mẫu Niê-Kđăm", "HMAU<NIE<KDAM"),
        ("", ""),
        ("李", ""),
    ],
)
def test_a_name_has_one_form_in_machine_readable_zones(name: str, written: str) -> None:
    assert mrz_name(name) == written
    assert mrz_name(normalize("NFD", name)) == written


@given(st.text(max_size=300))
def test_any_text_has_such_a_form_and_keeps_it(name: str) -> None:
    written = mrz_name(name)
    assert set(written) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ<")
    assert mrz_name(written) == written


def test_names_in_another_script_are_told_apart() -> None:
    assert same_name("李 明", "李-明")
    assert not same_name("李", "王")
    assert not is_about(replace(HOLDER, name="李"), Asked(name="王"))


@pytest.mark.parametrize(
    ("asked", "fits"),
    [
        (Asked(), True),
        (Asked(name="nguyen thi thuy mau"), True),
        (Asked(name="Nguyễn Thị Thuỳ Mẫu", birth_date=date(1990, 1, 2), sex=Sex.FEMALE), True),
        (Asked(number="0001"), True),
        (Asked(number="001 090 000001"), True),
        (Asked(number="001"), False),
        (Asked(number=""), False),
        (Asked(number="0002"), False),
        (Asked(name="Trần Thị Thùy Mẫu"), False),
        (Asked(name=""), False),
        (Asked(birth_date=date(1990, 2, 1)), False),
        (Asked(sex=Sex.MALE), False),
        (Asked(name="nguyen thi thuy mau", sex=Sex.OTHER), False),
    ],
)
def test_everything_that_is_asked_must_fit(asked: Asked, fits: object) -> None:
    assert is_about(HOLDER, asked) is fits
    assert asked.nothing is (asked == Asked())


HELD = FiveFields("H29.01-261120-0001", "NGUYỄN THỊ MẪU", date(1990, 1, 2), Sex.FEMALE, "C1234567")


def test_five_fields_match_however_they_are_typed() -> None:
    given_fields = FiveFields(
        "h29.01 261120 0001", "Nguyen Thi Mau", date(1990, 1, 2), Sex.FEMALE, "c 123 4567"
    )
    assert five_fields_match(given_fields, HELD)


@pytest.mark.parametrize(
    "other",
    [
        replace(HELD, dossier_code="H29.01-261120-0002"),
        replace(HELD, name="TRẦN THỊ MẪU"),
        replace(HELD, birth_date=date(1990, 1, 3)),
        replace(HELD, sex=Sex.MALE),
        replace(HELD, number="4567"),
        replace(HELD, number=""),
    ],
    ids=["dossier", "name", "birth date", "sex", "number's tail", "no number"],
)
def test_one_field_that_differs_is_enough(other: FiveFields) -> None:
    assert not five_fields_match(other, HELD)


def test_nothing_held_never_matches() -> None:
    assert not five_fields_match(HELD, None)


def test_fields_cannot_flow_into_one_another() -> None:
    shifted = replace(HELD, dossier_code=HELD.dossier_code + "1", number="C234567")
    assert not five_fields_match(shifted, replace(HELD, dossier_code=HELD.dossier_code))
