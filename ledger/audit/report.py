"""What an audit comes to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ledger.audit.coverage import Coverage
from ledger.audit.findings import EXIT, Finding, Severity


class Progress(NamedTuple):
    """How far an audit has come; every number is exact."""

    stage: str
    """``rows``, then ``streams``."""
    done: int
    total: int
    findings: int
    part: int
    """Number of the part or range that was finished last."""
    rate: float
    """Of this stage, a second, without what an earlier run had done."""

    @property
    def seconds_to_go(self) -> float | None:
        """How long the rest of this stage takes at this rate; None before there is a rate."""
        return (self.total - self.done) / self.rate if self.rate else None


Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True)
class Report:
    """What was looked at, and what was found."""

    findings: tuple[Finding, ...]
    """By class of check and place."""
    rows: int
    """Rows that were read."""
    size: int
    """Leaves in the log."""
    heads: int
    heads_checked: int
    """Heads whose signatures and quorum were checked."""
    streams: int
    judged: int
    """Streams that were judged by the law's order."""
    unchecked: Mapping[str, str] = field(default_factory=dict)
    """By class of check, why it could not be made."""
    unasked: Mapping[str, str] = field(default_factory=dict)
    """By class of check, what of it was not looked at because nothing was given for it.

    Whoever asks for less is told so; that by itself does not make an audit other than clean.
    """
    moved_on: bool = False
    """Whether the auditor's memory has moved on to the newest head."""
    root: bytes | None = None
    """Of the newest published head that everything agrees with."""
    head_size: int = 0
    seed: int | None = None
    """What a sample was drawn by."""
    coverage: Coverage = field(default_factory=Coverage)
    """Which entries of the log were verified, for the map."""

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 could not check: missing evidence is not clean."""
        if self.findings:
            return EXIT.findings
        return EXIT.could_not_check if self.unchecked else EXIT.clean

    def count(self, severity: Severity) -> int:
        """Return how many findings are as bad as this."""
        return sum(one.severity is severity for one in self.findings)

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values, findings included."""
        return {
            "rows": self.rows,
            "size": self.size,
            "heads": self.heads,
            "heads_checked": self.heads_checked,
            "streams": self.streams,
            "judged": self.judged,
            "unchecked": dict(self.unchecked),
            "unasked": dict(self.unasked),
            "moved_on": self.moved_on,
            "head": {"size": self.head_size, "root": self.root.hex()} if self.root else None,
            "seed": self.seed,
            "coverage": self.coverage.as_json(),
            "findings": [one.as_json() for one in self.findings],
            "exit_code": self.exit_code,
        }
