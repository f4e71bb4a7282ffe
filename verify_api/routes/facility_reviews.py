"""What a facility answers for: emergency looks of its people are reviewed, and who looked is seen.

Whoever opened a book cannot review that themselves. The list of looks shows accounts and
pseudonyms, and no name of a patient.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request

from ledger.calendar import local_day
from ledger.commands import emergencies
from ledger.errors import InvalidInputError, NotFoundError
from ledger.personal import Erased
from ledger.records.access import AccessRefused, RecordKind
from ledger.records.emergency import Emergency, Outcome
from projections.governing_queries import open_tasks
from projections.health_tasks import REVIEW
from verify_api.access_rules import Disclosed, access
from verify_api.callers import Action, Reach, who_may
from verify_api.desk.looks import WHAT, WHO, WHY
from verify_api.facility.forms import (
    REFUSALS,
    Refused,
    act_now,
    facility,
    go_on,
    refused,
    required,
    show,
    typed,
)
from verify_api.facility.house import FacilityHouse
from verify_api.facility.looks import looks_of
from verify_api.facility.words import BASES, OUTCOMES, REASON_CODES
from verify_api.governing import LAW, asked_number
from verify_api.ports import Seen
from verify_api.running import the_ports

ANSWERERS: Final = who_may(Action.ANSWER_FOR_FACILITY)

_lists = access(ANSWERERS, scope=Reach.ORGANISATION, purpose="answer_rights", reads_personal=False)
_reviews = access(
    ANSWERERS, scope=Reach.ORGANISATION, purpose="review_emergency", reads_personal=True,
    legal_basis=LAW,
)  # fmt: skip


def review_routes(house: FacilityHouse) -> Blueprint:
    """Return the pages."""
    blueprint = Blueprint("facility_reviews", __name__, url_prefix="/facility")

    @blueprint.get("/reviews")
    @_lists
    def tasks() -> Response:
        """Show which emergency looks wait for a review, what is due first; no names."""
        with house.governing.views.reading() as session:
            rows = open_tasks(session, facility=facility())
        waits = [row for row in rows if row.kind == REVIEW]
        today = local_day(the_ports().clock()).isoformat()
        return show("facility_reviews.html", waits=waits, today=today)

    @blueprint.get("/reviews/<uuid:subject>/<uuid:emergency>")
    @_reviews
    def emergency(subject: UUID, emergency: UUID) -> Disclosed:
        """Show why a book was opened in an emergency; a look of its own."""
        return _page(house, subject, emergency, None, {})

    @blueprint.post("/reviews/<uuid:subject>/<uuid:emergency>")
    @_reviews
    def review(subject: UUID, emergency: UUID) -> Disclosed:
        """Record what the review found."""
        values = typed()
        _find(house, subject, emergency)
        try:
            required(values, ["outcome", "note"])
            if values["outcome"] not in set(Outcome):
                raise InvalidInputError("outcome", "missing", "one of the outcomes")
            emergencies.review(
                house.papers.facts, subject=subject, emergency_id=emergency,
                outcome=Outcome(values["outcome"]), note=values["note"], act=act_now(),
            )  # fmt: skip
        except REFUSALS as error:
            return _page(house, subject, emergency, refused(error), values)
        return Disclosed(go_on("/facility/reviews", "emergency_reviewed"))

    @blueprint.get("/looks")
    @_lists
    def looks() -> Response:
        """Show who of the facility looked at whose data, the newest first; pseudonyms."""
        before = asked_number("before", 0) if "before" in request.args else None
        found = looks_of(house.reading, facility(), before=before)
        return show(
            "facility_looks.html", found=found, beginning=before is not None, who_words=WHO,
            what_words=WHAT, why_words=WHY, bases=BASES, is_refused=_is_refused,
        )  # fmt: skip

    return blueprint


def _is_refused(fact: object) -> bool:
    return isinstance(fact, AccessRefused)


def _find(house: FacilityHouse, subject: UUID, named: UUID) -> Emergency:
    for one in emergencies.load_emergencies(house.papers.facts, subject):
        if one.opened.emergency == named and one.facility == facility():
            return one
    raise NotFoundError("no emergency look of this facility is known under this reference")


def _page(
    house: FacilityHouse, subject: UUID, named: UUID, problem: Refused | None,
    values: Mapping[str, str],
) -> Disclosed:  # fmt: skip
    found = _find(house, subject, named)
    reason = found.opened.reason
    answer = show(
        "facility_review.html", found=found, subject=subject, problem=problem, typed=values,
        reason=None if isinstance(reason, Erased) else reason, reasons=REASON_CODES,
        outcomes=OUTCOMES, own=found.account == act_now().actor,
        note=None if found.reviewed is None or isinstance(found.reviewed.note, Erased)
        else found.reviewed.note,
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip
    return Disclosed(answer, (Seen(RecordKind.HEALTH_BOOK, subject, reference=named),))
