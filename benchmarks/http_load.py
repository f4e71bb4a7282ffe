"""Load on the verification service: the production server on a core of its own, and its clients.

Two sorts of clients: some that ask again as soon as they were answered, which find the peak; and
arrivals that are due at fixed times whether the service keeps up or not, whose waiting counts from
when they were due.
"""

import os
import selectors
import socket
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path

from flask import Flask

from app import Clockwork, build
from doors import join
from settings import read_settings
from shell.serving import web_command
from tests_support.service_world import open_world
from tests_support.signed_certificates import AT, ISSUING_KEY
from verify_api.limiter import Rate
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import Rates, ServiceSettings
from verify_api.service import create_service

CONNECTIONS = 16
START_SECONDS = 20.0
RAW_CHECKS = 2_000
HOME = "RECORDS_BENCHMARK_HOME"
PLAIN = "RECORDS_BENCHMARK_PLAIN"
"""Set where the fast path is to stay out."""
LINES = 100
"""Tokens of one batch."""


def over_memory() -> Flask:
    """Return the service over fakes: all that is in the ledger stands in memory."""
    world = open_world(Path(tempfile.mkdtemp()), settings=_settings())
    return create_service(replace(world.ports, clock=lambda: AT, monotonic=time.monotonic))


def over_ledger() -> Flask:
    """Return the whole system over the ledger in `HOME`."""
    system = build(read_settings(Path(os.environ[HOME]), {}), Clockwork())
    return join(system, _settings(), read_codes, media_type_of)


def _settings() -> ServiceSettings:
    # The limiter is at work, but out of the way.
    unlimited = Rates(*(Rate(per_second=1e9, burst=10**9) for _ in fields(Rates)))
    return ServiceSettings("http://127.0.0.1", rates=unlimited, fast_path=PLAIN not in os.environ)


@dataclass(frozen=True, slots=True)
class Serving:
    """A server that runs."""

    port: int
    workers: tuple[int, ...]
    """Their process ids."""

    def processor_seconds(self) -> list[float]:
        """Return what each worker has used so far."""
        return [_processor_seconds(pid) for pid in self.workers]


@contextmanager
def server(
    factory: str, home: Path, *, workers: int = 1, fast_path: bool = True
) -> Iterator[Serving]:
    """Run ``workers`` on the first core, and leave this process the last one."""
    cores = os.sched_getaffinity(0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    os.sched_setaffinity(0, {min(cores)})  # the workers inherit it
    command = web_command(
        "granian", host="127.0.0.1", port=port, workers=workers,
        application=f"benchmarks.http_load:{factory}",
    )  # fmt: skip
    told = {HOME: str(home), **({} if fast_path else {PLAIN: "1"})}
    process = subprocess.Popen([*command, "--log-level", "error"], env={**os.environ, **told})
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield Serving(port, _workers(process, port, workers))
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        os.sched_setaffinity(0, cores)


def _workers(process: subprocess.Popen[bytes], port: int, count: int) -> tuple[int, ...]:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
            continue
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if len(children) >= count:
            return tuple(sorted(int(child) for child in children)[-count:])
    raise TimeoutError("the server did not start")


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def raw_seconds() -> float:
    """Return processor seconds of one P-256 signature check of `cryptography`."""
    message = bytes(200)
    signature = ISSUING_KEY.sign(message)
    verify = ISSUING_KEY.public.verify
    start = time.process_time()
    for _ in range(RAW_CHECKS):
        assert verify(signature, message)
    return (time.process_time() - start) / RAW_CHECKS


def single(text: str) -> bytes:
    """Return a request about the code ``text``."""
    return _post("/v1/verify", "application/json", b'{"text":"%s"}' % text.encode())


def batch(texts: Sequence[str]) -> bytes:
    """Return a request about all of ``texts``, one a line."""
    lines = b"".join(b'{"text":"%s"}\n' % text.encode() for text in texts)
    return _post("/v1/verify/batch", "application/x-ndjson", lines)


def _post(path: str, media_type: str, body: bytes) -> bytes:
    return (
        b"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n%s"
        % (path.encode(), media_type.encode(), len(body), body)
    )


class Connection:
    """One connection that is kept open, and one request on it at a time."""

    def __init__(self, port: int) -> None:
        """Connect."""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.due = 0.0
        self._seen = b""

    def send(self, request: bytes, *, due: float = 0.0) -> None:
        """Ask; ``due`` is when that should have happened."""
        self.due, self._seen = due, b""
        self.socket.sendall(request)

    def answer(self) -> bytes | None:
        """Read what is there; return the body once it is complete."""
        self._seen += self.socket.recv(262_144)
        head, blank, body = self._seen.partition(b"\r\n\r\n")
        if not blank:
            return None
        told = head.lower()
        if b"transfer-encoding: chunked" in told:
            return body if body.endswith(b"\r\n0\r\n\r\n") else None
        length = int(told.split(b"content-length: ")[1].split(b"\r\n")[0])
        return body if len(body) >= length else None

    def ask(self, request: bytes) -> bytes:
        """Ask, and wait for the answer."""
        self.send(request)
        while (body := self.answer()) is None:
            pass
        return body


@contextmanager
def connected(port: int, count: int = CONNECTIONS) -> Iterator[list[Connection]]:
    """Give so many open connections."""
    connections = [Connection(port) for _ in range(count)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.socket.close()


@dataclass(frozen=True, slots=True)
class Load:
    """What one round gave."""

    answers: int
    wall_seconds: float
    processor_seconds: float
    """Of all workers."""


def at_peak(
    serving: Serving,
    todo: Sequence[bytes],
    seconds: float,
    *,
    valid: int = 1,
    clients: int = CONNECTIONS,
) -> Load:
    """Ask over so many connections, on each as soon as it was answered.

    Args:
        serving: Whom to ask.
        todo: The requests, in turn.
        seconds: How long.
        valid: How many valid answers each must get.
        clients: How many connections.
    """
    with connected(serving.port, clients) as connections, selectors.DefaultSelector() as ready:
        turn = 0
        for number, connection in enumerate(connections):
            ready.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send(todo[7 * number % len(todo)])
        answers, used = 0, sum(serving.processor_seconds())
        start = time.perf_counter()
        while (now := time.perf_counter()) < start + seconds:
            for key, _ in ready.select(1.0):
                body = key.data.answer()
                if body is None:
                    continue
                assert body.count(b'"state":"valid"') == valid, body[:200]
                answers, turn = answers + 1, turn + 1
                key.data.send(todo[turn % len(todo)])
        return Load(answers, now - start, sum(serving.processor_seconds()) - used)


def at_rate(serving: Serving, todo: Sequence[bytes], seconds: float, rate: float) -> list[float]:
    """Let a request be due ``rate`` times a second; return each one's seconds since it was due."""
    waiting: deque[float] = deque()
    taken: list[float] = []
    with connected(serving.port) as connections, selectors.DefaultSelector() as ready:
        idle = list(connections)
        for connection in connections:
            ready.register(connection.socket, selectors.EVENT_READ, connection)
        start, arrived, count = time.perf_counter(), 0, int(seconds * rate)
        while len(taken) < count:
            now = time.perf_counter() - start
            while arrived < count and arrived / rate <= now:
                waiting.append(arrived / rate)
                arrived += 1
            while waiting and idle:
                connection = idle.pop()
                connection.send(todo[(arrived - len(waiting)) % len(todo)], due=waiting.popleft())
            pause = max(0.0, arrived / rate - now) if arrived < count else 0.05
            for key, _ in ready.select(0 if waiting and idle else pause):
                body = key.data.answer()
                if body is not None:
                    assert b'"state":"valid"' in body, body[:200]
                    taken.append(time.perf_counter() - start - key.data.due)
                    idle.append(key.data)
    return taken
