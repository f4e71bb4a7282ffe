"""Segments on disk: written whole or not at all, and read as what a stranger may have changed."""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.audit.segments.columns import FORMAT, SCHEMA
from ledger.audit.segments.names import Segment, parse_name
from ledger.errors import RefusedError, TamperedError

_COMPRESSION: Final = "zstd"
_REPEATED: Final = (
    "topic", "actor", "role", "organisation", "province", "fee_group", "kind", "drafter",
    "authority", "status_uri",
)  # fmt: skip
"""Columns of few different values."""


def write_segment(folder: Path, segment: Segment, table: pa.Table) -> Path:
    """Write ``segment`` to its file in ``folder``; on the disk when this returns."""
    path = folder / segment.file_name
    part = folder / f".{segment.file_name}.part"
    with pq.ParquetWriter(
        part,
        table.schema,
        compression=_COMPRESSION,
        use_dictionary=list(_REPEATED),
        store_schema=False,
        write_statistics=False,  # an engine would skip what they hide, and nobody verifies them
    ) as file:
        file.add_key_value_metadata(FORMAT)
        file.write_table(table, row_group_size=segment.facts)
    replace_durably(part, path)
    return path


def replace_durably(part: Path, path: Path) -> None:
    """Let the finished file ``part`` take the name ``path``; on the disk when this returns."""
    with part.open("rb") as written:
        os.fsync(written.fileno())
    part.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Make ``folder`` if need be, and keep other exports out of it.

    Raises:
        RefusedError: ``export_running``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    held = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise RefusedError(
                "export_running", "another export writes into this folder"
            ) from error
        for part in folder.glob(".*.part"):
            part.unlink()
        yield
    finally:
        os.close(held)


def read_segment(path: Path, columns: Sequence[str] | None = None) -> pa.Table:
    """Return the columns of the segment at ``path``, all if none is named.

    Raises:
        InvalidInputError: Its name is no segment's.
        TamperedError: It is no file of this form, or not of so many facts as its name says.
    """
    segment = parse_name(path.name)
    try:
        with pq.ParquetFile(path) as file:
            if file.metadata.metadata != FORMAT or not file.schema_arrow.equals(SCHEMA):
                raise TamperedError("expected the columns of a segment")
            if file.metadata.num_rows != segment.facts:
                raise TamperedError(f"expected {segment.facts} rows")
            table = file.read(list(columns) if columns is not None else None)
        table.validate(full=True)
    except (pa.ArrowException, OSError, ValueError, MemoryError, OverflowError) as error:
        raise TamperedError("expected a Parquet file that can be read") from error
    if table.num_rows != segment.facts:
        raise TamperedError(f"expected {segment.facts} rows")
    return table
