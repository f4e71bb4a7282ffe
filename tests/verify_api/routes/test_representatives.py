"""Who acts for whom is recorded by a steward, on a document, and seen by the person."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest

from tests_support.book_doors import door
from tests_support.book_house import ANN, BEN, BookHouse, open_book_house
from tests_support.governing_world import Door, problem
from verify_api.callers import Role

ADDRESS = f"/v1/records/{ANN}/representatives"
GUARDIAN = {"representative": str(BEN), "relation": "guardian", "evidence": "Quyết định mẫu số 1"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BookHouse]:
    with open_book_house(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def steward(house: BookHouse) -> Door:
    return door(house, Role.DATA_STEWARD)


def test_a_guardian_is_appointed_seen_acts_and_is_dismissed(
    house: BookHouse, steward: Door
) -> None:
    ann, ben = (door(house, Role.CITIZEN, subject=one) for one in (ANN, BEN))
    assert ben.get(f"/v1/represented/{ANN}/consents").status_code == HTTPStatus.FORBIDDEN
    appointed = steward.post(ADDRESS, GUARDIAN)
    assert appointed.status_code == HTTPStatus.CREATED, appointed.text
    (one,) = ann.get("/v1/records/me/representatives").get_json()["representatives"]
    assert one == {"representative": str(BEN), "relation": "guardian", "until": None}
    assert ben.get(f"/v1/represented/{ANN}/consents").status_code == HTTPStatus.OK
    ended = steward.post(f"{ADDRESS}/{BEN}/end", {"reason": "hết hạn"})
    assert ended.get_json()["acts"] is False
    assert ben.get(f"/v1/represented/{ANN}/consents").status_code == HTTPStatus.FORBIDDEN
    looks = ann.get("/v1/records/me/access-log?lang=en").get_json()["looks"]
    assert [(one["legal_basis"], one["refused"]) for one in looks if not one["own"]] == [
        ("representative", False), (None, True),
    ]  # fmt: skip


def test_nobody_is_appointed_for_or_by_nobody(steward: Door) -> None:
    nobody = UUID(int=5)
    for address, body in (
        (f"/v1/records/{nobody}/representatives", GUARDIAN),
        (ADDRESS, {**GUARDIAN, "representative": str(nobody)}),
    ):
        assert steward.post(address, body).status_code == HTTPStatus.NOT_FOUND


def test_an_appointment_has_evidence_and_an_end_that_lies_ahead(steward: Door) -> None:
    assert problem(steward.post(ADDRESS, {**GUARDIAN, "evidence": " "}))[2] == "evidence"
    past = steward.post(ADDRESS, {**GUARDIAN, "until": "2020-01-01"})
    assert problem(past)[1] == "appointment_ended"
    assert problem(steward.post(f"{ADDRESS}/{BEN}/end", {"reason": "x"}))[1] == "no_representative"


def test_nobody_appoints_themselves(house: BookHouse) -> None:
    ben = door(house, Role.CITIZEN, subject=BEN)
    assert ben.post(ADDRESS, GUARDIAN).status_code == HTTPStatus.FORBIDDEN


def test_whoever_represents_sees_for_whom_as_long_as_they_do(
    house: BookHouse, steward: Door
) -> None:
    ann, ben = (door(house, Role.CITIZEN, subject=one) for one in (ANN, BEN))

    def listed(who: Door) -> list[dict[str, str]]:
        house.house.system.projector.catch_up()
        told: list[dict[str, str]] = who.get("/v1/records/me/represented").get_json()["represented"]
        return told

    assert listed(ben) == []
    steward.post(ADDRESS, {**GUARDIAN, "until": "2026-12-01"})
    assert listed(ben) == [{"person": str(ANN), "relation": "guardian"}]
    assert listed(ann) == []
    house.house.clock.at += timedelta(days=9)
    (fresh,) = (door(house, Role.CITIZEN, subject=BEN, organisation="again"),)
    assert listed(fresh) == []


def test_a_dismissed_representative_is_listed_no_longer(house: BookHouse, steward: Door) -> None:
    steward.post(ADDRESS, GUARDIAN)
    steward.post(f"{ADDRESS}/{BEN}/end", {"reason": "hết hạn"})
    house.house.system.projector.catch_up()
    ben = door(house, Role.CITIZEN, subject=BEN)
    assert ben.get("/v1/records/me/represented").get_json() == {"represented": []}
