"""Serving: the web server's command line, and one machine's processes under one parent."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from ipaddress import ip_address
from pathlib import Path
from types import FrameType
from typing import Final

from shell.errors import ProcessEndedError, UnsafeAddressError
from shell.home import MODULE_FOLDER, Home

GRACE_SECONDS: Final = 15.0
"""For a process to end by itself after it was asked to."""
_LOOK_SECONDS: Final = 0.2
APPLICATION: Final = "app:create_app"


def check_address(host: str, *, public: bool) -> None:
    """Refuse an address that others can reach, unless that is meant.

    Raises:
        UnsafeAddressError: Not loopback, and ``public`` was not said.
    """
    if public or host == "localhost":
        return
    with suppress(ValueError):
        if ip_address(host).is_loopback:
            return
    message = f"{host}: others could reach it without encryption; say --public if a proxy of yours"
    raise UnsafeAddressError(f"{message} stands before it")


def web_command(
    server: str, *, host: str, port: int, workers: int, application: str = APPLICATION
) -> list[str]:
    """Return the command line of the web server, each worker of which calls ``application``."""
    python = sys.executable
    if server == "gunicorn":
        return [
            python, "-m", "gunicorn", f"{application}()", "--bind", f"{host}:{port}",
            "--workers", str(workers), "--worker-class", "gthread", "--threads", "4",
        ]  # fmt: skip
    return [
        python, "-m", "granian", application, "--factory", "--interface", "wsgi", "--no-ws",
        "--host", host, "--port", str(port), "--workers", str(workers),
        # Bounded: what waits beyond this is told to come back instead of piling up in memory.
        "--backpressure", "256", "--blocking-threads", "16",
    ]  # fmt: skip


def environment_of(home: Home, **more: str) -> dict[str, str]:
    """Return the environment of our own processes: the home, and where the programs are.

    ``more`` is for what is not set already.
    """
    path = home.environment.get("PYTHONPATH")
    places = [str(MODULE_FOLDER), *([path] if path else [])]
    return {
        **more,
        **home.environment,
        "RECORDS_HOME": str(home.path.resolve()),
        "PYTHONPATH": os.pathsep.join(places),
    }


class Household:
    """Processes that live and die together."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        environment: Mapping[str, str],
        *,
        grace_seconds: float = GRACE_SECONDS,
        draining: Path | None = None,
        drain_seconds: float = 0.0,
    ) -> None:
        """Be of ``commands``, by their names in messages; `run` starts them.

        Args:
            commands: The first is ended before the others, which it may still need.
            environment: Of all of them.
            grace_seconds: How long one may take to end by itself.
            draining: A file that is made when the end begins, so that readiness fails first.
            drain_seconds: How long all go on after that.
        """
        self._grace_seconds = grace_seconds
        self._draining = draining
        self._drain_seconds = drain_seconds
        self._commands = commands
        self._environment = environment
        self._asked = threading.Event()
        self._processes: dict[str, subprocess.Popen[bytes]] = {}

    def run(self) -> None:
        """Start all, wait until `stop` is asked for, then end all; or until one ends by itself.

        Raises:
            ProcessEndedError: One ended that nobody asked to.
        """
        try:
            for name, command in self._commands.items():
                self._processes[name] = subprocess.Popen(  # noqa: S603 (our own command lines)
                    command, env=dict(self._environment), start_new_session=True
                )
            while not self._asked.wait(_LOOK_SECONDS):
                for name, process in self._processes.items():
                    if (code := process.poll()) is not None:
                        raise ProcessEndedError(f"{name} ended with {code}: see what it said above")
        finally:
            self._end()

    def stop(self) -> None:
        """Let `run` end all processes and return."""
        self._asked.set()

    def _end(self) -> None:
        if self._draining is not None and self._asked.is_set():
            with suppress(OSError):  # who cannot be told goes on asking, and everything ends
                self._draining.touch()
            threading.Event().wait(self._drain_seconds)
        processes = list(self._processes.values())
        for some in (processes[:1], processes[1:]):
            self._end_some(some)

    def _end_some(self, processes: Sequence["subprocess.Popen[bytes]"]) -> None:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(self._grace_seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            # A server that is ended while it begins may leave workers behind that nobody knows.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def on_stop(call: Callable[[], object]) -> None:
    """Call ``call`` when this process is asked to end: by the service manager, or by Ctrl-C."""

    def asked(_number: int, _frame: FrameType | None) -> None:
        call()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, asked)
