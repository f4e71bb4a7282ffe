"""How far a witness has gone, kept outside of its database: a lost or older one is noticed.

A witness that forgets is worse than none: it would cosign a second history. So before an answer
leaves, a small file beside the keys says how far each log was cosigned, and how many refused heads
are kept. Whatever the database says later must not be less. The file is signed by the witness::

    records-ledger witness marker 1
    evidence <number>
    <size> <base64 root> <origin>    one a log
    signature <base64>

Whoever puts back both, database and file, is not noticed here; the log is told a smaller size than
it knows, and has to raise the alarm.
"""

import fcntl
import os
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple, Protocol

from typing_extensions import override

from keys.algorithms import PublicKey
from ledger.errors import InvalidInputError
from ledger.transparency.checkpoint import parse_size
from ledger.transparency.merkle import HASH_BYTES
from ledger.transparency.note import from_base64
from verify_api.errors import WitnessStateError

_HEAD: Final = "records-ledger witness marker 1"
"""What is signed begins with it, as no cosignature does."""
_LARGEST: Final = 16 << 20
"""Bytes; a hundred thousand logs."""


class Reached(NamedTuple):
    """How far one log was cosigned."""

    size: int
    root: bytes


@dataclass(frozen=True, slots=True)
class Marks:
    """How far a witness has gone."""

    heads: Mapping[str, Reached] = field(default_factory=dict)
    """By origin."""
    evidence: int = 0
    """How many refused heads it has kept."""

    def of(self, origin: str) -> "Marks":
        """Return what is said of one log alone."""
        reached = self.heads.get(origin)
        return Marks({} if reached is None else {origin: reached}, self.evidence)

    def and_also(self, other: "Marks") -> "Marks":
        """Return the farther of both, log by log."""
        heads = dict(self.heads)
        for origin, reached in other.heads.items():
            if origin not in heads or heads[origin].size <= reached.size:
                heads[origin] = reached
        return Marks(heads, max(self.evidence, other.evidence))

    def require(self, stored: "Marks") -> None:
        """Refuse a database that remembers less than was said.

        Raises:
            WitnessStateError: ``rolled_back``.
        """
        for origin, reached in self.heads.items():
            known = stored.heads.get(origin)
            if known is None or known.size < reached.size:
                size = 0 if known is None else known.size
                message = f"{origin}: {reached.size} was cosigned, the database knows {size}"
                raise WitnessStateError("rolled_back", message)
            if known.size == reached.size and known.root != reached.root:
                message = f"{origin}: another root was cosigned at {reached.size}"
                raise WitnessStateError("rolled_back", message)
        if stored.evidence < self.evidence:
            message = f"{self.evidence} refused heads were kept, there are {stored.evidence}"
            raise WitnessStateError("rolled_back", message)


class Marker(Protocol):
    """Where it is kept."""

    def read(self) -> Marks:
        """Return how far the witness has gone.

        Raises:
            WitnessStateError: ``marker_missing`` or ``marker_wrong``.
        """
        ...

    def advance(self, marks: Marks) -> None:
        """Keep, durably, that it has gone as far as ``marks`` too; never back.

        Raises:
            WitnessStateError: As `read`; ``marker_unwritten``.
        """
        ...


class FileMarker(Marker):
    """One file, replaced whole; processes wait for one another."""

    def __init__(self, path: Path, public: PublicKey, sign: Callable[[bytes], bytes]) -> None:
        """Use the file at ``path``, signed by the key with the half ``public``."""
        self._path = path
        self._public = public
        self._sign = sign

    def begin(self) -> None:
        """Make the file of a witness that has cosigned nothing.

        Raises:
            WitnessStateError: ``marker_there``: one is never begun anew.
        """
        with self._alone():
            if self._path.exists():
                raise WitnessStateError("marker_there", f"{self._path.name} is there already")
            self._write(Marks())

    @override
    def read(self) -> Marks:
        """Return how far the witness has gone."""
        try:
            with self._path.open("rb") as file:
                data = file.read(_LARGEST)
        except OSError as error:
            message = f"{self._path.name} cannot be read: how far this witness went is unknown"
            raise WitnessStateError("marker_missing", message) from error
        return read_marks(data, self._public)

    @override
    def advance(self, marks: Marks) -> None:
        """Keep that it has gone as far as ``marks`` too."""
        with self._alone():
            before = self.read()
            after = before.and_also(marks)
            if after == before:
                return
            try:
                self._write(after)
            except OSError as error:
                message = f"{self._path.name} cannot be written: nothing may be cosigned"
                raise WitnessStateError("marker_unwritten", message) from error

    def _write(self, marks: Marks) -> None:
        draft = self._path.with_name(self._path.name + ".new")
        draft.unlink(missing_ok=True)
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(write_marks(marks, self._sign))
            file.flush()
            os.fsync(descriptor)
        draft.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
        finally:
            os.close(lock)


def write_marks(marks: Marks, sign: Callable[[bytes], bytes]) -> bytes:
    """Return the file's bytes."""
    lines = [_HEAD, f"evidence {marks.evidence}"]
    for origin, reached in sorted(marks.heads.items()):
        lines.append(f"{reached.size} {b64encode(reached.root).decode('ascii')} {origin}")
    text = "".join(f"{line}\n" for line in lines).encode()
    return text + b"signature " + b64encode(sign(text)) + b"\n"


def read_marks(data: bytes, public: PublicKey) -> Marks:
    """Return what the file's bytes say.

    Raises:
        WitnessStateError: ``marker_wrong``: not whole, or not signed by this witness.
    """
    text, word, signature = data.rpartition(b"signature ")
    try:
        good = word and public.verify(from_base64(signature.decode().rstrip("\n"), "marker"), text)
        if not good:
            raise WitnessStateError("marker_wrong", "the marker is not this witness's word")
        return _parse(text.decode())
    except (InvalidInputError, ValueError) as error:
        raise WitnessStateError("marker_wrong", "the marker is not whole") from error


def _parse(text: str) -> Marks:
    head, evidence, *lines = text.removesuffix("\n").split("\n")
    if head != _HEAD or not evidence.startswith("evidence "):
        raise InvalidInputError("marker", "marker_form", _HEAD)
    heads: dict[str, Reached] = {}
    for line in lines:
        size, root, origin = line.split(" ", 2)
        heads[origin] = Reached(parse_size(size, "marker"), from_base64(root, "marker"))
        if len(heads[origin].root) != HASH_BYTES:
            raise InvalidInputError("marker", "marker_form", "roots of 32 bytes")
    return Marks(heads, parse_size(evidence.removeprefix("evidence "), "marker"))
