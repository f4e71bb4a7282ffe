"""Where the databases of the attacked ledger are: their owner's SQL on them, and copies of them."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import psycopg

Statement = tuple[str, Sequence[object]]


@dataclass(frozen=True)
class Places:
    """Connection strings: a file each, or one database on a server, as an operator has them."""

    ledger: str
    views: str
    log: str
    keys: str


def fetch(url: str, sql: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
    """Return rows of any of the databases."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file:
            return file.execute(sql, values).fetchall()
    with psycopg.connect(url, options="-c search_path=views,public") as server:
        return server.execute(sql.replace("?", "%s").encode(), values).fetchall()


def by_sql(url: str, *statements: Statement) -> None:
    """Run statements as who owns the database can: guards are taken off first."""
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as file, file:
            for (name,) in file.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                file.execute(f"DROP TRIGGER {name}")
            for sql, values in statements:
                file.execute(sql, values)
        return
    with psycopg.connect(url, options="-c search_path=views,public") as server:
        for (table,) in server.execute(
            "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
            " WHERE NOT t.tgisinternal"
        ).fetchall():
            server.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER".encode())
        for sql, values in statements:
            server.execute(sql.replace("?", "%s").encode(), values)


def copied(places: Places, folder: Path) -> Places:
    """Return copies of all databases: files, or databases made after a template."""
    names = {url: name for name, url in vars(places).items()}
    copies = {url: _copied(url, folder, name) for url, name in names.items()}
    return Places(*(copies[url] for url in vars(places).values()))


def forget(places: Places) -> None:
    """Take copies away from their server: hundreds of databases are slow to stop with.

    Those in files go with their folder.
    """
    for url in dict.fromkeys(vars(places).values()):
        if url.startswith("sqlite"):
            continue
        name = url.partition("@/")[2].partition("?")[0]
        with psycopg.connect(url.replace(f"/{name}?", "/postgres?"), autocommit=True) as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def _copied(url: str, folder: Path, name: str) -> str:
    if url.startswith("sqlite"):
        with (
            closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(folder / f"{name}.db")) as target,
        ):
            source.backup(target)
        return f"sqlite:///{folder / name}.db"
    former = url.partition("@/")[2].partition("?")[0]
    new = f"{former}_{sha256(str(folder).encode()).hexdigest()[:12]}"
    with psycopg.connect(url.replace(f"/{former}?", "/postgres?"), autocommit=True) as server:
        server.execute(f"CREATE DATABASE {new} TEMPLATE {former}".encode())
    return url.replace(f"/{former}?", f"/{new}?")
