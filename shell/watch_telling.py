"""What a watch tells, durably: into the box of alarms, as a line, then into its memory.

Whatever kills the process in between, nothing is lost: what was not remembered is told again by the
next pass, and what lies in the box without being remembered is dropped before that.
"""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from ledger.audit.findings import Finding, Severity
from ledger.audit.memory import Verified
from ledger.audit.watching import (
    Event,
    Look,
    Memory,
    News,
    ViewLook,
    arrived,
    departed,
    memory_from_json,
)
from ledger.errors import InvalidInputError
from ledger.transparency.log import PublishedHead
from shell.outbox import Outbox

MOST_ALARMS: Final = 1_000
"""Of one sort in one pass; the last of them says how many more there were. The lines have all."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stood when a pass was made."""

    at: datetime
    previous: Verified | None = None
    """What had been verified before it."""
    current: PublishedHead | None = None
    """The head that it saw."""

    def told(self, news: News, number: int) -> dict[str, Any]:
        """Return what is told, as immudb's auditor does: the state before, the state now."""
        before, head = self.previous, self.current
        is_found = news.event is Event.FOUND
        return {
            "number": number,
            "run_at": self.at.isoformat(),
            "event": news.event.value,
            "tampered": is_found and news.finding.severity is Severity.CRITICAL,
            "previous_state": None
            if before is None
            else {"size": before.size, "root": before.root, "at": before.at},
            "current_state": None
            if head is None
            else {
                "size": head.size,
                "root": head.root.hex(),
                "at": None if head.quorum_at is None else head.quorum_at.isoformat(),
            },
            "finding": news.finding.as_json(),
        }


class Teller:
    """Remembers what was told, in a folder."""

    def __init__(
        self, folder: Path, write_line: Callable[[str], None], *, most: int = MOST_ALARMS
    ) -> None:
        """Keep memory and box in ``folder``.

        Args:
            folder: Made if it is not there.
            write_line: Takes a line; it is flushed when that returns.
            most: Alarms of one sort in one pass.

        Raises:
            InvalidInputError: ``memory``: what is there is no memory of a watch.
        """
        self.outbox = Outbox(folder / "outbox")
        self.alarmed: Callable[[], None] | None = None
        """Called when alarms wait; None while nobody wants any."""
        self.standing: Standing | None = None
        """Of the pass that is made; set before anything is told."""
        self._file = folder / "state.json"
        self._write_line, self._most = write_line, most
        self.memory = _read(self._file)
        self.outbox.forget_from(self.memory.number)

    @property
    def committed(self) -> int:
        """Number below which what waits in the box may be told."""
        return self.memory.number

    def found(self, findings: Iterable[Finding]) -> list[Finding]:
        """Tell what is new; return it."""
        memory, fresh = arrived(self.memory, findings, self._now.at)
        self._remember(memory, fresh, Event.FOUND)
        return fresh

    def take(self, there: list[Finding], look: Look | ViewLook) -> None:
        """Tell what is new of what is there, and what is gone as far as the look could see it."""
        self.found(there)
        memory, gone = departed(self.memory, there, look)
        self._remember(memory, [one.finding for one in gone], Event.GONE)

    def note_full(self) -> None:
        """Remember that everything was read."""
        self._remember(replace(self.memory, full_at=self._now.at), [], Event.FOUND)

    @property
    def _now(self) -> Standing:
        assert self.standing is not None, "set by the pass"
        return self.standing

    def _remember(self, memory: Memory, changed: list[Finding], event: Event) -> None:
        """Tell what has changed, then remember that it was told."""
        for place, one in enumerate(changed):
            number = memory.number + place
            told = self._now.told(News(event, one), number)
            if self.alarmed is not None and place < self._most:
                more = len(changed) - self._most if place == self._most - 1 else 0
                self.outbox.put(number, {**told, "and_more": max(more, 0)})
            self._write_line(json.dumps(told))
        if changed and self.alarmed is not None:
            self.outbox.flush()
        memory = replace(memory, number=memory.number + len(changed))
        if memory != self.memory or not self._file.exists():
            _write(self._file, json.dumps(memory.as_json()).encode())
            self.memory = memory
        if changed and self.alarmed is not None:
            self.alarmed()


def _read(file: Path) -> Memory:
    if not file.exists():
        return Memory()
    try:
        value = json.loads(file.read_bytes())
    except ValueError as error:
        raise InvalidInputError("memory", "memory", "the state of a watch") from error
    return memory_from_json(value)


def _write(file: Path, content: bytes) -> None:
    """Write a file, whole or not at all, flushed."""
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(descriptor)
    new.replace(file)
