"""After an answer: is it this person, a receipt to keep, and whether a receipt is genuine."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests_support.browser_site import Site
from tests_support.page_checks import EACH, READERS, barriers, check_page, reading, shoot, too_wide
from tests_support.signed_certificates import TOKEN, code

pytestmark = pytest.mark.browser

CODE = code()


def answered(page: Page, site: Site) -> None:
    page.goto(site.url)
    page.fill("#text", CODE)
    page.click("#paste button")
    expect(page.locator("#result article[data-overall=valid]")).to_be_visible()


def kept(page: Page, sort: str, folder: Path) -> Path:
    with page.expect_download() as waiting:
        page.locator(f"form.receipt button[value={sort}]").click()
    file = folder / waiting.value.suggested_filename
    waiting.value.save_as(file)
    return file


@pytest.mark.parametrize("name", EACH)
def test_a_checker_compares_the_person_and_keeps_a_receipt_that_is_genuine(
    site: Site, browser: Browser, tmp_path: Path, name: str
) -> None:
    with reading(browser, site, READERS[name]) as page:
        answered(page, site)
        page.locator("form.receipt label.choice").first.click()
        assert [*barriers(page), *too_wide(page)] == []
        page.locator("form.receipt button").last.scroll_into_view_if_needed()
        shoot(page, f"receipt-match-{name}")
        for sort in ("json", "pdf"):
            file = kept(page, sort, tmp_path)
            page.goto(f"{site.url}/receipts")
            page.set_input_files("#file", file)
            page.locator("main form button").click()
            expect(page.locator("#result .notice.good")).to_be_visible()
            expect(page.locator("#result")).to_contain_text(TOKEN.number)
            assert TOKEN.holder.name not in page.content()
            assert [*barriers(page), *too_wide(page)] == []
            shoot(page, f"receipt-genuine-{name}")
            answered(page, site)


@pytest.mark.parametrize("name", EACH)
def test_the_page_of_receipts_keeps_the_rules(site: Site, browser: Browser, name: str) -> None:
    with reading(browser, site, READERS[name]) as page:
        check_page(page, f"{site.url}/receipts")


def test_an_altered_receipt_is_told_apart(site: Site, browser: Browser, tmp_path: Path) -> None:
    with reading(browser, site, READERS["vi-phone-light"]) as page:
        answered(page, site)
        file = kept(page, "json", tmp_path)
        file.write_bytes(file.read_bytes().replace(b'"overall":"valid"', b'"overall":"other"'))
        page.goto(f"{site.url}/receipts")
        page.set_input_files("#file", file)
        page.locator("main form button").click()
        expect(page.locator("#result .notice.bad")).to_contain_text("copies_differ")
        assert [*barriers(page), *too_wide(page)] == []
    site.complaints[:] = [said for said in site.complaints if "422" not in said]
