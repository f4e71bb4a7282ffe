"""One of many is forgotten with all health data: nothing of them is left, nobody else is hurt."""

import json
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from click.testing import CliRunner, Result

from app import System, build
from cli import main
from doors import health_books
from ledger.categories import EVERYTHING, Section
from ledger.clinical.ips import Issued, summary, to_json
from ledger.commands import books, consents, emergencies, rights, sharing
from ledger.commands.sharing import ShareSecrets, ShareTerms
from ledger.errors import NotFoundError
from ledger.identifiers import health_book_stream
from ledger.records.book_access import Basis
from ledger.records.consent import (
    ConsentEvidence,
    ConsentPurpose,
    ConsentTerms,
    Method,
    Recipient,
    RecipientKind,
)
from ledger.records.emergency import EmergencyReason, ReasonCode
from ledger.records.rights import Right, RightsDetails
from settings import Settings
from shell import first_start
from tests_support.desk_home import SetClock
from tests_support.fhir_samples import visit
from verify_api.books import Opened
from verify_api.desk.summaries import BookSummaries

MANY = int(os.environ.get("RECORDS_MANY_PATIENTS", "200"))
"""Ten thousand are a drill of some minutes."""
AT = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
HERE, THERE = "79A02", "01B03"
SECRETS = ShareSecrets(b"a" * 32, b"k" * 32, b"t" * 32)


@dataclass(frozen=True, slots=True)
class Patient:
    """A made-up patient: what a facility sends of them."""

    number: int

    @property
    def name(self) -> str:
        """A name that nobody else has."""
        return f"Nguyễn Thị Mẫu Số {self.number:05} Thử"

    @property
    def told(self) -> tuple[str, ...]:
        """What would give them away."""
        return (
            self.name, f"0001500{self.number:05}", f"0910{self.number:06}",
            f"Số {self.number:05} Đường Thử Nghiệm", self.diagnosis,
        )  # fmt: skip

    @property
    def diagnosis(self) -> str:
        """Of what they were treated."""
        return f"bệnh mẫu thứ {self.number:05} đã khỏi"

    def sent(self) -> bytes:
        """Return their visit as FHIR, long ago, so that no law keeps it."""
        bundle = visit()
        for entry in bundle["entry"]:
            resource = entry["resource"]
            match resource["resourceType"]:
                case "Patient":
                    resource["identifier"][0]["value"] = self.told[1]
                    resource["name"] = [{"text": self.name}]
                    resource["telecom"] = [{"system": "phone", "value": self.told[2]}]
                    resource["address"] = [{"text": self.told[3]}]
                    resource["birthDate"] = "1950-02-28"
                case "Encounter":
                    resource["identifier"] = [{"system": "urn:mau", "value": f"V{self.number}"}]
                case "Condition":
                    resource["code"]["text"] = self.diagnosis
                case _:
                    pass
        text = json.dumps(bundle, ensure_ascii=False)
        return text.replace("2024-", "1984-").replace("2023-", "1983-").encode()


@dataclass
class Town:
    """A home with many patients, and one of them who is to be forgotten."""

    system: System
    folder: Path
    subject: UUID

    def records(self, *arguments: str | Path, typed: str = "") -> Result:
        """Run a command of the shell."""
        home = str(self.system.settings.home)
        return CliRunner().invoke(main, ["--home", home, *map(str, arguments)], input=typed)

    def shown(self, subject: UUID) -> str:
        """Return what a book says to its own person."""
        desk = health_books(self.system)
        opened = Opened(subject, frozenset(), frozenset(), Basis.OWN.value)
        book = desk.read(opened).book
        said = to_json(
            summary(book, patient=desk.patient(opened), issued=Issued(AT, "Cơ quan mẫu"))
        )
        return said.decode()

    def subjects(self) -> list[UUID]:
        """Return everybody of whom there is a visit."""
        with self.system.views.database.reading() as session:
            found = session.execute("SELECT DISTINCT subject FROM health_visits ORDER BY subject")
        return [UUID(subject) for (subject,) in found]


TARGET = Patient(77)


@pytest.fixture
def town(tmp_path: Path) -> Iterator[Town]:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "settings.toml").write_text("key_memory_mib = 8\n", "utf-8")
    clock = SetClock(AT)
    with closing(build(Settings(home, key_memory_mib=8), clock)) as system:
        first_start.start(system, at=AT)
        made = Town(system, tmp_path, UUID(int=0))
        for code, patients in (
            (THERE, [TARGET]),
            (HERE, [Patient(number) for number in range(MANY) if number != TARGET.number]),
        ):
            folder = tmp_path / code
            folder.mkdir()
            for one in patients:
                (folder / f"{one.number}.json").write_bytes(one.sent())
            named = ("--name", f"Cơ sở {code}", "--name-en", f"Facility {code}")
            done = made.records(
                "facility", "register", code, *named, "--province", code[:2], "--level", "basic"
            )
            assert done.exit_code == 0, done.output
            done = made.records("import", folder, "--facility", code, "--workers", "0")
            assert done.exit_code == 0, done.output
        system.projector.catch_up()
        with system.views.database.reading() as session:
            ((subject,),) = session.execute(
                "SELECT subject FROM health_visits WHERE facility = ?", (THERE,)
            )
        made.subject = UUID(subject)
        yield made


def live(town: Town) -> UUID:
    """Let the person do everything that leaves something behind; return their link."""
    facts, subject, system = town.system.facts, town.subject, town.system
    citizen = system.act("citizen-77", "citizen")
    consents.grant(
        facts, subject=subject, consent_id=uuid4(),
        terms=ConsentTerms(
            ConsentPurpose.TREATMENT, tuple(EVERYTHING),
            Recipient(RecipientKind.FACILITY, HERE), AT, None,
        ),
        evidence=ConsentEvidence(sha256(b"x").digest(), "app", Method.ELECTRONIC), explicit=True,
        act=citizen,
    )  # fmt: skip
    link = sharing.create(
        facts, BookSummaries(health_books(system), "Cơ quan mẫu"), subject=subject,
        terms=ShareTerms(timedelta(hours=1), 3, TARGET.name, frozenset(Section)),
        secrets=SECRETS, passcode=None, act=citizen,
    )  # fmt: skip
    sharing.open_link(
        facts, address=SECRETS.address, recipient=TARGET.name, passcode=None,
        is_passcode=lambda _typed, _hashed: False,
        act=system.act("anonymous", "anonymous", legal_basis=sharing.LEGAL_BASIS),
    )  # fmt: skip
    rights.open_request(
        facts, subject=subject, request=uuid4(), right=Right.VIEW,
        details=RightsDetails(f"{TARGET.name}: {TARGET.diagnosis}"), calendar=system.calendar,
        act=citizen,
    )  # fmt: skip
    emergencies.open_book(
        facts, subject=subject, emergency_id=uuid4(),
        reason=EmergencyReason(ReasonCode.UNCONSCIOUS, f"{TARGET.name}, {TARGET.diagnosis}"),
        lasting=timedelta(hours=1), calendar=system.calendar,
        act=system.act("doctor-1", "clinician", HERE),
    )  # fmt: skip
    books.enter_note(facts, subject=subject, note=TARGET.diagnosis, act=citizen)
    system.projector.catch_up()
    return link


def forget(town: Town) -> Result:
    """Bring the erasure to its end; return what the last step says."""
    person = str(health_book_stream(town.subject))
    basis = ("--legal-basis", "Luật 91/2025, Điều 14 (mẫu)")
    purposes = ("identity", "contact", "health", "health-restricted")
    wanted = [text for purpose in purposes for text in ("--purpose", purpose)]
    asked = town.records("erasure", "request", person, *wanted, *basis, "--actor", "asker")
    if asked.exit_code:
        return asked
    request = asked.stdout.strip()
    for officer in ("first", "second"):
        done = town.records("erasure", "approve", person, "--request", request, "--actor", officer)
        assert done.exit_code == 0, done.output
    return town.records("erasure", "erase", person, "--request", request, "--actor", "second")


def nothing_is_said(town: Town, link: UUID) -> None:
    """See that no reader and no view says anything about them any more."""
    assert TARGET.diagnosis not in town.shown(town.subject)
    with town.system.views.database.reading() as session:
        for table in ("health_visits", "health_about", "health_entries", "shares", "book_notices"):
            counted = f"SELECT COUNT(*) FROM {table} WHERE subject = ?"  # noqa: S608 (our own names)
            assert session.execute(counted, (str(town.subject),)) == [(0,)], table
    with pytest.raises(NotFoundError):
        sharing.open_link(
            town.system.facts, address=SECRETS.address, recipient="ai đó", passcode=None,
            is_passcode=lambda _typed, _hashed: False,
            act=town.system.act("anonymous", "anonymous", legal_basis=sharing.LEGAL_BASIS),
        )  # fmt: skip
    state = sharing.load_share(town.system.facts, link).state
    assert state is not None
    assert not state.lives(AT)


def nothing_is_written(town: Town) -> None:
    """See that they are not in the bytes: databases, write-ahead logs, a backup."""
    backup, secrets = town.folder / "backup", town.folder / "secrets"
    assert town.records("backup", backup, "--secrets-to", secrets).exit_code == 0
    needles = "\n".join((*TARGET.told, SECRETS.address.decode(), SECRETS.key.decode()))
    searched = town.records("erasure", "search", backup, secrets, typed=needles)
    assert searched.exit_code == 0, searched.output
    assert ": 0 found" in searched.stdout
    assert "destroy those secrets" in searched.stdout
    # The search does find what lies there in the open: what the facility itself has kept.
    planted = town.records("erasure", "search", town.folder / THERE, typed=needles)
    assert planted.exit_code == 1
    assert "found text 1 in" in planted.stdout


def test_one_of_many_is_forgotten_and_nobody_else(town: Town) -> None:
    link = live(town)
    others = [one for one in town.subjects() if one != town.subject]
    assert len(others) == MANY - 1
    before = {one: town.shown(one) for one in others}
    assert TARGET.diagnosis in town.shown(town.subject)

    refused = forget(town)
    assert refused.exit_code == 2
    assert "retention_hold" in refused.stderr
    assert "10 years after the year of death (Circular 33/2025/TT-BYT)" in refused.stderr
    books.record_death(
        town.system.facts, subject=town.subject, on=date(1985, 1, 1), evidence="giấy báo tử mẫu",
        act=town.system.act("dpo", "data_protection_officer"),
    )  # fmt: skip
    done = forget(town)
    assert done.exit_code == 0, done.output

    nothing_is_said(town, link)
    nothing_is_written(town)
    # Neighbours are whole, and every entry of the log still belongs to its fact.
    assert {one: town.shown(one) for one in others} == before
    findings = list(town.system.facts.integrity(deep=True))
    assert [finding for finding in findings if not finding.holds] == []


def test_a_search_without_anything_to_look_for_is_refused(town: Town) -> None:
    done = town.records("erasure", "search", typed="abc\n\n")
    assert done.exit_code == 2
    assert "needles_missing" in done.stderr
