from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from keys.algorithms import ESP256, PrivateKey
from ledger.errors import InvalidInputError
from ledger.records.portal import Answer
from tests_support.portal_simulator import Province, running
from verify_api.portal_webhook import Webhook, read_answer

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
KEY = PrivateKey.generate(ESP256)
NOTICE: dict[str, object] = {
    "viTri": 7, "maHoSoMCDT": "H26-241015-0012", "type": "status", "maTrangThai": 2,
}  # fmt: skip


@pytest.fixture
def province() -> Iterator[Province]:
    known = {KEY.public.kid: KEY.public}
    with running(Province(key=known.get, now=lambda: AT)) as listening:
        yield listening


def webhook(address: str, key: PrivateKey = KEY) -> Webhook:
    return Webhook(address, key.public.kid, key.sign)


def test_a_signed_notice_is_taken_once_and_then_already_there(province: Province) -> None:
    hook = webhook(province.address)
    assert hook.send(NOTICE, AT) is Answer.ACCEPTED
    assert hook.send(NOTICE, AT) is Answer.ALREADY_THERE
    assert province.statuses == {"H26-241015-0012": 2}


def test_a_notice_signed_by_a_stranger_is_refused(province: Province) -> None:
    stranger = PrivateKey.generate(ESP256)
    assert webhook(province.address, stranger).send(NOTICE, AT) is Answer.REFUSED
    assert (province.unsigned, province.notices) == (1, [])


def test_an_interrupted_province_is_asked_again(province: Province) -> None:
    province.moods.append((200, "interrupted"))
    hook = webhook(province.address)
    assert hook.send(NOTICE, AT) is Answer.INTERRUPTED
    assert hook.send(NOTICE, AT) is Answer.ACCEPTED


def test_a_silent_province_is_unreachable(province: Province) -> None:
    address = province.address.replace("thong-bao", "")
    closed = webhook("http://127.0.0.1:9/")
    assert closed.send(NOTICE, AT) is Answer.UNREACHABLE
    assert webhook(address).send(NOTICE, AT) is Answer.REFUSED


@pytest.mark.parametrize(
    ("status", "body", "answer"),
    [
        (200, b"", Answer.ACCEPTED),
        (204, b"[]", Answer.ACCEPTED),
        pytest.param(200, b"[" * 16_384, Answer.ACCEPTED, id="very deep"),
        (200, b'{"code": "something_else"}', Answer.REFUSED),
        (302, b"", Answer.REFUSED),
        (400, b"\xff", Answer.REFUSED),
        (408, b"", Answer.INTERRUPTED),
        (429, b"", Answer.INTERRUPTED),
        (503, b"", Answer.INTERRUPTED),
        (400, b'{"code": "interrupted"}', Answer.INTERRUPTED),
        (500, b'{"code": "cannot_move_to_status"}', Answer.ALREADY_THERE),
    ],
)
def test_each_answer_has_its_class(status: int, body: bytes, answer: Answer) -> None:
    assert read_answer(status, body) is answer


@pytest.mark.parametrize(
    "address",
    ["http://tinh.example/", "ftp://127.0.0.1/", "https://", "https://u:p@tinh.example/", ""],
)
def test_an_address_that_would_leak_is_refused(address: str) -> None:
    with pytest.raises(InvalidInputError):
        webhook(address)


@pytest.mark.parametrize(
    "address", ["https://tinh.example/x", "http://localhost:1/", "http://[::1]:1/"]
)
def test_https_and_loopback_are_allowed(address: str) -> None:
    assert webhook(address).address == address


def test_an_https_address_that_does_not_answer_is_unreachable() -> None:
    assert webhook("https://127.0.0.1:9/").send(NOTICE, AT) is Answer.UNREACHABLE
