"""Whatever the document allows, and a little that it does not, is answered as the document says.

Schemathesis draws requests for every address from the service's own document and sends them, in
every role, to the whole service over a small ledger with people and papers. An answer counts only
if the document names its status, its media type and its form, and no answer is a fault of ours.

The routes are taken as they are: a new one is asked with the next run. ``RECORDS_FUZZ_EXAMPLES``
asks each address more often than the suite does (4); the requests are the same in each run.
"""

import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import islice
from typing import Any, Final
from uuid import UUID

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app import Clockwork, System, build
from doors import join
from settings import Settings
from shell import demo
from tests_support.desk_home import KEY_MEMORY_MIB
from tests_support.rates import UNLIMITED
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings

EXAMPLES: Final = int(os.environ.get("RECORDS_FUZZ_EXAMPLES", "4"))
"""For each address and each role that may call it."""
CHECKS: Final = [
    status_code_conformance, content_type_conformance, response_headers_conformance,
    response_schema_conformance,
]  # fmt: skip
ORGANISATIONS: Final = {
    Role.CLINICIAN: "01A01", Role.FACILITY_SIGNER: "01A01", Role.FACILITY_SYSTEM: "01A01",
}  # fmt: skip
SIGN_OUT: Final = "session_sign_out"
UNREADY: Final = "health_probes_ready"
"""May say that the service is not available: no worker runs beside these tests."""
PEOPLE: Final = 12
CITIZEN: Final = "cong-dan"
"""The account of one of them."""


@schemathesis.serializer("application/x-ndjson", "application/jsonl")
def _as_it_is(_context: object, value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()


@dataclass
class Fuzzed:
    """The whole service over a small ledger, a way in for each role, and its document."""

    system: System
    app: Flask
    note: demo.Note
    schema: BaseSchema
    known: tuple[str, ...]
    """Streams and persons of the ledger: identifiers that lead somewhere."""
    ways: dict[Role, dict[str, str]] = field(default_factory=dict)

    def operations(self) -> Iterator[APIOperation[Any, Any, Any, Any]]:
        """Yield each address with its method."""
        for one in self.schema.get_all_operations():
            assert isinstance(one, Ok), "the document can be read"
            yield one.ok()

    def way_in(self, role: Role) -> dict[str, str]:
        """Return the headers of somebody in ``role``."""
        if role is Role.ANONYMOUS:
            return {}
        if role not in self.ways:
            self.ways[role] = self._citizen() if role is Role.CITIZEN else self._machine(role)
        return self.ways[role]

    def _machine(self, role: Role) -> dict[str, str]:
        clock = self.system.clockwork
        at, organisation = clock.now(), ORGANISATIONS.get(role, "CA01")
        token = ApiToken(f"fuzz-{role}", role, organisation, at, at + timedelta(days=1))
        text = self.system.api_tokens.issue(token, secret=clock.random(32))
        return {"Authorization": f"Bearer {text}"}

    def _citizen(self) -> dict[str, str]:
        client = self.app.test_client()
        signed = client.post("/login", data={"name": CITIZEN, "password": self.note.password})
        assert signed.status_code == 303, signed.text
        page = client.get("/", headers={"Accept": "text/html"}).text
        cookie = client.get_cookie("session")
        assert cookie is not None
        csrf = page.split('name="csrf" value="')[1].split('"')[0]
        return {"Cookie": f"session={cookie.value}", "X-CSRF-Token": csrf}


@pytest.fixture(scope="module")
def fuzzed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    """One service for all; what one request changes, the next one finds."""
    home = tmp_path_factory.mktemp("fuzz") / "home"
    with closing(build(Settings(home, key_memory_mib=KEY_MEMORY_MIB), Clockwork())) as system:
        note = demo.fill(system, people_count=PEOPLE)
        app = join(
            system, ServiceSettings("http://localhost", rates=UNLIMITED), read_codes, media_type_of
        )
        schema = schemathesis.openapi.from_wsgi("/openapi.json", app)
        yield Fuzzed(system, app, note, schema, tuple(_known(system)))


def _known(system: System) -> Iterator[str]:
    seen: set[UUID] = set()
    for one in islice(system.reading.read(after=0, limit=3_000), 3_000):
        for found in (one.stream_id, one.subject):
            if found is not None and found not in seen:
                seen.add(found)
                yield str(found)


@pytest.mark.many_cases
@pytest.mark.parametrize("role", list(Role), ids=str)
def test_every_answer_is_one_that_the_document_names(fuzzed: Fuzzed, role: Role) -> None:
    troubles: dict[str, str] = {}
    asked = 0
    for operation in fuzzed.operations():
        may = role.value in operation.definition.raw["x-roles"]
        asked += _ask(fuzzed, operation, role, EXAMPLES if may else 1, troubles)
    assert asked >= EXAMPLES
    assert not troubles, "\n".join(f"{place}: {what}" for place, what in sorted(troubles.items()))


def _ask(
    fuzzed: Fuzzed,
    operation: APIOperation[Any, Any, Any, Any],
    role: Role,
    examples: int,
    troubles: dict[str, str],
) -> int:
    """Send ``examples`` requests; return how many were sent, and add what was wrong."""
    asked = 0

    @settings(
        max_examples=examples, derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate],
    )  # fmt: skip
    @given(case=operation.as_strategy(), data=st.data())
    def ask(case: schemathesis.Case[Any], data: st.DataObject) -> None:
        nonlocal asked
        asked += 1
        for name, value in (case.path_parameters or {}).items():
            if _is_identifier(value) and data.draw(st.booleans()):
                case.path_parameters[name] = data.draw(st.sampled_from(fuzzed.known))
        accept = data.draw(st.sampled_from(("application/json", "text/html", "*/*")))
        answer = case.call(headers={**fuzzed.way_in(role), "Accept": accept})
        if operation.definition.raw["operationId"] == SIGN_OUT:
            fuzzed.ways.pop(Role.CITIZEN, None)
        if (wrong := _wrong(case, answer)) is not None:
            troubles.setdefault(f"{operation.label} {answer.status_code} [{role}]", wrong)

    ask()
    return asked


def _is_identifier(value: object) -> bool:
    try:
        return bool(UUID(str(value)))
    except ValueError:
        return False


def _wrong(case: schemathesis.Case[Any], answer: Any) -> str | None:
    told = case.operation.definition.raw["operationId"]
    if answer.status_code == 500 or (answer.status_code >= 500 and told != UNREADY):
        return f"a fault of ours: {answer.text[:200]}"
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as group:
        return "; ".join(_short(one) for one in group.exceptions)
    except Failure as failure:
        return _short(failure)
    return None


def _short(failure: BaseException) -> str:
    return " ".join(f"{getattr(failure, 'title', '')} {failure}".split())[:300]
