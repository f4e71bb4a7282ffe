from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from tests_support.portal_world import TEN_STEPS, PortalWorld, dossier, portal_world
from verify_api.callers import Role

CODE = dossier()["maHoSoMCDT"]


@pytest.fixture
def portal(tmp_path: Path) -> Iterator[PortalWorld]:
    """A province and a ledger."""
    with portal_world(tmp_path, f"sqlite:///{tmp_path / 'ledger.db'}") as world:
        yield world


BAD: tuple[tuple[dict[str, Any], str, str, str], ...] = (
    ({"toKhai": {"nycNgaySinh": "01/02/2090"}}, "toKhai.nycNgaySinh", "not_in_the_future", "2090"),
    ({"toKhai": {"nycNgaySinh": "31/02/1990"}}, "toKhai.nycNgaySinh", "no_such_day", "31/02"),
    ({"maTinh": "02"}, "maTinh", "other_province", "02"),
    ({"toKhai": {"nycHoTen": normalize("NFD", "Nguyễn Mẫu")}}, "toKhai.nycHoTen", "nfc", "Mẫu"),
    ({"toKhai": {"nycSoGiayTo": "0000900000019"}}, "toKhai.nycSoGiayTo", "personal_number",
     "0000900000019"),
    ({"toKhai": {"nycSoGiayTo": "\u0660" * 12}}, "toKhai.nycSoGiayTo", "personal_number", "\u0660"),
    ({"toKhai": {"nycLoaiGiayTo": 9}}, "toKhai.nycLoaiGiayTo", "unknown_code", " 9"),
    ({"maHoSoMCDT": "mot-ma-ho-so"}, "maHoSoMCDT", "dossier_code", "mot-ma"),
    ({"toKhai": {"chaNamSinh": "năm", "nycHoTenCha": "Nguyễn Mẫu"}}, "toKhai.chaNamSinh",
     "wrong_form", "Mẫu"),
    ({"toKhai": {"quaTrinhCTNNNLV": [{"noiThuongTru": "a\u0007"}]}},
     "toKhai.quaTrinhCTNNNLV[0].noiThuongTru", "invisible", "\u0007"),
    ({"thongTinBienLai": {"trangThaiGD": 0}}, "thongTinBienLai", "not_paid", "BL-"),
    ({"toKhai": {"uyQuyen": 1}}, "toKhai.thongTinUyQuyen", "missing", "Mẫu"),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "place", "rule", "value"), BAD)
def test_a_wrong_field_is_refused_with_its_place_and_without_its_value(
    portal: PortalWorld, changes: dict[str, Any], place: str, rule: str, value: str
) -> None:
    status, problem = portal.post(dossier(**changes))
    assert (status, problem["place"], problem["rule"]) == (422, place, rule)
    assert value not in problem["detail"]
    assert portal.facts.head() == 0


PROXY = {"nuqHoTen": "Trần Thị Mẫu", "nuqNgayKyVanBanUyQuyen": "01/11/2026"}
REFUSED: tuple[tuple[dict[str, Any], str], ...] = (
    ({"toKhai": {"loaiPhieu": 2, "uyQuyen": 1, "thongTinUyQuyen": PROXY}}, "form_2_never_by_proxy"),
    ({"toKhai": {"nycNgaySinh": "01/02/2015"}}, "too_young"),
    ({"toKhai": {"uyQuyen": 1, "thongTinUyQuyen": {"nuqHoTen": "Trần Thị Mẫu"}}},
     "authorisation_missing"),
    ({"toKhai": {"thongTinThanhToan": {"nhomDoiTuong": 1, "phiLLTP": 1, "tongPhi": 1}}},
     "wrong_amount"),
    ({"toKhai": {"thongTinThanhToan": {"nhomDoiTuong": 3, "phiLLTP": 0, "tongPhi": 0}}},
     "waiver_needs_national_portal"),
)  # fmt: skip


@pytest.mark.parametrize(("changes", "rule"), REFUSED)
def test_what_a_rule_forbids_is_refused_and_leaves_nobody_registered(
    portal: PortalWorld, changes: dict[str, Any], rule: str
) -> None:
    status, problem = portal.post(dossier(**changes))
    assert (status, problem["rule"]) == (409, rule)
    assert portal.facts.head() == 0


def test_a_second_open_request_of_one_person_is_refused(portal: PortalWorld) -> None:
    portal.post(dossier())
    second = dossier(toKhai={"nycSoGiayTo": dossier()["toKhai"]["nycSoGiayTo"]})
    second["maHoSoMCDT"] = dossier(2)["maHoSoMCDT"]
    status, problem = portal.post(second)
    assert (status, problem["rule"]) == (409, "one_open_request")


def test_an_exempt_dossier_of_the_national_portal_and_a_proxys_are_taken(
    portal: PortalWorld,
) -> None:
    exempt = dossier(
        nguonDangKy=2,
        toKhai={"thongTinThanhToan": {"nhomDoiTuong": 3, "phiLLTP": 0, "tongPhi": 0}},
    )
    assert portal.post(exempt)[0] == 201
    proxy = dossier(2, toKhai={"uyQuyen": 1, "thongTinUyQuyen": PROXY, "nycQuocTich": "VN"})
    assert portal.post(proxy)[0] == 201


def test_a_province_sees_its_own_dossiers_and_no_others(portal: PortalWorld) -> None:
    portal.post(dossier())
    portal.projector.catch_up()
    assert portal.get(f"dossiers/{CODE}", "CA46")[0] == 404
    assert portal.get(f"dossiers/{CODE}/result", "CA46")[0] == 404
    assert portal.get("feed", "CA46")[1]["notices"] == []
    assert portal.get(f"dossiers/{CODE}")[0] == 200
    assert portal.post(dossier(3), "DN-MAU")[0] == 404


@pytest.mark.parametrize("what", ["", "/result", "/recall"])
@pytest.mark.parametrize("code", ["000.00.19.H26-261123-9999", "no-code", "%00"])
def test_a_dossier_that_is_not_there_is_not_found(
    portal: PortalWorld, what: str, code: str
) -> None:
    assert portal.get(f"dossiers/{code}{what}")[0] == 404


def test_the_feed_goes_on_from_a_cursor_and_says_when_nothing_is_new(portal: PortalWorld) -> None:
    portal.post(dossier())
    portal.do(CODE, *TEN_STEPS)
    _, whole = portal.get("feed")
    assert [notice["maTrangThai"] for notice in whole["notices"]] == [1, 2, 4, 9, 10]
    assert set(whole["notices"][0]) == {
        "viTri", "maHoSoMCDT", "maTinh", "type", "maTrangThai", "tenTrangThai", "ngay",
    }  # fmt: skip
    _, first = portal.get("feed?limit=2")
    assert (first["more"], first["notices"]) == (True, whole["notices"][:2])
    _, rest = portal.get(f"feed?after={first['after']}")
    assert (rest["more"], rest["notices"]) == (False, whole["notices"][2:])
    assert portal.get(f"feed?after={rest['after']}")[1] == {
        "notices": [], "after": rest["after"], "more": False,
    }  # fmt: skip


def test_a_feed_that_has_not_changed_is_not_sent_again(portal: PortalWorld) -> None:
    portal.post(dossier())
    portal.projector.catch_up()
    token = portal.token(Role.PORTAL_SYSTEM)
    first = portal.client.get("/v1/portal/feed", headers=token)
    again = {**token, "If-None-Match": first.headers["ETag"]}
    assert portal.client.get("/v1/portal/feed", headers=again).status_code == 304
    portal.post(dossier(2))
    portal.projector.catch_up()
    assert portal.client.get("/v1/portal/feed", headers=again).status_code == 200


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=-1", "after=x", "after=\u0661", f"after={2**63}"]
)
def test_a_query_that_is_no_number_in_bounds_is_refused(portal: PortalWorld, query: str) -> None:
    status, problem = portal.get(f"feed?{query}")
    assert (status, problem["rule"]) == (400, "query_number")


EXCHANGE = (
    ("POST", "dossiers"),
    ("GET", f"dossiers/{CODE}"),
    ("GET", f"dossiers/{CODE}/result"),
    ("GET", f"dossiers/{CODE}/recall"),
    ("GET", "feed"),
)
MENDING = (
    ("GET", "dead-letters"),
    ("POST", "dead-letters/1/revive"),
    ("POST", "dead-letters/1/set-aside"),
)


@pytest.mark.parametrize(
    ("endpoints", "who"), [(EXCHANGE, Role.PORTAL_SYSTEM), (MENDING, Role.OPERATOR)]
)
def test_only_systems_exchange_dossiers_and_only_operators_mend(
    portal: PortalWorld, endpoints: tuple[tuple[str, str], ...], who: Role
) -> None:
    for method, path in endpoints:
        address = f"/v1/portal/{path}"
        assert portal.client.open(address, method=method).status_code == 401
        for role in set(Role) - {who, Role.ANONYMOUS}:
            answer = portal.client.open(address, method=method, headers=portal.token(role))
            assert answer.status_code == 403
        answer = portal.client.open(address, method=method, headers=portal.token(who))
        assert answer.status_code in {200, 404, 415}


@pytest.mark.parametrize("what", ["revive", "set-aside"])
def test_a_notice_that_is_not_there_cannot_be_mended(portal: PortalWorld, what: str) -> None:
    headers = portal.token(Role.OPERATOR)
    for position, status in ((7, 404), (2**63, 400)):
        address = f"/v1/portal/dead-letters/{position}/{what}"
        assert portal.client.post(address, headers=headers).status_code == status


def test_a_body_that_is_no_json_or_too_long_is_refused(portal: PortalWorld) -> None:
    headers = portal.token(Role.PORTAL_SYSTEM)
    address = "/v1/portal/dossiers"
    assert portal.client.post(address, headers=headers, data=b"x").status_code == 415
    for body, status in ((b"[" * 100, 422), (b" " * (2**20 + 1), 413)):
        answer = portal.client.post(
            address, headers=headers, data=body, content_type="application/json"
        )
        assert answer.status_code == status
