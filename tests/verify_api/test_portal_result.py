from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from ledger.certificates.kinds import KINDS
from ledger.certificates.lifecycle_facts import CertificateCancelled, Decision, Reason
from ledger.certificates.procedure import Stage
from ledger.errors import NotFoundError, RefusedError
from ledger.personal import Erased
from tests_support.issuing_office import MONDAY, open_office
from tests_support.request_desk import new_request, request_in
from verify_api.portal_result import recall_fields, result_fields, status_fields

CONVICTION = {
    "judgment_number": "12/2019/HS-ST",
    "judgment_date": "2019-05-06",
    "court": "Tòa án nhân dân Mẫu",
    "offences": ["Tội danh mẫu"],
    "expunged_on": "2021-05-06",
}
BAN = {
    "decision_number": "3/QĐ",
    "decision_date": "2020-01-02",
    "court": "Tòa án nhân dân Mẫu",
    "post": "Giám đốc",
    "term": "2 năm",
    "banned_from": "2020-01-03",
}


def result(content: dict[str, Any]) -> dict[str, Any]:
    office = open_office()
    certificate = office.draft(KINDS["judicial-record"], content)
    office.issue(certificate)
    return result_fields(office.load(certificate), signing_office="Giám đốc", paper=None)


def test_convictions_and_bans_are_told_in_the_interfaces_fields() -> None:
    fields = result({"form": 2, "result": 1, "convictions": [CONVICTION], "post_bans": [BAN]})
    assert fields["tinhTrangAnTich"] == "Có án tích"
    assert (fields["thongTinCDNCV"], fields["chucVu"], fields["phieuLLTP"]) == (
        "Có", "Giám đốc", None,
    )  # fmt: skip
    assert fields["thongTinAn"] == [
        {
            "soBanAn": "12/2019/HS-ST",
            "ngayBanAn": "06/05/2019",
            "toaDaTuyen": "Tòa án nhân dân Mẫu",
            "dsToiDanh": ["Tội danh mẫu"],
            "dsHinhPhatChinh": [],
            "dsHinhPhatBoSung": [],
            "ngayChapHanh": None,
            "ngayXoaAn": "06/05/2021",
            "dieuKhoan": None,
            "anPhi": None,
            "nghiaVuDanSu": None,
            "tinhTrangThiHanh": None,
        }
    ]
    [ban] = fields["dsCDNCV"]
    assert (ban["soQuyetDinh"], ban["camTuNgay"]) == ("3/QĐ", "03/01/2020")


@pytest.mark.parametrize(("bans", "told"), [({}, None), ({"post_bans": []}, "Không có")])
def test_bans_that_nobody_asked_for_are_not_told(bans: dict[str, Any], told: str | None) -> None:
    fields = result({"form": 1, "result": 0, "convictions": [], **bans})
    assert (fields["thongTinCDNCV"], fields["dsCDNCV"]) == (told, [])


def test_a_cancellation_is_a_decision_to_recall_unless_it_was_erased() -> None:
    decision = Decision("1/QĐ", date(2026, 11, 23), Reason.OBTAINED_BY_FRAUD, bytes(32))
    fact = cancelled(decision)
    assert recall_fields([fact])["LyDoThuHoi"] == "Phiếu được cấp do có hành vi gian dối"
    with pytest.raises(RefusedError):
        recall_fields([replace(fact, summary=Erased(bytes(16)))])
    with pytest.raises(NotFoundError):
        recall_fields([])


def cancelled(decision: Decision) -> CertificateCancelled:
    office = open_office()
    certificate = office.draft()
    office.issue(certificate)
    intent = office.load(certificate).intent
    assert intent is not None
    return CertificateCancelled(decision, MONDAY, intent.status, "sai", b"%PDF")


def test_a_dossier_stands_nowhere_before_it_was_submitted() -> None:
    with pytest.raises(NotFoundError):
        status_fields(request_in(Stage.PAID))
    shown = status_fields(request_in(Stage.SUBMITTED, new=new_request()))
    assert (shown["maTrangThai"], shown["ngayHenTra"]) == (1, None)
