"""What the foreign formats share: whom a verifier trusts for them, and how an answer is built.

Everything here is about one kind of error: a bad credential gives `BadCredentialError` inside a
profile and a verdict outside of it, whatever was wrong.
"""

import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from io import BytesIO
from typing import Any, Final, NoReturn

import cbor2

from keys.errors import EnvelopeError
from keys.foreign_envelope import ForeignSign1, check_labels, verify_foreign
from keys.foreign_keys import ForeignKey
from verify_api.verdict import (
    NOTES,
    Authenticity,
    Check,
    Issuer,
    Logged,
    Profile,
    Reason,
    Standing,
    SubjectMatch,
    Verdict,
)

MAX_TEXT: Final = 16 * 1024
"""Characters of a foreign code; a QR code of version 40 holds 7,089 digits."""
MAX_INFLATED: Final = 64 * 1024
"""Bytes. Real cards inflate to less than 2 KiB."""
MAX_DEPTH: Final = 8
_LATEST_SECOND: Final = 253_402_300_799


class BadCredentialError(Exception):
    """Inside a profile only: what is wrong, as the axis, the check and the reason of a verdict."""

    def __init__(self, authenticity: Authenticity, check: Check, reason: Reason) -> None:
        """Name what was found."""
        super().__init__(reason)
        self.authenticity = authenticity
        self.check = check
        self.reason = reason


@dataclass(frozen=True, slots=True)
class ForeignIssuer:
    """Somebody whose credentials of one format are believed, by decision of the verifier."""

    keys: tuple[ForeignKey, ...]
    name: str = ""
    url: str | None = None
    """The only ``iss`` that these keys may sign for; None for any."""


@dataclass(frozen=True, slots=True)
class ForeignTrust:
    """A verifier's own trust store for each foreign format; empty means that none is trusted."""

    hcert: tuple[ForeignIssuer, ...] = ()
    smart_health_cards: tuple[ForeignIssuer, ...] = ()
    claim_169: tuple[ForeignIssuer, ...] = ()
    revoked_cards: Mapping[str, Mapping[str, int | None]] = field(default_factory=dict)
    """Of SMART Health Cards: kid to revoked ``rid`` to the second before which cards with it are
    revoked, None for all."""
    until: datetime | None = None
    """When all of it is too old to say anything; None for a verifier's own, which is of now."""
    revoked_until: datetime | None = None
    """When ``revoked_cards`` is too old to say that a card still stands; None likewise."""

    def joined(self, other: "ForeignTrust") -> "ForeignTrust":
        """Return what both trust; it is as old as the older of them."""
        revoked = {kid: dict(rids) for kid, rids in self.revoked_cards.items()}
        for kid, rids in other.revoked_cards.items():
            revoked.setdefault(kid, {}).update(rids)
        return ForeignTrust(
            self.hcert + other.hcert,
            self.smart_health_cards + other.smart_health_cards,
            self.claim_169 + other.claim_169,
            revoked,
            _earlier(self.until, other.until),
            _earlier(self.revoked_until, other.revoked_until),
        )


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


NO_FOREIGN_TRUST: Final = ForeignTrust()


@dataclass(frozen=True, slots=True)
class Candidate:
    """A trusted key and whose it is."""

    key: ForeignKey
    issuer: ForeignIssuer


def damaged(check: Check, reason: Reason) -> BadCredentialError:
    """Return the error of something that cannot be read."""
    return BadCredentialError(Authenticity.DAMAGED, check, reason)


def inflate(compressed: bytes, *, raw: bool = False) -> bytes:
    """Return what zlib data (or ``raw`` DEFLATE) holds, and stop at `MAX_INFLATED`.

    Raises:
        BadCredentialError: Broken, cut off, followed by anything, or a bomb.
    """
    inflater = zlib.decompressobj(-zlib.MAX_WBITS if raw else zlib.MAX_WBITS)
    try:
        data = inflater.decompress(compressed, MAX_INFLATED + 1)
    except zlib.error as error:
        raise damaged(Check.LAYOUT, Reason.BROKEN_LAYOUT) from error
    if len(data) > MAX_INFLATED or not inflater.eof or inflater.unused_data:
        raise damaged(Check.LAYOUT, Reason.BROKEN_LAYOUT)
    return data


def verified_key(
    signed: ForeignSign1, candidates: Iterable[Candidate], algorithms: frozenset[int]
) -> Candidate:
    """Return the one of ``candidates`` that signed it, under an algorithm of the profile.

    Raises:
        BadCredentialError: Another algorithm, no candidate, or no good signature.
    """
    if signed.algorithm not in algorithms:
        raise BadCredentialError(Authenticity.UNSUPPORTED, Check.KEY, Reason.KEY_ALGORITHM)
    message = signed.signed_message()
    known = False
    for candidate in candidates:
        known = True
        try:
            if verify_foreign(signed.signature, message, candidate.key.key, signed.algorithm):
                return candidate
        except EnvelopeError as error:
            raise BadCredentialError(
                Authenticity.UNSUPPORTED, Check.KEY, Reason.KEY_ALGORITHM
            ) from error
    if not known:
        raise BadCredentialError(Authenticity.UNKNOWN_ISSUER, Check.KEY, Reason.KEY_UNKNOWN)
    raise BadCredentialError(Authenticity.ALTERED, Check.SIGNATURE, Reason.SIGNATURE_WRONG)


def read_claims(payload: bytes) -> dict[Any, Any]:
    """Return the claims of a foreign CWT: any encoding of one map, no key twice.

    Keys are integers and text in every map, as in each claim that there is. Dates may be tagged;
    what they tag is returned as it stands. No other tag is read.

    Raises:
        BadCredentialError: Not one such map.
    """
    stream = BytesIO(payload)
    try:
        claims = cbor2.load(
            stream,
            tag_hook=_refuse,
            semantic_decoders=_DECODERS,
            allow_duplicate_keys=False,
            max_depth=MAX_DEPTH,
        )
        check_labels(claims)
    except (EnvelopeError, cbor2.CBORError, *_UNREADABLE) as error:
        raise bad_claims(Reason.BROKEN_PAYLOAD) from error
    if not isinstance(claims, dict) or stream.read(1):
        raise bad_claims(Reason.BROKEN_PAYLOAD)
    return claims


_UNREADABLE: Final = (ValueError, TypeError, RecursionError, OverflowError)


def bad_claims(reason: Reason = Reason.BROKEN_CLAIMS) -> BadCredentialError:
    """Return the error of signed content that is not what the format says."""
    return BadCredentialError(Authenticity.UNSUPPORTED, Check.PAYLOAD, reason)


def _refuse(*_: object) -> NoReturn:
    raise ValueError("a tag")


def _tagged(value: Any, *_: object) -> Any:
    return value


_DATE_TAGS: Final = (0, 1, 100, 1004)
_OTHER_TAGS: Final = (2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 256, 258, 260, 261,
                      43000, 55799)  # fmt: skip
_DECODERS: Final = dict.fromkeys(_OTHER_TAGS, _refuse) | dict.fromkeys(_DATE_TAGS, _tagged)


def moment(value: object) -> datetime | None:
    """Return the time of a NumericDate, or None if ``value`` is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if not 0 <= value <= _LATEST_SECOND:  # also false for what is not a number
        return None
    return datetime.fromtimestamp(value, UTC)


def verdict_of(
    error: BadCredentialError,
    *,
    profile: Profile,
    at: datetime,
    standing: Standing = Standing.UNKNOWN,
) -> Verdict:
    """Return the answer about a bad credential, without a word of what it claims."""
    return Verdict(
        authenticity=error.authenticity,
        standing=standing,
        logged=Logged.NOT_CHECKED,
        subject=SubjectMatch.NOT_ASKED,
        checked_at=at,
        reasons=(error.reason,),
        failed_check=error.check,
        profile=profile,
    )


def genuine(
    claims: Mapping[Any, object],
    *,
    profile: Profile,
    at: datetime,
    issuer: Issuer,
    standing: tuple[Standing, Reason | None],
) -> Verdict:
    """Return the answer about a genuine credential: its standing, and what tells against it."""
    stands, reason = standing
    found = reason is not None and reason not in NOTES
    return Verdict(
        authenticity=Authenticity.GENUINE,
        standing=stands,
        logged=Logged.NOT_CHECKED,
        subject=SubjectMatch.NOT_ASKED,
        checked_at=at,
        reasons=() if reason is None else (reason,),
        failed_check=Check.TIME if found else None,
        profile=profile,
        issuer=issuer,
        foreign_claims=claims,
    )


def lifetime(
    issued_at: datetime | None, expires_at: datetime | None, at: datetime
) -> tuple[Standing, Reason | None]:
    """Return the standing that times alone give; both ends still count."""
    if issued_at is None or expires_at is None:
        return Standing.UNKNOWN, Reason.BROKEN_CLAIMS
    if at < issued_at:
        return Standing.NOT_YET_VALID, Reason.ISSUED_IN_FUTURE
    if at > expires_at:
        return Standing.EXPIRED, Reason.EXPIRED
    return Standing.IN_FORCE, Reason.STATUS_NOT_OFFERED
