"""A short way for the one request that comes a thousand times: a code, from nobody in particular.

Half of what ``POST /v1/verify`` costs is the framework around it. This callable stands in front of
the app, takes exactly one shape of request, and answers it with the same functions: the same
decoder, limiter, check, words, headers and figures. Everything else, and everything that goes
wrong, goes to the app, which answers it in full. Nobody signed in comes this way, for their checks
leave an access fact; what is answered here is counted, and leaves no line in the log. A test sends
every sort of request both ways and compares the bytes.
"""

from collections.abc import Callable, Iterable
from http import HTTPStatus
from io import BytesIO
from typing import Any, Final, TypeAlias

import orjson

from verify_api.answers import VARY
from verify_api.bodies import JSON, LARGEST_TEXT, submitted_json
from verify_api.callers import ANONYMOUS
from verify_api.checking import check
from verify_api.headers import COMMON, HSTS
from verify_api.request_ids import HEADER, request_id
from verify_api.running import Running
from verify_api.throttle import count

Environ: TypeAlias = dict[str, Any]
Start: TypeAlias = Callable[..., Any]
App: TypeAlias = Callable[[Environ, Start], Iterable[bytes]]

ENDPOINT: Final = "verify.verify"
"""As the app counts it."""

_ELSEWHERE: Final = frozenset({
    # With one of these the answer is the app's: somebody signed in, words in another language, a
    # body whose length nobody has said.
    "HTTP_AUTHORIZATION", "HTTP_COOKIE", "HTTP_ACCEPT_LANGUAGE", "HTTP_TRANSFER_ENCODING",
})  # fmt: skip


class FastPath:
    """The app, with the short way in front."""

    def __init__(self, app: App, running: Running) -> None:
        """Stand in front of ``app``, which holds ``running``."""
        self._app = app
        self._running = running
        settings = running.ports.settings
        self._headers = [("Vary", VARY), *COMMON.items()]
        if settings.https:
            self._headers.append(("Strict-Transport-Security", HSTS))

    def __call__(self, environ: Environ, start: Start) -> Iterable[bytes]:
        """Answer a request; a method of the WSGI protocol (PEP 3333)."""
        if not _is_plain(environ):
            return self._app(environ, start)
        began = self._running.ports.monotonic()
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            answer = self._answer(body, environ.get("REMOTE_ADDR"))
        except Exception:  # noqa: BLE001 (the app answers it, and writes down no word of the body)
            # A refused request was not counted, a malformed one neither: the app counts it.
            return self._app({**environ, "wsgi.input": BytesIO(body)}, start)
        named = request_id(environ, self._running.ports.random_bytes)
        head = [("Content-Type", JSON), ("Content-Length", str(len(answer))), (HEADER, named)]
        start("200 OK", head + self._headers)
        seconds = self._running.ports.monotonic() - began
        self._running.metrics.answered(ENDPOINT, HTTPStatus.OK, seconds)
        return [answer]

    def _answer(self, body: bytes, address: str | None) -> bytes:
        ports = self._running.ports
        submitted = submitted_json(body)
        count(self._running, ANONYMOUS, address, "verify", ports.settings.rates.verify)
        (checked,) = check(submitted, self._running, ports.clock())
        return orjson.dumps(checked.as_json("vi"))


def _is_plain(environ: Environ) -> bool:
    """Return whether this is the one shape of request that goes the short way."""
    length = environ.get("CONTENT_LENGTH") or ""
    return (
        environ["REQUEST_METHOD"] == "POST"
        and environ["PATH_INFO"] == "/v1/verify"
        and not environ.get("QUERY_STRING")
        and environ.get("CONTENT_TYPE") == JSON
        and length.isascii()
        and length.isdecimal()
        and int(length) <= LARGEST_TEXT
        and "text/html" not in environ.get("HTTP_ACCEPT", "")
        and _ELSEWHERE.isdisjoint(environ)
    )
