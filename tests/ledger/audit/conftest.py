"""A ledger with its log on either database, and an attacker's hands on both."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from tests_support.audited_ledger import AuditedLedger

Begin = Callable[..., AuditedLedger]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def begin(database: str, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Begin]:
    """Begin empty ledgers; all are closed at the end."""
    begun: list[AuditedLedger] = []

    def new(seed: int = 0) -> AuditedLedger:
        if database == "sqlite":
            folder = tmp_path / str(len(begun))
            folder.mkdir()
            urls = f"sqlite:///{folder}/ledger.db", f"sqlite:///{folder}/log.db"
        else:
            server = request.getfixturevalue("postgres_server")
            urls = server.new_database(), server.new_database()
        begun.append(AuditedLedger(*urls, seed=seed))
        return begun[-1]

    yield new
    for ledger in begun:
        ledger.close()


def by_sql(url: str, *statements: tuple[str, Sequence[object]]) -> None:
    """Run statements as who owns the database can: guards are taken off first."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            names = file.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
            for (name,) in names:
                file.execute(f"DROP TRIGGER {name}")
            for sql, values in statements:
                file.execute(sql, values)
        return
    with psycopg.connect(url) as server:
        tables = server.execute(
            "SELECT DISTINCT event_object_table FROM information_schema.triggers"
        ).fetchall()
        for (table,) in tables:
            server.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        for sql, values in statements:
            server.execute(sql.replace("?", "%s").encode(), values)
