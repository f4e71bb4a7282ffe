"""Where patients come in: a referral or an appointment is scanned, judged, compared, taken in.

A code is checked as anybody's is; what is more is that the paper on file is named, and that whoever
accepts it says that they have compared the person with an identity document. Exactly one facility
can accept a referral: that is decided by its stream, not here.
"""

from collections.abc import Callable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response, request

from ledger.calendar import local_day
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.commands import referrals
from ledger.commands.appointments import AppointmentUse
from ledger.errors import InvalidInputError, NotFoundError, RefusedError
from ledger.records.referral.facts import RejectReason
from verify_api.access_rules import Disclosed, the_caller
from verify_api.answers import language
from verify_api.bodies import LARGEST_FORM, Submitted, day
from verify_api.checking import Checked, check, seen_by
from verify_api.desk.paper_lists import Asked
from verify_api.facility.finding import Paper, by_number, paper_in, paper_of
from verify_api.facility.forms import (
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
    uploaded,
)
from verify_api.facility.house import FacilityHouse
from verify_api.facility.words import REJECTIONS, STAGES
from verify_api.headers import SCAN
from verify_api.ports import PaperQuestion
from verify_api.routes.facility_papers import paper_page
from verify_api.running import the_ports, the_running
from verify_api.throttle import throttle

SHOWN_STAGES: Final = ("available", "presented", "in-use", "closed", "rejected", "cancelled")
_ACTS: Final[Mapping[str, Callable[..., object]]] = {
    "present": referrals.present, "accept": referrals.accept, "reject": referrals.reject,
    "close": referrals.close,
}  # fmt: skip
_SAID: Final = {
    "present": "referral_presented", "accept": "referral_accepted", "reject": "referral_rejected",
    "close": "referral_closed",
}  # fmt: skip

_sees = at_desk(PEOPLE, purpose="list_papers")
_checks = at_desk(TAKERS, purpose="verify_certificate", personal=True)
_takes = at_desk(TAKERS, personal=True)
_reports = at_desk(TAKERS, purpose="take_paper")


def reception_routes(house: FacilityHouse) -> Blueprint:
    """Return the pages."""
    blueprint = Blueprint("facility_reception", __name__, url_prefix="/facility")
    _desk(blueprint, house)
    _taking(blueprint, house)
    _admissions(blueprint, house)
    return blueprint


def _desk(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/referrals")
    @_sees
    def desk() -> Response:
        """Show the reception: ways to read a code, and the referrals addressed to the facility."""
        stage = request.args.get("stage", "in-use")
        if stage not in SHOWN_STAGES:
            stage = "in-use"
        asked = Asked(REFERRAL.code, "to", stage, request.args.get("after", "")[:36])
        found = house.lists.of_facility(facility(), asked, at=the_ports().clock())
        return _scanning(show(
            "facility_reception.html", stage=stage, stages=STAGES, shown=SHOWN_STAGES, **found,
            takes=the_caller().role in TAKERS, problem=None,
        ))  # fmt: skip

    @blueprint.post("/referrals/check")
    @_checks
    def read_code() -> Disclosed:
        """Show the verdict on what was scanned, and what the facility may do with it now."""
        throttle("verify", the_running().ports.settings.rates.verify)
        values, upload = typed(most=LARGEST_FORM), uploaded()
        try:
            checked = _checked(values, upload)
        except InvalidInputError as error:
            return Disclosed(_answers(house, [], refused(error), values))
        answer = _answers(house, checked, None, values)
        return Disclosed(answer, seen_by(the_caller(), [one.verdict for one in checked]),
                         "presented_by_holder")  # fmt: skip


def _scanning(answer: Response) -> Response:
    answer.headers.update(SCAN)
    return answer


def _checked(values: dict[str, str], upload: bytes | None) -> list[Checked]:
    """Return the verdicts on a file, a code's text, or a short code with its day of issue.

    Raises:
        InvalidInputError: Nothing was given, or the short code or its day is none.
    """
    at = the_ports().clock()
    if values.get("short_code"):
        throttle("paper", the_running().ports.settings.rates.paper)
        question = PaperQuestion(
            values["short_code"], day(values.get("issued_on", ""), "issued_on")
        )
        found = the_ports().papers.by_code(question, at=at)
        if found is None:
            raise InvalidInputError("short_code", "no_such_paper", "a code and a day that fit")
        return [Checked(found.verdict)]
    if upload is None and "text" not in values:
        raise InvalidInputError("text", "missing", "a code")
    if upload is not None:
        throttle("picture", the_running().ports.settings.rates.picture)
    what = Submitted(None if upload is not None else values["text"], upload)
    return check(what, the_running(), at, the_caller())


def _answers(
    house: FacilityHouse, checked: list[Checked], problem: Refused | None, values: dict[str, str]
) -> Response:
    tongue = language()
    told = [
        {
            "verdict": one.as_json(tongue),
            "paper": paper_of(house.papers.facts, one.verdict),
            "version": _version(house, paper_of(house.papers.facts, one.verdict)),
            "elsewhere": one.verdict.kind is not None and one.verdict.kind.taking is None,
        }
        for one in checked
    ]
    return _scanning(show(
        "facility_checked.html", told=told, problem=problem, typed=values,
        rejections=REJECTIONS, text=values.get("text", ""), now=the_ports().clock(),
        status=HTTPStatus.OK if problem is None else problem.status,
    ))  # fmt: skip


def _version(house: FacilityHouse, paper: Paper | None) -> int:
    if paper is None or not paper.accepts or paper.kind != REFERRAL.code:
        return 0
    return referrals.load(house.papers.facts, paper.reference).version


def _taking(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.post("/referrals/<uuid:reference>/<any(present,accept,reject,close):act>")
    @_takes
    def take(reference: UUID, act: str) -> Disclosed:
        """Do one act with a referral, then show it; sent twice it is done once."""
        values = typed()
        try:
            said = _said_of(house, act, values)
            _ACTS[act](
                house.papers.facts, certificate=reference, act=act_now(),
                expected=seen_version(), idempotency=once_only(), **said,
            )  # fmt: skip
        except REFUSALS as error:
            return paper_page(house, REFERRAL.code, reference, refused(error), act, values)
        return Disclosed(go_on(f"/facility/referrals/{reference}", _SAID[act]))


def _said_of(house: FacilityHouse, act: str, values: dict[str, str]) -> dict[str, Any]:
    """Return what an act is told besides who does it.

    Raises:
        InvalidInputError: Something that it needs was not said.
    """
    match act:
        case "accept":
            required(values, ["compared"])
            shown = _appointment(house, values)
            return {"came_from": values.get("came_from"), "appointment": shown}
        case "reject":
            reason = values.get("reason", "")
            if reason not in set(RejectReason):
                raise InvalidInputError("reason", "missing", "one of the reasons")
            return {
                "reason": RejectReason(reason), "final": "final" in values,
                "note": values.get("note"),
            }  # fmt: skip
        case _:
            return {}


def _appointment(house: FacilityHouse, values: dict[str, str]) -> AppointmentUse | None:
    text = values.get("appointment_code")
    if text is None:
        return None
    found = paper_in(house.papers.facts, the_caller(), text, "appointment_code")
    return AppointmentUse(found.reference, "abnormal_signs" in values, "agreed" in values)


def _admissions(blueprint: Blueprint, house: FacilityHouse) -> None:
    @blueprint.get("/admissions")
    @_reports
    def admission_form() -> Response:
        """Show the form on which an admission without the service is reported."""
        return _admission_page(None, {})

    @blueprint.post("/admissions")
    @_reports
    def report_admission() -> Response:
        """Take in what was done while the service could not tell; never refused for being wrong."""
        values = typed()
        if "begin" in values:  # from a verdict that could not tell: the code is filled in
            return _admission_page(None, values)
        try:
            required(values, ["offline_number"])
            admitted = local_moment(values, "admitted_at")
            reference = _meant(house, values)
            referrals.admit_unverified(
                house.papers.facts, certificate=reference, admitted_at=admitted,
                offline_number=values["offline_number"], act=act_now(),
                appointment=_appointment(house, values), idempotency=once_only(),
            )  # fmt: skip
        except (*REFUSALS, NotFoundError) as error:
            return _admission_page(refused(error, at=_place(error)), values)
        return go_on(_after_admission(house, reference), "admission_reported")


def _place(error: Exception) -> str:
    return "number" if isinstance(error, NotFoundError) else ""


def _meant(house: FacilityHouse, values: dict[str, str]) -> UUID:
    text = values.get("text")
    if text is None:
        return by_number(house.papers.facts, values)
    found = paper_in(house.papers.facts, the_caller(), text, "text")
    if found.kind != REFERRAL.code:
        raise RefusedError("not_a_referral", "expected the code of a referral")
    return found.reference


def _after_admission(house: FacilityHouse, reference: UUID) -> str:
    """Return where to go on: to the paper, unless it was never for this facility."""
    try:
        house.papers.state(REFERRAL.code, reference, act=act_now())
    except NotFoundError:
        return "/facility/admissions"
    return f"/facility/referrals/{reference}"


def _admission_page(problem: Refused | None, values: dict[str, str]) -> Response:
    today: date = local_day(the_ports().clock())
    return show(
        "facility_admission.html", problem=problem, typed=values, today=today.isoformat(),
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip
