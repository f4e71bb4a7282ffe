"""A cluster of two worker processes on this machine, reachable from nowhere else."""

import subprocess
import sys
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


@contextmanager
def lone_scheduler() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a scheduler without workers; yield its address and its process, to be killed at will."""
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1",
               "--port", "0", "--no-dashboard"]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 (our own words)
        assert process.stderr is not None
        try:
            line = next(one for one in process.stderr if "Scheduler at:" in one)
            yield line.split()[-1], process
        finally:
            process.kill()
