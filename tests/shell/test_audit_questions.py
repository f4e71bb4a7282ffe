"""An auditor's questions on the demonstration: answered from facts, nobody named without a case."""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from app import System
from ledger.commands.access import who_looked
from ledger.commands.loading import load_request
from shell.references import find_request

Run = Callable[..., Result]
NEVER = "2027-01-01T00:00:00Z"


@pytest.fixture
def dossier(records: Run) -> str:
    return str(json.loads(records("request", "list", "--json").stdout)[0]["dossier_code"])


@pytest.fixture
def caught_up(system: System) -> System:
    system.projector.catch_up()
    return system


def asked(records: Run, *arguments: str, code: int = 0) -> Any:
    answer = records("audit", *arguments, "--json")
    assert answer.exit_code == code, answer.output
    return json.loads(answer.stdout)


def test_a_record_is_shown_as_it_was_known_at_a_time(records: Run, dossier: str) -> None:
    [now] = asked(records, "as-of", NEVER, dossier)
    times = [fact["at"] for fact in now["facts"]]
    assert times == sorted(times)
    assert now["later_facts"] == 0
    assert now["state"]["stage"]
    [then] = asked(records, "as-of", times[0], dossier)
    assert then["version"] < now["version"]
    assert then["later_facts"] == now["version"] - then["version"]
    [before] = asked(records, "as-of", "2020-01-01T00:00:00Z", dossier)
    assert (before["version"], before["state"], before["facts"]) == (0, None, [])


def test_what_had_happened_by_then_is_another_question(records: Run, dossier: str) -> None:
    [effective] = asked(records, "as-of", NEVER, dossier, "--effective", "2020-01-01")
    assert effective["facts"] == []
    assert effective["state"] is None
    assert effective["later_facts"] > 0


def test_nobody_is_named_without_a_case(records: Run, dossier: str, names: list[str]) -> None:
    for command in (("as-of", NEVER, dossier), ("history", dossier)):
        for more in ((), ("--json",)):
            shown = records("audit", *command, *more)
            assert shown.exit_code == 0
            assert not [name for name in names if name in shown.stdout]
    assert "withheld" in records("audit", "history", dossier, "--json").stdout


def test_a_case_opens_and_is_recorded_first(
    records: Run, system: System, dossier: str, names: list[str]
) -> None:
    stream = find_request(system, dossier)
    subject = load_request(system.reading, stream).state.draft.subject
    before = len(who_looked(system.reading, subject=subject))
    shown = records("audit", "history", dossier, "--case", "17/2026", "--actor", "lan", "--json")
    assert [name for name in names if name in shown.stdout]
    look = who_looked(system.reading, subject=subject)[before]
    assert (look.act.actor, look.act.role) == ("lan", "auditor")
    assert look.act.legal_basis == "case 17/2026"
    last = json.loads(shown.stdout)[-1]
    assert (last["topic"], last["says"]["purpose"]) == ("access.recorded/1", "audit_case")


def test_a_person_s_number_is_no_case(records: Run, dossier: str) -> None:
    refused = records("audit", "history", dossier, "--case", "0123456789")
    assert refused.exit_code == 2
    assert "legal_basis" in refused.stderr


def test_a_person_s_pseudonym_shows_all_their_streams(
    records: Run, system: System, dossier: str
) -> None:
    stream = find_request(system, dossier)
    subject = load_request(system.reading, stream).state.draft.subject
    rows = asked(records, "history", str(subject))
    streams = {row["stream"] for row in rows}
    assert str(stream) in streams
    assert len(streams) > 1
    assert [row["position"] for row in rows] == sorted(row["position"] for row in rows)


def test_what_nobody_knows_is_not_found(records: Run) -> None:
    for unknown in ("no-such-thing", "00000000-0000-4000-8000-000000000000"):
        assert records("audit", "history", unknown).exit_code == 2


def test_an_officer_s_acts_are_listed_and_counted(records: Run, dossier: str) -> None:
    officers = {row["actor"] for row in asked(records, "history", dossier)}
    officer = min(officers)
    done = asked(records, "acts-of", officer)
    assert {row["actor"] for row in done["acts"]} == {officer}
    assert sum(done["counts"].values()) == len(done["acts"])
    first, last = done["acts"][0]["at"], done["acts"][-1]["at"]
    within = asked(records, "acts-of", officer, "--from", first, "--to", last)
    assert len(within["acts"]) < len(done["acts"])
    assert asked(records, "acts-of", "nobody") == {"officer": "nobody", "counts": {}, "acts": []}


def test_published_figures_are_counted_again(records: Run, caught_up: System) -> None:
    answer = asked(records, "stats")
    assert answer["findings"] == []
    assert {one["compared"] for one in answer["tables"]} == {True}
    assert answer["position"] == caught_up.reading.head()
    assert all(one["figures"] for one in answer["tables"][:2])
    assert "counted from facts 1 to" in records("audit", "stats").stdout


def test_figures_of_an_earlier_position_are_told(records: Run, caught_up: System) -> None:
    half = caught_up.reading.head() // 2
    answer = asked(records, "stats", "--as-of", str(half))
    assert answer["position"] == half
    assert answer["findings"] == []


def test_a_changed_figure_is_a_finding(records: Run, caught_up: System, home: Path) -> None:
    number = caught_up.views.in_force("daily_figures").number
    with closing(sqlite3.connect(home / "views.db", isolation_level=None)) as views:
        views.execute(f"UPDATE daily_figures_g{number} SET submitted = submitted + 1")  # noqa: S608 (our own names)
    answer = asked(records, "stats", code=1)
    assert {found["place"]["column"] for found in answer["findings"]} == {"submitted"}
    assert {found["code"] for found in answer["findings"]} == {"C7.figure"}
