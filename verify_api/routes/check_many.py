"""``/check/many``: many codes on one page, pasted or uploaded, answered in one table or file.

The lines are answered by what answers a program's batch (`verify_api.line_answers`), the files by
what answers a single picture; nothing of either, and no reference of the checker's, is kept.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Final

from flask import Blueprint, Response, request
from werkzeug.datastructures import FileStorage

from ledger.certificates.kind import Wording
from ledger.errors import StoreUnavailableError
from verify_api import spreadsheets
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.answers import language, page
from verify_api.bodies import FORMS, LARGEST_FORM, Submitted, refuse_query
from verify_api.callers import Action, Reach, who_may
from verify_api.check_many_words import MANY
from verify_api.check_notes import Answered, note_checks
from verify_api.checking import Checked, check, seen_by
from verify_api.errors import UnsupportedMediaError
from verify_api.line_answers import answer_lines
from verify_api.many_rows import ManyRow, fault_row, file_rows, line_row, summary
from verify_api.moments import VIETNAM
from verify_api.pasted_lines import LONGEST_REFERENCE, pasted_lines
from verify_api.picture_error import PictureError
from verify_api.running import the_running
from verify_api.throttle import throttle

blueprint = Blueprint("many", __name__)

ADDRESS: Final = "/check/many"
PURPOSE: Final = "verify_certificate"
LEGAL_BASIS: Final = "presented_by_holder"
MOST_FILES: Final = 20
FILE: Final = "csv"
"""What ``as`` says where a file is wanted."""
_COLUMNS: Final = ("reference", "answer", "state", "number", "next", "checked_at")


@dataclass(frozen=True, slots=True)
class _Sent:
    """What a form sends."""

    codes: str
    files: list[FileStorage]


@blueprint.get(ADDRESS)
@access(who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose=PURPOSE, reads_personal=False)
def form() -> Response:
    """Show the form for many codes."""
    refuse_query(request)
    return _page()


@blueprint.post(ADDRESS)
@access(
    who_may(Action.VERIFY),
    scope=Reach.PUBLIC,
    purpose=PURPOSE,
    reads_personal=True,
    legal_basis=LEGAL_BASIS,
)
def check_all() -> Disclosed:
    """Answer about each pasted line and each file, as a table or as a file for a spreadsheet."""
    refuse_query(request)
    sent = _sent()
    if not sent.codes.strip() and not sent.files:
        return Disclosed(_page(missing=True, status=HTTPStatus.UNPROCESSABLE_ENTITY))
    rows = [*_lines(sent.codes), *_files(sent.files)]
    verdicts = [row.verdict for row in rows if row.verdict is not None]
    answer = _file(rows) if request.form.get("as") == FILE else _page(rows, sent.codes)
    return Disclosed(answer, seen_by(the_caller(), verdicts))


def _sent() -> _Sent:
    if request.mimetype not in FORMS:
        raise UnsupportedMediaError("expected a form")
    request.max_content_length = LARGEST_FORM
    files = [one for _, one in request.files.items(multi=True) if one.filename]
    return _Sent(request.form.get("codes", ""), files)


def _lines(codes: str) -> list[ManyRow]:
    lines = pasted_lines(codes)
    return [line_row(one) for one in answer_lines(lines)] if lines else []


def _files(files: list[FileStorage]) -> Iterator[ManyRow]:
    """Yield the rows of all files; those beyond the most are not read."""
    read = files[:MOST_FILES]
    if read:
        throttle("picture", the_running().ports.settings.rates.picture, cost=len(read))
    for one in read:
        yield from _file_rows(one)
    for one in files[MOST_FILES:]:
        yield fault_row(_name(one), "too_many_files")


def _file_rows(one: FileStorage) -> Iterator[ManyRow]:
    try:
        checked = _checked(one.read())
    except PictureError as error:
        yield fault_row(_name(one), error.rule.value)
    except StoreUnavailableError as error:
        yield fault_row(_name(one), error.code)
    else:
        yield from file_rows(_name(one).vi, checked)


def _checked(upload: bytes) -> list[Checked]:
    running = the_running()
    checked = check(Submitted(None, upload), running, running.ports.clock(), the_caller())
    note_checks([Answered(one.verdict, one.text) for one in checked])
    return checked


def _name(one: FileStorage) -> Wording:
    name = (one.filename or "")[-LONGEST_REFERENCE:]
    return Wording(name, name)


def _file(rows: list[ManyRow]) -> Response:
    tongue = language()
    at = the_running().ports.clock().astimezone(VIETNAM)
    head = [MANY[name].of(tongue) for name in _COLUMNS]
    content = b"".join(spreadsheets.lines(head, (_cells(row, tongue, at) for row in rows)))
    return Response(
        content, content_type=spreadsheets.MEDIA_TYPE,
        headers={"Content-Disposition": f'attachment; filename="checks-{at:%Y-%m-%d}.csv"'},
    )  # fmt: skip


def _cells(row: ManyRow, tongue: str, at: datetime) -> tuple[str, ...]:
    checked_at = "" if row.verdict is None else at.isoformat(timespec="seconds")
    return (
        row.reference.of(tongue), row.heading.of(tongue), row.state, row.number,
        row.next_step.of(tongue), checked_at,
    )  # fmt: skip


def _page(
    rows: list[ManyRow] | None = None, codes: str = "", *, missing: bool = False,
    status: int = HTTPStatus.OK,
) -> Response:  # fmt: skip
    return page(
        "check_many.html", words=MANY, rows=rows, codes=codes, missing=missing,
        summary=summary(rows or (), language()), status=status,
    )  # fmt: skip
