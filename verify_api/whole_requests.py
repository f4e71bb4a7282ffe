"""Requests are read whole and in time before a thread is spent on them: ASGI before a WSGI app.

A thread that reads a body itself waits as long as its sender likes; sixteen slow senders would hold
a service of sixteen threads for ever. Here a slow sender costs a task, and that for seconds.
"""

import asyncio
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final, NamedTuple, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Event: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Event]]
Send: TypeAlias = Callable[[Event], Awaitable[None]]
Wsgi: TypeAlias = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

BODY_SECONDS: Final = 10.0
THREADS: Final = 16


class Answer(NamedTuple):
    """A whole answer."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes


class WholeRequests:
    """The ASGI app around a WSGI one."""

    def __init__(
        self, app: Wsgi, *, largest: int, seconds: float = BODY_SECONDS, threads: int = THREADS
    ) -> None:
        """Give ``app`` requests of up to ``largest`` bytes that came within ``seconds``."""
        self._app = app
        self._largest = largest
        self._seconds = seconds
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="answers")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or follow the server's life."""
        if scope["type"] == "lifespan":
            await _live(receive, send)
        elif scope["type"] == "http":
            answer = await self._answer(scope, receive)
            if answer is not None:
                start = {"type": "http.response.start", "status": answer.status}
                await send({**start, "headers": answer.headers})
                await send({"type": "http.response.body", "body": answer.body})

    async def _answer(self, scope: Scope, receive: Receive) -> Answer | None:
        """Return the answer; None if nobody waits for it any more."""
        try:
            body = await asyncio.wait_for(self._body(receive), self._seconds)
        except TimeoutError:
            return _refusal(HTTPStatus.REQUEST_TIMEOUT)
        if body is None:
            return None
        if len(body) > self._largest:
            return _refusal(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, _ask, self._app, _environ(scope, body))

    async def _body(self, receive: Receive) -> bytes | None:
        """Return the body, or as much of it as shows that it is too long; None if it broke off."""
        body = bytearray()
        while len(body) <= self._largest:
            event = await receive()
            if event["type"] == "http.disconnect":
                return None
            body += event.get("body", b"")
            if not event.get("more_body", False):
                break
        return bytes(body)


async def _live(receive: Receive, send: Send) -> None:
    while True:
        event = await receive()
        await send({"type": f"{event['type']}.complete"})
        if event["type"] == "lifespan.shutdown":
            return


def _refusal(status: HTTPStatus) -> Answer:
    head = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    return Answer(status, head, f"{status.phrase.lower()}\n".encode())


def _environ(scope: Scope, body: bytes) -> dict[str, Any]:
    """Return the request as WSGI has it. Source: PEP 3333."""
    host, port = scope.get("server") or ("localhost", None)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": scope["path"].encode().decode("latin-1"),
        "QUERY_STRING": scope.get("query_string", b"").decode("latin-1"),
        "SERVER_NAME": host,
        "SERVER_PORT": str(port or ""),
        "SERVER_PROTOCOL": f"HTTP/{scope.get('http_version', '1.1')}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.get("scheme", "http"),
        "wsgi.input": BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    return {**environ, **_headers(scope["headers"]), "CONTENT_LENGTH": str(len(body))}


def _headers(headers: Iterable[tuple[bytes, bytes]]) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for name, value in headers:
        if b"_" in name:  # it would pass for the one with hyphens
            continue
        word = name.decode("latin-1").upper().replace("-", "_")
        place = word if word == "CONTENT_TYPE" else f"HTTP_{word}"
        text = value.decode("latin-1")
        found[place] = f"{found[place]},{text}" if place in found else text
    # The body stands here whole, whatever was told of its length and of how it comes.
    return {place: found[place] for place in found if place not in _OF_THE_WAY}


_OF_THE_WAY: Final = frozenset({"HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING"})


def _ask(app: Wsgi, environ: dict[str, Any]) -> Answer:
    told: list[tuple[int, list[tuple[bytes, bytes]]]] = []

    def start(status: str, headers: list[tuple[str, str]], _error: object = None) -> None:
        lines = [(name.lower().encode("latin-1"), text.encode("latin-1")) for name, text in headers]
        told[:] = [(int(status.split(" ", 1)[0]), lines)]

    parts = app(environ, start)
    try:
        body = b"".join(parts)
    finally:
        close = getattr(parts, "close", None)
        if close is not None:
            close()
    ((status, headers),) = told
    return Answer(status, headers, body)
