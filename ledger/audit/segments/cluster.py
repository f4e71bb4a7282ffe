"""A cluster of dask.distributed as workers: the extra ``cluster``.

A worker that dies is no failure: the scheduler gives its tasks to another one, and a task that has
taken several workers down with it fails alone. Workers see the segments under the same paths.
Whoever reaches the scheduler can have its workers run anything: keep it in a network of its own,
or give keys and certificates for ``tls://`` in distributed's own settings.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from contextlib import contextmanager
from typing import Any, Final, TypeVar

from distributed import Client, KilledWorker

from ledger.audit.segments.workers import Pending, Workers
from ledger.errors import InvalidInputError, StoreUnavailableError

Result = TypeVar("Result")
CONNECT_SECONDS: Final = 10
LOOK_SECONDS: Final = 5
"""How often it is looked whether there is a worker at all."""
PATIENCE_SECONDS: Final = 60
"""How long a cluster may be without any worker before it is given up."""
_CLIENT: Final[Any] = Client  # its makers have typed none of it


class _Cluster:
    def __init__(self, client: Any) -> None:
        self._client = client

    @property
    def count(self) -> int:
        """How many tasks the workers that are there now do at a time."""
        with _scheduler_there():
            threads: dict[str, int] = self._client.nthreads()
        return max(1, sum(threads.values()))

    def has_workers(self) -> bool:
        """Whether any worker is there now."""
        with _scheduler_there():
            return bool(self._client.nthreads())

    def submit(self, work: Callable[[], Result]) -> Pending[Result]:
        """Give it to a worker. Never the result of an equal task before: files may have changed."""
        with _scheduler_there():
            return _Task(self._client.submit(work, pure=False), self)


@contextmanager
def _scheduler_there() -> Iterator[None]:
    """Name the loss of the scheduler in the ledger's words."""
    try:
        yield
    except (CancelledError, OSError) as error:
        raise StoreUnavailableError("the scheduler of the cluster has gone; ask again") from error


class _Task:
    def __init__(self, future: Any, cluster: _Cluster) -> None:
        self._future = future
        self._cluster = cluster

    def result(self) -> Any:
        """Wait for it, as long as somebody is there to do it."""
        try:
            return self._waited()
        except KilledWorker as error:
            raise StoreUnavailableError("several workers in turn died of the same task") from error
        except CancelledError as error:
            message = "the scheduler of the cluster has gone; ask again"
            raise StoreUnavailableError(message) from error
        finally:
            self._future.release()

    def _waited(self) -> Any:
        without = 0
        while without < PATIENCE_SECONDS:
            try:
                return self._future.result(timeout=LOOK_SECONDS)
            except TimeoutError:
                if self._future.done():  # just now, or the function itself has raised this
                    return self._future.result()
                without = 0 if self._cluster.has_workers() else without + LOOK_SECONDS
        raise StoreUnavailableError("the cluster has no worker; ask again")


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
