"""What `POST /v1/verify` costs on the production server: one worker, one core, keep-alive clients.

Once with the whole system behind it, where each certificate's standing is folded from its own facts
in the ledger and all certificates are different; once over a register in memory, which leaves what
the server, the protocol and the check itself cost.

The figure is requests a second of the worker's processor time, so that whatever else the machine
does meanwhile does not count; the wall's figure stands beside it. The floor is the raw signature
check of `cryptography` on a second of the same processor, measured between the rounds.
"""

import os
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, fields, replace
from pathlib import Path

from flask import Flask

from app import Clockwork, build, join
from benchmarks.issued import publish
from benchmarks.table import Row
from ledger.certificates import lifecycle
from ledger.certificates.kinds import KINDS
from ledger.certificates.qr_text import to_qr_text
from ledger.commands.issuing import issue
from ledger.facts import Act, Change
from settings import read_settings
from shell import first_start
from tests_support.service_world import open_world
from tests_support.signed_certificates import AT, ISSUING_KEY, TOKEN, code
from verify_api.limiter import Rate
from verify_api.picture import read_codes
from verify_api.ports import Rates, ServiceSettings
from verify_api.service import create_service

BAR = 0.15
ROUNDS = 5
SECONDS_A_ROUND = 2.0
CONNECTIONS = 16
RAW_CHECKS = 2_000
CODES = 400
HOME = "RECORDS_BENCHMARK_HOME"
START_SECONDS = 20.0


def over_memory() -> Flask:
    """Return the service over fakes: all that is in the ledger stands in memory."""
    world = open_world(Path(tempfile.mkdtemp()), settings=_settings())
    return create_service(replace(world.ports, clock=lambda: AT, monotonic=time.monotonic))


def over_ledger() -> Flask:
    """Return the whole system over the ledger that `fill` has made."""
    system = build(read_settings(Path(os.environ[HOME]), {}), Clockwork())
    return join(system, _settings(), read_codes)


def _settings() -> ServiceSettings:
    # The limiter is at work, but out of the way.
    unlimited = Rates(*(Rate(per_second=1e9, burst=10**9) for _ in fields(Rates)))
    return ServiceSettings("http://127.0.0.1", rates=unlimited)


def fill(home: Path) -> list[str]:
    """Issue `CODES` certificates of as many people into a new ledger; return their codes."""
    (home / "settings.toml").write_text("key_memory_mib = 8\n", "utf-8")
    kind = KINDS["judicial-record"]
    with closing(build(read_settings(home, {}), Clockwork())) as system:
        at = system.clockwork.now()
        first_start.start(system, at=at)
        authority = system.settings.authorities[0].code
        key = system.issuing_key(authority, kind.document_type)
        texts = []
        for _ in range(CODES):
            certificate, subject = system.clockwork.new_id(), system.clockwork.new_id()
            drafted = lifecycle.draft(
                None, kind=kind, content=kind.specimen, holder=kind.specimen_holder,
                drafter="drafter", request=system.clockwork.new_id(),
            )  # fmt: skip
            act = Act(at, "drafter", "case_officer", authority)
            system.facts.append(act, Change(certificate, 0, (drafted,), subject))
            act = Act(at, "signer", "signer", authority)
            issued = issue(system.desk, certificate=certificate, key=key, act=act)
            texts.append(to_qr_text(issued.token, system.settings.host))
        publish(system)  # what no head of the log covers is not confirmed
    return texts


@dataclass(frozen=True, slots=True)
class Load:
    """What one round gave."""

    answers: int
    wall_seconds: float
    processor_seconds: float


def request(text: str) -> bytes:
    """Return a request about the code ``text``."""
    body = b'{"text":"%s"}' % text.encode()
    return (
        b"POST /v1/verify HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
        b"Content-Length: %d\r\n\r\n%s" % (len(body), body)
    )


@contextmanager
def server(port: int, factory: str, home: Path) -> Iterator[int]:
    """Run one worker on the first core; give its process id."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})  # the worker inherits it
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--workers", "1", "--no-ws",
        "--host", "127.0.0.1", "--port", str(port), "--log-level", "error", "--factory",
        f"benchmarks.service:{factory}",
    ]  # fmt: skip
    process = subprocess.Popen(command, env={**os.environ, HOME: str(home)})
    os.sched_setaffinity(0, {max(cores)})
    try:
        yield _worker(process, port)
    finally:
        process.terminate()
        process.wait(START_SECONDS)
        os.sched_setaffinity(0, cores)


def _worker(process: subprocess.Popen[bytes], port: int) -> int:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
            continue
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        if children:
            return max(int(child) for child in children)
    raise TimeoutError("the server did not start")


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Connection:
    """One client that asks again as soon as it was answered."""

    def __init__(self, port: int, todo: list[bytes], start: int) -> None:
        """Connect; begin with request ``start``."""
        self.socket = socket.create_connection(("127.0.0.1", port))
        self._todo = todo
        self._next = start
        self._seen = b""

    def send(self) -> None:
        """Ask."""
        self.socket.sendall(self._todo[self._next % len(self._todo)])
        self._next += 1
        self._seen = b""

    def answered(self) -> bool:
        """Read what is there; return whether the answer is complete."""
        self._seen += self.socket.recv(65536)
        head, blank, body = self._seen.partition(b"\r\n\r\n")
        if not blank:
            return False
        length = int(head.lower().split(b"content-length: ")[1].split(b"\r\n")[0])
        if len(body) < length:
            return False
        assert b'"state":"valid"' in body, body[:200]
        return True


def load(port: int, pid: int, todo: list[bytes], seconds: float) -> Load:
    """Ask over `CONNECTIONS` connections for ``seconds``."""
    with selectors.DefaultSelector() as ready:
        connections = [Connection(port, todo, 7 * n) for n in range(CONNECTIONS)]
        for connection in connections:
            ready.register(connection.socket, selectors.EVENT_READ, connection)
            connection.send()
        answers, used, start = 0, _processor_seconds(pid), time.perf_counter()
        while (now := time.perf_counter()) < start + seconds:
            for key, _ in ready.select(1.0):
                if key.data.answered():
                    answers += 1
                    key.data.send()
        spent = Load(answers, now - start, _processor_seconds(pid) - used)
        for connection in connections:
            connection.socket.close()
        return spent


def raw_seconds() -> float:
    """Return processor seconds of one P-256 signature check."""
    message = bytes(200)
    signature = ISSUING_KEY.sign(message)
    verify = ISSUING_KEY.public.verify
    start = time.process_time()
    for _ in range(RAW_CHECKS):
        assert verify(signature, message)
    return (time.process_time() - start) / RAW_CHECKS


def rows() -> Iterator[Row]:
    """Measure."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        codes = fill(home)
        yield _row("one granian worker, the ledger behind it", over_ledger.__name__, codes, home)
        codes = [code(replace(TOKEN, number=f"{number}/LLTP-CA01")) for number in range(CODES)]
        yield _row("the same over a register in memory", over_memory.__name__, codes, home)


def _row(what: str, factory: str, codes: list[str], home: Path) -> Row:
    todo = [request(text) for text in codes]
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    raw, loads = [], []
    with server(port, factory, home) as pid:
        load(port, pid, todo, 1.0)
        for _ in range(ROUNDS):
            raw.append(raw_seconds())
            loads.append(load(port, pid, todo, SECONDS_A_ROUND))
    best = min(loads, key=lambda one: one.processor_seconds / one.answers)
    rate, floor = best.answers / best.processor_seconds, 1 / min(raw)
    wall = max(one.answers / one.wall_seconds for one in loads)
    return Row(
        what=f"`POST /v1/verify`, {what}",
        figure=f"{rate:.0f} requests/s of its core ({wall:.0f} by the wall)",
        floor=f"{floor:.0f} raw P-256 checks/s of a core",
        ratio=rate / floor,
        bar=BAR,
        at_most=False,
    )
