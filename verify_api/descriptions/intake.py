"""What facilities send, and the receipts they get."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from ledger.errors import IdempotencyMismatchError, RefusedError
from verify_api.describing import Answer, Description, Parameter, Place, json_of
from verify_api.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaError

_RECEIPT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["outcome"],
    "properties": {
        "outcome": {"enum": ["accepted", "corrected", "repeated", "refused"]},
        "visit": {"type": "string", "format": "uuid"},
        "revision": {"type": "integer", "minimum": 1},
        "position": {"type": "integer", "minimum": 1},
        "sha256": {"type": "string"},
        "rule": {"type": "string"},
        "place": {"type": "string"},
        "expected": {"type": "string"},
        "notes": {"type": "array", "items": {"type": "string"}},
        "findings": {"type": "array", "items": {"type": "object"}},
    },
}
_BUNDLE: Final[dict[str, Any]] = {"type": "object", "required": ["resourceType"]}
_XML: Final[dict[str, Any]] = {"description": "The file GIAMDINHHS itself."}
_REASON: Final = Parameter(
    "Correction-Reason",
    "Why it differs from what was sent before; UTF-8, percent-encoded.",
    place=Place.HEADER,
)
_MATCH: Final = Parameter(
    "If-Match", 'The revision that is corrected, such as W/"1".', place=Place.HEADER
)
_KEY: Final = Parameter("Idempotency-Key", "A name of this message.", place=Place.HEADER)
_TAG: Final = {"ETag": "The visit's revision, weak."}
_PROBLEMS: Final = (
    RefusedError, IdempotencyMismatchError, MalformedRequestError, BodyTooLargeError,
    UnsupportedMediaError,
)  # fmt: skip

INTAKE: Final = MappingProxyType({
    "intake.send_visits": Description(
        {
            HTTPStatus.CREATED: Answer("It is new.", json_of(_RECEIPT), _TAG),
            HTTPStatus.OK: Answer(
                "Corrected, or sent before; a stream is answered by a receipt a line.",
                {"application/json": _RECEIPT, "application/x-ndjson": _RECEIPT},
                _TAG,
            ),
            HTTPStatus.UNPROCESSABLE_ENTITY: Answer(
                "Refused for what it says: a receipt that names every place.", json_of(_RECEIPT)
            ),
        },
        body={
            "application/fhir+json": _BUNDLE,
            "application/json": _BUNDLE,
            "application/x-ndjson": _BUNDLE,
        },
        parameters=(_REASON, _MATCH, _KEY),
        problems=_PROBLEMS,
        text="The same bytes again are answered with the same receipt. A visit that is refused for "
        "what it says is answered 422 with a receipt that names every place.",
    ),
    "intake.send_insurance_file": Description(
        {HTTPStatus.OK: Answer("A receipt for each treatment episode.", json_of({
            "type": "object",
            "required": ["receipts"],
            "properties": {"receipts": {"type": "array", "items": _RECEIPT}},
        }))},
        body={"application/xml": _XML, "text/xml": _XML},
        parameters=(_REASON,),
        problems=_PROBLEMS,
    ),
    "intake.send_transaction": Description(
        {
            HTTPStatus.OK: Answer(
                "A Bundle of type transaction-response.", {"application/fhir+json": _BUNDLE}
            ),
            HTTPStatus.UNPROCESSABLE_ENTITY: Answer(
                "An OperationOutcome that names every place.", {"application/fhir+json": _BUNDLE}
            ),
        },
        body={"application/fhir+json": _BUNDLE, "application/json": _BUNDLE},
        parameters=(_REASON, _MATCH, _KEY),
        problems=_PROBLEMS,
        text="What is wrong with the visit comes as an OperationOutcome.",
    ),
})  # fmt: skip
"""By endpoint."""
