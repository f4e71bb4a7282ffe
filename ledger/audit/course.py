"""An audit under way: the parts and the streams, checked by whoever works, taken in in order."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from time import monotonic
from typing import Final

from ledger.audit.erasures import erasure_findings
from ledger.audit.evidence import Evidence
from ledger.audit.findings import Finding
from ledger.audit.freshness import Freshness
from ledger.audit.heads import KnownHead, OutsideHead
from ledger.audit.join import MOST_RECORDS, JoinResult, JoinTask
from ledger.audit.outside import known_heads, read_proofs
from ledger.audit.report import Progress, Tell
from ledger.audit.scope import Part, Plan
from ledger.audit.stream_ends import ranges
from ledger.audit.tasks import PartResult, PartTask
from ledger.audit.timestamps import Stamped, judge
from ledger.audit.tree import head_before, heads_within, logged_node
from ledger.audit.whole import Whole
from ledger.audit.workers import Opened, Team
from ledger.transparency.log import PublishedHead
from ledger.transparency.proof import TlogProof
from ledger.transparency.tiles import WIDTH

_REMEMBERED: Final = "memory"


@dataclass
class Course:
    """One audit under way."""

    here: Opened
    plan: Plan
    evidence: Evidence
    at: datetime
    freshness: Freshness
    tell: Tell | None
    findings: list[Finding] = field(default_factory=list)
    unchecked: dict[str, str] = field(default_factory=dict)
    known: list[KnownHead] = field(default_factory=list)
    proofs: list[tuple[str, TlogProof]] = field(default_factory=list)
    rows: int = 0
    records: int = 0
    streams: int = 0
    judged: int = 0

    def __post_init__(self) -> None:
        """Read what outsiders hold."""
        self.whole = Whole(self.plan.part_rows)
        tokens = self.evidence.timestamps
        self.stamped = Stamped() if tokens is None else judge(tokens)
        self.findings += self.stamped.findings
        policies = self.here.policies
        if policies is None:
            return
        self.proofs, wrong = read_proofs(self.evidence.proofs)
        given = [*self.evidence.outside, *self.stamped.heads]
        given += [OutsideHead(name, proof.checkpoint) for name, proof in self.proofs]
        memory = self.here.memory
        if memory is not None and (head := memory.head()) is not None:
            given.append(OutsideHead(_REMEMBERED, head))
        self.known, more = known_heads(given, policies)
        self.findings += [*wrong, *more]

    # The rows

    def scan(self, parts: list[Part], workers: Team) -> None:
        """Check the parts, and take them in, in their order."""
        total = sum(part.end - part.read_from for part in parts if part.read_from is not None)
        before = self._finished(parts)
        read = sum(part.read_from is not None for part in parts)
        fresh = workers.check(self._tasks(parts, before), read - len(before))
        clock = Clock(self.tell, "rows", total, sum(one.end - one.first for one in before.values()))
        for part in parts:
            root = None if part.read_from is None else self._logged_above(part)
            if part.read_from is None:
                self.whole.pass_over(self._remembered_above(part) or self._logged_above(part))
                continue
            result = before.get(part.number)
            if result is None:
                result = next(fresh)
                clock.count(result.end - result.first)
            self.rows += result.rows
            self.records += result.streams
            self.whole.take(result, root)
            clock.say(len(self.findings) + len(self.whole.findings), part.number)
        self.whole.end()

    def _finished(self, parts: list[Part]) -> dict[int, PartResult]:
        memory = self.here.memory
        if memory is None:
            return {}
        found = [memory.done(part.number) for part in parts if part.read_from is not None]
        return {one.number: one for one in found if one is not None}

    def _tasks(self, parts: list[Part], done: dict[int, PartResult]) -> Iterator[PartTask]:
        before: PublishedHead | None = None
        reached = -1
        for part in parts:
            if part.read_from is None or part.number in done:
                continue
            task = self._task(part, before if reached == part.read_from else self._before(part))
            before = task.heads[-1] if task.heads else task.before
            reached = part.end
            yield task

    def _before(self, part: Part) -> PublishedHead | None:
        log, first = self.here.log, part.read_from
        return None if log is None or not first else head_before(log, first)

    def _task(self, part: Part, before: PublishedHead | None) -> PartTask:
        log, first = self.here.log, part.read_from
        assert first is not None, "only parts that are read have tasks"
        heads = () if log is None else tuple(heads_within(log, first, part.end))
        memory = self.here.memory
        known = memory.tiles(part.number) if memory is not None and first > part.start else ()
        return PartTask(
            number=part.number,
            start=part.start,
            first=first,
            end=part.end,
            known=tuple(known[: (first - part.start) // WIDTH]),
            size=self.plan.size,
            heads=heads,
            before=before,
            after=None if log is None else log.covering(part.end),
            judged=self.plan.judged([head.size for head in heads]),
            asked=tuple(
                sorted(
                    {
                        one.checkpoint.size
                        for one in self.known
                        if first < one.checkpoint.size <= part.end
                    }
                )
            ),
            edge_at=self.plan.newest,
        )

    def _logged_above(self, part: Part) -> bytes | None:
        level = self.plan.part_rows.bit_length() - 1
        return logged_node(self.here.log, self.plan.size, level, part.number)

    def _remembered_above(self, part: Part) -> bytes | None:
        return None if self.here.memory is None else self.here.memory.root_of(part.number)

    # The streams

    def join(self, parts: list[Part], workers: Team) -> None:
        """Join the streams over all parts that were read, and judge them."""
        numbers = tuple(part.number for part in parts if part.read_from is not None)
        whole = all(part.read_from == part.start for part in parts)
        spans = ranges(self.records, MOST_RECORDS)
        tasks = [JoinTask(n, low, high, numbers, whole) for n, (low, high) in enumerate(spans)]
        memory = self.here.memory
        done = {task.number: memory.joined(task.number) if memory else None for task in tasks}
        left = [task for task in tasks if done[task.number] is None]
        fresh = workers.join(left, len(left))
        clock = Clock(self.tell, "streams", len(tasks), 0)
        destroyed: dict[bytes, int] = {}
        begun: list[bytes] = []
        for task in tasks:
            result: JoinResult = done[task.number] or next(fresh)
            self.findings += result.findings
            self.streams += result.streams
            self.judged += result.judged
            destroyed |= result.destroyed
            begun += result.begun
            clock.count(1)
            clock.say(len(self.findings) + len(self.whole.findings), task.number)
        if self.here.keys is not None and whole:
            self.findings += erasure_findings(self.here.keys, destroyed, begun)


@dataclass
class Clock:
    """Counts, and tells how far it is."""

    tell: Tell | None
    stage: str
    total: int
    done: int
    fresh: int = 0
    began: float = field(default_factory=monotonic)

    def count(self, more: int) -> None:
        """So many more are done."""
        self.done += more
        self.fresh += more

    def say(self, findings: int, part: int) -> None:
        """Tell."""
        if self.tell is not None:
            seconds = monotonic() - self.began
            rate = self.fresh / seconds if seconds > 0 else 0.0
            self.tell(Progress(self.stage, self.done, self.total, findings, part, rate))
