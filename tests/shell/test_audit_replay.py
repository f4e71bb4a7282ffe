"""Seals and replay from the shell, on the demonstration with all its views."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app import System
from ledger.calendar import local_day
from ledger.commands.seals import all_seals, last_seal
from projections.views import NAMES, NEED_KEYS
from shell.day_seals import day_to_seal, seal_if_due

Run = Callable[..., Result]


@pytest.fixture(autouse=True)
def caught_up(system: System) -> System:
    system.projector.catch_up()
    return system


def replayed(records: Run, *arguments: str, code: int = 0) -> Any:
    answer = records("audit", "replay", *arguments, "--json")
    assert answer.exit_code == code, answer.output
    return json.loads(answer.stdout)


def test_all_views_of_the_demonstration_are_as_the_facts_make_them(records: Run) -> None:
    assert records("seal", "now").exit_code == 0
    found = replayed(records)
    assert found["findings"] == []
    assert {one["view"] for one in found["views"]} == set(NAMES)
    assert not [one for one in found["views"] if one["unchecked"] or one["differing"]]
    assert {one["equal"] for one in found["seals"]} == {True}
    assert len(found["seals"]) == len(NAMES) + 1


def test_a_changed_row_of_sealed_bytes_is_drift(records: Run, system: System, home: Path) -> None:
    number = system.views.in_force("health_entries").number
    with closing(sqlite3.connect(home / "views.db", isolation_level=None)) as views:
        changed = views.execute(
            f"UPDATE health_entries_g{number} SET entries = zeroblob(80) WHERE number = 1"  # noqa: S608 (our own names)
        ).rowcount
    assert changed
    found = replayed(records, "--view", "health_entries", code=1)
    assert len(found["findings"]) == changed
    assert {one["code"] for one in found["findings"]} == {"C7.changed"}
    assert {one["place"]["column"] for one in found["findings"]} == {"entries"}


def test_a_copy_without_keys_says_what_it_could_not_check(records: Run, home: Path) -> None:
    ledger = f"sqlite:///{home / 'ledger.db'}"
    found = replayed(records, ledger, code=2)
    assert {one["view"] for one in found["left_out"]} == set(NEED_KEYS)
    assert found["findings"] == []
    one = replayed(records, ledger, "--view", "work_queue")
    assert [view["view"] for view in one["views"]] == ["work_queue"]


def test_replay_tells_a_person_what_it_did(records: Run) -> None:
    shown = records("audit", "replay", "--to", "50")
    assert shown.exit_code == 0
    assert "work_queue" in shown.stdout


def test_a_day_is_sealed_once(records: Run, system: System) -> None:
    assert records("seal", "now").exit_code == 0
    again = records("seal", "now")
    assert again.exit_code == 2
    assert again.stderr.startswith("records: refused/day_sealed: ")
    [listed] = json.loads(records("seal", "list", "--json").stdout)
    sealed = last_seal(system.reading)
    assert sealed is not None
    assert listed["day"] == sealed.day.isoformat()
    assert "records: " not in records("seal", "list").stdout


def test_the_worker_seals_a_day_when_it_is_over(system: System) -> None:
    act = system.act("worker", "system")
    sealed = seal_if_due(system, act=act)
    assert sealed is not None
    assert sealed.day == local_day(act.at) - timedelta(days=1)
    assert seal_if_due(system, act=act) is None
    assert day_to_seal(system, act.at + timedelta(days=1)) == local_day(act.at)
    assert len(all_seals(system.reading)) == 1
