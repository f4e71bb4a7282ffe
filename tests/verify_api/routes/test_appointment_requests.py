"""Asks over HTTP: what a citizen sends, who sees it, how a facility answers, and who may not."""

from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from ledger.commands import books
from ledger.records.health_book.facts import Relation
from tests_support.asking_house import MINE, THEIRS, AskingHouse
from tests_support.asking_house import asking as asking  # noqa: PLC0414  a fixture for all here
from tests_support.book_doors import door
from tests_support.governing_world import Door
from tests_support.health_site import CHILD
from tests_support.paper_town import CENTRAL, DISTRICT, PROVINCIAL
from verify_api.callers import Role

GROWN: Any = UUID("d0000000-0000-4000-8000-00000000000d")
NOBODYS = "00000000-0000-4000-8000-00000000dead"


def rule(answer: Any, status: int = HTTPStatus.UNPROCESSABLE_ENTITY) -> str:
    assert answer.status_code == status, answer.text
    return str(answer.get_json().get("rule") or answer.get_json()["code"])


FACILITIES = "/v1/my/facilities"


def test_a_new_appointment_from_the_ask_to_the_signed_paper(asking: AskingHouse) -> None:
    ask = asking.ask()
    told = asking.mine(ask)
    assert (told["kind"], told["stage"], told["facility"]) == ("new", "open", DISTRICT)
    assert (told["specialty"], told["part_of_day"], told["reason"]) == (
        "cardiology", "morning", "Đi công tác",
    )  # fmt: skip
    granted = asking.answer(ask, "grant", {"content": asking.content()})
    assert granted.status_code == HTTPStatus.CREATED, granted.text
    assert granted.get_json()["stage"] == "taken_up"
    draft = granted.get_json()["draft"]
    assert asking.mine(ask)["given"] is None
    asking.sign(draft)
    assert (asking.mine(ask)["stage"], asking.mine(ask)["given"]) == ("granted", draft)
    held = asking.me().get("/v1/my/papers").get_json()["papers"]
    assert draft in [paper["id"] for paper in held]
    assert asking.queue() == []


def test_another_day_from_the_ask_to_the_signed_paper(asking: AskingHouse) -> None:
    ask = asking.ask("move")
    granted = asking.answer(ask, "grant", {"appointed": asking.appointed(5)})
    draft = granted.get_json()["draft"]
    asking.sign(draft)
    assert (asking.mine(ask)["stage"], asking.mine(ask)["given"]) == ("granted", draft)
    old = asking.facilities.get(f"/v1/appointments/{asking.appointment}", DISTRICT).get_json()
    assert (old["stage"], old["replaced_by"]) == ("rescheduled", draft)


def test_what_is_given_up_is_cancelled(asking: AskingHouse) -> None:
    ask = asking.ask("give_up")
    granted = asking.answer(ask, "grant", {})
    assert granted.status_code == HTTPStatus.OK, granted.text
    assert granted.get_json() == {"ask": ask, "stage": "granted", "draft": None}
    old = asking.facilities.get(f"/v1/appointments/{asking.appointment}", DISTRICT).get_json()
    assert old["stage"] == "cancelled"


def test_no_comes_with_a_word(asking: AskingHouse) -> None:
    ask = asking.ask()
    assert rule(asking.answer(ask, "decline", {"note": " "})) == "not_blank"
    for role in (Role.FACILITY_SIGNER, Role.FACILITY_SYSTEM):
        assert asking.queue(role=role)
    declined = asking.answer(ask, "decline", {"note": "Hết chỗ"}, role=Role.FACILITY_SIGNER)
    assert declined.get_json() == {"ask": ask, "stage": "declined"}
    told = asking.mine(ask)
    assert (told["stage"], told["note"]) == ("declined", "Hết chỗ")
    again = asking.answer(ask, "decline", {"note": "Hết chỗ"})
    assert rule(again, HTTPStatus.CONFLICT) == "ask_ended"


def test_the_list_is_by_the_first_wished_day_without_names(asking: AskingHouse) -> None:
    late, early = asking.ask(first=asking.day(20), last=asking.day(30)), asking.ask()
    drafted = asking.ask(first=asking.day(1), last=asking.day(2))
    asking.answer(drafted, "grant", {"content": asking.content()})
    queue = asking.queue()
    assert [one["ask"] for one in queue] == [early, late, drafted]
    assert all(one["person"] is None for one in queue)
    one = asking.facilities.get(f"{THEIRS}/{early}", DISTRICT).get_json()
    assert one["person"] == {
        "name": "NGUYỄN VĂN MẪU", "birth_date": "1999-01-01", "sex": 1, "id_tail": "0001",
    }  # fmt: skip
    assert "079099000001" not in str(one)


def test_each_look_of_a_facility_is_seen_by_the_person(asking: AskingHouse) -> None:
    ask = asking.ask()
    before = len(asking.looks())
    asking.queue()
    asking.facilities.get(f"{THEIRS}/{ask}", DISTRICT)
    assert asking.looks()[before:] == [("clinician", "answer_ask", UUID(ask))] * 2
    told = asking.me().get("/v1/records/me/access-log").get_json()["looks"]
    assert "To answer an ask for an appointment" in str(told) or "đề nghị hẹn" in str(told)


def test_what_lapsed_meanwhile_is_in_no_list_and_is_not_answered(asking: AskingHouse) -> None:
    ask = asking.ask(first=asking.day(1), last=asking.day(2))
    asking.later(days=3)
    assert asking.queue() == []
    assert asking.mine(ask)["stage"] == "lapsed"
    answer = asking.answer(ask, "decline", {"note": "Hết chỗ"})
    assert rule(answer, HTTPStatus.CONFLICT) == "ask_lapsed"


def test_another_facility_sees_and_answers_nothing(asking: AskingHouse) -> None:
    ask = asking.ask()
    assert asking.queue(CENTRAL) == []
    for do in (
        asking.facilities.get(f"{THEIRS}/{ask}", CENTRAL),
        asking.facilities.get(f"{THEIRS}/{NOBODYS}", CENTRAL),
        asking.answer(ask, "decline", {"note": "Hết chỗ"}, CENTRAL),
        asking.answer(ask, "grant", {"content": asking.content(CENTRAL)}, CENTRAL),
    ):
        assert do.status_code == HTTPStatus.NOT_FOUND
        assert "no ask is known" in do.text


def test_who_signs_grants_nothing_and_a_citizen_sees_no_queue(asking: AskingHouse) -> None:
    ask = asking.ask()
    signer = asking.answer(ask, "grant", {"content": asking.content()}, role=Role.FACILITY_SIGNER)
    assert signer.status_code == HTTPStatus.FORBIDDEN
    assert asking.me().get(THEIRS).status_code == HTTPStatus.FORBIDDEN
    assert asking.facilities.get(MINE, DISTRICT).status_code == HTTPStatus.FORBIDDEN


def stranger(asking: AskingHouse) -> Door:
    return door(asking.citizen.books, Role.CITIZEN, subject=UUID(int=0xBAD))


def test_one_citizen_never_sees_anothers_asks_or_asks_about_their_papers(
    asking: AskingHouse,
) -> None:
    ask, other = asking.ask(), stranger(asking)
    assert other.get(MINE).get_json() == {"asks": []}
    for answer in (
        other.get(f"{MINE}/{ask}"), other.delete(f"{MINE}/{ask}"),
        other.get(f"{MINE}/{NOBODYS}"), other.get(f"{MINE}/{asking.appointment}"),
    ):  # fmt: skip
        assert answer.status_code == HTTPStatus.NOT_FOUND
    asking.citizen.books.know(UUID(int=0xBAD), "NGƯỜI LẠ", "1980-01-01")
    about = other.post(MINE, asking.asked("move"))
    assert about.status_code == HTTPStatus.NOT_FOUND
    assert asking.mine(ask)["stage"] == "open"


def test_it_is_taken_back_until_the_paper_is_drafted(asking: AskingHouse) -> None:
    ask, drafted = asking.ask("move"), asking.ask()
    for _ in range(2):
        back = asking.me().delete(f"{MINE}/{ask}")
        assert (back.status_code, back.get_json()["stage"]) == (HTTPStatus.OK, "withdrawn")
    asking.answer(drafted, "grant", {"content": asking.content()})
    refused = asking.me().delete(f"{MINE}/{drafted}")
    assert rule(refused, HTTPStatus.CONFLICT) == "ask_taken_up"


def test_the_same_key_asks_and_answers_once(asking: AskingHouse) -> None:
    me, body = asking.me(), asking.asked()
    headers = {"X-CSRF-Token": me.csrf, "Idempotency-Key": "key-1"}
    asks = {me.client.post(MINE, json=body, headers=headers).get_json()["ask"] for _ in range(3)}
    assert len(asks) == 1
    differs = me.client.post(MINE, json={**body, "reason": "khác"}, headers=headers)
    assert differs.status_code == HTTPStatus.CONFLICT
    asking.catch_up()
    (ask,) = asks
    content = {"content": asking.content()}
    drafts = {
        asking.answer(ask, "grant", content, Idempotency_Key="g-1").get_json()["draft"]
        for _ in range(3)
    }
    assert len(drafts) == 1


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"facility": None}, "missing"),
        ({"first": None}, "missing"),
        ({"last": None}, "missing"),
        ({"facility": "x"}, "facility_code"),
        ({"facility": "01A99"}, "facility_unknown"),
        ({"first": "2020-01-01", "last": "2020-01-02"}, "wished_in_the_past"),
        ({"last": "2030-01-01"}, "wished_too_far"),
        ({"first": "2026-12-05", "last": "2026-12-04"}, "days_reversed"),
        ({"reason": "a" * 301}, "too_long"),
        ({"appointment": NOBODYS}, "not_of_this_ask"),
    ],
)
def test_what_is_not_asked_for_rightly_is_named(
    asking: AskingHouse, changes: dict[str, Any], expected: str
) -> None:
    body = {name: value for name, value in asking.asked(**changes).items() if value is not None}
    answer = asking.me().post(MINE, body)
    assert answer.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}
    assert rule(answer, answer.status_code) == expected
    assert asking.me().get(MINE).get_json() == {"asks": []}


def test_what_belongs_to_another_kind_of_ask_is_refused(asking: AskingHouse) -> None:
    for changes in ({"facility": DISTRICT}, {"specialty": "eye"}):
        answer = asking.me().post(MINE, asking.asked("move", **changes))
        assert rule(answer) == "not_of_this_ask"
    body = {"kind": "move", "first": asking.day(3), "last": asking.day(4)}
    assert rule(asking.me().post(MINE, body)) == "missing"
    unknown = asking.me().post(MINE, asking.asked("move", appointment=NOBODYS))
    assert unknown.status_code == HTTPStatus.NOT_FOUND
    bad = asking.me().post(MINE, asking.asked(kind="other"))
    assert bad.status_code == HTTPStatus.BAD_REQUEST


def test_an_answer_names_what_is_missing(asking: AskingHouse) -> None:
    new, move = asking.ask(), asking.ask("move")
    assert rule(asking.answer(new, "grant", {})) == "missing"
    assert rule(asking.answer(move, "grant", {})) == "missing"
    assert rule(asking.answer(move, "grant", {"appointed": "x"})) == "day_unknown"
    past = asking.answer(move, "grant", {"appointed": asking.appointed(-3)})
    assert past.status_code in {HTTPStatus.UNPROCESSABLE_ENTITY, HTTPStatus.CONFLICT}
    assert [asking.mine(one)["stage"] for one in (new, move)] == ["open", "open"]


def test_so_many_wait_and_no_more(asking: AskingHouse) -> None:
    for _ in range(10):
        asking.ask()
    answer = asking.me().post(MINE, asking.asked())
    assert rule(answer, HTTPStatus.CONFLICT) == "too_many_asks"
    assert len(asking.me().get(MINE).get_json()["asks"]) == 10
    assert len(asking.queue()) == 10


def test_a_facility_whose_patient_is_known_too_little_is_told(asking: AskingHouse) -> None:
    asking.citizen.books.know(GROWN, "NGƯỜI MẪU", "1980")
    other = door(asking.citizen.books, Role.CITIZEN, subject=GROWN)
    ask = other.post(MINE, asking.asked()).get_json()["ask"]
    answer = asking.answer(ask, "grant", {"content": asking.content()})
    assert rule(answer, HTTPStatus.CONFLICT) == "holder_unknown"
    one = asking.facilities.get(f"{THEIRS}/{ask}", DISTRICT).get_json()
    assert one["person"] is None


# Representation


def for_child(child: UUID = CHILD) -> str:
    return f"/v1/represented/{child}/appointment-requests"


def test_a_parent_asks_for_the_child_and_both_are_named(asking: AskingHouse) -> None:
    me = asking.me()
    made = me.post(for_child(), asking.asked(reason="Tái khám cho con"))
    assert made.status_code == HTTPStatus.CREATED, made.text
    ask = made.get_json()["ask"]
    asking.catch_up()
    facts = asking.citizen.books.house.system.facts
    (first,) = facts.history(UUID(ask)).recorded
    assert (first.subject, first.act.correlation) == (CHILD, asking.citizen.subject)
    assert [one["ask"] for one in me.get(for_child()).get_json()["asks"]] == [ask]
    assert me.get(MINE).get_json() == {"asks": []}
    assert asking.queue()[0]["for_another"] is True
    assert ("citizen", "manage_represented", UUID(ask)) in asking.looks(CHILD)
    back = me.delete(f"{for_child()}/{ask}")
    assert back.get_json()["stage"] == "withdrawn"


def test_a_facility_is_found_by_its_name_by_citizens_alone(asking: AskingHouse) -> None:
    asking.catch_up()
    found = asking.me().post(FACILITIES, {"name": "trung uong mau"}).get_json()
    assert found == {
        "facilities": [{
            "code": CENTRAL, "name": "Bệnh viện Mẫu Trung ương",
            "name_en": "Specimen 79A01", "province": "79",
            "province_name": "Hồ Chí Minh", "level": 3,
        }],
        "more": False,
    }  # fmt: skip
    assert len(asking.me().post(FACILITIES, {"name": "Mẫu"}).get_json()["facilities"]) == 3
    for wrong in ("", "a", "…", "x" * 101):
        refused = asking.me().post(FACILITIES, {"name": wrong})
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    doctor = asking.facilities.post(FACILITIES, {"name": "mau"}, DISTRICT, Role.CLINICIAN)
    assert doctor.status_code == HTTPStatus.FORBIDDEN


def test_who_represents_nobody_asks_for_nobody(asking: AskingHouse) -> None:
    for path in (for_child(UUID(int=1)), for_child(asking.citizen.subject)):
        answer = stranger(asking).post(path, asking.asked())
        assert answer.status_code == HTTPStatus.FORBIDDEN
        assert stranger(asking).get(path).status_code == HTTPStatus.FORBIDDEN


def test_what_is_withheld_from_a_representative_is_neither_asked_nor_seen(
    asking: AskingHouse,
) -> None:
    books_ = asking.citizen.books
    books_.know(GROWN, "NGƯỜI MẪU", "2010-05-01")
    books.appoint_representative(
        books_.house.system.facts, subject=GROWN, representative=asking.citizen.subject,
        relation=Relation.PARENT, until=date(2028, 5, 1), evidence="Giấy khai sinh mẫu",
        act=books_.act(),
    )  # fmt: skip
    me, own = asking.me(), door(books_, Role.CITIZEN, subject=GROWN)
    mental = asking.asked(specialty="mental")
    refused = me.post(for_child(GROWN), mental)
    assert rule(refused, HTTPStatus.CONFLICT) == "beyond_representation"
    hidden = own.post(MINE, mental).get_json()["ask"]
    shown = own.post(MINE, asking.asked(facility=PROVINCIAL)).get_json()["ask"]
    asking.catch_up()
    seen = me.get(for_child(GROWN)).get_json()["asks"]
    assert [one["ask"] for one in seen] == [shown]
    for answer in (me.get(f"{for_child(GROWN)}/{hidden}"),
                   me.delete(f"{for_child(GROWN)}/{hidden}")):  # fmt: skip
        assert answer.status_code == HTTPStatus.NOT_FOUND
    assert len(own.get(MINE).get_json()["asks"]) == 2
