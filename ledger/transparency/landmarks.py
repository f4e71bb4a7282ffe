"""Landmarks: the roots of the log's aligned subtrees, which a verifier keeps and then needs no key.

    records-ledger/landmarks@v1
    height <decimal>
    <base64 hash>                    one a line: the complete subtrees of 2^height entries, then
                                     the smaller ones that lead on to the head's size
    (an empty line)
    the checkpoint, a signed note

The hashes fold to the root of the checkpoint, so the list needs no proof of its own: whoever
believes the head believes every landmark. A policy judges the head once, when the list is read;
afterwards hashes alone decide (`ledger.transparency.landmark_proof`), which no quantum computer
undoes. A landmark never changes: a later list begins with the hashes of an earlier one of the same
height. Source: after the landmarks of draft-ietf-plants-merkle-tree-certs, section 6; there their
subtrees lie between heads, here they are nodes of the tree, so that everybody computes the same.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.checkpoint import parse_checkpoint, parse_size
from ledger.transparency.merkle import HASH_BYTES, Frontier, fold
from ledger.transparency.note import from_base64, parse_note
from ledger.transparency.policy import Policy

HEAD: Final = "records-ledger/landmarks@v1"
HEIGHT: Final = 14
"""Of the lists that the service publishes: 2 MB of hashes for a billion entries."""
LEAST_HEIGHT, GREATEST_HEIGHT = 1, 32
LARGEST_LIST: Final = 16 << 20
"""Bytes; at height 14 that is six billion entries."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """What a verifier keeps of a list that it believes: hashes, and what they are hashes of."""

    origin: str
    """Of the log."""
    height: int
    hashes: tuple[bytes, ...]
    """Of the subtrees of ``1 << height`` entries, from the log's first entry on."""
    cosigned_at: datetime | None
    """When the quorum on the list's head was complete: every entry below `end` is at least as old.
    None where the policy asks for no witness."""

    @property
    def end(self) -> int:
        """The first index that no landmark covers."""
        return len(self.hashes) << self.height

    def covering(self, index: int) -> bytes:
        """Return the landmark that the entry at ``index`` is under.

        Raises:
            ProofError: ``younger_than_landmarks``.
        """
        if not 0 <= index < self.end:
            raise ProofError(
                "younger_than_landmarks", "the list has no landmark over this index yet"
            )
        return self.hashes[index >> self.height]


@dataclass(frozen=True, slots=True)
class LandmarkList:
    """A list as a file has it; nothing of it is believed until `judged_by`."""

    height: int
    hashes: tuple[bytes, ...]
    """The landmarks, then the right edge down to the checkpoint's size."""
    checkpoint: bytes
    """A signed note."""

    @property
    def count(self) -> int:
        """How many of the hashes are landmarks, by the head's unverified word.

        Raises:
            InvalidInputError: ``landmarks_form``: another number of hashes than the head's size
                asks for, or no whole landmark; or as of a checkpoint.
        """
        head = parse_checkpoint(parse_note(self.checkpoint).text)
        whole, edge = whole_and_edge(head.size, self.height)
        if not whole or len(self.hashes) != whole + edge:
            expected = "one hash for each subtree of the head's tree, one of them whole"
            raise InvalidInputError("landmarks", "landmarks_form", expected)
        return whole

    def judged_by(self, policy: Policy) -> Landmarks:
        """Return the landmarks, if ``policy`` believes the head and they are its tree's.

        Raises:
            InvalidInputError: As of `count`.
            ProofError: The policy does not believe the head; ``other_root``: the hashes do not
                fold to it.
        """
        cosigned = policy.judge(self.checkpoint)
        head = cosigned.checkpoint
        landmarks = self.hashes[: self.count]
        if folded(landmarks, self.hashes[len(landmarks) :]) != head.root:
            raise ProofError("other_root", "the landmarks do not fold to the root of their head")
        return Landmarks(head.origin, self.height, landmarks, cosigned.quorum_at)

    def write(self) -> bytes:
        """Return the file's bytes."""
        lines = [HEAD, f"height {self.height}"]
        lines += [b64encode(one).decode("ascii") for one in self.hashes]
        return "".join(f"{line}\n" for line in (*lines, "")).encode() + self.checkpoint


def whole_and_edge(size: int, height: int) -> tuple[int, int]:
    """Return how many landmarks a tree of ``size`` has, and how many smaller subtrees follow."""
    return size >> height, (size & ((1 << height) - 1)).bit_count()


def folded(landmarks: tuple[bytes, ...], edge: tuple[bytes, ...]) -> bytes:
    """Return the root above landmarks and the smaller subtrees to their right."""
    tree = Frontier()
    tree.extend(landmarks)  # as leaves: they are neighbours of one height
    return fold((*tree.peaks, *edge))


def check_height(height: int) -> int:
    """Return ``height`` if landmarks may have it.

    Raises:
        InvalidInputError: ``landmark_height``.
    """
    if not LEAST_HEIGHT <= height <= GREATEST_HEIGHT:
        expected = f"a number from {LEAST_HEIGHT} to {GREATEST_HEIGHT}"
        raise InvalidInputError("height", "landmark_height", expected)
    return height


def parse_landmarks(data: bytes) -> LandmarkList:
    """Return what the file ``data`` says; nothing of it is verified.

    Raises:
        InvalidInputError: ``landmarks_form``, ``landmarks_size``, ``landmark_height``,
            ``size_form``, ``base64``, or as of a checkpoint.
    """
    if len(data) > LARGEST_LIST:
        raise InvalidInputError("landmarks", "landmarks_size", f"at most {LARGEST_LIST} bytes")
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        first, height, *lines = head.decode("ascii").split("\n")
    except ValueError as error:  # fewer lines, or no ASCII
        raise _no_list() from error
    if not blank or first != HEAD or not height.startswith("height "):
        raise _no_list()
    hashes = tuple([from_base64(line, "landmarks") for line in lines])
    if any(len(one) != HASH_BYTES for one in hashes):
        raise InvalidInputError("landmarks", "landmarks_form", "hashes of 32 bytes")
    number = parse_size(height.removeprefix("height "), "height")
    listed = LandmarkList(check_height(number), hashes, checkpoint)
    assert listed.count, "or it is refused"
    return listed


def read_landmarks(data: bytes, policy: Policy) -> Landmarks:
    """Return the landmarks of the file ``data``, completely checked; raises as its two steps do."""
    return parse_landmarks(data).judged_by(policy)


def _no_list() -> InvalidInputError:
    expected = f"{HEAD}, a height line, hashes, and a checkpoint below"
    return InvalidInputError("landmarks", "landmarks_form", expected)
