"""A ledger on each database, with a watch over it."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ledger.audit.raw import open_raw
from tests.ledger.audit.conftest import by_sql
from tests_support.audited_ledger import AuditedLedger
from tests_support.watched_ledger import Shown, WatchedLedger

EDIT = "UPDATE ledger_facts SET topic = ? WHERE position = ?"


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditedLedger]:
    """A ledger of 700 facts under published heads, on each of the databases."""
    if request.param == "sqlite":
        urls = f"sqlite:///{tmp_path}/ledger.db", f"sqlite:///{tmp_path}/log.db"
    else:
        server = request.getfixturevalue("postgres_server")
        urls = server.new_database(), server.new_database()
    made = AuditedLedger(*urls)
    made.grow(700, publish_every=150)
    made.publish()
    with closing(made):
        yield made


@pytest.fixture
def watched(ledger: AuditedLedger, tmp_path: Path) -> WatchedLedger:
    """The ledger, with what a watch over it is given."""
    return WatchedLedger(Shown(ledger), tmp_path / "memory")


def edit(ledger: AuditedLedger, position: int) -> Callable[[], None]:
    """Edit a row; return what puts it back."""
    column = topic(ledger, position)
    by_sql(ledger.url, (EDIT, ("toy.met/1", position)))
    return lambda: by_sql(ledger.url, (EDIT, (column, position)))


def topic(ledger: AuditedLedger, position: int) -> Any:
    """Return the topic column of a row."""
    with closing(open_raw(ledger.url)) as database:
        return database.fetch("SELECT topic FROM ledger_facts WHERE position = ?", [position])[0][0]
