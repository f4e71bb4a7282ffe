"""The processes of `compose.yml`, run by their own command lines over PostgreSQL."""

import json
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import yaml  # type: ignore[import-untyped]

from shell.home import MODULE_FOLDER
from tests.test_operation_stopping import free_port, running
from tests_support.postgres import PrivateServer

OPERATE = Path(__file__).parents[1] / "docs" / "operate"
SECONDS = 240.0
"""Until something is given up."""
PLACES = {"web": "/health/ready", "worker": "/readyz", "log": "/healthz"}


def command_of(name: str) -> list[str]:
    services: dict[str, Any] = yaml.safe_load((OPERATE / "compose.yml").read_text("utf-8"))
    return [str(word) for word in services["services"][name]["command"]]


def elsewhere(words: list[str], port: int) -> list[str]:
    """Return the command with ``port`` in place of its own, for this machine alone, ended soon."""
    for option, value in (("--port", port), ("--metrics-port", port), ("--drain-seconds", 0)):
        if option in words:
            words[words.index(option) + 1] = str(value)
    if "--host" in words:
        words[words.index("--host") + 1] = "127.0.0.1"
    return words


def is_there(port: int, place: str) -> bool:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{place}", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            time.sleep(0.2)
    return False


@pytest.mark.postgresql
def test_the_processes_of_the_compose_file_live_together_over_postgresql(
    tmp_path: Path, postgres_server: PrivateServer
) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    text = (OPERATE / "settings.toml").read_text("utf-8")
    for database in ("records_keys", "records_callers", "records"):
        new = postgres_server.new_database()
        text = re.sub(rf'"postgresql://[^"]*/{database}"', json.dumps(new), text)
    text = text.replace("key_memory_mib = 256", "key_memory_mib = 8")
    (home / "settings.toml").write_text(text, "utf-8")
    begun = subprocess.run(
        [sys.executable, "-m", "cli", "--home", str(home), *command_of("begin")],
        cwd=MODULE_FOLDER, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert begun.returncode == 0, begun.stderr
    with ExitStack() as stack:
        ports = {name: free_port() for name in PLACES}
        processes = {
            name: stack.enter_context(running(home, *elsewhere(command_of(name), ports[name])))
            for name in ("worker", "log", "web")
        }
        for name, place in PLACES.items():
            assert is_there(ports[name], place), name
        for process in processes.values():
            process.send_signal(signal.SIGTERM)
        assert {name: one.wait(SECONDS) for name, one in processes.items()} == dict.fromkeys(
            processes, 0
        )
