"""Signed tokens of others, read with one key and one algorithm that both stand with us.

Nothing of a token's own header decides how it is checked: not its algorithm, no key or address
inside it. A header that would have one believed is refused; thumbprints of certificates are passed
over.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from keys.base64url import from_base64url

LONGEST_TOKEN: Final = 8 * 1024
"""Characters; an id token is about one thousand."""
_SEGMENTS: Final = 3
_HEADERS: Final = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
_LATEST: Final = 253_402_300_799
"""Seconds: the end of the year 9999."""

VerifyingKey = ECKey | OKPKey | RSAKey


class UnreadableTokenError(Exception):
    """Not a token of the form, or not signed by the key; ``rule`` says which."""

    def __init__(self, rule: str) -> None:
        """Name the ``rule``."""
        super().__init__(rule)
        self.rule = rule


def unverified_header(text: str) -> Mapping[str, Any]:
    """Return the header of the compact JWS ``text``: what it claims, of which nothing is checked.

    Raises:
        UnreadableTokenError: ``malformed``, or ``header_not_taken`` for a member that would have
            a key, an address or an extension believed.
    """
    return _part(text, 0)


def unverified_claims(text: str) -> Mapping[str, Any]:
    """Return the claims of ``text`` to find the key by, of which nothing is checked.

    Raises:
        UnreadableTokenError: ``malformed``.
    """
    return _part(text, 1)


def signed_claims(text: str, key: VerifyingKey, algorithm: str) -> Mapping[str, Any]:
    """Return the claims of ``text`` if ``key`` signed them by ``algorithm``.

    Raises:
        UnreadableTokenError: ``malformed``, ``algorithm`` or ``signature``.
    """
    if unverified_header(text).get("alg") != algorithm:
        raise UnreadableTokenError("algorithm")
    try:
        return dict(jwt.decode(text, key, algorithms=[algorithm]).claims)
    except (JoseError, ValueError, TypeError) as error:
        raise UnreadableTokenError("signature") from error


def moment_of(claims: Mapping[str, Any], name: str) -> datetime | None:
    """Return the moment of a numeric date; None if it is missing.

    Raises:
        UnreadableTokenError: ``claim_form``.
    """
    value = claims.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= _LATEST:
        raise UnreadableTokenError("claim_form")
    return datetime.fromtimestamp(value, UTC)


def text_of(claims: Mapping[str, Any], name: str) -> str:
    """Return a claim that is a text; empty if it is missing.

    Raises:
        UnreadableTokenError: ``claim_form``.
    """
    value = claims.get(name, "")
    if not isinstance(value, str):
        raise UnreadableTokenError("claim_form")
    return value


def audiences(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """Return whom a token is for; nobody if that is not said in one of the two forms."""
    value = claims.get("aud")
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(one, str) for one in listed):
        return ()
    return tuple(listed)


def _part(text: str, number: int) -> Mapping[str, Any]:
    segments = text.split(".")
    if len(text) > LONGEST_TOKEN or not text.isascii() or len(segments) != _SEGMENTS:
        raise UnreadableTokenError("malformed")
    try:
        part = orjson.loads(from_base64url(segments[number]))
    except ValueError as error:
        raise UnreadableTokenError("malformed") from error
    if not isinstance(part, dict):
        raise UnreadableTokenError("malformed")
    if number == 0 and part.keys() - _HEADERS:
        raise UnreadableTokenError("header_not_taken")
    return part
