"""COSE_Sign1 of others, read leniently where the field is lenient, and their signatures. Pure.

For credentials whose issuers we do not write: headers in either bucket, any CBOR encoding, older
algorithm numbers. Never for our own tokens. Where a header stands in both buckets, the protected
one counts (health certificates do so). Still refused: tags inside, duplicate keys, deep nesting,
bytes after the envelope.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final, TypeAlias

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    SECP384R1,
    EllipticCurve,
    EllipticCurvePublicKey,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from keys.deterministic import decode_first, encode
from keys.envelope import ALG, KID
from keys.errors import EnvelopeError

ForeignPublicKey: TypeAlias = EllipticCurvePublicKey | Ed25519PublicKey | RSAPublicKey

# COSE numbers. Source: RFC 9053, section 2; RFC 8812; RFC 9864 for -9 and -19.
ES256: Final = -7
EDDSA: Final = -8
ES384: Final = -35
PS256: Final = -37
ESP256: Final = -9
ED25519: Final = -19

MAX_DEPTH: Final = 8
MIN_RSA_BITS: Final = 2048
_SALT_BYTES: Final = 32
# COSE_Sign1 alone, in a CWT tag, or without a tag; the tags in their shortest form.
_TAGS: Final = (b"\xd8\x3d\xd2", b"\xd2", b"")


@dataclass(frozen=True, slots=True)
class ForeignSign1:
    """A foreign COSE_Sign1 taken apart; nothing of it is verified yet."""

    protected: dict[Any, Any]
    unprotected: dict[Any, Any]
    protected_bytes: bytes
    """As they stand in the envelope."""
    payload: bytes
    signature: bytes

    @property
    def algorithm(self) -> int | None:
        """COSE number of the algorithm, protected or else unprotected; None if there is none."""
        value = self.header(ALG)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    @property
    def kid(self) -> bytes | None:
        """The key's name, protected or else unprotected; None if there is none."""
        value = self.header(KID)
        return value if isinstance(value, bytes) else None

    def header(self, label: int | str) -> Any:
        """Return a header, protected or else unprotected; None if there is none."""
        return self.protected.get(label, self.unprotected.get(label))

    def signed_message(self, external: bytes = b"") -> bytes:
        """Return the bytes that the signature is over; ``external`` is the application's part.

        An empty header map counts as an empty byte string, however it is written.
        Source: RFC 9052, section 4.4, step 1; RFC 8152 says the same.
        """
        protected = self.protected_bytes if self.protected else b""
        return encode(["Signature1", protected, external, self.payload])


def read_foreign_sign1(data: bytes) -> ForeignSign1:
    """Take a COSE_Sign1 apart: tagged 18, tagged 61 and 18 (a CWT), or untagged.

    Raises:
        EnvelopeError: Anything else, a detached payload included.
    """
    tag = next(tag for tag in _TAGS if data.startswith(tag))
    stream = BytesIO(data[len(tag) :])
    parts = decode_first(stream, max_depth=MAX_DEPTH, indefinite=True)
    if stream.read(1):
        raise EnvelopeError("bytes after the COSE_Sign1")
    match parts:
        case [bytes() as protected, {**unprotected}, bytes() as payload, bytes() as signature]:
            check_labels(unprotected)
            return ForeignSign1(_header_map(protected), unprotected, protected, payload, signature)
        case _:
            raise EnvelopeError("not a COSE_Sign1 with a payload")


def _header_map(protected: bytes) -> dict[Any, Any]:
    if not protected:
        return {}
    stream = BytesIO(protected)
    members = decode_first(stream, max_depth=MAX_DEPTH, indefinite=True)
    if not isinstance(members, dict) or stream.read(1):
        raise EnvelopeError("the protected header is not one map")
    check_labels(members)
    return members


def check_labels(value: Any) -> None:
    """Refuse maps, however deep, with a key that is neither an integer nor text.

    Others are no labels (RFC 9052, section 1.5), and some are equal to one here and nowhere else,
    as 1.0 and true are to 1.

    Raises:
        EnvelopeError: There is one.
    """
    if isinstance(value, dict):
        if any(type(label) not in {int, str} for label in value):
            raise EnvelopeError("a label that is neither an integer nor text")
        value = value.values()
    elif not isinstance(value, list):
        return
    for item in value:
        check_labels(item)


def verify_foreign(signature: bytes, message: bytes, key: ForeignPublicKey, algorithm: int) -> bool:
    """Return whether ``signature`` over ``message`` is ``key``'s under COSE ``algorithm``.

    False also for a key of another type, curve or strength than the algorithm's. Which algorithms
    a profile accepts at all is the profile's list, never the envelope's choice.

    Raises:
        EnvelopeError: An algorithm that is not supported here.
    """
    check = _CHECKS.get(algorithm)
    if check is None:
        raise EnvelopeError("unsupported signature algorithm")
    try:
        return check(signature, message, key)
    except InvalidSignature:
        return False


def _ecdsa(curve: EllipticCurve, hashed: SHA256 | SHA384) -> "_Check":
    size = curve.key_size // 8
    scheme = ECDSA(hashed)

    def check(signature: bytes, message: bytes, key: ForeignPublicKey) -> bool:
        if not isinstance(key, EllipticCurvePublicKey) or key.curve.name != curve.name:
            return False
        if len(signature) != 2 * size:
            return False
        r, s = int.from_bytes(signature[:size], "big"), int.from_bytes(signature[size:], "big")
        key.verify(encode_dss_signature(r, s), message, scheme)
        return True

    return check


def _ed25519(signature: bytes, message: bytes, key: ForeignPublicKey) -> bool:
    if not isinstance(key, Ed25519PublicKey):
        return False
    key.verify(signature, message)
    return True


def _ps256(signature: bytes, message: bytes, key: ForeignPublicKey) -> bool:
    if not isinstance(key, RSAPublicKey) or key.key_size < MIN_RSA_BITS:
        return False
    pss = padding.PSS(padding.MGF1(SHA256()), _SALT_BYTES)
    key.verify(signature, message, pss, SHA256())
    return True


_Check: TypeAlias = Callable[[bytes, bytes, ForeignPublicKey], bool]
_CHECKS: Mapping[int, _Check] = {
    ES256: _ecdsa(SECP256R1(), SHA256()),
    ESP256: _ecdsa(SECP256R1(), SHA256()),
    ES384: _ecdsa(SECP384R1(), SHA384()),
    EDDSA: _ed25519,
    ED25519: _ed25519,
    PS256: _ps256,
}
