"""Looks for traces of a person in files: databases, their logs, exports, backups, anything.

A text is looked for as it may have been written: in both Unicode forms and three cases, in three
encodings, escaped for JSON, for addresses and for markup, in hexadecimal, and in base64 however it
is aligned; and again in what is compressed inside of a file (gzip, zlib, zip, zstd). What is
encrypted cannot be looked into: that nobody can read it any more is what forgetting rests on.
"""

import io
import json
import re
import zipfile
import zlib
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from unicodedata import normalize
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import zstandard

SHORTEST: Final = 4
"""Characters of a text worth looking for: shorter ones are everywhere."""
MOST_INFLATED: Final = 256 << 20
"""Bytes that are unpacked of one file: a trap in a file is no reason to stop."""
_DEEPEST: Final = 3
_STEP: Final = 16 << 10
_SHORTEST_BASE64: Final = 12
"""Characters: fewer are met by chance."""
_FORMS: Final[tuple[Literal["NFC", "NFD"], ...]] = ("NFC", "NFD")
_CODES: Final = ("utf-8", "utf-16-le", "utf-16-be")
_GZIP: Final = b"\x1f\x8b\x08"
_ZSTD: Final = b"\x28\xb5\x2f\xfd"
_ZIP: Final = b"PK\x03\x04"
_ZLIB: Final = re.compile(rb"\x78[\x01\x5e\x9c\xda]")


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that was found; its number only, so that the report is no trace itself."""

    file: Path
    needle: int
    """1, 2, 3 … in the order in which the texts were given."""
    packed: bool
    """Whether it was found in what is compressed inside of the file."""


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked through, and what was found."""

    files: int
    octets: int
    spellings: int
    hits: tuple[Hit, ...]
    unread: tuple[Path, ...]
    """Files that could not be read, and so prove nothing."""


def spellings(text: str) -> frozenset[bytes]:
    """Return ``text`` as it may lie in a file."""
    found: set[bytes] = set()
    for form in _FORMS:
        for written in {text, text.upper(), text.lower(), text.casefold(), text.title()}:
            found.update(_encoded(normalize(form, written)))
    return frozenset(one for one in found if len(one) >= SHORTEST)


def _encoded(text: str) -> Iterator[bytes]:
    for code in _CODES:
        octets = text.encode(code)
        yield octets
        yield from _in_base64(octets)
    utf8 = text.encode()
    escaped = json.dumps(text)[1:-1]
    spelled = {
        escaped, escaped.replace("\\u", "\\\\u"), text.encode("unicode_escape").decode(),
        quote(text), quote(text).lower(), quote_plus(text), escape(text),
        text.encode("ascii", "xmlcharrefreplace").decode(), utf8.hex(), utf8.hex().upper(),
    }  # fmt: skip
    yield from (one.encode() for one in spelled)


def _in_base64(octets: bytes) -> Iterator[bytes]:
    """Yield the characters that are the same whatever stands before and after ``octets``."""
    for before in range(3):
        whole = b64encode(b"\0" * before + octets)
        first, last = (0, 2, 3)[before], len(b"\0" * before + octets) * 4 // 3
        sure = whole[first:last].rstrip(b"=")
        if len(sure) >= _SHORTEST_BASE64:
            yield sure
            yield sure.replace(b"+", b"-").replace(b"/", b"_")


def search(paths: Iterable[Path], needles: Iterable[str]) -> Search:
    """Look for ``needles`` in every file under ``paths``; links are not followed."""
    wanted = {
        spelling: number for number, text in enumerate(needles, 1) for spelling in spellings(text)
    }
    files = octets = 0
    hits: list[Hit] = []
    unread: list[Path] = []
    for file in _files(paths):
        try:
            content = file.read_bytes()
        except OSError:
            unread.append(file)
            continue
        files, octets = files + 1, octets + len(content)
        plain = _found(content, wanted)
        hits.extend(Hit(file, number, packed=False) for number in sorted(plain))
        packed = {n for part in _unpacked(content) for n in _found(part, wanted)}
        hits.extend(Hit(file, number, packed=True) for number in sorted(packed - plain))
    return Search(files, octets, len(wanted), tuple(hits), tuple(unread))


def _found(content: bytes, wanted: Mapping[bytes, int]) -> frozenset[int]:
    # One search for each spelling: twice as fast as one expression of all of them.
    return frozenset(number for spelling, number in wanted.items() if spelling in content)


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_file():
            yield path
        else:
            yield from sorted(
                one for one in path.rglob("*") if one.is_file() and not one.is_symlink()
            )


def _unpacked(content: bytes, depth: int = 1, room: int = MOST_INFLATED) -> Iterator[bytes]:
    """Yield what is compressed inside of ``content``, wherever it begins."""
    for unpack in (_zlib, _gzip, _zstd, _zip):
        for part in unpack(content):
            if len(part) > room:
                return
            room -= len(part)
            yield part
            if depth < _DEEPEST:
                yield from _unpacked(part, depth + 1, room)


def _zlib(content: bytes) -> Iterator[bytes]:
    yield from _inflated(content, (match.start() for match in _ZLIB.finditer(content)), 15)


def _gzip(content: bytes) -> Iterator[bytes]:
    yield from _inflated(content, _places(content, _GZIP), 31)


def _inflated(content: bytes, places: Iterable[int], window: int) -> Iterator[bytes]:
    for place in places:
        part = _tolerant(zlib.decompressobj(window), memoryview(content)[place:])
        if len(part) >= SHORTEST:
            yield part


def _tolerant(reader: "zlib._Decompress", content: memoryview) -> bytes:
    """Return as much as can be read: what only looks like the beginning of a stream is nothing."""
    read = bytearray()
    for start in range(0, len(content), _STEP):
        try:
            read += reader.decompress(content[start : start + _STEP], MOST_INFLATED - len(read))
        except zlib.error:
            break
        if reader.eof or len(read) >= MOST_INFLATED:
            break
    return bytes(read)


def _zstd(content: bytes) -> Iterator[bytes]:
    for place in _places(content, _ZSTD):
        reader = zstandard.ZstdDecompressor().stream_reader(
            memoryview(content)[place:], read_across_frames=False
        )
        try:
            yield reader.read(MOST_INFLATED)
        except zstandard.ZstdError:
            continue


def _zip(content: bytes) -> Iterator[bytes]:
    if _ZIP not in content:
        return
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for one in archive.infolist():
                if one.file_size <= MOST_INFLATED:
                    yield archive.read(one)
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, OSError, zlib.error):
        return


def _places(content: bytes, mark: bytes) -> Iterator[int]:
    place = content.find(mark)
    while place >= 0:
        yield place
        place = content.find(mark, place + 1)
