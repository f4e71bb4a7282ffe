"""Of pages that lie below one another the menu marks the nearest alone."""

import pytest

from verify_api.callers import Role
from verify_api.navigation import menu

ADDRESSES = {
    "citizen.mine": "/my", "my_health.overview": "/my/health", "pages.front": "/",
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "here"),
    [
        ("/my", {"/my": "page"}),
        ("/my/1/certificate", {"/my": "true"}),
        ("/my/health", {"/my/health": "page"}),
        ("/my/health/looks", {"/my/health": "true"}),
        ("/my/healthy", {"/my": "true"}),
        ("/", {"/": "page"}),
        ("/elsewhere", {}),
    ],
)
def test_one_page_at_most_is_where_the_reader_is(path: str, here: dict[str, str]) -> None:
    shown = menu(
        Role.CITIZEN, path, running=ADDRESSES, address=ADDRESSES.__getitem__,
        menus={Role.CITIZEN: tuple(ADDRESSES)},
    )  # fmt: skip
    links = (*shown.first, *shown.more)
    assert {one.address: one.here for one in links if one.here} == here
