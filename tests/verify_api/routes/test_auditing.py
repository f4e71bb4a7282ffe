"""What an auditor is answered as a program, and that nobody else is; persons in a case alone."""

import json
from collections.abc import Iterator
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from jsonschema_rs import Draft202012Validator
from msgspec.json import schema

from doors import auditing_desk
from ledger.commands.access import who_looked
from ledger.commands.loading import load_request
from ledger.errors import StoreUnavailableError
from ledger.transparency.proof import parse_proof
from tests_support.audit_house import DIAGNOSES, HTML, NAMES, AuditHouse, open_audit_house
from tests_support.book_doors import door
from tests_support.book_house import ANN
from tests_support.governing_world import problem
from tests_support.service_world import open_world
from verify_api.callers import Role
from verify_api.descriptions.auditing import (
    ActsAnswer,
    CostAnswer,
    CountedAnswer,
    HeadList,
    LogAnswer,
    MapAnswer,
    RecordAnswer,
    ReportAnswer,
    ReportList,
)
from verify_api.routes.audit_pages import audit_page_routes
from verify_api.routes.auditing import auditing_routes
from verify_api.service import create_service

CASE = {"case": "17/2026-TT", "reason": "complaint"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[AuditHouse]:
    with open_audit_house(tmp_path / "home") as opened:
        yield opened


def told(answer: Any, form: type) -> dict[str, Any]:
    """Return an answer that is as it is described."""
    assert answer.status_code == HTTPStatus.OK, answer.text
    body: dict[str, Any] = answer.get_json()
    Draft202012Validator(schema(form)).validate(body)
    return body


def names_and_diagnoses(answer: Any) -> list[str]:
    """Return what of the population an answer says, whichever way its letters are written."""
    text = answer.get_data(as_text=True)
    escaped = json.dumps(text)
    words = (*NAMES, *DIAGNOSES)
    return [one for one in words if one in text or json.dumps(one)[1:-1] in escaped]


def test_the_log_says_how_it_stands(house: AuditHouse) -> None:
    system = house.books.house.system
    body = told(house.auditor.get("/v1/audit/log"), LogAnswer)
    log = body["log"]
    assert log["facts"] == log["tree"] == log["head"]["size"] == system.reading.head()
    assert system.log is not None
    head = system.log.latest()
    assert head is not None
    assert log["head"]["root"] == head.root.hex()
    assert (log["wrong"], log["tail"], log["stale"], log["late"]) == (None, 0, False, False)
    assert body["seals"] == []


def test_facts_that_wait_for_a_head_are_counted_and_become_late(house: AuditHouse) -> None:
    house.books.house.file()
    now = told(house.auditor.get("/v1/audit/log"), LogAnswer)["log"]
    assert now["tail"] == now["facts"] - now["head"]["size"] > 0
    assert not now["late"]
    house.books.house.clock.at += house.books.house.clock.at.resolution * 400_000_000
    assert told(house.auditor.get("/v1/audit/log"), LogAnswer)["log"]["late"]


def test_seals_are_listed_with_the_log_of_their_day(house: AuditHouse) -> None:
    for _ in range(2):
        house.seal()
        house.publish()
    seals = told(house.auditor.get("/v1/audit/log"), LogAnswer)["seals"]
    assert len(seals) == 2
    assert seals[0]["day"] > seals[1]["day"]
    assert seals[0]["log_size"] > seals[1]["log_size"]


def test_heads_are_listed_from_the_newest_on_and_their_notes_handed_out(house: AuditHouse) -> None:
    for _ in range(3):
        house.books.house.file()
        house.publish()
    found, before = [], None
    while True:
        address = "/v1/audit/heads?limit=2" + (f"&before={before}" if before else "")
        page = told(house.auditor.get(address), HeadList)
        found += page["heads"]
        before = page["before"]
        if before is None:
            break
    sizes = [one["size"] for one in found]
    assert sizes == sorted(set(sizes), reverse=True)
    assert len(sizes) == 4
    note = house.auditor.get(f"/v1/audit/heads/{sizes[-1]}")
    policy = house.books.house.system.policy
    assert policy is not None
    assert policy.judge(note.get_data()).checkpoint.size == sizes[-1]
    assert note.headers["Content-Disposition"] == f"attachment; filename=head-{sizes[-1]}.txt"
    for missing in (0, sizes[0] + 1, 2**80):
        assert house.auditor.get(f"/v1/audit/heads/{missing}").status_code == HTTPStatus.NOT_FOUND


def test_each_line_of_a_history_has_its_proof(house: AuditHouse) -> None:
    body = told(house.record(house.request), RecordAnswer)
    system = house.books.house.system
    policy = system.policy
    assert policy is not None
    assert body["lines"]
    for line in body["lines"]:
        assert line["covered"]
        data = house.auditor.get(f"/v1/audit/proofs/{line['index']}").get_data()
        (recorded,) = system.reading.read(after=line["position"] - 1, limit=1)
        parse_proof(data).verify(recorded.entry, policy)


def test_what_no_head_covers_yet_says_so(house: AuditHouse) -> None:
    request = house.books.house.file()
    body = told(house.record(request), RecordAnswer)
    assert {line["covered"] for line in body["lines"]} == {False}


def test_a_record_is_found_by_dossier_code_and_by_stream(house: AuditHouse) -> None:
    system = house.books.house.system
    code = load_request(system.reading, house.request).state.draft.dossier_code
    assert house.record(code).get_json()["streams"] == [str(house.request)]
    assert house.record(house.visit).get_json()["streams"] == [str(house.visit)]
    for unknown in ("no-such-thing", "001085000001", "00000000-0000-4000-8000-000000000000"):
        assert house.record(unknown).status_code == HTTPStatus.NOT_FOUND


def test_without_a_case_no_name_and_no_diagnosis_is_in_any_answer(house: AuditHouse) -> None:
    system = house.books.house.system
    subject = load_request(system.reading, house.request).state.draft.subject
    name = system.facts.history(house.request).recorded[0].fact.declaration.details.name  # type: ignore[attr-defined]
    looks = len(who_looked(system.reading, subject=ANN))
    for record in (house.request, house.visit, subject, ANN):
        answer = house.record(record)
        assert answer.status_code == HTTPStatus.OK
        assert names_and_diagnoses(answer) == []
        assert name not in answer.get_data(as_text=True)
        assert "withheld" in answer.text
    assert len(who_looked(system.reading, subject=ANN)) == looks


def test_in_a_case_the_look_is_a_fact_and_the_person_sees_it(house: AuditHouse) -> None:
    system = house.books.house.system
    answer = house.record(ANN, **CASE)
    assert NAMES[0] in answer.get_data(as_text=True)
    assert NAMES[1] not in answer.get_data(as_text=True)
    look = who_looked(system.reading, subject=ANN)[-1]
    assert look.act.role == "auditor"
    assert look.act.legal_basis == "case 17/2026-TT, complaint"
    seen = house.books.looks(ANN)[0]
    assert "Kiểm toán" in seen["who"]
    assert "17/2026-TT" in seen["why"]
    again = told(house.record(ANN), RecordAnswer)
    assert again["lines"][-2]["topic"] == "access.recorded/1"
    assert again["lines"][-2]["legal_basis"] == "case 17/2026-TT, complaint"


def test_a_look_at_a_single_record_names_that_record(house: AuditHouse) -> None:
    system = house.books.house.system
    subject = load_request(system.reading, house.request).state.draft.subject
    told(house.record(house.request, **CASE), RecordAnswer)
    look = who_looked(system.reading, subject=subject)[-1].fact
    assert (look.kind, look.purpose, look.reference) == ("request", "audit_case", house.request)  # type: ignore[attr-defined]


def test_where_the_look_cannot_be_recorded_nothing_leaves(
    house: AuditHouse, tmp_path: Path
) -> None:
    def away(notes: object) -> None:
        del notes
        raise StoreUnavailableError("the database did not answer")

    world = open_world(tmp_path)
    desk = auditing_desk(house.books.house.system)
    more = [auditing_routes(desk), audit_page_routes(desk)]
    app = create_service(replace(world.ports, record_access=away), more=more)
    token = world.token(Role.AUDITOR)
    form = {"record": str(ANN), **CASE}
    answers = (
        app.test_client().post("/v1/audit/record", headers=token, json=form),
        app.test_client().post("/audit/record", headers={**token, **HTML}, data=form),
    )
    for answer in answers:
        assert answer.status_code == HTTPStatus.SERVICE_UNAVAILABLE
        assert names_and_diagnoses(answer) == []
    closed = app.test_client().post("/v1/audit/record", headers=token, json={"record": str(ANN)})
    assert closed.status_code == HTTPStatus.OK
    world.database.close()


def test_a_case_without_a_good_number_and_reason_opens_nothing(house: AuditHouse) -> None:
    looks = len(who_looked(house.books.house.system.reading, subject=ANN))
    for case, place in (
        ({"case": "0123456789", "reason": "complaint"}, "case"),
        ({"case": "Nguyễn Văn A", "reason": "complaint"}, "case"),
        ({"case": "1" * 41, "reason": "complaint"}, "case"),
        ({"case": "17/2026"}, "reason"),
    ):
        answer = house.record(ANN, **case)
        assert problem(answer)[0::2] == (HTTPStatus.UNPROCESSABLE_ENTITY, place)
        assert names_and_diagnoses(answer) == []
    unknown = house.record(ANN, case="17/2026", reason="curiosity")
    assert unknown.status_code == HTTPStatus.BAD_REQUEST
    assert len(who_looked(house.books.house.system.reading, subject=ANN)) == looks


def test_a_record_is_shown_as_it_was_known_at_a_time(house: AuditHouse) -> None:
    now = told(house.record(house.request), RecordAnswer)
    before = told(house.record(house.request, recorded_until="2026-11-01"), RecordAnswer)
    assert before["lines"] == []
    assert before["states"][0]["later_facts"] == now["states"][0]["version"] > 0
    assert now["states"][0]["state"]["stage"]
    effective = told(house.record(house.request, effective_until="2020-01-01"), RecordAnswer)
    assert effective["states"][0]["state"] is None
    for wrong in ("yesterday", "2026-11-24T10:00:00", "0001-01-01", "9999-12-31"):
        answer = house.record(house.request, recorded_until=wrong)
        assert problem(answer)[2] == "recorded_until"


def test_an_account_s_acts_are_counted_and_shown_looks_included(house: AuditHouse) -> None:
    house.record(ANN, **CASE)
    account = "id-auditor-none-none"
    body = told(house.auditor.post("/v1/audit/officer", {"account": account}), ActsAnswer)
    assert body["counts"] == {"access.recorded/1": 1}
    assert body["counts_whole"]
    assert [one["topic"] for one in body["acts"]] == ["access.recorded/1"]
    name = "auditor-none-none"  # signs in with it
    assert house.auditor.post("/v1/audit/officer", {"account": name}).get_json() == body
    nobody = told(house.auditor.post("/v1/audit/officer", {"account": "nobody"}), ActsAnswer)
    assert (nobody["acts"], nobody["counts"]) == ([], {})


def test_a_citizen_is_not_looked_up_by_the_name_they_sign_in_with(house: AuditHouse) -> None:
    ann = door(house.books, Role.CITIZEN, subject=ANN)
    assert ann.get("/v1/records/me/looks").status_code == HTTPStatus.OK
    name = f"citizen-{ANN}-none"
    body = told(house.auditor.post("/v1/audit/officer", {"account": name}), ActsAnswer)
    assert body["account"] == name


def test_a_period_has_to_be_one(house: AuditHouse) -> None:
    body = {"account": "a", "since": "2026-11-24", "until": "2026-11-23"}
    assert problem(house.auditor.post("/v1/audit/officer", body))[1:] == ("period", "until")


def test_reports_are_listed_read_and_drawn(house: AuditHouse) -> None:
    made = house.books.house.records("audit", "verify", "--memory", str(house.reports / "memory"))
    assert made.exit_code == 0, made.output
    listed = told(house.auditor.get("/v1/audit/reports"), ReportList)["reports"]
    kinds = {one["name"]: one["kind"] for one in listed}
    assert kinds["memory/coverage.json"] == "coverage"
    drawn = told(house.auditor.get("/v1/audit/map"), MapAnswer)
    assert drawn["verified"] == drawn["size"] == house.books.house.system.reading.head()
    assert drawn["counts"]["verified"] == len(drawn["cells"])
    one = told(house.auditor.get("/v1/audit/reports/memory/coverage.json"), ReportAnswer)
    assert one["outcome"] == "clean"


def test_a_report_that_is_sent_is_read_and_not_kept(house: AuditHouse) -> None:
    finding = {
        "code": "C1.row", "severity": "critical", "place": {"position": 3, "index": 2},
        "expected": "this", "found": "<b>that</b>", "interval": None,
    }  # fmt: skip
    auditor = house.auditor
    headers = {"X-CSRF-Token": auditor.csrf}
    lines = f"{json.dumps(finding)}\n".encode()
    answer = auditor.client.post(
        "/v1/audit/reports", data=lines, content_type="application/x-ndjson", headers=headers
    )
    body = told(answer, ReportAnswer)
    assert (body["outcome"], body["counts"]["critical"]) == ("findings", 1)
    assert told(auditor.get("/v1/audit/reports"), ReportList)["reports"] == []
    for wrong in (b"<html>", b'{"code": 1}', lines + b"[]"):
        refused = auditor.client.post("/v1/audit/reports", data=wrong, headers=headers)
        assert problem(refused)[:2] == (HTTPStatus.UNPROCESSABLE_ENTITY, "report_form")


def test_a_name_outside_the_folder_is_no_report(house: AuditHouse) -> None:
    (house.reports.parent / "secret.json").write_text("{}", "utf-8")
    (house.reports / "link.json").symlink_to(house.reports.parent / "secret.json")
    for name in ("../secret.json", "link.json", "nothing.json", "%2e%2e/secret.json"):
        answer = house.auditor.get(f"/v1/audit/reports/{name}")
        assert answer.status_code == HTTPStatus.NOT_FOUND


def test_figures_say_what_counting_costs_and_are_counted(house: AuditHouse) -> None:
    cost = told(house.auditor.get("/v1/audit/figures"), CostAnswer)
    assert (cost["allowed"], cost["last"]) == (True, None)
    counted = told(house.auditor.post("/v1/audit/figures", {}), CountedAnswer)
    assert counted["findings"] == []
    assert {one["compared"] for one in counted["tables"]} == {True}
    stats = house.books.house.records("audit", "stats", "--json")
    assert json.loads(stats.stdout) == counted
    (house.reports / "stats.json").write_text(stats.stdout, "utf-8")
    last = told(house.auditor.get("/v1/audit/figures"), CostAnswer)["last"]
    assert (last["name"], last["position"]) == ("stats.json", counted["position"])


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.AUDITOR])
def test_nobody_but_an_auditor_is_answered(house: AuditHouse, role: Role) -> None:
    app = house.books.house.app
    asked = [
        (rule.rule.replace("<int:size>", "1").replace("<int:index>", "1")
         .replace("<path:name>", "a.json"), method)
        for rule in app.url_map.iter_rules()
        if rule.endpoint.startswith(("auditing.", "audit_pages."))
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]  # fmt: skip
    assert len(asked) > 15
    if role in {Role.ANONYMOUS, Role.PORTAL_SYSTEM, Role.FACILITY_SYSTEM}:
        client, headers = app.test_client(), {}
        expected = HTTPStatus.UNAUTHORIZED
    else:
        subject = UUID(int=7) if role is Role.CITIZEN else None
        opened = door(house.books, role, subject=subject, organisation="CA01")
        client, headers = opened.client, {"X-CSRF-Token": opened.csrf}
        expected = HTTPStatus.FORBIDDEN
    for path, method in asked:
        answer = client.open(path, method=method, headers=headers)
        assert answer.status_code == expected, (path, method)
