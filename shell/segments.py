"""What `records audit segments` does; needs the extra ``audit``, and nothing else imports it."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any, Final

import click

from ledger.audit.findings import Finding
from ledger.audit.raw_log import open_raw_log
from ledger.audit.report import Progress
from ledger.audit.segments.check import Checked, check
from ledger.audit.segments.engine import Limits, columns
from ledger.audit.segments.export import carry_out, finish, plan
from ledger.audit.segments.files import alone_in
from ledger.audit.segments.names import lay_out, segments_in
from ledger.audit.segments.statistics import certificate_status, daily_figures, topics
from ledger.audit.segments.verify import SegmentResult, fold_segment
from ledger.audit.segments.workers import Workers, in_order, processes
from ledger.audit.static_log import is_static, open_static_log
from ledger.errors import RefusedError
from ledger.transparency.log import LogReader
from ledger.transparency.policy import Policy
from projections.certificate_status import CERTIFICATES
from projections.daily_figures import DAYS
from projections.segment_fold import fold_segments
from shell.audit_lines import ProgressLines
from shell.extras import extra

PYTHON: Final = "python"
"""The engine that is the views' own fold; the other one is SQL."""


@contextmanager
def at_work(count: int, address: str | None) -> Iterator[Workers]:
    """Let so many processes work, or a cluster's workers where an ``address`` is given.

    Raises:
        MissingExtraError: The cluster's library is not installed.
    """
    if address is None:
        with processes(count) as workers:
            yield workers
    else:
        with extra("cluster", "ledger.audit.segments.cluster").cluster(address) as workers:
            yield workers


@contextmanager
def _log_at(address: str | None) -> Iterator[LogReader | None]:
    if address is None:
        yield None
        return
    log = open_static_log(address) if is_static(address) else open_raw_log(address)
    try:
        yield log
    finally:
        log.close()


class _Lines:
    """Tells how far it is; every number is exact."""

    def __init__(self) -> None:
        self._lines = ProgressLines()
        self._begun = monotonic()
        self._found = 0

    def tell(self, part: int, done: int, total: int, findings: int) -> None:
        self._found += findings
        rate = done / max(monotonic() - self._begun, 1e-9)
        self._lines.tell(Progress("facts", done, total, self._found, part, rate))


def export(
    ledger: str, folder: Path, log: str | None, workers: Workers, *, tail: bool
) -> list[Finding]:
    """Write the segments that are missing; return what was found wrong with the others' rows.

    Raises:
        RefusedError: ``export_running``.
        StoreUnavailableError: The ledger or its log does not answer.
    """
    with alone_in(folder), _log_at(log) as reader:
        work = plan(ledger, folder, reader, tail=tail)
        total = sum(1 << task.node.level for task in work.tasks)
        lines, done, written = _Lines(), 0, 0
        findings = list(work.findings)
        for exported in carry_out(work, workers):
            done += 1 << exported.node.level
            written += exported.segment is not None
            findings += exported.findings
            lines.tell(exported.node.number, done, total, len(exported.findings))
        covered = finish(folder, reader, work.head)
    click.echo(f"{written:,} segments written, {work.held:,} were there", err=True)
    click.echo(f"{covered:,} facts from the first on", err=True)
    return findings


def verify(
    folder: Path, workers: Workers, policy: Policy | None, checkpoint: bytes | None
) -> Checked:
    """Return what the segments in ``folder`` are; tells how far it is."""
    lines = _Lines()

    def tell(result: SegmentResult, done: int, total: int) -> None:
        lines.tell(result.segment.number, done, total, len(result.findings))

    return check(folder, workers, policy=policy, checkpoint=checkpoint, tell=tell)


def stats(folder: Path, engine: str, workers: Workers, memory: str) -> dict[str, Any]:
    """Return the published figures as the segments have them, with the position they hold for.

    Raises:
        RefusedError: ``segments_missing``.
        TamperedError: A segment cannot be read.
    """
    if engine == PYTHON:
        return _folded(folder, workers)
    with columns(folder, limits=Limits(memory=memory)) as opened:
        days = daily_figures(opened).as_json()
        stages = Counter(row[_STAGE] for row in certificate_status(opened).rows)
        return _figures(opened.position, days, stages, topics(opened))


_STAGE: Final = CERTIFICATES.names.index("stage")


def _folded(folder: Path, workers: Workers) -> dict[str, Any]:
    layout = lay_out(segments_in(folder))
    if layout.gap is not None or layout.doubled or not layout.used:
        raise RefusedError("segments_missing", "expected segments from position 1 on")
    paths = [folder / one.file_name for one in layout.used]
    rows = fold_segments(paths, workers)
    days = [dict(zip(DAYS.names, row, strict=True)) for row in rows[DAYS.name]]
    stages = Counter(row[_STAGE] for row in rows[CERTIFICATES.name])
    counted: Counter[str] = Counter()
    for part in in_order(workers, fold_segment, paths):
        counted += part.topics
    return _figures(layout.facts, days, stages, dict(sorted(counted.items())))


def _figures(
    position: int, days: list[dict[str, Any]], stages: Counter[Any], names: dict[str, int]
) -> dict[str, Any]:
    return {
        "position": position,
        "topics": names,
        "daily_figures": days,
        "certificates": {str(stage): stages[stage] for stage in sorted(stages)},
    }
