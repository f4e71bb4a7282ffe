import sqlite3
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from flask import Blueprint, Response
from structlog.testing import capture_logs

from ledger.errors import StoreUnavailableError
from tests_support.service_world import GENEROUS, World, open_world
from tests_support.signed_certificates import TOKEN, code
from verify_api.access_rules import access
from verify_api.callers import Action, Reach, who_may
from verify_api.limiter import Rate
from verify_api.ports import Rates, ServiceSettings
from verify_api.service import create_service

PAGE = {"Accept": "text/html"}
EXPECTED = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@pytest.mark.parametrize("address", ["/", "/check", "/login", "/health/live", "/nowhere", "/work"])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_every_answer_carries_the_security_headers(world: World, address: str, accept: str) -> None:
    answer = world.client().get(address, headers={"Accept": accept})
    for name, value in EXPECTED.items():
        assert answer.headers[name] == value
    policy = answer.headers["Content-Security-Policy"]
    for part in ("default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert part in policy
    assert "unsafe-inline" not in policy
    assert "Strict-Transport-Security" not in answer.headers
    assert "Server" not in answer.headers


def test_an_address_that_is_none_is_a_page_or_a_problem(world: World) -> None:
    client = world.client()
    page = client.get("/nowhere", headers=PAGE)
    assert (page.status_code, page.mimetype) == (HTTPStatus.NOT_FOUND, "text/html")
    assert "Không tìm thấy" in page.text
    problem = client.get("/nowhere").get_json()
    assert problem == {
        "type": "urn:records-ledger:problem:not_found",
        "title": "Không tìm thấy",
        "status": 404,
        "detail": "nothing matches the given uri",
        "code": "not_found",
    }


def test_another_method_is_refused_with_those_that_are_taken(world: World) -> None:
    answer = world.client().get("/v1/verify")
    assert answer.status_code == HTTPStatus.METHOD_NOT_ALLOWED
    assert "POST" in answer.headers["Allow"]
    assert answer.mimetype == "application/problem+json"


def test_an_address_with_a_slash_too_much_is_not_redirected(world: World) -> None:
    assert world.client().get("/check/").status_code == HTTPStatus.NOT_FOUND


def failing(error: Exception) -> Blueprint:
    blueprint = Blueprint("extra", __name__)

    @blueprint.get("/fails")
    @access(who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="testing", reads_personal=False)
    def fails() -> Response:
        raise error

    return blueprint


def test_a_fault_of_ours_has_a_reference_and_says_nothing_of_what_was_sent(world: World) -> None:
    secret = f"the name is {TOKEN.holder.name}, number 000099000001"
    app = create_service(world.ports, more=[failing(ValueError(secret))])
    with capture_logs() as logs:
        problem = app.test_client().get("/fails?q=1").get_json()
        page = app.test_client().get("/fails", headers=PAGE)
    assert problem["status"] == page.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert problem["instance"] == f"urn:reference:{logs[0]['reference']}"
    assert logs[1]["reference"] in page.text
    assert [(line["event"], line["error"], line["endpoint"]) for line in logs] == [
        ("request_failed", "ValueError", "extra.fails")
    ] * 2
    for text in (str(logs), str(problem), page.text):
        assert TOKEN.holder.name not in text
        assert "000099000001" not in text


def test_an_error_page_that_fails_itself_is_a_problem_without_a_traceback(
    world: World, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object, **__: object) -> str:
        raise ValueError(TOKEN.holder.name)

    monkeypatch.setattr("verify_api.answers.render_template", fail)
    answer = world.client().get("/", headers=PAGE)
    assert answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR
    assert answer.mimetype == "application/problem+json"
    assert TOKEN.holder.name not in answer.text + str(capsys.readouterr())


def test_no_code_and_no_person_is_ever_written_to_a_log(
    world: World, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    client = world.client()
    world.standings.fails_with = StoreUnavailableError("down")
    with capture_logs() as logs:
        client.post("/v1/verify", json={"text": code()})
        world.standings.fails_with = None
        client.post("/v1/verify", json={"text": code()})
        client.post("/v1/verify", data=b"{" + code().encode(), content_type="application/json")
        client.get("/?text=" + code().split("#")[1])
    written = f"{logs} {capsys.readouterr()} {caplog.text}"
    assert code().split("#")[1][:17] not in written
    assert TOKEN.holder.name not in written


def test_an_outage_of_the_callers_database_is_said_to_whoever_has_a_session(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, _ = world.signed_in("congdan")
    world.database._connection.execute("PRAGMA busy_timeout = 1")  # type: ignore[attr-defined]
    path = world.database._connection.execute("PRAGMA database_list").fetchone()[2]  # type: ignore[attr-defined]
    blocking = sqlite3.connect(path, isolation_level=None)
    blocking.execute("BEGIN EXCLUSIVE")
    answer = client.get("/my", headers=PAGE)
    blocking.close()
    assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
    assert answer.headers["Retry-After"] == "5"


def test_behind_our_proxy_the_caller_is_whom_it_names(tmp_path: Path) -> None:
    rates = Rates(verify=Rate(per_second=1, burst=1))
    for proxies, second in ((1, HTTPStatus.OK), (0, HTTPStatus.TOO_MANY_REQUESTS)):
        folder = tmp_path / str(proxies)
        folder.mkdir()
        settings = ServiceSettings("http://localhost", rates, proxies=proxies)
        world = open_world(folder, settings=settings)
        statuses = [
            world.client()
            .post("/v1/verify", json={"text": "x"}, headers={"X-Forwarded-For": address})
            .status_code
            for address in ("192.0.2.1", "192.0.2.2")
        ]
        assert statuses == [HTTPStatus.OK, second]
        world.database.close()


CODE = code()
REQUESTS: dict[str, dict[str, Any]] = {
    "a code": {"json": {"text": CODE}},
    "a code and a person": {"json": {"text": CODE, "asked": {"sex": "male"}}},
    "a person who is none": {"json": {"text": CODE, "asked": {"sex": "x"}}},
    "nothing of ours": {"json": {"text": "hello"}},
    "no JSON": {"data": b"{", "content_type": "application/json"},
    "another JSON": {"json": {"code": CODE}},
    "no body": {"data": b"", "content_type": "application/json"},
    "a long body": {"data": b" " * 20_000, "content_type": "application/json"},
    "a character set": {
        "data": b'{"text":"x"}',
        "content_type": "application/json; charset=utf-8",
    },
    "plain text": {"data": CODE, "content_type": "text/plain"},
    "a form": {"data": {"text": CODE}},
    "a page": {"json": {"text": CODE}, "headers": PAGE},
    "English": {"json": {"text": CODE}, "headers": {"Accept-Language": "en"}},
    "a cookie": {"json": {"text": CODE}, "headers": {"Cookie": "lang=en"}},
    "a token that is none": {
        "json": {"text": CODE},
        "headers": {"Authorization": "Bearer x"},
    },
    "a query": {"json": {"text": CODE}, "query_string": {"text": "1"}},
    "another method": {"method": "PUT", "json": {"text": CODE}},
    "another path": {"path": "/v1/verify/", "json": {"text": CODE}},
    "a length that is none": {
        "data": b'{"text":"x"}',
        "content_type": "application/json",
        "environ_overrides": {"CONTENT_LENGTH": "x"},
    },
    "no length": {
        "data": b'{"text":"x"}',
        "content_type": "application/json",
        "environ_overrides": {"CONTENT_LENGTH": ""},
    },
}


@pytest.mark.parametrize("name", REQUESTS)
@pytest.mark.parametrize("trouble", ["", "outage", "too often"])
def test_the_short_way_answers_as_the_app_does(tmp_path: Path, name: str, trouble: str) -> None:
    rates = replace(GENEROUS, verify=Rate(1, 1)) if trouble == "too often" else GENEROUS
    answers = []
    for fast in (True, False):
        folder = tmp_path / str(fast)
        folder.mkdir()
        settings = ServiceSettings("https://localhost", rates, fast_path=fast)
        world = open_world(folder, settings=settings)
        if trouble == "outage":
            world.standings.fails_with = StoreUnavailableError("down")
        given = {"path": "/v1/verify", "method": "POST", **REQUESTS[name]}
        client = world.client()
        if trouble == "too often":
            client.open(**given)
        answer = client.open(**given)
        answers.append((answer.status, sorted(answer.headers.items()), answer.data))
        world.database.close()
    assert answers[0] == answers[1]


def test_the_short_way_is_taken_and_counted(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> object:
        raise AssertionError("the app was asked")

    monkeypatch.setattr(world.app, "preprocess_request", refuse)
    answer = world.client().post("/v1/verify", json={"text": code()})
    assert answer.get_json()["state"] == "valid"
