"""DuckDB over the segments of a folder: it is given their columns, and opens no file of its own.

The files are read by the reader that verifies them, so that none can say one thing there and
another here; least and largest values, indexes and filters in a file are believed by neither. No
extension is installed or loaded, and no setting changed once it is up: a statement that would do
so fails. What does not fit into memory is spilled to one folder, which is gone at the end.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb
import pyarrow as pa

from ledger.audit.segments.columns import SCHEMA
from ledger.audit.segments.files import read_segment
from ledger.audit.segments.names import lay_out, segments_in
from ledger.errors import InvalidInputError, RefusedError, TamperedError

MEMORY: Final = "2GB"
SPILL: Final = "200GB"
_CLOSED: Final = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}


@dataclass(frozen=True, slots=True)
class Limits:
    """What the engine may take."""

    memory: str = MEMORY
    """In DuckDB's words; beyond it, it spills."""
    spill: str = SPILL
    """Largest size of what it spills."""
    threads: int | None = None
    """None: as many as there are processors."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Segments that can be asked in SQL."""

    position: int
    """The last position that they hold; answers are of the facts up to there."""
    paths: tuple[Path, ...]
    connection: Any

    def ask(
        self, statement: str, names: Sequence[str]
    ) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Return the names of the answer's columns, and its rows.

        Args:
            statement: Reads ``facts`` once; from more than one place only by a materialised part.
            names: The columns of ``facts`` that it needs.

        Raises:
            TamperedError: A segment cannot be read.
            RefusedError: ``engine_memory``: memory and spill are not enough.
        """
        facts = pa.RecordBatchReader.from_batches(
            pa.schema([SCHEMA.field(name) for name in names]), self._batches(names)
        )
        self.connection.register("facts", facts)
        try:
            answer = self.connection.execute(statement)
            return tuple(column[0] for column in answer.description), answer.fetchall()
        except duckdb.OutOfMemoryException as error:
            message = "more memory, or more room to spill, than the engine was given"
            raise RefusedError("engine_memory", message) from error
        except (duckdb.BinderException, duckdb.ParserException, duckdb.CatalogException):
            raise  # the statement's own fault
        except duckdb.Error as error:
            message = "the segments cannot be asked: verify them first"
            raise TamperedError(message) from error
        finally:
            self.connection.unregister("facts")

    def _batches(self, names: Sequence[str]) -> Iterator[pa.RecordBatch]:
        for path in self.paths:
            yield from read_segment(path, names).select(names).to_batches()


@contextmanager
def columns(folder: Path, *, limits: Limits | None = None) -> Iterator[Columns]:
    """Open the segments in ``folder``; nothing of them is verified by asking.

    Raises:
        RefusedError: ``segments_missing``: there are none, or one is missing between others.
        InvalidInputError: ``engine_limits``.
    """
    limits = limits or Limits()
    layout = lay_out(segments_in(folder))
    if layout.gap is not None or not layout.used or layout.doubled:
        message = "expected segments from position 1 on, one after the other"
        raise RefusedError("segments_missing", message)
    paths = tuple(folder / segment.file_name for segment in layout.used)
    with TemporaryDirectory(prefix="records-columns-") as spill:
        connection = _opened(Path(spill), limits)
        try:
            yield Columns(layout.facts, paths, connection)
        finally:
            connection.close()


def _opened(spill: Path, limits: Limits) -> Any:
    settings: dict[str, Any] = {
        **_CLOSED,
        "memory_limit": limits.memory,
        "temp_directory": str(spill),
        "max_temp_directory_size": limits.spill,
    }
    if limits.threads is not None:
        settings["threads"] = str(limits.threads)
    try:
        connection = duckdb.connect(":memory:", config=settings)
    except duckdb.Error as error:
        raise InvalidInputError("memory", "engine_limits", "sizes as 2GB or 500MB") from error
    # Views of this process's variables are no way out either: what is registered is all there is.
    connection.execute("SET python_enable_replacements=false")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection


def statement(name: str) -> str:
    """Return the SQL in the file ``name`` beside this one."""
    return files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
