"""Health certificates of the European Union and the WHO's network: ``HC1:`` in a QR code.

    text ─ Base45 ─ zlib ─ COSE_Sign1 ─ CWT {1: issuer, 4: exp, 6: iat, -260: {1: certificate}}

Lenient where the issuers were: any CBOR encoding, headers in either bucket, a tag, two or none.
Strict where it matters: ES256 and PS256 only, keys only from the verifier's own store, found by
the first 8 bytes of the certificate's SHA-256; the certificate's extended key usage must allow
the kind of certificate, and its own time must cover that of what it signed.

Source: electronic health certificate specification (eu-dcc-hcert-spec) 1.3; EU value sets 1.3.
"""

from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from keys.errors import EnvelopeError
from keys.foreign_envelope import ES256, PS256, ForeignSign1, read_foreign_sign1
from keys.foreign_keys import ForeignKey
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
from verify_api.verdict import (
    Authenticity,
    Check,
    Issuer,
    Profile,
    Reason,
    Standing,
    Verdict,
)

PREFIX: Final = "HC1:"
_ALGORITHMS: Final = frozenset({ES256, PS256})
_ISS, _EXP, _IAT, _HCERT, _EU_CERTIFICATE = 1, 4, 6, -260, 1
# The kinds of certificate, and the key usages that allow them: the registered number and the one
# that many authorities wrote instead. Source: eu-dcc-hcert-spec, section 5.
_ARCS: Final = ("1.3.6.1.4.1.1847.2021.1", "1.3.6.1.4.1.0.1847.2021.1")
_KINDS: Final = {
    kind: frozenset(f"{arc}.{number}" for arc in _ARCS)
    for kind, number in (("t", 1), ("v", 2), ("r", 3))
}


def verify_hcert(text: str, *, trust: tuple[ForeignIssuer, ...], at: datetime) -> Verdict:
    """Return what is known of the health certificate in ``text`` at the moment ``at``."""
    try:
        signed = read_hcert(text)
        signer = verified_key(signed, _candidates(signed.kid, trust), _ALGORITHMS)
        claims = read_claims(signed.payload)
    except BadCredentialError as error:
        return verdict_of(error, profile=Profile.HCERT, at=at)
    standing = _standing(claims, signer.key, at)
    try:
        certificate = certificate_of(claims)
        _check_usage(certificate, signer.key)
    except BadCredentialError as error:
        return verdict_of(error, profile=Profile.HCERT, at=at, standing=standing[0])
    code = claims.get(_ISS)
    name = signer.issuer.name or (code if isinstance(code, str) else "")
    return genuine(
        certificate,
        profile=Profile.HCERT,
        at=at,
        issuer=Issuer(code if isinstance(code, str) else "", name, name),
        standing=standing,
    )


def read_hcert(text: str) -> ForeignSign1:
    """Return the signed envelope in ``text``, checking no signature.

    Raises:
        BadCredentialError: Which stage could not be read.
    """
    if len(text) > MAX_TEXT:
        raise damaged(Check.TEXT, Reason.TOO_LONG)
    if not text.startswith(PREFIX):
        raise BadCredentialError(Authenticity.UNSUPPORTED, Check.TEXT, Reason.UNKNOWN_FORMAT)
    try:
        # A scanner's line end goes; a blank stays, for it is one of Base45's characters.
        compressed = decode_base45(text.removeprefix(PREFIX).rstrip("\r\n"))
    except ValueError as error:
        raise damaged(Check.TEXT, Reason.BROKEN_TEXT) from error
    try:
        return read_foreign_sign1(inflate(compressed))
    except EnvelopeError as error:
        raise damaged(Check.LAYOUT, Reason.BROKEN_LAYOUT) from error


def certificate_of(claims: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Return the health certificate itself.

    Raises:
        BadCredentialError: It is missing, or lacks a version, a name, a date of birth, or
            entries of exactly one kind.
    """
    container = claims.get(_HCERT)
    certificate = container.get(_EU_CERTIFICATE) if isinstance(container, dict) else None
    match certificate:
        case {"ver": str() as ver, "nam": {**name}, "dob": str() as dob, **kinds} if (
            name and _kind_of(kinds)
        ):
            return {"ver": ver, "nam": name, "dob": dob, **kinds}
        case _:
            raise bad_claims()


def _kind_of(certificate: Mapping[Any, Any]) -> str | None:
    """Return ``t``, ``v`` or ``r`` if entries of exactly one kind are there."""
    kinds = [kind for kind in _KINDS if certificate.get(kind)]  # some write null or [] for none
    if len(kinds) != 1:
        return None
    entries = certificate[kinds[0]]
    entered = isinstance(entries, list | tuple) and all(isinstance(one, dict) for one in entries)
    return kinds[0] if entered else None


def _check_usage(certificate: Mapping[Any, Any], key: ForeignKey) -> None:
    allowed = _KINDS[_kind_of(certificate) or ""]
    if key.purposes and not key.purposes & allowed:
        raise BadCredentialError(Authenticity.NOT_FOR_THIS_KIND, Check.MEANING, Reason.KEY_USE)


def _standing(
    claims: Mapping[Any, Any], key: ForeignKey, at: datetime
) -> tuple[Standing, Reason | None]:
    issued_at, expires_at = moment(claims.get(_IAT)), moment(claims.get(_EXP))
    standing = lifetime(issued_at, expires_at, at)
    if standing[0] is Standing.IN_FORCE and key.window is not None:
        start, end = key.window
        if (issued_at is not None and issued_at < start) or (
            expires_at is not None and expires_at > end
        ):
            return Standing.UNKNOWN, Reason.KEY_WINDOW
    return standing


def _candidates(kid: bytes | None, trust: tuple[ForeignIssuer, ...]) -> Iterator[Candidate]:
    """Yield the keys that the kid names; a bare key without a name may be any."""
    for issuer in trust:
        for key in issuer.keys:
            name = name_of(key)
            if name is None or name == kid:
                yield Candidate(key, issuer)


def name_of(key: ForeignKey) -> bytes | None:
    """Return the ``kid`` that credentials must have for ``key``; None if it may be any, or none."""
    if key.hcert_kid is not None or key.kid is None:
        return key.hcert_kid
    try:
        return b64decode(key.kid, validate=True)  # national key directories name them so
    except (Base64Error, ValueError):
        return key.kid.encode()
