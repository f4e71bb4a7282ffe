"""The steward's list, two side by side, a judgement; and a facility's own figures."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from ledger.commands import books
from ledger.facts import Act
from ledger.records.visit import Form, RuleCount, VisitQualityAssessed, VisitRecorded
from tests_support.cleaning_house import PAIR, Steward
from tests_support.known_twice import (
    ASSERTED,
    AT,
    NAME,
    REGISTERED,
    asserted,
    tell,
)
from verify_api.callers import Role

LIST = "/v1/cleaning/pairs"
HTML = {"Accept": "text/html"}


@pytest.fixture
def steward(tmp_path: Path) -> Iterator[Steward]:
    with closing(Steward(tmp_path)) as made:
        made.found()
        yield made


@pytest.fixture
def token(steward: Steward) -> dict[str, str]:
    return steward.world.token(Role.DATA_STEWARD, "SYT01")


@pytest.fixture
def client(steward: Steward) -> FlaskClient:
    return steward.world.client()


def test_the_list_shows_pseudonyms_alone_and_is_no_look(
    steward: Steward, client: FlaskClient, token: dict[str, str]
) -> None:
    answer = client.get(LIST, headers=token)
    (pair,) = answer.get_json()["pairs"]
    assert (pair["pair"], pair["grade"], pair["state"]) == (str(PAIR), "likely", "waiting")
    assert "Mẫu" not in answer.text
    assert not steward.world.noted.notes


def test_two_are_shown_after_the_look_was_recorded_for_both(
    steward: Steward, client: FlaskClient, token: dict[str, str]
) -> None:
    answer = client.get(f"{LIST}/{PAIR}", headers=token).get_json()
    rows = {row["trait"]: row for row in answer["compared"][0]["rows"]}
    assert rows["name"]["one"] == NAME
    assert rows["name"]["level"] == "unmarked"
    assert rows["birth"]["text"] == "Giống nhau"
    notes = steward.world.noted.notes
    assert {note.seen.subject for note in notes} == {REGISTERED, ASSERTED}
    assert {note.purpose for note in notes} == {"tell_persons_apart"}
    assert all(note.legal_basis for note in notes)


def test_what_cannot_be_recorded_is_not_shown(
    steward: Steward, client: FlaskClient, token: dict[str, str]
) -> None:
    steward.world.noted.fails_with = ConnectionError()
    answer = client.get(f"{LIST}/{PAIR}", headers=token)
    assert answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR
    assert NAME not in answer.text


@pytest.mark.parametrize("role", [Role.CLINICIAN, Role.OPERATOR, Role.AUDITOR, Role.VERIFIER])
def test_nobody_else_sees_the_list_or_a_pair(
    steward: Steward, client: FlaskClient, role: Role
) -> None:
    header = steward.world.token(role)
    for path in (LIST, f"{LIST}/{PAIR}"):
        assert client.get(path, headers=header).status_code == HTTPStatus.FORBIDDEN
        assert client.get(path).status_code == HTTPStatus.UNAUTHORIZED
    answer = client.post(f"{LIST}/{PAIR}/judgement", headers=header,
                         json={"judgement": "same", "reason": "x"})  # fmt: skip
    assert answer.status_code == HTTPStatus.FORBIDDEN


def judge(client: FlaskClient, token: dict[str, str], **body: object) -> int:
    said = {"judgement": "same", "reason": "Cùng một người", **body}
    return client.post(f"{LIST}/{PAIR}/judgement", headers=token, json=said).status_code


def test_a_judgement_links_the_two_books(
    steward: Steward, client: FlaskClient, token: dict[str, str]
) -> None:
    assert judge(client, token) == HTTPStatus.OK
    assert judge(client, token) == HTTPStatus.CONFLICT
    assert books.subjects_of(steward.facts, ASSERTED) == (REGISTERED, ASSERTED)
    steward.catch_up()
    assert client.get(LIST, headers=token).get_json()["pairs"] == []
    (same,) = client.get(f"{LIST}?state=same", headers=token).get_json()["pairs"]
    assert same["judged_by"] == f"token-{Role.DATA_STEWARD}"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"judgement": "perhaps"}, HTTPStatus.BAD_REQUEST),
        ({"reason": " "}, HTTPStatus.UNPROCESSABLE_ENTITY),
        ({"reason": None}, HTTPStatus.BAD_REQUEST),
        ({"more": 1}, HTTPStatus.BAD_REQUEST),
        ({"reason": "x" * 501}, HTTPStatus.UNPROCESSABLE_ENTITY),
    ],
)
def test_a_judgement_that_is_none_is_refused(
    steward: Steward, client: FlaskClient, token: dict[str, str], body: dict[str, object],
    status: HTTPStatus,
) -> None:  # fmt: skip
    head = steward.facts.head()
    assert judge(client, token, **body) == status
    assert steward.facts.head() == head


@pytest.mark.parametrize(
    ("path", "status"),
    [
        (f"{LIST}?state=x", HTTPStatus.BAD_REQUEST),
        (f"{LIST}?after=x", HTTPStatus.BAD_REQUEST),
        (f"{LIST}?after=1:%00", HTTPStatus.BAD_REQUEST),
        (f"{LIST}?after=9999999999999999999999:a", HTTPStatus.BAD_REQUEST),
        (f"{LIST}/{UUID(int=3)}", HTTPStatus.NOT_FOUND),
        (f"{LIST}/{REGISTERED}", HTTPStatus.NOT_FOUND),
    ],
)
def test_what_is_not_there_or_cannot_be_meant_is_said(
    client: FlaskClient, token: dict[str, str], path: str, status: HTTPStatus
) -> None:
    assert client.get(path, headers=token).status_code == status


def test_a_steward_works_on_pages(steward: Steward) -> None:
    browser, csrf = steward.world.signed_in("lamsach")
    listed = browser.get(f"{LIST}?lang=en", headers=HTML).text
    assert "Persons who may be one" in listed
    assert str(PAIR) in listed
    shown = browser.get(f"{LIST}/{PAIR}", headers=HTML).text
    assert NAME in shown
    assert "one without diacritics" in shown
    assert "1 February 1990" in shown
    assert "99.50\N{NO-BREAK SPACE}%" in shown
    vietnamese = browser.get(f"{LIST}/{PAIR}?lang=vi", headers=HTML).text
    assert "01/02/1990" in vietnamese
    assert "99,50\N{NO-BREAK SPACE}%" in vietnamese
    assert vietnamese.count('type="radio" name="judgement"') == 3
    assert " checked" not in vietnamese, "nothing is chosen beforehand"
    form = {"judgement": "different", "reason": "Hai người", "csrf": csrf}
    assert browser.post(f"{LIST}/{PAIR}/judgement", data={**form, "csrf": "x"}, headers=HTML
                        ).status_code == HTTPStatus.FORBIDDEN  # fmt: skip
    bad = browser.post(f"{LIST}/{PAIR}/judgement", data={**form, "judgement": "?"}, headers=HTML)
    assert bad.status_code == HTTPStatus.UNPROCESSABLE_ENTITY
    done = browser.post(f"{LIST}/{PAIR}/judgement", data=form, headers=HTML)
    assert (done.status_code, done.headers["Location"]) == (HTTPStatus.SEE_OTHER, LIST)


@pytest.mark.parametrize("said", ["1990", "1990-02", "1990-02-31"])
def test_a_birth_that_is_no_day_is_shown_as_it_was_said(steward: Steward, said: str) -> None:
    tell(steward.facts, ASSERTED, asserted(birth=said))
    browser, _ = steward.world.signed_in("lamsach")
    shown = browser.get(f"{LIST}/{PAIR}", headers=HTML)
    assert shown.status_code == HTTPStatus.OK
    assert f">{said}</td>" in shown.text


def test_an_erased_person_is_said_to_be_gone(steward: Steward) -> None:
    steward.facts.recorded[:] = [
        fact for fact in steward.facts.recorded if fact.topic != "person.registered/1"
    ]
    browser, _ = steward.world.signed_in("lamsach")
    shown = browser.get(f"{LIST}/{PAIR}?lang=en", headers=HTML)
    assert "nothing can be compared" in shown.text


def test_a_steward_begins_at_the_list(steward: Steward) -> None:
    browser, _ = steward.world.signed_in("lamsach")
    assert browser.get("/login").headers["Location"] == LIST


def assess(steward: Steward, facility: str, number: int, *, late: bool) -> None:
    stream = UUID(int=0x1000 + number)
    sent = Act(AT + timedelta(minutes=number), "system-1", "facility_system", facility)
    recorded = VisitRecorded(Form.FHIR_VISIT, "r4-1", 1, b"sealed")
    history = steward.facts.history(stream)
    steward.facts.append(sent, history.then(recorded, subject=UUID(int=number)))
    found = VisitQualityAssessed(1, "quality-1", 1, 0, late, (RuleCount("bad_code", 1),))
    steward.facts.append(sent, steward.facts.history(stream).then(found))


def test_a_facility_sees_its_own_figures_and_no_others(
    steward: Steward, client: FlaskClient
) -> None:
    for number, facility in enumerate(("79A02", "79A02", "01B01")):
        assess(steward, facility, number, late=number == 0)
    steward.catch_up()
    own = "/v1/facilities/own/quality"
    (month,) = client.get(
        own, headers=steward.world.token(Role.FACILITY_SYSTEM, "79A02")
    ).get_json()["months"]
    assert (month["facility"], month["visits"], month["score"]) == ("79A02", 2, 40)
    assert month["rules"] == [{"rule": "bad_code", "times": 2}]
    header = steward.world.token(Role.CLINICIAN, "79A02")
    assert client.get(f"{own}?from=2027-01", headers=header).get_json() == {"months": []}
    assert client.get(f"{own}?to=2027", headers=header).status_code == HTTPStatus.BAD_REQUEST
    stranger = steward.world.token(Role.AUDITOR)
    assert client.get(own, headers=stranger).status_code == HTTPStatus.FORBIDDEN
