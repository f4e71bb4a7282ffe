"""A folder of segments as one history: whole, in order, and the history of a head of the log.

    head        the way from the tree over the segments to a published head, and that head,
                as a log asks a witness: C2SP tlog-witness, add-checkpoint

What the segments' names say is enough to make the root over all of them; that the names are true
is `ledger.audit.segments.verify`'s question.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from ledger.audit.findings import Finding, Severity
from ledger.audit.segments.columns import StoredRow, rows_of
from ledger.audit.segments.files import read_segment
from ledger.audit.segments.names import Layout, Segment
from ledger.audit.segments.verify import unreadable_file
from ledger.errors import ProofError, TamperedError
from ledger.transparency.checkpoint import Checkpoint
from ledger.transparency.merkle import EMPTY_ROOT, fold, leaf_hash, node_hash, verify_consistency
from ledger.transparency.witness_request import LARGEST_REQUEST, Request, parse_request

HEAD_FILE: Final = "head"


class Judged(NamedTuple):
    """What a head says of the segments."""

    covered: int
    """So many facts are proved to be those of the head."""
    findings: tuple[Finding, ...]
    undecided: str | None = None
    """Why nothing can be said, where that is so."""


def layout_findings(layout: Layout) -> list[Finding]:
    """Return what is wrong with the segments' places."""
    found = [
        Finding(
            "C2.doubled",
            Severity.CRITICAL,
            {"segment": one.file_name, "position": one.first},
            "one segment in this place",
            "two, with different roots",
        )
        for one in layout.doubled
    ]
    if layout.gap is not None:
        found.append(
            Finding(
                "C5.gap",
                Severity.CRITICAL,
                {"position": layout.gap},
                "a segment with this position",
                "only segments after it",
            )
        )
    return found


class Tree:
    """The tree over segments, from their roots; they come one after the other without a gap."""

    def __init__(self, segments: Iterable[Segment] = ()) -> None:
        """Put up the tree over ``segments``."""
        self.size = 0
        self._peaks: list[tuple[int, bytes]] = []
        for segment in segments:
            self.append(segment.level, segment.root)

    def append(self, level: int, root: bytes) -> None:
        """Put the next complete subtree, of ``1 << level`` leaves, behind what is there."""
        self.size += 1 << level
        while self._peaks and self._peaks[-1][0] == level:
            root = node_hash(self._peaks.pop()[1], root)
            level += 1
        self._peaks.append((level, root))

    @property
    def root(self) -> bytes:
        """The root of the tree as it is now."""
        return fold([root for _, root in self._peaks]) if self._peaks else EMPTY_ROOT


def tree_of(layout: Layout) -> Tree:
    """Return the tree over the segments, as their names have it, up to the first gap."""
    return Tree(segment for segment in layout.used if segment.last <= layout.facts)


def read_head(folder: Path) -> Request | None:
    """Return the head beside the segments, None if there is none.

    Raises:
        InvalidInputError: It is not of this form.
    """
    try:
        with (folder / HEAD_FILE).open("rb") as file:
            return parse_request(file.read(LARGEST_REQUEST + 1))
    except FileNotFoundError:
        return None


def judge(
    folder: Path, layout: Layout, checkpoint: Checkpoint, way: Sequence[bytes] | None
) -> Judged:
    """Return whether the segments are the history of ``checkpoint``, which is believed.

    Args:
        folder: Where they are.
        layout: Which ones.
        checkpoint: A head of the log.
        way: The consistency proof from the tree over the segments to the head, where one is known.
    """
    tree = tree_of(layout)
    if checkpoint.size <= tree.size:
        return _judge_older(folder, layout, checkpoint)
    if way is None or not tree.size:
        missing = f"the head has {checkpoint.size} facts, the segments {tree.size}: no way is known"
        return Judged(0, (), missing)
    try:
        verify_consistency(
            old=tree.size, size=checkpoint.size, old_root=tree.root, root=checkpoint.root,
            proof=way,
        )  # fmt: skip
    except ProofError as error:
        return Judged(0, (_not_of(checkpoint, str(error)),))
    return Judged(tree.size, ())


def _judge_older(folder: Path, layout: Layout, checkpoint: Checkpoint) -> Judged:
    """Compare with the tree over the first facts of the segments, down to single entries."""
    whole = [one for one in layout.used if one.last <= checkpoint.size]
    tree = Tree(whole)
    if tree.size < checkpoint.size:
        cut = layout.used[len(whole)]
        try:
            rows = rows_of(read_segment(folder / cut.file_name, StoredRow._fields))
        except (TamperedError, ValueError) as error:
            return Judged(0, (unreadable_file(cut, str(error)),))
        for row in rows[: checkpoint.size - tree.size]:
            tree.append(0, leaf_hash(row.entry))
    if tree.root != checkpoint.root:
        return Judged(0, (_not_of(checkpoint, f"root {tree.root.hex()}"),))
    return Judged(checkpoint.size, ())


def _not_of(checkpoint: Checkpoint, found: str) -> Finding:
    return Finding(
        "C4.head",
        Severity.CRITICAL,
        {"size": checkpoint.size, "origin": checkpoint.origin},
        f"the history under the root {checkpoint.root.hex()}",
        found,
    )
