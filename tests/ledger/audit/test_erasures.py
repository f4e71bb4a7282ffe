import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import pytest

from keys.subject_keys import SubjectKeys
from ledger.audit.evidence import Evidence
from ledger.audit.report import Report
from ledger.audit.rows import open_rows
from ledger.audit.verify import verify
from ledger.commands import erasure
from ledger.facts import Act
from ledger.identifiers import erasure_stream, rights_stream
from ledger.personal import Purpose
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records.erasure.facts import DestroyedKey, ErasureBegun, SubjectErased
from ledger.records.person import ContactChanged, PersonRegistered
from ledger.records.rights import Right, RightsDetails, RightsErased, RightsOpened
from ledger.store.entry import (
    read_state,
    row_digest,
    write_body,
    write_entry,
    write_state,
)
from ledger.store.fact_store import LedgerFactStore
from tests_support.small_ledger import small_ledger

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

    def without_keys(self) -> Report:
        return verify(Evidence(f"sqlite:///{self.folder}/ledger.db"), at=NOW)

    def audit(self, keys: Path | None = None) -> Report:
        evidence = Evidence(
            f"sqlite:///{self.folder}/ledger.db", keys=f"sqlite:///{keys or self.key_file}"
        )
        return verify(evidence, at=NOW)

    def cut(self, position: int) -> None:
        """Take the sealed parts out of a fact, and make its entry fit."""
        rows = open_rows(f"sqlite:///{self.folder}/ledger.db")
        row = rows.at(position)
        rows.close()
        assert row is not None
        state = read_state(row.state)
        cut = write_state(write_body(state.body), state.envelope, {})
        digest = row_digest(UUID(bytes=row.stream_id), row.version, row.topic,
                            UUID(bytes=row.event_id), cut)  # fmt: skip
        entry = write_entry(digest, sha256(b"").digest())
        sql = "UPDATE ledger_facts SET state = ?, entry = ? WHERE position = ?"
        self.by_sql("ledger.db", sql, cut, entry, position)

    def by_sql(self, file: str, sql: str, *values: object) -> None:
        with closing(sqlite3.connect(self.folder / file)) as opened, opened:
            for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type='trigger'"):
                opened.execute(f"DROP TRIGGER {name}")
            opened.execute(sql, values)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with small_ledger(tmp_path) as (facts, keys):
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
    house.cut(3)
    assert codes(house.audit()) == ["C6.part_missing"]


# Without the key store: what facts alone say


def test_without_the_key_store_it_is_said_what_was_not_looked_at(house: House) -> None:
    house.forget(PERSONS[0])
    report = house.without_keys()
    assert report.findings == ()
    assert "destroyed keys" in report.unasked["C6"]
    assert house.audit().unasked == {}


def test_an_erasure_without_a_grant_is_found_without_the_key_store(house: House) -> None:
    history = house.facts.history(erasure_stream(PERSONS[0]))
    house.facts.append(
        house.act("officer-1"), history.then(ErasureBegun(REQUEST), subject=PERSONS[0])
    )
    assert {one.code for one in house.without_keys().findings} == {"C6.unauthorised"}


def test_a_key_that_is_used_after_its_receipt_is_found_without_the_key_store(house: House) -> None:
    """The receipt names the key of a person's name, which goes on to be used."""
    stream, subject = erasure_stream(PERSONS[0]), PERSONS[0]
    rows = open_rows(f"sqlite:///{house.folder}/ledger.db")
    parts = read_state(rows.stream(subject.bytes)[0].state).sealed
    rows.close()
    key = DestroyedKey(Purpose.CONTACT, bytes(parts["contact"][:16]), bytes(32))
    two = ("officer-1", "officer-2")
    erasure.request_erasure(
        house.facts, subject=subject, request=REQUEST, purposes=[Purpose.CONTACT],
        legal_basis=BASIS, act=house.act("citizen-1", "citizen"),
    )  # fmt: skip
    for officer in two:
        erasure.approve_erasure(
            house.facts, subject=subject, request=REQUEST, act=house.act(officer)
        )
    receipt = SubjectErased(REQUEST, (key,), BASIS, two, 1, 2, "destroyed", None, "software")
    for fact in (ErasureBegun(REQUEST), receipt):
        history = house.facts.history(stream)
        house.facts.append(house.act("officer-3"), history.then(fact, subject=subject))
    assert house.without_keys().findings == ()
    at = house.facts.head()
    history = house.facts.history(subject)
    changed = ContactChanged(ContactDetails(phone="+84 900 000 099"))
    house.facts.append(house.act("clerk-1", "clerk"), history.then(changed, subject=subject))
    (found,) = house.without_keys().findings
    assert (found.code, found.place["position"]) == ("C6.used_after", at)
    assert found.found == f"one at position {at + 1}"


def test_who_is_said_to_be_forgotten_and_is_not_is_found_without_the_key_store(
    house: House,
) -> None:
    subject, stream = PERSONS[1], rights_stream(PERSONS[1])
    day = NOW.date()
    asked = RightsOpened(REQUEST, Right.ERASE, None, RightsDetails("lời mẫu"), day, day)
    history = house.facts.history(stream)
    house.facts.append(house.act("citizen-1", "citizen"), history.then(asked, subject=subject))
    history = house.facts.history(stream)
    done = RightsErased(REQUEST, UUID(int=77))
    house.facts.append(house.act("officer-1"), history.then(done, subject=subject))
    (found,) = house.without_keys().findings
    assert (found.code, found.place["position"]) == ("C6.not_carried_out", house.facts.head())


def test_a_part_that_was_cut_out_of_a_judged_stream_is_missed_without_the_key_store(
    house: House,
) -> None:
    stream = rights_stream(PERSONS[1])
    day = NOW.date()
    asked = RightsOpened(REQUEST, Right.VIEW, None, RightsDetails("lời mẫu"), day, day)
    history = house.facts.history(stream)
    house.facts.append(house.act("citizen-1", "citizen"), history.then(asked, subject=PERSONS[1]))
    position = house.facts.head()
    house.cut(position)
    (found,) = house.without_keys().findings
    assert (found.code, found.place["position"]) == ("C6.part_missing", position)
