"""Looks for traces of a person in files: databases, their logs, exports, backups, anything.

A text is looked for as it may have been written: in both Unicode forms and three cases, in three
encodings, escaped for JSON, for addresses and for markup, in hexadecimal, and in base64 however it
is aligned; and again in what is packed inside of a file (gzip, zlib, bzip2, xz, zip, zstd; also in
one another). An archive that cannot be opened is a finding of its own. What the ledger has sealed
cannot be looked into: that nobody can read it any more is what forgetting rests on.
"""

import json
from base64 import b64encode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal
from unicodedata import normalize
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

from shell.archives import Unopened, Why, unpacked

SHORTEST: Final = 4
"""Characters of a text worth looking for: shorter ones are everywhere."""
_SHORTEST_BASE64: Final = 12
"""Characters: fewer are met by chance."""
_FORMS: Final[tuple[Literal["NFC", "NFD"], ...]] = ("NFC", "NFD")
_CODES: Final = ("utf-8", "utf-16-le", "utf-16-be")


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that was found; its number only, so that the report is no trace itself."""

    file: Path
    needle: int
    """1, 2, 3 … in the order in which the texts were given."""
    packed: bool
    """Whether it was found in what is compressed inside of the file."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Something inside of a file that could not be looked into, and so proves nothing."""

    file: Path
    form: str
    why: Why


@dataclass(frozen=True, slots=True)
class Search:
    """What was looked through, and what was found."""

    files: int
    octets: int
    spellings: int
    hits: tuple[Hit, ...]
    unread: tuple[Path, ...]
    """Files that could not be read, and so prove nothing."""
    closed: tuple[Closed, ...]
    """What could not be looked into."""


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
    closed: list[Closed] = []
    for file in _files(paths):
        try:
            content = file.read_bytes()
        except OSError:
            unread.append(file)
            continue
        files, octets = files + 1, octets + len(content)
        plain = _found(content, wanted)
        hits.extend(Hit(file, number, packed=False) for number in sorted(plain))
        inside: set[int] = set()
        shut: dict[Unopened, None] = {}
        for part in unpacked(content):
            if isinstance(part, Unopened):
                shut[part] = None
            else:
                inside |= _found(part, wanted)
        hits.extend(Hit(file, number, packed=True) for number in sorted(inside - plain))
        closed.extend(Closed(file, one.form, one.why) for one in shut)
    return Search(files, octets, len(wanted), tuple(hits), tuple(unread), tuple(closed))


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
