"""Who has a file, said a second time: nobody takes it silently, gives what they have not, or acts.

A file without such facts is nobody's, and whoever of the role comes may work on it.
"""

from typing import Final

from ledger.audit.law.ruling import Objection, Objections
from ledger.certificates.procedure import Role
from ledger.certificates.request import Request, has_ended
from ledger.certificates.request_custody import RequestAssigned, RequestHandedBack, RequestTaken
from ledger.certificates.request_facts import ApologyIssued, DeadlineRecomputed
from ledger.certificates.request_values import RecomputeReason
from ledger.facts import Act, RecordedFact

_DESKS: Final = frozenset({
    Role.INTAKE_OFFICER.value, Role.CASE_OFFICER.value, Role.POLICE_CHECKER.value,
})  # fmt: skip
_ADMINISTRATOR: Final = "operator"


def custody_objections(recorded: RecordedFact, state: Request) -> Objections:
    """Yield what is wrong with the next fact of a request, by who has it until then."""
    match recorded.fact:
        case RequestTaken() | RequestAssigned() | RequestHandedBack():
            if has_ended(state):
                yield _objection("a file that is still worked on", "one that has ended")
            yield from _moved(recorded.fact, recorded.act, state)
        case ApologyIssued() | DeadlineRecomputed(reason=RecomputeReason.INCIDENT):
            if is_anothers(state, recorded.act):
                yield anothers()
        case _:
            return


def is_anothers(state: Request, act: Act) -> bool:
    """Tell whether somebody else of the act's role has the file, and it is still worked on."""
    return not has_ended(state) and state.custody.at(act.role) not in {None, act.actor}


def anothers() -> Objection:
    """Return the objection to an act on what somebody else has."""
    return _objection("an act by who has the file", "another officer's")


def _moved(
    fact: RequestTaken | RequestAssigned | RequestHandedBack, act: Act, state: Request
) -> Objections:
    has = state.custody.at(fact.desk)
    if fact.desk not in _DESKS:
        yield _objection("a desk that has files", fact.desk)
    elif isinstance(fact, RequestHandedBack):
        yield from _given(act, fact.desk, has)
    else:
        yield from _changed(fact, act, has)


def _changed(fact: RequestTaken | RequestAssigned, act: Act, has: str | None) -> Objections:
    if fact.former != has:
        yield _objection("the one who had the file", "another, or nobody")
    if fact.officer == has:
        yield _objection("an officer who did not have the file", "the one who had it")
    if isinstance(fact, RequestTaken):
        yield from _taken(fact, act)
    elif act.role != _ADMINISTRATOR:
        yield from _given(act, fact.desk, has)
    elif fact.reason is None:
        yield _objection("a reason of the administrator", "none")


def _taken(fact: RequestTaken, act: Act) -> Objections:
    if fact.officer != act.actor:
        yield Objection("C10.actor", "a file taken by whom it names", "another actor")
    if act.role != fact.desk:
        yield Objection("C10.role", f"an officer of the desk {fact.desk}", act.role)
    if (fact.former is None) != (fact.reason is None):
        yield _objection("a reason where it was somebody's, and only there", "otherwise")


def _given(act: Act, desk: str, has: str | None) -> Objections:
    if act.role != desk:
        yield Objection("C10.role", f"an officer of the desk {desk}", act.role)
    elif act.actor != has:
        yield _objection("a file given by who had it", "by another")


def _objection(expected: str, found: str) -> Objection:
    return Objection("C10.custody", expected, found)
