"""The ten steps of a request, asked of their own table; and whose request it is."""

from typing import Any

from ledger.audit.law.custody import anothers, custody_objections
from ledger.audit.law.others import Others
from ledger.audit.law.request_files import RequestFilesLaw
from ledger.audit.law.ruling import Objection, Objections, UnlawfulError
from ledger.certificates import request
from ledger.certificates.kinds.judicial_record.procedure import DRAFTING
from ledger.certificates.lifecycle_facts import CertificateDrafted, CertificateIssued
from ledger.certificates.request_facts import (
    CertificateReady,
    RequestDrafted,
    StepFact,
    WithdrawalAccepted,
)
from ledger.certificates.request_rules import Rule
from ledger.errors import RefusedError
from ledger.facts import RecordedFact
from ledger.records.person import RequestOpened


class RequestLaw:
    """The ten steps."""

    def __init__(self, others: Others | None) -> None:
        """Ask ``others`` for the person's stream and the certificate's; None: do not."""
        self._others = others
        self._state: request.Request | None = None
        self._files = RequestFilesLaw()

    def objections(self, recorded: RecordedFact) -> Objections:
        """Yield what is wrong with the next fact, and take it in."""
        fact: Any = recorded.fact
        role = recorded.act.role
        if self._state is None or isinstance(fact, RequestDrafted):
            if self._state is not None or not isinstance(fact, RequestDrafted):
                raise UnlawfulError("C10.order", "a request that begins with its draft", "another")
            if role not in DRAFTING:
                yield Objection("C10.role", "an applicant, or who passes it on", role)
        elif isinstance(fact, StepFact):
            yield from self._step(recorded, self._state)
        if self._state is not None:
            yield from custody_objections(recorded, self._state)
        yield from self._files.objections(recorded)
        yield from self._ties(recorded)
        try:
            self._state = request.evolve(self._state, fact)
        except (AssertionError, LookupError, AttributeError) as error:
            raise UnlawfulError("C10.order", "a step that may follow", recorded.topic) from error

    @staticmethod
    def _step(recorded: RecordedFact, state: request.Request) -> Objections:
        try:
            request.may(state, type(recorded.fact), recorded.act)
        except RefusedError as error:
            match error.rule:
                case Rule.ROLE_MAY_NOT if _takes_nobodys_consent(recorded.fact, state):
                    return
                case Rule.ROLE_MAY_NOT:
                    yield Objection("C10.role", f"who may do {recorded.topic}", recorded.act.role)
                case Rule.ANOTHERS_FILE:
                    yield anothers()
                case Rule.IN_THE_FUTURE:
                    yield Objection("C10.time", "a time that had come", "one after its recording")
                case _:
                    # A moved-on request can be read; the step out of order is the finding.
                    found = f"{recorded.topic} in {state.stage}"
                    raise UnlawfulError("C10.order", "a step that may follow", found) from error

    def _ties(self, recorded: RecordedFact) -> Objections:
        """Yield what the request rests on and is not there."""
        others, fact = self._others, recorded.fact
        if others is None:
            return
        if isinstance(fact, RequestDrafted):
            opened = others.facts(fact.subject, RequestOpened)
            if not any(one.request == recorded.stream_id for one in opened):
                expected = "a request that was opened with its person"
                yield Objection("C10.open_request", expected, "one that was not")
        elif isinstance(fact, CertificateReady):
            drafts = others.facts(fact.certificate, CertificateDrafted)
            issued = others.facts(fact.certificate, CertificateIssued)
            if not issued or [one.request for one in drafts] != [recorded.stream_id]:
                expected = "a certificate that was issued for this request"
                yield Objection("C10.certificate", expected, "none, or another's")


def _takes_nobodys_consent(fact: object, state: request.Request) -> bool:
    """Whether this is the end of a request that was withdrawn before it was accepted."""
    return isinstance(fact, WithdrawalAccepted) and state.deadline is None
