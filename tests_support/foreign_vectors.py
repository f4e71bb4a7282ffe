"""Credentials in foreign formats for both checkers: the public ones, and our own of every sort.

Public ones are judged at the clock that they name, by the key that they name. Ours are signed by
keys that protect nothing, well or badly: what a strange issuer could put into a code.
"""

import json
import zlib
from base64 import b64decode
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, NamedTuple

import base45
import cbor2
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256

from keys.algorithms import PrivateKey
from keys.base64url import to_base64url
from keys.foreign_envelope import PS256, ForeignPublicKey
from keys.foreign_keys import ForeignKey, load_der
from tests_support.signed_certificates import AT, ed25519, p256
from verify_api.profiles.foreign import ForeignIssuer, ForeignTrust
from verify_api.profiles.jws import signing_keys
from verify_api.profiles.shc import HEALTH_CARD, read_revocation_list

NOW: Final = int(AT.timestamp())
KEY, STRANGER, IDENTITY_KEY = p256(21), p256(22), ed25519(21)
KID, USED_KID, WINDOW_KID, RSA_KID, WEAK_KID = (f"kid-{n:04}".encode() for n in range(5))
(CARD_KEY,) = signing_keys(json.dumps({**KEY.public.jwk(), "alg": "ES256"}).encode())
CARD_KID: Final = CARD_KEY.kid or ""
CARD_ISSUER: Final = "https://health.example/cards"
IDENTITY_ISSUER: Final = "https://id.example"
EXAMPLE_ISSUER: Final = "https://spec.smarthealth.cards/examples/issuer"
VACCINATION_USE: Final = "1.3.6.1.4.1.1847.2021.1.2"

CERTIFICATE: Final[Mapping[str, Any]] = {
    "ver": "1.3.0", "nam": {"fnt": "MẪU", "gnt": "VĂN"}, "dob": "1990-01-02",
    "v": [{"co": "VN", "dn": 2, "ratio": 0.5}], "t": None,
}  # fmt: skip
CLAIMS: Final[Mapping[Any, Any]] = {
    1: "VN", 4: NOW + 3600, 6: NOW - 3600, -260: {1: dict(CERTIFICATE)},
}  # fmt: skip
CARD: Final[Mapping[str, Any]] = {
    "iss": CARD_ISSUER, "nbf": NOW - 3600.5,
    "vc": {"type": [HEALTH_CARD], "rid": "stands", "credentialSubject": {"fhirVersion": "4.0.1"}},
}  # fmt: skip
IDENTITY: Final[Mapping[Any, Any]] = {
    1: IDENTITY_ISSUER, 4: NOW + 3600, 6: NOW - 3600,
    169: {1: "ID-1", 4: "Nguyễn Văn Mẫu", 9: 1, 16: b"\x00\xff", 99: 1},
}  # fmt: skip


class Asked(NamedTuple):
    """A code, and the moment to judge it at."""

    text: str
    at: datetime = AT


@cache
def rsa(bits: int) -> RSAPrivateKey:
    """Return an RSA key; one a test process."""
    return generate_private_key(65537, bits)


@cache
def public_trust(shared_data: Path) -> ForeignTrust:
    """Return the issuers of the public credentials: each by the certificate or key it names."""
    issuers = [
        ForeignIssuer((load_der(b64decode(written)),), f"{path.parent.name}/{path.stem}")
        for path, card in _health_certificates(shared_data)
        if (written := card["TESTCTX"].get("CERTIFICATE"))
    ]
    folder = shared_data / "credentials" / "shc"
    examples = signing_keys((folder / "jwks.json").read_bytes())
    kid, revoked = read_revocation_list((folder / f"{examples[0].kid}.json").read_bytes())
    claims = [
        ForeignIssuer((ForeignKey(Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))),), "169")
        for vector in _identity_claims(shared_data)
        if (key := vector.get("signing_key", {}).get("public_key_hex"))
    ]
    return ForeignTrust(
        tuple(issuers),
        (ForeignIssuer(examples, "Specification", EXAMPLE_ISSUER),),
        tuple(claims),
        {kid: revoked},
    )


def public_codes(shared_data: Path) -> dict[str, Asked]:
    """Return every public credential by name, at its own clock."""
    named = {}
    for path, card in _health_certificates(shared_data):
        clock = datetime.fromisoformat(str(card["TESTCTX"]["VALIDATIONCLOCK"]))
        named[f"hcert {path.parent.name}/{path.stem}"] = Asked(
            card["PREFIX"], clock if clock.tzinfo else clock.replace(tzinfo=UTC)
        )
    for path in sorted((shared_data / "credentials" / "shc").glob("*-numeric-value-*.txt")):
        named[f"shc {path.stem}"] = Asked(path.read_text().strip())
    for vector in _identity_claims(shared_data):
        named[f"claim 169 {vector['name']}"] = Asked(vector["qr_data"])
    return named


def _health_certificates(shared_data: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for path in sorted((shared_data / "credentials" / "hcert").glob("*/**/*.json")):
        yield path, json.loads(path.read_text("utf-8"))


def _identity_claims(shared_data: Path) -> list[dict[str, Any]]:
    paths = sorted((shared_data / "credentials" / "claim169").glob("*/*.json"))
    return [json.loads(path.read_text("utf-8")) for path in paths]


def spki_key(key: PrivateKey) -> ForeignPublicKey:
    """Return the public half as foreign formats use it."""
    public = key.public.key
    assert isinstance(public, EllipticCurvePublicKey | Ed25519PublicKey)
    return public


@cache
def own_trust() -> ForeignTrust:
    """Return whom our own credentials are signed by."""
    key, hour = spki_key(KEY), 3600
    window = tuple(datetime.fromtimestamp(NOW + at, UTC) for at in (-hour, hour))
    health = (
        ForeignKey(key, hcert_kid=KID),
        ForeignKey(key, hcert_kid=USED_KID, purposes=frozenset({VACCINATION_USE, "1.2.3"})),
        ForeignKey(key, hcert_kid=WINDOW_KID, window=(window[0], window[1])),
        ForeignKey(rsa(2048).public_key(), hcert_kid=RSA_KID),
        ForeignKey(rsa(1024).public_key(), hcert_kid=WEAK_KID),
    )
    return ForeignTrust(
        (ForeignIssuer(health, "Bộ Mẫu"), ForeignIssuer((ForeignKey(spki_key(STRANGER), "xx"),))),
        (ForeignIssuer((CARD_KEY,), "", CARD_ISSUER),),
        (
            ForeignIssuer((ForeignKey(spki_key(IDENTITY_KEY), "id-1"),), "Sổ", IDENTITY_ISSUER),
            ForeignIssuer((ForeignKey(key),), ""),
        ),
        {CARD_KID: {"gone": None, "later": NOW, "sooner": NOW - 7200, "exactly": NOW - 3600}},
    )


def encoded(value: object) -> bytes:
    """Return ``value`` as CBOR; bytes are taken as written already."""
    return value if isinstance(value, bytes) else cbor2.dumps(value)


def envelope(
    payload: object, *, algorithm: object = -7, kid: bytes | None = KID, **other: Any
) -> bytes:
    """Return a COSE_Sign1 over ``payload``, untagged.

    ``other``: ``protected`` (bytes), ``unprotected``, ``signature``, and ``empty``, whether the
    protected header is an empty map.
    """
    members = {1: algorithm} if kid is None else {1: algorithm, 4: kid}
    unprotected = other.get("unprotected", {})
    protected = other.get("protected", encoded(members))
    written = encoded(payload)
    covered = b"" if other.get("empty") else protected
    message = cbor2.dumps(["Signature1", covered, b"", written])
    signature = other.get("signature") or signed(message, algorithm, kid)
    return cbor2.dumps([protected, unprotected, written, signature])


def signed(message: bytes, algorithm: object, kid: bytes | None) -> bytes:
    """Return the signature under ``algorithm``; of RSA the key is chosen by ``kid``."""
    if algorithm == PS256:
        pss = padding.PSS(padding.MGF1(SHA256()), 32)
        return rsa(1024 if kid == WEAK_KID else 2048).sign(message, pss, SHA256())
    return IDENTITY_KEY.sign(message) if algorithm in {-8, -19} else KEY.sign(message)


def packed(data: bytes, prefix: str = "HC1:") -> str:
    """Return the text of a code with ``data`` in it."""
    return prefix + str(base45.b45encode(zlib.compress(data)).decode())


def health(claims: object = CLAIMS, **how: Any) -> str:
    """Return a health certificate."""
    return packed(envelope(claims, **how))


def identity(claims: object = IDENTITY, **how: Any) -> str:
    """Return identity claims."""
    return packed(envelope(claims, **{"algorithm": -8, "kid": None, **how}), "")


def digits(jws: str) -> str:
    """Return the digits of a health card's code."""
    return "".join(f"{ord(character) - 45:02d}" for character in jws)


def card(claims: object = CARD, **header: Any) -> str:
    """Return a health card; ``claims`` may be JSON in bytes."""
    return "shc:/" + digits(jws(claims, **header))


def jws(claims: object, *, tail: bytes = b"", **header: Any) -> str:
    """Return the JWS of a health card; ``tail`` follows its compressed claims."""
    written = claims if isinstance(claims, bytes) else json.dumps(claims).encode()
    packer = zlib.compressobj(wbits=-15)
    payload = packer.compress(written) + packer.flush() + tail
    members = {"alg": "ES256", "zip": "DEF", "kid": CARD_KID} | header
    return jws_of(json.dumps({k: v for k, v in members.items() if v is not None}).encode(), payload)


def jws_of(header: bytes, payload: bytes) -> str:
    """Return any bytes as a signed JWS."""
    covered = f"{to_base64url(header)}.{to_base64url(payload)}"
    return f"{covered}.{to_base64url(KEY.sign(covered.encode()))}"
