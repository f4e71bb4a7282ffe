"""SMART Health Cards: ``shc:/`` and decimal pairs in one QR code, or in several of a set.

    text ─ pairs of digits ─ JWS (ES256, raw DEFLATE) ─ {iss, nbf, exp?, vc: {…, rid?}}

Keys come from the verifier's own directory, are found by their thumbprint, and sign only for the
issuer's address that the directory gives them. A card that carries a ``rid`` is held against the
issuer's revocation list, if the verifier has it.

Source: SMART Health Cards Framework 1.4; draft 1.1 of its revocation.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from verify_api.profiles.foreign import (
    MAX_TEXT,
    BadCredentialError,
    Candidate,
    ForeignIssuer,
    ForeignTrust,
    bad_claims,
    damaged,
    genuine,
    inflate,
    moment,
    verdict_of,
)
from verify_api.profiles.jws import BrokenJwsError, Jws, read_json_object, read_jws
from verify_api.verdict import (
    Authenticity,
    Check,
    Issuer,
    Profile,
    Reason,
    Standing,
    Verdict,
)

PREFIX: Final = "shc:/"
HEALTH_CARD: Final = "https://smarthealth.cards#health-card"
_CODE = re.compile(r"shc:/(?:([1-9][0-9]?)/([1-9][0-9]?)/)?((?:[0-9]{2})+)", re.ASCII)
_FIRST_CHARACTER: Final = 45
_LARGEST_PAIR: Final = 77
"""``z`` is the last character of base64url."""
_RID = re.compile(r"([A-Za-z0-9_-]{1,24})(?:\.([0-9]{1,12}))?", re.ASCII)

RevokedIds = Mapping[str, int | None]


class _Revoked(NamedTuple):
    """What is known of an issuer's revocations."""

    rids: RevokedIds
    until: datetime | None
    """When that is too old to say that a card still stands."""


def verify_health_card(text: str, *, trust: ForeignTrust, at: datetime) -> Verdict:
    """Return what is known of the health card in ``text`` at the moment ``at``.

    Codes of a set stand one after the other with white space between them, in any order.
    """
    try:
        jws = read_health_card(text)
        signer = _signer(jws, trust.smart_health_cards)
        claims = read_health_card_claims(jws)
        address = _address(claims, signer.issuer)
        standing = _standing(claims, _revoked(signer, trust), at)
    except BadCredentialError as error:
        return verdict_of(error, profile=Profile.SMART_HEALTH_CARD, at=at)
    name = signer.issuer.name or address
    return genuine(
        claims["vc"],
        profile=Profile.SMART_HEALTH_CARD,
        at=at,
        issuer=Issuer(address, name, name),
        standing=standing,
    )


def read_health_card(text: str) -> Jws:
    """Return the JWS in one code, or in all codes of a set, checking no signature.

    Raises:
        BadCredentialError: Which stage could not be read.
    """
    if len(text) > MAX_TEXT:
        raise damaged(Check.TEXT, Reason.TOO_LONG)
    try:
        return read_jws(_compact(text.split()))
    except BrokenJwsError as error:
        raise damaged(Check.HEADER, Reason.BROKEN_HEADER) from error


def _compact(codes: list[str]) -> str:
    """Return the JWS that the numbered ``codes`` write together."""
    matches = [_CODE.fullmatch(code) for code in codes]
    numbered = {
        int(match[1] or 1): match for match in matches if match and int(match[2] or 1) == len(codes)
    }
    if not codes or sorted(numbered) != [*range(1, len(codes) + 1)]:
        raise damaged(Check.TEXT, Reason.BROKEN_TEXT)
    digits = "".join(numbered[number][3] for number in sorted(numbered))
    pairs = [int(digits[i : i + 2]) for i in range(0, len(digits), 2)]
    if max(pairs) > _LARGEST_PAIR:
        raise damaged(Check.TEXT, Reason.BROKEN_TEXT)
    return "".join(chr(pair + _FIRST_CHARACTER) for pair in pairs)


def _signer(jws: Jws, trust: tuple[ForeignIssuer, ...]) -> Candidate:
    candidates = [*_candidates(jws.kid, trust)]
    if not candidates:
        raise BadCredentialError(Authenticity.UNKNOWN_ISSUER, Check.KEY, Reason.KEY_UNKNOWN)
    for candidate in candidates:
        if jws.signed_by(candidate.key):
            return candidate
    raise BadCredentialError(Authenticity.ALTERED, Check.SIGNATURE, Reason.SIGNATURE_WRONG)


def _candidates(kid: str | None, trust: tuple[ForeignIssuer, ...]) -> Iterator[Candidate]:
    for issuer in trust:
        for key in issuer.keys:
            if kid is not None and key.kid == kid:
                yield Candidate(key, issuer)


def read_health_card_claims(jws: Jws) -> dict[str, Any]:
    """Return the claims of a card: a JSON object with an issuer and a health card in it.

    Raises:
        BadCredentialError: Its compression or its form is broken.
    """
    if jws.header.get("zip") != "DEF":
        raise bad_claims(Reason.BROKEN_PAYLOAD)
    try:
        claims = read_json_object(inflate(jws.payload, raw=True))
    except (BadCredentialError, ValueError) as error:
        raise bad_claims(Reason.BROKEN_PAYLOAD) from error
    match claims:
        case {
            "iss": str(),
            "nbf": int() | float(),
            "vc": {"type": [*types], "credentialSubject": {**subject}},
        } if subject and HEALTH_CARD in types:
            return claims
        case _:
            raise bad_claims()


def _address(claims: Mapping[str, Any], issuer: ForeignIssuer) -> str:
    address = str(claims["iss"])
    if issuer.url is not None and issuer.url != address:
        raise BadCredentialError(Authenticity.UNKNOWN_ISSUER, Check.MEANING, Reason.KEY_ISSUER)
    return address


def _revoked(signer: Candidate, trust: ForeignTrust) -> _Revoked:
    return _Revoked(trust.revoked_cards.get(signer.key.kid or "", {}), trust.revoked_until)


def _standing(
    claims: Mapping[str, Any], revoked: _Revoked, at: datetime
) -> tuple[Standing, Reason | None]:
    valid_from, expires_at = moment(claims["nbf"]), moment(claims.get("exp"))
    if valid_from is None or ("exp" in claims and expires_at is None):
        return Standing.UNKNOWN, Reason.BROKEN_CLAIMS
    if at < valid_from:
        return Standing.NOT_YET_VALID, Reason.ISSUED_IN_FUTURE
    if expires_at is not None and at > expires_at:
        return Standing.EXPIRED, Reason.EXPIRED
    return _standing_by_revocations(claims, revoked, at)


def _standing_by_revocations(
    claims: Mapping[str, Any], revoked: _Revoked, at: datetime
) -> tuple[Standing, Reason | None]:
    rid = claims["vc"].get("rid")
    if not isinstance(rid, str) or not rid or not revoked.rids:
        return Standing.IN_FORCE, Reason.STATUS_NOT_OFFERED
    if rid in revoked.rids:
        before = revoked.rids[rid]
        if before is None or claims["nbf"] < before:
            return Standing.REVOKED, Reason.REVOKED
    if revoked.until is not None and at >= revoked.until:
        return Standing.UNKNOWN, Reason.STATUS_STALE
    return Standing.IN_FORCE, None


def read_revocation_list(data: bytes) -> tuple[str, RevokedIds]:
    """Return the kid and the revoked identifiers of an issuer's revocation list.

    The list is not signed: it comes from the issuer's own address, fetched by the verifier.

    Raises:
        ValueError: Another form.
    """
    match read_json_object(data):
        case {"kid": str() as kid, "method": "rid", "ctr": int(), "rids": [*rids]}:
            matches = [_RID.fullmatch(rid) if isinstance(rid, str) else None for rid in rids]
            found = [match for match in matches if match is not None]
            if len(found) != len(rids):
                raise ValueError("rids: expected identifiers, with seconds if needed")
            return kid, {match[1]: int(match[2]) if match[2] else None for match in found}
        case _:
            raise ValueError("expected kid, method rid, ctr and rids")
