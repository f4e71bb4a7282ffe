"""Many codes on one page, and what an organisation has checked."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from projections.errors import ViewsUnavailableError
from verify_api.check_history_asks import ALL, OWN, STATES
from verify_api.check_history_json import ChecksTold
from verify_api.describing import HTML, Answer, Description, Parameter, json_of, page_of
from verify_api.errors import MalformedRequestError

_FORM: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "codes": {
            "type": "string",
            "description": "A code a line; a reference, a tab or semicolon may stand before it.",
        },
        "files": {"description": "PNG, JPEG or PDF; 20 at most."},
        "as": {"type": "string", "enum": ["csv"]},
    },
}
_CSV: Final[dict[str, Any]] = {"text/csv": {"type": "string"}}
_FILE: Final = {"Content-Disposition": "A name for the file."}
_DAY: Final[dict[str, Any]] = {"type": "string", "format": "date"}
_FILTERS: Final = (
    Parameter("since", "Not before this day, in Vietnam.", _DAY),
    Parameter("until", "Not after this day.", _DAY),
    Parameter("state", "Answered so; all if left out.", {"type": "string", "enum": [*STATES]}),
    Parameter("by", "One's own checks, or everybody's.", {"type": "string", "enum": [OWN, ALL]}),
)
_BEFORE: Final = Parameter("before", "Where a page begins: what the one before it said.")
_PROBLEMS: Final = (ViewsUnavailableError,)

CHECKS: Final = MappingProxyType({
    "many.form": page_of("The form for many codes.", MalformedRequestError),
    "many.check_all": Description(
        {HTTPStatus.OK: Answer(
            "A table of answers, or the same as a file; a bad line is an answer on its line.",
            {**HTML, **_CSV})},
        body={"multipart/form-data": _FORM, "application/x-www-form-urlencoded": _FORM},
        throttled=True,
        text="For people; programs send `POST /v1/verify/batch`. References are not kept.",
    ),
    "organisation_checks.show": Description(
        {HTTPStatus.OK: Answer("The checks of one's own organisation, the newest first.", HTML)},
        parameters=(*_FILTERS, _BEFORE), problems=_PROBLEMS,
    ),
    "organisation_checks.listed": Description(
        {HTTPStatus.OK: Answer("The checks, the newest first.", json_of(ChecksTold))},
        parameters=(*_FILTERS, _BEFORE), problems=_PROBLEMS,
        text="Who made a colleague's check is told to who administers the organisation.",
    ),
    "organisation_checks.file": Description(
        {HTTPStatus.OK: Answer(
            "All of them as a table: UTF-8 with a byte-order mark, no cell is a formula.",
            _CSV, _FILE)},
        parameters=_FILTERS, problems=_PROBLEMS,
    ),
})  # fmt: skip
"""By endpoint."""
