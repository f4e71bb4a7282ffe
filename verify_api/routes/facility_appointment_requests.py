"""Asks about appointments at a facility's own system: what waits, and how it is answered.

What is granted by a draft is signed as any other paper (``POST /v1/appointments/{id}/sign``); the
person is told when it is issued.
"""

from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, Response

from verify_api.access_rules import Disclosed, access
from verify_api.answering import Answers, DeclineBody, GrantBody, facility_json, look
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.asks import SHOWN, AskDesk
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.governing import Governing, asked_number
from verify_api.health_paper_acts import (
    FACILITY_ROLES,
    LEGAL_BASIS,
    act_of_facility,
    body_of,
    idempotency_of,
)

PURPOSE: Final = "answer_ask"
PARTS: Final = 10
"""Pages of a queue: as many asks as are opened for it."""

_reads = access(
    FACILITY_ROLES, scope=Reach.ORGANISATION, purpose=PURPOSE, reads_personal=True,
    legal_basis=LEGAL_BASIS,
)  # fmt: skip
_grants = access(
    who_may(Action.PREPARE_HEALTH_PAPERS), scope=Reach.ORGANISATION, purpose=PURPOSE,
    reads_personal=False,
)  # fmt: skip
_declines = access(FACILITY_ROLES, scope=Reach.ORGANISATION, purpose=PURPOSE, reads_personal=False)


def facility_appointment_request_routes(papers: HealthPaperDesk, desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint(
        "facility_appointment_requests", __name__, url_prefix="/v1/facility/appointment-requests"
    )
    answers = Answers(papers, AskDesk(desk.facts, desk.views))
    _queue(blueprint, answers)
    _answering(blueprint, answers)
    return blueprint


def _queue(blueprint: Blueprint, answers: Answers) -> None:
    @blueprint.get("")
    @_reads
    def waiting() -> Disclosed:
        """Return what waits for the facility's answer, by the first wished day; no names."""
        act, part = act_of_facility(), asked_number("part", 1, least=1, most=PARTS)
        queue = answers.asks.queue(act.organisation or "", at=act.at)
        some = queue.asks[(part - 1) * SHOWN : part * SHOWN]
        more = len(queue.asks) > part * SHOWN
        body = {
            "asks": [facility_json(one, None) for one in some],
            "part": part + 1 if more else None,
            "whole": queue.whole,
        }
        return Disclosed(json_answer(body), tuple(look(one) for one in some))

    @blueprint.get("/<uuid:ask>")
    @_reads
    def one(ask: UUID) -> Disclosed:
        """Return one ask with who asks."""
        told = answers.one(ask, act_of_facility())
        body = facility_json(told, answers.holder(told))
        return Disclosed(json_answer(body), (look(told),))


def _answering(blueprint: Blueprint, answers: Answers) -> None:
    @blueprint.post("/<uuid:ask>/grant")
    @_grants
    def grant(ask: UUID) -> Response:
        """Do what is asked: draft the paper that is to be signed, or cancel what is given up."""
        body, act = body_of(GrantBody), act_of_facility()
        draft = answers.grant(ask, body, act=act, once=idempotency_of(act))
        return json_answer({
            "ask": str(ask),
            "stage": answers.one(ask, act).stage.value,
            "draft": None if draft is None else str(draft),
        }, HTTPStatus.OK if draft is None else HTTPStatus.CREATED)  # fmt: skip

    @blueprint.post("/<uuid:ask>/decline")
    @_declines
    def decline(ask: UUID) -> Response:
        """Tell the person that it cannot be, and why."""
        body, act = body_of(DeclineBody), act_of_facility()
        answers.decline(ask, body.note, act=act, once=idempotency_of(act))
        return json_answer({"ask": str(ask), "stage": answers.one(ask, act).stage.value})
