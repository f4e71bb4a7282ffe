"""What a citizen sees: where the own request is, its certificate, and who has looked."""

from uuid import UUID

from flask import Blueprint, Response, current_app

from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_scope
from verify_api.answers import page
from verify_api.callers import Action, Reach, who_may
from verify_api.citizen_words import CITIZEN
from verify_api.ports import FileView, Seen
from verify_api.running import the_ports

blueprint = Blueprint("citizen", __name__)

ASKING = "citizen_requests.new"
"""The endpoint at which a certificate is asked for; a service without a ledger has none."""

_own = access(
    who_may(Action.FOLLOW_OWN), scope=Reach.OWN, purpose="own_record", reads_personal=True
)


@blueprint.get("/my")
@_own
def mine() -> Disclosed:
    """Show the caller's requests, step by step, and who has looked at their data."""
    ports, scope = the_ports(), the_scope()
    at = ports.clock()
    files = ports.own_records.requests(scope, at=at)
    answer = page(
        "my.html",
        files=files,
        looks=ports.own_records.looks(scope, at=at),
        passcode_reset=ports.own_records.passcode_reset(scope, at=at),
        asks=ASKING in current_app.view_functions,
        open_file=next((file.request for file in files if _is_under_way(file)), None),
        words=CITIZEN,
    )
    return Disclosed(answer, (Seen(RecordKind.REQUEST, scope.subject),))


def _is_under_way(file: FileView) -> bool:
    return not file.has_paper and any(step.current for step in file.steps)


@blueprint.get("/my/<uuid:request_id>/certificate.pdf")
@_own
def paper(request_id: UUID) -> Disclosed:
    """Hand out the caller's own certificate; Form 2 has an address of its own."""
    ports, scope = the_ports(), the_scope()
    issued = ports.own_records.paper(scope, request_id, at=ports.clock())
    answer = Response(issued.pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=issued.file_name)
    return Disclosed(answer, (Seen(RecordKind.CERTIFICATE, scope.subject),))
