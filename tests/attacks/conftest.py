"""The ledger that is attacked, founded once a kind of database; every test has its own copy."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests_support.attacked_copy import AttackedCopy
from tests_support.attacked_house import AttackedHouse
from tests_support.attacked_places import Places, forget
from tests_support.evidence_packages import House

NewCopy = Callable[[], AttackedCopy]
DATABASES = ("sqlite", pytest.param("postgres", marks=pytest.mark.postgresql))


@pytest.fixture(scope="package", params=DATABASES)
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[AttackedHouse]:
    folder = tmp_path_factory.mktemp("attacked")
    names = ("ledger", "views", "log", "keys")
    if request.param == "sqlite":
        places = Places(*(f"sqlite:///{folder}/{name}.db" for name in names))
    else:
        url = request.getfixturevalue("postgres_server").new_database()
        places = Places(*(url for _ in names))
    made = AttackedHouse(folder, places)
    try:
        made.found()
        yield made
    finally:
        made.close()


@pytest.fixture
def copy(house: AttackedHouse, tmp_path: Path) -> Iterator[AttackedCopy]:
    made = AttackedCopy(house, tmp_path / "copy", house.at)
    yield made
    forget(made.places)


@pytest.fixture(scope="module")
def shop() -> House:
    """Whoever exports evidence packages."""
    return House()


@pytest.fixture(scope="module")
def package(shop: House) -> dict[str, bytes]:
    """A package that is right; nobody changes it in place."""
    return shop.package()
