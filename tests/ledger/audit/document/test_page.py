import re
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from typing_extensions import override

from ledger.audit.document.account import AuditAccount
from ledger.audit.document.contents import Contents, contents_of
from ledger.audit.document.page import audit_page
from ledger.audit.findings import Finding, Severity
from tests_support.audit_accounts import ACCOUNTS, account_of, edited_rows

LANGUAGES = ("vi", "en")
VOID = {"meta"}


class Reader(HTMLParser):
    """Reads a page: its elements, its text, and whether every element is closed in order."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.names: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        assert self._open == []

    @override
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self._open.append(tag)

    @override
    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    @override
    def handle_data(self, data: str) -> None:
        self.text.append(data)


def texts_of(told: Contents) -> list[str]:
    """Return every text that a document has to show."""
    rows = [*told.overview, *told.counts, *(row for one in told.groups for row in one.rows)]
    shown = [one for group in told.groups for one in group.shown]
    return [
        told.verdict, told.advice, told.command, *told.cautions, *told.limits,
        *(text for row in rows for text in row),
        *(text for check in told.checks for text in (check.title, check.result)),
        *(text for one in shown for text in one if text),
    ]  # fmt: skip


@given(ACCOUNTS)
@settings(deadline=None)
@pytest.mark.parametrize("language", LANGUAGES)
def test_any_finding_is_text_and_nothing_but_text(language: str, account: AuditAccount) -> None:
    read = Reader(audit_page(account, language))
    bare = Reader(audit_page(account_of(), language))
    assert set(read.names) <= {*bare.names, "article", "h3", "code"}
    assert not {name for name, _ in read.attributes if name.startswith("on")}
    text = "".join(read.text)
    for told in texts_of(contents_of(account, language)):
        assert told in text


@given(ACCOUNTS)
@settings(deadline=None)
def test_a_page_shows_as_many_rows_as_it_counts(account: AuditAccount) -> None:
    page = audit_page(account, "en")
    counted = [int(one) for one in re.findall(r'<span class="count">([\d,]+)</span>', page)]
    assert sum(counted) == len(account.report.findings)
    assert page.count('<td lang="en">') == 2 * len(account.report.findings)


def test_markup_in_a_files_name_stays_text() -> None:
    name = '"><script>alert(1)</script>'
    page = audit_page(
        account_of([Finding("C4.unsigned", Severity.ERROR, {"file": name}, "a", "b")]), "vi"
    )
    assert "<script" not in page
    assert name in "".join(Reader(page).text)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_asks_for_nothing_and_says_so(language: str) -> None:
    page = audit_page(account_of(edited_rows(3)), language)
    read = Reader(page)
    assert not {"script", "img", "link", "iframe", "form"} & set(read.names)
    assert not {"src", "href", "srcset", "action"} & {name for name, _ in read.attributes}
    assert "url(" not in page
    assert "@import" not in page
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in read.attributes
    assert ("lang", language) in read.attributes


def test_the_verdict_stands_before_everything_else() -> None:
    account = account_of(edited_rows(3))
    text = "".join(Reader(audit_page(account, "en")).text)
    body = text[text.index("Audit report", text.index("}\n\n")) :]
    places = [body.index(one) for one in ("Verdict", "Counts", "What was checked", "C1.row")]
    assert places == sorted(places)


def test_the_first_200_of_a_code_are_shown_and_the_rest_is_said_to_be_elsewhere() -> None:
    page = audit_page(account_of(edited_rows(5_000)), "en")
    assert page.count('<td lang="en">') == 400
    assert '<span class="count">5,000</span>' in page
    assert "4,800 more are in report.jsonl" in page
    assert len(page) < 200_000


def test_the_same_account_gives_the_same_page() -> None:
    account = account_of(edited_rows(3), {"C8": "no log was given"})
    assert audit_page(account, "vi") == audit_page(account, "vi") != audit_page(account, "en")
