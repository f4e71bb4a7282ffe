"""Referrals over HTTP: ordered, signed, shown; presented, accepted, rejected, used, closed.

Everything is done for the facility of the caller's account or token. ``If-Match`` names the
version that the caller has seen; ``Idempotency-Key`` makes a request that is sent twice one act.
"""

from datetime import datetime
from typing import Annotated, Any, Final
from uuid import UUID

from flask import Blueprint, Response
from msgspec import Meta, Struct

from ledger.certificates.kinds.referral import KIND
from ledger.commands import referrals
from ledger.commands.appointments import AppointmentUse
from ledger.commands.health_papers import episode_stream
from ledger.errors import InvalidInputError, NotFoundError
from ledger.records.referral.facts import RejectReason
from verify_api.access_rules import Disclosed
from verify_api.answers import json_answer
from verify_api.desk.health_papers import HealthPaperDesk
from verify_api.health_paper_acts import (
    AppointmentShown,
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
Moment = Annotated[datetime, Meta(tz=True)]


class PresentBody(Struct, forbid_unknown_fields=True):
    """Which facility sent the patient, where that is known."""

    came_from: str | None = None


class AcceptBody(Struct, forbid_unknown_fields=True):
    """From whom the patient comes, and what is shown with the referral."""

    came_from: str | None = None
    appointment: AppointmentShown | None = None


class RejectBody(Struct, forbid_unknown_fields=True):
    """Why it is not taken."""

    reason: RejectReason
    final: bool = False
    note: str | None = None


class AdmissionBody(Struct, forbid_unknown_fields=True):
    """What was done while the service was down."""

    admitted_at: Moment
    offline_number: str
    appointment: AppointmentShown | None = None


class UseBody(Struct, forbid_unknown_fields=True):
    """Which episode of the facility was made by it."""

    episode_key: str
    """MA_LK, or the encounter's number."""


class CloseBody(Struct, forbid_unknown_fields=True):
    """The episode is over; nothing more is said."""


class CancelBody(Struct, forbid_unknown_fields=True):
    """Why it is taken back."""

    reason: str


def referral_routes(desk: HealthPaperDesk) -> Blueprint:
    """Return the endpoints, which ask ``desk``."""
    blueprint = Blueprint("referrals", __name__, url_prefix="/v1/referrals")
    _papers(blueprint, desk)
    _taking(blueprint, desk)
    _use(blueprint, desk)
    return blueprint


def _papers(blueprint: Blueprint, desk: HealthPaperDesk) -> None:
    @blueprint.post("")
    @prepares
    def draft() -> Response:
        """Put a referral together; answers its reference and what to look at again."""
        act = act_of_facility()
        order = order_of(desk, CODE)
        return drafted(desk.draft(CODE, order, act=act, idempotency=idempotency_of(act)))

    @blueprint.post("/<uuid:reference>/sign")
    @signs
    def sign(reference: UUID) -> Response:
        """Sign and issue a draft; answers its number and the text of its code."""
        return json_answer(desk.sign(CODE, reference, act=act_of_facility()))

    @blueprint.get("/<uuid:reference>")
    @reads
    def show(reference: UUID) -> Disclosed:
        """Show a referral and where it is."""
        return read(CODE, desk.show(CODE, reference, act=act_of_facility()), reference)

    @blueprint.get("/<uuid:reference>.pdf")
    @reads_or_holds
    def pdf(reference: UUID) -> Disclosed:
        """Hand out the signed PDF of a referral: to its holder, or a facility concerned."""
        return paper_document(desk, CODE, reference)

    @blueprint.get("/<uuid:reference>.xml")
    @reads
    def xml(reference: UUID) -> Disclosed:
        """Hand out a referral as table 13 of the insurance XML."""
        shown = desk.xml(CODE, reference, act=act_of_facility())
        return read(
            CODE, shown, reference, file_answer(shown, "application/xml", f"{reference}.xml")
        )


def _taking(blueprint: Blueprint, desk: HealthPaperDesk) -> None:
    @blueprint.post("/<uuid:reference>/present")
    @takes
    def present(reference: UUID) -> Response:
        """Record that the patient shows it here: the moment at which its term counts."""
        body = body_of(PresentBody)
        return _done(desk, reference, referrals.present, came_from=body.came_from)

    @blueprint.post("/<uuid:reference>/accept")
    @takes
    def accept(reference: UUID) -> Response:
        """Take the patient in by it; of all facilities exactly one can."""
        body = body_of(AcceptBody)
        shown = _shown(body.appointment)
        return _done(desk, reference, referrals.accept, came_from=body.came_from, appointment=shown)

    @blueprint.post("/<uuid:reference>/reject")
    @takes
    def reject(reference: UUID) -> Response:
        """Record that it is not taken here, and why."""
        body = body_of(RejectBody)
        return _done(
            desk, reference, referrals.reject, reason=body.reason, final=body.final,
            note=body.note,
        )  # fmt: skip

    @blueprint.post("/<uuid:reference>/admit-unverified")
    @takes
    def admit_unverified(reference: UUID) -> Response:
        """Report an admission that was made while the service was down; never refused for it."""
        body, act = body_of(AdmissionBody), act_of_facility()
        referrals.admit_unverified(
            desk.facts, certificate=reference, admitted_at=body.admitted_at,
            offline_number=body.offline_number, act=act, appointment=_shown(body.appointment),
            idempotency=idempotency_of(act),
        )  # fmt: skip
        try:
            return _where(desk, reference)
        except NotFoundError:  # it was recorded; the paper was never for this facility
            return json_answer({"id": str(reference), "recorded": True})


def _use(blueprint: Blueprint, desk: HealthPaperDesk) -> None:
    @blueprint.post("/<uuid:reference>/use")
    @takes
    def use(reference: UUID) -> Response:
        """Record which episode of the facility was made by it."""
        act = act_of_facility()
        key = body_of(UseBody).episode_key
        visit = episode_stream(act.organisation or "", key)
        return _done(desk, reference, referrals.use, visit=visit)

    @blueprint.post("/<uuid:reference>/close")
    @takes
    def close(reference: UUID) -> Response:
        """Record that the episode is over."""
        body_of(CloseBody)
        return _done(desk, reference, referrals.close)

    @blueprint.post("/<uuid:reference>/cancel")
    @issues
    def cancel(reference: UUID) -> Response:
        """Take it back before anybody has used it."""
        return _done(desk, reference, referrals.cancel, reason=body_of(CancelBody).reason)


def _done(desk: HealthPaperDesk, reference: UUID, command: Any, **said: Any) -> Response:
    act = act_of_facility()
    command(
        desk.facts, certificate=reference, act=act, expected=expected_version(),
        idempotency=idempotency_of(act), **said,
    )  # fmt: skip
    return _where(desk, reference)


def _where(desk: HealthPaperDesk, reference: UUID) -> Response:
    return where(desk.state(CODE, reference, act=act_of_facility()))


def _shown(shown: AppointmentShown | None) -> AppointmentUse | None:
    if shown is None:
        return None
    try:
        appointment = UUID(shown.id)
    except ValueError:
        raise InvalidInputError("appointment.id", "reference", "an appointment's id") from None
    return AppointmentUse(appointment, shown.abnormal_signs, shown.agreed)
