"""The printed certificate: one A4 document in Vietnamese and English, from a kind's `Paper`.

On the first page, from the top: who issues it and under which number, the title, what it states,
about whom, the kind's own lines; always at the same place at the bottom the code, how to check it
and who signed. Long contents go on on further pages. The same arguments give the same bytes.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import Final

from fpdf.enums import Align

from ledger.certificates.kind import CertificateKind, Holder, Paper, Sex, Wording
from ledger.certificates.qr_text import from_qr_text
from ledger.paper.qr_code import encode_for_print, split
from ledger.paper.sheet import (
    ACCENT,
    FAINT_INK,
    LEFT_MM,
    RIGHT_MM,
    TOP_MM,
    Sheet,
)
from ledger.paper.symbol import A4_PAGE, QUIET_ZONE_MODULES

ATTACHED_AS: Final = "token.cose"
"""Name under which the signed token is attached to the document."""
PROOF_ATTACHED_AS: Final = "certificate.tlog-proof"
"""Name under which the proof that the log has it is attached. Source: C2SP tlog-proof."""
LANDMARK_PROOF_ATTACHED_AS: Final = "certificate.landmark-proof"
"""Name of the proof that needs no signature; see `ledger.transparency.landmark_proof`."""

_TOKEN: Final = (
    ATTACHED_AS, "Signed token of the QR code (COSE_Sign1, CWT)", "application/cwt",
)  # fmt: skip
_PROOF: Final = (
    PROOF_ATTACHED_AS, "Proof of its place in the transparency log (C2SP tlog-proof)", "text/plain",
)  # fmt: skip
_LANDMARK_PROOF: Final = (
    LANDMARK_PROOF_ATTACHED_AS, "Proof of its place under a landmark of the log", "text/plain",
)  # fmt: skip

VIETNAM: Final = timezone(timedelta(hours=7), "Asia/Ho_Chi_Minh")
"""One time zone, no daylight saving."""

_CHECK_MM: Final = 223.0
"""Where the block with the code begins on the first page."""
_HANDS_MM: Final = 32.0
"""Height of the block in which people sign."""
_TITLE_POINTS: Final = 20.0
_LONG_TITLE_POINTS: Final = 15.5
_MIDDLE_MM: Final = (LEFT_MM + RIGHT_MM) / 2
_HALF_MM: Final = _MIDDLE_MM - LEFT_MM - 2

_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip

_SEXES: Final = {
    Sex.MALE: Wording("Nam", "Male"),
    Sex.FEMALE: Wording("Nữ", "Female"),
    Sex.OTHER: Wording("Khác", "Other"),
}
_NAME: Final = Wording("Họ và tên", "Full name")
_BIRTH_DATE: Final = Wording("Ngày sinh", "Date of birth")
_SEX: Final = Wording("Giới tính", "Sex")
_ID_TAIL: Final = Wording("Số giấy tờ (bốn ký tự cuối)", "Identity paper (last four characters)")
_NUMBER: Final = Wording("Số", "No.")
_ISSUED: Final = Wording("Ngày cấp", "Date of issue")
_CHECK: Final = Wording("KIỂM TRA PHIẾU NÀY", "Check this document")
_SCAN: Final = Wording(
    "Quét mã bằng máy ảnh điện thoại. Chỉ tin kết quả khi địa chỉ trang đúng là:",
    "Scan with a phone's camera. Check that the address is:",
)
_TYPE: Final = Wording("Mã hỏng? Nhập số phiếu và mã:", "Code damaged? Type the number and:")
_SIGNED: Final = Wording("Đã ký số", "Signed electronically")
_WATERMARK: Final = "MẪU · SPECIMEN"
_SPECIMEN: Final = " · Bản mẫu phần mềm, không có giá trị · Software specimen, not valid"


@dataclass(frozen=True, slots=True)
class _Imprint:
    """What issuing adds to a kind's paper."""

    number: str
    issued_on: date
    issuer: Wording
    qr_text: str
    short_code: str
    signed_by: str
    signed_as: Wording | None


def write_pdf(
    kind: CertificateKind,
    paper: Paper,
    holder: Holder,
    number: str,
    issued_at: datetime,
    qr_text: str,
    short_code: str,
    *,
    issuer: Wording | None = None,
    signed_by: str = "",
    signed_as: Wording | None = None,
    specimen: bool = False,
    proof: bytes | None = None,
    landmark_proof: bytes | None = None,
) -> bytes:
    """Return the certificate as a PDF/A-3U document, not yet signed.

    Args:
        kind: Gives the title and, without ``issuer``, the sort of authority.
        paper: The kind's own lines.
        holder: Whom it is about.
        number: As registered.
        issued_at: Aware; printed as the day in Vietnam, and the document's creation date.
        qr_text: ``https://<host>/#<digits>``; its token is attached to the document too.
        short_code: What is typed when the code is damaged.
        issuer: Name of the authority.
        signed_by: Name of the person who signed; empty prints the authority alone.
        signed_as: Office of that person.
        specimen: Prints on every page that this is no document.
        proof: That the log has its issue; attached beside the token.
        landmark_proof: The same by hashes alone; attached likewise.

    Raises:
        InvalidInputError: ``no_glyph`` for text that the font cannot show; ``qr_text_form``.
        RefusedError: ``qr_too_dense``: the code cannot be printed at 40 mm.
    """
    at = issued_at.astimezone(VIETNAM)
    imprint = _Imprint(
        number, at.date(), issuer or kind.issuer_title, qr_text, short_code, signed_by, signed_as
    )
    sheet = Sheet(
        foot=f"{_NUMBER.vi} {number}{_SPECIMEN if specimen else ''}",
        title=f"{kind.title.vi} · {kind.title.en} · {number}",
        at=at,
        end_of_first_mm=_CHECK_MM - 3,
        watermark=_WATERMARK if specimen else "",
    )
    try:
        _write_head(sheet, imprint)
        _write_title(sheet, kind, paper)
        _write_rows(sheet, paper, holder)
        _write_hands(sheet, paper)
        _draw_check(sheet, imprint)
        _attach(sheet, from_qr_text(qr_text), _TOKEN, at)
        if proof is not None:
            _attach(sheet, proof, _PROOF, at)
        if landmark_proof is not None:
            _attach(sheet, landmark_proof, _LANDMARK_PROOF, at)
        return bytes(sheet.output())
    finally:
        sheet.close_fonts()


def _write_head(sheet: Sheet, imprint: _Imprint) -> None:
    """Write the authority at the left, number and day at the right."""
    sheet.set_y(TOP_MM)
    issuer = Wording(imprint.issuer.vi.upper(), imprint.issuer.en)
    sheet.write_both(issuer, x=LEFT_MM, width=_HALF_MM, points=11, style="B", align=Align.C)
    sheet.rule(LEFT_MM + _HALF_MM / 2, half_width=14)
    end = sheet.get_y()
    sheet.set_y(TOP_MM)
    day = imprint.issued_on
    right = _MIDDLE_MM + 2
    for title, value in ((_NUMBER, imprint.number), (_ISSUED, f"{day:%d/%m/%Y}")):
        words = Wording(f"{title.vi}: {value}", f"{title.en}: {value}")
        sheet.write_lines(words.vi, x=right, width=_HALF_MM, points=11, align=Align.C)
    sheet.write_lines(
        f"{_NUMBER.en}, date of issue: {_english_day(day)}",
        x=right,
        width=_HALF_MM,
        points=9.5,
        style="I",
        colour=FAINT_INK,
        align=Align.C,
    )
    sheet.set_y(max(end, sheet.get_y()))


def _write_title(sheet: Sheet, kind: CertificateKind, paper: Paper) -> None:
    width = RIGHT_MM - LEFT_MM
    sheet.set_y(sheet.get_y() + 11)
    title = kind.title.vi.upper()
    sheet.pen(_TITLE_POINTS, "B")
    fits = sheet.get_string_width(title) <= width - 2  # a line that just fits would still break
    sheet.write_lines(
        title,
        x=LEFT_MM,
        width=width,
        points=_TITLE_POINTS if fits else _LONG_TITLE_POINTS,
        style="B",
        colour=ACCENT,
        align=Align.C,
    )
    sheet.write_lines(
        kind.title.en,
        x=LEFT_MM,
        width=width,
        points=13,
        style="I",
        colour=FAINT_INK,
        align=Align.C,
    )
    sheet.set_y(sheet.get_y() + 2)
    sheet.rule(_MIDDLE_MM, half_width=22)
    sheet.set_y(sheet.get_y() + 6)
    if paper.addressee is not None:
        sheet.write_both(
            paper.addressee, x=LEFT_MM + 6, width=width - 12, points=12.5, style="B", align=Align.C
        )
        sheet.set_y(sheet.get_y() + 3)
    sheet.write_both(paper.statement, x=LEFT_MM + 6, width=width - 12, points=11.5, align=Align.C)
    sheet.set_y(sheet.get_y() + 6)


def _write_rows(sheet: Sheet, paper: Paper, holder: Holder) -> None:
    born = holder.birth_date
    sheet.write_row(_NAME, _same(holder.name), style="B")
    sheet.write_row(_BIRTH_DATE, Wording(f"{born:%d/%m/%Y}", _english_day(born)))
    sheet.write_row(_SEX, _SEXES[holder.sex])
    sheet.write_row(_ID_TAIL, _same(holder.id_tail))
    for line in paper.lines:
        sheet.write_row(line.title, line.value)
    sheet.line_across()


def _write_hands(sheet: Sheet, paper: Paper) -> None:
    """Write who stands for what is said, side by side, with room above the names to sign."""
    if not paper.hands:
        return
    if sheet.get_y() + _HANDS_MM > sheet.page_break_trigger:
        sheet.add_page()
    top, width = sheet.get_y() + 5, (RIGHT_MM - LEFT_MM) / len(paper.hands)
    for place, hand in enumerate(paper.hands):
        x = LEFT_MM + place * width
        sheet.set_y(top)
        sheet.write_both(hand.title, x=x, width=width, points=11, style="B", align=Align.C)
        sheet.set_y(top + _HANDS_MM - 12)
        sheet.write_both(hand.value, x=x, width=width, points=11, align=Align.C)


def _draw_check(sheet: Sheet, imprint: _Imprint) -> None:
    """Draw the block at the foot of the first page: code, how to check, who signed."""
    last = sheet.page_no()
    sheet.set_auto_page_break(auto=False)
    sheet.page = 1
    side = A4_PAGE.side_mm
    symbol = encode_for_print(imprint.qr_text, A4_PAGE)
    quiet = QUIET_ZONE_MODULES * symbol.pitch_mm(side)
    top = _CHECK_MM + quiet + 2
    sheet.set_y(_CHECK_MM)
    sheet.line_across()
    sheet.draw_symbol(symbol, x=LEFT_MM + quiet, y=top, side_mm=side)
    _write_how(sheet, imprint, x=LEFT_MM + side + 2 * quiet + 2, y=top)
    _write_signed(sheet, imprint, x=137, y=top)
    sheet.page = last


def _write_how(sheet: Sheet, imprint: _Imprint, *, x: float, y: float) -> None:
    width = 135 - x
    sheet.set_y(y)
    sheet.write_both(_CHECK, x=x, width=width, points=9.5, style="B")
    sheet.set_y(sheet.get_y() + 1)
    sheet.write_both(_SCAN, x=x, width=width, points=8.5)
    host = split(imprint.qr_text)[0].decode("ascii").removesuffix("/#")
    sheet.write_lines(
        host.partition("://")[2], x=x, width=width, points=11.5, style="B", colour=ACCENT
    )
    sheet.set_y(sheet.get_y() + 1.5)
    sheet.write_both(_TYPE, x=x, width=width, points=8.5)
    sheet.write_lines(imprint.short_code, x=x, width=width, points=11.5, style="B", colour=ACCENT)


def _write_signed(sheet: Sheet, imprint: _Imprint, *, x: float, y: float) -> None:
    width = RIGHT_MM - x
    day = imprint.issued_on
    sheet.set_y(y)
    sheet.write_both(
        Wording(f"Ngày {day:%d} tháng {day:%m} năm {day.year:04}", _english_day(day)),
        x=x,
        width=width,
        points=10,
        style="I",
        align=Align.C,
    )
    sheet.set_y(sheet.get_y() + 1)
    office = imprint.signed_as or imprint.issuer
    sheet.write_both(
        Wording(office.vi.upper(), office.en),
        x=x,
        width=width,
        points=9.5,
        style="B",
        align=Align.C,
    )
    sheet.set_y(sheet.get_y() + 5)
    sheet.write_both(_SIGNED, x=x, width=width, points=8.5, align=Align.C)
    if imprint.signed_by:
        sheet.set_y(sheet.get_y() + 1)
        sheet.write_lines(imprint.signed_by, x=x, width=width, points=11, style="B", align=Align.C)


def _attach(sheet: Sheet, content: bytes, what: tuple[str, str, str], at: datetime) -> None:
    name, description, media_type = what
    sheet.embed_file(
        bytes=content,
        basename=name,
        desc=description,
        mime_type=media_type,
        creation_date=at,
        modification_date=at,
        associated_file_relationship="Data",
    )


def _english_day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year:04}"


def _same(text: str) -> Wording:
    return Wording(text, text)
