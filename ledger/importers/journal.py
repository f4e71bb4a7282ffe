"""What a facility sent lately, and what became of it: one line for each delivery, in the home.

    intake/<facility>.jsonl    when, by which door, how many bytes, how many seconds, the counts

Refusals and repetitions are no facts of the ledger, for nothing happened; whoever sends has to see
them. No value of any document is here and no name of a file, which hospitals make of patients'
names. The file is cut to its newest half when it has grown: a sender looks at weeks, not at years.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

from ledger.commands.deliveries import Outcome, Taken
from ledger.importers.pieces import Rejected
from ledger.importers.report import Report

LARGEST: Final = 4 << 20
"""Bytes from which on the older half is dropped: some ten thousand deliveries."""
MOST_REASONS: Final = 20
"""Pairs of rule and place that one line names."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some of a delivery were refused."""

    rule: str
    place: str
    count: int


@dataclass(frozen=True, slots=True)
class Delivered:
    """One delivery: a message, a stream of them, or a file."""

    at: str
    """When it was answered, ISO 8601."""
    door: str
    """``interface``, ``page`` or ``import``."""
    size: int
    """Bytes."""
    seconds: float
    accepted: int = 0
    corrected: int = 0
    repeated: int = 0
    refused: int = 0
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def total(self) -> int:
        """How many visits were answered."""
        return self.accepted + self.corrected + self.repeated + self.refused


def delivered(report: Report, *, at: str, door: str, size: int, seconds: float) -> Delivered:
    """Return the line about what ``report`` counted."""
    counts = {outcome.value: report.outcomes[outcome.value] for outcome in Outcome}
    reasons = tuple(
        Reason(rule, place, count)
        for (rule, place), count in report.refused.most_common(MOST_REASONS)
    )
    return Delivered(at, door, size, seconds, **counts, reasons=reasons)


def counted(answers: Sequence[Taken | Rejected]) -> Report:
    """Return the counts of ``answers``."""
    report = Report()
    for answer in answers:
        if isinstance(answer, Rejected):
            report.refuse(answer.rule, answer.place)
        else:
            report.take(answer)
    return report


@dataclass(frozen=True, slots=True)
class Journal:
    """The deliveries of all facilities of one home."""

    folder: Path

    def note(self, facility: str, line: Delivered) -> None:
        """Write one delivery down; several processes may do so at once."""
        self.folder.mkdir(mode=0o700, exist_ok=True)
        path = self._path(facility)
        text = json.dumps(asdict(line), ensure_ascii=False) + "\n"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(text.encode())
            long = file.tell() > LARGEST
        if long:
            _shorten(path)

    def last(self, facility: str, most: int) -> list[Delivered]:
        """Return the newest deliveries, the newest first; a half line counts for nothing."""
        found: list[Delivered] = []
        with suppress(FileNotFoundError), self._path(facility).open("rb") as lines:
            for line in lines:
                with suppress(ValueError, KeyError, TypeError, AttributeError):
                    found.append(_read(json.loads(line)))
        return found[: -most - 1 : -1]

    def _path(self, facility: str) -> Path:
        return self.folder / f"{facility}.jsonl"


def _read(said: dict[str, Any]) -> Delivered:
    reasons = tuple(Reason(**one) for one in said["reasons"])
    return Delivered(**{**said, "reasons": reasons})


def _shorten(path: Path) -> None:
    lines = path.read_bytes().splitlines(keepends=True)
    shorter = path.with_suffix(".unfinished")
    descriptor = os.open(shorter, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(lines[len(lines) // 2 :])
    shorter.replace(path)
