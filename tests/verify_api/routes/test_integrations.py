"""In which apps a person's health book is shown: by the person alone."""

from http import HTTPStatus
from uuid import UUID

import pytest

from ledger.commands.books import load_book
from tests_support.book_doors import ann as ann  # noqa: PLC0414  a fixture for all here
from tests_support.book_doors import door
from tests_support.book_doors import house as house  # noqa: PLC0414
from tests_support.book_house import ANN, FACILITY, BookHouse
from tests_support.governing_world import Door
from verify_api.callers import Role

NOBODY = UUID(int=77)
"""Somebody without a book."""

APPS = "/v1/records/me/apps"


def apps(client: Door) -> list[str]:
    answer = client.get(APPS)
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    told: list[str] = answer.get_json()["apps"]
    return told


def test_a_person_shows_the_book_in_an_app_and_takes_it_away(house: BookHouse, ann: Door) -> None:
    before = load_book(house.house.system.facts, ANN).history.version
    assert apps(ann) == []
    for _ in range(2):
        answer = ann.put(f"{APPS}/vneid")
        assert (answer.status_code, answer.get_json()["shown"]) == (HTTPStatus.OK, True)
    assert apps(ann) == ["vneid"]
    for _ in range(2):
        answer = ann.delete(f"{APPS}/vneid")
        assert (answer.status_code, answer.get_json()["shown"]) == (HTTPStatus.OK, False)
    assert apps(ann) == []
    assert load_book(house.house.system.facts, ANN).history.version == before + 2


def test_who_had_no_book_has_one_then(house: BookHouse) -> None:
    nobody = door(house, Role.CITIZEN, subject=NOBODY)
    assert not load_book(house.house.system.facts, NOBODY).state.is_open
    assert nobody.put(f"{APPS}/vneid").status_code == HTTPStatus.OK
    assert load_book(house.house.system.facts, NOBODY).state.is_open


def test_an_app_of_another_form_is_refused_by_its_place(ann: Door) -> None:
    answer = ann.put(f"{APPS}/VNeID")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "app_name" in answer.get_data(as_text=True)


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_nobody_else_does_it(house: BookHouse, method: str) -> None:
    doctor = door(house, Role.CLINICIAN, organisation=FACILITY)
    address = APPS if method == "get" else f"{APPS}/vneid"
    assert getattr(doctor, method)(address).status_code == HTTPStatus.FORBIDDEN
