import json
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from click.testing import Result

from app import System
from ledger.certificates.lifecycle import token_of
from ledger.certificates.qr_text import to_qr_text
from ledger.commands import certificates, people
from ledger.commands.loading import load_request
from ledger.records.person import RequestOpened
from shell import demo
from shell.population import SamplePerson
from shell.population import people as population

Run = Callable[..., Result]
BASIS = ("--legal-basis", "Luật 91/2025, Điều 14 (mẫu)")
EVERYTHING = ("--purpose", "identity", "--purpose", "contact", "--purpose", "judicial")
KEPT = ("--purpose", "identity", "--purpose", "judicial")
DAYS = "2030-01-01"


class Known:
    """Somebody of the demonstration who has a certificate and no open request."""

    def __init__(self, system: System, person: SamplePerson) -> None:
        found = people.find(system.facts, system.directory, number=person.number)
        self.person = person
        self.stream = str(found.history.stream_id)
        self.is_done = found.state.open_request is None
        self.requests = [
            fact.request for fact in found.history.facts if isinstance(fact, RequestOpened)
        ]

    def code(self, system: System) -> str | None:
        """Return the text of their certificate's code."""
        for request in self.requests:
            certificate = load_request(system.facts, request).state.certificate
            if certificate is not None:
                found = certificates.load(system.facts, certificate).certificate
                if found.phase.value == "active":
                    return to_qr_text(token_of(found), system.settings.host)
        return None


@pytest.fixture
def known(system: System) -> Known:
    for person in islice(population(demo.SEED), demo.PEOPLE):
        somebody = Known(system, person)
        if somebody.is_done and somebody.code(system) is not None:
            return somebody
    raise AssertionError("somebody of the demonstration has a certificate in force")


def erasure(records: Run, act: str, *arguments: str, **how: Any) -> str:
    """Run a command that is to succeed; return what it says."""
    done = records("erasure", act, *arguments, **how)
    assert done.exit_code == 0, done.stderr
    return str(done.stdout)


def refused(records: Run, act: str, *arguments: str, **how: Any) -> str:
    """Run a command that is to be refused; return the code and rule."""
    done = records("erasure", act, *arguments, **how)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    return str(done.stderr.split(": ")[1])


def shown(records: Run, person: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(erasure(records, "show", person, "--json"))
    return told


def ordered(records: Run, person: str) -> str:
    """Bring an erasure to where it may begin; return its reference."""
    erasure(records, "end-retention", person, *KEPT, *BASIS, "--actor", "keeper")
    asked = erasure(records, "request", person, *EVERYTHING, *BASIS, "--actor", "asker").strip()
    for officer in ("first", "second"):
        erasure(records, "approve", person, "--request", asked, "--actor", officer)
    return asked


def test_a_person_is_forgotten_from_the_shell(
    known: Known, system: System, records: Run, tmp_path: Path
) -> None:
    code = known.code(system)
    assert code is not None
    assert records("verify", code).exit_code == 0
    asked = ordered(records, known.stream)
    said = erasure(records, "erase", known.stream, "--request", asked, "--actor", "second")
    assert f"receipt of {asked}: software" in said
    assert "root key: 1 destroyed, 2 in use" in said
    assert "back up anew" in said
    told = records("history", known.stream, "--personal", *BASIS).stdout
    assert "erased" in told
    assert not [text for text in (known.person.name, known.person.number) if text in told]
    verdict = records("verify", code, "--json")
    assert verdict.exit_code == 2
    assert json.loads(verdict.stdout)["overall"] == "cannot_tell"


def test_the_receipt_is_shown_again_and_erasing_again_changes_nothing(
    known: Known, records: Run, system: System
) -> None:
    asked = ordered(records, known.stream)
    first = erasure(records, "erase", known.stream, "--request", asked, "--actor", "a", "--json")
    head = system.facts.head()
    again = erasure(records, "erase", known.stream, "--request", asked, "--actor", "a", "--json")
    assert first == again
    assert system.facts.head() == head
    receipt = json.loads(first)
    assert receipt["assurance"] == "software"
    assert {key["purpose"] for key in receipt["keys"]} == {"contact", "identity", "judicial"}
    assert all(len(key["key_id"]) == 32 for key in receipt["keys"])
    told = shown(records, known.stream)
    assert told["requests"][0]["receipt"] == receipt
    assert told["requests"][0]["approvals"] == ["first", "second"]
    words = erasure(records, "show", known.stream)
    assert f"request {asked}: done, due " in words
    assert "asked by asker; approved by first, second" in words
    assert "retention ended: judicial" in words
    assert f"receipt of {asked}: software" in words


def test_four_eyes_and_more(known: Known, records: Run) -> None:
    erasure(records, "end-retention", known.stream, *KEPT, *BASIS, "--actor", "keeper")
    asked = erasure(records, "request", known.stream, *EVERYTHING, *BASIS, "--actor", "asker")
    it = (known.stream, "--request", asked.strip(), "--actor")
    assert refused(records, "approve", *it, "asker") == "refused/approver_is_requester"
    assert erasure(records, "approve", *it, "first").endswith(": requested\n")
    assert refused(records, "approve", *it, "first") == "refused/approver_approved_before"
    assert refused(records, "erase", *it, "first") == "refused/erasure_not_ordered"
    assert erasure(records, "approve", *it, "second").endswith(": ordered\n")
    assert refused(records, "approve", *it, "third") == "refused/erasure_not_pending"


def test_what_the_register_keeps_is_refused_and_the_refusal_is_recorded(
    known: Known, records: Run
) -> None:
    said = refused(records, "request", known.stream, *EVERYTHING, *BASIS, "--actor", "asker")
    assert said == "refused/retention_hold"
    assert [asked["phase"] for asked in shown(records, known.stream)["requests"]] == ["refused"]
    assert "approved by -" in erasure(records, "show", known.stream)


def test_a_hold_stays_until_it_is_lifted(known: Known, records: Run) -> None:
    held = erasure(
        records, "hold", known.stream, "--purpose", "contact", "--kind", "legal", *BASIS,
        "--until", DAYS, "--actor", "court",
    ).strip()  # fmt: skip
    ask = ("request", known.stream, "--purpose", "contact", *BASIS, "--actor", "asker")
    assert refused(records, *ask) == "refused/legal_hold"
    assert shown(records, known.stream)["holds"][0]["until"] == DAYS
    assert f"hold {held}: contact (legal) until {DAYS}" in erasure(records, "show", known.stream)
    lift = ("lift", known.stream, *BASIS, "--actor", "court", "--hold")
    assert refused(records, *lift, str(uuid4())) == "refused/unknown_hold"
    assert erasure(records, *lift, held) == f"{held}: lifted\n"
    asked = erasure(records, *ask).strip()
    assert shown(records, known.stream)["requests"][-1]["request"] == asked


def test_a_hold_that_comes_after_the_approvals_still_counts(known: Known, records: Run) -> None:
    asked = ordered(records, known.stream)
    hold = ("hold", known.stream, "--purpose", "judicial", *BASIS, "--actor", "court", "--kind")
    erasure(records, *hold, "retention")
    assert "until it is lifted" in erasure(records, "show", known.stream)
    erase = ("erase", known.stream, "--request", asked, "--actor", "second")
    assert refused(records, *erase) == "refused/retention_hold"


def test_nothing_is_left_to_hold_of_the_forgotten(known: Known, records: Run) -> None:
    asked = ordered(records, known.stream)
    erasure(records, "erase", known.stream, "--request", asked, "--actor", "second")
    hold = ("hold", known.stream, "--purpose", "judicial", *BASIS, "--actor", "x", "--kind")
    assert refused(records, *hold, "legal") == "refused/already_erased"


def test_a_person_is_named_by_any_stream_of_theirs_or_by_their_number(
    known: Known, records: Run, system: System
) -> None:
    dossier = load_request(system.facts, known.requests[0]).state.draft.dossier_code
    assert shown(records, dossier)["person"] == known.stream
    told = erasure(records, "show", "-", typed=f"{known.person.number}\n")
    assert told == f"person {known.stream}\n"
    assert known.person.number not in told


def test_a_forgotten_number_leads_to_nobody(known: Known, records: Run) -> None:
    asked = ordered(records, known.stream)
    erasure(records, "erase", known.stream, "--request", asked, "--actor", "second")
    assert refused(records, "show", "-", typed=f"{known.person.number}\n") == "not_found"


@pytest.mark.parametrize(
    ("person", "typed", "code"),
    [
        ("-", "", "invalid_input/personal_number"),
        ("-", "12345\n", "invalid_input/personal_number"),
        ("-", b"\xff\xfe00109900000\n", "invalid_input/personal_number"),
        ("-", "000000000000\n", "not_found"),
        ("001099000001", None, "not_found"),
        ("1/LLTP-XX99", None, "not_found"),
    ],
)
def test_nobody_is_found_under_a_wrong_name(
    records: Run, person: str, typed: str | bytes | None, code: str
) -> None:
    told = records("erasure", "show", person, typed=typed)
    assert told.exit_code == 2
    assert told.stderr.startswith(f"records: {code}: ")
    assert person == "-" or person not in told.stderr


def test_a_stream_that_is_about_nobody_names_nobody(records: Run, system: System) -> None:
    stream = next(
        str(fact.stream_id)
        for fact in system.reading.read(after=0, limit=100)
        if fact.subject is None
    )
    assert refused(records, "show", stream) == "not_found"


def test_a_key_store_that_is_away_is_told_in_one_line(
    known: Known, records: Run, system: System, home: Path
) -> None:
    asked = ordered(records, known.stream)
    for root in (home / "root").iterdir():
        root.unlink()
    erase = ("erase", known.stream, "--request", asked, "--actor", "second")
    assert refused(records, *erase) in {"root_key", "key_store", "key_store_old"}
