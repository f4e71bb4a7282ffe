"""Re-examination appointments over HTTP: ordered, signed, shown; used, moved, missed, cancelled.

As `verify_api.routes.referrals`: for the caller's facility, with ``If-Match`` and
``Idempotency-Key``.
"""

from typing import Any, Final
from uuid import UUID

from flask import Blueprint, Response
from msgspec import Struct

from ledger.certificates.health_paper import SALT_BYTES
from ledger.certificates.kinds.appointment import KIND
from ledger.commands import appointment_moves, appointments
from ledger.commands.appointment_moves import Move
from ledger.commands.appointments import AppointmentUse
from verify_api.access_rules import Disclosed
from verify_api.answers import json_answer
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.health_paper_acts import (
    act_of_facility,
    body_of,
    drafted,
    expected_version,
    file_answer,
    idempotency_of,
    issues,
    order_of,
    paper_document,
    prepares,
    read,
    reads,
    reads_or_holds,
    signs,
    takes,
    where,
)

CODE: Final = KIND.code


class ConsumeBody(Struct, forbid_unknown_fields=True):
    """What was found about its day."""

    abnormal_signs: bool = False
    """Why the patient comes before the day."""
    agreed: bool = False
    """The facility sees the patient although the day went by."""


class RescheduleBody(Struct, forbid_unknown_fields=True):
    """The other day, and why."""

    appointed: str
    """YYYYMMDDHHMM."""
    reason: str


class MissBody(Struct, forbid_unknown_fields=True):
    """The patient did not come; nothing more is said."""


class CancelBody(Struct, forbid_unknown_fields=True):
    """Why it is taken back."""

    reason: str


def appointment_routes(desk: HealthPaperDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("appointments", __name__, url_prefix="/v1/appointments")
    _papers(blueprint, desk)
    _use(blueprint, desk)
    return blueprint


def _papers(blueprint: Blueprint, desk: HealthPaperDesk) -> None:
    @blueprint.post("")
    @prepares
    def draft() -> Response:
        """Put an appointment together; answers its reference."""
        act = act_of_facility()
        order = order_of(desk, CODE)
        return drafted(desk.draft(CODE, order, act=act, idempotency=idempotency_of(act)))

    @blueprint.post("/<uuid:reference>/sign")
    @signs
    def sign(reference: UUID) -> Response:
        """Sign and issue a draft; one that it replaces ends with that."""
        return json_answer(desk.sign(CODE, reference, act=act_of_facility()))

    @blueprint.get("/<uuid:reference>")
    @reads
    def show(reference: UUID) -> Disclosed:
        """Show an appointment and where it is."""
        return read(CODE, desk.show(CODE, reference, act=act_of_facility()), reference)

    @blueprint.get("/<uuid:reference>.pdf")
    @reads_or_holds
    def pdf(reference: UUID) -> Disclosed:
        """Hand out the signed PDF of an appointment: to its holder, or a facility concerned."""
        return paper_document(desk, CODE, reference)

    @blueprint.get("/<uuid:reference>.xml")
    @reads
    def xml(reference: UUID) -> Disclosed:
        """Hand out an appointment as table 14 of the insurance XML."""
        shown = desk.xml(CODE, reference, act=act_of_facility())
        return read(
            CODE, shown, reference, file_answer(shown, "application/xml", f"{reference}.xml")
        )


def _use(blueprint: Blueprint, desk: HealthPaperDesk) -> None:
    @blueprint.post("/<uuid:reference>/consume")
    @takes
    def consume(reference: UUID) -> Response:
        """See the patient by it: once, at all facilities together."""
        body, act = body_of(ConsumeBody), act_of_facility()
        appointments.consume(
            desk.facts, shown=AppointmentUse(reference, body.abnormal_signs, body.agreed),
            act=act, expected=expected_version(), idempotency=idempotency_of(act),
        )  # fmt: skip
        return _where(desk, reference)

    @blueprint.post("/<uuid:reference>/reschedule")
    @prepares
    def reschedule(reference: UUID) -> Response:
        """Draft the paper of another day; signing it ends the old one."""
        body, act = body_of(RescheduleBody), act_of_facility()
        desk.state(CODE, reference, act=act)
        move = Move(reference, desk.new_id(), body.appointed, body.reason, desk.random(SALT_BYTES))
        receipt = appointment_moves.reschedule(
            desk.facts, move, act=act, idempotency=idempotency_of(act)
        )
        return drafted({"id": desk.drafted(receipt), "remarks": []})

    @blueprint.post("/<uuid:reference>/miss")
    @issues
    def miss(reference: UUID) -> Response:
        """Record that the patient did not come."""
        body_of(MissBody)
        return _done(desk, reference, appointments.miss)

    @blueprint.post("/<uuid:reference>/cancel")
    @issues
    def cancel(reference: UUID) -> Response:
        """Take it back."""
        reason = body_of(CancelBody).reason
        return _done(desk, reference, appointments.cancel, reason=reason)


def _done(desk: HealthPaperDesk, reference: UUID, command: Any, **said: Any) -> Response:
    act = act_of_facility()
    command(
        desk.facts, certificate=reference, act=act, expected=expected_version(),
        idempotency=idempotency_of(act), **said,
    )  # fmt: skip
    return _where(desk, reference)


def _where(desk: HealthPaperDesk, reference: UUID) -> Response:
    return where(desk.state(CODE, reference, act=act_of_facility()))
