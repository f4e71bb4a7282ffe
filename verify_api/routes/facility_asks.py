"""What patients ask of a facility: the queue by the first wished day, one ask, and its answers.

A clinician grants by a draft, which who signs for the facility signs as any other paper; what is
given up is cancelled at once. Everybody of the facility can say that it cannot be.
"""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, Final
from uuid import UUID

from flask import Blueprint

from ledger.calendar import local_day
from ledger.certificates.kind import Wording
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.commands import answering
from verify_api.access_rules import Disclosed, the_caller
from verify_api.answering import Answers, GrantBody, look
from verify_api.desk.asks import MOST_OPENED, SHOWN, AskDesk, ToldAsk
from verify_api.desk.health_papers import KINDS
from verify_api.facility.forms import (
    DRAFTERS,
    LARGEST_ORDER_FORM,
    PEOPLE,
    REFUSALS,
    Refused,
    act_now,
    at_desk,
    facility,
    go_on,
    local_moment,
    once_only,
    refused,
    required,
    show,
    typed,
)
from verify_api.facility.house import FacilityHouse
from verify_api.facility.orders import FIELDS, GROUPS, check_content, content_of_form
from verify_api.governing import asked_number
from verify_api.routes.facility_appointment_requests import PARTS, PURPOSE
from verify_api.running import the_ports
from verify_api.shown_asks import ShownAsk, shown_ask

_reads = at_desk(PEOPLE, purpose=PURPOSE, personal=True)
_grants = at_desk(DRAFTERS, purpose=PURPOSE, personal=True)
_HERE: Final = "/facility/asks"


def ask_routes(house: FacilityHouse) -> Blueprint:
    """Return the pages."""
    blueprint = Blueprint("facility_asks", __name__, url_prefix=_HERE)
    answers = Answers(house.papers, AskDesk(house.papers.facts, house.governing.views))
    _queue(blueprint, house, answers)
    _answering(blueprint, house, answers)
    _ordering(blueprint, house, answers)
    return blueprint


def _queue(blueprint: Blueprint, house: FacilityHouse, answers: Answers) -> None:
    @blueprint.get("")
    @_reads
    def waiting() -> Disclosed:
        """Show what waits for an answer; each of them is a look."""
        part = asked_number("part", 1, least=1, most=PARTS)
        queue = answers.asks.queue(facility(), at=the_ports().clock())
        some = queue.asks[(part - 1) * SHOWN : part * SHOWN]
        answer = show(
            "facility_asks.html", asks=[_shown(house, one) for one in some], whole=queue.whole,
            most=MOST_OPENED, following=part + 1 if len(queue.asks) > part * SHOWN else 0,
        )  # fmt: skip
        return Disclosed(answer, tuple(look(one) for one in some))

    @blueprint.get("/<uuid:ask>")
    @_reads
    def one(ask: UUID) -> Disclosed:
        """Show what somebody asks, who they are, and how it can be answered."""
        return _page(house, answers, ask)


def _shown(house: FacilityHouse, told: ToldAsk) -> ShownAsk:
    def name(code: str) -> Wording:
        return house.books.organisation(code) or Wording(code, code)

    return shown_ask(told, name)


def _page(
    house: FacilityHouse, answers: Answers, ask: UUID, problem: Refused | None = None,
    failed: str = "", values: Mapping[str, str] | None = None,
) -> Disclosed:  # fmt: skip
    told = answers.one(ask, act_now())
    answer = show(
        "facility_ask.html", one=_shown(house, told), holder=answers.holder(told),
        drafts=the_caller().role in DRAFTERS, problem=problem, failed=failed, typed=values or {},
        today=local_day(the_ports().clock()).isoformat(),
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip
    return Disclosed(answer, (look(told),))


def _answering(blueprint: Blueprint, house: FacilityHouse, answers: Answers) -> None:
    @blueprint.post("/<uuid:ask>/decline")
    @_reads
    def decline(ask: UUID) -> Disclosed:
        """Tell the person that it cannot be, and why."""
        values = typed()
        try:
            required(values, ["note"])
            answers.decline(ask, values["note"], act=act_now(), once=once_only())
        except REFUSALS as error:
            return _page(house, answers, ask, refused(error), "decline", values)
        return Disclosed(go_on(f"{_HERE}/{ask}", "ask_declined"))

    @blueprint.post("/<uuid:ask>/give-up")
    @_grants
    def give_up(ask: UUID) -> Disclosed:
        """Cancel the appointment that the person gives up."""
        values = typed()
        try:
            required(values, ["confirmed"])
            answering.give_up(answers.facts, ask=ask, act=act_now(), idempotency=once_only())
        except REFUSALS as error:
            return _page(house, answers, ask, refused(error), "give-up", values)
        return Disclosed(go_on(f"{_HERE}/{ask}", "ask_given_up"))

    @blueprint.post("/<uuid:ask>/move")
    @_grants
    def move(ask: UUID) -> Disclosed:
        """Draft the paper of the day that the person is given instead."""
        values = typed()
        try:
            body = GrantBody(appointed=f"{local_moment(values, 'appointed'):%Y%m%d%H%M}")
            draft = answers.grant(ask, body, act=act_now(), once=once_only())
        except REFUSALS as error:
            return _page(house, answers, ask, refused(error), "move", values)
        return Disclosed(go_on(f"/facility/appointments/{draft}", "appointment_moved"))


def _ordering(blueprint: Blueprint, house: FacilityHouse, answers: Answers) -> None:
    @blueprint.get("/<uuid:ask>/new")
    @_grants
    def order_form(ask: UUID) -> Disclosed:
        """Show the form of the new appointment; whom it is for is known."""
        told = answers.one(ask, act_now())
        return _order_page(answers, told, {})

    @blueprint.post("/<uuid:ask>/new")
    @_grants
    def order(ask: UUID) -> Disclosed:
        """Show the new appointment once more; then put it together."""
        values, act = typed(most=LARGEST_ORDER_FORM), act_now()
        told = answers.one(ask, act)
        try:
            content = content_of_form(
                APPOINTMENT.code, values, facility=facility(), today=local_day(act.at)
            )
            wanted = answers.order(told, content)
            whole = check_content(house.papers.facts, APPOINTMENT.code, content, act)
            if "again" in values:
                return _order_page(answers, told, values)
            if "confirmed" not in values:
                answer = show(
                    "facility_order_look.html", kind=APPOINTMENT.code, door="appointments",
                    action=f"{_HERE}/{ask}/new", typed=values, term=None, notes=(),
                    holder=wanted.holder, printed=KINDS[APPOINTMENT.code].paper(whole),
                    title=APPOINTMENT.title,
                )  # fmt: skip
                return Disclosed(answer, (look(told),))
            draft = answers.grant(ask, GrantBody(content=content), act=act, once=once_only())
        except REFUSALS as error:
            return _order_page(answers, told, values, refused(error))
        return Disclosed(go_on(f"/facility/appointments/{draft}", "paper_drafted"))


def _order_page(
    answers: Answers, told: ToldAsk, values: Mapping[str, str], problem: Refused | None = None
) -> Disclosed:
    kind = APPOINTMENT.code
    shared: dict[str, Any] = {"numbers": {}, "sexes": {}, "reasons": {}, "diseases": ()}
    answer = show(
        "facility_order.html", kind=kind, door="appointments", action=f"{_HERE}/{told.ask}/new",
        person=answers.holder(told), groups=GROUPS[kind], fields=FIELDS[kind], typed=values,
        problem=problem, terms=(None, None), title=APPOINTMENT.title, **shared,
        status=HTTPStatus.OK if problem is None else problem.status,
    )  # fmt: skip
    return Disclosed(answer, (look(told),))
