"""A facility's own referrals and appointments: ordered on a form, shown, moved, taken back.

A clinician puts a paper together and looks at it once more before it is recorded; who signs for
the facility signs it (`verify_api.routes.facility_signing`).
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request
from markupsafe import Markup

from ledger.calendar import local_day
from ledger.certificates.health_paper import SALT_BYTES
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.certificates.kinds.referral.claims import REASONS
from ledger.commands import appointment_moves, appointments, referrals
from ledger.commands.appointment_moves import Move
from ledger.commands.appointments import AppointmentUse
from ledger.commands.health_papers import episode_stream
from ledger.errors import NotFoundError
from ledger.facts import Act
from ledger.records.access import RecordKind
from verify_api.access_rules import Disclosed, the_caller
from verify_api.answers import language
from verify_api.desk.asks import AskDesk
from verify_api.desk.health_papers import KINDS
from verify_api.desk.paper_lists import Asked
from verify_api.facility.finding import offers
from verify_api.facility.forms import (
    DRAFTERS,
    LARGEST_ORDER_FORM,
    PEOPLE,
    REFUSALS,
    TAKERS,
    Refused,
    act_now,
    at_desk,
    facility,
    go_on,
    local_moment,
    once_only,
    refused,
    required,
    seen_version,
    show,
    typed,
)
from verify_api.facility.house import FacilityHouse
from verify_api.facility.orders import (
    FIELDS,
    GROUPS,
    NUMBER_KINDS,
    SEXES,
    check_content,
    known_diseases,
    moment_text,
    notes_of,
    order_of_form,
    term_of,
)
from verify_api.facility.papers import ShownPaper, code_of, draft_of, issued_paper
from verify_api.facility.words import CONFLICTS, REJECTIONS, STAGES
from verify_api.ports import Seen
from verify_api.running import the_ports

PATHS: Final[Mapping[str, str]] = {"referrals": REFERRAL.code, "appointments": APPOINTMENT.code}
ISSUED_STAGES: Final = (
    "drafted", "available", "presented", "in-use", "consumed", "closed", "missed", "cancelled",
)  # fmt: skip
_RECORDS: Final = {
    REFERRAL.code: RecordKind.REFERRAL, APPOINTMENT.code: RecordKind.APPOINTMENT,
}  # fmt: skip

_lists = at_desk(PEOPLE, purpose="list_papers")
_orders = at_desk(DRAFTERS, purpose="issue_paper")
_reads = at_desk(PEOPLE, personal=True)
_uses = at_desk(TAKERS, personal=True)
_issues = at_desk(PEOPLE, personal=True)
_moves = at_desk(DRAFTERS, personal=True)
"""A paper of another day is drafted, and nobody signs what they drafted."""


def paper_routes(house: FacilityHouse) -> Blueprint:
    """Return the pages."""
    blueprint = Blueprint("facility_papers", __name__, url_prefix="/facility")
    _lists_own(blueprint, house)
    _ordering(blueprint, house)
    _shown(blueprint, house)
    _using(blueprint, house)
    _moving(blueprint, house)
    _cancelling(blueprint, house)
    return blueprint


def _lists_own(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/papers")
    @_lists
    def own() -> Response:
        """Show the papers that the facility has put together; no names and no days."""
        path, stage = request.args.get("kind", "referrals"), request.args.get("stage", "drafted")
        path = path if path in PATHS else "referrals"
        stage = stage if stage in ISSUED_STAGES else "drafted"
        asked = Asked(PATHS[path], "from", stage, request.args.get("after", "")[:36])
        found = house.lists.of_facility(facility(), asked, at=the_ports().clock())
        return show(
            "facility_papers.html", door=path, stage=stage, stages=STAGES, shown=ISSUED_STAGES,
            drafts=the_caller().role in DRAFTERS, **found,
        )  # fmt: skip


def _ordering(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/<any(referrals,appointments):path>/new")
    @_orders
    def order_form(path: str) -> Response:
        """Show the form of a referral or an appointment."""
        return _order_page(house, PATHS[path], {"number_kind": "personal"}, None)

    @blueprint.post("/<any(referrals,appointments):path>/new")
    @_orders
    def order(path: str) -> Response:
        """Check what was typed and show it once more; then put it together."""
        kind, values = PATHS[path], typed(most=LARGEST_ORDER_FORM)
        act = act_now()
        try:
            asked = order_of_form(kind, values, facility=facility(), today=local_day(act.at))
            content = check_content(house.papers.facts, kind, asked.content, act)
            term = term_of(kind, content, act.at, house.papers.calendar)
            if "again" in values:
                return _order_page(house, kind, values, None)
            if "confirmed" not in values:
                return show(
                    "facility_order_look.html", kind=kind, door=path, typed=values, term=term,
                    notes=notes_of(kind, content, local_day(act.at)), holder=asked.holder,
                    printed=KINDS[kind].paper(content), title=KINDS[kind].title,
                )  # fmt: skip
            told = house.papers.draft(kind, asked, act=act, idempotency=once_only())
        except REFUSALS as error:
            return _order_page(house, kind, values, refused(error))
        return go_on(f"/facility/{path}/{told['id']}", "paper_drafted")


def _order_page(
    house: FacilityHouse, kind: str, values: Mapping[str, str], problem: Refused | None
) -> Response:
    at = the_ports().clock()
    today, path = local_day(at), next(name for name, one in PATHS.items() if one == kind)
    terms = [
        term_of(kind, {"one_year": long, "main_disease": "B18.0"}, at, house.papers.calendar)
        for long in (False, True)
    ]
    return show(
        "facility_order.html", kind=kind, door=path, groups=GROUPS[kind], fields=FIELDS[kind],
        typed=values, problem=problem, numbers=NUMBER_KINDS, sexes=SEXES, reasons={
            str(code): words for code, words in REASONS.items()},
        diseases=known_diseases(today), terms=terms, title=KINDS[kind].title,
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip


def _shown(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/<any(referrals,appointments):path>/<uuid:reference>")
    @_reads
    def paper(path: str, reference: UUID) -> Disclosed:
        """Show a paper that concerns the facility, and what may be done with it now."""
        return paper_page(house, PATHS[path], reference)


def paper_page(
    house: FacilityHouse, kind: str, reference: UUID, problem: Refused | None = None,
    failed: str = "", values: Mapping[str, str] | None = None,
) -> Disclosed:  # fmt: skip
    """Return the page of a paper: a look at its holder's data.

    Raises:
        NotFoundError: There is none that the facility may see.
    """
    act = act_now()
    found = _find(house, kind, reference)
    may = frozenset() if found.is_draft else offers(kind, found.state, facility())
    role = the_caller().role
    allowed = may if role in TAKERS else may & {"cancel", "miss"}
    code = code_of(house.papers, found, act)
    answer = show(
        "facility_paper.html", paper=found, door=_path(kind), may=allowed, problem=problem,
        failed=failed, typed=values or {}, stages=STAGES, rejections=REJECTIONS,
        conflicts=CONFLICTS, code_svg=None if code is None else Markup(code.svg),  # noqa: S704  ours
        short_code=None if code is None else code.short, issuer=_is_issuer(found),
        day=moment_text(found.content.get("appointed"), language()),
        notes=notes_of(kind, found.content, local_day(act.at)) if found.is_draft else (),
        today=local_day(act.at).isoformat(), name_of=house.books.organisation,
        asked=_asked(house, found, act),
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip
    return Disclosed(answer, (Seen(_RECORDS[kind], found.subject, reference=reference),))


def _asked(house: FacilityHouse, found: ShownPaper, act: Act) -> UUID | None:
    """Return what the patient asks about an appointment, if that waits for an answer."""
    if found.is_draft or found.kind != APPOINTMENT.code:
        return None
    asks = AskDesk(house.papers.facts, house.governing.views)
    told = asks.waiting_about(found.reference, at=act.at)
    return None if told is None else told.ask


def _find(house: FacilityHouse, kind: str, reference: UUID) -> ShownPaper:
    act = act_now()
    try:
        return issued_paper(house.papers, kind, reference, act)
    except NotFoundError:
        return draft_of(house.papers, kind, reference, act)


def _is_issuer(found: ShownPaper) -> bool:
    return facility() in {found.state.get("from"), found.state.get("facility")}


def _path(kind: str) -> str:
    return next(name for name, one in PATHS.items() if one == kind)


def _using(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.post("/referrals/<uuid:reference>/use")
    @_uses
    def use(reference: UUID) -> Disclosed:
        """Record which episode of the facility was made by a referral."""
        values = typed()

        def do() -> None:
            required(values, ["episode_key"])
            referrals.use(
                house.papers.facts, certificate=reference, act=act_now(),
                visit=episode_stream(facility(), values["episode_key"]),
                expected=seen_version(), idempotency=once_only(),
            )  # fmt: skip

        return _did(house, REFERRAL.code, reference, "use", values, do)

    @blueprint.post("/appointments/<uuid:reference>/consume")
    @_uses
    def consume(reference: UUID) -> Disclosed:
        """See the patient by an appointment: once, at all facilities together."""
        values = typed()

        def do() -> None:
            required(values, ["compared"])
            shown = AppointmentUse(reference, "abnormal_signs" in values, "agreed" in values)
            appointments.consume(
                house.papers.facts, shown=shown, act=act_now(), expected=seen_version(),
                idempotency=once_only(),
            )  # fmt: skip

        return _did(house, APPOINTMENT.code, reference, "consume", values, do)


def _moving(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.post("/appointments/<uuid:reference>/miss")
    @_issues
    def miss(reference: UUID) -> Disclosed:
        """Record that the patient did not come."""

        def do() -> None:
            appointments.miss(
                house.papers.facts, certificate=reference, act=act_now(),
                expected=seen_version(), idempotency=once_only(),
            )  # fmt: skip

        return _did(house, APPOINTMENT.code, reference, "miss", typed(), do)

    @blueprint.post("/appointments/<uuid:reference>/reschedule")
    @_moves
    def reschedule(reference: UUID) -> Disclosed:
        """Draft the paper of another day; signing it ends the old one."""
        values = typed()
        try:
            house.papers.state(APPOINTMENT.code, reference, act=act_now())
            required(values, ["move_reason"])
            move = Move(
                reference, house.papers.new_id(), _whole_moment(values, "appointed"),
                values["move_reason"], house.papers.random(SALT_BYTES),
            )  # fmt: skip
            receipt = appointment_moves.reschedule(
                house.papers.facts, move, act=act_now(), idempotency=once_only()
            )
        except REFUSALS as error:
            return paper_page(
                house, APPOINTMENT.code, reference, refused(error), "reschedule", values
            )
        drafted = house.papers.drafted(receipt)
        return Disclosed(go_on(f"/facility/appointments/{drafted}", "appointment_moved"))


def _cancelling(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.post("/<any(referrals,appointments):path>/<uuid:reference>/cancel")
    @_issues
    def cancel(path: str, reference: UUID) -> Disclosed:
        """Take a paper back before anybody has used it."""
        values = typed()
        commands: Any = referrals if PATHS[path] == REFERRAL.code else appointments

        def do() -> None:
            required(values, ["cancel_reason", "confirmed"])
            commands.cancel(
                house.papers.facts, certificate=reference, act=act_now(),
                reason=values["cancel_reason"], expected=seen_version(), idempotency=once_only(),
            )  # fmt: skip

        return _did(house, PATHS[path], reference, "cancel", values, do)


def _whole_moment(values: Mapping[str, str], name: str) -> str:
    return f"{local_moment(values, name):%Y%m%d%H%M}"


def _did(
    house: FacilityHouse, kind: str, reference: UUID, name: str, values: Mapping[str, str], do: Any
) -> Disclosed:
    """Do an act and go on; what is refused is said on the paper's page."""
    try:
        do()
    except REFUSALS as error:
        return paper_page(house, kind, reference, refused(error), name, values)
    return Disclosed(go_on(f"/facility/{_path(kind)}/{reference}", f"paper_{name}"))
