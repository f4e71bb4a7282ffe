"""A person's requests about their data, and what officers answer; written orders of agencies.

Source: Law 91/2025/QH15, articles 4 and 14; Decree 356/2025, article 5 (the clocks).
"""

from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Final
from uuid import UUID

from flask import Blueprint, request
from msgspec import Meta, Struct

from ledger.categories import Category
from ledger.commands import erasure, orders, rights
from ledger.commands.erasure_requests import erasures_of, hand_on, withdraw
from ledger.errors import InvalidInputError
from ledger.facts import Act
from ledger.personal import Erased, Purpose
from ledger.records.erasure.decisions import APPROVALS, ErasureRequest
from ledger.records.rights import Request as RightsRequest
from ledger.records.rights import (
    Right,
    RightsCompleted,
    RightsDetails,
    RightsErased,
    RightsRefused,
    RightsWithdrawn,
)
from ledger.records.written_order import OrderTerms
from verify_api.access_rules import Disclosed, access
from verify_api.callers import Action, Reach, who_may
from verify_api.governing import (
    LAW,
    Governing,
    act_of_caller,
    check_task_is_mine,
    disclosed,
    done,
    my_subject,
    new_id,
    plain,
)
from verify_api.json_bodies import read_json
from verify_api.routes.consents import manages_own
from verify_api.routes.emergencies import ANSWERERS

Moment = Annotated[datetime, Meta(tz=True)]

_answers = access(
    ANSWERERS, scope=Reach.SERVICE, purpose="answer_rights", reads_personal=True, legal_basis=LAW
)
_decides = access(
    who_may(Action.ANSWER_RIGHTS), scope=Reach.SERVICE, purpose="answer_rights",
    reads_personal=False,
)  # fmt: skip
_records_orders = access(
    who_may(Action.ANSWER_RIGHTS), scope=Reach.SERVICE, purpose="written_order",
    reads_personal=True, legal_basis=LAW,
)  # fmt: skip


class RightsBody(Struct, forbid_unknown_fields=True):
    """What a person asks for."""

    right: Right
    words: str
    visit: UUID | None = None
    """The visit that is to be corrected."""
    id: UUID | None = None


class AnswerBody(Struct, forbid_unknown_fields=True):
    """An officer's words, and the rule of a refusal."""

    words: str
    rule: str | None = None


class ErasureBody(Struct, forbid_unknown_fields=True):
    """A granted request to erase."""

    purposes: list[Purpose]
    legal_basis: str
    """The law's name and article."""
    id: UUID | None = None
    """Of the erasure; chosen by the caller, so that sending twice is one."""


class OrderBody(Struct, forbid_unknown_fields=True):
    """A written order that an officer has seen."""

    agency: str
    number: str
    categories: list[Category]
    until: Moment


def rights_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("rights", __name__, url_prefix="/v1/records")
    _own(blueprint, desk)
    _officers(blueprint, desk)
    _erasures(blueprint, desk)
    _orders(blueprint, desk)
    return blueprint


def _own(blueprint: Blueprint, desk: Governing) -> None:
    @blueprint.get("/me/rights")
    @manages_own
    def list_mine() -> Disclosed:
        """Return the caller's requests with their days and answers."""
        subject = my_subject()
        return disclosed(told_rights(desk, subject), subject)

    @blueprint.post("/me/rights")
    @manages_own
    def ask() -> Disclosed:
        """Ask to view, correct, be provided with, withdraw, restrict or erase."""
        told = ask_right(desk, my_subject(), read_json(request, RightsBody))
        return done(told, HTTPStatus.CREATED)

    @blueprint.delete("/me/rights/<uuid:rights_request>")
    @manages_own
    def take_back(rights_request: UUID) -> Disclosed:
        """Take a request back; an erasure that nobody approved yet is stopped with it."""
        withdraw(desk.facts, subject=my_subject(), request=rights_request, act=act_of_caller())
        return done({"request": str(rights_request), "state": "withdrawn"})


def told_rights(desk: Governing, subject: UUID) -> dict[str, Any]:
    """Return a person's requests, the newest first, with their days and answers."""
    known = rights.load_rights(desk.facts, subject)
    erasures = erasures_of(desk.facts, subject, known)
    told = [
        _told(one, erasures.get(named)) for named, one in reversed(list(known.requests.items()))
    ]
    return {"requests": told, "restricted": known.restricted}


def ask_right(desk: Governing, subject: UUID, body: RightsBody) -> dict[str, Any]:
    """Record what a person asks for; return its name and its days."""
    named = new_id(body.id)
    rights.open_request(
        desk.facts, subject=subject, request=named, right=body.right,
        details=RightsDetails(body.words, body.visit), calendar=desk.calendar,
        act=act_of_caller(),
    )  # fmt: skip
    known = rights.load_rights(desk.facts, subject).requests[named]
    return {
        "request": str(named),
        "answer_due": plain(known.opened.answer_due),
        "due": plain(known.due),
    }


def _officers(blueprint: Blueprint, desk: Governing) -> None:
    @blueprint.get("/<uuid:subject>/rights/<uuid:rights_request>")
    @_answers
    def read_request(subject: UUID, rights_request: UUID) -> Disclosed:
        """Return one request, for who answers it."""
        everything = rights.load_rights(desk.facts, subject)
        known = everything.requests.get(rights_request)
        if known is None:
            return disclosed({"request": None}, subject)
        check_task_is_mine(known.opened.facility)
        handed_on = erasures_of(desk.facts, subject, everything).get(rights_request)
        return disclosed({"request": _told(known, handed_on)}, subject)

    @blueprint.post("/<uuid:subject>/rights/<uuid:rights_request>/<act>")
    @_answers
    def answer_request(subject: UUID, rights_request: UUID, act: str) -> Disclosed:
        """Answer, extend, complete or refuse a request."""
        do = ACTS.get(act)
        if do is None:
            raise InvalidInputError("act", "rights_act", "answer, extend, complete or refuse")
        known = rights.load_rights(desk.facts, subject).requests.get(rights_request)
        check_task_is_mine(None if known is None else known.opened.facility)
        body = read_json(request, AnswerBody)
        do(desk, subject, rights_request, body, act_of_caller(LAW))
        after = rights.load_rights(desk.facts, subject).requests[rights_request]
        return done({"request": str(rights_request), "act": act, "due": plain(after.due)})


def _erasures(blueprint: Blueprint, desk: Governing) -> None:
    @blueprint.post("/<uuid:subject>/rights/<uuid:rights_request>/erasure")
    @_decides
    def grant_erasure(subject: UUID, rights_request: UUID) -> Disclosed:
        """Grant a request to erase: two other officers approve the erasure, then keys are lost."""
        body = read_json(request, ErasureBody)
        named = new_id(body.id)
        hand_on(
            desk.facts, subject=subject, request=rights_request, erasure=named,
            purposes=body.purposes, legal_basis=body.legal_basis, act=act_of_caller(LAW),
            health=desk.retained,
        )  # fmt: skip
        return done(_erasure_told(desk, subject, named), HTTPStatus.CREATED)

    @blueprint.post("/<uuid:subject>/erasures/<uuid:named>/approve")
    @_decides
    def approve_erasure(subject: UUID, named: UUID) -> Disclosed:
        """Approve an erasure that another officer asked for."""
        erasure.approve_erasure(
            desk.facts, subject=subject, request=named, act=act_of_caller(LAW),
            health=desk.retained,
        )  # fmt: skip
        return done(_erasure_told(desk, subject, named))


def _erasure_told(desk: Governing, subject: UUID, named: UUID) -> dict[str, Any]:
    _, state = erasure.load(desk.facts, subject)
    return {"erasure": str(named), **_stands(state.requests[named])}


def _stands(one: ErasureRequest) -> dict[str, Any]:
    """Return where an erasure stands; not which officers approved it."""
    return {
        "phase": one.phase.value,
        "purposes": [purpose.value for purpose in one.purposes],
        "approvals": len(one.approvals),
        "approvals_needed": APPROVALS,
        "refused_by": one.refused_by,
    }


def _orders(blueprint: Blueprint, desk: Governing) -> None:
    @blueprint.post("/<uuid:subject>/orders")
    @_records_orders
    def record_order(subject: UUID) -> Disclosed:
        """Record a procedural agency's written order to see a health book."""
        body, named = read_json(request, OrderBody), new_id()
        orders.record(
            desk.facts, subject=subject, order=named,
            terms=OrderTerms(body.agency, body.number, tuple(body.categories), body.until),
            act=act_of_caller(LAW),
        )  # fmt: skip
        return done({"order": str(named)}, HTTPStatus.CREATED)

    @blueprint.delete("/<uuid:subject>/orders/<uuid:order>")
    @_records_orders
    def end_order(subject: UUID, order: UUID) -> Disclosed:
        """End an order before its time."""
        orders.end(desk.facts, subject=subject, order=order, act=act_of_caller(LAW))
        return done({"order": str(order), "ended": True})


def _answer(desk: Governing, subject: UUID, named: UUID, body: AnswerBody, act: Act) -> None:
    rights.answer(desk.facts, subject=subject, request=named, words=body.words, act=act)


def _extend(desk: Governing, subject: UUID, named: UUID, body: AnswerBody, act: Act) -> None:
    rights.extend(
        desk.facts, subject=subject, request=named, reason=body.words, calendar=desk.calendar,
        act=act,
    )  # fmt: skip


def _complete(desk: Governing, subject: UUID, named: UUID, body: AnswerBody, act: Act) -> None:
    rights.complete(desk.facts, subject=subject, request=named, words=body.words, act=act)


def _refuse(desk: Governing, subject: UUID, named: UUID, body: AnswerBody, act: Act) -> None:
    if body.rule is None:
        raise InvalidInputError("rule", "rule_missing", "the rule by which it is refused")
    rights.refuse(
        desk.facts, subject=subject, request=named, rule=body.rule, words=body.words, act=act
    )


ACTS: Final[dict[str, Callable[[Governing, UUID, UUID, AnswerBody, Act], None]]] = {
    "answer": _answer,
    "extend": _extend,
    "complete": _complete,
    "refuse": _refuse,
}


def _told(known: RightsRequest, handed_on: ErasureRequest | None) -> dict[str, Any]:
    opened, details, ended = known.opened, known.opened.details, known.ended
    told: dict[str, Any] = {
        "request": str(opened.request),
        "right": opened.right.value,
        "words": None if isinstance(details, Erased) else details.words,
        "visit": None if isinstance(details, Erased) else plain(details.visit),
        "facility": opened.facility,
        "answer_due": plain(opened.answer_due),
        "due": plain(known.due),
        "answer": None if known.answered is None else plain(known.answered.words),
        "extended_because": None if known.extended is None else plain(known.extended.reason),
        "state": "open",
        "erasure": None,
    }
    if handed_on is not None:
        told["erasure"] = {"erasure": str(known.erasure), **_stands(handed_on)}
    match ended:
        case RightsCompleted(words=words):
            told |= {"state": "completed", "end": plain(words)}
        case RightsRefused(rule=rule, words=words):
            told |= {"state": "refused", "rule": rule, "end": plain(words)}
        case RightsErased():
            told["state"] = "erased"
        case RightsWithdrawn():
            told["state"] = "withdrawn"
        case None:
            pass
    return told
