"""Pages of officers: the queue, files, acts, letters, the search, signing several."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from ledger.errors import ConflictError, InvalidInputError, RefusedError
from verify_api.describing import HTML, PDF, Answer, Description, Parameter
from verify_api.errors import BodyTooLargeError, MalformedRequestError, TooManyRequestsError

_FORM: Final = "application/x-www-form-urlencoded"
_SIGN_IN: Final = Answer("Sign in first.", headers={"Location": "The form."})
_SEEN_OTHER: Final = Answer("Done; go on there.", headers={"Location": "Where to go on."})
_ASK: Final = (
    Parameter(
        "due",
        "Only files of these days.",
        {
            "enum": ["all", "late", "today", "week", "later", "resting"],
        },
    ),
    Parameter(
        "step",
        "Only files that wait for this step.",
        {"type": "integer", "minimum": 1, "maximum": 10},
    ),
    Parameter("form", "Only requests for this form.", {"enum": [1, 2]}),
    Parameter("province", "Only requests of this province.", {"pattern": "^[0-9]{2}$"}),
    Parameter(
        "whose",
        "`waiting` (if left out): what waits for the role; `mine`: what the caller has; `nobody`: "
        "what waits for the role and nobody has; `all`.",
        {"enum": ["waiting", "mine", "nobody", "all"]},
    ),
    Parameter(
        "order", "By what the queue is sorted.", {"enum": ["due", "-due", "since", "-since"]}
    ),
)
"""How an officer looks through the queue: a file keeps it, so that the next one is known."""
_CSRF: Final[dict[str, Any]] = {"type": "string", "description": "The session's token."}
_ONCE: Final[dict[str, Any]] = {
    "type": "string", "description": "The form's own key: sent twice, it acts once.",
}  # fmt: skip
_PASSWORD: Final[dict[str, Any]] = {
    "type": "string", "format": "password",
    "description": "Of the account, for a signature.",
}  # fmt: skip
_ACT: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["once"],
    "properties": {
        "once": _ONCE,
        "csrf": _CSRF,
        "seen": {"type": "string", "description": "Up to which fact the file was shown."},
        "password": _PASSWORD,
    },
    "additionalProperties": {"type": "string"},
}
_SEARCH: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["search"],
    "properties": {
        "search": {"type": "string", "minLength": 2, "maxLength": 100},
        "csrf": _CSRF,
    },
}
_FILES: Final[dict[str, Any]] = {
    "type": "array", "items": {"type": "string", "format": "uuid"}, "maxItems": 50,
}  # fmt: skip
_CHOICE: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "file": _FILES,
        "all": {"type": "string", "description": "Not empty: every draft that waits."},
        "csrf": _CSRF,
    },
}
_SIGNING: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["once", "password"],
    "properties": {"file": _FILES, "once": _ONCE, "csrf": _CSRF, "password": _PASSWORD},
    "additionalProperties": {"type": "string"},
}
_OUTCOMES: Final = (
    Parameter("signed", "Files that were just signed.", _FILES),
    Parameter(
        "failed",
        "Files that were not, each with the rule that refused it.",
        {"type": "array", "items": {"type": "string"}, "maxItems": 50},
    ),
)
_WRONG: Final = (MalformedRequestError, BodyTooLargeError)
_PAPER: Final = Description(
    {HTTPStatus.OK: Answer("The document.", PDF), HTTPStatus.FOUND: _SIGN_IN}
)

OFFICERS: Final[Mapping[str, Description]] = MappingProxyType({
    "officer.queue": Description(
        {HTTPStatus.OK: Answer("Files by limit; no names.", HTML), HTTPStatus.FOUND: _SIGN_IN},
        parameters=(*_ASK, Parameter("after", "Where the page before ended.")),
        problems=(MalformedRequestError,),
    ),
    "officer.keys": Description({
        HTTPStatus.OK: Answer("Which keys do what.", HTML), HTTPStatus.FOUND: _SIGN_IN,
    }),
    "officer.file": Description(
        {HTTPStatus.OK: Answer("One file.", HTML), HTTPStatus.FOUND: _SIGN_IN},
        parameters=_ASK,
        problems=(MalformedRequestError,),
    ),
    "officer.paper": _PAPER,
    "officer.letter": _PAPER,
    "officer_acts.confirm": Description(
        {HTTPStatus.OK: Answer("What is about to be done.", HTML)},
        body={_FORM: _ACT},
        parameters=_ASK,
        problems=_WRONG,
    ),
    "officer_acts.do": Description(
        {HTTPStatus.SEE_OTHER: _SEEN_OTHER},
        body={_FORM: _ACT},
        parameters=_ASK,
        problems=(*_WRONG, InvalidInputError, RefusedError, ConflictError, TooManyRequestsError),
    ),
    "officer_search.form": Description({
        HTTPStatus.OK: Answer("The form.", HTML), HTTPStatus.FOUND: _SIGN_IN,
    }),
    "officer_search.search": Description(
        {HTTPStatus.OK: Answer("Files that fit.", HTML)},
        body={_FORM: _SEARCH},
        problems=(BodyTooLargeError, InvalidInputError),
    ),
    "officer_signing.waiting": Description(
        {HTTPStatus.OK: Answer("Drafts that wait; no names.", HTML), HTTPStatus.FOUND: _SIGN_IN},
        parameters=_OUTCOMES,
        problems=(MalformedRequestError,),
    ),
    "officer_signing.read": Description(
        {HTTPStatus.OK: Answer("What the chosen drafts say.", HTML)},
        body={_FORM: _CHOICE},
        problems=(*_WRONG, InvalidInputError),
    ),
    "officer_signing.sign": Description(
        {HTTPStatus.SEE_OTHER: _SEEN_OTHER},
        body={_FORM: _SIGNING},
        problems=(*_WRONG, InvalidInputError, TooManyRequestsError),
    ),
})  # fmt: skip
"""By endpoint."""
