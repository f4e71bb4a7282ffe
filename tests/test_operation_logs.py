"""Everybody's pages are walked through in every role, and no log line names anybody."""

import io
import re
from collections.abc import Iterator
from contextlib import closing, redirect_stdout
from datetime import timedelta
from itertools import cycle, islice
from pathlib import Path

import pytest
import structlog

from app import Clockwork, System, build
from doors import join
from settings import Settings
from shell import demo
from shell.population import people
from shell.traces import search
from tests_support.desk_home import KEY_MEMORY_MIB
from tests_support.rates import UNLIMITED
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role
from verify_api.descriptions import DESCRIPTIONS
from verify_api.endpoints import Endpoint, endpoints, path_of
from verify_api.logs import configure_logs
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings

PEOPLE = 6
FACILITY = {Role.CLINICIAN, Role.FACILITY_SIGNER, Role.FACILITY_SYSTEM}


@pytest.fixture(scope="module")
def system(tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """A demonstration of a few people."""
    home = tmp_path_factory.mktemp("logs") / "home"
    with closing(build(Settings(home, key_memory_mib=KEY_MEMORY_MIB), Clockwork())) as opened:
        demo.fill(opened, people_count=PEOPLE)
        yield opened


def header_of(system: System, role: Role) -> dict[str, str]:
    if role is Role.ANONYMOUS:
        return {}
    at, organisation = system.clockwork.now(), "01A01" if role in FACILITY else "CA01"
    token = ApiToken(f"walk-{role}", role, organisation, at, at + timedelta(days=1))
    text = system.api_tokens.issue(token, secret=system.clockwork.random(32))
    return {"Authorization": f"Bearer {text}"}


def filled(one: Endpoint, parts: Iterator[str]) -> str:
    """Return an address of the endpoint, with identifiers that lead somewhere."""
    return re.sub(r"\{[^}]*\}", lambda _: next(parts), path_of(one.rule))


@pytest.mark.many_cases
def test_no_line_names_anybody_whatever_is_looked_at_or_sent(
    system: System, tmp_path: Path
) -> None:
    known = {
        str(found)
        for one in system.reading.read(after=0, limit=5_000)
        for found in (one.stream_id, one.subject)
        if found is not None
    }
    settings = ServiceSettings("http://localhost", rates=UNLIMITED, access_log=True)
    somebody = next(iter(people(demo.SEED)))
    before, stream = structlog.get_config(), io.StringIO()
    configure_logs()
    try:
        with redirect_stdout(stream):
            app = join(system, settings, read_codes, media_type_of)
            parts, asked = cycle(sorted(known)), 0
            for role in Role:
                headers = {**header_of(system, role), "Accept": "text/html"}
                client = app.test_client()
                for one in endpoints(app, DESCRIPTIONS):
                    client.open(
                        filled(one, parts),
                        method=one.method,
                        query_string={"q": somebody.name, "number": somebody.number},
                        json=None if one.method == "GET" else {"name": somebody.name},
                        headers=headers,
                    ).get_data()
                    asked += 1
    finally:
        structlog.configure(**before)
        structlog.contextvars.clear_contextvars()
    lines = stream.getvalue()
    assert lines.count('"answered"') > asked * 0.9
    file = tmp_path / "service.log"
    file.write_text(lines, "utf-8")
    needles = [
        text
        for person in islice(people(demo.SEED), PEOPLE)
        for text in (person.name, person.number, person.phone, person.address)
    ]
    assert search([file], [*needles, *sorted(known)[:50]]).hits == ()
    assert search([file], ["answered"]).hits, "what is there is found"
