"""Asks about appointments: asked by a citizen, answered once, by who was asked, and truly."""

from collections.abc import Mapping
from typing import Any, Final, assert_never
from uuid import UUID

from ledger.audit.law.others import Others
from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.certificates.lifecycle_facts import CertificateDrafted
from ledger.facts import RecordedFact
from ledger.identifiers import appointment_stream
from ledger.records.appointment import facts as appointment
from ledger.records.appointment_request import facts as asks
from ledger.records.appointment_request import request
from ledger.records.appointment_request.facts import AskKind, Outcome

_CITIZEN: Final = frozenset({"citizen"})
_FACILITY: Final = frozenset({"clinician", "facility_system", "facility_signer"})
_ROLES: Final[Mapping[type, frozenset[str]]] = {
    asks.AppointmentRequestMade: _CITIZEN,
    asks.AppointmentRequestWithdrawn: _CITIZEN,
    asks.AppointmentRequestTakenUp: _FACILITY,
    asks.AppointmentRequestAnswered: _FACILITY,
    # Who ends an appointment in another way ends what was asked about it.
    asks.AppointmentRequestLapsed: _FACILITY | _CITIZEN | {"system"},
}
"""Who may do what; who made it for whom is a representative's right, and not told here."""


class AskLaw:
    """What a person asks of a facility."""

    def __init__(self, others: Others | None) -> None:
        """Ask ``others`` for papers and their use; None: do not."""
        self._others = others
        self._state: request.Ask | None = None

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        made = isinstance(fact, asks.AppointmentRequestMade)
        if made != (self._state is None):
            raise UnlawfulError("C10.order", "one ask at the beginning", recorded.topic)
        may = _ROLES[type(fact)]
        if recorded.act.role not in may:
            yield Objection("C10.role", " or ".join(sorted(may)), recorded.act.role)
        if self._state is None:
            yield from self._about(fact)
        else:
            yield from self._follows(recorded, fact, self._state)
        self._state = request.evolve(self._state, fact)

    def _about(self, fact: asks.AppointmentRequestMade) -> Objections:
        if (fact.appointment is None) != (fact.kind is AskKind.NEW):
            yield Objection("C10.ask", "an appointment to be moved or given up", "none, or one")
        if self._others is None or fact.appointment is None:
            return
        given = self._others.facts(
            appointment_stream(fact.appointment), appointment.AppointmentIssued
        )
        if [one.facility for one in given] != [fact.facility]:
            yield Objection("C10.ask", "an appointment that this facility gave", "another's")

    def _follows(self, recorded: RecordedFact, fact: Any, state: request.Ask) -> Objections:
        early = not isinstance(fact, asks.AppointmentRequestWithdrawn) or state.taken_up is None
        if not (state.open and early):
            found = f"{recorded.topic} of an ask that is {state.stage}"
            raise UnlawfulError("C10.order", "a fact that may follow", found)
        facility = state.made.facility
        answers = isinstance(fact, asks.AppointmentRequestAnswered | asks.AppointmentRequestTakenUp)
        if answers and recorded.act.organisation != facility:
            yield Objection("C10.actor", "an answer by the facility that was asked", "another's")
        if self._others is None:
            return
        if isinstance(fact, asks.AppointmentRequestTakenUp):
            drafts = self._others.facts(fact.appointment, CertificateDrafted)
            if not drafts:
                yield Objection("C10.ask", "a paper that was drafted for it", "none")
        if isinstance(fact, asks.AppointmentRequestAnswered):
            yield from self._true(recorded, fact, state)

    def _true(
        self, recorded: RecordedFact, fact: asks.AppointmentRequestAnswered, state: request.Ask
    ) -> Objections:
        """Yield that what was granted was not done."""
        if fact.outcome is not Outcome.GRANTED:
            return
        assert self._others is not None, "asked only then"
        about, kind = state.made.appointment, state.made.kind
        match kind:
            case AskKind.NEW:
                done = self._given(fact.appointment, state.made.facility, recorded.subject)
            case AskKind.MOVE:
                moved = self._of(about, appointment.AppointmentRescheduled)
                done = [one.replaced_by for one in moved] == [fact.appointment]
            case AskKind.GIVE_UP:
                done = bool(self._of(about, appointment.AppointmentCancelled))
            case _:
                assert_never(kind)
        if not done:
            yield Objection("C10.ask", "what was granted, done by this facility", "it was not")

    def _given(self, paper: UUID | None, facility: str, subject: UUID | None) -> bool:
        assert self._others is not None, "asked only then"
        if paper is None:
            return False
        issued = self._others.of(appointment_stream(paper), appointment.AppointmentIssued)
        return [(one.act.organisation, one.subject) for one in issued] == [(facility, subject)]

    def _of(self, paper: UUID | None, kind: type[Any]) -> list[Any]:
        assert self._others is not None, "asked only then"
        return [] if paper is None else self._others.facts(appointment_stream(paper), kind)
