"""Consents, links, emergencies, reports and requests at a counter: as meant, and in the wrong."""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import Result

from app import System
from ledger.categories import Category, Section
from ledger.commands import books, people, sharing
from ledger.commands.access import record_access
from ledger.commands.sharing import SharedFile, ShareSecrets, ShareTerms
from ledger.records.access import Channel, RecordKind
from shell import demo
from shell.demo_life import registered
from shell.population import people as population

Run = Callable[..., Result]
BY = ("--actor", "dpo-1")
TREATS = ("--reason", "unconscious", "--facility", "79A02", "--actor", "doctor-1")
SAID = ("--text", "bệnh nhân mẫu bất tỉnh")


@pytest.fixture
def person(system: System) -> str:
    """Somebody of the demonstration, with a health book; named by their stream."""
    somebody = next(islice(population(demo.SEED), 1))
    found = people.find(system.facts, system.directory, number=somebody.number)
    subject = found.history.stream_id
    books.open_book(system.facts, subject=subject, act=system.act("intake", "system"))
    return str(subject)


def ok(done: Result) -> str:
    assert done.exit_code == 0, done.output
    return str(done.stdout).strip()


def refused(done: Result) -> str:
    """Return the code and rule of a refusal, which is one line."""
    assert done.exit_code == 2, done.output
    assert len(done.stderr.splitlines()) == 1
    return str(done.stderr.split(": ")[1])


def listed(done: Result) -> Any:
    return json.loads(ok(done))


def grant(records: Run, person: str, text: Path, *more: str) -> Result:
    return records(
        "consent", "grant", person, "--purpose", "treatment", "--category", "hiv",
        "--to-kind", "facility", "--to", "79A02", "--text", text, "--method", "written", *BY, *more,
    )  # fmt: skip


def test_a_consent_is_recorded_checked_and_withdrawn(
    records: Run, person: str, tmp_path: Path
) -> None:
    text = tmp_path / "text.txt"
    text.write_text("Dữ liệu sức khỏe là dữ liệu nhạy cảm (mẫu)")
    assert refused(grant(records, person, text)) == "refused/consent_not_explicit"
    past = grant(records, person, text, "--said-yes", "--until", "2020-01-01")
    assert refused(past) == "invalid_input/consent_in_the_past"
    named = ok(grant(records, person, text, "--said-yes"))
    asked = ("consent", "check", person, "--facility", "79A02", "--category", "hiv")
    assert ok(records(*asked)) == f"allowed by {named}"
    assert records("consent", "check", person, "--facility", "01B03").exit_code == 1
    assert records("consent", "check", person, "--facility", "79A02").exit_code == 1
    ok(records("consent", "withdraw", person, "--consent", named, *BY))
    assert records(*asked).exit_code == 1
    (one,) = listed(records("consent", "list", person, "--json"))
    assert (one["consent"], one["withdrawn"]) == (named, True)
    assert named in ok(records("consent", "list", person))
    unknown = records("consent", "withdraw", person, "--consent", str(uuid4()), *BY)
    assert refused(unknown) == "refused/unknown_consent"


def empty(
    subject: UUID, *, sections: frozenset[Section], categories: frozenset[Category], at: datetime
) -> list[SharedFile]:
    """Make an empty summary."""
    del subject, sections, categories, at
    return [SharedFile("application/fhir+json", b"{}")]


def make_link(system: System, person: str) -> UUID:
    return sharing.create(
        system.facts, empty,
        subject=UUID(person),
        terms=ShareTerms(timedelta(hours=1), 1, "nhãn bí mật", frozenset({Section.ALLERGIES})),
        secrets=ShareSecrets(b"a" * 32, b"b" * 32, b"c" * 32), passcode=None,
        act=system.act("citizen-1", "citizen"),
    )  # fmt: skip


def test_links_are_listed_without_what_they_show_and_ended(
    system: System, records: Run, person: str
) -> None:
    link = make_link(system, person)
    told = ok(records("share", "list", person))
    assert str(link) in told
    assert "0/1" in told
    assert "nhãn bí mật" not in told
    ok(records("share", "revoke", person, "--share", str(link), *BY))
    (one,) = listed(records("share", "list", person, "--json"))
    assert one["ended"] == 1
    other = records("share", "revoke", person, "--share", str(uuid4()), *BY)
    assert refused(other) == "not_found"


def test_an_emergency_is_opened_listed_and_reviewed(records: Run, person: str) -> None:
    named = ok(records("emergency", "open", person, *TREATS, *SAID, "--minutes", "60"))
    assert named in ok(records("health-tasks"))
    assert named in ok(records("health-tasks", "--facility", "79A02"))
    assert named not in ok(records("health-tasks", "--facility", "01B03"))
    assert listed(records("health-tasks", "--overdue", "--json")) == []
    review = ("emergency", "review", person, "--emergency", named, "--outcome", "justified",
              "--note", "đã xem hồ sơ")  # fmt: skip
    assert refused(records(*review, "--actor", "doctor-1")) == "refused/reviewer_opened_it"
    ok(records(*review, *BY))
    assert named not in ok(records("health-tasks"))
    assert refused(records(*review, *BY)) == "refused/already_reviewed"


@pytest.mark.parametrize(
    ("more", "rule"),
    [
        (("--text", ""), "invalid_input/not_blank"),
        (("--text", "gấp"), "invalid_input/reason_too_short"),
        ((*SAID, "--minutes", "241"), "invalid_input/emergency_too_long"),
        ((*SAID, "--minutes", "-5"), "invalid_input/emergency_too_long"),
    ],
)
def test_an_emergency_has_a_reason_and_an_end(
    records: Run, person: str, more: tuple[str, ...], rule: str
) -> None:
    assert refused(records("emergency", "open", person, *TREATS, *more)) == rule


def test_who_has_no_book_has_no_emergency(system: System, records: Run) -> None:
    stranger = next(islice(population(7), 1))
    subject = registered(system, stranger, at=system.clockwork.now())
    done = records("emergency", "open", str(subject), *TREATS, *SAID)
    assert refused(done) == "not_found"


def test_a_look_is_reported_and_answered(system: System, records: Run, person: str) -> None:
    act = system.act("doctor-1", "clinician", "79A02", legal_basis="care-visit")
    look = record_access(
        system.facts, subject=UUID(person), kind=RecordKind.HEALTH_BOOK, purpose="treatment",
        channel=Channel.API, act=act,
    ).event_ids[0]  # fmt: skip
    unknown = records("misuse", "report", person, "--look", str(uuid4()), "--words", "vì sao?", *BY)
    assert refused(unknown) == "not_found"
    named = ok(records("misuse", "report", person, "--look", str(look), "--words", "vì sao?", *BY))
    (one,) = listed(records("misuse", "list", person, "--json"))
    assert (one["report"], one["finding"]) == (named, None)
    assert "vì sao" not in ok(records("misuse", "list", person))
    answer = ("misuse", "answer", person, "--report", named, "--finding", "misuse",
              "--words", "đã xử lý")  # fmt: skip
    assert refused(records(*answer, "--actor", "doctor-1")) == "refused/answers_for_oneself"
    ok(records(*answer, *BY))
    assert refused(records(*answer, *BY)) == "refused/already_answered"


def test_a_request_has_days_that_bind(records: Run, person: str) -> None:
    said = ok(records("rights", "open", person, "--right", "restrict", "--words", "mẫu", *BY))
    named = said.split(":")[0]
    assert "answer until" in said
    for act in ("answer", "extend", "complete"):
        ok(records("rights", act, person, "--request", named, "--words", "a", *BY))
    told = listed(records("rights", "list", person, "--json"))
    assert told["restricted"]
    assert told["requests"][0]["state"] == "completed"
    assert "processing is restricted" in ok(records("rights", "list", person))
    late = records(
        "rights", "refuse", person, "--request", named, "--rule", "r1", "--words", "a", *BY
    )
    assert refused(late) == "refused/request_ended"
    other = ("rights", "answer", person, "--request", str(uuid4()), "--words", "a", *BY)
    assert refused(records(*other)) == "refused/unknown_request"
    wrong = records(
        "rights", "open", person, "--right", "correct", "--words", "a", "--visit", str(uuid4()), *BY
    )
    assert refused(wrong) == "not_found"
    ended = ok(records("rights", "open", person, "--right", "view", "--words", "a", *BY))
    refusing = ("--request", ended.split(":")[0], "--rule", "not_entitled", "--words", "a", *BY)
    assert "refused by not_entitled" in ok(records("rights", "refuse", person, *refusing))


def test_a_command_line_that_cannot_be_read_is_told_apart(records: Run, person: str) -> None:
    for arguments in (
        ("rights", "open", person, "--right", "everything", "--words", "a", *BY),
        ("consent", "withdraw", person, "--consent", "7", *BY),
        ("emergency", "open", person, "--reason", "curious", *SAID),
        ("share", "revoke", person),
    ):
        assert records(*arguments).exit_code == 3
