"""Referral and appointment: from the tables to values and back, nothing added and nothing lost."""

from dataclasses import fields, replace
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.insurance_envelope import read_envelope
from ledger.clinical.insurance_fields import NOT_IN_EVERY_VERSION, table_forms
from ledger.clinical.insurance_papers import (
    AppointmentPaper,
    ReferralPaper,
    UsedPaper,
    appointment_of,
    read_appointment,
    read_referral,
    referral_of,
    used_paper,
    write_appointment,
    write_referral,
)
from ledger.clinical.insurance_times import parse_time
from ledger.errors import InvalidInputError
from tests_support.insurance_samples import (
    ALL_READ,
    envelope_xml,
    episode_xml,
    sample_tables,
    table_xml,
)


def sample_referral(seed: int = 1) -> ReferralPaper:
    return read_referral(table_xml(13, sample_tables(seed, (13,))[13]))


def sample_appointment(seed: int = 1) -> AppointmentPaper:
    return read_appointment(table_xml(14, sample_tables(seed, (14,))[14]))


def test_every_field_of_the_tables_has_exactly_one_place_in_the_values() -> None:
    assert len(fields(ReferralPaper)) == len(table_forms()[13].fields)
    assert len(fields(AppointmentPaper)) == len(table_forms()[14].fields)


def test_a_referral_is_read_with_its_numbers_facilities_and_times() -> None:
    record = sample_tables(3, (13,))[13][0]
    paper = sample_referral(3)
    assert (paper.number, paper.used_paper) == (
        record["SO_CHUYENTUYEN"],
        record["GIAY_CHUYEN_TUYEN"],
    )
    assert (paper.facility, paper.came_from, paper.to_facility) == ("79A02", ("79A02",), "79B01")
    assert paper.birth == parse_time(record["NGAY_SINH"])
    assert paper.reason == record["MA_LYDO_CT"]
    assert paper.state == ""


texts = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z", "M"), exclude_characters="<:"),
    min_size=1,
).filter(lambda text: normalize("NFC", text) == text)


@given(
    seed=st.integers(0, 10**6),
    signs=texts,
    onward=texts,
    state=st.just("") | texts,
    further=st.lists(st.sampled_from(["I10", "J20.9", "B180", "M00.0†"]), max_size=5).map(tuple),
)
def test_a_written_referral_reads_back_equal_and_equal_ones_give_equal_bytes(
    seed: int, signs: str, onward: str, state: str, further: tuple[str, ...]
) -> None:
    paper = replace(
        sample_referral(seed),
        signs=signs,
        onward_treatment=onward,
        state=state,
        further_diseases=further,
    )
    written = write_referral(paper)
    assert read_referral(written) == paper
    assert write_referral(read_referral(written)) == written


@given(seed=st.integers(0, 10**6), diagnosis=st.just("") | texts)
def test_a_written_appointment_reads_back_equal(seed: int, diagnosis: str) -> None:
    paper = replace(sample_appointment(seed), diagnosis=diagnosis)
    written = write_appointment(paper)
    assert read_appointment(written) == paper
    assert write_appointment(read_appointment(written)) == written


def test_written_xml_has_every_field_of_the_list_in_its_order() -> None:
    written = write_referral(sample_referral()).decode()
    names = [name for name in table_forms()[13].fields if name not in NOT_IN_EVERY_VERSION]
    places = [written.index(f"<{name}") for name in names]
    assert places == sorted(places)
    assert "TINH_TRANG_CT" not in written


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    [
        ({"signs": ""}, "XML13.DAU_HIEU_LS", "field_required"),
        ({"signs": " khó thở"}, "XML13.DAU_HIEU_LS", "paper_form"),
        ({"signs": normalize("NFD", "khó thở")}, "XML13.DAU_HIEU_LS", "paper_form"),
        ({"signs": "khó\x00thở"}, "XML13.DAU_HIEU_LS", "invisible"),
        ({"signs": "<script>"}, "XML13.DAU_HIEU_LS", "html_in_text"),
        ({"further_diseases": ("I10;J20",)}, "XML13.MA_BENH_KT", "paper_form"),
        ({"main_disease": "i10"}, "XML13.MA_BENH_CHINH", "icd_10"),
        ({"discharge": "1"}, "XML13.MA_LOAI_RV", "referral_discharge"),
        ({"reason": "4"}, "XML13.MA_LYDO_CT", "referral_reason"),
        ({"to_facility": "79"}, "XML13.MA_NOI_DEN", "facility_code"),
        ({"number": "1" * 51}, "XML13.SO_CHUYENTUYEN", "too_long"),
        (
            {"arrived": parse_time("202511020000"), "discharged": parse_time("202511010000")},
            "XML13.NGAY_RA",
            "time_order",
        ),
    ],
)
def test_a_referral_that_would_not_read_back_is_not_written(
    change: dict[str, object], place: str, rule: str
) -> None:
    paper = replace(sample_referral(), admitted=None, **change)  # type: ignore[arg-type]
    with pytest.raises(InvalidInputError) as refused:
        write_referral(paper)
    assert (refused.value.place, refused.value.rule) == (place, rule)


def test_an_appointment_is_after_the_day_on_which_it_is_written() -> None:
    paper = sample_appointment()
    with pytest.raises(InvalidInputError) as refused:
        write_appointment(replace(paper, appointed=paper.written))
    assert (refused.value.place, refused.value.rule) == ("XML14.NGAY_HEN_KL", "time_order")


def test_an_appointment_keeps_the_hour_where_it_has_one() -> None:
    appointed = parse_time("203011010830")
    paper = replace(sample_appointment(), appointed=appointed)
    assert read_appointment(write_appointment(paper)).appointed == appointed


def test_the_papers_of_an_episode_are_those_of_its_tables() -> None:
    tables = sample_tables(4, ALL_READ)
    (episode,) = read_envelope(envelope_xml(episode_xml(tables))).episodes
    assert referral_of(episode.tables[13].first) == read_referral(table_xml(13, tables[13]))
    assert appointment_of(episode.tables[14].first) == read_appointment(table_xml(14, tables[14]))


def test_table_1_tells_which_paper_a_visit_used() -> None:
    tables = sample_tables(4)
    (episode,) = read_envelope(envelope_xml(episode_xml(tables))).episodes
    assert used_paper(episode) is None
    tables[1][0] |= {"GIAY_CHUYEN_TUYEN": "12/MẪU-CT", "MA_NOI_DI": "79A05;79B01"}
    (episode,) = read_envelope(envelope_xml(episode_xml(tables))).episodes
    assert used_paper(episode) == UsedPaper("12/MẪU-CT", ("79A05", "79B01"), "1.1")


@given(st.binary(max_size=200))
def test_any_bytes_are_a_referral_or_a_typed_error(data: bytes) -> None:
    with pytest.raises(InvalidInputError):
        read_referral(data)
