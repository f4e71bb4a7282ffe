"""The launch as a demonstration: what it comes to, counted another way; lawful; begun once."""

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli import main
from doors import join
from ledger.audit.progress_count import count_progress
from ledger.errors import InvalidInputError
from shell import demo, demo_launch, launch_settings
from shell.demo_launch_country import drawn
from shell.errors import HomeTakenError
from shell.home import MODULE_FOLDER, Home
from shell.launch_scale import apportioned, launch_scale, read_factor
from tests_support.launched import FACTOR, Launched, open_launch, stored_topics
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings

DAY = "2024-10-02"
OPENED = "health_book.opened/1"


@pytest.fixture(scope="module")
def launched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Launched]:
    with open_launch(tmp_path_factory.mktemp("launch") / "home") as made:
        yield made


def asked(launched: Launched, query: str = "", **headers: str) -> Any:
    app = join(launched.system, ServiceSettings("http://127.0.0.1"), read_codes, media_type_of)
    answer = app.test_client().get(f"/figures?on={DAY}{query}", headers=headers)
    assert answer.status_code == HTTPStatus.OK
    return answer


def facts_of(launched: Launched) -> list[Any]:
    system = launched.system
    return system.reading.read(after=0, limit=system.facts.head())


def test_the_whole_launch_has_the_launch_s_figures() -> None:
    scale = launch_scale()
    assert (scale.books, scale.integrated) == (32_063, 14_639)
    assert (scale.facilities, scale.synchronised) == (12_693, 12_518)
    assert (scale.referrals, scale.appointments) == (912, 2_629)
    assert scale.applications == {"01": 45, "46": 5}
    assert scale.population == 100_300
    country = drawn(scale, demo_launch.SEED)
    visited = {person for lot in country.lots for person in lot.persons}
    assert visited == set(range(scale.books))
    assert len(country.facilities) == 63
    assert len(country.apart) == scale.facilities - scale.synchronised
    assert sum(len(lot.referred) for lot in country.lots) == scale.referrals
    assert sum(len(lot.appointed) for lot in country.lots) == scale.appointments


def test_it_comes_to_its_figures(launched: Launched) -> None:
    scale, come = launched.scale, demo_launch.came_to(launched.system)
    for name in ("books", "integrated", "facilities", "synchronised", "referrals", "appointments"):
        assert come[name] == getattr(scale, name), name
    assert come["applications"] == sum(scale.applications.values())
    assert come["visits"] >= scale.books


def test_stored_rows_say_the_same_as_the_page(launched: Launched) -> None:
    stored = stored_topics(launched.system.settings.home)
    health = asked(launched).get_json()["health"]
    named = {
        "books": OPENED, "integrated": "health_book.integrated/1",
        "facilities": "facility.registered/1", "synchronised": "facility.synchronised/1",
        "referrals": "referral.issued/1", "appointments": "appointment.issued/1",
        "visits": "visit.recorded/1",
    }  # fmt: skip
    assert {name: health[name] for name in named} == {
        name: stored[topic] for name, topic in named.items()
    }
    applications = asked(launched).get_json()["applications"]
    assert applications["submitted"] == stored["request.submitted/1"]
    shown = asked(launched, "&lang=en", Accept="text/html").get_data(as_text=True)
    assert f'<p class="figure">{health["books"]:,}</p>' in shown
    assert f'<p class="figure">{health["integrated"]:,}</p>' in shown


def test_every_province_is_what_the_facts_add_up_to(launched: Launched) -> None:
    counted: dict[str, Counter[str]] = {}
    for (province, _), sums in count_progress(facts_of(launched)).items():
        counted.setdefault(province, Counter()).update(sums)
    told = {one["province"]: one["health"] for one in asked(launched).get_json()["by_province"]}
    assert len(told) == 63
    for province, health in told.items():
        assert +counted[province] == +Counter(
            {name: health[name] for name in health if not name.endswith("_share")}
        ), province


def test_months_add_up_to_the_whole(launched: Launched) -> None:
    found = asked(launched).get_json()
    for name in ("books", "integrated", "synchronised", "visits", "referrals", "appointments"):
        assert sum(month[name] for month in found["months"]) == found["health"][name]
    assert next(month["month"] for month in found["months"]) == "2024-04"


def test_a_city_has_a_population_and_a_limit(launched: Launched) -> None:
    found = asked(launched, "&province=01").get_json()
    whole = asked(launched).get_json()
    assert found["population"] == round(launched.scale.population * 8_587_100 / 100_306_000)
    assert found["covered_share"] == found["health"]["books"] / found["population"]
    assert whole["population"] == launched.scale.population
    assert found["limit"] == [
        {"unit": "working-days", "count": 3}, {"unit": "calendar-days", "count": 10},
    ]  # fmt: skip


def test_facts_follow_one_another_in_the_scenario_s_time(launched: Launched) -> None:
    facts = facts_of(launched)
    times = [one.act.at for one in facts]
    assert times == sorted(times)
    scenario = [one for one in facts if one.topic == OPENED]
    assert {one.act.at.year for one in scenario} == {2024}
    shown = [one for one in facts if one.topic == "health_book.integrated/1"]
    assert {one.act.actor for one in shown} == {"vneid"}


def test_the_auditor_finds_nothing(launched: Launched) -> None:
    home = launched.system.settings.home
    audited = CliRunner().invoke(main, ["--home", str(home), "audit", "verify"])
    assert audited.exit_code == 0, audited.output
    assert "0 findings" in audited.output


def test_again_changes_nothing_and_another_one_is_refused(launched: Launched) -> None:
    system, head = launched.system, launched.system.facts.head()
    again = demo_launch.fill(system, launched.scale, tell=launched.lines.append)
    assert again.scale == f"launch 1:{FACTOR}"
    assert system.facts.head() == head
    with pytest.raises(HomeTakenError, match="another demonstration"):
        demo.fill(system)
    with pytest.raises(HomeTakenError, match="another demonstration"):
        demo_launch.fill(system, launch_scale(1_000), tell=launched.lines.append)


def test_one_that_was_killed_is_refused_and_says_what_to_do(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (home / "settings.toml").write_text("key_memory_mib = 1\n", "utf-8")
    command = [sys.executable, str(MODULE_FOLDER / "cli.py"), "--home", str(home), "demo"]
    command += ["--scale", "launch", "--factor", "1:20000"]
    environment = {**os.environ, "PYTHONPATH": str(MODULE_FOLDER)}
    running = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        while not (home / "ledger.db").exists() or not stored_topics_yet(home):
            assert running.poll() is None, "it is not done so soon"
            time.sleep(0.05)
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
    arguments = ["--home", str(home), "demo", "--scale", "launch", "--factor", "1:20000"]
    refused = CliRunner().invoke(main, arguments)
    assert refused.exit_code == 2
    assert "take another --home" in refused.output


def stored_topics_yet(home: Path) -> bool:
    try:
        return stored_topics(home)["facility.registered/1"] > 0
    except Exception:  # noqa: BLE001  the table is being made
        return False


def test_a_home_is_set_to_its_population_once(tmp_path: Path) -> None:
    home = Home(tmp_path / "home", {})
    launch_settings.prepare(home, launch_scale(20_000))
    assert home.settings.population == 5_015
    (tmp_path / "home" / "settings.toml").write_text("population = 7\n", "utf-8")
    launch_settings.prepare(home, launch_scale(20_000))
    assert home.settings.population == 7


@pytest.mark.parametrize("typed", ["1000", "2:1000", "1:", "1:x", "1:-5", "1:0", "1:9999999"])
def test_a_factor_is_one_in_so_many(typed: str) -> None:
    with pytest.raises(InvalidInputError) as refused:
        launch_scale(read_factor(typed))
    assert refused.value.rule == "scale_factor"


def test_parts_are_whole_and_add_up() -> None:
    assert apportioned(10, {"a": 1, "b": 1, "c": 1}) == {"a": 4, "b": 3, "c": 3}
    assert apportioned(5, {"a": 100, "b": 0}, least=1) == {"a": 4, "b": 1}


def test_what_is_told_has_a_rate_and_what_is_left(launched: Launched) -> None:
    steps = [line for line in launched.lines if "steps" in line]
    assert all("a second" in line and "s left" in line for line in steps)
    assert [line.split(": ")[1] for line in launched.lines if ": " in line] == [
        "lists", "views", "log",
    ]  # fmt: skip


def test_a_machine_reads_the_figures(launched: Launched) -> None:
    home = launched.system.settings.home
    arguments = ["--home", str(home), "demo", "--scale", "launch", "--factor", f"1:{FACTOR}"]
    told = CliRunner().invoke(main, [*arguments, "--json"])
    assert json.loads(told.stdout)["figures"]["books"] == launched.scale.books
