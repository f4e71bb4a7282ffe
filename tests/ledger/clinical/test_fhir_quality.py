"""Level 3: codes, profiles, vital signs and odd times are told of and never block."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.code_forms import FORMS, ICD10, LOINC, MISNAMED, SNOMED_CT, UCUM
from ledger.clinical.code_lists import CodeList, CodeLists, read_code_list
from ledger.clinical.fhir_quality import NO_LISTS, assess
from ledger.clinical.fhir_validation import every_finding, validate_resource
from ledger.clinical.findings import Finding, Level, Severity, errors, operation_outcome
from ledger.errors import InvalidInputError
from tests_support.fhir_samples import concept, resource_of, visit, written

AT = datetime(2024, 6, 1, tzinfo=UTC)
BLOOD_PRESSURE = "http://hl7.org/fhir/StructureDefinition/bp"
CATEGORY = "http://terminology.hl7.org/CodeSystem/observation-category"


def told(value: dict[str, Any], lists: CodeLists = NO_LISTS) -> set[tuple[str, str]]:
    found = list(assess(value, at=AT, lists=lists))
    assert {each.level for each in found} <= {Level.QUALITY}
    assert errors(found) == ()
    return {(each.place, each.rule) for each in found if each.severity is Severity.WARNING}


def observation(code: str, value: float, unit: str, **further: Any) -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": "final",
        "code": concept(LOINC, code, "x"),
        "effectiveDateTime": "2024-01-01",
        "valueQuantity": {"value": value, "system": UCUM, "code": unit},
        **further,
    }


def test_of_the_sound_visit_nothing_is_odd() -> None:
    assert told(visit()) == set()


@pytest.mark.parametrize(
    ("system", "code", "right"),
    [
        (LOINC, "8480-6", True),
        (LOINC, "8480-7", False),
        (LOINC, "24323-8", True),
        (LOINC, "LP7001-8", True),
        (LOINC, "glucose", False),
        (SNOMED_CT, "22298006", True),
        (SNOMED_CT, "22298007", False),
        (SNOMED_CT, "276885007x", False),
        (SNOMED_CT, "900000000000207008", True),
        (SNOMED_CT, "83152002 |Oophorectomy (x)| : 405815000 = 122456005", True),
        (SNOMED_CT, "012345", False),
        (UCUM, "mm[Hg]", True),
        (UCUM, "10*9/L", True),
        (UCUM, "mm[Hg", False),
        (UCUM, "viên nén", False),
        (ICD10, "E11.9", True),
        (ICD10, "I10", True),
        (ICD10, "M49.0*", True),
        (ICD10, "Tăng huyết áp", False),
        ("http://hl7.org/fhir/sid/cvx", "207", True),
        ("http://hl7.org/fhir/sid/cvx", "COVID", False),
    ],
)
def test_a_code_of_a_wrong_form_is_told_of(system: str, code: str, right: bool) -> None:  # noqa: FBT001
    bundle = visit()
    resource_of(bundle, "Organization")["type"] = [concept(system, code, "x")]
    place = "Bundle.entry[4].resource.type[0].coding[0].code"
    assert told(bundle) == (set() if right else {(place, "code_form")})


@given(st.from_regex(r"[1-9][0-9]{5,16}", fullmatch=True))
def test_one_check_digit_makes_an_identifier_of_snomed(number: str) -> None:
    right, _ = FORMS[SNOMED_CT]
    assert sum(right(f"{number}{digit}") for digit in range(10)) == 1


@given(st.from_regex(r"[1-9][0-9]{0,5}", fullmatch=True))
def test_one_check_digit_makes_a_code_of_loinc(number: str) -> None:
    right, _ = FORMS[LOINC]
    assert sum(right(f"{number}-{digit}") for digit in range(10)) == 1


def test_a_system_under_another_name_is_told_of_and_its_codes_are_judged() -> None:
    bundle = visit()
    resource_of(bundle, "Organization")["type"] = [concept("LOINC", "8480-7", "x")]
    place = "Bundle.entry[4].resource.type[0].coding[0]"
    assert told(bundle) == {(f"{place}.system", "system_name"), (f"{place}.code", "code_form")}
    assert set(MISNAMED.values()) <= set(FORMS)


OLD = CodeList(ICD10, date(2000, 1, 1), date(2024, 5, 31), {"I10": "Tăng huyết áp vô căn"})
NEW = CodeList(ICD10, date(2024, 6, 1), None, {"I10.0": "Tăng huyết áp"})


def test_a_code_is_judged_by_the_list_of_the_day_of_care() -> None:
    assert told(visit(), CodeLists.of([OLD, NEW])) == set()
    place = "Bundle.entry[3].resource.code.coding[0].code"
    later = visit()
    resource_of(later, "Encounter")["period"] = {"start": "2024-06-01T08:00:00+07:00"}
    assert told(later, CodeLists.of([NEW, OLD])) == {(place, "code_unknown")}
    del resource_of(later, "Encounter")["period"]
    assert (place, "code_unknown") in told(later, CodeLists.of([NEW, OLD]))


def test_a_display_of_another_wording_is_told_of_but_not_one_of_other_case() -> None:
    bundle = visit()
    coding = resource_of(bundle, "Condition")["code"]["coding"][0]
    coding["display"] = "TĂNG  huyết áp vô căn"
    assert told(bundle, CodeLists.of([OLD])) == set()
    coding["display"] = "Đái tháo đường"
    place = "Bundle.entry[3].resource.code.coding[0].display"
    assert told(bundle, CodeLists.of([OLD])) == {(place, "display_mismatch")}


def test_a_list_is_read_from_lines() -> None:
    text = "# ICD-10\n\nI10\tTăng huyết áp\nE11\n"
    read = read_code_list(text, system=ICD10, valid_from=date(2024, 1, 1))
    assert read.codes == {"I10": "Tăng huyết áp", "E11": ""}
    assert read.is_in_force(date(2024, 1, 1))
    assert not read.is_in_force(date(2023, 12, 31))
    for text, place, rule in (
        ("I10\ta\tb", "line 1", "code_list_line"),
        ("I10\nE11\nI10\tx", "line 3", "code_list_twice"),
    ):
        with pytest.raises(InvalidInputError) as refused:
            read_code_list(text, system=ICD10, valid_from=date(2024, 1, 1))
        assert (refused.value.place, refused.value.rule) == (place, rule)


def test_a_code_that_r4_itself_does_not_define_is_told_of() -> None:
    value = {
        "resourceType": "Flag",
        "status": "active",
        "code": concept("http://hl7.org/fhir/administrative-gender", "M", "x"),
        "subject": {"display": "x"},
    }
    assert told(value) == {("Flag.code.coding[0].code", "code_unknown")}


VITAL: list[tuple[dict[str, Any], set[tuple[str, str]]]] = [
    (observation("8310-5", 37.5, "Cel"), set()),
    (observation("8310-5", 98.6, "Cel"), {("Observation.valueQuantity.value", "implausible")}),
    (observation("8310-5", 98.6, "[degF]"), set()),
    (observation("8310-5", 37.5, "C"), {("Observation.valueQuantity.code", "vital_unit")}),
    (observation("8480-6", 1400, "mm[Hg]"), {("Observation.valueQuantity.value", "implausible")}),
    (
        observation("2339-0", 5, "mmol/L", meta={"profile": [BLOOD_PRESSURE]}),
        {("Observation.code", "vital_profile")},
    ),
    (
        {
            "resourceType": "Observation",
            "status": "final",
            "category": [concept(CATEGORY, "vital-signs", "x")],
            "code": {"text": "mạch"},
            "component": [{"code": {"text": "x"}}],
        },
        {
            ("Observation.code", "vital_code"),
            ("Observation.effective", "vital_time"),
            ("Observation.component[0]", "vs-3"),
        },
    ),
    (
        {
            "resourceType": "Observation",
            "status": "final",
            "category": [concept(CATEGORY, "vital-signs", "x")],
            "code": concept(LOINC, "8867-4", "x"),
            "effectiveDateTime": "2024",
        },
        {("Observation", "vs-2")},
    ),
]


@pytest.mark.parametrize(("value", "expected"), VITAL, ids=range(len(VITAL)))
def test_vital_signs(value: dict[str, Any], expected: set[tuple[str, str]]) -> None:
    assert told(value) == expected


def test_care_before_birth_after_death_and_at_an_impossible_age_is_told_of() -> None:
    bundle = visit()
    patient = resource_of(bundle, "Patient")
    patient["birthDate"] = "2024-05-11"
    assert "before_birth" in {rule for _, rule in told(bundle)}
    patient["birthDate"], patient["deceasedDateTime"] = "1950", "2024-05-09"
    assert {rule for _, rule in told(bundle)} == {"after_death"}
    del patient["deceasedDateTime"]
    patient["birthDate"] = "1850"
    assert told(bundle) == {("Bundle.entry[0].resource.birthDate", "age")}


def test_a_condition_recorded_before_it_began_is_told_of() -> None:
    bundle = visit()
    resource_of(bundle, "Condition")["recordedDate"] = "2024-04-30"
    assert told(bundle) == {("Bundle.entry[3].resource.recordedDate", "recorded_before_onset")}


def test_a_patient_summary_without_its_sections_is_told_of() -> None:
    composition = {
        "resourceType": "Composition",
        "type": concept(LOINC, "60591-5", "Patient summary"),
        "section": [{"title": "x", "code": concept(LOINC, "11450-4", "x"), "text": {}}],
    }
    assert {rule for _, rule in told(composition)} == {"ips_section"}
    assert sum(each.rule == "ips_section" for each in assess(composition, at=AT)) == 2


def test_what_a_profile_needs_is_information() -> None:
    found = list(assess({"resourceType": "Patient", "name": [{"text": "x"}]}, at=AT))
    assert {each.severity for each in found} == {Severity.INFORMATION}
    assert {each.place for each in found} == {
        "Patient.identifier",
        "Patient.gender",
        "Patient.birthDate",
    }


def test_findings_become_an_operation_outcome() -> None:
    found = [
        Finding(Level.SCHEMA, Severity.ERROR, "Patient.gender", "code_required", "a code"),
        Finding(Level.RULES, Severity.WARNING, "Patient", "dom-3", "x"),
    ]
    outcome = operation_outcome(found)
    assert [(i["severity"], i["code"], i["expression"]) for i in outcome["issue"]] == [
        ("error", "code-invalid", ["Patient.gender"]),
        ("warning", "business-rule", ["Patient"]),
    ]
    assert outcome["issue"][0]["details"]["coding"] == [{"code": "code_required"}]


def test_outcomes_have_the_form_of_r4() -> None:
    finding = Finding(Level.BYTES, Severity.ERROR, "line 1, column 1", "json", "JSON")
    for outcome in (operation_outcome([]), operation_outcome([finding])):
        assert validate_resource(outcome, at=AT) == ()


def test_all_levels_are_told_together() -> None:
    value = observation("8310-5", 98.6, "Cel", note=[{"text": "<resource>"}])
    found = every_finding(written(value), at=AT)
    assert [(each.level, each.rule) for each in found] == [
        (Level.RULES, "html_in_text"),
        (Level.QUALITY, "implausible"),
    ]
    assert [each.rule for each in every_finding(b"{", at=AT)] == ["json"]
