"""All segments taken together, in order: what they add up to, and whether streams go on across.

One segment is folded by any process; here, where they are joined, is seen that each stream goes on
where it stopped, and that each fact names the one before it.
"""

from collections import Counter
from typing import NamedTuple

from ledger.audit.findings import Finding
from ledger.audit.scan import chain_findings
from ledger.audit.segments.verify import Fold
from ledger.audit.stream_ends import NO_HASH, unpack_ends


class _End(NamedTuple):
    version: int
    digest: bytes


_NOWHERE = _End(0, NO_HASH)


class Folding:
    """The segments so far; takes them in one after the other.

    Holds an end for every stream: about 210 bytes each. For more streams than fit into memory,
    verify the ledger's own rows, which joins streams on the disk.
    """

    def __init__(self) -> None:
        """Begin before the first position."""
        self.last = 0
        """Position."""
        self.topics: Counter[str] = Counter()
        self.findings: list[Finding] = []
        self._ends: dict[bytes, _End] = {}

    @property
    def streams(self) -> int:
        """How many streams there are so far."""
        return len(self._ends)

    def add(self, part: Fold) -> None:
        """Take in the next segment.

        Raises:
            ValueError: It is not the next one.
        """
        if part.segment.first != self.last + 1:
            raise ValueError(f"expected the segment that begins at position {self.last + 1}")
        self.last = part.segment.last
        self.topics += part.topics
        for end in unpack_ends(part.ends):
            before = self._ends.get(end.stream_id, _NOWHERE)
            chained = end.first_previous == before.digest
            if end.first_version != before.version + 1 or not chained:
                self.findings += chain_findings(
                    end.stream_id, end.first_position, end.first_version, before.version + 1,
                    chained=chained,
                )  # fmt: skip
            self._ends[end.stream_id] = _End(end.last_version, end.last_hash)
