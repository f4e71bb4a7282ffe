"""An evidence package on the disk: a folder or a .zip, for its owner alone, whole or not at all."""

import os
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

from ledger.audit.package.bag import zipped as zip_of
from ledger.audit.package.package import folder_name
from shell.errors import UnreadableFileError


def require_free(out: Path) -> None:
    """Refuse to write over anything.

    Raises:
        UnreadableFileError: Something is there, or the folder around it is not.
    """
    if out.exists() or out.is_symlink() or not out.parent.is_dir():
        raise UnreadableFileError(f"{out}: expected a new name in a folder that is there")


def write_package(out: Path, files: Mapping[str, bytes], package: UUID, *, zipped: bool) -> None:
    """Write a package; it has its name only when all of it is on the disk.

    Raises:
        UnreadableFileError: It cannot be written.
    """
    draft = out.with_name(f".{out.name}.{package}")
    parts = {"": zip_of(folder_name(package), files)} if zipped else files
    try:
        if not zipped:
            draft.mkdir(mode=0o700)
        for name, content in parts.items():
            _write(draft / name, content)
        draft.rename(out)
    except OSError as error:
        raise UnreadableFileError(f"{out}: cannot be written") from error


def _write(file: Path, content: bytes) -> None:
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as new:
        new.write(content)
        new.flush()
        os.fsync(descriptor)
