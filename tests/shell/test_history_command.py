import json
from collections.abc import Callable
from typing import Any

from click.testing import Result

from app import System
from ledger.commands.access import who_looked
from ledger.commands.loading import load_request
from shell.references import find_request

Run = Callable[..., Result]


def a_dossier(records: Run) -> str:
    return str(json.loads(records("request", "list", "--json").stdout)[0]["dossier_code"])


def test_the_facts_of_a_stream_are_told_without_the_person(records: Run, names: list[str]) -> None:
    told = records("history", a_dossier(records))
    assert told.exit_code == 0
    assert "request.drafted/1  by citizen-of-the-demo (citizen)" in told.stdout
    assert "sealed: declaration, contact" in told.stdout
    assert not [name for name in names if name in told.stdout]


def test_a_certificate_is_found_by_its_number_and_its_dossier(records: Run) -> None:
    facts = json.loads(records("history", "1/LLTP-CA01", "--json").stdout)
    topics = [fact["topic"] for fact in facts["facts"]]
    assert topics[:4] == [
        "certificate.drafted/1", "certificate.signed/1", "certificate.sealed/1",
        "certificate.issued/1",
    ]  # fmt: skip
    assert facts["facts"][0]["sealed"] == {"holder": None, "content": None,
                                           "correction_document": None}  # fmt: skip
    assert facts["facts"][0]["clear"]["purpose"] == "judicial"
    request = facts["facts"][0]["clear"]["request"]
    stream = json.loads(records("history", request, "--json").stdout)
    assert stream["facts"][0]["topic"] == "request.drafted/1"


def test_values_about_a_person_are_told_after_the_look_is_recorded(
    records: Run, system: System, names: list[str]
) -> None:
    dossier = a_dossier(records)
    subject = load_request(system.reading, find_request(system, dossier)).state.draft.subject
    before = len(who_looked(system.reading, subject=subject))
    refused = records("history", dossier, "--personal")
    assert refused.stderr.startswith("records: refused/access_needs_a_legal_basis: ")
    assert len(who_looked(system.reading, subject=subject)) == before
    seen = records(
        "history", dossier, "--personal", "--legal-basis", "a complaint", "--actor", "kim"
    )
    assert [name for name in names if name in seen.stdout]
    look = who_looked(system.reading, subject=subject)[-1]
    fact: Any = look.fact
    assert (look.act.actor, look.act.legal_basis) == ("kim", "a complaint")
    assert (fact.channel, fact.kind, fact.purpose) == ("shell", "request", "read_history")
    told = json.loads(
        records("history", dossier, "--personal", "--legal-basis", "x", "--json").stdout
    )
    assert told["facts"][0]["sealed"]["declaration"]["details"]["name"] in names


def test_who_looked_is_a_history_like_any_other(records: Run, system: System) -> None:
    stream = find_request(system, a_dossier(records))
    subject = load_request(system.reading, stream).state.draft.subject
    person = json.loads(records("history", str(subject), "--json").stdout)
    assert person["facts"][0]["topic"] == "person.registered/1"
    seen = records("history", str(subject), "--personal", "--legal-basis", "x", "--json")
    assert seen.exit_code == 0
    looks: Any = who_looked(system.reading, subject=subject)[-1].fact
    assert looks.kind == "person"


def test_a_history_of_nothing_is_not_found(records: Run) -> None:
    refused = records("history", "ABCD-EFGH-JKMN")
    assert refused.stderr.startswith("records: not_found: ")
    assert records("history", "29 LLTP").exit_code == 2
