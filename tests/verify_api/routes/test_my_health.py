"""The citizen's health pages: who may, what they leave, what they show, wrong addresses."""

import re
from http import HTTPStatus
from typing import Final
from uuid import UUID

import pytest

from tests_support.health_citizen import HTML, Citizen, doctor, mark
from tests_support.health_citizen import alone as alone  # noqa: PLC0414  fixtures for all here
from tests_support.health_citizen import citizen as citizen  # noqa: PLC0414
from tests_support.health_citizen import world as world  # noqa: PLC0414
from tests_support.health_site import CHILD
from tests_support.paper_town import DISTRICT
from verify_api.callers import Role

PAGES: Final = (
    "", "/timeline", "/problems", "/medicines", "/allergies", "/immunisations", "/vitals",
    "/results", "/procedures", "/documents", "/devices", "/plans", "/visits", "/then", "/notes",
    "/export", "/completeness", "/referrals", "/appointments", "/shares", "/consents", "/looks",
    "/people", "/rights", "/apps",
)  # fmt: skip


@pytest.mark.parametrize("page", PAGES)
def test_a_page_is_the_citizens_alone_and_leaves_a_look(citizen: Citizen, page: str) -> None:
    before = len(citizen.looks())
    citizen.get(page)
    after = citizen.looks()
    if page in {"/then", "/export", "/completeness"}:  # forms alone, and nothing sealed yet
        assert len(after) == before
    else:
        assert len(after) > before
    assert doctor(citizen).get(f"/my/health{page}", headers=HTML).status_code == 403
    stranger = citizen.books.house.app.test_client().get(f"/my/health{page}", headers=HTML)
    assert (stranger.status_code, stranger.location) == (302, "/login")


def test_no_address_of_a_page_names_the_person(citizen: Citizen) -> None:
    for page in PAGES:
        text = citizen.get(page)
        addresses = re.findall(r'(?:href|action)="([^"]*)"', text)
        for subject in (citizen.subject, CHILD):
            assert not [one for one in addresses if str(subject) in one or subject.hex in one]


def test_allergies_come_first_and_no_data_is_not_none_known(citizen: Citizen) -> None:
    text = citizen.get("?lang=en")
    assert text.index("Penicillin") < text.index("Present problems")
    assert "Dangerous" in text
    citizen.client.set_cookie("lang", "en")
    citizen.send("/for", "/people", acting_for=mark(citizen))
    assert "No data about allergies" in citizen.get("")
    citizen.client.delete_cookie("lang")


def test_a_timeline_is_filtered_paged_and_searched(citizen: Citizen) -> None:
    assert "Amlodipin" in citizen.get("/timeline?kind=medicines")
    assert "Amlodipin" not in citizen.get("/timeline?kind=visits")
    first = citizen.get("/timeline?count=2")
    following = re.search(r'href="(\?[^"]*cursor=[^"]*)"', first)
    assert following is not None
    assert citizen.get("/timeline" + following[1].replace("&amp;", "&")) != first
    found = citizen.send("/timeline", words="AMLODIPIN 5").text
    assert "Amlodipin" in found
    assert "Penicillin" not in found
    assert "<strong>1</strong>" in found
    refused = citizen.send("/timeline", since="2026-11-02", until="2026-11-01")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#until"' in refused.text


@pytest.mark.parametrize(
    ("page", "status"),
    [
        ("/timeline?kind=all-of-it", 422),
        ("/timeline?cursor=x", 422),
        ("/timeline?who=me", 400),
        ("/looks?show=mine", 422),
        ("/looks?before=-1", 400),
        ("?as_of=yesterday", 422),
        ("/then?as_of=2026-11-31", 422),
        ("/then?effective=yesterday", 422),
        ("/export/file?format=doc", 422),
        ("/export/file?format=pdf&as_of=x", 422),
        (f"/visits/{UUID(int=1)}", 404),
        (f"/entries/{UUID(int=1)}", 404),
        (f"/papers/{UUID(int=1)}", 404),
        (f"/papers/{UUID(int=1)}.pdf", 404),
        (f"/shares/{UUID(int=1)}", 404),
        (f"/notes/{UUID(int=1)}/withdraw", 404),
        (f"/rights/{UUID(int=1)}/withdraw", 404),
        (f"/looks/{UUID(int=1)}/report", 404),
        ("/everything", 404),
    ],
)
def test_what_is_not_there_or_not_understood_is_refused(
    citizen: Citizen, page: str, status: int
) -> None:
    citizen.get(page, status)


def test_a_visit_shows_what_was_recorded_and_an_entry_its_versions(citizen: Citizen) -> None:
    visit = citizen.get(f"/visits/{citizen.told['visit']}")
    assert "Penicillin" in visit
    entries = re.findall(r"/my/health/entries/([0-9a-f-]{36})", visit)
    assert entries
    shown = [citizen.get(f"/entries/{one}") for one in entries]
    assert any(
        "Tăng huyết áp vô căn" in one and re.search(r">\s*Tăng huyết áp\s*<", one) for one in shown
    )


def test_the_book_is_shown_as_it_was_and_says_so(citizen: Citizen) -> None:
    now = citizen.get("?lang=en")
    assert "looking at the past" not in now
    then = citizen.get("/then?as_of=2026-11-23&lang=en")
    assert "looking at the past" in then
    before = citizen.get("/then?effective=2026-10-15&lang=en")
    assert "Amlodipin" in now
    assert "Amlodipin" not in before
    assert "/my/health/problems?effective=2026-10-15" in before
    assert "Penicillin" not in citizen.get("/allergies?as_of=2020-01-01")
    citizen.client.delete_cookie("lang")


@pytest.mark.parametrize(
    ("form", "begins", "media_type"),
    [
        ("pdf", b"%PDF", "application/pdf"),
        ("csv", "\N{BYTE ORDER MARK}".encode(), "text/csv; charset=utf-8"),
        ("ips", b"{", "application/fhir+json"),
        ("fhir", b"{", "application/fhir+json"),
    ],
)
def test_the_book_is_taken_away_as_a_file(
    citizen: Citizen, form: str, begins: bytes, media_type: str
) -> None:
    answer = citizen.client.get(f"/my/health/export/file?format={form}", headers=HTML)
    assert answer.status_code == HTTPStatus.OK
    assert answer.data.startswith(begins)
    assert answer.content_type == media_type
    assert answer.headers["Content-Disposition"].startswith("attachment")
    own = citizen.books.get(citizen.client, f"/v1/records/me/export?format={form}")
    if form != "pdf":
        assert own.data == answer.data


def test_a_paper_shows_its_code_what_it_allows_and_its_files(citizen: Citizen) -> None:
    reference = citizen.told["referral"]["id"]
    text = citizen.get(f"/papers/{reference}?lang=en")
    assert citizen.told["referral"]["short_code"] in text
    assert "10 working days left" in text
    assert 'role="img"' in text
    pdf = citizen.client.get(f"/my/health/papers/{reference}.pdf", headers=HTML)
    assert pdf.data.startswith(b"%PDF")
    assert citizen.get(f"/papers/{reference}/calendar.ics", 404)
    appointment = citizen.told["appointment"]["id"]
    calendar = citizen.client.get(f"/my/health/papers/{appointment}/calendar.ics", headers=HTML)
    assert calendar.content_type == "text/calendar; charset=utf-8"
    assert b"TRIGGER:-P1D\r\n" in calendar.data
    assert b"DTSTART:20261207T010000Z\r\n" in calendar.data
    citizen.client.delete_cookie("lang")


def test_a_code_that_can_be_used_no_more_is_not_shown(alone: Citizen) -> None:
    reference = alone.told["appointment"]["id"]
    assert 'id="code"' in alone.get(f"/papers/{reference}")
    facilities = alone.told["facilities"]
    cancelled = facilities.post(
        f"/v1/appointments/{reference}/cancel", {"reason": "bác sĩ nghỉ"}, DISTRICT,
        Role.FACILITY_SIGNER,
    )  # fmt: skip
    assert cancelled.status_code == HTTPStatus.OK, cancelled.text
    alone.catch_up()
    text = alone.get(f"/papers/{reference}?lang=en")
    assert 'id="code"' not in text
    assert "so no code is shown" in text
    calendar = alone.client.get(f"/my/health/papers/{reference}/calendar.ics", headers=HTML)
    assert b"METHOD:CANCEL\r\n" in calendar.data
    assert "Papers that are over (1)" in alone.get("/appointments")


@pytest.mark.parametrize("name", ["as_of", "effective"])
def test_a_day_to_come_is_refused_beside_its_field(citizen: Citizen, name: str) -> None:
    text = citizen.get(f"/then?{name}=2030-01-01", HTTPStatus.UNPROCESSABLE_ENTITY)
    assert "Bạn đang xem quá khứ" not in text
    assert f'<a href="#{name}">Chọn một ngày đến hôm nay.</a>' in text
    assert f'id="{name}-error"' in text
    assert "<title>Lỗi \N{EN DASH} " in text
    citizen.get(f"/problems?{name}=2030-01-01", HTTPStatus.UNPROCESSABLE_ENTITY)


def test_a_look_without_marks_has_neither_their_label_nor_an_empty_place(citizen: Citizen) -> None:
    citizen.get("/problems")
    text = citizen.get("/looks?show=all")
    cells = re.findall(r'<td role="cell" data-title="([^"]*)">(.*?)</td>', text, re.DOTALL)
    assert not [inside for _, inside in cells if re.search(r'class="marks">\s*</span>', inside)]
    marked = [inside for title, inside in cells if title == "Đáng chú ý"]
    assert all("badge" in inside for inside in marked)


def test_what_is_wrong_is_said_in_the_title_and_has_the_focus(citizen: Citizen) -> None:
    refused = citizen.send("/rights", right="", words="x")
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "<title>Lỗi \N{EN DASH} " in refused.text
    assert re.search(r'<div [^>]*id="wrong"[^>]* autofocus>', refused.text)
    assert "<title>Lỗi" not in citizen.get("/rights")
