"""What somebody governs for a person whom they represent: consents, links, reports of looks.

By the same functions as the person's own. Each act names both, and is a look in the person's
history; what the representative may not read they cannot open to others either, nor see that it was
opened: from fifteen on what is withheld is the child's own.
"""

import threading
from uuid import UUID

from flask import Blueprint, request

from verify_api.access_rules import Disclosed, access
from verify_api.callers import Action, Reach, who_may
from verify_api.governing import Governing, for_person
from verify_api.json_bodies import read_json
from verify_api.routes.consents import (
    ConsentBody,
    give_consent,
    listed_consents,
    withdraw_consent,
)
from verify_api.routes.looks import ReportBody, listed_reports, report_look
from verify_api.routes.shares import (
    MOST_WAITING,
    ShareBody,
    end_share,
    listed_shares,
    make_share,
    share_looked_on,
)

_represents = access(
    who_may(Action.MANAGE_OWN), scope=Reach.GRANTED, purpose="manage_represented",
    reads_personal=True,
)  # fmt: skip


def represented_routes(desk: Governing) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("represented", __name__, url_prefix="/v1/represented/<uuid:person>")
    _consents(blueprint, desk)
    _shares(blueprint, desk)
    _reports(blueprint, desk)
    return blueprint


def _consents(blueprint: Blueprint, desk: Governing) -> None:
    @blueprint.get("/consents")
    @_represents
    def list_consents(person: UUID) -> Disclosed:
        """Return the person's consents that their representative may see."""
        return listed_consents(desk, for_person(desk, person))

    @blueprint.post("/consents")
    @_represents
    def grant(person: UUID) -> Disclosed:
        """Give a consent for the person."""
        return give_consent(desk, for_person(desk, person), read_json(request, ConsentBody))

    @blueprint.delete("/consents/<uuid:consent>")
    @_represents
    def withdraw(person: UUID, consent: UUID) -> Disclosed:
        """Take a consent back for the person, at once."""
        return withdraw_consent(desk, for_person(desk, person), consent)


def _shares(blueprint: Blueprint, desk: Governing) -> None:
    waiting = threading.BoundedSemaphore(MOST_WAITING)

    @blueprint.get("/shares")
    @_represents
    def list_shares(person: UUID) -> Disclosed:
        """Return the person's links that their representative may see."""
        return listed_shares(desk, for_person(desk, person))

    @blueprint.post("/shares")
    @_represents
    def create(person: UUID) -> Disclosed:
        """Make a link to a part of the person's book; the answer holds its key."""
        return make_share(desk, for_person(desk, person), read_json(request, ShareBody))

    @blueprint.get("/shares/<uuid:share>")
    @_represents
    def look_on(person: UUID, share: UUID) -> Disclosed:
        """Return one link with who opened it; with ``wait``, as soon as something happens."""
        return share_looked_on(desk, for_person(desk, person), share, waiting)

    @blueprint.delete("/shares/<uuid:share>")
    @_represents
    def revoke(person: UUID, share: UUID) -> Disclosed:
        """End a link of the person's, at once."""
        return end_share(desk, for_person(desk, person), share)


def _reports(blueprint: Blueprint, desk: Governing) -> None:
    @blueprint.post("/looks/<uuid:look>/report")
    @_represents
    def report(person: UUID, look: UUID) -> Disclosed:
        """Report for the person that somebody looked without need."""
        return report_look(desk, for_person(desk, person), look, read_json(request, ReportBody))

    @blueprint.get("/reports")
    @_represents
    def reports(person: UUID) -> Disclosed:
        """Return the reports that the caller made for the person, with their answers."""
        return listed_reports(desk, for_person(desk, person))
