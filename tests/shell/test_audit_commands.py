import io
import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result
from typing_extensions import override

from app import System
from ledger.audit.memory import AuditorMemory
from ledger.audit.report import Progress
from ledger.audit.scope import Plan, Scope
from ledger.certificates.request_files import NewFile, receive
from shell.audit_inputs import Given
from shell.audit_lines import ProgressLines, duration, line

Run = Callable[..., Result]


def edited(home: Path, position: int) -> None:
    with closing(sqlite3.connect(home / "ledger.db")) as ledger, ledger:
        ledger.execute("DROP TRIGGER ledger_facts_never_change")
        ledger.execute(
            "UPDATE ledger_facts SET topic = 'toy.met/1' WHERE position = ?", (position,)
        )


@pytest.fixture
def copies(home: Path, tmp_path: Path) -> Path:
    """Copies of ledger, log and policy, as a stranger has them."""
    folder = tmp_path / "copies"
    folder.mkdir()
    for name in ("ledger", "log"):
        with (
            closing(sqlite3.connect(home / f"{name}.db")) as source,
            closing(sqlite3.connect(folder / f"{name}.db")) as copy,
        ):
            source.backup(copy)
    shutil.copy(home / "log" / "policy", folder / "policy")
    return folder


def test_a_home_is_audited_by_its_own_settings(records: Run, tmp_path: Path, home: Path) -> None:
    said = records("audit", "verify", "--memory", tmp_path / "m", "--keys",
                   home / "subject_keys.db")  # fmt: skip
    assert (said.exit_code, said.stdout) == (0, "")
    assert "0 findings (0 critical, 0 error, 0 warning)" in said.stderr
    assert "(100.0 %)" in said.stderr
    again = records("audit", "verify", "--memory", tmp_path / "m", "--since")
    assert again.exit_code == 0


def test_files_beside_the_ledger_are_audited_where_they_are_named(
    records: Run, system: System, home: Path
) -> None:
    (draft,) = system.facts.read(after=0, limit=1, topics=("request.drafted/1",))
    sent = NewFile(b"%PDF-1.7 specimen", "application/pdf", "mẫu.pdf")
    assert draft.subject is not None
    address = system.request_files.put(sent.content, subject=draft.subject, stream=draft.stream_id)
    change = system.facts.history(draft.stream_id).then(
        receive(sent, address), subject=draft.subject
    )
    system.facts.append(system.act("specimen", "citizen"), change)
    asked = ("audit", "verify", "--keys", home / "subject_keys.db", "--files", home / "blobs")
    assert "C1.file" not in records(*asked).stdout
    (file,) = (home / "blobs").glob("*/*")
    file.write_bytes(b"another")
    said = records(*asked, "--report", home / "report", "--language", "en")
    assert said.exit_code == 1
    assert [one for one in map(json.loads, said.stdout.splitlines()) if one["code"] == "C1.file"]
    report = (home / "report" / "report.html").read_text("utf-8")
    assert "the files beside the ledger" in report
    assert "--files" in report
    shutil.rmtree(home / "blobs")
    gone = records(*asked)
    assert (gone.exit_code, "store_unavailable" in gone.stderr) == (2, True)


def test_a_strangers_copy_is_audited_without_any_home(records: Run, copies: Path) -> None:
    said = records("audit", "verify", copies / "ledger.db", "--log", copies / "log.db",
                   "--policy", copies / "policy", on=copies / "no-home")  # fmt: skip
    assert said.exit_code == 0
    assert not (copies / "no-home").exists()


def test_findings_are_lines_of_json_and_the_exit_code_says_so(
    records: Run, home: Path, tmp_path: Path
) -> None:
    edited(home, 20)
    said = records("audit", "verify")
    assert said.exit_code == 1
    (found,) = [json.loads(one) for one in said.stdout.splitlines()]
    assert (found["code"], found["place"]["position"]) == ("C1.row", 20)
    assert found["interval"]["until"]["size"] >= 20
    assert "C1.row: 1" in said.stderr
    records("audit", "verify", "--json", tmp_path / "found.jsonl")
    assert (tmp_path / "found.jsonl").read_text("utf-8") == said.stdout


def test_what_was_not_checked_is_not_clean(records: Run, copies: Path) -> None:
    said = records("audit", "verify", copies / "ledger.db")
    assert said.exit_code == 2
    assert "not checked: C2: no log was given" in said.stderr


def test_a_silent_witness_is_not_clean(records: Run) -> None:
    said = records("audit", "verify", "--witness", "http://127.0.0.1:9")
    assert said.exit_code == 2
    assert "no answer from http://127.0.0.1:9" in said.stderr


@pytest.mark.parametrize(
    "options",
    [
        ("--since",),
        ("--since", "--full", "--memory", "m"),
        ("--range", "5"),
        ("--range", "b:5"),
        ("--sample", "0"),
        ("--seed", "1"),
    ],
)
def test_a_command_line_that_makes_no_sense_exits_with_3(
    records: Run, options: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert records("audit", "verify", *options).exit_code == 3


def test_parts_of_it_can_be_asked_for(records: Run) -> None:
    assert records("audit", "verify", "--range", "1:10").exit_code == 0
    said = records("audit", "verify", "--sample", "1", "--seed", "7")
    assert said.exit_code == 0
    assert "--seed 7" in said.stderr


def test_a_proof_is_written_and_held_against_the_copy(
    records: Run, tmp_path: Path, home: Path
) -> None:
    said = records("audit", "prove", "20", "--out", tmp_path / "20.tlog-proof")
    assert "index 19 under a head" in said.stdout
    proven = records("audit", "verify", "--proof", tmp_path / "20.tlog-proof")
    assert (proven.exit_code, proven.stdout) == (0, "")
    with closing(sqlite3.connect(home / "ledger.db")) as ledger, ledger:
        ledger.execute("DROP TRIGGER ledger_facts_never_change")
        ledger.execute("UPDATE ledger_facts SET entry = zeroblob(65) WHERE position = 20")
    refused = records("audit", "verify", "--proof", tmp_path / "20.tlog-proof")
    assert "C8.other_root" in {json.loads(one)["code"] for one in refused.stdout.splitlines()}
    assert records("audit", "prove", "20", "--out", tmp_path / "p").exit_code == 2
    assert records("audit", "prove", "999999", "--out", tmp_path / "p").exit_code == 2


def test_a_dry_run_reads_nothing_and_says_how_much(records: Run, tmp_path: Path) -> None:
    (tmp_path / "m").mkdir()
    (tmp_path / "m" / "rate").write_text("100.0", "ascii")
    said = records("audit", "dry-run", "--memory", tmp_path / "m")
    assert said.exit_code == 0
    assert "in 1 parts of 65,536" in said.stdout
    assert "at 100 rows a second" in said.stdout


def test_nothing_is_resumed_where_nothing_was_begun(records: Run, tmp_path: Path) -> None:
    said = records("audit", "resume", "--memory", tmp_path / "m")
    assert said.exit_code == 2
    assert "nothing_to_resume" in said.stderr


def test_an_interrupted_audit_is_resumed_with_what_it_was_given(
    records: Run, tmp_path: Path, home: Path
) -> None:
    memory = tmp_path / "m"
    assert records("audit", "verify", "--memory", memory).exit_code == 0
    edited(home, 30)
    with closing(sqlite3.connect(home / "ledger.db")) as ledger:
        rows = ledger.execute("SELECT max(position) FROM ledger_facts").fetchone()[0]
    kept = AuditorMemory(memory)
    given = Given(f"sqlite:///{home}/ledger.db", f"sqlite:///{home}/log.db",
                  str(home / "log" / "policy"))  # fmt: skip
    kept.begin(Plan(Scope(), rows, kept.size, 0, kept.size), given.as_json())
    said = records("audit", "resume", "--memory", memory)
    assert said.exit_code == 1
    assert json.loads(said.stdout)["code"] == "C1.row"


def test_a_memory_keeps_no_password(records: Run, tmp_path: Path) -> None:
    said = records("audit", "verify", "postgresql://records:secret@127.0.0.1:9/x", "--memory",
                   tmp_path / "m")  # fmt: skip
    assert said.exit_code == 2
    assert "password_in_url" in said.stderr
    assert "secret" not in said.stderr


# Progress


def progress(done: int, stage: str = "rows") -> Progress:
    return Progress(stage, done, 1_000_000, 3, 4, 2_000.0)


def test_a_line_of_progress_is_exact_and_says_100_only_at_the_end() -> None:
    told = line(progress(999_999))
    assert "999,999 of 1,000,000 (99.9 %)" in told
    assert "3 findings" in told
    assert "(100.0 %)" in line(progress(1_000_000))
    assert "0:08:20 to go" in line(progress(0))
    assert duration(3_661) == "1:01:01"


def test_without_a_terminal_there_is_a_line_every_few_seconds() -> None:
    now = [0.0]
    stream = io.StringIO()
    lines = ProgressLines(stream, every=10, clock=lambda: now[0])
    for done in range(0, 1_000_001, 100_000):
        lines.tell(progress(done))
        now[0] += 4
    assert len(stream.getvalue().splitlines()) == 5
    assert "\r" not in stream.getvalue()


def test_on_a_terminal_one_line_changes() -> None:
    class Terminal(io.StringIO):
        @override
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    lines = ProgressLines(stream, clock=lambda: 0.0)
    lines.tell(progress(0))
    lines.tell(progress(500_000))
    lines.tell(progress(1_000_000))
    assert stream.getvalue().count("\n") == 1
    assert stream.getvalue().startswith("\r")
