"""The service with a real bundle, on a port at which it can be stopped and started again."""

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from socket import create_server
from threading import Thread
from typing import Any

from playwright.sync_api import BrowserContext, Page
from typing_extensions import override
from werkzeug.http import http_date
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests_support.browser_site import Site
from tests_support.fake_register import Documents
from tests_support.offline_vectors import bundle
from tests_support.service_world import GENEROUS, open_world
from tests_support.signed_certificates import AT
from verify_api.ports import Document, ServiceSettings
from verify_api.service import create_service
from verify_api.static_files import static_version

NETWORK_ERRORS = ("ERR_INTERNET_DISCONNECTED", "ERR_CONNECTION_REFUSED", "ERR_FAILED")

Environ = dict[str, Any]
Wsgi = Callable[[Environ, Callable[..., Any]], Iterable[bytes]]


@dataclass
class Bundles(Documents):
    """Signed lists, of which the bundle is a real one."""

    content: bytes = field(default_factory=bundle)

    @override
    def bundle(self) -> Document:
        """Return the bundle that is in force."""
        return Document(self.content, "application/cbor", AT, timedelta(minutes=5))


def _handler(moment: Callable[[], datetime]) -> type[WSGIRequestHandler]:
    class Handler(WSGIRequestHandler):
        @override
        def log(self, type: str, message: str, *args: object) -> None:
            """Write nothing."""

        @override
        def date_time_string(self, timestamp: float | None = None) -> str:
            """Return the moment that the site is at."""
            return http_date(moment())

    return Handler


@dataclass
class OfflineSite(Site):
    """A `Site` whose server can go away, and come back as another release."""

    bundles: Bundles = field(default_factory=Bundles)
    at: datetime = AT
    release: str | None = None
    """Version of the static files, if it is to be another one."""
    failing: bool = False
    """Whether every answer is an outage."""
    _server: BaseWSGIServer | None = None
    _thread: Thread | None = None

    def start(self) -> None:
        """Listen again."""
        port = int(self.url.rsplit(":", 1)[1])
        # The server works on a copy of the socket: this one is closed, and the port is free later.
        with create_server(("127.0.0.1", port)) as listening:
            self._server = make_server(
                "127.0.0.1",
                port,
                self._answer,
                threaded=True,
                request_handler=_handler(lambda: self.at),
                fd=listening.fileno(),
            )
        serve = self._server.serve_forever
        self._thread = Thread(target=serve, kwargs={"poll_interval": 0.01})
        self._thread.start()

    @property
    def is_running(self) -> bool:
        """Whether anybody answers."""
        return self._server is not None

    def stop(self) -> None:
        """Answer nobody any more."""
        if self._server is not None and self._thread is not None:
            self._server.shutdown()
            self._thread.join(10)
            self._server.server_close()
        self._server = self._thread = None

    def forgive_the_network(self) -> None:
        """Take back the complaints that a network which is not there causes."""
        self.complaints[:] = [
            one for one in self.complaints if not any(error in one for error in NETWORK_ERRORS)
        ]

    def _answer(self, environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:
        if self.failing:
            start("503 Service Unavailable", [("Content-Type", "text/plain")])
            return [b"outage"]
        old, new = static_version(), self.release or static_version()
        environ["PATH_INFO"] = environ["PATH_INFO"].replace(f"/static/{new}/", f"/static/{old}/")
        stale = self.release is not None and environ["RAW_URI"].startswith(f"/static/{old}/")
        if stale:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"no such version"]

        def began(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            kept = [(name, value) for name, value in headers if name != "Content-Length"]
            return start(status, kept, *rest)

        body = b"".join(self.world.app(environ, began)).replace(old.encode(), new.encode())
        if self.release is None:
            return [body]
        return [re.sub(rb'(?<=VERSION = ")[0-9a-f]{12}', new.encode(), body)]


@contextmanager
def offline_site(folder: Path, *, public_url: str | None = None) -> Iterator[OfflineSite]:
    """Serve a world with a bundle; at the end no page may have complained.

    Args:
        folder: For its small database.
        public_url: The address that the service believes to have, if it is not the true one.
    """
    with create_server(("127.0.0.1", 0)) as free:
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    world = open_world(folder, settings=ServiceSettings(public_url or url, GENEROUS, demo=True))
    bundles = Bundles()
    world.app = create_service(replace(world.ports, documents=bundles))
    site = OfflineSite(world, url, bundles=bundles)
    site.start()
    try:
        yield site
    finally:
        site.stop()
        world.database.close()
    assert site.complaints == []


def phone(site: OfflineSite, context: BrowserContext, at: datetime = AT) -> Page:
    """Return a page of ``context`` whose clock says ``at``, and runs."""
    context.clock.install(time=at)
    return site.watch(context.new_page())
