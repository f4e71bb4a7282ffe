"""Files that a citizen sends, through the doors of the running house: sent, seen, opened, refused.

One house for all: each test that changes something has a citizen of its own.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from hashlib import sha256
from http import HTTPStatus
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import fpdf
import pytest
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from doors import join
from ledger.certificates.procedure import Stage
from ledger.certificates.request_files import LARGEST_FILE, FileReceived
from ledger.commands.access import who_looked
from ledger.records.access import AccessRecorded
from tests_support.citizen_house import ASKED, PAGE, Citizen, citizen, citizen_house, hidden
from tests_support.whole_house import SERVICE, House
from verify_api.callers import Role
from verify_api.i18n import COOKIE
from verify_api.picture import read_codes
from verify_api.picture_error import PictureError, PictureRule
from verify_api.routes.request_files import SANDBOX

File = tuple[str, bytes]


def picture(form: str) -> bytes:
    stream = io.BytesIO()
    Image.new("RGB", (40, 30), "white").save(stream, form)
    return stream.getvalue()


def pdf(password: str | None = None) -> bytes:
    document = fpdf.FPDF()
    document.add_page()
    if password is not None:
        document.set_encryption(owner_password="a", user_password=password)
    return bytes(document.output())


PAPER, PHOTO = ("Xác nhận cư trú.pdf", pdf()), ("ảnh.jpg", picture("JPEG"))


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with citizen_house(tmp_path_factory.mktemp("files") / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def somebody(house: House) -> Callable[[], Citizen]:
    numbers = count()
    return lambda: citizen(house, next(numbers))


@pytest.fixture(scope="module")
def waiting(somebody: Callable[[], Citizen]) -> Iterator[tuple[Citizen, UUID]]:
    """Somebody of whom something is missing, and who sends nothing that is taken."""
    one = somebody()
    request = asked_for_more(one)
    yield one, request
    assert received(one, request) == []
    assert one.state(request).stage is Stage.SUPPLEMENT


def asked_for_more(one: Citizen) -> UUID:
    request = one.submitted()
    one.house.do(request, "request_supplement", Role.INTAKE_OFFICER, missing="Thiếu giấy tờ")
    return request


def received(one: Citizen, request: UUID) -> list[FileReceived]:
    facts = one.house.system.facts.history(request).facts
    return [fact for fact in facts if isinstance(fact, FileReceived)]


def send(one: Citizen, path: str, *files: File, headers: Any = PAGE, **values: str) -> TestResponse:
    """Send a form with files, as a browser does."""
    csrf = hidden(one.browser.get("/my", headers=PAGE).text)["csrf"]
    sent = [FileStorage(io.BytesIO(content), name) for name, content in files]
    data: dict[str, Any] = {"csrf": csrf, "once": uuid4().hex, **values, "files": sent}
    boundary, body = encode_multipart(data)
    kind = f'multipart/form-data; boundary="{boundary}"'
    return one.browser.post(path, data=body, headers=headers, content_type=kind)


def ask_program(one: Citizen, request: UUID, *files: File, key: str, **values: str) -> TestResponse:
    headers = {"Accept": "application/json", **({"Idempotency-Key": key} if key else {})}
    return send(one, f"/v1/my/requests/{request}/supplement", *files, headers=headers, **values)


def files_of(one: Citizen, request: UUID) -> list[Any]:
    told: list[Any] = one.browser.get(f"/v1/my/requests/{request}/files").get_json()["files"]
    return told


def looks(one: Citizen) -> list[tuple[str, str]]:
    told = who_looked(one.house.system.facts, subject=one.subject)
    return [(look.act.role, look.fact.purpose) for look in told
            if isinstance(look.fact, AccessRecorded)]  # fmt: skip


NOT_TAKEN = [
    ([("a.txt", b"only words")], "Tệp phải là PDF, JPEG hoặc PNG."),
    ([("a.pdf", b"<html>hello</html>")], "Tệp phải là PDF, JPEG hoặc PNG."),
    ([PAPER, ("b.png", picture("PNG")[:50])], "Tệp bị hỏng, không mở được. (b.png)"),
    ([("khóa.pdf", pdf("b"))], "Tệp có mật khẩu; hãy gửi bản không khóa. (khóa.pdf)"),
    ([("trống.pdf", b"")], "Tệp này trống. (trống.pdf)"),
    ([("to.jpg", bytes(LARGEST_FILE + 1))] * 3, "Mỗi tệp tối đa 5 MiB. (to.jpg)"),
    ([PHOTO] * 6, "Chọn tối đa 5 tệp."),
]  # fmt: skip


@pytest.mark.parametrize(("files", "said"), NOT_TAKEN)
def test_a_file_that_is_not_taken_is_told_beside_its_field_and_nothing_typed_is_lost(
    waiting: tuple[Citizen, UUID], files: list[File], said: str
) -> None:
    one, request = waiting
    answer = send(one, f"/my/requests/{request}/supplement", *files, birthplace="Huế mẫu")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#files"' in answer.text
    assert 'id="files-error"' in answer.text
    assert said in answer.text
    assert 'value="Huế mẫu"' in answer.text


def test_the_other_language_and_other_faults_stand_there_too(
    waiting: tuple[Citizen, UUID],
) -> None:
    one, request = waiting
    path = f"/my/requests/{request}/supplement?lang=en"
    answer = send(one, path, ("a.txt", b"words"), phone="abc")
    one.browser.delete_cookie(COOKIE)  # the others read Vietnamese
    assert "A file has to be a PDF, a JPEG or a PNG. (a.txt)" in answer.text
    assert 'href="#phone"' in answer.text


@pytest.mark.parametrize(
    ("files", "place", "rule"),
    [
        ([PHOTO, ("a.txt", b"words")], "files[1]", "file_type"),
        ([PHOTO] * 6, "files", "too_many_files"),
        ([("to.jpg", bytes(LARGEST_FILE + 1))], "files[0]", "file_too_large"),
    ],
)
def test_a_program_is_told_which_file_and_why(
    waiting: tuple[Citizen, UUID], files: list[File], place: str, rule: str
) -> None:
    one, request = waiting
    answer = ask_program(one, request, *files, key="refused")
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert answer.mimetype == "application/problem+json"
    problem = answer.get_json()
    assert (problem["place"], problem["rule"]) == (place, rule)


def test_a_program_needs_a_key_and_a_form(waiting: tuple[Citizen, UUID]) -> None:
    one, request = waiting
    assert ask_program(one, request, PHOTO, key="").status_code == HTTPStatus.BAD_REQUEST
    wrong = ask_program(one, request, PHOTO, key="wrong", phone="abc").get_json()
    assert (wrong["place"], wrong["rule"]) == ("phone", "phone")
    csrf = hidden(one.read("/my"))["csrf"]
    headers = {"X-CSRF-Token": csrf, "Idempotency-Key": "json"}
    path = f"/v1/my/requests/{request}/supplement"
    answer = one.browser.post(path, json={"birthplace": "Huế"}, headers=headers)
    assert answer.get_json()["rule"] == "form_expected"


@pytest.fixture(scope="module")
def answered(somebody: Callable[[], Citizen]) -> tuple[Citizen, UUID]:
    """Somebody who answered with two files, by a form that was sent twice."""
    one = somebody()
    request = asked_for_more(one)
    for _ in range(2):
        sent = send(
            one, f"/my/requests/{request}/supplement", PAPER, PHOTO, once="one-form",
            birthplace="Huế",
        )  # fmt: skip
        assert sent.status_code == HTTPStatus.SEE_OTHER, sent.text
    return one, request


def test_files_come_with_the_answer_once_and_are_seen_by_who_sent_them(
    answered: tuple[Citizen, UUID],
) -> None:
    one, request = answered
    path = f"/my/requests/{request}"
    assert [fact.size for fact in received(one, request)] == [len(PAPER[1]), len(PHOTO[1])]
    other = send(one, f"{path}/supplement", PHOTO, once="one-form", birthplace="Huế")
    assert other.status_code == HTTPStatus.CONFLICT
    page = one.read(path)
    assert "Tệp bạn đã gửi" in page
    assert "Xác nhận cư trú.pdf" in page
    told = files_of(one, request)
    assert [file["sha256"] for file in told] == [
        sha256(content).hexdigest() for _, content in (PAPER, PHOTO)
    ]
    saved = one.browser.get(told[1]["href"])
    assert (saved.data, saved.mimetype) == (PHOTO[1], "image/jpeg")
    assert looks(one)[-1] == ("citizen", "own_record")


def test_a_reader_that_is_busy_is_said_so_and_nothing_typed_is_lost(
    house: House, waiting: tuple[Citizen, UUID]
) -> None:
    def busy(_content: bytes) -> str:
        raise PictureError(PictureRule.BUSY, "try again")

    one, request = waiting
    there = replace(house, app=join(house.system, SERVICE, read_codes, busy))
    same = Citizen(there, one.subject, one.account)
    page = send(same, f"/my/requests/{request}/supplement", PAPER, birthplace="Huế mẫu")
    assert page.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Hệ thống đang bận đọc tệp" in page.text
    assert 'value="Huế mẫu"' in page.text
    told = ask_program(same, request, PAPER, key="busy")
    assert told.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert "Retry-After" in told.headers


def test_files_come_with_the_request_itself(somebody: Callable[[], Citizen]) -> None:
    one = somebody()
    kept = hidden(one.post("/my/requests/check", **ASKED).text)
    kept.pop("csrf")
    refused = send(one, "/my/requests", ("a.txt", b"words"), **kept)
    assert refused.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'id="files-error"' in refused.text
    assert 'id="confirmed-error"' in refused.text
    again = hidden(refused.text)
    assert {name: again[name] for name in ASKED} == {name: kept[name] for name in ASKED}
    places = {send(one, "/my/requests", PAPER, **kept, confirmed="yes").location for _ in range(2)}
    (place,) = places
    request = UUID(place.split("/")[3])
    assert len(received(one, request)) == 1


def test_an_officer_who_judges_it_opens_a_file_and_the_person_sees_that(
    house: House, answered: tuple[Citizen, UUID]
) -> None:
    one, request = answered
    officer = house.browser(Role.INTAKE_OFFICER)
    page = officer.get(f"/work/{request}", headers=PAGE).text
    assert "Tệp người yêu cầu gửi" in page
    address = f"/work/{request}/files/{files_of(one, request)[0]['number']}"
    assert f'href="{address}"' in page
    saved = officer.get(address)
    assert (saved.data, saved.mimetype) == (PAPER[1], "application/pdf")
    assert saved.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "giấy" not in saved.headers["Content-Disposition"]
    assert saved.headers["X-Content-Type-Options"] == "nosniff"
    assert saved.headers["Content-Security-Policy"] == SANDBOX
    assert saved.headers["Cache-Control"] == "no-store"
    assert looks(one)[-1] == ("intake_officer", "open_sent_file")
    assert "Mở tệp bạn đã gửi" in one.read("/my")


def test_nobody_else_opens_it(
    house: House, answered: tuple[Citizen, UUID], waiting: tuple[Citizen, UUID]
) -> None:
    (one, request), other = answered, waiting[0]
    number = files_of(one, request)[0]["number"]
    address = f"/work/{request}/files/{number}"
    before = looks(one)
    for role in (Role.POLICE_CHECKER, Role.SIGNER):
        assert house.browser(role).get(address).status_code == HTTPStatus.FORBIDDEN
        assert "Tệp người yêu cầu gửi" not in house.browser(role).get(f"/work/{request}").text
    elsewhere = house.browser(Role.INTAKE_OFFICER, "CA46")
    officer = house.browser(Role.CASE_OFFICER)
    found = {
        answer.status_code
        for answer in (
            elsewhere.get(address), officer.get(f"/work/{request}/files/1"),
            other.get(f"/my/requests/{request}/files/{number}"),
            other.get(f"/v1/my/requests/{request}/files"),
            ask_program(other, request, PHOTO, key="theirs"),
        )
    }  # fmt: skip
    assert found == {HTTPStatus.NOT_FOUND}
    assert one.browser.get(address).status_code == HTTPStatus.FORBIDDEN
    nobody = house.app.test_client().get(address, headers=PAGE)
    assert nobody.location == "/login"
    opened = [look for look in looks(one)[len(before) :] if look[1] == "open_sent_file"]
    assert opened == []


def test_a_program_answers_once_and_what_it_leaves_out_stays(
    somebody: Callable[[], Citizen],
) -> None:
    one = somebody()
    request = asked_for_more(one)
    before: Any = one.state(request).declaration
    told = [ask_program(one, request, PAPER, key="k", other_names="Tên Khác") for _ in range(2)]
    assert [answer.status_code for answer in told] == [HTTPStatus.CREATED] * 2
    assert told[0].get_json() == told[1].get_json()
    (file,) = told[0].get_json()["files"]
    assert (file["name"], file["size"]) == (PAPER[0], len(PAPER[1]))
    after: Any = one.state(request).declaration
    assert after.details.other_names == "Tên Khác"
    assert after.details.birthplace == before.details.birthplace
    again = ask_program(one, request, PAPER, key="k2")
    assert again.get_json()["rule"] == "resubmission_only_in_supplement"


def test_a_form_that_another_site_sends_is_refused_before_its_files_are_judged(
    waiting: tuple[Citizen, UUID],
) -> None:
    one, request = waiting
    forged = send(one, f"/my/requests/{request}/supplement", PAPER, csrf="x")
    assert forged.status_code == HTTPStatus.FORBIDDEN


def test_a_forgotten_persons_files_say_nothing(
    house: House, somebody: Callable[[], Citizen]
) -> None:
    one = somebody()
    request = asked_for_more(one)
    send(one, f"/my/requests/{request}/supplement", PAPER)
    number = files_of(one, request)[0]["number"]
    house.system.subject_keys.forget(
        one.subject, ("identity",), batch=house.system.clockwork.new_id()
    )
    gone = one.browser.get(f"/my/requests/{request}/files/{number}")
    assert (gone.status_code, gone.get_json()["rule"]) == (HTTPStatus.CONFLICT, "file_erased")
    (told,) = files_of(one, request)
    assert (told["name"], told["sha256"]) == (None, None)
    assert PAPER[0] not in one.read(f"/my/requests/{request}")
