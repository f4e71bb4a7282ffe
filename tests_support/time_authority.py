"""A time-stamping authority of our own, made with ``openssl``: a root, a certificate, a service.

Its keys are made anew in each test process and are nobody's. The service answers on loopback, and
can be told to answer wrongly in every way that a test needs.
"""

import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from typing_extensions import override

POLICY: Final = "1.3.6.1.4.1.99999.1"
"""Its default."""
OTHER_POLICY: Final = "1.3.6.1.4.1.99999.2"
"""Given to who asks for it."""
REPLY: Final = "application/timestamp-reply"
_CONFIG: Final = f"""
[req]
distinguished_name = name
prompt = no
[name]
CN = Specimen
[root]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
subjectKeyIdentifier = hash
[stamper]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature
extendedKeyUsage = critical,timeStamping
[other]
basicConstraints = critical,CA:FALSE
[tsa]
default_tsa = stamping
[stamping]
serial = serial
signer_digest = sha256
default_policy = {POLICY}
other_policies = {OTHER_POLICY}
digests = sha256, sha512
ess_cert_id_alg = sha256
"""
_KINDS: Final = {
    "rsa": ("-newkey", "rsa:2048"),
    "ec": ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"),
}


class TimeAuthority:
    """A root and what it has signed, in a folder."""

    def __init__(self, folder: Path, kind: str) -> None:
        """Make keys of ``kind``, "rsa" or "ec"."""
        self.folder = folder
        (folder / "openssl.cnf").write_text(_CONFIG)
        (folder / "serial").write_text("01\n")
        key = ("-nodes", *_KINDS[kind], "-config", "openssl.cnf", "-subj")
        self._run("req", "-x509", *key, "/CN=Specimen root", "-days", "3650", "-extensions",
                  "root", "-keyout", "root.key", "-out", "root.pem")  # fmt: skip
        for serial, name in enumerate(("stamper", "other"), start=7):
            self._run("req", "-new", *key, f"/CN=Specimen {name}", "-keyout", f"{name}.key",
                      "-out", f"{name}.csr")  # fmt: skip
            self._run("x509", "-req", "-in", f"{name}.csr", "-CA", "root.pem", "-CAkey", "root.key",
                      "-set_serial", str(serial), "-days", "3650", "-extfile", "openssl.cnf",
                      "-extensions", name, "-out", f"{name}.pem")  # fmt: skip
        self._guard = threading.Lock()

    @property
    def root(self) -> Path:
        """The file with the root's certificate: what is believed."""
        return self.folder / "root.pem"

    @property
    def certificate(self) -> bytes:
        """The root's certificate, PEM."""
        return self.root.read_bytes()

    def reply(self, query: bytes) -> bytes:
        """Return the answer to a query; a refusal where it cannot be read."""
        with self._guard:
            (self.folder / "query").write_bytes(query)
            self._run("ts", "-reply", "-config", "openssl.cnf", "-section", "stamping",
                      "-queryfile", "query", "-signer", "stamper.pem", "-inkey", "stamper.key",
                      "-out", "reply")  # fmt: skip
            return (self.folder / "reply").read_bytes()

    def accepts(self, message: bytes, token: bytes) -> bool:
        """Whether ``openssl ts -verify`` accepts the token."""
        with self._guard:
            (self.folder / "message").write_bytes(message)
            (self.folder / "token").write_bytes(token)
            said = self._try("ts", "-verify", "-data", "message", "-in", "token",
                             "-CAfile", "root.pem")  # fmt: skip
        return said.returncode == 0 and b"Verification: OK" in said.stdout + said.stderr

    def read_query(self, query: bytes) -> str:
        """Return what ``openssl ts -query`` reads in a query."""
        with self._guard:
            (self.folder / "shown").write_bytes(query)
            return self._run("ts", "-query", "-in", "shown", "-text").stdout.decode()

    def _run(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        said = self._try(*words)
        assert said.returncode == 0, said.stderr.decode()
        return said

    def _try(self, *words: str) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(  # noqa: S603 (our own words)
            ["openssl", *words], cwd=self.folder, capture_output=True, check=False
        )


_FOLDERS: Final[list[TemporaryDirectory[str]]] = []
"""Held, so that they go when the process ends."""


@cache
def authority(kind: str = "rsa", number: int = 0) -> TimeAuthority:  # noqa: ARG001 (another each)
    """Return this test process's authority of a kind; made once."""
    _FOLDERS.append(TemporaryDirectory(prefix="time-authority-", ignore_cleanup_errors=True))
    return TimeAuthority(Path(_FOLDERS[-1].name), kind)


Answer = Callable[[bytes], tuple[int, str, bytes]]
"""Takes a query, returns status, media type and content."""


def honest(of: TimeAuthority) -> Answer:
    """Return what answers as it should."""
    return lambda query: (200, REPLY, of.reply(query))


class Service:
    """An authority's service on loopback; ``answer`` may be changed while it runs."""

    def __init__(self, answer: Answer) -> None:
        """Answer with ``answer``."""
        self.answer = answer
        self.queries: list[bytes] = []
        self.media_types: list[str | None] = []
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers.get("Content-Length", "0")))
                service.queries.append(query)
                service.media_types.append(self.headers.get("Content-Type"))
                status, media_type, content = service.answer(query)
                self.send_response(status)
                self.send_header("Content-Type", media_type)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            @override
            def handle(self) -> None:
                try:
                    super().handle()
                except ConnectionError:
                    return

            @override
            def log_message(self, format: str, *args: object) -> None:
                """Write nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}/tsa"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def served(answer: Answer) -> Iterator[Service]:
    """Serve for the length of the block."""
    service = Service(answer)
    service.start()
    try:
        yield service
    finally:
        service.stop()
