"""Many threads' appends in one transaction: who comes first leads, the others wait and are told.

A commit costs the same for one fact as for a thousand. While one thread commits, the appends of
the others gather; the next leader takes them all. If a gathered transaction conflicts, each of
its appends is done again by itself, so that only the one that conflicts is refused.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Lock

from eventsourcing.persistence import IntegrityError

from ledger.store.rows import Answer, Batch, Row, StreamPoint

MOST_ROWS = 2_000
MOST_BYTES = 4 << 20
"""A gathered transaction stays well below the size at which it would be cut into statements."""


def merged(batches: Sequence[Batch]) -> Batch:
    """Return one batch with everything that ``batches`` hold, in their order."""
    rows: list[Row] = []
    after: list[StreamPoint] = []
    absent: list[StreamPoint] = []
    answers: list[Answer] = []
    for batch in batches:
        answers += [answer._replace(first=len(rows) + answer.first) for answer in batch.answers]
        rows += batch.rows
        after += batch.after
        absent += batch.absent
    return Batch(rows, after, absent, answers)


@dataclass(slots=True)
class _Job:
    """One thread's append; ``gate`` opens when it is answered or when its thread is to lead."""

    batch: Batch
    gate: Lock = field(default_factory=Lock)
    first: int | None = None
    error: BaseException | None = None


class Coalescer:
    """Gathers the appends of all threads of this process."""

    def __init__(self, append: Callable[[Batch], int]) -> None:
        """Store batches by ``append``, which is durable on return and gives the first position."""
        self._append = append
        self._lock = Lock()
        self._waiting: deque[_Job] = deque()
        self._led = False

    def append(self, batch: Batch) -> int:
        """Return the first position of ``batch`` once it is durable; as the given ``append``."""
        job = _Job(batch)
        job.gate.acquire()
        with self._lock:
            self._waiting.append(job)
            leads, self._led = not self._led, True
        if not leads:
            # Bounded: every leader answers or fails within the database's own time limits.
            job.gate.acquire()
        if job.first is None and job.error is None:
            self._lead()
        if job.error is not None:
            raise job.error
        assert job.first is not None, "a job is answered or has failed"
        return job.first

    def _lead(self) -> None:
        """Store what has gathered, then hand the lead to the first who came too late for it."""
        with self._lock:
            jobs = self._gather()
        try:
            self._store(jobs)
        except BaseException as error:
            for job in jobs:
                job.error = job.error or (None if job.first is not None else error)
            raise
        finally:
            with self._lock:
                self._led = bool(self._waiting)
                successor = self._waiting[0] if self._waiting else None
            for job in jobs[1:]:
                job.gate.release()
            if successor is not None:
                successor.gate.release()

    def _gather(self) -> list[_Job]:
        jobs = [self._waiting.popleft()]
        rows, size = len(jobs[0].batch.rows), jobs[0].batch.bytes_estimate
        # A batch that only looks at a stream must see it before its neighbours write: alone.
        while self._waiting and not jobs[0].batch.absent:
            batch = self._waiting[0].batch
            rows += len(batch.rows)
            size += batch.bytes_estimate
            if rows > MOST_ROWS or size > MOST_BYTES or batch.absent:
                break
            jobs.append(self._waiting.popleft())
        return jobs

    def _store(self, jobs: Sequence[_Job]) -> None:
        if len(jobs) > 1:
            try:
                first = self._append(merged([job.batch for job in jobs]))
            except IntegrityError:
                pass
            else:
                for job in jobs:
                    job.first = first
                    first += len(job.batch.rows)
                return
        for job in jobs:
            try:
                job.first = self._append(job.batch)
            except Exception as error:  # noqa: BLE001 (each thread gets its own append's error)
                job.error = error
