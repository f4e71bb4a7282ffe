"""The citizen's health pages: shown to a person, and the forms that they send.

Each page asks the question, or gives the command, of the JSON interface beside it.
"""

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
from projections.errors import ViewsUnavailableError
from verify_api.describing import BINARY, HTML, PDF, Answer, Content, Description, Parameter
from verify_api.errors import BodyTooLargeError, ForbiddenError, MalformedRequestError
from verify_api.routes.my_health_proof import FORMS
from verify_api.routes.shares import LONGEST_WAIT

_FORM: Final = "application/x-www-form-urlencoded"
_SIGN_IN: Final = Answer("Sign in first.", headers={"Location": "The form."})
_DONE: Final = Answer(
    "Done; go on there.",
    headers={"Location": "The page that says so.", "Set-Cookie": "What it says, by a key."},
)
_READ: Final = (ForbiddenError, MalformedRequestError, InvalidInputError, ViewsUnavailableError)
_ACT: Final = (
    ForbiddenError, MalformedRequestError, BodyTooLargeError, InvalidInputError, RefusedError,
    ConflictError, IdempotencyMismatchError, ViewsUnavailableError,
)  # fmt: skip
_DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}
_TIMES: Final = (
    Parameter("as_of", "What the ledger knew: a time, or the end of a day."),
    Parameter("effective", "What was so on that day.", _DAY),
)
_COUNT: Final = Parameter("count", "Entries a page.", {"type": "integer", "minimum": 1})


def _page(text: str, *parameters: Parameter, content: Content = HTML) -> Description:
    answers: dict[int, Answer] = {
        HTTPStatus.OK: Answer(text, content), HTTPStatus.FOUND: _SIGN_IN,
    }  # fmt: skip
    return Description(answers, parameters=parameters, problems=(*_READ, NotFoundError))


def _book(text: str, *parameters: Parameter, content: Content = HTML) -> Description:
    return _page(text, *_TIMES, *parameters, content=content)


def _body(**fields: str) -> Content:
    """Return a form: each field with what it says."""
    said = {name: {"type": "string", "description": text} for name, text in fields.items()}
    properties: Mapping[str, Any] = {
        "csrf": {"type": "string", "description": "The session's token."},
        "once": {"type": "string", "description": "The form's own key: sent twice, it acts once."},
        "acting_for": {"type": "string", "description": "For whom, as the page's form says."},
        **said,
    }
    return {_FORM: {"type": "object", "properties": properties}}


def _act(body: Content, *more: type[Exception]) -> Description:
    return Description({HTTPStatus.SEE_OTHER: _DONE}, body=body, problems=(*_ACT, *more))


MY_HEALTH: Final = MappingProxyType({
    "shared_page.shared": Description(
        {HTTPStatus.OK: Answer("The page; the link stays in its address's fragment.", HTML)},
        problems=(MalformedRequestError,),
    ),
    "my_health.overview": _book("The book at a glance; allergies first."),
    "my_health.then": _book("The book at another time, or the form that asks for one."),
    "my_health.timeline": _book(
        "What happened, month by month.", Parameter("kind", "A group of kinds."),
        Parameter("cursor", "Where the page before ended."), _COUNT,
    ),
    "my_health.search": Description(
        {HTTPStatus.OK: Answer("What was found.", HTML)},
        body=_body(words="What is searched for.", since="First day.", until="Last day.",
                   kind="A group of kinds."),
        problems=(*_READ, BodyTooLargeError),
    ),
    "my_health.part": _book("One part of the book."),
    "my_health.vitals": _book("The vital signs, drawn and as tables."),
    "my_health.visits": _book("The visits and their files."),
    "my_health.visit": _book("What was recorded in one visit."),
    "my_health.entry": _book("An entry in each of its versions."),
    "my_health.notes": _book("The own notes."),
    "my_health.write_note": _act(_body(note="What the person writes.")),
    "my_health.ask_withdraw": _page("Whether it is to be taken back."),
    "my_health.withdraw_note": _act(_body(), NotFoundError),
    "my_health.papers": _book("The referrals, or the appointments."),
    "my_health.paper": _book("One paper with its code."),
    "my_health.calendar": _book(
        "The appointment, with two alarms (RFC 5545).", content={"text/calendar": BINARY}
    ),
    "my_health.paper_pdf": _page("The paper, signed.", content=PDF),
    "my_health.shares": _page(
        "The links.", Parameter("before", "The page before's.", {"type": "integer"})
    ),
    "my_health.share_made": Description(
        {HTTPStatus.OK: Answer("The link and its code, shown this once.", HTML)},
        body=_body(
            sections="Parts of the book; several.", minutes="How long it lasts.", label="Its name.",
            opens="How often it can be opened.", passcode="What is asked of who opens it.",
            recipient="For whom it is meant.", categories="Sensitive ones; several.",
        ),
        problems=(*_ACT, NotFoundError),
    ),
    "my_health.share_followed": _page(
        "Who has opened it.",
        Parameter("after", "The version that is known.", {"type": "integer", "minimum": 0}),
        Parameter("wait", "Seconds to wait for the next.",
                  {"type": "integer", "minimum": 0, "maximum": LONGEST_WAIT}),
    ),
    "my_health.share_stopped": _act(_body(), NotFoundError),
    "my_health.consents": _page("The consents, and what is closed."),
    "my_health.consent_given": _act(_body(
        kind="facility or organisation.", reference="Their code.", purpose="What for.",
        categories="Of which data; several.", until="Last day; empty: until it is taken back.",
        agree="yes, by a tick of the person's.",
    ), NotFoundError),
    "my_health.consent_withdrawn": _act(_body()),
    "my_health.closed": _act(_body(category="Which.", closed="yes to close, no to open again.")),
    "my_health.looks": _page(
        "Who looked, or was refused.", Parameter("show", "others, unusual, refused or all."),
        Parameter("before", "The page before's.", {"type": "integer"}),
    ),
    "my_health.report_form": _page("The look, and the form that reports it."),
    "my_health.look_reported": _act(_body(words="Why it is not understood."), NotFoundError),
    "my_health.people": _page("Who acts for whom."),
    "my_health.act_for": Description(
        {HTTPStatus.SEE_OTHER: Answer(
            "Go on there.", headers={"Location": "The overview.", "Set-Cookie": "The choice."}
        )},
        body=_body(), problems=(ForbiddenError, BodyTooLargeError, ViewsUnavailableError),
        text="The choice names nobody outside of this session.",
    ),
    "my_health.rights": _page(
        "The requests with their days.", Parameter("right", "Chosen in the form beforehand."),
        Parameter("visit", "Chosen in the form beforehand."), *_TIMES,
    ),
    "my_health.right_asked": _act(_body(
        right="What is asked for.", words="In the person's words.", visit="To be corrected.",
    ), NotFoundError),
    "my_health.ask_take_back": _page("Whether it is to be taken back."),
    "my_health.right_taken_back": _act(_body(), NotFoundError),
    "my_health.apps": _page("The apps that show the book."),
    "my_health.app_changed": _act(_body(shown="yes or no.")),
    "my_health.export_form": _page(
        "In which forms the book can be had.", Parameter("format", "Chosen."), *_TIMES
    ),
    "my_health.export_file": _book(
        "The whole book.",
        Parameter("format", "Which form.", {"type": "string", "enum": [*FORMS]}, required=True),
        content={**PDF, "text/csv": BINARY, "application/fhir+json": BINARY},
    ),
    "my_health.completeness": _page("What the proof proves."),
    "my_health.completeness_file": _page("The proof.", content={"application/json": BINARY}),
})  # fmt: skip
"""By endpoint."""
