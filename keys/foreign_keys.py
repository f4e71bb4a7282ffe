"""Public keys of others, from the files they come in: PEM, DER, JWK and JWK Set. Pure.

Whatever is wrong with a file, the answer is a `KeyFormatError`, never another exception.
"""

import json
import re
import warnings
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import (
    SECP256R1,
    SECP384R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, RSAPublicNumbers
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.utils import CryptographyDeprecationWarning

from keys.base64url import from_base64url, to_base64url
from keys.errors import KeyFormatError
from keys.foreign_envelope import ForeignPublicKey

MAX_FILE_BYTES: Final = 1 << 20
_HCERT_KID_BYTES: Final = 8
_PEM = re.compile(
    rb"-----BEGIN (CERTIFICATE|PUBLIC KEY)-----\s+([A-Za-z0-9+/=\s]+?)-----END \1-----"
)
_THUMBPRINT_MEMBERS = {
    "EC": ("crv", "kty", "x", "y"),
    "OKP": ("crv", "kty", "x"),
    "RSA": ("e", "kty", "n"),
}
_CURVES = {"P-256": SECP256R1, "P-384": SECP384R1}
# What the parsers below are known to raise; a file of a stranger may trigger any of them.
_PARSER_ERRORS = (
    ValueError,
    TypeError,
    LookupError,
    RecursionError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
)

# DER tags and places in a certificate. Source: RFC 5280, section 4.1.
_SEQUENCE, _EXPLICIT_VERSION = 0x30, 0xA0
_FIELDS_BEFORE_KEY = 5
_LONG_LENGTH = 0x80


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """One key out of a file, and how others name it."""

    key: ForeignPublicKey
    kid: str | None = None
    """The ``kid`` of a JWK."""
    hcert_kid: bytes | None = None
    """The 8 bytes by which health certificates name a certificate, well-formed or not; None for
    a bare key."""
    purposes: frozenset[str] = frozenset()
    """The extended key usages of the certificate, dotted; empty if it restricts nothing.

    Empty too where the extension cannot be read, as in some real certificates.
    """
    window: tuple[datetime, datetime] | None = None
    """From when to when the certificate counts, both ends included; None for a bare key, and for
    a certificate that is not well-formed."""


def load_keys(data: bytes) -> tuple[ForeignKey, ...]:
    """Return the keys in ``data``: PEM (one or several), DER, a JWK or a JWK Set.

    Raises:
        KeyFormatError: None of these, empty, larger than 1 MiB, or a key that cannot be used:
            the message says which one.
    """
    if len(data) > MAX_FILE_BYTES:
        raise KeyFormatError(f"larger than {MAX_FILE_BYTES} bytes")
    if b"-----BEGIN " in data:
        return load_pem(data)
    if data.lstrip()[:1] == b"{":
        return load_jwks(data)
    return (load_der(data),)


def load_pem(data: bytes) -> tuple[ForeignKey, ...]:
    """Return the keys of all certificates and public keys in PEM.

    Raises:
        KeyFormatError: There is none, or one is broken.
    """
    blocks = _PEM.findall(data)
    if not blocks or len(blocks) != data.count(b"-----BEGIN "):
        raise KeyFormatError("expected PEM blocks of certificates and public keys only")
    try:
        return tuple(
            load_der(b64decode(b"".join(text.split()), validate=True)) for _, text in blocks
        )
    except ValueError as error:
        raise KeyFormatError("a PEM block that is not base64") from error


def load_der(data: bytes) -> ForeignKey:
    """Return the key in a certificate or SubjectPublicKeyInfo in DER.

    Of a certificate that is not well-formed (some real ones spell out default values) the key
    is used, and nothing else of it.

    Raises:
        KeyFormatError: Neither, or a key of a type that no profile uses.
    """
    with warnings.catch_warnings():
        # Real certificates trip over warnings of coming strictness; they are not ours to fix.
        warnings.simplefilter("ignore", CryptographyDeprecationWarning)
        try:
            return ForeignKey(_usable(load_der_public_key(data)))
        except _PARSER_ERRORS:
            return _from_certificate(data)


def load_jwks(data: bytes) -> tuple[ForeignKey, ...]:
    """Return the keys of a JWK Set, or of one JWK.

    Raises:
        KeyFormatError: Not JSON, or a key that cannot be used.
    """
    try:
        value = json.loads(data)
        jwks = value.get("keys", [value]) if isinstance(value, dict) else value
        keys = tuple(map(_from_jwk, jwks))
    except _PARSER_ERRORS as error:
        raise KeyFormatError("not a JWK Set with EC, OKP and RSA keys only") from error
    if not keys:
        raise KeyFormatError("a JWK Set without keys")
    return keys


def jwk_thumbprint(jwk: Mapping[str, object]) -> str:
    """Return the SHA-256 thumbprint of a JWK in base64url: its kid in many foreign directories.

    Raises:
        KeyFormatError: Another key type than EC, OKP and RSA, or a member is missing.

    Source: RFC 7638, section 3; RFC 8037, appendix A.3 for OKP.
    """
    try:
        members = {name: jwk[name] for name in _THUMBPRINT_MEMBERS[str(jwk["kty"])]}
    except KeyError as error:
        raise KeyFormatError("not a whole JWK of type EC, OKP or RSA") from error
    text = json.dumps(members, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return to_base64url(sha256(text.encode()).digest())


def _usable(key: object) -> ForeignPublicKey:
    if isinstance(key, EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey):
        return key
    raise KeyFormatError("a key of another type than EC, Ed25519 or RSA")


def _from_certificate(data: bytes) -> ForeignKey:
    name = sha256(data).digest()[:_HCERT_KID_BYTES]
    try:
        certificate = x509.load_der_x509_certificate(data)
        key = _usable(certificate.public_key())
        window = (certificate.not_valid_before_utc, certificate.not_valid_after_utc)
        return ForeignKey(key, None, name, _purposes_of(certificate), window)
    except _PARSER_ERRORS:
        pass
    try:
        found = load_der_public_key(_public_key_info(data))
    except _PARSER_ERRORS as error:
        raise KeyFormatError("neither a certificate nor a public key in DER") from error
    return ForeignKey(_usable(found), hcert_kid=name)


def _purposes_of(certificate: x509.Certificate) -> frozenset[str]:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage)
    except (x509.ExtensionNotFound, x509.DuplicateExtension, ValueError):
        return frozenset()
    return frozenset(purpose.dotted_string for purpose in usage.value)


def _public_key_info(certificate: bytes) -> bytes:
    """Return the SubjectPublicKeyInfo in a certificate, looking at nothing else."""
    signed, *_ = _elements(_content(certificate))
    fields = [field for field in _elements(_content(signed)) if field[0] != _EXPLICIT_VERSION]
    return fields[_FIELDS_BEFORE_KEY]


def _content(element: bytes) -> bytes:
    if element[0] != _SEQUENCE:
        raise ValueError("not a DER sequence")
    start, end = _extent(element, 0)
    return element[start:end]


def _elements(content: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(content):
        _, end = _extent(content, place)
        yield content[place:end]
        place = end


def _extent(data: bytes, place: int) -> tuple[int, int]:
    """Return where the content of the element at ``place`` starts and ends."""
    length, start = data[place + 1], place + 2
    if length >= _LONG_LENGTH:
        size = length - _LONG_LENGTH
        start += size
        length = int.from_bytes(data[start - size : start], "big")
    if start + length > len(data):
        raise ValueError("a DER element that ends after the data")
    return start, start + length


def _from_jwk(jwk: Any) -> ForeignKey:
    kid = jwk.get("kid") if isinstance(jwk, dict) else None
    if kid is not None and not isinstance(kid, str):
        raise ValueError("kid: expected text")
    if kid is not None:
        kid.encode()  # half of a surrogate pair is a ValueError, too
    return ForeignKey(_READ_JWK[jwk["kty"]](jwk), kid)


def _ec_jwk(jwk: dict[str, str]) -> ForeignPublicKey:
    curve = _CURVES[jwk["crv"]]()
    x, y = from_base64url(jwk["x"]), from_base64url(jwk["y"])
    if len(x) != curve.key_size // 8 or len(y) != curve.key_size // 8:
        raise ValueError("a coordinate of another length")
    numbers = EllipticCurvePublicNumbers(int.from_bytes(x, "big"), int.from_bytes(y, "big"), curve)
    return numbers.public_key()


def _okp_jwk(jwk: dict[str, str]) -> ForeignPublicKey:
    if jwk["crv"] != "Ed25519":
        raise ValueError("crv: expected Ed25519")
    return Ed25519PublicKey.from_public_bytes(from_base64url(jwk["x"]))


def _rsa_jwk(jwk: dict[str, str]) -> ForeignPublicKey:
    n, e = (int.from_bytes(from_base64url(jwk[name]), "big") for name in ("n", "e"))
    return RSAPublicNumbers(e, n).public_key()


_READ_JWK = {"EC": _ec_jwk, "OKP": _okp_jwk, "RSA": _rsa_jwk}
