"""Files beside the ledger, held against the facts that name them, with keys and without."""

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from keys.subject_keys import SubjectKeys
from ledger.audit.evidence import Evidence
from ledger.audit.findings import Finding, Severity
from ledger.audit.verify import verify
from ledger.certificates.request_files import NewFile, receive
from ledger.commands import erasure
from ledger.errors import StoreUnavailableError
from ledger.facts import Act
from ledger.personal import Purpose
from ledger.personal_details import ContactDetails, PersonalDetails
from ledger.records.person import PersonRegistered
from ledger.records.visit import DocumentAttached
from ledger.store.databases import open_store
from ledger.store.fact_store import LedgerFactStore
from ledger.store.registry import FACT_TYPES
from ledger.store.sealed_files import REQUEST_FILES, VISIT_FILES, SealedFiles
from ledger.store.sealed_parts import SealedParts
from tests_support.small_ledger import small_ledger
from tests_support.toy_ledger import fresh_id

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
ANN, BEN = UUID(int=101), UUID(int=102)
PAPER = NewFile(b"%PDF-1.7 specimen", "application/pdf", "mẫu.pdf")
SCAN = b"\xff\xd8\xff specimen"


@dataclass
class House:
    """A ledger in which each of two persons has a file with a request and one of a visit."""

    folder: Path
    facts: LedgerFactStore
    keys: SubjectKeys
    addresses: dict[tuple[UUID, Purpose], bytes]

    @property
    def files(self) -> Path:
        return self.folder / "blobs"

    def lies_at(self, person: UUID, purpose: Purpose) -> Path:
        name = self.addresses[person, purpose].hex()
        return self.files / name[:2] / name

    def forget(self, person: UUID) -> None:
        """Let two officers order it, destroy the keys, and take away what nobody can open."""
        act = [Act(NOW, f"officer-{number}", "data_protection_officer") for number in range(4)]
        erasure.request_erasure(
            self.facts, subject=person, request=UUID(int=3), purposes=[Purpose.IDENTITY],
            legal_basis="Law 91/2025, article 14", act=Act(NOW, "citizen-1", "citizen"),
        )  # fmt: skip
        for one in act[:2]:
            erasure.approve_erasure(self.facts, subject=person, request=UUID(int=3), act=one)
        erasure.erase(self.facts, self.keys, subject=person, request=UUID(int=3), act=act[2])
        SealedFiles(self.files, self.keys).sweep(lambda _: True, before=0)

    def found(self, *, keys: bool = True, processes: int = 1) -> list[Finding]:
        """What an audit says of files; requests and visits of this house follow no order."""
        evidence = Evidence(
            f"sqlite:///{self.folder}/ledger.db",
            keys=f"sqlite:///{self.folder}/keys.db" if keys else None,
            files=str(self.files),
        )
        report = verify(evidence, at=NOW, processes=processes, part_rows=256)
        return [one for one in report.findings if "file" in one.place]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    with small_ledger(tmp_path) as (facts, keys):
        made = House(tmp_path, facts, keys, {})
        papers = SealedFiles(made.files, keys, REQUEST_FILES)
        scans = SealedFiles(made.files, keys, VISIT_FILES)
        for person in (ANN, BEN):
            stream = UUID(int=200 + person.int)
            kept = papers.put(PAPER.content, subject=person, stream=stream)
            scanned = scans.put(SCAN, subject=person, stream=stream)
            attached = DocumentAttached(scanned, len(SCAN), "image/jpeg", "ảnh mẫu")
            made.addresses |= {(person, Purpose.IDENTITY): kept, (person, Purpose.HEALTH): scanned}
            for fact in (receive(PAPER, kept), attached):
                history = facts.history(stream)
                facts.append(Act(NOW, "specimen", "citizen"), history.then(fact, subject=person))
        details = PersonalDetails("NGƯỜI MẪU", NOW.date().replace(year=1999), 1, "000099001231")
        registered = PersonRegistered(UUID(int=9), details, ContactDetails(phone="+84 900 000 001"))
        history = facts.history(ANN)
        facts.append(Act(NOW, "clerk-1", "clerk"), history.then(registered, subject=ANN))
        yield made


@pytest.mark.parametrize("keys", [True, False], ids=["with the key store", "without"])
def test_files_that_lie_as_they_were_kept_are_clean(house: House, *, keys: bool) -> None:
    assert house.found(keys=keys) == []


@pytest.mark.parametrize("purpose", [Purpose.IDENTITY, Purpose.HEALTH])
@pytest.mark.parametrize("keys", [True, False], ids=["with the key store", "without"])
def test_a_file_that_was_exchanged_is_named_without_any_key(
    house: House, purpose: Purpose, *, keys: bool
) -> None:
    shutil.copy(house.lies_at(BEN, purpose), house.lies_at(ANN, purpose))
    (found,) = house.found(keys=keys)
    assert (found.code, found.severity) == ("C1.file", Severity.CRITICAL)
    assert found.place["file"] == house.addresses[ANN, purpose].hex()
    assert found.place["position"] == (1 if purpose is Purpose.IDENTITY else 2)


def test_a_bit_that_was_turned_is_seen(house: House) -> None:
    file = house.lies_at(BEN, Purpose.HEALTH)
    content = bytearray(file.read_bytes())
    content[-1] ^= 1
    file.write_bytes(content)
    assert [one.code for one in house.found()] == ["C1.file"]


def test_a_file_that_is_gone_though_nobody_was_forgotten_is_grave(house: House) -> None:
    house.lies_at(ANN, Purpose.HEALTH).unlink()
    (found,) = house.found()
    assert (found.code, found.severity) == ("C6.file_missing", Severity.CRITICAL)
    assert found.place["position"] == 2


def test_without_the_key_store_it_is_said_that_nobody_can_tell(house: House) -> None:
    house.lies_at(ANN, Purpose.HEALTH).unlink()
    (found,) = house.found(keys=False)
    assert (found.code, found.severity) == ("C6.file_missing", Severity.WARNING)
    assert "no key store" in found.found


def test_a_forgotten_persons_files_may_be_gone_and_no_others(house: House) -> None:
    house.forget(ANN)
    assert not house.lies_at(ANN, Purpose.IDENTITY).exists()
    assert house.found() == []
    house.lies_at(ANN, Purpose.HEALTH).unlink()
    assert [one.code for one in house.found()] == ["C6.file_missing"]


def test_several_processes_say_what_one_says(house: House) -> None:
    shutil.copy(house.lies_at(BEN, Purpose.HEALTH), house.lies_at(ANN, Purpose.HEALTH))
    house.lies_at(BEN, Purpose.IDENTITY).unlink()
    assert house.found(processes=2) == house.found()
    assert {one.code for one in house.found()} == {"C1.file", "C6.file_missing"}


def test_a_ledger_that_names_no_file_needs_no_folder(house: House, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/empty.db"
    open_store(
        url, types=FACT_TYPES, seals=SealedParts(house.keys, os.urandom), ids=fresh_id
    ).close()
    assert verify(Evidence(url, files=str(tmp_path / "nowhere")), at=NOW).findings == ()


def test_a_folder_that_is_not_there_is_no_loss_of_every_file(house: House) -> None:
    shutil.rmtree(house.files)
    with pytest.raises(StoreUnavailableError, match="folder of files"):
        house.found()
