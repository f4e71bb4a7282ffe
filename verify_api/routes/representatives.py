"""Who acts for a person: appointed on a document by who keeps persons, seen by the person.

A representative's own doors are those of `verify_api.routes.represented`, and the book itself.
"""

from datetime import date
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, request
from msgspec import Struct

from ledger.commands import books
from ledger.commands.deciding import check_known
from ledger.identifiers import health_book_stream
from ledger.records.health_book.facts import Relation, RepresentativeAppointed
from verify_api.access_rules import Disclosed, access
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.represented import represented_now
from verify_api.governing import Governing, act_of_caller, done, own, plain
from verify_api.json_bodies import read_json
from verify_api.routes.consents import manages_own

LEGAL_BASIS: Final = "91/2015/QH13"
"""The Civil Code, articles 47 to 63 (guardians) and 134 to 143 (representation)."""

_appoints = access(
    who_may(Action.APPOINT_REPRESENTATIVES), scope=Reach.SERVICE,
    purpose="appoint_representative", reads_personal=False,
)  # fmt: skip


class AppointmentBody(Struct, forbid_unknown_fields=True):
    """Who is to act for the person, and what says so."""

    representative: UUID
    relation: Relation
    evidence: str
    until: date | None = None
    """First day without it."""


class EndingBody(Struct, forbid_unknown_fields=True):
    """Why they act no longer."""

    reason: str


def representative_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("representatives", __name__, url_prefix="/v1/records")

    @blueprint.get("/me/representatives")
    @manages_own
    def list_mine() -> Disclosed:
        """Return who may act for the caller; pseudonyms alone."""
        mine = own()
        appointed = [_told(one) for one in representatives_of(desk, mine.subject)]
        return mine.shown({"representatives": appointed})

    @blueprint.get("/me/represented")
    @manages_own
    def list_represented() -> Disclosed:
        """Return for whom the caller may act today; pseudonyms alone."""
        mine = own()
        known = represented_now(desk, mine.subject, at=mine.act.at)
        told = [{"person": str(one.subject), "relation": one.relation} for one in known]
        return mine.shown({"represented": told})

    @blueprint.post("/<uuid:subject>/representatives")
    @_appoints
    def appoint(subject: UUID) -> Disclosed:
        """Let somebody act for a person, on a document that says so."""
        body = read_json(request, AppointmentBody)
        for one in (subject, body.representative):
            check_known(desk.facts, one, book=health_book_stream(one))
        books.appoint_representative(
            desk.facts, subject=subject, representative=body.representative,
            relation=body.relation, until=body.until, evidence=body.evidence,
            act=act_of_caller(LEGAL_BASIS),
        )  # fmt: skip
        told = {"person": str(subject), "representative": str(body.representative)}
        return done({**told, "acts": True}, HTTPStatus.CREATED)

    @blueprint.post("/<uuid:subject>/representatives/<uuid:representative>/end")
    @_appoints
    def end(subject: UUID, representative: UUID) -> Disclosed:
        """Let somebody act for a person no longer."""
        body = read_json(request, EndingBody)
        books.end_representation(
            desk.facts, subject=subject, representative=representative, reason=body.reason,
            act=act_of_caller(LEGAL_BASIS),
        )  # fmt: skip
        told = {"person": str(subject), "representative": str(representative)}
        return done({**told, "acts": False})

    return blueprint


def representatives_of(desk: Governing, subject: UUID) -> list[RepresentativeAppointed]:
    """Return who was appointed to act for a person, under every pseudonym of theirs."""
    return [
        one
        for each in books.subjects_of(desk.facts, subject)
        for one in books.load_book(desk.facts, each).state.representatives
    ]


def _told(one: RepresentativeAppointed) -> dict[str, Any]:
    return {
        "representative": str(one.representative),
        "relation": one.relation.value,
        "until": plain(one.until),
    }
