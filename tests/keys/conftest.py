"""Key stores in both databases, opened and closed around each test."""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import psycopg
import pytest

from keys.root_key import MemoryRootKey, RootKey
from keys.shredding import Step
from keys.subject_keys import SubjectKeys, open_subject_keys
from tests_support.postgres import PrivateServer


class OpenKeys(Protocol):
    """Opens the test's key store, as another process would."""

    def __call__(
        self,
        *,
        url: str | None = None,
        root: RootKey | None = None,
        copies: Path | None = None,
        after: Callable[[Step], None] = lambda _: None,
        clock: Callable[[], float] = lambda: 0.0,
        pause: Callable[[float], object] = lambda _: None,
    ) -> SubjectKeys: ...


@pytest.fixture(scope="session")
def key_database_url(postgres_server: PrivateServer) -> str:
    """A PostgreSQL database that is emptied for each test: far cheaper than a new one."""
    return postgres_server.new_database()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def key_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty key store's connection string, once for each database."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'keys' / 'keys.db'}"
    url: str = request.getfixturevalue("key_database_url")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return url


@pytest.fixture
def root() -> MemoryRootKey:
    """The root key of this test."""
    return MemoryRootKey(os.urandom)


@pytest.fixture
def open_keys(key_url: str, root: MemoryRootKey) -> Iterator[OpenKeys]:
    """Open the key store; everything opened is closed at the end."""
    test_url, test_root = key_url, root
    with ExitStack() as stack:

        def opened(
            *,
            url: str | None = None,
            root: RootKey | None = None,
            copies: Path | None = None,
            after: Callable[[Step], None] = lambda _: None,
            clock: Callable[[], float] = lambda: 0.0,
            pause: Callable[[float], object] = lambda _: None,
        ) -> SubjectKeys:
            keys = open_subject_keys(
                url or test_url, root or test_root, random=os.urandom, copies=copies,
                after=after, clock=clock, pause=pause,
            )  # fmt: skip
            stack.callback(keys.close)
            return keys

        yield opened


@pytest.fixture
def keys(open_keys: OpenKeys) -> SubjectKeys:
    """A new key store."""
    return open_keys()


@pytest.fixture
def new_key_database(postgres_server: PrivateServer) -> Callable[[], str]:
    """Makes empty databases, for tests that need several."""
    return postgres_server.new_database
