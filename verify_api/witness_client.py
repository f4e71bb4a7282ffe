"""The log's side of the witness protocol over HTTP: one question, one bounded answer, in time."""

import socket
import ssl
import threading
from contextlib import ExitStack, suppress
from hashlib import sha256
from http.client import (
    BadStatusLine,
    HTTPConnection,
    HTTPException,
    HTTPSConnection,
    IncompleteRead,
)
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from ledger.errors import InvalidInputError
from ledger.transparency.witness_request import LARGEST_ANSWER, NO_ANSWER, PLAIN_TYPE, Reply

TIMEOUT_SECONDS: Final = 5.0


class WitnessClient:
    """A witness at an address. Its `add_checkpoint` is an `AskWitness`."""

    def __init__(
        self,
        address: str,
        timeout: float = TIMEOUT_SECONDS,
        *,
        anywhere: bool = False,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        """Ask the witness at ``address``, the prefix of what it serves.

        Args:
            address: ``https://host[:port][/prefix]``; ``http`` to this machine alone.
            timeout: Seconds for a whole question and answer.
            anywhere: Allow ``http`` to other machines, where something else protects the way.
            trust: Whom to believe that they are the host; by default the system's authorities.

        Raises:
            InvalidInputError: ``address``.
        """
        self._parts = _parts(address, anywhere=anywhere)
        self._timeout = timeout
        self._trust = trust
        self._one_at_a_time = threading.Lock()
        self._kept: HTTPConnection | None = None

    def add_checkpoint(self, body: bytes) -> Reply:
        """Return what the witness says, or that it did not answer; never raises for the network."""
        return self._said(_Question("POST", "/add-checkpoint", body))

    def checkpoint(self, origin: str) -> Reply:
        """Return the newest head of the log ``origin`` that the witness holds; likewise."""
        return self._said(_Question("GET", f"/{sha256(origin.encode()).hexdigest()}/checkpoint"))

    def _said(self, question: "_Question") -> Reply:
        with self._one_at_a_time:
            watch = _Watch(self._timeout)
            try:
                return self._asked(question, watch)
            except (OSError, HTTPException, ValueError) as error:
                late = watch.late or isinstance(error, TimeoutError)
                return _nothing("it took too long" if late else type(error).__name__)
            finally:
                watch.end()

    def close(self) -> None:
        """Close the connection that is kept for the next question."""
        with self._one_at_a_time:
            if self._kept is not None:
                self._kept.close()
                self._kept = None

    def _asked(self, question: "_Question", watch: "_Watch") -> Reply:
        kept, self._kept = self._kept, None
        if kept is not None:
            watch.over(kept.sock)
            # The witness may have closed it meanwhile: then it is asked anew. Had it decided all
            # the same, it would now answer with the size that it knows.
            with suppress(ConnectionError, BadStatusLine):
                return self._exchange(kept, question, watch)
        return self._exchange(self._connected(watch), question, watch)

    def _connected(self, watch: "_Watch") -> HTTPConnection:
        host = self._parts.hostname or ""
        if self._parts.scheme == "http":
            connection = HTTPConnection(host, self._parts.port)
        else:
            connection = HTTPSConnection(host, self._parts.port)
        with ExitStack() as stack:
            held = socket.create_connection((host, connection.port), self._timeout)
            stack.callback(held.close)
            watch.over(held)
            held.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if self._parts.scheme == "https":
                trust = self._trust or ssl.create_default_context()
                safe = trust.wrap_socket(held, server_hostname=host, do_handshake_on_connect=False)
                stack.callback(safe.close)
                watch.over(safe)
                safe.do_handshake()
                held = safe
            connection.sock = held
            stack.pop_all()
        return connection

    def _exchange(
        self, connection: HTTPConnection, question: "_Question", watch: "_Watch"
    ) -> Reply:
        with ExitStack() as stack:
            stack.callback(connection.close)
            headers = {} if question.body is None else {"Content-Type": PLAIN_TYPE}
            path = f"{self._parts.path}{question.path}"
            connection.request(question.method, path, question.body, headers)
            answer = connection.getresponse()
            stack.callback(answer.close)
            content = answer.read(LARGEST_ANSWER + 1)
            if len(content) > LARGEST_ANSWER:
                return _nothing("its answer is too long")
            # What was cut off reads as what came to its end.
            watch.check()
            if answer.length:
                raise IncompleteRead(content, answer.length)
            if answer.isclosed() and not answer.will_close:
                stack.pop_all()
                self._kept = connection
            media_type = answer.headers.get("Content-Type", PLAIN_TYPE)
            return Reply(answer.status, content, media_type)


class _Question(NamedTuple):
    """One request."""

    method: str
    path: str
    """Behind the address's own."""
    body: bytes | None = None


class _Watch:
    """Ends a whole exchange: a socket's own timeout begins anew with every byte."""

    def __init__(self, seconds: float) -> None:
        self.late = False
        self._held: socket.socket | None = None
        self._guard = threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._timer.start()

    def over(self, held: socket.socket) -> None:
        """Watch this socket from now on."""
        with self._guard:
            self._held = held
        self.check()

    def check(self) -> None:
        """Refuse what came too late.

        Raises:
            TimeoutError: Time was up.
        """
        with self._guard:
            if self.late:
                raise TimeoutError

    def end(self) -> None:
        """Let go; afterwards nothing is cut."""
        self._timer.cancel()
        with self._guard:
            self._held = None

    def _cut(self) -> None:
        with self._guard:
            self.late = True
            if self._held is not None:
                with suppress(OSError):
                    # Not an encrypted socket's own: that one would be taken from under its reader.
                    socket.socket.shutdown(self._held, socket.SHUT_RDWR)


def _nothing(why: str) -> Reply:
    return Reply(NO_ANSWER, f"the witness did not answer: {why}\n".encode())


def _parts(address: str, *, anywhere: bool) -> SplitResult:
    expected = "https://host[:port][/prefix], or http to this machine"
    try:
        parts = urlsplit(address)
        known = parts.scheme in {"http", "https"} and parts.port != 0 and parts.hostname
    except ValueError as error:
        raise InvalidInputError("witness", "address", expected) from error
    extra = parts.query or parts.fragment or parts.username or parts.password
    plain = parts.scheme == "http" and not anywhere and not _is_here(parts.hostname or "")
    if not known or extra or plain or not address.isascii() or not address.isprintable():
        raise InvalidInputError("witness", "address", expected)
    return parts._replace(path=parts.path.rstrip("/"))


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
