"""COSE envelopes that we write: one signature (COSE_Sign1) or several (COSE_Sign). Pure.

Strict in both directions: deterministic CBOR, nothing unprotected, nothing external. Envelopes of
others are read by `keys.foreign_envelope`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Final

from keys.algorithms import PublicKey
from keys.deterministic import decode, encode
from keys.errors import EnvelopeError

# Header labels. Source: RFC 9052, section 3.1; RFC 9596 for typ.
ALG: Final = 1
KID: Final = 4
TYP: Final = 16

SIGN1_TAG: Final = b"\xd2"
SIGN_TAG: Final = b"\xd8\x62"
_SIGNATURE_PARTS: Final = 3


@dataclass(frozen=True, slots=True)
class EnvelopeSigner:
    """A key and what signs with it."""

    key: PublicKey
    sign: Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class Sign1:
    """A COSE_Sign1 taken apart; nothing of it is verified yet."""

    protected: bytes
    payload: bytes
    signature: bytes

    def signed_by(self, key: PublicKey) -> bool:
        """Return whether ``key`` signed it."""
        return key.verify(self.signature, sign_structure1(self.protected, self.payload))


@dataclass(frozen=True, slots=True)
class SignatureOf:
    """One of the signatures of a COSE_Sign: who it says it is from."""

    protected: bytes
    algorithm: int
    kid: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class SignedByMany:
    """A COSE_Sign taken apart; nothing of it is verified yet."""

    protected: bytes
    payload: bytes
    signatures: tuple[SignatureOf, ...]

    def signed_by(self, key: PublicKey) -> bool:
        """Return whether one of the signatures is ``key``'s, under its own algorithm."""
        return any(
            key.verify(
                signature.signature,
                sign_structure(self.protected, signature.protected, self.payload),
            )
            for signature in self.signatures
            if signature.kid == key.kid and signature.algorithm == key.algorithm.cose
        )


def sign_structure1(protected: bytes, payload: bytes) -> bytes:
    """Return the bytes that the one signature of a COSE_Sign1 is over.

    Source: RFC 9052, section 4.4, context "Signature1", no external data.
    """
    return encode(["Signature1", protected, b"", payload])


def sign_structure(protected: bytes, sign_protected: bytes, payload: bytes) -> bytes:
    """Return the bytes that one of the signatures of a COSE_Sign is over.

    Source: RFC 9052, section 4.4, context "Signature", no external data.
    """
    return encode(["Signature", protected, sign_protected, b"", payload])


def write_sign1(protected: bytes, payload: bytes, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the tagged COSE_Sign1 of ``payload`` with the encoded header map ``protected``."""
    signature = sign(sign_structure1(protected, payload))
    return SIGN1_TAG + encode([protected, {}, payload, signature])


def read_sign1(data: bytes) -> Sign1:
    """Take a tagged COSE_Sign1 apart, strictly.

    Raises:
        EnvelopeError: Any other bytes than `write_sign1` would give for some parts.
    """
    match _after_tag(data, SIGN1_TAG):
        case [bytes() as protected, {**unprotected}, bytes() as payload, bytes() as signature] if (
            not unprotected
        ):
            return Sign1(protected, payload, signature)
        case _:
            raise EnvelopeError("not a COSE_Sign1 without unprotected headers")


def write_sign(payload: bytes, protected: bytes, signers: Iterable[EnvelopeSigner]) -> bytes:
    """Return the tagged COSE_Sign of ``payload``, signed by all ``signers`` in their order."""
    signatures = []
    for signer in signers:
        header = encode({ALG: signer.key.algorithm.cose, KID: signer.key.kid})
        signature = signer.sign(sign_structure(protected, header, payload))
        signatures.append([header, {}, signature])
    return SIGN_TAG + encode([protected, {}, payload, signatures])


def read_sign(data: bytes) -> SignedByMany:
    """Take a tagged COSE_Sign apart, strictly; verify nothing yet.

    Raises:
        EnvelopeError: Any other bytes than `write_sign` would give for some parts.
    """
    match _after_tag(data, SIGN_TAG):
        case [bytes() as protected, {**unprotected}, bytes() as payload, [_, *_] as signatures] if (
            not unprotected
        ):
            return SignedByMany(protected, payload, tuple(map(_read_signature, signatures)))
        case _:
            raise EnvelopeError("not a COSE_Sign without unprotected headers")


def _after_tag(data: bytes, tag: bytes) -> Any:
    if not data.startswith(tag):
        raise EnvelopeError("not the expected COSE tag")
    return decode(data[len(tag) :])


def _read_signature(part: Any) -> SignatureOf:
    if isinstance(part, list) and len(part) == _SIGNATURE_PARTS and part[1] == {}:
        header, _, signature = part
        if isinstance(header, bytes) and isinstance(signature, bytes):
            return _with_header(header, signature)
    raise EnvelopeError("not one of the signatures of a COSE_Sign")


def _with_header(header: bytes, signature: bytes) -> SignatureOf:
    members = decode(header)
    if isinstance(members, dict) and members.keys() == {ALG, KID}:
        algorithm, kid = members[ALG], members[KID]
        if isinstance(algorithm, int) and isinstance(kid, bytes):
            return SignatureOf(header, algorithm, kid, signature)
    raise EnvelopeError("a signature's header must be exactly its algorithm and its key")
