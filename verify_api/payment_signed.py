"""A platform that signs every parameter with a shared secret: as VNPAY does, and its like.

Parameters are sorted by name, form-encoded, joined by ``&``, and signed by HMAC-SHA512; amounts
are hundredths of a dong. The browser comes back with them in its address (return), and the
platform's server says the same by itself (instant payment notification, IPN).

What is asked of a message, in this order:

1. Each field once, within bounds.
2. The signature, compared in constant time, before anything else is believed.
3. The terminal is ours: one platform serves many.
4. Reference, amount and outcome have their forms.

Whether the order is known, the amount the one ordered and the news new, its reader decides.

Source: VNPAY, payment gateway 2.1.0 as merchants implement it; the national public service
portal's platform is joined in the same way.
"""

import hmac
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha512
from types import MappingProxyType
from typing import Final
from urllib.parse import quote_plus

from ledger.calendar import VIETNAM_TIME
from ledger.certificates.kind import Wording
from verify_api.payment import (
    GivingBack,
    Heard,
    PaymentMessageError,
    PaymentOrder,
    PaymentUnavailableError,
    Told,
)

SIGNATURE: Final = "vnp_SecureHash"
TERMINAL: Final = "vnp_TmnCode"
REFERENCE: Final = "vnp_TxnRef"
AMOUNT: Final = "vnp_Amount"
TRANSACTION: Final = "vnp_TransactionNo"
RESPONSE: Final = "vnp_ResponseCode"
STATUS: Final = "vnp_TransactionStatus"
VERSION: Final = "2.1.0"
PAID: Final = "00"
MINOR_UNITS: Final = 100
"""A dong has no hundredths; the platform counts in them all the same."""
LASTING: Final = timedelta(minutes=15)
"""How long the platform's page waits for the payer."""
MOST_FIELDS: Final = 40
LONGEST_FIELD: Final = 255
LEAST_SECRET: Final = 32
"""Bytes."""

_PREFIX: Final = "vnp_"
_UNSIGNED: Final = frozenset({SIGNATURE, "vnp_SecureHashType"})
_HEX: Final = re.compile(r"[0-9A-Fa-f]{128}", re.ASCII)
_FORMS: Final = MappingProxyType({
    REFERENCE: re.compile(r"[0-9A-Za-z]{1,100}", re.ASCII),
    AMOUNT: re.compile(r"[1-9][0-9]{0,11}00", re.ASCII),
    TRANSACTION: re.compile(r"[0-9A-Za-z]{1,40}", re.ASCII),
    RESPONSE: re.compile(r"[0-9]{2}", re.ASCII),
    STATUS: re.compile(r"[0-9]{2}", re.ASCII),
})  # fmt: skip
_ACKNOWLEDGEMENTS: Final = MappingProxyType({
    Heard.TAKEN: ("00", "Confirm Success"),
    Heard.KNOWN: ("02", "Order already confirmed"),
    Heard.UNKNOWN_ORDER: ("01", "Order not found"),
    Heard.ANOTHER_AMOUNT: ("04", "Invalid amount"),
    Heard.NOT_GENUINE: ("97", "Invalid signature"),
    Heard.CONTRADICTS: ("99", "Unknown error"),
})  # fmt: skip
_BACK_ASKED: Final = (
    "vnp_RequestId", "vnp_Version", "vnp_Command", TERMINAL, "vnp_TransactionType", REFERENCE,
    AMOUNT, TRANSACTION, "vnp_TransactionDate", "vnp_CreateBy", "vnp_CreateDate", "vnp_IpAddr",
    "vnp_OrderInfo",
)  # fmt: skip
"""Fields of asking money back, in the order in which they are signed."""
BACK_ANSWERED: Final = (
    "vnp_ResponseId", "vnp_Command", RESPONSE, "vnp_Message", TERMINAL, REFERENCE, AMOUNT,
    "vnp_BankCode", "vnp_PayDate", TRANSACTION, "vnp_TransactionType", STATUS, "vnp_OrderInfo",
)  # fmt: skip
"""Fields of the answer to it, likewise."""
_WHOLE: Final = "02"
"""Give all of it back."""

Post = Callable[[str, bytes], bytes]
"""Sends JSON to an address and returns the answer's body; raises `PaymentUnavailableError`."""


@dataclass(frozen=True, slots=True)
class SignedPlatform:
    """One terminal of such a platform."""

    code: str
    title: Wording
    pay_address: str
    """Where browsers pay."""
    back_address: str
    """Where money is asked back."""
    return_address: str
    """Of ours, where the browser comes back to."""
    terminal: str
    secret: bytes = field(repr=False)
    post: Post = field(repr=False)

    def __post_init__(self) -> None:
        """Hold the secret to its length."""
        assert len(self.secret) >= LEAST_SECRET, "a secret of at least 32 bytes"

    def address(self, order: PaymentOrder) -> str:
        """Return the signed address of the platform's page for ``order``."""
        values = {
            "vnp_Version": VERSION,
            "vnp_Command": "pay",
            TERMINAL: self.terminal,
            AMOUNT: str(order.amount * MINOR_UNITS),
            "vnp_CurrCode": "VND",
            "vnp_CreateDate": platform_time(order.at),
            "vnp_ExpireDate": platform_time(order.at + LASTING),
            "vnp_IpAddr": order.client_address,
            "vnp_Locale": "vn" if order.language == "vi" else "en",
            "vnp_OrderInfo": f"Phi LLTP {order.reference}",
            "vnp_OrderType": "250000",
            "vnp_ReturnUrl": self.return_address,
            REFERENCE: order.reference,
        }
        return f"{self.pay_address}?{signed_query(values, self.secret)}"

    def read(self, fields: Iterable[tuple[str, str]]) -> Told:
        """Return what the platform says.

        Raises:
            PaymentMessageError: By the rule that it breaks.
        """
        values = genuine(fields, self.secret)
        if values.get(TERMINAL) != self.terminal:
            raise PaymentMessageError("payment_terminal", "expected our own terminal")
        read = {name: _of_form(values, name) for name in _FORMS}
        return Told(
            reference=read[REFERENCE],
            amount=int(read[AMOUNT]) // MINOR_UNITS,
            paid=read[RESPONSE] == PAID and read[STATUS] == PAID,
            transaction=read[TRANSACTION],
            code=read[RESPONSE] if read[RESPONSE] != PAID else read[STATUS],
        )

    def acknowledgement(self, heard: Heard) -> Mapping[str, str]:
        """Return the platform's own words for it."""
        code, message = _ACKNOWLEDGEMENTS[heard]
        return {"RspCode": code, "Message": message}

    def give_back(self, back: GivingBack) -> str:
        """Ask for all of it back; the same asked again has the same identifier.

        Raises:
            PaymentUnavailableError: No answer, one that is not the platform's, or a refusal.
        """
        values = {
            "vnp_RequestId": f"R{back.reference}",
            "vnp_Version": VERSION,
            "vnp_Command": "refund",
            TERMINAL: self.terminal,
            "vnp_TransactionType": _WHOLE,
            REFERENCE: back.reference,
            AMOUNT: str(back.amount * MINOR_UNITS),
            TRANSACTION: back.transaction,
            "vnp_TransactionDate": platform_time(back.ordered_at),
            "vnp_CreateBy": "records-ledger",
            "vnp_CreateDate": platform_time(back.at),
            "vnp_IpAddr": "127.0.0.1",
            "vnp_OrderInfo": f"Hoan phi LLTP {back.reference}",
        }
        values[SIGNATURE] = listed_signature(values, _BACK_ASKED, self.secret)
        answer = _answer_of(self.post(self.back_address, json.dumps(values).encode()))
        given = answer.get(SIGNATURE, "")
        if not same_signature(given, listed_signature(answer, BACK_ANSWERED, self.secret)):
            raise PaymentUnavailableError("the platform's answer is not signed by it")
        expected = {name: values[name] for name in (TERMINAL, REFERENCE, AMOUNT)}
        if answer.get(RESPONSE) != PAID or any(answer.get(k) != v for k, v in expected.items()):
            raise PaymentUnavailableError("the platform has not given it back")
        return _of_form(answer, TRANSACTION)


def signed_query(values: Mapping[str, str], secret: bytes) -> str:
    """Return ``values`` as a query with their signature at its end."""
    return f"{_encoded(values)}&{SIGNATURE}={signature(values, secret)}"


def signature(values: Mapping[str, str], secret: bytes) -> str:
    """Return the signature over the sorted, encoded ``values``: 128 hexadecimal digits."""
    return hmac.new(secret, _encoded(values).encode(), sha512).hexdigest()


def listed_signature(values: Mapping[str, str], names: Iterable[str], secret: bytes) -> str:
    """Return the signature over the values of ``names``, joined by bars."""
    message = "|".join(values.get(name, "") for name in names)
    return hmac.new(secret, message.encode(), sha512).hexdigest()


def same_signature(given: str, expected: str) -> bool:
    """Compare without telling how far they agree; hexadecimal digits of either case."""
    if not _HEX.fullmatch(given):
        return False
    return hmac.compare_digest(given.lower().encode(), expected.encode())


def genuine(fields: Iterable[tuple[str, str]], secret: bytes) -> Mapping[str, str]:
    """Return the signed fields of a message.

    Raises:
        PaymentMessageError: ``payment_fields`` or ``payment_signature``.
    """
    values: dict[str, str] = {}
    for name, value in fields:
        if not name.startswith(_PREFIX):
            continue  # trackers and languages are added on the way, and mean nothing
        if name in values or len(values) >= MOST_FIELDS or len(value) > LONGEST_FIELD:
            raise PaymentMessageError("payment_fields", "expected each field once, in bounds")
        values[name] = value
    signed = {name: value for name, value in values.items() if name not in _UNSIGNED}
    if not same_signature(values.get(SIGNATURE, ""), signature(signed, secret)):
        raise PaymentMessageError("payment_signature", "expected the platform's signature")
    return signed


def platform_time(at: datetime) -> str:
    """Return a moment as the platform writes it: Vietnam's time, ``yyyymmddHHMMSS``."""
    return f"{at.astimezone(VIETNAM_TIME):%Y%m%d%H%M%S}"


def _encoded(values: Mapping[str, str]) -> str:
    ordered = sorted((name, value) for name, value in values.items() if value)
    return "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in ordered)


def _of_form(values: Mapping[str, str], name: str) -> str:
    value = values.get(name, "")
    if not _FORMS[name].fullmatch(value):
        raise PaymentMessageError("payment_field_form", f"{name}: expected the agreed form")
    return value


def _answer_of(body: bytes) -> Mapping[str, str]:
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise PaymentUnavailableError("the platform's answer is no JSON") from error
    if not isinstance(answer, dict):
        raise PaymentUnavailableError("the platform's answer is no object")
    return {str(name): str(value) for name, value in answer.items()}
