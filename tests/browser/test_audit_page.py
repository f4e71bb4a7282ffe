"""The auditor's page as a file that somebody opens: no barrier, no request, nothing cut off."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from ledger.audit.document.account import AuditAccount
from ledger.audit.document.page import audit_page
from ledger.audit.findings import Finding, Severity
from tests_support.audit_accounts import account_of, edited_rows

pytestmark = pytest.mark.browser

LONG = "x" * 300
ACCOUNTS = {
    "tampered": account_of(
        [
            *edited_rows(3),
            Finding("C4.rollback", Severity.CRITICAL, {"file": LONG, "size": 1 << 40}, LONG, LONG),
            Finding("C9.stale", Severity.WARNING, {"size": 1}, "a young one", "an old one"),
        ]
    ),
    "not all checked": account_of([], {"C4": "no answer from http://127.0.0.1:9"}, root=None),
    "clean": account_of(),
}
LOOKS = [(language, scheme, width) for language in ("vi", "en") for scheme, width in
         (("light", 1280), ("dark", 1280), ("light", 320), ("dark", 320))]  # fmt: skip


@pytest.fixture(params=LOOKS, ids=lambda look: "-".join(map(str, look)))
def opened(
    request: pytest.FixtureRequest, browser: Browser
) -> Iterator[tuple[str, Page, list[str]]]:
    """A page in one language, colour scheme and width; and what it asks of anybody."""
    language, scheme, width = request.param
    context = browser.new_context(
        color_scheme=scheme, viewport={"width": width, "height": 900}, java_script_enabled=True
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    page.on("console", lambda one: asked.append(one.text))
    yield language, page, asked
    context.close()


@pytest.mark.parametrize("name", ACCOUNTS)
def test_a_report_has_no_barrier_that_axe_knows_and_asks_for_nothing(
    opened: tuple[str, Page, list[str]], name: str, tmp_path: Path
) -> None:
    language, page, asked = opened
    account: AuditAccount = ACCOUNTS[name]
    file = tmp_path / "report.html"
    file.write_text(audit_page(account, language), "utf-8")
    page.goto(file.as_uri())
    found = Axe().run(page).response["violations"]
    assert [f"{one['id']}: {json.dumps([n['html'] for n in one['nodes']])}" for one in found] == []
    assert asked == [file.as_uri()]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "the page itself never scrolls sideways"
