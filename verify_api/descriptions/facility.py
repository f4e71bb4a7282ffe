"""The pages of a facility: reception, papers, signing, appointments, intake, patients, reviews."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
)
from verify_api.describing import HTML, Answer, Content, Description, Parameter, page_of
from verify_api.errors import BodyTooLargeError, ForbiddenError, MalformedRequestError
from verify_api.picture_error import PictureError

_FORM: Final = "application/x-www-form-urlencoded"
_MULTIPART: Final = "multipart/form-data"
_REFUSALS: Final = (
    RefusedError, InvalidInputError, ConflictError, IdempotencyMismatchError, MalformedRequestError,
)  # fmt: skip


def _fields(*required: str, optional: tuple[str, ...] = ()) -> Mapping[str, Any]:
    return {
        "type": "object",
        "required": [*required],
        "properties": {name: {"type": "string"} for name in (*required, *optional)},
    }


def _form(*required: str, optional: tuple[str, ...] = (), more: str = "") -> Content:
    fields = _fields(*required, optional=optional)
    return {_FORM: {**fields, **({"description": more} if more else {})}}


def _does(text: str, body: Content, *problems: type[Exception]) -> Description:
    """Return the description of a form: the next page, or the same one with what was wrong."""
    return Description(
        {HTTPStatus.SEE_OTHER: Answer(text)}, body=body, problems=(*_REFUSALS, *problems),
        text="What was refused is said on the form's own page, with the problem's status.",
    )  # fmt: skip


def _looks(text: str, *parameters: Parameter) -> Description:
    return Description({HTTPStatus.OK: Answer(text, HTML)}, parameters=parameters)


_ONCE: Final = "once"
_STAGE: Final = Parameter("stage", "Only papers that are there.")
_AFTER: Final = Parameter("after", "The last paper of the page before.")

FACILITY: Final[Mapping[str, Description]] = MappingProxyType({
    "facility.home": page_of("What waits at the facility."),
    "facility_reception.desk": _looks("The reception.", _STAGE, _AFTER),
    "facility_reception.read_code": Description(
        {HTTPStatus.OK: Answer("The verdict, and what may be done now.", HTML)},
        body={
            _FORM: _fields(optional=("text", "short_code", "issued_on")),
            _MULTIPART: {"type": "object", "properties": {
                "file": {"type": "string", "contentMediaType": "application/octet-stream"}}},
        },
        problems=(InvalidInputError, BodyTooLargeError, PictureError),
        throttled=True,
    ),
    "facility_reception.take": _does(
        "On to the paper.",
        _form(_ONCE, optional=("version", "compared", "came_from", "appointment_code",
                               "abnormal_signs", "agreed", "reason", "final", "note")),
        NotFoundError,
    ),
    "facility_reception.admission_form": page_of("The form."),
    "facility_reception.report_admission": Description(
        {
            HTTPStatus.OK: Answer("The form with the code that a verdict began it with.", HTML),
            HTTPStatus.SEE_OTHER: Answer("On to the paper."),
        },
        body=_form(_ONCE, optional=("admitted_at", "admitted_at-time", "offline_number", "text",
                                    "number", "issuer", "year", "appointment_code", "begin")),
        problems=(*_REFUSALS, NotFoundError),
        text="With `begin` the form is shown again, else the admission is recorded.",
    ),
    "facility_papers.own": _looks(
        "The facility's papers.", Parameter("kind", "referrals or appointments."), _STAGE, _AFTER),
    "facility_papers.order_form": page_of("The form."),
    "facility_papers.order": _does(
        "On to the draft; without ``confirmed`` the paper is shown once more.",
        _form("name", "patient_number", "number_kind", "sex", "birth_date-day", "birth_date-month",
              "birth_date-year", _ONCE, optional=("confirmed", "again"),
              more="And the fields of the paper, as its printed form has them."),
        BodyTooLargeError,
    ),
    "facility_papers.paper": _looks("The paper."),
    "facility_papers.use": _does("On to the paper.", _form("episode_key", _ONCE), NotFoundError),
    "facility_papers.consume": _does(
        "On to the paper.",
        _form("compared", _ONCE, optional=("version", "abnormal_signs", "agreed")), NotFoundError),
    "facility_papers.miss": _does("On to the paper.", _form(_ONCE, optional=("version",)),
                                  NotFoundError),
    "facility_papers.reschedule": _does(
        "On to the new draft.",
        _form("appointed", "appointed-time", "move_reason", _ONCE), NotFoundError),
    "facility_papers.cancel": _does(
        "On to the paper.", _form("cancel_reason", "confirmed", _ONCE, optional=("version",)),
        NotFoundError),
    "facility_signing.waiting": page_of("What waits for a signature."),
    "facility_signing.look": Description(
        {HTTPStatus.OK: Answer("The chosen papers, whole.", HTML)}, body=_form("paper"),
        problems=(InvalidInputError, NotFoundError, MalformedRequestError),
    ),
    "facility_signing.sign": _does("All were signed.", _form("paper", "seen")),
    "facility_days.day": Description(
        {HTTPStatus.OK: Answer("Who is expected.", HTML)},
        parameters=(Parameter("day", "Which day, today if left out.", {"type": "string"}),),
        problems=(MalformedRequestError,),
    ),
    "facility_intake.status": page_of("The last deliveries."),
    "facility_intake.send": Description(
        {HTTPStatus.OK: Answer("The receipt.", HTML)},
        body={_MULTIPART: {
            "type": "object",
            "properties": {
                "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                "reason": {"type": "string"},
            },
            "required": ["file"],
        }},
        problems=(*_REFUSALS, BodyTooLargeError),
    ),
    "facility_intake.quality": page_of("The score by month."),
    "facility_intake.quarantine": _looks(
        "What was refused.", Parameter("rule", "Only what this rule refused.")),
    "facility_intake.document": page_of("Why one document was refused.", NotFoundError),
    "facility_intake.retry": _does("Whether it was taken in.", _form(_ONCE), NotFoundError),
    "facility_intake.retry_all": _does("How far it went.", _form(_ONCE), NotFoundError),
    "facility_intake.discard": _does(
        "It is given up.", _form("reason", "confirmed", _ONCE), NotFoundError),
    "facility_patients.find": page_of("The form."),
    "facility_patients.found": _does("On to the book.", _form("number_kind", "patient_number")),
    "facility_patients.book": Description(
        {
            HTTPStatus.OK: Answer("The book on one screen.", HTML),
            HTTPStatus.FORBIDDEN: Answer("It does not open, and what would open it.", HTML),
        },
    ),
    "facility_patients.book_section": Description(
        {HTTPStatus.OK: Answer("One section.", HTML)},
        parameters=(
            Parameter("cursor", "Where the page before ended."),
            Parameter("count", "Entries a page.", {"type": "integer"}),
            Parameter("as_of", "What was known then."),
            Parameter("effective", "How it was on that day."),
        ),
        problems=(ForbiddenError, InvalidInputError),
    ),
    "facility_patients.glass": page_of("What it means, and the form.", NotFoundError),
    "facility_patients.break_glass": _does(
        "On to the book.", _form("reason", "what", "minutes", "agreed", _ONCE), NotFoundError),
    "facility_reviews.tasks": page_of("What waits for a review."),
    "facility_reviews.emergency": page_of("Why a book was opened.", NotFoundError),
    "facility_reviews.review": _does("Reviewed.", _form("outcome", "note", _ONCE), NotFoundError),
    "facility_reviews.looks": Description(
        {HTTPStatus.OK: Answer("Who looked.", HTML)},
        parameters=(Parameter("before", "Below which position.", {"type": "integer"}),),
        problems=(MalformedRequestError,),
    ),
})  # fmt: skip
"""By endpoint."""
