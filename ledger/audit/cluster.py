"""The workers of a dask cluster as an audit's: needs the extra ``cluster``.

A worker is given a part, opens the copy for itself, and gives back all that it made; it keeps
nothing and sees nothing of the auditor's own folder. So one that dies costs what it was at, which
another does again. A ledger or log in files has to stand under the same paths on every worker.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final, NamedTuple

from typing_extensions import override

from ledger.audit.evidence import Evidence
from ledger.audit.join import JoinResult, JoinTask, Judged, chain_streams, judge_streams
from ledger.audit.remembered import Remembered
from ledger.audit.segments.cluster import cluster
from ledger.audit.segments.workers import in_order
from ledger.audit.tasks import PartResult, PartTask
from ledger.audit.workers import Opened, Spec, Team, opened, read_spec, write_spec

_STREAMS_AT_ONCE: Final = 2_000
"""Streams that a worker judges as one task."""


@dataclass(frozen=True, slots=True)
class RememberedPart:
    """What the auditor remembers of one part, to be carried along. Implements `Remembered`."""

    number: int
    part_tiles: tuple[bytes, ...]
    part_leaves: bytes
    last: tuple[int, tuple[bytes, ...]]

    def tiles(self, part: int) -> Sequence[bytes]:
        """Return the hash above each full tile of the part."""
        return self.part_tiles if part == self.number else ()

    def leaves(self, part: int) -> bytes:
        """Return the leaves of the part, as far as they were kept."""
        return self.part_leaves if part == self.number else b""

    def edge(self) -> tuple[int, Sequence[bytes]]:
        """Return the index and the leaves of the tile that was not full."""
        return self.last


def carried(memory: Remembered, part: int) -> RememberedPart:
    """Return what ``memory`` has of a part."""
    first, leaves = memory.edge()
    return RememberedPart(part, tuple(memory.tiles(part)), memory.leaves(part),
                          (first, tuple(leaves)))  # fmt: skip


class PartJob(NamedTuple):
    """A part that is to be checked, and what is remembered of it."""

    task: PartTask
    remembered: RememberedPart | None


class PartMade(NamedTuple):
    """A checked part with the files that its check left."""

    result: PartResult
    ends: bytes
    leaves: bytes | None


class ClusterWorkers(Team):
    """Lets the workers of a cluster do an audit's tasks."""

    def __init__(self, here: Opened, evidence: Evidence, address: str) -> None:
        """Work on ``evidence``, opened ``here``, with the scheduler at ``address``.

        Raises:
            InvalidInputError: ``cluster``; ``processes``: what is no connection string cannot be
                opened elsewhere.
            StoreUnavailableError: Nobody answers there.
        """
        self._here = here
        self._spec = write_spec(evidence, here)
        self._stack = ExitStack()
        self._workers = self._stack.enter_context(cluster(address))

    @override
    def check(self, tasks: Iterable[PartTask], count: int) -> Iterator[PartResult]:
        """Yield the results of ``count`` parts in the order of the tasks."""
        jobs = (self._job(task) for task in tasks)
        for made in in_order(self._workers, partial(_check, self._spec), jobs):
            yield self._taken(made)

    def _job(self, task: PartTask) -> PartJob:
        memory = self._here.memory
        return PartJob(task, None if memory is None else carried(memory, task.number))

    def _taken(self, made: PartMade) -> PartResult:
        result = made.result
        _write(self._here.folder / f"{result.number}.ends", made.ends)
        if made.leaves is not None:
            _write(self._here.folder / f"{result.number}.leaves", made.leaves)
        if self._here.memory is not None:
            self._here.memory.keep(result)
        return result

    @override
    def join(self, tasks: Iterable[JoinTask], count: int) -> Iterator[JoinResult]:
        """Yield the results of ``count`` ranges of streams in the order of the tasks."""
        for task in tasks:
            result, lawful = chain_streams(task, self._here.folder, self._here.rows)
            starts = range(0, len(lawful), _STREAMS_AT_ONCE)
            some = (lawful[start : start + _STREAMS_AT_ONCE] for start in starts)
            for judged in in_order(self._workers, partial(_judge, self._spec), some):
                result.take(judged)
            if self._here.memory is not None:
                self._here.memory.keep_joined(result)
            yield result

    @override
    def close(self) -> None:
        """Leave the cluster; what its workers are at is dropped."""
        self._stack.close()


def _check(spec: Spec, job: PartJob) -> PartMade:
    with TemporaryDirectory(prefix="records-audit-") as name:
        folder, number = Path(name), job.task.number
        evidence, keep = read_spec(spec), spec.keep_leaves
        with opened(evidence, folder=folder, memory=None, keep_leaves=keep) as here:
            here.checker.memory = job.remembered
            result = here.check(job.task)
        leaves = folder / f"{number}.leaves"
        return PartMade(
            result,
            (folder / f"{number}.ends").read_bytes(),
            leaves.read_bytes() if spec.keep_leaves else None,
        )


def _judge(spec: Spec, streams: Sequence[bytes]) -> Judged:
    with opened(read_spec(spec), folder=Path(), memory=None) as here:
        return judge_streams(streams, here.rows, forms=here.keys is None)


def _write(file: Path, content: bytes) -> None:
    new = file.with_name(file.name + ".new")
    new.write_bytes(content)
    new.replace(file)
