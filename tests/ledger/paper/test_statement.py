"""A statement is one sheet that anybody can read, and a file inside of it for programs."""

from dataclasses import replace
from datetime import UTC, datetime

import pypdfium2

from ledger.certificates.kind import Wording
from ledger.paper.statement import Attachment, Statement, write_statement

SAID = Statement(
    by=Wording("Nơi kiểm tra", "Who checked"),
    title=Wording("Xác nhận", "Receipt"),
    answer=Wording("Hợp lệ", "Valid"),
    explained=Wording("Vẫn còn hiệu lực.", "Still in force."),
    rows=((Wording("Số", "Number"), Wording("452/LLTP", "452/LLTP")),),
    paragraphs=(Wording("Ghi kết quả vào lúc đó.", "What was answered then."),),
    reference="b4d936de",
    at=datetime(2026, 11, 24, 3, 0, tzinfo=UTC),
    attachment=Attachment("a.json", "for programs", "application/json", b'{"a":1}'),
)


def text_of(pdf: bytes) -> str:
    with pypdfium2.PdfDocument(pdf) as document:
        return "\n".join(page.get_textpage().get_text_bounded() for page in document)


def test_everything_that_is_stated_stands_on_the_sheet_in_both_languages() -> None:
    text = text_of(write_statement(SAID))
    for told in ("XÁC NHẬN", "Receipt", "Hợp lệ", "Valid", "452/LLTP", "Still in force.",
                 "Ghi kết quả vào lúc đó.", "b4d936de"):  # fmt: skip
        assert told in text


def test_the_file_for_programs_lies_inside() -> None:
    with pypdfium2.PdfDocument(write_statement(SAID)) as document:
        (attached,) = (document.get_attachment(i) for i in range(document.count_attachments()))
        assert (attached.get_name(), bytes(attached.get_data())) == ("a.json", b'{"a":1}')


def test_the_same_statement_is_the_same_bytes_and_a_specimen_says_so() -> None:
    assert write_statement(SAID) == write_statement(SAID)
    assert "SPECIMEN" in text_of(write_statement(replace(SAID, specimen=True)))
    assert "SPECIMEN" not in text_of(write_statement(SAID))


def test_a_character_that_no_font_has_is_a_question_mark_and_rows_flow_over_pages() -> None:
    odd = (Wording("Số", "Number"), Wording("\U0001f9fe 7", "7"))
    pdf = write_statement(replace(SAID, rows=(odd,) * 60))
    assert "? 7" in text_of(pdf)
    with pypdfium2.PdfDocument(pdf) as document:
        assert len(document) > 1
