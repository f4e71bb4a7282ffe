"""A copy of the key store as one SQLite file: written in one snapshot, flushed, read back.

Everything that is secret in it is wrapped under the root key, so a copy is worth nothing without
the root, and nothing at all once that root was destroyed. Sources and targets of both databases.
"""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from keys.key_database import TABLES, KeyDatabase, KeySession
from keys.key_database_sqlite import SqliteKeys
from keys.key_store_errors import KeyStoreError

_ROWS_AT_ONCE = 5000
_KEYS = {
    "key_store": "one", "key_root": "generation", "key_batch": "batch, subject, purpose",
    "key_node": "level, idx", "subject_key": "slot", "blind_index": "tag, valid_from",
}  # fmt: skip


def copy_key_store(source: KeyDatabase, target: KeyDatabase) -> dict[str, int]:
    """Copy all rows into the empty ``target``; return how many each table has.

    Raises:
        KeyStoreError: The target is not empty, or has not become the same.
    """
    with source.snapshot() as reading, target.writing() as writing:
        counts = {table: _copy_table(reading, writing, table) for table in TABLES}
    for table, count in counts.items():
        if target.query(f"SELECT count(*) FROM {table}")[0][0] != count:  # noqa: S608 (our own names)
            raise KeyStoreError(f"the copy's table {table} does not have its {count} rows")
    return counts


def write_copy(source: KeyDatabase, path: Path) -> dict[str, int]:
    """Write a copy to ``path``, mode 0600, complete or not there at all; return what it has.

    Raises:
        KeyStoreError: It could not be written, or does not read back.
    """
    unfinished = path.with_name(f".{path.name}.unfinished")
    _remove(unfinished)
    target = SqliteKeys(unfinished)
    try:
        counts = copy_key_store(source, target)
        target.clear_remnants()
    finally:
        target.close()
    with closing(sqlite3.connect(unfinished)) as connection:
        if connection.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise KeyStoreError("the copy does not read back")
    unfinished.replace(path)
    _remove(unfinished)
    _flush(path.parent)
    return counts


def _copy_table(reading: KeySession, writing: KeySession, table: str) -> int:
    columns = TABLES[table]
    if writing.execute(f"SELECT 1 FROM {table} LIMIT 1"):  # noqa: S608 (our own names)
        raise KeyStoreError(f"the copy's table {table} is not empty")
    names, marks = ", ".join(columns), ", ".join("?" * len(columns))
    count = 0
    for rows in _pages(reading, table):
        writing.execute_many(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)  # noqa: S608 (our own names)
        count += len(rows)
    return count


def _pages(reading: KeySession, table: str) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows page by page, in order of the primary key."""
    columns = TABLES[table]
    names, key = ", ".join(columns), _KEYS[table]
    key_columns = key.split(", ")
    marks = ", ".join("?" * len(key_columns))
    rows = reading.execute(f"SELECT {names} FROM {table} ORDER BY {key} LIMIT {_ROWS_AT_ONCE}")  # noqa: S608 (our own names)
    while rows:
        yield rows
        last = [rows[-1][columns.index(column)] for column in key_columns]
        rows = reading.execute(
            f"SELECT {names} FROM {table} WHERE ({key}) > ({marks}) "  # noqa: S608 (our own names)
            f"ORDER BY {key} LIMIT {_ROWS_AT_ONCE}",
            last,
        )


def _remove(path: Path) -> None:
    for ending in ("", "-wal", "-shm", ".setup.lock", ".shredding.lock"):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
