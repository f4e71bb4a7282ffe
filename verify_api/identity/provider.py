"""The provider of identities: what the settings say of it, and what it says of itself.

Source: OpenID Connect Discovery 1.0, sections 3 and 4.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http import HTTPStatus
from threading import Lock
from typing import Any, Final

import orjson
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey, import_key

from ledger.certificates.kind import Wording
from ledger.errors import InvalidInputError
from verify_api.identity.authentication import Assurance
from verify_api.identity.errors import ProviderUnavailableError
from verify_api.identity.http_calls import HttpCalls
from verify_api.identity.signed_claims import VerifyingKey
from verify_api.payment_http import check_address

KEPT_FOR: Final = timedelta(hours=1)
"""How long metadata and keys are used without asking again."""
ASKED_AGAIN_AFTER: Final = timedelta(minutes=1)
"""For a key that is not known: nobody makes us ask more often by inventing names of keys."""
ALGORITHMS: Final[Mapping[str, type[VerifyingKey]]] = {
    "ES256": ECKey, "Ed25519": OKPKey, "PS256": RSAKey, "RS256": RSAKey,
}  # fmt: skip
"""That a provider may sign with, and the sort of key: never a shared secret."""
_MOST_KEYS: Final = 50
_LEAST_RSA_BITS: Final = 2048


@dataclass(frozen=True, slots=True)
class Provider:
    """Table ``oidc`` of the settings; its secret stands in no settings."""

    issuer: str
    client_id: str
    name: Wording
    """What the button says: sign in with …"""
    algorithm: str = "ES256"
    """With which it signs; what a token says of that is only compared."""
    scope: str = "openid"
    """What is asked for, ``openid`` among it."""
    number_claim: str = ""
    """Claim with a citizen's national number; empty: citizens need an account of ours."""
    assurances: Mapping[str, Assurance] = field(default_factory=dict)
    """How far each of its ``acr`` values is believed; others are low."""
    least: Assurance = Assurance.SUBSTANTIAL
    """Below which nobody is let in."""

    def __post_init__(self) -> None:
        """Refuse what could not be safe.

        Raises:
            InvalidInputError: Naming the setting.
        """
        check_address(self.issuer, place="oidc.issuer")
        if self.algorithm not in ALGORITHMS:
            expected = f"one of {', '.join(ALGORITHMS)}"
            raise InvalidInputError("oidc.algorithm", "setting_form", expected)
        if "openid" not in self.scope.split():
            raise InvalidInputError("oidc.scope", "setting_form", "scopes with openid among them")
        if not self.client_id:
            raise InvalidInputError("oidc.client_id", "setting_form", "what the provider calls us")

    def assurance_of(self, acr: str) -> Assurance:
        """Return how far a sign-in with ``acr`` is believed."""
        return self.assurances.get(acr, Assurance.LOW)

    @property
    def acr_values(self) -> str:
        """What is asked for: the values that are enough, the surest first."""
        enough = [acr for acr, one in self.assurances.items() if one.rank >= self.least.rank]
        return " ".join(sorted(enough, key=lambda acr: -self.assurances[acr].rank))


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider says of itself."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    end_session_endpoint: str | None
    names_issuer: bool
    """Whether each answer names its issuer (RFC 9207)."""


class Discovery:
    """The provider's metadata and keys, kept for a while."""

    def __init__(self, provider: Provider, http: HttpCalls) -> None:
        """Ask ``provider`` over ``http``, when something is first needed."""
        self._provider = provider
        self._http = http
        self._lock = Lock()
        self._metadata: tuple[datetime, Metadata] | None = None
        self._keys: tuple[datetime, Mapping[str, VerifyingKey]] | None = None

    def metadata(self, *, at: datetime) -> Metadata:
        """Return what the provider says of itself.

        Raises:
            ProviderUnavailableError: It does not answer, or names another issuer or no place.
        """
        with self._lock:
            if self._metadata is None or at >= self._metadata[0] + KEPT_FOR:
                place = f"{self._provider.issuer.rstrip('/')}/.well-known/openid-configuration"
                self._metadata = (at, _metadata(self._fetched(place), self._provider.issuer))
            return self._metadata[1]

    def key(self, kid: str, *, at: datetime) -> VerifyingKey | None:
        """Return the provider's key ``kid``; None if it has none of that name.

        A name that is not known is asked for once a minute: the provider may have changed keys.

        Raises:
            ProviderUnavailableError: It does not answer, or not with keys.
        """
        place = self.metadata(at=at).jwks_uri
        with self._lock:
            if self._keys is None or at >= self._keys[0] + self._kept_for(kid):
                self._keys = (at, self._fetched_keys(place))
            return self._keys[1].get(kid)

    def _kept_for(self, kid: str) -> timedelta:
        known = self._keys is not None and kid in self._keys[1]
        return KEPT_FOR if known else ASKED_AGAIN_AFTER

    def _fetched_keys(self, place: str) -> Mapping[str, VerifyingKey]:
        listed = self._fetched(place).get("keys")
        if not isinstance(listed, list) or len(listed) > _MOST_KEYS:
            raise ProviderUnavailableError("expected a JSON Web Key Set")
        sort = ALGORITHMS[self._provider.algorithm]
        keys = {}
        for one in listed:
            found = _key(one, sort, self._provider.algorithm)
            if found is not None:
                keys[str(one["kid"])] = found
        return keys

    def _fetched(self, place: str) -> Mapping[str, Any]:
        status, body = self._http.get(place)
        try:
            value = orjson.loads(body)
        except ValueError as error:
            raise ProviderUnavailableError("expected JSON from the provider") from error
        if status != HTTPStatus.OK or not isinstance(value, dict):
            raise ProviderUnavailableError("expected a JSON object from the provider")
        return value


def _metadata(said: Mapping[str, Any], issuer: str) -> Metadata:
    # Discovery 4.3: the issuer is exactly the one that was asked, or another answers in its place.
    if said.get("issuer") != issuer:
        raise ProviderUnavailableError("the provider's metadata name another issuer")
    ends = said.get("end_session_endpoint")
    try:
        return Metadata(
            _address(said, "authorization_endpoint"),
            _address(said, "token_endpoint"),
            _address(said, "jwks_uri"),
            None if ends is None else _address(said, "end_session_endpoint"),
            said.get("authorization_response_iss_parameter_supported") is True,
        )
    except InvalidInputError as error:
        raise ProviderUnavailableError("the provider's metadata lack a safe address") from error


def _address(said: Mapping[str, Any], name: str) -> str:
    return check_address(str(said.get(name, "")), place=name)


def _key(members: object, sort: type[VerifyingKey], algorithm: str) -> VerifyingKey | None:
    """Return a key of the set if it is for signatures of this algorithm; others are passed over."""
    if not isinstance(members, dict) or not isinstance(members.get("kid"), str):
        return None
    if members.get("use", "sig") != "sig" or members.get("alg", algorithm) != algorithm:
        return None
    try:
        key = import_key(members)
    except (JoseError, ValueError, TypeError, KeyError):
        return None
    if not isinstance(key, sort):
        return None
    if isinstance(key, RSAKey) and key.public_key.key_size < _LEAST_RSA_BITS:
        return None
    return key
