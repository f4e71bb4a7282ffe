"""A citizen who asks, and the facilities that answer, at the doors of one house."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from ledger.certificates.kinds import KINDS
from ledger.identifiers import access_stream
from ledger.records.access import AccessRecorded
from tests_support.book_doors import door
from tests_support.facility_house import FacilityPages
from tests_support.governing_world import Door
from tests_support.health_citizen import Citizen, citizen_of
from tests_support.health_site import open_health_house
from tests_support.paper_house import Facilities
from tests_support.paper_town import DISTRICT
from tests_support.whole_house import PASSWORD
from verify_api.callers import Role

MINE: Final = "/v1/my/appointment-requests"
THEIRS: Final = "/v1/facility/appointment-requests"


@dataclass
class AskingHouse:
    """The citizen's pages and JSON, and the facilities' pages and JSON."""

    citizen: Citizen
    pages: FacilityPages

    @property
    def facilities(self) -> Facilities:
        """Who works in the facilities, sending JSON."""
        return self.pages.town

    @property
    def appointment(self) -> str:
        """The citizen's appointment, in two weeks."""
        return str(self.citizen.told["appointment"]["id"])

    def me(self) -> Door:
        """The citizen, sending JSON; who was away for long signs in again."""
        client = self.citizen.books.browser(Role.CITIZEN, subject=self.citizen.subject)
        if client.get(MINE).status_code == HTTPStatus.UNAUTHORIZED:
            name = f"{Role.CITIZEN.value}-{self.citizen.subject}-none"
            client.post("/login", data={"name": name, "password": PASSWORD})
        return door(self.citizen.books, Role.CITIZEN, subject=self.citizen.subject)

    def catch_up(self) -> None:
        """Let the views see all facts."""
        self.citizen.catch_up()

    def later(self, **by: float) -> None:
        """Let time go by."""
        self.citizen.books.house.clock.at += timedelta(**by)

    def day(self, days: int) -> str:
        """Return a day from now on."""
        return f"{self.citizen.books.house.clock.at + timedelta(days=days):%Y-%m-%d}"

    def asked(self, kind: str = "new", **more: Any) -> dict[str, Any]:
        """Return what is asked for, filled in."""
        body: dict[str, Any] = {"kind": kind, "reason": "Đi công tác"}
        if kind == "new":
            body |= {"facility": DISTRICT, "specialty": "cardiology"}
        else:
            body["appointment"] = self.appointment
        if kind != "give_up":
            body |= {"first": self.day(3), "last": self.day(9), "part_of_day": "morning"}
        return {**body, **more}

    def ask(self, kind: str = "new", **more: Any) -> str:
        """Ask as the citizen; return the ask."""
        answer = self.me().post(MINE, self.asked(kind, **more))
        assert answer.status_code == HTTPStatus.CREATED, answer.text
        self.catch_up()
        return str(answer.get_json()["ask"])

    def mine(self, ask: str) -> dict[str, Any]:
        """Return an ask as the citizen sees it."""
        answer = self.me().get(f"{MINE}/{ask}")
        assert answer.status_code == HTTPStatus.OK, answer.text
        found: dict[str, Any] = answer.get_json()
        return found

    def queue(self, facility: str = DISTRICT, role: Role = Role.CLINICIAN) -> list[dict[str, Any]]:
        """Return what waits at a facility."""
        self.catch_up()
        answer = self.facilities.get(THEIRS, facility, role)
        assert answer.status_code == HTTPStatus.OK, answer.text
        found: list[dict[str, Any]] = answer.get_json()["asks"]
        return found

    def answer(
        self, ask: str, how: str, body: object, facility: str = DISTRICT,
        role: Role = Role.CLINICIAN, **headers: str,
    ) -> TestResponse:  # fmt: skip
        """Let a facility answer."""
        return self.facilities.post(f"{THEIRS}/{ask}/{how}", body, facility, role, **headers)

    def sign(self, draft: str, facility: str = DISTRICT) -> None:
        """Let a facility sign a draft."""
        signed = self.facilities.post(
            f"/v1/appointments/{draft}/sign", {}, facility, Role.FACILITY_SIGNER
        )
        assert signed.status_code == HTTPStatus.OK, signed.text
        self.catch_up()

    def content(self, facility: str = DISTRICT, days: int = 5) -> dict[str, Any]:
        """Return what a new appointment says."""
        order = self.facilities.order(
            KINDS["appointment"], facility=facility,
            written=self.day(0).replace("-", ""), appointed=self.appointed(days),
        )  # fmt: skip
        return dict(order["content"])

    def appointed(self, days: int = 5) -> str:
        """Return a day from now on as tables write it."""
        return f"{self.day(days).replace('-', '')}0830"

    def looks(self, subject: UUID | None = None) -> list[tuple[str, str, UUID | None]]:
        """Return who looked at a person's asks: role, purpose, what."""
        stream = access_stream(subject or self.citizen.subject)
        found = self.citizen.books.house.system.facts.history(stream).recorded
        return [
            (one.act.role, one.fact.purpose, one.fact.reference) for one in found
            if isinstance(one.fact, AccessRecorded)
        ]  # fmt: skip


@contextmanager
def open_asking_house(folder: Path) -> Iterator[AskingHouse]:
    """Open a house of its own."""
    with open_health_house(folder / "home") as opened:
        known, facilities, _ = opened
        yield AskingHouse(citizen_of(opened), FacilityPages(known.house, facilities))


@pytest.fixture
def asking(tmp_path: Path) -> Iterator[AskingHouse]:
    """A house of its own for each test."""
    with open_asking_house(tmp_path) as opened:
        yield opened
