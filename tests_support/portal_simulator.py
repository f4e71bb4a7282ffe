"""A province's one-stop system, as small as it can be and still behave like one.

It listens for signed notices on loopback, keeps each dossier's status, answers what it has already
in its own words, never moves a dossier back, and can be told to be interrupted or to refuse.
"""

import json
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from typing_extensions import override

from keys.algorithms import PublicKey
from verify_api.message_signature import is_signed


@dataclass
class Province:
    """What the province knows, and how it will answer next."""

    key: Callable[[bytes], PublicKey | None]
    now: Callable[[], datetime]
    address: str = ""
    statuses: dict[str, int] = field(default_factory=dict)
    positions: dict[str, int] = field(default_factory=dict)
    """``viTri`` of the last notice taken, by dossier."""
    notices: list[dict[str, Any]] = field(default_factory=list)
    unsigned: int = 0
    """Messages without a good signature; never acted on."""
    moods: deque[tuple[int, str]] = field(default_factory=deque)
    """Answers to give first: status and word."""
    _heard: threading.Condition = field(default_factory=threading.Condition)

    def told(self, dossier: str) -> list[tuple[str, int]]:
        """Return what was taken about one dossier: kind and status, in order."""
        return [
            (notice["type"], notice["maTrangThai"])
            for notice in self.notices
            if notice["maHoSoMCDT"] == dossier
        ]

    def heard(self, notices: int, *, seconds: float) -> bool:
        """Wait until so many notices were taken; say whether they were."""
        with self._heard:
            return self._heard.wait_for(lambda: len(self.notices) >= notices, seconds)

    def take(self, body: bytes, headers: dict[str, str]) -> tuple[int, str]:
        """Take one notice and answer."""
        signed = is_signed(
            method="POST", target=self.address, body=body, headers=headers, at=self.now(),
            key=self.key,
        )  # fmt: skip
        if not signed:
            self.unsigned += 1
            return 401, "not_signed"
        if self.moods:
            return self.moods.popleft()
        notice = json.loads(body)
        dossier, position = notice["maHoSoMCDT"], notice["viTri"]
        if position <= self.positions.get(dossier, 0):
            return 409, "cannot_move_to_status"
        self.positions[dossier] = position
        self.statuses[dossier] = notice["maTrangThai"]
        with self._heard:
            self.notices.append(notice)
            self._heard.notify_all()
        return 200, "ok"


@contextmanager
def running(province: Province) -> Iterator[Province]:
    """Let ``province`` listen on a loopback port for the length of the block."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, word = province.take(body, dict(self.headers))
            answer = json.dumps({"code": word}).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        @override
        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    province.address = f"http://127.0.0.1:{server.server_address[1]}/thong-bao"
    # By default a server looks twice a second whether it is to end.
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield province
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
