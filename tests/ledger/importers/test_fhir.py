"""Documents are cut by the bytes that came, each piece with whom it is about."""

import json
import random
import re
from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest

from ledger.clinical.fhir_bytes import without_spacing
from ledger.clinical.fhir_validation import Accepted, validate_visit
from ledger.identifiers import resource_stream, visit_stream
from ledger.importers.fhir import read_fhir, read_visit, with_context
from ledger.importers.patient_identity import UNNAMED, id_number, patient_identity
from ledger.importers.pieces import LeftOut, Piece, Ready, Rejected, Source
from ledger.importers.restricted import open_part
from ledger.records.health_book.facts import AssertedNumber
from ledger.records.visit import Form
from tests_support.visit_json import TERMINOLOGY, concept, dumped
from tests_support.visit_lives import Life, entry, life_context, lives
from tests_support.visit_samples import vietnamese_patient, vietnamese_visit

AT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
FACILITY = "79A02"
SOURCE = Source(FACILITY, AT)


def read(value: object, spacing: int | None = None, **more: bool) -> list[Piece]:
    return list(read_fhir(json.dumps(value, indent=spacing).encode(), SOURCE, **more))


def ready(pieces: list[Piece]) -> list[Ready]:
    assert all(isinstance(piece, Ready) for piece in pieces), pieces
    return [piece for piece in pieces if isinstance(piece, Ready)]


def a_life(seed: int, visits: int = 5, spacing: int | None = 2) -> tuple[dict[str, Any], bytes]:
    rng = random.Random(seed)
    life = Life(rng, spacing)
    entries = [entry(resource) for resource in life_context(life)]
    at = datetime(2020, 1, 1)  # noqa: DTZ001 (the system's own zone is written behind it)
    for _ in range(visits):
        entries += [entry(resource) for resource in life.visit(at)]
    bill = {"resourceType": "Claim", "id": "bill-1", "total": {"value": 12.50}}
    value = {"resourceType": "Bundle", "type": "transaction", "entry": [*entries, entry(bill)]}
    return value, dumped(value, spacing)


@pytest.mark.parametrize("seed", range(6))
def test_a_life_is_cut_into_its_visits_and_nothing_is_lost(seed: int) -> None:
    value, data = a_life(seed)
    pieces = list(read_fhir(data, SOURCE))
    sent = Counter(one["resource"]["id"] for one in value["entry"])
    found: Counter[str] = Counter()
    for piece in pieces:
        if isinstance(piece, LeftOut):
            assert piece.kind == "Claim"
            found["bill-1"] += 1
            continue
        assert isinstance(piece, Ready), piece
        document = json.loads(piece.delivery.received)
        if piece.delivery.form is Form.FHIR_VISIT:
            found.update(one["resource"]["id"] for one in document["entry"])
        else:
            found[document["id"]] += 1
    assert found == sent
    assert sum(
        isinstance(piece, Ready) and piece.delivery.form is Form.FHIR_VISIT for piece in pieces
    ) == 5  # fmt: skip


def odd(data: bytes) -> bytes:
    """Write a text with an escape and decimals with a zero behind, as no JSON library would."""
    escaped = data.replace(b'"final"', b'"fin\\u0061l"')
    return re.sub(rb'("value": [0-9]+[.][0-9]+)', rb"\g<1>0", escaped)


def test_a_visit_that_is_cut_out_has_the_tokens_that_came_without_spacing() -> None:
    value, _ = a_life(3, spacing=4)
    sent = {one["fullUrl"]: odd(dumped(one["resource"], 4)) for one in value["entry"]}
    lines = b",".join(
        b'{"fullUrl": "%b", "resource": %b}' % (url.encode(), raw) for url, raw in sent.items()
    )
    marked = b'{"resourceType": "Bundle", "type": "transaction", "entry": [%b]}' % lines
    seen = 0
    for piece in read_fhir(marked, SOURCE):
        if isinstance(piece, Ready) and piece.delivery.form is Form.FHIR_VISIT:
            received = piece.delivery.received
            for one in json.loads(received)["entry"]:
                assert without_spacing(sent[one["fullUrl"]]) in received
                seen += 1
            assert b"\n" not in received
            assert b'": ' not in received
    assert seen
    assert re.search(rb'"value": [0-9]+[.][0-9]+0\b', marked)
    assert b"u0061" in marked


def test_a_life_with_another_indentation_is_the_same_visits() -> None:
    value, data = a_life(8, spacing=4)
    again = dumped(value, None)
    received = [
        [one.delivery.received for one in read_fhir(life, SOURCE)
         if isinstance(one, Ready) and one.delivery.form is Form.FHIR_VISIT]
        for life in (data, again)
    ]  # fmt: skip
    assert received[0] == received[1]


def test_what_is_sent_by_itself_keeps_every_byte() -> None:
    visit = dumped(vietnamese_visit(random.Random(1), FACILITY), 3)
    resource = dumped(life_context(Life(random.Random(2), None))[0], 3)
    for sent in (visit, resource):
        (piece,) = read_fhir(sent, SOURCE)
        assert isinstance(piece, Ready)
        assert piece.delivery.received == sent


def test_a_refused_visit_is_kept_with_what_it_refers_to() -> None:
    value, _ = a_life(4)
    bad = next(
        one["resource"] for one in value["entry"] if one["resource"]["resourceType"] == "Encounter"
    )
    bad["status"] = "done"
    pieces = read(value)
    refused = [piece for piece in pieces if isinstance(piece, Rejected)]
    assert len(refused) == 1
    assert refused[0].place.endswith("status")
    mended = refused[0].received.replace(b'"done"', b'"finished"')
    again = read_visit(mended, SOURCE)
    assert isinstance(again, Ready), again
    assert again.delivery.patient is not None


def test_context_is_put_before_a_cut_out_visit_only() -> None:
    _, data = a_life(5)
    piece = next(
        one for one in ready([p for p in read_fhir(data, SOURCE) if not isinstance(p, LeftOut)])
        if one.delivery.form is Form.FHIR_VISIT
    )  # fmt: skip
    whole = with_context(piece.delivery.received, piece.context)
    assert isinstance(validate_visit(whole, at=AT), Accepted)
    assert with_context(b'{"other":1}', piece.context) == b'{"other":1}'


def test_a_visit_is_known_by_its_identifier_or_id() -> None:
    visit = vietnamese_visit(random.Random(1), FACILITY)
    encounter = visit["entry"][1]["resource"]
    piece = ready(read(visit))[0]
    assert piece.delivery.stream == visit_stream(FACILITY, encounter["identifier"][0]["value"])
    del encounter["identifier"]
    assert ready(read(visit))[0].delivery.stream == visit_stream(FACILITY, encounter["id"])
    encounter["identifier"] = [{"value": "9" * 101}]
    assert [getattr(piece, "rule", "") for piece in read(visit)] == ["visit_key"]


def test_two_patients_in_one_visit_are_refused() -> None:
    visit = vietnamese_visit(random.Random(1), FACILITY)
    visit["entry"].append(
        {
            "fullUrl": "urn:uuid:00000000-0000-4000-8000-000000000001",
            "resource": vietnamese_patient(random.Random(2)),
        }
    )
    assert [getattr(piece, "rule", "") for piece in read(visit)] == ["visit_patient"]


def test_a_resource_is_about_whom_it_names() -> None:
    allergy = {
        "resourceType": "AllergyIntolerance",
        "id": "a-1",
        "code": {"text": "Penicilin"},
        "clinicalStatus": {
            "coding": [{"system": f"{TERMINOLOGY}allergyintolerance-clinical", "code": "active"}]
        },
        "patient": {"reference": "Patient/p-1"},
    }
    piece = ready(read(allergy))[0].delivery
    assert (piece.form, piece.patient) == (Form.FHIR_RESOURCE, None)
    assert piece.number == id_number(FACILITY, "p-1")
    assert piece.stream == resource_stream(FACILITY, "AllergyIntolerance", "a-1")
    organization = {"resourceType": "Organization", "id": "o-1", "name": "Khoa Nội"}
    alone = ready(read(organization))[0].delivery
    assert (alone.patient, alone.number, alone.numbers) == (None, None, ())
    allergy["patient"] = {"reference": "urn:uuid:00000000-0000-4000-8000-000000000001"}
    assert [getattr(one, "rule", "") for one in read(allergy)] == ["reference_nowhere"]


def test_an_exported_patient_is_known_by_the_id_that_others_refer_to() -> None:
    patient = {"resourceType": "Patient", "id": "p-1", "identifier": [{"value": "BN 1"}]}
    exported = ready(read(patient, exported=True))[0].delivery.patient
    assert exported is not None
    assert id_number(FACILITY, "p-1") in [(one.kind, one.value) for one in exported.numbers]
    sent = ready(read(patient))[0].delivery.patient
    assert sent is not None
    assert sent.numbers == (AssertedNumber(f"mrn:{FACILITY}", "BN 1"),)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (b"", "json"),
        (b"[]", "resource_type"),
        (b"1", "resource_type"),
        (b'{"resourceType":1}', "resource_type"),
        (b'{"resourceType":"Frobnicate","id":"1"}', "resource_type"),
        (b'{"resourceType":"Organization","name":"Khoa"}', "resource_id"),
        (b'{"resourceType":"Bundle","type":"collection","entry":{"a":1}}', "bundle_form"),
        (
            b'{"resourceType":"Bundle","type":"collection","entry":[1,{"resource":1}]}',
            "bundle_form",
        ),
        (b"\xff{}", "json_encoding"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_rule(data: bytes, rule: str) -> None:
    pieces = list(read_fhir(data, SOURCE))
    assert [getattr(piece, "rule", piece) for piece in pieces] == [rule]


def test_a_bill_is_left_out_with_its_hash() -> None:
    pieces = read({"resourceType": "Claim", "id": "1"})
    assert isinstance(pieces[0], LeftOut)
    assert len(pieces[0].digest) == 32


def test_numbers_count_by_kind_and_form() -> None:
    identity = patient_identity(vietnamese_patient(random.Random(1)), facility=FACILITY)
    assert [one.kind for one in identity.numbers] == [
        "personal", "insurance-card", "social-insurance",
    ]  # fmt: skip
    odd = {
        "resourceType": "Patient",
        "name": [{"family": "NGUYỄN", "given": ["VĂN", "MẪU"]}],
        "birthDate": "1985",
        "identifier": [
            {"type": concept(f"{TERMINOLOGY}v2-0203", "NI", "NI"), "value": "12345"},
            {"type": concept(f"{TERMINOLOGY}v2-0203", "PPN", "PPN"), "value": "B1234567"},
            {"system": "http://bv.mau/bn", "value": " 7  8 "},
            {"system": "http://bv.mau/bn", "value": "7 8"},
            {"value": " "},
        ],
    }
    found = patient_identity(odd, facility=FACILITY)
    assert (found.name, found.birth, found.sex) == ("NGUYỄN VĂN MẪU", "1985", None)
    assert [(one.kind, one.value) for one in found.numbers] == [
        (f"mrn:{FACILITY}", "12345"),
        ("passport", "B1234567"),
        (f"mrn:{FACILITY}:http://bv.mau/bn", "7 8"),
    ]


def test_who_has_no_name_and_no_number_is_known_by_the_id() -> None:
    found = patient_identity({"resourceType": "Patient", "id": "x"}, facility=FACILITY)
    assert found.name == UNNAMED
    assert [(one.kind, one.value) for one in found.numbers] == [id_number(FACILITY, "x")]


def test_what_is_withheld_is_not_in_the_open_part() -> None:
    visit = vietnamese_visit(random.Random(1), FACILITY)
    label = {"system": f"{TERMINOLOGY}v3-Confidentiality", "code": "R"}
    secret = visit["entry"][2]["resource"]
    secret["meta"] = {"security": [label]}
    received = dumped(visit, 2)
    shown = open_part(received, visit)
    assert shown is not None
    left = json.loads(shown)
    assert len(left["entry"]) == len(visit["entry"]) - 1
    assert secret["id"].encode() not in shown
    assert left | {"entry": visit["entry"]} == visit
    piece = ready(list(read_fhir(received, SOURCE)))[0]
    assert piece.delivery.open_part == shown
    assert piece.delivery.received == received
    del secret["meta"]
    assert open_part(dumped(visit, 2), visit) is None


def test_generated_lives_are_taken_in_whole() -> None:
    for data in lives(seed=11, count=5, visits=4):
        for piece in read_fhir(data, SOURCE):
            assert isinstance(piece, Ready), piece
