"""The end of an audit: what spans everything is looked at, and the memory moves on, or does not."""

from dataclasses import dataclass
from typing import Final

from ledger.audit.course import Course
from ledger.audit.coverage import NEEDED, Coverage, coverage_of
from ledger.audit.findings import Finding, Severity, in_order
from ledger.audit.freshness import tail_findings
from ledger.audit.heads import HeadJudgement
from ledger.audit.outside import head_findings, proof_findings
from ledger.audit.raw_log import RawLog
from ledger.audit.report import Report
from ledger.audit.row_check import place_of
from ledger.audit.runs import joined
from ledger.audit.scope import Mode
from ledger.audit.timestamps import late_findings
from ledger.audit.tree import logged_root, upper_tiles
from ledger.audit.whole import age_findings
from ledger.transparency.log import PublishedHead

_MOST_STRAYS: Final = 1_000
_NO_KEYS: Final = (
    "no key store was given: whether destroyed keys are gone, whether keys were destroyed without"
    " an order, whether each sealed part has its key, and whether facts outside the judged streams"
    " have all their parts"
)


@dataclass
class Conclusion:
    """What an audit that has read everything comes to."""

    course: Course

    def report(self) -> Report:
        """Look at what spans everything; return what was found, and let the memory move on."""
        self.course.findings += self.course.whole.findings
        self._check_log()
        self._check_outside()
        self._check_strays()
        findings = tuple(in_order(joined(in_order(self.course.findings))))
        coverage = self._coverage(findings)
        moved_on = self._remember(findings, coverage)
        newest = self.course.whole.newest
        return Report(
            findings=findings,
            rows=self.course.rows,
            size=self.course.plan.size,
            heads=self.course.whole.heads,
            heads_checked=self.course.whole.heads_checked,
            streams=self.course.streams,
            judged=self.course.judged,
            unchecked=self.course.unchecked,
            unasked=self._unasked(),
            moved_on=moved_on,
            root=None if newest is None else newest.root,
            head_size=0 if newest is None else newest.size,
            seed=self.course.plan.scope.seed
            if self.course.plan.scope.mode is Mode.SAMPLE
            else None,
            coverage=coverage,
        )

    def _unasked(self) -> dict[str, str]:
        """Return what was not looked at because nothing was given for it."""
        return {"C6": _NO_KEYS} if self.course.here.keys is None else {}

    def _check_log(self) -> None:
        log, plan = self.course.here.log, self.course.plan
        if log is None:
            self.course.unchecked |= dict.fromkeys(("C2", "C3", "C4", "C9"), "no log was given")
            return
        self._check_policies()
        if self.course.whole.unknown:
            self.course.unchecked["C2"] = (
                f"the roots of {self.course.whole.unknown} heads are not known"
            )
        if plan.newest > plan.size:
            place: dict[str, str | int] = {"size": plan.newest}
            self.course.findings.append(
                Finding("C2.shorter", Severity.CRITICAL, place,
                        f"a tree of {plan.newest} entries", f"one of {plan.size}")
            )  # fmt: skip
        if (
            plan.scope.mode is Mode.FULL
            and len(self.course.whole.roots) == plan.size // plan.part_rows
        ):
            self.course.findings += upper_tiles(log, plan.size, self.course.whole)
        self._check_newest()
        self.course.findings += tail_findings(
            self.course.here.rows, plan, self.course.at, self.course.freshness
        )
        tokens = self.course.evidence.timestamps
        if tokens is not None:
            times = self.course.stamped.times
            self.course.findings += late_findings(
                times, newest=plan.newest, at=self.course.at, most=tokens.most
            )

    def _check_policies(self) -> None:
        """Say where there is no head that the newest policy judges."""
        policies, plan = self.course.here.policies, self.course.plan
        if policies is None:
            self.course.unchecked |= dict.fromkeys(("C3", "C4"), "no policy was given")
        elif plan.newest and plan.newest <= policies.since:
            self.course.unchecked["C3"] = "no head is published under the newest policy"
        if not plan.newest and plan.end:
            self.course.unchecked["C3"] = "no head is published"

    def _check_newest(self) -> None:
        """Check the newest head where its part was not read, and its age."""
        log, newest = self.course.here.log, self.course.whole.newest
        assert log is not None, "the caller has seen one"
        stored = log.covering(self.course.plan.newest - 1) if self.course.plan.newest else None
        if stored is not None and (newest is None or newest.size < stored.size):
            self._check_unread(stored)
        self.course.findings += age_findings(
            self._renewed(), self.course.at, self.course.freshness.head_seconds
        )

    def _renewed(self) -> HeadJudgement | None:
        """Return the newest head with its later cosignatures, where it has good ones.

        Those that are no good are a finding: whoever asks the log for its head is given them.
        """
        newest, log = self.course.whole.newest, self.course.here.log
        renewed = log.renewed() if isinstance(log, RawLog) else None
        if newest is None or renewed is None or renewed.size != newest.size:
            return newest
        judged = self.course.here.checker.judge(renewed)
        if judged.finding is None and judged.root == newest.root:
            return judged
        place: dict[str, str | int] = {"size": renewed.size}
        code = "C3.head" if judged.finding is None else judged.finding.code
        expected = "later cosignatures of the published head by log and quorum"
        self.course.findings.append(
            Finding(code, Severity.CRITICAL, place, expected, code.partition(".")[2])
        )
        return newest

    def _check_unread(self, stored: PublishedHead) -> None:
        if stored.size in self.course.whole.found_roots:
            return
        judged = self.course.here.checker.judge(stored)
        self.course.findings += [judged.finding] if judged.finding is not None else []
        root = logged_root(self.course.here.log, self.course.plan.size, stored.size)
        if root is None:
            self.course.unchecked["C2"] = "the log's tiles lead to no root"
        elif root != judged.root:
            place: dict[str, str | int] = {"size": stored.size}
            self.course.findings.append(
                Finding("C2.root", Severity.CRITICAL, place, "the root of the tiles", "another")
            )
        elif judged.finding is None:
            self.course.whole.newest = judged

    def _check_outside(self) -> None:
        if self.course.evidence.silent:
            silent = ", ".join(self.course.evidence.silent)
            self.course.unchecked["C4"] = f"no answer from {silent}"
        policies = self.course.here.policies
        if policies is None:
            return
        self.course.findings += head_findings(
            self.course.known, self.course.plan.end, self._root_at
        )
        self.course.findings += proof_findings(self.course.proofs, policies, self.course.here.rows)

    def _root_at(self, size: int) -> bytes | None:
        root = self.course.whole.found_roots.get(size)
        if root is None:
            root = logged_root(self.course.here.log, self.course.plan.size, size)
        if root is None:
            self.course.unchecked["C4"] = f"the root of {size} entries is not known"
        return root

    def _check_strays(self) -> None:
        for column, kind in self.course.here.rows.odd_columns().items():
            self.course.findings.append(
                Finding("C1.column", Severity.CRITICAL, {"column": column},
                        "the type that the ledger gave it", kind)
            )  # fmt: skip
        if self.course.plan.scope.mode is Mode.FULL:
            self.course.findings += [
                Finding(
                    "C5.stray", Severity.CRITICAL, place_of(row), "a position from 1", "another"
                )
                for row in self.course.here.rows.strays(_MOST_STRAYS)
            ]

    def _coverage(self, findings: tuple[Finding, ...]) -> Coverage:
        """Return which entries count as verified: none, where heads or tree could not be judged."""
        plan, read = self.course.plan, list[tuple[int, int]]()
        if not NEEDED & self.course.unchecked.keys():
            read = [
                (part.read_from, min(part.end, plan.newest))
                for part in plan.parts() if part.read_from is not None
            ]  # fmt: skip
        return coverage_of(read, findings, self.course.at)

    def _remember(self, findings: tuple[Finding, ...], coverage: Coverage) -> bool:
        """Write what was found; move on if tree and heads are believed."""
        memory, log = self.course.here.memory, self.course.here.log
        if memory is None:
            return False
        doubtful = any(one.code.split(".")[0] in {"C2", "C3", "C4"} for one in findings)
        newest, head = self.course.whole.newest, None
        all_read = (
            self.course.plan.scope.mode in {Mode.FULL, Mode.SINCE} and not self.course.unchecked
        )
        if log is not None and newest is not None and all_read and not doubtful:
            stored = log.covering(newest.size - 1)
            whole = newest.size == self.course.plan.newest and stored is not None
            head = stored if whole else None
        memory.finish(
            findings, at=self.course.at, head=head, plan=self.course.plan, coverage=coverage,
            policies=self.course.here.policies,
        )  # fmt: skip
        return head is not None
