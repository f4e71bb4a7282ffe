"""An episode's projection is a valid visit of FHIR R4, the same each time, true to the tables."""

import base64
import json
from collections import Counter
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.categories import Category
from ledger.clinical.entries import entries_of, read_document
from ledger.clinical.fhir_validation import Accepted, validate_visit
from ledger.clinical.findings import errors
from ledger.clinical.insurance_envelope import Episode, read_envelope, without_tables
from ledger.clinical.insurance_fhir import visit_bundle, visit_document, visit_patient
from ledger.clinical.insurance_fields import table_forms
from ledger.clinical.insurance_rules import check_future
from ledger.errors import InvalidInputError
from tests_support.insurance_samples import (
    ALL_READ,
    Tables,
    envelope_xml,
    episode_xml,
    sample_tables,
)

AT: Final = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)


def episode_of(tables: Tables) -> Episode:
    (episode,) = read_envelope(envelope_xml(episode_xml(tables))).episodes
    return episode


def resources(tables: Tables, kind: str) -> list[dict[str, Any]]:
    entries = visit_bundle(episode_of(tables))["entry"]
    return [one["resource"] for one in entries if one["resource"]["resourceType"] == kind]


def labels(resource: dict[str, Any]) -> set[str]:
    return {one["code"] for one in resource.get("meta", {}).get("security", ())}


subsets = st.sets(st.sampled_from(ALL_READ)).map(lambda chosen: sorted({1, *chosen}))


@given(seed=st.integers(0, 10**6), tables=subsets)
def test_every_generated_episode_projects_to_a_valid_visit(seed: int, tables: list[int]) -> None:
    document = visit_document(episode_of(sample_tables(seed, tables)))
    judged = validate_visit(document, at=AT)
    assert isinstance(judged, Accepted)
    assert judged.notes == ()


FIELDS: Final = [(number, name) for number, form in table_forms().items() for name in form.fields]
VALUES: Final = (
    st.sampled_from([
        "", "0", "1", "5", "7", "-1", "0.00", "12.50", "<0.5", ">= 7", "1;2;3", "I10;J20.9", "B20",
        "F32.1", "O04", "19850000", "202511010000", "202511010815", "20251101", "20251101;20241101",
        "a < b", "a: b", "x\ny", "†", "01", "09", "10", "\u00a0x",
        "HS4010123456789;TE101KT00000001",
        "79A02", "8934567890123", "nhiễm HIV", "phá thai", "a" * 300,
    ])
    | st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Cn")), max_size=30)
)  # fmt: skip


@given(
    seed=st.integers(0, 10**6),
    changes=st.lists(st.tuples(st.sampled_from(FIELDS), VALUES), min_size=1, max_size=8),
)
def test_whatever_is_accepted_projects_to_a_valid_visit(
    seed: int, changes: list[tuple[tuple[int, str], str]]
) -> None:
    tables = sample_tables(seed, ALL_READ)
    for (number, name), value in changes:
        tables[number][-1][name] = value
    episode = episode_of(tables)
    if episode.acceptable and not errors(check_future(episode.tables, at=AT)):
        judged = validate_visit(visit_document(episode), at=AT)
        assert isinstance(judged, Accepted), judged


@given(seed=st.integers(0, 10**6), tables=subsets)
def test_the_same_episode_gives_the_same_bytes(seed: int, tables: list[int]) -> None:
    made = sample_tables(seed, tables)
    alone = episode_of(made)
    other = episode_xml({**sample_tables(seed), 1: b"<x/>"})
    among = read_envelope(envelope_xml(other, episode_xml(made), other)).episodes[1]
    assert visit_document(alone) == visit_document(among)


def test_ids_are_the_same_in_the_next_revision_and_others_elsewhere() -> None:
    tables = sample_tables(1)
    first = visit_bundle(episode_of(tables))["entry"]
    tables[1][0]["GHI_CHU"] = "Sửa lại"
    second = visit_bundle(episode_of(tables))["entry"]
    other = visit_bundle(episode_of(sample_tables(1, facility="01001")))["entry"]
    assert [one["fullUrl"] for one in first] == [one["fullUrl"] for one in second]
    assert not {one["fullUrl"] for one in first} & {one["fullUrl"] for one in other}
    assert len({one["fullUrl"] for one in first}) == len(first)


def test_numbers_stay_as_the_facility_wrote_them() -> None:
    tables = sample_tables(1)
    row = {**tables[4][0], "TEN_CHI_SO": "Chỉ số mẫu", "DON_VI_DO": "mmol/L"}
    tables[4] = [{**row, "GIA_TRI": value} for value in ("12.50", "< 0.10", "5,6", "Âm tính")]
    found = entries_of(read_document(visit_document(episode_of(tables))))
    values = [(entry.value, entry.unit) for entry in found if entry.text == "Chỉ số mẫu"]
    assert values == [
        ("12.50", "mmol/L"), ("<0.10", "mmol/L"), ("5,6 mmol/L", ""), ("Âm tính mmol/L", "")
    ]  # fmt: skip
    weight = resources(tables, "Observation")[0]["valueQuantity"]["value"]
    assert weight == Decimal("52.50")
    assert str(weight) == "52.50"


def test_each_table_becomes_its_resources() -> None:
    made = Counter(
        one["resource"]["resourceType"]
        for one in visit_bundle(episode_of(sample_tables(1, ALL_READ)))["entry"]
    )
    assert made["Encounter"] == made["Patient"] == made["Appointment"] == 1
    assert made["MedicationRequest"] == 3
    assert made["Procedure"] + made["ServiceRequest"] == 3 + 1
    assert made["DocumentReference"] == 2


def test_the_patient_keeps_the_precision_of_the_birth_date_and_the_name_whole() -> None:
    tables = sample_tables(1)
    tables[1][0] |= {"NGAY_SINH": "19850000", "HO_TEN": "ĐẶNG THÚY MẪU", "GIOI_TINH": "3"}
    (patient,) = resources(tables, "Patient")
    assert patient["birthDate"] == "1985"
    assert patient["name"] == [{"text": "ĐẶNG THÚY MẪU"}]
    assert patient["gender"] == "unknown"


@pytest.mark.parametrize(
    ("number", "kind", "system"),
    [
        ("000085012345", "NI", "http://fhir.hl7.org.vn/core/sid/cccd"),
        ("123456789", "NI", "urn:records-ledger:insurance:SO_CCCD:old-identity-card"),
        ("B1234567", "PPN", "urn:records-ledger:insurance:SO_CCCD:passport"),
        ("CSS-79A02-20251101-0001", None, "urn:records-ledger:insurance:SO_CCCD:temporary"),
    ],
)
def test_a_number_says_which_paper_it_is_of(number: str, kind: str | None, system: str) -> None:
    tables = sample_tables(1)
    tables[1][0]["SO_CCCD"] = number
    (patient,) = resources(tables, "Patient")
    identifier = patient["identifier"][0]
    assert (identifier["system"], identifier["value"]) == (system, number)
    codes = [one["code"] for one in identifier.get("type", {}).get("coding", ())]
    assert codes == ([] if kind is None else [kind])
    assert isinstance(validate_visit(visit_document(episode_of(tables)), at=AT), Accepted)


def test_the_main_disease_is_first_has_the_words_and_each_code_stands_once() -> None:
    tables = sample_tables(1)
    tables[1][0] |= {
        "MA_BENH_CHINH": "B180",
        "MA_BENH_KT": "I10;B18.0;I10;M00.0†",
        "CHAN_DOAN_RV": "Viêm gan mẫu",
        "KET_QUA_DTRI": "1",
    }
    found = resources(tables, "Condition")
    codes = [one["code"]["coding"][0]["code"] for one in found]
    assert codes == ["B18.0", "I10", "M00.0"]
    assert found[0]["code"]["text"] == "Viêm gan mẫu"
    assert found[-1]["code"]["text"] == "M00.0†"
    assert "clinicalStatus" in found[0]
    assert not any("clinicalStatus" in one for one in found[1:])


def test_words_alone_and_traditional_diseases_are_diagnoses_too() -> None:
    tables = sample_tables(1)
    tables[1][0] |= {"MA_BENH_CHINH": "", "MA_BENH_KT": "", "MA_BENH_YHCT": "U58.061;U58.061"}
    words, traditional = resources(tables, "Condition")
    assert words["code"] == {"text": tables[1][0]["CHAN_DOAN_RV"]}
    assert [one["code"] for one in traditional["code"]["coding"]] == ["U58.061"]


@pytest.mark.parametrize(
    ("code", "admitted", "expected"),
    [("01", True, "AMB"), ("03", False, "IMP"), ("09", True, "SS"), ("", True, "IMP"),
     ("10", False, "AMB"), ("99", True, "IMP")],
)  # fmt: skip
def test_the_kind_of_care_gives_the_class_of_the_visit(
    code: str, *, admitted: bool, expected: str
) -> None:
    tables = sample_tables(1)
    tables[1][0]["MA_LOAI_KCB"] = code
    if not admitted:
        tables[1][0]["NGAY_VAO_NOI_TRU"] = ""
    (encounter,) = resources(tables, "Encounter")
    assert encounter["class"]["code"] == expected


def test_who_has_not_left_is_still_in_the_visit() -> None:
    tables = sample_tables(1)
    for number in (1, 7):
        tables[number][0]["NGAY_RA"] = ""
    (encounter,) = resources(tables, "Encounter")
    assert encounter["status"] == "in-progress"
    assert set(encounter["period"]) == {"start"}


def test_a_death_and_a_blood_group_are_told() -> None:
    tables = sample_tables(1)
    tables[1][0] |= {"KET_QUA_DTRI": "5", "NHOM_MAU": "O+", "CAN_NANG": ""}
    (patient,) = resources(tables, "Patient")
    assert patient["deceasedBoolean"] is True
    values = {one["code"]["text"]: one for one in resources(tables, "Observation")}
    assert values["Nhóm máu"]["valueString"] == "O+"
    assert values["Kết quả điều trị"]["valueCodeableConcept"]["text"] == "Tử vong"
    assert "Cân nặng" not in values


def test_each_card_has_its_days_and_one_that_ends_before_it_begins_has_none() -> None:
    tables = sample_tables(1)
    tables[1][0] |= {
        "MA_THE_BHYT": "HS4010123456789;TE101KT00000001;GD4010123456789",
        "GT_THE_TU": "20250101;20260101",
        "GT_THE_DEN": "20251231;20251231",
    }
    first, second, third = resources(tables, "Coverage")
    assert first["period"] == {"start": "2025-01-01", "end": "2025-12-31"}
    assert "period" not in second
    assert "period" not in third


def test_a_supply_is_an_order_and_an_operation_a_procedure() -> None:
    tables = sample_tables(1)
    plain = {**tables[3][0], "MA_PTTT_QT": "", "MA_NHOM": "10"}
    supply = {**plain, "MA_DICH_VU": "", "TEN_DICH_VU": "", "MA_VAT_TU": "N01", "TEN_VAT_TU": "Kim"}
    tables[3] = [supply, {**plain, "MA_NHOM": "8"}, {**plain, "MA_PTTT_QT": "9357;8622"}]
    (order,) = resources(tables, "ServiceRequest")
    assert order["code"]["text"] == "Kim"
    operation, coded = resources(tables, "Procedure")
    assert operation["code"]["text"] == coded["code"]["text"] == plain["TEN_DICH_VU"]
    assert [one["code"] for one in coded["code"]["coding"][1:]] == ["9357", "8622"]


def test_a_result_in_words_has_them_as_its_value_and_the_rest_as_notes() -> None:
    tables = sample_tables(1)
    row = {"MA_LK": tables[1][0]["MA_LK"], "MA_DICH_VU": "18.0072.0028", "MO_TA": "Rõ nét"}
    tables[4] = [{**row, "KET_LUAN": "Bình thường"}, row]
    concluded, described = (
        one for one in resources(tables, "Observation") if one["code"].get("coding")
        and one["code"]["text"] == "Kết quả cận lâm sàng"
    )  # fmt: skip
    assert concluded["valueString"] == "Bình thường"
    assert [one["text"] for one in concluded["note"]] == ["Mô tả: Rõ nét"]
    assert described["valueString"] == "Rõ nét"
    assert "note" not in described


def test_a_day_of_appointment_is_that_whole_day_and_an_hour_stays_one() -> None:
    tables = sample_tables(1, (1, 14))
    tables[14][0]["NGAY_HEN_KL"] = "203001020000"
    (whole,) = resources(tables, "Appointment")
    assert (whole["start"], whole["end"]) == (
        "2030-01-02T00:00:00+07:00",
        "2030-01-02T23:59:59+07:00",
    )
    assert whole["requestedPeriod"] == [{"start": "2030-01-02", "end": "2030-01-02"}]
    tables[14][0]["NGAY_HEN_KL"] = "203001020830"
    (exact,) = resources(tables, "Appointment")
    assert exact["start"] == exact["end"] == "2030-01-02T08:30:00+07:00"


def test_a_referral_names_its_number_both_facilities_and_the_diseases() -> None:
    tables = sample_tables(1, (1, 13))
    paper = tables[13][0]
    (referral,) = resources(tables, "ServiceRequest")
    assert referral["identifier"][0]["value"] == paper["SO_CHUYENTUYEN"]
    assert referral["performer"][0]["identifier"]["value"] == "79B01"
    assert referral["reasonCode"][0]["coding"][0]["system"] == "http://hl7.org/fhir/sid/icd-10"
    assert referral["patientInstruction"] == paper["HUONG_DIEU_TRI"]
    assert any(paper["DAU_HIEU_LS"] in note["text"] for note in referral["note"])


def test_a_discharge_paper_holds_every_field_that_says_something() -> None:
    tables = sample_tables(1, (1, 7))
    (paper,) = resources(tables, "DocumentReference")
    text = base64.b64decode(paper["content"][0]["attachment"]["data"]).decode()
    assert tables[7][0]["CHAN_DOAN_RV"] in text
    assert "Số ngày nghỉ: 2" in text
    assert f"Ngày chứng từ: {paper_day(tables[7][0]['NGAY_CT'])}" in text


def paper_day(sent: str) -> str:
    return f"{sent[6:]}/{sent[4:6]}/{sent[:4]}"


def test_a_visit_about_a_withheld_disease_is_labelled_as_a_whole() -> None:
    tables = sample_tables(1, ALL_READ)
    for number in (1, 13, 14):
        tables[number][0]["MA_BENH_CHINH"] = "B20"
    entries = visit_bundle(episode_of(tables))["entry"]
    for one in entries:
        assert ("HIV" in labels(one["resource"])) == (one["resource"]["resourceType"] != "Patient")
    found = entries_of(read_document(visit_document(episode_of(tables))))
    shown = [one for one in found if one.type != "Patient" and Category.HIV not in one.categories]
    assert shown == []


def test_free_text_is_labelled_by_further_diseases_and_by_its_own_words() -> None:
    tables = sample_tables(1, (1, 2, 5, 7))
    tables[1][0]["MA_BENH_KT"] = "F32.1"
    tables[5][0]["DIEN_BIEN_LS"] = "Người bệnh có tiền sử nhiễm HIV."
    notes = [one for one in resources(tables, "Observation") if "Diễn biến" in one["code"]["text"]]
    assert labels(notes[0]) == {"HIV", "PSY"}
    assert labels(notes[1]) == {"PSY"}
    assert labels(resources(tables, "DocumentReference")[0]) == {"PSY"}
    assert labels(resources(tables, "MedicationRequest")[0]) == set()


def test_the_end_of_a_pregnancy_on_a_discharge_paper_is_withheld() -> None:
    tables = sample_tables(1, (1, 7))
    (plain,) = resources(tables, "DocumentReference")
    assert labels(plain) == set()
    tables[7][0] |= {"MA_DINH_CHI_THAI": "1", "TUOI_THAI": "9"}
    (paper,) = resources(tables, "DocumentReference")
    assert labels(paper) == {"SEX"}
    entry = entries_of(read_document(json.dumps(paper).encode()))[0]
    assert Category.REPRODUCTIVE in entry.categories


def test_an_episode_with_table_6_is_labelled_and_without_it_is_not() -> None:
    data = envelope_xml(episode_xml({**sample_tables(1), 6: b"<HIV/>"}))
    (whole,) = read_envelope(data).episodes
    (left,) = read_envelope(without_tables(data)).episodes
    marks = [visit_bundle(one)["entry"][0]["resource"] for one in (whole, left)]
    assert [labels(one) for one in marks] == [{"R"}, set()]


def test_the_patient_alone_is_the_bundle_s_without_an_id() -> None:
    tables = sample_tables(1)
    (patient,) = resources(tables, "Patient")
    del patient["id"]
    assert visit_patient(episode_of(tables)) == patient


def test_an_episode_without_table_1_projects_to_nothing() -> None:
    for project in (visit_bundle, visit_patient):
        with pytest.raises(InvalidInputError):
            project(episode_of(sample_tables(1, (2, 3))))
