"""What people do after signing in, and with the keyboard alone; `test_every_page` has the rest."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests_support.browser_site import Site
from tests_support.fake_desk import REQUEST
from tests_support.fake_register import DOSSIER
from tests_support.signed_certificates import TOKEN, code
from verify_api.ports import Deed

pytestmark = pytest.mark.browser

DIGITS = code().split("#")[1]


def test_an_officer_takes_a_file_from_the_queue_and_asks_for_what_is_missing(
    site: Site, page: Page
) -> None:
    site.sign_in(page, "tiepnhan")
    page.get_by_role("link", name=DOSSIER).click()
    expect(page.get_by_role("heading", name=DOSSIER)).to_be_visible()
    expect(page.locator("main")).to_contain_text(TOKEN.holder.name)
    page.get_by_label("Còn thiếu gì").fill("Bản sao giấy tờ")
    with page.expect_request_finished(lambda request: request.method == "POST"):
        page.get_by_role("button", name="Yêu cầu bổ sung").click()
    ((account, deed),) = site.world.office.deeds
    assert account == "account-tiepnhan"
    assert isinstance(deed, Deed)
    assert deed.values == {"missing": "Bản sao giấy tờ"}


def test_a_form_that_is_sent_twice_carries_the_same_key(site: Site, page: Page) -> None:
    site.sign_in(page, "tiepnhan")
    page.goto(f"{site.url}/work/{REQUEST}")
    with page.expect_request_finished(lambda request: request.method == "POST"):
        page.get_by_role("button", name="Tiếp nhận hồ sơ").dblclick()
    keys = {deed.idempotency_key for _, deed in site.world.office.deeds}
    assert len(keys) == 1


def test_a_citizen_follows_the_request_and_signs_out(site: Site, page: Page) -> None:
    site.sign_in(page, "congdan")
    expect(page.locator("[aria-current=step]")).to_contain_text("Tiếp nhận hồ sơ")
    expect(page.get_by_role("table")).to_contain_text("Cán bộ tiếp nhận")
    page.get_by_role("button", name="Đăng xuất").click()
    page.wait_for_url(f"{site.url}/")
    page.goto(f"{site.url}/my")
    expect(page).to_have_title(re.compile("^Đăng nhập"))


def test_a_certificate_is_downloaded(site: Site, page: Page) -> None:
    site.sign_in(page, "congdan")
    with page.expect_download() as download:
        page.get_by_role("link", name="Tải giấy chứng nhận").click()
    assert download.value.suggested_filename == "LLTP-452.pdf"


def test_the_keyboard_alone_reaches_the_answer(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#text").focus()
    page.keyboard.insert_text(code())
    page.keyboard.press("Enter")
    expect(page.locator("#result h2")).to_be_focused()
