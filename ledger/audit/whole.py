"""Joins the parts: the tree over them, the roots of published heads, the order of time across them.

Takes the parts in their order, scanned or not; of those not scanned it takes the hash above them
from whoever is believed for it, the auditor's memory or the log.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from ledger.audit.findings import Bound, Finding, Interval, Severity
from ledger.audit.heads import HeadJudgement
from ledger.audit.tasks import PartResult
from ledger.audit.times import late
from ledger.transparency.merkle import Frontier, fold


@dataclass
class HeadRun:
    """Heads, one after the other, of which the same is wrong."""

    code: str
    expected: str
    found: str
    first: int
    last: int
    after: Bound | None
    until: Bound

    def finding(self) -> Finding:
        """Return it as one finding."""
        place: dict[str, str | int] = {"size": self.first}
        if self.last > self.first:
            place["until"] = self.last
        interval = Interval(self.after, self.until)
        return Finding(self.code, Severity.CRITICAL, place, self.expected, self.found, interval)


@dataclass
class Whole:
    """What is known of the whole ledger so far."""

    part_rows: int
    findings: list[Finding] = field(default_factory=list)
    roots: list[bytes] = field(default_factory=list)
    """Above each part so far."""
    found_roots: dict[int, bytes] = field(default_factory=dict)
    """By size, the root of each tree that was asked for."""
    good: Bound | None = None
    """The newest head that was believed and has the root of the rows."""
    newest: HeadJudgement | None = None
    heads: int = 0
    heads_checked: int = 0
    unknown: int = 0
    """Heads and trees whose root could not be computed."""
    _frontier: Frontier = field(default_factory=Frontier)
    _known: bool = True
    _latest: int = 0
    _runs: dict[str, HeadRun] = field(default_factory=dict)

    def take(self, result: PartResult, root: bytes | None) -> None:
        """Take in a part that was scanned.

        Args:
            result: What was found.
            root: What the log has above the part, for where its own root is not known.
        """
        self.findings += result.findings
        self.findings += late(result.earliest, self._latest)
        self._latest = max(self._latest, result.latest or 0)
        for size, end in result.ends.items():
            if end is not None and self._known:
                self.found_roots[size] = fold([*self._frontier.peaks, end])
        for head in result.heads:
            self._take_head(head)
        self.pass_over(result.root or root)

    def pass_over(self, root: bytes | None) -> None:
        """Take in the hash above a part."""
        self._known = self._known and root is not None
        if root is not None and self._known:
            self._frontier.append(root)
            self.roots.append(root)

    def _take_head(self, head: HeadJudgement) -> None:
        self.heads += 1
        self.heads_checked += head.checked
        wrong: list[tuple[str, str, str]] = []
        if head.finding is not None:
            wrong.append((head.finding.code, head.finding.expected, head.finding.found))
        root = self.found_roots.get(head.size)
        if root is None:
            self.unknown += 1
        elif root != head.root:
            wrong.append(("C2.root", "the root of the entries", "another root"))
        bound = Bound(head.size, head.quorum_at)
        self._note(bound, wrong)
        if not wrong and root is not None:
            self.good, self.newest = bound, head

    def _note(self, bound: Bound, wrong: Iterable[tuple[str, str, str]]) -> None:
        """Go on with the runs of wrong heads, and end those that this head is not part of."""
        said = {code: (expected, found) for code, expected, found in wrong}
        for code in [code for code in self._runs if code not in said]:
            self.findings.append(self._runs.pop(code).finding())
        for code, (expected, found) in said.items():
            run = self._runs.get(code)
            if run is None:
                self._runs[code] = HeadRun(
                    code, expected, found, bound.size, bound.size, self.good, bound
                )
            else:
                run.last = bound.size

    def end(self) -> None:
        """No more parts come."""
        self.findings += [run.finding() for run in self._runs.values()]
        self._runs.clear()

    def level(self, hashes_of: int) -> Iterator[bytes]:
        """Yield the hashes above each ``hashes_of`` leaves, a power of two of parts."""
        count = hashes_of // self.part_rows
        for start in range(0, len(self.roots) - count + 1, count):
            above = Frontier()
            above.extend(self.roots[start : start + count])
            yield above.root


def age_findings(
    newest: HeadJudgement | None, at: datetime, most_seconds: float
) -> Iterator[Finding]:
    """Yield that the newest cosignature is too old at ``at``."""
    if newest is None or newest.quorum_at is None:
        return
    age = (at - newest.quorum_at).total_seconds()
    if age > most_seconds:
        yield Finding(
            "C9.stale",
            Severity.WARNING,
            {"size": newest.size},
            f"a cosignature of the last {most_seconds:.0f} seconds",
            f"one {age:.0f} seconds old",
        )
