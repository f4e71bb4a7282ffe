"""Files that a citizen sends with a request: sent by a program, listed, saved."""

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from ledger.certificates.request_files import LARGEST_FILE, MEDIA_TYPES, MOST_FILES
from ledger.errors import (
    ConflictError,
    IdempotencyMismatchError,
    InvalidInputError,
    NotFoundError,
    RefusedError,
)
from verify_api.describing import BINARY, Answer, Content, Description, Parameter, Place, json_of
from verify_api.errors import BodyTooLargeError, MalformedRequestError
from verify_api.told_files import SentFilesTold
from verify_api.uploads import WHOLE_FORM

_TEXT: Final[Mapping[str, Any]] = {"type": "string"}
FILES: Final[Mapping[str, Any]] = MappingProxyType({
    "type": "array",
    "items": dict(BINARY),
    "maxItems": MOST_FILES,
    "description": f"PDF, JPEG or PNG by content, at most {LARGEST_FILE >> 20} MiB each.",
})  # fmt: skip
"""The field of files in any form that takes them."""
_FIELDS: Final = (
    "birthplace", "other_names", "purpose_words", "phone", "email", "since-0", "until-0",
    "place-0", "occupation-0",
)  # fmt: skip
_SUPPLEMENT: Final[Content] = MappingProxyType({
    WHOLE_FORM: {
        "type": "object",
        "properties": {**dict.fromkeys(_FIELDS, _TEXT), "files": dict(FILES)},
        "additionalProperties": _TEXT,
    },
})  # fmt: skip
_KEY: Final = Parameter(
    "Idempotency-Key", "Makes a request that is sent twice one act.", place=Place.HEADER,
    required=True,
)  # fmt: skip
_SAVED: Final = Description(
    {HTTPStatus.OK: Answer("The file, to be saved.", dict.fromkeys(MEDIA_TYPES, BINARY)),
     HTTPStatus.FOUND: Answer("Sign in first.", headers={"Location": "The form."})},
    problems=(NotFoundError, RefusedError),
    text="The bytes as they were sent; never shown by the browser here. Each opening is recorded "
    "for the person. Rule: ``file_erased``.",
)  # fmt: skip

REQUEST_FILES: Final[Mapping[str, Description]] = MappingProxyType({
    "request_files.list_files": Description(
        {HTTPStatus.OK: Answer("The files.", json_of(SentFilesTold))}, problems=(NotFoundError,),
    ),
    "request_files.supplement": Description(
        {HTTPStatus.CREATED: Answer(
            "It came; all files of the request.", json_of(SentFilesTold))},
        body=_SUPPLEMENT,
        parameters=(_KEY,),
        problems=(
            NotFoundError, RefusedError, ConflictError, IdempotencyMismatchError,
            InvalidInputError, MalformedRequestError, BodyTooLargeError,
        ),
        throttled=True,
        text="Fields are named as on the page of a supplement; lines of the residence history end "
        "in their number, from 0 to 19. The place of a file that is refused is ``files[0]`` …. "
        "Rules: ``too_many_files``, ``file_too_large``, ``file_empty``, ``file_type``, "
        "``file_damaged``, ``file_locked``, ``file_pixels``, ``resubmission_only_in_supplement``.",
    ),
    "request_files.own_file": _SAVED,
    "request_files.file": _SAVED,
})  # fmt: skip
"""By endpoint."""
