"""Every process ends when it is asked to: readiness says no first, what is begun is finished."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import pytest

from app import Clockwork, build
from settings import read_settings
from shell import first_start
from shell.home import MODULE_FOLDER
from tests_support.desk_home import KEY_MEMORY_MIB

SECONDS = 60.0
"""Until something is given up; what a busy machine needs is less."""
DRAIN_SECONDS = 5
BODY = b'{"text":"x"}\n{"text":"y"}\n'


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home after its first start; processes may run on it one after the other."""
    home = tmp_path_factory.mktemp("stopping") / "home"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text(f"key_memory_mib = {KEY_MEMORY_MIB}\n", "utf-8")
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        first_start.start(system, at=system.clockwork.now())
        system.projector.catch_up()
    return home


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(home: Path, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
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


def status_of(port: int, place: str) -> tuple[int, str]:
    """Return status and body of an answer; 0 if nobody answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{place}", timeout=2) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def waited(port: int, place: str, status: int) -> str:
    """Wait for an answer of ``status``; return its body."""
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        found, body = status_of(port, place)
        if found == status:
            return body
        time.sleep(0.05)
    raise AssertionError(f"{place} never answered {status}")


def half_sent(port: int) -> socket.socket:
    """Begin a request whose body is still on its way."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=SECONDS)
    connection.sendall(
        b"POST /v1/verify/batch HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n"
        b"Content-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY[:10]
    )
    return connection


def received(connection: socket.socket) -> bytes:
    parts = []
    with connection, suppress(ConnectionResetError):
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


@pytest.mark.parametrize("server", ["granian", "gunicorn"])
def test_a_request_under_way_is_answered_after_the_end_was_asked_for(
    started: Path, server: str
) -> None:
    port = free_port()
    options = ("--port", str(port), "--server", server, "--drain-seconds", str(DRAIN_SECONDS))
    with running(started, "web", *options) as process:
        waited(port, "/health/live", 200)
        connection = half_sent(port)
        process.send_signal(signal.SIGTERM)
        conditions = json.loads(waited(port, "/health/ready", 503))["conditions"]
        assert {"name": "staying", "holds": False, "figure": "about to end"} in conditions
        time.sleep(DRAIN_SECONDS + 1)  # by now the server itself was asked to end
        assert process.poll() is None, "it waits for what is under way"
        connection.sendall(BODY[10:])
        answer = received(connection)
        assert answer.startswith(b"HTTP/1.1 200"), answer[:200]
        assert answer.count(b'"overall"') == 2
        assert process.wait(SECONDS) == 0
    with socket.socket() as asking:
        assert asking.connect_ex(("127.0.0.1", port)) != 0
