"""Where tokens over heads lie: a folder, each file written once and never again.

    <size>.note     the published head, as it was stamped
    <size>.tsr      the authority's answer over it
    <size>.2.tsr    the answer over the note and all answers before it; and so on

A note without an answer is what a kill left, and is stamped by the next try.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from ledger.transparency.stamped_head import StampedHead

FOLDER: Final = "timestamps"
_ANSWER: Final = ".tsr"


class TimestampFiles:
    """The folder of a log's tokens."""

    def __init__(self, folder: Path) -> None:
        """Look into ``folder``, which need not be there yet."""
        self.folder = folder

    def sizes(self) -> list[int]:
        """Return the sizes of all stamped heads, the smallest first."""
        names = (file.name.removesuffix(_ANSWER) for file in self.folder.glob(f"*{_ANSWER}"))
        return sorted(int(name) for name in names if name.isascii() and name.isdigit())

    def stamped(self, size: int) -> StampedHead | None:
        """Return the head of this size with its tokens; None if it has none."""
        tokens: list[bytes] = []
        while (file := self.file(size, len(tokens))).is_file():
            tokens.append(file.read_bytes())
        if not tokens:
            return None
        return StampedHead(size, self.note(size) or b"", tuple(tokens))

    def all(self) -> Iterator[StampedHead]:
        """Yield all stamped heads, the smallest first."""
        for size in self.sizes():
            kept = self.stamped(size)
            if kept is not None:
                yield kept

    def note(self, size: int) -> bytes | None:
        """Return the note that is to be stamped, or was."""
        file = self.folder / f"{size}.note"
        return file.read_bytes() if file.is_file() else None

    def keep_note(self, size: int, note: bytes) -> bytes:
        """Keep a head's note before it is stamped; return the one that is kept, which was first."""
        self._write(self.folder / f"{size}.note", note)
        return self.note(size) or note

    def keep_token(self, size: int, number: int, token: bytes) -> None:
        """Keep the token of this number, from 0; what is there stays."""
        self._write(self.file(size, number), token)

    def file(self, size: int, number: int) -> Path:
        """Return where the token of this number, from 0, lies."""
        middle = f".{number + 1}" if number else ""
        return self.folder / f"{size}{middle}{_ANSWER}"

    def _write(self, file: Path, content: bytes) -> None:
        """Write a file once, whole or not at all, flushed; whoever was first has written it."""
        self.folder.mkdir(mode=0o755, exist_ok=True)
        new = file.with_name(f".{file.name}.{os.getpid()}.new")
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
        try:
            with os.fdopen(descriptor, "wb") as opened:
                opened.write(content)
                opened.flush()
                os.fchmod(descriptor, 0o444)
                os.fsync(descriptor)
            try:
                os.link(new, file)
            except FileExistsError:
                return
        finally:
            new.unlink()
        self._flush_folder()

    def _flush_folder(self) -> None:
        folder = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
