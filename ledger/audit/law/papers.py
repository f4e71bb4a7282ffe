"""Referrals and appointments: used once, where they are addressed to, beside what they rest on."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from ledger.audit.law.others import Others
from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.certificates.lifecycle_facts import (
    CertificateDrafted,
    CertificateIssued,
    CertificateSigned,
)
from ledger.facts import RecordedFact
from ledger.identifiers import appointment_stream, referral_stream
from ledger.records.appointment import facts as appointment
from ledger.records.appointment import use as appointment_use
from ledger.records.referral import facts as referral
from ledger.records.referral import use as referral_use

_TAKERS: Final = frozenset({"clinician", "facility_system"})
"""Who takes a paper in."""
_FACILITY: Final = _TAKERS | {"facility_signer"}
"""Everybody who acts for a facility in the matter of papers."""
_ROLES: Final[Mapping[type, frozenset[str]]] = {
    referral.ReferralIssued: _FACILITY,  # whoever finds a paper without its use begins it
    referral.ReferralCancelled: _FACILITY,
    referral.ReferralPresented: _TAKERS,
    referral.ReferralAccepted: _TAKERS,
    referral.ReferralRejected: _TAKERS,
    referral.ReferralAdmittedUnverified: _TAKERS,
    referral.ReferralUsed: _TAKERS,
    referral.ReferralClosed: _TAKERS,
    appointment.AppointmentIssued: _FACILITY,
    appointment.AppointmentRescheduled: _FACILITY,
    appointment.AppointmentConsumed: _TAKERS,
    appointment.AppointmentVisited: _TAKERS,
    appointment.AppointmentDoubleUseRefused: _TAKERS,
    appointment.AppointmentMissed: _FACILITY,
    appointment.AppointmentCancelled: _FACILITY,
}
"""Who may do what with a paper's use; who may draft and sign the paper is a certificate's law."""


class ReferralLaw:
    """What becomes of a referral paper."""

    def __init__(self, others: Others | None) -> None:
        """Ask ``others`` for paper, facilities and appointment; None: do not."""
        self._others = others
        self._state: referral_use.Referral | None = None
        self._admitted: str | None = None
        """The facility that has just told of an admission which becomes its acceptance."""

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        issued = isinstance(fact, referral.ReferralIssued)
        if issued != (self._state is None):
            raise UnlawfulError("C10.order", "one issue at the beginning", recorded.topic)
        yield from _role(recorded)
        if self._state is None:
            yield from self._begun(recorded, fact)
        else:
            yield from _of_own_facility(recorded, getattr(fact, "facility", self._state.origin))
            self._may_follow(recorded, fact, self._state)
            yield from self._rests_on(fact, self._state)
        told = isinstance(fact, referral.ReferralAdmittedUnverified) and fact.conflict is None
        self._admitted = fact.facility if told else None
        self._state = referral_use.evolve(self._state, fact)

    def _begun(self, recorded: RecordedFact, fact: referral.ReferralIssued) -> Objections:
        yield from _stream(recorded, referral_stream(fact.certificate))
        if self._others is not None:
            yield from _paper(fact.certificate, fact.origin, REFERRAL.code, self._others)
            for code in (fact.origin, *fact.addressed_to):
                yield from _registered(code, recorded.position, self._others)

    def _may_follow(self, recorded: RecordedFact, fact: Any, state: referral_use.Referral) -> None:
        """Refuse what the paper's state does not let happen."""
        match fact:
            case referral.ReferralPresented():
                ok = _open(state, fact.facility) and not state.lapsed(fact.at)
            case referral.ReferralAccepted():
                shown = fact.facility in (*state.presented, self._admitted)
                ok = _open(state, fact.facility) and shown
            case referral.ReferralRejected():
                ok = _open(state, fact.facility)
            case referral.ReferralUsed() | referral.ReferralClosed():
                ok = state.use is not None and state.use.facility == fact.facility
            case referral.ReferralCancelled():
                ok = state.use is None and state.ended is None
            case _:
                ok = True  # a report of what has happened is taken in, right or not
        if not ok:
            found = f"{recorded.topic} of a referral that is {state.stage}"
            raise UnlawfulError("C10.order", "a fact that may follow, by an addressed one", found)

    def _rests_on(self, fact: Any, state: referral_use.Referral) -> Objections:
        if not isinstance(fact, referral.ReferralAccepted):
            return
        if fact.appointment is None:
            if state.needs_appointment:
                expected = "an appointment from the second episode on"
                yield Objection("C10.appointment", expected, "none")
            return
        if self._others is None:
            return
        used = self._others.facts(
            appointment_stream(fact.appointment), appointment.AppointmentConsumed
        )
        if not any(one.referral == state.certificate for one in used):
            expected = "an appointment that was used with this referral"
            yield Objection("C10.appointment", expected, "one that was not, or none")


def _open(state: referral_use.Referral, facility: str) -> bool:
    addressed = facility in state.addressed_to
    return addressed and state.use is None and state.ended is None


class AppointmentLaw:
    """What becomes of an appointment."""

    def __init__(self, others: Others | None) -> None:
        """Ask ``others`` for paper, facility and referral; None: do not."""
        self._others = others
        self._state: appointment_use.Appointment | None = None

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        issued = isinstance(fact, appointment.AppointmentIssued)
        if issued != (self._state is None):
            raise UnlawfulError("C10.order", "one issue at the beginning", recorded.topic)
        yield from _role(recorded)
        if self._state is None:
            yield from self._begun(recorded, fact)
        else:
            yield from _of_own_facility(recorded, getattr(fact, "facility", self._state.facility))
            self._may_follow(recorded, fact, self._state)
            yield from self._rests_on(fact, self._state)
        self._state = appointment_use.evolve(self._state, fact)

    def _begun(self, recorded: RecordedFact, fact: appointment.AppointmentIssued) -> Objections:
        yield from _stream(recorded, appointment_stream(fact.certificate))
        if self._others is not None:
            yield from _paper(fact.certificate, fact.facility, APPOINTMENT.code, self._others)
            yield from _registered(fact.facility, recorded.position, self._others)

    @staticmethod
    def _may_follow(recorded: RecordedFact, fact: Any, state: appointment_use.Appointment) -> None:
        match fact:
            case appointment.AppointmentConsumed():
                ok = state.open and fact.facility == state.facility
            case appointment.AppointmentVisited() | appointment.AppointmentDoubleUseRefused():
                ok = state.stage is appointment_use.Stage.CONSUMED
            case appointment.AppointmentMissed():
                ok = state.stage is appointment_use.Stage.ISSUED
            case _:
                ok = state.open
        if not ok:
            found = f"{recorded.topic} of an appointment that is {state.stage}"
            raise UnlawfulError("C10.order", "a fact that may follow, where it was given", found)

    def _rests_on(self, fact: Any, state: appointment_use.Appointment) -> Objections:
        if not isinstance(fact, appointment.AppointmentConsumed):
            return
        if self._others is None or fact.referral is None:
            return
        accepted = self._others.facts(referral_stream(fact.referral), referral.ReferralAccepted)
        if not any(one.appointment == state.certificate for one in accepted):
            expected = "a referral that was accepted with this appointment"
            yield Objection("C10.appointment", expected, "one that was not, or none")


def _role(recorded: RecordedFact) -> Objections:
    may = _ROLES[type(recorded.fact)]
    if recorded.act.role not in may:
        yield Objection("C10.role", " or ".join(sorted(may)), recorded.act.role)


def _of_own_facility(recorded: RecordedFact, facility: str) -> Objections:
    if recorded.act.organisation != facility:
        yield Objection("C10.actor", "somebody who acts for the facility it names", "another")


def _stream(recorded: RecordedFact, name: UUID) -> Objections:
    """One paper has one stream: a second one would let it be used twice."""
    if recorded.stream_id != name:
        yield Objection("C10.stream", "the one stream of this paper", "another stream")


def _paper(certificate: UUID, facility: str, kind: str, others: Others) -> Objections:
    drafted = [one.kind for one in others.facts(certificate, CertificateDrafted)]
    signed = [one.authority for one in others.facts(certificate, CertificateSigned)]
    issued = others.facts(certificate, CertificateIssued)
    if not issued or (drafted, signed) != ([kind], [facility]):
        yield Objection("C10.paper", f"an issued {kind} of this facility", "none")


def _registered(code: str, position: int, others: Others) -> Objections:
    if others.facility(code, position) is None:
        expected = "a facility that was registered by then"
        yield Objection("C10.facility", expected, "one that was not")
