"""The running house with a citizen at its door: signed in, asking, paying, following."""

import html
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.certificates.request import Request
from ledger.commands import processing
from ledger.commands.loading import load_request
from ledger.records.person import RequestOpened
from shell.demo_life import registered
from shell.population import people
from tests_support.cheap_accounts import cheap_accounts
from tests_support.whole_house import PASSWORD, House, open_house
from verify_api.accounts import Account
from verify_api.callers import Role

PAGE: Final = {"Accept": "text/html"}
CITIZENS: Final = tuple(islice(people(29), 24))
ASKED: Final[Mapping[str, str]] = {
    "form": "1", "purpose": "1", "authority": "CA01", "receiving": "electronic",
    "fee_group": "standard", "phone": "0912 345 678",
}  # fmt: skip
"""What is typed into the form where a test says nothing else."""
PASSCODE: Final = "482913"
_HIDDEN: Final = re.compile(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"')


def hidden(page: str) -> dict[str, str]:
    """Return the hidden fields of a page; of several of one name the last one's."""
    return {name: html.unescape(value) for name, value in _HIDDEN.findall(page)}


@dataclass
class Citizen:
    """One citizen and their browser."""

    house: House
    subject: UUID
    account: str
    password: str = PASSWORD
    browser: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        """Open a browser and sign in."""
        self.browser = self.house.app.test_client()
        self.sign_in()

    def sign_in(self) -> None:
        """Begin a session."""
        answer = self.browser.post("/login", data={"name": self.account, "password": self.password})
        assert answer.status_code == HTTPStatus.SEE_OTHER

    def get(self, address: str) -> TestResponse:
        """Look at a page."""
        return self.browser.get(address, headers=PAGE)

    def read(self, address: str) -> str:
        """Return a page that is there."""
        answer = self.get(address)
        assert answer.status_code == HTTPStatus.OK, (address, answer.status_code)
        return html.unescape(answer.text)

    def post(self, path: str, /, **values: str) -> TestResponse:
        """Send a form with the session's token."""
        csrf = hidden(self.browser.get("/my", headers=PAGE).text)["csrf"]
        return self.browser.post(path, data={"csrf": csrf, **values}, headers=PAGE)

    def send(self, path: str, /, **values: str) -> TestResponse:
        """Send a form with a new key of its own."""
        once = self.house.system.clockwork.random(16).hex()
        return self.post(path, **{"once": once, **values})

    def ask(self, **changes: str) -> UUID:
        """Ask for a certificate; return its request, which is to be paid."""
        checked = self.post("/my/requests/check", **{**ASKED, **changes})
        assert checked.status_code == HTTPStatus.OK, checked.text
        kept = {k: v for k, v in hidden(checked.text).items() if k != "csrf"}
        made = self.post("/my/requests", **{**kept, "confirmed": "yes"})
        assert made.status_code == HTTPStatus.SEE_OTHER, made.text
        return UUID(made.location.split("/")[3])

    def order(self, request: UUID) -> str:
        """Order the payment; return the query with which the platform's page is opened."""
        answer = self.post(f"/my/requests/{request}/pay")
        assert answer.status_code == HTTPStatus.SEE_OTHER, answer.text
        page = self.read(f"/my/requests/{request}/pay")
        found = re.search(r'href="([^"]*/pay/demo\?[^"]*)"', page)
        assert found is not None
        return urlsplit(found[1]).query

    def pay(self, request: UUID, choice: str = "succeed") -> TestResponse:
        """Pay over the demonstration's platform, and come back from it."""
        return self.play(self.order(request), choice)

    def play(self, query: str, choice: str) -> TestResponse:
        """Let the demonstration's platform do ``choice``, and follow where it leads."""
        answer = self.post("/pay/demo", order=query, choice=choice)
        if answer.status_code == HTTPStatus.SEE_OTHER and "/pay/return" in answer.location:
            parts = urlsplit(answer.location)
            return self.get(f"{parts.path}?{parts.query}")
        return answer

    def submitted(self, **changes: str) -> UUID:
        """Ask, pay and send; return the request."""
        request = self.ask(**changes)
        self.pay(request)
        assert self.send(f"/my/requests/{request}/submit").status_code == HTTPStatus.SEE_OTHER
        return request

    def issued(self, **changes: str) -> UUID:
        """Ask, pay, send, and let the officers issue; return the request."""
        request = self.submitted(**changes)
        self.house.walk(request)
        return request

    def latest(self) -> UUID:
        """Return the request that was begun last."""
        facts = self.house.system.facts.history(self.subject).facts
        return [fact.request for fact in facts if isinstance(fact, RequestOpened)][-1]

    def miss(self, request: UUID) -> None:
        """Note that the appointed day went by, as the worker does."""
        system = self.house.system
        processing.note_missed(system.facts, request=request, act=system.act("worker", "system"))

    def state(self, request: UUID) -> Request:
        """Return a request as it stands."""
        return load_request(self.house.system.facts, request).state


def citizen(house: House, number: int = 0) -> Citizen:
    """Register somebody, give them an account, and let them sign in."""
    return Citizen(house, admitted(house, number), name_of(number))


def name_of(number: int) -> str:
    """Return what somebody signs in as."""
    return f"congdan-{number}"


def admitted(house: House, number: int, password: str = PASSWORD) -> UUID:
    """Register somebody and give them an account; return the pseudonym."""
    system, at = house.system, house.clock.at
    subject = registered(system, CITIZENS[number], at=at)
    name = name_of(number)
    account = Account(f"id-{name}", name, CITIZENS[number].name, Role.CITIZEN, None, subject)
    cheap_accounts(system).add(account, password, salt=system.clockwork.random(16), at=at)
    return subject


def recheck(house: House) -> None:
    """Read every fact again, check every entry, and build every view anew."""
    system = house.system
    read = [one.position for one in system.facts.read(after=0, limit=1_000_000)]
    assert read == list(range(1, system.facts.head() + 1))
    broken = {found.check for found in system.facts.integrity(deep=True) if not found.holds}
    assert broken <= {"fsync"}, "a test's database does without it, for speed"
    system.projector.catch_up()
    for name, view in system.views.views.items():
        before = system.views.digest(view, system.views.in_force(name).number)
        rebuilt = system.projector.rebuild(name)
        assert system.views.digest(view, rebuilt.number) == before


@contextmanager
def citizen_house(home: Path) -> Iterator[House]:
    """Open a house; at the end its ledger is replayed and its entries are checked."""
    with open_house(home) as house:
        yield house
        recheck(house)
