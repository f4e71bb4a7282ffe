"""Whom a moved visit is about: known by any of their numbers, made by no slip of the pen."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from ledger.commands.right_patient import ByNumbers, GivenNumber, by_numbers, with_book
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from tests_support.intake_house import (
    FACILITY,
    OTHER,
    REGISTRAR,
    IntakeHouse,
    delivery,
    intake_house,
    patient,
)

PERSONAL, CARD, UNKNOWN = "000099000002", "GD4790000000002", "000099000009"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[IntakeHouse]:
    with intake_house(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path) as opened:
        yield opened


def ask(
    house: IntakeHouse, *given: tuple[str, str], facility: str = FACILITY, new: bool = False
) -> UUID:
    asked = ByNumbers(facility, [GivenNumber(*one) for one in given], new=new)
    return by_numbers(house.facts, house.keys.numbers, asked, new_id=uuid4, act=REGISTRAR)


def known(house: IntakeHouse, key: str = "LK-2", number: str = PERSONAL, **more: str) -> UUID:
    subject = house.take(delivery(key, whose=patient(number, **more))).subject
    assert subject is not None
    return subject


def test_somebody_is_found_by_any_number_that_is_theirs(house: IntakeHouse) -> None:
    subject = known(house, insurance_card=CARD, social_insurance=CARD[5:])
    assert ask(house, ("personal", PERSONAL)) == subject
    assert ask(house, ("insurance-card", "HN4790000000002")) == subject
    assert ask(house, ("personal", PERSONAL), ("social-insurance", CARD[5:])) == subject


def test_a_facilitys_own_number_means_somebody_there_alone(house: IntakeHouse) -> None:
    subject = known(house, **{f"mrn:{FACILITY}": "BN-7"})
    assert ask(house, ("mrn", "BN-7")) == subject
    with pytest.raises(NotFoundError):
        ask(house, ("mrn", "BN-7"), facility=OTHER)


def test_numbers_of_two_people_are_refused(house: IntakeHouse) -> None:
    known(house)
    known(house, "LK-3", "000099000003")
    with pytest.raises(RefusedError) as refused:
        ask(house, ("personal", PERSONAL), ("personal", "000099000003"), new=True)
    assert refused.value.rule == "numbers_differ"


def test_nobody_is_made_unless_it_is_said_that_they_are_new(house: IntakeHouse) -> None:
    with pytest.raises(NotFoundError):
        ask(house, ("personal", UNKNOWN))
    with pytest.raises(NotFoundError):
        ask(house, ("personal", UNKNOWN))
    made = ask(house, ("personal", UNKNOWN), new=True)
    assert ask(house, ("personal", UNKNOWN)) == made
    assert known(house, number=UNKNOWN) == made


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ((), "to"),
        ((("personal", PERSONAL),) * 21, "to"),
        ((("personal", "12"),), "to[0].value"),
        ((("personal", PERSONAL), ("insurance-card", "x")), "to[1].value"),
        ((("library-card", "1"),), "to[0].kind"),
        ((("mrn", " "),), "to[0].value"),
        ((("mrn", "1" * 101),), "to[0].value"),
        ((("mrn", "1", "s" * 101),), "to[0].system"),
    ],
)
def test_numbers_of_another_form_are_refused_by_their_place(
    house: IntakeHouse, given: tuple[tuple[str, str], ...], place: str
) -> None:
    with pytest.raises(InvalidInputError) as refused:
        ask(house, *given, new=True)
    assert refused.value.place == place


def test_only_somebody_with_a_book_is_named_by_a_pseudonym(house: IntakeHouse) -> None:
    subject = known(house)
    assert with_book(house.facts, subject) == subject
    with pytest.raises(NotFoundError):
        with_book(house.facts, uuid4())
