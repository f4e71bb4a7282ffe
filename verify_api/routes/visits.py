"""A visit after it was sent: where it stands, voided, moved to the person whom it is really about.

``If-Match`` names the revision that the caller has seen and is asked for: nobody changes what they
do not know. ``Idempotency-Key`` makes a request that is sent twice one act.
"""

from hashlib import sha256
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request
from msgspec import to_builtins

from ledger.facts import Idempotency
from verify_api.access_rules import access, the_caller
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.visits import Change, VisitDesk
from verify_api.errors import MalformedRequestError
from verify_api.governing import act_of_caller
from verify_api.health_paper_acts import LONGEST_KEY, body_of, expected_version
from verify_api.visit_json import ReassignBody, VisitMoved, VisitTold, VoidBody

_SENDERS: Final = who_may(Action.SEND_VISITS) | who_may(Action.ANSWER_FOR_FACILITY)
_MOVERS: Final = _SENDERS | who_may(Action.CLEAN_DATA)

_looks = access(_MOVERS, scope=Reach.SERVICE, purpose="send_visits", reads_personal=False)
_voids = access(_SENDERS, scope=Reach.ORGANISATION, purpose="send_visits", reads_personal=False)
_moves = access(_MOVERS, scope=Reach.SERVICE, purpose="send_visits", reads_personal=False)


def visit_routes(desk: VisitDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("visits", __name__, url_prefix="/v1/visits")

    @blueprint.get("/<uuid:visit>")
    @_looks
    def show(visit: UUID) -> Response:
        """Return where a visit stands, with its receipt; nothing of what it says."""
        return _tagged(desk.show(visit, act_of_caller()))

    @blueprint.post("/<uuid:visit>/void")
    @_voids
    def void(visit: UUID) -> Response:
        """Mark a visit as entered in error; a correction brings it back."""
        body = body_of(VoidBody)
        return _tagged(desk.void(_change(visit, body.reason), act_of_caller()))

    @blueprint.post("/<uuid:visit>/reassign")
    @_moves
    def reassign(visit: UUID) -> Response:
        """Move a visit to the person whom it is really about; who had read it is told."""
        body, act = body_of(ReassignBody), act_of_caller()
        to = body.to if isinstance(body.to, UUID) else [one.given() for one in body.to]
        told = desk.reassign(_change(visit, body.reason), to, act, new=body.new)
        shown = desk.show(visit, act)
        return _with_tag(json_answer(to_builtins(VisitMoved(shown, told))), shown)

    return blueprint


def _tagged(shown: VisitTold) -> Response:
    return _with_tag(json_answer(to_builtins(shown)), shown)


def _with_tag(answer: Response, shown: VisitTold) -> Response:
    answer.headers["ETag"] = f'W/"{shown.revision}"'
    return answer


def _change(visit: UUID, reason: str) -> Change:
    expected = expected_version()
    if expected is None:
        raise MalformedRequestError("if_match", 'If-Match: expected a revision such as W/"1"')
    return Change(visit, reason, expected, _idempotency())


def _idempotency() -> Idempotency | None:
    said = request.headers.get("Idempotency-Key")
    if said is None:
        return None
    if not 0 < len(said) <= LONGEST_KEY:
        expected = f"expected a key of at most {LONGEST_KEY} characters"
        raise MalformedRequestError("idempotency_key", expected)
    content = request.path.encode() + b"\0" + request.get_data()
    return Idempotency(f"visit-change:{the_caller().account}:{said}", sha256(content).digest())
