"""How far an import has come: on disk for the next run, and in a line for who waits.

    progress.jsonl    one line a unit that was taken in: path, size and time of change of its file,
                      and the byte up to which it was

The ledger itself makes a second run harmless: what was sent before is repeated without a fact.
This file only saves the time to look at it again.
"""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from ledger.importers.units import Unit


@dataclass
class Progress:
    """Remembers which bytes of which files were taken in; nothing until `load`."""

    path: Path
    _done: dict[str, int] = field(default_factory=dict)

    def load(self) -> None:
        """Read what an earlier run has written; a half line at the end counts for nothing."""
        with suppress(FileNotFoundError), self.path.open("rb") as lines:
            for line in lines:
                with suppress(ValueError, KeyError, TypeError):
                    said = json.loads(line)
                    name, end = str(said["file"]), int(said["end"])
                    self._done[name] = max(end, self._done.get(name, 0))

    def is_done(self, unit: Unit) -> bool:
        """Whether a unit was taken in, and its file has not changed since."""
        return self._done.get(_name(unit), -1) >= unit.end

    def note(self, units: list[Unit]) -> None:
        """Write that ``units`` are in the ledger: after they are."""
        lines = "".join(json.dumps({"file": _name(unit), "end": unit.end}) + "\n" for unit in units)
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "ab") as file:
            file.write(lines.encode())


def _name(unit: Unit) -> str:
    """Return a name of the file as it is now; hashed, for paths may hold patients' names."""
    stat = unit.path.stat()
    said = f"{unit.path.resolve()}\n{stat.st_size}\n{stat.st_mtime_ns}"
    return sha256(said.encode()).hexdigest()


@dataclass
class Line:
    """The line that says how far it is, how fast, and how long it will take."""

    tell: Callable[[str], None]
    clock: Callable[[], float]
    total: int
    """Bytes of all files."""
    every: float = 2.0
    """Seconds between two lines."""
    _began: float = field(init=False)
    _said: float = field(init=False)

    def __post_init__(self) -> None:
        """Start the clock."""
        self._began = self._said = self.clock()

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return self.clock() - self._began

    def say(self, count: int, read: int, *, skipped: int = 0) -> None:
        """Tell how far it is, unless that was told just now."""
        now = self.clock()
        if now - self._said < self.every:
            return
        self._said = now
        spent = now - self._began
        left = spent * (self.total - read) / max(read - skipped, 1)
        share = 100 * read / max(self.total, 1)
        rate = count / spent
        self.tell(f"{count:,} taken in, {rate:,.0f} a second, {share:.0f} %, {left:,.0f} s left")
