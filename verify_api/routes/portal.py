"""The province's interface: hand dossiers in, ask for status, result and recall, follow the feed.

A system's token belongs to one authority, and every question is asked in its name. Notices and
states say nothing about a person; a result does, and is a look that the person can see.
"""

from http import HTTPStatus
from typing import Final

import orjson
from flask import Blueprint, Response, request

from ledger.commands.portal import Intake
from ledger.facts import Act
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_caller, the_scope
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, Role, who_may
from verify_api.errors import BodyTooLargeError, MalformedRequestError, UnsupportedMediaError
from verify_api.portal_desk import Fetched, PortalDesk
from verify_api.portal_dossier import MAX_BYTES
from verify_api.ports import Seen
from verify_api.running import the_ports

LEGAL_BASIS: Final = "107/2025/QH15"
"""The Law on Judicial Records as amended: the province returns the result to whom it is about."""
MOST: Final = 500
"""Notices a page of the feed."""
_PAGE: Final = 100
_LARGEST_POSITION: Final = 2**63 - 1
_OPERATORS: Final = frozenset({Role.OPERATOR})

_STATUSES: Final = {
    Intake.RECEIVED: HTTPStatus.CREATED,
    Intake.ALREADY_RECEIVED: HTTPStatus.OK,
    Intake.SUPPLEMENT_RECEIVED: HTTPStatus.OK,
}

_exchange = access(
    who_may(Action.EXCHANGE_DOSSIERS),
    scope=Reach.ORGANISATION,
    purpose="exchange_dossiers",
    reads_personal=False,
)
_fetch = access(
    who_may(Action.EXCHANGE_DOSSIERS),
    scope=Reach.ORGANISATION,
    purpose="return_result",
    reads_personal=True,
    legal_basis=LEGAL_BASIS,
)
_mend = access(_OPERATORS, scope=Reach.SERVICE, purpose="mend_deliveries", reads_personal=False)


def portal_routes(desk: PortalDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("portal", __name__, url_prefix="/v1/portal")
    _dossiers(blueprint, desk)
    _notices(blueprint, desk)
    return blueprint


def _dossiers(blueprint: Blueprint, desk: PortalDesk) -> None:
    @blueprint.post("/dossiers")
    @_exchange
    def take_in() -> Response:
        """Take a dossier in: 201 if it is new, 200 if it is known or completes a known one."""
        code, intake = desk.take_in(_json_body(), authority=_authority(), act=_act())
        return json_answer({"maHoSoMCDT": code, "ketQua": intake.value}, _STATUSES[intake])

    @blueprint.get("/dossiers/<code>")
    @_exchange
    def status(code: str) -> Response:
        """Say where a dossier stands."""
        return json_answer(desk.status(code, authority=_authority()))

    @blueprint.get("/dossiers/<code>/result")
    @_fetch
    def result(code: str) -> Disclosed:
        """Hand out the certificate of a processed dossier."""
        return _disclosed(desk.result(code, authority=_authority(), act=_act()))

    @blueprint.get("/dossiers/<code>/recall")
    @_fetch
    def recall(code: str) -> Disclosed:
        """Hand out the decision by which the certificate was recalled or cancelled."""
        return _disclosed(desk.recall(code, authority=_authority()))


def _notices(blueprint: Blueprint, desk: PortalDesk) -> None:
    @blueprint.get("/feed")
    @_exchange
    def feed() -> Response:
        """Return the authority's notices behind a position, in order."""
        after, limit = _number("after", 0), _number("limit", _PAGE, least=1, most=MOST)
        page = desk.feed(authority=_authority(), after=after, limit=limit)
        return _tagged({"notices": page.notices, "after": page.after, "more": page.more})

    @blueprint.get("/dead-letters")
    @_mend
    def dead_letters() -> Response:
        """Show what no province has taken."""
        after, limit = _number("after", 0), _number("limit", _PAGE, least=1, most=MOST)
        return json_answer({"notices": desk.dead_letters(after=after, limit=limit)})

    @blueprint.post("/dead-letters/<int:notice>/revive")
    @_mend
    def revive(notice: int) -> Response:
        """Let a dead letter go out again."""
        desk.revive(_position(notice), act=_act())
        return json_answer({"viTri": notice, "ketQua": "revived"})

    @blueprint.post("/dead-letters/<int:notice>/set-aside")
    @_mend
    def set_aside(notice: int) -> Response:
        """Take a dead letter out for good."""
        desk.set_aside(_position(notice), act=_act())
        return json_answer({"viTri": notice, "ketQua": "set_aside"})


def _authority() -> str:
    organisation = the_scope().organisation
    assert organisation is not None, "the endpoint's reach is the organisation"
    return organisation


def _act() -> Act:
    caller = the_caller()
    return Act(the_ports().clock(), caller.account, caller.role, caller.organisation)


def _json_body() -> bytes:
    if request.mimetype != "application/json":
        raise UnsupportedMediaError("expected application/json")
    if (request.content_length or 0) > MAX_BYTES:
        raise BodyTooLargeError(MAX_BYTES)
    request.max_content_length = MAX_BYTES
    return request.get_data(cache=False)


def _number(name: str, otherwise: int, *, least: int = 0, most: int = _LARGEST_POSITION) -> int:
    """Return a number of the query."""
    text = request.args.get(name)
    if text is None:
        return otherwise
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most))):
        raise MalformedRequestError("query_number", f"{name}: expected a number")
    if not least <= int(text) <= most:
        raise MalformedRequestError("query_number", f"{name}: expected {least} to {most}")
    return int(text)


def _position(notice: int) -> int:
    if notice > _LARGEST_POSITION:
        raise MalformedRequestError("position", "expected a notice's position")
    return notice


def _tagged(value: object) -> Response:
    """Return JSON with a tag of its content, and nothing if the caller has that already."""
    response = json_answer(value)
    response.add_etag()
    response.make_conditional(request.environ)
    return response


def _disclosed(fetched: Fetched) -> Disclosed:
    seen = Seen(RecordKind.CERTIFICATE, fetched.subject, reference=fetched.certificate)
    answer = Response(orjson.dumps(fetched.fields), mimetype="application/json")
    return Disclosed(answer, (seen,))
