"""An auditor at the demonstration's doors: nobody of its people is in any answer without a case."""

from collections.abc import Iterator
from http import HTTPStatus
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app import System
from doors import join
from ledger.facts import RecordedFact
from shell import demo
from shell.demo import Note
from shell.demo_visits import ALLERGIES, COMPLAINTS, VACCINES
from shell.population import people
from tests_support.whole_house import SERVICE
from verify_api.picture import media_type_of, read_codes

HTML = {"Accept": "text/html"}
CLINICAL = {
    *(one.diagnosis for one in COMPLAINTS), *(one.reason for one in COMPLAINTS),
    *(f"{one.code}" for one in COMPLAINTS if "." in one.code),
    *(name for one in COMPLAINTS for name, _ in one.medicines),
    *(word for one in ALLERGIES for word in one), *(name for _, name in VACCINES),
}  # fmt: skip


def forbidden() -> set[bytes]:
    """Return every word about the people that must not be told."""
    words = set(CLINICAL)
    for person in islice(people(demo.SEED), demo.PEOPLE):
        words |= {person.name, person.number, person.address, person.birth_date.isoformat()}
    return {form.encode() for word in words for form in (word, word.upper(), word.lower())}


@pytest.fixture
def auditor(system: System) -> FlaskClient:
    """The demonstration's auditor, signed in as its visitor is told to."""
    note = Note.read(system.settings.home)
    assert note is not None
    assert "auditor" in note.accounts["kiem-toan"]
    client = join(system, SERVICE, read_codes, media_type_of).test_client()
    answer = client.post("/login", data={"name": "kiem-toan", "password": note.password})
    assert answer.headers["Location"] == "/audit"
    return client


def csrf(client: FlaskClient) -> str:
    return client.get("/audit", headers=HTML).text.split('name="csrf" value="')[1].split('"')[0]


def every_fact(system: System) -> Iterator[RecordedFact]:
    after = 0
    while some := system.reading.read(after=after, limit=1_000):
        yield from some
        after = some[-1].position


def records_of(system: System) -> list[UUID]:
    """Return a stream of each sort and stream length there is, and some persons."""
    first: dict[tuple[str, int], UUID] = {}
    subjects: dict[UUID, None] = {}
    for one in every_fact(system):
        sort = one.topic.partition(".")[0]
        if sort not in {"access", "seal"}:
            first.setdefault((sort, min(one.version, 6)), one.stream_id)
        if one.subject is not None:
            subjects[one.subject] = None
    assert len(subjects) > demo.PEOPLE // 2
    return [*dict.fromkeys(first.values()), *list(subjects)[:12]]


def test_no_word_about_anybody_is_in_an_answer_without_a_case(
    system: System, auditor: FlaskClient
) -> None:
    never, token = forbidden(), csrf(auditor)
    asked = records_of(system)

    def clean(answer: TestResponse) -> None:
        assert answer.status_code == HTTPStatus.OK, answer.text[:300]
        content = answer.get_data()
        assert not [word.decode() for word in never if word in content]

    for record in asked:
        page = auditor.post("/audit/record", headers=HTML, data={
            "record": str(record), "csrf": token,
        })  # fmt: skip
        clean(page)
        clean(auditor.post("/v1/audit/record", headers={"X-CSRF-Token": token},
                           json={"record": str(record)}))  # fmt: skip
    for account in {one.act.actor for one in every_fact(system)}:
        clean(auditor.post("/audit/officer", headers=HTML,
                           data={"account": account, "csrf": token}))  # fmt: skip
    for path in ("/audit", "/audit/findings", "/audit/figures"):
        clean(auditor.get(path, headers=HTML))
    clean(auditor.post("/v1/audit/figures", headers={"X-CSRF-Token": token}, json={}))


def test_in_a_case_the_very_words_are_there(system: System, auditor: FlaskClient) -> None:
    """Else the search above would prove nothing."""
    person = next(iter(people(demo.SEED)))
    token = csrf(auditor)
    dossiers = [one for one in every_fact(system) if one.topic == "request.drafted/1"]
    told: list[Any] = [
        auditor.post("/v1/audit/record", headers={"X-CSRF-Token": token}, json={
            "record": str(one.stream_id), "case": "1/2026", "reason": "sample",
        }).get_data(as_text=True)
        for one in dossiers
    ]  # fmt: skip
    assert [text for text in told if person.name in text and person.number in text]
