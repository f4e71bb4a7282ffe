"""A ``.tlog-proof``: one entry's place in a cosigned log, for whoever holds nothing but a policy.

    c2sp.org/tlog-proof@v1
    extra <base64>                   left out where there is none
    index <decimal>
    <base64 hash>                    one a line, from the leaf up
    (an empty line)
    the checkpoint, a signed note

Source: C2SP tlog-proof.
"""

from base64 import b64encode
from dataclasses import dataclass
from typing import Final

from ledger.errors import InvalidInputError
from ledger.transparency.checkpoint import parse_size
from ledger.transparency.merkle import HASH_BYTES, leaf_hash, verify_inclusion
from ledger.transparency.note import from_base64
from ledger.transparency.policy import Cosigned, Policy

HEAD: Final = "c2sp.org/tlog-proof@v1"
MOST_HASHES: Final = 63
LARGEST_PROOF: Final = 1 << 20
"""Bytes, the checkpoint with all its signatures included."""


@dataclass(frozen=True, slots=True)
class TlogProof:
    """One entry's place; nothing of it is verified until `verify`."""

    index: int
    hashes: tuple[bytes, ...]
    checkpoint: bytes
    """A signed note."""
    extra: bytes | None = None
    """What else a verifier needs; its meaning is the application's."""

    def verify(self, entry: bytes, policy: Policy) -> Cosigned:
        """Return the head under which ``entry`` stands at this index.

        Raises:
            InvalidInputError: The checkpoint is none.
            ProofError: The policy does not believe the head, or the entry is not in it there.
        """
        cosigned = policy.judge(self.checkpoint)
        verify_inclusion(
            index=self.index,
            size=cosigned.checkpoint.size,
            leaf=leaf_hash(entry),
            root=cosigned.checkpoint.root,
            proof=self.hashes,
        )
        return cosigned

    def write(self) -> bytes:
        """Return the file's bytes."""
        lines = [HEAD]
        if self.extra is not None:
            lines.append(f"extra {b64encode(self.extra).decode('ascii')}")
        lines.append(f"index {self.index}")
        lines += [b64encode(one).decode("ascii") for one in self.hashes]
        return "".join(f"{line}\n" for line in (*lines, "")).encode() + self.checkpoint


def parse_proof(data: bytes) -> TlogProof:
    """Return what the file ``data`` says.

    Raises:
        InvalidInputError: ``proof_form``, ``proof_size``, ``size_form`` or ``base64``.
    """
    if len(data) > LARGEST_PROOF:
        raise InvalidInputError("proof", "proof_size", f"at most {LARGEST_PROOF} bytes")
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise InvalidInputError("proof", "proof_form", "ASCII above the checkpoint") from error
    if not blank or not checkpoint or lines.pop(0) != HEAD:
        raise InvalidInputError("proof", "proof_form", f"{HEAD}, and a checkpoint below")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = from_base64(lines.pop(0).removeprefix("extra "), "extra")
    if not lines or not lines[0].startswith("index "):
        raise InvalidInputError("proof", "proof_form", "an index line")
    index = parse_size(lines.pop(0).removeprefix("index "), "index")
    hashes = tuple(from_base64(line, "hash") for line in lines)
    if len(hashes) > MOST_HASHES or any(len(one) != HASH_BYTES for one in hashes):
        raise InvalidInputError("hash", "proof_form", "at most 63 hashes of 32 bytes")
    return TlogProof(index, hashes, checkpoint, extra)
