"""What a referral may say: its fields checked, and what of it stands in its code.

Anybody's camera reads the code: it says why and to where, and the head of a hash that binds the
content which a facility fetches online; from where, the issuer's claim says. Diagnosis and
department are in it only where the issuing facility's policy says so, paper by paper.

Source: Circular 01/2025/TT-BYT, article 12 and appendix VI; table 13 of the insurance XML.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.certificates import health_paper as form
from ledger.certificates.health_paper import PaperField
from ledger.certificates.kind import Claim, Token, Wording
from ledger.errors import InvalidInputError

DIAGNOSES: Final = 5
DEPARTMENT: Final = 6
REASON: Final = 7
TO: Final = 9
BINDING: Final = 11

MOST_PLACES: Final = 4
"""Facilities that one paper may be addressed to."""
MOST_DIAGNOSES: Final = 3
"""In a code: the main one first, then those beside it."""
LONGEST_DEPARTMENT: Final = 20
"""Characters in a code; on the paper it may be longer."""
IN_CODE: Final = ("diagnosis", "department")
"""What a policy may put into the code."""

REASONS: Final[Mapping[int, Wording]] = MappingProxyType({
    1: Wording(
        "1a. Đủ điều kiện chuyển theo quy định",
        "1a. Referral according to the rules"),
    2: Wording(
        "1b. Vượt quá khả năng chuyên môn của cơ sở",
        "1b. Beyond the facility's capacity"),
    3: Wording(
        "2. Theo yêu cầu của người bệnh hoặc người đại diện",
        "2. At the wish of the patient or a representative"),
})  # fmt: skip
"""MA_LYDO_CT and the boxes of the printed form."""

CLAIMS: Final = (
    Claim(REASON, "reason", Wording("Lý do chuyển", "Reason"), REASONS),
    Claim(TO, "to_facilities", Wording("Cơ sở chuyển đến", "Addressed to")),
    Claim(BINDING, "binding", Wording("Mã băm nội dung", "Hash of the content")),
    Claim(DIAGNOSES, "diagnoses", Wording("Mã bệnh", "Diagnoses"), required=False),
    Claim(DEPARTMENT, "department", Wording("Chuyên khoa", "Department"), required=False),
)

FIELDS: Final[tuple[PaperField, ...]] = (
    PaperField("number", Wording("Vào sổ chuyển số", "Register No."),
               form.text(50)),
    PaperField("file_number", Wording("Số hồ sơ", "File No."), form.text(50),
               required=True),
    PaperField("episode_key", Wording("Mã lượt điều trị", "Episode"), form.text(100),
               required=True, printed=False),
    PaperField("used_paper",
               Wording("Đến bằng giấy chuyển, giấy hẹn số", "Came by paper No."), form.text(50)),
    PaperField("facility", Wording("Cơ sở chuyển đi", "From"), form.facility_place,
               required=True, printed=False),
    PaperField("facility_name", Wording("Cơ sở chuyển đi", "From"), form.text(255), required=True,
               printed=False),
    PaperField("came_from", Wording("Cơ sở chuyển đến trước đó", "Came from"),
               form.each(form.facility_place, most=16)),
    PaperField("to_facilities", Wording("Cơ sở chuyển đến", "To"),
               form.each(form.facility_place, most=MOST_PLACES), required=True, printed=False),
    PaperField("to_names", Wording("Cơ sở chuyển đến", "To"),
               form.each(form.text(255), most=MOST_PLACES), required=True, printed=False),
    PaperField("nationality", Wording("Quốc tịch (mã)", "Nationality (code)"),
               form.text(3)),
    PaperField("ethnic_group", Wording("Dân tộc (mã)", "Ethnicity (code)"),
               form.text(2)),
    PaperField("occupation", Wording("Nghề nghiệp (mã)", "Occupation (code)"),
               form.text(5)),
    PaperField("address", Wording("Địa chỉ", "Address"), form.text(1024)),
    PaperField("cards",
               Wording("Số thẻ bảo hiểm y tế", "Health insurance card"),
               form.each(form.insurance_card, most=8)),
    PaperField("cards_until", Wording("Thẻ có giá trị đến", "Card valid until"),
               form.each(form.day, most=8), timed=True),
    PaperField("arrived", Wording("Vào khám bệnh lúc", "Admitted"), form.moment,
               timed=True),
    PaperField("admitted",
               Wording("Điều trị nội trú từ", "Inpatient since"), form.moment, timed=True),
    PaperField("discharged", Wording("Đến", "Until"), form.moment,
               timed=True),
    PaperField("signs", Wording("Dấu hiệu lâm sàng", "Clinical signs"),
               form.text(), required=True),
    PaperField("diagnosis", Wording("Chẩn đoán", "Diagnosis"), form.text()),
    PaperField("course", Wording("Quá trình bệnh lý", "Course of the illness"),
               form.text(), required=True),
    PaperField("results",
               Wording("Kết quả xét nghiệm, cận lâm sàng", "Results of tests"),
               form.text(), required=True),
    PaperField("treatment", Wording("Phương pháp điều trị", "Treatment"),
               form.text()),
    PaperField("main_disease", Wording("Mã bệnh chính", "Main disease (ICD-10)"),
               form.disease),
    PaperField("further_diseases", Wording("Mã bệnh kèm theo", "Other diseases"),
               form.each(form.disease, most=20)),
    PaperField("traditional_diseases",
               Wording("Mã bệnh y học cổ truyền", "Traditional medicine codes"),
               form.each(form.text(30), most=20)),
    PaperField("services",
               Wording("Thủ thuật, kỹ thuật đã sử dụng", "Procedures used"), form.text()),
    PaperField("drugs", Wording("Thuốc đã sử dụng", "Medicines used"),
               form.text()),
    PaperField("state", Wording("Tình trạng khi chuyển", "State at the transfer"), form.text()),
    PaperField("discharge", Wording("Loại ra viện", "Discharge"), form.one_of(2, 5),
               printed=False),
    PaperField("reason", Wording("Lý do chuyển", "Reason"), form.one_of(*REASONS),
               required=True, printed=False),
    PaperField("onward_treatment", Wording("Hướng điều trị", "Onward treatment"),
               form.text(), required=True),
    PaperField("transferred",
               Wording("Chuyển hồi", "Time of transfer"), form.moment, timed=True),
    PaperField("transport",
               Wording("Phương tiện vận chuyển", "Transport"), form.text(255), required=True),
    PaperField("escort_name", Wording("Người hộ tống", "Escort"), form.text(255)),
    PaperField("escort_title",
               Wording("Chức danh người hộ tống", "Escort's title"), form.text(255)),
    PaperField("doctors", Wording("Mã bác sĩ điều trị", "Treating doctor (code)"),
               form.each(form.text(60), most=4), required=True, printed=False),
    PaperField("doctor_name", Wording("Bác sĩ điều trị", "Treating doctor"), form.text(255),
               printed=False),
    PaperField("head", Wording("Mã người đại diện cơ sở", "Head (code)"),
               form.text(50), required=True, printed=False),
    PaperField("reserved", Wording("Dự phòng", "Reserve"), form.text(), printed=False),
    PaperField("department", Wording("Chuyên khoa", "Department"), form.text(60)),
    PaperField("one_year", Wording("Có giá trị 1 năm", "Valid for one year"), form.flag,
               printed=False),
    PaperField("in_code", Wording("Nội dung trong mã", "In the code"),
               form.each(form.one_of(*IN_CODE), least=0, most=len(IN_CODE)), printed=False),
    PaperField("salt", Wording("Số ngẫu nhiên", "Random part"), form.salt, required=True,
               printed=False),
)  # fmt: skip
"""Table 13 and what the printed form has beside it, in the order of the print."""


def check(content: Mapping[str, object]) -> Mapping[int, int | str | bytes | tuple[str, ...]]:
    """Return the claims of the code, after checking all of ``content``.

    Raises:
        InvalidInputError: A field is missing, unknown or of another form; times run backwards; a
            facility refers to itself; or the code would say what is not in the content.
    """
    form.check_fields(content, FIELDS)
    form.in_order(content, "arrived", "admitted", "discharged", "transferred")
    to = _texts(content, "to_facilities")
    if content["facility"] in to:
        raise InvalidInputError("content.to_facilities", "referred_to_itself", "another facility")
    if len(_texts(content, "to_names")) != len(to):
        raise InvalidInputError("content.to_names", "names_differ", "a name for each facility")
    if content.get("one_year") and "main_disease" not in content:
        raise InvalidInputError(
            "content.main_disease", "missing", "the disease that makes it valid for one year"
        )
    claims: dict[int, int | str | bytes | tuple[str, ...]] = {
        REASON: _number(content, "reason"),
        TO: to[0] if len(to) == 1 else to,
        BINDING: form.binding_of(content),
    }
    return claims | _told(content)


def _told(content: Mapping[str, object]) -> dict[int, int | str | bytes | tuple[str, ...]]:
    """Return what the issuing policy lets the code say besides."""
    wanted = _texts(content, "in_code")
    told: dict[int, int | str | bytes | tuple[str, ...]] = {}
    if "diagnosis" in wanted:
        if "main_disease" not in content:
            raise InvalidInputError("content.main_disease", "missing", "what the code is to say")
        codes = (str(content["main_disease"]), *_texts(content, "further_diseases"))
        told[DIAGNOSES] = codes[:MOST_DIAGNOSES]
    if "department" in wanted:
        if "department" not in content:
            raise InvalidInputError("content.department", "missing", "what the code is to say")
        told[DEPARTMENT] = _short(str(content["department"]))
    return told


def _short(department: str) -> str:
    if len(department) > LONGEST_DEPARTMENT:
        expected = f"at most {LONGEST_DEPARTMENT} characters in the code"
        raise InvalidInputError("content.department", "too_long", expected)
    return department


def places(token: Token) -> tuple[str, ...]:
    """Return the facilities that a referral's code is addressed to."""
    to = token.details.get(TO)
    if isinstance(to, str):
        return (to,)
    return to if isinstance(to, tuple) else ()


def _texts(content: Mapping[str, object], name: str) -> tuple[str, ...]:
    value = content.get(name)
    return tuple(str(part) for part in value) if isinstance(value, list | tuple) else ()


def _number(content: Mapping[str, object], name: str) -> int:
    value = content[name]
    assert isinstance(value, int), "the field's check has seen it"
    return value


SPECIMEN: Final[Mapping[str, object]] = {
    "number": "0012/2026",
    "file_number": "HS-2026-00012",
    "episode_key": "LK-MAU-00012",
    "facility": "79A02",
    "facility_name": "Bệnh viện Mẫu Quận Hai",
    "to_facilities": ["79A01"],
    "to_names": ["Bệnh viện Mẫu Trung ương"],
    "address": "1 Đường Mẫu, Phường Mẫu, Thành phố Mẫu",
    "cards": ["HS4010123456789"],
    "cards_until": ["20271231"],
    "arrived": "202611200815",
    "admitted": "202611200930",
    "discharged": "202611231000",
    "signs": "Đau ngực trái khi gắng sức, khó thở nhẹ.",
    "diagnosis": "Theo dõi bệnh mạch vành",
    "course": "Đau ngực từng cơn ba ngày nay, tăng khi gắng sức.",
    "results": "Điện tâm đồ: ST chênh xuống V4-V6. Troponin âm tính.",
    "treatment": "Theo dõi, kháng kết tập tiểu cầu",
    "main_disease": "I20.9",
    "drugs": "Aspirin 81 mg",
    "discharge": 2,
    "reason": 2,
    "onward_treatment": "Chụp động mạch vành",
    "transferred": "202611231030",
    "transport": "Xe cứu thương",
    "escort_name": "LÊ THỊ MẪU",
    "escort_title": "Điều dưỡng",
    "doctors": ["0001234/BYT-CCHN"],
    "doctor_name": "TRẦN VĂN MẪU",
    "head": "7900000000",
    "one_year": False,
    "in_code": [],
    "salt": "00" * form.SALT_BYTES,
}
"""Plainly nobody, and no facility that there is."""
