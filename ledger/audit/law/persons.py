"""What is done about a person: one open request, rights and emergency looks by two officers."""

from typing import Any, Final
from uuid import UUID

from ledger.audit.law.others import Others
from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.facts import RecordedFact
from ledger.identifiers import erasure_stream
from ledger.records import cleaning, emergency, person, rights
from ledger.records.erasure.facts import SubjectErased

_CITIZEN: Final = "citizen"
_OFFICER: Final = "data_protection_officer"
_ANSWERERS: Final = frozenset({_OFFICER, "facility_signer"})
_STEWARD: Final = "data_steward"


class PersonLaw:
    """One open request a person."""

    def __init__(self) -> None:
        """Nothing is open yet."""
        self._open: UUID | None = None

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        match recorded.fact:
            case person.RequestOpened(request=request):
                if self._open is not None:
                    yield Objection("C10.open_request", "one open request a person", "a second one")
                self._open = request
            case person.RequestClosed(request=request):
                if request != self._open:
                    yield Objection("C10.order", "the end of the open request", "of another")
                self._open = None
            case _:
                return


class RightsLaw:
    """A request about one's data is answered by an officer, and not by who asked."""

    def __init__(self, others: Others | None) -> None:
        """Ask ``others`` for the erasure; None: do not."""
        self._others = others
        self._state = rights.EMPTY
        self._asked: dict[UUID, RecordedFact] = {}

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        if isinstance(fact, rights.RightsOpened):
            self._asked[fact.request] = recorded
        else:
            known = self._state.requests.get(fact.request)
            if known is None or known.ended is not None:
                raise UnlawfulError("C10.order", "a request that is open", recorded.topic)
            if isinstance(fact, rights.RightsWithdrawn):
                yield from _taken_back(recorded)
            else:
                yield from self._answered(recorded, known.opened, self._asked[fact.request])
            if isinstance(fact, rights.RightsErased):
                yield from self._carried_out(recorded, fact)
        self._state = rights.evolve(self._state, fact)

    def _carried_out(self, recorded: RecordedFact, fact: rights.RightsErased) -> Objections:
        if self._others is None or recorded.subject is None:
            return
        receipts = self._others.facts(erasure_stream(recorded.subject), SubjectErased)
        if not any(one.request == fact.erasure for one in receipts):
            expected = "an erasure that was carried out, with its receipt"
            yield Objection("C6.not_carried_out", expected, "no receipt")

    @staticmethod
    def _answered(
        recorded: RecordedFact, opened: rights.RightsOpened, asked: RecordedFact
    ) -> Objections:
        act, erased = recorded.act, isinstance(recorded.fact, rights.RightsErased)
        if act.role not in _ANSWERERS and not erased:  # told by whoever ends the erasure
            yield Objection("C10.role", " or ".join(sorted(_ANSWERERS)), act.role)
        elif act.role != _OFFICER and act.organisation != opened.facility and not erased:
            yield Objection("C10.actor", "the facility whose task it is", "another")
        if asked.act.role == _CITIZEN and act.actor == asked.act.actor:
            yield Objection("C10.two_officers", "an answer by another than who asked", "the same")


def _taken_back(recorded: RecordedFact) -> Objections:
    """Yield that somebody else than the person, or the officer at the counter, took it back."""
    if recorded.act.role not in {_CITIZEN, _OFFICER}:
        yield Objection("C10.role", f"{_CITIZEN} or {_OFFICER}", recorded.act.role)


class EmergencyLaw:
    """An emergency look is reviewed by another than who looked."""

    def __init__(self) -> None:
        """Nobody has looked yet."""
        self._opened: dict[UUID, str] = {}
        self._reviewed: set[UUID] = set()

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        act = recorded.act
        match recorded.fact:
            case emergency.EmergencyOpened(emergency=named):
                if act.role != "clinician":
                    yield Objection("C10.role", "clinician", act.role)
                self._opened[named] = act.actor
            case emergency.EmergencyReviewed(emergency=named):
                if named not in self._opened or named in self._reviewed:
                    raise UnlawfulError("C10.order", "one review of a look", recorded.topic)
                if act.role not in _ANSWERERS:
                    yield Objection("C10.role", " or ".join(sorted(_ANSWERERS)), act.role)
                if act.actor == self._opened[named]:
                    expected = "a review by another than who looked"
                    yield Objection("C10.two_officers", expected, "the same")
                self._reviewed.add(named)
            case _:
                return


class PairLaw:
    """Two persons are judged to be one by a steward, after they were proposed."""

    def __init__(self) -> None:
        """Nothing is proposed yet."""
        self._proposed = False

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        if isinstance(recorded.fact, cleaning.PairProposed):
            self._proposed = True
            return
        if not self._proposed:
            raise UnlawfulError("C10.order", "a proposal first", recorded.topic)
        if recorded.act.role != _STEWARD:
            yield Objection("C10.role", _STEWARD, recorded.act.role)
