"""JSON Web Signatures of one algorithm: compact, ES256, strict. Pure.

Three parts of base64url without slack, a header that is one JSON object and says ES256, and a key
that is for signatures and of P-256. Anything else is refused before a signature is checked; what a
header says beyond that is never followed.

Source: RFC 7515, RFC 7518 section 3.4.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from keys.base64url import from_base64url
from keys.errors import KeyFormatError
from keys.foreign_envelope import ES256, verify_foreign
from keys.foreign_keys import MAX_FILE_BYTES, ForeignKey, jwk_thumbprint, load_jwks

ALGORITHM: Final = "ES256"
_PARTS: Final = 3
MAX_DEPTH: Final = 32
"""Objects and arrays inside one another; a health card's bundle has about ten."""


class BrokenJwsError(ValueError):
    """The text is not a compact JWS that this profile reads."""


@dataclass(frozen=True, slots=True)
class Jws:
    """A JWS taken apart; nothing of it is verified yet."""

    header: Mapping[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes

    @property
    def kid(self) -> str | None:
        """The key's name, if it is text."""
        kid = self.header.get("kid")
        return kid if isinstance(kid, str) else None

    def signed_by(self, key: ForeignKey) -> bool:
        """Return whether ``key`` signed it with ES256."""
        return verify_foreign(self.signature, self.signing_input, key.key, ES256)


def read_jws(text: str) -> Jws:
    """Take a compact JWS apart.

    Raises:
        BrokenJwsError: Other than three strict base64url parts, a header that is no JSON object,
            has a member twice, another ``alg`` than ES256, or critical extensions.
    """
    parts = text.split(".")
    if len(parts) != _PARTS:
        raise BrokenJwsError("expected three parts")
    try:
        header, payload, signature = map(from_base64url, parts)
        members = read_json_object(header)
    except ValueError as error:
        raise BrokenJwsError("expected base64url and a JSON header") from error
    if members.get("alg") != ALGORITHM or "crit" in members or "b64" in members:
        raise BrokenJwsError("expected alg ES256 and nothing critical")
    return Jws(members, payload, f"{parts[0]}.{parts[1]}".encode(), signature)


def read_json_object(data: bytes) -> dict[str, Any]:
    """Return the JSON object in ``data``.

    Raises:
        ValueError: Not UTF-8, not JSON, not an object, nested deeper than `MAX_DEPTH`, a member
            twice, or text with half of a surrogate pair, which no answer could repeat.
    """
    try:
        value = json.loads(
            data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except RecursionError as error:
        raise ValueError("nested too deeply") from error
    if not isinstance(value, dict):
        raise ValueError("expected a JSON object")  # noqa: TRY004  one kind of error for callers
    _check_inside(value, MAX_DEPTH)
    return value


def _check_inside(value: Any, depth: int) -> None:
    if isinstance(value, str):
        value.encode()  # raises UnicodeEncodeError, which is a ValueError
        return
    if not isinstance(value, dict | list):
        return
    if depth == 0:
        raise ValueError("nested too deeply")
    inside = [*value, *value.values()] if isinstance(value, dict) else value
    for item in inside:
        _check_inside(item, depth - 1)


def signing_keys(jwks: bytes) -> tuple[ForeignKey, ...]:
    """Return the keys of a JWK Set (or one JWK) that are for ES256 signatures, by thumbprint.

    Keys for another use, operation or algorithm, or of another type, are left out. A ``kid`` is
    not believed: each key gets its RFC 7638 thumbprint.

    Raises:
        KeyFormatError: Not a JWK Set, too large, or a P-256 key that is none.
    """
    if len(jwks) > MAX_FILE_BYTES:
        raise KeyFormatError(f"larger than {MAX_FILE_BYTES} bytes")
    try:
        value = read_json_object(jwks)
    except ValueError as error:
        raise KeyFormatError("not a JWK Set") from error
    members = value.get("keys", [value])
    if not isinstance(members, list) or not all(isinstance(jwk, dict) for jwk in members):
        raise KeyFormatError("not a JWK Set")
    return tuple(_named(jwk) for jwk in members if _may_verify(jwk))


def _may_verify(jwk: Mapping[str, Any]) -> bool:
    operations = jwk.get("key_ops", ["verify"])
    return (
        jwk.get("kty") == "EC"
        and jwk.get("crv") == "P-256"
        and jwk.get("use", "sig") == "sig"
        and jwk.get("alg", ALGORITHM) == ALGORITHM
        and isinstance(operations, list)
        and "verify" in operations
    )


def _named(jwk: Mapping[str, Any]) -> ForeignKey:
    named = {**jwk, "kid": jwk_thumbprint(jwk)}
    return load_jwks(json.dumps(named).encode())[0]


def _once(members: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    pairs = list(members)
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a member twice")
    return value


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")
