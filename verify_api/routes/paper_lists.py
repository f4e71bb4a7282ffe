"""Which referrals and appointments a facility has to do with, and which are one's own."""

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request

from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, access, the_scope
from verify_api.answers import json_answer
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.desk.paper_lists import Asked, PaperLists
from verify_api.errors import MalformedRequestError
from verify_api.health_paper_acts import FACILITY_ROLES, holders_document
from verify_api.ports import Seen
from verify_api.running import the_ports

ROLES: Final = frozenset({"from", "to"})
LONGEST_STAGE: Final = 20
_REFERENCE: Final = 36

_lists = access(
    FACILITY_ROLES, scope=Reach.ORGANISATION, purpose="list_papers", reads_personal=False
)
_own = access(who_may(Action.FOLLOW_OWN), scope=Reach.OWN, purpose="own_record",
              reads_personal=True)  # fmt: skip


def paper_list_routes(lists: PaperLists, desk: HealthPaperDesk) -> Blueprint:
    """Return the endpoints."""
    blueprint = Blueprint("paper_lists", __name__, url_prefix="/v1")

    @blueprint.get("/referrals")
    @_lists
    def referrals() -> Response:
        """List the referrals that the facility issued, or that are addressed to it; no names."""
        return _page(lists, REFERRAL.code)

    @blueprint.get("/appointments")
    @_lists
    def appointments() -> Response:
        """List the appointments that the facility gave; no names and no days."""
        return _page(lists, APPOINTMENT.code)

    @blueprint.get("/my/papers")
    @_own
    def mine() -> Disclosed:
        """List one's own referrals and appointments, the newest first."""
        subject = _subject()
        papers = lists.of_holder(subject, at=the_ports().clock())
        return Disclosed(json_answer({"papers": papers}), (Seen(RecordKind.REFERRAL, subject),))

    @blueprint.get("/my/papers/<uuid:reference>.pdf")
    @_own
    def my_paper(reference: UUID) -> Disclosed:
        """Hand out the signed PDF of one's own paper."""
        return holders_document(desk, reference)

    return blueprint


def _page(lists: PaperLists, kind: str) -> Response:
    role = request.args.get("role", "from")
    stage, after = request.args.get("stage"), request.args.get("after", "")
    if role not in ROLES:
        raise MalformedRequestError("query_role", "role: expected from or to")
    if stage is not None and not 0 < len(stage) <= LONGEST_STAGE:
        raise MalformedRequestError("query_stage", "stage: expected a stage such as available")
    if len(after) > _REFERENCE:
        raise MalformedRequestError("query_after", "after: expected a paper's reference")
    organisation = the_scope().organisation
    assert organisation is not None, "the endpoint's reach is the organisation"
    asked = Asked(kind, role, stage, after)
    return json_answer(lists.of_facility(organisation, asked, at=the_ports().clock()))


def _subject() -> UUID:
    subject = the_scope().subject
    assert subject is not None, "the endpoint's reach is the caller"
    return subject
