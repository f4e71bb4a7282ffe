"""A peer as seen from outside: a process that answers one line to each line. See `protocol`."""

import json
import math
import select
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ANSWER_SECONDS: Final = 60.0
"""Longest that a peer may take for a line, on a machine that is busy with other things."""


class PeerError(Exception):
    """A peer does not keep to the protocol, or is no verifier: nothing of it is a figure."""


@dataclass(frozen=True, slots=True)
class Peer:
    """A verifier that is running, warm, and waits for a line."""

    name: str
    """With its version."""
    runtime: str
    process: subprocess.Popen[bytes]

    def accepts(self, text: str) -> bool:
        """Return whether it would accept ``text``.

        Raises:
            PeerError: It answered anything but yes or no.
        """
        answer = _asked(self.process, f"check {text}", self.name)
        if answer not in {"yes", "no"}:
            raise PeerError(f"{self.name}: {answer!r}, expected yes or no")
        return answer == "yes"

    def seconds(self, count: int) -> float:
        """Return the processor seconds that it took to accept ``count`` texts.

        Raises:
            PeerError: It refused one of them, or answered no time.
        """
        answer = _asked(self.process, f"run {count}", self.name)
        if answer == "no":
            raise PeerError(f"{self.name}: refused a good text while it was timed")
        try:
            seconds = float(answer)
        except ValueError as error:
            raise PeerError(f"{self.name}: {answer!r}, expected seconds") from error
        if not math.isfinite(seconds) or seconds <= 0:
            raise PeerError(f"{self.name}: {answer!r}, expected seconds")
        return seconds


@contextmanager
def started(command: Sequence[str], folder: Path) -> Iterator[Peer]:
    """Run ``command`` in ``folder`` until the block ends; give it once it is warm.

    Raises:
        PeerError: It ended, or said something else than who it is.
    """
    pipe = subprocess.PIPE
    with subprocess.Popen(command, cwd=folder, stdin=pipe, stdout=pipe, bufsize=0) as process:
        try:
            yield _introduced(process, " ".join(command[:-1]))
        finally:
            process.kill()


def _introduced(process: subprocess.Popen[bytes], command: str) -> Peer:
    line = _line(process, command)
    try:
        said: Any = json.loads(line)
    except ValueError as error:
        raise PeerError(f"{command}: {line!r}, expected who it is") from error
    match said:
        case {"peer": str() as name, "runtime": str() as runtime}:
            return Peer(name, runtime, process)
        case _:
            raise PeerError(f"{command}: {line!r}, expected who it is")


def _asked(process: subprocess.Popen[bytes], line: str, who: str) -> str:
    assert process.stdin is not None
    try:
        process.stdin.write(f"{line}\n".encode())
    except BrokenPipeError as error:
        raise PeerError(f"{who}: ended") from error
    return _line(process, who)


def _line(process: subprocess.Popen[bytes], who: str) -> str:
    # One line was asked for and none is left unread, so what is readable is that line's begin.
    assert process.stdout is not None
    readable, _, _ = select.select([process.stdout], [], [], ANSWER_SECONDS)
    if not readable:
        raise PeerError(f"{who}: no answer within {ANSWER_SECONDS:.0f} seconds")
    line = process.stdout.readline()
    if not line.endswith(b"\n"):
        raise PeerError(f"{who}: ended")
    return line.decode().rstrip("\n")
