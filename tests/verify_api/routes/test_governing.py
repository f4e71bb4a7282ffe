"""Consents, links, emergencies, rights and looks over HTTP: as meant, and in the wrong."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from keys.base64url import to_base64url
from ledger.commands.access import who_looked
from ledger.records.access import AccessRecorded, RecordKind
from tests_support.governing_world import (
    Door,
    GoverningWorld,
    open_governing_world,
    problem,
)
from tests_support.health_people import FACILITY, NOW, OTHER_FACILITY, PATIENT

DIGEST = to_base64url(bytes(32))
REASON = {"reason": "unconscious", "text": "bệnh nhân mẫu bất tỉnh"}
SHARE = {"minutes": 60, "sections": ["medicines", "allergies"], "label": "Chia sẻ mẫu"}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[GoverningWorld]:
    with open_governing_world(tmp_path) as opened:
        yield opened


@pytest.fixture
def me(world: GoverningWorld) -> Door:
    return world.door("benhnhan")


def looks(world: GoverningWorld) -> list[tuple[RecordKind, str, str | None]]:
    return [
        (one.fact.kind, one.act.role, one.act.legal_basis)
        for one in who_looked(world.people.facts, subject=PATIENT)
        if isinstance(one.fact, AccessRecorded)
    ]


def consent(**changes: object) -> dict[str, object]:
    return {
        "purpose": "treatment", "categories": ["general"], "method": "electronic",
        "recipient": {"kind": "facility", "reference": FACILITY}, "text_digest": DIGEST,
        "explicit": True, **changes,
    }  # fmt: skip


def test_a_consent_is_given_listed_and_taken_back(world: GoverningWorld, me: Door) -> None:
    given = me.post("/v1/records/me/consents", consent(until="2026-12-27T00:00:00Z"))
    assert given.status_code == HTTPStatus.CREATED
    named = given.get_json()["consent"]
    (listed,) = me.get("/v1/records/me/consents").get_json()["consents"]
    assert (listed["consent"], listed["standing"], listed["text_digest"]) == (
        named, "in_force", DIGEST,
    )  # fmt: skip
    assert me.delete(f"/v1/records/me/consents/{named}").status_code == HTTPStatus.OK
    assert me.delete(f"/v1/records/me/consents/{named}").status_code == HTTPStatus.OK
    (listed,) = me.get("/v1/records/me/consents").get_json()["consents"]
    assert listed["standing"] == "withdrawn"
    assert looks(world) == [(RecordKind.RIGHTS, "citizen", None)] * 2


def test_a_consent_that_is_sent_twice_is_one(me: Door) -> None:
    body = consent(id=str(UUID(int=5)), since="2026-11-28T00:00:00Z")
    answers = [me.post("/v1/records/me/consents", body) for _ in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert len(me.get("/v1/records/me/consents").get_json()["consents"]) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"since": "2026-11-26T00:00:00Z"}, (422, "consent_in_the_past", "since")),
        ({"until": "2026-11-27T03:00:00Z"}, (422, "consent_in_the_past", "until")),
        ({"explicit": False}, (409, "consent_not_explicit", None)),
        ({"categories": []}, (422, "categories_empty", "categories")),
        ({"categories": ["everything"]}, (400, "json", None)),
        ({"purpose": "marketing"}, (400, "json", None)),
        ({"text_digest": "???"}, (422, "digest", "text_digest")),
        ({"text_digest": "AAAA"}, (422, "digest", "evidence.text_digest")),
        ({"since": "2026-12-01T00:00:00"}, (400, "json", None)),
        ({"recipient": {"kind": "facility", "reference": "x"}},
         (422, "facility_code", "recipient.reference")),
        ({"recipient": {"kind": "person", "reference": "000090001234"}},
         (422, "pseudonym", "recipient.reference")),
        ({"more": 1}, (400, "json", None)),
    ],
)  # fmt: skip
def test_a_consent_in_the_wrong_form_is_refused(
    me: Door, changes: dict[str, object], said: tuple[int, str, str | None]
) -> None:
    answer = me.post("/v1/records/me/consents", consent(**changes))
    assert problem(answer) == said
    assert "000090001234" not in answer.text
    assert me.get("/v1/records/me/consents").get_json() == {"consents": []}


def test_somebody_elses_consent_is_unknown(world: GoverningWorld, me: Door) -> None:
    named = me.post("/v1/records/me/consents", consent()).get_json()["consent"]
    other = world.door("nguoikhac")
    answer = other.delete(f"/v1/records/me/consents/{named}")
    assert problem(answer) == (409, "unknown_consent", None)


def test_a_category_is_closed_and_opened_again(me: Door) -> None:
    for closed in (True, True, False):
        answer = me.post("/v1/records/me/closings", {"closed": closed, "category": "mental"})
        assert answer.get_json() == {"closed": closed}
    assert problem(me.post("/v1/records/me/closings", {"closed": True}))[0] == 422


@pytest.mark.parametrize(
    "path",
    ["/v1/records/me/consents", "/v1/shares", "/v1/records/me/rights", "/v1/records/me/looks",
     "/v1/records/me/notices", "/v1/records/me/reports"],
)  # fmt: skip
def test_what_is_ones_own_is_for_citizens_who_signed_in(world: GoverningWorld, path: str) -> None:
    assert world.anybody().get(path).status_code == HTTPStatus.UNAUTHORIZED
    for name in ("bacsi", "baove", "vanhanh", "giamdoc"):
        assert world.door(name).get(path).status_code == HTTPStatus.FORBIDDEN


def break_glass(world: GoverningWorld, **changes: object) -> TestResponse:
    return world.door("bacsi").post(f"/v1/records/{PATIENT}/break-glass", {**REASON, **changes})


def test_an_emergency_is_opened_told_to_the_person_and_reviewed(
    world: GoverningWorld, me: Door
) -> None:
    opened = break_glass(world, minutes=240)
    assert opened.status_code == HTTPStatus.CREATED
    assert opened.get_json()["until"] == (NOW + timedelta(hours=4)).isoformat()
    named = opened.get_json()["emergency"]
    world.catch_up()
    (notice,) = me.get("/v1/records/me/notices").get_json()["notices"]
    assert (notice["what"], notice["reference"]) == ("emergency_opened", named)
    assert "khẩn cấp" in notice["words"]
    assert notice["where"] == "Bệnh viện mẫu"
    facility, other, officer = (world.door(one) for one in ("giamdoc", "giamdockhac", "baove"))
    assert [one["task"] for one in facility.get("/v1/health-tasks").get_json()["tasks"]] == [named]
    assert other.get("/v1/health-tasks").get_json()["tasks"] == []
    (shown,) = officer.get(f"/v1/records/{PATIENT}/emergencies").get_json()["emergencies"]
    assert shown["text"] == REASON["text"]
    assert other.get(f"/v1/records/{PATIENT}/emergencies").get_json()["emergencies"] == []
    review = f"/v1/records/{PATIENT}/emergencies/{named}/review"
    found = {"outcome": "not-justified", "note": "không có căn cứ"}
    assert other.post(review, found).status_code == HTTPStatus.FORBIDDEN
    assert facility.post(review, found).get_json()["outcome"] == "not-justified"
    assert problem(officer.post(review, found))[:2] == (409, "already_reviewed")
    world.catch_up()
    assert officer.get("/v1/health-tasks").get_json()["tasks"] == []


def test_a_review_that_is_late_is_listed_as_overdue(world: GoverningWorld) -> None:
    break_glass(world)
    world.catch_up()
    officer = world.door("baove")
    assert officer.get("/v1/health-tasks?overdue").get_json()["tasks"] == []
    world.world.clock.later(days=10)
    (task,) = world.door("baove").get("/v1/health-tasks?overdue").get_json()["tasks"]
    assert (task["kind"], task["due"], task["overdue"]) == ("review", "2026-12-02", True)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"text": ""}, (422, "not_blank", "reason.text")),
        ({"text": "gấp"}, (422, "reason_too_short", "reason.text")),
        ({"reason": "curious"}, (400, "json", None)),
        ({"minutes": 241}, (422, "emergency_too_long", "minutes")),
        ({"minutes": 0}, (422, "emergency_too_long", "minutes")),
    ],
)
def test_an_emergency_has_a_reason_and_an_end(
    world: GoverningWorld, changes: dict[str, object], said: tuple[int, str, str | None]
) -> None:
    assert problem(break_glass(world, **changes)) == said


def test_only_who_treats_breaks_the_glass_and_only_of_a_book_that_is_there(
    world: GoverningWorld,
) -> None:
    for name in ("benhnhan", "baove", "giamdoc", "vanhanh"):
        answer = world.door(name).post(f"/v1/records/{PATIENT}/break-glass", REASON)
        assert answer.status_code == HTTPStatus.FORBIDDEN
    answer = world.door("bacsi").post(f"/v1/records/{UUID(int=9)}/break-glass", REASON)
    assert answer.status_code == HTTPStatus.NOT_FOUND


def ask(me: Door, **changes: object) -> dict[str, Any]:
    answer = me.post("/v1/records/me/rights", {"right": "view", "words": "mẫu", **changes})
    assert answer.status_code == HTTPStatus.CREATED, answer.text
    told: dict[str, Any] = answer.get_json()
    return told


def test_a_request_is_answered_extended_and_completed(world: GoverningWorld, me: Door) -> None:
    told = ask(me, right="restrict")
    assert (told["answer_due"], told["due"]) == ("2026-12-01", "2026-12-14")
    officer = world.door("baove")
    base = f"/v1/records/{PATIENT}/rights/{told['request']}"
    assert officer.get(base).get_json()["request"]["words"] == "mẫu"
    for act, due in (("answer", "2026-12-14"), ("extend", "2026-12-29"), ("complete", None)):
        answer = officer.post(f"{base}/{act}", {"words": "đã xem"})
        assert answer.status_code == HTTPStatus.OK, answer.text
        assert due is None or answer.get_json()["due"] == due
    mine = me.get("/v1/records/me/rights").get_json()
    assert mine["restricted"]
    assert mine["requests"][0]["state"] == "completed"
    world.catch_up()
    told_words = [one["what"] for one in me.get("/v1/records/me/notices").get_json()["notices"]]
    assert told_words == ["rights_answered", "rights_extended", "rights_completed"]
    assert (RecordKind.RIGHTS, "data_protection_officer", "91/2025/QH15") in looks(world)


def test_a_refusal_names_its_rule(world: GoverningWorld, me: Door) -> None:
    base = f"/v1/records/{PATIENT}/rights/{ask(me)['request']}"
    officer = world.door("baove")
    assert problem(officer.post(f"{base}/refuse", {"words": "không"}))[1] == "rule_missing"
    done = officer.post(f"{base}/refuse", {"words": "không", "rule": "retention_hold"})
    assert done.status_code == HTTPStatus.OK
    (told,) = me.get("/v1/records/me/rights").get_json()["requests"]
    assert (told["state"], told["rule"], told["end"]) == ("refused", "retention_hold", "không")
    assert problem(officer.post(f"{base}/forget", {"words": "a"}))[1] == "rights_act"


def test_a_correction_goes_to_the_facility_that_sent_the_visit(
    world: GoverningWorld, me: Door
) -> None:
    visit = UUID(int=0x715)
    world.people.visit(visit, facility=OTHER_FACILITY)
    told = ask(me, right="correct", words="sai ngày", visit=str(visit))
    world.catch_up()
    sender, stranger = world.door("giamdockhac"), world.door("giamdoc")
    assert [one["task"] for one in sender.get("/v1/health-tasks").get_json()["tasks"]] == [
        told["request"]
    ]
    assert stranger.get("/v1/health-tasks").get_json()["tasks"] == []
    base = f"/v1/records/{PATIENT}/rights/{told['request']}"
    assert stranger.get(base).status_code == HTTPStatus.FORBIDDEN
    assert stranger.post(f"{base}/answer", {"words": "a"}).status_code == HTTPStatus.FORBIDDEN
    assert sender.post(f"{base}/answer", {"words": "đang sửa"}).status_code == HTTPStatus.OK
    answer = me.post(
        "/v1/records/me/rights", {"right": "correct", "words": "a", "visit": str(UUID(int=1))}
    )
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_an_order_is_recorded_by_an_officer_for_a_time(world: GoverningWorld) -> None:
    officer = world.door("baove")
    body = {"agency": "CQDT-MAU", "number": "12/LENH", "categories": ["general"],
            "until": "2026-12-27T00:00:00Z"}  # fmt: skip
    path = f"/v1/records/{PATIENT}/orders"
    made = officer.post(path, body)
    assert made.status_code == HTTPStatus.CREATED
    assert officer.delete(f"{path}/{made.get_json()['order']}").status_code == HTTPStatus.OK
    late = {**body, "until": "2027-12-27T00:00:00Z"}
    assert problem(officer.post(path, late)) == (422, "order_time", "until")
    assert world.door("giamdoc").post(path, body).status_code == HTTPStatus.FORBIDDEN


def test_looks_are_told_in_words_page_by_page_and_reported(world: GoverningWorld, me: Door) -> None:
    ask(me)
    for _ in range(3):
        world.door("baove").get(f"/v1/records/{PATIENT}/emergencies")
    page = me.get("/v1/records/me/looks?limit=2", **{"Accept-Language": "en"}).get_json()
    assert len(page["looks"]) == 2
    assert page["looks"][0]["who"] == "Data protection officer"
    assert page["looks"][0]["why"] == "To review an emergency look (91/2025/QH15)"
    rest = me.get(f"/v1/records/me/looks?before={page['before']}").get_json()
    assert len(rest["looks"]) == 1
    look = page["looks"][0]["look"]
    report = me.post(f"/v1/records/me/looks/{look}/report", {"words": "vì sao?"})
    assert report.status_code == HTTPStatus.CREATED
    assert report.get_json()["due"] == "2026-12-07"
    named = report.get_json()["report"]
    again = me.post(f"/v1/records/me/looks/{look}/report", {"words": "vì sao?"})
    assert problem(again)[:2] == (409, "already_reported")
    answer = f"/v1/records/{PATIENT}/reports/{named}/answer"
    found = {"finding": "lawful", "words": "đúng quy định"}
    # Who looked does not answer for themselves: another officer does.
    assert problem(world.door("baove").post(answer, found))[1] == "answers_for_oneself"
    (told,) = world.door("baove").get(f"/v1/records/{PATIENT}/reports").get_json()["reports"]
    assert told["words"] == "vì sao?"
    (mine,) = me.get("/v1/records/me/reports").get_json()["reports"]
    assert mine["finding"] is None
    assert me.post(f"/v1/records/me/looks/{UUID(int=3)}/report", {"words": "a"}).status_code == 404


def test_what_is_changed_needs_the_sessions_own_token(world: GoverningWorld, me: Door) -> None:
    del world
    without = me.client.post("/v1/shares", json=SHARE)
    assert without.status_code == HTTPStatus.FORBIDDEN
    assert me.get("/v1/shares").get_json()["shares"] == []
