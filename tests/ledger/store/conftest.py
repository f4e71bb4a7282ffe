"""The same tests over both databases."""

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from ledger.store.fact_store import LedgerFactStore
from tests_support.postgres import PrivateServer
from tests_support.toy_ledger import toy_ledger


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def ledger_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty ledger's connection string, once for each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], str]:
    """Makes empty ledgers, for tests that need several of the same database."""
    if request.param == "sqlite":
        numbers = count(1)
        return lambda: f"sqlite:///{tmp_path / f'ledger-{next(numbers)}.db'}"
    make: Callable[[], str] = request.getfixturevalue("new_database")
    return make


@pytest.fixture
def store(ledger_url: str) -> Iterator[LedgerFactStore]:
    """An empty ledger for toy facts."""
    with toy_ledger(ledger_url) as ledger:
        yield ledger


@pytest.fixture
def new_database(postgres_server: PrivateServer) -> Callable[[], str]:
    """Makes empty databases, for tests that need several."""
    return postgres_server.new_database
