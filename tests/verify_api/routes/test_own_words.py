"""The person's own words in the book, and a death: through the doors of the running house."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import pytest

from keys.base64url import to_base64url
from tests_support.book_doors import ann as ann  # noqa: PLC0414  a fixture for all here
from tests_support.book_doors import door
from tests_support.book_doors import house as house  # noqa: PLC0414
from tests_support.book_house import ANN, BEN, ELSEWHERE, FACILITY, BookHouse
from tests_support.governing_world import Door, problem
from verify_api.callers import Role

NOTES = "/v1/records/me/notes"
DEATH = f"/v1/records/{ANN}/death"
PROVED = {"on": "2026-11-20", "evidence": "Giấy báo tử mẫu số 1"}
CONSENT = {
    "purpose": "treatment", "categories": ["general"], "method": "electronic", "explicit": True,
    "recipient": {"kind": "facility", "reference": ELSEWHERE},
    "text_digest": to_base64url(bytes(32)),
}  # fmt: skip


@pytest.fixture
def signer(house: BookHouse) -> Door:
    return door(house, Role.FACILITY_SIGNER, organisation=FACILITY)


@pytest.fixture
def steward(house: BookHouse) -> Door:
    return door(house, Role.DATA_STEWARD)


def notes(reader: Door, more: str = "") -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = reader.get(f"{NOTES}{more}").get_json()["entries"]
    return told


def test_a_note_is_written_shown_and_taken_back(house: BookHouse, ann: Door) -> None:
    written = ann.post(NOTES, {"note": "Tôi hay chóng mặt"})
    assert written.status_code == HTTPStatus.CREATED, written.text
    named = written.get_json()["note"]
    (shown,) = notes(ann)
    assert (shown["note"], shown["text"], shown["told_by"]) == (
        named,
        "Tôi hay chóng mặt",
        "person",
    )
    house.house.clock.at += timedelta(minutes=5)
    before = quote(house.house.clock.at.isoformat())
    house.house.clock.at += timedelta(minutes=5)
    assert ann.delete(f"{NOTES}/{named}").get_json() == {"note": named, "standing": "withdrawn"}
    assert notes(ann) == []
    assert [one["note"] for one in notes(ann, f"?as_of={before}")] == [named]
    assert ann.delete(f"{NOTES}/{named}").status_code == HTTPStatus.OK


def test_a_note_that_is_sent_twice_is_one(ann: Door) -> None:
    body = {"note": "Chóng mặt", "id": str(BEN)}
    once, again = (ann.post(NOTES, body).get_json()["note"] for _ in range(2))
    assert once == again
    assert len(notes(ann)) == 1
    other = ann.post(NOTES, {**body, "note": "Khác"})
    assert other.status_code == HTTPStatus.CONFLICT


def test_nobody_takes_back_the_note_of_another(house: BookHouse, ann: Door) -> None:
    named = ann.post(NOTES, {"note": "Của tôi"}).get_json()["note"]
    ben = door(house, Role.CITIZEN, subject=BEN)
    assert ben.delete(f"{NOTES}/{named}").status_code == HTTPStatus.NOT_FOUND
    assert len(notes(ann)) == 1


@pytest.mark.parametrize("note", ["", " ", "x" * 4001])
def test_a_note_has_words_and_not_too_many(ann: Door, note: str) -> None:
    assert problem(ann.post(NOTES, {"note": note}))[2] == "note"


def test_nobody_but_the_person_writes_notes(signer: Door, steward: Door) -> None:
    for somebody in (signer, steward):
        assert somebody.post(NOTES, {"note": "x"}).status_code == HTTPStatus.FORBIDDEN


def test_a_facility_records_the_death_of_whom_it_treats(ann: Door, signer: Door) -> None:
    recorded = signer.post(DEATH, PROVED)
    assert (recorded.status_code, recorded.get_json()) == (
        HTTPStatus.CREATED, {"death": "2026-11-20"},
    )  # fmt: skip
    (died, *_) = [
        one for one in ann.get("/v1/records/me/timeline").get_json()["entries"]
        if one["kind"] == "death"
    ]  # fmt: skip
    assert (died["start"], died["details"]["evidence"]) == ("2026-11-20", PROVED["evidence"])
    assert problem(signer.post(DEATH, PROVED))[1] == "death_recorded"


def test_after_a_death_nothing_new_is_allowed_and_what_stands_can_be_taken_back(
    ann: Door, signer: Door
) -> None:
    given = ann.post("/v1/records/me/consents", CONSENT).get_json()["consent"]
    signer.post(DEATH, PROVED)
    link = {"minutes": 15, "sections": ["problems"], "label": "Mẫu"}
    assert problem(ann.post("/v1/records/me/consents", CONSENT))[1] == "person_died"
    assert problem(ann.post("/v1/shares", link))[1] == "person_died"
    assert ann.delete(f"/v1/records/me/consents/{given}").status_code == HTTPStatus.OK


def test_a_facility_that_does_not_treat_them_learns_nothing(house: BookHouse) -> None:
    stranger = door(house, Role.FACILITY_SIGNER, organisation=ELSEWHERE)
    refused = [
        stranger.post(f"/v1/records/{one}/death", PROVED) for one in (ANN, "a" * 8 + str(ANN)[8:])
    ]
    assert {one.status_code for one in refused} == {HTTPStatus.FORBIDDEN}
    assert len({one.get_json()["detail"] for one in refused}) == 1


def test_a_death_lies_in_the_past_and_has_evidence(signer: Door) -> None:
    assert problem(signer.post(DEATH, {**PROVED, "on": "2030-01-01"}))[2] == "on"
    assert problem(signer.post(DEATH, {**PROVED, "evidence": ""}))[2] == "evidence"


def test_a_death_in_error_is_taken_back_by_who_keeps_persons(
    ann: Door, signer: Door, steward: Door
) -> None:
    assert problem(steward.post(f"{DEATH}/withdrawal", {"reason": "x"}))[1] == "no_death_recorded"
    signer.post(DEATH, PROVED)
    assert signer.post(f"{DEATH}/withdrawal", {"reason": "x"}).status_code == HTTPStatus.FORBIDDEN
    done = steward.post(f"{DEATH}/withdrawal", {"reason": "nhầm người"})
    assert (done.status_code, done.get_json()) == (HTTPStatus.OK, {"death": None})
    kinds = [one["kind"] for one in ann.get("/v1/records/me/timeline").get_json()["entries"]]
    assert "death" not in kinds
    assert ann.post("/v1/records/me/consents", CONSENT).status_code == HTTPStatus.CREATED
    assert steward.post(DEATH, PROVED).status_code == HTTPStatus.CREATED


def test_a_steward_records_no_death_of_nobody(steward: Door) -> None:
    nobody = steward.post(
        f"/v1/records/{BEN.hex[::-1][:8]}-0000-4000-8000-000000000000/death", PROVED
    )
    assert nobody.status_code == HTTPStatus.NOT_FOUND
