"""An A4 sheet in two languages: fonts, the frame, paragraphs and rows that flow over pages.

All text is written in NFC with an embedded font, so that it can be copied and searched. The
document is PDF/A-3U: archives can keep it, and the token can be attached to it.
"""

from datetime import datetime
from pathlib import Path
from typing import Final
from unicodedata import normalize

from fpdf import FPDF
from fpdf.drawing import GraphicsContext, PaintedPath
from fpdf.enums import Align, MethodReturnValue, PathPaintRule, XPos, YPos
from fpdf.fonts import TTFFont
from typing_extensions import override

from ledger.certificates.kind import Wording
from ledger.errors import InvalidInputError
from ledger.paper.symbol import Symbol, dark_runs
from ledger.paper.xmp import PRODUCER, describe

LEFT_MM: Final = 22.0
RIGHT_MM: Final = 188.0
TOP_MM: Final = 19.0
BOTTOM_MM: Final = 272.0
"""Where text ends on every page but the first, which also holds the code."""

INK: Final = (24, 28, 38)
FAINT_INK: Final = (92, 98, 112)
ACCENT: Final = (24, 62, 104)
HAIRLINE: Final = (196, 202, 212)
WATERMARK: Final = (232, 235, 240)

_FAMILY: Final = "Serif"
_FONTS: Final = Path(__file__).parent / "fonts"
MISSING: Final = "?"
"""Stands for a character that the font does not have."""
_STYLES: Final = {"": "Regular", "B": "Bold", "I": "Italic"}
_LABEL_MM: Final = 54.0
_GUTTER_MM: Final = 3.0
_VALUE_MM: Final = RIGHT_MM - LEFT_MM - _LABEL_MM
_LABEL_POINTS: Final = 10.5
_VALUE_POINTS: Final = 11.5
_ROW_GAP_MM: Final = 1.8
_EN_SMALLER: Final = 0.86
"""English stands under Vietnamese, smaller, in italics and fainter ink."""
_LINE_MM_PER_POINT: Final = 0.43


class Sheet(FPDF):
    """A document in the making; see the functions of `ledger.paper.page` for the order."""

    def __init__(
        self, *, foot: str, title: str, at: datetime, end_of_first_mm: float, watermark: str = ""
    ) -> None:
        """Begin a document made ``at``, whose first page's text ends at ``end_of_first_mm``.

        Every page ends with ``foot`` and its number, and lies over ``watermark`` in large letters.
        """
        super().__init__(enforce_compliance="PDF/A-3U")
        self._foot = foot
        self._watermark = watermark
        self._end_of_first_mm = end_of_first_mm
        for style, name in _STYLES.items():
            self.add_font(_FAMILY, style, _FONTS / f"LiberationSerif-{name}.ttf")
        self.set_creation_date(at)
        self.set_title(nfc(title))
        self.set_producer(PRODUCER)
        self.set_xmp_metadata(describe(nfc(title), at))
        self.set_lang("vi")
        self.set_margins(LEFT_MM, TOP_MM, 210 - RIGHT_MM)
        self.add_page()

    def close_fonts(self) -> None:
        """Close the font files, which the library leaves open."""
        for font in self.fonts.values():
            assert isinstance(font, TTFFont)
            font.close()

    @override
    def header(self) -> None:
        """Draw the frame and set where this page's text ends."""
        end = self._end_of_first_mm if self.page_no() == 1 else BOTTOM_MM
        self.set_auto_page_break(auto=True, margin=297 - end)
        if self._watermark:
            self.pen(64, "B", WATERMARK)
            with self.rotation(52, x=105, y=130):
                self.set_xy(9, 115)
                self.cell(192, 30, nfc(self._watermark), align=Align.C)
        self.set_xy(LEFT_MM, TOP_MM)
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.7)
        self.rect(9, 9, 192, 279)
        self.set_line_width(0.2)
        self.rect(10.4, 10.4, 189.2, 276.2)

    @override
    def footer(self) -> None:
        """Write which document and which page this is."""
        self.pen(8, colour=FAINT_INK)
        self.set_xy(LEFT_MM, 279.5)
        vi, en = f"Trang {self.page_no()}/{{nb}}", f"Page {self.page_no()} of {{nb}}"
        self.cell(RIGHT_MM - LEFT_MM, 4, nfc(f"{self._foot} · {vi} · {en}"), align=Align.C)

    def pen(self, points: float, style: str = "", colour: tuple[int, int, int] = INK) -> None:
        """Write from here on in this size, style (``B``, ``I`` or plain) and colour."""
        self.set_font(_FAMILY, style, points)
        self.set_text_color(*colour)

    def write_lines(
        self,
        text: str,
        *,
        x: float,
        width: float,
        points: float,
        style: str = "",
        colour: tuple[int, int, int] = INK,
        align: Align = Align.L,
    ) -> None:
        """Write ``text`` into a column from the current height on; the pen ends below it.

        Raises:
            InvalidInputError: ``no_glyph``: a character that the font cannot show.
        """
        self.pen(points, style, colour)
        self.set_x(x)
        self.multi_cell(
            width,
            points * _LINE_MM_PER_POINT,
            self._writable(text),
            align=align,
            new_x=XPos.LEFT,
            new_y=YPos.NEXT,
        )

    def write_both(
        self,
        words: Wording,
        *,
        x: float,
        width: float,
        points: float,
        style: str = "",
        align: Align = Align.L,
    ) -> None:
        """Write the Vietnamese and, unless it is the same, the English under it."""
        self.write_lines(words.vi, x=x, width=width, points=points, style=style, align=align)
        if words.en != words.vi:
            self.write_lines(
                words.en,
                x=x,
                width=width,
                points=points * _EN_SMALLER,
                style="I",
                colour=FAINT_INK,
                align=align,
            )

    def write_row(self, title: Wording, value: Wording, *, style: str = "") -> None:
        """Write one row: the label at the left, the value beside it, a hairline above.

        A row that does not fit goes to the next page whole; only one longer than a page is split.
        """
        if self.get_y() + self._row_height(title, value, style) > self.page_break_trigger:
            self.add_page()
        top, page = self.get_y(), self.page_no()
        self.line_across()
        self.set_y(top + _ROW_GAP_MM)
        self._write_label(title)
        label_end = self.get_y()
        self.set_y(top + _ROW_GAP_MM)
        self._write_value(value, style)
        same_page = self.page_no() == page
        self.set_y((max(label_end, self.get_y()) if same_page else self.get_y()) + _ROW_GAP_MM)

    def line_across(self) -> None:
        """Draw a hairline over the whole width at the current height."""
        self.set_draw_color(*HAIRLINE)
        self.set_line_width(0.15)
        self.line(LEFT_MM, self.get_y(), RIGHT_MM, self.get_y())

    def rule(self, middle: float, *, half_width: float) -> None:
        """Draw a short ornamental line around ``middle``, a little below the current height."""
        y = self.get_y() + 1.2
        self.set_draw_color(*ACCENT)
        self.set_line_width(0.35)
        self.line(middle - half_width, y, middle + half_width, y)
        self.set_y(y)

    def _row_height(self, title: Wording, value: Wording, style: str) -> float:
        label = self._height(title, _LABEL_MM - _GUTTER_MM, _LABEL_POINTS, "")
        told = self._height(value, _VALUE_MM, _VALUE_POINTS, style)
        return min(max(label, told) + 2 * _ROW_GAP_MM, BOTTOM_MM - TOP_MM)

    def _height(self, words: Wording, width: float, points: float, style: str) -> float:
        """Return how high `write_both` would write."""
        texts = [(words.vi, points, style)]
        if words.en != words.vi:
            texts.append((words.en, points * _EN_SMALLER, "I"))
        return sum(self._lines_height(text, width, size, look) for text, size, look in texts)

    def _lines_height(self, text: str, width: float, points: float, style: str) -> float:
        self.pen(points, style)
        line = points * _LINE_MM_PER_POINT
        self.auto_page_break = False  # else the library breaks the page even in a dry run
        height = self.multi_cell(
            width, line, self._writable(text), dry_run=True, output=MethodReturnValue.HEIGHT
        )
        self.auto_page_break = True
        assert isinstance(height, float | int)
        return height

    def _write_label(self, title: Wording) -> None:
        self.write_both(title, x=LEFT_MM, width=_LABEL_MM - _GUTTER_MM, points=_LABEL_POINTS)

    def _write_value(self, value: Wording, style: str) -> None:
        x = LEFT_MM + _LABEL_MM
        self.write_both(value, x=x, width=_VALUE_MM, points=_VALUE_POINTS, style=style)

    def draw_symbol(self, symbol: Symbol, *, x: float, y: float, side_mm: float) -> None:
        """Draw ``symbol`` as one filled path with its corner at (x, y), ``side_mm`` wide."""
        pitch = symbol.pitch_mm(side_mm)
        path = PaintedPath()
        path.style.paint_rule = PathPaintRule.FILL_NONZERO
        path.style.fill_color = "#000"
        for left, top, length in dark_runs(symbol):
            path.rectangle(x + left * pitch, y + top * pitch, length * pitch, pitch)
        drawing = GraphicsContext()
        drawing.add_item(path, clone=False)
        self.draw_path(drawing, copy=False)

    def printable(self, text: str) -> str:
        """Return ``text`` with a question mark for each character that the font does not have.

        For copies to read: what was received stays in the ledger.
        """
        self.pen(10)
        font = self.current_font
        assert isinstance(font, TTFFont)
        kept = (
            one if ord(one) in font.cmap or one == "\n" else " " if one.isspace() else MISSING
            for one in nfc(text)
        )
        return "".join(kept)

    def _writable(self, text: str) -> str:
        composed = nfc(text)
        font = self.current_font
        assert isinstance(font, TTFFont)
        missing = {character for character in composed if ord(character) not in font.cmap} - {"\n"}
        if missing:
            points = ", ".join(sorted(f"U+{ord(character):04X}" for character in missing))
            raise InvalidInputError("paper", "no_glyph", f"no characters beyond the font: {points}")
        return composed


def nfc(text: str) -> str:
    """Return ``text`` in Unicode normal form C: one code point for a letter and its tone."""
    return normalize("NFC", text)
