import json
from dataclasses import fields

import pytest

from ledger.errors import InvalidInputError
from ledger.personal_details import ContactDetails, PersonalDetails, Stay
from tests_support.portal_world import dossier
from verify_api.portal_dossier import Dossier, read_dossier, to_builtins
from verify_api.portal_mapping import (
    PLACES,
    declaration_of,
    in_their_words,
    person_of,
    settlement_of,
)


def read(**declared: object) -> Dossier:
    return read_dossier(json.dumps(dossier(toKhai=declared)).encode())


def test_every_detail_and_contact_has_a_field_of_the_interface() -> None:
    for details in fields(PersonalDetails):
        if details.name not in {"father", "mother", "spouse", "number_kind"}:
            assert f"declaration.{details.name}" in PLACES
    for contact in fields(ContactDetails):
        assert f"contact.{contact.name}" in PLACES
    for stay in fields(Stay):
        if stay.name != "abroad":
            place = f"declaration.stays[3].{stay.name}"
            found = in_their_words(InvalidInputError(place, "rule", "something")).place
            assert found.startswith("toKhai.quaTrinhCTNNNLV[3].")


def test_a_place_that_is_the_interfaces_own_stays() -> None:
    error = InvalidInputError("toKhai.nycNgaySinh", "no_such_day", "a day")
    assert in_their_words(error).place == "toKhai.nycNgaySinh"


def test_relatives_come_with_the_year_of_their_birth_if_it_is_known() -> None:
    details, _ = person_of(read(nycHoTenCha="Nguyễn Mẫu", chaNamSinh="1960", nycHoTenMe="Lê Mẫu"))
    assert details.father is not None
    assert (details.father.birth_year, details.spouse) == (1960, None)
    assert details.mother is not None
    assert details.mother.birth_year is None


@pytest.mark.parametrize("said", [None, "VN", "vnm", "Việt Nam"])
def test_vietnamese_is_written_in_many_ways(said: str | None) -> None:
    assert person_of(read(nycQuocTich=said))[0].nationality == "VN"
    assert person_of(read(nycQuocTich="FR"))[0].nationality == "FR"


def test_a_purpose_in_own_words_goes_before_the_listed_one() -> None:
    assert declaration_of(read(tenMucDich="Xin việc", mucDichKhac="Du học")).purpose == "Du học"
    assert declaration_of(read(tenMucDich="Xin việc")).purpose == "Xin việc"


def test_a_dossier_without_a_receipt_is_not_paid() -> None:
    content = to_builtins(read())
    del content["thongTinBienLai"]
    with pytest.raises(InvalidInputError) as error:
        settlement_of(read_dossier(json.dumps(content).encode()))
    assert (error.value.place, error.value.rule) == ("thongTinBienLai", "not_paid")
