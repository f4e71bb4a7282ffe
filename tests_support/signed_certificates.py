"""A small world for verifying: keys, a trust list and certificates, the same bytes every time.

The people in it are made up and look it; the keys are numbers below ten and protect nothing.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from keys.algorithms import PrivateKey
from keys.trust_list import STATUS_USE, KeyState, TrustedKey, TrustList
from ledger.certificates.kind import Holder, Sex, Status, StatusReference, Token
from ledger.certificates.kinds import KINDS
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.status_list import PublishedList, StatusList
from ledger.certificates.token import write_token
from verify_api.question import Policy
from verify_api.verdict import StatusEvidence

AT = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
"""When checks take place."""
HOST = "ll.example.vn"
ISSUER = "CA01"
STATUS_URI = "https://ll.example.vn/status/1-2705-0"


def p256(number: int) -> PrivateKey:
    """Return the P-256 key with the private number ``number``."""
    return PrivateKey(derive_private_key(number, SECP256R1()))


def ed25519(number: int) -> PrivateKey:
    """Return an Ed25519 key."""
    return PrivateKey(Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32))


ISSUING_KEY = p256(3)
STATUS_KEY = p256(5)
UNLISTED_KEY = p256(7)

TRUSTED = TrustedKey(
    public=ISSUING_KEY.public,
    issuer=ISSUER,
    names=("Công an thành phố Mẫu", "Police of Sample City"),
    uses=frozenset({1}),
    sign_from=datetime(2026, 7, 1, tzinfo=UTC),
    sign_until=datetime(2027, 7, 1, tzinfo=UTC),
    verify_until=datetime(2028, 1, 1, tzinfo=UTC),
    state=KeyState.ACTIVE,
    status_prefixes=("https://ll.example.vn/status/",),
)
TRUSTED_FOR_STATUS = replace(TRUSTED, public=STATUS_KEY.public, uses=frozenset({STATUS_USE}))

TRUST = TrustList(
    version=4,
    list_id="sample",
    issued=datetime(2026, 11, 20, tzinfo=UTC),
    next_update=datetime(2026, 12, 20, tzinfo=UTC),
    previous=bytes(32),
    keys=(TRUSTED, TRUSTED_FOR_STATUS),
    officers=(),
    threshold=0,
)

TOKEN = Token(
    issuer=ISSUER,
    issued_at=datetime(2026, 11, 20, 1, 2, 3, tzinfo=UTC),
    expires_at=datetime(2027, 5, 19, 1, 2, 3, tzinfo=UTC),
    holder=Holder("NGUYỄN VĂN MẪU", date(1990, 1, 2), Sex.MALE, "0001"),
    status=StatusReference(413_255, STATUS_URI),
    document_type=1,
    number="452/LLTP-CA01",
    details={2: 1, 3: 0},
)

POLICY = Policy(kinds={kind.document_type: kind for kind in KINDS.values()})


def signed(token: Token = TOKEN, key: PrivateKey = ISSUING_KEY) -> bytes:
    """Return ``token`` signed by ``key``."""
    return write_token(token, key=key.public, sign=key.sign)


def code(token: Token = TOKEN, key: PrivateKey = ISSUING_KEY) -> str:
    """Return the text of the QR code of ``token``."""
    return to_qr_text(signed(token, key), HOST)


def trusting(**changes: Any) -> TrustList:
    """Return the trust list with the issuing key changed."""
    return replace(TRUST, keys=(replace(TRUSTED, **changes), TRUSTED_FOR_STATUS))


def published(statuses: dict[int, int] | None = None, **changes: Any) -> PublishedList:
    """Return the status list that `TOKEN` names, as read: everything on it is valid."""
    listed = PublishedList(
        uri=STATUS_URI,
        issued_at=AT - timedelta(hours=2),
        expires_at=AT + timedelta(days=7),
        ttl=timedelta(hours=1),
        statuses=StatusList.of(statuses or {}),
        issuer=ISSUER,
    )
    return replace(listed, **changes)


@dataclass(frozen=True, slots=True)
class Says:
    """A status source with one answer for everything."""

    evidence: StatusEvidence

    def status_of(self, token: Token, digest: bytes, at: datetime) -> StatusEvidence:
        """Return the answer."""
        assert len(digest) == 32
        assert token.number
        assert at.tzinfo
        return self.evidence


IN_FORCE = Says(StatusEvidence(Status.VALID, as_of=AT, online=True, registered=True))
