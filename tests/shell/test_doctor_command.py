import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from click.testing import Result
from typing_extensions import override

from app import Clockwork, System
from ledger.certificates.request_files import NewFile, receive
from shell.doctor import Line, State, examine
from shell.home import Home

Run = Callable[..., Result]


class Later(Clockwork):
    """A clock that is ahead."""

    def __init__(self, by: timedelta) -> None:
        self.by = by

    @override
    def now(self) -> datetime:  # type: ignore[override]
        return Clockwork.now() + self.by


def found(home: Path, clockwork: Clockwork | None = None) -> dict[str, Line]:
    return {line.name: line for line in examine(Home(home, {}, clockwork or Clockwork()))}


def test_a_demonstration_is_in_order_and_says_that_it_is_one(records: Run) -> None:
    told = records("doctor", "--deep", "--json")
    assert told.exit_code == 0, told.stdout
    lines = {line["name"]: line for line in json.loads(told.stdout)}
    assert {line["state"] for line in lines.values()} == {"ok", "warn"}
    for name in ("python", "eventsourcing", "ledger gapless", "ledger entries", "trust list",
                 "key files", "view work_queue", "key of CA01 for status lists"):  # fmt: skip
        assert lines[name]["state"] == "ok", name
    for name in ("papers", "passphrase", "host", "key containers"):
        assert lines[name]["state"] == "warn", name
    assert "trust list" in records("doctor").stdout


def test_an_empty_home_fails(records: Run, tmp_path: Path) -> None:
    told = records("doctor", on=tmp_path / "nothing")
    assert told.exit_code == 1
    assert "run `records init`" in told.stdout


def test_key_files_open_to_others_fail(records: Run, home: Path) -> None:
    file = next((home / "keys").iterdir())
    file.chmod(0o644)
    told = records("doctor")
    assert told.exit_code == 1
    assert found(home)["key files"].state is State.FAIL
    assert file.name in found(home)["key files"].found


def test_a_home_open_to_others_is_warned_of(home: Path) -> None:
    home.chmod(0o755)
    assert found(home)["home"].state is State.WARN


def test_a_changed_fact_fails_a_deep_look(records: Run, home: Path) -> None:
    with closing(sqlite3.connect(home / "ledger.db")) as connection, connection:
        connection.execute("DROP TRIGGER IF EXISTS ledger_facts_stay")
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        for (name,) in triggers.fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute("UPDATE ledger_facts SET entry = zeroblob(65) WHERE position = 7")
    assert records("doctor", "--deep").exit_code == 1


def test_a_file_that_is_named_and_not_there_fails(system: System, home: Path) -> None:
    assert found(home)["files"].state is State.OK
    (draft,) = system.facts.read(after=0, limit=1, topics=("request.drafted/1",))
    paper = receive(NewFile(b"%PDF-1.7", "application/pdf", "mẫu.pdf"), bytes(32))
    change = system.facts.history(draft.stream_id).then(paper, subject=draft.subject)
    system.facts.append(system.act("specimen", "citizen"), change)
    line = found(home)["files"]
    assert line.state is State.FAIL
    assert "1 missing or changed: 000000000000" in line.found


def test_a_lost_root_key_is_one_line_and_not_a_fault(records: Run, home: Path) -> None:
    shutil.rmtree(home / "root")
    told = records("doctor", "--json")
    assert told.exit_code == 1
    assert json.loads(told.stdout)[-1]["name"] == "open"


def test_a_key_without_its_private_half_fails(records: Run, home: Path) -> None:
    shutil.rmtree(home / "keys")
    assert records("doctor").exit_code == 1
    assert "private half" in found(home)["key of CA01 for status lists"].found


def test_lists_grow_old(home: Path) -> None:
    lists = {
        days: found(home, Later(timedelta(days=days))) for days in (1, 4, 8, 20)
    }  # fmt: skip
    trust = {days: lines["trust list"].state for days, lines in lists.items()}
    assert trust == {1: State.OK, 4: State.WARN, 8: State.WARN, 20: State.FAIL}
    status = {
        days: {line.state for name, line in lines.items() if name.startswith("status list ")}
        for days, lines in lists.items()
    }
    assert status[1] == {State.WARN}
    assert status[8] == {State.FAIL}


def test_lists_that_nobody_needs_any_more_are_left_out(home: Path) -> None:
    lines = found(home, Later(timedelta(days=400)))
    assert not [name for name in lines if name.startswith("status list ")]
    keys_over = found(home, Later(timedelta(days=3 * 365)))
    assert keys_over["key of CA01 for judicial-record"].state is State.FAIL


def test_a_view_far_behind_is_warned_of(system: System) -> None:
    with system.views.database.transaction() as session:
        session.execute("UPDATE view_generations SET position = -5000 WHERE view = 'work_queue'")
        session.execute("UPDATE view_generations SET version = 0 WHERE view = 'daily_figures'")
    lines = found(system.settings.home)
    assert lines["view work_queue"].state is State.WARN
    assert "built by an older program" in lines["view daily_figures"].found


def test_a_ledger_without_a_trust_list_fails(tmp_path: Path) -> None:
    home = Home(tmp_path / "bare", {})
    with home.begun():
        pass
    lines = {line.name: line for line in examine(home)}
    assert lines["trust list"].state is State.FAIL
    assert lines == {name: replace(line) for name, line in lines.items()}
