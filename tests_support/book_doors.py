"""Who comes to the doors of a house with health books and changes something there."""

from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from tests_support.book_house import ANN, BookHouse, open_book_house
from tests_support.book_house import problem as illness
from tests_support.governing_world import Door
from verify_api.callers import Role


def door(
    house: BookHouse, role: Role, *, subject: UUID | None = None, organisation: str | None = None
) -> Door:
    """Let somebody sign in who also sends."""
    client = house.browser(role, subject=subject, organisation=organisation)
    page = client.get("/", headers={"Accept": "text/html"}).text
    return Door(client, page.split('name="csrf" value="')[1].split('"')[0])


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BookHouse]:
    """A house in which one person has one visit with one illness."""
    with open_book_house(tmp_path / "home") as opened:
        opened.visit(ANN, "1", illness("Hen", "c1"))
        yield opened


@pytest.fixture
def ann(house: BookHouse) -> Door:
    """That person at the door."""
    return door(house, Role.CITIZEN, subject=ANN)
