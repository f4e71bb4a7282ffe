"""Who signs for a facility: what waits, looked at before it is signed, one by one or many at once.

Nothing is signed unseen: the chosen papers are shown whole, each of them a look at its holder's
data, and are signed from there. A paper that was signed already is answered as it was.
"""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from uuid import UUID

from flask import Blueprint, Response, request

from keys.errors import SigningRefusedError
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed
from verify_api.bodies import LARGEST_TEXT
from verify_api.desk.health_papers import KINDS
from verify_api.desk.paper_lists import Asked
from verify_api.errors import MalformedRequestError
from verify_api.facility.forms import (
    SIGNERS,
    Refused,
    act_now,
    at_desk,
    facility,
    go_on,
    refused,
    show,
)
from verify_api.facility.house import FacilityHouse
from verify_api.facility.papers import ShownPaper, draft_of
from verify_api.ports import Seen
from verify_api.running import the_ports

MOST_AT_ONCE: Final = 20
"""Papers that somebody can be said to have looked at before signing them together."""
UNSIGNED: Final = ("drafted", "signed")
_RECORDS: Final = {
    REFERRAL.code: RecordKind.REFERRAL, APPOINTMENT.code: RecordKind.APPOINTMENT,
}  # fmt: skip

_lists = at_desk(SIGNERS, purpose="sign_paper")
_reads = at_desk(SIGNERS, personal=True)
_signs = at_desk(SIGNERS, purpose="sign_paper")


@dataclass(frozen=True, slots=True)
class Signed:
    """What became of one paper."""

    kind: str
    reference: UUID
    number: str = ""
    refusal: Refused | None = None


def signing_routes(house: FacilityHouse) -> Blueprint:
    """Return the pages."""
    blueprint = Blueprint("facility_signing", __name__, url_prefix="/facility/sign")

    @blueprint.get("")
    @_lists
    def waiting() -> Response:
        """Show what waits for a signature; no names."""
        return _waiting_page(house, None)

    @blueprint.post("/look")
    @_reads
    def look() -> Disclosed:
        """Show the chosen papers whole, to be signed from there."""
        try:
            chosen = _chosen()
            papers = [draft_of(house.papers, kind, one, act_now()) for kind, one in chosen]
        except (InvalidInputError, NotFoundError) as error:
            return Disclosed(_waiting_page(house, refused(error, at="paper")))
        answer = show("facility_sign_look.html", papers=papers, choice=_choice)
        return Disclosed(answer, tuple(
            Seen(_RECORDS[one.kind], one.subject, reference=one.reference) for one in papers
        ))  # fmt: skip

    @blueprint.post("")
    @_signs
    def sign() -> Response:
        """Sign the papers that were looked at; a refusal of one stops no other."""
        try:
            chosen = _chosen()
        except InvalidInputError as error:
            return _waiting_page(house, refused(error, at="paper"))
        if request.form.get("seen") != "yes":
            missing = InvalidInputError("seen", "missing", "that the papers were looked at")
            return _waiting_page(house, refused(missing))
        done = [_signed(house, kind, one) for kind, one in chosen]
        if all(one.refusal is None for one in done):
            return go_on("/facility/sign", "papers_signed")
        return _waiting_page(house, None, done)

    return blueprint


def _signed(house: FacilityHouse, kind: str, reference: UUID) -> Signed:
    try:
        told = house.papers.sign(kind, reference, act=act_now())
    except (RefusedError, NotFoundError, SigningRefusedError) as error:
        return Signed(kind, reference, refusal=refused(error))
    return Signed(kind, reference, str(told["number"]))


def _chosen() -> list[tuple[str, UUID]]:
    """Return the papers that were ticked, as ``kind:reference``.

    Raises:
        InvalidInputError: None, too many, or one that is none.
    """
    request.max_content_length = LARGEST_TEXT
    ticked = list(dict.fromkeys(request.form.getlist("paper")))
    if not 0 < len(ticked) <= MOST_AT_ONCE:
        raise InvalidInputError("paper", "none_chosen", f"1 to {MOST_AT_ONCE} papers")
    return [_named(one) for one in ticked]


def _named(text: str) -> tuple[str, UUID]:
    kind, _, reference = text.partition(":")
    try:
        if kind in KINDS:
            return kind, UUID(reference)
    except ValueError:
        pass
    raise MalformedRequestError("paper", "paper: expected what the page offered")


def _choice(paper: ShownPaper) -> str:
    return f"{paper.kind}:{paper.reference}"


def _waiting_page(
    house: FacilityHouse, problem: Refused | None, done: list[Signed] | None = None
) -> Response:
    at, mine = the_ports().clock(), facility()
    waits = [
        paper
        for kind in KINDS
        for stage in UNSIGNED
        for paper in house.lists.of_facility(mine, Asked(kind, "from", stage), at=at)["papers"]
    ]
    return show(
        "facility_sign.html", waits=waits, problem=problem, done=done or [], most=MOST_AT_ONCE,
        titles={kind: one.title for kind, one in KINDS.items()},
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip
