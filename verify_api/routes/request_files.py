"""Files that an applicant sent: sent by a program, listed, saved by them and by officers.

A file is answered as something to be saved, in a sandbox: what is in it was made by somebody
outside. Each opening is recorded for the person before it leaves.
"""

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request
from msgspec import convert, to_builtins

from ledger.errors import InvalidInputError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_caller, the_scope
from verify_api.answers import json_answer
from verify_api.callers import Reach
from verify_api.citizen_desk import CitizenDesk
from verify_api.citizen_forms import read_supplement, typed_of
from verify_api.desk.citizen_requests import Supplement
from verify_api.desk.request_files import OPENS, OpenedFile
from verify_api.errors import MalformedRequestError
from verify_api.officer_page import LEGAL_BASIS
from verify_api.ports import Seen
from verify_api.routes.citizen_requests import acts_on_own, own
from verify_api.running import the_ports
from verify_api.throttle import throttle
from verify_api.told_files import SentFilesTold, file_json
from verify_api.uploads import require_form, sent_files, takes_files

SANDBOX: Final = "sandbox; default-src 'none'; frame-ancestors 'none'"
"""Policy of a file that somebody sent: opened in a window after all, it does nothing there."""
LONGEST_KEY: Final = 200

_opens = access(
    OPENS, scope=Reach.ORGANISATION, purpose="open_sent_file", reads_personal=True,
    legal_basis=LEGAL_BASIS,
)  # fmt: skip


def request_file_routes(desk: CitizenDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("request_files", __name__)
    _telling(blueprint, desk)
    _saving(blueprint, desk)
    return blueprint


def _telling(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/v1/my/requests/<uuid:request_id>/files")
    @own
    def list_files(request_id: UUID) -> Disclosed:
        """Return what the caller sent with one of their requests, without what is in it."""
        return _told(desk, request_id, HTTPStatus.OK)

    @blueprint.post("/v1/my/requests/<uuid:request_id>/supplement")
    @takes_files
    @acts_on_own
    def supplement(request_id: UUID) -> Disclosed:
        """Answer what was found missing, with files; what is left out stays as it is."""
        given, key = _given(desk, request_id), _key()
        at = the_ports().clock()
        desk.requests.supplement(the_scope(), the_caller(), request_id, given, key, at=at)
        return _told(desk, request_id, HTTPStatus.CREATED)


def _saving(blueprint: Blueprint, desk: CitizenDesk) -> None:
    @blueprint.get("/my/requests/<uuid:request_id>/files/<int:number>")
    @own
    def own_file(request_id: UUID, number: int) -> Disclosed:
        """Return a file that the caller sent, to be saved."""
        return _saved(desk.sent.own_file(the_scope(), request_id, number), request_id)

    @blueprint.get("/work/<uuid:request_id>/files/<int:number>")
    @_opens
    def file(request_id: UUID, number: int) -> Disclosed:
        """Return a file that the applicant sent, to be saved, to who judges it."""
        return _saved(desk.sent.file(the_scope(), request_id, number), request_id)


def _saved(found: OpenedFile, request_id: UUID) -> Disclosed:
    answer = Response(found.content, mimetype=found.told.media_type)
    answer.headers.set("Content-Disposition", "attachment", filename=found.file_name)
    answer.headers["Content-Security-Policy"] = SANDBOX
    return Disclosed(answer, (Seen(RecordKind.REQUEST, found.subject, reference=request_id),))


def _told(desk: CitizenDesk, request_id: UUID, status: HTTPStatus) -> Disclosed:
    files = [file_json(request_id, one) for one in desk.sent.own(the_scope(), request_id)]
    told = convert({"files": files}, SentFilesTold)
    seen = Seen(RecordKind.REQUEST, the_scope().subject, reference=request_id)
    return Disclosed(json_answer(to_builtins(told), status), (seen,))


def _given(desk: CitizenDesk, request_id: UUID) -> Supplement:
    """Return what was sent, over what is known.

    Raises:
        InvalidInputError: A field or a file is not of the form wanted.
        MalformedRequestError: It is no form.
    """
    require_form()
    throttle("picture", the_ports().settings.rates.picture)
    scope = the_scope()
    known = desk.requests.registered(scope)
    before = typed_of(desk.requests.declared(scope, request_id), known.contact)
    typed = {name: value.strip() for name, value in request.form.items()}
    read = read_supplement({**before, **typed}, known)
    for field, rule in read.faults.items():
        raise InvalidInputError(field, rule, "a value as the page of a supplement takes it")
    assert read.given is not None, "nothing was wrong"
    return replace(read.given, files=sent_files(the_ports().media_type_of))


def _key() -> str:
    said = request.headers.get("Idempotency-Key", "")
    if not 0 < len(said) <= LONGEST_KEY:
        expected = f"expected an Idempotency-Key of at most {LONGEST_KEY} characters"
        raise MalformedRequestError("idempotency_key", expected)
    return f"{the_caller().account}:{said}"
