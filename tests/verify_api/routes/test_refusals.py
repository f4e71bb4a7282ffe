"""Nobody asks unseen either: who was refused a book is seen by the person and by the auditor."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.errors import StoreUnavailableError
from tests_support.book_doors import door
from tests_support.book_house import ANN, BEN, ELSEWHERE, BookHouse, open_book_house
from tests_support.book_house import problem as illness
from verify_api.callers import Role

BOOK = f"/v1/records/{ANN}/problems"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BookHouse]:
    with open_book_house(tmp_path / "home") as opened:
        opened.visit(ANN, "1", illness("Hen", "c1"))
        yield opened


def refused(house: BookHouse) -> list[dict[str, Any]]:
    return [one for one in house.looks() if one["refused"]]


def test_a_refused_clinician_stands_in_the_persons_history(house: BookHouse) -> None:
    for _ in range(3):
        assert house.get(house.doctor(ELSEWHERE), BOOK).status_code == HTTPStatus.FORBIDDEN
    (one,) = refused(house)
    assert (one["role"], one["organisation"], one["legal_basis"], one["own"]) == (
        "clinician", ELSEWHERE, None, False,
    )  # fmt: skip
    assert one["what"] == "Sổ sức khỏe điện tử (BỊ TỪ CHỐI)"
    (listed,) = [
        look
        for look in house.get(house.ann(), "/v1/records/me/looks").get_json()["looks"]
        if look["refused"]
    ]
    assert (listed["look"], listed["what"], listed["who"]) == (one["id"], one["what"], one["who"])


def test_a_stranger_among_citizens_is_somebody_else(house: BookHouse) -> None:
    ben = house.browser(Role.CITIZEN, subject=BEN)
    for address in (BOOK, f"/fhir/Condition?patient={ANN}", f"/v1/represented/{ANN}/consents"):
        assert house.get(ben, address).status_code == HTTPStatus.FORBIDDEN, address
    (one,) = refused(house)
    assert one["who"] == "Một người khác"


def test_another_day_is_another_attempt(house: BookHouse) -> None:
    house.get(house.doctor(ELSEWHERE), BOOK)
    house.house.clock.at += timedelta(days=1)
    again = house.browser(Role.CLINICIAN, subject=UUID(int=98), organisation=ELSEWHERE)
    house.get(again, BOOK)
    house._browsers.clear()
    later = door(house, Role.CITIZEN, subject=ANN)
    looks = later.get("/v1/records/me/access-log").get_json()["looks"]
    assert sum(one["refused"] for one in looks) == 2


def test_the_answer_is_the_same_for_somebody_and_for_nobody(house: BookHouse) -> None:
    doctor = house.doctor(ELSEWHERE)
    somebody, nobody = (
        house.get(doctor, f"/v1/records/{one}/problems") for one in (ANN, UUID(int=4711))
    )
    assert somebody.status_code == nobody.status_code == HTTPStatus.FORBIDDEN
    assert somebody.get_json() == nobody.get_json()


def test_who_has_not_signed_in_leaves_nothing(house: BookHouse) -> None:
    head = house.house.system.facts.head()
    answer = house.get(house.house.app.test_client(), BOOK)
    assert answer.status_code == HTTPStatus.UNAUTHORIZED
    assert house.house.system.facts.head() == head


def test_an_auditor_sees_who_was_refused_and_no_citizen_does(house: BookHouse) -> None:
    house.get(house.doctor(ELSEWHERE), BOOK)
    house.get(house.doctor(ELSEWHERE), f"/v1/records/{BEN}/problems")
    auditor = house.browser(Role.AUDITOR)
    first = house.get(auditor, "/v1/refused-looks?limit=1").get_json()
    (one,) = first["refused"]
    assert (one["person"], one["organisation"], one["kind"]) == (
        str(ANN), ELSEWHERE, "health-book",
    )  # fmt: skip
    second = house.get(auditor, f"/v1/refused-looks?after={first['after']}").get_json()
    assert [other["person"] for other in second["refused"]] == [str(BEN)]
    assert second["after"] is None
    assert house.get(house.ann(), "/v1/refused-looks").status_code == HTTPStatus.FORBIDDEN
    shown = house.house.records("looks", "refused", "--account", one["account"])
    assert shown.exit_code == 0, shown.output
    assert str(ANN) in shown.output
    other = house.house.records("looks", "refused", "--account", "nobody", "--json")
    assert other.output.strip() == "[]"


def test_a_refusal_that_cannot_be_recorded_is_no_answer(
    house: BookHouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    doctor = house.doctor(ELSEWHERE)

    def away(*_args: object, **_more: object) -> None:
        raise StoreUnavailableError("away")

    monkeypatch.setattr(house.house.system.facts, "append", away)
    assert house.get(doctor, BOOK).status_code == HTTPStatus.SERVICE_UNAVAILABLE
