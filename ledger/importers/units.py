"""Files of any size as units of work: read, checked and packed anywhere, taken in in one order.

A JSON or XML file is one unit. A file of lines (NDJSON) is cut at line ends, so that it may be of
any size. Files of patients come first, for other lines of an export refer to them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from ledger.errors import InvalidInputError
from ledger.importers.fhir import LARGEST_LIFE, read_fhir
from ledger.importers.insurance_xml import read_insurance
from ledger.importers.pieces import Piece, Rejected, Source

XML, FHIR, EXPORT = "xml", "fhir", "export"
KINDS: Final = {".json": FHIR, ".xml": XML, ".ndjson": EXPORT}
"""How files are read, by the end of their name."""
LINES_BYTES: Final = 1 << 18
"""Bytes of lines that are one unit."""
LARGEST_LINE: Final = LARGEST_LIFE
_SNIFFED: Final = 4_096


@dataclass(frozen=True, slots=True)
class Unit:
    """A part of a file."""

    path: Path
    kind: str
    start: int
    end: int
    """Bytes from ``start`` up to ``end`` are this unit's."""

    @property
    def size(self) -> int:
        """Bytes of it."""
        return self.end - self.start


def files_of(paths: Sequence[Path]) -> list[Path]:
    """Return the files at ``paths`` and in folders there, those of patients first.

    Raises:
        InvalidInputError: A path is not there, or nothing that can be read is.
    """
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            found += sorted(p for p in path.rglob("*") if p.is_file() and p.suffix in KINDS)
        elif path.is_file():
            found.append(path)
        else:
            raise InvalidInputError("path", "no_file", "a file or folder that is there")
    if not found:
        kinds = ", ".join(KINDS)
        raise InvalidInputError("path", "no_file", f"a folder with files that end in {kinds}")
    return sorted(dict.fromkeys(found), key=lambda path: not _is_of_patients(path))


def _is_of_patients(path: Path) -> bool:
    if path.suffix != ".ndjson":
        return False
    with path.open("rb") as file:
        head = file.read(_SNIFFED).split(b"\n", 1)[0].replace(b" ", b"")
    return b'"resourceType":"Patient"' in head


def units_of(path: Path, *, lines: int = LINES_BYTES) -> Iterator[Unit]:
    """Yield the units of one file; of a file of lines about so many bytes each."""
    size = path.stat().st_size
    kind = KINDS.get(path.suffix, FHIR)
    if kind != EXPORT:
        yield Unit(path, kind, 0, size)
        return
    start = 0
    with path.open("rb") as file:
        while start < size:
            file.seek(min(start + lines, size))
            file.readline(LARGEST_LINE)
            end = min(file.tell(), size)
            yield Unit(path, kind, start, end)
            start = end


def read_unit(unit: Unit, source: Source) -> list[Piece]:
    """Return the pieces of a unit; pure but for reading the file."""
    if unit.size > LARGEST_LINE:
        return [Rejected(b"", "document_size", "document", f"at most {LARGEST_LINE} bytes")]
    with unit.path.open("rb") as file:
        file.seek(unit.start)
        data = file.read(unit.size)
    return list(read_data(data, unit.kind, source))


def read_data(data: bytes, kind: str, source: Source) -> Iterator[Piece]:
    """Yield the pieces of received bytes."""
    if kind == XML:
        yield from read_insurance(data, source)
    elif kind == EXPORT:
        for line in filter(bytes.strip, data.split(b"\n")):
            yield from read_fhir(line.strip(), source, exported=True)
    else:
        yield from read_fhir(data, source)


def reader(source: Source) -> partial[list[Piece]]:
    """Return `read_unit` for one source: it can be sent to another process."""
    return partial(read_unit, source=source)
