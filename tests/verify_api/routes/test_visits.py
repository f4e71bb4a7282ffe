"""A visit after it was sent: shown without content, voided, moved, and its readers told."""

import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from ledger.commands.access import record_access
from ledger.commands.visit_streams import load_visit, subject_of
from ledger.facts import Act
from ledger.records.access import Channel, RecordKind
from tests.verify_api.routes.test_intake import Hospital
from tests_support.visit_json import dumped
from tests_support.visit_samples import vietnamese_patient, vietnamese_visit
from tests_support.whole_house import House, open_house
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role

CODES = (f"79B{number:02}" for number in count())
SEEDS = count(1)
REASON = "Nhầm người bệnh"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("visits") / "home") as opened:
        yield opened


@pytest.fixture
def hospital(house: House) -> Hospital:
    """Another hospital for each test."""
    return Hospital(house, next(CODES))


def sent(hospital: Hospital) -> tuple[str, UUID, str]:
    """Send a visit of somebody new; return its reference, whose it is, and their number."""
    rng = random.Random(next(SEEDS))
    patient = vietnamese_patient(rng)
    answer = hospital.send(dumped(vietnamese_visit(rng, "79B00", patient), None))
    assert answer.status_code == 201, answer.text
    named = answer.get_json()["visit"]
    subject = subject_of(hospital.house.system.facts.history(UUID(named)))
    assert subject is not None
    numbers = [one["value"] for one in patient["identifier"]]
    return named, subject, next(one for one in numbers if len(one) == 12 and one.isdigit())


def post(hospital: Hospital, path: str, body: object, **headers: str) -> TestResponse:
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return hospital.client.post(
        f"/v1/visits/{path}", json=body, headers={**hospital.headers, **more}
    )


def show(hospital: Hospital, visit: str) -> TestResponse:
    return hospital.client.get(f"/v1/visits/{visit}", headers=hospital.headers)


def read_by(house: House, account: str, subject: UUID) -> None:
    act = Act(house.clock.at, account, "clinician", "79B99", legal_basis="care-visit")
    record_access(
        house.system.facts, subject=subject, kind=RecordKind.HEALTH_BOOK, purpose="treatment",
        channel=Channel.API, act=act,
    )  # fmt: skip


def token(house: House, role: Role, organisation: str = "SYT01") -> tuple[str, dict[str, str]]:
    name, at = f"{role}-{uuid4()}", house.clock.at
    issued = ApiToken(name, role, organisation, at, at + timedelta(days=90))
    secret = house.system.api_tokens.issue(issued, secret=house.system.clockwork.random(32))
    return name, {"Authorization": f"Bearer {secret}"}


def problem(answer: TestResponse) -> tuple[int, str | None]:
    body: dict[str, Any] = answer.get_json()
    return answer.status_code, body.get("rule")


def test_a_facility_sees_where_its_visit_stands_and_nothing_of_its_content(
    hospital: Hospital,
) -> None:
    visit, subject, number = sent(hospital)
    answer = show(hospital, visit)
    assert answer.headers["ETag"] == 'W/"1"'
    told = answer.get_json()
    assert (told["state"], told["revision"], told["reassigned"]) == ("stands", 1, False)
    assert len(told["sha256"]) == 64
    assert str(subject) not in answer.text
    assert number not in answer.text


def test_another_facility_finds_no_visit_and_changes_none(house: House, hospital: Hospital) -> None:
    visit, subject, _ = sent(hospital)
    other = Hospital(house, next(CODES))
    assert show(other, visit).status_code == 404
    void = post(other, f"{visit}/void", {"reason": REASON}, If_Match='W/"1"')
    assert void.status_code == 404
    body = {"to": str(subject), "reason": REASON}
    assert post(other, f"{visit}/reassign", body, If_Match='W/"1"').status_code == 404
    assert show(hospital, str(subject)).status_code == 404
    assert show(hospital, visit).get_json()["state"] == "stands"


def test_a_visit_is_voided_once_at_the_revision_that_was_seen(hospital: Hospital) -> None:
    visit, *_ = sent(hospital)
    path, body = f"{visit}/void", {"reason": REASON}
    assert post(hospital, path, body).status_code == 400
    assert post(hospital, path, body, If_Match="next").status_code == 400
    assert problem(post(hospital, path, body, If_Match='W/"2"')) == (409, "revision_differs")
    blank = post(hospital, path, {"reason": " "}, If_Match='W/"1"')
    assert problem(blank) == (409, "correction_needs_a_reason")
    first = post(hospital, path, body, If_Match='W/"1"', Idempotency_Key="v")
    assert (first.status_code, first.get_json()["state"]) == (200, "voided")
    again = post(hospital, path, body, If_Match='W/"1"', Idempotency_Key="v")
    assert again.get_json() == first.get_json()
    other = post(hospital, path, {"reason": "khác"}, If_Match='W/"1"', Idempotency_Key="v")
    assert other.status_code == 409
    assert problem(post(hospital, path, body, If_Match='W/"1"')) == (409, "already_voided")


def test_a_moved_visit_is_told_to_its_readers_and_the_facility_learns_how_many(
    house: House, hospital: Hospital
) -> None:
    visit, wrong, _ = sent(hospital)
    _, right, number = sent(hospital)
    reader, header = token(house, Role.CLINICIAN, "79B99")
    read_by(house, reader, wrong)
    read_by(house, "another-reader", wrong)
    body = {"to": [{"kind": "personal", "value": number}], "reason": REASON}
    first = post(hospital, f"{visit}/reassign", body, If_Match='W/"1"', Idempotency_Key="m")
    assert first.status_code == 200, first.text
    moved = first.get_json()
    assert (moved["readers_told"], moved["visit"]["reassigned"]) == (2, True)
    assert reader not in first.text
    assert first.headers["ETag"] == 'W/"2"'
    again = post(hospital, f"{visit}/reassign", body, If_Match='W/"1"', Idempotency_Key="m")
    assert again.get_json() == moved
    found = load_visit(house.system.facts, UUID(visit))
    assert subject_of(found.history) == right
    house.system.projector.catch_up()
    answer = house.app.test_client().get("/v1/notices", headers=header)
    (notice,) = answer.get_json()["notices"]
    assert (notice["visit"], notice["person"], notice["number"]) == (visit, str(wrong), 1)
    assert "người khác" in notice["words"]
    assert notice["where"] == "Bệnh viện mẫu"
    assert str(right) not in answer.text
    later = house.app.test_client().get("/v1/notices?after=1", headers=header)
    assert later.get_json() == {"notices": []}


def test_a_steward_moves_the_visits_of_all_and_voids_none(house: House, hospital: Hospital) -> None:
    visit, *_ = sent(hospital)
    _, right, _ = sent(hospital)
    _, header = token(house, Role.DATA_STEWARD)
    client = house.app.test_client()
    assert client.get(f"/v1/visits/{visit}", headers=header).status_code == 200
    match = {**header, "If-Match": 'W/"1"'}
    void = client.post(f"/v1/visits/{visit}/void", json={"reason": REASON}, headers=match)
    assert void.status_code == 403
    moved = client.post(
        f"/v1/visits/{visit}/reassign", json={"to": str(right), "reason": REASON}, headers=match
    )
    assert moved.get_json()["readers_told"] == 0
    same = client.post(
        f"/v1/visits/{visit}/reassign", json={"to": str(right), "reason": REASON},
        headers={**header, "If-Match": 'W/"2"'},
    )  # fmt: skip
    assert problem(same) == (409, "same_person")


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"to": str(UUID(int=5))}, 404),
        ({"to": "me"}, 400),
        ({"to": []}, 422),
        ({"to": [{"kind": "personal", "value": "123"}]}, 422),
        ({"to": [{"kind": "colour", "value": "123"}]}, 422),
        ({"to": [{"kind": "personal", "value": "000099999998"}]}, 404),
        ({"to": [{"kind": "personal"}]}, 400),
        ({"reason": ""}, 409),
        ({"reason": "x" * 501}, 422),
        ({"more": 1}, 400),
    ],
)
def test_a_move_in_the_wrong_form_changes_nothing(
    hospital: Hospital, change: dict[str, object], status: int
) -> None:
    visit, *_ = sent(hospital)
    _, right, _ = sent(hospital)
    body = {"to": str(right), "reason": REASON, **change}
    answer = post(hospital, f"{visit}/reassign", body, If_Match='W/"1"')
    assert answer.status_code == status, answer.text
    assert "000099999998" not in answer.text
    assert show(hospital, visit).get_json()["revision"] == 1


def test_somebody_whom_nobody_knows_is_made_when_it_is_said(hospital: Hospital) -> None:
    visit, *_ = sent(hospital)
    body = {"to": [{"kind": "personal", "value": "000099999997"}], "reason": REASON, "new": True}
    assert post(hospital, f"{visit}/reassign", body, If_Match='W/"1"').status_code == 200


def test_who_has_not_signed_in_or_sends_nothing_is_refused(
    house: House, hospital: Hospital
) -> None:
    visit, *_ = sent(hospital)
    client = house.app.test_client()
    _, operator = token(house, Role.OPERATOR)
    for path in (f"/v1/visits/{visit}", "/v1/notices"):
        assert client.get(path).status_code == 401
    assert client.get(f"/v1/visits/{visit}", headers=operator).status_code == 403
    assert client.get("/v1/notices", headers=operator).get_json() == {"notices": []}
    assert client.get("/v1/notices?after=x", headers=operator).status_code == 400
