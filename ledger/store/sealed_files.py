"""Files that lie beside the ledger, sealed under their person's key, named by what they hold.

    file      the part that `keys.sealing` makes, at the place (stream, kind's name, kind's purpose)
    address   SHA-256 of the file: what the fact says; the same file twice is one file
    path      first two hexadecimal digits of the address / all 64

The file is there, durably, before the fact that names it. A file that no fact names was left by
who was cut short; one whose key is destroyed says nothing to anybody. `sweep` takes both away.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Final
from uuid import UUID

from keys.key_store_errors import SealBrokenError, UnknownKeyError
from keys.sealing import KEY_ID_BYTES, key_id_of, seal_place
from ledger.errors import StoreUnavailableError, TamperedError
from ledger.personal import Erased, Purpose
from ledger.store.sealed_parts import DataKeys

_SHARD: Final = 2
_UNFINISHED: Final = "."


@dataclass(frozen=True, slots=True)
class FileKind:
    """Of what sort files are, and so under which of a person's keys they lie."""

    place: str
    """What the seal of a file is bound to beside its stream; never renamed once written."""
    purpose: Purpose
    named_by: str
    """Stored name of the facts that name one."""


VISIT_FILES: Final = FileKind("visit.file/1", Purpose.HEALTH, "visit.attached/1")
REQUEST_FILES: Final = FileKind("request.file/1", Purpose.IDENTITY, "request.file_received/1")
NAMING: Final = (VISIT_FILES.named_by, REQUEST_FILES.named_by)
"""Facts that name a file: a kind that is missing here loses its files a day after they came."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep took away."""

    orphans: int
    erased: int


class SealedFiles:
    """The files of one kind in a folder, which kinds, threads and processes may share."""

    def __init__(self, folder: Path, keys: DataKeys, kind: FileKind = VISIT_FILES) -> None:
        """Use ``folder``, which is made with the first file."""
        self._folder = folder
        self._keys = keys
        self._kind = kind

    def put(self, content: bytes, *, subject: UUID, stream: UUID) -> bytes:
        """Keep ``content``, which is about ``subject``; return its address. Durable on return.

        Raises:
            KeyDestroyedError: The person's data of this purpose were erased.
            StoreUnavailableError: It could not be written.
        """
        key = self._keys.for_writing(subject, self._kind.purpose.value)
        sealed = key.seal_alike(content, self._place(stream, key.key_id))
        address = sha256(sealed).digest()
        try:
            _write(self._path(address), sealed)
        except OSError as error:
            raise StoreUnavailableError("a file could not be written") from error
        return address

    def has(self, address: bytes) -> bool:
        """Tell whether the file is there."""
        return self._path(address).is_file()

    def is_intact(self, address: bytes) -> bool:
        """Tell whether the file is there as it was written; asks no key."""
        try:
            return sha256(self._path(address).read_bytes()).digest() == address
        except OSError:
            return False

    def get(self, address: bytes, *, stream: UUID) -> bytes | Erased:
        """Return what was kept of ``stream`` at ``address``.

        Raises:
            TamperedError: It is not there, was altered, or belongs to something else.
        """
        try:
            sealed = self._path(address).read_bytes()
        except OSError as error:
            raise TamperedError(f"the file {address.hex()} cannot be read") from error
        if sha256(sealed).digest() != address:
            raise TamperedError(f"the file {address.hex()} was altered")
        try:
            key_id = key_id_of(sealed)
            key = self._keys.for_reading(key_id)
            return Erased(key_id) if key is None else key.open(sealed, self._place(stream, key_id))
        except (SealBrokenError, UnknownKeyError) as error:
            raise TamperedError(f"the file {address.hex()} does not open here") from error

    def sweep(self, named: Callable[[bytes], bool], *, before: float) -> Swept:
        """Take away what no fact has named since ``before``, and what nobody can open any more.

        Args:
            named: Whether a fact names the address.
            before: Seconds since 1970 UTC; what was written later may still be on its way.
        """
        orphans = erased = 0
        for file in list(_all(self._folder)):
            with suppress(FileNotFoundError):  # another process sweeps, too
                if self._is_erased(file):
                    file.unlink()
                    erased += 1
                elif not _is_named(file, named) and file.stat().st_mtime < before:
                    file.unlink()
                    orphans += 1
        return Swept(orphans, erased)

    def _is_erased(self, file: Path) -> bool:
        with file.open("rb") as opened:
            key_id = opened.read(KEY_ID_BYTES)
        try:
            return self._keys.for_reading(key_id) is None
        except UnknownKeyError:
            return False

    def _path(self, address: bytes) -> Path:
        return path_of(self._folder, address)

    def _place(self, stream: UUID, key_id: bytes) -> bytes:
        return seal_place(stream.bytes, 0, self._kind.place, self._kind.purpose.value, key_id)


def path_of(folder: Path, address: bytes) -> Path:
    """Return where the file at ``address`` lies in ``folder``."""
    name = address.hex()
    return folder / name[:_SHARD] / name


def _all(folder: Path) -> Iterator[Path]:
    return (file for file in folder.glob("*/*") if file.is_file())


def _is_named(file: Path, named: Callable[[bytes], bool]) -> bool:
    return not file.name.startswith(_UNFINISHED) and named(bytes.fromhex(file.name))


def _write(path: Path, content: bytes) -> None:
    """Write all or nothing; the same again makes it new, so that no sweep takes it away."""
    for folder in (path.parent.parent, path.parent):
        folder.mkdir(mode=0o700, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=_UNFINISHED, delete=False) as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
            Path(file.name).replace(path)
        except OSError:
            Path(file.name).unlink(missing_ok=True)
            raise
    for folder in (path.parent, path.parent.parent):
        _sync(folder)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
