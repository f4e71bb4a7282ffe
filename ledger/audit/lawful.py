"""Were the acts lawful, in order, by the right officer? Streams folded again, fact by fact.

The judicial procedure is asked by its own step table; the life of a certificate, and the way to an
erasure, by the tables here, which say it a second time. One stream is judged at a time, from its
beginning. What is about a person is not opened: nothing here needs it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NoReturn
from uuid import UUID

from ledger.audit.findings import Finding, Severity
from ledger.audit.row_check import place_of
from ledger.audit.rows import RawRow
from ledger.certificates import lifecycle, request, request_facts
from ledger.certificates.kinds.judicial_record.procedure import DRAFTING
from ledger.certificates.lifecycle import Phase
from ledger.certificates.lifecycle_facts import (
    TOPICS as CERTIFICATE_TOPICS,
)
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateCorrected,
    CertificateDrafted,
    CertificateIssued,
    CertificateNoLongerCurrent,
    CertificatePaperMade,
    CertificateRecalled,
    CertificateSealed,
    CertificateSigned,
    CertificateSupplemented,
    CertificateWithdrawn,
)
from ledger.certificates.procedure import Role
from ledger.certificates.request_facts import RequestDrafted, StepFact, WithdrawalAccepted
from ledger.certificates.request_rules import Rule
from ledger.errors import InvalidInputError, LedgerError, RefusedError
from ledger.facts import RecordedFact
from ledger.records.erasure import decisions as erasure
from ledger.records.erasure import facts as erasure_facts
from ledger.store.mapper import FactMapper
from ledger.store.registry import FACT_TYPES
from ledger.store.rows import Row
from ledger.store.withheld import WithheldParts

JUDGED: Final = frozenset({*request_facts.TOPICS, *CERTIFICATE_TOPICS, *erasure_facts.TOPICS})
"""Stored names of the facts whose streams are judged."""
_JUDICIAL: Final = "judicial-record"
_ACTIVE: Final = frozenset({Phase.ACTIVE})
_PHASES: Final[Mapping[type, frozenset[Phase]]] = {
    CertificateSigned: frozenset({Phase.DRAFTED}),
    CertificateSealed: frozenset({Phase.SIGNED}),
    CertificateIssued: frozenset({Phase.SEALED}),
    CertificatePaperMade: _ACTIVE,
    CertificateWithdrawn: frozenset({Phase.DRAFTED, Phase.SIGNED}),
    CertificateSupplemented: _ACTIVE,
    CertificateCorrected: _ACTIVE,
    CertificateRecalled: _ACTIVE,
    CertificateCancelled: _ACTIVE,
    CertificateNoLongerCurrent: _ACTIVE,
}
"""From which phases each fact of a certificate may come."""
_JUDICIAL_ROLES: Final[Mapping[type, frozenset[str]]] = {
    CertificateDrafted: frozenset({Role.CASE_OFFICER.value}),
    CertificateSigned: frozenset({Role.SIGNER.value}),
    CertificateWithdrawn: frozenset({Role.CASE_OFFICER.value, Role.SIGNER.value}),
    CertificateRecalled: frozenset({Role.SIGNER.value}),
    CertificateCancelled: frozenset({Role.SIGNER.value}),
    CertificateSupplemented: frozenset({Role.SIGNER.value}),
}
"""Which officers may do what with a judicial record certificate."""


@dataclass
class Judgement:
    """What became of one stream."""

    findings: list[Finding] = field(default_factory=list)
    destroyed: dict[bytes, int] = field(default_factory=dict)
    """Keys that an erasure's receipt names, with the position of the receipt."""
    begun: list[UUID] = field(default_factory=list)
    """Erasures that have begun: their keys may be gone already."""


class _UnlawfulError(Exception):
    """A fact that may not follow; nothing can be said of those after it."""


def judge_stream(rows: Sequence[RawRow]) -> Judgement:
    """Return what is unlawful in one stream, given from its first fact on."""
    judged = Judgement()
    law = _law_of(rows, judged)
    for row in rows if law is not None else ():
        recorded = _recorded(row)
        if recorded is None:
            break  # what cannot be read is a finding of the row's own checks
        try:
            assert law is not None, "there is a row"
            judged.findings += [
                Finding(code, Severity.ERROR, place_of(row), expected, found)
                for code, expected, found in law(recorded)
            ]
        except _UnlawfulError as error:
            code, expected, found = error.args
            judged.findings.append(Finding(code, Severity.ERROR, place_of(row), expected, found))
            break
    return judged


Objections = Iterator[tuple[str, str, str]]
"""Code, what was expected, what was found."""
Law = Callable[[RecordedFact], Objections]


def _law_of(rows: Sequence[RawRow], judged: Judgement) -> Law | None:
    topics = {row.topic for row in rows if isinstance(row.topic, str)}
    if topics & request_facts.TOPICS.keys():
        return _RequestLaw().objections
    if topics & CERTIFICATE_TOPICS.keys():
        return _CertificateLaw().objections
    if topics & erasure_facts.TOPICS.keys():
        return _ErasureLaw(judged).objections
    return None


def _no_ids() -> NoReturn:
    raise AssertionError("an auditor writes nothing")


_MAPPER: Final = FactMapper(FACT_TYPES, WithheldParts(), _no_ids)


def read_fact(row: RawRow) -> RecordedFact:
    """Return the fact that a row stores, with all that is about a person withheld.

    Raises:
        LedgerError: It cannot be read.
        TypeError, ValueError, AttributeError: A value has another type than ours.
    """
    stored = Row(
        row.position, UUID(bytes=row.event_id), UUID(bytes=row.stream_id), row.version, row.topic,
        row.state, row.entry,
    )  # fmt: skip
    return _MAPPER.recorded([stored])[0]


UNREADABLE: Final = (LedgerError, TypeError, ValueError, AttributeError, LookupError)
"""What a row that is not ours may raise."""


def _recorded(row: RawRow) -> RecordedFact | None:
    try:
        return read_fact(row)
    except UNREADABLE:
        return None


class _RequestLaw:
    """The ten steps."""

    def __init__(self) -> None:
        self._state: request.Request | None = None

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        role = recorded.act.role
        if self._state is None or isinstance(fact, RequestDrafted):
            if self._state is not None or not isinstance(fact, RequestDrafted):
                raise _UnlawfulError("C10.order", "a request that begins with its draft", "another")
            if role not in DRAFTING:
                yield "C10.role", "an applicant, or who passes it on", role
        elif isinstance(fact, StepFact):
            yield from self._step(recorded, self._state)
        try:
            self._state = request.evolve(self._state, fact)
        except (AssertionError, LookupError, AttributeError) as error:
            raise _UnlawfulError("C10.order", "a step that may follow", recorded.topic) from error

    @staticmethod
    def _step(recorded: RecordedFact, state: request.Request) -> Objections:
        try:
            request.may(state, type(recorded.fact), recorded.act)
        except RefusedError as error:
            match error.rule:
                case Rule.ROLE_MAY_NOT if _takes_nobodys_consent(recorded.fact, state):
                    return
                case Rule.ROLE_MAY_NOT:
                    yield "C10.role", f"who may do {recorded.topic}", recorded.act.role
                case Rule.IN_THE_FUTURE:
                    yield "C10.time", "a time that had come", "one after its recording"
                case _:
                    # A moved-on request can be read; the step out of order is the finding.
                    found = f"{recorded.topic} in {state.stage}"
                    raise _UnlawfulError("C10.order", "a step that may follow", found) from error


def _takes_nobodys_consent(fact: object, state: request.Request) -> bool:
    """Whether this is the end of a request that was withdrawn before it was accepted."""
    return isinstance(fact, WithdrawalAccepted) and state.deadline is None


class _CertificateLaw:
    """The life of a certificate."""

    def __init__(self) -> None:
        self._state: lifecycle.Certificate | None = None

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        before = self._state
        self._check_order(recorded, before)
        kind = fact.kind if isinstance(fact, CertificateDrafted) else None
        kind = kind or (before.drafted.kind if before is not None else "")
        roles = _JUDICIAL_ROLES.get(type(fact)) if kind == _JUDICIAL else None
        if roles is not None and recorded.act.role not in roles:
            yield "C10.role", " or ".join(sorted(roles)), recorded.act.role
        if isinstance(fact, CertificateSigned) and before is not None:
            if fact.signer == before.drafted.drafter:
                yield "C10.two_officers", "a signer who did not draft", "the drafter"
            if fact.signer != recorded.act.actor:
                yield "C10.actor", "a signature by whom it names", "another actor"
        self._state = lifecycle.evolve(before, fact)

    @staticmethod
    def _check_order(recorded: RecordedFact, before: lifecycle.Certificate | None) -> None:
        drafted = isinstance(recorded.fact, CertificateDrafted)
        if drafted != (before is None):
            raise _UnlawfulError("C10.order", "one draft at the beginning", recorded.topic)
        if before is not None and before.phase not in _PHASES[type(recorded.fact)]:
            found = f"{recorded.topic} of a certificate that is {before.phase}"
            raise _UnlawfulError("C10.order", "a fact that may follow", found)


class _ErasureLaw:
    """Two officers before a key is destroyed."""

    def __init__(self, judged: Judgement) -> None:
        self._state = erasure.EMPTY
        self._judged = judged

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        try:
            self._decide_again(recorded)
        except (RefusedError, InvalidInputError, LookupError) as error:
            rule = getattr(error, "rule", "unknown request")
            yield "C6.unauthorised", "two officers' approvals, then the order, then the keys", rule
        if isinstance(fact, erasure_facts.SubjectErased):
            for key in fact.keys:
                if key.key_id is not None:
                    self._judged.destroyed[key.key_id] = recorded.position
        if isinstance(fact, erasure_facts.ErasureBegun):
            self._judged.begun.append(fact.request)
        try:
            self._state = erasure.evolve(self._state, fact)
        except LookupError as error:
            found = "of one that was never asked for"
            raise _UnlawfulError("C6.unauthorised", "a request for erasure first", found) from error

    def _decide_again(self, recorded: RecordedFact) -> None:
        """Refuse as the decision would have, were nothing else to be kept by law."""
        fact: Any = recorded.fact
        free = erasure.Circumstances(on=recorded.act.at.date())
        match fact:
            case erasure_facts.ErasureApproved():
                erasure.approve(_without_holds(self._state), request=fact.request, by=fact.by,
                                circumstances=free)  # fmt: skip
            case erasure_facts.ErasureOrdered():
                asked = self._state.requests[fact.request]
                others = set(asked.approvals) - {asked.requested_by}
                if len(others) < erasure.APPROVALS or set(fact.approvals) != set(asked.approvals):
                    raise RefusedError("approvals_missing", "fewer officers than the rule asks")
            case erasure_facts.ErasureBegun():
                erasure.begin(_without_holds(self._state), request=fact.request, circumstances=free)
            case erasure_facts.SubjectErased():
                if self._state.requests[fact.request].phase is not erasure.Phase.BEGUN:
                    raise RefusedError("erasure_not_begun", "expected an erasure that had begun")
            case _:
                pass


def _without_holds(state: erasure.Erasure) -> erasure.Erasure:
    return erasure.Erasure(requests=state.requests)
