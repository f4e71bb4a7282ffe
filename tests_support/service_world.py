"""The service over fakes: a clock that stands still, officers, files, and every look that it notes.

Certificates in it are real ones of `tests_support.signed_certificates`; people are made up.
"""

from dataclasses import dataclass, fields
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from tests_support.cheap_accounts import CHEAP
from tests_support.fake_desk import ORGANISATION, Kept, Noted, Office, OwnRecords
from tests_support.fake_receipts import receipt_desk
from tests_support.fake_register import SUBJECT, Documents, Papers, Standings
from tests_support.service_clock import Clock, Randomness
from verify_api.accounts import Account, Accounts
from verify_api.api_tokens import ApiToken, ApiTokens
from verify_api.caller_database import CallerDatabase, SqliteCallers
from verify_api.callers import Role
from verify_api.identity.desk import Identity
from verify_api.limiter import Rate
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import Condition, Ports, Rates, ServiceSettings
from verify_api.routes.officer import officer_routes
from verify_api.routes.officer_acts import officer_act_routes
from verify_api.routes.officer_search import officer_search_routes
from verify_api.routes.officer_signing import officer_signing_routes
from verify_api.routes.receipts import receipt_routes
from verify_api.service import create_service
from verify_api.sessions import Sessions

PASSWORD = "bốn chữ ngẫu nhiên"  # noqa: S105  of nobody

"""Tests sign in often, and guess nothing."""
GENEROUS = Rates(*(Rate(per_second=10_000, burst=100_000) for _ in fields(Rates)))
ACCOUNTS = {
    "congdan": (Role.CITIZEN, None, SUBJECT),
    "tiepnhan": (Role.INTAKE_OFFICER, ORGANISATION, None),
    "thuly": (Role.CASE_OFFICER, ORGANISATION, None),
    "khac": (Role.INTAKE_OFFICER, "CA02", None),
    "doanhnghiep": (Role.VERIFIER, "DN-MAU", None),
}


@dataclass
class World:
    """The service and everything around it."""

    ports: Ports
    app: Flask
    clock: Clock
    standings: Standings
    office: Office
    noted: Noted
    database: CallerDatabase
    conditions: list[Condition]
    kept: Kept

    def client(self) -> FlaskClient:
        """Return a browser of its own."""
        return self.app.test_client()

    def signed_in(self, name: str) -> tuple[FlaskClient, str]:
        """Return a browser in which ``name`` has signed in, and its session's form token."""
        client = self.client()
        answer = client.post("/login", data={"name": name, "password": PASSWORD})
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        page = client.get("/", headers={"Accept": "text/html"}).text
        return client, page.split('name="csrf" value="')[1].split('"')[0]

    def token(self, role: Role, organisation: str = ORGANISATION) -> dict[str, str]:
        """Return the header of a machine with a token for ``role``."""
        issued = ApiToken(
            f"token-{role}", role, organisation, self.clock.at, self.clock.at + timedelta(days=30)
        )
        text = self.ports.api_tokens.issue(issued, secret=self.ports.random_bytes(32))
        return {"Authorization": f"Bearer {text}"}


def open_world(
    folder: Path,
    *,
    settings: ServiceSettings | None = None,
    database: CallerDatabase | None = None,
    identity: Identity | None = None,
) -> World:
    """Return a new world; its small database lies in ``folder``."""
    clock, randomness, standings = Clock(), Randomness(), Standings()
    office, noted, kept = Office(), Noted(), Kept()
    callers = database or SqliteCallers(folder / "callers.db")
    conditions = [Condition("trust_list_fresh", holds=True, figure="3 days")]
    ports = Ports(
        settings=settings or ServiceSettings("http://localhost", rates=GENEROUS, demo=True),
        clock=clock.now,
        monotonic=clock.monotonic,
        random_bytes=randomness.draw,
        verify=standings.verify,
        verify_many=standings.verify_many,
        read_picture=read_codes,
        media_type_of=media_type_of,
        papers=Papers(standings),
        documents=Documents(),
        accounts=Accounts(callers, cost=CHEAP),
        sessions=Sessions(callers),
        api_tokens=ApiTokens(callers),
        identity=identity or Identity(callers),
        own_records=OwnRecords(),
        record_access=noted.record,
        conditions=lambda: conditions,
        record_checks=kept.record,
    )
    for name, (role, organisation, subject) in ACCOUNTS.items():
        account = Account(f"account-{name}", name, f"Tài khoản {name}", role, organisation, subject)
        ports.accounts.add(account, PASSWORD, salt=randomness.draw(16), at=clock.at)
    desks = (
        officer_routes(office),
        officer_act_routes(office),
        officer_search_routes(office),
        officer_signing_routes(office),
        receipt_routes(receipt_desk(ports.settings.public_url)),
    )
    app = create_service(ports, more=desks)
    return World(ports, app, clock, standings, office, noted, callers, conditions, kept)
