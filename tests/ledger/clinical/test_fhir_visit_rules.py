"""Level 2 for a visit: one patient, one Encounter, closed references; and the screen before it."""

from collections.abc import Callable
from datetime import UTC, datetime
from random import Random
from typing import Any

import orjson
import pytest

from ledger.clinical.fhir_forms import form_findings
from ledger.clinical.fhir_resource_rules import Terms
from ledger.clinical.fhir_rules import all_visit_rules
from ledger.clinical.fhir_screen import is_in_order
from ledger.clinical.fhir_validation import (
    Accepted,
    Refused,
    validate_visit,
    validate_visit_value,
)
from ledger.clinical.findings import Level, errors
from tests_support.fhir_mutations import FURTHER, MUTATIONS, spoiled
from tests_support.fhir_samples import PATIENT, address, resource_of, visit, written

AT = datetime(2024, 6, 1, tzinfo=UTC)
Bundle = dict[str, Any]


def rules_of_visit(bundle: Bundle, known: dict[str, str] | None = None) -> set[tuple[str, str]]:
    judged = validate_visit(written(bundle), at=AT, known=known or {})
    findings = judged.findings if isinstance(judged, Refused) else judged.notes
    return {(found.place, found.rule) for found in findings}


def test_the_sound_visit_is_accepted_with_nothing_to_note() -> None:
    judged = validate_visit(written(visit()), at=AT)
    assert isinstance(judged, Accepted)
    assert judged.notes == ()
    assert judged.value == visit()


def put(kind: str, name: str, value: Any) -> Callable[[Bundle], None]:
    def change(bundle: Bundle) -> None:
        resource_of(bundle, kind)[name] = value

    return change


def add(resource: dict[str, Any], number: int = 99) -> Callable[[Bundle], None]:
    def change(bundle: Bundle) -> None:
        bundle["entry"].append({"fullUrl": address(number), "resource": resource})

    return change


def top(name: str, value: Any) -> Callable[[Bundle], None]:
    return lambda bundle: bundle.update({name: value})


def _first_entry(name: str, value: Any) -> Callable[[Bundle], None]:
    return lambda bundle: bundle["entry"][0].update({name: value})


ENCOUNTER = "Bundle.entry[1].resource"
OBSERVATION = "Bundle.entry[6].resource"
SUBJECT = f"{OBSERVATION}.subject"

WRONG_VISITS: list[tuple[Callable[[Bundle], Any], str, str]] = [
    (top("type", "searchset"), "Bundle.type", "visit_type"),
    (top("type", "transaction"), "Bundle.entry[0].request", "bdl-3"),
    (top("type", "document"), "Bundle.identifier", "bdl-9"),
    (top("type", "document"), "Bundle.timestamp", "bdl-10"),
    (top("type", "document"), "Bundle.entry[0].resource", "bdl-11"),
    (top("type", "message"), "Bundle.type", "bdl-12"),
    (top("total", 10), "Bundle.total", "bdl-1"),
    (
        top("link", [{"relation": "self", "url": "http://x"}] * 2),
        "Bundle.link[1].relation",
        "bundle_link",
    ),
    (_first_entry("search", {"mode": "match"}), "Bundle.entry[0].search", "bdl-2"),
    (_first_entry("response", {"status": "200"}), "Bundle.entry[0].response", "bdl-4"),
    (_first_entry("fullUrl", "Patient/r1"), "Bundle.entry[0].fullUrl", "bundle_full_url"),
    (
        _first_entry("fullUrl", "http://h.vn/Patient/r1/_history/1"),
        "Bundle.entry[0].fullUrl",
        "bdl-8",
    ),
    (
        lambda bundle: bundle["entry"].append(bundle["entry"][0]),
        "Bundle.entry[10].fullUrl",
        "bdl-7",
    ),
    (lambda bundle: bundle["entry"].pop(1), "Bundle.entry", "visit_encounter"),
    (
        add({"resourceType": "Encounter", "status": "finished", "class": {"code": "AMB"}}),
        "Bundle.entry",
        "visit_encounter",
    ),
    (add({"resourceType": "Patient", "id": "x"}), "Bundle.entry[10].resource", "visit_patient"),
    (
        add({"resourceType": "Bundle", "type": "collection"}),
        "Bundle.entry[10].resource",
        "visit_nested",
    ),
    (add({"resourceType": "Patient", "id": "r1"}), "Bundle.entry[10].resource.id", "duplicate_id"),
    (put("Observation", "subject", {"reference": "Patient/other"}), SUBJECT, "visit_subject"),
    (put("Observation", "subject", {"display": "Ai đó"}), SUBJECT, "visit_subject"),
    (
        put("Observation", "subject", {"identifier": {"value": "someone"}}),
        SUBJECT,
        "visit_subject",
    ),
    (
        put("Observation", "encounter", {"reference": "Encounter/other"}),
        f"{OBSERVATION}.encounter",
        "visit_encounter",
    ),
    (
        lambda bundle: resource_of(bundle, "Encounter").pop("subject"),
        f"{ENCOUNTER}.subject",
        "visit_subject",
    ),
    (
        put("Observation", "performer", [{"reference": address(77)}]),
        f"{OBSERVATION}.performer[0].reference",
        "reference_nowhere",
    ),
    (
        put("Observation", "performer", [{"reference": address(4)}]),
        f"{OBSERVATION}.performer[0].reference",
        "reference_target",
    ),
    (
        put("Observation", "performer", [{"reference": "Location/1"}]),
        f"{OBSERVATION}.performer[0].reference",
        "reference_target",
    ),
    (
        put("Observation", "performer", [{"reference": "#nobody"}]),
        f"{OBSERVATION}.performer[0].reference",
        "ref-1",
    ),
    (
        put("Encounter", "period", {"start": "2024-05-10", "end": "2024-05-09"}),
        f"{ENCOUNTER}.period.end",
        "per-1",
    ),
    (
        put("Encounter", "period", {"start": "2024-06-03", "end": "2024-06-04"}),
        f"{ENCOUNTER}.period.start",
        "future",
    ),
    (put("Patient", "birthDate", "2025"), "Bundle.entry[0].resource.birthDate", "future"),
    (
        put("Patient", "deceasedDateTime", "1990-01-01"),
        "Bundle.entry[0].resource.deceasedDateTime",
        "order_of_times",
    ),
    (
        put("Organization", "name", "<img src=x onerror=alert(1)>"),
        "Bundle.entry[4].resource.name",
        "html_active",
    ),
    (put("Organization", "name", "a <b>b</b>"), "Bundle.entry[4].resource.name", "html_in_text"),
    (put("Organization", "name", "javascript:x()"), "Bundle.entry[4].resource.name", "html_active"),
    (
        put("Organization", "extension", [{"url": "http://x", "valueString": "<script>"}]),
        "Bundle.entry[4].resource.extension[0].valueString",
        "html_active",
    ),
    (
        put(
            "Organization",
            "extension",
            [{"url": "http://x", "valueReference": {"reference": address(77)}}],
        ),
        "Bundle.entry[4].resource.extension[0].valueReference.reference",
        "reference_nowhere",
    ),
    (
        put("Observation", "contained", [{"resourceType": "Patient", "id": "p"}]),
        f"{OBSERVATION}.contained[0]",
        "visit_patient",
    ),
]


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    WRONG_VISITS,
    ids=[f"{n}-{rule}" for n, (_, _, rule) in enumerate(WRONG_VISITS)],
)
def test_what_makes_it_no_visit_of_one_person_is_refused_at_its_place(
    change: Callable[[Bundle], Any], place: str, rule: str
) -> None:
    bundle = visit()
    change(bundle)
    judged = validate_visit(written(bundle), at=AT)
    assert isinstance(judged, Refused)
    assert (place, rule) in {(found.place, found.rule) for found in errors(judged.findings)}
    assert {found.level for found in judged.findings} == {Level.RULES}


def _by_names(bundle: Bundle) -> None:
    for entry in bundle["entry"]:
        kind, own = entry["resource"]["resourceType"], entry["resource"]["id"]
        entry["fullUrl"] = f"https://h.vn/fhir/{kind}/{own}"
    text = written(bundle).decode()
    for number, entry in enumerate(bundle["entry"], start=1):
        text = text.replace(
            address(number), f"{entry['resource']['resourceType']}/{entry['resource']['id']}"
        )
    bundle.update(orjson.loads(text))


def _patient_outside(bundle: Bundle) -> None:
    bundle["entry"].pop(0)
    bundle.update(orjson.loads(written(bundle).decode().replace(PATIENT, "Patient/123")))
    resource_of(bundle, "Observation")["subject"] = {"reference": "https://h.vn/Patient/123"}


def _by_identifier(bundle: Bundle) -> None:
    own = resource_of(bundle, "Patient")["identifier"][0]
    resource_of(bundle, "Observation")["subject"] = {"identifier": own}


SOUND_VISITS: list[Callable[[Bundle], Any]] = [
    top("type", "batch"),
    _by_names,
    _patient_outside,
    _by_identifier,
    put("Observation", "subject", {"reference": "Patient/r1"}),
    put("Observation", "performer", [{"reference": "Practitioner/elsewhere"}]),
    put("Observation", "performer", [{"display": "BS. Mẫu"}]),
    put("Observation", "focus", [{"reference": "Device/1"}]),
    put("Encounter", "period", {"start": "2024-05-10", "end": "2024-05-10"}),
    put(
        "Encounter", "period", {"start": "2024-05-10T23:30:00Z", "end": "2024-05-11T06:45:00+07:00"}
    ),
    put("Encounter", "period", {"start": "2024-05-10T08:00:00+07:00", "end": "2024-05-10"}),
    put("Encounter", "period", {"start": "2024-06-01T00:30:00Z"}),
    put("Organization", "name", "Huyết áp < 140 & > 90, a<b"),
    put("Organization", "name", "Đơn: prescription script"),
    add(
        {
            "resourceType": "Appointment",
            "id": "a",
            "status": "booked",
            "start": "2030-01-01T01:00:00Z",
            "end": "2030-01-01T02:00:00Z",
            "participant": [{"status": "accepted", "actor": {"reference": PATIENT}}],
        }
    ),
    add(
        {
            "resourceType": "Coverage",
            "id": "c",
            "status": "active",
            "beneficiary": {"reference": PATIENT},
            "policyHolder": {"reference": "Patient/mother"},
            "payor": [{"display": "BHXH"}],
        }
    ),
]


@pytest.mark.parametrize("change", SOUND_VISITS, ids=range(len(SOUND_VISITS)))
def test_what_is_in_order_is_accepted(change: Callable[[Bundle], Any]) -> None:
    bundle = visit()
    change(bundle)
    if bundle["type"] == "batch":
        for entry in bundle["entry"]:
            entry["request"] = {"method": "POST", "url": entry["resource"]["resourceType"]}
    assert rules_of_visit(bundle) == set()


def test_references_to_the_senders_other_resources_are_no_references_to_nowhere() -> None:
    bundle = visit()
    resource_of(bundle, "Encounter")["reasonReference"] = [{"reference": address(77)}]
    place = f"{ENCOUNTER}.reasonReference[0].reference"
    assert rules_of_visit(bundle) == {(place, "reference_nowhere")}
    assert rules_of_visit(bundle, {address(77): "Condition"}) == set()
    assert rules_of_visit(bundle, {address(77): "Patient"}) == {(place, "reference_target")}


def test_the_same_id_on_two_servers_is_not_the_same_person() -> None:
    bundle = visit()
    bundle["entry"].pop(0)
    bundle = orjson.loads(written(bundle).decode().replace(PATIENT, "https://a.vn/Patient/1"))
    resource_of(bundle, "Observation")["subject"] = {"reference": "https://b.vn/Patient/1"}
    assert {rule for _, rule in rules_of_visit(bundle)} == {"visit_subject"}


def test_only_a_bundle_is_a_visit() -> None:
    assert rules_of_visit({"resourceType": "Patient"}) == {("resourceType", "visit_bundle")}
    assert {found.rule for found in validate_visit_value([], at=AT)} == {"resource_type"}


def plain_visit() -> Bundle:
    """The sound visit without a contained resource, into which the screen does not look."""
    bundle = visit()
    condition = resource_of(bundle, "Condition")
    del condition["contained"], condition["recorder"]
    return bundle


@pytest.mark.parametrize("seed", range(3))
def test_the_screen_says_in_order_only_where_the_rules_find_nothing(seed: int) -> None:
    random = Random(seed)
    texts = [written(plain_visit())]
    for spoil in (MUTATIONS | FURTHER).values():
        texts += spoiled(spoil, seed, [written(plain_visit())], 4)
    for change in (*(change for change, _, _ in WRONG_VISITS), *SOUND_VISITS):
        bundle = plain_visit()
        change(bundle)
        random.shuffle(bundle["entry"])
        texts.append(written(bundle))
    passed = 0
    for text in texts:
        value = orjson.loads(text)
        if form_findings(value) or value.get("resourceType") != "Bundle":
            continue
        if is_in_order(value, text, at=AT, known={}):
            assert list(all_visit_rules(value, Terms(AT, strict=True), {})) == [], text
            passed += 1
    assert passed


def test_the_sound_visit_passes_the_screen_also_when_its_letters_are_escaped() -> None:
    text = written(plain_visit())
    escaped = text.decode().encode("ascii", "backslashreplace")
    assert orjson.loads(escaped.replace(b"\\x", b"\\u00")) == plain_visit()
    assert is_in_order(plain_visit(), text, at=AT, known={})
    assert is_in_order(plain_visit(), escaped.replace(b"\\x", b"\\u00"), at=AT, known={})
    assert not is_in_order(plain_visit(), text.replace(b"<p>", b"\\u003cp>"), at=AT, known={})


def test_a_patient_known_outside_is_not_the_patient_inside() -> None:
    bundle = plain_visit()
    text = written(bundle["entry"][1:]).decode().replace(PATIENT, address(88))
    bundle["entry"][1:] = orjson.loads(text)
    found = rules_of_visit(bundle, {address(88): "Patient"})
    assert {rule for _, rule in found} == {"visit_subject"}
