"""A small authority with one key, a store in memory and two officers, to issue certificates in."""

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

from keys.algorithms import ESP256, PrivateKey
from keys.signer import MemorySigner
from keys.trust_list import STATUS_USE, KeyState, TrustedKey, TrustList
from ledger.certificates import lifecycle, register
from ledger.certificates.kind import CertificateKind, Token
from ledger.certificates.kinds import KINDS, by_document_type
from ledger.certificates.lifecycle import Certificate
from ledger.certificates.lifecycle_facts import TOPICS, Reason
from ledger.commands import certificates
from ledger.commands.certificates import WrittenDecision
from ledger.commands.issuing import IssuedCertificate, IssuingDesk, issue
from ledger.commands.look_up import look_up
from ledger.commands.status_lists import StatusBoard
from ledger.facts import Act, Change
from ledger.paper.document_certificate import certify, make_authority
from ledger.paper.document_signer import DocumentSigner
from tests_support.memory_facts import MemoryFacts
from verify_api.evidence import RegisterEntry, RegisterStatus
from verify_api.question import Policy
from verify_api.verdict import Verdict
from verify_api.verification import verify

MONDAY = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""10:00 in Vietnam."""
AUTHORITY = "CA01"
PREFIX = "https://kiemtra.example/s/"
HOST = "kiemtra.example"
DRAFTER, SIGNER = "officer-1", "officer-2"
PERSON = UUID(int=0xA11CE)

# One key for all tests of a process: made once, and no secret of anybody.
PRIVATE_KEY = PrivateKey.generate(ESP256)

_DOCUMENT_ROOT_KEY = PrivateKey.generate(ESP256)
_DOCUMENT_KEY = PrivateKey.generate(ESP256)


def document_signer() -> DocumentSigner:
    """Return who signs the authority's documents, certified from `MONDAY` on for five years."""
    times = {"valid_from": MONDAY, "valid_until": MONDAY + timedelta(days=1800)}
    root = make_authority(
        _DOCUMENT_ROOT_KEY.public, _DOCUMENT_ROOT_KEY.sign, name="Specimen root", serial=1, **times
    )
    certificate = certify(
        _DOCUMENT_KEY.public,
        name="Specimen authority",
        authority=root,
        sign=_DOCUMENT_ROOT_KEY.sign,
        serial=2,
        **times,
    )
    return DocumentSigner(certificate, (), _DOCUMENT_KEY.sign)


def act(actor: str = SIGNER, at: datetime = MONDAY) -> Act:
    """Return what ``actor`` does."""
    return Act(at, actor, "signer" if actor == SIGNER else "case-officer")


def decision(number: str = "15/QĐ-CA01", at: datetime = MONDAY) -> WrittenDecision:
    """Return a decision of the day."""
    return WrittenDecision(number, at.date(), Reason.CONTENT_WRONG, b"%PDF the decision")


@dataclass
class Office:
    """The authority."""

    facts: MemoryFacts
    key: TrustedKey
    desk: IssuingDesk
    kinds: Mapping[str, CertificateKind]
    at: datetime = MONDAY
    _references: int = 1000

    def later(self, **by: float) -> datetime:
        """Let time go by; return the time that it is then."""
        self.at += timedelta(**by)
        return self.at

    def draft(
        self,
        kind: CertificateKind = KINDS["judicial-record"],
        content: Mapping[str, object] | None = None,
        request: UUID | None = None,
    ) -> UUID:
        """Draft a specimen; return its reference. Needs no request to be there."""
        self._references += 1
        certificate = UUID(int=self._references)
        drafted = lifecycle.draft(
            None,
            kind=kind,
            content=kind.specimen if content is None else content,
            holder=kind.specimen_holder,
            drafter=DRAFTER,
            request=request,
        )
        self.facts.append(act(DRAFTER, self.at), Change(certificate, 0, (drafted,), PERSON))
        return certificate

    def issue(self, certificate: UUID | None = None) -> IssuedCertificate:
        """Sign and issue a draft, or a specimen of its own."""
        drafted = self.draft() if certificate is None else certificate
        return issue(self.desk, certificate=drafted, key=self.key, act=act(at=self.at))

    def load(self, certificate: UUID) -> Certificate:
        """Return the certificate as it stands."""
        return certificates.load(self.facts, certificate).certificate

    def standing(self, certificate: UUID) -> lifecycle.Standing:
        """Return how the certificate stands now."""
        return lifecycle.standing(self.load(certificate), self.at)

    def recall(self, certificate: UUID) -> None:
        """Take a certificate back."""
        certificates.recall(
            self.facts,
            certificate=certificate,
            decision=decision(at=self.at),
            summary="wrong",
            act=act(at=self.at),
        )

    def verify(self, text: str) -> Verdict:
        """Return what anybody who scans ``text`` is told now, online."""
        return verify(
            text,
            at=self.at,
            trust=self.trust_list(),
            status=RegisterStatus(self._entry),
            policy=Policy(by_document_type(self.kinds), frozenset({HOST})),
        )

    def _entry(self, token: Token) -> RegisterEntry | None:
        known = look_up(
            self.facts, authority=token.issuer, issued_at=token.issued_at, number=token.number
        )
        if known is None or known.signed_digest is None:
            return None
        digest, since = known.signed_digest, known.since
        return RegisterEntry(digest, known.status, self.at, since, known.superseded_by)

    def trust_list(self) -> TrustList:
        """Return a trust list with the office's key on it, fresh at this time."""
        return TrustList(
            version=1,
            list_id="test",
            issued=self.at,
            next_update=self.at + timedelta(days=3),
            previous=None,
            keys=(self.key,),
            officers=(),
            threshold=1,
        )

    def restarted(self) -> IssuingDesk:
        """Return the desk of a new process over the same ledger."""
        return replace(self.desk, board=StatusBoard(self.kinds), numbered={})


def open_office(kinds: Mapping[str, CertificateKind] = KINDS, *, seed: int = 1) -> Office:
    """Return a new authority that may issue all ``kinds``; equal seeds draw equal indices."""
    key = TrustedKey(
        public=PRIVATE_KEY.public,
        issuer=AUTHORITY,
        names=("Công an mẫu", "Specimen police"),
        uses=frozenset({STATUS_USE, *(kind.document_type for kind in kinds.values())}),
        sign_from=MONDAY - timedelta(days=30),
        sign_until=MONDAY + timedelta(days=365),
        verify_until=MONDAY + timedelta(days=1200),
        state=KeyState.ACTIVE,
        status_prefixes=(PREFIX,),
    )
    facts = MemoryFacts(TOPICS | register.TOPICS)
    desk = IssuingDesk(
        facts, MemorySigner([PRIVATE_KEY]), random.Random(seed).randrange, StatusBoard(kinds)
    )
    return Office(facts, key, desk, kinds)
