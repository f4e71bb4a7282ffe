"""Health books over HTTP: what the person sees, what a clinician sees, that every look is told."""

from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from ledger.errors import StoreUnavailableError
from tests_support.book_house import (
    ANN,
    BEN,
    ELSEWHERE,
    BookHouse,
    problem,
)


def texts(body: dict[str, Any]) -> list[str]:
    return [entry["text"] for entry in body["entries"]]


def body(house: BookHouse, client: FlaskClient, address: str) -> dict[str, Any]:
    answer = house.get(client, address)
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_citizen_reads_the_own_book_and_sees_the_look(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen phế quản", "c1"))
    told = body(house, house.ann(), "/v1/records/me/problems")
    assert texts(told) == ["Hen phế quản"]
    assert told["standing"] == "some"
    assert told["notice"] is None
    assert told["entries"][0]["facility"] == "79A02"
    look = house.looks()[0]
    assert (look["own"], look["kind"]) == (True, "health-book")


def test_every_section_answers_and_none_is_empty_without_a_word(house: BookHouse) -> None:
    for name in ("timeline", "problems", "medicines", "allergies", "immunisations", "vitals",
                 "results", "procedures", "documents", "visits", "appointments", "referrals",
                 "devices", "plans"):  # fmt: skip
        told = body(house, house.ann(), f"/v1/records/{ANN}/{name}?lang=vi")
        assert told["standing"] == "no-data"
        assert told["standing_text"] == "Chưa có dữ liệu"
        assert told["entries"] == []


def test_nobody_reads_the_book_of_somebody_else(house: BookHouse) -> None:
    house.visit(BEN, "1", problem("Hen", "c1"))
    answers = [
        house.get(house.ann(), f"/v1/records/{BEN}/problems"),
        house.get(house.ann(), f"/v1/records/{UUID(int=12)}/problems"),
        house.get(house.doctor(ELSEWHERE), f"/v1/records/{BEN}/problems"),
    ]
    assert {answer.status_code for answer in answers} == {HTTPStatus.FORBIDDEN}
    assert len({answer.get_json()["detail"] for answer in answers}) == 1
    attempts = house.looks(BEN)
    assert [one["refused"] for one in attempts] == [True, True]


def test_a_reader_who_is_not_signed_in_is_told_so(house: BookHouse) -> None:
    answer = house.get(house.house.app.test_client(), f"/v1/records/{ANN}/problems")
    assert answer.status_code == HTTPStatus.UNAUTHORIZED


def test_who_treats_reads_without_what_is_withheld(house: BookHouse) -> None:
    ordinary, hidden = problem("Hen", "c1"), problem("Nhiễm HIV", "c2")
    house.visit(ANN, "1", ordinary, whole=(ordinary, hidden))
    assert sorted(texts(body(house, house.ann(), "/v1/records/me/timeline"))) == [
        "Hen",
        "Nhiễm HIV",
    ]
    told = body(house, house.doctor(), f"/v1/records/{ANN}/timeline?lang=en")
    assert texts(told) == ["Hen"]
    assert "never shown here" in told["notice"]
    look = house.looks()[0]
    assert (look["role"], look["organisation"], look["legal_basis"]) == (
        "clinician",
        "79A02",
        "care-visit",
    )


def test_the_notice_is_the_same_whether_anything_is_withheld_or_not(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    house.visit(BEN, "2", problem("Hen", "c1b"), whole=(problem("Hen", "c1b"), problem("HIV", "x")))
    plain, hiding = (
        body(house, house.doctor(), f"/v1/records/{one}/timeline?as_of=2026-11-23")
        for one in (ANN, BEN)
    )
    strip = ("subject", "entries", "as_of")
    assert {k: v for k, v in plain.items() if k not in strip} == {
        k: v for k, v in hiding.items() if k not in strip
    }


def test_a_care_relation_ends(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    address = f"/v1/records/{ANN}/problems"
    assert house.get(house.doctor(), address).status_code == HTTPStatus.OK
    house.house.clock.at += timedelta(days=31)
    answer = house.get(BookHouse(house.house).doctor_again(), address)
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_past_moment_is_shown_as_it_was(house: BookHouse) -> None:
    visit = house.visit(ANN, "1", problem("Hen", "c1"))
    before = house.house.clock.at.isoformat()
    house.house.clock.at += timedelta(minutes=5)
    house.correct(ANN, visit, problem("Hen phế quản", "c1"))
    assert texts(body(house, house.ann(), "/v1/records/me/problems")) == ["Hen phế quản"]
    asked = f"/v1/records/me/problems?as_of={before.replace('+', '%2B')}"
    assert texts(body(house, house.ann(), asked)) == ["Hen"]
    asked = "/v1/records/me/problems?effective=2019-01-01"
    assert texts(body(house, house.ann(), asked)) == []


def test_pages_hold_together_while_facts_arrive(house: BookHouse) -> None:
    house.visit(ANN, "1", *(problem(f"Bệnh {n}", f"c{n}") for n in range(7)))
    address: str | None = "/v1/records/me/problems?count=3"
    seen: list[str] = []
    while address is not None:
        told = body(house, house.ann(), address)
        seen += texts(told)
        address = told["next"]
        house.house.clock.at += timedelta(seconds=2)
        house.visit(ANN, f"more-{len(seen)}", problem("Mới", f"new{len(seen)}"))
    assert sorted(seen) == [f"Bệnh {n}" for n in range(7)]


def test_a_copy_at_hand_is_told_to_be_right_and_the_look_is_noted(house: BookHouse) -> None:
    visit = house.visit(ANN, "1", problem("Hen", "c1"))
    address = "/v1/records/me/problems"
    tag = house.get(house.ann(), address).headers["ETag"]
    before = len(house.looks())
    same = house.get(house.ann(), address, **{"If-None-Match": tag})
    assert (same.status_code, same.get_data()) == (HTTPStatus.NOT_MODIFIED, b"")
    assert len(house.looks()) == before + 2
    house.correct(ANN, visit, problem("Ho", "c1"))
    assert house.get(house.ann(), address, **{"If-None-Match": tag}).status_code == HTTPStatus.OK


@pytest.mark.parametrize(
    ("query", "status", "rule"),
    [
        ("?as_of=hôm qua", HTTPStatus.UNPROCESSABLE_ENTITY, "time_form"),
        ("?as_of=2026-11-23T10:00:00", HTTPStatus.UNPROCESSABLE_ENTITY, "time_form"),
        ("?as_of=2030-01-01", HTTPStatus.UNPROCESSABLE_ENTITY, "in_the_future"),
        ("?as_of=2999-01-01T00:00:00Z", HTTPStatus.UNPROCESSABLE_ENTITY, "in_the_future"),
        ("?as_of=9999-12-31", HTTPStatus.UNPROCESSABLE_ENTITY, "time_form"),
        ("?effective=2026-02-30", HTTPStatus.UNPROCESSABLE_ENTITY, "day_form"),
        ("?effective=9999-12-31", HTTPStatus.UNPROCESSABLE_ENTITY, "day_form"),
        ("?lang=fr", HTTPStatus.UNPROCESSABLE_ENTITY, "language"),
        ("?count=0", HTTPStatus.UNPROCESSABLE_ENTITY, "page_size"),
        ("?count=201", HTTPStatus.UNPROCESSABLE_ENTITY, "page_size"),
        ("?count=\uff11", HTTPStatus.UNPROCESSABLE_ENTITY, "page_size"),
        ("?cursor=nonsense", HTTPStatus.UNPROCESSABLE_ENTITY, "cursor_unknown"),
        ("?asof=2026-11-23", HTTPStatus.BAD_REQUEST, "unknown_parameter"),
        ("?lang=vi&lang=en", HTTPStatus.BAD_REQUEST, "repeated_parameter"),
    ],
)
def test_what_is_not_understood_is_refused(
    house: BookHouse, query: str, status: HTTPStatus, rule: str
) -> None:
    answer = house.get(house.ann(), f"/v1/records/me/problems{query}")
    assert (answer.status_code, answer.get_json()["rule"]) == (status, rule)


@pytest.mark.parametrize("who", ["nobody", "../etc", "a" * 300])
def test_a_reference_that_is_none_is_not_found(house: BookHouse, who: str) -> None:
    assert house.get(house.ann(), f"/v1/records/{who}/problems").status_code == 404


def test_an_account_without_a_person_has_no_book(house: BookHouse) -> None:
    assert house.get(house.doctor(), "/v1/records/me/problems").status_code == 404


@pytest.mark.parametrize(
    ("form", "media_type", "holds"),
    [
        ("ips", "application/fhir+json", "60591-5"),
        ("fhir", "application/fhir+json", "Hen phế quản"),
        ("csv", "text/csv", "Hen phế quản"),
        ("pdf", "application/pdf", "%PDF"),
    ],
)
def test_the_book_is_exported(house: BookHouse, form: str, media_type: str, holds: str) -> None:
    house.visit(ANN, "1", problem("Hen phế quản", "c1"))
    answer = house.get(house.ann(), f"/v1/records/me/export?format={form}")
    assert answer.status_code == HTTPStatus.OK
    assert answer.mimetype == media_type
    assert holds.encode() in answer.get_data()
    assert "attachment" in answer.headers["Content-Disposition"]
    assert house.looks()[0]["kind"] == "health-book"


def test_an_unknown_form_of_export_is_refused(house: BookHouse) -> None:
    answer = house.get(house.ann(), "/v1/records/me/export?format=docx")
    assert answer.get_json()["rule"] == "export_format"


def test_who_looked_is_shown_to_the_person_alone(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    answer = house.get(house.doctor(), f"/v1/records/{ANN}/access-log")
    assert answer.status_code == HTTPStatus.FORBIDDEN
    for _ in range(3):
        body(house, house.ann(), "/v1/records/me/problems")
    first = body(house, house.ann(), "/v1/records/me/access-log?count=2")
    assert len(first["looks"]) == 2
    second = body(house, house.ann(), first["next"])
    assert second["looks"]
    assert not {one["id"] for one in first["looks"]} & {one["id"] for one in second["looks"]}


def test_no_look_no_answer(house: BookHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    client = house.ann()
    system = house.house.system

    def away(*_args: object, **_more: object) -> None:
        raise StoreUnavailableError("away")

    monkeypatch.setattr(system.facts, "append", away)
    answer = house.get(client, "/v1/records/me/problems")
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Hen" not in answer.get_data(as_text=True)
