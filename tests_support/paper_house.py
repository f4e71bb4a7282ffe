"""Three facilities in front of the running service: clinicians, signers, hospital systems."""

from datetime import timedelta
from typing import Any, Final

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import LIST_ID, System
from ledger.commands import facilities
from ledger.commands import keys as key_commands
from ledger.records.facility import Level
from shell.first_start import equip_facility
from tests_support.paper_town import CENTRAL, DISTRICT, NAMES, told
from tests_support.whole_house import House
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role

PATIENT: Final = {
    "name": "NGUYỄN VĂN MẪU", "birth_date": "1999-01-01", "sex": 1, "number": "079099000001",
}  # fmt: skip


def equip(system: System) -> None:
    """Register the facilities of `tests_support.paper_town`, and give two of them keys."""
    act = system.act("key-administrator", "key_administrator")
    for code, name in NAMES.items():
        facilities.register(
            system.facts, code=code, name=name, name_en=f"Specimen {code}", province="79",
            level=Level.SPECIALISED, act=system.act("shell", "operator"),
        )  # fmt: skip
    made = [key for code in (DISTRICT, CENTRAL) for key in equip_facility(
        system, code, act=act)]  # fmt: skip
    for activate in (False, True):
        if activate:
            key_commands.activate_all(
                facts=system.facts, act=act, kids=[key.kid for key in made],
                immediately_because="specimen",
            )  # fmt: skip
        key_commands.publish_trust_list(
            facts=system.facts, signer=system.keyring, act=act, list_id=LIST_ID
        )


class Facilities:
    """Who works in the facilities, at the service's door."""

    def __init__(self, house: House) -> None:
        """Register the facilities of `tests_support.paper_town`, and give them keys."""
        self.house = house
        equip(house.system)
        self.client: FlaskClient = house.app.test_client()
        self._tokens: dict[tuple[Role, str], dict[str, str]] = {}
        self._numbers = 0

    def token(self, role: Role, facility: str) -> dict[str, str]:
        """Return the header of somebody's machine in a facility."""
        if (role, facility) not in self._tokens:
            system, at = self.house.system, self.house.clock.at
            token = ApiToken(f"{role}-{facility}", role, facility, at, at + timedelta(days=300))
            text = system.api_tokens.issue(token, secret=system.clockwork.random(32))
            self._tokens[role, facility] = {"Authorization": f"Bearer {text}"}
        return self._tokens[role, facility]

    def post(
        self, path: str, body: object, facility: str, role: Role = Role.CLINICIAN, **headers: str
    ) -> TestResponse:
        """Send JSON as ``role`` of ``facility``; headers by their names with underscores."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(path, json=body, headers={**self.token(role, facility), **more})

    def get(self, path: str, facility: str, role: Role = Role.CLINICIAN) -> TestResponse:
        """Ask as ``role`` of ``facility``."""
        return self.client.get(path, headers=self.token(role, facility))

    def order(self, kind: Any, **changes: Any) -> dict[str, Any]:
        """Return the order of a specimen, with numbers that nobody had."""
        self._numbers += 1
        numbers = {"number": f"SỐ-{self._numbers}", "episode_key": f"LK-{self._numbers}"}
        return {"patient": PATIENT, "content": told(kind, {**numbers, **changes})}

    def issued(self, path: str, order: object, facility: str = DISTRICT) -> dict[str, Any]:
        """Order and sign a paper; return what the signer is answered."""
        drafted = self.post(path, order, facility)
        assert drafted.status_code == 201, drafted.get_data(as_text=True)
        reference = drafted.get_json()["id"]
        signed = self.post(f"{path}/{reference}/sign", {}, facility, Role.FACILITY_SIGNER)
        assert signed.status_code == 200, signed.get_data(as_text=True)
        answer: dict[str, Any] = signed.get_json()
        return answer
