"""Who reads a health book, through the doors of the running system: refused, allowed, seen."""

import json
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from cli import main
from keys.base64url import to_base64url
from keys.content_encryption import decrypt
from ledger.clinical.health_link import read_link
from tests_support.cheap_accounts import cheap_accounts
from tests_support.fhir_samples import visit
from tests_support.whole_house import PASSWORD, House, open_house
from verify_api.accounts import Account
from verify_api.callers import Role

SENDER, OTHER = "79A02", "01B03"
REASON = {"reason": "unconscious", "text": "bệnh nhân mẫu bất tỉnh", "minutes": 30}


class Clinic:
    """The running system with one patient, whom one facility has treated."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house = house
        folder.mkdir()
        (folder / "visit.json").write_text(json.dumps(visit(), ensure_ascii=False), "utf-8")
        named = ("--name", "Bệnh viện mẫu", "--name-en", "Specimen hospital", "--level", "basic")
        self.shell("facility", "register", SENDER, *named, "--province", SENDER[:2])
        self.shell("import", str(folder), "--facility", SENDER, "--workers", "0")
        house.system.projector.catch_up()
        with house.system.views.database.reading() as session:
            ((subject,),) = session.execute("SELECT subject FROM health_visits")
        self.subject = UUID(subject)
        self.account("congdan", Role.CITIZEN, subject=self.subject)
        self.account("bacsi", Role.CLINICIAN, OTHER)
        self.account("bacsi2", Role.CLINICIAN, SENDER)
        self.account("baove", Role.DATA_PROTECTION_OFFICER)

    def shell(self, *arguments: str) -> None:
        """Run a command that is to succeed."""
        home = str(self.house.system.settings.home)
        done = CliRunner().invoke(main, ["--home", home, *arguments])
        assert done.exit_code == 0, done.output

    def account(
        self, name: str, role: Role, organisation: str | None = None, subject: UUID | None = None
    ) -> None:
        """Let somebody have an account."""
        account = Account(f"id-{name}", name, "Người mẫu", role, organisation, subject)
        salt = self.house.system.clockwork.random(16)
        cheap_accounts(self.house.system).add(account, PASSWORD, salt=salt, at=self.house.clock.at)

    def door(self, name: str) -> "Door":
        """Let somebody sign in."""
        client = self.house.app.test_client()
        answer = client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == HTTPStatus.SEE_OTHER
        page = client.get("/", headers={"Accept": "text/html"}).text
        return Door(client, page.split('name="csrf" value="')[1].split('"')[0])

    def problems(self, door: "Door") -> TestResponse:
        """Read the problems of the patient."""
        return door.get(f"/v1/records/{self.subject}/problems")


class Door:
    """A browser in which somebody has signed in."""

    def __init__(self, client: FlaskClient, csrf: str) -> None:
        self.client, self.headers = client, {"X-CSRF-Token": csrf}

    def get(self, path: str) -> TestResponse:
        """Ask."""
        return self.client.get(path, headers={"Accept-Language": "en"})

    def post(self, path: str, body: object) -> TestResponse:
        """Send."""
        return self.client.post(path, json=body, headers=self.headers)

    def json(self, path: str) -> dict[str, Any]:
        """Ask, and be answered."""
        answer = self.get(path)
        assert answer.status_code == HTTPStatus.OK, answer.text
        told: dict[str, Any] = answer.get_json()
        return told


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with open_house(tmp_path / "home") as house:
        yield Clinic(house, tmp_path / "sent")


def test_a_stranger_reads_after_breaking_the_glass_and_the_person_sees_it(clinic: Clinic) -> None:
    doctor, me = clinic.door("bacsi"), clinic.door("congdan")
    assert clinic.problems(doctor).status_code == HTTPStatus.FORBIDDEN
    opened = doctor.post(f"/v1/records/{clinic.subject}/break-glass", REASON)
    assert opened.status_code == HTTPStatus.CREATED
    assert clinic.problems(doctor).status_code == HTTPStatus.OK
    clinic.house.system.projector.catch_up()
    (notice,) = me.json("/v1/records/me/notices")["notices"]
    assert notice["reference"] == opened.get_json()["emergency"]
    looks = me.json("/v1/records/me/looks")["looks"]
    assert [one["why"] for one in looks if one["basis"] == "emergency"] == [
        "To read the health book (EMERGENCY)"
    ]
    clinic.house.clock.at = clinic.house.clock.at.replace(hour=clinic.house.clock.at.hour + 1)
    assert clinic.problems(clinic.door("bacsi")).status_code == HTTPStatus.FORBIDDEN


def test_who_treated_reads_until_the_person_restricts(clinic: Clinic) -> None:
    doctor, me, officer = (clinic.door(name) for name in ("bacsi2", "congdan", "baove"))
    assert clinic.problems(doctor).status_code == HTTPStatus.OK
    asked = me.post("/v1/records/me/rights", {"right": "restrict", "words": "mẫu"}).get_json()
    done = officer.post(
        f"/v1/records/{clinic.subject}/rights/{asked['request']}/complete", {"words": "đã xong"}
    )
    assert done.status_code == HTTPStatus.OK
    assert clinic.problems(doctor).status_code == HTTPStatus.FORBIDDEN
    assert clinic.problems(me).status_code == HTTPStatus.OK


def test_a_consent_opens_the_book_until_it_is_taken_back(clinic: Clinic) -> None:
    doctor, me = clinic.door("bacsi"), clinic.door("congdan")
    given = me.post("/v1/records/me/consents", {
        "purpose": "treatment", "categories": ["general"], "method": "electronic",
        "recipient": {"kind": "facility", "reference": OTHER}, "explicit": True,
        "text_digest": to_base64url(bytes(32)),
    })  # fmt: skip
    assert given.status_code == HTTPStatus.CREATED, given.text
    assert clinic.problems(doctor).status_code == HTTPStatus.OK
    named = given.get_json()["consent"]
    taken = me.client.delete(f"/v1/records/me/consents/{named}", headers=me.headers)
    assert taken.status_code == HTTPStatus.OK
    assert clinic.problems(doctor).status_code == HTTPStatus.FORBIDDEN


def test_a_link_shows_the_chosen_sections_of_the_real_book(clinic: Clinic) -> None:
    me = clinic.door("congdan")
    body = {"minutes": 15, "sections": ["problems"], "label": "Chia sẻ mẫu", "passcode": "4711"}
    made = me.post("/v1/shares", body)
    assert made.status_code == HTTPStatus.CREATED, made.text
    link = read_link(made.get_json()["link"])
    path = link.url.removeprefix("http://localhost")
    answer = clinic.house.app.test_client().post(
        path, json={"recipient": "Bác sĩ mẫu", "passcode": "4711"}
    )
    assert answer.status_code == HTTPStatus.OK, answer.text
    bundle = json.loads(decrypt(answer.get_json()["files"][0]["embedded"].encode(), link.key))
    assert bundle["type"] == "document"
    kinds = [entry["resource"]["resourceType"] for entry in bundle["entry"]]
    assert kinds[0] == "Composition"
    assert "Observation" not in kinds
    assert "Condition" in kinds
