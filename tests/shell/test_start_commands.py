import json
import tomllib
from collections.abc import Callable
from pathlib import Path

from click.testing import Result

import cli
from verify_api.version import VERSION

Run = Callable[..., Result]


def started(tmp_path: Path) -> Path:
    home = tmp_path / "new"
    home.mkdir()
    (home / "settings.toml").write_text("key_memory_mib = 8\n", "utf-8")
    return home


def test_a_first_start_makes_a_ledger_and_a_second_changes_nothing(
    records: Run, tmp_path: Path
) -> None:
    home = started(tmp_path)
    first = records("init", "--json", on=home)
    assert (first.exit_code, json.loads(first.stdout)["made"]) == (0, True)
    head = json.loads(records("projections", "status", "--json", on=home).stdout)["head"]
    assert "was there already" in records("init", on=home).stdout
    assert json.loads(records("projections", "status", "--json", on=home).stdout)["head"] == head


def test_a_first_start_that_was_cut_short_is_done_to_its_end(records: Run, tmp_path: Path) -> None:
    home = started(tmp_path)
    records("init", on=home)
    (home / "trust-root.cbor").unlink()
    assert "made" in records("init", on=home).stdout
    assert records("keys", "publish", on=home).exit_code == 0


def test_the_demonstration_says_the_same_each_time(records: Run, home: Path) -> None:
    first, second = records("demo"), records("demo")
    assert first.exit_code == 0
    assert first.stdout == second.stdout
    for told in ("nguoi-ky", "active.png", "active.pdf", "recalled.png", "portal_token"):
        assert told in first.stdout
    note = json.loads(records("demo", "--json").stdout)
    assert note["password"] in first.stdout
    assert "lrl_" not in first.stdout


def test_a_ledger_in_use_is_never_filled_with_people(records: Run, tmp_path: Path) -> None:
    home = started(tmp_path)
    records("init", on=home)
    refused = records("demo", on=home)
    assert refused.exit_code == 2
    assert refused.stderr.startswith("records: home_taken: ")


def test_commands_that_look_make_no_ledger(records: Run, tmp_path: Path) -> None:
    refused = records("keys", "list", on=tmp_path / "nothing")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("records: no_home: ")
    assert not (tmp_path / "nothing").exists()


def test_settings_that_cannot_be_read_are_told_in_one_line(records: Run, home: Path) -> None:
    (home / "settings.toml").write_text("colour = 1\n", "utf-8")
    refused = records("keys", "list")
    assert refused.exit_code == 2
    assert refused.stderr == (
        "records: invalid_input/unknown_setting: settings.toml: expected only known names\n"
    )


def test_a_command_line_that_cannot_be_read_has_an_exit_code_of_its_own(records: Run) -> None:
    for arguments in (("keys", "nothing"), ("nothing",), ("keys", "show"), ("verify", "--at", "x")):
        misused = records(*arguments)
        assert misused.exit_code == 3, arguments
        assert "Error: " in misused.stderr
    assert records("verify", "1", "--at", "yesterday").exit_code == 3


def test_the_program_says_its_version(records: Run) -> None:
    project = tomllib.loads((Path(cli.__file__).parent / "pyproject.toml").read_text("utf-8"))
    assert project["project"]["version"] == VERSION
    assert VERSION in records("--version").stdout
