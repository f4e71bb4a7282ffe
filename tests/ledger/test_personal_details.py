from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from ledger.errors import InvalidInputError
from ledger.identifiers import NumberKind
from ledger.personal_details import (
    ContactDetails,
    Relative,
    Stay,
    age,
    check_birth_date,
    check_contact,
    check_details,
    check_stay,
)
from tests_support.request_desk import CONTACT, DETAILS

NOW = datetime(2026, 11, 9, 2, 0, tzinfo=UTC)


def test_good_details_are_taken() -> None:
    assert check_details(DETAILS, at=NOW, place="person") is DETAILS
    foreign = replace(
        DETAILS, nationality="FR", number="12AB34567", number_kind=NumberKind.PASSPORT
    )
    assert check_details(foreign, at=NOW, place="person") is foreign


@pytest.mark.parametrize(
    ("changes", "place", "rule"),
    [
        ({"name": "Mẫu 3"}, "person.name", "name"),
        ({"birth_date": date(2026, 11, 10)}, "person.birth_date", "not_in_the_future"),
        ({"birth_date": date(1899, 12, 31)}, "person.birth_date", "too_long_ago"),
        ({"sex": 0}, "person.sex", "sex"),
        ({"nationality": "Vietnam"}, "person.nationality", "country_code"),
        ({"number": "0000990012345"}, "person.number", "personal_number"),
        ({"birthplace": ""}, "person.birthplace", "not_blank"),
        ({"father": Relative("X 1")}, "person.father.name", "name"),
        ({"spouse": Relative("Mẫu", 2027)}, "person.spouse.birth_year", "birth_year"),
        ({"mother": Relative("Mẫu", 70)}, "person.mother.birth_year", "birth_year"),
    ],
)
def test_a_wrong_detail_is_refused_by_its_place(
    changes: dict[str, Any], place: str, rule: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_details(replace(DETAILS, **changes), at=NOW, place="person")
    assert (refused.value.place, refused.value.rule) == (place, rule)


def test_a_birth_date_in_vietnam_is_not_in_the_future_by_the_clock_of_greenwich() -> None:
    just_after_midnight = datetime(2026, 11, 9, 17, 30, tzinfo=UTC)
    check_birth_date(date(2026, 11, 10), at=just_after_midnight, place="b")
    with pytest.raises(InvalidInputError):
        check_birth_date("2000-01-01", at=NOW, place="b")


@pytest.mark.parametrize(
    ("contact", "place"),
    [
        (ContactDetails(phone="12"), "contact.phone"),
        (ContactDetails(email="nobody"), "contact.email"),
        (ContactDetails(permanent_address=" "), "contact.permanent_address"),
        (ContactDetails(current_address="x" * 501), "contact.current_address"),
    ],
)
def test_a_wrong_contact_is_refused_by_its_place(contact: ContactDetails, place: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        check_contact(contact, place="contact")
    assert refused.value.place == place


def test_good_contacts_and_stays_are_taken() -> None:
    assert check_contact(CONTACT, place="contact") is CONTACT
    check_contact(ContactDetails(email="mau@example.test"), place="c")
    stay = Stay("03/2019", "04/2024", "Phường Mẫu", "thợ may", "01")
    assert check_stay(stay, place="stays[0]") is stay
    with pytest.raises(InvalidInputError) as refused:
        check_stay(replace(stay, province="1"), place="stays[0]")
    assert refused.value.place == "stays[0].province"


@pytest.mark.parametrize(
    ("born", "on", "years"),
    [
        (date(2010, 11, 9), date(2026, 11, 8), 15),
        (date(2010, 11, 9), date(2026, 11, 9), 16),
        (date(2008, 2, 29), date(2026, 2, 27), 17),
        (date(2008, 2, 29), date(2026, 2, 28), 18),
        (date(2026, 11, 9), date(2026, 11, 9), 0),
    ],
)
def test_age_is_in_completed_years(born: date, on: date, years: int) -> None:
    assert age(born, on) == years
