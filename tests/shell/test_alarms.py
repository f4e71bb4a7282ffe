"""Alarms reach a command or an address, are tried again, and are never dropped."""

import json
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typing_extensions import override

from ledger.errors import InvalidInputError
from shell.alarms import Courier, by_command, by_post
from shell.errors import NoAnswerError
from shell.outbox import Outbox
from shell.posting import Recipient

TOLD = {"finding": {"code": "C1.row"}, "event": "found"}


@contextmanager
def listening(answer: Callable[[bytes], int]) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            status = answer(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(status)
            if status == 307:
                self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        @override
        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return

        @override
        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/alarm?of=ledger"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def python(tmp_path: Path, program: str) -> str:
    script = tmp_path / "alarm.py"
    script.write_text(program)
    return f"'{sys.executable}' '{script}' 'two words' $HOME"


def test_a_command_reads_the_alarm_and_no_shell_reads_the_command(tmp_path: Path) -> None:
    out = tmp_path / "out"
    by_command(python(tmp_path, f"""
import json, pathlib, sys
pathlib.Path({str(out)!r}).write_text(json.dumps([sys.argv[1:], json.load(sys.stdin)]))
"""))(json.dumps(TOLD).encode())  # fmt: skip
    assert json.loads(out.read_text()) == [["two words", "$HOME"], TOLD]


@pytest.mark.parametrize(
    ("program", "why"),
    [("raise SystemExit(3)", "ended with 3"), ("import time; time.sleep(60)", "TimeoutExpired")],
)
def test_a_command_that_fails_has_not_taken_it(tmp_path: Path, program: str, why: str) -> None:
    send = by_command(python(tmp_path, program), timeout=2)
    with pytest.raises(NoAnswerError, match=why):
        send(b"{}")


@pytest.mark.parametrize("line", ["", "'open", "no-such-command-anywhere --now"])
def test_a_command_that_is_none_is_refused_at_once(line: str) -> None:
    with pytest.raises(InvalidInputError):
        by_command(line)


def test_an_alarm_is_posted(tmp_path: Path) -> None:
    taken: list[bytes] = []

    def take(body: bytes) -> int:
        taken.append(body)
        return 204

    with listening(take) as address:
        by_post(address)(b'{"a": 1}')
    assert taken == [b'{"a": 1}']


@pytest.mark.parametrize("status", [307, 400, 503])
def test_an_answer_that_is_not_good_has_not_taken_it(status: int) -> None:
    with (
        listening(lambda _body: status) as address,
        pytest.raises(NoAnswerError, match=str(status)),
    ):
        by_post(address)(b"{}")


def test_an_address_that_is_slow_or_away_has_not_taken_it() -> None:
    go_on = threading.Event()

    def late(_body: bytes) -> int:
        go_on.wait(20)
        return 200

    with listening(late) as address:
        with pytest.raises(NoAnswerError, match="it took too long"):
            by_post(address, timeout=0.3)(b"{}")
        go_on.set()
    with pytest.raises(NoAnswerError, match="ConnectionRefusedError"):
        by_post("http://127.0.0.1:9/")(b"{}")


@pytest.mark.parametrize(
    "address",
    ["http://alarms.example/", "ftp://127.0.0.1/", "https://", "http://u:p@127.0.0.1/",
     "http://127.0.0.1:0/", "http://[::1/", "nothing"],
)  # fmt: skip
def test_an_address_is_safe_or_this_machine(address: str) -> None:
    with pytest.raises(InvalidInputError):
        by_post(address)


@pytest.mark.parametrize("address", ["http://[::1]:9/", "http://localhost:9", "https://x.example"])
def test_these_are(address: str) -> None:
    Recipient("alarm_url", address, timeout=1)


# The courier


class Receiver:
    """Takes alarms, unless it is told not to."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.refuses = 0
        self.took = threading.Event()

    def __call__(self, told: bytes) -> None:
        if self.refuses:
            self.refuses -= 1
            raise NoAnswerError("not now")
        self.taken.append(told)
        self.took.set()


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    made = Outbox(tmp_path / "outbox")
    for number in range(3):
        made.put(number, {"number": number})
    return made


def test_alarms_are_delivered_in_their_order_and_once(outbox: Outbox) -> None:
    receiver = Receiver()
    courier = Courier(outbox, receiver, lambda: 3)
    assert courier.deliver()
    assert courier.deliver()
    assert [json.loads(one)["number"] for one in receiver.taken] == [0, 1, 2]
    assert list(outbox.waiting()) == []


def test_what_is_not_taken_waits_and_what_came_later_waits_behind_it(outbox: Outbox) -> None:
    receiver = Receiver()
    receiver.refuses = 1
    courier = Courier(outbox, receiver, lambda: 3)
    assert not courier.deliver()
    assert list(outbox.waiting()) == [0, 1, 2]
    assert courier.failures == 1
    assert Courier(Outbox(outbox.folder), receiver, lambda: 3).deliver()  # another process
    assert len(receiver.taken) == 3


def test_what_is_not_remembered_yet_is_not_delivered(outbox: Outbox) -> None:
    receiver = Receiver()
    assert Courier(outbox, receiver, lambda: 1).deliver()
    assert len(receiver.taken) == 1
    outbox.forget_from(2)
    assert list(outbox.waiting()) == [1]


def test_a_courier_tries_again_until_it_is_taken(outbox: Outbox) -> None:
    receiver = Receiver()
    receiver.refuses = 4
    courier = Courier(outbox, receiver, lambda: 4, first_seconds=0.01)
    thread = threading.Thread(target=courier.run)
    thread.start()
    assert receiver.took.wait(20)
    receiver.took.clear()
    while list(outbox.waiting()):
        receiver.took.wait(0.05)
    receiver.took.clear()
    outbox.put(3, {"number": 3})
    courier.look()
    assert receiver.took.wait(20)
    courier.stop()
    thread.join(20)
    assert not thread.is_alive()
    assert len(receiver.taken) == 4
    assert courier.failures == 4


def test_where_nobody_stays_a_few_tries_are_made(outbox: Outbox) -> None:
    receiver = Receiver()
    receiver.refuses = 2
    assert Courier(outbox, receiver, lambda: 3, first_seconds=0.01).deliver_now()
    outbox.put(0, {})
    receiver.refuses = 10
    assert not Courier(outbox, receiver, lambda: 3, first_seconds=0.01).deliver_now()
    assert receiver.refuses == 7
    assert list(outbox.waiting()) == [0]
