"""From a citizen's request to the destroyed keys: granted, approved by two, seen by the citizen."""

import json
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from ledger.identifiers import health_book_stream
from tests_support.book_doors import ann as ann  # noqa: PLC0414  a fixture for all here
from tests_support.book_doors import door
from tests_support.book_doors import house as house  # noqa: PLC0414
from tests_support.book_house import ANN, BookHouse
from tests_support.governing_world import Door, problem
from verify_api.callers import Role

MINE = "/v1/records/me/rights"
LAW = "Luật 91/2025, Điều 14"
PERSON = str(health_book_stream(ANN))


@pytest.fixture
def officers(house: BookHouse) -> list[Door]:
    return [
        door(house, Role.DATA_PROTECTION_OFFICER, subject=UUID(int=number)) for number in (1, 2, 3)
    ]


def asked(ann: Door, right: str = "erase") -> str:
    made = ann.post(MINE, {"right": right, "words": "Xin xoá dữ liệu"})
    assert made.status_code == HTTPStatus.CREATED, made.text
    return str(made.get_json()["request"])


def grant(officer: Door, request: str, *purposes: str, **more: object) -> Any:
    body = {"purposes": [*purposes], "legal_basis": LAW, **more}
    return officer.post(f"/v1/records/{ANN}/rights/{request}/erasure", body)


def mine(ann: Door) -> dict[str, Any]:
    (told,) = ann.get(MINE).get_json()["requests"]
    assert isinstance(told, dict)
    return told


def test_a_granted_request_ends_with_the_erasure(
    house: BookHouse, ann: Door, officers: list[Door]
) -> None:
    request = asked(ann)
    assert mine(ann)["erasure"] is None
    granted = grant(officers[0], request, "identity")
    assert granted.status_code == HTTPStatus.CREATED, granted.text
    erasure = granted.get_json()["erasure"]
    stands = {
        "erasure": erasure, "phase": "requested", "purposes": ["identity"], "approvals": 0,
        "approvals_needed": 2, "refused_by": None,
    }  # fmt: skip
    assert (granted.get_json(), mine(ann)["erasure"]) == (stands, stands)
    approve = f"/v1/records/{ANN}/erasures/{erasure}/approve"
    assert problem(officers[0].post(approve, {}))[1] == "approver_is_requester"
    assert officers[1].post(approve, {}).get_json()["approvals"] == 1
    assert problem(officers[1].post(approve, {}))[1] == "approver_approved_before"
    assert officers[2].post(approve, {}).get_json()["phase"] == "ordered"
    assert mine(ann)["state"] == "open"
    listed = house.house.records("rights", "list", PERSON)
    assert "erasure ordered, 2 of 2 approvals" in listed.output
    erased = house.house.records(
        "erasure", "erase", PERSON, "--request", erasure, "--actor", "keys"
    )
    assert erased.exit_code == 0, erased.output
    told = mine(ann)
    assert (told["state"], told["erasure"]["phase"]) == ("erased", "done")
    house.house.system.projector.catch_up()
    notices = ann.get("/v1/records/me/notices").get_json()["notices"]
    assert [one["what"] for one in notices] == ["rights_handed_on", "rights_erased"]
    tasks = officers[0].get("/v1/health-tasks").get_json()["tasks"]
    assert tasks == []


def test_a_request_is_not_said_to_be_done_or_refused_while_it_is_under_way(
    ann: Door, officers: list[Door]
) -> None:
    request = asked(ann)
    base = f"/v1/records/{ANN}/rights/{request}"
    done = officers[0].post(f"{base}/complete", {"words": "đã xoá"})
    assert problem(done)[1] == "erasure_not_done"
    grant(officers[0], request, "identity")
    assert problem(grant(officers[0], request, "identity"))[1] == "erasure_under_way"
    no = officers[0].post(f"{base}/refuse", {"words": "a", "rule": "not_entitled"})
    assert problem(no)[1] == "erasure_under_way"


def test_that_data_must_stay_is_recorded_and_seen_and_the_request_refused_in_words(
    ann: Door, officers: list[Door]
) -> None:
    request = asked(ann)
    refused = grant(officers[0], request, "health")
    assert problem(refused)[:2] == (HTTPStatus.CONFLICT, "retention_hold")
    told = mine(ann)
    assert (told["state"], told["erasure"]["phase"], told["erasure"]["refused_by"]) == (
        "open", "refused", "retention_hold",
    )  # fmt: skip
    again = grant(officers[0], request, "identity")
    assert again.status_code == HTTPStatus.CREATED, again.text
    assert mine(ann)["erasure"]["erasure"] == again.get_json()["erasure"]


def test_a_refused_erasure_lets_the_request_be_refused(ann: Door, officers: list[Door]) -> None:
    request = asked(ann)
    grant(officers[0], request, "health")
    no = officers[0].post(
        f"/v1/records/{ANN}/rights/{request}/refuse",
        {"words": "Luật buộc lưu giữ", "rule": "retention_hold"},
    )
    assert no.status_code == HTTPStatus.OK, no.text
    assert (mine(ann)["state"], mine(ann)["rule"]) == ("refused", "retention_hold")
    assert problem(grant(officers[0], request, "identity"))[1] == "request_ended"


def test_sent_twice_it_is_one(ann: Door, officers: list[Door]) -> None:
    request, named = asked(ann), str(UUID(int=77))
    answers = [grant(officers[0], request, "identity", id=named).get_json() for _ in range(2)]
    assert answers[0] == answers[1]
    assert answers[0]["erasure"] == named


def test_only_a_request_to_erase_leads_to_an_erasure(
    house: BookHouse, ann: Door, officers: list[Door]
) -> None:
    request = asked(ann, "view")
    assert problem(grant(officers[0], request, "identity"))[1] == "no_request_to_erase"
    unknown = grant(officers[0], str(UUID(int=5)), "identity")
    assert problem(unknown)[1] == "unknown_request"
    assert grant(ann, request, "identity").status_code == HTTPStatus.FORBIDDEN
    signer = door(house, Role.FACILITY_SIGNER, organisation="79A02")
    assert grant(signer, request, "identity").status_code == HTTPStatus.FORBIDDEN


def test_a_counter_grants_it_too(house: BookHouse, ann: Door) -> None:
    request = asked(ann)
    by = ("--actor", "dpo-1", "--legal-basis", LAW)
    granted = house.house.records(
        "rights", "erase", PERSON, "--request", request, "--purpose", "identity", *by
    )
    assert granted.exit_code == 0, granted.output
    shown = json.loads(house.house.records("erasure", "show", PERSON, "--json").output)
    assert [one["request"] for one in shown["requests"]] == [granted.output.strip()]
