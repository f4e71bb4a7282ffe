import subprocess
from unicodedata import normalize

import pytest
from hypothesis import given, settings

from ledger.audit.document.account import AuditAccount
from ledger.audit.document.contents import contents_of
from ledger.audit.document.sheet import audit_sheet
from ledger.audit.findings import Finding, Severity
from tests_support.audit_accounts import ACCOUNTS, ROOT, account_of, edited_rows

LANGUAGES = ("vi", "en")


def pages_of(sheet: bytes) -> list[str]:
    """Return the text layer of each page, as poppler reads it."""
    run = subprocess.run(
        ["pdftotext", "-enc", "UTF-8", "-", "-"], input=sheet, capture_output=True, check=True
    )
    return run.stdout.decode().split("\f")[:-1]


def squeezed(text: str) -> str:
    """Return text without what line breaks add or take."""
    return "".join(text.split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_in_the_text_layer_with_its_diacritics(language: str) -> None:
    account = account_of(edited_rows(2), {"C4": "no answer from http://127.0.0.1:9"})
    pages = pages_of(audit_sheet(account, language))
    text = "\n".join(pages)
    assert normalize("NFC", text) == text
    bare = squeezed(text)
    told = contents_of(account, language)
    for one in (told.verdict, told.advice, *told.limits, told.command):
        assert squeezed(one) in bare
    for row in (*told.counts, *told.overview, *(row for g in told.groups for row in g.rows)):
        assert squeezed(row.value) in bare


def test_each_page_bears_the_root_and_its_own_number() -> None:
    pages = pages_of(audit_sheet(account_of(edited_rows(60)), "vi"))
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert f"Giá trị gốc: {ROOT.hex()}" in page
        assert f"Trang {number} trên {len(pages)}" in page


def test_a_sheet_without_a_believed_head_says_that_there_is_no_root() -> None:
    (first, *_) = pages_of(audit_sheet(account_of(root=None), "en"))
    assert "Root: none" in first


def test_more_than_200_of_a_code_are_counted_and_said_to_be_elsewhere() -> None:
    text = "\n".join(pages_of(audit_sheet(account_of(edited_rows(203)), "en")))
    assert text.count("a row with another digest") == 200
    assert "3 more are in report.jsonl" in text


def test_a_character_that_the_font_lacks_is_a_question_mark() -> None:
    found = Finding("C4.unsigned", Severity.ERROR, {"file": "đã lưu \U0001f98a.txt"}, "a", "b")
    text = "\n".join(pages_of(audit_sheet(account_of([found]), "vi")))
    assert "tệp đã lưu ?.txt" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_account_gives_the_same_bytes(language: str) -> None:
    account = account_of(edited_rows(3))
    assert audit_sheet(account, language) == audit_sheet(account, language)


@given(ACCOUNTS)
@settings(max_examples=15, deadline=None)
def test_any_finding_can_be_printed(account: AuditAccount) -> None:
    assert audit_sheet(account, "vi").startswith(b"%PDF-")


@pytest.mark.parametrize(
    ("language", "title"), [("vi", "Báo cáo kiểm toán sổ cái"), ("en", "Audit report of a ledger")]
)
def test_the_sheet_says_its_title_and_language(language: str, title: str) -> None:
    sheet = audit_sheet(account_of(), language)
    assert f"/Lang ({language})".encode() in sheet
    assert title.encode() in sheet
