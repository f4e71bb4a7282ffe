"""What is packed inside of a file: unpacked wherever it begins, or named where that cannot be done.

What cannot be looked into proves nothing, so it is never passed over: an archive with a password,
a damaged one, one of a form that is not read here, one that is too large or too deep. A beginning
that is too short to be told from chance counts at the start of a file, or of what was packed.
"""

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from struct import unpack_from
from typing import Final, Protocol, TypeAlias

import zstandard

MOST_INFLATED: Final = 256 << 20
"""Bytes that are unpacked of one file: a trap in a file is no reason to stop."""
DEEPEST: Final = 6
"""Archives in archives that are opened."""
_LEAST: Final = 4
"""Bytes: less than that is nothing to be found."""
_STEP: Final = 16 << 10
_ZSTD_STEP: Final = 1 << 10


class Why(StrEnum):
    """Why something could not be looked into."""

    LOCKED = "encrypted"
    DAMAGED = "damaged"
    UNREAD = "form-not-read"
    TOO_LARGE = "too-large"
    TOO_DEEP = "too-deep"


@dataclass(frozen=True, slots=True)
class Unopened:
    """Something that is packed, and could not be looked into, or not to its end."""

    form: str
    why: Why


Found: TypeAlias = bytes | Unopened


class _Reader(Protocol):
    """Decompresses step by step."""

    @property
    def eof(self) -> bool:
        """Whether the packed stream has ended."""
        ...

    @property
    def unused_data(self) -> bytes:
        """What follows it, of what was handed in last."""
        ...

    def decompress(self, data: bytes, max_length: int = ..., /) -> bytes:
        """Return what a further step gives."""
        ...


_BROKEN: Final = (zlib.error, OSError, lzma.LZMAError, zstandard.ZstdError, EOFError)
_GZIP: Final = b"\x1f\x8b\x08"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ZLIB: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]")
_FRAME_HEADER_BYTES: Final = 18
"""At most, of a zstd frame with its mark."""
_BZIP2: Final = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_XZ: Final = b"\xfd7zXZ\x00"
_ZIP: Final = b"PK\x03\x04"
_ZIP_HEADER: Final = "<HHHHHIIIHH"
_ZIP_HEADER_BYTES: Final = 30
_ZIP_NEWEST: Final = 63
"""Of a version that an entry needs, as far as the format has got."""
_STORED, _DEFLATED = 0, 8
_ZIP_METHODS: Final = frozenset({0, 1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 14, 93, 94, 95, 96, 97, 98, 99})
_LONGEST_NAME: Final = 1024

_UNREAD: Final = {
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"Rar!\x1a\x07": "rar",
    b"MSCF\x00\x00\x00\x00": "cab",
    b"\x04\x22\x4d\x18": "lz4",
    b"\x1f\x9d": "compress",
    b"LZIP": "lzip",
}
"""Beginnings of archives that are not opened here."""
_LOCKED: Final = {
    b"age-encryption.org/": "age",
    b"-----BEGIN AGE ENCRYPTED FILE-----": "age",
    b"-----BEGIN PGP MESSAGE-----": "pgp",
    b"Salted__": "openssl",
}
_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OFFICE_LOCKED: Final = "EncryptedPackage".encode("utf-16-le")
_PDF: Final = b"%PDF-"
_PDF_LOCKED: Final = re.compile(rb"/Encrypt[\s/<]|/Encrypt\s+[0-9]")


class _Room:
    """How much more of one file is unpacked, over all that is in it."""

    def __init__(self, left: int) -> None:
        """Leave so many bytes."""
        self.left = left


@dataclass(frozen=True, slots=True)
class _Piece:
    """What came of one beginning."""

    place: int
    content: bytes = b""
    shut: Unopened | None = None
    end: int = 0
    """Where it ended, if it was read to its end."""


def unpacked(content: bytes, *, room: int = MOST_INFLATED) -> Iterator[Found]:
    """Yield all that is packed inside of ``content``, also in one another, and what was not opened.

    Args:
        content: A file.
        room: Bytes that are unpacked at most.
    """
    yield from _inside(content, 1, _Room(room))


def _inside(content: bytes, depth: int, room: _Room) -> Iterator[Found]:
    yield from _not_read(content)
    shut: list[_Piece] = []
    opened: list[_Piece] = []
    for look in _LOOKS:
        for piece in look(content, room):
            (shut if piece.shut else opened).append(replace(piece, content=b""))
            if len(piece.content) < _LEAST:
                continue
            room.left -= len(piece.content)
            yield piece.content
            if depth < DEEPEST:
                yield from _inside(piece.content, depth + 1, room)
            elif _is_archive(piece.content):
                yield Unopened("archive", Why.TOO_DEEP)
    for one in shut:
        # What was packed without getting smaller still shows the beginnings of what is in it; that
        # is looked into where it has been unpacked.
        if one.shut and not any(other.place < one.place < other.end for other in opened):
            yield one.shut


def _not_read(content: bytes) -> Iterator[Unopened]:
    """Yield what ``content`` itself is, where nothing in here opens it."""
    for beginning, form in _UNREAD.items():
        if content.startswith(beginning):
            yield Unopened(form, Why.UNREAD)
    for beginning, form in _LOCKED.items():
        if content.startswith(beginning):
            yield Unopened(form, Why.LOCKED)
    if content.startswith(_OFFICE) and _OFFICE_LOCKED in content:
        yield Unopened("office", Why.LOCKED)
    if content.startswith(_PDF) and _PDF_LOCKED.search(content):
        yield Unopened("pdf", Why.LOCKED)


def _is_archive(content: bytes) -> bool:
    beginnings = (_GZIP, _ZSTD, _XZ, _ZIP, *_UNREAD, *_LOCKED)
    return content.startswith(beginnings) or _BZIP2.match(content) is not None


@dataclass(frozen=True, slots=True)
class _Beginning:
    """Where something packed begins, and how it is read."""

    form: str
    place: int
    sure: bool
    """Whether it is no chance that it begins like that."""
    step: int = _STEP
    """Bytes that are handed in at a time."""
    skipped: int = 0
    """Bytes of a header before what is packed."""


def _read(one: _Beginning, reader: _Reader, content: bytes, room: _Room) -> _Piece:
    """Return as much as can be read, and that it was not all, unless it may be there by chance."""
    if room.left <= 0:
        return _Piece(one.place, shut=Unopened(one.form, Why.TOO_LARGE))
    read, start, broken = bytearray(), one.place + one.skipped, False
    while start < len(content) and len(read) < room.left and not reader.eof:
        try:
            read += reader.decompress(content[start : start + one.step], room.left - len(read))
        except _BROKEN:
            broken = True
            break
        start += one.step
    if reader.eof:
        return _Piece(
            one.place, bytes(read), end=min(start, len(content)) - len(reader.unused_data)
        )
    full = not broken and len(read) >= room.left
    why = Why.TOO_LARGE if full else Why.DAMAGED if one.sure else None
    return _Piece(one.place, bytes(read), None if why is None else Unopened(one.form, why))


def _zlib(content: bytes, room: _Room) -> Iterator[_Piece]:
    for match in _ZLIB.finditer(content):
        one = _Beginning("zlib", match.start(), sure=False)
        yield _read(one, zlib.decompressobj(15), content, room)


def _gzip(content: bytes, room: _Room) -> Iterator[_Piece]:
    for place in _places(content, _GZIP):
        one = _Beginning("gzip", place, sure=place == 0)
        yield _read(one, zlib.decompressobj(31), content, room)


def _bzip2(content: bytes, room: _Room) -> Iterator[_Piece]:
    for match in _BZIP2.finditer(content):
        one = _Beginning("bzip2", match.start(), sure=True)
        yield _read(one, bz2.BZ2Decompressor(), content, room)


def _xz(content: bytes, room: _Room) -> Iterator[_Piece]:
    for place in _places(content, _XZ):
        yield _read(_Beginning("xz", place, sure=True), lzma.LZMADecompressor(), content, room)


class _ZstdReader:
    """A zstd frame, read like the others; a step of it is short, for it can inflate very much."""

    def __init__(self) -> None:
        self._reader = zstandard.ZstdDecompressor().decompressobj()

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return self._reader.eof

    @property
    def unused_data(self) -> bytes:
        """What follows the frame."""
        return self._reader.unused_data

    def decompress(self, data: bytes, _max_length: int = -1, /) -> bytes:
        """Return what a further step gives."""
        return self._reader.decompress(data)


def _zstd(content: bytes, room: _Room) -> Iterator[_Piece]:
    for place in _places(content, _ZSTD):
        sure = place == 0 or _needs_dictionary(content[place : place + _FRAME_HEADER_BYTES])
        one = _Beginning("zstd", place, sure=sure, step=_ZSTD_STEP)
        yield _read(one, _ZstdReader(), content, room)


def _needs_dictionary(header: bytes) -> bool:
    """Tell whether a frame says by itself that a dictionary opens it."""
    try:
        return zstandard.get_frame_parameters(header).dict_id != 0
    except zstandard.ZstdError:
        return False


def _zip(content: bytes, room: _Room) -> Iterator[_Piece]:
    """Yield the entries by their own headers: also of an archive whose directory is lost.

    Source: PKWARE, APPNOTE.TXT 6.3.10, 4.3.7. What is only stored lies open in ``content``.
    """
    for place in _places(content, _ZIP):
        header = content[place + len(_ZIP) : place + _ZIP_HEADER_BYTES]
        entry = _entry(header)
        if entry is None:
            if place == 0:
                yield _Piece(place, shut=Unopened("zip", Why.DAMAGED))
        elif entry.locked:
            yield _Piece(place, shut=Unopened("zip", Why.LOCKED))
        elif entry.method == _DEFLATED:
            one = _Beginning("zip", place, sure=True, skipped=_ZIP_HEADER_BYTES + entry.names)
            yield _read(one, zlib.decompressobj(-15), content, room)
        elif entry.method != _STORED:
            yield _Piece(place, shut=Unopened("zip", Why.UNREAD))


@dataclass(frozen=True, slots=True)
class _Entry:
    """An entry of a zip by its own header."""

    method: int
    locked: bool
    names: int
    """Bytes of its name and of what is said further, behind the header."""


def _entry(header: bytes) -> _Entry | None:
    """Return what a header says; None if it is none that a zip has."""
    if len(header) < _ZIP_HEADER_BYTES - len(_ZIP):
        return None
    version, flags, method, *_, name, extra = unpack_from(_ZIP_HEADER, header)
    known = version & 0xFF <= _ZIP_NEWEST and method in _ZIP_METHODS
    if not known or not 0 < name <= _LONGEST_NAME:
        return None
    return _Entry(method, bool(flags & 1), name + extra)


def _places(content: bytes, mark: bytes) -> Iterator[int]:
    place = content.find(mark)
    while place >= 0:
        yield place
        place = content.find(mark, place + 1)


_Look: TypeAlias = Callable[[bytes, _Room], Iterable[_Piece]]
_LOOKS: Final[tuple[_Look, ...]] = (_zlib, _gzip, _bzip2, _xz, _zstd, _zip)
