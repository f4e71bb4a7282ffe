"""A visit after it was sent, and what its readers are told."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final

from ledger.commands.visit_files import MEDIA_TYPES
from ledger.errors import ConflictError, IdempotencyMismatchError, InvalidInputError, RefusedError
from verify_api.describing import BINARY, Answer, Description, Parameter, Place, json_of
from verify_api.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaError
from verify_api.visit_json import (
    FileAttached,
    FilesTold,
    ReaderNoticesTold,
    ReassignBody,
    VisitMoved,
    VisitTold,
    VoidBody,
)

_MATCH: Final = Parameter(
    "If-Match", 'The revision that the caller has seen, such as W/"1".', place=Place.HEADER,
    required=True,
)  # fmt: skip
_KEY: Final = Parameter(
    "Idempotency-Key", "Makes a request that is sent twice one act.", place=Place.HEADER
)
_TAG: Final = {"ETag": "The visit's revision, weak."}
_RULES: Final = (
    RefusedError, ConflictError, IdempotencyMismatchError, InvalidInputError,
    MalformedRequestError,
)  # fmt: skip

VISITS: Final[Mapping[str, Description]] = MappingProxyType({
    "visits.show": Description(
        {HTTPStatus.OK: Answer("Where it stands.", json_of(VisitTold), _TAG)},
        text="A facility sees what it sent, a data steward every visit; what others sent is not "
        "found.",
    ),
    "visits.void": Description(
        {HTTPStatus.OK: Answer("It is marked.", json_of(VisitTold), _TAG)},
        body=json_of(VoidBody), parameters=(_MATCH, _KEY), problems=_RULES,
        text="It is hidden in the book and stays in its history. Rules: ``already_voided``, "
        "``revision_differs``, ``correction_needs_a_reason``.",
    ),
    "visits.reassign": Description(
        {HTTPStatus.OK: Answer("It is moved.", json_of(VisitMoved), _TAG)},
        body=json_of(ReassignBody), parameters=(_MATCH, _KEY), problems=_RULES,
        text="It is sealed anew under the right person's key. Both persons have a notice, and so "
        "has every account that read it meanwhile; how many these are is answered, not who. "
        "Rules: ``same_person``, ``voided``, ``revision_differs``, ``visit_erased``, "
        "``numbers_differ``.",
    ),
    "visit_files.attach": Description(
        {
            HTTPStatus.CREATED: Answer("It is kept.", json_of(FileAttached)),
            HTTPStatus.OK: Answer("It was kept before.", json_of(FileAttached)),
        },
        body=dict.fromkeys(MEDIA_TYPES, BINARY),
        parameters=(
            Parameter(
                "Attachment-Title", "What it is; UTF-8, percent-encoded. Sealed.",
                place=Place.HEADER, required=True,
            ),
        ),
        problems=(
            RefusedError, ConflictError, InvalidInputError, MalformedRequestError,
            BodyTooLargeError, UnsupportedMediaError,
        ),
        text="At most 10 MiB, judged by its first bytes. Rules: ``file_content``, ``file_size``, "
        "``voided``, ``visit_erased``.",
    ),
    "visit_files.list_files": Description(
        {HTTPStatus.OK: Answer("The files.", json_of(FilesTold))},
        text="To the facility that sent the visit, and to the person.",
    ),
    "visit_files.fetch": Description(
        {HTTPStatus.OK: Answer("The file.", dict.fromkeys(MEDIA_TYPES, BINARY))},
        problems=(RefusedError,),
        text="To the facility that sent the visit, and to the person.",
    ),
    "notices.notices": Description(
        {HTTPStatus.OK: Answer("The notices.", json_of(ReaderNoticesTold))},
        parameters=(
            Parameter(
                "after", "Number of the last one known.", {"type": "integer", "minimum": 0}
            ),
            Parameter("limit", "Most entries a page.", {"type": "integer", "minimum": 0}),
        ),
        problems=(MalformedRequestError,),
        text="A visit stood under the wrong person while the caller read it: what was decided on "
        "it has to be looked at again.",
    ),
})  # fmt: skip
"""By endpoint."""
