"""What a log says by landmarks: the list of them under a head, and one entry's proof.

A list is made under the oldest published head that covers all its landmarks. So it stays the same
until the next landmark is whole, any cache may hold it, and its time is the earliest that the log
can show for all of them. Where the policy was changed since, so that its holders would not believe
that head, the newest one takes its place.
"""

from collections.abc import Sequence
from datetime import datetime

from ledger.errors import ProofError, RefusedError
from ledger.transparency.landmark_proof import LandmarkProof
from ledger.transparency.landmarks import HEIGHT, LandmarkList, check_height
from ledger.transparency.log import LogReader, PublishedHead
from ledger.transparency.merkle import Node, inclusion_proof, subtrees
from ledger.transparency.policy import Policy
from ledger.transparency.tiles import node_reader

_NODES_AT_ONCE = 1_024
"""256 tiles at height 14: what is read at once stays below 3 MB."""


class LandmarkLog:
    """A log's landmarks of one height; whole ones are read once, for they never change.

    Safe for many threads.
    """

    def __init__(
        self, log: LogReader, height: int = HEIGHT, *, policy: Policy | None = None
    ) -> None:
        """Ask ``log``; ``policy`` is the one in force, None makes lists under any published head.

        Raises:
            InvalidInputError: ``landmark_height``.
        """
        self._log = log
        self._height = check_height(height)
        self._policy = policy
        self._whole: tuple[bytes, ...] = ()

    def newest(self, *, before: datetime | None = None) -> LandmarkList | None:
        """Return the newest list; None as long as no landmark is whole under a head to believe.

        Args:
            before: Only of heads that were cosigned before this moment: what a verifier needs
                about a key that was compromised then.

        Raises:
            ProofError: ``no_such_tile``: the log's tiles are not whole.
        """
        latest = self._log.latest() if before is None else newest_before(self._log, before)
        count = latest.size >> self._height if latest else 0
        if not count:
            return None
        heads = (self._log.covering((count << self._height) - 1), latest)
        head = next((one for one in heads if one is not None and self._is_believed(one)), None)
        if head is None:
            return None
        edge = subtrees(count << self._height, head.size)
        hashes = (*self._first(count, head.size), *node_reader(head.size, self._log.tiles)(edge))
        return LandmarkList(self._height, hashes, head.note)

    def _is_believed(self, head: PublishedHead) -> bool:
        if self._policy is None:
            return True
        try:
            self._policy.judge(head.note)
        except ProofError:
            return False
        return True

    def _first(self, count: int, size: int) -> tuple[bytes, ...]:
        # Replaced as a whole: two threads may read the same tiles, and neither sees half of it.
        held, read = list(self._whole), node_reader(size, self._log.tiles)
        while len(held) < count:
            more = range(len(held), min(count, len(held) + _NODES_AT_ONCE))
            held += read([Node(self._height, number) for number in more])
        if len(held) > len(self._whole):
            self._whole = tuple(held)
        return tuple(held[:count])


def newest_before(log: LogReader, moment: datetime) -> PublishedHead | None:
    """Return the newest head whose quorum was complete before ``moment``; None if there is none.

    Heads are cosigned in order of size, so halving finds it: one question for each bit of the size.
    """
    found, low = None, 0
    latest = log.latest()
    high = latest.size if latest else 0
    while low < high:  # the head is one of more than ``low`` leaves, and of no more than ``high``
        middle = (low + high) // 2
        head = log.covering(middle)
        if head is None or head.quorum_at is None or head.quorum_at >= moment:
            high = middle
        else:
            found, low = head, head.size
    return found


def prove_to_landmark(
    log: LogReader, index: int, height: int = HEIGHT, *, extra: bytes | None = None
) -> LandmarkProof | None:
    """Return the proof of the leaf at ``index``; None while its landmark is not whole under a head.

    Raises:
        InvalidInputError: ``landmark_height``.
        ProofError: ``no_such_tile``.
    """
    leaves, latest = 1 << check_height(height), log.latest()
    start = index & -leaves
    if latest is None or index < 0 or latest.size < start + leaves:
        return None
    read = node_reader(latest.size, log.tiles)

    def read_moved(nodes: Sequence[Node]) -> list[bytes]:
        return read([Node(node.level, node.number + (start >> node.level)) for node in nodes])

    return LandmarkProof(index, tuple(inclusion_proof(index - start, leaves, read_moved)), extra)


def landmark_proof_of(
    log: LogReader, index: int, height: int = HEIGHT, *, extra: bytes | None = None
) -> LandmarkProof:
    """Return the proof as `prove_to_landmark`, or refuse.

    Raises:
        RefusedError: ``younger_than_landmarks``.
    """
    proof = prove_to_landmark(log, index, height, extra=extra)
    if proof is None:
        message = "no landmark is whole over this entry yet: its .tlog-proof serves until then"
        raise RefusedError("younger_than_landmarks", message)
    return proof
