"""A folder of segments looked at whole: each by itself, all of them in order, and beside a head."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from ledger.audit.findings import EXIT, Finding, Severity, in_order
from ledger.audit.segments import workers as at_work
from ledger.audit.segments.archive import HEAD_FILE, judge, layout_findings, read_head
from ledger.audit.segments.fold import Folding
from ledger.audit.segments.names import Layout, lay_out, segments_in
from ledger.audit.segments.verify import SegmentResult, verify_segment
from ledger.audit.segments.workers import Workers
from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.note import write_note
from ledger.transparency.policy import Policy

Tell = Callable[[SegmentResult, int, int], None]
"""Takes what came back, how many facts are done, and how many there are."""


@dataclass(slots=True)
class Checked:
    """What the segments of a folder are."""

    facts: int
    """In the segments that were read."""
    streams: int = 0
    topics: dict[str, int] = field(default_factory=dict)
    proved: int = 0
    """So many facts are those of a believed head of the log."""
    findings: list[Finding] = field(default_factory=list)
    unchecked: dict[str, str] = field(default_factory=dict)
    """Checks that could not be made, and why; as in an audit of the rows."""

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 could not check."""
        if self.findings:
            return EXIT.findings
        return EXIT.could_not_check if self.unchecked else EXIT.clean


def check(
    folder: Path,
    workers: Workers,
    *,
    policy: Policy | None = None,
    checkpoint: bytes | None = None,
    tell: Tell = lambda _result, _done, _total: None,
) -> Checked:
    """Return what the segments in ``folder`` are.

    Args:
        folder: Where they are; also under this path where the workers are.
        workers: Who verifies them.
        policy: Whose signatures count.
        checkpoint: A head of the log that somebody kept; without it the one beside the segments.
        tell: Is told after each segment, in order.

    Raises:
        StoreUnavailableError: A worker is gone.
    """
    layout = lay_out(segments_in(folder))
    checked = Checked(sum(one.facts for one in layout.used))
    checked.findings += layout_findings(layout)
    if not layout.used:
        checked.unchecked["C1"] = "there are no segments"
    _each(checked, folder, layout, workers, tell)
    _beside(checked, folder, layout, policy, checkpoint)
    checked.findings = in_order(checked.findings)
    return checked


def _each(checked: Checked, folder: Path, layout: Layout, workers: Workers, tell: Tell) -> None:
    paths = [folder / segment.file_name for segment in layout.used]
    folding, done = Folding(), 0
    for result in at_work.in_order(workers, verify_segment, paths):
        checked.findings += result.findings
        done += result.segment.facts
        # Behind a segment that cannot be read no stream can be followed.
        if result.root is not None and result.segment.first == folding.last + 1:
            folding.add(result.fold)
        tell(result, done, checked.facts)
    checked.findings += folding.findings
    checked.streams, checked.topics = folding.streams, dict(sorted(folding.topics.items()))
    if folding.last < checked.facts:
        checked.unchecked["C5"] = f"streams could be followed to position {folding.last} only"


def _beside(
    checked: Checked, folder: Path, layout: Layout, policy: Policy | None, given: bytes | None
) -> None:
    """Compare with a head of the log, if there is one that the policy believes."""
    if policy is None:
        checked.unchecked["C4"] = "no policy was given"
        return
    head = None
    try:
        head = read_head(folder)
    except InvalidInputError as error:
        checked.findings.append(_no_head(HEAD_FILE, str(error)))
    note = write_note(head.note) if given is None and head is not None else given
    if note is None:
        checked.unchecked["C4"] = "no head was given, and none lies beside the segments"
        return
    try:
        believed = policy.judge(note).checkpoint
    except (InvalidInputError, ProofError) as error:
        checked.findings.append(_no_head("checkpoint" if given else HEAD_FILE, str(error)))
        return
    way = head.proof if head is not None and head.checkpoint == believed else None
    judged = judge(folder, layout, believed, way)
    checked.findings += judged.findings
    checked.proved = judged.covered
    if judged.undecided is not None:
        checked.unchecked["C4"] = judged.undecided


def _no_head(file: str, reason: str) -> Finding:
    return Finding(
        "C3.head", Severity.CRITICAL, {"file": file}, "a head that the policy believes", reason
    )
