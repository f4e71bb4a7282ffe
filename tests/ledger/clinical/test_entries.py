"""What received documents say: nothing lost, numbers and times as written, signs of sensitivity."""

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Literal
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.categories import Category
from ledger.clinical.entries import entries_in, entries_of, read_document
from ledger.clinical.entry import Absence, Entry, Kind, Status, from_digest, to_digest
from ledger.clinical.moments import span
from ledger.clinical.sensitive import Signs, categories_of
from ledger.clinical.sensitive_lists import CodeList

SNOMED = "http://snomed.info/sct"


def one(**resource: Any) -> Entry:
    (entry,) = entries_of(read_document(json.dumps(resource).encode()))
    return entry


def coded(system: str, code: str) -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code}]}


def files(shared_data: Path) -> Iterator[tuple[str, Any]]:
    health = shared_data / "health"
    for name in ("synthea_r4", "ips_2.0.0", "r4_examples_4.0.1"):
        for path in sorted((health / name).glob("*.json")):
            yield path.name, read_document(path.read_bytes())
    for path in sorted((health / "bulk_ndjson_10p").glob("*.ndjson")):
        for line in path.read_bytes().splitlines():
            yield path.name, read_document(line)


def resources(document: Any) -> list[Any]:
    if document["resourceType"] != "Bundle":
        return [document]
    return [one["resource"] for one in document.get("entry", ()) if "resource" in one]


def test_every_resource_of_every_known_file_is_one_entry(shared_data: Path) -> None:
    seen = 0
    for name, document in files(shared_data):
        entries = entries_of(document)
        sent = resources(document)
        assert [e.type for e in entries] == [r["resourceType"] for r in sent], name
        assert [e.id for e in entries if e.id] == [e.id for e in entries], name
        assert from_digest(to_digest(entries)) == entries, name
        seen += len(entries)
    assert seen > 1_000


def test_a_number_stays_as_it_was_written() -> None:
    for written in ("12.50", "0.10", "1.0E2", "7", "0.0000001", "-0.0"):
        text = (
            '{"resourceType":"Observation","status":"final","code":{"text":"x"},'
            f'"valueQuantity":{{"value":{written},"unit":"mmol/L"}}}}'
        )
        (entry,) = entries_of(read_document(text.encode()))
        assert (entry.value, entry.unit) == (written, "mmol/L")


def test_a_time_keeps_its_precision() -> None:
    problem = one(resourceType="Condition", code={"text": "x"}, onsetDateTime="1985")
    assert problem.start == "1985"
    year, first, after = span("1985"), span("1985-01-01"), span("1986-01-01")
    assert year is not None
    assert first is not None
    assert after is not None
    assert year == (first[0], after[0])


@pytest.mark.parametrize(
    "sent", ["", "30/02/2020", "2020-02-30", "2020-13", "0000", "2020-01-01T99:00:00Z", "\uff19999"]
)
def test_what_is_no_time_sorts_as_undated(sent: str) -> None:
    assert span(sent) is None
    assert one(resourceType="Condition", onsetDateTime=sent).at is None


@given(st.dates(), st.sampled_from(["%Y-%m-%d", "%Y-%m"]))
def test_a_shorter_time_spans_every_longer_one(day: Any, form: str) -> None:
    longer, shorter = (
        span(f"{day:%Y-%m-%d}".zfill(10)),
        span(day.isoformat()[: 10 if "d" in form else 7]),
    )
    assert longer is not None
    assert shorter is not None
    assert shorter[0] <= longer[0] < longer[1] <= shorter[1]


def test_a_leap_second_is_a_time() -> None:
    assert span("2016-12-31T23:59:60Z") == span("2016-12-31T23:59:59Z")


@pytest.mark.parametrize(
    ("clinical", "verification", "status"),
    [
        ("active", "confirmed", Status.ACTIVE),
        ("remission", None, Status.RESOLVED),
        ("active", "refuted", Status.REFUTED),
        (None, "entered-in-error", Status.ENTERED_IN_ERROR),
        (None, None, Status.UNKNOWN),
        ("something-new", None, Status.UNKNOWN),
    ],
)
def test_what_was_refuted_is_not_active(
    clinical: str | None, verification: str | None, status: Status
) -> None:
    problem = one(
        resourceType="Condition",
        clinicalStatus={"coding": [{"code": clinical}]} if clinical else {},
        verificationStatus={"coding": [{"code": verification}]} if verification else {},
        code={"text": "Tăng huyết áp"},
    )
    assert problem.status is status
    assert problem.text == "Tăng huyết áp"


def test_a_problem_with_an_end_and_no_status_is_over() -> None:
    assert one(resourceType="Condition", abatementString="thuở nhỏ").status is Status.RESOLVED


@pytest.mark.parametrize(
    ("code", "absence"),
    [
        ("716186003", Absence.NONE_KNOWN),
        ("409137002", Absence.SOME_NONE_KNOWN),
        ("91936005", Absence.NOTHING),
    ],
)
def test_no_known_allergy_is_not_an_allergy(code: str, absence: Absence) -> None:
    allergy = one(
        resourceType="AllergyIntolerance", code={"coding": [{"system": SNOMED, "code": code}]}
    )
    assert allergy.kind is Kind.ALLERGY
    assert allergy.absence is absence


def test_a_medicine_is_named_wherever_it_is_coded() -> None:
    statement: dict[str, Any] = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationReference": {"reference": "urn:uuid:m"},
        "dosage": [{"text": "1 viên, sáng và tối"}],
    }
    medicine = {"resourceType": "Medication", "id": "m", "code": {"text": "Amlodipin 5 mg"}}
    bundle = {
        "resourceType": "Bundle",
        "entry": [{"resource": statement}, {"fullUrl": "urn:uuid:m", "resource": medicine}],
    }
    first, _ = entries_of(read_document(json.dumps(bundle).encode()))
    assert first.text == "Amlodipin 5 mg"
    assert dict(first.details)["dosage"] == "1 viên, sáng và tối"
    contained = {**statement, "contained": [medicine], "medicationReference": {"reference": "#m"}}
    assert one(**contained).text == "Amlodipin 5 mg"


def test_a_blood_pressure_keeps_its_parts() -> None:
    entry = one(
        resourceType="Observation",
        code={"coding": [{"system": "http://loinc.org", "code": "85354-9"}]},
        component=[
            {"code": {"text": "Tâm thu"}, "valueQuantity": {"value": 120, "unit": "mmHg"}},
            {"code": {"text": "Tâm trương"}, "valueQuantity": {"value": 80, "unit": "mmHg"}},
        ],
    )
    assert entry.kind is Kind.VITAL
    assert [(part.text, part.value) for part in entry.parts] == [
        ("Tâm thu", "120"),
        ("Tâm trương", "80"),
    ]


@pytest.mark.parametrize(
    ("resource", "category"),
    [
        ({"code": coded("http://hl7.org/fhir/sid/icd-10", "B20.1")}, Category.HIV),
        ({"code": coded("urn:vn:icd-10", "B20")}, Category.HIV),
        ({"code": {"text": "Nhiễm HIV giai đoạn 1"}}, Category.HIV),
        ({"reasonCode": [{"text": "Trầm cảm".encode().decode()}]}, Category.MENTAL),
        ({"meta": {"security": [{"code": "R"}]}}, Category.RESTRICTED),
        ({"meta": {"security": [{"code": "GDIS"}]}}, Category.GENETIC),
        ({"result": [{"display": "HIV 1 Ab"}]}, Category.HIV),
        ({"component": [{"code": coded("http://loinc.org", "75622-1")}]}, Category.HIV),
    ],
)  # fmt: skip
def test_a_sensitive_entry_is_known_as_one(resource: dict[str, Any], category: Category) -> None:
    assert category in categories_of({"resourceType": "Condition", **resource})


@pytest.mark.parametrize(
    "text", ["Hearing aids", "ST depression", "Tăng huyết áp", "Respiratory depression", "archive"]
)
def test_an_ordinary_entry_is_none(text: str) -> None:
    assert categories_of({"resourceType": "Condition", "code": {"text": text}}) == frozenset()


def test_words_are_known_in_either_unicode_form() -> None:
    decomposed = "Trầm cảm"
    assert categories_of({"code": {"text": decomposed}}) == {Category.MENTAL}


def test_the_narrative_is_never_read() -> None:
    entry = one(
        resourceType="Condition",
        text={"status": "generated", "div": "<div><script>alert(1)</script>HIV</div>"},
        code={"text": "Cảm cúm"},
    )
    assert "script" not in repr(entry)
    assert entry.categories == ()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from([
            "code", "coding", "status", "category", "component", "subject", "onsetDateTime",
            "valueQuantity", "value", "unit", "reference", "period", "start", "text", "reaction",
            "dosage", "entry", "resource", "resourceType", "meta", "security", "hospitalization",
            "dispenseRequest", "medicationReference", "class", "type", "protocolApplied", "note",
        ]),
        inner,
        max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    st.sampled_from([
        "Condition", "AllergyIntolerance", "MedicationRequest", "Immunization", "Observation",
        "Procedure", "DiagnosticReport", "DocumentReference", "Encounter", "Appointment",
        "ServiceRequest", "CarePlan", "Goal", "Device", "Flag", "Patient", "Bundle", "Nonsense",
    ]),
    st.dictionaries(st.sampled_from([
        "code", "status", "category", "component", "onsetDateTime", "valueQuantity", "reaction",
        "dosage", "entry", "meta", "hospitalization", "dispenseRequest", "medicationReference",
        "class", "type", "protocolApplied", "note", "period", "result", "identifier", "activity",
        "medicationCodeableConcept", "vaccineCode", "content", "context", "deviceName",
    ]), JSON, max_size=5),
)  # fmt: skip
def test_no_document_however_strange_makes_reading_fail(kind: str, fields: dict[str, Any]) -> None:
    document = {"resourceType": kind, **fields}
    entries = entries_of(document)
    assert from_digest(to_digest(entries)) == entries


SENSITIVE = st.sampled_from([
    "B20", "B20.1", "F32.1", "Z21", "86406008", "75622-1", "J05AR03", "I10", "8302-2", "1191",
])  # fmt: skip
SYSTEMS = st.sampled_from([
    "http://hl7.org/fhir/sid/icd-10", "http://snomed.info/sct", "http://loinc.org",
    "http://www.whocc.no/atc", "urn:other",
])  # fmt: skip
SAYINGS = st.sampled_from(["Hen", "Nhiễm HIV", "Trầm cảm", "tâm thần phân liệt", "bipolar", "aids"])
CONCEPTS = st.fixed_dictionaries(
    {},
    optional={
        "coding": st.lists(
            st.fixed_dictionaries({"system": SYSTEMS, "code": SENSITIVE, "display": SAYINGS}),
            max_size=2,
        ),
        "text": SAYINGS,
    },
)
SENT = st.fixed_dictionaries(
    {"resourceType": st.just("Condition")},
    optional={
        "code": CONCEPTS,
        "reasonCode": st.lists(CONCEPTS, max_size=2),
        "component": st.lists(st.fixed_dictionaries({"code": CONCEPTS}), max_size=2),
        "description": SAYINGS,
        "meta": st.just({"security": [{"code": "R"}]}),
    },
)


@given(st.lists(SENT, max_size=4), st.booleans(), st.sampled_from(["NFC", "NFD"]))
def test_each_resource_of_a_document_is_judged_as_if_it_were_alone(
    sent: list[dict[str, Any]], escaped: Any, form: Literal["NFC", "NFD"]
) -> None:
    document = {"resourceType": "Bundle", "entry": [{"resource": one} for one in sent]}
    data = normalize(form, json.dumps(document, ensure_ascii=escaped)).encode()
    alone = [sorted(categories_of(one)) for one in sent]
    assert [list(entry.categories) for entry in entries_in(data)] == alone


def test_a_list_counts_on_the_days_that_it_is_in_force() -> None:
    new = CodeList(Category.HIV, frozenset({"X1"}), prefix=False, since=date(2026, 3, 1))
    old = CodeList(Category.GENETIC, frozenset({"X1"}), prefix=False, until=date(2026, 3, 1))
    signs = Signs(frozenset({Category.RESTRICTED}), (old, new))
    assert signs.categories(date(2026, 2, 28)) == {Category.RESTRICTED, Category.GENETIC}
    assert signs.categories(date(2026, 3, 1)) == {Category.RESTRICTED, Category.HIV}
    assert signs.categories() == {Category.RESTRICTED, Category.GENETIC, Category.HIV}


@pytest.mark.parametrize(
    ("sent", "details"),
    [
        ({"reasonCode": [{"text": "ho"}], "reasonReference": [{"display": "sốt"}]}, "ho"),
        ({"reasonCode": [{}], "reasonReference": [{"display": "sốt"}]}, "sốt"),
        ({"reasonReference": [{"display": "sốt"}]}, "sốt"),
    ],
)
def test_of_two_ways_to_say_a_thing_the_first_that_says_it_counts(
    sent: dict[str, Any], details: str
) -> None:
    order = one(resourceType="ServiceRequest", **sent)
    assert order.details == (("reason", details),)
