"""Level 2 for one resource and any Bundle: values that must fit one another."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.fhir_dates import is_after, is_before
from ledger.clinical.fhir_validation import (
    Refused,
    validate_document,
    validate_resource,
    validate_visit,
)
from ledger.clinical.findings import Level
from tests_support.fhir_samples import address

AT = datetime(2024, 6, 1, tzinfo=UTC)


def rules_of(value: dict[str, Any]) -> dict[str, str]:
    """Rule by place of everything found in one resource, with its severity's first letter."""
    found = validate_resource(value, at=AT)
    return {each.place: f"{each.severity.value[0]} {each.rule}" for each in found}


def observation(**further: Any) -> dict[str, Any]:
    return {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, **further}


DIV = '<div xmlns="http://www.w3.org/1999/xhtml"{}>{}</div>'
RESOURCES: list[tuple[dict[str, Any], dict[str, str]]] = [
    (
        observation(valueRange={"low": {"value": 2}, "high": {"value": 1}}),
        {"Observation.valueRange.high": "e rng-2"},
    ),
    (observation(valueRange={"low": {"value": 2, "unit": "g"}, "high": {"value": 1}}), {}),
    (
        observation(
            code={"coding": [{"system": "http://x", "code": "1"}]},
            valueString="a",
            component=[{"code": {"coding": [{"system": "http://x", "code": "1"}]}}],
        ),
        {"Observation.component[0].code": "e obs-7"},
    ),
    (
        observation(performer=[{"reference": "Encounter/1"}]),
        {"Observation.performer[0].reference": "w reference_target"},
    ),
    (
        observation(focus=[{"reference": "Device/1", "type": "Patient"}]),
        {"Observation.focus[0].type": "w reference_type"},
    ),
    (
        observation(contained=[{"resourceType": "Organization", "id": "o", "name": "x"}]),
        {"Observation.contained[0]": "w dom-3"},
    ),
    (
        observation(
            contained=[{"resourceType": "Organization", "name": "x"}],
            performer=[{"reference": "#o"}],
        ),
        {
            "Observation.contained": "e contained_id",
            "Observation.performer[0].reference": "e ref-1",
            "Observation.contained[0]": "w dom-3",
        },
    ),
    (
        observation(
            contained=[
                {
                    "resourceType": "Provenance",
                    "id": "o",
                    "target": [{"reference": "#"}],
                    "recorded": "2024-01-01T00:00:00Z",
                    "agent": [{"who": {"display": "x"}}],
                }
            ]
        ),
        {},
    ),
    (
        observation(code={"text": "x", "id": "1"}, focus=[{"display": "x", "id": "1"}]),
        {"Observation.focus[0].id": "e duplicate_element_id"},
    ),
    (
        observation(identifier=[{"system": "urn:ietf:rfc:3986", "value": "123"}]),
        {"Observation.identifier[0].value": "w identifier_uri"},
    ),
    (
        observation(extension=[{"url": "somewhere", "valueString": "x"}]),
        {"Observation.extension[0].url": "e extension_url"},
    ),
    (observation(note=[{"text": "<resource>"}]), {"Observation.note[0].text": "w html_in_text"}),
    (observation(code={"text": "<script>"}), {"Observation.code.text": "w html_active"}),
    (
        {
            "resourceType": "Observation",
            "status": "registered",
            "code": {"text": "x"},
            "effectiveDateTime": "2999",
        },
        {},
    ),
    (observation(effectiveDateTime="2999"), {"Observation.effectiveDateTime": "e future"}),
    (
        observation(meta={"lastUpdated": "2999-01-01T00:00:00Z"}),
        {"Observation.meta.lastUpdated": "e future"},
    ),
    (
        observation(text={"status": "generated", "div": DIV.format("", " ")}),
        {"Observation.text.div": "e txt-2"},
    ),
    (
        observation(text={"status": "generated", "div": "<div>x</div>"}),
        {"Observation.text.div": "e narrative_namespace"},
    ),
    (
        observation(
            text={
                "status": "generated",
                "div": DIV.format("", '<a href=" JavaScript:x">y</a>'),
            }
        ),
        {"Observation.text.div": "e narrative_link"},
    ),
    (
        observation(
            text={
                "status": "generated",
                "div": DIV.format(' style="background:url(x)"', "y"),
            }
        ),
        {"Observation.text.div": "e narrative_style"},
    ),
]


@pytest.mark.parametrize(("value", "found"), RESOURCES, ids=range(len(RESOURCES)))
def test_one_resource_by_itself(value: dict[str, Any], found: dict[str, str]) -> None:
    assert rules_of(value) == found


def test_a_search_result_needs_an_id_and_a_document_what_it_speaks_of() -> None:
    search = {
        "resourceType": "Bundle",
        "type": "searchset",
        "entry": [{"fullUrl": "http://h.vn/Patient/1", "resource": {"resourceType": "Patient"}}],
    }
    assert rules_of(search) == {"Bundle.entry[0].resource.id": "e search_id"}
    composition = {
        "resourceType": "Composition",
        "status": "final",
        "type": {"text": "x"},
        "date": "2024-01-01",
        "title": "x",
        "author": [{"display": "x"}],
        "subject": {"reference": "Patient/1"},
    }
    document = {
        "resourceType": "Bundle",
        "type": "document",
        "identifier": {"system": "urn:ietf:rfc:3986", "value": "urn:uuid:x"},
        "timestamp": "2024-01-01T00:00:00Z",
        "entry": [{"fullUrl": address(1), "resource": composition}],
    }
    place = "Bundle.entry[0].resource.subject.reference"
    assert rules_of(document) == {place: "e document_reference"}


def test_bytes_that_are_no_json_are_refused_by_both_fronts() -> None:
    for judged in (validate_visit(b"{", at=AT), validate_document(b"{", at=AT)):
        assert isinstance(judged, Refused)
        assert [found.level for found in judged.findings] == [Level.BYTES]


MOMENTS = st.datetimes(datetime(1900, 1, 1), datetime(2100, 1, 1)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=0)
)
ZONES = st.integers(-11, 14).map(lambda hours: f"{'-' if hours < 0 else '+'}{abs(hours):02d}:00")


@given(MOMENTS, ZONES, MOMENTS, ZONES)
def test_moments_are_compared_as_moments(
    one: datetime, zone: str, other: datetime, other_zone: str
) -> None:
    first, second = f"{one.isoformat()}{zone}", f"{other.isoformat()}{other_zone}"
    expected = datetime.fromisoformat(first) < datetime.fromisoformat(second)
    assert is_before(first, second) == expected


@given(MOMENTS, MOMENTS, st.sampled_from([4, 7, 10]), st.sampled_from([4, 7, 10]))
def test_days_are_compared_as_far_as_both_are_precise(
    one: datetime, other: datetime, length: int, other_length: int
) -> None:
    first, second = one.isoformat()[:length], other.isoformat()[:other_length]
    assert not (is_before(first, second) and is_before(second, first))
    if is_before(first, second):
        assert one < other
    if length == other_length:
        assert is_before(first, second) == (first < second)


@given(MOMENTS, ZONES, st.sampled_from([4, 7, 10, None]))
def test_what_has_happened_is_not_in_the_future(
    moment: datetime, zone: str, length: int | None
) -> None:
    text = f"{moment.isoformat()}{zone}"
    at = datetime.fromisoformat(text)
    written_text = text if length is None else text[:length]
    assert not is_after(written_text, at)
    assert is_after(written_text, at - timedelta(days=400))
