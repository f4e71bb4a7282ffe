"""The read side of FHIR: valid resources, histories, pages, exports, and errors in its own form."""

import json
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest

from ledger.clinical.fhir_validation import Accepted, validate_document
from tests_support.book_house import (
    ANN,
    BEN,
    ELSEWHERE,
    BookHouse,
    observation,
    problem,
)
from tests_support.ips_rules import broken
from tests_support.whole_house import AT


def encounter() -> dict[str, Any]:
    return {
        "resourceType": "Encounter", "id": "e1", "status": "finished",
        "class": {"system": "http://terminology.hl7.org/CodeSystem/v3-ActCode", "code": "AMB"},
        "subject": {"reference": "urn:uuid:p"},
        "period": {"start": "2026-11-01T08:00:00+07:00", "end": "2026-11-01T09:00:00+07:00"},
    }  # fmt: skip


def asked(house: BookHouse, address: str) -> dict[str, Any]:
    answer = house.get(house.ann(), address)
    assert answer.status_code == HTTPStatus.OK, answer.get_data(as_text=True)
    assert answer.mimetype in {"application/fhir+json", "application/json"}
    told: dict[str, Any] = answer.get_json()
    return told


def resources(bundle: dict[str, Any]) -> list[dict[str, Any]]:
    return [entry["resource"] for entry in bundle.get("entry", ())]


def first_condition(house: BookHouse) -> str:
    (found,) = resources(asked(house, f"/fhir/Condition?patient={ANN}"))
    return f"/fhir/Condition/{found['id']}"


def valid(resource: dict[str, Any]) -> None:
    found = validate_document(json.dumps(resource).encode(), at=AT + timedelta(days=9))
    assert isinstance(found, Accepted), found


def test_the_statement_tells_what_there_is(house: BookHouse) -> None:
    told = house.house.app.test_client().get("/fhir/metadata").get_json()
    assert (told["resourceType"], told["fhirVersion"]) == ("CapabilityStatement", "4.0.1")
    (condition,) = [one for one in told["rest"][0]["resource"] if one["type"] == "Condition"]
    assert {one["code"] for one in condition["interaction"]} == {
        "read", "vread", "history-instance", "search-type",
    }  # fmt: skip
    (patient,) = [one for one in told["rest"][0]["resource"] if one["type"] == "Patient"]
    assert {one["name"] for one in patient["operation"]} == {"everything", "summary", "export"}
    asked(house, f"/fhir/Patient/{ANN}")


def test_a_received_resource_is_given_out_as_it_was_sent(house: BookHouse) -> None:
    value = observation("@", "o1")
    value["text"] = {"status": "generated", "div": "<div><script>x</script></div>"}
    value["focus"] = [{"reference": "urn:uuid:c1", "display": "hen"}]
    value["performer"] = [{"reference": "urn:uuid:nobody-here", "display": "BS. Mẫu"}]
    house.visit(ANN, "1", encounter(), value, problem("Hen", "c1"))
    dictionary = house.get(house.ann(), f"/fhir/Observation?patient={ANN}")
    (found,) = resources(dictionary.get_json())
    assert "text" not in found
    assert found["subject"]["reference"] == f"Patient/{ANN}"
    assert found["performer"] == [{"display": "BS. Mẫu"}]
    condition = asked(house, f"/fhir/{found['focus'][0]['reference']}")
    assert condition["code"]["text"] == "Hen"
    assert asked(house, f"/fhir/{found['encounter']['reference']}")["resourceType"] == "Encounter"


def test_a_number_keeps_its_digits_on_its_way_out(house: BookHouse) -> None:
    sent = json.dumps(observation("@", "o1")).replace('"@"', "12.50")
    content = f'{{"resourceType":"Bundle","type":"collection","entry":[{{"resource":{sent}}}]}}'
    house.visit_as_sent(ANN, "1", content.encode())
    told = house.get(house.ann(), f"/fhir/Patient/{ANN}/$everything").get_data(as_text=True)
    assert '"value":12.50' in told
    exported = house.get(house.ann(), "/v1/records/me/export?format=ips").get_data(as_text=True)
    assert '"value":12.50' in exported


def test_versions_are_told_one_by_one(house: BookHouse) -> None:
    visit = house.visit(ANN, "1", problem("Hen", "c1"), problem("Ho", "c2"))
    house.correct(ANN, visit, problem("Hen phế quản", "c1"))
    address = first_condition(house)
    now = asked(house, address)
    valid(now)
    assert (now["code"]["text"], now["meta"]["versionId"]) == ("Hen phế quản", "2")
    assert house.get(house.ann(), address).headers["ETag"] == 'W/"2"'
    assert asked(house, f"{address}/_history/1")["code"]["text"] == "Hen"
    told = asked(house, f"{address}/_history")
    assert [one["response"]["etag"] for one in told["entry"]] == ['W/"2"', 'W/"1"']
    assert "total" not in told
    assert house.get(house.ann(), f"{address}/_history/9").status_code == HTTPStatus.NOT_FOUND


def test_what_was_taken_back_is_marked_in_the_history_alone(house: BookHouse) -> None:
    visit = house.visit(ANN, "1", problem("Hen", "c1"))
    address = first_condition(house)
    house.correct(ANN, visit, problem("Ho", "c2"))
    assert house.get(house.ann(), address).status_code == HTTPStatus.NOT_FOUND
    methods = [one["request"]["method"] for one in asked(house, f"{address}/_history")["entry"]]
    assert methods == ["DELETE", "POST"]


def test_a_search_finds_by_time_and_code_and_refuses_what_it_does_not_know(
    house: BookHouse,
) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"), problem("Ho", "c2", onsetDateTime="2024-02"))
    for query, texts in (
        ("date=ge2024", ["Ho"]), ("date=lt2024", ["Hen"]), ("date=2020-05", ["Hen"]),
        ("date=gt2024", []), ("code=nothing", []), ("_lastUpdated=ge2026-11-01", ["Hen", "Ho"]),
    ):  # fmt: skip
        found = resources(asked(house, f"/fhir/Condition?patient={ANN}&{query}"))
        assert [one["code"]["text"] for one in found] == texts, query
    for query in ("patient=&x=1", f"patient={ANN}&date=xx", f"patient={ANN}&code=a|b|c",
                  f"patient={ANN}&_count=1000", "", f"patient={ANN}&_sort=date"):  # fmt: skip
        answer = house.get(house.ann(), f"/fhir/Condition?{query}")
        assert answer.status_code in {HTTPStatus.BAD_REQUEST, HTTPStatus.UNPROCESSABLE_ENTITY}
        assert answer.get_json()["resourceType"] == "OperationOutcome"
        valid(answer.get_json())


def test_everything_is_paged_and_whole(house: BookHouse) -> None:
    house.visit(ANN, "1", encounter(), *(problem(f"Bệnh {n}", f"c{n}") for n in range(9)))
    address: str | None = f"/fhir/Patient/{ANN}/$everything?_count=4"
    kinds: list[str] = []
    while address is not None:
        bundle = asked(house, address.removeprefix("http://localhost"))
        kinds += [one["resourceType"] for one in resources(bundle)]
        links = {one["relation"]: one["url"] for one in bundle["link"]}
        address = links.get("next")
        assert "total" not in bundle
    assert sorted(kinds) == sorted(["Patient", "Encounter", *["Condition"] * 9])


def test_pages_fit_together_whatever_comes_in_between(house: BookHouse) -> None:
    first, hidden, last = (
        problem("Hen", "c1"), problem("Nhiễm HIV", "c2"), problem("Gút", "c3")
    )  # fmt: skip
    house.visit(ANN, "1", first, last, whole=(first, hidden, last))
    whole = [one["id"] for one in resources(asked(house, f"/fhir/Condition?patient={ANN}"))]
    paged: list[str] = []
    address: str | None = f"/fhir/Condition?patient={ANN}&_count=1"
    while address is not None:
        bundle = asked(house, address.removeprefix("http://localhost"))
        paged += [one["id"] for one in resources(bundle)]
        links = {one["relation"]: one["url"] for one in bundle["link"]}
        address = links.get("next")
        if len(paged) == 1:
            house.visit(ANN, "2", problem("Ho", "c4"))
    assert paged[:3] == whole
    assert len(set(paged)) == len(paged)


def test_the_summary_is_an_ips(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    bundle = asked(house, f"/fhir/Patient/{ANN}/$summary")
    assert broken(bundle) == []
    valid(bundle)
    (patient,) = [one for one in resources(bundle) if one["resourceType"] == "Patient"]
    assert (patient["name"][0]["text"], patient["birthDate"]) == ("TRẦN THỊ MẪU", "1985")


def test_an_export_is_as_of_when_it_was_asked_for(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    begun = house.get(house.ann(), f"/fhir/Patient/{ANN}/$export")
    assert begun.status_code == HTTPStatus.ACCEPTED
    house.house.clock.at += timedelta(minutes=1)
    house.visit(ANN, "2", problem("Ho", "c2"))
    status = begun.headers["Content-Location"].removeprefix("http://localhost")
    manifest = asked(house, status)
    files = {one["type"]: one["url"].removeprefix("http://localhost") for one in manifest["output"]}
    assert set(files) == {"Patient", "Condition"}
    content = house.get(house.ann(), files["Condition"])
    assert content.mimetype == "application/fhir+ndjson"
    (line,) = content.get_data(as_text=True).splitlines()
    assert json.loads(line)["code"]["text"] == "Hen"
    for stranger in (house.doctor(ELSEWHERE), house.house.app.test_client()):
        assert house.get(stranger, files["Condition"]).status_code in {401, 403}
    assert house.get(house.ann(), "/fhir/$export-status/nonsense").status_code == 404


def test_looks_are_audit_events(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    house.get(house.doctor(), f"/fhir/Patient/{ANN}/$everything")
    events = resources(asked(house, f"/fhir/AuditEvent?patient={ANN}"))
    assert events
    for event in events:
        valid(event)
    assert "clinician, 79A02" in json.dumps(events)
    answer = house.get(house.doctor(), f"/fhir/AuditEvent?patient={ANN}")
    assert answer.status_code == HTTPStatus.FORBIDDEN


def test_a_version_has_a_provenance(house: BookHouse) -> None:
    house.visit(ANN, "1", problem("Hen", "c1"))
    address = first_condition(house).removeprefix("/fhir/")
    (made,) = resources(asked(house, f"/fhir/Provenance?target={address}"))
    valid(made)
    assert made["agent"][0]["who"]["display"] == "79A02"


def test_what_is_withheld_is_nowhere_on_the_fhir_side(house: BookHouse) -> None:
    ordinary, hidden = problem("Hen", "c1"), problem("Nhiễm HIV", "c2")
    house.visit(ANN, "1", ordinary, whole=(ordinary, hidden))
    found = resources(asked(house, f"/fhir/Condition?patient={ANN}"))
    (secret,) = [one["id"] for one in found if "HIV" in one["code"]["text"]]
    doctor = house.doctor()
    for address in (f"/fhir/Condition?patient={ANN}", f"/fhir/Patient/{ANN}/$everything",
                    f"/fhir/Patient/{ANN}/$summary"):  # fmt: skip
        assert "HIV" not in house.get(doctor, address).get_data(as_text=True)
    for address in ("", "/_history", "/_history/1"):
        answer = house.get(doctor, f"/fhir/Condition/{secret}{address}")
        assert answer.status_code == HTTPStatus.NOT_FOUND
    answer = house.get(doctor, f"/fhir/Provenance?target=Condition/{secret}")
    assert answer.status_code == HTTPStatus.NOT_FOUND


@pytest.mark.parametrize(
    ("address", "status", "code"),
    [
        ("/fhir/Condition/nonsense", 404, "not-found"),
        (f"/fhir/Condition/{ANN.hex}-{'0' * 31}", 404, "not-found"),
        (f"/fhir/Condition/{BEN.hex}-{'0' * 31}", 403, "forbidden"),
        (f"/fhir/Condition?patient={BEN}", 403, "forbidden"),
        (f"/fhir/Patient/{UUID(int=3)}", 403, "forbidden"),
        (f"/fhir/Patient/{ANN}/$everything?_since=yesterday", 422, "value"),
        (f"/fhir/Patient/{ANN}/$everything?cursor=nonsense", 422, "value"),
        (f"/fhir/Patient/{ANN}/$everything?cursor=1.0.{ANN.hex}-{'0' * 31}", 422, "value"),
        (f"/fhir/Patient/{ANN}/$everything?cursor={'9' * 18}.0.{ANN.hex}-{'0' * 31}", 422, "value"),
    ],
)
def test_errors_are_operation_outcomes(
    house: BookHouse, address: str, status: int, code: str
) -> None:
    answer = house.get(house.ann(), address)
    assert answer.status_code == status
    told = answer.get_json()
    assert told["resourceType"] == "OperationOutcome"
    assert told["issue"][0]["code"] == code
    valid(told)


def test_who_is_not_signed_in_gets_an_outcome_too(house: BookHouse) -> None:
    answer = house.get(house.house.app.test_client(), f"/fhir/Patient/{ANN}")
    assert (answer.status_code, answer.get_json()["issue"][0]["code"]) == (401, "login")


@pytest.mark.parametrize(
    ("content", "holds"),
    [
        (b'{"resourceType":"Condition","subject":{"reference":"Patient/1"}}', "informational"),
        (b'{"resourceType":"Observation"}', "error"),
        (b'{"resourceType":"Condition"', "error"),
        (b"\xff\xfe", "error"),
        (b"[" * 400 + b"]" * 400, "error"),
    ],
)
def test_a_document_is_validated_and_not_kept(house: BookHouse, content: bytes, holds: str) -> None:
    before = house.house.system.facts.head()
    answer = house.house.app.test_client().post(
        "/fhir/Condition/$validate", data=content, content_type="application/fhir+json",
        headers=house.system_token(),
    )  # fmt: skip
    assert answer.get_json()["resourceType"] == "OperationOutcome"
    assert holds in answer.get_data(as_text=True)
    assert house.house.system.facts.head() == before


def test_a_document_that_is_too_large_is_refused(house: BookHouse) -> None:
    answer = house.house.app.test_client().post(
        "/fhir/Condition/$validate", data=b" " * (1 << 21), headers=house.system_token(),
    )  # fmt: skip
    assert answer.status_code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    assert answer.get_json()["resourceType"] == "OperationOutcome"
