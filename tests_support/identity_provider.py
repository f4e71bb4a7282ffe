"""A provider of identities on loopback: small, strict, and able to lie as an attacker would.

It speaks OpenID Connect with code of its own, so that what we read was not written by the library
that reads it. A person is signed in at once; `lies` changes what it would have said.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlencode, urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from typing_extensions import override

CLIENT_ID = "so-cai"
SECRET = "mot-bi-mat-dung-chung-du-dai-0123456789"  # noqa: S105  of nobody
ACR = "urn:example:acr:muc-2"
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
CODE_LIFE = timedelta(seconds=60)

Claims = dict[str, Any]
Lie = Callable[[Claims, Claims], str | None]
"""Gets header and claims, may change them, and may return the whole token itself."""


def b64(data: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class SigningKey:
    """A key of the provider's (ES256), or of somebody who would be it."""

    def __init__(self, kid: str) -> None:
        """Make a new key that calls itself ``kid``."""
        self.kid = kid
        self._key = ec.generate_private_key(ec.SECP256R1())

    def jwk(self) -> dict[str, str]:
        """Return the public half."""
        numbers = self._key.public_key().public_numbers()
        x, y = (b64(one.to_bytes(32, "big")) for one in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": "P-256", "kid": self.kid, "use": "sig", "x": x, "y": y}

    def sign(self, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
        """Return a compact JWS."""
        signing = ".".join(b64(json.dumps(dict(one)).encode()) for one in (header, claims))
        r, s = decode_dss_signature(self._key.sign(signing.encode(), ec.ECDSA(SHA256())))
        return f"{signing}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}"


def hs256(secret: bytes, header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """Return a compact JWS under a shared secret: what an attacker makes of a public key."""
    signing = ".".join(b64(json.dumps(dict(one)).encode()) for one in (header, claims))
    return f"{signing}.{b64(hmac.digest(secret, signing.encode(), 'sha256'))}"


@dataclass(frozen=True)
class _Code:
    person: str
    asked: Mapping[str, str]
    made_at: datetime


@dataclass
class IdentityProvider:
    """What the provider knows."""

    now: Callable[[], datetime]
    redirect_uri: str
    issuer: str = ""
    people: dict[str, Claims] = field(default_factory=dict)
    """Claims of each person, by the name that the provider has for them."""
    person: str = ""
    """Who sits before the browser."""
    signed_in_at: datetime | None = None
    """When they signed in to the provider itself; asked anew if nobody is."""
    lies: Lie | None = None
    key: SigningKey = field(default_factory=lambda: SigningKey("k1"))
    published: list[dict[str, str]] = field(default_factory=list)
    answer_issuer: str | None = None
    """What answers name as their issuer, if it is another one."""
    metadata_lies: Claims = field(default_factory=dict)
    keys_fetched: int = 0
    _codes: dict[str, _Code] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Publish the key."""
        self.published = [self.key.jwk()]

    def rotate(self, kid: str) -> None:
        """Sign with a new key from now on."""
        self.key = SigningKey(kid)
        self.published.append(self.key.jwk())

    def metadata(self) -> Claims:
        """Return what it says of itself."""
        at = self.issuer
        return {
            "issuer": at,
            "authorization_endpoint": f"{at}/authorize",
            "token_endpoint": f"{at}/token",
            "jwks_uri": f"{at}/jwks",
            "end_session_endpoint": f"{at}/logout",
            "authorization_response_iss_parameter_supported": True,
            **self.metadata_lies,
        }

    def authorize(self, asked: Mapping[str, str]) -> str:
        """Return the address that the browser is sent back to.

        Raises:
            ValueError: The question breaks a rule; nobody is sent anywhere.
        """
        wanted = {
            "response_type": "code", "client_id": CLIENT_ID, "redirect_uri": self.redirect_uri,
            "code_challenge_method": "S256",
        }  # fmt: skip
        for name, value in wanted.items():
            if asked.get(name) != value:
                raise ValueError(name)
        if "openid" not in asked.get("scope", "").split():
            raise ValueError("scope")
        if min(len(asked.get(name, "")) for name in ("state", "nonce", "code_challenge")) < 43:
            raise ValueError("state, nonce or challenge")
        if self.signed_in_at is None or asked.get("prompt") == "login":
            self.signed_in_at = self.now()
        code = b64(hashlib.sha256(asked["state"].encode()).digest())
        self._codes[code] = _Code(self.person, dict(asked), self.now())
        answer = {"code": code, "state": asked["state"], "iss": self.answer_issuer or self.issuer}
        return f"{self.redirect_uri}?{urlencode(answer)}"

    def redeem(self, fields: Mapping[str, str], authorization: str) -> Claims:
        """Return the tokens for a code.

        Raises:
            ValueError: A rule is broken.
        """
        both = f"{quote_plus(CLIENT_ID)}:{quote_plus(SECRET)}".encode()
        if authorization != f"Basic {base64.b64encode(both).decode()}":
            raise ValueError("client")
        code = self._codes.pop(fields.get("code", ""), None)
        if code is None or fields.get("grant_type") != "authorization_code":
            raise ValueError("code")
        challenge = b64(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        if (
            fields.get("redirect_uri") != code.asked["redirect_uri"]
            or challenge != code.asked["code_challenge"]
            or self.now() > code.made_at + CODE_LIFE
        ):
            raise ValueError("code")
        return {
            "access_token": "unused", "token_type": "Bearer",
            "id_token": self.id_token(code.person, code.asked["nonce"]),
        }  # fmt: skip

    def id_token(self, person: str, nonce: str) -> str:
        """Return an id token about ``person``."""
        now = int(self.now().timestamp())
        signed_in = self.signed_in_at or self.now()
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "sub": person, "nonce": nonce, "iat": now,
            "exp": now + 300, "auth_time": int(signed_in.timestamp()), "acr": ACR,
            "sid": f"phien-{person}", **self.people.get(person, {}),
        }  # fmt: skip
        return self.signed(claims)

    def logout_token(self, **changed: Any) -> str:
        """Return a logout token; a value of None leaves a claim out."""
        now = int(self.now().timestamp())
        claims = {
            "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 120,
            "jti": f"j-{now}", "sub": self.person, "events": {LOGOUT_EVENT: {}}, **changed,
        }  # fmt: skip
        return self.signed({name: one for name, one in claims.items() if one is not None})

    def signed(self, claims: Claims) -> str:
        """Return ``claims`` signed, or what `lies` makes of them."""
        header: Claims = {"alg": "ES256", "kid": self.key.kid, "typ": "JWT"}
        instead = self.lies(header, claims) if self.lies is not None else None
        return instead if instead is not None else self.key.sign(header, claims)


class _Handler(BaseHTTPRequestHandler):
    provider: IdentityProvider

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == "/.well-known/openid-configuration":
            self._json(200, self.provider.metadata())
        elif parts.path == "/jwks":
            self.provider.keys_fetched += 1
            self._json(200, {"keys": self.provider.published})
        elif parts.path == "/authorize":
            self._authorized(asked)
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
        fields = {name: values[0] for name, values in parse_qs(body).items()}
        try:
            self._json(200, self.provider.redeem(fields, self.headers.get("Authorization", "")))
        except ValueError:
            self._json(400, {"error": "invalid_grant"})

    def _authorized(self, asked: Mapping[str, str]) -> None:
        try:
            to = self.provider.authorize(asked)
        except ValueError as error:
            self._json(400, {"error": str(error)})
            return
        self.send_response(303)
        self.send_header("Location", to)
        self.end_headers()

    def _json(self, status: int, value: Claims) -> None:
        data = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Write nothing."""


@contextmanager
def serving(provider: IdentityProvider) -> Iterator[IdentityProvider]:
    """Serve ``provider`` on a loopback port of its own."""
    server = ThreadingHTTPServer(
        ("127.0.0.1", 0), type("Handler", (_Handler,), {"provider": provider})
    )
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
