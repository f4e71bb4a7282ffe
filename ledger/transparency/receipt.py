"""A COSE receipt: the same inclusion proof for who has COSE and CBOR, and no C2SP tool.

    18([ << {1: alg, 4: kid, 395: 1, -65537: tree size} >>,
         {396: {-1: [ << [tree size, leaf index, [hash, ...]] >> ]}},
         null, signature ])                deterministic CBOR; the payload, the root, is detached

Labels and values used, from the IANA registries that RFC 9942 sets up or uses: COSE Header
Parameters 1 alg, 4 kid, 395 vds, 396 vdp; COSE Verifiable Data Structures 1 RFC9162_SHA256; its
proofs -1 inclusion; COSE Algorithms -19 Ed25519 (RFC 9864) and -48 ML-DSA-44 (RFC 9964). The kid is
the whole COSE key thumbprint (RFC 9679). -65537 is of the range for private use.

RFC 9942 signs the root and not the size. Inside a tree the way of a leaf is the same for many
sizes, so that anybody could write another size, and at the right edge another index, into the
unprotected proof. Therefore ours has the size a second time, protected, and the two must agree;
readers that do not know the label pass it over.

A receipt has one signature, the log's own. It does not show that a witness saw the head: against a
log that shows everybody another tree only a cosigned head helps (`ledger.transparency.proof`).
The log's keys sign notes as well; no note begins with the byte that begins what is signed here.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from keys.algorithms import ALGORITHMS, KID_BYTES, PublicKey
from keys.envelope import ALG, KID, SIGN1_TAG, sign_structure1
from ledger import canonical
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import LARGEST_SIZE
from ledger.transparency.merkle import HASH_BYTES, leaf_hash, root_by_inclusion
from ledger.transparency.proof import MOST_HASHES

VDS: Final = 395
VDP: Final = 396
RFC9162_SHA256: Final = 1
INCLUSION: Final = -1
TREE_SIZE: Final = -65537
LARGEST_RECEIPT: Final = 8_192
"""Bytes; one with ML-DSA-44 and 63 hashes has 4,700."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One entry's place under a root that the log signed; nothing is verified until `verify`."""

    algorithm: int
    """COSE number."""
    kid: bytes
    """32 bytes; a hint which key, no proof of it."""
    size: int
    index: int
    hashes: tuple[bytes, ...]
    """From the leaf up; at least one (RFC 9942: ``inclusion-path: [ + bstr ]``)."""
    signature: bytes

    def verify(self, entry: bytes, key: PublicKey) -> bytes:
        """Return the root, signed by ``key``, under which ``entry`` stands at this index.

        Raises:
            ProofError: ``other_key``; ``no_such_leaf``, ``proof_length`` or ``hash_length``;
                ``signature_wrong``: the key has not signed the root that the proof leads to.
        """
        if key.kid != self.kid or key.algorithm.cose != self.algorithm:
            raise ProofError("other_key", "the receipt is signed by another key than this one")
        # RFC 9942: the proof first, then the signature, over the detached root that it leads to.
        root = root_by_inclusion(self.index, self.size, leaf_hash(entry), self.hashes)
        protected = _protected(self.algorithm, self.kid, self.size)
        if not key.verify(self.signature, sign_structure1(protected, root)):
            raise ProofError("signature_wrong", "not the key's signature of the root it leads to")
        return root

    def write(self) -> bytes:
        """Return the receipt's bytes."""
        proof = canonical.encode([self.size, self.index, list(self.hashes)])
        return SIGN1_TAG + canonical.encode([
            _protected(self.algorithm, self.kid, self.size),
            {VDP: {INCLUSION: [proof]}},
            None,
            self.signature,
        ])  # fmt: skip


def sign_receipt(
    index: int,
    size: int,
    root: bytes,
    hashes: tuple[bytes, ...],
    *,
    key: PublicKey,
    sign: Callable[[bytes], bytes],
) -> Receipt:
    """Return the receipt of the leaf at ``index`` under ``root``, signed by ``key``.

    Raises:
        InvalidInputError: ``receipt_form``: a tree of one leaf has no way, and so no receipt.
    """
    if not hashes:
        raise InvalidInputError("receipt", "receipt_form", "a tree of two entries or more")
    protected = _protected(key.algorithm.cose, key.kid, size)
    signature = sign(sign_structure1(protected, root))
    return Receipt(key.algorithm.cose, key.kid, size, index, hashes, signature)


def _protected(algorithm: int, kid: bytes, size: int) -> bytes:
    return canonical.encode({ALG: algorithm, KID: kid, VDS: RFC9162_SHA256, TREE_SIZE: size})


def read_receipt(data: bytes) -> Receipt:
    """Return the parts of a receipt, read strictly: exactly one inclusion proof, and no byte more.

    Raises:
        InvalidInputError: ``receipt_form`` or ``receipt_size``.
    """
    if len(data) > LARGEST_RECEIPT:
        raise InvalidInputError("receipt", "receipt_size", f"at most {LARGEST_RECEIPT} bytes")
    if not data.startswith(SIGN1_TAG):
        raise _no_receipt()
    match _decoded(data[len(SIGN1_TAG) :]):
        case [bytes() as protected, {396: {-1: [bytes() as proof], **types}, **headers}, None,
              bytes() as signature] if not types and not headers:  # fmt: skip
            algorithm, kid, size = _header(protected)
            index, hashes = _inclusion(proof, size)
            return Receipt(algorithm, kid, size, index, hashes, signature)
        case _:
            raise _no_receipt()


def _header(protected: bytes) -> tuple[int, bytes, int]:
    match _decoded(protected):
        case {1: int() as algorithm, 4: bytes() as kid, 395: 1, -65537: int() as size, **more} if (
            not more and algorithm in ALGORITHMS and len(kid) == KID_BYTES
        ):
            return algorithm, kid, size
        case _:
            raise _no_receipt()


def _inclusion(proof: bytes, signed_size: int) -> tuple[int, tuple[bytes, ...]]:
    match _decoded(proof):
        case [int() as size, int() as index, [_, *_] as hashes] if (
            type(size) is type(index) is int  # in CBOR's patterns a true passes for a 1
            and size == signed_size
            and 0 <= index < size <= LARGEST_SIZE
            and len(hashes) <= MOST_HASHES
            and all(isinstance(one, bytes) and len(one) == HASH_BYTES for one in hashes)
        ):
            return index, tuple(hashes)
        case _:
            raise _no_receipt()


def _decoded(data: bytes) -> Any:
    try:
        return canonical.decode(data)
    except canonical.NotCanonicalError as error:
        raise _no_receipt() from error


def _no_receipt() -> InvalidInputError:
    expected = "a COSE receipt of one inclusion proof (RFC 9942), in deterministic CBOR"
    return InvalidInputError("receipt", "receipt_form", expected)
