"""What a procedure is: stages, the step table that joins them, versions with effective dates.

The table of the judicial record certificate stands in `kinds.judicial_record.procedure`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from ledger.calendar import Term
from ledger.certificates.kind import Wording
from ledger.certificates.request_values import FeeGroup
from ledger.errors import RefusedError


class Role(StrEnum):
    """Who takes part in a request; what an act's ``role`` says."""

    CITIZEN = "citizen"
    GUARDIAN = "guardian"
    """A parent, or a proxy with a written authorisation."""
    PROCEDURAL_AGENCY = "procedural_agency"
    PORTAL_SYSTEM = "portal_system"
    """VNeID, a portal, the payment platform behind it."""
    INTAKE_OFFICER = "intake_officer"
    CASE_OFFICER = "case_officer"
    POLICE_CHECKER = "police_checker"
    SIGNER = "signer"
    SYSTEM = "system"
    """The ledger's own clockwork and the shared judicial-record software."""


class Stage(StrEnum):
    """Where a request is."""

    DRAFTED = "drafted"
    PAID = "paid"
    FEE_EXEMPT = "fee-exempt"
    SUBMITTED = "submitted"
    PAYMENT_REQUIRED = "payment-required"
    SUPPLEMENT = "supplement"
    ACCEPTED = "accepted"
    TRANSFERRING = "transferring"
    IN_REGISTRY = "in-registry"
    LOOKUP_RUNNING = "lookup-running"
    LOOKED_UP = "looked-up"
    POLICE_CHECK = "police-check"
    POLICE_CHECKED = "police-checked"
    VERIFIED = "verified"
    ISSUING = "issuing"
    READY = "ready"
    RETURNED = "returned"
    REJECTED = "rejected"
    REFUSED = "refused"
    WITHDRAWING = "withdrawing"
    WITHDRAWN = "withdrawn"
    STOPPED = "stopped"


BACK = None
"""A move back to the stage in which the supplement was asked for."""


@dataclass(frozen=True, slots=True)
class Step:
    """One row of the table: who may do what, from which stages, and where that leads."""

    number: int
    """1 to 10 as the procedure counts them; 0 for what happens beside the ten."""
    action: str
    """Stable snake_case name; the command of the same name does it."""
    title: Wording
    roles: frozenset[Role]
    fact: type
    moves: Mapping[Stage, Stage | None]
    """From stage to stage; `BACK` where a supplement ends."""
    rule: str = "step_out_of_order"
    """What is broken when it is tried from another stage."""


@dataclass(frozen=True, slots=True)
class ProcedureVersion:
    """The rules as they stood from one day until another."""

    code: str
    title: Wording
    source: str
    effective_from: date
    effective_until: date | None
    """The first day on which it no longer holds."""
    minimum_age: int
    """Completed years of the person whom the certificate is about."""
    limit: tuple[Term, ...]
    """Nothing found and nothing complex. Several terms bind at once."""
    limit_with_entries: tuple[Term, ...]
    limit_complex: tuple[Term, ...]
    limit_urgent: tuple[Term, ...]
    fees: Mapping[FeeGroup, int]
    """VND."""

    def holds_on(self, day: date) -> bool:
        """Tell whether a request of ``day`` falls under it."""
        until = self.effective_until
        return self.effective_from <= day and (until is None or day < until)


@dataclass(frozen=True)
class Procedure:
    """A step table with the portal's codes, under its versions."""

    steps: tuple[Step, ...]
    versions: tuple[ProcedureVersion, ...]
    portal_codes: Mapping[Stage, int]
    """The national portal's status; a stage without one is not at the authority yet."""
    ended: frozenset[Stage]
    """Processing has ended: the person may ask anew."""
    _by_action: Mapping[str, Step] = field(init=False, repr=False)
    _by_fact: Mapping[type, Step] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Index the table."""
        object.__setattr__(self, "_by_action", {step.action: step for step in self.steps})
        object.__setattr__(self, "_by_fact", {step.fact: step for step in self.steps})

    def step(self, action: str) -> Step:
        """Return the step of ``action``."""
        return self._by_action[action]

    def step_of(self, fact: type) -> Step:
        """Return the step that ``fact`` records."""
        return self._by_fact[fact]

    def possible(self, stage: Stage, role: str) -> tuple[Step, ...]:
        """Return what ``role`` may do in ``stage``, in the order of the table."""
        return tuple(s for s in self.steps if stage in s.moves and role in s.roles)

    def in_force(self, day: date) -> ProcedureVersion:
        """Return the version for a request submitted on ``day``.

        Raises:
            RefusedError: rule ``no_procedure_in_force``.
        """
        for version in self.versions:
            if version.holds_on(day):
                return version
        raise RefusedError("no_procedure_in_force", f"no procedure version holds on {day}")

    def version(self, code: str) -> ProcedureVersion:
        """Return the version that a stored fact names."""
        return next(version for version in self.versions if version.code == code)
