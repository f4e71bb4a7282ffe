"""How an audit tells how far it is, and what it came to: for people, on the error stream."""

import sys
from collections import Counter
from collections.abc import Callable
from time import monotonic
from typing import Final, TextIO

from ledger.audit.findings import Severity
from ledger.audit.report import Progress, Report

EVERY_SECONDS: Final = 10.0
_A_TERMINAL: Final = 0.2
"""Seconds between two looks of the one line on a terminal."""


class ProgressLines:
    """One line that changes on a terminal; elsewhere a line every few seconds."""

    def __init__(
        self,
        stream: TextIO | None = None,
        *,
        every: float = EVERY_SECONDS,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        """Write to ``stream``, the error stream unless told otherwise."""
        self._stream = stream or sys.stderr
        self._changes = self._stream.isatty()
        self._every = _A_TERMINAL if self._changes else every
        self._clock = clock
        self._told: float | None = None
        self._stage = ""
        self.rate = 0.0
        """Rows a second, last told."""

    def tell(self, progress: Progress) -> None:
        """Tell, if it is time, or a stage has begun or ended."""
        if progress.stage == "rows":
            self.rate = progress.rate
        now = self._clock()
        ended = progress.done == progress.total
        due = self._told is None or now - self._told >= self._every
        if not (due or ended or progress.stage != self._stage):
            return
        self._told, self._stage = now, progress.stage
        if self._changes:
            end = "\n" if ended else ""
            self._stream.write(f"\r\x1b[K{line(progress)}{end}")
        else:
            self._stream.write(f"{line(progress)}\n")
        self._stream.flush()


def line(progress: Progress) -> str:
    """Return how far an audit is; 100 % only when nothing is left."""
    share = 100.0 if progress.done == progress.total else _below_all(progress)
    to_go = progress.seconds_to_go
    eta = "" if to_go is None or not to_go else f", {duration(to_go)} to go"
    return (
        f"{progress.stage}: {progress.done:,} of {progress.total:,} ({share:.1f} %), "
        f"{progress.rate:,.0f} a second{eta}; part {progress.part}; "
        f"{progress.findings:,} findings"
    )


def _below_all(progress: Progress) -> float:
    return min(99.9, 100 * progress.done / progress.total)


def duration(seconds: float) -> str:
    """Return a duration in hours, minutes and seconds."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def summary(report: Report) -> list[str]:
    """Return what an audit came to, counts first."""
    counts = ", ".join(f"{report.count(one)} {one}" for one in Severity)
    lines = [
        f"{len(report.findings):,} findings ({counts})",
        f"{report.rows:,} rows read; log of {report.size:,} entries",
        f"{report.heads:,} heads, {report.heads_checked:,} by their signatures",
        f"{report.streams:,} streams, {report.judged:,} judged by the procedure",
    ]
    codes = Counter(one.code for one in report.findings)
    lines += [f"  {code}: {count:,}" for code, count in sorted(codes.items())]
    lines += [f"not checked: {check}: {why}" for check, why in sorted(report.unchecked.items())]
    lines += [f"not asked: {check}: {what}" for check, what in sorted(report.unasked.items())]
    if report.root is not None:
        lines.append(f"agrees with the published head of {report.head_size:,} entries")
    if report.seed is not None:
        lines.append(f"a sample, drawn with --seed {report.seed}")
    return lines
