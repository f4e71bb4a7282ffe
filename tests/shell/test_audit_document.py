import json
import shutil
import sqlite3
import subprocess
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from ledger.audit.memory import AuditorMemory
from ledger.audit.scope import Mode, Plan, Scope
from ledger.errors import InvalidInputError
from shell.audit_document import BEGUN, command_of, without_password
from shell.audit_inputs import Given
from shell.errors import UnreadableFileError
from shell.report_files import write_new

Run = Callable[..., Result]
NAMES = {"report.jsonl", "report.html", "report.pdf"}
GIVEN = Given("sqlite:////copies/ledger.db", None, None)


def edited(home: Path, position: int) -> None:
    with closing(sqlite3.connect(home / "ledger.db")) as ledger, ledger:
        ledger.execute("DROP TRIGGER ledger_facts_never_change")
        ledger.execute(
            "UPDATE ledger_facts SET topic = 'toy.met/1' WHERE position = ?", (position,)
        )


def told(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the account and the findings of a report."""
    first, *rest = (folder / "report.jsonl").read_text("utf-8").splitlines()
    return json.loads(first)["audit"], [json.loads(one) for one in rest]


def sheet_text(folder: Path) -> str:
    command = ["pdftotext", "-enc", "UTF-8", str(folder / "report.pdf"), "-"]
    return subprocess.run(command, capture_output=True, check=True).stdout.decode()


def test_an_audit_leaves_lines_a_page_and_a_sheet_of_the_same(
    records: Run, tmp_path: Path, home: Path
) -> None:
    edited(home, 20)
    folder = tmp_path / "reports" / "today"
    said = records("audit", "verify", "--report", folder)
    assert said.exit_code == 1
    assert {one.name for one in folder.iterdir()} == NAMES
    account, findings = told(folder)
    assert [json.loads(one) for one in said.stdout.splitlines()] == findings
    assert account["findings"] == len(findings) == 1
    page = (folder / "report.html").read_text("utf-8")
    sheet = sheet_text(folder)
    for text in (page, sheet):
        assert "Có dấu hiệu thay đổi" in text
        assert account["head"]["root"] in text
        assert f"vị trí {findings[0]['place']['position']}" in text


def test_the_account_says_how_the_audit_was_made(records: Run, tmp_path: Path, home: Path) -> None:
    keys = home / "subject_keys.db"
    first = ("audit", "verify", "--memory", tmp_path / "m", "--keys", keys)
    records(*first, "--report", tmp_path / "one")
    records(*first, "--report", tmp_path / "two", "--language", "en")
    account, findings = told(tmp_path / "two")
    assert findings == []
    assert account["origin"] == (home / "log" / "origin").read_text("utf-8").strip()
    assert len(account["policy_sha256"]) == 64
    assert account["brought"]["keys"] is True
    assert account["held"]["root"] == told(tmp_path / "one")[0]["head"]["root"]
    assert told(tmp_path / "one")[0]["held"] is None
    assert account["moved_on"] is True
    assert account["scope"]["mode"] == "full"
    assert datetime.fromisoformat(account["begun_at"]) <= datetime.fromisoformat(
        account["ended_at"]
    )
    assert "Nothing was found" in (tmp_path / "two" / "report.html").read_text("utf-8")


def test_the_command_in_a_report_makes_the_same_audit_again(
    records: Run, tmp_path: Path, home: Path
) -> None:
    edited(home, 20)
    records("audit", "verify", "--sample", "2", "--report", tmp_path / "first")
    account, findings = told(tmp_path / "first")
    assert account["command"][0] == "records"
    again = records(*account["command"][1:], on=tmp_path / "no-home")
    assert [json.loads(one) for one in again.stdout.splitlines()] == findings
    assert again.exit_code == account["exit_code"]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_report_that_is_there_is_refused_before_anything_is_read(
    records: Run, tmp_path: Path, name: str
) -> None:
    (tmp_path / name).write_text("an earlier one", "utf-8")
    said = records("audit", "verify", "--memory", tmp_path / "m", "--report", tmp_path)
    assert said.exit_code == 2
    assert "report_exists" in said.stderr
    assert "rows" not in said.stderr
    assert (tmp_path / name).read_text("utf-8") == "an earlier one"
    assert NAMES & {one.name for one in tmp_path.iterdir()} == {name}
    assert AuditorMemory(tmp_path / "m").verified is None


def test_what_could_not_be_checked_is_in_the_report(
    records: Run, tmp_path: Path, home: Path
) -> None:
    shutil.copy(home / "ledger.db", tmp_path / "copy.db")
    said = records("audit", "verify", tmp_path / "copy.db", "--report", tmp_path / "r")
    assert said.exit_code == 2
    account, _ = told(tmp_path / "r")
    assert (account["origin"], account["quorum"], account["policy_sha256"]) == (None, None, None)
    assert "không được đưa nhật ký" in (tmp_path / "r" / "report.html").read_text("utf-8")


def test_a_resumed_audit_tells_its_own_beginning_and_scope(
    records: Run, tmp_path: Path, home: Path
) -> None:
    memory = AuditorMemory(tmp_path / "m")
    url = f"sqlite:///{home / 'ledger.db'}"
    begun = "2026-11-02T01:00:00+00:00"
    plan = Plan(Scope(Mode.RANGE, 1, 5), rows=50, size=0, remembered=0, newest=0)
    memory.begin(plan, {**Given(url, None, None).as_json(), BEGUN: begun})
    said = records("audit", "resume", "--memory", tmp_path / "m", "--report", tmp_path / "r")
    assert said.exit_code == 2
    account, _ = told(tmp_path / "r")
    assert account["begun_at"] == begun
    assert (account["scope"]["mode"], account["scope"]["last"]) == ("range", 5)


def test_an_interrupted_audit_keeps_its_beginning(
    records: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(AuditorMemory, "done", interrupted)
    assert records("audit", "verify", "--memory", tmp_path / "m").exit_code == 2
    kept = AuditorMemory(tmp_path / "m").arguments()
    assert datetime.fromisoformat(kept[BEGUN]).tzinfo is not None


def interrupted(memory: AuditorMemory, part: int) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    ("address", "told_as"),
    [
        ("postgresql://auditor:hush@db.example/ledger", "postgresql://auditor@db.example/ledger"),
        ("postgresql://db.example/l?user=a&password=hush", "postgresql://db.example/l?user=a"),
        ("https://me:hush@log.example/x", "https://me@log.example/x"),
        ("postgresql://[::1]:5432/ledger", "postgresql://[::1]:5432/ledger"),
        ("sqlite:////srv/copies/a@b:c.db", "sqlite:////srv/copies/a@b:c.db"),
        ("file:///srv/log", "file:///srv/log"),
        ("/srv/policy", "/srv/policy"),
    ],
)
def test_a_command_is_told_without_passwords(address: str, told_as: str) -> None:
    assert without_password(address) == told_as
    given = replace(GIVEN, ledger=address, log=address, keys=address, nodes=(address,))
    assert "hush" not in " ".join(command_of(given, Scope(), None))


@pytest.mark.parametrize(
    ("scope", "words"),
    [
        (Scope(), ("--full",)),
        (Scope(Mode.SINCE), ("--since",)),
        (Scope(Mode.RANGE, 3, 9), ("--range", "3:9")),
        (Scope(Mode.SAMPLE, sample=4, seed=7), ("--sample", "4", "--seed", "7")),
    ],
)
def test_a_command_names_its_scope(scope: Scope, words: tuple[str, ...]) -> None:
    given = replace(GIVEN, checkpoints=("/a", "/b"), keep_entries=True, processes=2)
    command = command_of(given, scope, Path("/m"))
    assert command[-len(words) :] == words
    assert " ".join(command).count("--checkpoint") == 2
    assert {"--memory", "/m", "--keep-entries", "--processes", "2"} <= set(command)


def test_files_come_all_or_none_and_never_instead_of_others(tmp_path: Path) -> None:
    write_new(tmp_path / "new" / "folder", {"a": b"1", "b": b"2"})
    assert (tmp_path / "new" / "folder" / "b").read_bytes() == b"2"
    (tmp_path / "c").write_bytes(b"before")
    with pytest.raises(InvalidInputError, match="without an earlier report"):
        write_new(tmp_path, {"a": b"1", "c": b"2"})
    assert sorted(one.name for one in tmp_path.iterdir()) == ["c", "new"]
    assert (tmp_path / "c").read_bytes() == b"before"


def test_a_file_that_comes_meanwhile_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "c").symlink_to(tmp_path / "not-there")  # not there to who looks, yet in the way
    with pytest.raises(InvalidInputError, match="without an earlier report"):
        write_new(tmp_path, {"a": b"1", "c": b"2"})
    assert [one.name for one in tmp_path.iterdir()] == ["c"]


def test_a_folder_that_takes_no_files_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(UnreadableFileError, match="cannot be written there"):
        write_new(tmp_path / "file" / "inside", {"a": b"1"})
