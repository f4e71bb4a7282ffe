"""Paying over a platform: once, whoever says so first, however late, and nothing that is false."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from ledger.certificates.procedure import Stage
from ledger.certificates.request_facts import FeePaid
from ledger.commands.payments import load_payments
from ledger.records.payment import OrderStatus, order_reference
from settings import payment_secret
from tests_support.citizen_house import PAGE, Citizen, citizen, citizen_house
from tests_support.whole_house import House
from verify_api.payment_demo import DemoOrder, DemoPlatform, fields_of
from verify_api.payment_signed import signed_query

NOTICE, BACK = "/pay/notice", "/pay/return"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with citizen_house(tmp_path / "home") as opened:
        yield opened


@pytest.fixture
def ann(house: House) -> Citizen:
    return citizen(house)


def paid(one: Citizen, request: UUID) -> int:
    facts = one.house.system.facts.history(request).facts
    return sum(isinstance(fact, FeePaid) for fact in facts)


def orders(one: Citizen, request: UUID) -> list[OrderStatus]:
    return [order.status for order in load_payments(one.house.system.facts, request).state]


def word(
    one: Citizen, request: UUID, *, number: int = 1, amount: int = 200_000,
    changes: Mapping[str, str] | None = None,
) -> str:  # fmt: skip
    """Return what the platform says of an order, signed."""
    platform = DemoPlatform(payment_secret(one.house.system.settings))
    order = DemoOrder(order_reference(request, number), amount, "")
    told = dict(fields_of(platform.told(order, paid=True, at=one.house.clock.at)))
    del told["vnp_SecureHash"]
    return signed_query({**told, **(changes or {})}, platform.secret)


def notify(one: Citizen, query: str) -> str:
    """Speak as the platform's server; return the code of the answer."""
    answer = one.house.app.test_client().get(f"{NOTICE}?{query}")
    assert answer.status_code == HTTPStatus.OK
    told: dict[str, Any] = answer.get_json()
    return str(told["RspCode"])


def test_who_pays_comes_back_to_a_paid_request(ann: Citizen) -> None:
    request = ann.ask()
    answer = ann.pay(request)
    assert answer.location == f"/my/requests/{request}"
    assert ann.state(request).stage is Stage.PAID
    assert (paid(ann, request), orders(ann, request)) == (1, [OrderStatus.TAKEN])
    page = ann.read(f"/my/requests/{request}")
    assert "Phí đã nộp. Hồ sơ chưa được gửi" in page
    after = ann.read(f"/my/requests/{request}/pay")
    assert "Phí của hồ sơ này đã nộp: 200.000 đồng." in after
    assert "không có phí phải nộp" not in after
    assert "chỉ được gửi đi sau khi nộp phí" not in after


def test_what_goes_to_the_platform_says_nothing_of_the_person(ann: Citizen) -> None:
    request = ann.ask()
    query = dict(fields_of(ann.order(request)))
    assert query["vnp_Amount"] == "20000000"
    assert query["vnp_TxnRef"] == order_reference(request, 1)
    details: Any = ann.state(request).declaration
    for personal in (*details.details.name.split(), details.details.number):
        assert personal not in " ".join(query.values())


def test_a_late_notice_is_taken_after_the_page_was_closed(ann: Citizen) -> None:
    request = ann.ask()
    answer = ann.pay(request, "close")
    assert answer.status_code == HTTPStatus.OK
    assert "Bạn đã đóng trang thanh toán" in answer.text
    assert ann.state(request).stage is Stage.PAID


def test_a_notice_that_comes_hours_later_is_taken_too(ann: Citizen) -> None:
    request = ann.ask()
    ann.pay(request, "abandon")
    assert orders(ann, request) == [OrderStatus.OPEN]
    ann.house.clock.at += timedelta(hours=20)
    assert notify(ann, word(ann, request)) == "00"
    assert ann.state(request).stage is Stage.PAID


def test_a_failure_takes_nothing_and_can_be_tried_again(ann: Citizen) -> None:
    request = ann.ask()
    answer = ann.pay(request, "fail")
    assert answer.location == f"/my/requests/{request}/pay"
    assert ann.state(request).stage is Stage.DRAFTED
    assert "Không thành công" in ann.read(answer.location)
    ann.pay(request)
    assert orders(ann, request) == [OrderStatus.FAILED, OrderStatus.TAKEN]


def test_the_same_word_again_settles_nothing_again(ann: Citizen) -> None:
    request = ann.ask()
    query = ann.order(request)
    told = word(ann, request)
    assert [notify(ann, told) for _ in range(3)] == ["00", "02", "02"]
    assert ann.get(f"{BACK}?{told}").location == f"/my/requests/{request}"
    ann.play(query, "succeed")
    assert paid(ann, request) == 1


def test_return_and_notice_at_once_count_once(ann: Citizen) -> None:
    request = ann.ask()
    ann.order(request)
    told = word(ann, request)
    with ThreadPoolExecutor(6) as pool:
        codes = list(pool.map(lambda _: notify(ann, told), range(12)))
    assert sorted(codes) == ["00"] + ["02"] * 11
    assert paid(ann, request) == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vnp_Amount": "19999900"}, "04"),
        ({"vnp_Amount": "2000000000"}, "04"),
        ({"vnp_TxnRef": "0" * 34}, "01"),
        ({"vnp_TxnRef": "x"}, "01"),
        ({"vnp_TmnCode": "ANOTHER1"}, "97"),
        ({"vnp_ResponseCode": "0"}, "97"),
    ],
)
def test_a_signed_word_of_another_amount_order_or_terminal_settles_nothing(
    ann: Citizen, changes: dict[str, str], code: str
) -> None:
    request = ann.ask()
    ann.order(request)
    assert notify(ann, word(ann, request, changes=changes)) == code
    assert (paid(ann, request), orders(ann, request)) == (0, [OrderStatus.OPEN])
    answer = ann.get(f"{BACK}?{word(ann, request, changes=changes)}")
    assert answer.status_code == HTTPStatus.BAD_REQUEST
    assert "Không ghi nhận được thanh toán" in answer.text


def test_an_unsigned_word_settles_nothing(ann: Citizen) -> None:
    request = ann.ask()
    ann.order(request)
    told = word(ann, request)
    forged = told.replace("vnp_TransactionStatus=00", "vnp_TransactionStatus=00&vnp_X=1")
    for query in (forged, told[:-1] + ("0" if told[-1] != "0" else "1"), "", "vnp_Amount=1"):
        assert notify(ann, query) == "97"
    assert paid(ann, request) == 0


def test_a_failed_word_altered_to_success_settles_nothing(ann: Citizen) -> None:
    request = ann.ask()
    ann.order(request)
    failed = word(ann, request, changes={"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02"})
    altered = failed.replace("ResponseCode=24", "ResponseCode=00").replace("Status=02", "Status=00")
    assert notify(ann, altered) == "97"
    assert paid(ann, request) == 0


def test_an_order_that_was_never_made_is_not_paid(ann: Citizen) -> None:
    request = ann.ask()
    assert notify(ann, word(ann, request)) == "01"
    assert notify(ann, word(ann, UUID(int=7))) == "01"
    assert paid(ann, request) == 0


def test_money_for_a_withdrawn_request_goes_back(ann: Citizen) -> None:
    request = ann.ask()
    ann.order(request)
    ann.send(f"/my/requests/{request}/withdraw", confirmed="yes")
    assert notify(ann, word(ann, request)) == "00"
    assert ann.state(request).stage is Stage.WITHDRAWN
    assert (paid(ann, request), orders(ann, request)) == (0, [OrderStatus.GIVEN_BACK])
    assert notify(ann, word(ann, request)) == "02"
    assert "Đã hoàn lại" in ann.read(f"/my/requests/{request}")


def test_who_pays_in_two_windows_gets_one_back(ann: Citizen) -> None:
    request = ann.ask()
    ann.order(request)
    ann.house.clock.at += timedelta(minutes=11)
    ann.order(request)
    assert notify(ann, word(ann, request, number=2)) == "00"
    assert notify(ann, word(ann, request, number=1)) == "00"
    assert orders(ann, request) == [OrderStatus.GIVEN_BACK, OrderStatus.TAKEN]
    assert paid(ann, request) == 1


def test_one_order_by_two_transactions_is_for_a_person_to_look_at(ann: Citizen) -> None:
    request = ann.ask()
    ann.order(request)
    assert notify(ann, word(ann, request)) == "00"
    assert notify(ann, word(ann, request, changes={"vnp_TransactionNo": "55"})) == "99"


def test_a_notice_may_be_posted_and_asks_for_no_sign_in(ann: Citizen) -> None:
    request = ann.ask()
    ann.order(request)
    nobody = ann.house.app.test_client()
    answer = nobody.post(NOTICE, data=dict(fields_of(word(ann, request))))
    assert answer.get_json() == {"RspCode": "00", "Message": "Confirm Success"}
    seen = nobody.get(f"{BACK}?{word(ann, request)}", headers=PAGE)
    assert seen.status_code == HTTPStatus.OK
    assert str(request) not in seen.text


def test_the_demonstrations_page_shows_only_what_a_merchant_signed(ann: Citizen) -> None:
    request = ann.ask()
    query = ann.order(request)
    page = ann.read(f"/pay/demo?{query}")
    assert "200.000 đồng" in page
    for altered in (query.replace("20000000", "100"), "", f"{query}&vnp_Amount=100"):
        assert ann.get(f"/pay/demo?{altered}").status_code == HTTPStatus.BAD_REQUEST
        assert ann.play(altered, "succeed").status_code == HTTPStatus.BAD_REQUEST
    assert ann.play(query, "unknown").status_code == HTTPStatus.OK
    assert paid(ann, request) == 0


def test_nothing_can_be_ordered_for_a_request_that_is_paid(ann: Citizen) -> None:
    request = ann.ask()
    ann.pay(request)
    answer = ann.post(f"/my/requests/{request}/pay")
    assert answer.status_code == HTTPStatus.CONFLICT
    assert len(orders(ann, request)) == 1
