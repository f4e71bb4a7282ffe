"""What an id token must say before anybody is let in by it, and what a logout token must. Pure.

Source: OpenID Connect Core 1.0, 3.1.3.7; Back-Channel Logout 1.0, 2.4 and 2.6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final

from verify_api.identity.authentication import Assurance
from verify_api.identity.errors import IdentityRefusedError
from verify_api.identity.provider import Provider
from verify_api.identity.signed_claims import (
    UnreadableTokenError,
    audiences,
    moment_of,
    text_of,
)

CLOCKS_DIFFER: Final = timedelta(seconds=30)
OLDEST: Final = timedelta(minutes=10)
"""Since an id token was made: it is asked for and used at once."""
LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LONGEST_SUBJECT: Final = 255


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom the provider says that somebody is."""

    subject: str
    """The provider's name for them; never logged and kept only as a keyed hash."""
    assurance: Assurance
    authenticated_at: datetime
    provider_session: str | None
    number: str | None
    """A citizen's national number, as it was sent; never logged and never kept."""


@dataclass(frozen=True, slots=True)
class Ended:
    """Whose sessions, or which, a logout token ends."""

    subject: str | None
    provider_session: str | None
    jti: str
    until: datetime


def check_id_token(
    claims: Mapping[str, Any], *, provider: Provider, nonce: str, at: datetime
) -> Identity:
    """Return who signs in.

    Args:
        claims: Whose signature was checked with a key of ``provider``.
        provider: Who made the token.
        nonce: What was sent with this browser's request.
        at: Now.

    Raises:
        IdentityRefusedError: With the rule that it breaks.
    """
    try:
        _require(_common_rules(claims, provider, at))
        made, begins = moment_of(claims, "iat"), moment_of(claims, "nbf")
        authenticated = moment_of(claims, "auth_time") or made
        assurance = provider.assurance_of(text_of(claims, "acr"))
        parties = audiences(claims)
        azp = text_of(claims, "azp")
        _require(
            {
                "issued_at": made is not None and made + OLDEST >= at,
                "not_yet": begins is None or begins <= at + CLOCKS_DIFFER,
                # 3.1.3.7, 4 and 5: of several audiences one is who asked, and that is us.
                "authorized_party": azp == provider.client_id or (not azp and len(parties) == 1),
                "nonce": compare_digest(text_of(claims, "nonce").encode(), nonce.encode()),
                "subject": 0 < len(text_of(claims, "sub")) <= _LONGEST_SUBJECT,
                "authenticated_at": authenticated is not None
                and authenticated <= at + CLOCKS_DIFFER,
                "assurance": assurance.rank >= provider.least.rank,
            }
        )
        number = text_of(claims, provider.number_claim) if provider.number_claim else ""
        return Identity(
            text_of(claims, "sub"), assurance, min(authenticated or at, at),
            text_of(claims, "sid") or None, number or None,
        )  # fmt: skip
    except UnreadableTokenError as error:
        raise _refused(error.rule) from error


def check_logout_token(claims: Mapping[str, Any], *, provider: Provider, at: datetime) -> Ended:
    """Return what ends.

    Raises:
        IdentityRefusedError: With the rule that it breaks.
    """
    try:
        _require(_common_rules(claims, provider, at))
        made, ends = moment_of(claims, "iat"), moment_of(claims, "exp")
        events = claims.get("events")
        subject, session = text_of(claims, "sub"), text_of(claims, "sid")
        _require(
            {
                "issued_at": made is not None and made + OLDEST >= at,
                "event": isinstance(events, dict) and events.get(LOGOUT_EVENT) == {},
                # So that no id token is ever taken for one.
                "nonce": "nonce" not in claims,
                "subject": bool(subject or session),
                "jti": bool(text_of(claims, "jti")),
            }
        )
        return Ended(subject or None, session or None, text_of(claims, "jti"), ends or at)
    except UnreadableTokenError as error:
        raise _refused(error.rule) from error


def _common_rules(claims: Mapping[str, Any], provider: Provider, at: datetime) -> dict[str, bool]:
    made, ends = moment_of(claims, "iat"), moment_of(claims, "exp")
    return {
        "issuer": claims.get("iss") == provider.issuer,
        "audience": provider.client_id in audiences(claims),
        "expired": ends is not None and at < ends + CLOCKS_DIFFER,
        "not_yet": made is not None and made <= at + CLOCKS_DIFFER,
    }


def _require(rules: Mapping[str, bool]) -> None:
    for rule, holds in rules.items():
        if not holds:
            raise _refused(rule)


def _refused(rule: str) -> IdentityRefusedError:
    return IdentityRefusedError(rule, "what the provider of identities sent is not believed")
