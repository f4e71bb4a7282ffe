"""The signature algorithms, and keys that know theirs: the algorithm belongs to the key.

Three algorithms: ESP256 for what a browser must check, Ed25519 for log checkpoints and approvals,
ML-DSA-44 as the second signature on what must stand for decades. A key is named by its COSE key
thumbprint, so that nobody can give two keys one name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from typing_extensions import override

from keys.base64url import to_base64url
from keys.deterministic import encode
from keys.errors import KeyFormatError

KID_BYTES: Final = 32
SHORT_KID_BYTES: Final = 8
_P256_BYTES: Final = 32

# Labels and values of COSE keys. Source: RFC 9053, section 7; RFC 9964 for AKP.
_KTY, _ALG = 1, 3
_OKP, _EC2, _AKP = 1, 2, 7
_P256, _ED25519_CURVE = 1, 6

VerifyingKey: TypeAlias = EllipticCurvePublicKey | Ed25519PublicKey | MLDSA44PublicKey
SigningKey: TypeAlias = EllipticCurvePrivateKey | Ed25519PrivateKey | MLDSA44PrivateKey


@dataclass(frozen=True, slots=True)
class Algorithm:
    """One way to sign."""

    name: str
    """The registered name in COSE."""
    jose: str
    """The registered name in JOSE, where P-256 with SHA-256 always had one of its own."""
    cose: int
    """The registered COSE number, fully specified (RFC 9864, RFC 9964)."""
    key_type: int
    """COSE ``kty`` of its keys."""
    signature_bytes: int


ESP256: Final = Algorithm("ESP256", "ES256", -9, _EC2, 64)
ED25519: Final = Algorithm("Ed25519", "Ed25519", -19, _OKP, 64)
ML_DSA_44: Final = Algorithm("ML-DSA-44", "ML-DSA-44", -48, _AKP, 2420)
ALGORITHMS: Final = {algorithm.cose: algorithm for algorithm in (ESP256, ED25519, ML_DSA_44)}

_THUMBPRINT_MEMBERS = {_EC2: (1, -1, -2, -3), _OKP: (1, -1, -2), _AKP: (1, 3, -1)}
_ECDSA_VERIFY = ECDSA(hashes.SHA256())
_ECDSA_SIGN = ECDSA(hashes.SHA256(), deterministic_signing=True)  # RFC 6979


def by_cose(number: object) -> Algorithm:
    """Return the algorithm with COSE ``number``.

    Raises:
        KeyFormatError: None of the three.
    """
    algorithm = ALGORITHMS.get(number) if isinstance(number, int) else None
    if algorithm is None:
        raise KeyFormatError("unsupported signature algorithm, expected COSE -9, -19 or -48")
    return algorithm


def thumbprint(cose_key: Mapping[int, object]) -> bytes:
    """Return the 32-byte SHA-256 thumbprint of a COSE key: its ``kid`` wherever it is named.

    Raises:
        KeyFormatError: Another key type, or a member that is hashed is missing.

    Source: RFC 9679, sections 3 and 4; the members of AKP keys as for JOSE in RFC 9964.
    """
    members = _THUMBPRINT_MEMBERS.get(_integer(cose_key.get(_KTY)))
    if members is None or any(member not in cose_key for member in members):
        raise KeyFormatError("not a whole COSE key of type EC2, OKP or AKP")
    return sha256(encode({member: cose_key[member] for member in members})).digest()


def _integer(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that verifies. Two are equal if they are the same key."""

    algorithm: Algorithm
    key: VerifyingKey = field(repr=False, compare=False)
    kid: bytes = field(init=False)
    """32 bytes; see `thumbprint`."""

    def __post_init__(self) -> None:
        """Name the key; refuse a key of another type than its algorithm's."""
        if _algorithm_of(self.key) != self.algorithm:
            raise KeyFormatError(f"not a key for {self.algorithm.name}")
        object.__setattr__(self, "kid", thumbprint(self.cose_key))

    @classmethod
    def from_cose_key(cls, members: Mapping[int, object], algorithm: Algorithm) -> "PublicKey":
        """Return the key whose COSE form is ``members``; its ``alg``, if there, must agree.

        Raises:
            KeyFormatError: Another type, curve or length, or a point that is not on the curve.
        """
        if members.get(_KTY) != algorithm.key_type:
            raise KeyFormatError(f"not a COSE key for {algorithm.name}")
        if members.get(_ALG, algorithm.cose) != algorithm.cose:
            raise KeyFormatError(f"the COSE key is for another algorithm than {algorithm.name}")
        try:
            return cls(algorithm, _READ_COSE_KEY[algorithm.key_type](members))
        except (ValueError, TypeError, KeyError, UnsupportedAlgorithm) as error:
            raise KeyFormatError(f"not a public key for {algorithm.name}") from error

    @property
    def short_kid(self) -> bytes:
        """The 8 bytes of the kid that stand in a token."""
        return self.kid[:SHORT_KID_BYTES]

    @property
    def cose_key(self) -> dict[int, object]:
        """The key as a COSE key, with its algorithm."""
        key = self.key
        if isinstance(key, EllipticCurvePublicKey):
            x, y = _coordinates(key)
            return {_KTY: _EC2, _ALG: self.algorithm.cose, -1: _P256, -2: x, -3: y}
        raw = key.public_bytes_raw()
        if isinstance(key, Ed25519PublicKey):
            return {_KTY: _OKP, _ALG: self.algorithm.cose, -1: _ED25519_CURVE, -2: raw}
        return {_KTY: _AKP, _ALG: self.algorithm.cose, -1: raw}

    def jwk(self) -> dict[str, object]:
        """Return the key as a JWK (RFC 7517, RFC 7518, RFC 9864, RFC 9964)."""
        key = self.key
        common = {"alg": self.algorithm.jose, "kid": to_base64url(self.kid), "use": "sig"}
        if isinstance(key, EllipticCurvePublicKey):
            x, y = map(to_base64url, _coordinates(key))
            return {"kty": "EC", "crv": "P-256", "x": x, "y": y, **common}
        raw = to_base64url(key.public_bytes_raw())
        if isinstance(key, Ed25519PublicKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": raw, **common}
        return {"kty": "AKP", "pub": raw, **common}

    def verify(self, signature: bytes, message: bytes) -> bool:
        """Return whether ``signature`` (raw, for ESP256 ``r ‖ s``) over ``message`` is this key's.

        Never raises for any bytes. Note that (r, n - s) is a second good signature of the same
        message: a signature is never an identity.
        """
        if len(signature) != self.algorithm.signature_bytes:
            return False
        key = self.key
        try:
            if isinstance(key, EllipticCurvePublicKey):
                r = int.from_bytes(signature[:_P256_BYTES], "big")
                s = int.from_bytes(signature[_P256_BYTES:], "big")
                key.verify(encode_dss_signature(r, s), message, _ECDSA_VERIFY)
            else:
                key.verify(signature, message)
        except InvalidSignature:
            return False
        return True


class PrivateKey:
    """The half of a key that signs. Shows nothing of itself."""

    __slots__ = ("_key", "public")

    def __init__(self, key: SigningKey) -> None:
        """Hold ``key``."""
        self._key = key
        public = key.public_key()
        self.public = PublicKey(_algorithm_of(public), public)

    @override
    def __repr__(self) -> str:
        """Say which key, not what."""
        return f"PrivateKey({self.public.algorithm.name}, kid={self.public.short_kid.hex()}…)"

    @classmethod
    def generate(cls, algorithm: Algorithm) -> "PrivateKey":
        """Return a new key, from the operating system's randomness."""
        if algorithm == ESP256:
            return cls(generate_private_key(SECP256R1()))
        if algorithm == ED25519:
            return cls(Ed25519PrivateKey.generate())
        return cls(MLDSA44PrivateKey.generate())

    @classmethod
    def from_pkcs8(cls, der: bytes) -> "PrivateKey":
        """Return the key in an unencrypted PKCS#8 structure.

        Raises:
            KeyFormatError: Not PKCS#8, or a key of none of the three algorithms.
        """
        try:
            key = serialization.load_der_private_key(der, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyFormatError("not a PKCS#8 private key") from error
        if not isinstance(key, EllipticCurvePrivateKey | Ed25519PrivateKey | MLDSA44PrivateKey):
            raise KeyFormatError("a private key of another type than P-256, Ed25519 or ML-DSA-44")
        return cls(key)

    def pkcs8(self) -> bytes:
        """Return the key as unencrypted PKCS#8 (for ML-DSA the seed); only for `keys.key_file`."""
        return self._key.private_bytes(
            serialization.Encoding.DER,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )

    def sign(self, message: bytes) -> bytes:
        """Return the raw signature of ``message``; for ESP256 and Ed25519 always the same one."""
        key = self._key
        if isinstance(key, EllipticCurvePrivateKey):
            r, s = decode_dss_signature(key.sign(message, _ECDSA_SIGN))
            return r.to_bytes(_P256_BYTES, "big") + s.to_bytes(_P256_BYTES, "big")
        return key.sign(message)


def _algorithm_of(key: object) -> Algorithm:
    if isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP256R1):
        return ESP256
    if isinstance(key, Ed25519PublicKey):
        return ED25519
    if isinstance(key, MLDSA44PublicKey):
        return ML_DSA_44
    raise KeyFormatError("a key of another type than P-256, Ed25519 or ML-DSA-44")


def _coordinates(key: EllipticCurvePublicKey) -> tuple[bytes, bytes]:
    numbers = key.public_numbers()
    return numbers.x.to_bytes(_P256_BYTES, "big"), numbers.y.to_bytes(_P256_BYTES, "big")


def _member(members: Mapping[int, object], label: int) -> bytes:
    value = members[label]
    if not isinstance(value, bytes):
        raise TypeError("a byte string is expected")
    return value


def _read_ec2(members: Mapping[int, object]) -> VerifyingKey:
    x, y = _member(members, -2), _member(members, -3)
    if members[-1] != _P256 or len(x) != _P256_BYTES or len(y) != _P256_BYTES:
        raise ValueError("not P-256 with whole coordinates")
    numbers = EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), SECP256R1()
    )
    return numbers.public_key()


def _read_okp(members: Mapping[int, object]) -> VerifyingKey:
    if members[-1] != _ED25519_CURVE:
        raise ValueError("not Ed25519")
    return Ed25519PublicKey.from_public_bytes(_member(members, -2))


def _read_akp(members: Mapping[int, object]) -> VerifyingKey:
    return MLDSA44PublicKey.from_public_bytes(_member(members, -1))


_READ_COSE_KEY = {_EC2: _read_ec2, _OKP: _read_okp, _AKP: _read_akp}
