"""What is drawn and what raises an alarm is told by some process; a monitor learns who serves."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]
from prometheus_client import CollectorRegistry, generate_latest
from typing_extensions import override

from ledger.errors import StoreUnavailableError
from shell.figures import serve_figures
from shell.log_figures import LogFigures
from shell.sequencer import LogState
from shell.timestamping import StampState
from shell.worker_figures import LATE, WorkerFigures, WorkerState, waiting_in
from tests_support.memory_facts import MemoryFacts
from tests_support.service_clock import Clock
from tests_support.service_world import World, open_world
from tests_support.signed_certificates import AT
from tests_support.whole_house import House, open_house
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role
from verify_api.desk.ledger_gauges import LedgerGauges
from verify_api.picture_error import PictureError, PictureRule
from verify_api.ports import ServiceSettings
from verify_api.verdict import State

ROOT = Path(__file__).parents[1]
OPERATE = ROOT / "docs" / "operate"
NAME = re.compile(r"\brecords_[a-z_]+")
TOLD = re.compile(r"^(records_[a-z_]+)(?:\{| )", re.MULTILINE)
PNG = b"\x89PNG\r\n\x1a\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The whole system with a certificate in it."""
    with open_house(tmp_path_factory.mktemp("watching") / "home") as opened:
        opened.issued()
        opened.system.projector.catch_up()
        assert opened.system.log is not None
        opened.system.log.wait_for(opened.system.facts.head(), 30.0)
        yield opened


def service_figures(house: House) -> str:
    """Return what the web tells Prometheus after a picture and a check."""
    house.upload(PNG, "image/png")
    house.check("x")
    at = house.clock.at
    token = ApiToken(f"watch-{house.person()}", Role.OPERATOR, "CA01", at, at + timedelta(days=1))
    text = house.system.api_tokens.issue(token, secret=house.system.clockwork.random(32))
    answer = house.app.test_client().get("/metrics", headers={"Authorization": f"Bearer {text}"})
    assert answer.status_code == 200
    return answer.text


def process_figures() -> str:
    """Return what the log and the worker tell Prometheus."""
    registry = CollectorRegistry()
    state = LogState(witnesses={"w": True}, refusals={"r": 1})
    clock = Clock()
    registry.register(LogFigures(state, clock.now, StampState(size=1, at=AT)))
    worker = WorkerState(rounds=1, rounded_at=AT, troubles={"views": 1})
    registry.register(WorkerFigures(worker, clock, lambda: 3))
    return generate_latest(registry).decode()


def written_names(file: str) -> set[str]:
    """Return the names that a process tells only once something has happened."""
    return set(re.findall(r'"(records_[a-z_]+)"', (ROOT / file).read_text("utf-8")))


def expressions() -> Iterator[tuple[str, str]]:
    """Yield the title and the text of each expression of the dashboard and the alarms."""
    board: dict[str, Any] = json.loads((OPERATE / "dashboard.json").read_text("utf-8"))
    for panel in board["panels"]:
        yield from ((panel["title"], target["expr"]) for target in panel["targets"])
    rules: dict[str, Any] = yaml.safe_load((OPERATE / "alerts.yml").read_text("utf-8"))
    for group in rules["groups"]:
        yield from ((rule["alert"], rule["expr"]) for rule in group["rules"])


def test_whatever_is_drawn_or_raises_an_alarm_is_told_by_some_process(house: House) -> None:
    told = set(TOLD.findall(service_figures(house) + process_figures()))
    for file in ("shell/log_figures.py", "verify_api/witness_app.py"):
        told |= written_names(file)
    told |= written_names("verify_api/desk/ledger_gauges.py")  # no witness cosigns here
    used = {name for _, text in expressions() for name in NAME.findall(text)}
    assert used - told == set()
    assert len(used) > 20


def test_states_and_outcomes_in_the_alarms_are_some_that_there_are() -> None:
    text = " ".join(text for _, text in expressions())
    from_alarms = re.findall(r'state=~"([^"]+)"', text)[0].split("|")
    assert set(from_alarms) <= {state.value for state in State}
    assert set(re.findall(r'outcome="([^"]+)"', text)) <= {rule.value for rule in PictureRule}


def test_the_dashboard_is_one_that_can_be_loaded() -> None:
    board = json.loads((OPERATE / "dashboard.json").read_text("utf-8"))
    numbers = [panel["id"] for panel in board["panels"]]
    assert len(numbers) == len(set(numbers))
    places = {(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in board["panels"]}
    assert len(places) == len(numbers)
    assert all(panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24 for panel in board["panels"])
    for panel in board["panels"]:
        assert panel["datasource"]["uid"] == "${datasource}"
        for target in panel["targets"]:
            for opening, closing in ("()", "[]", "{}"):
                assert target["expr"].count(opening) == target["expr"].count(closing)


def test_each_alarm_says_how_bad_it_is_and_where_to_read_on() -> None:
    guide = (ROOT / "docs" / "guide" / "operate.md").read_text("utf-8")
    anchors = {
        re.sub(r"[^a-z0-9 -]", "", title.lower()).replace(" ", "-")
        for title in re.findall(r"^#+ (.*)$", guide, re.MULTILINE)
    }
    rules = yaml.safe_load((OPERATE / "alerts.yml").read_text("utf-8"))
    for group in rules["groups"]:
        for rule in group["rules"]:
            assert rule["labels"]["severity"] in {"page", "ticket"}
            page, _, anchor = rule["annotations"]["runbook"].partition("#")
            assert page == "operate.md"
            assert anchor in anchors, anchor
            assert rule["annotations"]["summary"]


def test_the_service_tells_how_the_ledger_stands_and_of_nobody(house: House) -> None:
    text = service_figures(house)
    facts = house.system.facts.head()
    assert f"records_facts {float(facts)}" in text
    assert 'records_condition{condition="trust_list"} 1.0' in text
    assert re.search(r'records_view_lag_facts\{view="work_queue"\} \d', text)
    assert re.search(r"records_trust_list_left_seconds [1-9]", text)
    assert re.search(r"records_status_lists [1-9]", text)
    assert re.search(r"records_uncovered_facts \d", text)
    assert re.search(r"records_sessions \d", text)
    assert re.search(r'records_pictures_total\{outcome="[a-z_]+"\} ', text)
    for label in re.findall(r'="([^"]*)"', text):
        assert not re.search(r"\d{9,}|[0-9a-f]{8}-[0-9a-f]{4}", label), label


def test_labels_stay_few_however_much_is_asked(house: House) -> None:
    before = len(service_figures(house).splitlines())
    client = house.app.test_client()
    for number in range(50):
        client.get(f"/nowhere/{number}")
        client.get(f"/s/01/{number}")
        client.post("/v1/verify", json={"text": f"x{number}"})
    assert len(service_figures(house).splitlines()) <= before + 60


def test_what_cannot_be_measured_is_left_out(house: House) -> None:
    class Silent(MemoryFacts):
        @override
        def head(self) -> int:
            raise StoreUnavailableError("down")

    gauges = house.app.extensions["records"].ports.gauges
    assert isinstance(gauges, LedgerGauges)
    broken = LedgerGauges(
        Silent({}), gauges.views, gauges.board, gauges.lists, gauges.clock, gauges.log
    )
    assert {one.name for one in broken()} <= {"records_trust_list_left_seconds"}


def asked(port: int, place: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{place}", timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def test_a_worker_is_of_use_after_a_round_until_it_is_late_or_ends() -> None:
    clock, state = Clock(), WorkerState()
    figures = WorkerFigures(state, clock, lambda: 0)
    assert figures.trouble() == "no_round_yet"
    state.rounded_at = clock.at
    assert figures.trouble() is None
    clock.later(seconds=LATE.total_seconds())
    assert figures.trouble() is None
    clock.later(seconds=1)
    assert figures.trouble() == "late"
    state.rounded_at, state.stopping = clock.at, True
    assert figures.trouble() == "stopping"


def test_a_monitor_asks_a_worker_as_it_asks_the_log() -> None:
    clock, state = Clock(), WorkerState()
    figures = WorkerFigures(state, clock, lambda: 2)
    server = serve_figures(figures, figures.trouble, 0)
    port = server.server_address[1]
    try:
        assert asked(port, "/healthz") == (200, "alive\n")
        assert asked(port, "/readyz") == (503, "no_round_yet\n")
        state.rounds, state.rounded_at, state.troubles = 3, clock.at, {"views": 4}
        assert asked(port, "/readyz") == (200, "ready\n")
        status, text = asked(port, "/metrics")
        assert status == 200
        assert "records_worker_rounds_total 3.0" in text
        assert 'records_worker_troubles_total{where="views"} 4.0' in text
        assert "records_quarantined_documents 2.0" in text
        assert asked(port, "/nowhere")[0] == 404
    finally:
        server.shutdown()
        server.server_close()


def test_what_lies_in_quarantine_is_counted(tmp_path: Path) -> None:
    count = waiting_in(tmp_path)
    assert count() == 0
    for name in ("01A01/a.sealed", "01A02/b.sealed", "01A02/refused.jsonl"):
        file = tmp_path / "quarantine" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.touch()
    assert count() == 2


@pytest.fixture
def ending(tmp_path: Path) -> Iterator[World]:
    """A service that is told by a file that it is about to end."""
    settings = ServiceSettings("http://localhost", draining=tmp_path / "draining")
    world = open_world(tmp_path, settings=settings)
    yield world
    world.database.close()


def test_a_service_that_is_about_to_end_is_alive_and_not_ready(
    ending: World, tmp_path: Path
) -> None:
    client = ending.client()
    assert client.get("/health/ready").status_code == 200
    (tmp_path / "draining").touch()
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.get_json()["conditions"][-1]["name"] == "staying"
    assert client.get("/health/live").status_code == 200
    assert client.post("/v1/verify", json={"text": "x"}).status_code == 200


@pytest.mark.parametrize("rule", [PictureRule.BUSY, PictureRule.NOT_A_PICTURE])
def test_how_a_picture_ended_is_counted(ending: World, rule: PictureRule) -> None:
    def refuse(_: bytes) -> list[str]:
        raise PictureError(rule, "no")

    metrics = ending.app.extensions["records"].metrics
    with pytest.raises(PictureError):
        metrics.reading(refuse, b"")
    assert metrics.reading(lambda _: ["x"], b"") == ["x"]
    text = metrics.text().decode()
    assert f'records_pictures_total{{outcome="{rule.value}"}} 1.0' in text
    assert 'records_pictures_total{outcome="read"} 1.0' in text
    assert "records_picture_seconds_count 2.0" in text
