"""An authority of time stamps that runs here."""

from collections.abc import Iterator

import pytest

from tests_support.time_authority import Service, TimeAuthority, authority, honest, served


@pytest.fixture
def tsa() -> TimeAuthority:
    """An authority."""
    return authority("ec")


@pytest.fixture
def service(tsa: TimeAuthority) -> Iterator[Service]:
    """It, at an address."""
    with served(honest(tsa)) as running:
        yield running
