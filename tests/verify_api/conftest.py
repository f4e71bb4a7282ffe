"""A world around the service, fresh for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_support.service_world import World, open_world
from verify_api.caller_database import CallerDatabase, open_callers


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """The service over fakes."""
    opened = open_world(tmp_path)
    yield opened
    opened.database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def callers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CallerDatabase]:
    """An empty database of callers, of each sort."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
    else:
        url = f"sqlite:///{tmp_path / 'callers-alone.db'}"
    database = open_callers(url)
    yield database
    database.close()
