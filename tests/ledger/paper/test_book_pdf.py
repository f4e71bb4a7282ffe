"""The printed book: its words can be searched, with all their marks; strange letters print too."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import pypdfium2
import pytest

from ledger.clinical.book import Book, Event, Known, fold
from ledger.clinical.entry import Entry, Kind, Status
from ledger.paper.book_pdf import Cover, shown_time, write_book

AT = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


def book(*entries: Entry) -> Book:
    known = Known(
        UUID(int=1), 1, Event.RECORDED, UUID(int=2), "79A02", 1, 1_764_000_000, 1, entries
    )
    return fold([known])


def entry(kind: Kind, text: str, number: str = "1", **more: Any) -> Entry:
    return Entry(kind=kind, type="X", id=number, place=0, status=Status.ACTIVE, text=text, **more)


def text_of(pdf: bytes) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)
    finally:
        document.close()


def test_the_book_prints_in_both_languages_with_all_marks() -> None:
    allergy = entry(Kind.ALLERGY, "Dị ứng Penicillin", start="1985")
    visit = entry(Kind.VISIT, "Khám nội trú", "2", start="2026-11-01T08:00:00+07:00",
                  end="2026-11-05T10:00:00+07:00")  # fmt: skip
    told = text_of(write_book(book(allergy, visit), Cover("NGUYỄN THỊ MẪU", "1985-03", AT)))
    for words in ("SỔ SỨC KHỎE ĐIỆN TỬ", "NGUYỄN THỊ MẪU", "03/1985", "Dị ứng Penicillin", "1985",
                  "Allergies and intolerances", "01/11/2026 - 05/11/2026", "79A02"):  # fmt: skip
        assert words in told


def test_what_nobody_said_is_printed_as_no_data() -> None:
    told = text_of(write_book(book(), Cover("", "", AT, effective=date(2020, 1, 2))))
    assert "Chưa có dữ liệu" in told
    assert "02/01/2020" in told


def test_a_letter_that_the_font_lacks_stops_nothing() -> None:
    told = text_of(write_book(book(entry(Kind.PROBLEM, "Hen 😀\u200b suyễn")), Cover("A", "", AT)))
    assert "suyễn" in told


def test_a_long_text_goes_on_over_pages() -> None:
    long = entry(Kind.DOCUMENT, "Bệnh sử kéo dài. " * 900)
    pdf = write_book(book(long), Cover("A", "", AT, specimen=True))
    assert len(pypdfium2.PdfDocument(pdf)) > 2


def test_the_same_book_gives_the_same_bytes() -> None:
    given = book(entry(Kind.PROBLEM, "Hen"))
    assert write_book(given, Cover("A", "", AT)) == write_book(given, Cover("A", "", AT))


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("1985", "1985"),
        ("1985-03", "03/1985"),
        ("1985-03-04", "04/03/1985"),
        ("2026-11-01T01:00:00Z", "01/11/2026 08:00"),
        ("gần đây", ""),
        ("", ""),
    ],
)
def test_a_time_is_shown_no_more_exactly_than_it_was_sent(sent: str, shown: str) -> None:
    assert shown_time(sent) == shown
