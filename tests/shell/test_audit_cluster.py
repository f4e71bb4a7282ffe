from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import Result

from tests_support.local_cluster import local_cluster

Run = Callable[..., Result]


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    with local_cluster() as address:
        yield address


def test_a_home_is_audited_by_a_cluster(
    records: Run, home: Path, tmp_path: Path, scheduler: str
) -> None:
    said = records("audit", "verify", "--cluster", scheduler, "--memory", tmp_path / "m",
                   "--keys", home / "subject_keys.db")  # fmt: skip
    assert (said.exit_code, said.stdout) == (0, "")
    assert "(100.0 %)" in said.stderr


@pytest.mark.usefixtures("impatient")
def test_a_scheduler_that_is_away_is_told(records: Run) -> None:
    said = records("audit", "verify", "--cluster", "tcp://127.0.0.1:1")
    assert said.exit_code == 2
    assert "no scheduler of a cluster answers" in said.stderr
    said = records("audit", "verify", "--cluster", "carrier-pigeon://loft")
    assert said.exit_code == 2
    assert "tcp://host:port" in said.stderr


def test_no_password_goes_to_a_cluster(records: Run) -> None:
    said = records("audit", "verify", "postgresql://records:secret@127.0.0.1:9/x", "--cluster",
                   "tcp://127.0.0.1:1")  # fmt: skip
    assert said.exit_code == 2
    assert "password_in_url" in said.stderr
    assert "secret" not in said.stderr
