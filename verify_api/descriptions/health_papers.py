"""What facilities do with referrals and appointments over HTTP."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from ledger.errors import ConflictError, IdempotencyMismatchError, RefusedError
from verify_api.describing import (
    BINARY,
    PDF,
    Answer,
    Content,
    Description,
    Parameter,
    Place,
    json_of,
)
from verify_api.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaError
from verify_api.health_paper_acts import OrderBody
from verify_api.routes import appointments, referrals


class DraftAnswer(Struct):
    """A paper that was put together, and what is worth a second look."""

    id: str
    remarks: list[dict[str, str]]


class SignedAnswer(Struct):
    """A paper in force."""

    id: str
    number: str
    valid_until: str
    """Exclusive: by then it has to be presented."""
    short_code: str
    """What is typed when the code is damaged."""
    code: str
    """The text of its QR code."""


class ReferralState(Struct):
    """Where a referral is; nothing of what it says."""

    id: str
    stage: str
    lapsed: bool
    """Whether it can no longer be presented; one in use never lapses."""
    to: list[str]
    present_until: str
    days_left: int
    """Working days after today."""
    one_year: bool
    needs_appointment: bool
    presented_at: list[str]
    rejected_by: list[str]
    in_use_by: str | None
    in_use_since: str | None
    episodes: int
    """That are over."""
    conflicts: list[dict[str, str]]
    """Admissions without the service that were not right."""
    version: int


class AppointmentState(Struct):
    """Where an appointment is; nothing of what it says."""

    id: str
    stage: str
    facility: str
    replaces: str | None
    replaced_by: str | None
    used_by: str | None
    used_at: str | None
    double_uses: int
    """Tries to use it again."""
    version: int


_MATCH: Final = Parameter(
    "If-Match", 'The version that was decided on, such as W/"2".', place=Place.HEADER
)
_KEY: Final = Parameter(
    "Idempotency-Key", "Makes a request that is sent twice one act.", place=Place.HEADER
)
_TAG: Final = {"ETag": "The version of its use."}
_PROBLEMS: Final = (
    RefusedError, ConflictError, IdempotencyMismatchError, MalformedRequestError,
    BodyTooLargeError, UnsupportedMediaError,
)  # fmt: skip
_XML: Final[dict[str, Any]] = {"description": "The insurance table itself, 13 or 14."}
_ORDER: Final[Content] = {
    "application/json": OrderBody, "application/xml": _XML, "text/xml": _XML,
}  # fmt: skip
_FULL: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "number", "holder", "content", "binding", "stage", "version"],
    "description": "Where it is, whom it is for, what it says, and the hash that its code bears.",
}


def _act(body: type, answer: type) -> Description:
    return Description(
        {HTTPStatus.OK: Answer("Where it is now.", json_of(answer), _TAG)},
        body=json_of(body),
        parameters=(_MATCH, _KEY),
        problems=_PROBLEMS,
    )


def _papers(name: str) -> dict[str, Description]:
    """Return what both kinds of paper have."""
    return {
        f"{name}.draft": Description(
            {HTTPStatus.CREATED: Answer("It is put together.", json_of(DraftAnswer))},
            body=_ORDER,
            parameters=(_KEY,),
            problems=_PROBLEMS,
            text="In XML the patient is found by the health insurance card.",
        ),
        f"{name}.sign": Description(
            {HTTPStatus.OK: Answer("It is in force.", json_of(SignedAnswer))},
            problems=(RefusedError, ConflictError),
        ),
        f"{name}.show": Description(
            {HTTPStatus.OK: Answer("The paper.", json_of(_FULL), _TAG)}, problems=(RefusedError,)
        ),
        f"{name}.pdf": Description(
            {HTTPStatus.OK: Answer("The signed document.", PDF, _TAG)},
            problems=(RefusedError,),
            text="For the person whom it was issued to, and for the facilities that it concerns.",
        ),
        f"{name}.xml": Description(
            {HTTPStatus.OK: Answer("The table.", {"application/xml": BINARY}, _TAG)},
            problems=(RefusedError,),
        ),
    }


class PaperLine(Struct):
    """One paper of a list; nothing of what it says."""

    id: str
    kind: str
    number: str | None
    facility: str
    stage: str
    changed_at: str
    to: list[str]
    used_by: str | None
    conflicts: int
    present_until: str | None
    """Of a referral: the last day on which it can be presented."""
    days_left: int | None
    """Working days after today."""


class PaperPage(Struct):
    """Papers, and where the next page begins; null if there is none."""

    papers: list[PaperLine]
    after: str | None


class OwnPapers(Struct):
    """One's own papers, the newest first."""

    papers: list[PaperLine]


_LIST: Final = Description(
    {HTTPStatus.OK: Answer("A page of papers.", json_of(PaperPage))},
    parameters=(
        Parameter(
            "role",
            "Those it issued, or those addressed to it.",
            {"enum": ["from", "to"], "default": "from"},
        ),
        Parameter("stage", "Only those that are there, such as available."),
        Parameter("after", "Reference of the last paper of the page before."),
    ),
    problems=(MalformedRequestError,),
)

HEALTH_PAPERS: Final = MappingProxyType({
    "paper_lists.referrals": _LIST,
    "paper_lists.appointments": _LIST,
    "paper_lists.mine": Description(
        {HTTPStatus.OK: Answer("One's own papers.", json_of(OwnPapers))}
    ),
    "paper_lists.my_paper": Description(
        {HTTPStatus.OK: Answer("The signed document.", PDF)}, problems=(RefusedError,)
    ),
    **_papers("referrals"),
    "referrals.present": _act(referrals.PresentBody, ReferralState),
    "referrals.accept": _act(referrals.AcceptBody, ReferralState),
    "referrals.reject": _act(referrals.RejectBody, ReferralState),
    "referrals.admit_unverified": _act(referrals.AdmissionBody, ReferralState),
    "referrals.use": _act(referrals.UseBody, ReferralState),
    "referrals.close": _act(referrals.CloseBody, ReferralState),
    "referrals.cancel": _act(referrals.CancelBody, ReferralState),
    **_papers("appointments"),
    "appointments.consume": _act(appointments.ConsumeBody, AppointmentState),
    "appointments.reschedule": Description(
        {HTTPStatus.CREATED: Answer("The new paper is put together.", json_of(DraftAnswer))},
        body=json_of(appointments.RescheduleBody),
        parameters=(_KEY,),
        problems=_PROBLEMS,
    ),
    "appointments.miss": _act(appointments.MissBody, AppointmentState),
    "appointments.cancel": _act(appointments.CancelBody, AppointmentState),
})  # fmt: skip
"""By endpoint."""
