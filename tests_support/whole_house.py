"""A home as it runs: every store, the web service in front of it, and who comes to its doors."""

import atexit
import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any, Final
from uuid import UUID

from click.testing import CliRunner, Result
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import LIST_ID, Authority, Settings, System, build
from cli import main
from doors import join
from ledger.certificates.kind import Wording
from ledger.certificates.lifecycle import token_of
from ledger.certificates.qr_text import to_qr_text
from ledger.commands import certificates
from ledger.commands import keys as key_commands
from ledger.commands.loading import load_request
from ledger.identifiers import request_stream
from shell import first_start
from tests_support.cheap_accounts import cheap_accounts
from tests_support.desk_home import KEY_MEMORY_MIB, SetClock
from tests_support.log_on_demand import publish_on_demand
from tests_support.portal_world import dossier
from verify_api.accounts import Account
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role
from verify_api.limiter import Rate
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import Rates, ServiceSettings

AT: Final = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
"""A Monday, 10:00 in Vietnam; by the order of the clock nothing here depends on today."""
AUTHORITIES: Final = tuple(
    Authority(code, code[-2:], Wording(f"Cơ quan mẫu {code}", f"Specimen authority {code}"))
    for code in ("CA01", "CA46", "CA79")
)
_OFTEN: Final = Rate(per_second=1_000, burst=1_000)
SERVICE: Final = ServiceSettings("http://localhost", Rates(_OFTEN, _OFTEN, _OFTEN, _OFTEN))
PASSWORD: Final = "only for a specimen 1"  # noqa: S105 (nobody's)
WALK: Final[tuple[tuple[str, Role, dict[str, str]], ...]] = (
    ("accept", Role.INTAKE_OFFICER, {}),
    ("forward", Role.CASE_OFFICER, {"reference": "QG-1"}),
    ("acknowledge", Role.CASE_OFFICER, {"reference": "QG-2"}),
    ("request_lookup", Role.CASE_OFFICER, {}),
    ("complete_lookup", Role.CASE_OFFICER, {}),
    ("request_police_check", Role.CASE_OFFICER, {}),
    ("complete_police_check", Role.POLICE_CHECKER, {"police": "none"}),
    ("record_result", Role.CASE_OFFICER, {}),
    ("begin_certificate", Role.CASE_OFFICER, {}),
    ("mark_ready", Role.SIGNER, {"password": PASSWORD}),
)
"""From the counter to the issued certificate."""
_HIDDEN: Final = re.compile(r'name="(csrf)" value="([^"]*)"')


@dataclass
class House:
    """The running system, and its doors."""

    system: System
    clock: SetClock
    app: Flask
    _tokens: dict[str, str] = field(default_factory=dict)
    _officers: dict[str, FlaskClient] = field(default_factory=dict)
    _people: int = 0

    def person(self) -> int:
        """Return the number of somebody who never came here before."""
        self._people += 1
        return self._people

    def push(self, content: Mapping[str, Any]) -> TestResponse:
        """Hand a dossier in as the system of its own province."""
        return self.push_as(f"CA{content['maTinh']}", content)

    def push_as(self, organisation: str, content: Mapping[str, Any]) -> TestResponse:
        """Hand a dossier in as the system of an authority's province."""
        return self.app.test_client().post(
            "/v1/portal/dossiers",
            data=json.dumps(content, ensure_ascii=False).encode(),
            content_type="application/json",
            headers=self.token(organisation),
        )

    def token(self, organisation: str) -> dict[str, str]:
        """Return the header of a province's system."""
        if organisation not in self._tokens:
            name, at = f"portal-{organisation}", self.clock.at
            token = ApiToken(name, Role.PORTAL_SYSTEM, organisation, at, at + timedelta(days=90))
            secret = self.system.clockwork.random(32)
            self._tokens[organisation] = self.system.api_tokens.issue(token, secret=secret)
        return {"Authorization": f"Bearer {self._tokens[organisation]}"}

    def browser(self, role: Role, organisation: str = "CA01") -> FlaskClient:
        """Return the browser of an officer who has just signed in."""
        name = f"{role.value}-{organisation}".lower()
        if name not in self._officers:
            account = Account(f"id-{name}", name, "Cán bộ mẫu", role, organisation)
            salt = self.system.clockwork.random(16)
            cheap_accounts(self.system).add(account, PASSWORD, salt=salt, at=self.clock.at)
            self._officers[name] = self.app.test_client()
        browser = self._officers[name]
        if browser.get("/work").status_code != HTTPStatus.OK:
            answer = browser.post("/login", data={"name": name, "password": PASSWORD})
            assert answer.status_code == HTTPStatus.SEE_OTHER
        return browser

    def do(
        self, request: UUID, act: str, role: Role, organisation: str = "CA01", **values: str
    ) -> TestResponse:
        """Send an officer's form."""
        browser = self.browser(role, organisation)
        hidden = dict(_HIDDEN.findall(browser.get("/work").get_data(as_text=True)))
        once = self.system.clockwork.random(16).hex()
        return browser.post(
            f"/work/{request}/{act}", data={"csrf": hidden["csrf"], "once": once, **values}
        )

    def file(self, **changes: Any) -> UUID:
        """Hand in a dossier of somebody new; return its request."""
        province = changes.get("maTinh", "01")
        content = dossier(self.person(), **changes)
        answer = self.push(content)
        assert answer.status_code == HTTPStatus.CREATED, answer.get_data(as_text=True)
        return request_stream(f"CA{province}", content["maHoSoMCDT"])

    def walk(self, request: UUID, to: str = "mark_ready", organisation: str = "CA01") -> None:
        """Bring a request forward until ``to`` is done."""
        for act, role, values in WALK:
            answer = self.do(request, act, role, organisation, **values)
            assert answer.status_code == HTTPStatus.SEE_OTHER, (act, answer.status_code)
            if act == to:
                return

    def issued(self, province: str = "01") -> tuple[UUID, str]:
        """Return a new request and the text of its certificate's code."""
        request = self.file(maTinh=province)
        self.walk(request, organisation=f"CA{province}")
        certificate = load_request(self.system.reading, request).state.certificate
        assert certificate is not None
        found = certificates.load(self.system.facts, certificate).certificate
        return request, to_qr_text(token_of(found), self.system.settings.host)

    def check(self, text: str) -> dict[str, Any]:
        """Ask about a code, as anybody may."""
        answer = self.app.test_client().post("/v1/verify", json={"text": text})
        assert answer.status_code == HTTPStatus.OK
        verdict: dict[str, Any] = answer.get_json()
        return verdict

    def upload(self, content: bytes, media_type: str) -> TestResponse:
        """Ask about a picture or a PDF."""
        return self.app.test_client().post("/v1/verify", data=content, content_type=media_type)

    def records(self, *arguments: str) -> Result:
        """Run a command of the shell."""
        home = str(self.system.settings.home)
        return CliRunner().invoke(main, ["--home", home, *arguments])

    def publish_trust(self) -> None:
        """Publish the trust list as it stands now."""
        act = self.system.act("key-administrator", "key_administrator")
        key_commands.publish_trust_list(
            facts=self.system.facts, signer=self.system.keyring, act=act, list_id=LIST_ID
        )

    @contextmanager
    def another_process(self) -> Iterator["House"]:
        """Open the same home as a second process of the service would, with nothing in memory."""
        with closing(build(self.system.settings, self.clock)) as system:
            publish_on_demand(system)
            yield House(system, self.clock, join(system, SERVICE, read_codes, media_type_of))


@contextmanager
def open_house(home: Path) -> Iterator[House]:
    """Make a home with three authorities, and open its doors."""
    clock = SetClock(AT)
    shutil.copytree(_started_home(), home)
    with closing(build(_settings(home), clock)) as system:
        publish_on_demand(system)
        yield House(system, clock, join(system, SERVICE, read_codes, media_type_of))


@cache
def _started_home() -> Path:
    """Return a home after its first start; made once in a process, and copied, never opened."""
    folder = Path(tempfile.mkdtemp(prefix="records-started-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    home = folder / "home"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text(f"key_memory_mib = {KEY_MEMORY_MIB}\n", "utf-8")
    with closing(build(_settings(home), SetClock(AT))) as system:
        first_start.start(system, at=AT)
    return home


def _settings(home: Path) -> Settings:
    return Settings(home, key_memory_mib=KEY_MEMORY_MIB, authorities=AUTHORITIES)
