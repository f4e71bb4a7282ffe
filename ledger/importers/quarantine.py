"""What was refused, kept as it came until somebody has looked at it.

    quarantine/<facility>/<SHA-256>.sealed    the received bytes under the facility's own key
    quarantine/<facility>/refused.jsonl       one line each: digest, rule, place, expected, when
    quarantine/<facility>/discarded.jsonl     what somebody decided to give up: digest, who, when,
                                              and why, sealed, for a reason may name a person

It holds personal data: folder 0700, files 0600, and the bytes are sealed under a key of the key
store, so that a copy of the folder alone tells nothing. Who may read it is who runs the importer;
the list beside holds no value of any document and no name of a file, which hospitals make of
patients' names.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

from keys.key_store_errors import SealBrokenError
from keys.sealing import NONCE_BYTES, DataKey
from ledger.errors import TamperedError
from ledger.names import check_text

_PLACE: Final = b"quarantine/1"
_REASON: Final = b"quarantine-reason/1"
_LIST: Final = "refused.jsonl"
_GIVEN_UP: Final = "discarded.jsonl"
_SEALED_BYTES: Final = 16 + NONCE_BYTES + 16
"""Key id, nonce and tag around what came."""
_DIGEST: Final = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SUFFIX: Final = ".sealed"


MAX_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class Discard:
    """That a document was given up."""

    digest: str
    account: str
    at: str
    """When, ISO 8601."""
    reason: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something lies here; no personal data."""

    digest: str
    """SHA-256 of the received bytes, in hex."""
    kind: str
    """``fhir``, ``export`` or ``xml``: how it is read again."""
    rule: str
    place: str
    expected: str
    at: str
    """When, ISO 8601."""


class Quarantine:
    """The refused documents of one facility."""

    def __init__(self, folder: Path, key: DataKey, random: Callable[[int], bytes]) -> None:
        """Keep them in ``folder``, made if it is not there, sealed under ``key``."""
        self._folder = folder
        self._key = key
        self._random = random
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def keep(self, received: bytes, refusal: Refusal) -> None:
        """Keep ``received``; the same again only says once more why."""
        path = self._path(refusal.digest)
        if not path.exists():
            sealed = self._key.seal(
                received, self._place(refusal.digest), self._random(NONCE_BYTES)
            )
            _write(path, sealed)
        line = json.dumps(asdict(refusal), ensure_ascii=False) + "\n"
        _append(self._folder / _LIST, line.encode())

    def refusals(self) -> list[Refusal]:
        """Return the last refusal of each document that lies here, oldest first."""
        last: dict[str, Refusal] = {}
        with suppress(FileNotFoundError), (self._folder / _LIST).open("rb") as lines:
            for line in lines:
                # A kill can leave half a line at the end.
                with suppress(ValueError, TypeError):
                    refusal = Refusal(**json.loads(line))
                    last[refusal.digest] = refusal
        return [one for one in last.values() if self._path(one.digest).exists()]

    def read(self, digest: str) -> bytes:
        """Return what came.

        Raises:
            TamperedError: It is not what was put here.
        """
        try:
            received = self._key.open(self._path(digest).read_bytes(), self._place(digest))
        except SealBrokenError as error:
            raise TamperedError("a document in quarantine does not open") from error
        return received

    def release(self, digest: str) -> None:
        """Take away what was taken in after all."""
        self._path(digest).unlink(missing_ok=True)

    def size(self, digest: str) -> int:
        """Return how many bytes came, as far as that is seen from outside."""
        return max(self._path(digest).stat().st_size - _SEALED_BYTES, 0)

    def find(self, digest: str) -> Refusal | None:
        """Return why a document lies here; None if none does under ``digest``."""
        if not _DIGEST.fullmatch(digest):
            return None
        return next((one for one in self.refusals() if one.digest == digest), None)

    def discard(self, discard: Discard) -> None:
        """Give a document up: why is kept before its bytes are taken away.

        Raises:
            InvalidInputError: There is no reason, or too long a one.
        """
        reason = check_text(discard.reason, place="reason", longest=MAX_REASON)
        sealed = self._key.seal(
            reason.encode(), self._reason_place(discard.digest), self._random(NONCE_BYTES)
        )
        line = json.dumps({**asdict(discard), "reason": sealed.hex()}) + "\n"
        _append(self._folder / _GIVEN_UP, line.encode())
        self.release(discard.digest)

    def discarded(self) -> list[Discard]:
        """Return what was given up, oldest first.

        Raises:
            TamperedError: A reason is not the one that was put here.
        """
        found: list[Discard] = []
        with suppress(FileNotFoundError), (self._folder / _GIVEN_UP).open("rb") as lines:
            for line in lines:
                with suppress(ValueError, TypeError, KeyError):
                    found.append(self._opened(json.loads(line)))
        return found

    def _opened(self, said: dict[str, str]) -> Discard:
        place = self._reason_place(said["digest"])
        try:
            reason = self._key.open(bytes.fromhex(said["reason"]), place).decode()
        except SealBrokenError as error:
            raise TamperedError("a reason in quarantine does not open") from error
        return Discard(said["digest"], said["account"], said["at"], reason)

    @staticmethod
    def _reason_place(digest: str) -> bytes:
        return _REASON + bytes.fromhex(digest)

    def __iter__(self) -> Iterator[Refusal]:
        """Iterate over `refusals`."""
        return iter(self.refusals())

    def _path(self, digest: str) -> Path:
        return self._folder / f"{digest}{_SUFFIX}"

    @staticmethod
    def _place(digest: str) -> bytes:
        return _PLACE + bytes.fromhex(digest)


def digest_of(received: bytes) -> str:
    """Return under which name ``received`` lies here."""
    return sha256(received).hexdigest()


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none: it gets its name when it is on the disk."""
    unfinished = path.with_suffix(".unfinished")
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def _append(path: Path, line: bytes) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
