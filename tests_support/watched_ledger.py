"""A ledger under watch: what a watch is given, what it told, and a clock that goes when told to."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from ledger.audit.evidence import Evidence
from ledger.audit.heads import OutsideHead
from ledger.audit.rows import open_rows
from shell.watching import Habits, Watch
from tests_support.audited_ledger import AuditedLedger

PART = 256


@dataclass
class Shown:
    """What a watch is given; tests change it between passes."""

    ledger: AuditedLedger
    outside: dict[str, bytes] = field(default_factory=dict)
    """Heads by who holds them."""
    silent: set[str] = field(default_factory=set)
    more: dict[str, Any] = field(default_factory=dict)
    """Other parts of the evidence."""
    before: Callable[[], None] = lambda: None
    """Called before each pass; whatever it raises, the pass meets."""
    processes: int = 1
    keep_entries: bool = False

    def evidence(self) -> Evidence:
        """Return what is there now."""
        self.before()
        heads = [OutsideHead(name, note) for name, note in self.outside.items()]
        return replace(
            self.ledger.evidence,
            outside=tuple(one for one in heads if one.name not in self.silent),
            silent=tuple(sorted(self.silent)),
            **self.more,
        )

    def as_json(self) -> dict[str, Any]:
        """Nothing is resumed by a command here."""
        return {}


class WatchedRows:
    """The rows of a copy; each run of them is told before it is handed on. A `RowSource`."""

    def __init__(self, url: str, told: Callable[[int], None]) -> None:
        """Read from ``url``; ``told`` gets the first position of each run, and may raise."""
        source = open_rows(url)
        self.head, self.count, self.close = source.head, source.count, source.close
        self.at, self.stream, self.version = source.at, source.stream, source.version
        self.strays, self.odd_columns = source.strays, source.odd_columns
        self._batches, self._told = source.batches, told

    def batches(self, first: int, last: int) -> Iterator[list[tuple[Any, ...]]]:
        """Yield rows."""
        self._told(first)
        yield from self._batches(first, last)


@dataclass
class WatchedLedger:
    """A ledger, and a watch over it with its memory in ``folder``."""

    shown: Shown
    folder: Path
    habits: Habits = field(default_factory=lambda: Habits(part_rows=PART))
    later: timedelta = timedelta()
    """How far the clock has been put on."""
    lines: list[dict[str, Any]] = field(default_factory=list)
    alarms: bool = True

    def now(self) -> datetime:
        """Return the ledger's time, and what it was put on by."""
        return self.shown.ledger.at + self.later

    def begun(self) -> Watch:
        """Return a watch as a process that has just begun makes it."""
        watch = Watch(
            self.shown, self.folder, self.habits, now=self.now, draw=lambda most: most // 2,
            write_line=lambda line: self.lines.append(json.loads(line)),
        )  # fmt: skip
        watch.teller.alarmed = (lambda: None) if self.alarms else None
        return watch

    def told(self) -> list[tuple[str, str]]:
        """Return event and code of what was told since this was asked last."""
        told = [(one["event"], one["finding"]["code"]) for one in self.lines]
        self.lines.clear()
        return told

    def waiting(self) -> list[dict[str, Any]]:
        """Return the alarms that wait."""
        files = sorted((self.folder / "watch" / "outbox").glob("*.json"))
        return [json.loads(file.read_bytes()) for file in files]
