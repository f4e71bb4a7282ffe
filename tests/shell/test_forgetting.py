"""Nobody of the demonstration is found in the bytes that it leaves behind."""

import unicodedata
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Literal
from uuid import UUID, uuid4

import pytest
from click.testing import Result

from app import System
from ledger.certificates.request_values import Declaration
from ledger.commands import erasure, people
from ledger.commands.loading import load_request
from ledger.personal import Purpose
from shell import demo
from shell.demo_life import registered
from shell.demo_visits import ALLERGIES, COMPLAINTS, VACCINES
from shell.population import SamplePerson
from shell.population import people as population
from shell.references import find_request

Run = Callable[..., Result]
SHOWN_ON_PURPOSE = ("demo.json", "papers")
"""What a visitor of the demonstration is to scan: papers are for their holders, not for the
ledger; an authority's home has neither."""
FORGOTTEN = (Purpose.IDENTITY, Purpose.CONTACT, Purpose.JUDICIAL)


def of(person: SamplePerson) -> list[str]:
    """Return what would give a person away."""
    return [person.name, person.number, person.phone, person.address, person.mother, person.father]


EVERYBODY = [text for person in islice(population(demo.SEED), demo.PEOPLE) for text in of(person)]

ILLNESSES = [
    *(said for one in COMPLAINTS for said in (one.reason, one.diagnosis)),
    *(name for one in COMPLAINTS for name, _ in one.medicines),
    *(said for one in ALLERGIES for said in one),
    *(name for _, name in VACCINES),
]
"""What visits say; found beside a pseudonym it would already be too much."""


def spellings(text: str) -> Iterator[bytes]:
    """Yield ``text`` as it may lie in a file."""
    forms: tuple[Literal["NFC", "NFD"], ...] = ("NFC", "NFD")
    for form in forms:
        for written in (text, text.upper(), text.lower()):
            normal = unicodedata.normalize(form, written)
            yield from (normal.encode(code) for code in ("utf-8", "utf-16-le", "utf-16-be"))
    yield unicodedata.normalize("NFC", text).encode("unicode_escape")


def found_in(home: Path, texts: list[str]) -> set[tuple[str, str]]:
    """Return which of ``texts`` lie in which files of a home."""
    wanted = {spelling: text for text in texts for spelling in spellings(text)}
    return {
        (file.name, text)
        for file in home.rglob("*")
        if file.is_file() and file.relative_to(home).parts[0] not in SHOWN_ON_PURPOSE
        for content in [file.read_bytes()]
        for spelling, text in wanted.items()
        if spelling in content
    }


@pytest.fixture
def lively(system: System, records: Run) -> System:
    """A system at work, whose last facts stand in the write-ahead logs."""
    dossier = next(iter(open_dossiers(records)))
    done = records("history", dossier, "--personal", "--legal-basis", "a drill")
    assert done.exit_code == 0
    person = next(islice(population(7), 1))
    registered(system, person, at=system.clockwork.now())
    system.projector.catch_up()
    return system


def open_dossiers(records: Run) -> list[str]:
    return [line.split()[0] for line in records("request", "list").stdout.splitlines()[1:]]


def test_no_file_of_the_home_gives_anybody_away(lively: System) -> None:
    home = lively.settings.home
    newest = of(next(islice(population(7), 1)))
    assert (home / "ledger.db-wal").stat().st_size > 0
    assert found_in(home, [*EVERYBODY, *newest, *ILLNESSES]) == set()


@pytest.mark.parametrize("code", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_a_planted_name_is_found(home: Path, code: str, form: Literal["NFC", "NFD"]) -> None:
    name = unicodedata.normalize(form, EVERYBODY[0])
    (home / "planted.db").write_bytes(b"\x00\x01" + name.encode(code) + b"\x00")
    assert found_in(home, EVERYBODY[:6]) == {("planted.db", EVERYBODY[0])}


def test_a_name_in_a_database_is_found_too(system: System, records: Run) -> None:
    added = records(
        "account", "add", "kim", "--role", "signer", "--title", EVERYBODY[0],
        typed="a-long-enough-sentence\na-long-enough-sentence\n",
    )  # fmt: skip
    assert added.exit_code == 0
    assert {text for _, text in found_in(system.settings.home, EVERYBODY[:6])} == {EVERYBODY[0]}


def somebody_done(system: System) -> tuple[SamplePerson, UUID]:
    """Return a person of whom no request is open."""
    for person in islice(population(demo.SEED), demo.PEOPLE):
        known = people.find(system.facts, system.directory, number=person.number)
        if known.state.open_request is None:
            return person, known.history.stream_id
    raise AssertionError("somebody's request has ended")


def forget(system: System, subject: UUID) -> None:
    request, basis = uuid4(), "a court's order (mẫu)"
    for purpose in (Purpose.IDENTITY, Purpose.JUDICIAL):
        erasure.end_retention(
            system.facts, subject=subject, purpose=purpose, legal_basis=basis,
            act=system.act("keeper", "data_protection_officer"),
        )  # fmt: skip
    erasure.request_erasure(
        system.facts, subject=subject, request=request, purposes=FORGOTTEN, legal_basis=basis,
        act=system.act("asker", "data_protection_officer"),
    )  # fmt: skip
    for officer in ("first", "second"):
        erasure.approve_erasure(
            system.facts, subject=subject, request=request,
            act=system.act(officer, "data_protection_officer"),
        )  # fmt: skip
    erasure.erase(
        system.facts, system.subject_keys, subject=subject, request=request,
        act=system.act("second", "data_protection_officer"),
    )  # fmt: skip


def test_who_was_forgotten_is_nowhere_and_in_no_older_backup(
    system: System, records: Run, tmp_path: Path
) -> None:
    person, subject = somebody_done(system)
    old, old_secrets = tmp_path / "old", tmp_path / "old-secrets"
    assert records("backup", old, "--secrets-to", old_secrets).exit_code == 0
    before = records("history", str(subject), "--personal", "--legal-basis", "x").stdout
    assert person.name in before
    forget(system, subject)
    after = records("history", str(subject), "--personal", "--legal-basis", "x").stdout
    assert "erased" in after
    assert not [text for text in of(person) if text in after]
    assert found_in(system.settings.home, of(person)) == set()
    new, new_secrets = tmp_path / "new", tmp_path / "new-secrets"
    assert records("backup", new, "--secrets-to", new_secrets).exit_code == 0
    # The old copy of the key store is dead under the only root that is still to be had.
    refused = records("restore", old, "--secrets", new_secrets, on=tmp_path / "from-old")
    assert refused.exit_code == 2
    assert refused.stderr.startswith("records: backup: backup: ")
    restored = tmp_path / "from-new"
    assert records("restore", new, "--secrets", new_secrets, on=restored).exit_code == 0
    told = records("history", str(subject), "--personal", "--legal-basis", "x", on=restored)
    assert "erased" in told.stdout
    assert not [text for text in of(person) if text in told.stdout]


def test_everybody_else_is_still_there(system: System, records: Run) -> None:
    _, subject = somebody_done(system)
    forget(system, subject)
    for dossier in open_dossiers(records)[:3]:
        told = records("history", dossier, "--personal", "--legal-basis", "x").stdout
        assert "erased" not in told
        state = load_request(system.facts, find_request(system, dossier)).state
        assert isinstance(state.declaration, Declaration)
        number = state.declaration.details.number
        found = people.find(system.facts, system.directory, number=number)
        assert found.history.stream_id == state.draft.subject
