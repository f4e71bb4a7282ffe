"""Identity claims after MOSIP (claim 169), as PixelPass puts them in a QR code: no prefix at all.

    text ─ Base45 ─ zlib ─ COSE_Sign1 ─ CWT {1: issuer, 4: exp, 6: iat, 169: {4: name, …}}

A text is taken for one only if it is Base45 of zlib data; anything else is somebody else's.
Encrypted ones (COSE_Encrypt0) are told apart and not supported.

Source: MOSIP QR code specification 1.2 (claim 169).
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from keys.errors import EnvelopeError
from keys.foreign_envelope import ED25519, EDDSA, ES256, ESP256, ForeignSign1, read_foreign_sign1
from verify_api.profiles.base45 import decode_base45
from verify_api.profiles.foreign import (
    MAX_TEXT,
    BadCredentialError,
    Candidate,
    ForeignIssuer,
    bad_claims,
    damaged,
    genuine,
    inflate,
    lifetime,
    moment,
    read_claims,
    verdict_of,
    verified_key,
)
from verify_api.verdict import Authenticity, Check, Issuer, Profile, Reason, Verdict

_ALGORITHMS: Final = frozenset({ES256, EDDSA, ESP256, ED25519})
_ISS, _EXP, _IAT, _IDENTITY = 1, 4, 6, 169
_ZLIB: Final = 0x78
_SHORTEST: Final = 20
"""Characters; shorter texts are not taken for a credential at all."""
_ENCRYPTED: Final = (b"\xd0", b"\x83")  # COSE_Encrypt0: tag 16, or an array of three without it

ATTRIBUTES: Final = {
    1: "id", 2: "version", 3: "language", 4: "full_name", 5: "first_name", 6: "middle_name",
    7: "last_name", 8: "date_of_birth", 9: "gender", 10: "address", 11: "email", 12: "phone",
    13: "nationality", 14: "marital_status", 15: "guardian", 16: "photo", 17: "photo_format",
    18: "best_quality_fingers", 19: "secondary_full_name", 20: "secondary_language",
    21: "location_code", 22: "legal_status", 23: "country_of_issuance",
}  # fmt: skip
"""Names of the attributes that are shown; others are left out."""


def looks_like_claim_169(text: str) -> bool:
    """Return whether ``text`` is Base45 of something that begins like zlib data."""
    if not _SHORTEST <= len(text) <= MAX_TEXT:
        return False
    try:
        return decode_base45(text.rstrip("\r\n"))[0] == _ZLIB
    except ValueError:
        return False


def verify_claim_169(text: str, *, trust: tuple[ForeignIssuer, ...], at: datetime) -> Verdict:
    """Return what is known of the identity claims in ``text`` at the moment ``at``."""
    try:
        signed = read_claim_169(text)
        signer = verified_key(signed, _candidates(signed.kid, trust), _ALGORITHMS)
        claims = read_claims(signed.payload)
        identity, issuer = _content(claims, signer)
    except BadCredentialError as error:
        return verdict_of(error, profile=Profile.CLAIM_169, at=at)
    name = signer.issuer.name or issuer
    return genuine(
        {name: identity[label] for label, name in ATTRIBUTES.items() if label in identity},
        profile=Profile.CLAIM_169,
        at=at,
        issuer=Issuer(issuer, name, name),
        standing=lifetime(moment(claims.get(_IAT)), moment(claims.get(_EXP)), at),
    )


def _content(claims: Mapping[Any, Any], signer: Candidate) -> tuple[Mapping[object, object], str]:
    identity, issuer = claims.get(_IDENTITY), claims.get(_ISS)
    if not isinstance(identity, dict) or not isinstance(issuer, str):
        raise bad_claims()
    if signer.issuer.url is not None and signer.issuer.url != issuer:
        raise BadCredentialError(Authenticity.UNKNOWN_ISSUER, Check.MEANING, Reason.KEY_ISSUER)
    return identity, issuer


def read_claim_169(text: str) -> ForeignSign1:
    """Return the signed envelope in ``text``, checking no signature.

    Raises:
        BadCredentialError: Which stage could not be read.
    """
    if len(text) > MAX_TEXT:
        raise damaged(Check.TEXT, Reason.TOO_LONG)
    try:
        compressed = decode_base45(text.rstrip("\r\n"))
    except ValueError as error:
        raise damaged(Check.TEXT, Reason.BROKEN_TEXT) from error
    envelope = inflate(compressed)
    try:
        return read_foreign_sign1(envelope)
    except EnvelopeError as error:
        if envelope.startswith(_ENCRYPTED):
            raise BadCredentialError(
                Authenticity.UNSUPPORTED, Check.LAYOUT, Reason.ENCRYPTED
            ) from error
        raise damaged(Check.LAYOUT, Reason.BROKEN_LAYOUT) from error


def _candidates(kid: bytes | None, trust: tuple[ForeignIssuer, ...]) -> Iterator[Candidate]:
    """Yield the keys that the kid names; most of these credentials carry none, so all are tried."""
    for issuer in trust:
        for key in issuer.keys:
            if kid is None or key.kid is None or key.kid.encode() == kid:
                yield Candidate(key, issuer)
