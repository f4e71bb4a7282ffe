"""The signed platform: what is believed of a message, and what is not."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha512
from hmac import new
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from ledger.certificates.kind import Wording
from ledger.errors import InvalidInputError
from verify_api.payment import (
    GivingBack,
    Heard,
    PaymentMessageError,
    PaymentOrder,
    PaymentUnavailableError,
)
from verify_api.payment_demo import DEMO_TERMINAL, DemoPlatform, demo_provider, fields_of
from verify_api.payment_http import check_address, post_json
from verify_api.payment_signed import (
    BACK_ANSWERED,
    SIGNATURE,
    SignedPlatform,
    listed_signature,
    same_signature,
    signature,
    signed_query,
)

SECRET = bytes(range(32))
AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
REFERENCE = "0" * 30 + "f11e" + "01"
DEMO = DemoPlatform(SECRET)
PROVIDER = demo_provider(DEMO, "http://localhost")
ORDER = PaymentOrder(REFERENCE, 200_000, AT, "vi", "192.0.2.7")
NOTICE = {
    "vnp_Amount": "20000000",
    "vnp_BankCode": "NCB",
    "vnp_OrderInfo": "Phi LLTP đợt 1 & 2",
    "vnp_PayDate": "20261124163000",
    "vnp_ResponseCode": "00",
    "vnp_TmnCode": DEMO_TERMINAL,
    "vnp_TransactionNo": "14422574",
    "vnp_TransactionStatus": "00",
    "vnp_TxnRef": REFERENCE,
}
BACK = GivingBack(REFERENCE, 200_000, AT, "14422574", AT)


def signed(changes: Mapping[str, str] | None = None) -> list[tuple[str, str]]:
    values = {**NOTICE, **(changes or {})}
    return fields_of(signed_query(values, SECRET))


def refused(fields: list[tuple[str, str]]) -> str:
    with pytest.raises(PaymentMessageError) as error:
        PROVIDER.read(fields)
    return error.value.rule


def test_an_order_is_signed_over_sorted_encoded_fields_in_hundredths() -> None:
    query = urlsplit(PROVIDER.address(ORDER)).query
    body, _, given = query.rpartition(f"&{SIGNATURE}=")
    assert new(SECRET, body.encode(), sha512).hexdigest() == given
    names = [name for name, _ in parse_qsl(body)]
    assert names == sorted(names)
    values = dict(parse_qsl(body))
    assert (values["vnp_Amount"], values["vnp_CurrCode"]) == ("20000000", "VND")
    assert (values["vnp_CreateDate"], values["vnp_ExpireDate"]) == (
        "20261124163000",
        "20261124164500",
    )
    assert values["vnp_TxnRef"] == REFERENCE
    assert DEMO.order(fields_of(query)).amount == 200_000


def test_what_is_signed_is_sorted_and_form_encoded_without_empty_fields() -> None:
    values = {"vnp_OrderInfo": "Thanh toan don hang: 5", "vnp_Amount": "1806000", "vnp_Empty": ""}
    message = b"vnp_Amount=1806000&vnp_OrderInfo=Thanh+toan+don+hang%3A+5"
    assert signature(values, SECRET) == new(SECRET, message, sha512).hexdigest()


def test_a_genuine_notice_is_read() -> None:
    told = PROVIDER.read(signed())
    assert (told.reference, told.amount, told.paid, told.transaction, told.code) == (
        REFERENCE, 200_000, True, "14422574", "00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"vnp_ResponseCode": "24", "vnp_TransactionStatus": "02"}, "24"),
        ({"vnp_TransactionStatus": "01"}, "01"),
        ({"vnp_ResponseCode": "07"}, "07"),
    ],
)
def test_only_both_zeros_are_money(changes: Mapping[str, str], code: str) -> None:
    told = PROVIDER.read(signed(changes))
    assert (told.paid, told.code) == (False, code)


@pytest.mark.parametrize("name", sorted(NOTICE))
def test_any_field_that_was_altered_after_signing_is_refused(name: str) -> None:
    altered = [(one, value + "0" if one == name else value) for one, value in signed()]
    assert refused(altered) == "payment_signature"
    assert refused([pair for pair in signed() if pair[0] != name]) == "payment_signature"


@pytest.mark.parametrize(
    "given", ["", "0" * 128, "x" * 128, "00", signature(NOTICE, bytes(32)), "\uff10" * 128]
)
def test_another_signature_is_refused(given: str) -> None:
    fields = [(one, given if one == SIGNATURE else value) for one, value in signed()]
    assert refused(fields) == "payment_signature"


def test_a_message_without_a_signature_is_refused() -> None:
    assert refused(list(NOTICE.items())) == "payment_signature"
    assert refused([]) == "payment_signature"


def test_a_field_that_comes_twice_is_refused_whichever_is_signed() -> None:
    assert refused([*signed(), ("vnp_Amount", "1")]) == "payment_fields"
    assert refused([("vnp_Amount", "1"), *signed()]) == "payment_fields"
    assert refused([(f"vnp_{n}", "x") for n in range(60)]) == "payment_fields"
    assert refused([("vnp_Long", "x" * 256), *signed()]) == "payment_fields"


def test_what_others_add_on_the_way_means_nothing() -> None:
    assert PROVIDER.read([("lang", "en"), ("fbclid", "x"), *signed()]).paid


def test_capital_digits_of_a_signature_are_the_same_signature() -> None:
    fields = [(one, value.upper() if one == SIGNATURE else value) for one, value in signed()]
    assert PROVIDER.read(fields).paid
    assert not same_signature("a" * 127, "a" * 128)


@pytest.mark.parametrize(
    ("changes", "rule"),
    [
        ({"vnp_TmnCode": "ANOTHER1"}, "payment_terminal"),
        ({"vnp_Amount": "20000050"}, "payment_field_form"),
        ({"vnp_Amount": "-20000000"}, "payment_field_form"),
        ({"vnp_Amount": "0"}, "payment_field_form"),
        ({"vnp_Amount": "9" * 30 + "00"}, "payment_field_form"),
        ({"vnp_TxnRef": "../../x"}, "payment_field_form"),
        ({"vnp_ResponseCode": "000"}, "payment_field_form"),
        ({"vnp_TransactionNo": ""}, "payment_field_form"),
    ],
)
def test_a_signed_message_of_another_form_is_refused(changes: Mapping[str, str], rule: str) -> None:
    assert refused(signed(changes)) == rule


def test_our_own_order_does_not_come_back_as_the_platforms_word() -> None:
    query = urlsplit(PROVIDER.address(ORDER)).query
    assert refused(fields_of(query)) == "payment_field_form"


def test_the_platform_is_answered_in_its_own_codes() -> None:
    codes = {heard: PROVIDER.acknowledgement(heard)["RspCode"] for heard in Heard}
    assert codes == {
        Heard.TAKEN: "00", Heard.KNOWN: "02", Heard.UNKNOWN_ORDER: "01",
        Heard.ANOTHER_AMOUNT: "04", Heard.NOT_GENUINE: "97", Heard.CONTRADICTS: "99",
    }  # fmt: skip


def asking(answer: Mapping[str, Any] | bytes, *, sign: bool = True) -> SignedPlatform:
    """Return a merchant whose platform answers that."""

    def post(_address: str, body: bytes) -> bytes:
        if isinstance(answer, bytes):
            return answer
        asked = json.loads(body)
        told = {
            **dict.fromkeys(BACK_ANSWERED, "x"),
            **{name: asked[name] for name in ("vnp_TmnCode", "vnp_TxnRef", "vnp_Amount")},
            "vnp_ResponseCode": "00", "vnp_TransactionNo": "99887766", **answer,
        }  # fmt: skip
        if sign:
            told[SIGNATURE] = listed_signature(told, BACK_ANSWERED, SECRET)
        return json.dumps(told).encode()

    title = Wording("Mẫu", "Sample")
    return SignedPlatform("mau", title, "https://a", "https://b", "https://c", "T1", SECRET, post)


def test_money_is_given_back_and_the_answer_is_signed() -> None:
    assert asking({}).give_back(BACK) == "99887766"
    assert PROVIDER.give_back(BACK) == PROVIDER.give_back(BACK)


@pytest.mark.parametrize(
    "answer",
    [
        {"vnp_ResponseCode": "94"},
        {"vnp_Amount": "100"},
        {"vnp_TxnRef": "1" * 34},
        {"vnp_TmnCode": "T2"},
        b"",
        b"[]",
        b"<html>",
    ],
)
def test_any_other_answer_leaves_it_to_be_given_back(answer: Mapping[str, Any] | bytes) -> None:
    with pytest.raises(PaymentUnavailableError):
        asking(answer).give_back(BACK)


def test_an_answer_that_the_platform_did_not_sign_is_none() -> None:
    with pytest.raises(PaymentUnavailableError):
        asking({}, sign=False).give_back(BACK)


def test_a_platforms_secret_is_in_no_text_of_it() -> None:
    assert SECRET.hex() not in repr(PROVIDER)
    assert repr(SECRET) not in repr(PROVIDER) + repr(DEMO)


@pytest.mark.parametrize(
    "address", ["http://pay.example", "ftp://x", "https://user@pay.example", "", "https:///x"]
)
def test_money_is_not_spoken_of_in_the_clear(address: str) -> None:
    with pytest.raises(InvalidInputError):
        check_address(address, place="payment.pay_url")
    with pytest.raises(InvalidInputError):
        post_json(address, b"{}")


def test_a_platform_that_is_not_there_is_unavailable() -> None:
    with pytest.raises(PaymentUnavailableError):
        post_json("http://127.0.0.1:9/x", b"{}")
