"""Showing the own certificate, and the passcode before Form 2."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from itertools import count
from uuid import UUID

import pytest

from ledger.commands.access import who_looked
from ledger.records.access import AccessRecorded, RecordKind
from ledger.records.passcode import MOST_FAILURES, PAUSE
from tests_support.citizen_house import PAGE, PASSCODE, Citizen, citizen, citizen_house
from tests_support.whole_house import House
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role
from verify_api.picture import read_codes

WRONG = "482914"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with citizen_house(tmp_path_factory.mktemp("codes") / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return count()


@pytest.fixture
def somebody(house: House, numbers: Iterator[int]) -> Citizen:
    """Return a citizen whom no other test has met."""
    return citizen(house, next(numbers))


def choose(one: Citizen, passcode: str = PASSCODE, **more: str) -> int:
    values = {"passcode": passcode, "again": passcode, **more}
    return one.post("/my/passcode", **values).status_code


def check_as_employer(house: House, code: str) -> None:
    """Check a code as an organisation that has a token."""
    at, draw = house.clock.at, house.system.clockwork.random
    token = ApiToken(draw(8).hex(), Role.VERIFIER, "DN-MAU", at, at + timedelta(days=1))
    text = house.system.api_tokens.issue(token, secret=draw(32))
    answer = house.app.test_client().post(
        "/v1/verify", json={"text": code}, headers={"Authorization": f"Bearer {text}"}
    )
    assert answer.status_code == HTTPStatus.OK


def codes_in(page: str) -> list[str]:
    found = re.search(r'src="data:image/png;base64,([^"]+)"', page)
    return [] if found is None else read_codes(base64.b64decode(found[1]))


def shown(one: Citizen, request: UUID, passcode: str) -> tuple[int, list[str]]:
    """Return what typing a passcode answers: the status, and the codes on the page."""
    answer = one.post(f"/my/requests/{request}/code", passcode=passcode)
    assert passcode not in answer.text.split("<main")[1] or not passcode
    return answer.status_code, codes_in(answer.text)


def test_form_one_is_shown_and_the_code_is_the_certificates(
    house: House, somebody: Citizen
) -> None:
    request = somebody.issued()
    page = somebody.get(f"/my/requests/{request}/code")
    assert page.headers["Cache-Control"] == "no-store"
    (code,) = codes_in(page.text)
    assert house.check(code)["overall"] == "valid"
    assert "không được yêu cầu bạn nộp phiếu" in page.text
    assert "verdict" not in page.text
    document = somebody.get(f"/my/requests/{request}/certificate.pdf")
    assert document.data.startswith(b"%PDF")
    assert "attachment" in document.headers["Content-Disposition"]


def test_each_showing_is_a_look_that_names_the_certificate(somebody: Citizen) -> None:
    request = somebody.issued()
    somebody.get(f"/my/requests/{request}/code")
    look = who_looked(somebody.house.system.facts, subject=somebody.subject)[-1].fact
    assert isinstance(look, AccessRecorded)
    assert look.kind is RecordKind.CERTIFICATE
    assert look.reference == somebody.state(request).certificate


def test_form_two_is_shown_behind_its_passcode_alone(house: House, somebody: Citizen) -> None:
    request = somebody.issued(form="2")
    asked = somebody.read(f"/my/requests/{request}/code")
    assert "Bạn chưa có mã bảo vệ" in asked
    assert shown(somebody, request, PASSCODE) == (HTTPStatus.UNPROCESSABLE_ENTITY, [])
    assert choose(somebody) == HTTPStatus.SEE_OTHER
    assert codes_in(somebody.read(f"/my/requests/{request}/code")) == []
    for wrong in (WRONG, "", "48291", "abcdef", "\uff14" * 6):
        assert shown(somebody, request, wrong) == (HTTPStatus.UNPROCESSABLE_ENTITY, [])
    status, codes = shown(somebody, request, PASSCODE)
    assert status == HTTPStatus.OK
    assert house.check(codes[0])["overall"] == "valid"
    address = f"/my/requests/{request}/certificate.pdf"
    assert somebody.post(address, passcode=WRONG).mimetype == "text/html"
    assert somebody.post(address, passcode=PASSCODE).data.startswith(b"%PDF")


def test_guessing_is_stopped_and_the_person_is_told_until_when(
    house: House, somebody: Citizen
) -> None:
    request = somebody.issued(form="2")
    choose(somebody)
    for _ in range(MOST_FAILURES):
        assert shown(somebody, request, WRONG)[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    answer = somebody.post(f"/my/requests/{request}/code", passcode=PASSCODE)
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert codes_in(answer.text) == []
    assert "Đã nhập sai quá nhiều lần" in answer.text
    house.clock.at += PAUSE
    somebody.sign_in()
    assert shown(somebody, request, PASSCODE)[0] == HTTPStatus.OK


def test_another_passcode_is_chosen_by_who_types_the_first(somebody: Citizen) -> None:
    request = somebody.issued(form="2")
    assert choose(somebody, "111111") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert choose(somebody, again="705182") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert choose(somebody) == HTTPStatus.SEE_OTHER
    assert choose(somebody, "705182") == HTTPStatus.UNPROCESSABLE_ENTITY
    assert choose(somebody, "705182", former=WRONG) == HTTPStatus.UNPROCESSABLE_ENTITY
    assert choose(somebody, "705182", former=PASSCODE) == HTTPStatus.SEE_OTHER
    assert shown(somebody, request, PASSCODE)[0] == HTTPStatus.UNPROCESSABLE_ENTITY
    assert shown(somebody, request, "705182")[0] == HTTPStatus.OK


def test_every_check_is_seen_with_what_the_register_answered(
    house: House, somebody: Citizen
) -> None:
    request = somebody.issued()
    address = f"/my/requests/{request}"
    assert "Chưa có ai kiểm tra phiếu này." in somebody.read(address)
    (code,) = codes_in(somebody.get(f"{address}/code").text)
    house.check(code)  # nobody in particular is no line in anybody's list
    assert "Chưa có ai kiểm tra phiếu này." in somebody.read(address)
    check_as_employer(house, code)
    house.clock.at += timedelta(minutes=5)
    page = somebody.read(address)
    assert "Tổ chức kiểm tra giấy tờ, DN-MAU" in page
    assert "Còn hiệu lực" in page.split('id="checks"')[1]
    recalled = house.do(
        request, "recall", Role.SIGNER, decision_number="15/QĐ-MẪU", decision_date="2026-11-23",
        reason="content_wrong", decision_text="quyết định mẫu", summary="Sai họ tên",
    )  # fmt: skip
    assert recalled.status_code == HTTPStatus.SEE_OTHER
    house.clock.at += timedelta(minutes=5)
    check_as_employer(house, code)
    page = somebody.read(address)
    assert "Phiếu bị thu hồi" in page
    assert "15/QĐ-MẪU" in page
    assert "Nội dung phiếu không chính xác. Sai họ tên" in page
    assert "Phiếu này không còn hiệu lực" in page
    assert "certificate.pdf" not in page
    rows = page.split('id="checks"')[1]
    assert rows.index("Đã bị thu hồi") < rows.index("Còn hiệu lực")
    gone = somebody.get(f"{address}/code")
    assert gone.status_code == HTTPStatus.CONFLICT
    assert codes_in(gone.text) == []


def test_before_it_is_issued_there_is_nothing_to_show(somebody: Citizen) -> None:
    request = somebody.submitted()
    for part in ("code", "certificate.pdf"):
        answer = somebody.get(f"/my/requests/{request}/{part}")
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_an_officer_has_no_passcode_page(house: House) -> None:
    officer = house.browser(Role.CASE_OFFICER)
    assert officer.get("/my/passcode", headers=PAGE).status_code == HTTPStatus.FORBIDDEN
