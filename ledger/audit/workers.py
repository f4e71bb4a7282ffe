"""The processes that check: each opens the copy for itself; results come back in order.

With one process everything runs where it was called, and the copy may be any object that implements
the ports. With several, connection strings go to processes that are started anew, and this one does
its share.
"""

import gc
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from typing import Final, NamedTuple, Protocol, TypeVar

from ledger.audit.erasures import SealedPartCheck, SubjectKeyRows, open_key_rows
from ledger.audit.evidence import Evidence
from ledger.audit.files_beside import Check, FileCheck, together
from ledger.audit.join import JoinResult, JoinTask, join_streams
from ledger.audit.lawful import JUDGED
from ledger.audit.memory import AuditorMemory
from ledger.audit.part import PartChecker
from ledger.audit.raw_log import open_raw_log
from ledger.audit.rows import RowSource, open_rows
from ledger.audit.static_log import is_static, open_static_log
from ledger.audit.tasks import PartResult, PartTask
from ledger.errors import InvalidInputError, StoreUnavailableError
from ledger.transparency.log import LogReader
from ledger.transparency.policy import parse_policy, write_policy
from ledger.transparency.policy_history import FormerPolicy, Policies, policies

_AHEAD: Final = 2
"""Tasks that each other process has, one of them waiting, so that none is idle."""
_MOST: Final = 8
"""Results a process that are kept until those before them have come."""
_ENDLESS: Final = 1 << 63
T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Opened:
    """A copy, opened in one process."""

    rows: RowSource
    log: LogReader | None
    policies: Policies | None
    keys: SubjectKeyRows | None
    folder: Path
    memory: AuditorMemory | None
    checker: PartChecker

    def check(self, task: PartTask) -> PartResult:
        """Check a part, and note that it is done."""
        with _no_collections():
            result = self.checker.check(task)
        if self.memory is not None:
            self.memory.keep(result)
        return result

    def join(self, task: JoinTask) -> JoinResult:
        """Join a range of streams, and note that it is done."""
        with _no_collections():
            result = join_streams(task, self.folder, self.rows, forms=self.keys is None)
        if self.memory is not None:
            self.memory.keep_joined(result)
        return result


@contextmanager
def _no_collections() -> Iterator[None]:
    """Let no garbage be looked for meanwhile: a part makes a million values, and no cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def opened(
    evidence: Evidence, *, folder: Path, memory: AuditorMemory | None, keep_leaves: bool = False
) -> Iterator[Opened]:
    """Open a copy for the length of the block.

    Raises:
        StoreUnavailableError: One of its databases cannot be opened.
    """
    with ExitStack() as stack:
        rows, log, keys = evidence.ledger, evidence.log, evidence.keys
        if isinstance(rows, str):
            rows = open_rows(rows)
            stack.callback(rows.close)
        if isinstance(log, str):
            log = stored = open_static_log(log) if is_static(log) else open_raw_log(log)
            stack.callback(stored.close)
        key_rows = None
        if keys is not None:
            key_rows = open_key_rows(keys)
            stack.callback(key_rows.close)
        looks: list[Check] = [] if key_rows is None else [SealedPartCheck(key_rows)]
        if evidence.files is not None:
            looks.append(FileCheck(Path(evidence.files), key_rows))
        known = _known_policies(evidence, memory)
        checker = PartChecker(
            rows, log, known, folder,
            judged_topics=JUDGED, memory=memory, keep_leaves=keep_leaves,
            also=together(looks),
        )  # fmt: skip
        yield Opened(rows, log, known, key_rows, folder, memory, checker)


def _known_policies(evidence: Evidence, memory: AuditorMemory | None) -> Policies | None:
    """Return the policy with those before it; what the auditor saw goes before what they say."""
    if evidence.policy is None:
        return None
    seen = () if memory is None else memory.policies()
    return policies(evidence.policy, seen, evidence.former)


class Team(Protocol):
    """Whoever does an audit's tasks."""

    def check(self, tasks: Iterable[PartTask], count: int) -> Iterator[PartResult]:
        """Yield the results of ``count`` parts in the order of the tasks."""
        ...

    def join(self, tasks: Iterable[JoinTask], count: int) -> Iterator[JoinResult]:
        """Yield the results of ``count`` ranges of streams in the order of the tasks."""
        ...

    def close(self) -> None:
        """Let them go."""
        ...


class Workers:
    """Does tasks in this process, or in several. Implements `Team`."""

    def __init__(self, here: Opened, evidence: Evidence, processes: int) -> None:
        """Work on ``evidence``, opened ``here``.

        Raises:
            InvalidInputError: ``processes``: several cannot share what is not a connection string.
        """
        self._here = here
        self._pool: ProcessPoolExecutor | None = None
        self._processes = processes
        if processes > 1:
            self._pool = ProcessPoolExecutor(
                processes - 1,
                mp_context=get_context("spawn"),
                initializer=_begin,
                initargs=(write_spec(evidence, here), here.folder, _folder_of(here.memory)),
            )

    def check(self, tasks: Iterable[PartTask], count: int) -> Iterator[PartResult]:
        """Yield the results of ``count`` parts in the order of the tasks."""
        return self._run(tasks, count, self._here.check, _check)

    def join(self, tasks: Iterable[JoinTask], count: int) -> Iterator[JoinResult]:
        """Yield the results of ``count`` ranges of streams in the order of the tasks."""
        return self._run(tasks, count, self._here.join, _join)

    def _run(
        self, tasks: Iterable[T], count: int, here: Callable[[T], R], there: Callable[[T], R]
    ) -> Iterator[R]:
        if self._pool is None:
            yield from map(here, tasks)
            return
        try:
            yield from self._shared(self._pool, iter(tasks), count, here, there)
        except BrokenProcessPool as error:
            message = "a process of the audit has died; go on with `records audit resume`"
            raise StoreUnavailableError(message) from error

    def _shared(
        self, pool: ProcessPoolExecutor, tasks: Iterator[T], left: int, here: Callable[[T], R],
        there: Callable[[T], R],
    ) -> Iterator[R]:  # fmt: skip
        """Keep the others busy, and do what is left meanwhile: they take a while to start."""
        others = self._processes - 1
        waiting: deque[Future[R]] = deque()
        while True:
            busy = sum(not one.done() for one in waiting)
            # At the end nobody takes a second task for which another would be free.
            wanted = others * (_AHEAD if left > self._processes else 1) - busy
            for task in islice(tasks, max(0, wanted)):
                left -= 1
                waiting.append(pool.submit(there, task))
            if not waiting:
                return
            mine = [] if waiting[0].done() or len(waiting) > others * _MOST else [*islice(tasks, 1)]
            if mine:
                left -= 1
                done: Future[R] = Future()
                done.set_result(here(mine[0]))
                waiting.append(done)
            else:
                yield waiting.popleft().result()

    def close(self) -> None:
        """End the processes; what waits is dropped, what is being done is finished."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


class Spec(NamedTuple):
    """What another process opens for itself."""

    ledger: str
    log: str | None
    keys: str | None
    files: str | None
    policies: tuple[tuple[int, str], ...]
    """How far each reaches, and its text; the last one is the newest."""
    keep_leaves: bool


def write_spec(evidence: Evidence, here: Opened) -> Spec:
    """Return what another process needs to open the same.

    Raises:
        InvalidInputError: ``processes``: something of it cannot be opened elsewhere.
    """
    if not isinstance(evidence.ledger, str) or not isinstance(evidence.log, str | None):
        raise InvalidInputError("processes", "processes", "one process, or connection strings")
    known = () if here.policies is None else here.policies.seen(_ENDLESS)
    texts = tuple((one.until, write_policy(one.policy)) for one in known)
    return Spec(
        evidence.ledger, evidence.log, evidence.keys, evidence.files, texts,
        here.checker.keep_leaves,
    )  # fmt: skip


def read_spec(spec: Spec) -> Evidence:
    """Return what `write_spec` wrote, as far as parts and streams need it."""
    known = [FormerPolicy(until, parse_policy(text)) for until, text in spec.policies]
    newest = known.pop().policy if known else None
    return Evidence(
        spec.ledger, spec.log, newest, keys=spec.keys, files=spec.files, former=tuple(known)
    )


def _folder_of(memory: AuditorMemory | None) -> Path | None:
    return None if memory is None else memory.folder


_HERE: list[Opened] = []
"""What this worker process has opened; empty in any other."""
_OPEN: Final = ExitStack()


def _begin(spec: Spec, folder: Path, remembered: Path | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the process that asked decides about ending
    memory = None if remembered is None else AuditorMemory(remembered)
    context = opened(read_spec(spec), folder=folder, memory=memory, keep_leaves=spec.keep_leaves)
    _HERE.append(_OPEN.enter_context(context))


def _check(task: PartTask) -> PartResult:
    return _HERE[0].check(task)


def _join(task: JoinTask) -> JoinResult:
    return _HERE[0].join(task)
