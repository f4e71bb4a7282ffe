"""The newest head that this log has signed, in a file of its own: it knows when databases go back.

Written before a signature leaves. It is not in backups: a home that was restored has none and
begins with what is published; whether that is too old, the witnesses know.
"""

import fcntl
import os
from pathlib import Path

from ledger.errors import InvalidInputError, LogError
from ledger.transparency.checkpoint import Checkpoint, parse_checkpoint


class HeadFile:
    """Remembers one head durably; several processes may."""

    def __init__(self, path: Path) -> None:
        """Remember in the file at ``path``, in a folder that is there."""
        self._path = path

    def read(self) -> Checkpoint | None:
        """Return the newest head; None if none was ever signed here.

        Raises:
            LogError: ``memory_damaged``.
        """
        try:
            return parse_checkpoint(self._path.read_text("utf-8"))
        except FileNotFoundError:
            return None
        except (InvalidInputError, UnicodeDecodeError, OSError) as error:
            message = f"{self._path.name}: expected the text of the newest head that was signed"
            raise LogError("memory_damaged", message) from error

    def write(self, head: Checkpoint) -> None:
        """Remember ``head``, on the disk when this returns, unless a larger one is known."""
        lock = os.open(self._path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            known = self.read()
            if known is None or known.size < head.size:
                self._replace(head.text.encode())
        finally:
            os.close(lock)

    def _replace(self, content: bytes) -> None:
        new = self._path.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        new.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
