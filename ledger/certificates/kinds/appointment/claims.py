"""What a re-examination appointment may say: its fields checked, its code's claims, its term.

The code says for which day, and the head of a hash that binds the rest; the facility that is to be
visited is the issuer.
Source: Circular 01/2025/TT-BYT, article 11 and appendix V; table 14 of the insurance XML.
"""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final

from ledger.calendar import WorkingCalendar, end_of_day, local_day
from ledger.certificates import health_paper as form
from ledger.certificates.health_paper import PaperField
from ledger.certificates.kind import Claim, ProofTerm, Token, Wording
from ledger.errors import InvalidInputError, RefusedError

DAY: Final = 10
"""``YYYYMMDD`` as a number: four bytes in the code instead of nine."""
BINDING: Final = 11

MOST_AHEAD: Final = timedelta(days=366)
"""Furthest day that is given out; a check once a year is the rarest that is usual."""
KEPT_AFTER: Final = timedelta(days=30)
RULE: Final = "01-2025-appointment"

CLAIMS: Final = (
    Claim(DAY, "day", Wording("Ngày hẹn (năm tháng ngày)", "Day (year month day)")),
    Claim(BINDING, "binding", Wording("Mã băm nội dung", "Hash of the content")),
)

FIELDS: Final[tuple[PaperField, ...]] = (
    PaperField("number", Wording("Số giấy hẹn", "Slip No."), form.text(50)),
    PaperField("episode_key", Wording("Mã lượt điều trị", "Episode"), form.text(100),
               required=True, printed=False),
    PaperField("facility", Wording("Cơ sở hẹn", "Facility"), form.facility_place,
               required=True, printed=False),
    PaperField("facility_name", Wording("Cơ sở hẹn", "Facility"), form.text(255),
               required=True),
    PaperField("address", Wording("Địa chỉ", "Address"), form.text(1024)),
    PaperField("cards",
               Wording("Số thẻ bảo hiểm y tế", "Health insurance card"),
               form.each(form.insurance_card, most=8)),
    PaperField("cards_until", Wording("Thẻ có giá trị đến", "Card valid until"),
               form.each(form.day, most=8), timed=True),
    PaperField("arrived", Wording("Ngày vào khám", "Admitted"), form.moment,
               timed=True),
    PaperField("admitted",
               Wording("Điều trị nội trú từ", "Inpatient since"), form.moment, timed=True),
    PaperField("discharged", Wording("Ngày ra viện", "Discharged"), form.moment,
               timed=True),
    PaperField("appointed", Wording("Hẹn khám lại lúc", "Appointed for"),
               form.moment, required=True, timed=True),
    PaperField("diagnosis", Wording("Chẩn đoán", "Diagnosis"), form.text()),
    PaperField("main_disease", Wording("Mã bệnh chính", "Main disease (ICD-10)"),
               form.disease),
    PaperField("further_diseases", Wording("Mã bệnh kèm theo", "Other diseases"),
               form.each(form.disease, most=20)),
    PaperField("traditional_diseases",
               Wording("Mã bệnh y học cổ truyền", "Traditional medicine codes"),
               form.each(form.text(30), most=20)),
    PaperField("entitlement",
               Wording("Đối tượng khám bệnh, chữa bệnh", "Patient group"), form.text(4),
               printed=False),
    PaperField("doctors", Wording("Mã bác sĩ điều trị", "Treating doctor (code)"),
               form.each(form.text(60), most=4), required=True, printed=False),
    PaperField("doctor_name", Wording("Bác sĩ điều trị", "Treating doctor"), form.text(255),
               printed=False),
    PaperField("head", Wording("Mã người đại diện cơ sở", "Head (code)"),
               form.text(50), required=True, printed=False),
    PaperField("written", Wording("Ngày lập phiếu", "Written on"), form.day,
               required=True, timed=True),
    PaperField("reserved", Wording("Dự phòng", "Reserve"), form.text(), printed=False),
    PaperField("salt", Wording("Số ngẫu nhiên", "Random part"), form.salt, required=True,
               printed=False),
)  # fmt: skip
"""Table 14 and what the printed form has beside it, in the order of the print."""


def check(content: Mapping[str, object]) -> Mapping[int, int | str | bytes | tuple[str, ...]]:
    """Return the claims of the code, after checking all of ``content``.

    Raises:
        InvalidInputError: A field is missing, unknown or of another form; the day is not known
            exactly, or is not after the day on which the paper was written.
    """
    form.check_fields(content, FIELDS)
    form.in_order(content, "arrived", "admitted", "discharged")
    day = day_of(content)
    if day.strftime("%Y%m%d") <= str(content["written"]):
        raise InvalidInputError(
            "content.appointed", "appointed_before_written", "a day after the paper's own"
        )
    return {
        DAY: int(day.strftime("%Y%m%d")),
        BINDING: form.binding_of(content),
    }


def day_of(content: Mapping[str, object]) -> date:
    """Return the day of the appointment.

    Raises:
        InvalidInputError: Its day or month is not known: nobody can come on it.
    """
    day = form.day_of(content["appointed"])
    if day is None:
        raise InvalidInputError("content.appointed", "day_unknown", "a whole day, YYYYMMDDHHMM")
    return day


def term(
    content: Mapping[str, object], signed_at: datetime, calendar: WorkingCalendar
) -> ProofTerm:
    """Return until when the code proves: the end of the month a month after the appointment.

    No clause sets a term. The end stands in the clear beside a pseudonym, so it is a month's end
    and does not say on which day somebody goes to a hospital.

    Raises:
        RefusedError: ``appointed_in_the_past`` or ``appointed_too_far``, seen from the signing.
    """
    check_ahead(content, local_day(signed_at))
    later = day_of(content) + KEPT_AFTER
    following = date(later.year + later.month // 12, later.month % 12 + 1, 1)
    return ProofTerm(end_of_day(following - timedelta(days=1)), RULE, calendar.version)


def check_ahead(content: Mapping[str, object], today: date) -> None:
    """Refuse a day that is not ahead of ``today``, or too far.

    Raises:
        RefusedError: ``appointed_in_the_past`` or ``appointed_too_far``.
    """
    day = day_of(content)
    if day <= today:
        raise RefusedError("appointed_in_the_past", "expected a day after today")
    if day - today > MOST_AHEAD:
        raise RefusedError("appointed_too_far", f"expected a day within {MOST_AHEAD.days} days")


def places(token: Token) -> tuple[str, ...]:
    """Return the facility at which the appointment is: its issuer."""
    return (token.issuer,)


def appointed(token: Token) -> date | None:
    """Return the day of an appointment's code; None if it names none."""
    written = token.details.get(DAY)
    if isinstance(written, int):
        with suppress(ValueError):
            return date.fromisoformat(f"{written:08}")
    return None


SPECIMEN: Final[Mapping[str, object]] = {
    "number": "HK-0012/2026",
    "episode_key": "LK-MAU-00012",
    "facility": "79A02",
    "facility_name": "Bệnh viện Mẫu Quận Hai",
    "address": "1 Đường Mẫu, Phường Mẫu, Thành phố Mẫu",
    "cards": ["HS4010123456789"],
    "cards_until": ["20271231"],
    "arrived": "202611200815",
    "admitted": "202611200930",
    "discharged": "202611231000",
    "appointed": "202612210800",
    "diagnosis": "Tăng huyết áp đã ổn định",
    "main_disease": "I10",
    "entitlement": "1.1",
    "doctors": ["0001234/BYT-CCHN"],
    "doctor_name": "TRẦN VĂN MẪU",
    "head": "7900000000",
    "written": "20261123",
    "salt": "00" * form.SALT_BYTES,
}
"""Plainly nobody, and no facility that there is."""
