"""The citizen's judicial pages: asking, paying, following, showing."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidInputError,
    NotFoundError,
    NotYetLoggedError,
    RefusedError,
)
from verify_api.describing import HTML, PDF, Answer, Description, json_of
from verify_api.descriptions.request_files import FILES
from verify_api.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaError
from verify_api.identity.errors import InsufficientAuthenticationError
from verify_api.payment_demo import Choice
from verify_api.routes.passcode_reset import ResetBody, ResetTold
from verify_api.uploads import WHOLE_FORM

_FORM: Final = "application/x-www-form-urlencoded"
_SIGN_IN: Final = Answer("Sign in first.", headers={"Location": "The form."})
_SEEN_OTHER: Final = Answer("Done; go on there.", headers={"Location": "Where to go on."})
_AGAIN: Final = Answer("The form again, with what was wrong.", HTML)
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_CSRF: Final[dict[str, Any]] = {"type": "string", "description": "The session's token."}
_ONCE: Final[dict[str, Any]] = {
    "type": "string", "description": "The form's own key: sent twice, it acts once.",
}  # fmt: skip
_PASSCODE: Final[dict[str, Any]] = {"type": "string", "pattern": "^[0-9]{6}$"}
_NOTICE: Final[dict[str, Any]] = {
    "type": "object",
    "description": "The platform's fields, all of which it signed.",
    "additionalProperties": _TEXT,
}
_ANSWERED: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["RspCode", "Message"],
    "properties": {"RspCode": {"type": "string", "pattern": "^[0-9]{2}$"}, "Message": _TEXT},
}

_TOLD: Final = Answer(
    "In the platform's words: 00 taken, 01 no such order, 02 known, 04 another amount, 97 not "
    "signed by it, 99 contradicts what is known.",
    json_of(_ANSWERED),
)
_SAYS: Final = "The signature says who speaks. Repeated at will: a fee is paid once."


def _form(required: tuple[str, ...] = (), **fields: dict[str, Any]) -> dict[str, Any]:
    return {
        _FORM: {
            "type": "object",
            "required": list(required),
            "properties": {"csrf": _CSRF, **fields},
            "additionalProperties": _TEXT,
        }
    }


def _with_files(form: dict[str, Any]) -> dict[str, Any]:
    """Return a form that may hold files, too."""
    fields = form[_FORM]
    whole = {**fields, "properties": {**fields["properties"], "files": dict(FILES)}}
    return {**form, WHOLE_FORM: whole}


def _page(text: str, *problems: type[Exception]) -> Description:
    return Description(
        {HTTPStatus.OK: Answer(text, HTML), HTTPStatus.FOUND: _SIGN_IN}, problems=problems
    )


_RESET: Final = (
    "In a session of somebody who showed who they are within five minutes (POST /step-up), also "
    "while wrong ones have locked the former passcode. It, and the account's other sessions, end."
)
_BAD: Final = (MalformedRequestError, BodyTooLargeError)
_ACT: Final = Description(
    {HTTPStatus.SEE_OTHER: _SEEN_OTHER, HTTPStatus.CONFLICT: Answer("Refused; the page.", HTML)},
    body=_form(("once",), once=_ONCE),
    problems=(*_BAD, NotFoundError, RefusedError, IdempotencyMismatchError),
)
_OPENED: Final = (NotFoundError, NotYetLoggedError, RefusedError, *_BAD)

CITIZEN: Final = MappingProxyType({
    "citizen_requests.new": Description(
        {
            HTTPStatus.OK: Answer("The form, filled from the register.", HTML),
            HTTPStatus.SEE_OTHER: Answer(
                "A request is open.", headers={"Location": "Its page."}),
            HTTPStatus.FOUND: _SIGN_IN,
        },
        problems=(NotFoundError, RefusedError),
    ),
    "citizen_requests.change": Description(
        {HTTPStatus.OK: Answer("The form with what was typed.", HTML)},
        body=_form(), problems=(*_BAD, NotFoundError, RefusedError),
    ),
    "citizen_requests.check": Description(
        {
            HTTPStatus.OK: Answer("What will be asked for, with its fee.", HTML),
            HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN,
        },
        body=_form(), problems=(*_BAD, NotFoundError, RefusedError),
        text="A reduced or waived fee is refused: it goes through the national portal only.",
    ),
    "citizen_requests.begin": Description(
        {HTTPStatus.SEE_OTHER: _SEEN_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN},
        body=_with_files(_form(("once",), once=_ONCE, confirmed={"const": "yes"})),
        problems=(*_BAD, NotFoundError, RefusedError, IdempotencyMismatchError),
        throttled=True,
    ),
    "citizen_requests.file": _page("One request of the caller's.", NotFoundError),
    "citizen_requests.submit": _ACT,
    "citizen_requests.supplement_form": _page(
        "What is missing, and the declaration.", NotFoundError, RefusedError),
    "citizen_requests.supplement": Description(
        {HTTPStatus.SEE_OTHER: _SEEN_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN},
        body=_with_files(_form(("once",), once=_ONCE)),
        problems=(*_BAD, NotFoundError, RefusedError, IdempotencyMismatchError),
        throttled=True,
    ),
    "citizen_requests.withdraw_form": _page("What withdrawing means.", NotFoundError),
    "citizen_requests.withdraw": Description(
        {HTTPStatus.SEE_OTHER: _SEEN_OTHER, HTTPStatus.OK: Answer("Not confirmed yet.", HTML)},
        body=_form(("once",), once=_ONCE, confirmed={"const": "yes"}),
        problems=(*_BAD, NotFoundError, RefusedError, IdempotencyMismatchError),
    ),
    "citizen_code.code": _page(
        "The code; of Form 2 the passcode's form.", NotFoundError, NotYetLoggedError, RefusedError),
    "citizen_code.opened_code": Description(
        {HTTPStatus.OK: Answer("The code.", HTML), HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN},
        body=_form(("passcode",), passcode=_PASSCODE), problems=_OPENED, throttled=True,
    ),
    "citizen_code.paper": Description(
        {
            HTTPStatus.OK: Answer("The certificate; of Form 2 the passcode's form.",
                                  {**PDF, **HTML}),
            HTTPStatus.FOUND: _SIGN_IN,
        },
        problems=(NotFoundError, NotYetLoggedError, RefusedError),
    ),
    "citizen_code.opened_paper": Description(
        {
            HTTPStatus.OK: Answer("The certificate, signed.", PDF),
            HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN,
        },
        body=_form(("passcode",), passcode=_PASSCODE), problems=_OPENED, throttled=True,
    ),
    "citizen_code.passcode_form": _page("The form to choose a passcode."),
    "citizen_code.choose": Description(
        {HTTPStatus.SEE_OTHER: _SEEN_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN},
        body=_form(("passcode", "again"), passcode=_PASSCODE, again=_PASSCODE, former=_PASSCODE),
        problems=(*_BAD, InvalidInputError, NotFoundError), throttled=True,
        text="A second one is chosen by who types the former; five wrong ones lock for a while.",
    ),
    "passcode_reset.form": Description(
        {
            HTTPStatus.OK: Answer("The form, and what ends with the former passcode.", HTML),
            HTTPStatus.FOUND: _SIGN_IN,
        },
        problems=(InsufficientAuthenticationError,),
    ),
    "passcode_reset.reset": Description(
        {HTTPStatus.SEE_OTHER: _SEEN_OTHER, HTTPStatus.UNPROCESSABLE_ENTITY: _AGAIN},
        body=_form(("passcode", "again"), passcode=_PASSCODE, again=_PASSCODE),
        problems=(*_BAD, InsufficientAuthenticationError), throttled=True,
        text=_RESET,
    ),
    "passcode_reset.reset_json": Description(
        {HTTPStatus.OK: Answer("It is set.", json_of(ResetTold))},
        body=json_of(ResetBody),
        problems=(
            *_BAD, UnsupportedMediaError, InvalidInputError, RefusedError, ConflictError,
            InsufficientAuthenticationError,
        ),
        throttled=True, text=_RESET,
    ),
    "citizen_pay.form": _page("What is due, and the way to the platform.", NotFoundError),
    "citizen_pay.order": Description(
        {HTTPStatus.SEE_OTHER: _SEEN_OTHER, HTTPStatus.CONFLICT: Answer("Refused.", HTML)},
        body=_form(), problems=(*_BAD, NotFoundError, RefusedError), throttled=True,
    ),
    "payment.back": Description(
        {
            HTTPStatus.OK: Answer("Recorded; nobody is signed in.", HTML),
            HTTPStatus.SEE_OTHER: Answer(
                "Recorded.", headers={"Location": "The request's page."}),
            HTTPStatus.BAD_REQUEST: Answer("Not the platform's word, or of no order.", HTML),
        },
        problems=(RefusedError,),
        text="The query holds the platform's signed fields. It says the same by a notice.",
    ),
    "payment.notice": Description({HTTPStatus.OK: _TOLD}, problems=(RefusedError,), text=_SAYS),
    "payment.posted_notice": Description(
        {HTTPStatus.OK: _TOLD}, body={_FORM: _NOTICE},
        problems=(RefusedError, BodyTooLargeError), text=_SAYS,
    ),
    "payment.demo": Description({
        HTTPStatus.OK: Answer("The demonstration's payment page.", HTML),
        HTTPStatus.BAD_REQUEST: Answer("Not an order that a merchant signed.", HTML),
    }),
    "payment.play": Description(
        {
            HTTPStatus.OK: Answer("Taken, and the page closed; or nothing chosen.", HTML),
            HTTPStatus.SEE_OTHER: _SEEN_OTHER,
            HTTPStatus.BAD_REQUEST: Answer("Not an order that a merchant signed.", HTML),
        },
        body=_form(("order", "choice"), order=_TEXT,
                   choice={"enum": [choice.value for choice in Choice]}),
        problems=_BAD,
    ),
})  # fmt: skip
"""By endpoint."""
