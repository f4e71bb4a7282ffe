"""Level 1: the form of R4, rule by rule, each refused where it is broken."""

import threading
from base64 import b64encode
from datetime import date
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator, RegexOptions

from ledger.clinical.fhir_bytes import MAX_DEPTH
from ledger.clinical.fhir_forms import MOST_FINDINGS, form_findings, well_formed
from ledger.clinical.fhir_schema import SCHEMA_VERSION, any_resource_schema, definitions
from ledger.clinical.r4_primitives import PRIMITIVES, XHTML
from ledger.clinical.r4_table import RESOURCES, table
from tests_support.fhir_mutations import MUTATIONS, spoiled
from tests_support.fhir_samples import resource_of, visit, written


def patient(**further: Any) -> dict[str, Any]:
    return {"resourceType": "Patient", **further}


def observation(**further: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **further}


def extension(**further: Any) -> dict[str, Any]:
    return patient(extension=[{"url": "http://example.org/x", **further}])


def contained(**further: Any) -> dict[str, Any]:
    return patient(contained=[{"resourceType": "Organization", "id": "o", "name": "x", **further}])


FORM: list[tuple[dict[str, Any], str, str]] = [
    ({}, "resourceType", "resource_type"),
    ({"resourceType": 5}, "resourceType", "resource_type"),
    ({"resourceType": "Claim"}, "resourceType", "resource_type"),
    (patient(foo=1), "Patient.foo", "element_unknown"),
    (patient(gender="M"), "Patient.gender", "code_required"),
    (patient(birthDate="2023-02-30"), "Patient.birthDate", "date_form"),
    (patient(birthDate="1900-02-29"), "Patient.birthDate", "date_form"),
    (patient(birthDate="19850000"), "Patient.birthDate", "date_form"),
    (patient(birthDate="0000"), "Patient.birthDate", "date_form"),
    (patient(active="true"), "Patient.active", "boolean_form"),
    (patient(active=None), "Patient.active", "boolean_form"),
    (patient(name=[]), "Patient.name", "empty"),
    (patient(name=[{}]), "Patient.name[0]", "empty"),
    (patient(name={"text": "x"}), "Patient.name", "json_type"),
    (patient(name=[{"given": [None]}]), "Patient.name[0]", "null_without_extension"),
    (patient(name=[{"text": ""}]), "Patient.name[0].text", "text_form"),
    (patient(name=[{"text": "x\x00"}]), "Patient.name[0].text", "text_form"),
    (patient(name=[{"text": "x\u202ey"}]), "Patient.name[0].text", "text_form"),
    (patient(name=[{"text": "x\u2067y"}]), "Patient.name[0].text", "text_form"),
    (patient(name=[{"text": "a" * 65_537}]), "Patient.name[0].text", "text_length"),
    (patient(id="a" * 65), "Patient.id", "id_form"),
    (patient(id="a_b"), "Patient.id", "id_form"),
    (patient(id="a\n"), "Patient.id", "id_form"),
    (patient(multipleBirthInteger=1.5), "Patient.multipleBirthInteger", "integer_form"),
    (patient(multipleBirthInteger=2**31), "Patient.multipleBirthInteger", "integer_form"),
    (patient(implicitRules="http://x"), "Patient.implicitRules", "implicit_rules"),
    (patient(modifierExtension=[{"url": "x"}]), "Patient.modifierExtension", "modifier_extension"),
    (patient(deceasedBoolean=True, deceasedDateTime="2020"), "Patient", "choice_one"),
    (patient(contact=[{"gender": "male"}]), "Patient.contact[0]", "pat-1"),
    (patient(telecom=[{"value": "1"}]), "Patient.telecom[0]", "cpt-2"),
    (patient(photo=[{"data": "VGjhu60="}]), "Patient.photo[0]", "att-1"),
    (
        patient(photo=[{"data": "%%%2@()()", "contentType": "image/png"}]),
        "Patient.photo[0].data",
        "base64_form",
    ),
    (
        patient(photo=[{"data": "VGjhu60", "contentType": "image/png"}]),
        "Patient.photo[0].data",
        "base64_form",
    ),
    (patient(_birthDate={"id": "a b"}), "Patient.birthDate.id", "id_form"),
    (patient(language="tiếng Việt"), "Patient.language", "code_form"),
    (patient(photo=[{"contentType": "png"}]), "Patient.photo[0].contentType", "code_form"),
    (
        patient(identifier=[{"system": "cccd", "value": "1"}]),
        "Patient.identifier[0].system",
        "uri_form",
    ),
    (
        patient(identifier=[{"system": "urn:oid:1.02", "value": "1"}]),
        "Patient.identifier[0].system",
        "uri_form",
    ),
    (patient(meta={"source": "urn:uuid:ABC"}), "Patient.meta.source", "uri_form"),
    (patient(meta={"source": "oid:1.2"}), "Patient.meta.source", "uri_form"),
    (extension(), "Patient.extension[0]", "ext-1"),
    (patient(extension=[{"valueString": "x"}]), "Patient.extension[0].url", "element_required"),
    (patient(extension=[{"id": "a", "url": "x"}]), "Patient.extension[0]", "ext-1"),
    (extension(valueString="x", valueCode="y"), "Patient.extension[0]", "ext-1"),
    (
        extension(valueString="x", extension=[{"url": "y", "valueCode": "z"}]),
        "Patient.extension[0]",
        "ext-1",
    ),
    (extension(valueDecimal="1"), "Patient.extension[0].valueDecimal", "decimal_form"),
    (contained(contained=[{"resourceType": "Patient"}]), "Patient.contained[0]", "dom-2"),
    (contained(meta={"versionId": "1"}), "Patient.contained[0].meta", "dom-4"),
    (contained(foo=1), "Patient.contained[0].foo", "element_unknown"),
    ({"resourceType": "Observation", "status": "final"}, "Observation.code", "element_required"),
    ({"resourceType": "Observation", "code": {"text": "x"}}, "Observation", "element_required"),
    (observation(valueString="x", valueInteger=1), "Observation", "choice_one"),
    (
        observation(valueString="x", dataAbsentReason={"text": "y"}),
        "Observation",
        "obs-6",
    ),
    (observation(referenceRange=[{"age": {}}]), "Observation.referenceRange[0]", "obs-3"),
    (
        observation(subject={"reference": "Organization/1"}),
        "Observation.subject.reference",
        "reference_target",
    ),
    (
        observation(subject={"reference": "http://h.vn/fhir/Organization/1"}),
        "Observation.subject.reference",
        "reference_target",
    ),
    (
        observation(subject={"reference": "somebody"}),
        "Observation.subject.reference",
        "reference_target",
    ),
    (
        observation(focus=[{"reference": "some where"}]),
        "Observation.focus[0].reference",
        "reference_form",
    ),
    (observation(issued="2024-01-01"), "Observation.issued", "date_form"),
    (
        observation(effectiveDateTime="2024-01-01T10:00:00"),
        "Observation.effectiveDateTime",
        "date_form",
    ),
    (
        observation(effectiveDateTime="2024-01-01T24:00:00Z"),
        "Observation.effectiveDateTime",
        "date_form",
    ),
    (
        observation(valueQuantity={"value": 1, "code": "kg"}),
        "Observation.valueQuantity",
        "qty-3",
    ),
    (
        observation(valueQuantity={"value": "12.5"}),
        "Observation.valueQuantity.value",
        "decimal_form",
    ),
    (
        {"resourceType": "Condition", "subject": {"display": "x"}, "abatementString": "y"},
        "Condition",
        "con-4",
    ),
    (
        {
            "resourceType": "Condition",
            "subject": {"display": "x"},
            "clinicalStatus": {"coding": [{"system": "http://x", "code": "active"}]},
        },
        "Condition.clinicalStatus.coding",
        "code_required",
    ),
    (
        {"resourceType": "AllergyIntolerance", "patient": {"display": "x"}},
        "AllergyIntolerance",
        "ait-1",
    ),
    (
        {
            "resourceType": "MedicationRequest",
            "status": "active",
            "intent": "order",
            "subject": {"display": "x"},
        },
        "MedicationRequest",
        "choice_one",
    ),
]


@pytest.mark.parametrize(
    ("value", "place", "rule"), FORM, ids=[f"{n}-{place}" for n, (_, place, _) in enumerate(FORM)]
)
def test_what_has_not_the_form_is_refused_at_its_place(
    value: dict[str, Any], place: str, rule: str
) -> None:
    assert (place, rule) in {(found.place, found.rule) for found in form_findings(value)}
    assert not well_formed(value)


SOUND: list[dict[str, Any]] = [
    patient(),
    patient(_birthDate={"extension": [{"url": "http://x", "valueCode": "unknown"}]}),
    patient(birthDate="2024-02-29"),
    patient(birthDate="1999"),
    patient(birthDate="2000-02-29"),
    patient(name=[{"given": ["a", None], "_given": [None, {"id": "b"}]}]),
    patient(name=[{"text": "Nguyễn\tVăn\r\nA"}]),
    extension(valueString="x"),
    extension(_valueString={"extension": [{"url": "y", "valueCode": "z"}]}),
    extension(id="a", valueString="x"),
    extension(extension=[{"url": "y", "valueReference": {"reference": "Organization/1"}}]),
    patient(language="vi-VN", photo=[{"contentType": "image/png; charset=utf-8"}]),
    patient(meta={"source": "urn:oid:2.16.840.1", "profile": ["http://x/y|1.0"]}),
    observation(subject={"reference": "Patient/1/_history/2"}),
    observation(subject={"reference": "Patient?identifier=http://x|1"}),
    observation(subject={"reference": "https://h.vn/fhir/Patient/1"}),
    observation(subject={"reference": "https://h.vn/people/12345"}),
    observation(subject={"reference": "#p"}, contained=[{"resourceType": "Patient", "id": "p"}]),
    observation(subject={"identifier": {"system": "http://x", "value": "1"}}),
    observation(effectiveDateTime="2016-12-31T23:59:60.5+07:00"),
    observation(valueQuantity={"value": 12.50, "comparator": "<"}),
    {
        "resourceType": "Observation",
        "_status": {"extension": [{"url": "http://x", "valueCode": "unknown"}]},
        "code": {"text": "x"},
    },
]


@pytest.mark.parametrize("value", SOUND, ids=range(len(SOUND)))
def test_what_has_the_form_is_accepted(value: dict[str, Any]) -> None:
    assert form_findings(value) == []


def test_places_lead_through_entries_and_contained_resources() -> None:
    bundle = visit()
    resource_of(bundle, "Condition")["contained"][0]["name"][0]["use"] = "weird"
    resource_of(bundle, "Observation")["component"] = [{"code": {"text": "x"}}, {}]
    assert {found.place for found in form_findings(bundle)} == {
        "Bundle.entry[3].resource.contained[0].name[0].use",
        "Bundle.entry[6].resource.component[1].code",
    }


def test_of_many_slips_only_so_many_are_told() -> None:
    value = patient(name=[{"use": "x"}] * 1000)
    assert len(form_findings(value)) == MOST_FINDINGS


def test_what_is_no_object_has_no_form() -> None:
    for value in (None, 1, "Patient", [], [patient()], True):
        assert [found.rule for found in form_findings(value)] == ["resource_type"]


def _nested(levels: int) -> dict[str, Any]:
    inner: dict[str, Any] = {"url": "http://x", "valueCode": "x"}
    for _ in range(levels):
        inner = {"url": "http://x", "extension": [inner]}
    return patient(extension=[inner])


def test_the_deepest_document_is_judged_also_in_a_small_stack() -> None:
    # An object and a list a level; the patient, its list and the innermost object besides.
    value = _nested(MAX_DEPTH // 2 - 2)
    found: list[object] = []
    threading.stack_size(512 * 1024)
    try:
        thread = threading.Thread(target=lambda: found.append(form_findings(value)))
        thread.start()
        thread.join()
    finally:
        threading.stack_size(0)
    assert found == [[]]


@pytest.mark.parametrize("seed", range(4))
def test_what_the_plain_schema_accepts_the_full_one_accepts_too(seed: int) -> None:
    options = {"offline": True, "pattern_options": RegexOptions()}
    plain = Draft202012Validator(any_resource_schema(plain=True), **options)  # type: ignore[arg-type]
    whole = Draft202012Validator(any_resource_schema(), **options)  # type: ignore[arg-type]
    values = [*SOUND, *(value for value, _, _ in FORM), visit()]
    for spoil in MUTATIONS.values():
        values += [orjson.loads(text) for text in spoiled(spoil, seed, [written(visit())], 3)]
    accepted = [value for value in values if plain.is_valid(value)]
    assert accepted
    assert all(whole.is_valid(value) for value in accepted)


def _accepts(schema: dict[str, Any], value: Any) -> bool:
    return Draft202012Validator(schema, pattern_options=RegexOptions()).is_valid(value)


@given(st.dates())
def test_every_day_of_the_calendar_is_a_date(day: Any) -> None:
    assert _accepts(PRIMITIVES["date"], day.isoformat())
    assert _accepts(PRIMITIVES["dateTime"], f"{day.isoformat()}T08:00:00+07:00")


@given(st.integers(1, 9999), st.integers(1, 12), st.integers(0, 99))
def test_no_other_day_is_a_date(year: int, month: int, number: int) -> None:
    text = f"{year:04d}-{month:02d}-{number:02d}"
    try:
        exists = bool(date.fromisoformat(text))
    except ValueError:
        exists = False
    assert _accepts(PRIMITIVES["date"], text) == exists


@given(st.binary(max_size=64))
def test_every_base64_text_is_one(data: bytes) -> None:
    text = b64encode(data).decode()
    assert not text or _accepts(PRIMITIVES["base64Binary"], text)
    assert not _accepts(PRIMITIVES["base64Binary"], f"{text}=A")


DIV = '<div xmlns="http://www.w3.org/1999/xhtml">{}</div>'


@pytest.mark.parametrize(
    ("inner", "sound"),
    [
        ("Khám <b>nội</b><br/><img src='#a' alt=\"x\"/>", True),
        ("a &lt; b &amp; c &#160; &#xA0;", True),
        ("<table><tr><td style='color: red'>1</td></tr></table><!-- note -->", True),
        ("<script>x</script>", False),
        ("<SCRIPT src='x'/>", False),
        ("<iframe src='x'></iframe>", False),
        ("<form><input/></form>", False),
        ("<p onclick='x'>y</p>", False),
        ("<p ONCLICK='x'>y</p>", False),
        ("<p\nonclick='x'>y</p>", False),
        ("a < b", False),
        ("a & b", False),
        ("<![CDATA[<script>]]>", False),
        ("<?php x?>", False),
        ("<p a='<'>x</p>", False),
        ("</div><script>x</script><div>", False),
    ],
)
def test_narrative_shows_and_does_nothing_else(inner: str, sound: bool) -> None:  # noqa: FBT001
    assert _accepts(XHTML, DIV.format(inner)) is sound


def test_the_schema_has_all_types_and_a_version() -> None:
    assert len(RESOURCES) == 42
    assert set(RESOURCES) <= set(definitions())
    assert len(SCHEMA_VERSION) == 16
    assert int(SCHEMA_VERSION, 16)


def test_the_table_tells_facts_of_r4() -> None:
    encounter = {element.name: element for element in table().elements["Encounter"]}
    assert encounter["status"].required
    assert encounter["status"].codes == "encounter-status"
    assert encounter["subject"].targets == ("Group", "Patient")
    assert encounter["participant"].many
    assert encounter["participant"].types == ("Encounter.participant",)
