"""Who comes to the doors of a house with health books and changes something there."""

from uuid import UUID

from tests_support.book_house import BookHouse
from tests_support.governing_world import Door
from verify_api.callers import Role


def door(
    house: BookHouse, role: Role, *, subject: UUID | None = None, organisation: str | None = None
) -> Door:
    """Let somebody sign in who also sends."""
    client = house.browser(role, subject=subject, organisation=organisation)
    page = client.get("/", headers={"Accept": "text/html"}).text
    return Door(client, page.split('name="csrf" value="')[1].split('"')[0])
