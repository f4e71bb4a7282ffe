"""From a province's field codes to the ledger's words.

The code tables are those of the integration as this project knows it; a code outside them is
refused with its place. Free text is taken as declared: only its form is checked.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, TypeVar
from uuid import UUID

from ledger.certificates.request_values import (
    Applicant,
    Channel,
    Declaration,
    FeeGroup,
    Form,
    NewRequest,
    Representative,
)
from ledger.commands.requests import Settlement
from ledger.errors import InvalidInputError
from ledger.identifiers import NumberKind
from ledger.personal_details import ContactDetails, PersonalDetails, Relative, Stay
from verify_api.portal_dossier import Declaration as Form03
from verify_api.portal_dossier import Dossier, Residence, day

SOURCES: Final[Mapping[int, Channel]] = MappingProxyType({
    1: Channel.VNEID, 2: Channel.NATIONAL_PORTAL, 3: Channel.PROVINCIAL_PORTAL, 4: Channel.COUNTER,
})  # fmt: skip
"""``nguonDangKy``: where the application was made."""
DOCUMENTS: Final[Mapping[int, NumberKind]] = MappingProxyType({
    1: NumberKind.PERSONAL, 2: NumberKind.OLD_IDENTITY_CARD, 3: NumberKind.PASSPORT,
})  # fmt: skip
"""``nycLoaiGiayTo``: which paper the number stands on."""
FEE_GROUPS: Final[Mapping[int, FeeGroup]] = MappingProxyType({
    1: FeeGroup.STANDARD, 2: FeeGroup.REDUCED, 3: FeeGroup.EXEMPT,
})  # fmt: skip
"""``nhomDoiTuong``: who pays what."""
PAID: Final = 1
"""``trangThaiGD`` of a payment that went through."""
ACCOUNT_LEVEL_OF_VNEID = 2
"""VNeID offers this procedure to accounts of level 2 alone, and so vouches for it."""
VIETNAM = "VN"
_VIETNAMESE = frozenset({"VN", "VNM", "VIỆT NAM"})

T = TypeVar("T")

_PERSON: Final = {
    "name": "nycHoTen", "birth_date": "nycNgaySinh", "sex": "nycGioiTinh",
    "number": "nycSoGiayTo", "nationality": "nycQuocTich", "birthplace": "nycNoiSinh",
    "other_names": "nycTenGoiKhac", "ethnicity": "nycDanToc",
    "father.name": "nycHoTenCha", "father.birth_year": "chaNamSinh",
    "mother.name": "nycHoTenMe", "mother.birth_year": "meNamSinh",
    "spouse.name": "nycHoTenVoChong", "spouse.birth_year": "voChongNamSinh",
}  # fmt: skip
PLACES: Final[Mapping[str, str]] = MappingProxyType({
    "dossier_code": "maHoSoMCDT",
    "province": "maTinh",
    "purpose": "toKhai.maMucDich",
    "copies": "toKhai.soLuongCap",
    "declared_convictions": "toKhai.thongTinAnTich",
    "declaration.purpose": "toKhai.mucDichKhac",
    "declaration.stays": "toKhai.quaTrinhCTNNNLV",
    "contact.phone": "toKhai.nycDienThoai",
    "contact.email": "toKhai.nycEmail",
    "contact.permanent_address": "toKhai.nycThuongTru",
    "contact.current_address": "toKhai.nycTamTru",
    "representative.name": "toKhai.thongTinUyQuyen.nuqHoTen",
    "representative.relation": "toKhai.thongTinUyQuyen.nuqQuanHe",
    "representative.number": "toKhai.thongTinUyQuyen.nuqSoGiayTo",
    "receipt": "thongTinBienLai.soBienLai",
    "ground": "toKhai.thongTinThanhToan.nhomDoiTuong",
    **{f"declaration.{ours}": f"toKhai.{theirs}" for ours, theirs in _PERSON.items()},
    **{f"person.{ours}": f"toKhai.{theirs}" for ours, theirs in _PERSON.items()},
})  # fmt: skip
"""The ledger's places, and the interface's fields that they were filled from."""
_STAY: Final = {
    "since": "tuThangNam", "until": "denThangNam", "place": "noiThuongTru",
    "occupation": "ngheNghiep", "province": "maTinh",
}  # fmt: skip
_STAY_PLACE: Final = re.compile(r"declaration\.stays\[(?P<line>[0-9]+)\]\.(?P<field>[a-z_]+)")


def in_their_words(error: InvalidInputError) -> InvalidInputError:
    """Return the refusal with the place named as the province's system knows it."""
    stay = _STAY_PLACE.fullmatch(error.place)
    if stay is not None:
        place = f"toKhai.quaTrinhCTNNNLV[{stay['line']}].{_STAY[stay['field']]}"
    else:
        place = PLACES.get(error.place, error.place)
    return InvalidInputError(place, error.rule, error.expected)


def person_of(dossier: Dossier) -> tuple[PersonalDetails, ContactDetails]:
    """Return whom the dossier is about, and how to reach them.

    Raises:
        InvalidInputError: Names the field.
    """
    form = dossier.declaration
    details = PersonalDetails(
        name=form.name,
        birth_date=day(form.born_on, "toKhai.nycNgaySinh"),
        sex=form.sex,
        number=form.document_number,
        number_kind=_known(DOCUMENTS, form.document_type, "toKhai.nycLoaiGiayTo"),
        nationality=_nationality(form.nationality),
        birthplace=form.birthplace,
        other_names=form.other_name,
        ethnicity=form.ethnicity,
        father=_relative(form.father, form.father_born, "toKhai.chaNamSinh"),
        mother=_relative(form.mother, form.mother_born, "toKhai.meNamSinh"),
        spouse=_relative(form.spouse, form.spouse_born, "toKhai.voChongNamSinh"),
    )
    contact = ContactDetails(
        phone=form.phone,
        email=form.email,
        permanent_address=form.permanent_address,
        current_address=form.temporary_address,
    )
    return details, contact


def declaration_of(dossier: Dossier) -> Declaration:
    """Return what was declared.

    Raises:
        InvalidInputError: Names the field.
    """
    form = dossier.declaration
    details, _ = person_of(dossier)
    stays = tuple(_stay(stay) for stay in form.history)
    return Declaration(details, stays, form.other_purpose or form.purpose)


def request_of(dossier: Dossier, *, authority: str, subject: UUID) -> NewRequest:
    """Return the request that the dossier makes for ``subject``.

    Raises:
        InvalidInputError: Names the field.
    """
    form = dossier.declaration
    _, contact = person_of(dossier)
    channel = _known(SOURCES, dossier.source, "nguonDangKy")
    return NewRequest(
        authority=authority,
        dossier_code=dossier.code,
        subject=subject,
        province=dossier.province,
        form=Form(form.form),
        purpose=str(form.purpose_code),
        channel=channel,
        declaration=declaration_of(dossier),
        contact=contact,
        include_post_bans=bool(form.bans_wanted),
        applicant=Applicant.PROXY if form.by_proxy else Applicant.SELF,
        representative=_representative(form),
        fee_group=_known(FEE_GROUPS, form.payment.group, "toKhai.thongTinThanhToan.nhomDoiTuong"),
        copies=form.copies,
        declared_convictions=form.declared_record,
        identification_level=ACCOUNT_LEVEL_OF_VNEID if channel is Channel.VNEID else None,
    )


def settlement_of(dossier: Dossier) -> Settlement:
    """Return how the fee was settled.

    Raises:
        InvalidInputError: There is no receipt of a payment that went through.
    """
    payment, receipt = dossier.declaration.payment, dossier.receipt
    group = _known(FEE_GROUPS, payment.group, "toKhai.thongTinThanhToan.nhomDoiTuong")
    if group is FeeGroup.EXEMPT:
        return Settlement(ground=f"nhom-{payment.group}")
    if receipt is None or receipt.status != PAID or not receipt.number:
        raise InvalidInputError("thongTinBienLai", "not_paid", "the receipt of a payment made")
    return Settlement(amount=payment.fee, receipt=receipt.number)


def _representative(form: Form03) -> Representative | None:
    if not form.by_proxy:
        return None
    if form.proxy is None:
        raise InvalidInputError("toKhai.thongTinUyQuyen", "missing", "who asks, if uyQuyen is 1")
    place = "toKhai.thongTinUyQuyen.nuqNgayKyVanBanUyQuyen"
    authorised = form.proxy.authorised_on
    return Representative(
        name=form.proxy.name,
        relation=form.proxy.relation or "uỷ quyền",
        number=form.proxy.document_number,
        authorised_on=None if authorised is None else day(authorised, place),
    )


def _stay(stay: Residence) -> Stay:
    return Stay(
        since=stay.from_month or "-",
        until=stay.to_month,
        place=stay.place or stay.workplace or "-",
        occupation=stay.occupation,
        province=stay.province,
    )


def _relative(name: str | None, born: str | None, place: str) -> Relative | None:
    if name is None:
        return None
    if born is not None and not (born.isascii() and born.isdigit()):
        raise InvalidInputError(place, "wrong_form", "a year as four digits")
    return Relative(name, None if born is None else int(born))


def _nationality(declared: str | None) -> str:
    """Return the country's code; what is not Vietnamese has to be given as one already."""
    if declared is None or declared.upper() in _VIETNAMESE:
        return VIETNAM
    return declared


def _known(table: Mapping[int, T], code: int, place: str) -> T:
    if code not in table:
        known = ", ".join(str(number) for number in table)
        raise InvalidInputError(place, "unknown_code", f"one of {known}")
    return table[code]
