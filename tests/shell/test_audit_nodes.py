"""Heads that witnesses and other nodes show over HTTP, whatever they answer."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from click.testing import Result

from ledger.errors import InvalidInputError
from shell.audit_inputs import Given, given_from_json

Run = Callable[..., Result]


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Say the same bytes to whoever asks."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    connection, _ = server.accept()
                    with connection, suppress(OSError):
                        connection.recv(65_536)
                        connection.sendall(answer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}"
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()


def shown(content: bytes, status: str = "200 OK") -> bytes:
    return f"HTTP/1.1 {status}\r\nContent-Length: {len(content)}\r\n\r\n".encode() + content


def newest(records: Run, folder: Path) -> bytes:
    records("log", "export", folder)
    return (folder / "checkpoint").read_bytes()


def test_another_node_that_shows_the_same_head_is_clean(records: Run, tmp_path: Path) -> None:
    with answering(shown(newest(records, tmp_path / "site"))) as address:
        said = records("audit", "verify", "--node", address)
        assert (said.exit_code, said.stdout) == (0, "")
        watched = records("audit", "watch", "--once", "--memory", tmp_path / "m", "--node", address)
        assert (watched.exit_code, watched.stdout) == (0, "")


def test_a_head_that_the_log_has_not_signed_is_named(records: Run, tmp_path: Path) -> None:
    head = newest(records, tmp_path / "site")
    text, blank, _ = head.partition(b"\n\n")
    unsigned = text + blank + b"\xe2\x80\x94 nobody AAAAAAA=\n"
    for content, code in ((unsigned, "C4.unsigned"), (b"<html>", "C4.note_form")):
        with answering(shown(content)) as address:
            said = records("audit", "verify", "--node", address)
            assert said.exit_code == 1
            assert code in said.stdout
            assert address in said.stdout


@pytest.mark.parametrize("option", ["--node", "--witness"])
@pytest.mark.parametrize(
    "answer",
    [b"no HTTP at all\r\n\r\n", b"", shown(b"", "500 Oh"), shown(b"", "404 None"),
     shown(b"x" * 20)[:-5], shown(bytes((1 << 20) + 1))],
)  # fmt: skip
def test_whoever_shows_no_head_is_silent_and_blinds_nobody(
    records: Run, answer: bytes, option: str
) -> None:
    with answering(answer) as address:
        said = records("audit", "verify", option, address)
    assert (said.exit_code, said.stdout) == (2, "")
    assert f"no answer from {address}" in said.stderr


def test_what_is_no_address_is_refused(records: Run) -> None:
    assert "invalid_input/address" in records("audit", "verify", "--node", "ftp://x").stderr


def test_tokens_need_somebody_to_believe() -> None:
    with pytest.raises(InvalidInputError) as raised:
        Given("sqlite:///x", None, None, timestamps="folder").evidence()
    assert raised.value.rule == "tsa_certificate"


def test_what_was_kept_before_there_were_nodes_is_read() -> None:
    given = Given("sqlite:///x", None, None, nodes=("http://node",))
    assert given_from_json(given.as_json()) == given
    older = {name: value for name, value in given.as_json().items() if name != "nodes"}
    assert given_from_json(older).nodes == ()
