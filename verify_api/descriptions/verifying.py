"""Checks of certificates, and what is published so that they can be made offline."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from verify_api.bodies import BatchBody, CodeBody, FieldsBody, VerifyBody
from verify_api.describing import (
    BINARY,
    HTML,
    Answer,
    Description,
    Parameter,
    json_of,
    page_of,
)
from verify_api.descriptions.verdict_forms import (
    BrokenBatch,
    LineProblem,
    LineVerdict,
    PaperAnswer,
    VerdictAnswer,
    VerdictAnswers,
)
from verify_api.errors import MalformedRequestError

_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "text": {"type": "string"},
        "file": {"description": "A PNG, JPEG or PDF."},
        "asked_name": {"type": "string"},
        "asked_birth_date": {"type": "string"},
        "asked_sex": {"type": "string"},
        "asked_number": {"type": "string"},
        "facility": {"type": "string"},
    },
}
_LINES: Final[dict[str, Any]] = {
    "type": "string",
    "description": "One BatchBody a line; at most 10,000 lines, 8 MiB in all.",
}
_VERDICT: Final = "The verdict: valid, not valid, or cannot tell, and why."
_TAGGED: Final = {"ETag": "Changes with the content.", "Cache-Control": "How long a copy serves."}
_OTHER_VERSION: Final = Answer("Another version is in force than If-Match names.")
_NOT_MODIFIED: Final = Answer("The caller's copy is still the one in force.")


def _published(text: str, media_type: str) -> Description:
    return Description(
        {
            HTTPStatus.OK: Answer(text, {media_type: BINARY}, _TAGGED),
            HTTPStatus.NOT_MODIFIED: _NOT_MODIFIED,
            HTTPStatus.PRECONDITION_FAILED: _OTHER_VERSION,
        }
    )


VERIFYING: Final = MappingProxyType({
    "verify.verify": Description(
        {
            HTTPStatus.OK: Answer(
                f"{_VERDICT} For a picture or PDF, an answer for each code in it.",
                {
                    "application/json": {
                        "anyOf": [
                            {"$ref": "#/components/schemas/VerdictAnswer"},
                            {"$ref": "#/components/schemas/VerdictAnswers"},
                        ]
                    },
                    **HTML,
                },
            )
        },
        body={
            "application/json": VerifyBody,
            "text/plain": {"type": "string", "description": "The code's text."},
            "image/png": BINARY,
            "image/jpeg": BINARY,
            "application/pdf": BINARY,
            "multipart/form-data": _FORM,
            "application/x-www-form-urlencoded": _FORM,
        },
        throttled=True,
        text="A query is refused: addresses are written down on their way, bodies are not.",
        forms=(VerdictAnswer, VerdictAnswers),
    ),
    "verify.verify_batch": Description(
        {
            HTTPStatus.OK: Answer(
                "One LineVerdict or LineProblem a line, in the order of the lines.",
                {"application/x-ndjson": {"type": "string"}},
            )
        },
        body={"application/x-ndjson": _LINES, "application/jsonl": _LINES},
        throttled=True,
        forms=(BatchBody, LineVerdict, LineProblem, BrokenBatch),
    ),
    "check.forms": page_of("The two forms.", MalformedRequestError),
    "check.by_code": Description(
        {HTTPStatus.OK: Answer(_VERDICT, {**json_of(PaperAnswer), **HTML})},
        body={"application/json": CodeBody, "application/x-www-form-urlencoded": CodeBody},
        throttled=True,
    ),
    "check.by_fields": Description(
        {HTTPStatus.OK: Answer(_VERDICT, {**json_of(PaperAnswer), **HTML})},
        body={"application/json": FieldsBody, "application/x-www-form-urlencoded": FieldsBody},
        throttled=True,
        text="An organisation names the law that lets it ask in legal_basis.",
    ),
    "lists.trust_list": _published(
        "The trust list, signed.", "application/vnd.records-ledger.trust-list+cbor"
    ),
    "lists.trust_jwks": _published("The keys of the trust list.", "application/jwk-set+json"),
    "lists.status_list": _published("A status list token.", "application/statuslist+cwt"),
    "lists.bundle": _published("Trust list, status lists and foreign trust, signed together.",
                               "application/vnd.records-ledger.bundle+cbor"),
    "pages.front": page_of("The page that reads a code from its own address.",
                           MalformedRequestError),
    "offline.manifest": Description({HTTPStatus.OK: Answer(
        "Names, colours and icons of the page as an app.",
        {"application/manifest+json": {"type": "object"}})}),
    "offline.worker": Description({HTTPStatus.OK: Answer(
        "A script that keeps the files of one version, and never an answer or a code.",
        {"text/javascript": {"type": "string"}})}),
    "offline.tables": Description({HTTPStatus.OK: Answer(
        "Tables and words of answers, rest days, the address of the service; nothing personal.",
        json_of({"type": "object"}))}),
    "offline.kept": Description(
        {HTTPStatus.OK: Answer("The front page in one language, with nothing of the caller.",
                               HTML)}),
    "help.roles": page_of("The list of guides, one a role."),
    "help.guide": page_of("A guide: employer, citizen, officer, hospital, auditor or operator."),
    "style.show": Description(
        {HTTPStatus.OK: Answer("Every component of the pages, with samples.", HTML)},
        parameters=(Parameter("order", "Which column sorts the sample list; - from its end."),),
        problems=(MalformedRequestError,),
    ),
    "pages.static": Description({HTTPStatus.OK: Answer("A part of the pages.",
                                                       {"*/*": BINARY})}),
})  # fmt: skip
"""By endpoint."""
