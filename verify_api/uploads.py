"""Files of a form: bounded while they come in, judged by their content, named harmlessly.

The form is read whole even if a file in it is too large: what exceeds a bound is counted and let
go, so that everything else that was typed can be shown again.
"""

import unicodedata
from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import IO, Any, Final, ParamSpec, TypeAlias, cast

from flask import Response, request
from typing_extensions import Buffer, override
from werkzeug.datastructures import FileStorage

from ledger.certificates.request_files import (
    LARGEST_FILE,
    LONGEST_NAME,
    MOST_FILES,
    NewFile,
    check_count,
    check_size,
    place_of,
)
from ledger.errors import InvalidInputError
from ledger.names import normalise_name
from verify_api.bodies import ServiceRequest
from verify_api.errors import MalformedRequestError
from verify_api.picture_error import PictureError, PictureRule

LARGEST_BODY: Final = 64 << 20
"""Bytes of a form with files. Five photographs as a telephone takes them: refused one by one, and
nothing that was typed beside them is lost; a longer body is refused whole."""
MOST_PARTS: Final = 150
"""Fields and files. The longest form has 90."""
WHOLE_FORM: Final = "multipart/form-data"
ACCEPTED: Final = "application/pdf,image/jpeg,image/png"
"""As a field for files says it."""

MediaTypeOf: TypeAlias = Callable[[bytes], str]
"""Judges a file by its content; raises PictureError. `verify_api.picture.media_type_of`, best in
a process of its own (`verify_api.picture_process`)."""
Arguments = ParamSpec("Arguments")


class _Room:
    """How many bytes the files of one form may still take."""

    def __init__(self) -> None:
        self.left = LARGEST_FILE * MOST_FILES


class BoundedUpload(BytesIO):
    """One file as it comes in; beyond its bounds its bytes are counted and not kept."""

    def __init__(self, room: _Room) -> None:
        """Take from ``room`` what is kept."""
        super().__init__()
        self._room = room
        self._kept = 0
        self.size = 0
        """Bytes that came."""

    @override
    def write(self, part: Buffer, /) -> int:
        """Keep ``part`` if there is room; let go what was kept if there is none."""
        data = bytes(part)
        self.size += len(data)
        if self.size <= LARGEST_FILE and len(data) <= self._room.left:
            self._room.left -= len(data)
            self._kept += len(data)
            return super().write(data)
        self._room.left += self._kept
        self._kept = 0
        self.seek(0)
        self.truncate()
        return len(data)

    @property
    def is_whole(self) -> bool:
        """Whether all that came was kept."""
        return self._kept == self.size


def takes_files(view: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """Let the form of the endpoint below hold files; stands above its access rule.

    A session's token is in the form: who may call is known only once it has been read.
    """

    @wraps(view)
    def allowed(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        ours, room = cast(ServiceRequest, request), _Room()
        ours.max_content_length = LARGEST_BODY
        ours.max_form_parts = MOST_PARTS
        ours.new_upload = lambda: cast("IO[bytes]", BoundedUpload(room))
        return view(*args, **kwargs)

    return allowed


def sent_files(media_type_of: MediaTypeOf) -> tuple[NewFile, ...]:
    """Return the files of this form, whatever their fields are called; none without any.

    Raises:
        InvalidInputError: ``too_many_files``, or of one file ``file_empty``, ``file_too_large``,
            ``file_type``, ``file_damaged``, ``file_locked``, ``file_pixels``; the place says which.
        PictureError: ``busy``: ask again.
    """
    sent = [one for some in request.files.listvalues() for one in some if one.filename]
    check_count(len(sent))
    return tuple(_judged(number, one, media_type_of) for number, one in enumerate(sent))


def require_form() -> None:
    """Refuse a body that is no form with files; what cannot be read as one is empty.

    Raises:
        MalformedRequestError: ``form_expected``.
    """
    if request.mimetype != WHOLE_FORM or not (request.form or request.files):
        raise MalformedRequestError("form_expected", f"expected a body of {WHOLE_FORM}")


def name_of_place(place: str) -> str:
    """Return what the file was called that a refusal is about; empty if it is about none."""
    sent = [one for some in request.files.listvalues() for one in some if one.filename]
    found = (one for number, one in enumerate(sent) if place_of(number) == place)
    return next((harmless_name(one.filename, 0) for one in found), "")


def harmless_name(given: str | None, number: int) -> str:
    """Return a file's name without its folders and without what cannot be seen."""
    last = (given or "").replace("\\", "/").rpartition("/")[2]
    seen = "".join(c for c in unicodedata.normalize("NFC", last) if c.isprintable())
    return normalise_name(seen)[-LONGEST_NAME:].strip() or f"tep-{number + 1}"


def _judged(number: int, one: FileStorage, media_type_of: MediaTypeOf) -> NewFile:
    place, stream = place_of(number), cast(Any, one.stream)
    assert isinstance(stream, BoundedUpload), "the endpoint says that it takes files"
    check_size(stream.size, place)
    if not stream.is_whole:
        raise InvalidInputError(place, "file_too_large", f"at most {LARGEST_FILE} bytes")
    content = stream.getvalue()
    try:
        media_type = media_type_of(content)
    except PictureError as error:
        if error.rule is PictureRule.BUSY:
            raise
        raise _refusal(error.rule, place) from error
    return NewFile(content, media_type, harmless_name(one.filename, number))


def _refusal(rule: PictureRule, place: str) -> InvalidInputError:
    match rule:
        case PictureRule.NOT_A_PICTURE:
            return InvalidInputError(place, "file_type", "a PDF, a JPEG or a PNG")
        case PictureRule.ENCRYPTED:
            return InvalidInputError(place, "file_locked", "a PDF that opens without a password")
        case PictureRule.TOO_MANY_PIXELS:
            return InvalidInputError(place, "file_pixels", "at most 50 million pixels")
        case _:
            return InvalidInputError(place, "file_damaged", "a file that opens")
