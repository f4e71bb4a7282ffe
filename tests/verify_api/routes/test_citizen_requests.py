"""A citizen's own requests through the doors of the running house."""

from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.certificates.procedure import Stage
from ledger.certificates.request_facts import FeePaid, RequestDrafted
from ledger.certificates.request_values import Channel, Form
from ledger.commands import processing
from ledger.commands.access import who_looked
from ledger.records.access import AccessRecorded, RecordKind
from tests_support.citizen_house import (
    ASKED,
    CITIZENS,
    PAGE,
    Citizen,
    citizen,
    citizen_house,
    hidden,
)
from tests_support.whole_house import House
from verify_api.callers import Role

NEW, CHECK, BEGIN = "/my/requests/new", "/my/requests/check", "/my/requests"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with citizen_house(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def ann(house: House) -> Citizen:
    return citizen(house)


@pytest.fixture(scope="module")
def asking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Citizen]:
    """Somebody who types and makes nothing: one house for all such tests."""
    with citizen_house(tmp_path_factory.mktemp("asking") / "home") as opened:
        asker = citizen(opened)
        yield asker
        assert facts_of(asker, RequestDrafted) == []


@pytest.fixture
def ben(house: House) -> Citizen:
    return citizen(house, 1)


def facts_of(one: Citizen, kind: type) -> list[Any]:
    recorded = one.house.system.facts.read(after=0, limit=100_000)
    return [fact.fact for fact in recorded if isinstance(fact.fact, kind)]


def looks(one: Citizen) -> list[RecordKind]:
    told = who_looked(one.house.system.facts, subject=one.subject)
    return [look.fact.kind for look in told if isinstance(look.fact, AccessRecorded)]


def test_the_form_is_filled_from_the_register_with_the_number_masked(asking: Citizen) -> None:
    known = CITIZENS[0]
    page = asking.read(NEW)
    assert known.name in page
    assert f"•••••••••{known.number[-3:]}" in page
    assert known.number not in page
    assert "200.000 đồng" in page
    assert "Cổng Dịch vụ công quốc gia" in page
    assert looks(asking)[-1] is RecordKind.PERSON


def test_what_is_typed_is_read_back_before_anything_is_recorded(asking: Citizen) -> None:
    before = len(facts_of(asking, RequestDrafted))
    checked = asking.post(CHECK, **ASKED, post_bans="yes")
    assert checked.status_code == HTTPStatus.OK
    for said in ("Xin việc làm", "Cơ quan mẫu CA01", "200.000 đồng", "0912 345 678"):
        assert said in checked.text
    assert len(facts_of(asking, RequestDrafted)) == before


def test_what_was_typed_is_kept_when_it_is_changed(asking: Citizen) -> None:
    again = asking.post("/my/requests/change", **ASKED, purpose_words="Đi làm ở cảng")
    assert again.status_code == HTTPStatus.OK
    assert "Đi làm ở cảng" in again.text
    assert 'value="1" checked' in again.text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"form": ""}, "form"),
        ({"form": "3"}, "form"),
        ({"purpose": "x"}, "purpose"),
        ({"purpose": "9"}, "purpose_words"),
        ({"purpose_words": "x" * 501}, "purpose_words"),
        ({"authority": ""}, "authority"),
        ({"authority": "CA99"}, "authority"),
        ({"receiving": "pigeon"}, "receiving"),
        ({"receiving": "counter", "copies": "0"}, "copies"),
        ({"receiving": "counter", "copies": "21"}, "copies"),
        ({"receiving": "counter", "copies": "\u0663"}, "copies"),
        ({"receiving": "post", "copies": "1"}, "address"),
        ({"phone": "abc"}, "phone"),
        ({"phone": "1" * 16}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"fee_group": "free"}, "fee_group"),
    ],
)
def test_each_wrong_value_is_named_and_linked_to_its_field(
    asking: Citizen, changes: dict[str, str], field: str
) -> None:
    answer = asking.post(CHECK, **{**ASKED, **changes})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert f'href="#{field}"' in answer.text
    assert f'id="{field}-error"' in answer.text


@pytest.mark.parametrize("group", ["reduced", "exempt"])
def test_a_waived_or_reduced_fee_is_sent_to_the_national_portal(
    asking: Citizen, group: str
) -> None:
    answer = asking.post(CHECK, **{**ASKED, "fee_group": group})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Miễn, giảm phí phải làm qua Cổng Dịch vụ công quốc gia" in answer.text
    assert facts_of(asking, RequestDrafted) == []


def test_nothing_is_made_without_the_declaration(asking: Citizen) -> None:
    kept = hidden(asking.post(CHECK, **ASKED).text)
    answer = asking.post(BEGIN, **{k: v for k, v in kept.items() if k != "csrf"})
    assert answer.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert facts_of(asking, RequestDrafted) == []


def test_a_form_that_is_sent_twice_makes_one_request(ann: Citizen) -> None:
    kept = {k: v for k, v in hidden(ann.post(CHECK, **ASKED).text).items() if k != "csrf"}
    places = {ann.post(BEGIN, **kept, confirmed="yes").location for _ in range(2)}
    assert len(places) == 1
    (drafted,) = facts_of(ann, RequestDrafted)
    assert drafted.channel is Channel.PROVINCIAL_PORTAL
    assert (drafted.form, drafted.fee, drafted.copies) == (Form.ONE, 200_000, 0)
    assert drafted.contact.phone == "0912345678"
    other = ann.post(BEGIN, **{**kept, "purpose": "2"}, confirmed="yes")
    assert other.status_code == HTTPStatus.CONFLICT


def test_a_form_without_its_key_is_refused(ann: Citizen) -> None:
    assert ann.post(BEGIN, **ASKED, confirmed="yes").status_code == HTTPStatus.BAD_REQUEST
    request = ann.ask()
    answer = ann.post(f"/my/requests/{request}/submit")
    assert answer.status_code == HTTPStatus.BAD_REQUEST


def test_paper_by_post_goes_where_it_is_wanted(ann: Citizen) -> None:
    ann.ask(receiving="post", copies="2", address="Số 9 Đường Mẫu")
    (drafted,) = facts_of(ann, RequestDrafted)
    assert (drafted.copies, drafted.contact.current_address) == (2, "Số 9 Đường Mẫu")


def test_an_address_typed_for_post_is_not_kept_for_others(ann: Citizen) -> None:
    ann.ask(receiving="counter", copies="1", address="Số 9 Đường Mẫu")
    (drafted,) = facts_of(ann, RequestDrafted)
    assert (drafted.copies, drafted.contact.current_address) == (1, None)


def test_who_has_an_open_request_is_led_to_it(ann: Citizen) -> None:
    request = ann.ask()
    answer = ann.get(NEW)
    assert answer.location == f"/my/requests/{request}"
    second = ann.post(CHECK, **ASKED)
    assert second.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert "Người này đang có một hồ sơ chưa kết thúc." in second.text


def test_an_unpaid_request_is_not_sent(ann: Citizen) -> None:
    request = ann.ask()
    answer = ann.send(f"/my/requests/{request}/submit")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert "Hồ sơ chưa nộp phí hoặc chưa được miễn phí." in answer.text


def test_a_request_goes_its_way_and_says_when_it_is_due_and_why(house: House, ann: Citizen) -> None:
    request = ann.submitted()
    address = f"/my/requests/{request}"
    page = ann.read(address)
    assert "Ngày hẹn trả được đặt khi cơ quan tiếp nhận hồ sơ." in page
    assert 'aria-current="step"' in page
    house.walk(request, "accept")
    page = ann.read(address)
    assert "Hẹn trả kết quả ngày 01/12/2026" in page
    assert "24/11 (Ngày Văn hóa Việt Nam), 28/11 (thứ Bảy), 29/11 (Chủ nhật)" in page
    assert "5 ngày làm việc" in page
    english = ann.browser.get(f"{address}?lang=en", headers=PAGE).text
    assert "Result due on 1 December 2026" in english
    assert "24 Nov (Vietnam Cultural Day)" in english
    assert looks(ann)[-1] is RecordKind.REQUEST


def test_a_supplement_is_asked_for_answered_and_the_day_moves(house: House, ann: Citizen) -> None:
    request = ann.submitted()
    address = f"/my/requests/{request}"
    house.do(request, "accept", Role.INTAKE_OFFICER)
    assert ann.get(f"{address}/supplement").status_code == HTTPStatus.CONFLICT
    house.clock.at += timedelta(days=2)
    house.do(request, "request_supplement", Role.INTAKE_OFFICER, missing="Thiếu nơi sinh")
    ann.sign_in()
    page = ann.read(address)
    assert "Thiếu nơi sinh" in page
    assert "Tạm dừng tính hạn từ ngày 25/11/2026" in page
    assert "Còn lại 4 ngày làm việc." in page
    assert "Thiếu nơi sinh" in ann.read(f"{address}/supplement")
    house.clock.at += timedelta(days=5)
    ann.sign_in()
    wrong = ann.send(f"{address}/supplement", **{"place-0": "Huế"})
    assert wrong.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    unreadable = ann.send(f"{address}/supplement", birthplace="Hu\x07ế")
    assert unreadable.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    assert 'href="#birthplace"' in unreadable.text
    once = "one-form"
    stay = {"since-0": "03/2019", "place-0": "Huế", "occupation-0": "Học sinh"}
    for _ in range(2):
        sent = ann.post(f"{address}/supplement", once=once, birthplace="Huế", **stay)
        assert sent.status_code == HTTPStatus.SEE_OTHER
    state = ann.state(request)
    assert state.stage is Stage.ACCEPTED
    declared: Any = state.declaration
    assert (declared.details.birthplace, declared.stays[0].since) == ("Huế", "03/2019")
    page = ann.read(address)
    assert "Ngày hẹn trả chuyển từ 01/12/2026 sang 04/12/2026" in page
    assert "Bạn đã bổ sung ngày 30/11/2026." in page


def test_withdrawing_is_confirmed_first_and_ends_the_request(ann: Citizen) -> None:
    request = ann.ask()
    address = f"/my/requests/{request}/withdraw"
    page = ann.read(address)
    assert "Cơ quan chưa tiếp nhận nên hồ sơ được rút ngay." in page
    assert ann.send(address).status_code == HTTPStatus.OK
    assert ann.state(request).stage is Stage.DRAFTED
    for _ in range(2):
        answer = ann.post(address, once="one-form", confirmed="yes")
        assert answer.status_code == HTTPStatus.SEE_OTHER
    assert ann.state(request).stage is Stage.WITHDRAWN
    assert "Chưa tính hạn" not in ann.read("/my")
    assert ann.ask() != request


def test_after_acceptance_the_authority_has_to_agree(house: House, ann: Citizen) -> None:
    request = ann.submitted()
    house.do(request, "accept", Role.INTAKE_OFFICER)
    page = ann.read(f"/my/requests/{request}/withdraw")
    assert "cần cơ quan đồng ý" in page
    assert "Phí đã nộp chỉ được hoàn theo quyết định của cơ quan." in page
    ann.send(f"/my/requests/{request}/withdraw", confirmed="yes")
    assert ann.state(request).stage is Stage.WITHDRAWING
    house.do(request, "accept_withdrawal", Role.INTAKE_OFFICER)
    assert ann.state(request).stage is Stage.WITHDRAWN
    assert "Chưa tính hạn" not in ann.read("/my")


def test_a_rejection_says_why(house: House, ann: Citizen) -> None:
    request = ann.submitted()
    house.do(
        request, "reject", Role.INTAKE_OFFICER, ground="incomplete-or-forged",
        explanation="Ảnh giấy tờ bị mờ",
    )  # fmt: skip
    page = ann.read(f"/my/requests/{request}")
    assert "Hồ sơ thiếu hoặc giả mạo. Ảnh giấy tờ bị mờ" in page
    assert len(facts_of(ann, FeePaid)) == 1
    paying = f"/my/requests/{request}/pay"
    assert "Phí của hồ sơ này đã nộp: 200.000 đồng." in ann.read(paying)
    house.do(request, "complete_refund", Role.INTAKE_OFFICER, cancelled_receipt="BL-1")
    after = ann.read(paying)
    assert "Phí đã nộp của hồ sơ này đã được hoàn lại." in after
    assert "không có phí phải nộp" not in after
    assert "đã nộp: 200.000" not in after


def test_an_apology_is_shown_with_the_day_now_promised(house: House, ann: Citizen) -> None:
    request = ann.submitted()
    house.do(request, "accept", Role.INTAKE_OFFICER)
    house.clock.at += timedelta(days=15)
    processing.note_missed(
        house.system.facts, request=request, act=house.system.act("worker", "system")
    )
    house.do(
        request, "apologise", Role.INTAKE_OFFICER, promised_on="2026-12-15", letter="7/TXL",
    )  # fmt: skip
    ann.sign_in()
    page = ann.read(f"/my/requests/{request}")
    assert "Thư xin lỗi của cơ quan" in page
    assert "Thư xin lỗi, hẹn lại ngày 15/12/2026" in page
    assert "Đã quá ngày hẹn trả 01/12/2026" in page


def test_nobody_sees_or_moves_the_request_of_another(ann: Citizen, ben: Citizen) -> None:
    request = ann.submitted()
    unknown = UUID(int=9)
    for address in ("", "/pay", "/supplement", "/withdraw", "/code", "/certificate.pdf"):
        told = {
            (answer.status_code, answer.text.split("main")[1][-400:])
            for one in (request, unknown)
            for answer in (ben.get(f"/my/requests/{one}{address}"),)
        }
        assert {status for status, _ in told} == {HTTPStatus.NOT_FOUND}, address
        assert len(told) == 1, address
    before = ann.house.system.facts.head()
    for act in ("submit", "withdraw", "supplement", "pay"):
        answer = ben.send(f"/my/requests/{request}/{act}", confirmed="yes")
        assert answer.status_code == HTTPStatus.NOT_FOUND, act
    new = ann.house.system.facts.read(after=before, limit=100)
    assert {one.topic for one in new} <= {"access.recorded/1"}


def test_only_citizens_have_these_pages_and_only_their_own_pages_send(
    house: House, ann: Citizen
) -> None:
    officer = house.browser(Role.INTAKE_OFFICER)
    assert officer.get(NEW, headers=PAGE).status_code == HTTPStatus.FORBIDDEN
    nobody = house.app.test_client()
    assert nobody.get(NEW, headers=PAGE).location == "/login"
    forged = ann.browser.post(CHECK, data={**ASKED, "csrf": "x"}, headers=PAGE)
    assert forged.status_code == HTTPStatus.FORBIDDEN


def test_a_forgotten_person_has_no_form(house: House, ann: Citizen) -> None:
    request = ann.submitted()
    house.system.subject_keys.forget(
        ann.subject, ("identity", "contact", "judicial"), batch=house.system.clockwork.new_id()
    )
    assert ann.get(NEW).status_code == HTTPStatus.CONFLICT
    page = ann.read(f"/my/requests/{request}")
    assert "Đã xoá" in page


def test_form_two_has_no_door_without_its_passcode(house: House, ann: Citizen) -> None:
    request = ann.issued(form="2")
    assert ann.get(f"/my/{request}/certificate.pdf").status_code == HTTPStatus.CONFLICT
    answer = ann.get(f"/my/requests/{request}/certificate.pdf")
    assert answer.mimetype == "text/html"
    assert b"%PDF" not in answer.data
