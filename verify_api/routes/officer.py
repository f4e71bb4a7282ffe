"""What officers see and do: the queue, a file, the acts that their role may do on it now.

The acts come from the procedure's step table through the port; this file knows none by name.
"""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, redirect, request

from keys.base64url import to_base64url
from ledger.errors import ConflictError, InvalidInputError, RefusedError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_caller, the_scope
from verify_api.answers import page
from verify_api.bodies import LARGEST_TEXT
from verify_api.callers import Action, Reach, who_may
from verify_api.errors import ForbiddenError, MalformedRequestError
from verify_api.identification import CSRF_FIELD
from verify_api.ports import Deed, Seen
from verify_api.problems import Problem, problem_of
from verify_api.running import the_ports
from verify_api.said import tell

blueprint = Blueprint("officer", __name__)

ONCE_FIELD = "once"
"""Holds the idempotency key of a form."""
ONCE_BYTES = 16

_LEGAL_BASIS = "107/2025/QH15"
"""The Law on Judicial Records as amended: who processes a request reads it."""

_works = access(
    who_may(Action.SEE_WORK),
    scope=Reach.ORGANISATION,
    purpose="process_request",
    reads_personal=True,
    legal_basis=_LEGAL_BASIS,
)


@blueprint.get("/work")
@access(
    who_may(Action.SEE_WORK),
    scope=Reach.ORGANISATION,
    purpose="process_request",
    reads_personal=False,
)
def queue() -> Response:
    """Show which file waits where, and which limit is near; no names."""
    ports = the_ports()
    at = ports.clock()
    files = ports.office.work_queue(the_scope(), the_caller().role, at=at)
    return page(
        "work.html",
        mine=[file for file in files if file.mine],
        others=[file for file in files if not file.mine],
        at=at,
    )


@blueprint.get("/work/<uuid:request_id>")
@_works
def file(request_id: UUID) -> Disclosed:
    """Show one file."""
    return _file(request_id)


@blueprint.get("/work/<uuid:request_id>/certificate.pdf")
@_works
def paper(request_id: UUID) -> Disclosed:
    """Hand out the issued certificate."""
    ports = the_ports()
    issued = ports.office.paper(the_scope(), the_caller().role, request_id, at=ports.clock())
    answer = Response(issued.pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=issued.file_name)
    return Disclosed(answer, (Seen(RecordKind.CERTIFICATE, issued.subject),))


@blueprint.post("/work/<uuid:request_id>/<act>")
@_works
def do(request_id: UUID, act: str) -> Disclosed:
    """Do one act, then show the file again; a form that is sent twice acts once."""
    ports, caller, scope = the_ports(), the_caller(), the_scope()
    request.max_content_length = LARGEST_TEXT
    key = request.form.get(ONCE_FIELD, "")
    if not key:
        raise MalformedRequestError("once_missing", "expected the form's own key: load it again")
    at = ports.clock()
    values = {
        name: value.strip()
        for name, value in request.form.items()
        if name not in {ONCE_FIELD, CSRF_FIELD} and value.strip()
    }
    deed = Deed(request_id, act, values, f"{caller.account}:{key}")
    try:
        ports.office.act(scope, caller, deed, at=at)
    except RefusedError as error:
        offered = {
            offer.act for offer in ports.office.offers(scope, caller.role, request_id, at=at)
        }
        if act not in offered:
            raise ForbiddenError("your role may not do this, or not now") from error
        return _file(request_id, problem_of(error), act, values)
    except (InvalidInputError, ConflictError) as error:
        return _file(request_id, problem_of(error), act, values)
    answer = _seen_other(f"/work/{request_id}")
    tell(answer, "done", https=ports.settings.https)
    return Disclosed(answer)


def _file(
    request_id: UUID,
    problem: Problem | None = None,
    act: str = "",
    values: dict[str, str] | None = None,
) -> Disclosed:
    ports = the_ports()
    at = ports.clock()
    view = ports.office.file(the_scope(), the_caller().role, request_id, at=at)
    answer = page(
        "file.html",
        file=view,
        problem=problem,
        failed_act=act,
        typed=values or {},
        once=to_base64url(ports.random_bytes(ONCE_BYTES)),
        status=HTTPStatus.OK if problem is None else problem.status,
    )
    return Disclosed(answer, (Seen(RecordKind.REQUEST, view.subject, reference=view.request),))


def _seen_other(address: str) -> Response:
    response = redirect(address, HTTPStatus.SEE_OTHER, Response=Response)
    assert isinstance(response, Response)
    return response
