"""What a province fetches of a dossier: where it stands, its result, the decision to recall it.

Field names are those of the national integration; days are written dd/MM/yyyy, documents base64.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any, Final

from ledger.calendar import local_day
from ledger.certificates import lifecycle
from ledger.certificates.kinds.judicial_record.procedure import PORTAL_TITLES
from ledger.certificates.lifecycle import Certificate
from ledger.certificates.lifecycle_facts import (
    CertificateCancelled,
    CertificateRecalled,
    Reason,
)
from ledger.certificates.request import Request, portal_code
from ledger.errors import NotFoundError, RefusedError
from ledger.personal import Erased
from projections.columns import moment
from projections.portal_notices import PROCESSED, NoticeRow

Json = dict[str, Any]

REASONS: Final[Mapping[Reason, str]] = MappingProxyType({
    Reason.CONTENT_MISSING: "Nội dung phiếu còn thiếu",
    Reason.CONTENT_WRONG: "Nội dung phiếu không chính xác",
    Reason.CONTENT_UNLAWFUL: "Nội dung phiếu trái pháp luật",
    Reason.ISSUED_AGAINST_PROCEDURE: "Phiếu được cấp không đúng trình tự, thủ tục",
    Reason.OBTAINED_BY_FRAUD: "Phiếu được cấp do có hành vi gian dối",
})  # fmt: skip
"""``LyDoThuHoi``. Source: Law on Judicial Records, article 50."""

_CONVICTION: Final[Mapping[str, str]] = MappingProxyType({
    "judgment_number": "soBanAn",
    "judgment_date": "ngayBanAn",
    "court": "toaDaTuyen",
    "offences": "dsToiDanh",
    "main_penalties": "dsHinhPhatChinh",
    "additional_penalties": "dsHinhPhatBoSung",
    "served_on": "ngayChapHanh",
    "expunged_on": "ngayXoaAn",
    "articles": "dieuKhoan",
    "court_fees": "anPhi",
    "civil_obligations": "nghiaVuDanSu",
    "enforcement_status": "tinhTrangThiHanh",
})  # fmt: skip
_BAN: Final[Mapping[str, str]] = MappingProxyType({
    "decision_number": "soQuyetDinh",
    "decision_date": "ngayQuyetDinh",
    "court": "toaAnQD",
    "post": "chucVuCam",
    "term": "thoiHanCam",
    "banned_from": "camTuNgay",
})  # fmt: skip
_DAYS: Final = frozenset({
    "judgment_date", "served_on", "expunged_on", "decision_date", "banned_from",
})  # fmt: skip
_LISTS: Final = frozenset({"offences", "main_penalties", "additional_penalties"})


def notice_body(row: NoticeRow) -> Json:
    """Return a notice as it is sent and shown in the feed: nothing about the person."""
    return {
        "viTri": row.position,
        "maHoSoMCDT": row.dossier_code,
        "maTinh": row.province,
        "type": row.what,
        "maTrangThai": row.portal_code,
        "tenTrangThai": PORTAL_TITLES[row.portal_code].vi,
        "ngay": _day(local_day(moment(row.at))),
    }


def status_fields(state: Request) -> Json:
    """Return where a dossier stands; nothing about the person.

    Raises:
        NotFoundError: It was not submitted yet.
    """
    code = portal_code(state)
    if code is None:
        raise NotFoundError("no dossier is known under this code")
    appointed = None if state.deadline is None else _day(state.deadline.appointed_on)
    return {
        "maHoSoMCDT": state.draft.dossier_code,
        "maTinh": state.draft.province,
        "maTrangThai": code,
        "tenTrangThai": PORTAL_TITLES[code].vi,
        "ngayHenTra": appointed,
    }


def check_processed(state: Request) -> None:
    """Refuse what is to be had of a processed dossier only.

    Raises:
        RefusedError: ``result_not_ready``.
    """
    if portal_code(state) not in PROCESSED:
        raise RefusedError("result_not_ready", "expected a dossier in status 9 or 10")


def result_fields(state: Certificate, *, signing_office: str, paper: bytes | None) -> Json:
    """Return an issued certificate.

    Args:
        state: The certificate.
        signing_office: The signing person's office (chức vụ).
        paper: Its signed PDF; None if it ended before one was made.

    Raises:
        RefusedError: Its content has been erased.
    """
    intent = state.intent
    assert intent is not None, "an issued certificate was signed"
    content = lifecycle.content_of(state)
    convictions, bans = _entries(content, "convictions"), content.get("post_bans")
    return {
        "soPhieuLLTP": intent.number,
        "ngayCapPhieu": _day(local_day(intent.issued_at)),
        "loaiPhieu": content["form"],
        "nguoiLapPhieu": state.drafted.drafter,
        "nguoiKy": intent.signer,
        "chucVu": signing_office,
        "tinhTrangAnTich": "Có án tích" if convictions else "Không có án tích",
        "thongTinCDNCV": None if bans is None else ("Có" if bans else "Không có"),
        "thongTinAn": [_fields(entry, _CONVICTION) for entry in convictions],
        "dsCDNCV": [_fields(entry, _BAN) for entry in _entries(content, "post_bans")],
        "phieuLLTP": None if paper is None else b64encode(paper).decode(),
    }


def recall_fields(facts: Sequence[object]) -> Json:
    """Return the decision by which a certificate was recalled or cancelled.

    Args:
        facts: The certificate's, oldest first.

    Raises:
        NotFoundError: There is no such decision.
        RefusedError: It has been erased.
    """
    ends = [f for f in facts if isinstance(f, CertificateRecalled | CertificateCancelled)]
    if not ends:
        raise NotFoundError("no decision to recall this certificate is known")
    fact = ends[0]
    if isinstance(fact.summary, Erased) or isinstance(fact.document, Erased):
        raise RefusedError("content_erased", "what this decision says has been erased")
    return {
        "LyDoThuHoi": REASONS[fact.decision.reason],
        "SoQuyetDinh": fact.decision.number,
        "NgayQuyetDinh": _day(fact.decision.date),
        "TrichYeuQuyetDinh": fact.summary,
        "FileQuyetDinh": b64encode(fact.document).decode(),
    }


def _entries(content: Mapping[str, object], name: str) -> list[Mapping[str, object]]:
    entries = content.get(name, ())
    assert isinstance(entries, list | tuple), "the kind has checked the content"
    return list(entries)


def _fields(entry: Mapping[str, object], names: Mapping[str, str]) -> Json:
    """Return an entry under the interface's names; what is not there is empty."""
    return {theirs: _value(ours, entry.get(ours)) for ours, theirs in names.items()}


def _value(name: str, value: object) -> object:
    if name in _LISTS:
        return value or []
    if name in _DAYS and isinstance(value, str):
        return _day(date.fromisoformat(value))
    return value


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
