"""Signing in at the provider of identities: OpenID Connect, code flow with PKCE, as RFC 9700 asks.

address = party.begin(…)            # the browser goes there with state, nonce and challenge
returned, identity = party.end(…)   # and comes back with a code, which only we can use
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlencode

import orjson

from verify_api.caller_database import CallerDatabase
from verify_api.identity.errors import IdentityRefusedError, ProviderUnavailableError
from verify_api.identity.http_calls import HttpCalls
from verify_api.identity.id_token import Ended, Identity, check_id_token, check_logout_token
from verify_api.identity.provider import Discovery, Provider
from verify_api.identity.signed_claims import (
    UnreadableTokenError,
    signed_claims,
    text_of,
    unverified_header,
)
from verify_api.identity.spent_tokens import spend
from verify_api.identity.visits import Returned, Visit, Visits

CALLBACK: Final = "/oidc/callback"
CLOCKS_DIFFER: Final = timedelta(seconds=30)
_LONGEST_CODE: Final = 2048


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """We, at one provider."""

    provider: Provider
    secret: str
    """Shared with it; of the client, at the token endpoint."""
    public_url: str
    http: HttpCalls
    discovery: Discovery
    database: CallerDatabase

    @property
    def redirect_uri(self) -> str:
        """The one address that it sends browsers back to."""
        return self.public_url + CALLBACK

    def begin(
        self, *, browser: bytes, state: bytes, session_hash: str | None, return_to: str,
        at: datetime,
    ) -> str:  # fmt: skip
        """Return where the browser goes.

        Args:
            browser: 32 random bytes, which the browser keeps in a cookie.
            state: 32 random bytes.
            session_hash: Of the session that is stepped up: then the person is asked again, even
                if the provider knows them.
            return_to: A path of ours, chosen by us.
            at: Now.

        Raises:
            ProviderUnavailableError: The provider does not answer.
        """
        metadata = self.discovery.metadata(at=at)
        visit = Visits(self.database).begin(
            browser=browser, state=state, session_hash=session_hash, return_to=return_to, at=at
        )
        asked = {
            "response_type": "code",
            "client_id": self.provider.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": self.provider.scope,
            "state": visit.state,
            "nonce": visit.nonce,
            "code_challenge": visit.challenge,
            "code_challenge_method": "S256",
        }
        if self.provider.acr_values:
            asked["acr_values"] = self.provider.acr_values
        if session_hash is not None:
            asked |= {"max_age": "0", "prompt": "login"}
        joint = "&" if "?" in metadata.authorization_endpoint else "?"
        return f"{metadata.authorization_endpoint}{joint}{urlencode(asked)}"

    def end(
        self, answer: Mapping[str, str], *, browser: str, at: datetime
    ) -> tuple[Returned, Identity]:
        """Return the visit that is over, and who the provider says that it was.

        Args:
            answer: What the browser brings back in the address.
            browser: What its cookie holds.
            at: Now.

        Raises:
            IdentityRefusedError: Something is not as it was asked for; with its rule.
            ProviderUnavailableError: The provider does not answer.
        """
        # 1. This browser asked, a short while ago, and this is the first answer.
        returned = Visits(self.database).end(browser=browser, state=answer.get("state", ""), at=at)
        # 2. The provider that was asked answers, not another one (RFC 9207).
        self._check_issuer(answer, at)
        code = answer.get("code", "")
        if "error" in answer or not 0 < len(code) <= _LONGEST_CODE:
            raise IdentityRefusedError("provider_refused", "the provider let nobody in")
        # 3. The code for an id token, by who has the secret and the verifier.
        text = self._redeemed(code, returned.visit, at)
        # 4. The token: by whom, for whom, for which question, when, how sure.
        claims = self._claims(text, at)
        identity = check_id_token(claims, provider=self.provider, nonce=returned.visit.nonce, at=at)
        asked_anew = returned.session_hash is not None
        if asked_anew and identity.authenticated_at < returned.started_at - CLOCKS_DIFFER:
            raise IdentityRefusedError("not_fresh", "the provider did not ask the person again")
        return returned, identity

    def ended(self, token: str, *, at: datetime) -> Ended:
        """Return what a logout token ends, once.

        Raises:
            IdentityRefusedError: With the rule that it breaks.
            ProviderUnavailableError: The provider's keys cannot be had.
        """
        ended = check_logout_token(self._claims(token, at), provider=self.provider, at=at)
        until = ended.until + CLOCKS_DIFFER
        with self.database.transaction() as transaction:
            if not spend(transaction, self.provider.issuer, ended.jti, until=until, at=at):
                raise IdentityRefusedError("shown_before", "a logout token counts once")
        return ended

    def farewell(self, *, at: datetime) -> str | None:
        """Return where somebody ends their session at the provider, if it has such a place.

        No id token is sent along: an address is kept by browsers and proxies.
        """
        place = self.discovery.metadata(at=at).end_session_endpoint
        if place is None:
            return None
        asked = {
            "client_id": self.provider.client_id,
            "post_logout_redirect_uri": f"{self.public_url}/",
        }
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    def _check_issuer(self, answer: Mapping[str, str], at: datetime) -> None:
        said = answer.get("iss")
        missing = said is None and self.discovery.metadata(at=at).names_issuer
        if missing or said not in {None, self.provider.issuer}:
            raise IdentityRefusedError("answer_issuer", "another provider answers than was asked")

    def _redeemed(self, code: str, visit: Visit, at: datetime) -> str:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": visit.verifier,
        }
        place = self.discovery.metadata(at=at).token_endpoint
        status, body = self.http.post_form(
            place, fields, user=self.provider.client_id, secret=self.secret
        )
        if status in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED}:
            raise IdentityRefusedError("code", "the provider does not take this code")
        try:
            told: Any = orjson.loads(body)
        except ValueError as error:
            raise ProviderUnavailableError("expected JSON from the provider") from error
        if status != HTTPStatus.OK or not isinstance(told, dict):
            raise ProviderUnavailableError("expected tokens from the provider")
        text = told.get("id_token")
        if not isinstance(text, str):
            raise IdentityRefusedError("id_token_missing", "the provider sent no id token")
        return text

    def _claims(self, text: str, at: datetime) -> Mapping[str, Any]:
        try:
            kid = text_of(unverified_header(text), "kid")
            key = self.discovery.key(kid, at=at)
            if key is None:
                raise IdentityRefusedError("key_unknown", "no key of the provider's has this name")
            return signed_claims(text, key, self.provider.algorithm)
        except UnreadableTokenError as error:
            message = "what the provider of identities sent is not believed"
            raise IdentityRefusedError(error.rule, message) from error
