"""Pages of asks: a citizen asks on forms, a facility answers on forms, refused at their places."""

import re
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from tests_support.asking_house import AskingHouse
from tests_support.asking_house import asking as asking  # noqa: PLC0414  a fixture for all here
from tests_support.health_citizen import Citizen, mark
from tests_support.health_site import CHILD
from tests_support.paper_town import CENTRAL, DISTRICT, NAMES
from verify_api.callers import Role

ASK = "/appointments/ask"
_ASKS = re.compile(r"/my/health(/appointments/asks/[0-9a-f-]{36})")


def filled(asking: AskingHouse, **more: Any) -> dict[str, Any]:
    return {
        "facility": DISTRICT, "specialty": "eye", "first": asking.day(3), "last": asking.day(9),
        "part_of_day": "afternoon", "reason": "Mắt mờ", **more,
    }  # fmt: skip


def sent(asking: AskingHouse, path: str = ASK, **fields: Any) -> str:
    """Send a form that is taken; return the page of the ask."""
    answer = asking.citizen.send(path, **fields)
    assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text[-900:]
    asking.catch_up()
    return answer.location.removeprefix("/my/health")


def form_of(asking: AskingHouse, kind: str, **more: Any) -> tuple[str, dict[str, Any]]:
    """Return the address of a form about the appointment, and the form filled in."""
    path = f"/appointments/{asking.appointment}/{kind}"
    if kind == "give-up":
        return path, {"reason": "Đã khỏi", **more}
    return path, {"first": asking.day(3), "last": asking.day(9), "part_of_day": "any", **more}


def test_a_new_appointment_is_asked_for_once_and_followed(asking: AskingHouse) -> None:
    citizen = asking.citizen
    text = citizen.get(ASK)
    assert NAMES[DISTRICT] in text  # has been there
    hidden = citizen.hidden(ASK)
    for _ in range(2):
        answer = citizen.post(ASK, hidden, **filled(asking))
        assert answer.status_code == HTTPStatus.SEE_OTHER
    asking.catch_up()
    listed = citizen.get("/appointments")
    (page,) = set(_ASKS.findall(listed))
    shown = citizen.get(page)
    for words in ("Mắt mờ", "Buổi chiều", "Chờ cơ sở trả lời", NAMES[DISTRICT]):
        assert words in shown
    assert citizen.send(f"{page}/withdraw", page).status_code == HTTPStatus.SEE_OTHER
    assert "Đã rút" in citizen.get(page)
    assert "/withdraw" not in citizen.get(page)
    again = citizen.post(f"{page}/withdraw", hidden)
    assert again.status_code == HTTPStatus.SEE_OTHER


def test_another_facility_is_named_by_its_code(asking: AskingHouse) -> None:
    page = sent(asking, **filled(asking, facility="other", code=CENTRAL.lower()))
    assert NAMES[CENTRAL] in asking.citizen.get(page)


def test_another_facility_is_found_by_its_name_and_chosen(asking: AskingHouse) -> None:
    citizen = asking.citizen
    typed = filled(asking, facility="", named="trung uong", find="yes")
    answer = citizen.send(ASK, **typed)
    assert answer.status_code == HTTPStatus.OK
    assert re.search(f'value="{CENTRAL}" checked', answer.text)  # the only one
    assert "Mắt mờ" in answer.text
    assert not _ASKS.search(citizen.get("/appointments"))
    refused = citizen.send(ASK, **filled(asking, facility=CENTRAL, named="trung uong", first=""))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert re.search(f'value="{CENTRAL}" checked', refused.text)
    page = sent(asking, **filled(asking, facility=CENTRAL, named="trung uong"))
    assert NAMES[CENTRAL] in citizen.get(page)
    none = citizen.send(ASK, **{**typed, "named": "khong co"})
    assert "Không có cơ sở nào như vậy" in none.text
    short = citizen.send(ASK, **{**typed, "named": "a"})
    assert short.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'id="named-error"' in short.text


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"facility": ""}, "facility"),
        ({"facility": "other", "code": "x"}, "facility"),
        ({"first": ""}, "first"),
        ({"first": "20261201"}, "first"),
        ({"last": "2026-13-01"}, "last"),
        ({"last": "2026-11-01"}, "last"),
        ({"specialty": "everything"}, "specialty"),
        ({"part_of_day": "night"}, "part_of_day"),
        ({"reason": "a" * 301}, "reason"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    asking: AskingHouse, wrong: dict[str, Any], place: str
) -> None:
    refused = asking.citizen.send(ASK, **filled(asking, **wrong))
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'href="#{place}"' in refused.text
    assert f'id="{place}"' in refused.text
    assert "error" in refused.text


def test_a_rule_of_the_whole_is_said_in_words(asking: AskingHouse) -> None:
    refused = asking.citizen.send(ASK, **filled(asking, first="2026-11-01", last="2026-11-02"))
    assert refused.status_code == HTTPStatus.CONFLICT
    assert "Chọn những ngày sau hôm nay." in refused.text


@pytest.mark.parametrize("kind", ["move", "give-up"])
def test_an_appointment_is_asked_about_from_its_own_page(asking: AskingHouse, kind: str) -> None:
    citizen = asking.citizen
    paper = f"/papers/{asking.appointment}"
    path, fields = form_of(asking, kind)
    assert f'href="/my/health{path}"' in citizen.get(paper)
    page = sent(asking, path, **fields)
    waits = citizen.get(paper)
    assert f'href="/my/health{page}"' in waits
    assert f'href="/my/health{path}"' not in waits
    again = citizen.send(path, **fields)
    assert again.status_code == HTTPStatus.CONFLICT
    assert "đang chờ trả lời" in again.text


def test_only_an_appointment_of_ones_own_book_is_asked_about(asking: AskingHouse) -> None:
    citizen, referral = asking.citizen, asking.citizen.told["referral"]["id"]
    for reference in (referral, str(UUID(int=1))):
        for kind in ("move", "give-up"):
            citizen.get(f"/appointments/{reference}/{kind}", HTTPStatus.NOT_FOUND)
    citizen.get(f"/appointments/{asking.appointment}/other", HTTPStatus.NOT_FOUND)
    citizen.get(f"/appointments/asks/{UUID(int=1)}", HTTPStatus.NOT_FOUND)
    hidden = citizen.hidden(ASK)
    answer = citizen.post(f"/appointments/{referral}/move", hidden, **form_of(asking, "move")[1])
    assert answer.status_code == HTTPStatus.NOT_FOUND


def test_a_parent_asks_for_the_child_and_sees_their_asks_alone(asking: AskingHouse) -> None:
    citizen: Citizen = asking.citizen
    own = sent(asking, **filled(asking))
    chosen = mark(citizen)
    assert citizen.send("/for", "/people", acting_for=chosen).status_code == HTTPStatus.SEE_OTHER
    page = sent(asking, **filled(asking, specialty="paediatrics"))
    assert ("citizen", "manage_represented", UUID(page[-36:])) in asking.looks(CHILD)
    listed = citizen.get("/appointments")
    assert page in listed
    assert own not in listed
    citizen.get(own, HTTPStatus.NOT_FOUND)
    assert citizen.send("/for", "/people", acting_for="").status_code == HTTPStatus.SEE_OTHER
    assert own in citizen.get("/appointments")
    assert page not in citizen.get("/appointments")


def test_the_form_of_one_person_never_asks_for_another(asking: AskingHouse) -> None:
    hidden = asking.citizen.hidden(ASK)
    answer = asking.citizen.post(ASK, {**hidden, "acting_for": "other"}, **filled(asking))
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    asking.catch_up()
    assert _ASKS.findall(asking.citizen.get("/appointments")) == []


# At the facility


def waits(asking: AskingHouse, kind: str = "new") -> str:
    """Let the citizen ask; return the facility's page of it."""
    return f"/facility/asks/{asking.ask(kind)}"


def test_the_home_page_counts_and_the_queue_leads_to_the_ask(asking: AskingHouse) -> None:
    desk = asking.pages.desk(DISTRICT)
    assert "Không có đề nghị nào" in desk.get("/facility/asks").text
    address = waits(asking)
    home = desk.get("/facility").text
    assert 'href="/facility/asks"' in home
    assert "Đề nghị hẹn khám chờ trả lời" in home
    queue = desk.get("/facility/asks").text
    assert f'href="{address}"' in queue
    assert "NGUYỄN VĂN MẪU" not in queue
    shown = desk.get(address).text
    for words in ("NGUYỄN VĂN MẪU", "0001", "Đi công tác", "Tim mạch", "Buổi sáng"):
        assert words in shown
    assert asking.looks()[-1] == ("clinician", "answer_ask", UUID(address[-36:]))
    other = asking.pages.desk(CENTRAL)
    assert address not in other.get("/facility/asks").text
    assert other.get(address).status_code == HTTPStatus.NOT_FOUND


def test_a_new_appointment_is_looked_at_drafted_and_signed(asking: AskingHouse) -> None:
    address = waits(asking)
    desk, form = asking.pages.desk(DISTRICT), asking.pages.appointment_form(days=5)
    assert "NGUYỄN VĂN MẪU" in desk.get(f"{address}/new").text
    assert 'name="patient_number"' not in desk.get(f"{address}/new").text
    wrong = desk.post(f"{address}/new", **{**form, "main_disease": "?"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#main_disease"' in wrong.text
    look = desk.post(f"{address}/new", **form)
    assert look.status_code == HTTPStatus.OK
    assert f'action="{address}/new"' in look.text
    again = desk.post(f"{address}/new", **form, again="yes")
    assert 'name="main_disease"' in again.text
    drafted = desk.post(f"{address}/new", **form, confirmed="yes")
    assert drafted.status_code == HTTPStatus.SEE_OTHER, drafted.text[-900:]
    assert "Xem bản nháp chờ ký" in desk.get(address).text
    reference = drafted.location.rsplit("/", 1)[1]
    signer = asking.pages.desk(DISTRICT, Role.FACILITY_SIGNER)
    done = signer.post("/facility/sign", paper=f"appointment:{reference}", seen="yes")
    assert done.status_code == HTTPStatus.SEE_OTHER
    asking.catch_up()
    assert drafted.location in desk.get(address).text
    assert address not in desk.get("/facility/asks").text
    page = f"/appointments/asks/{address[-36:]}"
    assert f"/my/health/papers/{reference}" in asking.citizen.get(page)


def test_another_day_is_drafted_on_the_page_of_the_ask(asking: AskingHouse) -> None:
    paper = f"/facility/appointments/{asking.appointment}"
    desk = asking.pages.desk(DISTRICT)
    assert "/facility/asks/" not in desk.get(paper).text
    address = waits(asking, "move")
    assert f'href="{address}"' in desk.get(paper).text
    missing = desk.post(f"{address}/move", appointed=asking.day(5))
    assert missing.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    form = {"appointed": asking.day(5), "appointed-time": "08:30"}
    drafted = desk.post(f"{address}/move", **form)
    assert drafted.status_code == HTTPStatus.SEE_OTHER, drafted.text[-900:]
    assert drafted.location.startswith("/facility/appointments/")
    assert desk.get(drafted.location).status_code == HTTPStatus.OK


def test_what_is_given_up_is_cancelled_after_a_tick(asking: AskingHouse) -> None:
    address = waits(asking, "give_up")
    desk = asking.pages.desk(DISTRICT)
    refused = desk.post(f"{address}/give-up")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#confirmed"' in refused.text
    done = desk.post(f"{address}/give-up", confirmed="yes")
    assert (done.status_code, done.location) == (HTTPStatus.SEE_OTHER, address)
    assert "Đã được đáp ứng" in desk.get(address).text
    asking.catch_up()
    assert "Đã được đáp ứng" in asking.citizen.get(f"/appointments/asks/{address[-36:]}")


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.FACILITY_SIGNER])
def test_everybody_of_the_facility_can_say_no_once(asking: AskingHouse, role: Role) -> None:
    address = waits(asking)
    desk = asking.pages.desk(DISTRICT, role)
    assert (f'{address}/new"' in desk.get(address).text) == (role is Role.CLINICIAN)
    assert desk.post(f"{address}/decline").status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    for _ in range(2):
        done = desk.post(f"{address}/decline", once="the-form", note="Hết chỗ")
        assert done.status_code == HTTPStatus.SEE_OTHER
    late = desk.post(f"{address}/decline", note="Hết chỗ")
    assert late.status_code == HTTPStatus.CONFLICT
    assert "Đề nghị này đã kết thúc." in late.text
    assert "Hết chỗ" in asking.citizen.get(f"/appointments/asks/{address[-36:]}")


def test_who_signs_drafts_nothing(asking: AskingHouse) -> None:
    address = waits(asking)
    signer = asking.pages.desk(DISTRICT, Role.FACILITY_SIGNER)
    for path in ("new", "move", "give-up"):
        answer = signer.post(f"{address}/{path}", confirmed="yes")
        assert answer.status_code == HTTPStatus.FORBIDDEN
    assert signer.get(f"{address}/new").status_code == HTTPStatus.FORBIDDEN


def test_an_ask_for_somebody_forgotten_is_in_no_queue_and_says_nothing(
    asking: AskingHouse,
) -> None:
    address = waits(asking)
    keys = asking.citizen.books.house.system.subject_keys
    keys.forget(asking.citizen.subject, ["health"], batch=UUID(int=7))
    desk: Any = asking.pages.desk(DISTRICT)
    assert address not in desk.get("/facility/asks").text
    shown = desk.get(address)
    assert shown.status_code == HTTPStatus.OK
    assert "Đi công tác" not in shown.text
    refused = desk.post(f"{address}/decline", note="Hết chỗ")
    assert refused.status_code == HTTPStatus.CONFLICT
