from datetime import date
from uuid import UUID

import pytest

from ledger import identifiers
from ledger.errors import InvalidInputError
from ledger.identifiers import (
    AUTHORITY,
    CERTIFICATE_NUMBER,
    DOSSIER_CODE,
    FACILITY,
    ICD_10,
    INSURANCE_CARD,
    JUDICIAL_RECORD_CODE,
    PASSCODE,
    PERSONAL_NUMBER,
    PHONE,
    TEMPORARY_NUMBER,
    VIETNAMESE_PASSPORT,
    NumberKind,
    Pattern,
    check_former_province,
    check_number,
    check_province,
    number_warnings,
    provinces,
)

FULL_WIDTH_12 = "".join(chr(ord("０") + int(digit)) for digit in "000099001234")  # noqa: RUF001 (the wrong digits)
ARABIC_INDIC_12 = "".join(chr(0x660 + int(digit)) for digit in "000099001234")


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        (PERSONAL_NUMBER, "001099001234"),
        (PERSONAL_NUMBER, "079303004567"),
        (INSURANCE_CARD, "HS4010123456789"),
        (INSURANCE_CARD, "TE101KT00000001"),
        (FACILITY, "79A02"),
        (ICD_10, "B18.00"),
        (ICD_10, "M00.0†"),
        (DOSSIER_CODE, "000.00.19.H26-241015-0012"),
        (DOSSIER_CODE, "H26.12-241015-1234567"),
        (JUDICIAL_RECORD_CODE, "25HN2013/00001"),
        (JUDICIAL_RECORD_CODE, "25ĐN2013/00001"),
        (CERTIFICATE_NUMBER, "452/STP-LLTP"),
        (PASSCODE, "012345"),
        (VIETNAMESE_PASSPORT, "B1234567"),
        (TEMPORARY_NUMBER, "TE-79A02-20261109-001"),
        (AUTHORITY, "CA01"),
        (PHONE, "+84900000000"),
    ],
)
def test_codes_of_the_right_form_are_taken(pattern: Pattern, value: str) -> None:
    assert pattern.check(value, place="here") == value


@pytest.mark.parametrize(
    ("pattern", "value"),
    [
        (PERSONAL_NUMBER, FULL_WIDTH_12),
        (PERSONAL_NUMBER, ARABIC_INDIC_12),
        (PERSONAL_NUMBER, "00109900123"),
        (PERSONAL_NUMBER, "0010990012345"),
        (PERSONAL_NUMBER, "001099001234\n"),
        (PERSONAL_NUMBER, 1099001234),
        (PERSONAL_NUMBER, None),
        (INSURANCE_CARD, "HS6010123456789"),
        (INSURANCE_CARD, "hs4010123456789"),
        (ICD_10, "I10.123"),
        (JUDICIAL_RECORD_CODE, "25HN2013/1"),
        (TEMPORARY_NUMBER, "001099001234"),
        (DOSSIER_CODE, "H26-2410155-12"),
        (AUTHORITY, "CA01-TOO-LONG-"),
        (AUTHORITY, ""),
    ],
)
def test_codes_of_another_form_are_refused_without_being_repeated(
    pattern: Pattern, value: object
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        pattern.check(value, place="here")
    assert (refused.value.place, refused.value.rule) == ("here", pattern.rule)
    assert not value or str(value).strip() not in str(refused.value)


def test_a_passport_has_the_form_of_its_country() -> None:
    assert check_number("B1234567", NumberKind.PASSPORT, place="n")
    assert check_number("X12AB3456", NumberKind.PASSPORT, place="n", nationality="FR")
    with pytest.raises(InvalidInputError):
        check_number("X12AB3456", NumberKind.PASSPORT, place="n")
    assert check_number("012345678", NumberKind.OLD_IDENTITY_CARD, place="n")


def test_a_number_that_contradicts_birth_or_sex_only_warns() -> None:
    assert number_warnings("001099001234", birth_date=date(1999, 5, 5), sex=1) == ()
    assert number_warnings("079303004567", birth_date=date(2003, 5, 5), sex=2) == ()
    assert number_warnings("079303004567", birth_date=date(2004, 5, 5), sex=1) == (
        "birth_year_differs_from_number",
        "sex_differs_from_number",
    )
    assert number_warnings("079303004567", birth_date=date(2003, 5, 5), sex=3) == ()
    assert number_warnings("B1234567", birth_date=date(2003, 5, 5), sex=3) == ()


def test_there_are_34_provinces_since_july_2025_and_63_before() -> None:
    assert len(provinces(date(2025, 7, 1))) == 34
    assert len(provinces(date(2025, 6, 30))) == 63
    assert provinces(date(2000, 1, 1)) == {}


def test_a_code_may_have_named_another_province_before_the_mergers() -> None:
    assert provinces(date(2025, 6, 30))["52"] == "Bình Định"
    assert provinces(date(2026, 1, 1))["52"] == "Gia Lai"
    for day in (date(2024, 10, 1), date(2026, 7, 1)):
        assert provinces(day)["01"] == "Hà Nội"
        assert provinces(day)["46"] == "Huế"


@pytest.mark.parametrize(
    ("code", "rule"),
    [("1", "province_code"), ("03", "unknown_province"), ("02", "unknown_province")],
)
def test_a_province_that_is_none_that_day_is_refused(code: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_province(code, on=date(2026, 11, 9), place="province")
    assert refused.value.rule == rule


def test_a_province_that_existed_that_day_is_taken() -> None:
    assert check_province("02", on=date(2025, 1, 1), place="province") == "02"


@pytest.mark.parametrize("code", ["01", "02", "28", "96"])
def test_somebody_may_have_lived_in_a_province_that_is_no_more(code: str) -> None:
    assert check_former_province(code, place="province") == code


@pytest.mark.parametrize(("code", "rule"), [("99", "unknown_province"), ("1", "province_code")])
def test_nobody_has_lived_in_a_province_that_never_was(code: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        check_former_province(code, place="province")
    assert caught.value.rule == rule


def test_streams_with_public_names_never_move() -> None:
    dossier = "000.00.19.H26-241015-0012"
    assert identifiers.request_stream("CA01", dossier) == UUID(
        "a3f165cb-d2cd-5024-a4ec-fb1118bf85bd"
    )
    assert identifiers.series_stream("CA01", 2026) == UUID("12766030-429a-5642-8663-72aa06774e21")
    assert identifiers.system_stream("trust-list") == UUID("b00598c1-a873-5949-97f4-16f738a5ee35")
    assert identifiers.access_stream(UUID(int=1)) == UUID("5d67bd42-aeb5-5f18-8a1b-cf06e4e47a14")


def test_a_request_stream_needs_a_dossier_code() -> None:
    with pytest.raises(InvalidInputError):
        identifiers.request_stream("CA01", "001099001234")
    with pytest.raises(InvalidInputError):
        identifiers.series_stream("ca01", 2026)
