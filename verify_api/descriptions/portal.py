"""What a province's administrative procedure system exchanges; field names are its own."""

from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

from msgspec import UNSET, Struct, UnsetType

from keys.key_store_errors import KeyDestroyedError
from ledger.commands.portal import Intake
from ledger.errors import ConflictError, RefusedError
from verify_api.describing import Answer, Description, Parameter, json_of
from verify_api.errors import MalformedRequestError
from verify_api.portal_dossier import Dossier


class TakenIn(Struct):
    """What happened to a dossier that was handed in."""

    maHoSoMCDT: str  # noqa: N815  the interface's name
    ketQua: Intake  # noqa: N815


class DossierStatus(Struct):
    """Where a dossier stands."""

    maHoSoMCDT: str  # noqa: N815
    maTinh: str  # noqa: N815
    maTrangThai: int  # noqa: N815
    tenTrangThai: str  # noqa: N815
    ngayHenTra: str | None  # noqa: N815


class RecallDecision(Struct):
    """The decision by which a certificate was recalled or cancelled."""

    LyDoThuHoi: str
    SoQuyetDinh: str
    NgayQuyetDinh: str
    TrichYeuQuyetDinh: str
    FileQuyetDinh: str
    """Base64."""
    maHoSoMCDT: str | UnsetType = UNSET  # noqa: N815


class DossierResult(Struct):
    """The certificate of a processed dossier."""

    soPhieuLLTP: str  # noqa: N815
    ngayCapPhieu: str  # noqa: N815
    loaiPhieu: int  # noqa: N815
    nguoiLapPhieu: str  # noqa: N815
    nguoiKy: str  # noqa: N815
    chucVu: str  # noqa: N815
    tinhTrangAnTich: str  # noqa: N815
    thongTinCDNCV: str | None  # noqa: N815
    thongTinAn: list[dict[str, Any]]  # noqa: N815
    dsCDNCV: list[dict[str, Any]]  # noqa: N815
    phieuLLTP: str | None  # noqa: N815
    """The signed PDF in base64."""
    maHoSoMCDT: str  # noqa: N815
    quyetDinhThuHoi: RecallDecision | None  # noqa: N815


class Notice(Struct):
    """One thing that happened to a dossier; nothing about the person."""

    viTri: int  # noqa: N815
    maHoSoMCDT: str  # noqa: N815
    maTinh: str  # noqa: N815
    type: str
    maTrangThai: int  # noqa: N815
    tenTrangThai: str  # noqa: N815
    ngay: str


class NoticeFeed(Struct):
    """Notices, and where to go on."""

    notices: list[Notice]
    after: int
    more: bool


class DeadLetter(Notice):
    """A notice that no province has taken."""

    coQuan: str  # noqa: N815
    soLan: int  # noqa: N815
    traLoi: str | int | None  # noqa: N815


class DeadLetters(Struct):
    """Notices that somebody has to look at."""

    notices: list[DeadLetter]


class Mended(Struct):
    """What was done with a dead letter."""

    viTri: int  # noqa: N815
    ketQua: str  # noqa: N815


_PAGE: Final = (
    Parameter("after", "Position behind which to go on.", {"type": "integer", "minimum": 0}),
    Parameter(
        "limit", "Notices of a page.",
        {"type": "integer", "minimum": 1, "maximum": 500, "default": 100},
    ),
)  # fmt: skip
_MENDED: Final = Description(
    {HTTPStatus.OK: Answer("It is done.", json_of(Mended))},
    problems=(MalformedRequestError, RefusedError, ConflictError),
)

PORTAL: Final = MappingProxyType({
    "portal.take_in": Description(
        {
            HTTPStatus.CREATED: Answer("It is new.", json_of(TakenIn)),
            HTTPStatus.OK: Answer("It was known, or completes a known one.", json_of(TakenIn)),
        },
        body=json_of(Dossier),
        problems=(RefusedError, ConflictError),
    ),
    "portal.status": Description(
        {HTTPStatus.OK: Answer("Where it stands.", json_of(DossierStatus))}
    ),
    "portal.result": Description(
        {HTTPStatus.OK: Answer("The certificate.", json_of(DossierResult))},
        problems=(RefusedError, KeyDestroyedError),
    ),
    "portal.recall": Description(
        {HTTPStatus.OK: Answer("The decision.", json_of(RecallDecision))},
        problems=(RefusedError, KeyDestroyedError),
    ),
    "portal.feed": Description(
        {
            HTTPStatus.OK: Answer("Notices in order.", json_of(NoticeFeed),
                                  {"ETag": "Changes with the content."}),
            HTTPStatus.NOT_MODIFIED: Answer("Nothing new."),
            HTTPStatus.PRECONDITION_FAILED: Answer("There is more than If-Match names."),
        },
        parameters=_PAGE,
        problems=(MalformedRequestError,),
    ),
    "portal.dead_letters": Description(
        {HTTPStatus.OK: Answer("Dead letters in order.", json_of(DeadLetters))},
        parameters=_PAGE,
        problems=(MalformedRequestError,),
    ),
    "portal.revive": _MENDED,
    "portal.set_aside": _MENDED,
})  # fmt: skip
"""By endpoint."""
