"""Fixtures for every floor: the public vectors beside the checkout, a private PostgreSQL."""

import gc
import os
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests_support.absence import absent
from tests_support.postgres import NoPostgresError, PrivateServer, private_server
from tests_support.tracing import untraced

ROOT = Path(__file__).parents[1]
LONGEST = tuple(
    ROOT / "tests" / name
    for name in ("browser", "shell", "attacks", "verify_api/test_interface_fuzz.py")
)

# No test asserts a time: a busy machine is no failure.
settings.register_profile("records", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("records")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the folders whose modules take longest, so that no worker waits for the last."""
    later = {
        path: not any(path.is_relative_to(one) for one in LONGEST)
        for path in {item.path for item in items}
    }
    items.sort(key=lambda item: later[item.path])


def pytest_collection_finish() -> None:
    """Let no collector look again at what stays to the end: all modules, and all tests."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let everything go at the end: libraries tell what they think is left behind."""
    gc.unfreeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run a browser's test without a tracer: what its pages run is counted in tests of routes."""
    if item.get_closest_marker("browser") is None:
        return (yield)
    with untraced():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Run a test of many cases without a tracer; what it repeats is counted in other tests."""
    if item.get_closest_marker("many_cases") is None:
        return (yield)
    with untraced():
        return (yield)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of public test vectors that stands beside the checkout."""
    folder = Path(os.environ.get("RECORDS_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        absent(f"no public test vectors at ../{folder.parent.name}/{folder.name}")
    return folder


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait a second, and no longer, for a cluster's scheduler that is not there."""
    monkeypatch.setattr("ledger.audit.segments.cluster.CONNECT_SECONDS", 1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PrivateServer]:
    """One private PostgreSQL server for this test process."""
    try:
        with private_server(fsync=False) as server:
            yield server
    except NoPostgresError as error:
        absent(str(error))


@pytest.fixture
def postgres_url(postgres_server: PrivateServer) -> str:
    """A fresh, empty PostgreSQL database."""
    return postgres_server.new_database()
