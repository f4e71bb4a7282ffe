"""One question to somebody else's service: a bounded answer in bounded time, or a typed error.

Redirections are not followed: where we send is where somebody has said that we send.
"""

import socket
import threading
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection, IncompleteRead
from ipaddress import ip_address
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from ledger.errors import InvalidInputError
from shell.errors import NoAnswerError

LARGEST_ANSWER: Final = 1 << 16
"""Bytes that are read of an answer."""


class Answer(NamedTuple):
    """What came back."""

    status: int
    media_type: str
    content: bytes

    @property
    def is_good(self) -> bool:
        """Whether it was taken."""
        return 200 <= self.status < 300  # noqa: PLR2004 (HTTP's own)


class Recipient:
    """A service at an address."""

    def __init__(
        self, place: str, address: str, *, timeout: float, plain: bool = False,
        largest: int = LARGEST_ANSWER,
    ) -> None:  # fmt: skip
        """Send to ``address``.

        Args:
            place: The setting or option that named it, for the error.
            address: ``https://…``; ``http://…`` to this machine.
            timeout: Seconds for a whole question and answer.
            plain: Allow ``http`` to other machines: what is sent is public, the answer signed.
            largest: Bytes of an answer.

        Raises:
            InvalidInputError: ``address``.
        """
        self._parts = _parts(place, address, plain=plain)
        self._timeout, self._largest = timeout, largest

    def post(self, body: bytes, media_type: str) -> Answer:
        """Return the answer to ``body``.

        Raises:
            NoAnswerError: None came, or not in time, or one that is too long.
        """
        return self._answer("POST", body, {"Content-Type": media_type})

    def get(self) -> Answer:
        """Return what is there.

        Raises:
            NoAnswerError: As `post`.
        """
        return self._answer("GET", None, {})

    def _answer(self, method: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        late = threading.Event()
        try:
            return self._exchange(method, body, headers, late)
        except (OSError, HTTPException, ValueError) as error:
            slow = late.is_set() or isinstance(error, TimeoutError)
            raise NoAnswerError("it took too long" if slow else type(error).__name__) from error

    def _exchange(
        self, method: str, body: bytes | None, headers: dict[str, str], late: threading.Event
    ) -> Answer:
        host = self._parts.hostname or ""
        kind = HTTPSConnection if self._parts.scheme == "https" else HTTPConnection
        connection = kind(host, self._parts.port, timeout=self._timeout)
        with ExitStack() as stack:
            stack.callback(connection.close)
            connection.connect()
            held: socket.socket = connection.sock

            # A socket's own timeout begins anew with every byte.
            def cut() -> None:
                late.set()
                with suppress(OSError):
                    socket.socket.shutdown(held, socket.SHUT_RDWR)

            timer = threading.Timer(self._timeout, cut)
            timer.daemon = True
            timer.start()
            stack.callback(timer.cancel)
            path = self._parts.path or "/"
            query = f"?{self._parts.query}" if self._parts.query else ""
            connection.request(method, path + query, body, headers)
            answer = connection.getresponse()
            stack.callback(answer.close)
            content = answer.read(self._largest + 1)
            if late.is_set() or len(content) > self._largest:
                raise HTTPException("too late or too long")
            if answer.length:
                raise IncompleteRead(content, answer.length)
            return Answer(answer.status, answer.headers.get_content_type(), content)


def _parts(place: str, address: str, *, plain: bool) -> SplitResult:
    expected = "http://… or https://…" if plain else "https://…, or http to this machine"
    try:
        parts = urlsplit(address)
        known = parts.scheme in {"http", "https"} and parts.port != 0 and parts.hostname
    except ValueError as error:
        raise InvalidInputError(place, "address", expected) from error
    open_way = parts.scheme == "http" and not plain and not _is_here(parts.hostname or "")
    secret = parts.fragment or parts.username or parts.password
    if not known or secret or open_way or not address.isascii() or not address.isprintable():
        raise InvalidInputError(place, "address", expected)
    return parts


def _is_here(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
