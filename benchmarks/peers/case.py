"""What every verifier is asked: the same claims as our code and as a JWT, and spoiled ones.

The certificates are good at the moment of the run, because each library looks at its own clock.
The keys and the people are those of the test world: made up, and protecting nothing.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from benchmarks.peers.protocol import Case, PublishedKey
from keys.algorithms import PrivateKey
from keys.base64url import to_base64url
from keys.envelope import write_sign1
from keys.trust_list import TrustedKey, TrustList
from ledger import canonical
from ledger.certificates.kind import StatusReference, Token
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.token import ALG, EXP, KID, TOKEN_TYP, TYP, write_claims
from tests_support.signed_certificates import (
    HOST,
    ISSUING_KEY,
    STATUS_URI,
    TOKEN,
    TRUST,
    TRUSTED,
    UNLISTED_KEY,
    p256,
    published,
)
from verify_api.evidence import SnapshotStatus

ES256: Final = -7
"""What COSE libraries call P-256 with SHA-256 that do not know the fully specified ESP256."""
ESP256: Final = -9
TEXTS: Final = 64
REVOKED: Final = 99_991
"""A place in the status list that is revoked, among others."""
OTHER_ISSUER: Final = "CA02"
OTHER_KEY: Final = p256(4)
MUST_REFUSE: Final = ("a byte of the signature", "a byte of the claims", "an unknown key")
"""Who lets one of these through is no verifier, and is not measured."""


def trust_at(at: datetime) -> TrustList:
    """Return a trust list of two authorities that is fresh at ``at``."""
    listed = replace(
        TRUSTED,
        sign_from=at - timedelta(days=900),
        sign_until=at + timedelta(days=300),
        verify_until=at + timedelta(days=900),
    )
    other = replace(listed, public=OTHER_KEY.public, issuer=OTHER_ISSUER)
    return replace(
        TRUST,
        issued=at - timedelta(days=4),
        next_update=at + timedelta(days=26),
        keys=(listed, other),
    )


def status_at(at: datetime) -> SnapshotStatus:
    """Return the status list of the case, two hours old at ``at``."""
    marks = dict.fromkeys(revoked(), 1)
    fresh = published(marks, issued_at=at - timedelta(hours=2), expires_at=at + timedelta(days=7))
    return SnapshotStatus({STATUS_URI: fresh})


def revoked() -> list[int]:
    """Return the indices that the status list has as revoked: one of a hundred."""
    return list(range(REVOKED % 100, 1 << 20, 100))


class Form(Protocol):
    """A way to write a token."""

    def text(self, token: Token, *, key: PrivateKey = ISSUING_KEY) -> str:
        """Return ``token``, signed by ``key``, as scanned."""
        ...

    def twice(self, token: Token) -> str:
        """Return ``token``, signed, with two times of expiry."""
        ...

    def spoiled(self, token: Token) -> Iterator[tuple[str, str]]:
        """Yield ``token`` with something changed that no key is needed for, and what it was."""
        ...


@dataclass(frozen=True, slots=True)
class Code:
    """Our code: digits of a COSE_Sign1."""

    algorithm: int
    """COSE number that stands in the header: readers know one or the other."""

    def text(self, token: Token, *, key: PrivateKey = ISSUING_KEY) -> str:
        """Return ``token``, signed by ``key``, as scanned."""
        return to_qr_text(self._signed(write_claims(token), key), HOST)

    def twice(self, token: Token) -> str:
        """Return ``token``, signed, with two times of expiry: a map of seven members."""
        claims = write_claims(token)
        again = canonical.encode(EXP) + canonical.encode(int(token.expires_at.timestamp()) + 60)
        return to_qr_text(
            self._signed(bytes([claims[0] + 1]) + claims[1:] + again, ISSUING_KEY), HOST
        )

    def spoiled(self, token: Token) -> Iterator[tuple[str, str]]:
        """Yield ``token`` with a byte changed or added."""
        data = self._signed(write_claims(token), ISSUING_KEY)
        name = data.index(token.holder.name.encode())
        yield "a byte of the signature", to_qr_text(_flipped(data, len(data) - 1), HOST)
        yield "a byte of the claims", to_qr_text(_flipped(data, name), HOST)
        yield "a second spelling", to_qr_text(data + b"\x00", HOST)

    def _signed(self, claims: bytes, key: PrivateKey) -> bytes:
        header = {ALG: self.algorithm, KID: key.public.short_kid, TYP: TOKEN_TYP}
        return write_sign1(canonical.encode(header), claims, key.sign)


@dataclass(frozen=True, slots=True)
class Jwt:
    """A signed JWT with the same claims under their registered names. Source: RFC 7519."""

    def text(self, token: Token, *, key: PrivateKey = ISSUING_KEY) -> str:
        """Return ``token``, signed by ``key``."""
        return self._signed(json.dumps(_claims(token), **_COMPACT), key)

    def twice(self, token: Token) -> str:
        """Return ``token``, signed, with two times of expiry."""
        claims = json.dumps(_claims(token), **_COMPACT)
        again = int(token.expires_at.timestamp()) + 60
        return self._signed(f'{claims[:-1]},"exp":{again}}}', ISSUING_KEY)

    def spoiled(self, token: Token) -> Iterator[tuple[str, str]]:
        """Yield ``token`` with a byte changed, or with other bits in the padding of its end."""
        text = self.text(token)
        head, claims, signature = text.split(".")
        other = replace(token, number=f"{token.number[:-1]}2")
        changed = to_base64url(json.dumps(_claims(other), **_COMPACT).encode())
        first = "B" if signature[0] != "B" else "C"
        yield "a byte of the signature", f"{head}.{claims}.{first}{signature[1:]}"
        yield "a byte of the claims", f"{head}.{changed}.{signature}"
        yield "a second spelling", text[:-1] + _BASE64URL[_BASE64URL.index(text[-1]) + 1]

    def _signed(self, claims: str, key: PrivateKey) -> str:
        header = {"alg": "ES256", "kid": key.public.short_kid.hex(), "typ": "JWT"}
        signed = ".".join(
            to_base64url(part.encode()) for part in (json.dumps(header, **_COMPACT), claims)
        )
        return f"{signed}.{to_base64url(key.sign(signed.encode()))}"


_COMPACT: Final[Mapping[str, Any]] = {"separators": (",", ":"), "ensure_ascii": False}
_BASE64URL: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _claims(token: Token) -> dict[str, object]:
    holder = token.holder
    return {
        "iss": token.issuer,
        "exp": int(token.expires_at.timestamp()),
        "iat": int(token.issued_at.timestamp()),
        "status": {"status_list": {"idx": token.status.index, "uri": token.status.uri}},
        "person": {
            "name": holder.name,
            "birthdate": f"{holder.birth_date:%Y%m%d}",
            "sex": int(holder.sex),
        },
        "document": {
            "type": token.document_type,
            "number": token.number,
            "id_tail": holder.id_tail,
            "form": token.details[2],
            "result": token.details[3],
        },
    }


def case(form: Form, at: datetime) -> Case:
    """Return what a reader of ``form`` is given: `TEXTS` certificates, no two alike."""
    keys = [_published(key) for key in trust_at(at).keys]
    texts = [form.text(_token(at, number)) for number in range(TEXTS)]
    return Case(int(at.timestamp()), keys, texts, STATUS_URI, revoked())


def probes(form: Form, at: datetime) -> dict[str, str]:
    """Return what ought to be refused, by what is wrong with it."""
    token = _token(at, 0)
    past = replace(token, issued_at=at - timedelta(days=400), expires_at=at - timedelta(days=200))
    ended = replace(token, status=StatusReference(REVOKED, STATUS_URI))
    return dict(form.spoiled(token)) | {
        "an unknown key": form.text(token, key=UNLISTED_KEY),
        "another authority's key": form.text(token, key=OTHER_KEY),
        "expired": form.text(past),
        "revoked": form.text(ended),
        "a claim twice": form.twice(token),
    }


def _token(at: datetime, number: int) -> Token:
    """Return a certificate that is good at ``at``."""
    return replace(
        TOKEN,
        issued_at=at - timedelta(days=4),
        expires_at=at + timedelta(days=176),
        number=f"{1000 + number}/LLTP-CA01",
        status=StatusReference(413_200 + 16_384 * (number % 32), STATUS_URI),
    )


def _published(key: TrustedKey) -> PublishedKey:
    kid = key.public.short_kid
    point = key.public.cose_key
    x, y = point[-2], point[-3]
    assert isinstance(x, bytes)
    assert isinstance(y, bytes)
    jwk = {"kty": "EC", "crv": "P-256", "x": to_base64url(x), "y": to_base64url(y)}
    return PublishedKey(kid, key.issuer, jwk | {"alg": "ES256", "use": "sig", "kid": kid.hex()})


def _flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]
