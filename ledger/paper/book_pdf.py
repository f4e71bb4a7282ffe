"""A health book for print: what can harm at once first, then the sections, in two languages."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from fpdf.enums import Align
from fpdf.fonts import TTFFont

from ledger.certificates.kind import Wording
from ledger.clinical.book import Book, Item
from ledger.clinical.moments import VIETNAM, span, time_of
from ledger.clinical.sections import Section, section, standing
from ledger.clinical.words import Words, heading, standing_words, status_words, value_words
from ledger.paper.sheet import (
    ACCENT,
    BOTTOM_MM,
    FAINT_INK,
    LEFT_MM,
    RIGHT_MM,
    TOP_MM,
    Sheet,
    nfc,
)

_ORDER: Final = (
    Section.ALLERGIES, Section.PROBLEMS, Section.MEDICINES, Section.IMMUNISATIONS,
    Section.APPOINTMENTS, Section.REFERRALS, Section.VISITS, Section.PROCEDURES, Section.RESULTS,
    Section.VITALS, Section.DOCUMENTS, Section.DEVICES, Section.PLANS,
)  # fmt: skip
_ALWAYS: Final = frozenset({Section.ALLERGIES, Section.PROBLEMS, Section.MEDICINES})
"""Sections that are printed empty, too: "none known" differs from "no data"."""
_TITLE: Final = Wording("SỔ SỨC KHỎE ĐIỆN TỬ", "Electronic health book")
_NAME: Final = Wording("Họ và tên", "Full name")
_BIRTH: Final = Wording("Ngày sinh", "Date of birth")
_AS_OF: Final = Wording("Dữ liệu tính đến", "As known on")
_NOTE: Final = Wording(
    "Nội dung do các cơ sở khám bệnh, chữa bệnh gửi; ghi đúng như đã gửi.",
    "What facilities sent, in their own words.",
)
_WATERMARK: Final = "MẪU · SPECIMEN"
_LATE: Final = Words("nhận muộn", "received late")
_MISSING: Final = "?"
_DAY: Final = len("dd/mm/yyyy")
_PARTS: Final = {4: "%Y", 7: "%m/%Y", 10: "%d/%m/%Y"}


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands above the sections."""

    name: str
    birth: str
    """As known: YYYY, YYYY-MM or YYYY-MM-DD."""
    at: datetime
    """When it is made; aware."""
    as_of: datetime | None = None
    effective: date | None = None
    specimen: bool = False


def write_book(book: Book, cover: Cover) -> bytes:
    """Return the book as a PDF/A-3U document; the same book and cover give the same bytes.

    A character that the font does not have is printed as a question mark: the paper is a copy to
    read, what was received stays in the ledger.
    """
    sheet = Sheet(
        foot=f"{_TITLE.vi.capitalize()} · {cover.at.astimezone(VIETNAM):%d/%m/%Y %H:%M}",
        title=f"{_TITLE.vi.capitalize()} · {_TITLE.en}",
        at=cover.at,
        end_of_first_mm=BOTTOM_MM,
        watermark=_WATERMARK if cover.specimen else "",
    )
    try:
        _write_cover(sheet, cover)
        for name in _ORDER:
            _write_section(sheet, book, name)
        return bytes(sheet.output())
    finally:
        sheet.close_fonts()


def _write_cover(sheet: Sheet, cover: Cover) -> None:
    width = RIGHT_MM - LEFT_MM
    sheet.set_y(TOP_MM)
    sheet.write_lines(
        _TITLE.vi, x=LEFT_MM, width=width, points=18, style="B", colour=ACCENT, align=Align.C
    )
    sheet.write_lines(
        _TITLE.en, x=LEFT_MM, width=width, points=12, style="I", colour=FAINT_INK, align=Align.C
    )
    sheet.set_y(sheet.get_y() + 5)
    sheet.write_row(_NAME, _same(sheet, cover.name or "-"), style="B")
    sheet.write_row(_BIRTH, _same(sheet, shown_time(cover.birth) or "-"))
    known = cover.as_of or cover.at
    sheet.write_row(_AS_OF, _same(sheet, f"{known.astimezone(VIETNAM):%d/%m/%Y %H:%M}"))
    if cover.effective is not None:
        on = Wording("Tình trạng vào ngày", "As it was on")
        sheet.write_row(on, _same(sheet, f"{cover.effective:%d/%m/%Y}"))
    sheet.line_across()
    sheet.set_y(sheet.get_y() + 2)
    sheet.write_both(_NOTE, x=LEFT_MM, width=width, points=9.5)


def _write_section(sheet: Sheet, book: Book, name: Section) -> None:
    items = section(book, name)
    if not items and name not in _ALWAYS:
        return
    words = heading(name)
    if sheet.get_y() > BOTTOM_MM - 30:
        sheet.add_page()
    sheet.set_y(sheet.get_y() + 5)
    sheet.write_lines(
        f"{words.vi} · {words.en}",
        x=LEFT_MM,
        width=RIGHT_MM - LEFT_MM,
        points=13,
        style="B",
        colour=ACCENT,
    )
    sheet.set_y(sheet.get_y() + 1)
    if not items:
        nothing = standing_words(standing(items))
        sheet.write_row(Wording("-", "-"), Wording(nothing.vi, nothing.en))
    for item in items:
        sheet.write_row(_label(sheet, item), _same(sheet, _told(item)))
    sheet.line_across()


def _label(sheet: Sheet, item: Item) -> Wording:
    status = status_words(item.status)
    times = _times(item)
    late = (f", {_LATE.vi}", f", {_LATE.en}") if item.late else ("", "")
    vi, en = f"{times}\n{status.vi}{late[0]}".strip(), f"{status.en}{late[1]}"
    return Wording(_printable(sheet, vi), _printable(sheet, en))


def _times(item: Item) -> str:
    """Return when it was; from which day to which, where it lasted."""
    when = shown_time(item.entry.start or item.entry.recorded)
    first, last = when[:_DAY], shown_time(item.entry.end)[:_DAY]
    return f"{first} - {last}" if last and last != first else when


def _told(item: Item) -> str:
    value = value_words(item)
    facility = item.source.facility
    received = f"{time_of(item.source.recorded_at):%d/%m/%Y}"
    lines = (item.entry.text or "-", value, f"({facility}, {received})")
    return "\n".join(filter(None, lines))


def shown_time(sent: str) -> str:
    """Return a FHIR time as it is written in Vietnam, no more exact than it was sent."""
    found = span(sent)
    if found is None:
        return ""
    at = time_of(found[0])
    return at.strftime(_PARTS.get(len(sent), "%d/%m/%Y %H:%M"))


def _same(sheet: Sheet, text: str) -> Wording:
    printable = _printable(sheet, text)
    return Wording(printable, printable)


def _printable(sheet: Sheet, text: str) -> str:
    sheet.pen(10)
    font = sheet.current_font
    assert isinstance(font, TTFFont)
    kept = (
        one if ord(one) in font.cmap or one == "\n" else " " if one.isspace() else _MISSING
        for one in nfc(text)
    )
    return "".join(kept)
