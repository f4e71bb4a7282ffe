"""A citizen at the door of their health pages, as a browser without scripts sends forms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.identifiers import access_stream
from ledger.records.access import AccessRecorded
from tests_support.book_doors import door
from tests_support.book_house import BookHouse
from tests_support.health_site import HOSPITAL, open_health_house
from verify_api.callers import Role
from verify_api.my_health.whose import COOKIE

_HIDDEN: Final = re.compile(r'name="(csrf|once|acting_for)" value="([^"]*)"')
HTML: Final = {"Accept": "text/html"}


@dataclass
class Citizen:
    """A citizen's browser."""

    books: BookHouse
    told: dict[str, Any]
    client: FlaskClient

    @property
    def subject(self) -> UUID:
        """The citizen's pseudonym."""
        subject = self.told["subject"]
        assert isinstance(subject, UUID)
        return subject

    def get(self, path: str, status: int = HTTPStatus.OK) -> str:
        """Open a page that is to answer so; return its text."""
        answer = self.client.get(f"/my/health{path}", headers=HTML)
        assert answer.status_code == status, (path, answer.status_code, answer.text[-600:])
        return answer.text

    def hidden(self, path: str) -> dict[str, str]:
        """Return the hidden fields of a page's forms."""
        return dict(_HIDDEN.findall(self.get(path)))

    def post(self, path: str, hidden: dict[str, str], **fields: object) -> TestResponse:
        """Send a form with these hidden fields."""
        return self.client.post(
            f"/my/health{path}", data={**hidden, **fields}, headers=HTML
        )  # fmt: skip

    def send(self, path: str, form: str = "", **fields: object) -> TestResponse:
        """Send a form as the page ``form`` has it; the same page if left out."""
        return self.post(path, self.hidden(form or path), **fields)

    def catch_up(self) -> None:
        """Let the views see all facts."""
        self.books.house.system.projector.catch_up()

    def looks(self, subject: UUID | None = None) -> list[tuple[AccessRecorded, str | None]]:
        """Return the looks at a person's data, with their bases; the citizen's own if left out."""
        stream = access_stream(subject or self.subject)
        found = self.books.house.system.facts.history(stream).recorded
        return [
            (one.fact, one.act.legal_basis) for one in found
            if isinstance(one.fact, AccessRecorded)
        ]  # fmt: skip


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[BookHouse, Any, Any]]:
    """One house for those tests that change nothing which another looks at."""
    with open_health_house(tmp_path_factory.mktemp("health") / "home") as opened:
        yield opened


def citizen_of(opened: tuple[BookHouse, Any, dict[str, Any]]) -> Citizen:
    """Return the citizen of a house."""
    known, facilities, told = opened
    told = {**told, "facilities": facilities}
    return Citizen(known, told, door(known, Role.CITIZEN, subject=told["subject"]).client)


@pytest.fixture
def citizen(world: tuple[BookHouse, Any, Any]) -> Citizen:
    """The citizen, with their own pages before them."""
    found = citizen_of(world)
    found.client.delete_cookie(COOKIE)
    found.catch_up()
    return found


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Citizen]:
    """The citizen of a house of their own."""
    with open_health_house(tmp_path / "home") as opened:
        yield citizen_of(opened)


def doctor(citizen: Citizen, facility: str = HOSPITAL) -> FlaskClient:
    """Return a clinician's client."""
    return citizen.books.doctor(facility)


def mark(citizen: Citizen) -> str:
    """Return what names the child on the page of representatives."""
    marks = re.findall(r'name="acting_for" value="([^"]+)"', citizen.get("/people"))
    assert len(marks) == 1
    return str(marks[0])
