"""Three facilities at work with pages: clinicians and signers who have signed in."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.certificates.lifecycle import token_of
from ledger.certificates.qr_text import to_qr_text
from ledger.commands import certificates
from tests_support.cheap_accounts import cheap_accounts
from tests_support.paper_house import PATIENT, Facilities
from tests_support.paper_town import CENTRAL, DISTRICT
from tests_support.whole_house import PASSWORD, House, open_house
from verify_api.accounts import Account
from verify_api.callers import Role

HTML: Final = {"Accept": "text/html"}
_HIDDEN: Final = re.compile(r'name="csrf" value="([^"]*)"')
REFERRAL_FORM: Final = {
    "name": str(PATIENT["name"]), "birth_date-day": "1", "birth_date-month": "1",
    "birth_date-year": "1999", "sex": "1", "number_kind": "personal",
    "patient_number": str(PATIENT["number"]),
    "to_facilities": CENTRAL, "reason": "2", "main_disease": "I20.9",
    "diagnosis": "Theo dõi bệnh mạch vành", "signs": "Đau ngực", "course": "Ba ngày nay",
    "results": "Troponin âm tính", "onward_treatment": "Chụp động mạch vành",
    "transport": "Xe cứu thương", "file_number": "HS-1", "doctors": "0001/BYT", "head": "7900",
}  # fmt: skip
APPOINTMENT_FORM: Final = {
    **{name: REFERRAL_FORM[name] for name in (
        "name", "birth_date-day", "birth_date-month", "birth_date-year", "sex", "number_kind",
        "patient_number", "main_disease", "diagnosis", "doctors", "head",
    )},
    "appointed-time": "08:30",
}  # fmt: skip


@dataclass
class Desk:
    """Somebody of a facility, in front of its pages."""

    client: FlaskClient
    sent: int = 0

    def get(self, path: str) -> TestResponse:
        """Open a page."""
        return self.client.get(path, headers=HTML)

    def post(self, path: str, once: str | None = None, **values: Any) -> TestResponse:
        """Send a form; ``once`` is its own key, a new one each time if left out."""
        self.sent += 1
        page = self.get("/facility").text
        found = _HIDDEN.search(page)
        assert found is not None, "whoever has signed in has a form's token"
        form = {"csrf": found[1], "once": once or f"form-{id(self)}-{self.sent}", **values}
        return self.client.post(path, data=form, headers=HTML)

    def send(self, content: bytes, **values: str) -> TestResponse:
        """Send a file on the intake's page; its name is one that hospitals give files."""
        return self.post(
            "/facility/intake", file=(io.BytesIO(content), "NGUYEN VAN MAU.json"), **values
        )


@dataclass
class FacilityPages:
    """The house, its facilities, and who works there."""

    house: House
    town: Facilities
    _desks: dict[tuple[str, Role, str], Desk] = field(default_factory=dict)
    _orders: int = 0

    def desk(self, facility: str, role: Role = Role.CLINICIAN, who: str = "a") -> Desk:
        """Return somebody's desk; the same person each time."""
        key = (facility, role, who)
        name = f"{role.value}-{facility}-{who}".lower()
        if key not in self._desks:
            account = Account(f"id-{name}", name, "Người mẫu", role, facility)
            system = self.house.system
            salt = system.clockwork.random(16)
            cheap_accounts(system).add(account, PASSWORD, salt=salt, at=self.house.clock.at)
            self._desks[key] = Desk(self.house.app.test_client())
        desk = self._desks[key]
        if desk.get("/facility").status_code != HTTPStatus.OK:  # not yet, or too long ago
            answer = desk.client.post("/login", data={"name": name, "password": PASSWORD})
            assert answer.status_code == HTTPStatus.SEE_OTHER
        return desk

    def referral_form(self, **changes: str) -> dict[str, str]:
        """Return a filled form with numbers that nobody had."""
        self._orders += 1
        return {**REFERRAL_FORM, "episode_key": f"LK-F{self._orders}",
                "number": f"CT-F{self._orders}", **changes}  # fmt: skip

    def appointment_form(self, days: int = 28, **changes: str) -> dict[str, str]:
        """Return a filled form for a day so many days ahead."""
        self._orders += 1
        day = self.house.clock.at + timedelta(days=days)
        return {**APPOINTMENT_FORM, "episode_key": f"LK-A{self._orders}",
                "number": f"HK-F{self._orders}", "appointed": f"{day:%Y-%m-%d}",
                **changes}  # fmt: skip

    def catch_up(self) -> None:
        """Let the views see what has happened."""
        self.house.system.projector.catch_up()

    def signed(self, path: str, form: dict[str, str], facility: str = DISTRICT) -> str:
        """Order a paper on its form and sign it; return its page's address."""
        answer = self.desk(facility).post(f"/facility/{path}/new", **form, confirmed="yes")
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        reference = answer.location.rsplit("/", 1)[1]
        signer = self.desk(facility, Role.FACILITY_SIGNER)
        kind = path.removesuffix("s")
        done = signer.post("/facility/sign", paper=f"{kind}:{reference}", seen="yes")
        assert done.status_code == HTTPStatus.SEE_OTHER, done.text
        self.catch_up()
        return f"/facility/{path}/{reference}"

    def code(self, address: str) -> str:
        """Return the text of an issued paper's code."""
        system, reference = self.house.system, UUID(address.rsplit("/", 1)[1])
        found = certificates.load(system.facts, reference).certificate
        return to_qr_text(token_of(found), system.settings.host)


@contextmanager
def open_facilities(folder: Path) -> Iterator[FacilityPages]:
    """Make a home with three facilities."""
    with open_house(folder / "home") as house:
        yield FacilityPages(house, Facilities(house))
