"""A request about one's data is taken back: by the person, while no officer has approved."""

from http import HTTPStatus

import pytest

from ledger.identifiers import health_book_stream
from tests_support.book_doors import ann as ann  # noqa: PLC0414  a fixture for all here
from tests_support.book_doors import door
from tests_support.book_doors import house as house  # noqa: PLC0414
from tests_support.book_house import ANN, BEN, BookHouse
from tests_support.governing_world import Door, problem
from verify_api.callers import Role

MINE = "/v1/records/me/rights"


@pytest.fixture
def officer(house: BookHouse) -> Door:
    return door(house, Role.DATA_PROTECTION_OFFICER)


def asked(ann: Door, right: str) -> str:
    made = ann.post(MINE, {"right": right, "words": "Xin xem xét"})
    assert made.status_code == HTTPStatus.CREATED, made.text
    return str(made.get_json()["request"])


def states(ann: Door) -> list[tuple[str, str | None]]:
    told = ann.get(MINE).get_json()["requests"]
    return [(one["state"], one["erasure"] and one["erasure"]["phase"]) for one in told]


def granted(officer: Door, request: str, *purposes: str) -> str:
    body = {"purposes": [*purposes], "legal_basis": "Luật 91/2025, Điều 14"}
    made = officer.post(f"/v1/records/{ANN}/rights/{request}/erasure", body)
    assert made.status_code == HTTPStatus.CREATED, made.text
    return str(made.get_json()["erasure"])


@pytest.mark.parametrize("right", ["view", "correct", "restrict", "erase"])
def test_a_request_is_taken_back_once_and_nobody_has_to_do_it(
    house: BookHouse, ann: Door, officer: Door, right: str
) -> None:
    request = asked(ann, right)
    for _ in range(2):
        gone = ann.delete(f"{MINE}/{request}")
        assert (gone.status_code, gone.get_json()) == (
            HTTPStatus.OK, {"request": request, "state": "withdrawn"},
        )  # fmt: skip
    assert states(ann) == [("withdrawn", None)]
    house.house.system.projector.catch_up()
    assert officer.get("/v1/health-tasks").get_json()["tasks"] == []
    late = officer.post(f"/v1/records/{ANN}/rights/{request}/answer", {"words": "a"})
    assert problem(late)[1] == "request_ended"


def test_an_erasure_that_nobody_approved_is_stopped_with_its_request(
    house: BookHouse, ann: Door, officer: Door
) -> None:
    request = asked(ann, "erase")
    erasure = granted(officer, request, "identity")
    assert ann.delete(f"{MINE}/{request}").status_code == HTTPStatus.OK
    assert states(ann) == [("withdrawn", "withdrawn")]
    second = door(house, Role.DATA_PROTECTION_OFFICER, subject=BEN)
    approved = second.post(f"/v1/records/{ANN}/erasures/{erasure}/approve", {})
    assert problem(approved)[:2] == (HTTPStatus.CONFLICT, "erasure_not_pending")


def test_an_erasure_that_an_officer_approved_goes_on(
    house: BookHouse, ann: Door, officer: Door
) -> None:
    request = asked(ann, "erase")
    erasure = granted(officer, request, "identity")
    second = door(house, Role.DATA_PROTECTION_OFFICER, subject=BEN)
    assert second.post(f"/v1/records/{ANN}/erasures/{erasure}/approve", {}).status_code == 200
    refused = ann.delete(f"{MINE}/{request}")
    assert problem(refused)[:2] == (HTTPStatus.CONFLICT, "erasure_approved")
    assert states(ann) == [("open", "requested")]


def test_only_the_persons_own_open_requests_are_taken_back(
    house: BookHouse, ann: Door, officer: Door
) -> None:
    request = asked(ann, "view")
    ben = door(house, Role.CITIZEN, subject=BEN)
    assert problem(ben.delete(f"{MINE}/{request}"))[1] == "unknown_request"
    officer.post(f"/v1/records/{ANN}/rights/{request}/complete", {"words": "xong"})
    assert problem(ann.delete(f"{MINE}/{request}"))[1] == "request_ended"
    assert officer.delete(f"{MINE}/{request}").status_code == HTTPStatus.FORBIDDEN


def test_an_officer_takes_it_back_at_the_counter(house: BookHouse, ann: Door) -> None:
    request = asked(ann, "provide")
    person = str(health_book_stream(ANN))
    done = house.house.records(
        "rights", "withdraw", person, "--request", request, "--actor", "dpo-1"
    )
    assert done.exit_code == 0, done.output
    listed = house.house.records("rights", "list", person)
    assert "taken back" in listed.output
