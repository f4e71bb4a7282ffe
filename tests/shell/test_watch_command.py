"""`records audit watch` as it is run: once, and as a process that is asked to end."""

import json
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result

from ledger.audit.memory import AuditorMemory
from shell.errors import UnsafeAddressError
from shell.home import MODULE_FOLDER
from shell.watch_figures import address_of

Run = Callable[..., Result]
WAIT = 60


def edit(home: Path, position: int) -> None:
    with closing(sqlite3.connect(home / "ledger.db")) as ledger, ledger:
        ledger.execute("DROP TRIGGER IF EXISTS ledger_facts_never_change")
        ledger.execute(
            "UPDATE ledger_facts SET topic = 'toy.met/1' WHERE position = ?", (position,)
        )


def told(text: str) -> list[tuple[str, str]]:
    lines = [json.loads(line) for line in text.splitlines()]
    return [(one["event"], one["finding"]["code"]) for one in lines]


@pytest.fixture
def alarm(tmp_path: Path) -> tuple[str, Path]:
    """A command that keeps what it was told, and where."""
    script, kept = tmp_path / "alarm.py", tmp_path / "alarms"
    script.write_text(f"import sys; open({str(kept)!r}, 'a').write(sys.stdin.read() + chr(10))")
    return f"'{sys.executable}' '{script}'", kept


def test_one_pass_exits_as_verify_does(
    records: Run, home: Path, tmp_path: Path, alarm: tuple[str, Path]
) -> None:
    command, kept = alarm
    once = ("audit", "watch", "--once", "--memory", tmp_path / "m", "--alarm", command)
    clean = records(*once)
    assert (clean.exit_code, clean.stdout) == (0, "")
    assert not kept.exists()
    silent = records(*once, "--witness", "http://127.0.0.1:9")
    assert (silent.exit_code, told(silent.stdout)) == (2, [("found", "C9.unchecked")])
    edit(home, 20)
    whole = ("--full-every", "0.001s")
    found = records(*once, *whole, "--json", tmp_path / "lines")
    assert (found.exit_code, found.stdout) == (1, "")
    assert sorted(told((tmp_path / "lines").read_text())) == [
        ("found", "C1.row"), ("gone", "C9.unchecked"),
    ]  # fmt: skip
    again = records(*once, *whole, "--json", tmp_path / "lines")
    assert again.exit_code == 1
    assert len((tmp_path / "lines").read_text().splitlines()) == 2
    assert told(kept.read_text())[0] == ("found", "C9.unchecked")
    assert len(kept.read_text().splitlines()) == 3


def test_a_copy_that_is_away_could_not_be_checked(records: Run, tmp_path: Path) -> None:
    said = records("audit", "watch", tmp_path / "none.db", "--once", "--memory", tmp_path / "m")
    assert (said.exit_code, told(said.stdout)) == (2, [("found", "C9.unreachable")])


def test_views_are_compared_where_that_is_wanted(records: Run, home: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(home / "views.db")) as views, views:
        tables = views.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE '%certificate_st%'"
        ).fetchall()
        for (name,) in tables:
            views.execute(f"DELETE FROM {name}")  # noqa: S608 (a name of the database's own)
    said = records("audit", "watch", "--once", "--memory", tmp_path / "m", "--drift")
    assert said.exit_code == 1
    assert {code.partition(".")[0] for _, code in told(said.stdout)} == {"C7"}


def test_an_alarm_that_nobody_takes_waits_for_the_next_run(
    records: Run, home: Path, tmp_path: Path, alarm: tuple[str, Path]
) -> None:
    command, kept = alarm
    edit(home, 20)
    once = ("audit", "watch", "--once", "--memory", tmp_path / "m")
    said = records(*once, "--alarm-url", "http://127.0.0.1:9/")
    assert said.exit_code == 1
    assert "alarms wait" in said.stderr
    assert records(*once, "--alarm", command).stdout == ""
    assert told(kept.read_text()) == [("found", "C1.row")]


@pytest.mark.parametrize(
    ("options", "code", "word"),
    [
        (("--alarm", "x", "--alarm-url", "http://127.0.0.1:9"), 3, "one of"),
        (("--every", "soon"), 3, "expected a time"),
        (("--every", "0"), 3, "expected a time"),
        (("--alarm-url", "http://alarms.example/"), 2, "invalid_input/address"),
        (("--alarm", "no-such-command"), 2, "invalid_input/alarm"),
        (("--metrics", "0.0.0.0:9101"), 2, "unsafe_address"),
        (("--metrics", "nowhere"), 2, "invalid_input/address"),
        (("--json", "/"), 3, "directory"),
    ],
)
def test_what_makes_no_sense_is_refused(
    records: Run, tmp_path: Path, options: tuple[str, ...], code: int, word: str
) -> None:
    said = records("audit", "watch", "--memory", tmp_path / "m", "--once", *options)
    assert said.exit_code == code
    assert word in said.stderr


def test_two_watches_do_not_share_a_memory(records: Run, tmp_path: Path) -> None:
    with AuditorMemory(tmp_path / "m").alone():
        said = records("audit", "watch", "--memory", tmp_path / "m", "--once")
    assert said.exit_code == 2
    assert "memory_in_use" in said.stderr


def test_figures_are_for_this_machine_unless_told_otherwise() -> None:
    assert address_of("9101", public=False) == ("127.0.0.1", 9101)
    assert address_of("[::1]:9101", public=False) == ("::1", 9101)
    assert address_of("192.0.2.7:9101", public=True) == ("192.0.2.7", 9101)
    with pytest.raises(UnsafeAddressError):
        address_of("192.0.2.7:9101", public=False)


# As a process


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(home: Path, *options: str | Path) -> Iterator["subprocess.Popen[str]"]:
    command = [sys.executable, "-m", "cli", "--home", home, "audit", "watch", *options]
    process = subprocess.Popen(
        [str(word) for word in command], cwd=MODULE_FOLDER, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    killer = threading.Timer(WAIT, process.kill)
    killer.start()
    try:
        yield process
    finally:
        killer.cancel()
        process.kill()
        process.communicate()


def figures(port: int) -> str:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10) as answer:
        return str(answer.read().decode())


def until(wanted: Callable[[], bool]) -> None:
    end = time.monotonic() + WAIT
    while time.monotonic() < end:
        with suppress(OSError):
            if wanted():
                return
        time.sleep(0.05)
    raise AssertionError("it has not come")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_goes_on_until_it_is_asked_to_end(
    home: Path, tmp_path: Path, alarm: tuple[str, Path], number: int
) -> None:
    command, kept = alarm
    port = free_port()
    options: list[Any] = ["--memory", tmp_path / "m", "--every", "0.05s", "--full-every", "0.1s"]
    with running(home, *options, "--metrics", str(port), "--alarm", command) as process:
        until(lambda: 'records_audit_state{state="clean"} 1.0' in figures(port))
        edit(home, 20)
        assert process.stdout is not None
        assert told(process.stdout.readline()) == [("found", "C1.row")]
        until(lambda: told(kept.read_text()) == [("found", "C1.row")])
        process.send_signal(number)
        out, err = process.communicate()
        assert (process.returncode, out) == (0, ""), err
    with AuditorMemory(tmp_path / "m").alone():
        pass


def test_a_watch_that_is_killed_leaves_nothing_untold(home: Path, tmp_path: Path) -> None:
    memory = tmp_path / "m"
    options: list[Any] = ["--memory", memory, "--every", "0.01s", "--full-every", "0.01s"]
    edit(home, 20)
    codes: list[str] = []
    for _ in range(3):
        with running(home, *options, "--json", tmp_path / "lines") as process:
            until((memory / "watch" / "state.json").exists)
            process.kill()
            process.wait()
        codes = [code for _, code in told((tmp_path / "lines").read_text())]
    assert codes == ["C1.row"]
