"""A letter of an authority to an applicant: one A4 page in Vietnamese and English.

From the top: who writes, where and when, the title, to whom and about what, what is said. It bears
no code and certifies nothing. The same letter gives the same bytes.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from fpdf.enums import Align

from ledger.certificates.kind import Wording
from ledger.paper.sheet import ACCENT, BOTTOM_MM, FAINT_INK, LEFT_MM, RIGHT_MM, TOP_MM, Sheet

_WIDTH: Final = RIGHT_MM - LEFT_MM
_MIDDLE: Final = (LEFT_MM + RIGHT_MM) / 2
_COUNTRY: Final = Wording("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Socialist Republic of Viet Nam")
_MOTTO: Final = Wording("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness")
_NUMBER: Final = Wording("Số", "No.")
_CLOSING: Final = Wording("Trân trọng.", "Yours faithfully.")
_NOTE: Final = Wording(
    "Thư lập từ hồ sơ điện tử, không có mã xác thực và không thay cho Phiếu lý lịch tư pháp.",
    "Made from the electronic file; it bears no code and is no certificate.",
)
_WATERMARK: Final = "MẪU · SPECIMEN"


@dataclass(frozen=True, slots=True)
class Letter:
    """What a letter says."""

    authority: Wording
    title: Wording
    on: date
    """The day that it bears."""
    at: datetime
    """When it was written; aware."""
    reference: str
    rows: tuple[tuple[Wording, Wording], ...]
    """Label and value: to whom, about which file, what."""
    paragraphs: tuple[Wording, ...]
    specimen: bool = False


def write_letter(letter: Letter) -> bytes:
    """Return ``letter`` as a PDF/A-3U document.

    A character of a row that the font does not have is printed as a question mark.
    """
    sheet = Sheet(
        foot=f"{letter.title.vi} · {letter.reference}",
        title=f"{letter.title.vi} · {letter.title.en}",
        at=letter.at,
        end_of_first_mm=BOTTOM_MM,
        watermark=_WATERMARK if letter.specimen else "",
    )
    try:
        _write_head(sheet, letter)
        for title, value in letter.rows:
            sheet.write_row(title, Wording(sheet.printable(value.vi), sheet.printable(value.en)))
        sheet.line_across()
        sheet.set_y(sheet.get_y() + 5)
        for words in (*letter.paragraphs, _CLOSING):
            sheet.write_both(words, x=LEFT_MM, width=_WIDTH, points=12)
            sheet.set_y(sheet.get_y() + 3)
        _write_foot(sheet, letter)
        return bytes(sheet.output())
    finally:
        sheet.close_fonts()


def _write_head(sheet: Sheet, letter: Letter) -> None:
    half = _WIDTH / 2 - 2
    for column, words in ((LEFT_MM, letter.authority), (_MIDDLE + 2, _COUNTRY)):
        sheet.set_y(TOP_MM)
        sheet.write_both(words, x=column, width=half, points=10, style="B", align=Align.C)
    sheet.write_both(_MOTTO, x=_MIDDLE + 2, width=half, points=10.5, align=Align.C)
    sheet.set_y(sheet.get_y() + 4)
    sheet.write_lines(
        f"{_NUMBER.vi} · {_NUMBER.en} {letter.reference}, {letter.on:%d/%m/%Y}",
        x=LEFT_MM, width=_WIDTH, points=10, colour=FAINT_INK, align=Align.C,
    )  # fmt: skip
    sheet.set_y(sheet.get_y() + 4)
    sheet.write_lines(
        letter.title.vi.upper(), x=LEFT_MM, width=_WIDTH, points=15, style="B", colour=ACCENT,
        align=Align.C,
    )  # fmt: skip
    sheet.write_lines(
        letter.title.en, x=LEFT_MM, width=_WIDTH, points=11, style="I", colour=FAINT_INK,
        align=Align.C,
    )  # fmt: skip
    sheet.set_y(sheet.get_y() + 5)


def _write_foot(sheet: Sheet, letter: Letter) -> None:
    sheet.set_y(sheet.get_y() + 6)
    sheet.write_both(
        letter.authority, x=_MIDDLE, width=_WIDTH / 2, points=11.5, style="B", align=Align.C
    )
    sheet.set_y(sheet.get_y() + 10)
    sheet.write_both(_NOTE, x=LEFT_MM, width=_WIDTH, points=9)
