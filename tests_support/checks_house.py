"""Two organisations that check papers, and their histories, over a ledger in memory."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.calendar import local_day
from ledger.certificates.kind import Wording
from ledger.certificates.lifecycle_facts import CertificateSigned
from ledger.certificates.qr_text import to_qr_text
from ledger.certificates.register import NumberAssigned, number_stream
from ledger.commands.look_up import Numbers
from ledger.facts import Act, Change
from ledger.store.registry import FACT_TYPES
from projections import certificate_register, organisation_checks
from projections.projector import Projector
from projections.view_database import open_views
from projections.view_store import ViewStore
from tests_support.memory_facts import MemoryFacts
from tests_support.service_world import PASSWORD, World, open_world
from tests_support.signed_certificates import HOST, ISSUER, TOKEN, code, signed
from verify_api.accounts import Account
from verify_api.callers import Role
from verify_api.desk.check_history import CheckHistory
from verify_api.desk.check_notes import LedgerCheckNotes
from verify_api.identity.organisations import Organisation, OrganisationKind
from verify_api.ports import ServiceSettings
from verify_api.routes.organisation_checks import organisation_check_routes
from verify_api.service import create_service

GENUINE: Final = code()
FORGED: Final = to_qr_text(signed()[:-1] + bytes([signed()[-1] ^ 1]), HOST)
"""The same with one bit of its signature changed."""
OURS, OTHERS = "DN-MAU", "DN-KHAC"
LEADER, MEMBER, STRANGER = "doanhnghiep", "nhan-vien", "noi-khac"
"""Who administers an organisation, who belongs to it, who belongs to another."""
CERTIFICATE: Final = UUID(int=0xCE)
PAGE: Final = {"Accept": "text/html"}
_TOPICS: Final = {topic: FACT_TYPES.codec(topic).fact_class for topic in FACT_TYPES.current_topics}


class ChecksHouse:
    """The service, its history of checks, and who comes to it."""

    def __init__(self, folder: Path, settings: ServiceSettings | None = None) -> None:
        """Open it; its databases lie in ``folder``."""
        self.facts = MemoryFacts(_TOPICS)
        self.store = ViewStore(
            open_views(f"sqlite:///{folder / 'views.db'}"),
            [organisation_checks.VIEW, certificate_register.VIEW],
        )
        self.store.prepare()
        base = open_world(folder, settings=settings)
        names = {ISSUER: Wording("Công an thành phố Mẫu", "Police of Sample City")}
        self.history = CheckHistory(self.store.database, names.get)
        notes = LedgerCheckNotes(self.facts, Numbers(self.facts))
        ports = replace(base.ports, record_checks=notes)
        app = create_service(ports, more=(organisation_check_routes(self.history),))
        self.world: World = replace(base, ports=ports, app=app)
        self._organisations()
        self._register()

    def _organisations(self) -> None:
        desk, at = self.world.ports.identity.organisations, self.world.clock.at
        made = Organisation(OURS, OrganisationKind.EMPLOYER, Wording("Hoa Sen", "Lotus"))
        desk.name(made, at=at, by="console")
        desk.appoint(LEADER, at=at, by="console")
        self.add(MEMBER, OURS)
        self.add(STRANGER, OTHERS)

    def _register(self) -> None:
        """Let the register have the certificate that `GENUINE` is the code of."""
        act = Act(TOKEN.issued_at, "officer-2", "signer", ISSUER)
        number = number_stream(ISSUER, local_day(TOKEN.issued_at).year, TOKEN.number)
        signed_fact = CertificateSigned(
            "officer-2", ISSUER, TOKEN.number, bytes(32), TOKEN.status, TOKEN.issued_at,
            TOKEN.expires_at, bytes(32),
        )  # fmt: skip
        self.facts.append(
            act,
            Change(number, 0, (NumberAssigned(452, TOKEN.number, CERTIFICATE),)),
            Change(CERTIFICATE, 0, (signed_fact,)),
        )

    def add(self, name: str, organisation: str, role: Role = Role.VERIFIER) -> None:
        """Let somebody sign in for an organisation."""
        account = Account(f"account-{name}", name, f"Tài khoản {name}", role, organisation)
        ports = self.world.ports
        ports.accounts.add(account, PASSWORD, salt=bytes(16), at=self.world.clock.at)

    def catch_up(self) -> None:
        """Bring the views to where the facts are."""
        Projector(self.facts, self.store).catch_up()

    def close(self) -> None:
        """Close both databases."""
        self.store.database.close()
        self.world.database.close()


class Checker:
    """Somebody's browser."""

    def __init__(self, house: ChecksHouse, name: str) -> None:
        """Sign in."""
        self.house = house
        self.client: FlaskClient
        self.client, self.csrf = house.world.signed_in(name)

    def checks(self, text: str, **asked: str) -> TestResponse:
        """Check a code, as a program of the page does."""
        body = {"text": text, **({"asked": asked} if asked else {})}
        return self.client.post("/v1/verify", json=body, headers={"X-CSRF-Token": self.csrf})

    def sends(self, address: str, **fields: Any) -> TestResponse:
        """Send a form."""
        return self.client.post(address, data={"csrf": self.csrf, **fields}, headers=PAGE)

    def history(self, **query: str) -> list[Mapping[str, Any]]:
        """Return the organisation's checks, as a program reads them."""
        self.house.catch_up()
        answer = self.client.get("/v1/organisation/checks", query_string=query)
        assert answer.status_code == 200, answer.text
        told: list[Mapping[str, Any]] = answer.get_json()["checks"]
        return told

    def page(self, address: str = "/organisation/checks", **query: str) -> str:
        """Return a page."""
        self.house.catch_up()
        answer = self.client.get(address, query_string=query or None, headers=PAGE)
        assert answer.status_code == 200, answer.text
        return str(answer.text)
