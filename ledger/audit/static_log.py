"""A log as the world sees it: static files in a folder, or under an address. A `LogReader`.

Only the newest head is there; older ones an auditor gets from who kept them. Source: C2SP
tlog-tiles.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

from ledger.errors import InvalidInputError, ProofError, StoreUnavailableError
from ledger.transparency.checkpoint import parse_checkpoint
from ledger.transparency.log import PublishedHead, cut
from ledger.transparency.note import LARGEST_NOTE, parse_note
from ledger.transparency.tiles import Tile

SECONDS: Final = 10.0
WEB: Final = ("https://", "http://")
_FOLDER: Final = "file://"
ReadFile = Callable[[str], bytes | None]
"""Returns a published file by its path, None if there is no such file."""


def is_static(url: str) -> bool:
    """Whether ``url`` names a log of static files."""
    return url.startswith((*WEB, _FOLDER))


def open_static_log(url: str) -> "StaticLog":
    """Return the log under ``https://…``, ``http://…``, or in the folder ``file:///…``.

    Raises:
        StoreUnavailableError: It does not answer, or shows no head.
        InvalidInputError: What it shows as its head is none.
    """
    if url.startswith(_FOLDER):
        return StaticLog(_in_folder(Path(url.removeprefix(_FOLDER))))
    return StaticLog(_at_address(url.rstrip("/")))


def _in_folder(folder: Path) -> ReadFile:
    def read(path: str) -> bytes | None:
        file = folder / path
        return file.read_bytes() if file.is_file() else None

    return read


def _at_address(address: str) -> ReadFile:
    def read(path: str) -> bytes | None:
        return fetch(f"{address}/{path}")

    return read


def fetch(address: str) -> bytes | None:
    """Return what is published at ``address``, None if there is nothing.

    Raises:
        StoreUnavailableError: Nobody answers there.
        InvalidInputError: No address of the web.
    """
    if not address.startswith(WEB):
        raise InvalidInputError("address", "address", "https://… or http://…")
    try:
        with urlopen(address, timeout=SECONDS) as answer:  # noqa: S310 (checked the line before)
            return bytes(answer.read(LARGEST_NOTE + 1)[: LARGEST_NOTE + 1])
    except HTTPError as error:
        error.close()
        if error.code in {404, 410}:
            return None
        raise StoreUnavailableError(f"the log answered {error.code}") from error
    except (URLError, OSError) as error:
        raise StoreUnavailableError("nobody answers at the given address") from error


class StaticLog:
    """A published log. Its head is read once: the same audit sees one tree."""

    def __init__(self, read: ReadFile) -> None:
        """Read its files with ``read``.

        Raises:
            StoreUnavailableError: There is no head.
            InvalidInputError: What is there is none.
        """
        self._read = read
        note = read("checkpoint")
        if note is None:
            raise StoreUnavailableError("the log shows no head")
        checkpoint = parse_checkpoint(parse_note(note).text)
        self._head = PublishedHead(checkpoint.size, checkpoint.root, note, None)

    def size(self) -> int:
        """Return how many leaves are under its head."""
        return self._head.size

    def latest(self) -> PublishedHead | None:
        """Return its head."""
        return self._head

    def covering(self, index: int) -> PublishedHead | None:
        """Return its head, if it is over the leaf."""
        return self._head if self._head.size > index else None

    def heads(self, *, after: int, limit: int) -> list[PublishedHead]:
        """Return its head, if it is of more leaves."""
        return [self._head][:limit] if self._head.size > after else []

    def tiles(self, wanted: Sequence[Tile]) -> list[bytes]:
        """Return tiles, in their order.

        Raises:
            ProofError: ``no_such_tile``.
        """
        return [cut(tile, self._tile(tile)) for tile in wanted]

    def _tile(self, tile: Tile) -> bytes:
        for path in (tile.path, tile._replace(width=256).path):
            data = self._read(path)
            if data is not None:
                return data
        raise ProofError("no_such_tile", f"{tile.path}: the log has no such tile")

    def close(self) -> None:
        """Nothing is held open."""
