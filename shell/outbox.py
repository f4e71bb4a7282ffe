"""Alarms that wait on disk until somebody has taken them: one file each, in their order.

A number below the one that the watch's memory names next is committed; a file at or above it was
written by a pass that died before it was remembered, and is dropped: the next pass tells it again.
"""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

_DIGITS: Final = 12
_SUFFIX: Final = ".json"


class Outbox:
    """A folder of what is to be told."""

    def __init__(self, folder: Path) -> None:
        """Keep it in ``folder``, which is made if it is not there."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder = folder

    def put(self, number: int, told: dict[str, Any]) -> None:
        """Keep what is to be told under a number; on the disk after `flush`."""
        file = self._file(number)
        new = file.with_suffix(".new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(json.dumps(told).encode())
            opened.flush()
            os.fsync(descriptor)
        new.replace(file)

    def flush(self) -> None:
        """Return when all that was put is on the disk under its name."""
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def forget_from(self, number: int) -> None:
        """Drop what was written under this number and those after it."""
        for waiting in self.waiting():
            if waiting >= number:
                self.done(waiting)

    def waiting(self, below: int | None = None) -> Iterator[int]:
        """Yield the numbers that wait, in their order; with ``below`` only smaller ones."""
        names = (file.stem for file in self.folder.glob(f"*{_SUFFIX}"))
        for number in sorted(int(name) for name in names if name.isdecimal()):
            if below is None or number < below:
                yield number

    def read(self, number: int) -> bytes:
        """Return what waits under a number."""
        return self._file(number).read_bytes()

    def done(self, number: int) -> None:
        """Forget what was taken."""
        self._file(number).unlink(missing_ok=True)

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:0{_DIGITS}}{_SUFFIX}"
