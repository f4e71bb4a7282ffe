"""Whatever a copy holds is a finding, never an exception: types, texts, tables of another form."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ledger.audit.findings import Finding
from ledger.audit.raw import open_raw
from ledger.audit.rows import RawRow, open_rows
from ledger.audit.scan import Scan
from ledger.audit.verify import verify
from ledger.errors import InvalidInputError, StoreUnavailableError
from tests.ledger.audit.conftest import Begin, by_sql
from tests.ledger.audit.test_verify import PART, audit, codes, grown, positions
from tests_support.audited_ledger import AuditedLedger

LOOSE = (
    "CREATE TABLE loose (position INTEGER PRIMARY KEY, event_id, originator_id, originator_version,"
    " topic, state, metadata, entry)"
)
VALUES: list[object] = [None, "text", 5, 1.5, b"", b"\xff" * 16, "\udcff", -1, 1 << 62]


def loosened(file: Path) -> None:
    """Give the table columns that take any value."""
    with closing(sqlite3.connect(file)) as copy, copy:
        copy.execute(LOOSE)
        copy.execute("INSERT INTO loose SELECT * FROM ledger_facts")
        copy.execute("DROP TABLE ledger_facts")
        copy.execute("ALTER TABLE loose RENAME TO ledger_facts")


@pytest.mark.parametrize("column", ["event_id", "originator_id", "originator_version", "topic",
                                    "state", "entry"])  # fmt: skip
def test_a_value_of_any_type_is_a_finding_at_its_row(column: str, tmp_path: Path) -> None:
    ledger = AuditedLedger(f"sqlite:///{tmp_path}/l.db", f"sqlite:///{tmp_path}/log.db")
    ledger.grow(300, publish_every=100)
    ledger.publish()
    ledger.facts.close()
    loosened(tmp_path / "l.db")
    with closing(sqlite3.connect(tmp_path / "l.db")) as copy, copy:
        for position, value in enumerate(VALUES, 20):
            shown = "CAST(x'ff41' AS TEXT)" if value == "\udcff" else "?"
            given = () if value == "\udcff" else (value,)
            sql = f"UPDATE ledger_facts SET {column} = {shown} WHERE position = {position}"  # noqa: S608
            copy.execute(sql, given)
    report = audit(ledger)
    wrong = {one.place.get("position") for one in report.findings if one.code[:2] in {"C1", "C2"}}
    assert wrong >= set(range(20, 20 + len(VALUES)))
    assert {one for one in wrong if one is not None} <= set(range(20, 20 + len(VALUES)))
    assert "C2.root" not in codes(report)
    ledger.log.close()


def test_rows_at_no_position_are_strays(tmp_path: Path) -> None:
    ledger = AuditedLedger(f"sqlite:///{tmp_path}/l.db", f"sqlite:///{tmp_path}/log.db")
    ledger.grow(20)
    ledger.publish()
    ledger.facts.close()
    with closing(sqlite3.connect(tmp_path / "l.db")) as copy, copy:
        copy.execute(LOOSE.replace("INTEGER PRIMARY KEY", ""))
        copy.execute("INSERT INTO loose SELECT * FROM ledger_facts")
        copy.execute("INSERT INTO loose SELECT 'nowhere', event_id, originator_id, 1, topic, state,"
                     " metadata, entry FROM ledger_facts WHERE position = 3")  # fmt: skip
        copy.execute("INSERT INTO loose SELECT * FROM ledger_facts WHERE position = 5")
        copy.execute("DROP TABLE ledger_facts")
        copy.execute("ALTER TABLE loose RENAME TO ledger_facts")
    report = audit(ledger)
    assert codes(report) >= {"C5.stray", "C5.twice"}
    assert positions(report, "C5.twice") == [5]
    ledger.log.close()


@pytest.mark.postgresql
@pytest.mark.parametrize("column", ["state", "entry", "event_id", "originator_id", "position"])
def test_a_column_of_another_type_is_named(
    column: str, begin: Begin, database: str, tmp_path: Path
) -> None:
    if database != "postgres":
        return
    ledger = grown(begin, 60)
    ledger.facts.close()
    by_sql(ledger.url, ("ALTER TABLE ledger_facts DROP CONSTRAINT ledger_facts_stream", ()),
           (f"ALTER TABLE ledger_facts ALTER COLUMN {column} TYPE text USING {column}::text", ()),
           )  # fmt: skip
    report = audit(ledger)
    named = [one.place["column"] for one in report.findings if one.code == "C1.column"]
    assert named == [column]
    assert report.exit_code == 1


def test_a_row_is_looked_at_whatever_its_state_says() -> None:
    class Source:
        def batches(self, first: int, last: int) -> list[list[RawRow]]:
            return [[RawRow(1, bytes(16), bytes(16), 1, "toy.met/1", state, bytes(65))
                     for state in [b"\x84\x01\xa0\x80\xa0"]]]  # fmt: skip

    scan = Scan(0, 1, judged=frozenset())
    scan.read(Source())  # type: ignore[arg-type]  # as much of one as is asked
    assert {one.code for one in scan.findings} >= {"C1.unreadable"}


def test_a_damaged_log_database_is_findings(begin: Begin) -> None:
    ledger = grown(begin, 300)
    by_sql(ledger.log_url, ("DELETE FROM log_tile", ()))
    report = audit(ledger)
    assert codes(report) == {"C2.tile"}
    assert report.exit_code == 1


def test_what_is_no_ledger_could_not_be_checked(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("no database", "utf-8")
    sqlite3.connect(tmp_path / "empty.db").close()
    for name in ("note.txt", "empty.db", "nothing.db"):
        with pytest.raises(StoreUnavailableError):
            open_rows(f"sqlite:///{tmp_path}/{name}")
    with pytest.raises(InvalidInputError):
        open_raw("mysql://")


def test_nothing_is_written_beside_a_copy(begin: Begin, database: str, tmp_path: Path) -> None:
    if database != "sqlite":
        return
    ledger = grown(begin, 30)
    folder = Path(ledger.url.removeprefix("sqlite:///")).parent
    ledger.facts.close()
    ledger.log.close()
    before = {file.name: file.read_bytes() for file in folder.iterdir()}
    for file in folder.iterdir():
        file.chmod(0o400)
    assert verify(ledger.evidence, at=ledger.at, part_rows=PART).findings == ()
    assert {file.name: file.read_bytes() for file in folder.iterdir()} == before


def test_findings_name_no_value_of_a_row() -> None:
    secret = "NGUYỄN VĂN MẪU"
    scan = Scan(0, 1, judged=frozenset())
    scan._slowly((1, secret, secret, secret, 5, secret, secret))
    told: list[Finding] = scan.findings
    assert told
    assert not [one for one in told if secret in repr(one.as_json())]
