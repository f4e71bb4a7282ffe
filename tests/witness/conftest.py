"""A log and a witness of it, fresh for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from shell.witness_home import WitnessHome
from tests_support.memory_log import MemoryLog
from tests_support.witness_bench import Bench, entries, known
from verify_api.witness import LocalWitness


@pytest.fixture
def log() -> MemoryLog:
    """A log of three entries, with two keys."""
    made = MemoryLog()
    made.add(*entries(0, 3))
    return made


@pytest.fixture
def bench(log: MemoryLog, tmp_path: Path) -> Iterator[Bench]:
    """A witness that follows the log and has seen nothing of it."""
    made = Bench(tmp_path / "witness", [known(log)])
    yield made
    made.close()


@pytest.fixture
def witness(bench: Bench) -> LocalWitness:
    """The witness, opened."""
    return bench.open()


@pytest.fixture
def home(log: MemoryLog, tmp_path: Path) -> WitnessHome:
    """The home of a witness that follows the log, as the shell makes it."""
    made = WitnessHome(tmp_path / "home", {})
    made.begin("witness.example/one", key_memory_mib=8)
    made.follow(tuple(one.key for one in log.keys), log.origin, needs_all=True)
    return made
