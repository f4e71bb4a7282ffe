"""Officers' browsers over one authority that is at work: fixtures for the tests of their routes."""

import re
from collections.abc import Iterator
from http import HTTPStatus
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.certificates.procedure import Stage
from ledger.commands.access import who_looked
from ledger.commands.loading import load_request
from ledger.records.access import AccessRecorded
from tests_support.officer_site import OFFICERS, OfficerHouse, fill, open_officer_house
from tests_support.service_world import PASSWORD

PAGE = {"Accept": "text/html"}
_HIDDEN = re.compile(r'name="(csrf|seen)" value="([^"]*)"')


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficerHouse]:
    """One authority for all; each test works on files of its own."""
    with open_officer_house(tmp_path_factory.mktemp("officers") / "home") as opened:
        fill(opened)
        yield opened
        opened.replay()


class Officer:
    """One officer's browser."""

    def __init__(self, made: OfficerHouse, name: str) -> None:
        """Sign in."""
        self.made = made
        self.client: FlaskClient = made.house.app.test_client()
        answer = self.client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == HTTPStatus.SEE_OTHER
        self.csrf = dict(_HIDDEN.findall(self.page("/work")))["csrf"]

    def page(self, address: str) -> str:
        """Return a page."""
        answer = self.client.get(address, headers=PAGE)
        assert answer.status_code == HTTPStatus.OK, answer.text
        return str(answer.text)

    def seen(self, request: UUID) -> str:
        """Open a file; return up to which fact it is shown."""
        return str(dict(_HIDDEN.findall(self.page(f"/work/{request}")))["seen"])

    def send(self, address: str, **fields: str | list[str]) -> TestResponse:
        """Send a form."""
        data = {"csrf": self.csrf, "once": self.made.house.system.clockwork.random(8).hex()}
        return self.client.post(address, data={**data, **fields}, headers=PAGE)


@pytest.fixture(scope="module")
def officers(made: OfficerHouse) -> dict[str, Officer]:
    """Everybody, signed in."""
    return {name: Officer(made, name) for name in OFFICERS}


def looks(made: OfficerHouse, request: UUID) -> list[AccessRecorded]:
    """Return who looked at the person of a file."""
    subject = load_request(made.house.system.facts, request).state.draft.subject
    told = who_looked(made.house.system.facts, subject=subject)
    return [one.fact for one in told if isinstance(one.fact, AccessRecorded)]


def stage(made: OfficerHouse, request: UUID) -> Stage:
    """Return where a file is."""
    return load_request(made.house.system.facts, request).state.stage
