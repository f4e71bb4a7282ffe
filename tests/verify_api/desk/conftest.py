"""A home of its own for each test: made once, copied, opened."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_support.desk_home import DeskHome, open_home, small, start_home


@pytest.fixture(scope="session")
def started_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first start; copied, never opened by a test."""
    folder = tmp_path_factory.mktemp("started") / "home"
    start_home(small(folder))
    return folder


@pytest.fixture
def home(started_home: Path, tmp_path: Path) -> Iterator[DeskHome]:
    """An opened home with nothing in it but keys and a trust list."""
    folder = tmp_path / "home"
    shutil.copytree(started_home, folder)
    opened = open_home(small(folder))
    yield opened
    opened.close()
