"""Forms of the citizen's health pages: once, refused at their place, for whom they act."""

import re
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

import pytest

from ledger.commands.consents import load_consents
from ledger.commands.rights import load_rights
from tests_support.book_doors import door
from tests_support.governing_world import Door
from tests_support.health_citizen import HTML, Citizen, doctor, mark
from tests_support.health_citizen import alone as alone  # noqa: PLC0414  fixtures for all here
from tests_support.health_citizen import citizen as citizen  # noqa: PLC0414
from tests_support.health_citizen import world as world  # noqa: PLC0414
from tests_support.health_site import CHILD, HOSPITAL
from verify_api.callers import Role
from verify_api.my_health.whose import COOKIE


def test_a_note_is_written_once_and_taken_back(alone: Citizen) -> None:
    hidden = alone.hidden("/notes")
    for _ in range(2):
        done = alone.post("/notes", hidden, note="Dị ứng phấn hoa\r\nmỗi mùa xuân")
        assert (done.status_code, done.location) == (303, "/my/health/notes")
    text = alone.get("/notes")
    assert text.count("Dị ứng phấn hoa\nmỗi mùa xuân") == 1
    (withdraw,) = re.findall(r"/notes/[0-9a-f-]{36}/withdraw", text)
    assert "Dị ứng phấn hoa" in alone.get(withdraw)
    assert alone.send(withdraw).status_code == HTTPStatus.SEE_OTHER
    assert "Dị ứng phấn hoa" not in alone.get("/notes")
    refused = alone.send("/notes", note="  ")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#note"' in refused.text
    differs = alone.post("/notes", hidden, note="khác")
    assert differs.status_code == HTTPStatus.CONFLICT


SHARE: Final[dict[str, Any]] = {
    "sections": ["problems", "allergies"], "minutes": "15", "label": "Cho bác sĩ", "opens": "2",
    "passcode": "mật khẩu 1",
}  # fmt: skip


def test_a_link_is_made_once_and_its_key_shown_once(alone: Citizen) -> None:
    hidden = alone.hidden("/shares")
    made = alone.post("/shares", hidden, **SHARE)
    assert made.status_code == HTTPStatus.OK, made.text[-800:]
    (link,) = re.findall(r"shlink:/([A-Za-z0-9_-]+)", made.text)
    again = alone.post("/shares", hidden, **SHARE)
    assert again.status_code == HTTPStatus.CONFLICT
    assert "shlink:" not in again.text
    alone.catch_up()
    listed = alone.get("/shares")
    assert link not in listed
    followed = re.findall(r'href="/my/health/shares/([0-9a-f-]{36})"', listed)
    assert len(followed) == 1
    page = f"/shares/{followed[0]}"
    assert link not in alone.get(page)
    assert 'data-open="yes"' in alone.get(page)
    stopped = alone.send(f"{page}/stop", page)
    assert (stopped.status_code, stopped.location) == (303, f"/my/health{page}")
    assert 'data-open="no"' in alone.get(page)
    assert SHARE["passcode"] not in listed + alone.get(page)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"sections": []}, "sections"),
        ({"sections": ["everything"]}, "sections"),
        ({"minutes": "0"}, "minutes"),
        ({"minutes": "99999"}, "minutes"),
        ({"opens": "21"}, "max_opens"),
        ({"opens": "two"}, "max_opens"),
        ({"label": ""}, "label"),
        ({"passcode": "123"}, "passcode"),
    ],
)
def test_a_link_that_may_not_be_is_refused_beside_its_field(
    citizen: Citizen, wrong: dict[str, Any], place: str
) -> None:
    refused = citizen.send("/shares", **{**SHARE, **wrong})
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'href="#{place}"' in refused.text
    assert f'id="{place}"' in refused.text
    assert SHARE["passcode"] not in refused.text
    if wrong.get("label") != "":
        assert 'value="Cho bác sĩ"' in refused.text


CONSENT: Final[dict[str, Any]] = {
    "kind": "facility", "reference": "01B03", "purpose": "treatment",
    "categories": ["general", "mental"], "agree": "yes",
}  # fmt: skip


def test_a_consent_is_given_once_opens_the_book_and_is_taken_back(alone: Citizen) -> None:
    other = doctor(alone, "01B03")
    address = f"/v1/records/{alone.subject}/problems"
    assert alone.books.get(other, address).status_code == HTTPStatus.FORBIDDEN
    hidden = alone.hidden("/consents")
    for _ in range(2):
        alone.books.house.clock.at += alone.books.house.clock.at.resolution
        given = alone.post("/consents", hidden, **CONSENT)
        assert given.status_code in {303, 409}, given.text[-600:]
    known = load_consents(alone.books.house.system.facts, alone.subject).state.granted
    assert len(known) == 1
    assert alone.books.get(other, address).status_code == HTTPStatus.OK
    text = alone.get("/consents")
    (withdraw,) = re.findall(r"/consents/[0-9a-f-]{36}/withdraw", text)
    assert alone.send(withdraw, "/consents").status_code == HTTPStatus.SEE_OTHER
    assert alone.books.get(other, address).status_code == HTTPStatus.FORBIDDEN


@pytest.mark.parametrize(
    ("wrong", "anchor", "status"),
    [
        ({"kind": ""}, "kind", 422),
        ({"reference": "x"}, "recipient-reference", 422),
        ({"purpose": "fun"}, "purpose", 422),
        ({"categories": []}, "categories", 422),
        ({"until": "2020-01-01"}, "until", 422),
        ({"agree": ""}, "reference", 409),
    ],
)
def test_a_consent_that_is_none_is_refused(
    citizen: Citizen, wrong: dict[str, Any], anchor: str, status: int
) -> None:
    refused = citizen.send("/consents", **{**CONSENT, **wrong})
    assert refused.status_code == status
    assert f'href="#{anchor}"' in refused.text
    assert load_consents(citizen.books.house.system.facts, citizen.subject).state.granted == {}


def test_a_category_is_closed_and_opened_again(alone: Citizen) -> None:
    for closed, address in (("yes", 403), ("no", 200)):
        done = alone.send("/closings", "/consents", category="general", closed=closed)
        assert done.status_code == HTTPStatus.SEE_OTHER
        looked = alone.books.get(doctor(alone), f"/v1/records/{alone.subject}/problems")
        assert looked.status_code == address
    assert alone.send("/closings", "/consents", category="all").status_code == 422


def test_a_look_is_told_marked_and_reported_once(alone: Citizen) -> None:
    alone.books.get(doctor(alone), f"/v1/records/{alone.subject}/problems")
    refused = alone.books.get(doctor(alone, "01B03"), f"/v1/records/{alone.subject}/problems")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    text = alone.get("/looks?lang=en")
    assert "Refused" in text
    assert "First look of this place" in text
    assert "REFUSED" in alone.get("/looks?show=refused")
    assert HOSPITAL not in alone.get("/looks?show=refused")
    report = re.findall(r"/looks/[0-9a-f-]{36}/report", text)[0]
    hidden = alone.hidden(report)
    empty = alone.post(report, hidden, words="")
    assert empty.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    sent = alone.post(report, hidden, words="Hôm đó tôi không đến khám")
    assert sent.status_code == HTTPStatus.SEE_OTHER
    assert alone.post(report, hidden, words="Hôm đó tôi không đến khám").status_code == 409
    after = alone.get("/looks")
    assert "Hôm đó tôi không đến khám" in after
    assert report not in after


def test_a_right_is_asked_for_once_and_taken_back(alone: Citizen) -> None:
    hidden = alone.hidden("/rights")
    for _ in range(2):
        asked = alone.post("/rights", hidden, right="erase", words="Xin xóa", visit="")
        assert (asked.status_code, asked.location) == (303, "/my/health/rights")
    known = load_rights(alone.books.house.system.facts, alone.subject)
    assert len(known.requests) == 1
    text = alone.get("/rights?lang=en")
    assert "have to be kept" in text
    (withdraw,) = re.findall(r"/rights/[0-9a-f-]{36}/withdraw", text)
    assert "Xin xóa" in alone.get(withdraw)
    assert alone.send(withdraw).status_code == HTTPStatus.SEE_OTHER
    assert "Taken back" in alone.get("/rights")
    for wrong, place in (
        ({"right": ""}, "right"),
        ({"words": ""}, "words"),
        ({"visit": "x"}, "visit"),
    ):
        form = {"right": "view", "words": "a", "visit": "", **wrong}
        refused = alone.send("/rights", **form)
        assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
        assert f'href="#{place}"' in refused.text


def test_an_erasure_that_an_officer_approved_is_not_taken_back(alone: Citizen) -> None:
    alone.send("/rights", right="erase", words="Xin xóa", visit="")
    (request,) = load_rights(alone.books.house.system.facts, alone.subject).requests
    officers = [
        door(alone.books, Role.DATA_PROTECTION_OFFICER, subject=UUID(int=n)) for n in (1, 2)
    ]
    base = f"/v1/records/{alone.subject}"
    page = f"/rights/{request}/withdraw"
    hidden = alone.hidden(page)
    body = {"purposes": ["identity"], "legal_basis": "Luật 91/2025, Điều 14"}
    granted = officers[0].post(f"{base}/rights/{request}/erasure", body)
    erasure = granted.get_json()["erasure"]
    assert officers[1].post(f"{base}/erasures/{erasure}/approve", {}).status_code == 200
    refused = alone.post(page, hidden)
    assert refused.status_code == HTTPStatus.CONFLICT
    assert page not in alone.get("/rights")


def test_an_app_is_connected_and_left(alone: Citizen) -> None:
    for shown, word in (("yes", "It shows it no longer"), ("no", "The app shows the book")):
        assert alone.send("/apps/vneid", "/apps", shown=shown).status_code == 303
        assert word not in alone.get("/apps?lang=en")
    assert alone.send("/apps/NOT-AN-APP", "/apps", shown="yes").status_code == 422


def test_who_represents_a_child_goes_over_to_their_book_and_back(citizen: Citizen) -> None:
    before = len(citizen.looks(CHILD))
    went = citizen.send("/for", "/people", acting_for=mark(citizen))
    assert (went.status_code, went.location) == (303, "/my/health")
    text = citizen.get("")
    assert "NGUYỄN THỊ MẪU CON" in text
    assert "Penicillin" not in text
    assert "Viêm họng" in citizen.get("/problems")
    assert citizen.client.get("/my/health/export/file?format=csv").status_code == 200
    looks = citizen.looks(CHILD)[before:]
    assert {basis for _, basis in looks} == {"representative"}
    consents = citizen.get("/consents")
    assert "closings" not in re.findall(r'action="/my/health/([a-z]+)"', consents)
    assert citizen.looks(CHILD)[-1][0].purpose == "manage_represented"
    for page in ("/notes", "/rights", "/apps", "/completeness"):
        citizen.get(page, HTTPStatus.FORBIDDEN)
    back = citizen.send("/for", "/people", acting_for="")
    assert back.status_code == HTTPStatus.SEE_OTHER
    assert "Penicillin" in citizen.get("")


def test_a_link_of_the_childs_book_is_made_by_who_represents_them(alone: Citizen) -> None:
    alone.send("/for", "/people", acting_for=mark(alone))
    made = alone.send("/shares", **SHARE)
    assert made.status_code == HTTPStatus.OK
    alone.catch_up()
    assert "/my/health/shares/" in alone.get("/shares")
    child = door(alone.books, Role.CITIZEN, subject=CHILD)
    assert len(child.get("/v1/shares").get_json()["shares"]) == 1
    own = door(alone.books, Role.CITIZEN, subject=alone.subject)
    assert own.get("/v1/shares").get_json()["shares"] == []


def test_a_form_of_one_person_never_acts_for_another(citizen: Citizen) -> None:
    own = citizen.hidden("/consents")
    citizen.send("/for", "/people", acting_for=mark(citizen))
    refused = citizen.post("/consents", own, **CONSENT)
    assert refused.status_code == HTTPStatus.BAD_REQUEST
    facts = citizen.books.house.system.facts
    assert load_consents(facts, CHILD).state.granted == {}
    assert load_consents(facts, citizen.subject).state.granted == {}


def test_a_choice_of_another_session_or_nobody_is_none(citizen: Citizen) -> None:
    refused = citizen.send("/for", "/people", acting_for="AAAAAAAAAAAAAAAAAAAAAA")
    assert refused.status_code == HTTPStatus.FORBIDDEN
    citizen.client.set_cookie(COOKIE, "AAAAAAAAAAAAAAAAAAAAAA")
    assert "Penicillin" in citizen.get("")
    chosen = mark(citizen)
    another: Door = door(citizen.books, Role.CITIZEN, subject=citizen.subject)
    fresh = citizen.books.house.app.test_client()
    del another
    fresh.set_cookie(COOKIE, chosen)
    assert fresh.get("/my/health", headers=HTML).status_code == HTTPStatus.FOUND


def test_a_representation_that_ended_shows_the_own_book_again(alone: Citizen) -> None:
    alone.send("/for", "/people", acting_for=mark(alone))
    assert "MẪU CON" in alone.get("")
    steward = door(alone.books, Role.DATA_STEWARD)
    ended = steward.post(
        f"/v1/records/{CHILD}/representatives/{alone.subject}/end", {"reason": "hết hạn"}
    )
    assert ended.status_code == HTTPStatus.OK
    alone.catch_up()
    assert "MẪU CON" not in alone.get("")
    assert "Penicillin" in alone.get("")


def test_the_page_of_shared_links_is_anybodys_and_takes_no_query(citizen: Citizen) -> None:
    stranger = citizen.books.house.app.test_client()
    page = stranger.get("/shared", headers=HTML)
    assert page.status_code == HTTPStatus.OK
    assert "NGUYỄN" not in page.text
    assert "mm[Hg]" in page.text  # what its script writes units with
    assert stranger.get("/shared?link=shlink:/x", headers=HTML).status_code == 400
    told = door(citizen.books, Role.CITIZEN, subject=citizen.subject).post(
        "/v1/shares", {"minutes": 15, "sections": ["problems"], "label": "Cho bác sĩ"}
    )
    assert told.get_json()["link"].startswith("http://localhost/shared#shlink:/")


@pytest.mark.parametrize("page", ["/notes", "/shares", "/consents", "/rights"])
def test_a_form_without_the_sessions_token_or_its_own_key_is_refused(
    citizen: Citizen, page: str
) -> None:
    hidden = citizen.hidden(page)
    stolen = citizen.post(page, {**hidden, "csrf": "x"}, note="a", right="view", words="a")
    assert stolen.status_code == HTTPStatus.FORBIDDEN
    keyless = citizen.post(page, {**hidden, "once": ""}, note="a", right="view", words="a")
    assert keyless.status_code == HTTPStatus.BAD_REQUEST
    long = citizen.post(page, hidden, note="a" * 70_000)
    assert long.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
