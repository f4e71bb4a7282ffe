"""A standing watch over a ledger and its log: passes without end, each finding told once.

A pass reads what is new, and at whiles everything. What is new among its findings is told before
the auditor's memory moves on (`shell.watch_telling`): nothing that was found is passed over.
"""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from http.client import HTTPException
from pathlib import Path
from time import monotonic
from typing import Any, Final, NamedTuple, Protocol

from typing_extensions import override

from ledger.audit.evidence import Evidence
from ledger.audit.findings import EXIT, Finding
from ledger.audit.freshness import Freshness
from ledger.audit.memory import AuditorMemory
from ledger.audit.scope import Mode, Plan, Scope
from ledger.audit.tasks import PART_ROWS
from ledger.audit.verify import verify
from ledger.audit.watching import (
    State,
    ViewLook,
    blind_spots,
    look_of,
    unreachable,
    views_unchecked,
)
from ledger.errors import LedgerError
from projections.errors import ProjectionError
from shell.error_stream import error_log
from shell.errors import ShellError
from shell.watch_sight import CanaryWatch, Sight, sight_of
from shell.watch_telling import Standing, Teller

FOLDER: Final = "watch"
"""In the auditor's memory."""
EVERY_SECONDS: Final = 60.0
FULL_EVERY: Final = timedelta(days=30)
JITTER: Final = 0.1
"""Share by which a pause is longer or shorter, so that watches do not all ask at once."""
_REMEMBERED: Final = "memory"
_DICE: Final = 1_000
_EXITS: Final = {
    State.CLEAN: EXIT.clean,
    State.FINDINGS: EXIT.findings,
    State.COULD_NOT_CHECK: EXIT.could_not_check,
}

_log = error_log("records.audit")


class AuditInput(Protocol):
    """Where copies, log, policy and outsiders' heads are; `shell.audit_inputs.Given`."""

    @property
    def processes(self) -> int:
        """How many read."""
        ...

    @property
    def keep_entries(self) -> bool:
        """Whether the memory keeps every leaf."""
        ...

    def evidence(self) -> Evidence:
        """Read files; ask witnesses and nodes."""
        ...

    def as_json(self) -> dict[str, Any]:
        """Return it in plain values."""
        ...


class Drift(NamedTuple):
    """What a comparison of the views with the facts came to."""

    findings: tuple[Finding, ...]
    unchecked: str
    """What of it could not be made; empty if all was."""


Compare = Callable[[Callable[[int], None]], Drift]
"""Makes the views again and compares them, telling the position reached at whiles."""


@dataclass(frozen=True, slots=True)
class Habits:
    """How a watch goes about it."""

    every: float = EVERY_SECONDS
    """Seconds between two passes."""
    full_every: timedelta = FULL_EVERY
    freshness: Freshness = field(default_factory=Freshness)
    canary: bool = False
    compare: Compare | None = None
    """What compares the views after each pass over everything."""
    part_rows: int = PART_ROWS
    """Smaller ones for tests."""


@dataclass
class WatchState:
    """How the watch stands, for its figures; each pass replaces what has changed."""

    state: State = State.COULD_NOT_CHECK
    sight: Sight | None = None
    verified_size: int = 0
    verified_at: datetime | None = None
    findings: dict[tuple[str, str], int] = field(default_factory=dict)
    """By class and severity."""
    overflow: int = 0
    passes: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    """By mode, how long passes took altogether."""
    last_seconds: dict[str, float] = field(default_factory=dict)
    failures: int = 0
    succeeded_at: datetime | None = None
    canary: CanaryWatch = field(default_factory=CanaryWatch)

    def timed(self, mode: str, seconds: float) -> None:
        """Note a pass that came to its end; counted last, so that what is counted has its times."""
        self.seconds[mode] = self.seconds.get(mode, 0.0) + seconds
        self.last_seconds[mode] = seconds
        self.passes[mode] = self.passes.get(mode, 0) + 1


class StoppedError(Exception):
    """The watch was asked to end in the middle of a pass."""


class WatchedMemory(AuditorMemory):
    """An auditor's memory that tells what is new before it moves on."""

    def __init__(self, folder: Path, tell: Callable[[list[Finding]], list[Finding]]) -> None:
        """Keep it in ``folder``; ``tell`` takes all findings, and returns those to be written.

        Raises:
            InvalidInputError: As of `AuditorMemory`.
        """
        super().__init__(folder)
        self._tell = tell

    @override
    def finish(self, findings: Iterable[Finding], **more: Any) -> None:
        """Tell first; then write and move on as ever."""
        super().finish(self._tell(list(findings)), **more)


class Pass(NamedTuple):
    """What one pass is to be."""

    mode: Mode
    running: Plan | None
    """Of the scan that it goes on with."""


class Watch:
    """One watch's life. The caller holds the memory `alone`."""

    def __init__(
        self,
        given: AuditInput,
        folder: Path,
        habits: Habits,
        *,
        now: Callable[[], datetime],
        draw: Callable[[int], int],
        write_line: Callable[[str], None],
    ) -> None:
        """Watch what is ``given``, with the auditor's memory in ``folder``.

        Args:
            given: What is read.
            folder: The auditor's memory.
            habits: How often, and how late is late.
            now: The clock.
            draw: Returns a number below the one that is given.
            write_line: Takes each thing to tell as one line of JSON, flushed when it returns.

        Raises:
            InvalidInputError: ``memory``: the folder holds none.
        """
        self._given, self._habits, self._now, self._draw = given, habits, now, draw
        self.teller = Teller(folder / FOLDER, write_line)
        self.auditor = WatchedMemory(folder, self._found)
        self._whole = False
        self._stopping = threading.Event()
        self.state = WatchState(canary=CanaryWatch(habits.canary))
        self._show()

    @property
    def exit_code(self) -> int:
        """0 clean, 1 findings, 2 something could not be checked, or the last pass was ended."""
        if self._stopping.is_set():
            return EXIT.could_not_check
        return _EXITS[self.teller.memory.state]

    def run(self) -> None:
        """Make passes until `stop`."""
        while not self._stopping.is_set():
            began = monotonic()
            self.once()
            self._stopping.wait(self.pause(monotonic() - began))

    def stop(self) -> None:
        """Let `run` return; a pass under way ends after the part that it is at, and is kept."""
        self._stopping.set()

    def pause(self, took: float) -> float:
        """Return how long to wait after a pass of so many seconds.

        As long as nothing could be verified each pass is over everything, and half of the time
        is left to others.
        """
        share = 1 + JITTER * (2 * self._draw(_DICE) / _DICE - 1)
        least = took if self.auditor.verified is None else 0.0
        return max(self._habits.every, least) * share

    def once(self) -> None:
        """Make one pass, and tell what it found. Never raises for what is watched."""
        self.teller.standing = Standing(self._now(), self.auditor.verified)
        began = monotonic()
        try:
            mode = self._pass(self._chosen())
        except StoppedError:
            _log.info("stopped", kept=self.auditor.running() is not None)
        except (LedgerError, ShellError, HTTPException, OSError) as error:
            # Processes that help may have been ended with us.
            if not self._stopping.is_set():
                self._failed(error)
        else:
            self.state.timed(mode.value, monotonic() - began)
            self.state.succeeded_at = self.teller.standing.at
        self._show()

    def _failed(self, error: Exception) -> None:
        self.state.failures += 1
        code = str(getattr(error, "code", type(error).__name__))
        rule = getattr(error, "rule", None)
        _log.warning("could_not_check", code=code, what=str(error))
        self.teller.found([unreachable(f"{code}/{rule}" if rule else code)])

    def _chosen(self) -> Pass:
        """Return what the next pass is: what was interrupted, everything, or what is new."""
        running = self.auditor.running()
        if running is not None and running.scope.mode in {Mode.FULL, Mode.SINCE}:
            return Pass(running.scope.mode, running)
        full_at = self.teller.memory.full_at
        due = full_at is None or self._now() - full_at >= self._habits.full_every
        whole = due or self.auditor.verified is None
        return Pass(Mode.FULL if whole else Mode.SINCE, None)

    def _pass(self, chosen: Pass) -> Mode:
        evidence = self._given.evidence()
        sight = sight_of(evidence, self.state.canary)
        standing = self.teller.standing
        assert standing is not None, "set before"
        known = {} if self.state.sight is None else self.state.sight.cosigned_at
        # Who did not sign the newest head is as old as its last signature that was seen.
        self.state.sight = sight._replace(cosigned_at={**known, **sight.cosigned_at})
        self.teller.standing = replace(standing, current=sight.head)
        self._whole = chosen.mode is Mode.FULL
        remembered = self.auditor.size
        report = verify(
            evidence, Scope(chosen.mode), at=standing.at, memory=self.auditor,
            resume=chosen.running is not None, processes=self._given.processes,
            keep_leaves=self._given.keep_entries, freshness=self._habits.freshness,
            tell=lambda _progress: self._stop_if_asked(), arguments=self._given.as_json(),
            part_rows=self._habits.part_rows,
        )  # fmt: skip
        plan = chosen.running or Plan(Scope(chosen.mode), report.rows, report.size, remembered, 0)
        there = [*report.findings, *blind_spots(report, evidence.silent)]
        self.teller.take(there, look_of(plan, report, _asked(evidence)))
        if self._whole:
            self.teller.note_full()
            self._compare()
        return chosen.mode

    def _compare(self) -> None:
        """Compare the views, where that is wanted."""
        if self._habits.compare is None:
            return
        try:
            drift = self._habits.compare(lambda _position: self._stop_if_asked())
        except (LedgerError, ShellError, ProjectionError) as error:
            drift = Drift((), error.code)
        missing = [views_unchecked(drift.unchecked)] if drift.unchecked else []
        self.teller.take([*drift.findings, *missing], ViewLook(not missing))

    def _stop_if_asked(self) -> None:
        if self._stopping.is_set():
            raise StoppedError

    def _found(self, findings: list[Finding]) -> list[Finding]:
        """Tell what is new of a pass's findings before the memory moves on; return what to keep."""
        fresh = self.teller.found(findings)
        return findings if self._whole and self.teller.memory.overflow else fresh

    def _show(self) -> None:
        """Put what is remembered where the figures take it from."""
        memory, verified = self.teller.memory, self.auditor.verified
        counts: dict[tuple[str, str], int] = {}
        for one in memory.present.values():
            key = one.finding.code.partition(".")[0], one.finding.severity.value
            counts[key] = counts.get(key, 0) + 1
        self.state.findings, self.state.overflow = counts, memory.overflow
        self.state.state = memory.state
        if verified is not None:
            self.state.verified_size = verified.size
            self.state.verified_at = datetime.fromisoformat(verified.at)


@contextmanager
def delivering(run: Callable[[], None], stop: Callable[[], None]) -> Iterator[None]:
    """Deliver alarms in a thread for the length of the block."""
    thread = threading.Thread(target=run, name="alarms", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop()
        thread.join()


def _asked(evidence: Evidence) -> Iterator[str]:
    yield _REMEMBERED
    yield from (one.name for one in evidence.outside)
    yield from (one.name for one in evidence.proofs)
    if evidence.timestamps is not None:
        yield from (f"timestamps/{one.size}.tsr" for one in evidence.timestamps.held)
