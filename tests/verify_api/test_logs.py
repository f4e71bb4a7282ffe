"""What may stand in a log line, and by which name a request is found in it."""

import ast
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import structlog

from tests_support.service_world import World, open_world
from tests_support.signed_certificates import code
from verify_api.logs import FIELDS, MASK, configure_logs
from verify_api.ports import ServiceSettings
from verify_api.request_ids import HEADER
from verify_api.service import create_service

ROOT = Path(__file__).parents[2]
LEVELS = {"debug", "info", "warning", "error", "critical"}
TRACE = "0af7651916cd43dd8448eb211c80319c"
NAMED = "0b5a3f0e-8f43-4a53-9d6f-0e5a8c3d7a11"


@contextmanager
def written() -> Iterator[list[dict[str, Any]]]:
    """Let the block write log lines; they are there when it is over."""
    lines: list[dict[str, Any]] = []
    before, stream = structlog.get_config(), io.StringIO()
    configure_logs()
    try:
        with redirect_stdout(stream):
            yield lines
    finally:
        structlog.configure(**before)
        structlog.contextvars.clear_contextvars()
    lines += [json.loads(line) for line in stream.getvalue().splitlines()]


def logged_fields() -> Iterator[tuple[str, str]]:
    """Yield each field that the program hands to a logger, and the file."""
    for floor in ("keys", "ledger", "projections", "verify_api", "shell"):
        for path in sorted((ROOT / floor).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Call) and _writes(node.func):
                    yield from ((word.arg, path.name) for word in node.keywords if word.arg)


def _writes(called: ast.expr) -> bool:
    if not isinstance(called, ast.Attribute) or called.attr not in LEVELS:
        return False
    return ast.unparse(called.value).startswith(("_log", "structlog.get_logger"))


def test_every_field_that_the_program_logs_is_on_the_list() -> None:
    found = list(logged_fields())
    assert len(found) > 20
    assert [(name, file) for name, file in found if name not in FIELDS] == []


def test_a_field_that_is_not_on_the_list_is_dropped_and_its_name_told() -> None:
    with written() as lines:
        structlog.get_logger().info("opened", status=200, patient="Nguyễn Thị Mẫu")
    assert lines[0]["dropped"] == ["patient"]
    assert "Mẫu" not in json.dumps(lines, ensure_ascii=False)
    assert lines[0]["status"] == 200
    assert lines[0]["level"] == "info"
    assert lines[0]["timestamp"].endswith("Z")


@pytest.mark.parametrize("number", ["000190000001", "012345678", "0912345678"])
def test_a_number_like_a_person_s_is_masked_wherever_it_stands(number: str) -> None:
    with written() as lines:
        structlog.get_logger().warning("trouble", what=f"at {number}, again", where=[number])
    assert lines[0]["what"] == f"at {MASK}, again"
    assert lines[0]["where"] == [MASK]


def test_a_line_stays_one_line_whatever_is_in_it() -> None:
    with written() as lines:
        structlog.get_logger().error("alarm", what='x\r\n\x1b[31m{"event": "forged"}')
    assert len(lines) == 1
    assert lines[0]["event"] == "alarm"


@pytest.fixture
def told(tmp_path: Path) -> Iterator[World]:
    """A service that writes a line for each answer."""
    world = open_world(tmp_path, settings=ServiceSettings("http://localhost", access_log=True))
    yield world
    world.database.close()


def test_an_answer_is_one_line_with_the_identifier_that_it_names(told: World) -> None:
    with written() as lines:
        answer = told.client().get("/check?order=000190000001")
    line = lines[-1]
    assert line["request_id"] == answer.headers[HEADER]
    assert (line["event"], line["endpoint"], line["method"]) == ("answered", "check.forms", "GET")
    assert line["status"] == answer.status_code
    assert "000190000001" not in json.dumps(lines)
    assert "/check" not in json.dumps(lines)


def test_probes_and_parts_of_pages_leave_no_line(told: World) -> None:
    with written() as lines:
        told.client().get("/health/live")
        told.client().get("/static/x/y.css")
    assert lines == []


@pytest.mark.parametrize(
    ("headers", "named", "trace"),
    [
        ({HEADER: NAMED}, NAMED, None),
        ({HEADER: TRACE}, TRACE, None),
        ({"traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}, TRACE, TRACE),
        ({HEADER: NAMED, "traceparent": f"00-{TRACE}-b7ad6b7169203331-01"}, NAMED, TRACE),
    ],
)
def test_an_identifier_that_is_brought_is_kept(
    told: World, headers: dict[str, str], named: str, trace: str | None
) -> None:
    for path in ("/check", "/v1/verify"):
        with written() as lines:
            client = told.client()
            if path == "/check":
                answer = client.get(path, headers=headers)
                assert lines == [] or lines[-1].get("trace_id") == trace
            else:
                answer = client.post(path, json={"text": code()}, headers=headers)
        assert answer.headers[HEADER] == named
        if lines:
            assert lines[-1]["request_id"] == named
            assert lines[-1].get("trace_id") == trace


@pytest.mark.parametrize(
    "headers",
    [
        {HEADER: "000190000001"},
        {HEADER: "x" * 32},
        {HEADER: "a" * 500},
        {HEADER: "../../etc"},
        {"traceparent": "00-" + "0" * 32 + "-b7ad6b7169203331-01"},
        {"traceparent": f"ff-{TRACE}-b7ad6b7169203331-01"},
        {"traceparent": "nonsense"},
        {},
    ],
)
def test_an_identifier_of_another_form_is_not_taken(told: World, headers: dict[str, str]) -> None:
    client = told.client()
    first, second = (client.get("/check", headers=headers).headers[HEADER] for _ in range(2))
    assert first != second
    assert len(first) == 32
    assert first not in headers.values()


def test_a_fault_and_its_answer_name_the_same_request(told: World) -> None:
    def broken() -> list[Any]:
        raise ValueError("Nguyễn Thị Mẫu, 000190000001")

    app = create_service(replace(told.ports, conditions=broken))
    with written() as lines:
        answer = app.test_client().get("/health/ready")
    assert answer.status_code == 500
    assert lines[0]["event"] == "request_failed"
    assert lines[0]["request_id"] == answer.headers[HEADER]
    assert "Mẫu" not in json.dumps(lines, ensure_ascii=False)
