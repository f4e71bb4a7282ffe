"""A cluster of dask.distributed as workers: the extra ``cluster``.

A worker that dies is no failure: the scheduler gives its tasks to another one, and a task that has
taken several workers down with it fails alone. Workers see the segments under the same paths.
Whoever reaches the scheduler can have its workers run anything: keep it in a network of its own,
or give keys and certificates for ``tls://`` in distributed's own settings.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from distributed import Client, KilledWorker

from ledger.audit.segments.workers import Pending, Workers
from ledger.errors import InvalidInputError, StoreUnavailableError

Result = TypeVar("Result")
CONNECT_SECONDS: Final = 10
_CLIENT: Final[Any] = Client  # its makers have typed none of it


class _Cluster:
    def __init__(self, client: Any) -> None:
        self._client = client

    @property
    def count(self) -> int:
        """How many tasks the workers that are there now do at a time."""
        threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def submit(self, work: Callable[[], Result]) -> Pending[Result]:
        """Give it to a worker. Never the result of an equal task before: files may have changed."""
        return _Task(self._client.submit(work, pure=False))


class _Task:
    def __init__(self, future: Any) -> None:
        self._future = future

    def result(self) -> Any:
        """Wait for it."""
        try:
            return self._future.result()
        except KilledWorker as error:
            raise StoreUnavailableError("several workers in turn died of the same task") from error
        finally:
            self._future.release()


@contextmanager
def cluster(address: str) -> Iterator[Workers]:
    """Let the workers of the scheduler at ``address`` work, such as ``tcp://10.0.0.5:8786``.

    Raises:
        InvalidInputError: ``cluster``.
        StoreUnavailableError: Nobody answers there.
    """
    try:
        client = _CLIENT(address, timeout=CONNECT_SECONDS, set_as_default=False)
    except ValueError as error:
        raise InvalidInputError("cluster", "cluster", "tcp://host:port, or tls://…") from error
    except OSError as error:
        raise StoreUnavailableError("no scheduler of a cluster answers at this address") from error
    with client:
        yield _Cluster(client)
