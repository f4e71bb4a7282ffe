"""Reads pictures in processes of their own: a crash, a bomb or an endless loop ends there.

A worker is the program `verify_api.picture_worker`. It talks over one socket, its standard input: a
request is a byte for what is wanted, four bytes of length and the file, an answer four bytes of
length and JSON. The caller gives each picture a number of seconds; a worker that needs longer is
killed and replaced. No decoder is loaded on this side.
"""

import contextlib
import json
import queue
import socket
import struct
import subprocess
import sys
import time
from types import TracebackType
from typing import Any, Self

from verify_api.picture_error import LIMITS, PictureError, PictureRule, check_size

SECONDS = 8.0
"""For one picture, waiting included. A scanned page takes 0.15 s, a hopeless large photo 2 s."""

WORKER = "verify_api.picture_worker"
"""The program."""

PICTURES_A_WORKER = 200
"""Then it is replaced, so that no leak of a native library grows."""

LENGTH = struct.Struct(">I")
REQUEST = struct.Struct(">BI")
CODES, PROOFS, MEDIA_TYPE = 0, 1, 2
"""What is wanted of a file."""
_LARGEST_ANSWER = 16 * 1024 * 1024


class PictureReader:
    """A few workers, started when they are first needed; safe to share between threads."""

    def __init__(self, *, workers: int = 1, seconds: float = SECONDS) -> None:
        """Keep ``workers`` processes at most; a picture that takes ``seconds`` is given up."""
        self._seconds = seconds
        self._closed = False
        self._idle: queue.LifoQueue[_Worker] = queue.LifoQueue()
        for _ in range(workers):
            self._idle.put(_Worker())

    def read(self, data: bytes) -> list[str]:
        """Return what `verify_api.picture.read_codes` returns.

        Raises:
            PictureError: As there; ``busy`` if no worker came free in time, ``too_slow`` if it
                took too long, ``corrupt`` if the file brought the worker down.
        """
        check_size(data)  # refuses without waiting for a worker
        return self._asked(CODES, data)

    def proofs(self, data: bytes) -> list[str]:
        """Return what `verify_api.picture.read_proofs` returns; raises as `read` does."""
        return [] if len(data) > LIMITS.octets else self._asked(PROOFS, data)

    def media_type(self, data: bytes) -> str:
        """Return what `verify_api.picture.media_type_of` returns; raises as `read` does."""
        (told,) = self._asked(MEDIA_TYPE, data)
        return told

    def _asked(self, wanted: int, data: bytes) -> list[str]:
        deadline = time.monotonic() + self._seconds
        try:
            worker = self._idle.get(timeout=self._seconds)
        except queue.Empty as error:
            message = "all picture readers are busy: try again"
            raise PictureError(PictureRule.BUSY, message) from error
        try:
            return worker.read(wanted, data, deadline)
        finally:
            self._idle.put(worker)
            if self._closed:  # asked last: all were ended before this one was given back
                self._end_idle()

    def close(self) -> None:
        """End the idle workers, those at work when their picture is read or its time is over."""
        self._closed = True
        self._end_idle()

    def _end_idle(self) -> None:
        with contextlib.suppress(queue.Empty):
            while True:
                self._idle.get_nowait().stop()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close."""
        self.close()


class _Worker:
    """One process and the socket to it; used by one thread at a time."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._read = 0

    def read(self, wanted: int, data: bytes, deadline: float) -> list[str]:
        try:
            answer = self._ask(wanted, data, deadline)
        except TimeoutError as error:
            self.stop(grace_seconds=0)
            message = "the picture takes too long to read"
            raise PictureError(PictureRule.TOO_SLOW, message) from error
        except (OSError, ValueError) as error:
            self.stop()
            message = "the file is damaged and cannot be read"
            raise PictureError(PictureRule.CORRUPT, message) from error
        self._read += 1
        if self._read >= PICTURES_A_WORKER:
            self.stop()
        if "rule" in answer:
            raise PictureError(PictureRule(answer["rule"]), answer["message"])
        return [str(one) for one in answer["found"]]

    def stop(self, *, grace_seconds: float = 5) -> None:
        """Close the socket, at which the process ends; kill it if it does not."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
        if self._process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(grace_seconds)
            self._process.kill()
            self._process.wait()
            self._process = None
        self._read = 0

    def _ask(self, wanted: int, data: bytes, deadline: float) -> dict[str, Any]:
        connection = self._socket or self._started()
        connection.settimeout(_left(deadline))
        connection.sendall(REQUEST.pack(wanted, len(data)) + data)
        (length,) = LENGTH.unpack(received(connection, LENGTH.size, deadline))
        if length > _LARGEST_ANSWER:
            raise ValueError("the answer is too long")
        answer: dict[str, Any] = json.loads(received(connection, length, deadline))
        return answer

    def _started(self) -> socket.socket:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  the command is fixed
                [sys.executable, "-m", WORKER], stdin=theirs.fileno(), stdout=subprocess.DEVNULL
            )
        self._socket = ours
        return ours


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def received(connection: socket.socket, length: int, deadline: float | None = None) -> bytes:
    """Return exactly ``length`` bytes; OSError if the other side ended before."""
    parts = bytearray()
    while len(parts) < length:
        if deadline is not None:
            connection.settimeout(_left(deadline))
        part = connection.recv(min(length - len(parts), 65536))
        if not part:
            raise ConnectionResetError("the other side has ended")
        parts += part
    return bytes(parts)
