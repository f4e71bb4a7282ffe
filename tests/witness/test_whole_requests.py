"""Bodies are read whole and in time before a thread is spent on them."""

import asyncio
from collections.abc import Callable, Iterable, MutableMapping
from typing import Any

import pytest

from verify_api.whole_requests import WholeRequests

Environ = dict[str, Any]


def echo(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
    """Answer with what was asked."""
    start("200 OK", [("Content-Type", "text/plain"), ("X-Asked", environ["PATH_INFO"])])
    read = environ["wsgi.input"].read()
    return [f"{environ['REQUEST_METHOD']} {environ['QUERY_STRING']} ".encode(), read]


class Closing(list[bytes]):
    """An answer that has to be closed."""

    closed = False

    def close(self) -> None:
        Closing.closed = True


def asked(
    app: WholeRequests, *events: dict[str, Any], headers: Iterable[tuple[bytes, bytes]] = ()
) -> list[dict[str, Any]]:
    """Ask with these events, then be silent for ever; return what was sent."""
    sent: list[dict[str, Any]] = []
    coming = list(events)

    async def receive() -> dict[str, Any]:
        if not coming:
            await asyncio.Event().wait()
        return coming.pop(0)

    async def send(event: MutableMapping[str, Any]) -> None:
        sent.append(dict(event))

    scope = {"type": "http", "method": "POST", "path": "/ế", "query_string": b"a=b",
             "headers": list(headers), "server": ("127.0.0.1", 80)}  # fmt: skip
    asyncio.run(app(scope, receive, send))
    return sent


def part(body: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_a_body_in_parts_is_one_body() -> None:
    start, body = asked(WholeRequests(echo, largest=6), part(b"abc", more=True), part(b"def"))
    assert start["status"] == 200
    assert (b"x-asked", "/ế".encode()) in start["headers"]
    assert body["body"] == b"POST a=b abcdef"


def test_what_is_too_long_is_not_read_to_its_end() -> None:
    app = WholeRequests(echo, largest=6)
    start, body = asked(app, part(b"abc", more=True), part(b"defg", more=True))
    assert (start["status"], body["body"]) == (413, b"request entity too large\n")


def test_what_comes_too_slowly_is_given_up() -> None:
    app = WholeRequests(echo, largest=6, seconds=0.05)
    start, _ = asked(app, part(b"abc", more=True))
    assert start["status"] == 408
    assert (b"connection", b"close") in start["headers"]


def test_who_has_gone_is_not_answered() -> None:
    app = WholeRequests(echo, largest=6)
    assert asked(app, part(b"abc", more=True), {"type": "http.disconnect"}) == []


def test_headers_come_as_they_are_and_cannot_pass_for_one_another() -> None:
    seen: list[Environ] = []

    def look(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        seen.append(environ)
        start("204 No Content", [])
        return Closing()

    headers = [
        (b"content-type", b"text/plain"), (b"x-one", b"a"), (b"x-one", b"b"), (b"x_one", b"c"),
        (b"content-length", b"99"), (b"transfer-encoding", b"chunked"),
    ]  # fmt: skip
    start, _ = asked(WholeRequests(look, largest=6), part(b"abc"), headers=headers)
    assert start["status"] == 204
    assert Closing.closed
    (environ,) = seen
    assert environ["CONTENT_TYPE"] == "text/plain"
    assert environ["CONTENT_LENGTH"] == "3"
    assert environ["HTTP_X_ONE"] == "a,b"
    assert not {"HTTP_CONTENT_LENGTH", "HTTP_TRANSFER_ENCODING", "HTTP_CONTENT_TYPE"} & set(environ)


def test_it_follows_the_servers_life() -> None:
    sent: list[str] = []
    coming = ["lifespan.startup", "lifespan.shutdown"]

    async def receive() -> dict[str, Any]:
        return {"type": coming.pop(0)}

    async def send(event: MutableMapping[str, Any]) -> None:
        sent.append(event["type"])

    app = WholeRequests(echo, largest=6)
    asyncio.run(app({"type": "lifespan"}, receive, send))
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_other_protocols_are_left_alone() -> None:
    async def nothing(*_: object) -> dict[str, Any]:
        pytest.fail("nobody is asked, and nothing is sent")

    asyncio.run(WholeRequests(echo, largest=6)({"type": "websocket"}, nothing, nothing))  # type: ignore[arg-type]
