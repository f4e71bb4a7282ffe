"""The service over a ledger of health books in memory: citizens, clinicians, officers call."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.calendar import standard_calendar
from ledger.categories import Category, Section
from ledger.certificates.kind import Wording
from ledger.commands.sharing import SharedFile
from projections import book_notices, health_tasks, shares
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.health_people import FACILITY, NOW, OTHER, OTHER_FACILITY, PATIENT, HealthPeople
from tests_support.service_clock import Randomness
from tests_support.service_world import PASSWORD, World, open_world
from verify_api.accounts import Account
from verify_api.callers import Role
from verify_api.desk.access_notes import LedgerAccessNotes
from verify_api.governing import Governing
from verify_api.routes.governing import governing_routes
from verify_api.service import create_service

BUNDLE: Final = b'{"resourceType":"Bundle","type":"document"}'
PEOPLE: Final = {
    "benhnhan": (Role.CITIZEN, None, PATIENT),
    "nguoikhac": (Role.CITIZEN, None, OTHER),
    "bacsi": (Role.CLINICIAN, FACILITY, None),
    "giamdoc": (Role.FACILITY_SIGNER, FACILITY, None),
    "giamdockhac": (Role.FACILITY_SIGNER, OTHER_FACILITY, None),
    "baove": (Role.DATA_PROTECTION_OFFICER, None, None),
    "vanhanh": (Role.OPERATOR, None, None),
}


@dataclass
class Door:
    """A browser in which somebody has signed in, sending JSON."""

    client: FlaskClient
    csrf: str

    def get(self, path: str, **headers: str) -> TestResponse:
        """Ask."""
        return self.client.get(path, headers=headers)

    def post(self, path: str, body: object) -> TestResponse:
        """Send."""
        return self.client.post(path, json=body, headers={"X-CSRF-Token": self.csrf})

    def put(self, path: str) -> TestResponse:
        """Set."""
        return self.client.put(path, headers={"X-CSRF-Token": self.csrf})

    def delete(self, path: str) -> TestResponse:
        """Take back."""
        return self.client.delete(path, headers={"X-CSRF-Token": self.csrf})


@dataclass
class GoverningWorld:
    """The service, its ledger and its views."""

    world: World
    app: Flask
    people: HealthPeople
    projector: Projector
    built: list[tuple[frozenset[Section], frozenset[Category]]]
    """What was asked of the builder of summaries."""
    pauses: list[float] = field(default_factory=list)

    def door(self, name: str) -> Door:
        """Let somebody of `PEOPLE` sign in."""
        client = self.app.test_client()
        answer = client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        page = client.get("/", headers={"Accept": "text/html"}).text
        return Door(client, page.split('name="csrf" value="')[1].split('"')[0])

    def anybody(self) -> FlaskClient:
        """Return a browser of nobody in particular."""
        return self.app.test_client()

    def catch_up(self) -> None:
        """Let the views see all facts."""
        self.projector.catch_up()


@contextmanager
def open_governing_world(folder: Path) -> Iterator[GoverningWorld]:
    """Return a new world; its small databases lie in ``folder``."""
    world = open_world(folder)
    world.clock.at = NOW
    people = HealthPeople()
    store = ViewStore(
        open_views(f"sqlite:///{folder}/views.db"),
        (shares.VIEW, book_notices.VIEW, health_tasks.VIEW),
    )
    store.prepare()
    built: list[tuple[frozenset[Section], frozenset[Category]]] = []
    pauses: list[float] = []

    def build(
        subject: UUID, *, sections: frozenset[Section], categories: frozenset[Category],
        at: datetime,
    ) -> Iterable[SharedFile]:  # fmt: skip
        del subject, at
        built.append((sections, categories))
        return [SharedFile("application/fhir+json", BUNDLE)]

    def name_of(code: str) -> Wording | None:
        return Wording("Bệnh viện mẫu", "Specimen hospital") if code == FACILITY else None

    desk = Governing(
        people.facts, store.database, standard_calendar(), build, name_of, pauses.append
    )
    randomness = Randomness(1_000)
    for name, (role, organisation, subject) in PEOPLE.items():
        account = Account(f"account-{name}", name, f"Tài khoản {name}", role, organisation, subject)
        world.ports.accounts.add(account, PASSWORD, salt=randomness.draw(16), at=NOW)
    ports = replace(world.ports, record_access=LedgerAccessNotes(people.facts))
    app = create_service(ports, more=governing_routes(desk))
    yield GoverningWorld(world, app, people, Projector(people.facts, store), built, pauses)
    store.database.close()
    world.database.close()


def problem(answer: TestResponse) -> tuple[int, str | None, str | None]:
    """Return the status, rule and place of a problem."""
    body: dict[str, Any] = answer.get_json()
    return answer.status_code, body.get("rule"), body.get("place")
