"""The platform of the demonstration: the other side of `payment_signed`, on a page of our own.

Nobody pays anything. It reads the merchant's signed order, and speaks as a real platform would:
it signs, it notifies the server before the browser returns, and it can be told to fail, to notify
late, or to say nothing.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from typing import Final
from urllib.parse import parse_qsl

from ledger.certificates.kind import Wording
from verify_api.payment import PaymentMessageError
from verify_api.payment_signed import (
    AMOUNT,
    BACK_ANSWERED,
    MINOR_UNITS,
    PAID,
    REFERENCE,
    RESPONSE,
    SIGNATURE,
    STATUS,
    TERMINAL,
    TRANSACTION,
    SignedPlatform,
    genuine,
    listed_signature,
    platform_time,
    signed_query,
)

CODE: Final = "demo"
DEMO_TERMINAL: Final = "RECORDS1"
DEMO_TITLE: Final = Wording("Cổng thanh toán trình diễn", "Demonstration payment platform")
DEMO_PATH: Final = "/pay/demo"
RETURN_PATH: Final = "/pay/return"
_BROKEN_OFF: Final = "24"
"""The payer broke off."""
_NOT_PAID: Final = "02"


class Choice(StrEnum):
    """What whoever tries the demonstration lets the platform do."""

    SUCCEED = "succeed"
    """Take the money, notify, and send the browser back."""
    CLOSE = "close"
    """Take the money and notify, while the browser never comes back."""
    FAIL = "fail"
    """Take nothing, notify, and send the browser back."""
    ABANDON = "abandon"
    """Say nothing at all."""


@dataclass(frozen=True, slots=True)
class DemoOrder:
    """An order as the platform's page shows it."""

    reference: str
    amount: int
    """VND."""
    return_address: str


@dataclass(frozen=True, slots=True)
class DemoPlatform:
    """The platform, which shares its secret with the merchant."""

    secret: bytes = field(repr=False)

    def order(self, fields: Iterable[tuple[str, str]]) -> DemoOrder:
        """Return the order that a merchant's page sent the browser with.

        Raises:
            PaymentMessageError: The merchant did not sign it, or it is no order.
        """
        values = genuine(fields, self.secret)
        amount = values.get(AMOUNT, "")
        if values.get("vnp_Command") != "pay" or not (amount.isascii() and amount.isdigit()):
            raise PaymentMessageError("payment_field_form", "expected an order")
        return DemoOrder(
            values.get(REFERENCE, ""), int(amount) // MINOR_UNITS, values.get("vnp_ReturnUrl", "")
        )

    def told(self, order: DemoOrder, *, paid: bool, at: datetime) -> str:
        """Return what it says of ``order``, as the signed query of a notice or a return."""
        values = {
            TERMINAL: DEMO_TERMINAL,
            AMOUNT: str(order.amount * MINOR_UNITS),
            "vnp_BankCode": "DEMO",
            "vnp_OrderInfo": f"Phi LLTP {order.reference}",
            "vnp_PayDate": platform_time(at),
            TRANSACTION: _number(f"pay {order.reference}") if paid else "0",
            RESPONSE: PAID if paid else _BROKEN_OFF,
            STATUS: PAID if paid else _NOT_PAID,
            REFERENCE: order.reference,
        }
        return signed_query(values, self.secret)

    def post(self, _address: str, body: bytes) -> bytes:
        """Answer who asks for money back: given, and signed."""
        asked: Mapping[str, str] = json.loads(body)
        answer = {
            "vnp_ResponseId": _number(f"answer {asked[REFERENCE]}"),
            "vnp_Command": "refund",
            RESPONSE: PAID,
            "vnp_Message": "Success",
            TERMINAL: asked[TERMINAL],
            REFERENCE: asked[REFERENCE],
            AMOUNT: asked[AMOUNT],
            "vnp_BankCode": "DEMO",
            "vnp_PayDate": asked["vnp_CreateDate"],
            TRANSACTION: _number(f"back {asked[REFERENCE]}"),
            "vnp_TransactionType": asked["vnp_TransactionType"],
            STATUS: "05",
            "vnp_OrderInfo": asked["vnp_OrderInfo"],
        }
        answer[SIGNATURE] = listed_signature(answer, BACK_ANSWERED, self.secret)
        return json.dumps(answer).encode()


def demo_provider(platform: DemoPlatform, public_url: str) -> SignedPlatform:
    """Return the merchant's side of the demonstration's platform."""
    return SignedPlatform(
        code=CODE,
        title=DEMO_TITLE,
        pay_address=f"{public_url}{DEMO_PATH}",
        back_address=f"{public_url}{DEMO_PATH}",
        return_address=f"{public_url}{RETURN_PATH}",
        terminal=DEMO_TERMINAL,
        secret=platform.secret,
        post=platform.post,
    )


def fields_of(query: str) -> list[tuple[str, str]]:
    """Return the fields of a query, as a browser sends them."""
    return parse_qsl(query, keep_blank_values=True)


def _number(of: str) -> str:
    """Return the same eight digits for the same thing, as a platform that is asked again does."""
    return str(int.from_bytes(sha256(of.encode()).digest()[:8]) % 90_000_000 + 10_000_000)
