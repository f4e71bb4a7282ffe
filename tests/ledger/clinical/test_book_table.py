"""The book as rows: every word, both languages, and nothing that a spreadsheet would run."""

import csv
import io
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from ledger.clinical.book import Event, Known, fold
from ledger.clinical.book_table import COLUMNS, rows, to_csv
from ledger.clinical.entry import Entry, Kind, Status


def table(*texts: str, **more: Any) -> list[list[str]]:
    entries = tuple(
        Entry(kind=Kind.RESULT, type="Observation", id=str(n), place=n, status=Status.COMPLETED,
              text=text, **more)
        for n, text in enumerate(texts)
    )  # fmt: skip
    known = Known(UUID(int=1), 1, Event.RECORDED, UUID(int=2), "79A02", 1, 1, 1, entries)
    return list(csv.reader(io.StringIO(to_csv(fold([known]).items).decode("utf-8-sig"))))


def test_a_row_has_every_column_and_words_stay_vietnamese() -> None:
    head, row = table("Đường huyết", value="12.50", unit="mmol/L", start="2026-11")
    assert tuple(head) == COLUMNS
    assert row[:5] == ["Kết quả · Result", "2026-11", "", "Đường huyết", "12.50 mmol/L"]


def test_the_file_begins_with_the_mark_that_spreadsheets_need() -> None:
    assert to_csv([]).startswith(b"\xef\xbb\xbf")


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1))
def test_no_cell_is_a_formula(text: str) -> None:
    for row in table(text)[1:]:
        assert not row[3].startswith(("=", "+", "@")) or not row[3]
        assert row[3].removeprefix("'") == text.removeprefix("'") or row[3] == text


def test_a_negative_number_stays_one() -> None:
    assert table("-12.5")[1][3] == "-12.5"
    assert table("-1+1")[1][3] == "'-1+1"


def test_nothing_gives_no_rows() -> None:
    assert list(rows([])) == []
