"""Patient summaries: the rules of IPS hold for published ones and for ours, whatever is known."""

import json
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.categories import Section as Shared
from ledger.clinical.book import Book, Event, Known, fold
from ledger.clinical.entries import entries_of, read_document
from ledger.clinical.entry import Absence, Coding, Entry, Kind, Part, Status
from ledger.clinical.fhir_validation import Accepted, validate_document
from ledger.clinical.ips import EVERY, PARTS, Issued, Patient, summary, to_json
from tests_support.ips_rules import broken

SUBJECT = UUID(int=5)
AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
PATIENT = Patient(SUBJECT, "NGUYỄN VĂN MẪU", "1985", 1)
ISSUED = Issued(AT, "Cơ quan mẫu")


def book(*entries: Entry) -> Book:
    source = Known(UUID(int=1), 1, Event.RECORDED, SUBJECT, "79A02", 1, 1_700_000_000, 1, entries)
    return fold([source])


def entry(kind: Kind, text: str, number: str = "1", **more: Any) -> Entry:
    given: dict[str, Any] = {"type": "X", "place": 0, "status": Status.ACTIVE, **more}
    return Entry(kind=kind, id=number, text=text, **given)


def made(*entries: Entry, sections: frozenset[Shared] = EVERY) -> dict[str, Any]:
    return checked(book(*entries), sections)


def checked(given_book: Book, sections: frozenset[Shared] = EVERY) -> dict[str, Any]:
    data = to_json(summary(given_book, patient=PATIENT, issued=ISSUED, sections=sections))
    found = validate_document(data, at=AT)
    assert isinstance(found, Accepted), found
    bundle: dict[str, Any] = json.loads(data)
    assert broken(bundle) == []
    return bundle


def resources(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == kind]


def sections_of(bundle: dict[str, Any]) -> dict[str, dict[str, Any]]:
    (composition,) = resources(bundle, "Composition")
    return {one["code"]["coding"][0]["code"]: one for one in composition["section"]}


def codes(bundle: dict[str, Any]) -> list[str]:
    return [code for code in json.dumps(bundle).split('"') if code.startswith("no-")]


def test_the_published_examples_keep_the_rules(shared_data: Path) -> None:
    for name in ("Bundle-IPS-examples-Bundle-01.json", "Bundle-bundle-minimal.json"):
        assert broken(json.loads((shared_data / "health" / "ips_2.0.0" / name).read_bytes())) == []


def test_a_broken_summary_is_found(shared_data: Path) -> None:
    path = shared_data / "health" / "ips_2.0.0" / "Bundle-bundle-minimal.json"
    bundle = json.loads(path.read_bytes())
    bundle["entry"][0]["resource"]["section"].pop()
    bundle["entry"].pop(1)
    assert len(broken(bundle)) >= 3


def test_every_known_life_has_a_summary(shared_data: Path) -> None:
    for path in sorted((shared_data / "health" / "synthea_r4").glob("*.json")):
        bundle = checked(book(*entries_of(read_document(path.read_bytes()))))
        assert resources(bundle, "Condition"), path.name
        assert resources(bundle, "Immunization"), path.name


def test_a_summary_that_came_from_abroad_is_told_again(shared_data: Path) -> None:
    path = shared_data / "health" / "ips_2.0.0" / "Bundle-IPS-examples-Bundle-01.json"
    bundle = checked(book(*entries_of(read_document(path.read_bytes()))))
    assert {
        one["code"]["coding"][0]["code"] for one in resources(bundle, "AllergyIntolerance")
    } == {"764146007"}
    shown = [m["medicationCodeableConcept"] for m in resources(bundle, "MedicationStatement")]
    assert any("Cimicifuga" in json.dumps(one) for one in shown)
    assert any("anastrozole" in json.dumps(one) for one in shown)


def test_an_empty_book_says_that_nothing_is_known() -> None:
    bundle = made()
    assert {"no-allergy-info", "no-medication-info", "no-problem-info"} <= set(codes(bundle))


def test_none_known_is_said_only_where_somebody_asked() -> None:
    none = entry(Kind.ALLERGY, "Không dị ứng", absence=Absence.NONE_KNOWN)
    some = entry(Kind.ALLERGY, "Không dị ứng thuốc", absence=Absence.SOME_NONE_KNOWN)
    assert "no-known-allergies" in codes(made(none))
    assert "no-allergy-info" in codes(made(some))


def test_a_section_that_is_not_shared_tells_nothing() -> None:
    shrimp = entry(Kind.ALLERGY, "Tôm")
    asthma = entry(Kind.PROBLEM, "Hen")
    bundle = made(shrimp, asthma, sections=frozenset({Shared.PROBLEMS}))
    told = json.dumps(bundle, ensure_ascii=False)
    assert "Hen" in told
    assert "Tôm" not in told
    assert "no-allergy-info" not in told
    none = entry(Kind.ALLERGY, "Không", absence=Absence.NONE_KNOWN)
    assert "no-known-allergies" not in codes(made(none, sections=frozenset({Shared.PROBLEMS})))


def test_a_required_section_that_is_not_shared_says_so_and_not_that_nothing_is_known() -> None:
    told = sections_of(made(entry(Kind.PROBLEM, "Hen"), sections=frozenset({Shared.PROBLEMS})))
    for code in ("48765-2", "10160-0"):
        assert "Không được chia sẻ · Not shared" in told[code]["text"]["div"]
        assert told[code]["emptyReason"]["coding"] == [
            {
                "system": "http://terminology.hl7.org/CodeSystem/list-empty-reason",
                "code": "withheld",
                "display": "Information Withheld",
            }
        ]
        assert "entry" not in told[code]
    assert "emptyReason" not in told["11450-4"]


def test_a_section_that_is_shared_and_empty_says_that_there_is_no_information() -> None:
    told = sections_of(made(sections=frozenset({Shared.ALLERGIES})))
    assert "Không có thông tin · No information" in told["48765-2"]["text"]["div"]
    assert "emptyReason" not in told["48765-2"]


def test_visits_are_in_a_summary_that_is_asked_for_them_and_in_no_other() -> None:
    visit = entry(
        Kind.VISIT, "Khám ngoại trú", type="Encounter", start="2026-11-02T08:00:00+07:00",
        end="2026-11-02T09:00:00+07:00", group="AMB", sent_status="finished",
        details=(("reason", "Ho kéo dài"),),
    )  # fmt: skip
    bundle = made(visit, sections=frozenset({Shared.VISITS}))
    narrative = sections_of(bundle)["46240-8"]["text"]["div"]
    assert "Khám ngoại trú" in narrative
    assert "Ho kéo dài" in narrative
    (told,) = resources(bundle, "Encounter")
    assert (told["status"], told["class"]["code"]) == ("finished", "AMB")
    assert told["period"] == {"start": visit.start, "end": visit.end}
    assert told["reasonCode"] == [{"text": "Ho kéo dài"}]
    assert told["serviceProvider"] == {"type": "Organization", "display": "79A02"}
    assert resources(made(visit), "Encounter") == []


def test_a_visit_of_no_known_class_or_time_is_in_a_summary_too() -> None:
    visit = entry(Kind.VISIT, "Khám", type="Encounter", group="x", sent_status="x")
    (told,) = resources(made(visit, sections=frozenset({Shared.VISITS})), "Encounter")
    assert (told["status"], "code" in told["class"], "period" in told) == ("unknown", False, False)


def test_a_narrative_calls_facilities_as_it_is_told_and_their_codes_otherwise() -> None:
    sent = book(entry(Kind.ALLERGY, "Tôm"))
    told = summary(sent, patient=PATIENT, issued=ISSUED, called=lambda code: f"Bệnh viện <{code}>")
    assert "<td>Bệnh viện &lt;79A02&gt;</td>" in sections_of(told)["48765-2"]["text"]["div"]
    plain = summary(sent, patient=PATIENT, issued=ISSUED)
    assert "<td>79A02</td>" in sections_of(plain)["48765-2"]["text"]["div"]


def test_every_part_that_can_be_shared_is_a_part_of_a_summary() -> None:
    assert {part.shared for part in PARTS} == set(Shared)


def test_a_refuted_allergy_is_not_in_a_summary() -> None:
    assert "Tôm" not in json.dumps(made(entry(Kind.ALLERGY, "Tôm", status=Status.REFUTED)),
                                   ensure_ascii=False)  # fmt: skip


def test_numbers_keep_their_digits() -> None:
    for value in ("12.50", "0.10", "<5", ">=1.0"):
        data = to_json(
            summary(
                book(entry(Kind.RESULT, "x", value=value, unit="mmol/L")),
                patient=PATIENT,
                issued=ISSUED,
            )
        )
        assert f'"value":{value.lstrip("<>=")}'.encode() in data


def test_markup_that_was_sent_is_shown_as_text() -> None:
    bundle = made(entry(Kind.PROBLEM, "<script>alert(1)</script> & hen"))
    told = json.dumps([s["text"] for s in bundle["entry"][0]["resource"]["section"]])
    assert "<script" not in told
    assert "<script>alert(1)</script> & hen" in unescape(told)


def test_the_same_book_gives_the_same_bytes() -> None:
    asthma = entry(Kind.PROBLEM, "Hen")
    assert made(asthma) == made(asthma)


@pytest.mark.parametrize("birth", ["", "1985", "1985-03", "1985-03-04"])
def test_a_birth_date_is_as_exact_as_it_is_known(birth: str) -> None:
    bundle = summary(book(), patient=Patient(SUBJECT, "", birth), issued=ISSUED)
    (patient,) = resources(bundle, "Patient")
    assert patient.get("birthDate", "") == birth
    assert isinstance(validate_document(to_json(bundle), at=AT), Accepted)


TEXTS = st.text(
    st.characters(exclude_categories=("Cc", "Cf", "Cs", "Co", "Cn")), min_size=1, max_size=12
).filter(str.strip)
CODINGS = st.builds(Coding, st.sampled_from(["http://loinc.org", "http://snomed.info/sct"]),
                    st.sampled_from(["8302-2", "1191", "716186003"]), TEXTS)  # fmt: skip
NUMBERS = st.sampled_from(["", "12.50", "<5", "dương tính", "1e3", "-0.1"])
ENTRIES = st.builds(
    Entry,
    kind=st.sampled_from([k for k in Kind if k is not Kind.CONTEXT]),
    type=st.sampled_from(["Condition", "MedicationRequest", "MedicationStatement", "Other"]),
    id=st.uuids().map(str),
    place=st.just(0),
    status=st.sampled_from(list(Status)),
    codings=st.lists(CODINGS, max_size=2).map(tuple),
    text=TEXTS,
    start=st.sampled_from(["", "2020", "2020-05", "2020-05-01", "2020-05-01T09:00:00+07:00"]),
    end=st.sampled_from(["", "2021", "2021-01-02"]),
    recorded=st.sampled_from(["", "2020-06-01"]),
    value=NUMBERS,
    unit=st.sampled_from(["", "mmol/L"]),
    parts=st.lists(st.builds(Part, TEXTS, value=NUMBERS), max_size=2).map(tuple),
    group=st.sampled_from(["", "laboratory", "vital-signs", "order", "LAB", "AMB", "nonsense"]),
    sent_status=st.sampled_from(["", "active", "final", "resolved", "completed", "nonsense"]),
    certainty=st.sampled_from(["", "confirmed", "nonsense"]),
    absence=st.sampled_from(list(Absence)),
    details=st.lists(
        st.tuples(
            st.sampled_from([
                "dosage", "reaction", "severity", "criticality", "onset", "note", "lot", "type",
                "occurrence", "interpretation", "range", "conclusion",
            ]),
            TEXTS,
        ), max_size=4,
    ).map(tuple),
)  # fmt: skip


@pytest.mark.parametrize(
    ("status", "sent", "told"),
    [
        (Status.UNKNOWN, "", "active"),
        (Status.UNKNOWN, "relapse", "active"),
        (Status.RESOLVED, "", "resolved"),
        (Status.STOPPED, "", "inactive"),
        (Status.ACTIVE, "inactive", "inactive"),
    ],
)
def test_an_allergy_always_says_how_it_stands(status: Status, sent: str, told: str) -> None:
    bundle = made(entry(Kind.ALLERGY, "Tôm", status=status, sent_status=sent))
    found = resources(bundle, "AllergyIntolerance")[0]
    assert found["clinicalStatus"]["coding"][0]["code"] == told


@given(st.lists(ENTRIES, max_size=6), st.frozensets(st.sampled_from(sorted(Shared))))
def test_whatever_a_book_holds_its_summary_is_valid(
    entries: list[Entry], sections: frozenset[Shared]
) -> None:
    made(*entries, sections=sections)
