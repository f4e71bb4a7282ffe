"""One entry's place under a landmark: a few hashes, no signature, no key.

    records-ledger/landmark-proof@v1
    extra <base64>                   left out where there is none
    height <decimal>
    index <decimal>
    <base64 hash>                    as many as the height, from the leaf up

and as bytes, where room is scarce:

    u8 version (1) || u8 height || u64 index || height times 32 bytes || extra

What it proves, to who keeps a list that was believed once (`ledger.transparency.landmarks`): this
very entry stands at this index of that log, and stood there when the quorum cosigned the list's
head. With a certificate's opening as ``extra`` (`ledger.store.opening`) the entry is the issue of
exactly these bytes: the ledger recorded it, where nobody can deny it or put another in its place.

What it does not prove: that the certificate still stands (revoked, superseded, used: ask a status
list), that the authority's own key signed it (the ledger checked that when it recorded the issue;
who wants to see it checks the token's signature), when before that head it was issued, and
anything at all about an index above the last landmark.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import LARGEST_SIZE, parse_size
from ledger.transparency.landmarks import Landmarks, check_height
from ledger.transparency.merkle import HASH_BYTES, leaf_hash, root_by_inclusion
from ledger.transparency.note import from_base64

HEAD: Final = "records-ledger/landmark-proof@v1"
LARGEST_PROOF: Final = 1 << 16
"""Bytes, the opening included; one takes about 1,500."""
_VERSION: Final = 1
_INDEX_BYTES: Final = 8
_FIXED_BYTES: Final = 2 + _INDEX_BYTES


@dataclass(frozen=True, slots=True)
class LandmarkProof:
    """One entry's way to the root of its subtree; nothing of it is verified until `verify`."""

    index: int
    hashes: tuple[bytes, ...]
    """From the leaf up; their number is the height of the landmark."""
    extra: bytes | None = None
    """What else a verifier needs; its meaning is the application's."""

    @property
    def height(self) -> int:
        """Of the landmark that it leads to."""
        return len(self.hashes)

    def verify(self, entry: bytes, landmarks: Landmarks) -> None:
        """Refuse unless ``entry`` stands at this index under one of ``landmarks``.

        Raises:
            ProofError: ``other_height``: the list has landmarks of another one;
                ``younger_than_landmarks``; ``other_landmark``: the way leads elsewhere.
        """
        if self.height != landmarks.height:
            raise ProofError("other_height", f"the list has landmarks of height {landmarks.height}")
        landmark, leaves = landmarks.covering(self.index), 1 << self.height
        way = root_by_inclusion(self.index % leaves, leaves, leaf_hash(entry), self.hashes)
        if way != landmark:
            raise ProofError("other_landmark", "the way does not lead to the landmark of its index")

    def write(self) -> bytes:
        """Return the text form."""
        lines = [HEAD]
        if self.extra is not None:
            lines.append(f"extra {b64encode(self.extra).decode('ascii')}")
        lines += [f"height {self.height}", f"index {self.index}"]
        lines += [b64encode(one).decode("ascii") for one in self.hashes]
        return "".join(f"{line}\n" for line in lines).encode()

    def write_binary(self) -> bytes:
        """Return the form in bytes; an ``extra`` of None and an empty one are the same there."""
        head = bytes([_VERSION, self.height]) + self.index.to_bytes(_INDEX_BYTES)
        return b"".join((head, *self.hashes, self.extra or b""))


def parse_landmark_proof(data: bytes) -> LandmarkProof:
    """Return what the text form ``data`` says.

    Raises:
        InvalidInputError: ``proof_form``, ``proof_size``, ``landmark_height``, ``size_form`` or
            ``base64``.
    """
    _check_size(data)
    try:
        lines = data.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise _no_proof() from error
    if lines.pop(0) != HEAD or not lines or lines.pop() != "":
        raise _no_proof()
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "), "extra")
    height, index, *rest = lines if len(lines) > 1 else ("", "")
    if not height.startswith("height ") or not index.startswith("index "):
        raise _no_proof()
    proof = LandmarkProof(
        parse_size(index.removeprefix("index "), "index"),
        tuple([from_base64(line, "hash") for line in rest]),
        extra,
    )
    if proof.height != check_height(parse_size(height.removeprefix("height "), "height")):
        raise _no_proof()
    if any(len(one) != HASH_BYTES for one in proof.hashes):
        raise _no_proof()
    return proof


def parse_binary(data: bytes) -> LandmarkProof:
    """Return what the binary form ``data`` says.

    Raises:
        InvalidInputError: ``proof_form``, ``proof_size`` or ``landmark_height``.
    """
    _check_size(data)
    if len(data) < _FIXED_BYTES or data[0] != _VERSION:
        raise _no_proof()
    height = check_height(data[1])
    index = int.from_bytes(data[2:_FIXED_BYTES])
    end = _FIXED_BYTES + height * HASH_BYTES
    if len(data) < end or index > LARGEST_SIZE:
        raise _no_proof()
    hashes = [data[at : at + HASH_BYTES] for at in range(_FIXED_BYTES, end, HASH_BYTES)]
    return LandmarkProof(index, tuple(hashes), data[end:] or None)


def _check_size(data: bytes) -> None:
    if len(data) > LARGEST_PROOF:
        raise InvalidInputError("proof", "proof_size", f"at most {LARGEST_PROOF} bytes")


def _no_proof() -> InvalidInputError:
    expected = f"{HEAD}, or its binary form, with as many hashes as its height says"
    return InvalidInputError("proof", "proof_form", expected)
