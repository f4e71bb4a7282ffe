"""Asks about appointments over HTTP: what a person asks, takes back and is answered.

By them, or for them by who represents them; a facility answers in
`verify_api.routes.facility_appointment_requests`. An ``Idempotency-Key`` makes an ask that is sent
twice one ask.
"""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint
from msgspec import Struct, to_builtins

from ledger.calendar import local_day
from verify_api.access_rules import Disclosed, access
from verify_api.answers import json_answer
from verify_api.asking import KIND, AskBody, Asks, told_asks
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.asks import ask_json
from verify_api.desk.facility_names import find_facilities
from verify_api.governing import REPRESENTED, Governing, Managed, for_person, own
from verify_api.health_paper_acts import body_of, once_for
from verify_api.routes.consents import manages_own
from verify_api.running import the_ports
from verify_api.throttle import throttle


class FacilitiesBody(Struct, forbid_unknown_fields=True):
    """What a facility is looked for by."""

    name: str
    """Beginnings of words of its name, its province, or its code; diacritics do not matter."""


_represents = access(
    who_may(Action.MANAGE_OWN), scope=Reach.GRANTED, purpose=REPRESENTED, reads_personal=True,
)  # fmt: skip


def appointment_request_routes(desk: Governing) -> tuple[Blueprint, Blueprint]:
    """Return the endpoints of persons, and those of who represents them."""
    asks = Asks(desk)
    return _mine(asks), _represented(asks)


def _mine(asks: Asks) -> Blueprint:
    blueprint = Blueprint("appointment_requests", __name__, url_prefix="/v1/my")

    @blueprint.get("/appointment-requests")
    @manages_own
    def asked() -> Disclosed:
        """Return what the caller has asked of facilities, the newest first."""
        return _listed(asks, own())

    @blueprint.post("/appointment-requests")
    @manages_own
    def ask() -> Disclosed:
        """Ask a facility for a new appointment, for another day, or to give one up."""
        return _ask(asks, own())

    @blueprint.post("/facilities")
    @manages_own
    def facilities() -> Disclosed:
        """Find facilities that can be asked, by name; what is looked for is in no address."""
        throttle("facilities", the_ports().settings.rates.page)
        body = body_of(FacilitiesBody)
        today = local_day(the_ports().clock())
        found = find_facilities(asks.governing.views, body.name, on=today)
        return Disclosed(json_answer(to_builtins(found)))

    @blueprint.get("/appointment-requests/<uuid:asked>")
    @manages_own
    def one(asked: UUID) -> Disclosed:
        """Return one ask and its answer."""
        return _one(asks, own(), asked)

    @blueprint.delete("/appointment-requests/<uuid:asked>")
    @manages_own
    def take_back(asked: UUID) -> Disclosed:
        """Take an ask back, as long as the facility has drafted nothing for it."""
        return _take_back(asks, own(), asked)

    return blueprint


def _represented(asks: Asks) -> Blueprint:
    blueprint = Blueprint("represented_asks", __name__, url_prefix="/v1/represented/<uuid:person>")

    @blueprint.get("/appointment-requests")
    @_represents
    def asked(person: UUID) -> Disclosed:
        """Return what was asked for the person, as far as their representative may see it."""
        return _listed(asks, for_person(asks.governing, person))

    @blueprint.post("/appointment-requests")
    @_represents
    def ask(person: UUID) -> Disclosed:
        """Ask a facility for the person."""
        return _ask(asks, for_person(asks.governing, person))

    @blueprint.get("/appointment-requests/<uuid:asked>")
    @_represents
    def one(person: UUID, asked: UUID) -> Disclosed:
        """Return one ask for the person and its answer."""
        return _one(asks, for_person(asks.governing, person), asked)

    @blueprint.delete("/appointment-requests/<uuid:asked>")
    @_represents
    def take_back(person: UUID, asked: UUID) -> Disclosed:
        """Take an ask back for the person."""
        return _take_back(asks, for_person(asks.governing, person), asked)

    return blueprint


def _listed(asks: Asks, managed: Managed) -> Disclosed:
    return managed.shown(told_asks(asks, managed), kind=KIND)


def _ask(asks: Asks, managed: Managed) -> Disclosed:
    body = body_of(AskBody)
    made = asks.ask(managed, body, once_for(f"ask:{managed.subject}"))
    return managed.did({"ask": str(made)}, kind=KIND, reference=made, status=HTTPStatus.CREATED)


def _one(asks: Asks, managed: Managed, asked: UUID) -> Disclosed:
    return managed.shown(ask_json(asks.one(managed, asked)), kind=KIND, reference=asked)


def _take_back(asks: Asks, managed: Managed, asked: UUID) -> Disclosed:
    asks.withdraw(managed, asked)
    told = ask_json(asks.one(managed, asked))
    return managed.shown(told, kind=KIND, reference=asked)
