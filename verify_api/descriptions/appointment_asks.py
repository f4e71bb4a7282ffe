"""What is asked about appointments, as JSON and on pages: what is sent, and how it is answered."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
)
from projections.errors import ViewsUnavailableError
from verify_api.answering import DeclineBody, GrantBody
from verify_api.asking import AskBody
from verify_api.describing import (
    HTML,
    Answer,
    Content,
    Description,
    Parameter,
    Place,
    json_of,
    page_of,
)
from verify_api.desk.facility_names import NamedFacilities
from verify_api.errors import (
    BodyTooLargeError,
    ForbiddenError,
    MalformedRequestError,
    UnsupportedMediaError,
)
from verify_api.routes.appointment_requests import FacilitiesBody
from verify_api.routes.facility_appointment_requests import PARTS


class AskTold(Struct):
    """An ask and its answer; days and words are null once they were erased."""

    ask: str
    kind: str
    """new, move or give_up."""
    facility: str
    appointment: str | None
    """The paper that is asked about."""
    first: str | None
    last: str | None
    part_of_day: str | None
    """any, morning or afternoon."""
    specialty: str | None
    reason: str | None
    stage: str
    """open, taken_up, granted, declined, withdrawn or lapsed."""
    made_at: str
    given: str | None
    """The paper that was issued for it."""
    note: str | None
    """What the facility says."""


class AsksTold(Struct):
    """What somebody has asked for, the newest first."""

    asks: list[AskTold]


class AskMade(Struct):
    """An ask by its reference."""

    ask: str


class WhoAsks(Struct):
    """A person, as a paper names them."""

    name: str
    birth_date: str
    sex: int
    """1 male, 2 female, 3 other."""
    id_tail: str


class AskHere(AskTold):
    """An ask as the facility sees it that is asked."""

    draft: str | None
    """The paper that was put together for it."""
    for_another: bool
    """Whether a representative sent it."""
    person: WhoAsks | None
    """Null in lists, and where too little is known for a paper's code."""


class AsksHere(Struct):
    """What waits for an answer, by the first wished day."""

    asks: list[AskHere]
    part: int | None
    """The next page, null if there is none."""
    whole: bool
    """Whether all that waits was looked at."""


class AskGranted(Struct):
    """Where an ask is, and the draft that is to be signed for it."""

    ask: str
    stage: str
    draft: str | None


class AskDeclined(Struct):
    """Where an ask is."""

    ask: str
    stage: str


_KEY: Final = Parameter(
    "Idempotency-Key", "Makes a request that is sent twice one act.", place=Place.HEADER
)
_PART: Final = Parameter("part", "Which page.", {"type": "integer", "minimum": 1, "maximum": PARTS})
_RULES: Final = (
    RefusedError, ConflictError, IdempotencyMismatchError, InvalidInputError,
    MalformedRequestError, BodyTooLargeError, UnsupportedMediaError, NotFoundError,
)  # fmt: skip
_ASK: Final = Description(
    {HTTPStatus.CREATED: Answer("It is sent.", json_of(AskMade))},
    body=json_of(AskBody),
    parameters=(_KEY,),
    problems=(*_RULES, ForbiddenError),
    text="The days of a new one and of one that is to be moved lie within the next 90 days. A "
    "representative asks for what they may read.",
)
_LIST: Final = Description(
    {HTTPStatus.OK: Answer("The asks.", json_of(AsksTold))}, problems=(ForbiddenError,)
)
_ONE: Final = Description(
    {HTTPStatus.OK: Answer("The ask.", json_of(AskTold))},
    problems=(NotFoundError, ForbiddenError),
)
_BACK: Final = Description(
    {HTTPStatus.OK: Answer("It is taken back.", json_of(AskTold))},
    problems=(RefusedError, ConflictError, NotFoundError, ForbiddenError),
)
_FORM: Final = "application/x-www-form-urlencoded"
_SIGN_IN: Final = Answer("Sign in first.", headers={"Location": "The form."})
_READ: Final = (
    ForbiddenError, MalformedRequestError, InvalidInputError, ViewsUnavailableError, NotFoundError,
)  # fmt: skip
_ACT: Final = (
    *_READ, BodyTooLargeError, RefusedError, ConflictError, IdempotencyMismatchError,
)  # fmt: skip
_DONE: Final = Answer(
    "Done; go on there.",
    headers={"Location": "The page that says so.", "Set-Cookie": "What it says, by a key."},
)


def _fields(**fields: str) -> Content:
    said = {name: {"type": "string", "description": text} for name, text in fields.items()}
    properties: Mapping[str, Any] = {
        "csrf": {"type": "string", "description": "The session's token."},
        "once": {"type": "string", "description": "The form's own key: sent twice, it acts once."},
        **said,
    }
    return {_FORM: {"type": "object", "properties": properties}}


def _mine(**fields: str) -> Content:
    return _fields(acting_for="For whom, as the page's form says.", **fields)


def _my_page(text: str) -> Description:
    answers: dict[int, Answer] = {
        HTTPStatus.OK: Answer(text, HTML), HTTPStatus.FOUND: _SIGN_IN,
    }  # fmt: skip
    return Description(answers, problems=_READ)


def _act(text: str, body: Content) -> Description:
    return Description({HTTPStatus.SEE_OTHER: _DONE}, body=body, problems=_ACT, text=text)


_SAID_THERE: Final = "What was refused is said on the form's own page, with the problem's status."
_ASKED_THERE: Final = f"With ``find`` the form again, with what was found. {_SAID_THERE}"
_WISH: Final = {
    "first": "Not before this day.", "last": "Not after this day.",
    "part_of_day": "any, morning or afternoon.", "reason": "A word to the facility.",
}  # fmt: skip

APPOINTMENT_ASKS: Final[Mapping[str, Description]] = MappingProxyType({
    "appointment_requests.asked": _LIST,
    "appointment_requests.ask": _ASK,
    "appointment_requests.facilities": Description(
        {HTTPStatus.OK: Answer("Facilities by name, 20 at most.", json_of(NamedFacilities))},
        body=json_of(FacilitiesBody),
        problems=(
            InvalidInputError, MalformedRequestError, BodyTooLargeError, UnsupportedMediaError,
            ViewsUnavailableError,
        ),
        throttled=True,
        text="Each word that is sent begins a word of the facility's name in Vietnamese or "
        "English, of its province, or its code. ``more``: others fit, too; send more of the name.",
    ),
    "appointment_requests.one": _ONE,
    "appointment_requests.take_back": _BACK,
    "represented_asks.asked": _LIST,
    "represented_asks.ask": _ASK,
    "represented_asks.one": _ONE,
    "represented_asks.take_back": _BACK,
    "facility_appointment_requests.waiting": Description(
        {HTTPStatus.OK: Answer("What waits.", json_of(AsksHere))}, parameters=(_PART,),
        problems=(MalformedRequestError,),
    ),
    "facility_appointment_requests.one": Description(
        {HTTPStatus.OK: Answer("The ask.", json_of(AskHere))}, problems=(NotFoundError,),
    ),
    "facility_appointment_requests.grant": Description(
        {
            HTTPStatus.OK: Answer("What was given up is cancelled.", json_of(AskGranted)),
            HTTPStatus.CREATED: Answer("A draft waits to be signed.", json_of(AskGranted)),
        },
        body=json_of(GrantBody), parameters=(_KEY,), problems=_RULES,
        text="Of a new appointment send its content, of one that is moved the day and the clock. "
        "The ask is granted when the draft is signed (POST /v1/appointments/{reference}/sign).",
    ),
    "facility_appointment_requests.decline": Description(
        {HTTPStatus.OK: Answer("The person is told.", json_of(AskDeclined))},
        body=json_of(DeclineBody), parameters=(_KEY,), problems=_RULES,
    ),
    "facility_asks.waiting": Description(
        {HTTPStatus.OK: Answer("What waits.", HTML)}, parameters=(_PART,),
        problems=(MalformedRequestError,),
    ),
    "facility_asks.one": page_of("The ask, and how it can be answered.", NotFoundError),
    "facility_asks.decline": _act(_SAID_THERE, _fields(note="Why it cannot be.")),
    "facility_asks.give_up": _act(_SAID_THERE, _fields(confirmed="yes, by a tick.")),
    "facility_asks.move": _act(
        _SAID_THERE, _fields(appointed="The new day.", **{"appointed-time": "Its clock."})),
    "facility_asks.order_form": page_of("The form of the new appointment.", NotFoundError),
    "facility_asks.order": Description(
        {
            HTTPStatus.SEE_OTHER: _DONE,
            HTTPStatus.OK: Answer("The paper once more, without ``confirmed``.", HTML),
        },
        body=_fields(confirmed="yes, at the second look.", again="yes, back to the form."),
        problems=_ACT,
        text="And the fields of the paper, as its printed form has them; not whom it is for.",
    ),
    "my_health.ask_form": _my_page("The form that asks for a new appointment."),
    "my_health.asked": _act(_ASKED_THERE, _mine(
        facility="Who is asked, or other.", code="Its code, if it is another.",
        specialty="For what.", named="A facility's name, to choose from what is found.",
        find="yes, to look for it and send nothing.", **_WISH)),
    "my_health.change_form": _my_page("The appointment, and the form that asks."),
    "my_health.change_asked": _act(_SAID_THERE, _mine(**_WISH)),
    "my_health.ask_shown": _my_page("The ask and its answer."),
    "my_health.ask_withdrawn": _act("Refused once the facility has drafted the paper.", _mine()),
})  # fmt: skip
"""By endpoint."""
