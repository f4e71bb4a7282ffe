"""A process's figures and health over HTTP, to this machine alone: what a monitor asks."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector
from typing_extensions import override

HOST: Final = "127.0.0.1"
_TEXT: Final = "text/plain; version=0.0.4; charset=utf-8"


def serve_figures(
    figures: Collector, trouble: Callable[[], str | None], port: int
) -> ThreadingHTTPServer:
    """Return a server that answers ``/metrics``, ``/healthz`` and ``/readyz``; it runs already.

    Args:
        figures: Asked at each scrape.
        trouble: Returns why the process is of no use now, as a stable word; None if it is.
        port: On this machine; 0 takes a free one.
    """
    registry = CollectorRegistry()
    registry.register(figures)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body = _answer(self.path, registry, trouble)
            self.send_response(status)
            self.send_header("Content-Type", _TEXT)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        @override
        def log_message(self, format: str, *args: Any) -> None:
            """Write nothing: every scrape would be a line."""

    server = ThreadingHTTPServer((HOST, port), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="figures", daemon=True).start()
    return server


def _answer(
    path: str, registry: CollectorRegistry, trouble: Callable[[], str | None]
) -> tuple[HTTPStatus, bytes]:
    match path:
        case "/metrics":
            return HTTPStatus.OK, generate_latest(registry)
        case "/healthz":
            return HTTPStatus.OK, b"alive\n"
        case "/readyz":
            reason = trouble()
            status = HTTPStatus.OK if reason is None else HTTPStatus.SERVICE_UNAVAILABLE
            return status, f"{reason or 'ready'}\n".encode()
        case _:
            return HTTPStatus.NOT_FOUND, b""


@contextmanager
def figures_at(
    port: int | None, figures: Collector, trouble: Callable[[], str | None]
) -> Iterator[None]:
    """Serve figures while the block runs, if ``port`` says where."""
    server = None if port is None else serve_figures(figures, trouble, port)
    try:
        yield
    finally:
        if server is not None:
            server.shutdown()
            server.server_close()
