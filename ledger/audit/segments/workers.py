"""The same functions in this process, in several, or on the workers of a cluster; results in order.

What runs is a plain function of a path: a worker that dies takes nothing with it that another
could not do again.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from typing import Generic, Protocol, TypeVar

from ledger.errors import InvalidInputError, StoreUnavailableError

Given = TypeVar("Given")
Result = TypeVar("Result")
Made_co = TypeVar("Made_co", covariant=True)
_AHEAD = 4
"""Tasks a worker that are handed out before the first is back: none of them waits for work."""


class Pending(Protocol[Made_co]):
    """A result that is being made."""

    def result(self) -> Made_co:
        """Wait for it, and return it, or raise what the function raised."""
        ...


class Workers(Protocol):
    """Whoever does the work."""

    @property
    def count(self) -> int:
        """How many tasks are done at a time."""
        ...

    def submit(self, work: Callable[[], Result]) -> Pending[Result]:
        """Begin to do ``work``."""
        ...


class Here:
    """This process, which does everything itself, when asked for the result."""

    count = 1

    def submit(self, work: Callable[[], Result]) -> Pending[Result]:
        """Put it off until it is asked for."""
        return _Later(work)


class _Later(Generic[Made_co]):
    def __init__(self, work: Callable[[], Made_co]) -> None:
        self._work = work

    def result(self) -> Made_co:
        return self._work()


class _Pool:
    def __init__(self, pool: ProcessPoolExecutor, count: int) -> None:
        self._pool = pool
        self.count = count

    def submit(self, work: Callable[[], Result]) -> Pending[Result]:
        return _Made(self._pool.submit(work))


class _Made(Generic[Made_co]):
    def __init__(self, future: "Future[Made_co]") -> None:
        self._future = future

    def result(self) -> Made_co:
        try:
            return self._future.result()
        except BrokenExecutor as error:
            message = "a process that worked on the segments was ended; ask again"
            raise StoreUnavailableError(message) from error


@contextmanager
def processes(count: int) -> Iterator[Workers]:
    """Let so many processes of this machine work; with one, this process does it.

    Raises:
        InvalidInputError: ``processes``.
    """
    if count < 1:
        raise InvalidInputError("processes", "processes", "at least 1")
    if count == 1:
        yield Here()
        return
    # Spawned, not forked: nothing of this process, no open database, goes with them.
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        try:
            yield _Pool(pool, count)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def in_order(
    workers: Workers, function: Callable[[Given], Result], given: Iterable[Given]
) -> Iterator[Result]:
    """Yield ``function`` of each of ``given``, in their order, a few of them ahead."""
    waiting: deque[Pending[Result]] = deque()
    for one in given:
        waiting.append(workers.submit(partial(function, one)))
        if len(waiting) > workers.count * _AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
