"""Stamping heads from a shell and day by day."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import Result

from app import Clockwork, build
from ledger.store.timestamp_files import TimestampFiles
from settings import read_settings
from shell.home import MODULE_FOLDER
from shell.timestamping import (
    QUERY_TYPE,
    life_of,
)
from tests_support.time_authority import Service, TimeAuthority, authority

Run = Callable[..., Result]


def named(tsa: TimeAuthority, service: Service) -> tuple[str, ...]:
    return ("--tsa", service.address, "--tsa-certificate", str(tsa.root))


def test_the_newest_head_is_stamped_and_kept_beside_its_token(
    records: Run, home: Path, tsa: TimeAuthority, service: Service
) -> None:
    said = records("log", "timestamp", *named(tsa, service))
    assert said.exit_code == 0, said.stderr
    assert "entries, stamped at" in said.stdout
    files = TimestampFiles(home / "log" / "timestamps")
    (size,) = files.sizes()
    kept = files.stamped(size)
    assert kept is not None
    assert tsa.accepts(kept.note, kept.tokens[0])
    assert service.media_types == [QUERY_TYPE]
    again = records("log", "timestamp", *named(tsa, service))
    assert again.stdout == said.stdout
    assert len(service.queries) == 1


def test_tokens_are_checked_without_asking_anybody(
    records: Run, home: Path, tsa: TimeAuthority, service: Service
) -> None:
    records("log", "timestamp", *named(tsa, service))
    asked = len(service.queries)
    check = ("log", "timestamp", "--check", "--tsa-certificate", str(tsa.root))
    said = records(*check)
    assert said.exit_code == 0, said.stderr
    assert "STAMPED AT" in said.stdout
    assert len(service.queries) == asked
    stranger = authority("rsa", 1)
    wrong = records("log", "timestamp", "--check", "--tsa-certificate", str(stranger.root))
    assert wrong.exit_code == 1
    assert "C3.timestamp" in wrong.stderr
    (note,) = (home / "log" / "timestamps").glob("*.note")
    note.chmod(0o644)
    note.write_bytes(note.read_bytes().replace(b"/log\n", b"/lag\n", 1))
    exchanged = records(*check)
    assert exchanged.exit_code == 1
    assert "C4.timestamp" in exchanged.stderr


def test_an_auditor_takes_the_tokens(
    records: Run, home: Path, tsa: TimeAuthority, service: Service
) -> None:
    records("log", "timestamp", *named(tsa, service))
    given = ("--timestamps", home / "log" / "timestamps")
    good = records("audit", "verify", *given, "--tsa-certificate", tsa.root)
    assert (good.exit_code, good.stdout) == (0, "")
    assert records("audit", "verify", *given).exit_code == 2
    wrong = records("audit", "verify", *given, "--tsa-certificate", authority("rsa", 1).root)
    assert wrong.exit_code == 1
    assert "C3.timestamp" in wrong.stdout


def test_without_an_authority_it_says_what_is_missing(records: Run, tsa: TimeAuthority) -> None:
    assert "invalid_input/tsa:" in records("log", "timestamp").stderr
    said = records("log", "timestamp", "--tsa", "http://127.0.0.1:9/")
    assert "unreadable_file" in said.stderr
    said = records("log", "timestamp", "--tsa", "ftp://x", "--tsa-certificate", tsa.root)
    assert "invalid_input/address" in said.stderr


def test_settings_name_the_authority(
    records: Run, home: Path, tsa: TimeAuthority, service: Service
) -> None:
    with (home / "settings.toml").open("a") as settings:
        settings.write(f'tsa = "{service.address}"\n')
    (home / "log" / "tsa.pem").write_bytes(tsa.certificate)
    assert records("log", "timestamp").exit_code == 0
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        life = life_of(system)
        assert life is not None
        assert life.round()
        assert life.state.size == system.log.latest().size  # type: ignore[union-attr]
    assert len(service.queries) == 1


def test_tokens_are_in_a_backup(
    records: Run, tmp_path: Path, tsa: TimeAuthority, service: Service
) -> None:
    records("log", "timestamp", *named(tsa, service))
    backup, secrets, restored = tmp_path / "b", tmp_path / "s", tmp_path / "restored"
    assert records("backup", backup, "--secrets-to", secrets).exit_code == 0
    assert records("restore", backup, "--secrets", secrets, on=restored).exit_code == 0
    check = ("log", "timestamp", "--check", "--tsa-certificate", str(tsa.root))
    said = records(*check, on=restored)
    assert (said.exit_code, len(said.stdout.splitlines())) == (0, 2)
    assert said.stdout == records(*check).stdout


def test_without_its_library_the_extra_is_named_and_the_log_goes_on(
    records: Run, home: Path, tsa: TimeAuthority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ledger.transparency.timestamp", None)
    said = records("log", "timestamp", *("--tsa", "http://127.0.0.1:9/"), "--tsa-certificate",
                   tsa.root)  # fmt: skip
    assert said.exit_code == 2
    assert "missing_extra: " in said.stderr
    assert "records-ledger[timestamp]" in said.stderr
    with (home / "settings.toml").open("a") as settings:
        settings.write('tsa = "http://127.0.0.1:9/"\n')
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        life = life_of(system)
        assert life is not None
        assert not life.round()
        assert life.state.alarm == "missing_extra"


def test_the_log_s_process_stamps_beside_its_work(
    home: Path, tsa: TimeAuthority, service: Service
) -> None:
    with (home / "settings.toml").open("a") as settings:
        settings.write(f'tsa = "{service.address}"\n')
    (home / "log" / "tsa.pem").write_bytes(tsa.certificate)
    go_on, asked, honest_answer = threading.Event(), threading.Event(), service.answer

    def late(query: bytes) -> tuple[int, str, bytes]:
        asked.set()
        go_on.wait(60)
        return honest_answer(query)

    command = [sys.executable, "-m", "cli", "--home", str(home), "log", "run",
               "--witness-port", "9"]  # fmt: skip
    for answer, stamped in ((late, 0), (honest_answer, 1)):
        service.answer = answer
        with subprocess.Popen(command, cwd=MODULE_FOLDER, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as process:  # fmt: skip
            if stamped:
                until_stamped(process)
            else:
                assert asked.wait(60)
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=60)
            assert process.returncode == 0
        assert len(TimestampFiles(home / "log" / "timestamps").sizes()) == stamped
    go_on.set()


def until_stamped(process: "subprocess.Popen[bytes]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if b"stamped" in line:
            return
    raise AssertionError("it ended without stamping")
