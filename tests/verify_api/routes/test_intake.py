"""What facilities send over HTTP: receipts, refusals with places, limits, streams."""

import gzip
import json
import random
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ledger.commands import facilities
from ledger.records.facility import Level
from tests_support.visit_json import dumped
from tests_support.visit_samples import vietnamese_patient, vietnamese_visit, vietnamese_visits
from tests_support.whole_house import House, open_house
from verify_api.api_tokens import ApiToken
from verify_api.callers import Role

FACILITY = "79A02"
FHIR = "application/fhir+json"


class Hospital:
    """A facility's system in front of the service."""

    def __init__(self, house: House, facility: str = FACILITY, *, registered: bool = True) -> None:
        system = house.system
        if registered:
            facilities.register(
                system.facts, code=facility, name="Bệnh viện mẫu", name_en="Specimen hospital",
                province="79", level=Level.BASIC, act=system.act("shell", "operator"),
            )  # fmt: skip
        at = house.clock.at
        name = f"his-{facility}"
        token = ApiToken(name, Role.FACILITY_SYSTEM, facility, at, at + timedelta(days=90))
        secret = system.api_tokens.issue(token, secret=system.clockwork.random(32))
        self.headers = {"Authorization": f"Bearer {secret}"}
        self.house = house
        self.client: FlaskClient = house.app.test_client()

    def send(
        self, data: bytes, path: str = "/v1/visits", media_type: str = FHIR, **headers: str
    ) -> TestResponse:
        """Post ``data``; headers by their names with underscores."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.post(
            path, data=data, content_type=media_type, headers={**self.headers, **more}
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("intake") / "home") as opened:
        yield opened


CODES = (f"79A{number:02}" for number in count())


@pytest.fixture
def hospital(house: House) -> Hospital:
    """Another hospital for each test."""
    return Hospital(house, next(CODES))


def a_visit(seed: int = 1, **patient: Any) -> dict[str, Any]:
    rng = random.Random(seed)
    return vietnamese_visit(rng, FACILITY, vietnamese_patient(rng) | patient)


def sent(visit: dict[str, Any]) -> bytes:
    return dumped(visit, None)


def test_a_new_visit_gets_a_receipt_and_the_same_again_the_same_one(hospital: Hospital) -> None:
    data = sent(a_visit())
    first = hospital.send(data)
    assert first.status_code == 201
    assert first.headers["ETag"] == 'W/"1"'
    receipt = first.get_json()
    again = hospital.send(data)
    assert again.status_code == 200
    assert again.get_json() == receipt | {"outcome": "repeated"}
    assert receipt["outcome"] == "accepted"


def test_a_correction_names_its_reason_and_its_revision(hospital: Hospital) -> None:
    visit = a_visit()
    hospital.send(sent(visit))
    other = dumped(visit, 2)
    assert hospital.send(other).get_json()["rule"] == "correction_needs_a_reason"
    reason = quote("Nhập sai cân nặng")
    stale = hospital.send(other, If_Match='W/"9"', Correction_Reason=reason)
    assert (stale.status_code, stale.get_json()["rule"]) == (409, "revision_differs")
    corrected = hospital.send(other, If_Match='W/"1"', Correction_Reason=reason)
    assert corrected.status_code == 200
    assert (corrected.get_json()["outcome"], corrected.headers["ETag"]) == ("corrected", 'W/"2"')
    late = hospital.send(sent(visit), Correction_Reason=reason)
    assert (late.status_code, late.get_json()["rule"]) == (409, "stale_resend")


def test_a_key_of_another_message_is_refused(hospital: Hospital) -> None:
    assert hospital.send(sent(a_visit(1)), Idempotency_Key="k").status_code == 201
    assert hospital.send(sent(a_visit(1)), Idempotency_Key="k").status_code == 200
    assert hospital.send(sent(a_visit(2)), Idempotency_Key="k").status_code == 409


def test_only_a_registered_facility_sends_and_only_as_itself(hospital: Hospital) -> None:
    stranger = Hospital(hospital.house, "79Z99", registered=False)
    refused = stranger.send(sent(a_visit()))
    assert (refused.status_code, refused.get_json()["rule"]) == (409, "facility_unknown")
    nobody = hospital.client.post("/v1/visits", data=b"{}", content_type=FHIR)
    assert nobody.status_code == 401


def bad_visits() -> Iterator[tuple[str, bytes, str]]:
    visit = a_visit()
    entries = visit["entry"]
    second = {"fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
              "resource": vietnamese_patient(random.Random(99))}  # fmt: skip
    yield "two patients", sent(visit | {"entry": [*entries, second]}), "visit_patient"
    nowhere = json.loads(sent(visit))
    nowhere["entry"][2]["resource"]["subject"]["reference"] = (
        "urn:uuid:00000000-0000-4000-8000-000000000009"
    )
    yield "a reference to nowhere", sent(nowhere), "reference_nowhere"
    backwards = json.loads(sent(visit))
    period = backwards["entry"][1]["resource"]["period"]
    period["start"], period["end"] = period["end"], period["start"]
    yield "discharge before admission", sent(backwards), "per-1"
    february = json.loads(sent(visit))
    february["entry"][0]["resource"]["birthDate"] = "2023-02-30"
    yield "30 February", sent(february), "date"
    deep = b'{"resourceType":"Bundle","x":' + b"[" * 300 + b"]" * 300 + b"}"
    yield "nesting", deep, "json_depth"
    yield "a key twice", b'{"resourceType":"Bundle","resourceType":"Bundle"}', "json_duplicate_key"
    yield "no JSON", b"{", "json"
    yield "no visit", b'{"resourceType":"Patient","id":"1"}', "visit_bundle"
    yield "an empty Bundle", b'{"resourceType":"Bundle","type":"collection"}', "visit_encounter"


@pytest.mark.parametrize(
    ("data", "rule"), [pytest.param(d, r, id=name) for name, d, r in bad_visits()]
)
def test_what_is_wrong_is_said_with_its_place_and_without_its_value(
    hospital: Hospital, data: bytes, rule: str
) -> None:
    head = hospital.house.system.facts.head()
    answer = hospital.send(data)
    assert answer.status_code == 422
    said = answer.get_json()
    assert any(rule in found["rule"] for found in said["findings"])
    assert said["place"]
    assert hospital.house.system.facts.head() == head
    fhir = hospital.send(data, "/fhir")
    assert fhir.status_code == 422
    assert fhir.get_json()["resourceType"] == "OperationOutcome"


def test_what_is_too_large_or_compressed_is_refused_before_it_is_read(hospital: Hospital) -> None:
    huge = b'{"resourceType":"' + b"x" * (50 << 20) + b'"}'
    assert hospital.send(huge).status_code == 413
    line = hospital.send(huge, media_type="application/x-ndjson").get_data()
    assert json.loads(line)["problem"]["status"] == 413
    assert hospital.send(huge, "/v1/intake/bhyt", "application/xml").status_code == 413
    bomb = gzip.compress(bytes(1 << 20))
    assert hospital.send(bomb, Content_Encoding="gzip").status_code == 415
    assert hospital.send(b"x", media_type="text/plain").status_code == 415


def test_a_stream_is_answered_line_by_line(hospital: Hospital) -> None:
    good = [dumped(a_visit(n), None) for n in range(230)]
    body = b"\n".join([*good[:3], b"{", b"", *good[3:], good[0]])
    answer = hospital.send(body, media_type="application/x-ndjson")
    receipts = [json.loads(line) for line in answer.get_data().splitlines()]
    outcomes = [one["outcome"] for one in receipts]
    assert outcomes == [*["accepted"] * 3, "refused", *["accepted"] * 227, "repeated"]
    assert receipts[-1]["position"] == receipts[0]["position"]


def test_a_visit_as_a_fhir_transaction(hospital: Hospital) -> None:
    data = next(vietnamese_visits(5, 1, FACILITY))
    answer = hospital.send(data, "/fhir")
    assert answer.get_json()["type"] == "transaction-response"
    assert answer.get_json()["entry"][0]["response"]["status"] == "201 Created"
    again = hospital.send(data, "/fhir")
    assert again.get_json()["entry"][0]["response"]["status"] == "200 OK"


@pytest.mark.parametrize(
    "headers",
    [
        {"If_Match": "next"},
        {"Idempotency_Key": "k" * 201},
    ],
)
def test_headers_of_another_form_are_refused(hospital: Hospital, headers: dict[str, str]) -> None:
    assert hospital.send(sent(a_visit()), **headers).status_code == 400
