"""Health books: sections, looks and exports of our own; and the read side of FHIR R4."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from ledger.clinical.book_papers import Counted, PaperState
from ledger.clinical.sections import Section, Standing
from ledger.errors import NotFoundError
from verify_api.describing import BINARY, Answer, Description, Parameter, Place, json_of
from verify_api.errors import ForbiddenError, MalformedRequestError

_OBJECT: Final[dict[str, Any]] = {"type": "object"}
_OBJECTS: Final[dict[str, Any]] = {"type": "array", "items": _OBJECT}
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_MAYBE: Final[dict[str, Any]] = {"type": ["string", "null"]}
_PLACE: Final[dict[str, Any]] = {
    "type": "object", "required": ["code", "name"], "properties": {"code": _TEXT, "name": _TEXT},
}  # fmt: skip
_PAPER: Final[dict[str, Any]] = {
    "type": "object",
    "required": [
        "section",
        "reference",
        "number",
        "issuer",
        "to",
        "state",
        "state_text",
        "days_left",
        "pdf",
    ],
    "properties": {
        "section": {"enum": [Section.REFERRALS.value, Section.APPOINTMENTS.value]},
        "reference": _TEXT,
        "number": _TEXT,
        "issuer": _PLACE,
        "to": {"type": "array", "items": _PLACE},
        "state": {"enum": [state.value for state in PaperState]},
        "state_text": _TEXT,
        "valid_until": {**_MAYBE, "description": "Last day on which a referral can be presented."},
        "day": {**_MAYBE, "description": "The day of an appointment."},
        "clock": {**_MAYBE, "description": "HH:MM of an appointment, where it was said."},
        "days_left": {"type": ["integer", "null"], "description": "None once nothing is awaited."},
        "days_left_unit": {"enum": [*(unit.value for unit in Counted), None]},
        "held_by": {"anyOf": [_PLACE, {"type": "null"}]},
        "pdf": {**_MAYBE, "description": "Address of the signed document, for its holder alone."},
    },
}
_FILE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["visit", "media_type", "size", "attached_at", "address", "href"],
    "properties": {
        "visit": _TEXT,
        "facility": _MAYBE,
        "title": {**_MAYBE, "description": "Null once it was erased."},
        "media_type": _TEXT,
        "size": {"type": "integer"},
        "attached_at": _TEXT,
        "address": _TEXT,
        "href": {**_TEXT, "description": "Where it is fetched; that is a look of its own."},
    },
}
_LINE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["text", "status", "first", "last", "times", "entries"],
    "properties": {
        "text": _TEXT,
        "status": _TEXT,
        "first": {**_MAYBE, "description": "Earliest time that an entry names, as sent."},
        "last": _MAYBE,
        "times": {"type": "integer", "minimum": 1},
        "entries": {"type": "array", "items": _TEXT, "description": "Ids of its entries."},
    },
}
_PAGE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["subject", "as_of", "section", "standing", "entries", "next"],
    "properties": {
        "section": {"enum": [section.value for section in Section]},
        "standing": {"enum": [standing.value for standing in Standing]},
        "entries": {
            **_OBJECTS,
            "description": "told_by says whose words: facility, person, record.",
        },
        "papers": {
            "type": "array",
            "items": _PAPER,
            "description": "Of referrals and appointments: what was issued, on the first page; of "
            "the timeline each on the page that its time belongs to.",
        },
        "lines": {
            "type": "array",
            "items": _LINE,
            "description": "Of problems: entries that say the same, where the newest is shown.",
        },
        "files": {
            "type": "array",
            "items": _FILE,
            "description": "Of documents: files beside the visits that the caller may fetch, on "
            "the first page.",
        },
        "next": _MAYBE,
    },
}
_LOOK: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["id", "at", "who", "organisation", "organisation_name", "what", "why"],
    "properties": {
        "organisation": {**_MAYBE, "description": "Code of the facility or authority."},
        "organisation_name": {**_MAYBE, "description": "As it is registered now."},
        "refused": {"type": "boolean", "description": "Somebody asked and was shown nothing."},
    },
}
_LOOKS: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["subject", "looks", "next"],
    "properties": {"looks": {"type": "array", "items": _LOOK}, "next": _MAYBE},
}
_AS_OF: Final = Parameter("as_of", "What the ledger knew at that time (with its zone) or day.")
_EFFECTIVE: Final = Parameter("effective", "What was so on that day of the person's life.")
_CURSOR: Final = Parameter("cursor", "Where the page before ended.")
_SIZE: Final[dict[str, Any]] = {"type": "integer", "minimum": 1, "maximum": 200}
_COUNT: Final = Parameter("count", "Entries a page.", _SIZE)
_FHIR_COUNT: Final = Parameter("_count", "Resources a page.", _SIZE)
_SINCE: Final = Parameter("_since", "Only what was recorded since that instant.")
_KNOWN: Final = Parameter("If-None-Match", "The tag of a copy at hand.", place=Place.HEADER)
_FHIR: Final = {"application/fhir+json": _OBJECT}
_TAG: Final = {"ETag": "Weak; changes with the facts and with what the reader may see."}
_PROBLEMS: Final = (NotFoundError, ForbiddenError, MalformedRequestError)
_SAME: Final = Answer("The copy at hand is still right.")


def _fhir(text: str, *parameters: Parameter, status: int = HTTPStatus.OK) -> Description:
    return Description(
        {status: Answer(text, _FHIR, _TAG), HTTPStatus.NOT_MODIFIED: _SAME},
        parameters=(*parameters, _KNOWN),
        problems=_PROBLEMS,
        text="Errors come as an OperationOutcome.",
    )


HEALTH_BOOKS: Final = MappingProxyType({
    "records.book_section": Description(
        {
            HTTPStatus.OK: Answer("A page of the section.", json_of(_PAGE), _TAG),
            HTTPStatus.NOT_MODIFIED: _SAME,
        },
        parameters=(_AS_OF, _EFFECTIVE, _CURSOR, _COUNT, _KNOWN),
        problems=_PROBLEMS,
        text="Free words of the person are shown to nobody from whom a category is withheld.",
    ),
    "records.book_looks": Description(
        {HTTPStatus.OK: Answer("A page of looks, the newest first.", json_of(_LOOKS))},
        parameters=(_CURSOR, _COUNT),
        problems=_PROBLEMS,
    ),
    "records.book_export": Description(
        {
            HTTPStatus.OK: Answer(
                "The file.",
                {
                    "application/fhir+json": _OBJECT,
                    "text/csv": BINARY,
                    "application/pdf": BINARY,
                },
            )
        },
        parameters=(
            Parameter("format", "Which file.", {"enum": ["ips", "fhir", "csv", "pdf"]}),
            _AS_OF,
            _EFFECTIVE,
        ),
        problems=_PROBLEMS,
    ),
    "fhir.metadata": Description({HTTPStatus.OK: Answer("The CapabilityStatement.", _FHIR)}),
    "fhir.read": _fhir("The resource."),
    "fhir.search": _fhir(
        "A Bundle of type searchset, without a total.",
        Parameter("patient", "Whose book is searched.", required=True),
        Parameter("date", "When it happened: eq, ge, gt, le or lt and a date or time."),
        Parameter("_lastUpdated", "When it was recorded, likewise."),
        Parameter("code", "code or system|code, commas between."),
        _FHIR_COUNT,
        _CURSOR,
        _AS_OF,
    ),
    "fhir.history": _fhir("A Bundle of type history.", _FHIR_COUNT, _CURSOR, _SINCE),
    "fhir.vread": _fhir("The version."),
    "fhir.patient": _fhir("The Patient."),
    "fhir.everything": _fhir(
        "A Bundle of type searchset.", _FHIR_COUNT, _CURSOR, _SINCE, _AS_OF
    ),
    "fhir.patient_summary": _fhir("A Bundle of type document: an IPS.", _AS_OF, _EFFECTIVE),
    "fhir.provenances": _fhir(
        "A Bundle of Provenances.",
        Parameter("target", "The resource, as Type/id.", required=True),
    ),
    "fhir.export": Description(
        {
            HTTPStatus.ACCEPTED: Answer(
                "It has begun.", headers={"Content-Location": "Where its status is."}
            )
        },
        problems=_PROBLEMS,
    ),
    "fhir.export_status": Description(
        {HTTPStatus.OK: Answer("The manifest.", json_of(_OBJECT))}, problems=_PROBLEMS
    ),
    "fhir.export_file": Description(
        {HTTPStatus.OK: Answer("One resource a line.", {"application/fhir+ndjson": BINARY})},
        problems=_PROBLEMS,
    ),
    "fhir.validate": Description(
        {HTTPStatus.OK: Answer("An OperationOutcome with all findings.", _FHIR)},
        body={"application/fhir+json": _OBJECT},
        problems=_PROBLEMS,
    ),
})  # fmt: skip
"""By endpoint."""
