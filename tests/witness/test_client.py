"""The log's side: what comes over the network is bounded, in length and in time."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from ledger.errors import InvalidInputError, ProofError
from ledger.transparency.note import parse_signature, write_signature
from ledger.transparency.witness_request import (
    LARGEST_ANSWER,
    NO_ANSWER,
    SIZE_TYPE,
    Reply,
    cosignatures,
    known_size,
)
from tests_support.memory_log import MemoryLog
from tests_support.witness_bench import Bench, asked, head_of
from verify_api.witness import LocalWitness
from verify_api.witness_client import WitnessClient

Serve = Callable[[socket.socket], None]
SHORT = 0.3
LONG = 30.0
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Type: text/plain\r\n\r\nyes"


def drain(connection: socket.socket) -> bytes:
    """Read a whole request."""
    data = b""
    while b"\r\n\r\n" not in data or not data.endswith(b"question"):
        part = connection.recv(4096)
        if not part:
            break
        data += part
    return data


@contextmanager
def server(*turns: Serve, context: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve one connection a turn; yield the port."""
    over = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(LONG)

        def serve() -> None:
            for turn in turns:
                with suppress(OSError):
                    accepted, _ = listening.accept()
                    accepted.settimeout(LONG)
                    with accepted, suppress(OSError):
                        if context is None:
                            turn(accepted)
                        else:
                            with context.wrap_socket(accepted, server_side=True) as safe:
                                turn(safe)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listening.getsockname()[1]
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join(LONG)
        assert not thread.is_alive()


def answering(data: bytes) -> Serve:
    def serve(connection: socket.socket) -> None:
        drain(connection)
        connection.sendall(data)

    return serve


def dripping(data: bytes) -> Serve:
    """Send ``data``, then go on for ever, a byte at a time."""

    def serve(connection: socket.socket) -> None:
        drain(connection)
        connection.sendall(data)
        while True:
            connection.sendall(b"x")
            threading.Event().wait(0.02)

    return serve


def ask(port: int, timeout: float = LONG, *, path: str = "") -> Reply:
    client = WitnessClient(f"http://127.0.0.1:{port}{path}", timeout)
    try:
        return client.add_checkpoint(b"question")
    finally:
        client.close()


def test_an_answer_comes_as_it_was_given() -> None:
    with server(answering(OK)) as port:
        assert ask(port) == Reply(200, b"yes", "text/plain")


def test_the_prefix_stands_before_the_place() -> None:
    seen: list[bytes] = []

    def serve(connection: socket.socket) -> None:
        seen.append(drain(connection))
        connection.sendall(OK)

    with server(serve) as port:
        ask(port, path="/w1/")
    assert seen[0].startswith(b"POST /w1/add-checkpoint HTTP/1.1\r\n")


@pytest.mark.parametrize(
    "serve",
    [
        dripping(b""), dripping(b"HTTP/1.1 200 OK\r\nX: "),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nContent-Length: 60000\r\nConnection: close\r\n\r\n"),
        dripping(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"),
        lambda connection: (drain(connection), connection.recv(1), None)[2],
    ],
    ids=["nothing but x", "head", "body", "last body", "body of no length", "silence"],
)  # fmt: skip
def test_a_slow_witness_did_not_answer(serve: Serve) -> None:
    with server(serve) as port:
        reply = ask(port, SHORT)
    assert not reply.came
    assert reply.body == b"the witness did not answer: it took too long\n"


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\r\n", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 0 x\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nyes",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200 + b"\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"y" * 70000 + b"\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_answer_is_none(data: bytes) -> None:
    with server(answering(data)) as port:
        assert ask(port).status == NO_ANSWER


def test_an_answer_that_is_too_long_is_none() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n"
    for length, status in ((LARGEST_ANSWER, 200), (LARGEST_ANSWER + 1, NO_ANSWER)):
        with server(answering(head % length + b"x" * length)) as port:
            assert ask(port).status == status


def test_nobody_there_is_no_answer() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    assert ask(port).status == NO_ANSWER


def test_a_redirect_is_not_followed() -> None:
    data = b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/\r\nContent-Length: 0\r\n\r\n"
    with server(answering(data)) as port:
        assert ask(port).status == 302


def test_a_connection_is_used_again() -> None:
    def twice(connection: socket.socket) -> None:
        for _ in range(2):
            drain(connection)
            connection.sendall(OK)

    with server(twice) as port:
        client = WitnessClient(f"http://127.0.0.1:{port}", LONG)
        assert [client.add_checkpoint(b"question").status for _ in range(2)] == [200, 200]
        client.close()


def test_a_connection_that_was_closed_meanwhile_is_opened_again() -> None:
    with server(answering(OK), answering(OK)) as port:
        client = WitnessClient(f"http://127.0.0.1:{port}", LONG)
        assert [client.add_checkpoint(b"question").status for _ in range(2)] == [200, 200]
        client.close()


def test_both_turns_together_have_one_time() -> None:
    def late(connection: socket.socket) -> None:
        drain(connection)
        connection.sendall(OK)
        drain(connection)
        connection.recv(1)

    with server(late) as port:
        client = WitnessClient(f"http://127.0.0.1:{port}", SHORT)
        assert client.add_checkpoint(b"question").status == 200
        reply = client.add_checkpoint(b"question")
        assert reply.body == b"the witness did not answer: it took too long\n"
        client.close()


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A key and a certificate of this machine that nobody vouches for."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "both.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    return file


def test_a_far_witness_is_asked_by_tls_and_must_prove_who_it_is(certificate: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate))
    for believed, status in ((trust, 200), (None, NO_ANSWER)):
        with server(answering(OK), context=serving) as port:
            client = WitnessClient(f"https://127.0.0.1:{port}", LONG, trust=believed)
            assert client.add_checkpoint(b"question").status == status
            client.close()


def test_a_handshake_that_never_ends_is_cut() -> None:
    with server(lambda connection: (connection.recv(9999), connection.recv(1), None)[2]) as port:
        client = WitnessClient(f"https://127.0.0.1:{port}", SHORT)
        assert client.add_checkpoint(b"question").status == NO_ANSWER


def test_an_encrypted_answer_that_never_ends_is_cut(certificate: Path) -> None:
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(certificate)
    trust = ssl.create_default_context(cafile=str(certificate))
    with server(dripping(b"HTTP/1.1 200 OK\r\n\r\n"), context=serving) as port:
        client = WitnessClient(f"https://127.0.0.1:{port}", 1.0, trust=trust)
        reply = client.add_checkpoint(b"question")
        assert reply.body == b"the witness did not answer: it took too long\n"


@pytest.mark.parametrize(
    "address",
    [
        "", "witness.example", "ftp://witness.example", "http://witness.example", "http://192.0.2.1",
        "http://", "https://", "https://a:b@witness.example", "https://witness.example?x",
        "https://witness.example#x", "https://witness.example:0", "https://witness.example:x",
        "https://[::1", "https://witness.example/a b\n", "https://wítness.example",
    ],
)  # fmt: skip
def test_an_address_in_another_form_is_refused(address: str) -> None:
    with pytest.raises(InvalidInputError):
        WitnessClient(address)


def test_plain_http_elsewhere_has_to_be_meant() -> None:
    WitnessClient("http://192.0.2.1", anywhere=True)
    for here in ("http://localhost:1", "http://[::1]:1", "http://127.0.0.9", "https://w.example/p"):
        WitnessClient(here)


def test_cosignatures_of_known_keys_are_taken_from_an_answer(
    witness: LocalWitness, bench: Bench, log: MemoryLog
) -> None:
    reply = witness.add_checkpoint(asked(log, 0))
    text = head_of(log).decode().partition("\n\n")[0] + "\n"
    ed, ml = witness.keys
    assert [one.key_id for one in cosignatures(reply, text, [ml, ed])] == [ml.key_id, ed.key_id]
    assert len(cosignatures(reply, text, [ed])) == 1
    assert cosignatures(reply, text, [log.keys[0].key]) == ()
    with pytest.raises(ProofError) as refused:
        cosignatures(reply, text.replace("\n3\n", "\n4\n"), [ed])
    assert refused.value.rule == "signature_wrong"
    lines = reply.body.decode().splitlines(keepends=True)
    found = [parse_signature(line.removesuffix("\n")) for line in lines]
    (good,) = [one for one in found if one.key_id == ed.key_id]
    spoiled = Reply(200, write_signature(good._replace(blob=bytes(len(good.blob)))).encode())
    for answer in (spoiled, Reply(200, b"\xff\n"), Reply(200, b"yes\n"), Reply(200, b"yes"),
                   Reply(200, b""), Reply(422, b""), Reply(NO_ANSWER, b"")):  # fmt: skip
        with pytest.raises((ProofError, InvalidInputError)):
            cosignatures(answer, text, [ed])


def test_a_logs_own_signature_is_no_cosignature(log: MemoryLog) -> None:
    text = head_of(log).decode().partition("\n\n")[0] + "\n"
    own = head_of(log).partition(b"\n\n")[2]
    with pytest.raises(ProofError):
        cosignatures(Reply(200, own), text, [log.keys[1].key])


@pytest.mark.parametrize(
    ("status", "media_type", "body", "size"),
    [
        (409, SIZE_TYPE, b"0\n", 0), (409, SIZE_TYPE, b"50\n", 50),
        (409, f"{SIZE_TYPE}; charset=utf-8", b"51\n", 51), (409, SIZE_TYPE, b"50", None),
        (409, SIZE_TYPE, b"050\n", None), (409, SIZE_TYPE, b"", None),
        (409, "text/plain", b"50\n", None), (200, SIZE_TYPE, b"50\n", None),
        (409, SIZE_TYPE, b"\xff\n", None),
    ],
)  # fmt: skip
def test_a_size_is_read_where_it_is_the_answer(
    status: int, media_type: str, body: bytes, size: int | None
) -> None:
    assert known_size(Reply(status, body, media_type)) == size
