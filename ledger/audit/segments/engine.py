"""DuckDB over the segments of a folder: it reads these files, spills to one folder, nothing else.

No extension is installed or loaded, no other file is opened, no setting changed once it is up: a
statement that would do so fails.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import duckdb

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
    """Segments that can be asked in SQL: the view ``facts`` has their columns."""

    position: int
    """The last position that they hold; answers are of the facts up to there."""
    connection: Any

    def ask(self, statement: str) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
        """Return the names of the answer's columns, and its rows.

        Raises:
            TamperedError: A segment cannot be read.
            RefusedError: ``engine_memory``: memory and spill are not enough.
        """
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
    paths = [str((folder / segment.file_name).resolve()) for segment in layout.used]
    with TemporaryDirectory(prefix="records-columns-") as spill:
        connection = _opened(folder, Path(spill), limits)
        try:
            # A file list, not a pattern: a stray file beside them is not part of history.
            named = ", ".join(_quoted(path) for path in paths)
            view = f"CREATE VIEW facts AS SELECT * FROM read_parquet([{named}])"  # noqa: S608 (quoted)
            connection.execute(view)
            yield Columns(layout.facts, connection)
        except duckdb.Error as error:
            raise TamperedError("a segment is no file that can be read") from error
        finally:
            connection.close()


def _opened(folder: Path, spill: Path, limits: Limits) -> Any:
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
    allowed = ", ".join(_quoted(f"{place.resolve()}/") for place in (folder, spill))
    connection.execute(f"SET allowed_directories=[{allowed}]")
    connection.execute("SET enable_external_access=false")
    connection.execute("SET lock_configuration=true")
    return connection


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def statement(name: str) -> str:
    """Return the SQL in the file ``name`` beside this one."""
    return files(__package__).joinpath(f"{name}.sql").read_text("utf-8")
