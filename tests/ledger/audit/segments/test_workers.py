"""Several processes and the workers of a cluster say what one process says, also when one dies."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.audit.segments.cluster import cluster
from ledger.audit.segments.verify import SegmentResult, verify_segment
from ledger.audit.segments.workers import Here, in_order, processes
from ledger.errors import InvalidInputError, StoreUnavailableError
from tests_support.local_cluster import CLIENT, local_cluster, lone_scheduler
from tests_support.segment_folders import paths_in


@pytest.fixture
def alone(exported: Path) -> list[SegmentResult]:
    """What this process says."""
    return list(in_order(Here(), verify_segment, paths_in(exported)))


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster of two worker processes on this machine."""
    with local_cluster() as address:
        yield address


def test_two_processes_say_what_one_says(exported: Path, alone: list[SegmentResult]) -> None:
    with processes(2) as workers:
        assert list(in_order(workers, verify_segment, paths_in(exported))) == alone


def test_a_process_that_dies_is_told(exported: Path) -> None:
    with pytest.raises(StoreUnavailableError), processes(2) as workers:
        list(in_order(workers, _die, paths_in(exported)))


def _die(_path: Path) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_what_one_process_raises_another_is_told(tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError), processes(2) as workers:
        list(in_order(workers, verify_segment, [tmp_path / "no-segment.parquet"]))


def test_there_is_at_least_one_process() -> None:
    with pytest.raises(InvalidInputError), processes(0):
        pass


def test_a_cluster_says_what_one_process_says(
    exported: Path, alone: list[SegmentResult], scheduler: str
) -> None:
    with cluster(scheduler) as workers:
        assert workers.count == 2
        assert list(in_order(workers, verify_segment, paths_in(exported))) == alone


def test_a_worker_that_is_killed_midway_changes_nothing(
    exported: Path, alone: list[SegmentResult], scheduler: str
) -> None:
    paths = paths_in(exported) * 8
    found: list[SegmentResult] = []
    with cluster(scheduler) as workers, CLIENT(scheduler, set_as_default=False) as client:
        before = set(client.run(os.getpid).values())
        for result in in_order(workers, verify_segment, paths):
            if len(found) == len(alone):
                os.kill(min(before), signal.SIGKILL)
            found.append(result)
        client.wait_for_workers(2)
        after = set(client.run(os.getpid).values())
    assert len(before & after) == 1
    assert found == alone * 8


@pytest.mark.usefixtures("impatient")
def test_an_address_where_nobody_answers_is_told() -> None:
    with pytest.raises(StoreUnavailableError), cluster("tcp://127.0.0.1:1"):
        pass
    with pytest.raises(InvalidInputError), cluster("carrier-pigeon://loft"):
        pass


def test_a_scheduler_that_goes_away_is_told() -> None:
    with lone_scheduler() as (address, process), cluster(address) as workers:
        waiting = workers.submit(os.getpid)
        process.kill()
        with pytest.raises(StoreUnavailableError, match="has gone"):
            waiting.result()
