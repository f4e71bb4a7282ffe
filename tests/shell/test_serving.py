import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import Result

from shell.errors import ProcessEndedError, UnsafeAddressError
from shell.home import MODULE_FOLDER, Home
from shell.serving import Household, check_address, environment_of, on_stop, web_command

Run = Callable[..., Result]
SECONDS = 40.0


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def answers(port: int, place: str = "/health/ready") -> bool:
    """Wait until the service answers; say whether it did."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        with (
            suppress(OSError),
            urllib.request.urlopen(f"http://127.0.0.1:{port}{place}", timeout=2) as answer,
        ):
            return bool(answer.status == 200)
    return False


@contextmanager
def running(home: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
    """Run `records` as a process of its own, ended at the end."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "--home", str(home), *arguments],
        cwd=MODULE_FOLDER, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=SECONDS)


@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_one_command_serves_everything_and_ends_when_it_is_asked_to(
    home: Path, server: str
) -> None:
    port = free_port()
    ports = ("--port", str(port), "--witness-port", str(free_port()))
    with running(home, "serve", *ports, "--server", server) as process:
        assert answers(port)
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0
    with socket.socket() as asking:
        assert asking.connect_ex(("127.0.0.1", port)) != 0


def test_pages_alone_are_served_by_one_process(home: Path) -> None:
    port = free_port()
    with running(home, "web", "--port", str(port)) as process:
        assert answers(port, "/health/live")
        process.send_signal(signal.SIGINT)
        assert process.wait(SECONDS) in {0, 130, -signal.SIGINT}


def test_a_worker_ends_when_it_is_asked_to(home: Path) -> None:
    with running(home, "worker") as process:
        assert process.stdout is not None
        assert "working" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_a_worker_that_was_killed_is_simply_begun_again(home: Path, records: Run) -> None:
    for _ in range(3):
        with running(home, "worker") as process:
            assert process.stdout is not None
            assert "working" in process.stdout.readline()
            process.kill()
    assert records("worker", "--once").exit_code == 0
    assert records("doctor", "--deep").exit_code == 0


def test_an_address_that_others_can_reach_has_to_be_meant(records: Run) -> None:
    for command in ("serve", "web"):
        for host in ("0.0.0.0", "192.0.2.1", "records.example"):  # noqa: S104 (what is refused)
            refused = records(command, "--host", host)
            assert refused.exit_code == 2
            assert refused.stderr.startswith("records: unsafe_address: ")


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.9.9.9"])
def test_loopback_is_always_allowed(host: str) -> None:
    check_address(host, public=False)


def test_others_may_reach_what_is_meant_for_them() -> None:
    check_address("192.0.2.1", public=True)
    with pytest.raises(UnsafeAddressError):
        check_address("192.0.2.1", public=False)


def test_nothing_is_served_where_there_is_no_ledger(records: Run, tmp_path: Path) -> None:
    for command in ("serve", "web", "worker"):
        refused = records(command, on=tmp_path / "nothing")
        assert refused.stderr.startswith("records: no_home: ")


def test_both_servers_load_the_application_in_each_process() -> None:
    for server in ("granian", "gunicorn"):
        command = web_command(server, host="127.0.0.1", port=81, workers=3)
        assert command[:3] == [sys.executable, "-m", server]
        assert command[command.index("--workers") + 1] == "3"
        assert any(part.startswith("app:create_app") for part in command)


def test_processes_are_told_where_the_home_and_the_programs_are(tmp_path: Path) -> None:
    told = environment_of(
        Home(tmp_path, {"PYTHONPATH": "more", "RECORDS_PUBLIC_URL": "https://a.example"}),
        RECORDS_PUBLIC_URL="http://127.0.0.1:1",
        RECORDS_PROCESSES="2",
    )
    assert told["RECORDS_HOME"] == str(tmp_path)
    assert told["PYTHONPATH"].split(os.pathsep) == [str(MODULE_FOLDER), "more"]
    assert told["RECORDS_PUBLIC_URL"] == "https://a.example"
    assert told["RECORDS_PROCESSES"] == "2"
    assert environment_of(Home(tmp_path, {}))["PYTHONPATH"] == str(MODULE_FOLDER)


def test_one_that_ends_takes_the_others_with_it(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    file.touch()
    forever = f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    ends = f"import os\nwhile not os.path.getsize({str(file)!r}): pass\nraise SystemExit(7)"
    household = Household(
        {"ends": [sys.executable, "-c", ends], "stays": [sys.executable, "-c", forever]},
        os.environ,
    )
    with pytest.raises(ProcessEndedError, match="ends ended with 7"):
        household.run()
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text("ascii")), 0)


def test_one_that_does_not_end_by_itself_is_killed(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    deaf = (
        "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        f"open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    )
    waits = f"import os\nwhile not os.path.getsize({str(file)!r}): pass"
    file.touch()
    household = Household(
        {"deaf": [sys.executable, "-c", deaf], "waits": [sys.executable, "-c", waits]},
        os.environ,
        grace_seconds=0.5,
    )
    with pytest.raises(ProcessEndedError, match="waits ended with 0"):
        household.run()
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text("ascii")), 0)


def test_where_nobody_can_be_told_of_the_end_all_end_all_the_same(tmp_path: Path) -> None:
    file = tmp_path / "pid"
    forever = f"import os, time; open({str(file)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    household = Household(
        {"long": [sys.executable, "-c", forever]},
        os.environ,
        draining=tmp_path / "gone" / "draining",
    )
    running = threading.Thread(target=household.run)
    running.start()
    while not file.is_file() or not file.read_text("ascii"):
        assert running.is_alive()
    household.stop()
    running.join(20)
    with pytest.raises(ProcessLookupError):
        os.kill(int(file.read_text("ascii")), 0)


def test_who_is_asked_to_stop_before_it_began_ends_at_once() -> None:
    household = Household({"long": [sys.executable, "-c", "import time; time.sleep(60)"]}, {})
    household.stop()
    household.run()


def test_a_signal_calls_what_was_asked_for() -> None:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    called: list[bool] = []
    try:
        on_stop(lambda: called.append(True))
        signal.raise_signal(signal.SIGTERM)
        signal.raise_signal(signal.SIGINT)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    assert called == [True, True]
