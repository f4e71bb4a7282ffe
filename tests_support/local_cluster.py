"""A cluster of two worker processes on this machine, reachable from nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import distributed

# Their makers have typed none of it.
_CLUSTER: Any = distributed.LocalCluster
CLIENT: Any = distributed.Client


@contextmanager
def local_cluster() -> Iterator[str]:
    """Run one for the length of the block; yield the address of its scheduler."""
    with _CLUSTER(
        n_workers=2,
        threads_per_worker=1,
        processes=True,
        host="127.0.0.1",
        dashboard_address="127.0.0.1:0",  # without one it still takes port 8787 of every address
        silence_logs=50,
    ) as cluster:
        yield cluster.scheduler_address
