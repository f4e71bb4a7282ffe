import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.errors import InvalidInputError
from verify_api.portal_dossier import Dossier, day, read_dossier, to_builtins


def form(**changes: Any) -> dict[str, Any]:
    declaration = {
        "loaiPhieu": 1,
        "nycHoTen": "Nguyễn Văn Mẫu",
        "nycGioiTinh": 1,
        "nycNgaySinh": "01/02/1990",
        "nycLoaiGiayTo": 1,
        "nycSoGiayTo": "000090000001",
        "thongTinThanhToan": {"nhomDoiTuong": 1, "phiLLTP": 200_000, "tongPhi": 200_000},
        "quaTrinhCTNNNLV": [{"tuThangNam": "01/2010", "ngheNghiep": "giáo viên mẫu"}],
    }
    declaration.update(changes.pop("toKhai", {}))
    return {
        "maTinh": "01",
        "maHoSoMCDT": "000.00.19.H26-241015-0012",
        "ngayTiepNhan": "15/10/2024",
        "nguonDangKy": 1,
        "toKhai": declaration,
        **changes,
    }


def read(content: Any) -> Dossier:
    return read_dossier(json.dumps(content).encode())


def test_a_dossier_is_read_into_our_words_and_written_back_in_theirs() -> None:
    dossier = read(form())
    assert dossier.declaration.name == "Nguyễn Văn Mẫu"
    assert dossier.declaration.history[0].occupation == "giáo viên mẫu"
    assert read(to_builtins(dossier)) == dossier


def test_the_same_content_has_the_same_digest_in_any_order_of_fields() -> None:
    backwards = dict(reversed(list(form().items())))
    assert read(backwards).digest() == read(form()).digest()
    assert read(form(toKhai={"soLuongCap": 1})).digest() != read(form()).digest()


@pytest.mark.parametrize(
    ("change", "place", "rule"),
    [
        ({"maTinh": "1"}, "maTinh", "wrong_form"),
        ({"khac": 1}, "body", "unknown_field"),
        ({"toKhai": {"loaiPhieu": 3}}, "toKhai.loaiPhieu", "wrong_form"),
        ({"toKhai": {"loaiPhieu": "1"}}, "toKhai.loaiPhieu", "wrong_form"),
        ({"toKhai": {"nycNgaySinh": "1990-02-01"}}, "toKhai.nycNgaySinh", "wrong_form"),
        ({"toKhai": {"nycHoTen": ""}}, "toKhai.nycHoTen", "wrong_form"),
        ({"toKhai": {"ten": "x"}}, "toKhai", "unknown_field"),
        ({"toKhai": {"giayToDinhKem": [{"tenGiayTo": "x", "sha256": "y"}]}},
         "toKhai.giayToDinhKem[0].sha256", "wrong_form"),
    ],
)  # fmt: skip
def test_a_wrong_field_is_named_by_its_path(change: dict[str, Any], place: str, rule: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(form(**change))
    assert (caught.value.place, caught.value.rule) == (place, rule)


def test_a_missing_field_is_named_by_its_path() -> None:
    content = form()
    del content["toKhai"]["nycSoGiayTo"]
    with pytest.raises(InvalidInputError) as caught:
        read(content)
    assert (caught.value.place, caught.value.rule) == ("toKhai.nycSoGiayTo", "missing")


@pytest.mark.parametrize("body", [b"", b"{", b"\xff\xfe", b"null", b"[]", b"[" * 5_000])
def test_what_is_not_a_json_object_is_refused(body: bytes) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read_dossier(body)
    assert caught.value.place == "body"


@given(st.text(alphabet="ĐÂĂƠƯđâăơư 123456789", min_size=9, max_size=30))
def test_a_refusal_never_repeats_the_value(value: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        read(form(toKhai={"nycNgaySinh": f"{value}/"}))
    assert value not in str(caught.value)


def test_a_day_that_does_not_exist_is_refused() -> None:
    assert day("29/02/2024", "x") == date(2024, 2, 29)
    with pytest.raises(InvalidInputError):
        day("29/02/2023", "x")
