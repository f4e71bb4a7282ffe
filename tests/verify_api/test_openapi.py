"""The document is valid, whole, and true of what the service answers."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from openapi_spec_validator import validate

from app import System, build
from doors import join
from ledger.identifiers import access_stream, health_book_stream
from settings import Settings
from shell.interface import interface
from tests_support.fake_register import FIELDS
from tests_support.known_twice import ASSERTED, REGISTERED, fill
from tests_support.rates import UNLIMITED
from tests_support.schema_values import SchemaValues
from tests_support.service_world import World, open_world
from tests_support.signed_certificates import code
from verify_api.access_rules import rule_of
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role
from verify_api.descriptions import DESCRIPTIONS
from verify_api.endpoints import endpoints, path_of, problems_of
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings
from verify_api.problems import status_of

AUTOMATIC = {"HEAD", "OPTIONS"}
Operation = tuple[str, str, dict[str, Any]]


@cache
def whole() -> dict[str, Any]:
    """The document of the service as it is composed; made once."""
    return interface("https://records.example")


def operations() -> Iterator[Operation]:
    for path, methods in whole()["paths"].items():
        for method, operation in methods.items():
            yield method, path, operation


@pytest.mark.many_cases
def test_the_document_is_valid_openapi() -> None:
    validate(whole())
    assert whole()["openapi"].startswith("3.1")


def test_every_route_is_in_it_with_all_that_a_caller_needs(tmp_path: Path) -> None:
    system = build(Settings(tmp_path / "home"))
    app = join(system, ServiceSettings("http://localhost"), read_codes, media_type_of)
    routes = {
        (method.lower(), path_of(rule))
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - AUTOMATIC
    }
    assert {(method, path) for method, path, _ in operations()} == routes
    assert set(DESCRIPTIONS) == {rule.endpoint for rule in app.url_map.iter_rules()}
    system.close()


@pytest.mark.parametrize("operation", list(operations()), ids=lambda one: f"{one[0]} {one[1]}")
def test_every_operation_says_what_it_does_who_may_and_what_it_answers(
    operation: Operation,
) -> None:
    _, path, told = operation
    assert told["summary"].endswith((".", "code."))
    assert told["security"]
    assert any(status < "400" for status in told["responses"])
    assert {"401", "500", "503"} <= set(told["responses"])
    assert all(answer["description"] for answer in told["responses"].values())
    named = {one["name"] for one in told["parameters"] if one["in"] == "path"}
    assert all(f"{{{name}}}" in path for name in named)
    assert path.count("{") == len(named)
    assert told["x-roles"]


def test_operations_have_names_of_their_own() -> None:
    names = [told["operationId"] for _, _, told in operations()]
    assert len(names) == len(set(names))


def test_who_needs_no_token_is_told_so_and_nobody_else(tmp_path: Path) -> None:
    world = open_world(tmp_path)
    for one in endpoints(world.app, DESCRIPTIONS):
        access = rule_of(world.app.view_functions[one.rule.endpoint])
        assert access is not None
        told = whole()["paths"][path_of(one.rule)][one.method.lower()]
        assert ({} in told["security"]) == (Role.ANONYMOUS in access.roles)
        assert told["x-reads-personal-data"] == access.reads_personal
        assert ("403" in told["responses"]) or Role.ANONYMOUS in access.roles
    world.database.close()


def test_every_problem_that_an_endpoint_names_has_its_status_in_the_document(
    tmp_path: Path,
) -> None:
    world = open_world(tmp_path)
    for one in endpoints(world.app, DESCRIPTIONS):
        told = whole()["paths"][path_of(one.rule)][one.method.lower()]["responses"]
        assert {str(int(status_of(kind))) for kind in problems_of(one)} <= set(told)
    world.database.close()


def test_the_service_serves_it(world: World) -> None:
    answer = world.client().get("/openapi.json")
    assert answer.status_code == 200
    served = answer.get_json()
    validate(served)
    assert served["servers"] == [{"url": "http://localhost"}]
    assert set(served["paths"]) <= set(whole()["paths"])
    assert world.client().get("/openapi.json").data == answer.data


def is_form(name: str, value: object) -> list[str]:
    """Return what is wrong with ``value`` as the form ``name`` of the document."""
    schema = {"$ref": f"#/components/schemas/{name}", "components": whole()["components"]}
    return [str(error) for error in Draft202012Validator(schema).iter_errors(value)]


TYPED = {
    "dossier_code": FIELDS.dossier_code, "name": FIELDS.name,
    "birth_date": FIELDS.birth_date.isoformat(), "sex": "male", "number": FIELDS.number,
}  # fmt: skip


def test_answers_have_the_forms_that_the_document_says(world: World) -> None:
    client = world.client()
    good = client.post("/v1/verify", json={"text": code()}).get_json()
    assert good["overall"] == "valid"
    assert not is_form("VerdictAnswer", good)
    for text in ("", "x", code()[:-9], "HC1:NCF"):
        assert not is_form("VerdictAnswer", client.post("/v1/verify", json={"text": text}).json)
    found = client.post("/v1/check/fields", json=TYPED).get_json()
    assert found["found"]
    assert not is_form("PaperAnswer", found)
    nothing = client.post("/v1/check/fields", json={**TYPED, "name": "Ai Đó"}).get_json()
    assert not is_form("PaperAnswer", nothing)
    assert not is_form("Ready", client.get("/health/ready").get_json())
    assert not is_form("Live", client.get("/health/live").get_json())
    assert not is_form("Problem", client.post("/v1/verify", json={}).get_json())


def test_lines_of_a_batch_have_the_forms_that_the_document_says(world: World) -> None:
    body = json.dumps({"text": code(), "id": 7}) + "\n" + "{}\n"
    answer = world.client().post("/v1/verify/batch", data=body, content_type="application/x-ndjson")
    good, bad = (json.loads(line) for line in answer.data.splitlines())
    assert not is_form("LineVerdict", good)
    assert not is_form("LineProblem", bad)
    assert is_form("LineVerdict", bad)


def test_a_changed_answer_would_be_noticed(world: World) -> None:
    good = world.client().post("/v1/verify", json={"text": code()}).get_json()
    assert is_form("VerdictAnswer", {**good, "state": "fine"})
    assert is_form("VerdictAnswer", {name: good[name] for name in good if name != "axes"})


KNOWN = (REGISTERED, ASSERTED, health_book_stream(ASSERTED), access_stream(REGISTERED))
PARTS = ("x", "01", "0", "me", "Patient", str(2**64), "%00", "Đ", *(str(one) for one in KNOWN))
ACCEPTED = ("application/json", "text/html", "application/fhir+json")
WRONG = ("application/json", "text/csv", "")
BESIDE = {302, 404, 405}
"""Statuses that any address may answer with: sign in first, nothing there, not that method."""


@dataclass
class Whole:
    """The whole service over a small ledger, with a token for each role."""

    system: System
    app: Flask
    headers: dict[Role, dict[str, str]] = field(default_factory=dict)

    def header_of(self, role: Role) -> dict[str, str]:
        """Return the header of a system in ``role``."""
        if role is not Role.ANONYMOUS and role not in self.headers:
            clock = self.system.clockwork
            token = ApiToken(
                f"token-{role}", role, "79A02", clock.now(), clock.now() + timedelta(days=1)
            )
            text = self.system.api_tokens.issue(token, secret=clock.random(32))
            self.headers[role] = {"Authorization": f"Bearer {text}"}
        return self.headers.get(role, {})


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    """A service that stays for all examples."""
    system = build(Settings(tmp_path_factory.mktemp("openapi") / "home"))
    fill(system.facts)
    settings = ServiceSettings("http://localhost", rates=UNLIMITED)
    yield Whole(system, join(system, settings, read_codes, media_type_of))
    system.close()


@pytest.mark.many_cases
@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_whatever_is_sent_is_answered_with_a_status_that_the_document_names(
    served: Whole, dice: Random
) -> None:
    values = SchemaValues(dice, whole()["components"]["schemas"], [str(one) for one in KNOWN])
    found = dice.choice(endpoints(served.app, DESCRIPTIONS))
    path = path_of(found.rule)
    told = whole()["paths"][path][found.method.lower()]
    media, body = "", b""
    if found.method not in {"GET", "DELETE"}:
        content = told.get("requestBody", {}).get("content", {})
        media = dice.choice((*content, *content, *WRONG))
        body = values.body(media, content.get(media, {}).get("schema", {}))
    answer = served.app.test_client().open(
        re.sub(r"\{[^}]*\}", lambda _: dice.choice(PARTS), path),
        method=found.method,
        data=body,
        content_type=media,
        query_string={
            one["name"]: values.text()
            for one in told["parameters"]
            if one["in"] == "query" and dice.random() < 0.4
        },
        headers={
            "Accept": dice.choice(ACCEPTED),
            **served.header_of(dice.choice(sorted(found.access.roles))),
        },
    )
    answer.get_data()
    assert answer.status_code != 500, f"{found.method} {path}"
    known = {int(status) for status in told["responses"]} | BESIDE
    assert answer.status_code in known, f"{found.method} {path}: {answer.status}"
    if answer.mimetype == "application/problem+json":
        assert not is_form("Problem", answer.get_json())
