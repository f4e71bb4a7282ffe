"""One request as its own citizen sees it: what to do now, when it is due and why, its result.

Pure folds of facts. Of the person's number only its end is shown: who reads over a shoulder
learns nothing to use.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, TypeVar
from uuid import UUID

from ledger.calendar import WorkingCalendar
from ledger.certificates import lifecycle
from ledger.certificates.fees import Fee
from ledger.certificates.kind import Wording
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from ledger.certificates.lifecycle import Certificate, Standing
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateRecalled,
    CertificateSupplemented,
    Decision,
)
from ledger.certificates.procedure import Stage
from ledger.certificates.request import Request
from ledger.certificates.request_facts import (
    PaperCopyDispatched,
    ProcessingStopped,
    RequestRefused,
    RequestRejected,
    RequestSubmitted,
    SupplementRequested,
)
from ledger.certificates.request_values import Form
from ledger.commands import passcodes, payments
from ledger.commands.access import who_looked
from ledger.commands.certificates import CertificateOnFile
from ledger.commands.loading import load_request
from ledger.errors import NotFoundError
from ledger.facts import FactStore, RecordedFact
from ledger.personal import Erased
from ledger.records.access import OWN_LOOK, AccessRecorded, RecordKind
from ledger.records.payment import Payments
from verify_api.callers import Role, Scope
from verify_api.desk import letters
from verify_api.desk.citizen_days import DayMove, day_story
from verify_api.desk.files import NO_REQUEST, certificate_of, file_view
from verify_api.desk.looks import look_of, passcode_reset, words_of
from verify_api.officer_desk import KeptLetter
from verify_api.ports import FileView, Look

SHOWN_OF_NUMBER: Final = 3
"""Characters at the end of a number that are shown."""
_DOT: Final = "•"
_GONE: Final = frozenset({Standing.SUPERSEDED, Standing.RECALLED, Standing.CANCELLED})
F = TypeVar("F")


@dataclass(frozen=True, slots=True)
class Ended:
    """Why a request ended without a result."""

    ground: str
    """A code of the authority's, or of article 49."""
    explanation: str | None
    """None once it was erased."""


@dataclass(frozen=True, slots=True)
class Amended:
    """A written decision about the certificate."""

    at: datetime
    kind: str
    """supplemented, superseded, recalled or cancelled."""
    decision: Decision
    text: str | None
    """What was added, or what the decision says in a sentence; None if nothing, or erased."""


@dataclass(frozen=True, slots=True)
class OwnCertificate:
    """The certificate that was issued."""

    reference: UUID
    number: str
    issued_at: datetime
    expires_at: datetime
    standing: Standing
    """Now."""
    decisions: tuple[Amended, ...]
    replaced_by: str | None
    """Number of the one that took its place."""
    outdated_since: datetime | None


@dataclass(frozen=True, slots=True)
class OwnCheck:
    """One time that somebody checked or saw the certificate, or its passcode was set anew."""

    look: Look
    standing: Standing | None
    """What the register said of it at that moment; None of a passcode, which asks it nothing."""


@dataclass(frozen=True, slots=True)
class OwnFile:
    """One request, as its citizen sees it."""

    view: FileView
    state: Request
    authority: Wording
    name: str | None
    """None once it was erased."""
    number: str | None
    """Masked."""
    submitted_at: datetime | None
    acts: frozenset[str]
    """Actions of the step table that the citizen may do now."""
    missing: str | None
    """What the pending supplement is about."""
    letters: tuple[KeptLetter, ...]
    """What was written to the citizen, the oldest first."""
    ended: Ended | None
    moves: tuple[DayMove, ...]
    sent: tuple[PaperCopyDispatched, ...]
    payments: Payments
    certificate: OwnCertificate | None
    checks: tuple[OwnCheck, ...]
    """The newest first."""

    @property
    def form(self) -> Form:
        """Which form it asks for."""
        return self.state.draft.form

    @property
    def apology(self) -> DayMove | None:
        """The last letter of apology, None if there was none."""
        return next((move for move in reversed(self.moves) if move.is_apology), None)

    @property
    def fee(self) -> Fee:
        """Where the fee stands."""
        return self.state.fee

    @property
    def stage(self) -> Stage:
        """Where it is."""
        return self.state.stage

    @property
    def is_gone(self) -> bool:
        """Whether the certificate was recalled, cancelled or replaced: not to be used any more."""
        known = self.certificate
        return known is not None and known.standing in _GONE

    @property
    def has_code(self) -> bool:
        """Whether there is a code that may be shown."""
        known = self.certificate
        return known is not None and known.standing is Standing.IN_FORCE


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """Reads the files of citizens from their facts."""

    facts: FactStore
    calendar: WorkingCalendar
    authority_name: Callable[[str], Wording | None]

    def file(self, scope: Scope, request: UUID, *, at: datetime) -> OwnFile:
        """Return one request of the person in ``scope``.

        Raises:
            NotFoundError: There is none, or it is somebody else's: the same words for both.
        """
        found = load_request(self.facts, request)
        state = found.state
        if scope.subject is None or state.draft.subject != scope.subject:
            raise NotFoundError(NO_REQUEST)
        on_file = certificate_of(self.facts, state)
        recorded = found.history.recorded
        name, number = _person(state)
        return OwnFile(
            view=file_view(found, on_file, at=at, calendar=self.calendar),
            state=state,
            authority=self._authority(state.draft.authority),
            name=name,
            number=number,
            submitted_at=next((r.act.at for r in recorded if isinstance(r.fact, RequestSubmitted)),
                              None),
            acts=_acts(state),
            missing=_missing(state, recorded),
            letters=letters.kept(recorded),
            ended=_ended(recorded),
            moves=day_story(recorded, self.calendar),
            sent=tuple(r.fact for r in recorded if isinstance(r.fact, PaperCopyDispatched)),
            payments=payments.load_payments(self.facts, request).state,
            certificate=self._certificate(on_file, at),
            checks=self._history(scope.subject, state, on_file),
        )  # fmt: skip

    def _authority(self, code: str) -> Wording:
        return self.authority_name(code) or Wording(code, code)

    def _certificate(self, found: CertificateOnFile | None, at: datetime) -> OwnCertificate | None:
        if found is None or found.certificate.intent is None:
            return None
        certificate, intent = found.certificate, found.certificate.intent
        if certificate.issued_at is None:
            return None
        return OwnCertificate(
            reference=found.id,
            number=intent.number,
            issued_at=certificate.issued_at,
            expires_at=intent.expires_at,
            standing=lifecycle.standing(certificate, at),
            decisions=_decisions(found),
            replaced_by=self._successor(certificate),
            outdated_since=certificate.no_longer_current_since,
        )

    def _successor(self, certificate: Certificate) -> str | None:
        if certificate.superseded_by is None:
            return None
        after = lifecycle.fold(self.facts.history(certificate.superseded_by).facts)  # type: ignore[arg-type]  # of its topics
        return None if after is None or after.intent is None else after.intent.number

    def _history(
        self, subject: UUID, state: Request, found: CertificateOnFile | None
    ) -> tuple[OwnCheck, ...]:
        """Return the checks, and of Form 2 when its passcode was set anew, the newest first."""
        if found is None or found.certificate.issued_at is None:
            return ()
        checks = self._checks(subject, found)
        if state.draft.form is not Form.TWO:
            return checks
        since = found.certificate.issued_at
        anew = (at for at in passcodes.resets(self.facts, subject) if at >= since)
        both = (*checks, *(OwnCheck(passcode_reset(at), None) for at in anew))
        return tuple(sorted(both, key=lambda one: one.look.at, reverse=True))

    def _checks(self, subject: UUID, found: CertificateOnFile) -> tuple[OwnCheck, ...]:
        """Return who saw the certificate beside its holder, the newest first."""
        return tuple(
            OwnCheck(
                words_of(look_of(one), self.authority_name),
                lifecycle.standing(found.certificate, one.act.at),
            )
            for one in reversed(who_looked(self.facts, subject=subject))
            if _is_check(one, found.id)
        )


def _is_check(one: RecordedFact, certificate: UUID) -> bool:
    fact = one.fact
    if not isinstance(fact, AccessRecorded) or one.act.role == OWN_LOOK:
        return False
    return fact.kind is RecordKind.CERTIFICATE and fact.reference == certificate


def masked(number: str) -> str:
    """Return a number of which only the end can be read."""
    return _DOT * (len(number) - SHOWN_OF_NUMBER) + number[-SHOWN_OF_NUMBER:]


def _person(state: Request) -> tuple[str | None, str | None]:
    if isinstance(state.declaration, Erased):
        return None, None
    details = state.declaration.details
    return details.name, masked(details.number)


def _acts(state: Request) -> frozenset[str]:
    possible = {step.action for step in PROCEDURE.possible(state.stage, Role.CITIZEN.value)}
    if not payments.is_payable(state):
        possible.discard("pay")
    return frozenset(possible)


def _missing(state: Request, recorded: Sequence[RecordedFact]) -> str | None:
    asked = _last(recorded, SupplementRequested)
    if state.stage is not Stage.SUPPLEMENT or asked is None:
        return None
    return None if isinstance(asked.missing, Erased) else asked.missing


def _ended(recorded: Sequence[RecordedFact]) -> Ended | None:
    for one in recorded:
        if isinstance(one.fact, RequestRejected | RequestRefused | ProcessingStopped):
            told = one.fact.explanation
            return Ended(str(one.fact.ground), None if isinstance(told, Erased) else told)
    return None


def _last(recorded: Sequence[RecordedFact], kind: type[F]) -> F | None:
    return next((one.fact for one in reversed(recorded) if isinstance(one.fact, kind)), None)


def _decisions(found: CertificateOnFile) -> tuple[Amended, ...]:
    told = (_amended(one) for one in found.history.recorded)
    return tuple(one for one in told if one is not None)


def _amended(one: RecordedFact) -> Amended | None:
    at, fact = one.act.at, one.fact
    match fact:
        case CertificateSupplemented():
            return Amended(at, "supplemented", fact.decision, _read(fact.addition))
        case CertificateCorrected():
            return Amended(at, "superseded", fact.decision, None)
        case CertificateRecalled():
            return Amended(at, "recalled", fact.decision, _read(fact.summary))
        case CertificateCancelled():
            return Amended(at, "cancelled", fact.decision, _read(fact.summary))
        case _:
            return None


def _read(text: str | Erased) -> str | None:
    return None if isinstance(text, Erased) else text
