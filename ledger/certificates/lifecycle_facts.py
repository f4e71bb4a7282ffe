"""What can happen to a certificate of any kind: its facts, with the names they are stored under.

The order of a good life: drafted, signed (the intent, before any signature exists), sealed (the
authority's signature stands), issued; paper made of it. Later it may be supplemented, corrected by
another certificate, recalled or cancelled. `ledger.certificates.lifecycle` decides.

In the clear stands only what tells nothing about a person: references, numbers, times, and hashes
over bytes that nobody can guess. A hash of the claims could be guessed from a name and a birth
date, so it is sealed with them. For which purpose the kind says, and each fact with it.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final, TypeAlias, get_args
from uuid import UUID

from ledger.certificates.kind import Holder, StatusReference
from ledger.personal import ForPurpose, Identity, Purpose, SealedFor

DIGEST_BYTES = 32


class Reason(StrEnum):
    """Why an authority decides about a certificate that is in force.

    Source: Law on Judicial Records (*Luật Lý lịch tư pháp*), article 50.
    """

    CONTENT_MISSING = "content_missing"
    CONTENT_WRONG = "content_wrong"
    CONTENT_UNLAWFUL = "content_unlawful"
    ISSUED_AGAINST_PROCEDURE = "issued_against_procedure"
    OBTAINED_BY_FRAUD = "obtained_by_fraud"


@dataclass(frozen=True, slots=True)
class Decision:
    """A written decision (*quyết định*) that a certificate be changed or ended."""

    number: str
    date: date
    reason: Reason
    document_digest: bytes
    """SHA-256 of the decision's signed document."""


@dataclass(frozen=True, slots=True)
class Correction:
    """Says that a draft is to take the place of a certificate that is in force."""

    certificate: UUID
    """The one that will be superseded."""
    decision: Decision


@dataclass(frozen=True, slots=True)
class CertificateDrafted:
    """The content was put together (*lập phiếu*); from here on it does not change."""

    kind: str
    """Code of the certificate kind."""
    request: UUID | None
    """Stream of the request that it answers; None where nobody asked."""
    drafter: str
    correction: Correction | None
    holder: Identity[Holder]
    content: ForPurpose[bytes]
    """Deterministic CBOR of the content that the kind has checked."""
    correction_document: ForPurpose[bytes | None]
    """The signed document of the decision to correct, where this is a correction."""
    purpose: SealedFor = Purpose.JUDICIAL


@dataclass(frozen=True, slots=True)
class CertificateSigned:
    """An officer signed (*ký*): the intent, with all that decides the token's bytes.

    The token's own signature comes after this fact, over bytes of exactly this hash.
    """

    signer: str
    authority: str
    """Authority code, the token's issuer."""
    number: str
    kid: bytes
    """32 bytes: the key that will sign the token."""
    status: StatusReference
    issued_at: datetime
    """Whole seconds."""
    expires_at: datetime
    signed_digest: ForPurpose[bytes]
    """SHA-256 of the bytes to be signed."""
    purpose: SealedFor = Purpose.JUDICIAL


@dataclass(frozen=True, slots=True)
class CertificateSealed:
    """The authority's signature stands (*đóng dấu số*): the first one recorded is the one."""

    token_digest: bytes
    """SHA-256 of the token; its signature makes it unguessable."""
    token: ForPurpose[bytes]
    purpose: SealedFor = Purpose.JUDICIAL


@dataclass(frozen=True, slots=True)
class CertificateIssued:
    """The certificate is in force; its code may leave the house."""

    at: datetime


@dataclass(frozen=True, slots=True)
class CertificatePaperMade:
    """The page was drawn and signed; these bytes are the document, whenever it is asked for."""

    document_digest: bytes
    """SHA-256 of the document; its signature makes it unguessable."""
    document: ForPurpose[bytes]
    """PDF."""
    purpose: SealedFor = Purpose.JUDICIAL


@dataclass(frozen=True, slots=True)
class CertificateWithdrawn:
    """A draft, or an intent whose token was never released, is given up; its number stays void."""

    at: datetime
    by: str
    status: StatusReference | None
    """Published as revoked, in case a signature was made and lost; None for a mere draft."""


@dataclass(frozen=True, slots=True)
class CertificateSupplemented:
    """Something was added by decision (*bổ sung*); the certificate stays in force."""

    decision: Decision
    at: datetime
    addition: ForPurpose[str]
    document: ForPurpose[bytes]
    """The decision's signed document."""
    purpose: SealedFor = Purpose.JUDICIAL


@dataclass(frozen=True, slots=True)
class CertificateCorrected:
    """Another certificate took its place by decision (*đính chính*)."""

    decision: Decision
    at: datetime
    superseded_by: UUID
    status: StatusReference


@dataclass(frozen=True, slots=True)
class CertificateRecalled:
    """Taken back by decision (*thu hồi*); the province gets certificate and decision again."""

    decision: Decision
    at: datetime
    status: StatusReference
    summary: ForPurpose[str]
    """What the decision says in a sentence (*trích yếu*)."""
    document: ForPurpose[bytes]
    """The decision's signed document."""
    purpose: SealedFor = Purpose.JUDICIAL


@dataclass(frozen=True, slots=True)
class CertificateCancelled:
    """Declared void by decision (*hủy bỏ*)."""

    decision: Decision
    at: datetime
    status: StatusReference
    summary: ForPurpose[str]
    document: ForPurpose[bytes]
    """The decision's signed document."""
    purpose: SealedFor = Purpose.JUDICIAL


@dataclass(frozen=True, slots=True)
class CertificateNoLongerCurrent:
    """The records have changed since the issue; what was certified was right on its day."""

    at: datetime


Fact: TypeAlias = (
    CertificateDrafted
    | CertificateSigned
    | CertificateSealed
    | CertificateIssued
    | CertificatePaperMade
    | CertificateWithdrawn
    | CertificateSupplemented
    | CertificateCorrected
    | CertificateRecalled
    | CertificateCancelled
    | CertificateNoLongerCurrent
)

Step: TypeAlias = (
    CertificateSigned
    | CertificateIssued
    | CertificateWithdrawn
    | CertificateCorrected
    | CertificateRecalled
    | CertificateCancelled
    | CertificateNoLongerCurrent
)
"""The facts by which a certificate moves on; the others say what it holds."""

TOPICS: dict[str, type] = {
    "certificate.drafted/1": CertificateDrafted,
    "certificate.signed/1": CertificateSigned,
    "certificate.sealed/1": CertificateSealed,
    "certificate.issued/1": CertificateIssued,
    "certificate.paper_made/1": CertificatePaperMade,
    "certificate.withdrawn/1": CertificateWithdrawn,
    "certificate.supplemented/1": CertificateSupplemented,
    "certificate.corrected/1": CertificateCorrected,
    "certificate.recalled/1": CertificateRecalled,
    "certificate.cancelled/1": CertificateCancelled,
    "certificate.no_longer_current/1": CertificateNoLongerCurrent,
}

STEPS: Final = tuple(topic for topic, fact_class in TOPICS.items() if fact_class in get_args(Step))
"""Stored names of the facts that are a `Step`."""
