"""Receipts for checks: made, and judged."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import msgspec

from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from verify_api.bodies import ReceiptBody
from verify_api.describing import BINARY, HTML, Answer, Description, json_of, page_of
from verify_api.errors import MalformedRequestError

_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "person": {"type": "string", "enum": ["matches", "differs", "not_compared"]},
        "facility": {"type": "string"},
        "as": {"type": "string", "enum": ["pdf", "json"]},
    },
    "required": ["text"],
}


class ReceiptClaims(msgspec.Struct):
    """What a receipt says; no person is named."""

    iss: str
    iat: int
    jti: str
    service: str
    code_sha256: str
    certificate: dict[str, str] | None
    answer: dict[str, Any]
    evidence: dict[str, Any]
    person: str
    organisation: str | None


class SignedReceipt(msgspec.Struct):
    """A receipt: a compact JWS, and the same claims to read."""

    type: str
    version: int
    signed: str
    claims: ReceiptClaims


class ReceiptJudged(msgspec.Struct):
    """Whether the signature of a receipt counts, and what it says."""

    finding: str
    reason: str
    receipt: ReceiptClaims


RECEIPTS: Final = MappingProxyType({
    "receipts.make": Description(
        {
            HTTPStatus.OK: Answer(
                "A receipt for a check of now, signed: JSON, or a PDF that carries it.",
                {**json_of(SignedReceipt), "application/pdf": BINARY},
                {"Content-Disposition": "A name for the file."},
            )
        },
        body={"application/json": ReceiptBody, "application/x-www-form-urlencoded": _FORM},
        throttled=True,
        problems=(RefusedError,),
        text="The code is checked once more. There is no receipt for what cannot be read.",
        forms=(ReceiptClaims,),
    ),
    "receipts.form": page_of("The form for a receipt's file.", MalformedRequestError),
    "receipts.judge": Description(
        {
            HTTPStatus.OK: Answer(
                "Whether the receipt is genuine, and what it says of the time when it was made.",
                {**json_of(ReceiptJudged), **HTML},
            ),
        },
        body={
            "application/json": {"type": "object", "description": "A receipt as it was made."},
            "text/plain": {"type": "string", "description": "Its JWS alone."},
            "application/pdf": BINARY,
            "multipart/form-data": {"type": "object", "properties": {"file": dict(BINARY)}},
        },
        throttled=True,
        problems=(InvalidInputError, NotFoundError),
        forms=(ReceiptClaims,),
    ),
})  # fmt: skip
