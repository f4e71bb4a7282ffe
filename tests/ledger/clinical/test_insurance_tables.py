"""The tables' fields: each in its form or refused with its place, and never with its value."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.findings import Severity, errors
from ledger.clinical.insurance_envelope import Episode, read_envelope
from ledger.clinical.insurance_fields import (
    NOT_IN_EVERY_VERSION,
    READ,
    Kind,
    renamed_fields,
    table_forms,
)
from ledger.clinical.insurance_forms import CHECKS, parts, with_dot, without_mark
from ledger.clinical.insurance_rules import check_future
from ledger.clinical.insurance_tables import MOST_FINDINGS, MOST_RECORDS, read_table
from ledger.clinical.insurance_times import is_time, parse_time, surely_after, write_time
from ledger.clinical.moments import VIETNAM
from tests_support.insurance_faults import BadField, bad_fields, decomposed, wide, with_field
from tests_support.insurance_samples import (
    ALL_READ,
    envelope_xml,
    episode_xml,
    sample_tables,
    table_xml,
)


def read(tables: object) -> Episode:
    (episode,) = read_envelope(envelope_xml(episode_xml(tables))).episodes  # type: ignore[arg-type]
    return episode


def test_the_fields_are_those_of_the_published_list(shared_data: Path) -> None:
    published = json.loads((shared_data / "health/bhyt_fields/bhyt_fields.json").read_text())
    assert set(published) == {f"XML{number}" for number in READ}
    for number, form in table_forms().items():
        listed = published[f"XML{number}"]
        assert [one for one in form.fields if one not in NOT_IN_EVERY_VERSION] == listed["fields"]
        assert (form.root, form.inner, form.record) == (
            listed["root"],
            listed.get("parent"),
            listed["rec"],
        )


def test_every_field_says_what_it_means_in_both_languages_and_has_a_check() -> None:
    assert set(CHECKS) == set(Kind)
    for form in table_forms().values():
        for field in form.fields.values():
            assert field.vi == normalize("NFC", field.vi) != field.en != ""
            assert not (field.must and field.should)


@pytest.mark.parametrize(
    "bad", tuple(bad_fields()), ids=lambda bad: f"{bad.place} {bad.rule} {bad.value[:20]!a}"
)
def test_a_bad_value_is_refused_with_its_place_and_not_repeated(bad: BadField) -> None:
    (episode,) = read_envelope(with_field(bad)).episodes
    found = errors(episode.findings)
    assert (bad.place, bad.rule) in {(one.place, one.rule) for one in found}
    if len(bad.value) > 3:
        said = " ".join(f"{one.place} {one.expected}" for one in found)
        assert bad.value not in said


@pytest.mark.parametrize(
    ("number", "field", "value"),
    [
        (1, "SO_CCCD", "000085012345"),
        (1, "SO_CCCD", "123456789"),
        (1, "SO_CCCD", "B1234567"),
        (1, "SO_CCCD", "CSS-79A02-20251101-0001"),
        (1, "NGAY_SINH", "19850000"),
        (1, "NGAY_SINH", "198500000000"),
        (1, "NGAY_SINH", "202402290130"),
        (1, "MA_THE_BHYT", "TE101KT00000001"),
        (1, "MA_THE_BHYT", "HS4010123456789;GD4010123456789"),
        (1, "MA_BENH_CHINH", "M00.0†"),
        (1, "MA_BENH_CHINH", "B1800"),
        (1, "MA_BENH_KT", "B18.00;I10"),
        (1, "MA_CSKCB", "8934567890123"),
        (1, "GHI_CHU", "Ăn < 5 g muối; tái khám: sau 2 tuần"),
        (1, "CAN_NANG_CON", "3200;2950.5"),
        (3, "MA_DICH_VU", "02.1896"),
        (4, "GIA_TRI", "< 0,5"),
        (13, "MA_NOI_DI", "79A02;79B01"),
        (13, "SO_CHUYENTUYEN", "12/GCT-BVĐKTƯ"),
    ],
)
def test_a_good_value_is_taken_as_it_is(number: int, field: str, value: str) -> None:
    tables = sample_tables(7, (number,))
    tables[number][0][field] = value
    table = read_table(number, table_xml(number, tables[number]))
    assert errors(table.findings) == ()
    assert table.first[field] == value


def test_a_decomposed_name_is_reported_and_read_composed() -> None:
    (episode,) = read_envelope(decomposed(1, "HO_TEN")).episodes
    assert episode.acceptable
    assert [(one.place, one.rule) for one in episode.findings] == [("XML1.HO_TEN", "nfc")]
    assert episode.tables[1].first["HO_TEN"] == sample_tables(7)[1][0]["HO_TEN"]


def test_a_renamed_field_is_read_under_the_old_name() -> None:
    tables = sample_tables(7, (13,))
    record = tables[13][0]
    for new, old in renamed_fields().items():
        assert {"MA_CSKCB_DI", "MA_CSKCB_DEN"} >= {new}
        record[new] = record.pop(old)
    data = table_xml(13, tables[13]).decode()
    for old in renamed_fields().values():
        data = data.replace(f"<{old}></{old}>\n", "")
    table = read_table(13, data.encode())
    assert table.findings == ()
    assert table.first["MA_NOI_DEN"] == "79B01"


def test_a_field_under_both_names_is_refused() -> None:
    tables = sample_tables(7, (13,))
    tables[13][0]["MA_CSKCB_DEN"] = "01001"
    table = read_table(13, table_xml(13, tables[13]))
    assert [one.rule for one in errors(table.findings)] == ["field_repeated"]


def test_unknown_fields_are_reported_and_absent_ones_told_once() -> None:
    record = {**sample_tables(7)[1][0], "TRUONG_MOI": "x", "tự_đặt": "y"}
    form = table_forms()[1]
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in record.items())
    table = read_table(1, f"<{form.root}>{inner}</{form.root}>".encode())
    assert [(one.place, one.rule, one.severity) for one in table.findings] == [
        ("XML1.TRUONG_MOI", "field_unknown", Severity.WARNING),
        ("XML1.?", "field_unknown", Severity.WARNING),
        ("XML1", "fields_absent", Severity.INFORMATION),
    ]


def test_a_value_split_by_a_comment_or_in_cdata_is_read_whole() -> None:
    data = table_xml(1, sample_tables(7)[1]).decode()
    data = data.replace("MAU000000007", "MAU000<!-- x -->000<![CDATA[007]]>")
    assert read_table(1, data.encode()).first["MA_LK"] == "MAU000000007"


def test_a_thousand_bad_rows_are_told_a_hundred_times() -> None:
    rows = [{**sample_tables(7)[2][0], "SO_LUONG": "x", "MA_THUOC": ""} for _ in range(1_000)]
    table = read_table(2, table_xml(2, rows))
    assert len(table.records) == 1_000
    assert len(errors(table.findings)) == MOST_FINDINGS
    assert len(table.findings) == 2 * MOST_FINDINGS


def test_more_rows_than_the_limit_are_one_finding() -> None:
    form = table_forms()[4]
    rows = f"<{form.record}/>" * (MOST_RECORDS + 1)
    data = f"<{form.root}><{form.inner}>{rows}</{form.inner}></{form.root}>"
    table = read_table(4, data.encode())
    assert table.records == ()
    assert [(one.place, one.rule) for one in table.findings] == [("XML4", "table_records")]


def test_a_discharge_by_referral_without_table_13_is_reported() -> None:
    tables = sample_tables(7)
    tables[1][0]["MA_LOAI_RV"] = "2"
    episode = read(tables)
    assert episode.acceptable
    assert [one.rule for one in episode.findings] == ["referral_expected"]


def test_a_result_before_its_order_is_reported_and_taken() -> None:
    tables = sample_tables(7)
    tables[3][0]["NGAY_KQ"] = "202401010800"
    episode = read(tables)
    assert episode.acceptable
    assert [(one.place, one.rule) for one in episode.findings] == [
        ("XML3[1].NGAY_KQ", "time_order")
    ]


def test_what_has_not_come_yet_is_refused_but_not_an_appointment() -> None:
    episode = read(sample_tables(7, ALL_READ))
    left = parse_time(episode.tables[1].first["NGAY_RA"])
    assert left is not None
    at = datetime.fromisoformat(left.fhir)
    assert list(check_future(episode.tables, at=at)) == []
    early = {one.place for one in check_future(episode.tables, at=at - timedelta(days=2))}
    assert {"XML1.NGAY_RA", "XML7.NGAY_RA", "XML13.NGAY_RA"} <= early
    assert "XML14.NGAY_HEN_KL" not in early


@pytest.mark.parametrize(
    ("sent", "fhir"),
    [
        ("19850000", "1985"),
        ("198500000000", "1985"),
        ("19850300", "1985-03"),
        ("19850302", "1985-03-02"),
        ("198503020000", "1985-03-02"),
        ("202402291407", "2024-02-29T14:07:00+07:00"),
        ("202511010001", "2025-11-01T00:01:00+07:00"),
    ],
)
def test_a_time_keeps_its_precision_and_gets_its_zone(sent: str, fhir: str) -> None:
    time = parse_time(sent)
    assert time is not None
    assert time.fhir == fhir
    assert is_time(sent)


@pytest.mark.parametrize(
    "sent",
    ["20250230", "20230229", "00000000", "20251300", "19850012", "198500000830", "1985000", "1985",
     "202511012400", "202511010860", "2025-11-01", wide("20251101"), "20251101 ", "17991231", ""],
)  # fmt: skip
def test_what_is_no_time_is_none(sent: str) -> None:
    assert parse_time(sent) is None
    assert not is_time(sent)


@given(st.text("0123456789", min_size=8, max_size=12))
def test_the_fast_look_at_a_time_agrees_with_the_slow_one(sent: str) -> None:
    assert is_time(sent) == (parse_time(sent) is not None)


@given(st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 (a naive bound)
def test_a_written_time_reads_back_to_the_minute(naive: datetime) -> None:
    at = naive.replace(tzinfo=UTC)
    time = parse_time(write_time(at))
    assert time is not None
    local = at.astimezone(VIETNAM)
    exact = (local.hour, local.minute) != (0, 0)
    assert time.exact == exact
    assert time.whole_day
    assert datetime.fromisoformat(time.date).date() == local.date()


def test_only_what_is_surely_later_is_after() -> None:
    year, march, may = (parse_time(sent) for sent in ("19850000", "19850300", "19850501"))
    assert year is not None
    assert march is not None
    assert may is not None
    assert surely_after(may, march)
    assert not surely_after(march, may)
    assert not surely_after(may, year)
    assert not surely_after(year, march)


def test_disease_codes_are_written_with_their_dot_and_lists_keep_their_order() -> None:
    assert [with_dot(code) for code in ("B180", "B18.0", "I10", "B1800", "M00.0†", "M000*")] == [
        "B18.0", "B18.0", "I10", "B18.00", "M00.0†", "M00.0*",
    ]  # fmt: skip
    assert without_mark("M00.0†") == "M00.0"
    assert parts(" J20.9; I10;;E11.9 ") == ("J20.9", "I10", "E11.9")
