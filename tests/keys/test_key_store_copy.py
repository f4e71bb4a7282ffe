import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from typing_extensions import override

from keys.key_database import TABLES
from keys.key_database_postgres import PostgresKeys
from keys.key_database_sqlite import SqliteKeys
from keys.key_store_copy import copy_key_store, write_copy
from keys.key_store_errors import KeyStoreError
from keys.subject_keys import SubjectKeys

OpenKeys = Callable[..., SubjectKeys]
ALICE = UUID(int=1)


@pytest.fixture
def filled(keys: SubjectKeys) -> SubjectKeys:
    """A key store with something in every table, and more keys than one page."""
    keys.for_writing_many([(uuid4(), "identity") for _ in range(5100)])
    keys.numbers.remember(
        "000099001234", ALICE, kind="personal", at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    keys.forget(ALICE, ["contact"], batch=uuid4())
    return keys


def everything(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(
                f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2"  # noqa: S608 (our own names)
            ).fetchall()
            for table, columns in TABLES.items()
        }


def test_a_copy_has_every_row_and_opens_as_a_key_store(
    filled: SubjectKeys, open_keys: OpenKeys, tmp_path: Path
) -> None:
    counts = filled.write_copy(tmp_path / "copy.db")
    rows = everything(tmp_path / "copy.db")
    assert counts == {table: len(found) for table, found in rows.items()}
    assert counts["subject_key"] == 5101
    for table, columns in TABLES.items():
        found = filled._database.query(
            f"SELECT {', '.join(columns)} FROM {table} ORDER BY 1, 2"  # noqa: S608 (our own names)
        )
        assert rows[table] == found
    restored = open_keys(url=f"sqlite:///{tmp_path}/copy.db")
    key_ids = [row[1] for row in rows["subject_key"] if row[1] is not None]
    assert all(restored.for_reading_many(key_ids).values())


def test_a_copy_is_one_file_for_nobody_else(filled: SubjectKeys, tmp_path: Path) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    filled.write_copy(folder / "copy.db")
    assert [file.name for file in folder.iterdir()] == ["copy.db"]
    assert (folder / "copy.db").stat().st_mode & 0o777 == 0o600


def test_a_copy_replaces_an_unfinished_one(filled: SubjectKeys, tmp_path: Path) -> None:
    (tmp_path / ".copy.db.unfinished").write_bytes(b"half of it")
    filled.write_copy(tmp_path / "copy.db")
    filled.write_copy(tmp_path / "copy.db")
    assert everything(tmp_path / "copy.db")["key_store"]


@pytest.mark.postgresql
def test_a_copy_goes_back_into_postgresql(
    filled: SubjectKeys, open_keys: OpenKeys, tmp_path: Path, new_key_database: Callable[[], str]
) -> None:
    filled.write_copy(tmp_path / "copy.db")
    url = new_key_database()
    source, target = SqliteKeys(tmp_path / "copy.db"), PostgresKeys(url)
    copy_key_store(source, target)
    key_ids = [row[0] for row in source.query("SELECT key_id FROM subject_key WHERE slot < 50")]
    source.close()
    target.close()
    assert all(open_keys(url=url).for_reading_many(key_ids).values())


def test_what_is_not_empty_is_not_copied_over(filled: SubjectKeys, tmp_path: Path) -> None:
    filled.write_copy(tmp_path / "copy.db")
    target = SqliteKeys(tmp_path / "copy.db")
    with pytest.raises(KeyStoreError, match="not empty"):
        copy_key_store(filled._database, target)
    target.close()


class Forgetful(SqliteKeys):
    """A disk that says it wrote, and did not."""

    @override
    def query(self, sql: str, values: Any = ()) -> list[tuple[Any, ...]]:
        return [(0,)] if "count(*)" in sql else super().query(sql, values)


def test_a_copy_that_does_not_read_back_is_refused(filled: SubjectKeys, tmp_path: Path) -> None:
    target = Forgetful(tmp_path / "copy.db")
    with pytest.raises(KeyStoreError, match="does not have its"):
        copy_key_store(filled._database, target)
    target.close()


def test_a_copy_that_cannot_be_written_leaves_nothing_behind_under_its_name(
    keys: SubjectKeys, tmp_path: Path
) -> None:
    (tmp_path / "occupied").write_bytes(os.urandom(10))
    with pytest.raises(OSError, match="occupied"):
        write_copy(keys._database, tmp_path / "occupied" / "copy.db")
