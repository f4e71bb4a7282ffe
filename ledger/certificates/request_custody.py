"""Who has a file: taken from the queue, taken over, given to a colleague, given back.

A file has a desk for each role that works on it, `DESKS`; at each, one officer has it or nobody.
What nobody has may be worked on by whoever of the role comes; what somebody has, by them alone,
until processing has ended. Signing is at no desk: a draft waits for every signer but its drafter.

Officers are named by the references of their accounts, as acts name them.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, TypeAlias

from ledger.certificates.procedure import Role
from ledger.certificates.request_rules import Rule
from ledger.errors import RefusedError
from ledger.facts import Act

DESKS: Final = (Role.INTAKE_OFFICER, Role.CASE_OFFICER, Role.POLICE_CHECKER)
"""Roles whose officers have files, in the order in which files come to them."""
ADMINISTRATOR: Final = "operator"
"""In which role a file is assigned by somebody who does not work on it."""


class Reason(StrEnum):
    """Why a file is taken from whoever had it; a code, so that it tells nothing of anybody."""

    ABSENT = "absent"
    """Who had it is away, and the file cannot wait."""
    REASSIGNED = "reassigned"
    """The head of the office has given the work to another."""
    CONFLICT_OF_INTEREST = "conflict-of-interest"
    ACCOUNT_DISABLED = "account-disabled"
    """Who had it can no longer sign in."""


@dataclass(frozen=True, slots=True)
class RequestTaken:
    """An officer took the file from the queue, or over from a colleague."""

    desk: Role
    officer: str
    """Who recorded it."""
    former: str | None
    """Who had it; None: nobody."""
    reason: Reason | None
    """Why it was taken from them; None where nobody had it."""


@dataclass(frozen=True, slots=True)
class RequestAssigned:
    """The file was given to an officer: by whoever had it, or by an administrator."""

    desk: Role
    officer: str
    former: str | None
    reason: Reason | None
    """None where who had it gave it away."""


@dataclass(frozen=True, slots=True)
class RequestHandedBack:
    """Who had the file gave it back to the queue."""

    desk: Role


Fact: TypeAlias = RequestTaken | RequestAssigned | RequestHandedBack

TOPICS: dict[str, type] = {
    "request.taken/1": RequestTaken,
    "request.assigned/1": RequestAssigned,
    "request.handed_back/1": RequestHandedBack,
}
"""Stored name with schema version, and the fact; never renamed once written."""


@dataclass(frozen=True, slots=True)
class Custody:
    """Who has a file at each desk."""

    intake: str | None = None
    case: str | None = None
    police: str | None = None

    def at(self, desk: str) -> str | None:
        """Return who has it at the desk of a role; None: nobody, or the role has no desk."""
        match desk:
            case Role.INTAKE_OFFICER:
                return self.intake
            case Role.CASE_OFFICER:
                return self.case
            case Role.POLICE_CHECKER:
                return self.police
            case _:
                return None


NOBODY: Final = Custody()
"""As a file begins."""


def evolve(state: Custody, fact: Fact) -> Custody:
    """Return who has the file after ``fact``."""
    officer = None if isinstance(fact, RequestHandedBack) else fact.officer
    match fact.desk:
        case Role.INTAKE_OFFICER:
            return replace(state, intake=officer)
        case Role.CASE_OFFICER:
            return replace(state, case=officer)
        case Role.POLICE_CHECKER:
            return replace(state, police=officer)
        case _:
            raise AssertionError(f"{fact.desk} has no desk")


def is_anothers(state: Custody, act: Act) -> bool:
    """Tell whether somebody else has the file at the desk of the act's role."""
    return state.at(act.role) not in {None, act.actor}


def check_custody(state: Custody, act: Act, action: str) -> None:
    """Refuse a step of processing on what somebody else of the role has.

    Raises:
        RefusedError: `Rule.ANOTHERS_FILE`.
    """
    if is_anothers(state, act):
        raise RefusedError(Rule.ANOTHERS_FILE, f"{action}: expected who has the file")


def take(state: Custody, *, act: Act, reason: Reason | None = None) -> tuple[Fact, ...]:
    """Return that the acting officer has the file from now on.

    Args:
        state: Who has it.
        act: Who takes it, at the desk of their role.
        reason: Why, where it is taken from a colleague; not kept where nobody has it.

    Raises:
        RefusedError: `Rule.ROLE_MAY_NOT`, `Rule.HAS_IT_ALREADY`, `Rule.TAKE_OVER_NEEDS_REASON`.
    """
    desk = _desk(act.role)
    former = state.at(desk)
    if former == act.actor:
        raise RefusedError(Rule.HAS_IT_ALREADY, "expected a file that the officer does not have")
    if former is not None and reason is None:
        raise RefusedError(Rule.TAKE_OVER_NEEDS_REASON, "expected why it is taken over")
    return (RequestTaken(desk, act.actor, former, None if former is None else reason),)


def hand_over(state: Custody, *, act: Act, officer: str) -> tuple[Fact, ...]:
    """Return that the acting officer gave the file to a colleague of the same role.

    Raises:
        RefusedError: `Rule.ROLE_MAY_NOT`, `Rule.NOT_YOUR_FILE`, `Rule.HAS_IT_ALREADY`.
    """
    desk = _own(state, act)
    if officer == act.actor:
        raise RefusedError(Rule.HAS_IT_ALREADY, "expected a colleague")
    return (RequestAssigned(desk, officer, act.actor, None),)


def give_back(state: Custody, *, act: Act) -> tuple[Fact, ...]:
    """Return that the acting officer gave the file back to the queue.

    Raises:
        RefusedError: `Rule.ROLE_MAY_NOT`, `Rule.NOT_YOUR_FILE`.
    """
    return (RequestHandedBack(_own(state, act)),)


def assign(
    state: Custody, *, act: Act, desk: str, officer: str, reason: Reason
) -> tuple[Fact, ...]:
    """Return that an administrator gave the file to an officer.

    Args:
        state: Who has it.
        act: Who assigns it: an `ADMINISTRATOR`, who does not work on it.
        desk: The role of the officer.
        officer: Who gets it.
        reason: Why the office, and not the officers among themselves, decides that.

    Raises:
        RefusedError: `Rule.ROLE_MAY_NOT`, `Rule.HAS_IT_ALREADY`.
    """
    if act.role != ADMINISTRATOR:
        raise RefusedError(Rule.ROLE_MAY_NOT, f"assign as {act.role}: expected {ADMINISTRATOR}")
    former = state.at(_desk(desk))
    if former == officer:
        raise RefusedError(Rule.HAS_IT_ALREADY, "expected an officer who does not have it")
    return (RequestAssigned(_desk(desk), officer, former, reason),)


def _desk(role: str) -> Role:
    for desk in DESKS:
        if desk == role:
            return desk
    expected = ", ".join(DESKS)
    raise RefusedError(Rule.ROLE_MAY_NOT, f"files are had by {expected}, not by {role}")


def _own(state: Custody, act: Act) -> Role:
    desk = _desk(act.role)
    if state.at(desk) != act.actor:
        raise RefusedError(Rule.NOT_YOUR_FILE, "expected who has the file")
    return desk
