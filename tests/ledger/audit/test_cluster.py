"""The workers of a cluster find what one process finds, also when one of them dies."""

import os
import signal
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from ledger.audit.cluster import ClusterWorkers
from ledger.audit.memory import AuditorMemory
from ledger.audit.report import Progress
from ledger.audit.rows import open_rows
from ledger.audit.verify import Hire, verify
from ledger.errors import InvalidInputError, StoreUnavailableError
from tests.ledger.audit.conftest import Begin, by_sql
from tests.ledger.audit.test_verify import PART, audit, codes, grown
from tests_support.local_cluster import CLIENT, local_cluster

PARTS = 16


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster of two worker processes on this machine."""
    with local_cluster() as address:
        yield address


@pytest.fixture
def team(scheduler: str) -> Hire:
    return partial(ClusterWorkers, address=scheduler)


def test_a_cluster_finds_what_one_process_finds_though_a_worker_dies(
    begin: Begin, scheduler: str, team: Hire
) -> None:
    ledger = grown(begin, PARTS * PART)
    by_sql(
        ledger.url,
        ("UPDATE ledger_facts SET topic = 'toy.met/1' WHERE position IN (70, 3000)", ()),
        ("DELETE FROM ledger_facts WHERE position = 2000", ()),
    )
    with CLIENT(scheduler, set_as_default=False) as client:
        client.wait_for_workers(2)
        before = set(client.run(os.getpid).values())

        def kill(progress: Progress) -> None:
            if (progress.stage, progress.part) == ("rows", 2):
                os.kill(min(before), signal.SIGKILL)

        report = audit(ledger, team=team, tell=kill)
        client.wait_for_workers(2)
        after = set(client.run(os.getpid).values())
    assert len(before & after) == 1
    assert report == audit(ledger)
    assert codes(report) >= {"C1.row", "C5.missing"}


def test_what_an_auditor_remembers_goes_along(begin: Begin, team: Hire, tmp_path: Path) -> None:
    ledger = grown(begin, 4 * PART + 50)
    memory = AuditorMemory(tmp_path / "m")
    assert audit(ledger, team=team, memory=memory, keep_leaves=True).moved_on
    by_sql(ledger.url, ("UPDATE ledger_facts SET entry = ? WHERE position = 700", (b"\x01" * 65,)))
    ledger.log.close()
    found = audit(ledger, team=team, memory=memory).findings
    assert found == audit(ledger, memory=AuditorMemory(tmp_path / "m")).findings
    assert [one.place["position"] for one in found if one.code == "C2.leaf"] == [700]


def test_a_scan_that_ended_midway_is_resumed_by_the_cluster(
    begin: Begin, team: Hire, tmp_path: Path
) -> None:
    ledger = grown(begin, 6 * PART)
    memory = AuditorMemory(tmp_path / "m")

    class EndedError(Exception):
        pass

    def end(progress: Progress) -> None:
        if progress.part == 1:
            raise EndedError

    with pytest.raises(EndedError):
        audit(ledger, team=team, memory=memory, tell=end)
    assert memory.done(1) is not None
    assert memory.running() is not None
    report = verify(ledger.evidence, at=ledger.at, memory=memory, resume=True, team=team)
    assert (report.findings, report.moved_on) == ((), True)


def test_what_is_no_connection_string_goes_to_no_cluster(begin: Begin, team: Hire) -> None:
    ledger = grown(begin, 50)
    rows = open_rows(ledger.url)
    try:
        with pytest.raises(InvalidInputError):
            audit(ledger, team=team, evidence=replace(ledger.evidence, ledger=rows))
    finally:
        rows.close()


@pytest.mark.usefixtures("impatient")
def test_a_scheduler_that_is_away_gives_up_no_scan_under_way(begin: Begin, tmp_path: Path) -> None:
    ledger = grown(begin, 2 * PART)
    memory = AuditorMemory(tmp_path / "m")

    def end(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        audit(ledger, memory=memory, tell=end)
    with pytest.raises(StoreUnavailableError, match="no scheduler"):
        audit(ledger, memory=memory, team=partial(ClusterWorkers, address="tcp://127.0.0.1:1"))
    assert memory.done(0) is not None
