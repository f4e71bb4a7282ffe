"""A log's heads from the newest on, page by page, on either database."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests_support.audited_ledger import AuditedLedger


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgresql)])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[AuditedLedger]:
    urls = f"sqlite:///{tmp_path}/ledger.db", f"sqlite:///{tmp_path}/log.db"
    if request.param == "postgres":
        server = request.getfixturevalue("postgres_server")
        urls = server.new_database(), server.new_database()
    made = AuditedLedger(*urls, seed=3)
    yield made
    made.close()


def test_heads_come_from_the_newest_on_and_none_twice(ledger: AuditedLedger) -> None:
    for _ in range(7):
        ledger.grow(5)
        ledger.publish()
    found, before = [], None
    while page := ledger.log.heads_before(before=before, limit=3):
        found += page
        before = page[-1].size
    assert [one.size for one in found] == sorted({one.size for one in ledger.heads}, reverse=True)
    assert found[0].note == ledger.heads[-1].note


def test_a_log_without_a_head_has_none(ledger: AuditedLedger) -> None:
    assert ledger.log.heads_before(before=None, limit=3) == []
