"""One house whose packages are checked; nobody changes it."""

import pytest

from tests_support.evidence_packages import House


@pytest.fixture(scope="session")
def house() -> House:
    return House()


@pytest.fixture(scope="session")
def package(house: House) -> dict[str, bytes]:
    return house.package()
