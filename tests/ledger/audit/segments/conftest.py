"""One town's history as a ledger and as segments, made once; who changes it works on a copy."""

import shutil
from pathlib import Path

import pytest

from ledger.store.rows import Row
from tests_support.segment_folders import export, fill, history


@pytest.fixture(scope="session")
def town() -> list[Row]:
    """About 300 facts."""
    return history(seed=14, steps=300)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, town: list[Row]) -> str:
    """A ledger with the town's history, on each database."""
    if request.param == "sqlite":
        made = f"sqlite:///{tmp_path / 'ledger.db'}"
    else:
        made = str(request.getfixturevalue("postgres_url"))
    fill(made, town)
    return made


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, town: list[Row]) -> Path:
    """The town's segments, only to be looked at."""
    place = tmp_path_factory.mktemp("segments")
    ledger = f"sqlite:///{place / 'ledger.db'}"
    fill(ledger, town)
    assert export(ledger, place / "folder") == []
    return place / "folder"


@pytest.fixture
def folder(exported: Path, tmp_path: Path) -> Path:
    """A copy of the town's segments, to be changed at will."""
    return Path(shutil.copytree(exported, tmp_path / "copy"))
