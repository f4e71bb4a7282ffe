import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator, MutableMapping
from contextlib import ExitStack, contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from app import Clockwork
from cli import main
from ledger.errors import InvalidInputError
from ledger.transparency.known_logs import parse_logs, write_logs
from ledger.transparency.note import ED25519_COSIGNATURE, ED25519_NOTE, parse_note
from ledger.transparency.policy import parse_policy
from ledger.transparency.witness_request import cosignatures, known_size, write_request
from shell.commands.witness import witness_command
from shell.home import MODULE_FOLDER
from shell.witness_home import CREDENTIAL, VARIABLE, WitnessHome, create_app
from tests_support.memory_log import ORIGIN, MemoryLog, note_signer
from tests_support.witness_bench import asked, entries, head_of, way
from verify_api.whole_requests import WholeRequests
from verify_api.witness_client import WitnessClient

Witness = Callable[..., Result]
NAME = "witness.example/one"
SECONDS = 40.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "witness"


@pytest.fixture
def witness(folder: Path) -> Witness:
    """Run `records witness …` on the folder."""

    def run(*arguments: str | Path) -> Result:
        words = [str(one) for one in arguments]
        split = 2 if words[0] == "log" else 1
        return CliRunner().invoke(
            main, ["witness", *words[:split], "--home", str(folder), *words[split:]]
        )

    return run


@pytest.fixture
def log() -> MemoryLog:
    made = MemoryLog()
    made.add(*entries(0, 3))
    return made


@pytest.fixture
def made(witness: Witness, folder: Path, log: MemoryLog) -> WitnessHome:
    """A witness that follows the log."""
    assert witness("init", "--name", NAME, "--key-memory-mib", "8").exit_code == 0
    added = witness("log", "add", *(one.key.vkey for one in log.keys))
    assert added.stdout.startswith(f"{ORIGIN}: 2 keys")
    assert "start the witness anew" in added.stdout
    return WitnessHome(folder, {})


def told(result: Result) -> str:
    assert result.exit_code == 2, result.output
    assert result.stderr.startswith("records: ")
    return result.stderr.split(": ")[1]


def test_a_witness_is_made_once(witness: Witness, folder: Path) -> None:
    made = witness("init", "--name", NAME, "--key-memory-mib", "8")
    assert made.stdout == witness("keys").stdout
    assert made.stdout.count(f"{NAME}+") == 2
    assert told(witness("init", "--name", NAME)) == "home_taken"
    assert {path.name for path in folder.iterdir()} >= {"witness.toml", "witness.db", "marker"}
    for file in folder.rglob("*"):
        if file.name not in {"witness.toml", "logs"}:
            assert file.stat().st_mode & 0o077 == 0, file.name


def test_a_name_in_another_form_is_refused_before_anything_is_made(
    witness: Witness, folder: Path
) -> None:
    assert told(witness("init", "--name", "two words")) == "invalid_input/key_name"
    assert not folder.exists()


def test_its_keys_are_printed_for_a_policy(witness: Witness, made: WitnessHome) -> None:
    lines = witness("keys", "--policy", "w", "--address", "https://w.example").stdout
    policy = parse_policy(f"{lines}quorum w\n")
    assert [one.key for one in policy.witnesses.values()] == list(made.settings.keys)
    assert {one.address for one in policy.witnesses.values()} == {"https://w.example"}
    assert told(witness("keys", "--policy", "two words")) == "invalid_input/label_form"


def test_without_a_witness_every_command_says_so(witness: Witness) -> None:
    for words in (["keys"], ["status"], ["evidence"], ["run"],
                  ["log", "add", note_signer("a", ED25519_NOTE).key.vkey]):  # fmt: skip
        assert told(witness(*words)) in {"no_home", "witness_state/database_missing"}


def test_a_log_is_followed_by_keys_of_its_own(witness: Witness, made: WitnessHome) -> None:
    own = made.settings.keys[1].vkey
    cosigner = note_signer("other.example", ED25519_COSIGNATURE).key.vkey
    one, two = (note_signer(name, ED25519_NOTE).key for name in ("a.example", "b.example"))
    for vkeys in ([own], [cosigner], ["nonsense"], [one.vkey, two.vkey], [one.vkey, one.vkey]):
        assert told(witness("log", "add", *vkeys)).startswith("invalid_input")
    assert set(made.logs) == {ORIGIN}
    done = witness("log", "add", one.vkey, two.vkey, "--origin", "a database tree", "--any")
    assert done.exit_code == 0
    assert made.logs["a database tree"].keys == (one, two)
    assert not made.logs["a database tree"].needs_all
    assert made.logs[ORIGIN].needs_all


def test_the_list_of_logs_is_read_as_it_is_written(made: WitnessHome) -> None:
    text = write_logs(made.logs)
    assert parse_logs(f"# a remark\n\n{text}any {ORIGIN}\n")[ORIGIN].needs_all is False
    assert parse_logs(text) == made.logs
    vkey = made.logs[ORIGIN].keys[0].vkey
    assert set(parse_logs(f"log {vkey}\n")) == {ORIGIN}
    for wrong in ("any x\n", "follow x\n", "log\n", f"log {vkey}\nlog {vkey}\n", "log\tx\n",
                  "# " + "x" * (16 << 20)):  # fmt: skip
        with pytest.raises(InvalidInputError):
            parse_logs(wrong)


def test_a_home_that_was_spoiled_is_refused_with_its_place(
    witness: Witness, made: WitnessHome
) -> None:
    file = made.path / "witness.toml"
    whole = file.read_text("utf-8")
    one, two = (key.vkey for key in made.settings.keys)
    for text in (
        "name", 'name = "a"', f'name = "a"\nkeys = ["{one}"]\nmore = 1', 'name = "a"\nkeys = [1]',
        whole + 'prefix = "w1"\n', whole.replace("= 8", '= "8"'), 'name = "a"\nkeys = []',
        f'name = "a"\nkeys = ["{two}", "{one}"]', f'name = "a"\nkeys = ["{one}", "{one}"]',
    ):  # fmt: skip
        file.write_text(text, "utf-8")
        assert told(witness("keys")).startswith("invalid_input/"), text
    file.write_text(whole + 'prefix = "/w1"\n', "utf-8")
    assert made.settings.prefix == "/w1"
    (made.path / "logs").write_bytes(b"\xff")
    assert told(witness("status")) == "unreadable_file"


def test_the_passphrase_may_come_from_the_service_manager(
    made: WitnessHome, tmp_path: Path
) -> None:
    kept = made.path / "passphrase"
    (tmp_path / CREDENTIAL).write_bytes(kept.read_bytes() + b"\n")
    kept.unlink()
    with WitnessHome(made.path, {"CREDENTIALS_DIRECTORY": str(tmp_path)}).opened() as opened:
        assert len(opened.keys) == 2
    with pytest.raises(Exception, match="passphrase"), made.opened():
        pass


def test_how_far_it_went_is_shown(witness: Witness, made: WitnessHome, log: MemoryLog) -> None:
    before = json.loads(witness("status", "--json").stdout)
    assert before["logs"][0]["size"] == 0
    with made.opened() as opened:
        opened.add_checkpoint(asked(log, 0))
    after = json.loads(witness("status", "--json").stdout)["logs"][0]
    assert (after["origin"], after["size"]) == (ORIGIN, 3)
    assert after["hash"] == sha256(ORIGIN.encode()).hexdigest()
    shown = witness("status")
    assert shown.exit_code == 0
    assert ORIGIN in shown.stdout


def test_refused_heads_are_listed_and_exported(
    witness: Witness, made: WitnessHome, log: MemoryLog, tmp_path: Path
) -> None:
    fork = MemoryLog(keys=log.keys)
    fork.add(*entries(0, 3, "other"))
    with made.opened() as opened:
        opened.add_checkpoint(asked(log, 0))
        assert opened.add_checkpoint(asked(fork, 3)).status == 422
    (listed,) = json.loads(witness("evidence", "--json").stdout)
    assert (listed["suspicion"], listed["size"]) == ("fork", 3)
    to = tmp_path / "found"
    shown = witness("evidence", "--export", to)
    assert "fork" in shown.stdout
    assert "fork 1" in witness("status").stdout
    assert json.loads((to / "evidence.json").read_text("utf-8")) == [listed]
    refused, kept = ((to / listed[which]).read_bytes() for which in ("refused", "known"))
    policy = parse_policy("".join(f"log {one.key.vkey}\n" for one in log.keys) + "quorum none\n")
    roots = {policy.judge(note).checkpoint.root for note in (refused, kept)}
    assert len(roots) == 2
    assert len(parse_note(kept).signatures) == 4


def test_a_lost_database_is_told_by_every_command(
    witness: Witness, made: WitnessHome, log: MemoryLog
) -> None:
    with made.opened() as opened:
        opened.add_checkpoint(asked(log, 0))
    made.database.unlink()
    for words in (["status"], ["evidence"], ["run"]):
        assert told(witness(*words)) == "witness_state/database_missing"
    (made.path / "marker").unlink()
    assert told(witness("run")) == "witness_state/database_missing"


def test_an_address_that_others_can_reach_has_to_be_meant(
    witness: Witness, made: WitnessHome
) -> None:
    assert told(witness("run", "--host", "192.0.2.1")) == "unsafe_address"


def test_a_web_server_makes_the_service_of_the_home_that_it_is_told(
    made: WitnessHome, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(made.path))
    answer = asyncio.run(asked_once(create_app(), "GET", "/"))
    assert json.loads(answer[1]["body"])["name"] == NAME
    command = witness_command("127.0.0.1", 81)
    assert command[command.index("--workers") + 1] == "1"


async def asked_once(app: WholeRequests, method: str, path: str) -> list[dict[str, Any]]:
    """Ask as a web server does; return what was sent."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b""}

    async def send(event: MutableMapping[str, Any]) -> None:
        sent.append(dict(event))

    await app({"type": "http", "method": method, "path": path, "headers": []}, receive, send)
    return sent


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """Run the witness as a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "witness", "run", "--home", str(folder), "--port", str(port)],
        cwd=MODULE_FOLDER, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONWARNINGS": "default"}, start_new_session=True,
    )  # fmt: skip
    try:
        assert _answers(port, process)
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(SECONDS)


def _answers(port: int, process: "subprocess.Popen[bytes]") -> bool:
    client = WitnessClient(f"http://127.0.0.1:{port}", 2.0)
    clock = Clockwork()
    until = clock.now().timestamp() + SECONDS
    while clock.now().timestamp() < until and process.poll() is None:
        if client.add_checkpoint(b"").came:
            client.close()
            return True
    return False


def test_it_is_served_and_cosigns_what_goes_on(
    made: WitnessHome, log: MemoryLog, folder: Path
) -> None:
    port = free_port()
    with running(folder, port) as process:
        client = WitnessClient(f"http://127.0.0.1:{port}", SECONDS)
        reply = client.add_checkpoint(asked(log, 0))
        text = head_of(log).decode().partition("\n\n")[0] + "\n"
        assert len(cosignatures(reply, text, made.settings.keys)) == 2
        assert client.add_checkpoint(b"x" * (70 << 10)).status == 413
        assert known_size(client.add_checkpoint(asked(log, 0))) == 3
        place = f"http://127.0.0.1:{port}/{sha256(ORIGIN.encode()).hexdigest()}/checkpoint"
        with urllib.request.urlopen(place, timeout=SECONDS) as answer:
            assert len(parse_note(answer.read()).signatures) == 4
        client.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_slow_senders_hold_up_nobody(made: WitnessHome, log: MemoryLog, folder: Path) -> None:
    port = free_port()
    with running(folder, port), ExitStack() as stack:
        slow = [
            stack.enter_context(socket.create_connection(("127.0.0.1", port))) for _ in range(100)
        ]
        for one in slow:
            one.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nold")
        client = WitnessClient(f"http://127.0.0.1:{port}", SECONDS)
        assert client.add_checkpoint(asked(log, 0)).status == 200
        client.close()
        slow[0].settimeout(SECONDS)
        assert slow[0].recv(100).startswith(b"HTTP/1.1 408 ")


def test_a_witness_has_nothing_of_the_ledger_in_it() -> None:
    ask = "import sys, shell.witness_home; print(*sys.modules, sep='\\n')"
    loaded = subprocess.run(
        [sys.executable, "-c", ask], cwd=MODULE_FOLDER, capture_output=True, text=True, check=True
    ).stdout.split()
    assert "verify_api.witness" in loaded
    assert not {"app", "projections", "eventsourcing", "ledger.store.fact_store"} & set(loaded)


def test_killed_again_and_again_it_never_knows_less_than_it_said(
    made: WitnessHome, log: MemoryLog, folder: Path
) -> None:
    said = 0
    for _ in range(3):
        port = free_port()
        with running(folder, port) as process:
            client = WitnessClient(f"http://127.0.0.1:{port}", SECONDS)
            known = known_size(client.add_checkpoint(asked(log, 0)))
            now = log.size() if known is None else known
            assert now >= said
            said, answered = now, 0
            while True:
                if answered == 5:
                    _kill(process)
                log.add(*entries(log.size(), 1))
                reply = client.add_checkpoint(write_request(said, way(log, said), head_of(log)))
                if not reply.came:
                    break
                assert reply.status == 200
                said, answered = log.size(), answered + 1
            client.close()
            process.wait(SECONDS)
    with made.opened() as opened:
        assert opened.store.marks().heads[ORIGIN].size in {said, log.size()}
    assert said >= 18


def _kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill the service and its workers in a moment, while it goes on answering."""
    threading.Timer(0.02, os.killpg, (process.pid, signal.SIGKILL)).start()
