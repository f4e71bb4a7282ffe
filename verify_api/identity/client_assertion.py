"""A system's signed statement who it is, to be shown once for an access token.

Source: RFC 7523, section 3; RFC 7521, section 4.2; draft-ietf-oauth-rfc7523bis (the audience is one
text: our issuer or our token endpoint, no list).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from verify_api.identity.errors import ClientRefusedError
from verify_api.identity.signed_claims import (
    UnreadableTokenError,
    moment_of,
    text_of,
    unverified_claims,
    unverified_header,
)

LONGEST_LIFE: Final = timedelta(minutes=5)
CLOCKS_DIFFER: Final = timedelta(seconds=30)
ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_SHORTEST_JTI: Final = 16
_LONGEST_TEXT: Final = 200


@dataclass(frozen=True, slots=True)
class Shown:
    """What an assertion says that it is, before its signature is checked."""

    client_id: str
    thumbprint: str


def unverified_client(text: str) -> Shown:
    """Return whose key to check ``text`` with.

    Raises:
        ClientRefusedError: It is no assertion.
    """
    try:
        header, claims = unverified_header(text), unverified_claims(text)
        shown = Shown(text_of(claims, "iss"), text_of(header, "kid"))
    except UnreadableTokenError as error:
        raise ClientRefusedError("invalid_client", error.rule) from error
    if not shown.client_id or not shown.thumbprint:
        raise ClientRefusedError("invalid_client", "kid_missing")
    return shown


def check_assertion(
    claims: Mapping[str, Any], *, client_id: str, for_us: frozenset[str], at: datetime
) -> tuple[str, datetime]:
    """Return the ``jti`` to spend and when the assertion ends.

    Args:
        claims: Whose signature was checked with a key of ``client_id``.
        client_id: Whose key that was.
        for_us: The texts by which ``aud`` may mean us.
        at: Now.

    Raises:
        ClientRefusedError: With the rule that it breaks.
    """
    try:
        rule, jti, ends = _judged(claims, client_id, for_us, at)
    except UnreadableTokenError as error:
        raise ClientRefusedError("invalid_client", error.rule) from error
    if rule is not None or ends is None:
        raise ClientRefusedError("invalid_client", rule or "expiry_missing")
    return jti, ends


def _judged(
    claims: Mapping[str, Any], client_id: str, for_us: frozenset[str], at: datetime
) -> tuple[str | None, str, datetime | None]:
    jti, ends = text_of(claims, "jti"), moment_of(claims, "exp")
    begins = max(
        (one for one in (moment_of(claims, "nbf"), moment_of(claims, "iat")) if one), default=at
    )
    if ends is None:
        return "expiry_missing", jti, None
    rules = {
        "issuer": text_of(claims, "iss") == text_of(claims, "sub") == client_id,
        # An audience in a list could be meant for another server, too.
        "audience": isinstance(claims.get("aud"), str) and claims["aud"] in for_us,
        "expired": at < ends + CLOCKS_DIFFER,
        "lives_too_long": ends <= at + LONGEST_LIFE + CLOCKS_DIFFER,
        "not_yet": begins <= at + CLOCKS_DIFFER,
        "jti": _SHORTEST_JTI <= len(jti) <= _LONGEST_TEXT,
    }
    return next((rule for rule, holds in rules.items() if not holds), None), jti, ends
