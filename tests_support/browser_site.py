"""The service as a browser reaches it, and a film for the browser's camera."""

import io
import socket
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import Thread

from PIL import Image
from playwright.sync_api import ConsoleMessage, Page, Request
from typing_extensions import override
from werkzeug.serving import WSGIRequestHandler, make_server

from ledger.paper.qr_code import draw_png
from tests_support.service_world import PASSWORD, World

FILM_SIZE = (640, 480)
CODE_SIZE = 440
"""About six pixels a module: an easy read."""

_WATCH_POLICY = """document.addEventListener("securitypolicyviolation",
    (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));"""


@dataclass
class Site:
    """The service on a loopback port."""

    world: World
    url: str
    complaints: list[str] = field(default_factory=list)
    """Console errors, policy violations, page errors and requests that left the origin."""
    requests: list[Request] = field(default_factory=list)

    def watch(self, page: Page) -> Page:
        """Write down everything that ``page`` should not do."""
        page.add_init_script(_WATCH_POLICY)
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        page.on("request", self._request)
        page.set_default_timeout(15_000)
        return page

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        self.requests.append(request)
        if not request.url.startswith((self.url, "data:", "blob:")):
            self.complaints.append(f"left the origin: {request.url}")

    def sign_in(self, page: Page, name: str) -> None:
        """Sign in through the form."""
        page.goto(f"{self.url}/login")
        page.fill("#name", name)
        page.fill("#password", PASSWORD)
        page.click("main button[type=submit]")
        page.wait_for_url(lambda url: not url.endswith("/login"))


class _Quiet(WSGIRequestHandler):
    @override
    def log(self, type: str, message: str, *args: object) -> None:
        """Write nothing."""


@contextmanager
def served(open_at: Callable[[str], World]) -> Iterator[Site]:
    """Serve the world that ``open_at`` makes for its address, on a port of its own.

    At the end the page may have complained of nothing: every test of a page asserts that.

    Args:
        open_at: Gets the address (for `ServiceSettings`) and returns the world to serve.
    """
    listening = socket.create_server(("127.0.0.1", 0))
    port = listening.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    world = open_at(url)
    server = make_server(
        "127.0.0.1", port, world.app, threaded=True, request_handler=_Quiet, fd=listening.fileno()
    )
    # By default a server looks twice a second whether it is to end.
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    site = Site(world, url)
    try:
        yield site
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()
        listening.close()
        world.database.close()
    assert site.complaints == []


def film(path: Path, *scenes: tuple[str | None, int]) -> Path:
    """Write a film of codes and of nothing, 30 frames a second; Chromium plays it over and over."""
    width, height = FILM_SIZE
    raw = bytearray()
    for text, frames in scenes:
        frame = Image.new("RGB", FILM_SIZE, (180, 180, 180))
        if text is not None:
            drawn = Image.open(io.BytesIO(draw_png(text))).convert("RGB")
            drawn = drawn.resize((CODE_SIZE, CODE_SIZE), Image.Resampling.LANCZOS)
            frame.paste(drawn, ((width - CODE_SIZE) // 2, (height - CODE_SIZE) // 2))
        raw += frame.tobytes() * frames
    command = (
        f"ffmpeg -loglevel error -y -f rawvideo -pix_fmt rgb24 -s {width}x{height} -r 30 -i - "
        "-pix_fmt yuvj420p -c:v mjpeg -q:v 3 -f mjpeg"
    )
    subprocess.run([*command.split(), str(path)], input=bytes(raw), check=True)  # noqa: S603  fixed
    return path
