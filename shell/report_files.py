"""Files that appear together, each whole or not at all, and never instead of others."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from ledger.errors import InvalidInputError
from shell.errors import UnreadableFileError


def check_free(folder: Path, names: Iterable[str]) -> None:
    """Refuse a folder in which one of these files is already.

    Raises:
        InvalidInputError: ``report_exists``.
    """
    for name in names:
        if (folder / name).exists():
            raise InvalidInputError(
                str(folder / name), "report_exists", "a folder without an earlier report"
            )


def write_new(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write files into ``folder``, which is made if it is not there: all of them, or none.

    Raises:
        InvalidInputError: ``report_exists``: one is there already; nothing was written.
        UnreadableFileError: They cannot be written.
    """
    check_free(folder, contents)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _put(folder, contents)
    except FileExistsError as error:
        expected = "a folder without an earlier report"
        raise InvalidInputError(str(folder), "report_exists", expected) from error
    except OSError as error:
        raise UnreadableFileError(f"{folder}: a report cannot be written there") from error


def _put(folder: Path, contents: Mapping[str, bytes]) -> None:
    """Write beside, then link: a link that is there already is refused, not replaced."""
    beside = {name: folder / f".{name}.{os.getpid()}.new" for name in contents}
    linked: list[Path] = []
    try:
        for name, content in contents.items():
            _write_flushed(beside[name], content)
        for name in contents:
            (folder / name).hardlink_to(beside[name])
            linked.append(folder / name)
    except OSError:
        for file in linked:
            file.unlink()
        raise
    finally:
        for file in beside.values():
            file.unlink(missing_ok=True)


def _write_flushed(file: Path, content: bytes) -> None:
    with file.open("wb") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
