import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from keys.root_key import MemoryRootKey
from keys.subject_keys import SubjectKeys, open_subject_keys
from ledger.audit.evidence import Evidence
from ledger.audit.report import Report
from ledger.audit.rows import open_rows
from ledger.audit.verify import verify
from ledger.commands import erasure
from ledger.facts import Act
from ledger.personal import Purpose
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records.person import PersonRegistered
from ledger.store.databases import open_store
from ledger.store.entry import (
    read_state,
    row_digest,
    write_body,
    write_entry,
    write_state,
)
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_parts import SealedParts
from tests_support.toy_ledger import fresh_id

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
BASIS = "Law 91/2025, article 14"
PERSONS = [UUID(int=number) for number in range(100, 104)]
REQUEST = UUID(int=3)


@dataclass
class House:
    """A ledger of four people and their keys."""

    folder: Path
    facts: LedgerFactStore
    keys: SubjectKeys

    @property
    def key_file(self) -> Path:
        return self.folder / "keys.db"

    def act(self, actor: str, role: str = "data_protection_officer") -> Act:
        return Act(NOW, actor, role)

    def forget(self, subject: UUID) -> None:
        """Let two officers order it, and destroy the keys."""
        erasure.request_erasure(
            self.facts, subject=subject, request=REQUEST, purposes=[Purpose.CONTACT],
            legal_basis=BASIS, act=self.act("citizen-1", "citizen"),
        )  # fmt: skip
        for officer in ("officer-1", "officer-2"):
            erasure.approve_erasure(
                self.facts, subject=subject, request=REQUEST, act=self.act(officer)
            )
        erasure.erase(
            self.facts, self.keys, subject=subject, request=REQUEST, act=self.act("officer-3")
        )

    def audit(self, keys: Path | None = None) -> Report:
        evidence = Evidence(
            f"sqlite:///{self.folder}/ledger.db", keys=f"sqlite:///{keys or self.key_file}"
        )
        return verify(evidence, at=NOW)

    def by_sql(self, file: str, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.folder / file)) as opened, opened:
            for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
                opened.execute(f"DROP TRIGGER {name}")
            opened.execute(sql, values)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    keys = open_subject_keys(
        f"sqlite:///{tmp_path}/keys.db", MemoryRootKey(os.urandom), random=os.urandom,
        pause=lambda _: None,
    )  # fmt: skip
    facts = open_store(
        f"sqlite:///{tmp_path}/ledger.db", types=FACT_TYPES,
        seals=SealedParts(keys, os.urandom), ids=fresh_id,
    )  # fmt: skip
    made = House(tmp_path, facts, keys)
    for number, person in enumerate(PERSONS):
        details = PersonalDetails(
            f"NGƯỜI MẪU {number}", NOW.date().replace(year=1999), 1, f"00009900123{number}"
        )
        contact = ContactDetails(phone=f"+84 900 000 00{number}")
        registered = PersonRegistered(UUID(int=200 + number), details, contact)
        history = facts.history(person)
        facts.append(made.act("clerk-1", "clerk"), history.then(registered, subject=person))
    yield made
    facts.close()
    keys.close()


def codes(report: Report) -> list[str]:
    return [one.code for one in report.findings]


def test_facts_and_keys_that_fit_are_clean(house: House) -> None:
    assert house.audit().findings == ()


def test_an_ordered_erasure_is_clean(house: House) -> None:
    house.forget(PERSONS[0])
    assert house.audit().findings == ()


def test_a_restored_key_store_that_brings_somebody_back_is_found(house: House) -> None:
    house.keys.write_copy(house.folder / "old.db")
    house.forget(PERSONS[0])
    (found,) = house.audit(house.folder / "old.db").findings
    assert found.code == "C6.readable"
    assert found.place["position"] == house.facts.head()


def test_keys_that_were_destroyed_without_order_are_found(house: House) -> None:
    house.keys.forget(PERSONS[0], ["contact"], batch=UUID(int=9))
    (found,) = house.audit().findings
    assert (found.code, found.place["purpose"]) == ("C6.unauthorised", "contact")


def test_an_erasure_that_has_begun_may_have_destroyed_its_keys_already(house: House) -> None:
    house.forget(PERSONS[0])
    house.by_sql("ledger.db", "DELETE FROM ledger_facts WHERE topic LIKE 'erasure.subject%'")
    assert "C6.unauthorised" not in codes(house.audit())


def test_a_key_that_is_simply_gone_is_found_where_it_is_missed(house: House) -> None:
    house.keys.write_copy(house.folder / "copy.db")
    with closing(sqlite3.connect(house.folder / "copy.db")) as copy, copy:
        copy.execute("DELETE FROM subject_key WHERE subject = ? AND purpose = 'identity'",
                     (PERSONS[1].bytes,))  # fmt: skip
    (found,) = house.audit(house.folder / "copy.db").findings
    assert (found.code, found.place["position"]) == ("C6.key_missing", 2)
    assert found.place["purpose"] == "identity"


def test_a_part_that_was_cut_out_is_missed_even_where_the_entry_was_made_anew(
    house: House,
) -> None:
    rows = open_rows(f"sqlite:///{house.folder}/ledger.db")
    row = rows.at(3)
    rows.close()
    assert row is not None
    state = read_state(row.state)
    cut = write_state(write_body(state.body), state.envelope, {})
    digest = row_digest(UUID(bytes=row.stream_id), row.version, row.topic,
                        UUID(bytes=row.event_id), cut)  # fmt: skip
    entry = write_entry(digest, sha256(b"").digest())
    house.by_sql("ledger.db", "UPDATE ledger_facts SET state = ?, entry = ? WHERE position = 3",
                 cut, entry)  # fmt: skip
    assert codes(house.audit()) == ["C6.part_missing"]
