"""What officers see: the queue, a file, its documents."""

from dataclasses import replace
from uuid import UUID

from flask import Blueprint, Response, request

from ledger.records.access import RecordKind
from projections.queue_pages import Due
from verify_api.access_rules import Disclosed, the_caller, the_scope
from verify_api.answers import language
from verify_api.desk.custody import has_desk
from verify_api.officer_asks import STEPS, address, query_of, read_ask
from verify_api.officer_desk import OfficerDesk, Whose
from verify_api.officer_page import officer_page, show_file, works, works_unseen
from verify_api.officer_words import COLUMNS, DUES, ORDERS
from verify_api.ports import IssuedPaper, Seen
from verify_api.running import the_ports
from verify_api.tables import columns, read_order


def officer_routes(desk: OfficerDesk) -> Blueprint:
    """Return the endpoints of queue and file over ``desk``."""
    blueprint = Blueprint("officer", __name__)

    @blueprint.get("/work")
    @works_unseen
    def queue() -> Response:
        """Show which file waits where, and which limit is near; no names."""
        ask, at, after = read_ask(request.args), the_ports().clock(), request.args.get("after", "")
        found = desk.queue(the_scope(), the_caller(), ask, after=after, at=at)
        kept = {name: value for name, value in query_of(ask).items() if name != "order"}
        order = read_order(ask.order, COLUMNS)
        return officer_page(
            "work.html",
            ask=ask,
            queue=found,
            columns=columns(COLUMNS, order, "/work", kept, language()),
            first=not after,
            dues=DUES,
            due_addresses={due: address("/work", replace(ask, due=due)) for due in Due},
            whoses={one: address("/work", replace(ask, whose=one)) for one in _whoses()},
            orders=ORDERS,
            steps=STEPS,
        )

    @blueprint.get("/officer/keys")
    @works_unseen
    def keys() -> Response:
        """Show which keys do what; the same table that ``?`` opens."""
        return officer_page("work_keys.html")

    @blueprint.get("/work/<uuid:request_id>")
    @works
    def file(request_id: UUID) -> Disclosed:
        """Show one file."""
        return show_file(desk, request_id)

    @blueprint.get("/work/<uuid:request_id>/certificate.pdf")
    @works
    def paper(request_id: UUID) -> Disclosed:
        """Hand out the issued certificate."""
        at = the_ports().clock()
        issued = desk.paper(the_scope(), the_caller().role, request_id, at=at)
        return _document(issued, Seen(RecordKind.CERTIFICATE, issued.subject))

    @blueprint.get("/work/<uuid:request_id>/letters/<int:number>.pdf")
    @works
    def letter(request_id: UUID, number: int) -> Disclosed:
        """Hand out a letter to the applicant."""
        made = desk.letter(the_scope(), request_id, number, at=the_ports().clock())
        return _document(made, Seen(RecordKind.REQUEST, made.subject, reference=request_id))

    return blueprint


def _whoses() -> list[Whose]:
    """Return the ways to choose by whose a file is; a signer has none of their own."""
    return [*Whose] if has_desk(the_caller().role) else [Whose.WAITING, Whose.ALL]


def _document(made: IssuedPaper, seen: Seen) -> Disclosed:
    answer = Response(made.pdf, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=made.file_name)
    return Disclosed(answer, (seen,))
