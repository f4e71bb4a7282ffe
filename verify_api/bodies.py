"""Request bodies to typed values. Nothing of a body is ever kept, logged or written to disk."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from io import BufferedReader, BytesIO, RawIOBase
from typing import IO, Any, Final

import msgspec
from flask import Request
from typing_extensions import override

from ledger.certificates.disclosure import Asked, FiveFields
from ledger.certificates.kind import Sex
from ledger.errors import InvalidInputError
from ledger.identifiers import FACILITY_CODE
from ledger.records.check import PersonCompared
from verify_api.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaError
from verify_api.picture_error import LIMITS
from verify_api.ports import PaperQuestion

LARGEST_TEXT: Final = 16 * 1024
"""Bytes of a body that holds one code. Source: `web.md`, section 8.7."""
LARGEST_UPLOAD: Final = LIMITS.octets
LARGEST_FORM: Final = LARGEST_UPLOAD + 64 * 1024
"""A picture and the fields around it."""
LARGEST_BATCH: Final = 8 * 1024 * 1024
LONGEST_LINE: Final = 16 * 1024
MOST_LINES: Final = 10_000

JSON: Final = "application/json"
PICTURES: Final = frozenset({"image/png", "image/jpeg", "application/pdf"})
FORMS: Final = frozenset({"multipart/form-data", "application/x-www-form-urlencoded"})
_TYPED_DAY: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4})", re.ASCII)
_SEXES: Final[Mapping[str, Sex]] = {sex.name.lower(): sex for sex in Sex}


class ServiceRequest(Request):
    """A request whose uploads stay in memory: they are small, and about people."""

    new_upload: Callable[[], IO[bytes]] = BytesIO
    """Makes where one upload goes; an address that takes longer bodies bounds it."""

    @override
    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return self.new_upload()


@dataclass(frozen=True, slots=True)
class Submitted:
    """What is to be verified: a text, or the bytes of a picture or PDF."""

    text: str | None
    upload: bytes | None
    asked: Asked | None = None
    facility: str | None = None
    """For which facility a paper is to be taken in, as typed."""


class AskedBody(msgspec.Struct, forbid_unknown_fields=True):
    """What the checker knows of the person; what is given is compared, nothing is told."""

    name: str | None = None
    birth_date: str | None = None
    sex: str | None = None
    number: str | None = None


class VerifyBody(msgspec.Struct, forbid_unknown_fields=True):
    """One code, as it was read from a paper or typed."""

    text: str
    asked: AskedBody | None = None
    facility: str | None = None
    """Code of the facility that would take a referral or an appointment in."""


class BatchBody(msgspec.Struct, forbid_unknown_fields=True):
    """One line of a batch: one code, and a name of the caller's own for it."""

    text: str
    id: str | int | None = None
    asked: AskedBody | None = None
    facility: str | None = None


class CodeBody(msgspec.Struct, forbid_unknown_fields=True):
    """What is typed from a paper whose code cannot be read."""

    short_code: str
    issued_on: str


class ReceiptBody(msgspec.Struct, forbid_unknown_fields=True):
    """One code, and whether the person before the checker is the one on the paper."""

    text: str
    person: str | None = None
    facility: str | None = None


class FieldsBody(msgspec.Struct, forbid_unknown_fields=True):
    """The five fields that the holder of a paper can tell."""

    dossier_code: str
    name: str
    birth_date: str
    sex: str
    number: str
    legal_basis: str | None = None


_VERIFY: Final = msgspec.json.Decoder(VerifyBody)
_LINE: Final = msgspec.json.Decoder(BatchBody)
_CODE: Final = msgspec.json.Decoder(CodeBody)
_RECEIPT: Final = msgspec.json.Decoder(ReceiptBody)
_FIELDS: Final = msgspec.json.Decoder(FieldsBody)


def submitted(request: Request) -> Submitted:
    """Return what ``request`` submits, in any of the five forms that are taken.

    Raises:
        MalformedRequestError: The body is not what its media type says.
        UnsupportedMediaError: Another media type.
        BodyTooLargeError: Longer than that form may be.
    """
    media_type = request.mimetype
    if media_type == JSON:
        return submitted_json(_body(request, LARGEST_TEXT))
    if media_type == "text/plain":
        return Submitted(_utf8(_body(request, LARGEST_TEXT)), None)
    if media_type in PICTURES:
        return Submitted(None, _body(request, LARGEST_UPLOAD))
    if media_type in FORMS:
        return _submitted_form(request)
    raise UnsupportedMediaError(
        "expected JSON, plain text, a PNG, a JPEG, a PDF, or a form with one of them"
    )


def submitted_json(data: bytes) -> Submitted:
    """Return what the JSON ``data`` submits.

    Raises:
        MalformedRequestError: It is not the JSON wanted.
        InvalidInputError: What is asked of the person is not of the form wanted.
    """
    body = _decoded(_VERIFY, data)
    return Submitted(body.text, None, _asked(body.asked), _facility(body.facility))


def _submitted_form(request: Request) -> Submitted:
    request.max_content_length = LARGEST_FORM
    form = {name: value for name, value in request.form.items() if value.strip()}
    fields = AskedBody(*(form.get(f"asked_{name}") for name in AskedBody.__struct_fields__))
    uploads = [upload.read() for upload in request.files.values() if upload.filename]
    text = form.get("text")
    if len(uploads) + (text is not None) != 1:
        raise MalformedRequestError("one_code", "expected either one file or one text")
    upload = uploads[0] if uploads else None
    return Submitted(text, upload, _asked(fields), _facility(form.get("facility")))


def paper_question(request: Request) -> PaperQuestion:
    """Return what was typed from a paper.

    Raises:
        MalformedRequestError: A field is missing.
        InvalidInputError: The day is none.
    """
    body = CodeBody(**_fields_of(request, CodeBody, _CODE))
    return PaperQuestion(body.short_code, day(body.issued_on, "issued_on"))


def receipt_question(request: Request) -> tuple[Submitted, PersonCompared]:
    """Return the code that a receipt is wanted for, and whether the person was compared.

    Raises:
        MalformedRequestError: There is no code.
        InvalidInputError: One of the others is not of the form wanted.
    """
    body = ReceiptBody(**_fields_of(request, ReceiptBody, _RECEIPT))
    try:
        person = PersonCompared(body.person or PersonCompared.NOT_COMPARED)
    except ValueError as error:
        expected = "matches, differs or not_compared"
        raise InvalidInputError("person", "person_compared", expected) from error
    return Submitted(body.text, None, facility=_facility(body.facility)), person


def shown_receipt(request: Request) -> bytes:
    """Return the file of a receipt that is to be judged: the body itself, or a form's one file.

    Raises:
        MalformedRequestError: A form without a file.
        UnsupportedMediaError: Another media type.
        BodyTooLargeError: Longer than a PDF may be.
    """
    if request.mimetype in {JSON, "text/plain", "application/pdf", "application/jose"}:
        return _body(request, LARGEST_UPLOAD)
    if request.mimetype != "multipart/form-data":
        raise UnsupportedMediaError("expected JSON, a JWS as plain text, a PDF, or a form")
    request.max_content_length = LARGEST_FORM
    uploads: list[bytes] = [one.read() for one in request.files.values() if one.filename]
    if len(uploads) != 1:
        raise MalformedRequestError("one_file", "expected one file")
    return uploads[0]


def five_fields(request: Request) -> tuple[FiveFields, str | None]:
    """Return the five fields, and the legal basis that the checker names.

    Raises:
        MalformedRequestError: A field is missing.
        InvalidInputError: One is not of the form wanted.
    """
    body = FieldsBody(**_fields_of(request, FieldsBody, _FIELDS))
    fields = FiveFields(
        dossier_code=body.dossier_code,
        name=body.name,
        birth_date=day(body.birth_date, "birth_date"),
        sex=_sex(body.sex, "sex"),
        number=body.number,
    )
    return fields, body.legal_basis


def _fields_of(
    request: Request, struct: type[msgspec.Struct], decoder: msgspec.json.Decoder[Any]
) -> dict[str, str]:
    if request.mimetype == JSON:
        found = msgspec.structs.asdict(_decoded(decoder, _body(request, LARGEST_TEXT)))
    elif request.mimetype in FORMS:
        request.max_content_length = LARGEST_TEXT
        found = {n: request.form.get(n, "").strip() or None for n in struct.__struct_fields__}
    else:
        raise UnsupportedMediaError("expected JSON or a form")
    required = msgspec.structs.fields(struct)
    missing = [one.name for one in required if one.required and not found[one.name]]
    if missing:
        raise MalformedRequestError("fields_missing", f"expected {', '.join(missing)}")
    return found


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One line of a batch: what to verify, or why it cannot be read."""

    number: int
    """Of the line as it was sent, from 1; empty ones count."""
    name: str | int | None = None
    """The caller's ``id``, given back."""
    text: str = ""
    asked: Asked | None = None
    facility: str | None = None
    error: MalformedRequestError | InvalidInputError | None = None


def batch_lines(request: Request) -> Iterator[BatchLine]:
    """Yield the lines of an NDJSON body as they come in; a bad one is a line like any other.

    Raises:
        UnsupportedMediaError: Another media type.
        BodyTooLargeError: Longer than `LARGEST_BATCH`, as far as that is said beforehand.
    """
    if request.mimetype not in {"application/x-ndjson", "application/jsonl"}:
        raise UnsupportedMediaError("expected application/x-ndjson")
    if (request.content_length or 0) > LARGEST_BATCH:
        raise BodyTooLargeError(LARGEST_BATCH)
    request.max_content_length = LARGEST_BATCH
    stream = request.stream
    # A raw stream looks for the end of a line byte by byte: a hundred codes would take that as long
    # as a thousand checks.
    return _batch_lines(BufferedReader(stream) if isinstance(stream, RawIOBase) else stream)


def _batch_lines(stream: IO[bytes]) -> Iterator[BatchLine]:
    number = told = 0
    while line := stream.readline(LONGEST_LINE + 1):
        number += 1
        whole = line
        while not line.endswith(b"\n") and len(line) > LONGEST_LINE:
            line = stream.readline(LONGEST_LINE + 1)  # the rest of a line that is too long
        if not whole.strip():
            continue
        told += 1
        if told > MOST_LINES:
            message = f"expected at most {MOST_LINES} lines; the rest was not read"
            yield BatchLine(number, error=MalformedRequestError("too_many_lines", message))
            return
        yield _batch_line(number, whole)


def _batch_line(number: int, line: bytes) -> BatchLine:
    if len(line) > LONGEST_LINE:
        message = f"expected lines of at most {LONGEST_LINE} bytes"
        return BatchLine(number, error=MalformedRequestError("line_too_long", message))
    try:
        body = _decoded(_LINE, line)
    except MalformedRequestError as error:
        return BatchLine(number, error=error)
    try:
        asked, facility = _asked(body.asked), _facility(body.facility)
        return BatchLine(number, body.id, body.text, asked, facility)
    except InvalidInputError as error:
        return BatchLine(number, body.id, error=error)


def refuse_query(request: Request) -> None:
    """Refuse anything but the language in a query: addresses are logged and kept by browsers.

    Raises:
        MalformedRequestError: Naming the body as the place for a code.
    """
    if request.query_string and set(request.args) - {"lang"}:
        raise MalformedRequestError("query_not_taken", "send it in the body, never in the address")


def day(typed: str, place: str) -> date:
    """Return the day that was ``typed``: ``24/11/2026`` or ``2026-11-24``.

    Raises:
        InvalidInputError: Neither, or no day of the calendar.
    """
    match = _TYPED_DAY.fullmatch(typed.strip())
    try:
        if match is not None:
            return date(int(match[3]), int(match[2]), int(match[1]))
        return date.fromisoformat(typed.strip())
    except ValueError as error:
        raise InvalidInputError(place, "date", "a day such as 24/11/2026") from error


def _sex(typed: str, place: str) -> Sex:
    sex = _SEXES.get(typed.strip().lower())
    if sex is None:
        raise InvalidInputError(place, "sex", "male, female or other")
    return sex


def _asked(body: AskedBody | None) -> Asked | None:
    if body is None or body == AskedBody():
        return None
    return Asked(
        name=body.name,
        birth_date=None if body.birth_date is None else day(body.birth_date, "asked.birth_date"),
        sex=None if body.sex is None else _sex(body.sex, "asked.sex"),
        number=body.number,
    )


def _facility(typed: str | None) -> str | None:
    """Return the code of a facility that was typed, None if none was."""
    if typed is None or not typed.strip():
        return None
    return FACILITY_CODE.check(typed.strip().upper(), place="facility")


def _body(request: Request, limit: int) -> bytes:
    if (request.content_length or 0) > limit:
        raise BodyTooLargeError(limit)
    request.max_content_length = limit
    return request.get_data(cache=False)


def _decoded(decoder: msgspec.json.Decoder[Any], data: bytes) -> Any:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        # What msgspec says names the place and the type, never the value.
        raise MalformedRequestError("json", f"not the JSON wanted here: {error}") from error


def _utf8(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedRequestError("utf8", "expected text in UTF-8") from error
