"""What a peer written in Python does: say who it is, judge texts, and time itself on request.

One line in, one line out. First, unasked, once it is warm: a JSON object with the peer's name and
what it runs on. Then, until its input ends:

    check TEXT   yes | no          whether the text would be accepted
    run N        SECONDS | no      processor seconds of N texts of the case; no if one was refused

Standard library only: it runs in the peers' environment.
"""

import json
import platform
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any, Final, TypeVar

WARM_SECONDS: Final = 1.0
"""Processor seconds that a peer may spend on warming up."""

Prepared = TypeVar("Prepared")


@dataclass(frozen=True, slots=True)
class PublishedKey:
    """One key of the trust list, as every library can take it."""

    kid: bytes
    issuer: str
    jwk: dict[str, str]
    """Public P-256 key; its ``kid`` is the hexadecimal form of ``kid``."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a peer is given before it is asked anything."""

    at: int
    """The moment of the run, in seconds since 1970."""
    keys: list[PublishedKey]
    texts: list[str]
    """As scanned; all to be accepted."""
    status_uri: str
    """Address of the status list that all of them name."""
    revoked: list[int]
    """Indices in it that are revoked."""

    def as_json(self) -> str:
        """Return the case as a file's text."""
        return json.dumps(asdict(self), default=bytes.hex)


def read_case() -> Case:
    """Return the case in the file that the command line names."""
    return parse_case(Path(sys.argv[1]).read_text("utf-8"))


def parse_case(text: str) -> Case:
    """Return the case that `Case.as_json` wrote."""
    members: Any = json.loads(text)
    keys = [PublishedKey(**key | {"kid": bytes.fromhex(key["kid"])}) for key in members["keys"]]
    return Case(**members | {"keys": keys})


def serve(
    peer: str,
    case: Case,
    judge: Callable[[Prepared], bool],
    prepare: Callable[[str], Prepared],
) -> None:
    """Answer until the input ends.

    Args:
        peer: Name and version.
        case: Whose texts are run.
        judge: What is timed: whether one text would be accepted; never raises.
        prepare: What is done to a text before the clock starts; for all but raw checks, nothing.
    """
    prepared = [prepare(text) for text in case.texts]
    _run(prepared, judge, len(prepared))
    deadline = time.process_time() + WARM_SECONDS
    while time.process_time() < deadline:
        _run(prepared, judge, len(prepared))
    _say(json.dumps({"peer": peer, "runtime": f"CPython {platform.python_version()}"}))
    for line in sys.stdin:
        order, _, argument = line.rstrip("\n").partition(" ")
        if order == "check":
            _say("yes" if judge(prepare(argument)) else "no")
        else:
            seconds = _run(prepared, judge, int(argument))
            _say("no" if seconds is None else repr(seconds))


def as_scanned(text: str) -> str:
    """Prepare nothing: the text is what is timed."""
    return text


def _run(prepared: list[Prepared], judge: Callable[[Prepared], bool], count: int) -> float | None:
    todo = list(islice(cycle(prepared), count))
    accepted = 0
    start = time.process_time()
    for one in todo:
        accepted += judge(one)
    seconds = time.process_time() - start
    return seconds if accepted == count else None


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()
