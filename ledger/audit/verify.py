"""An audit from beginning to end: plans, has the parts checked, joins them, says what was found.

    with AuditorMemory(folder).alone(): …            optional
    report = verify(Evidence(ledger, log, policy), Scope(), at=now)
    report.findings, report.exit_code

``verify`` is one call, in this process, with several others or by a cluster, and raises only where
a database does not answer or an argument is wrong: whatever a copy holds is a finding, never an
exception.
With a memory each part is noted when it is done; the same call with ``resume`` goes on there.
"""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

from ledger.audit.conclusion import Conclusion
from ledger.audit.course import Course
from ledger.audit.evidence import Evidence
from ledger.audit.freshness import Freshness
from ledger.audit.memory import AuditorMemory
from ledger.audit.report import Report, Tell
from ledger.audit.scope import Mode, Plan, Scope
from ledger.audit.tasks import PART_ROWS
from ledger.audit.workers import Opened, Team, Workers, opened
from ledger.errors import InvalidInputError

Hire = Callable[[Opened, Evidence], Team]
"""Has others do the work on what is opened here."""


def verify(
    evidence: Evidence,
    scope: Scope | None = None,
    *,
    at: datetime,
    memory: AuditorMemory | None = None,
    resume: bool = False,
    processes: int = 1,
    team: Hire | None = None,
    part_rows: int = PART_ROWS,
    keep_leaves: bool = False,
    freshness: Freshness | None = None,
    tell: Tell | None = None,
    arguments: dict[str, Any] | None = None,
) -> Report:
    """Return what an audit of ``evidence`` comes to.

    Args:
        evidence: The copy, its log, the policy, and what outsiders hold.
        scope: All of it unless told otherwise.
        at: Now, for the age of what was published; aware.
        memory: The auditor's own; the caller holds it `alone`.
        resume: Go on with the scan that the memory has under way, in its scope.
        processes: How many read and compute.
        team: Hires others instead, such as `ledger.audit.cluster.ClusterWorkers` at an address.
        part_rows: A power of two from 256 to 65,536; smaller ones for tests.
        keep_leaves: Let the memory keep every leaf: a rebuilt log is then located to the entry.
        freshness: How old heads and unlogged facts may be.
        tell: Called after each part.
        arguments: Kept with a scan under way, for who resumes it.

    Raises:
        StoreUnavailableError: A database cannot be opened or does not answer.
        InvalidInputError: The scope is none of this ledger, or the memory does not fit.
    """
    with ExitStack() as stack:
        folder = memory.scan if memory is not None else Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="records-audit-"))
        )  # fmt: skip
        here = stack.enter_context(
            opened(evidence, folder=folder, memory=memory, keep_leaves=keep_leaves)
        )
        plan = _planned(here, scope or Scope(), memory, part_rows, resume=resume)
        parts = plan.parts()
        # Whoever cannot be had is told before a scan that was under way is given up.
        hired = team(here, evidence) if team else Workers(here, evidence, processes)
        stack.callback(hired.close)
        if memory is not None and not resume:
            memory.begin(plan, arguments or {})
        course = Course(here, plan, evidence, at, freshness or Freshness(), tell)
        course.scan(parts, hired)
        course.join(parts, hired)
        return Conclusion(course).report()


def plan_of(evidence: Evidence, scope: Scope, *, part_rows: int = PART_ROWS,
            memory: AuditorMemory | None = None) -> Plan:  # fmt: skip
    """Return what an audit would read, without reading it."""
    with opened(evidence, folder=Path(), memory=memory) as here:
        plan = _planned(here, scope, memory, part_rows, resume=False)
        plan.parts()
        return plan


def _planned(
    here: Opened, scope: Scope, memory: AuditorMemory | None, part_rows: int, *, resume: bool
) -> Plan:
    if resume:
        plan = None if memory is None else memory.running()
        if plan is None:
            raise InvalidInputError("memory", "nothing_to_resume", "a scan that was interrupted")
        return plan
    if memory is not None:
        memory.check(part_rows)
    if scope.mode is Mode.SINCE and (memory is None or memory.verified is None):
        raise InvalidInputError("memory", "memory_empty", "a memory of an audit before this one")
    # The log first: whatever it has, the ledger had before.
    size = 0 if here.log is None else here.log.size()
    latest = None if here.log is None else here.log.latest()
    rows = here.rows.head()
    remembered = 0 if memory is None else memory.size
    return Plan(scope, rows, size, remembered, latest.size if latest else 0, part_rows)
