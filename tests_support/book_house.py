"""A running house with two patients' health books, and who comes to read them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger import documents
from ledger.document_parts import rest_of
from ledger.facts import Act
from ledger.identifiers import health_book_stream, visit_stream
from ledger.records.health_book.facts import AssertedIdentity, BookOpened, IdentityAsserted
from ledger.records.visit import Form, VisitCorrected, VisitRecorded, VisitRecordedInParts
from tests_support.cheap_accounts import cheap_accounts
from tests_support.health_world import bundle
from tests_support.whole_house import PASSWORD, House, open_house
from verify_api.accounts import Account
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role

ANN: Final = UUID("a0000000-0000-4000-8000-00000000000a")
BEN: Final = UUID("b0000000-0000-4000-8000-00000000000b")
FACILITY: Final = "79A02"
ELSEWHERE: Final = "01B03"


@dataclass
class BookHouse:
    """The house, its patients, its readers."""

    house: House
    _browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def act(self, facility: str = FACILITY) -> Act:
        """Return an act of now."""
        return self.house.system.act("his-1", "facility_system", facility)

    def say(self, stream: UUID, subject: UUID, *facts: object, facility: str = FACILITY) -> None:
        """Append facts, and let the views see them."""
        system = self.house.system
        system.facts.append(
            self.act(facility), system.facts.tip(stream).then(*facts, subject=subject)
        )
        system.projector.catch_up()

    def know(self, subject: UUID, name: str, birth: str) -> None:
        """Open a book and say whose it is."""
        identity = AssertedIdentity(name, birth, 2)
        self.say(health_book_stream(subject), subject, BookOpened(), IdentityAsserted(identity))

    def visit(
        self, subject: UUID, key: str, *resources: dict[str, Any], facility: str = FACILITY,
        whole: tuple[dict[str, Any], ...] = (),
    ) -> UUID:  # fmt: skip
        """Record a visit; ``whole`` is what was received, if ``resources`` leave something out."""
        stream = visit_stream(facility, key)
        shown = bundle(*resources)
        fact = VisitRecorded(Form.FHIR_VISIT, "test", *documents.pack(shown))
        if whole:
            rest = documents.pack(rest_of(bundle(*whole), shown))
            fact = VisitRecordedInParts(Form.FHIR_VISIT, "test", *documents.pack(shown), *rest)
        self.say(stream, subject, fact, facility=facility)
        return stream

    def visit_as_sent(self, subject: UUID, key: str, content: bytes) -> None:
        """Record a visit of these bytes."""
        fact = VisitRecorded(Form.FHIR_VISIT, "test", *documents.pack(content))
        self.say(visit_stream(FACILITY, key), subject, fact)

    def system_token(self) -> dict[str, str]:
        """Return the header of a facility's system."""
        system, at = self.house.system, self.house.clock.at
        token = ApiToken("his", Role.FACILITY_SYSTEM, FACILITY, at, at + timedelta(days=9))
        secret = system.api_tokens.issue(token, secret=system.clockwork.random(32))
        return {"Authorization": f"Bearer {secret}"}

    def correct(self, subject: UUID, stream: UUID, *resources: dict[str, Any]) -> None:
        """Correct a visit."""
        dictionary, packed = documents.pack(bundle(*resources))
        self.say(
            stream, subject, VisitCorrected(Form.FHIR_VISIT, "test", dictionary, "sửa", packed)
        )

    def browser(
        self, role: Role, *, subject: UUID | None = None, organisation: str | None = None
    ) -> FlaskClient:
        """Return somebody's client, signed in."""
        name = f"{role.value}-{subject}-{organisation}".lower()[:60]
        if name not in self._browsers:
            system = self.house.system
            account = Account(f"id-{name}", name, "Người mẫu", role, organisation, subject)
            salt = system.clockwork.random(16)
            cheap_accounts(system).add(account, PASSWORD, salt=salt, at=self.house.clock.at)
            client = self.house.app.test_client()
            answer = client.post("/login", data={"name": name, "password": PASSWORD})
            assert answer.status_code == HTTPStatus.SEE_OTHER
            self._browsers[name] = client
        return self._browsers[name]

    def ann(self) -> FlaskClient:
        """Return the citizen's own client."""
        return self.browser(Role.CITIZEN, subject=ANN)

    def doctor(self, facility: str = FACILITY) -> FlaskClient:
        """Return a clinician's client."""
        return self.browser(Role.CLINICIAN, organisation=facility)

    def doctor_again(self) -> FlaskClient:
        """Return the client of another clinician of the first facility, who signs in now."""
        return self.browser(Role.CLINICIAN, subject=UUID(int=99), organisation=FACILITY)

    def get(self, client: FlaskClient, address: str, **headers: str) -> TestResponse:
        """Ask as a program."""
        return client.get(address, headers={"Accept": "application/json", **headers})

    def looks(self, subject: UUID = ANN) -> list[dict[str, Any]]:
        """Return who looked, as the person sees it."""
        client = self.browser(Role.CITIZEN, subject=subject)
        told: list[dict[str, Any]] = self.get(client, "/v1/records/me/access-log").get_json()[
            "looks"
        ]
        return told


def problem(text: str, number: str, **more: Any) -> dict[str, Any]:
    """Return a problem as a facility sends it."""
    return {
        "resourceType": "Condition", "id": number, "code": {"text": text},
        "subject": {"reference": "urn:uuid:p"}, "onsetDateTime": "2020-05-01",
        "clinicalStatus": {"coding": [{
            "system": "http://terminology.hl7.org/CodeSystem/condition-clinical", "code": "active",
        }]}, **more,
    }  # fmt: skip


def observation(value: str, number: str) -> dict[str, Any]:
    """Return a result whose value has to keep its digits: put it in place of ``value``."""
    return {
        "resourceType": "Observation", "id": number, "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2339-0"}], "text": "Glucose"},
        "subject": {"reference": "urn:uuid:p"}, "effectiveDateTime": "2026-11-01T08:00:00+07:00",
        "valueQuantity": {"value": value, "unit": "mmol/L"},
        "encounter": {"reference": "urn:uuid:e1"},
    }  # fmt: skip


@contextmanager
def open_book_house(home: Path) -> Iterator[BookHouse]:
    """Open a house with the books of two."""
    with open_house(home) as house:
        made = BookHouse(house)
        made.know(ANN, "TRẦN THỊ MẪU", "1985")
        made.know(BEN, "LÊ VĂN MẪU", "1990-02-03")
        yield made


@pytest.fixture
def house(tmp_path: Path) -> Iterator[BookHouse]:
    """A house of its own for each test; a conftest that imports this gives it to its folder."""
    with open_book_house(tmp_path / "home") as opened:
        yield opened
