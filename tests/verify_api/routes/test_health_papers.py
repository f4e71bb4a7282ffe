"""Referrals and appointments over HTTP, from the order to the last use."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from ledger.certificates.kinds import KINDS
from ledger.clinical.insurance_papers import read_appointment, read_referral
from ledger.identifiers import access_stream
from ledger.records.access import AccessRecorded, RecordKind
from tests_support.cheap_accounts import cheap_accounts
from tests_support.paper_house import PATIENT, Facilities
from tests_support.paper_town import CENTRAL, DISTRICT, PROVINCIAL
from tests_support.whole_house import PASSWORD, House, open_house
from verify_api.accounts import Account
from verify_api.callers import Role
from verify_api.picture import read_codes

REFERRAL, APPOINTMENT = KINDS["referral"], KINDS["appointment"]
REFERRALS, APPOINTMENTS = "/v1/referrals", "/v1/appointments"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("papers") / "home") as opened:
        yield opened


@pytest.fixture(scope="module")
def town(house: House) -> Facilities:
    return Facilities(house)


@pytest.fixture
def referral(town: Facilities) -> dict[str, Any]:
    """A referral that was just signed."""
    return town.issued(REFERRALS, town.order(REFERRAL))


@pytest.fixture
def appointment(town: Facilities, house: House) -> dict[str, Any]:
    """An appointment four weeks from now."""
    day = house.clock.at + timedelta(days=28)
    changes = {"written": f"{house.clock.at:%Y%m%d}", "appointed": f"{day:%Y%m%d}0800"}
    return town.issued(APPOINTMENTS, town.order(APPOINTMENT, **changes))


def looks(house: House) -> list[AccessRecorded]:
    subject = house.system.directory.find(str(PATIENT["number"]), kind="personal")
    assert subject is not None
    facts = house.system.facts.history(access_stream(subject)).facts
    return [fact for fact in facts if isinstance(fact, AccessRecorded)]


def test_a_signed_referral_is_checked_by_its_code_and_accepted_once(
    town: Facilities, referral: dict[str, Any]
) -> None:
    ask = {"text": referral["code"]}
    free = town.post("/v1/verify", ask, CENTRAL).get_json()
    assert (free["overall"], free["acceptance"]["value"]) == ("valid", "acceptable")
    assert free["acceptance"]["facility"] == CENTRAL
    path = f"{REFERRALS}/{referral['id']}"
    accepted = town.post(f"{path}/accept", {"came_from": DISTRICT}, CENTRAL)
    assert accepted.status_code == 200
    assert accepted.headers["ETag"] == 'W/"3"'
    assert (accepted.get_json()["stage"], accepted.get_json()["in_use_by"]) == (
        "in-use", CENTRAL,
    )  # fmt: skip
    again = town.post(f"{path}/accept", {}, CENTRAL)
    assert (again.status_code, again.get_json()["rule"]) == (409, "accepted_here")
    assert f"facility {CENTRAL} has it" in again.get_json()["detail"]
    here = town.post("/v1/verify", ask, CENTRAL).get_json()
    assert here["acceptance"]["value"] == "in_use_here"
    anybody = town.client.post("/v1/verify", json=ask).get_json()
    assert (anybody["state"], anybody["acceptance"]["used_by"]) == ("not_acceptable", None)
    assert anybody["certificate"]["holder"] is None


def test_who_is_not_addressed_neither_sees_nor_takes_it(
    town: Facilities, referral: dict[str, Any]
) -> None:
    path = f"{REFERRALS}/{referral['id']}"
    assert town.get(path, PROVINCIAL).status_code == 404
    refused = town.post(f"{path}/accept", {}, PROVINCIAL)
    assert (refused.status_code, refused.get_json()["rule"]) == (409, "not_addressed")
    asked = town.post("/v1/verify", {"text": referral["code"]}, PROVINCIAL).get_json()
    assert (asked["overall"], asked["reasons"][0]["code"]) == ("not_valid", "not_addressed")
    typed = {"text": referral["code"], "facility": " 79a09 "}
    assert town.client.post("/v1/verify", json=typed).get_json()["acceptance"]["value"] == (
        "other_addressee"
    )
    wrong = town.client.post("/v1/verify", json={"text": "1", "facility": "bệnh viện"})
    assert (wrong.status_code, wrong.get_json()["place"]) == (422, "facility")


def test_the_batch_takes_a_facility_a_line(town: Facilities, referral: dict[str, Any]) -> None:
    lines = "".join(
        f'{{"text": "{referral["code"]}", "facility": "{code}"}}\n' for code in (CENTRAL, "79A09")
    )
    answer = town.client.post("/v1/verify/batch", data=lines, content_type="application/x-ndjson")
    told = [line["acceptance"]["value"] for line in map(json.loads, answer.text.splitlines())]
    assert told == ["acceptable", "other_addressee"]


def test_what_it_says_is_shown_to_the_facilities_concerned_after_the_look_is_recorded(
    house: House, town: Facilities, referral: dict[str, Any]
) -> None:
    before = len(looks(house))
    shown = town.get(f"{REFERRALS}/{referral['id']}", CENTRAL)
    assert shown.status_code == 200
    body = shown.get_json()
    assert body["content"]["diagnosis"] == REFERRAL.specimen["diagnosis"]
    assert body["holder"]["name"] == PATIENT["name"]
    assert body["number"] == referral["number"]
    (look,) = looks(house)[before:]
    assert (look.kind, look.reference) == (RecordKind.REFERRAL, UUID(referral["id"]))
    anonymous = town.client.get(f"{REFERRALS}/{referral['id']}")
    assert anonymous.status_code == 401


def test_the_code_binds_what_is_shown_online(
    house: House, town: Facilities, referral: dict[str, Any]
) -> None:
    shown = town.get(f"{REFERRALS}/{referral['id']}", CENTRAL).get_json()
    answer = town.client.post("/v1/verify", json={"text": referral["code"]}).get_json()
    claims = {one["name"]: one["value"] for one in answer["certificate"]["claims"]}
    assert claims["binding"] == shown["binding"]


def test_the_pdf_shows_the_code_and_the_xml_is_the_table(
    town: Facilities, referral: dict[str, Any], appointment: dict[str, Any]
) -> None:
    for path, paper in ((REFERRALS, referral), (APPOINTMENTS, appointment)):
        pdf = town.get(f"{path}/{paper['id']}.pdf", DISTRICT)
        assert pdf.mimetype == "application/pdf"
        assert read_codes(pdf.data) == [paper["code"]]
    table = read_referral(town.get(f"{REFERRALS}/{referral['id']}.xml", CENTRAL).data)
    assert (table.facility, table.to_facility) == (DISTRICT, CENTRAL)
    slip = read_appointment(town.get(f"{APPOINTMENTS}/{appointment['id']}.xml", DISTRICT).data)
    assert slip.facility == DISTRICT


def test_an_order_may_come_as_the_insurance_table(
    town: Facilities, referral: dict[str, Any]
) -> None:
    table = town.get(f"{REFERRALS}/{referral['id']}.xml", CENTRAL).data
    number = read_referral(table).number.encode()
    headers = town.token(Role.FACILITY_SYSTEM, DISTRICT)

    def send(data: bytes) -> Any:
        return town.client.post(
            REFERRALS, data=data, content_type="application/xml", headers=headers
        )

    taken = send(table)
    assert (taken.status_code, taken.get_json()["rule"]) == (409, "own_number_taken")
    assert send(table.replace(number, b"KH\xc3\x81C-1")).status_code == 201
    bomb = b'<!DOCTYPE x [<!ENTITY a "b">]>' + table.split(b"?>", 1)[1]
    assert send(bomb).status_code == 422
    assert send(b"<a").status_code == 422


@pytest.mark.parametrize(
    ("change", "status", "place"),
    [
        ({"patient": {**PATIENT, "number": "12"}}, 422, "patient.number"),
        ({"patient": {**PATIENT, "number": "０79099000001"}}, 422, "patient.number"),  # noqa: RUF001
        ({"patient": {**PATIENT, "kind": "mrn"}}, 422, "patient.kind"),
        ({"patient": {**PATIENT, "birth_date": "1999-02-30"}}, 422, "patient.birth_date"),
        ({"patient": {**PATIENT, "birth_date": "1999-01-01T00:00"}}, 422, "patient.birth_date"),
        ({"patient": {**PATIENT, "sex": 4}}, 422, "patient.sex"),
        ({"patient": {**PATIENT, "more": 1}}, 400, None),
        ({"content": {"facility": DISTRICT}}, 422, "content.file_number"),
        ({"content": {"facility": DISTRICT, "salt": "00" * 16}}, 422, "content"),
    ],
)
def test_a_wrong_order_is_refused_by_its_place_and_makes_nobody_known(
    house: House, town: Facilities, change: dict[str, Any], status: int, place: str | None
) -> None:
    head = house.system.facts.head()
    answer = town.post(REFERRALS, {**town.order(REFERRAL), **change}, DISTRICT)
    assert (answer.status_code, answer.get_json().get("place")) == (status, place)
    assert house.system.facts.head() == head
    assert "MẪU" not in answer.text


def test_an_order_that_is_sent_twice_is_one_paper(town: Facilities) -> None:
    order = town.order(REFERRAL)
    first = town.post(REFERRALS, order, DISTRICT, Idempotency_Key="đơn-1".encode().hex())
    again = town.post(REFERRALS, order, DISTRICT, Idempotency_Key="đơn-1".encode().hex())
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.get_json()["id"] == again.get_json()["id"]
    other = town.post(
        REFERRALS, town.order(REFERRAL), DISTRICT, Idempotency_Key="đơn-1".encode().hex()
    )
    assert (other.status_code, other.get_json()["code"]) == (409, "idempotency_mismatch")


def test_an_acceptance_that_is_sent_twice_is_one(
    town: Facilities, referral: dict[str, Any]
) -> None:
    path = f"{REFERRALS}/{referral['id']}/accept"
    answers = [town.post(path, {}, CENTRAL, Idempotency_Key=referral["id"]) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    changed = town.post(path, {"came_from": DISTRICT}, CENTRAL, Idempotency_Key=referral["id"])
    assert changed.status_code == 409


def test_a_version_that_was_not_seen_is_refused(town: Facilities, referral: dict[str, Any]) -> None:
    path = f"{REFERRALS}/{referral['id']}/present"
    refused = town.post(path, {}, CENTRAL, If_Match='W/"7"')
    assert (refused.status_code, refused.get_json()["rule"]) == (409, "version_differs")
    assert town.post(path, {}, CENTRAL, If_Match="seven").status_code == 400
    assert town.post(path, {}, CENTRAL, If_Match='W/"1"').status_code == 200


def test_a_referral_lives_to_its_end(town: Facilities, referral: dict[str, Any]) -> None:
    path = f"{REFERRALS}/{referral['id']}"
    assert town.post(f"{path}/present", {}, CENTRAL).get_json()["presented_at"] == [CENTRAL]
    rejected = town.post(f"{path}/reject", {"reason": "no_capacity", "note": "Hết giường"}, CENTRAL)
    assert rejected.get_json()["rejected_by"] == [CENTRAL]
    assert town.post(f"{path}/accept", {}, CENTRAL).status_code == 200
    used = town.post(f"{path}/use", {"episode_key": "LK-99"}, CENTRAL, Role.FACILITY_SYSTEM)
    assert used.status_code == 200
    refused = town.post(f"{path}/cancel", {"reason": "Nhầm"}, DISTRICT)
    assert refused.get_json()["rule"] == "in_use"
    closed = town.post(f"{path}/close", {}, CENTRAL)
    assert (closed.get_json()["stage"], closed.get_json()["episodes"]) == ("closed", 1)


def test_a_cancelled_referral_is_revoked_for_everybody(
    town: Facilities, referral: dict[str, Any]
) -> None:
    path = f"{REFERRALS}/{referral['id']}"
    for facility, rule in ((CENTRAL, "not_the_issuer"), (DISTRICT, None)):
        answer = town.post(f"{path}/cancel", {"reason": "Lập nhầm"}, facility)
        assert answer.get_json().get("rule") == rule
    asked = town.post("/v1/verify", {"text": referral["code"]}, CENTRAL).get_json()
    assert (asked["state"], asked["acceptance"]["value"]) == ("revoked", "taken_back")


def test_an_admission_without_the_service_is_reported_and_never_refused(
    house: House, town: Facilities, referral: dict[str, Any]
) -> None:
    body = {"admitted_at": house.clock.at.isoformat(), "offline_number": "SỔ-7"}
    path = f"{REFERRALS}/{referral['id']}/admit-unverified"
    assert town.post(path, body, PROVINCIAL).get_json()["recorded"] is True
    right = town.post(path, body, CENTRAL).get_json()
    assert (right["in_use_by"], right["conflicts"]) == (
        CENTRAL, [{"facility": PROVINCIAL, "rule": "not_addressed"}],
    )  # fmt: skip
    naive = {**body, "admitted_at": "2026-11-23T10:00:00"}
    assert town.post(path, naive, CENTRAL).status_code == 400


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("accept", '{"came_from": 5}', 400),
        ("accept", "null", 400),
        ("accept", '{"appointment": {"id": "x"}}', 422),
        ("reject", '{"reason": "x"}', 400),
        ("use", '{"episode_key": ""}', 422),
        ("use", '{"episode_key": "' + "x" * 101 + '"}', 422),
        ("admit-unverified", '{"admitted_at": "0001-01-01T00:00:00Z", "offline_number": "1"}', 422),
        ("admit-unverified", '{"admitted_at": "2026-11-23T03:00:00Z", "offline_number": ""}', 422),
        ("present", "[" * 8000, 400),
    ],
)
def test_bad_bodies_are_refused_and_change_nothing(
    house: House, town: Facilities, referral: dict[str, Any], act: str, body: str, status: int
) -> None:
    head = house.system.facts.head()
    answer = town.client.post(
        f"{REFERRALS}/{referral['id']}/{act}", data=body, content_type="application/json",
        headers=town.token(Role.CLINICIAN, CENTRAL),
    )  # fmt: skip
    assert answer.status_code == status, answer.text
    assert house.system.facts.head() == head


def test_a_body_that_is_nested_too_deeply_is_malformed(town: Facilities) -> None:
    deep = '{"patient": {}, "content": {"signs": ' + "[" * 100_000 + "]" * 100_000 + "}}"
    answer = town.client.post(
        REFERRALS, data=deep, content_type="application/json",
        headers=town.token(Role.CLINICIAN, DISTRICT),
    )  # fmt: skip
    assert answer.status_code == 400


def test_roles_hold(town: Facilities, referral: dict[str, Any]) -> None:
    path = f"{REFERRALS}/{referral['id']}"
    assert town.post(REFERRALS, {}, DISTRICT, Role.FACILITY_SIGNER).status_code == 403
    assert town.post(f"{path}/sign", {}, DISTRICT).status_code == 403
    assert town.post(f"{path}/accept", {}, CENTRAL, Role.FACILITY_SIGNER).status_code == 403
    assert town.post(f"{path}/accept", {}, "CA01", Role.CASE_OFFICER).status_code == 403
    again = town.post(f"{path}/sign", {}, DISTRICT, Role.FACILITY_SIGNER)
    assert again.status_code in {200, 409}
    stranger = town.post(f"{path}/sign", {}, CENTRAL, Role.FACILITY_SIGNER)
    assert stranger.status_code == 404


def test_an_appointment_is_used_once(town: Facilities, appointment: dict[str, Any]) -> None:
    path = f"{APPOINTMENTS}/{appointment['id']}"
    early = town.post(f"{path}/consume", {}, DISTRICT)
    assert (early.status_code, early.get_json()["rule"]) == (409, "too_early")
    used = town.post(f"{path}/consume", {"abnormal_signs": True}, DISTRICT)
    assert used.get_json()["stage"] == "consumed"
    again = town.post(f"{path}/consume", {"abnormal_signs": True}, DISTRICT)
    assert (again.status_code, again.get_json()["rule"]) == (409, "double_use")
    shown = town.get(path, DISTRICT).get_json()
    assert shown["double_uses"] == 1
    assert town.get(path, CENTRAL).status_code == 404
    asked = town.post("/v1/verify", {"text": appointment["code"]}, DISTRICT).get_json()
    assert asked["acceptance"]["value"] == "used_up"


def test_an_appointment_is_moved_by_a_paper_that_is_signed_anew(
    house: House, town: Facilities, appointment: dict[str, Any]
) -> None:
    path = f"{APPOINTMENTS}/{appointment['id']}"
    day = f"{house.clock.at + timedelta(days=40):%Y%m%d}0900"
    body = {"appointed": day, "reason": "Bận"}
    by_signer = town.post(f"{path}/reschedule", body, DISTRICT, Role.FACILITY_SIGNER)
    assert by_signer.status_code == 403, "the auditor would object: who signs drafts nothing"
    moved = town.post(f"{path}/reschedule", body, DISTRICT)
    assert moved.status_code == 201, moved.text
    new = moved.get_json()["id"]
    elsewhere = town.post(f"{path}/reschedule", body, CENTRAL)
    assert elsewhere.status_code == 404, elsewhere.text
    signed = town.post(f"{APPOINTMENTS}/{new}/sign", {}, DISTRICT, Role.FACILITY_SIGNER)
    assert signed.status_code == 200, signed.text
    asked = town.post("/v1/verify", {"text": appointment["code"]}, DISTRICT).get_json()
    assert (asked["state"], asked["acceptance"]["value"]) == ("superseded", "moved")
    assert town.post(f"{path}/miss", {}, DISTRICT).get_json()["rule"] == "is_rescheduled"
    cancelled = town.post(f"{APPOINTMENTS}/{new}/cancel", {"reason": "Nhầm"}, DISTRICT)
    assert cancelled.get_json()["stage"] == "cancelled"


def test_the_page_shows_by_whom_and_until_when(town: Facilities, referral: dict[str, Any]) -> None:
    page = town.client.post(
        "/v1/verify", data={"text": referral["code"], "facility": CENTRAL},
        headers={"Accept": "text/html"},
    ).text  # fmt: skip
    assert "Có thể tiếp nhận" in page
    assert "Còn lại (ngày làm việc)" in page
    assert "08/12/2026" in page


def test_desks_list_papers_without_names(
    house: House, town: Facilities, referral: dict[str, Any], appointment: dict[str, Any]
) -> None:
    house.system.projector.catch_up()
    incoming = town.get(f"{REFERRALS}?role=to&stage=available", CENTRAL)
    papers = {one["id"]: one for one in incoming.get_json()["papers"]}
    assert papers[referral["id"]]["days_left"] == 10
    assert papers[referral["id"]]["facility"] == DISTRICT
    assert "MẪU" not in incoming.text
    given = town.get(APPOINTMENTS, DISTRICT).get_json()["papers"]
    (mine,) = [one for one in given if one["id"] == appointment["id"]]
    assert mine["present_until"] is None
    assert town.get(APPOINTMENTS, CENTRAL).get_json() == {"papers": [], "after": None}
    for wrong in ("role=both", "stage=", "after=" + "x" * 37):
        assert town.get(f"{REFERRALS}?{wrong}", CENTRAL).status_code == 400


def test_holders_see_their_own_papers_and_nobody_elses(
    house: House, town: Facilities, referral: dict[str, Any]
) -> None:
    house.system.projector.catch_up()
    subject = house.system.directory.find(str(PATIENT["number"]), kind="personal")
    for name, whose in (("chuphieu", subject), ("nguoikhac", UUID(int=0xBAD))):
        account = Account(f"id-{name}", name, "Công dân mẫu", Role.CITIZEN, None, whose)
        salt = house.system.clockwork.random(16)
        cheap_accounts(house.system).add(account, PASSWORD, salt=salt, at=house.clock.at)
    mine, others = _signed_in(house, "chuphieu"), _signed_in(house, "nguoikhac")
    listed = mine.get("/v1/my/papers").get_json()["papers"]
    assert referral["id"] in {one["id"] for one in listed}
    paper = mine.get(f"/v1/my/papers/{referral['id']}.pdf")
    assert read_codes(paper.data) == [referral["code"]]
    assert looks(house)[-1].reference == UUID(referral["id"])
    assert others.get("/v1/my/papers").get_json() == {"papers": []}
    assert others.get(f"/v1/my/papers/{referral['id']}.pdf").status_code == 404
    assert town.get("/v1/my/papers", CENTRAL).status_code == 403


def _signed_in(house: House, name: str) -> FlaskClient:
    browser = house.app.test_client()
    answer = browser.post("/login", data={"name": name, "password": PASSWORD})
    assert answer.status_code == 303
    return browser
