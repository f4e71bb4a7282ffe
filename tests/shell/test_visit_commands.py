"""Visits shown, voided and moved from a shell: as meant, and in the wrong."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import Result

from app import System
from ledger.commands import facilities
from ledger.commands.access import record_access
from ledger.commands.deliveries import Delivery
from ledger.commands.visit_streams import load_visit, subject_of
from ledger.commands.visits import record_visit
from ledger.identifiers import access_stream, health_book_stream, visit_stream
from ledger.records.access import Channel, RecordKind
from ledger.records.facility import Level
from ledger.records.health_book.facts import AssertedIdentity, AssertedNumber
from ledger.records.visit import Form

Run = Callable[..., Result]
FACILITY = "79A02"
BY = ("--reason", "nhầm người bệnh", "--actor", "steward-1", "--legal-basis", "CV 12/BV")
WRONG, RIGHT, UNKNOWN = "000099000001", "000099000002", "000099000003"


def take(system: System, key: str, number: str) -> UUID:
    """Let a facility send a visit; return whose it is."""
    whose = AssertedIdentity("NGUYỄN VĂN MẪU", "1985", 1, (AssertedNumber("personal", number),))
    stream = visit_stream(FACILITY, key)
    taken = record_visit(
        system.facts, system.directory,
        Delivery(stream, Form.FHIR_VISIT, "r4-test", b'{"visit":1}', whose),
        act=system.act("his", "facility_system", FACILITY), new_id=uuid4,
    )  # fmt: skip
    assert taken.subject is not None
    return taken.subject


@pytest.fixture
def wrong(system: System) -> UUID:
    """The person under whom the visit LK:1 was sent."""
    facilities.register(
        system.facts, code=FACILITY, name="Bệnh viện mẫu", name_en="Specimen hospital",
        province="79", level=Level.BASIC, act=system.act("shell", "operator"),
    )  # fmt: skip
    return take(system, "LK:1", WRONG)


def ok(done: Result) -> Any:
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def refused(done: Result) -> str:
    """Return the code and rule of a refusal, which is one line."""
    assert done.exit_code == 2, done.output
    assert len(done.stderr.splitlines()) == 1
    return str(done.stderr.split(": ")[1])


def test_a_visit_is_shown_by_its_key_or_its_stream_without_its_content(
    records: Run, wrong: UUID
) -> None:
    named = str(visit_stream(FACILITY, "LK:1"))
    shown = ok(records("visit", "show", f"{FACILITY}:LK:1", "--json"))
    assert shown == ok(records("visit", "show", named, "--json"))
    assert (shown["visit"], shown["state"], shown["revision"]) == (named, "stands", 1)
    plain = records("visit", "show", named).stdout
    assert "stands" in plain
    assert str(wrong) not in plain


@pytest.mark.usefixtures("wrong")
def test_a_visit_is_voided_once_at_the_revision_that_is_named(records: Run) -> None:
    void = ("visit", "void", f"{FACILITY}:LK:1", *BY, "--json")
    assert refused(records(*void, "--revision", "2")) == "refused/revision_differs"
    assert ok(records(*void, "--revision", "1"))["state"] == "voided"
    assert refused(records(*void)) == "refused/already_voided"
    moved = records("visit", "reassign", f"{FACILITY}:LK:1", "--to", "-", *BY, typed=RIGHT)
    assert refused(moved) == "not_found"


def test_a_visit_is_moved_to_whom_a_number_or_a_stream_names(
    system: System, records: Run, wrong: UUID
) -> None:
    right = take(system, "LK:2", RIGHT)
    record_access(
        system.facts, subject=wrong, kind=RecordKind.HEALTH_BOOK, purpose="treatment",
        channel=Channel.SHELL, act=system.act("doctor-1", "clinician", legal_basis="care-visit"),
    )  # fmt: skip
    move = ("visit", "reassign", f"{FACILITY}:LK:1", *BY, "--json")
    done = records(*move, "--to", "-", typed=RIGHT)
    assert "doctor-1" not in done.stdout
    moved = ok(done)
    assert (moved["reassigned"], moved["revision"], moved["readers_told"]) == (True, 2, 1)
    assert subject_of(load_visit(system.facts, UUID(moved["visit"])).history) == right
    assert refused(records(*move, "--to", str(right))) == "refused/same_person"
    assert ok(records(*move, "--to", str(wrong)))["revision"] == 3
    assert ok(records(*move, "--to", str(health_book_stream(right))))["revision"] == 4


@pytest.mark.usefixtures("wrong")
def test_nobody_is_made_of_a_number_unless_it_is_said(records: Run) -> None:
    move = ("visit", "reassign", f"{FACILITY}:LK:1", *BY, "--json", "--to", "-")
    done = records(*move, typed=UNKNOWN)
    assert refused(done) == "not_found"
    assert UNKNOWN not in done.stderr
    assert refused(records(*move, typed="12")) == "invalid_input/personal_number"
    assert refused(records(*move, typed="")) == "invalid_input/personal_number"
    assert ok(records(*move, "--new", typed=UNKNOWN))["revision"] == 2


@pytest.mark.parametrize(
    ("reference", "rule"),
    [
        ("nothing", "invalid_input/visit_reference"),
        ("79A02:", "invalid_input/visit_reference"),
        ("x:LK:1", "invalid_input/facility_code"),
        ("79A02:LK-unknown", "not_found"),
        (str(UUID(int=7)), "not_found"),
    ],
)
def test_what_names_no_visit_is_refused(records: Run, reference: str, rule: str) -> None:
    for command in (("show",), ("void", *BY), ("reassign", *BY, "--to", str(UUID(int=8)))):
        assert refused(records("visit", command[0], reference, *command[1:])) == rule


def test_the_stream_of_something_else_is_no_visit(records: Run, wrong: UUID) -> None:
    for stream in (health_book_stream(wrong), access_stream(wrong)):
        assert refused(records("visit", "show", str(stream))) == "not_found"


def test_a_ledger_that_is_not_there_is_not_made(records: Run, tmp_path: Path) -> None:
    elsewhere = tmp_path / "nothing"
    assert refused(records("visit", "show", str(UUID(int=7)), on=elsewhere)) == "no_home"
    assert not elsewhere.exists()
