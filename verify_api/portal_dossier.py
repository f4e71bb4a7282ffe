"""A dossier as a province's one-stop system sends it: its fields, and their way into our words.

Field names are those of the national integration; dates are dd/MM/yyyy. A field that is unknown,
missing or of the wrong form is refused with its path, never with its value.
"""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from hashlib import sha256
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from ledger import canonical
from ledger.errors import InvalidInputError

VIETNAM = timezone(timedelta(hours=7))
MAX_BYTES = 1 << 20
"""Largest body of a dossier. Source: the ledger's design, section 10."""

Text = Annotated[str, Meta(min_length=1, max_length=1024)]
OptionalText = Annotated[str, Meta(max_length=1024)] | None
DayText = Annotated[str, Meta(pattern=r"^[0-3][0-9]/[01][0-9]/[0-9]{4}$")]
Flag = Literal[0, 1]


class Residence(Struct, forbid_unknown_fields=True, rename="camel", frozen=True):
    """One line of ``quaTrinhCTNNNLV``: where somebody lived and worked, from month to month."""

    from_month: OptionalText = field(default=None, name="tuThangNam")
    to_month: OptionalText = field(default=None, name="denThangNam")
    place: OptionalText = field(default=None, name="noiThuongTru")
    occupation: OptionalText = field(default=None, name="ngheNghiep")
    workplace: OptionalText = field(default=None, name="noiLamViec")
    province: Annotated[str, Meta(pattern="^[0-9]{2}$")] | None = field(default=None, name="maTinh")


class Proxy(Struct, forbid_unknown_fields=True, frozen=True):
    """``thongTinUyQuyen``: who asks in another's name."""

    name: Text = field(name="nuqHoTen")
    relation: OptionalText = field(default=None, name="nuqQuanHe")
    document_number: OptionalText = field(default=None, name="nuqSoGiayTo")
    authorised_on: DayText | None = field(default=None, name="nuqNgayKyVanBanUyQuyen")


class Payment(Struct, forbid_unknown_fields=True, frozen=True):
    """``thongTinThanhToan``: the fee and the wish for paper."""

    group: Annotated[int, Meta(ge=1, le=9)] = field(name="nhomDoiTuong")
    fee: Annotated[int, Meta(ge=0, le=10_000_000)] = field(name="phiLLTP")
    total: Annotated[int, Meta(ge=0, le=10_000_000)] = field(name="tongPhi")
    copies_fee: Annotated[int, Meta(ge=0, le=10_000_000)] = field(
        default=0, name="phiCapThemBanGiay"
    )
    paper_by: OptionalText = field(default=None, name="hinhThucNhanBanGiay")
    paper_address: OptionalText = field(default=None, name="diaChiNhan")


class Attachment(Struct, forbid_unknown_fields=True, frozen=True):
    """``giayToDinhKem``: a paper that stays with the province, named by its hash."""

    title: Text = field(name="tenGiayTo")
    sha256_hex: Annotated[str, Meta(pattern="^[0-9a-f]{64}$")] = field(name="sha256")


class Declaration(Struct, forbid_unknown_fields=True, frozen=True):
    """``toKhai``: the application form. ``nyc`` is người yêu cầu cấp, whom it is about."""

    form: Literal[1, 2] = field(name="loaiPhieu")
    name: Text = field(name="nycHoTen")
    sex: Literal[1, 2, 3] = field(name="nycGioiTinh")
    born_on: DayText = field(name="nycNgaySinh")
    document_type: Annotated[int, Meta(ge=1, le=9)] = field(name="nycLoaiGiayTo")
    document_number: Text = field(name="nycSoGiayTo")
    payment: Payment = field(name="thongTinThanhToan")
    bans_wanted: Flag = field(default=0, name="yeuCauCDNCV")
    purpose_code: Annotated[int, Meta(ge=0, le=99)] = field(default=0, name="maMucDich")
    purpose: OptionalText = field(default=None, name="tenMucDich")
    other_purpose: OptionalText = field(default=None, name="mucDichKhac")
    copies: Annotated[int, Meta(ge=0, le=20)] = field(default=0, name="soLuongCap")
    other_name: OptionalText = field(default=None, name="nycTenGoiKhac")
    fee_group: Annotated[int, Meta(ge=1, le=9)] | None = field(
        default=None, name="nycDoiTuongNopPhi"
    )
    permanent_address: OptionalText = field(default=None, name="nycThuongTru")
    temporary_address: OptionalText = field(default=None, name="nycTamTru")
    phone: OptionalText = field(default=None, name="nycDienThoai")
    email: OptionalText = field(default=None, name="nycEmail")
    document_issued_on: DayText | None = field(default=None, name="nycNgayCap")
    document_issued_by: OptionalText = field(default=None, name="nycNoiCap")
    nationality: OptionalText = field(default=None, name="nycQuocTich")
    ethnicity: OptionalText = field(default=None, name="nycDanToc")
    father: OptionalText = field(default=None, name="nycHoTenCha")
    father_born: OptionalText = field(default=None, name="chaNamSinh")
    mother: OptionalText = field(default=None, name="nycHoTenMe")
    mother_born: OptionalText = field(default=None, name="meNamSinh")
    spouse: OptionalText = field(default=None, name="nycHoTenVoChong")
    spouse_born: OptionalText = field(default=None, name="voChongNamSinh")
    birthplace: OptionalText = field(default=None, name="nycNoiSinh")
    by_proxy: Flag = field(default=0, name="uyQuyen")
    proxy: Proxy | None = field(default=None, name="thongTinUyQuyen")
    declared_record: OptionalText = field(default=None, name="thongTinAnTich")
    history: tuple[Residence, ...] = field(default=(), name="quaTrinhCTNNNLV")
    attachments: tuple[Attachment, ...] = field(default=(), name="giayToDinhKem")


class Receipt(Struct, forbid_unknown_fields=True, frozen=True):
    """``thongTinBienLai``: what became of the payment."""

    status: Annotated[int, Meta(ge=0, le=9)] = field(name="trangThaiGD")
    number: OptionalText = field(default=None, name="soBienLai")
    url: OptionalText = field(default=None, name="urlBienLai")


class Dossier(Struct, forbid_unknown_fields=True, frozen=True):
    """One application, as a province sends it."""

    province: Annotated[str, Meta(pattern="^[0-9]{2}$")] = field(name="maTinh")
    code: Annotated[str, Meta(min_length=8, max_length=50)] = field(name="maHoSoMCDT")
    received_on: DayText = field(name="ngayTiepNhan")
    source: Annotated[int, Meta(ge=1, le=9)] = field(name="nguonDangKy")
    declaration: Declaration = field(name="toKhai")
    province_name: OptionalText = field(default=None, name="tenTinh")
    receipt: Receipt | None = field(default=None, name="thongTinBienLai")

    def digest(self) -> bytes:
        """Return 32 bytes over the content: a repeated push of the same dossier has the same."""
        return sha256(canonical.encode(msgspec.to_builtins(self))).digest()


_DECODER = msgspec.json.Decoder(Dossier, strict=True)
_PLACE = re.compile(r"`\$\.?(?P<place>[^`]*)`")


def read_dossier(body: bytes) -> Dossier:
    """Return the dossier in ``body`` (UTF-8 JSON).

    Raises:
        InvalidInputError: Not JSON, or a field has not its form; names the field's path.
    """
    try:
        return _DECODER.decode(body)
    except msgspec.ValidationError as error:
        raise _refusal(str(error)) from None
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise InvalidInputError("body", "not_json", "a JSON object in UTF-8") from None


def _refusal(message: str) -> InvalidInputError:
    """Turn the library's words into a place and an expectation; neither holds the value."""
    found = _PLACE.search(message)
    place = found["place"] if found else "body"
    if "unknown field" in message:
        return InvalidInputError(place or "body", "unknown_field", "only fields of the interface")
    if "missing required field" in message:
        named = message.split("`")[1]
        return InvalidInputError(f"{place}.{named}".strip("."), "missing", "a value")
    return InvalidInputError(place or "body", "wrong_form", _expectation(message))


def _expectation(message: str) -> str:
    """Return the expected form without what stood there instead."""
    expected = message.split(" - ", maxsplit=1)[0].removeprefix("Expected ")
    return "one of the allowed values" if "Invalid" in expected else expected.split(", got")[0]


def day(text: str, place: str) -> date:
    """Return the day in ``text``, written dd/MM/yyyy.

    Raises:
        InvalidInputError: There is no such day.
    """
    try:
        return datetime.strptime(text, "%d/%m/%Y").replace(tzinfo=UTC).date()
    except ValueError:
        raise InvalidInputError(place, "no_such_day", "a day as dd/MM/yyyy") from None


def to_builtins(dossier: Dossier) -> Any:
    """Return the dossier as it would be sent: for the simulator and the examples."""
    return msgspec.to_builtins(dossier)
