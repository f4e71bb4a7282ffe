"""A health book for print: what can harm at once first, then the sections, in two languages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from fpdf.enums import Align

from ledger.certificates.kind import Wording
from ledger.clinical.book import Book, Item
from ledger.clinical.book_papers import BookPaper, in_section, left_words, state_words
from ledger.clinical.moments import VIETNAM, span, time_of
from ledger.clinical.repeated import GROUPED, Line, lines
from ledger.clinical.sections import Section, section, standing
from ledger.clinical.words import (
    Words,
    heading,
    source_words,
    standing_words,
    status_words,
    value_words,
)
from ledger.paper.sheet import (
    ACCENT,
    BOTTOM_MM,
    FAINT_INK,
    LEFT_MM,
    RIGHT_MM,
    TOP_MM,
    Sheet,
)

_ORDER: Final = (
    Section.ALLERGIES, Section.PROBLEMS, Section.MEDICINES, Section.IMMUNISATIONS,
    Section.APPOINTMENTS, Section.REFERRALS, Section.VISITS, Section.PROCEDURES, Section.RESULTS,
    Section.VITALS, Section.DOCUMENTS, Section.DEVICES, Section.PLANS,
    Section.NOTES,
)  # fmt: skip
_ALWAYS: Final = frozenset({Section.ALLERGIES, Section.PROBLEMS, Section.MEDICINES})
"""Sections that are printed empty, too: "none known" differs from "no data"."""
_TITLE: Final = Wording("SỔ SỨC KHỎE ĐIỆN TỬ", "Electronic health book")
_NAME: Final = Wording("Họ và tên", "Full name")
_BIRTH: Final = Wording("Ngày sinh", "Date of birth")
_DIED: Final = Wording("Ngày mất (theo ghi nhận)", "Died on (as recorded)")
_AS_OF: Final = Wording("Dữ liệu tính đến", "As known on")
_NOTE: Final = Wording(
    "Nội dung do các cơ sở khám bệnh, chữa bệnh gửi; ghi đúng như đã gửi.",
    "What facilities sent, in their own words.",
)
_WATERMARK: Final = "MẪU · SPECIMEN"
_NUMBER: Final = Words("Số", "No.")
_HELD: Final = Words("Nơi tiếp nhận", "Held by")
_LATE: Final = Words("nhận muộn", "received late")
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
    died: str = ""
    """YYYY-MM-DD, where a death is recorded."""


def write_book(book: Book, cover: Cover, papers: Sequence[BookPaper] = ()) -> bytes:
    """Return the book as a PDF/A-3U document; the same book, cover, papers give the same bytes.

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
            _write_section(sheet, book, name, in_section(papers, name))
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
    if cover.died:
        sheet.write_row(_DIED, _same(sheet, shown_time(cover.died)))
    known = cover.as_of or cover.at
    sheet.write_row(_AS_OF, _same(sheet, f"{known.astimezone(VIETNAM):%d/%m/%Y %H:%M}"))
    if cover.effective is not None:
        on = Wording("Tình trạng vào ngày", "As it was on")
        sheet.write_row(on, _same(sheet, f"{cover.effective:%d/%m/%Y}"))
    sheet.line_across()
    sheet.set_y(sheet.get_y() + 2)
    sheet.write_both(_NOTE, x=LEFT_MM, width=width, points=9.5)


def _write_section(sheet: Sheet, book: Book, name: Section, papers: Sequence[BookPaper]) -> None:
    items = section(book, name)
    if not (items or papers) and name not in _ALWAYS:
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
    for paper in papers:
        sheet.write_row(_paper_label(sheet, paper), _paper_told(sheet, paper))
    if not (items or papers):
        nothing = standing_words(standing(items))
        sheet.write_row(Wording("-", "-"), Wording(nothing.vi, nothing.en))
    if name in GROUPED:
        for line in lines(items):
            sheet.write_row(_line_label(sheet, line), _line_told(sheet, line))
    else:
        for item in items:
            sheet.write_row(_label(sheet, item), _same(sheet, _told(item)))
    sheet.line_across()


def _line_label(sheet: Sheet, line: Line) -> Wording:
    """Return since when and until when a line was sent; of a single entry, its own label."""
    if len(line.items) == 1:
        return _label(sheet, line.newest)
    status, late = status_words(line.newest.status), any(one.late for one in line.items)
    first, last = (shown_time(sent)[:_DAY] for sent in (line.first, line.last))
    times = first if first == last else f"{first} - {last}"
    vi = f"{times}\n{status.vi}{f', {_LATE.vi}' if late else ''}".strip()
    en = f"{status.en}{f', {_LATE.en}' if late else ''}"
    return Wording(_printable(sheet, vi), _printable(sheet, en))


def _line_told(sheet: Sheet, line: Line) -> Wording:
    """Return what a line says: the newest entry, other wordings, and how often it was sent."""
    if len(line.items) == 1:
        return _same(sheet, _told(line.newest))
    others = "; ".join(line.texts[1:])
    count = Words(f"ghi nhận {len(line.items)} lần", f"sent {len(line.items)} times")
    told = [_told(line.newest), f"({others})" if others else ""]
    vi = "\n".join(filter(None, (*told, f"{count.vi} · {count.en}")))
    return _same(sheet, vi)


def _paper_label(sheet: Sheet, paper: BookPaper) -> Wording:
    """Return what a paper is for and where it is."""
    state, day = state_words(paper.state), f"{paper.last_day:%d/%m/%Y}"
    if paper.section is Section.REFERRALS:
        vi, en = f"Giá trị đến {day}", f"valid until {day}"
    else:
        vi = en = f"{day} {paper.clock}".strip()
    return Wording(_printable(sheet, f"{vi}\n{state.vi}"), _printable(sheet, f"{en}, {state.en}"))


def _paper_told(sheet: Sheet, paper: BookPaper) -> Wording:
    """Return number, who gave it to whom, who has it, and how many days are left."""
    left = left_words(paper)
    to = "; ".join(one.name for one in paper.to)
    way = f"{paper.issuer.name} → {to}" if paper.section is Section.REFERRALS else to
    held = "" if paper.at is None else f"{_HELD.vi} · {_HELD.en}: {paper.at.name}"
    days = "" if left is None else f"{left.vi} · {left.en}"
    number = f"{_NUMBER.vi} · {_NUMBER.en} {paper.number}"
    return _same(sheet, "\n".join(filter(None, (number, way, held, days))))


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
    facility = source_words(item)
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
    return sheet.printable(text)
