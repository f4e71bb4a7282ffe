"""A statement of a service about one thing that it did: A4, in Vietnamese and English.

From the top: who states it, the title, the one answer in a frame, what it rests on, what it means.
The same in a form for programs is attached; the same statement gives the same bytes.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from fpdf.enums import Align

from ledger.certificates.kind import Wording
from ledger.paper.sheet import (
    ACCENT,
    BOTTOM_MM,
    FAINT_INK,
    INK,
    LEFT_MM,
    RIGHT_MM,
    TOP_MM,
    Sheet,
)

_WIDTH: Final = RIGHT_MM - LEFT_MM
_WATERMARK: Final = "MẪU · SPECIMEN"
_PADDING_MM: Final = 3.0


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside of the document."""

    name: str
    what: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Statement:
    """What it says."""

    by: Wording
    title: Wording
    answer: Wording
    """The one thing that a hurried reader takes away."""
    explained: Wording
    rows: tuple[tuple[Wording, Wording], ...]
    paragraphs: tuple[Wording, ...]
    reference: str
    at: datetime
    """When it was made; aware."""
    attachment: Attachment
    specimen: bool = False


def write_statement(statement: Statement) -> bytes:
    """Return ``statement`` as a PDF/A-3U document.

    A character of a row that the font does not have is printed as a question mark.
    """
    sheet = Sheet(
        foot=f"{statement.title.vi} · {statement.reference}",
        title=f"{statement.title.vi} · {statement.title.en}",
        at=statement.at,
        end_of_first_mm=BOTTOM_MM,
        watermark=_WATERMARK if statement.specimen else "",
    )
    try:
        _write_head(sheet, statement)
        _write_answer(sheet, statement)
        for title, value in statement.rows:
            sheet.write_row(title, Wording(sheet.printable(value.vi), sheet.printable(value.en)))
        sheet.line_across()
        sheet.set_y(sheet.get_y() + 4)
        for words in statement.paragraphs:
            sheet.write_both(words, x=LEFT_MM, width=_WIDTH, points=10)
            sheet.set_y(sheet.get_y() + 2)
        _attach(sheet, statement.attachment, statement.at)
        return bytes(sheet.output())
    finally:
        sheet.close_fonts()


def _write_head(sheet: Sheet, statement: Statement) -> None:
    sheet.set_y(TOP_MM)
    sheet.write_both(statement.by, x=LEFT_MM, width=_WIDTH, points=10, style="B", align=Align.C)
    sheet.set_y(sheet.get_y() + 3)
    for text, points, style, colour in (
        (statement.title.vi.upper(), 15, "B", ACCENT),
        (statement.title.en, 11, "I", FAINT_INK),
    ):
        sheet.write_lines(
            text, x=LEFT_MM, width=_WIDTH, points=points, style=style, colour=colour,
            align=Align.C,
        )  # fmt: skip
    sheet.set_y(sheet.get_y() + 4)


def _write_answer(sheet: Sheet, statement: Statement) -> None:
    """Write the answer in a frame of its own."""
    top = sheet.get_y()
    x, width = LEFT_MM + _PADDING_MM, _WIDTH - 2 * _PADDING_MM
    sheet.set_y(top + _PADDING_MM)
    sheet.write_both(statement.answer, x=x, width=width, points=14, style="B", align=Align.C)
    sheet.set_y(sheet.get_y() + 1)
    sheet.write_both(statement.explained, x=x, width=width, points=10.5, align=Align.C)
    end = sheet.get_y() + _PADDING_MM
    sheet.set_draw_color(*INK)
    sheet.set_line_width(0.5)
    sheet.rect(LEFT_MM, top, _WIDTH, end - top)
    sheet.set_y(end + 4)


def _attach(sheet: Sheet, attachment: Attachment, at: datetime) -> None:
    sheet.embed_file(
        bytes=attachment.content,
        basename=attachment.name,
        desc=attachment.what,
        mime_type=attachment.media_type,
        creation_date=at,
        modification_date=at,
        associated_file_relationship="Data",
    )
