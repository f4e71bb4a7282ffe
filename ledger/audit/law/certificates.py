"""The life of a certificate, by tables of its own; its number, its index, and its dossier."""

from collections.abc import Mapping
from typing import Any, Final

from ledger.audit.law.others import Others
from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.kinds.appointment import KIND as APPOINTMENT
from ledger.certificates.kinds.referral import KIND as REFERRAL
from ledger.certificates.lifecycle import Phase
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
from ledger.certificates.register import (
    NumberAssigned,
    StatusIndexTaken,
    number_stream,
    status_index_stream,
)
from ledger.certificates.request_facts import CertificateBegun
from ledger.facts import RecordedFact

_JUDICIAL: Final = "judicial-record"
_HEALTH: Final = frozenset({REFERRAL.code, APPOINTMENT.code})
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
_HEALTH_ROLES: Final[Mapping[type, frozenset[str]]] = {
    CertificateDrafted: frozenset({"clinician", "facility_system"}),
    CertificateSigned: frozenset({"facility_signer"}),
}
"""Who in a facility may do what with a referral or an appointment."""


class CertificateLaw:
    """The life of a certificate."""

    def __init__(self, others: Others | None) -> None:
        """Ask ``others`` for number, index, dossier and facility; None: do not."""
        self._others = others
        self._state: lifecycle.Certificate | None = None

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        before = self._state
        self._check_order(recorded, before)
        kind = fact.kind if isinstance(fact, CertificateDrafted) else None
        kind = kind or (before.drafted.kind if before is not None else "")
        roles = _roles(kind).get(type(fact))
        if roles is not None and recorded.act.role not in roles:
            yield Objection("C10.role", " or ".join(sorted(roles)), recorded.act.role)
        if isinstance(fact, CertificateSigned) and before is not None:
            if fact.signer == before.drafted.drafter:
                yield Objection("C10.two_officers", "a signer who did not draft", "the drafter")
            if fact.signer != recorded.act.actor:
                yield Objection("C10.actor", "a signature by whom it names", "another actor")
        if self._others is not None:
            yield from _ties(recorded, kind, self._others)
        self._state = lifecycle.evolve(before, fact)

    @staticmethod
    def _check_order(recorded: RecordedFact, before: lifecycle.Certificate | None) -> None:
        drafted = isinstance(recorded.fact, CertificateDrafted)
        if drafted != (before is None):
            raise UnlawfulError("C10.order", "one draft at the beginning", recorded.topic)
        if before is not None and before.phase not in _PHASES[type(recorded.fact)]:
            found = f"{recorded.topic} of a certificate that is {before.phase}"
            raise UnlawfulError("C10.order", "a fact that may follow", found)


def _roles(kind: str) -> Mapping[type, frozenset[str]]:
    if kind == _JUDICIAL:
        return _JUDICIAL_ROLES
    return _HEALTH_ROLES if kind in _HEALTH else {}


def _ties(recorded: RecordedFact, kind: str, others: Others) -> Objections:
    """Yield what the certificate rests on and is not there."""
    fact = recorded.fact
    if isinstance(fact, CertificateDrafted) and kind == _JUDICIAL:
        yield from _dossier(recorded, fact, others)
    if isinstance(fact, CertificateSigned):
        yield from _names(recorded, fact, others)
        if kind in _HEALTH:
            facility = others.facility(fact.authority, recorded.position)
            if facility is None or not facility.may_send:
                expected = "a facility that was registered and might issue then"
                yield Objection("C10.facility", expected, "one that was not")


def _dossier(recorded: RecordedFact, fact: CertificateDrafted, others: Others) -> Objections:
    """A certificate answers a request that names it, or takes the place of another one."""
    if fact.correction is not None:
        return
    begun = [] if fact.request is None else others.facts(fact.request, CertificateBegun)
    if not any(one.certificate == recorded.stream_id for one in begun):
        found = "no request" if fact.request is None else "a request that does not name it"
        yield Objection("C10.dossier", "a request for which this certificate was begun", found)


def _names(recorded: RecordedFact, fact: CertificateSigned, others: Others) -> Objections:
    """Number and index are each taken once, for this certificate."""
    number = number_stream(fact.authority, local_day(fact.issued_at).year, fact.number)
    assigned = [one.certificate for one in others.facts(number, NumberAssigned)]
    if assigned != [recorded.stream_id]:
        expected = "a number that was assigned once, to this certificate"
        yield Objection("C10.number", expected, "another's, or one never assigned")
    index = status_index_stream(fact.status.uri, fact.status.index)
    taken = [one.certificate for one in others.facts(index, StatusIndexTaken)]
    if taken != [recorded.stream_id]:
        expected = "an index of a status list that was taken once, for this certificate"
        yield Objection("C10.status_index", expected, "another's, or one never taken")
