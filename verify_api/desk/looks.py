"""Who has looked, in words for the person whose data it was: role, organisation, what, why."""

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final
from uuid import UUID

from ledger.certificates.kind import Wording
from ledger.clinical.balp import LookTold
from ledger.commands.access import who_looked
from ledger.commands.books import subjects_of
from ledger.commands.sharing import LEGAL_BASIS
from ledger.facts import FactStore, RecordedFact
from ledger.records.access import OWN_LOOK, AccessRecorded, AccessRefused, RecordKind
from ledger.records.book_access import Basis
from verify_api.callers import Role
from verify_api.ports import Look

_YOU: Final = Wording("Chính bạn", "You")
_ACTING: Final[Mapping[str, Wording]] = MappingProxyType({
    Basis.REPRESENTATIVE: Wording("Người đại diện của bạn", "Your representative"),
    Basis.CONSENT: Wording("Người mà bạn cho phép", "Somebody whom you allowed"),
})  # fmt: skip
"""Citizens who look at what is not their own."""
_ANOTHER: Final = Wording("Một người khác", "Another person")
"""A citizen is refused what is somebody else's alone."""
_PASSCODE_RESET: Final = Wording("Đặt lại mã bảo vệ đã quên", "A forgotten passcode set anew")
_WITH_THE_LINK: Final = Wording("Người có liên kết bạn chia sẻ", "Somebody with your link")
WHO: Final[Mapping[Role, Wording]] = MappingProxyType({
    Role.ANONYMOUS: Wording("Người cầm giấy, không đăng nhập", "Somebody with the paper"),
    Role.CITIZEN: _YOU,
    Role.INTAKE_OFFICER: Wording("Cán bộ tiếp nhận", "Intake officer"),
    Role.CASE_OFFICER: Wording("Cán bộ thụ lý", "Case officer"),
    Role.POLICE_CHECKER: Wording("Cán bộ hồ sơ nghiệp vụ", "Police record unit"),
    Role.SIGNER: Wording("Người ký", "Signing officer"),
    Role.VERIFIER: Wording("Tổ chức kiểm tra giấy tờ", "Organisation that checks papers"),
    Role.PROCEDURAL_AGENCY: Wording("Cơ quan tiến hành tố tụng", "Procedural agency"),
    Role.AUDITOR: Wording("Kiểm toán viên", "Auditor"),
    Role.DATA_PROTECTION_OFFICER:
        Wording("Cán bộ bảo vệ dữ liệu cá nhân", "Data protection officer"),
    Role.KEY_ADMINISTRATOR: Wording("Quản trị khoá", "Key administrator"),
    Role.PORTAL_SYSTEM: Wording("Hệ thống một cửa của tỉnh", "The province's system"),
    Role.OPERATOR: Wording("Người vận hành", "Operator"),
    Role.CLINICIAN: Wording("Nhân viên y tế", "Clinician"),
    Role.FACILITY_SIGNER: Wording("Người ký của cơ sở y tế", "Facility's signer"),
    Role.FACILITY_SYSTEM: Wording("Hệ thống của cơ sở y tế", "Facility's system"),
    Role.SOCIAL_INSURANCE: Wording("Bảo hiểm xã hội", "Social insurance"),
    Role.DATA_STEWARD: Wording("Quản trị chất lượng dữ liệu", "Data steward"),
})  # fmt: skip
_SOMEBODY: Final = Wording("Hệ thống", "The system")

WHAT: Final[Mapping[RecordKind, Wording]] = MappingProxyType({
    RecordKind.PERSON: Wording("Thông tin cá nhân", "Personal details"),
    RecordKind.REQUEST: Wording("Hồ sơ yêu cầu", "Request"),
    RecordKind.JUDICIAL_RECORD: Wording("Lý lịch tư pháp", "Judicial record"),
    RecordKind.CERTIFICATE: Wording("Phiếu lý lịch tư pháp", "Certificate"),
    RecordKind.HEALTH_BOOK: Wording("Sổ sức khỏe điện tử", "Health book"),
    RecordKind.VISIT: Wording("Lượt khám, chữa bệnh", "Visit"),
    RecordKind.REFERRAL: Wording("Phiếu chuyển cơ sở khám bệnh", "Referral paper"),
    RecordKind.APPOINTMENT: Wording("Phiếu hẹn khám lại", "Re-examination appointment"),
    RecordKind.SHARE: Wording("Phần sổ sức khỏe được chia sẻ", "Shared part of the health book"),
    RecordKind.RIGHTS: Wording("Đồng ý và yêu cầu về dữ liệu", "Consents and data requests"),
    RecordKind.ACCESS: Wording("Danh sách người đã xem", "The list of who looked"),
})  # fmt: skip

WHY: Final[Mapping[str, Wording]] = MappingProxyType({
    "process_request": Wording("Giải quyết hồ sơ", "To process the request"),
    "open_sent_file": Wording("Mở tệp bạn đã gửi", "To open a file that you sent"),
    "own_record": Wording("Xem thông tin của mình", "To see one's own data"),
    "verify_certificate": Wording("Kiểm tra Phiếu được xuất trình", "To verify a certificate"),
    "check_paper": Wording("Kiểm tra bản giấy", "To check a paper"),
    "correct_certificate": Wording("Đính chính Phiếu", "To correct the certificate"),
    "make_paper": Wording("Lập bản giấy", "To make the paper"),
    "read_history": Wording("Xem lịch sử hồ sơ", "To read the history"),
    "return_result": Wording("Trả kết quả cho tỉnh", "To return the result"),
    "exchange_dossiers": Wording("Trao đổi hồ sơ với tỉnh", "To exchange the dossier"),
    "treatment": Wording("Khám bệnh, chữa bệnh", "Treatment"),
    "read_book": Wording("Xem sổ sức khỏe", "To read the health book"),
    "open_share": Wording("Xem phần được chia sẻ", "To see what was shared"),
    "manage_own": Wording("Quản lý dữ liệu của mình", "To manage one's own data"),
    "manage_represented": Wording("Quản lý dữ liệu thay bạn", "To manage your data for you"),
    "read_paper": Wording("Xem giấy", "To see a paper"),
    "answer_ask": Wording("Trả lời đề nghị hẹn khám", "To answer an ask for an appointment"),
    "answer_rights": Wording("Giải quyết yêu cầu về dữ liệu", "To answer a request about data"),
    "review_emergency": Wording("Xem xét lượt mở khẩn cấp", "To review an emergency look"),
    "audit_case": Wording("Kiểm toán theo vụ việc", "An audit of a case"),
    "written_order": Wording("Ghi nhận văn bản yêu cầu", "To record a written order"),
})  # fmt: skip
"""By the codes that endpoints declare; one that is not here is shown as it is."""


def looks_at(facts: FactStore, subject: UUID) -> list[LookTold]:
    """Return who looked at a person's data or was refused it, the newest first.

    Under every pseudonym whose book reads as theirs: the one list, whichever door shows it.
    """
    told = [
        look_of(one) for each in subjects_of(facts, subject)
        for one in who_looked(facts, subject=each)
    ]  # fmt: skip
    return sorted(told, key=lambda look: look.position, reverse=True)


def look_of(recorded: RecordedFact) -> LookTold:
    """Return one look as far as the person may learn of it."""
    fact, act = recorded.fact, recorded.act
    assert isinstance(fact, AccessRecorded | AccessRefused), "an access stream holds looks alone"
    own = act.role == OWN_LOOK and act.legal_basis not in _ACTING
    refused = isinstance(fact, AccessRefused)
    return LookTold(
        recorded.event_id, act.at, act.role, act.organisation, fact.kind.value, fact.purpose,
        None if own else act.legal_basis, fact.channel.value, own and not refused,
        recorded.position, act.correlation, refused,
    )  # fmt: skip


def words_of(look: LookTold, organisation_name: Callable[[str], Wording | None]) -> Look:
    """Return one look in words; never an officer's name or account."""
    what = WHAT[RecordKind(look.kind)]
    if look.refused:
        what = Wording(f"{what.vi} (BỊ TỪ CHỐI)", f"{what.en} (REFUSED)")
    return Look(look.at, _who(look, organisation_name), what, _why(look.purpose, look.legal_basis))


def passcode_reset(at: datetime) -> Look:
    """Return in words that a forgotten passcode was set anew by its holder, as nobody else can."""
    return Look(at, _YOU, WHAT[RecordKind.CERTIFICATE], _PASSCODE_RESET)


def _who(look: LookTold, organisation_name: Callable[[str], Wording | None]) -> Wording:
    who = WHO[Role(look.role)] if look.role in set(Role) else _SOMEBODY
    if look.role == OWN_LOOK:
        who = _ANOTHER if look.refused else _ACTING.get(look.legal_basis or "", _YOU)
    elif look.kind == RecordKind.SHARE and look.role == Role.ANONYMOUS:
        who = _WITH_THE_LINK
    if look.organisation is None:
        return who
    code = look.organisation
    name = organisation_name(code) or Wording(code, code)
    return Wording(f"{who.vi}, {name.vi}", f"{who.en}, {name.en}")


_BASES: Final[Mapping[str, Wording]] = MappingProxyType({
    "presented_by_holder": Wording("người giữ giấy xuất trình", "shown by its holder"),
    LEGAL_BASIS: Wording("bạn chia sẻ", "shared by you"),
    Basis.OWN: Wording("dữ liệu của mình", "one's own data"),
    Basis.REPRESENTATIVE: Wording("người đại diện", "as a representative"),
    Basis.REFERRAL: Wording("giấy chuyển cơ sở đã tiếp nhận", "an accepted referral"),
    Basis.APPOINTMENT: Wording("phiếu hẹn khám lại", "an appointment there"),
    Basis.VISIT: Wording("lượt khám gần đây tại cơ sở", "a recent visit there"),
    Basis.CONSENT: Wording("bạn đã đồng ý", "your consent"),
    Basis.ORDER: Wording("văn bản của cơ quan tố tụng", "a procedural agency's written order"),
    Basis.EMERGENCY: Wording("TRƯỜNG HỢP KHẨN CẤP", "EMERGENCY"),
})  # fmt: skip


def _why(purpose: str, legal_basis: str | None) -> Wording:
    why = WHY.get(purpose, Wording(purpose, purpose))
    if legal_basis is None:
        return why
    basis = _BASES.get(legal_basis, Wording(legal_basis, legal_basis))
    return Wording(f"{why.vi} ({basis.vi})", f"{why.en} ({basis.en})")
