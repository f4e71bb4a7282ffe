"""Checks one part of the ledger: its rows, their leaves in the log's tiles, heads, and times."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledger.audit.findings import Bound, Finding, Interval, Severity
from ledger.audit.heads import HeadJudgement, judge_head
from ledger.audit.remembered import Remembered, compare_with_memory
from ledger.audit.rows import RawRow, RowSource
from ledger.audit.runs import in_runs
from ledger.audit.scan import Scan
from ledger.audit.stream_ends import write_ends
from ledger.audit.tasks import PartResult, PartTask
from ledger.audit.tile_check import NOT_LOGGED, EdgeHead, LoggedTiles, TileRoots
from ledger.audit.times import Bracket, brackets_of, earliest, time_findings
from ledger.errors import ProofError
from ledger.transparency.log import LogReader, PublishedHead
from ledger.transparency.merkle import HASH_BYTES, complete_root, fold, subtrees
from ledger.transparency.policy_history import Policies
from ledger.transparency.tiles import WIDTH, Tile, node_reader, width_at

_MOST_HEADS: Final = 512
"""Judgements kept ready; a head is looked at for the part that it ends and for its neighbours."""


@dataclass
class PartChecker:
    """Checks parts of one copy; one a process."""

    rows: RowSource
    log: LogReader | None
    policies: Policies | None
    folder: Path
    """Where a part leaves its `stream_ends`, as ``<number>.ends``, and its leaves if kept."""
    judged_topics: frozenset[str] = frozenset()
    """Stored names whose streams are judged by the law's order."""
    memory: Remembered | None = None
    keep_leaves: bool = False
    also: Callable[[Sequence[RawRow]], list[Finding]] | None = None
    _judged: dict[bytes, HeadJudgement] = field(default_factory=dict)

    def check(self, task: PartTask) -> PartResult:
        """Return what is found in a part; its files are left in the folder.

        Raises:
            StoreUnavailableError: A database does not answer.
        """
        scan = Scan(task.first, task.end, judged=self.judged_topics, also=self.also)
        scan.read(self.rows)
        tree = TileRoots(task.first, task.known, self._edge_head(task))
        logged, findings = self._logged(task)
        tree.check(scan.leaves, logged, task.first % WIDTH**2 // WIDTH)
        findings += [*scan.findings, *tree.findings]
        if self.memory is not None:
            findings += compare_with_memory(self.memory, task.number, tree)
        heads = [self._judge(task, head) for head in task.heads]
        findings += time_findings(task.first, scan.times, self._brackets(task, heads))
        if self.keep_leaves:
            self._leave_leaves(task, tree)
        return PartResult(
            number=task.number,
            start=task.start,
            first=task.first,
            end=task.end,
            rows=scan.rows,
            findings=tuple(_bounded(one, task) for one in in_runs(findings)),
            root=_root(task, tree),
            tiles=tuple(tree.roots),
            ends=dict(tree.ends(sorted({*task.asked, *(head.size for head in task.heads)}))),
            heads=tuple(heads),
            latest=max(filter(None, scan.times), default=None),
            earliest=tuple(earliest(task.first, scan.times)),
            streams=write_ends(self.folder / f"{task.number}.ends", scan.ends()),
            edge=_edge(task, tree),
        )

    def _leave_leaves(self, task: PartTask, tree: TileRoots) -> None:
        new = self.folder / f"{task.number}.leaves.new"
        new.write_bytes(b"".join(leaf or bytes(HASH_BYTES) for leaf in tree.leaves))
        new.replace(self.folder / f"{task.number}.leaves")

    def _logged(self, task: PartTask) -> tuple[LoggedTiles, list[Finding]]:
        """Return the log's tiles of a part, and whether that above its leaves is wanting."""
        end = min(task.end, task.size)
        if self.log is None or end <= task.first:
            return NOT_LOGGED, []
        numbers = range(task.first // WIDTH, -(-end // WIDTH))
        leaves = read_tiles(self.log, [Tile(0, n, width_at(0, n, end)) for n in numbers])
        number = task.first // WIDTH**2
        width = width_at(1, number, task.size)
        above = read_tiles(self.log, [Tile(1, number, width)])[0] if width else b""
        if above is not None:
            return LoggedTiles(leaves, above), []
        place: dict[str, str | int] = {"level": 1, "tile": number}
        found = Finding("C2.tile", Severity.CRITICAL, place, "a tile", "none that can be read")
        return LoggedTiles(leaves, b""), [found]

    def _edge_head(self, task: PartTask) -> EdgeHead | None:
        """Return the newest head over the part's last tile, if that is not full."""
        log, tile = self.log, (task.end - 1) // WIDTH * WIDTH
        heads = [head for head in task.heads if tile < head.size < tile + WIDTH]
        if log is None or not heads:
            return None
        head = heads[-1]

        def leads(leaves: Sequence[bytes]) -> bool:
            judged = self._judge(task, head)
            if judged.finding is not None:
                return False
            try:
                before = node_reader(task.size, log.tiles)(subtrees(0, tile)) if tile else []
            except (ProofError, TypeError, ValueError):
                return False
            edge = [complete_root(leaves[at : at + width]) for at, width in _runs(len(leaves))]
            return fold([*before, *edge]) == judged.root

        return EdgeHead(head.size, leads)

    def _judge(self, task: PartTask, head: PublishedHead) -> HeadJudgement:
        if task.judged is not None and head.size not in task.judged:
            return judge_head(head, None)
        return self.judge(head)

    def judge(self, head: PublishedHead) -> HeadJudgement:
        """Return what is to be said of a published head by the policy of its time; once."""
        known = self._judged.get(head.note)
        if known is None or (known.size, known.root) != (head.size, head.root):
            if len(self._judged) >= _MOST_HEADS:
                self._judged.clear()
            policy = None if self.policies is None else self.policies.at(head.size)
            known = self._judged[head.note] = judge_head(head, policy)
        return known

    def _brackets(self, task: PartTask, heads: Sequence[HeadJudgement]) -> list[Bracket]:
        around = [self._judge(task, one) for one in (task.before, task.after) if one is not None]
        return brackets_of([*around, *heads])


def _root(task: PartTask, tree: TileRoots) -> bytes | None:
    """Return the hash above a whole part."""
    count = len(tree.roots)
    whole = task.end - task.start == count * WIDTH and not count & (count - 1)
    return complete_root(tree.roots) if whole and count else None


def _runs(leaves: int) -> Iterator[tuple[int, int]]:
    """Yield where each complete subtree of so many leaves begins, and how many it has."""
    for node in subtrees(0, leaves):
        yield node.number << node.level, 1 << node.level


def _edge(task: PartTask, tree: TileRoots) -> tuple[bytes, ...]:
    """Return the leaves of the tile that is not full in a tree that ends in this part."""
    if not task.first < task.edge_at <= task.end or task.edge_at % WIDTH == 0:
        return ()
    leaves = tree.leaves[task.edge_at // WIDTH * WIDTH - task.first : task.edge_at - task.first]
    return tuple(leaves) if all(leaves) else ()


def read_tiles(log: LogReader, wanted: Sequence[Tile]) -> list[bytes | None]:
    """Return tiles, None for each that is not there or cannot be read."""
    try:
        return list(log.tiles(wanted))
    except (ProofError, TypeError, ValueError):
        if len(wanted) == 1:
            return [None]
        return [read_tiles(log, [tile])[0] for tile in wanted]


def _bounded(finding: Finding, task: PartTask) -> Finding:
    """Return the finding with the heads between which it lies."""
    index = finding.place.get("index")
    if not isinstance(index, int):
        return finding
    heads = [head for head in (task.before, *task.heads, task.after) if head is not None]
    at = bisect_right([head.size for head in heads], index)
    after = heads[at - 1] if at else None
    return between(finding, after, heads[at] if at < len(heads) else None)


def between(finding: Finding, after: PublishedHead | None, until: PublishedHead | None) -> Finding:
    """Return the finding between two published heads."""
    bounds = [None if head is None else Bound(head.size, head.quorum_at) for head in (after, until)]
    return Finding(
        finding.code, finding.severity, finding.place, finding.expected, finding.found,
        Interval(*bounds),
    )  # fmt: skip
