"""Files of a visit: kept for the facility that sent it, read by it and by the person.

The body is the file itself. Nobody else reads it here: what a file shows has no category by which
a consent or a closing could be held. Every look is recorded for the person before it leaves.
"""

import re
from http import HTTPStatus
from typing import Final
from urllib.parse import unquote
from uuid import UUID

from flask import Blueprint, Response, request
from msgspec import to_builtins

from ledger.commands.visit_files import LARGEST_FILE, MEDIA_TYPES, NewFile
from ledger.errors import NotFoundError
from ledger.personal import readable
from ledger.records.access import RecordKind
from ledger.records.book_access import Basis
from ledger.records.visit import DocumentAttached
from verify_api.access_rules import Disclosed, access, the_caller
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, Role, who_may
from verify_api.desk.visits import Reader, VisitDesk
from verify_api.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaError
from verify_api.governing import act_of_caller
from verify_api.ports import Seen
from verify_api.visit_json import FileAttached, FilesTold, FileTold

TITLE: Final = "Attachment-Title"
_ADDRESS: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PATH: Final = "/v1/visits/<uuid:visit>/attachments"
_READERS: Final = who_may(Action.SEND_VISITS) | who_may(Action.FOLLOW_OWN)

_sends = access(
    who_may(Action.SEND_VISITS), scope=Reach.ORGANISATION, purpose="send_visits",
    reads_personal=False,
)  # fmt: skip
_reads = access(_READERS, scope=Reach.GRANTED, purpose="read_book", reads_personal=True)


def visit_file_routes(desk: VisitDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("visit_files", __name__)

    @blueprint.post(_PATH)
    @_sends
    def attach(visit: UUID) -> Response:
        """Keep a file of a visit; the same file again is answered the same."""
        new = NewFile(_body(), request.mimetype, _title())
        done = desk.attach(visit, new, act_of_caller())
        told = FileAttached(done.address.hex(), len(new.content))
        status = HTTPStatus.OK if done.repeated else HTTPStatus.CREATED
        return json_answer(to_builtins(told), status)

    @blueprint.get(_PATH)
    @_reads
    def list_files(visit: UUID) -> Disclosed:
        """Return the files of a visit, without what is in them."""
        subject, files = desk.attached(visit, _reader())
        told = FilesTold([_told(one) for one in files])
        return Disclosed(json_answer(to_builtins(told)), (_seen(subject, visit),))

    @blueprint.get(f"{_PATH}/<address>")
    @_reads
    def fetch(visit: UUID, address: str) -> Disclosed:
        """Return a file of a visit, to be saved."""
        if not _ADDRESS.fullmatch(address):
            raise NotFoundError("no file of this visit is known under this address")
        found = desk.file(visit, bytes.fromhex(address), _reader())
        answer = Response(found.content, mimetype=found.named.media_type)
        ending = found.named.media_type.rsplit("/", 1)[-1]
        name = f"{address[:12]}.{ending}"
        answer.headers.set("Content-Disposition", "attachment", filename=name)
        return Disclosed(answer, (_seen(found.subject, visit),))

    return blueprint


def _reader() -> Reader:
    caller = the_caller()
    if caller.role is Role.CITIZEN:
        return Reader(None, caller.subject)
    return Reader(caller.organisation, None)


def _seen(subject: UUID, visit: UUID) -> Seen:
    own = the_caller().role is Role.CITIZEN
    basis = Basis.OWN if own else Basis.VISIT
    return Seen(RecordKind.VISIT, subject, reference=visit, legal_basis=basis.value)


def _told(one: DocumentAttached) -> FileTold:
    title = readable(one.title, "") or None
    return FileTold(one.address.hex(), one.size, one.media_type, title)


def _title() -> str:
    """Return what the file is called: UTF-8, percent-encoded as URLs are."""
    said = request.headers.get(TITLE)
    if said is None:
        raise MalformedRequestError("attachment_title", f"{TITLE}: expected what the file is")
    return unquote(said)


def _body() -> bytes:
    if request.mimetype not in MEDIA_TYPES:
        raise UnsupportedMediaError(f"expected one of {', '.join(MEDIA_TYPES)}")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise UnsupportedMediaError("expected a body that is not compressed")
    if (request.content_length or 0) > LARGEST_FILE:
        raise BodyTooLargeError(LARGEST_FILE)
    request.max_content_length = LARGEST_FILE
    return request.get_data(cache=False)
