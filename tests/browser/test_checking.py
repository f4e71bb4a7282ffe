"""A code is opened, scanned, uploaded, pasted and typed in a real browser."""

import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeAlias

import pytest
from fpdf import FPDF
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, expect

from ledger.certificates.kind import Status
from ledger.certificates.qr_text import from_qr_text, short_code
from ledger.paper.qr_code import draw_png
from tests_support.browser_site import Site, film
from tests_support.signed_certificates import AT, TOKEN, code
from verify_api.verdict import StatusEvidence

pytestmark = pytest.mark.browser

Camera: TypeAlias = Callable[[Path], AbstractContextManager[Browser]]

CODE = code()
DIGITS = CODE.split("#")[1]
REVOKED = StatusEvidence(Status.REVOKED, as_of=AT, online=True, registered=True)


def picture(text: str = CODE) -> bytes:
    return draw_png(text)


def verdict(page: Page, overall: str) -> None:
    expect(page.locator(f"#result article[data-overall={overall}]")).to_be_visible()


def test_a_code_that_a_phones_camera_opens_shows_its_verdict(site: Site, page: Page) -> None:
    page.goto(CODE.replace("https://ll.example.vn", site.url))
    verdict(page, "valid")
    expect(page).to_have_title(re.compile("^Thật và còn hiệu lực"))
    expect(page.get_by_role("status")).to_contain_text(TOKEN.holder.name)
    expect(page.locator("#result h2")).to_be_focused()


def test_the_code_leaves_the_address_at_once_and_never_enters_a_request(
    site: Site, page: Page
) -> None:
    page.goto(f"{site.url}/#{DIGITS}")
    verdict(page, "valid")
    assert page.url == f"{site.url}/"
    page.reload()
    expect(page.locator("#scan, #upload").last).to_be_visible()
    assert page.locator("#result article").count() == 0
    for request in site.requests:
        assert DIGITS[:20] not in request.url
        assert DIGITS[:20] not in str(request.headers)


def test_a_recalled_certificate_shows_no_person(site: Site, page: Page) -> None:
    site.world.standings.by_number[TOKEN.number] = REVOKED
    page.goto(f"{site.url}/?lang=en#{DIGITS}")
    verdict(page, "not_valid")
    expect(page).to_have_title(re.compile("^Revoked by the issuer"))
    assert TOKEN.holder.name not in page.content()


def test_the_language_switch_keeps_what_is_shown(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/#{DIGITS}")
    verdict(page, "valid")
    page.click("#switch")
    expect(page).to_have_title(re.compile("^Genuine and in force"))
    assert page.url == f"{site.url}/"


def test_a_code_before_the_camera_is_read_and_the_next_one_after_it(
    site: Site, with_camera: Camera, tmp_path: Path
) -> None:
    shown = film(tmp_path / "camera.mjpeg", (None, 10), (CODE, 40))
    with with_camera(shown) as browser:
        page = site.watch(browser.new_context(permissions=["camera"]).new_page())
        page.goto(site.url)
        page.click("#scan")
        verdict(page, "valid")
        # The camera rests while a result is looked at.
        assert page.evaluate("() => document.getElementById('video').srcObject") is None
        site.world.standings.by_number[TOKEN.number] = REVOKED
        page.click("#next")
        verdict(page, "not_valid")


def test_scanning_can_be_stopped(site: Site, with_camera: Camera, tmp_path: Path) -> None:
    with with_camera(film(tmp_path / "grey.mjpeg", (None, 30))) as browser:
        page = site.watch(browser.new_context(permissions=["camera"]).new_page())
        page.goto(site.url)
        page.click("#scan")
        expect(page.locator("#viewer")).to_be_visible()
        page.wait_for_function("() => document.getElementById('video').videoWidth > 0")
        page.click("#stop")
        expect(page.locator("#scan")).to_be_visible()
        expect(page.locator("#viewer")).to_be_hidden()


def test_without_a_camera_the_page_says_so_and_names_the_other_ways(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.click("#scan")
    verdict(page, "cannot_tell")
    expect(page.locator("#result")).to_contain_text("Không dùng được máy ảnh")


def test_a_picture_is_uploaded(site: Site, page: Page) -> None:
    page.goto(site.url)
    upload: FilePayload = {"name": "photo.png", "mimeType": "image/png", "buffer": picture()}
    page.set_input_files("#file", upload)
    page.click("#upload button")
    verdict(page, "valid")


def test_a_pdf_is_uploaded(site: Site, page: Page) -> None:
    document = FPDF()
    document.add_page()
    document.image(Image.open(io.BytesIO(picture())), x=20, y=40, w=50)
    page.goto(site.url)
    upload: FilePayload = {
        "name": "paper.pdf",
        "mimeType": "application/pdf",
        "buffer": bytes(document.output()),
    }
    page.set_input_files("#file", upload)
    page.click("#upload button")
    verdict(page, "valid")


def test_a_file_without_a_code_says_so(site: Site, page: Page) -> None:
    blank = io.BytesIO()
    Image.new("L", (300, 300), 255).save(blank, "PNG")
    page.goto(site.url)
    upload: FilePayload = {"name": "blank.png", "mimeType": "image/png", "buffer": blank.getvalue()}
    page.set_input_files("#file", upload)
    page.click("#upload button")
    verdict(page, "cannot_tell")
    expect(page.locator("#result")).to_contain_text("Không tìm thấy mã QR trong tệp")


def test_a_hand_scanner_types_the_code_and_enter(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.focus("#text")
    page.keyboard.insert_text(CODE)
    page.keyboard.press("Enter")
    verdict(page, "valid")
    page.click("#next")
    page.wait_for_load_state()


def test_a_short_code_is_typed(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.get_by_role("link", name="Gõ mã ngắn").click()
    page.fill("#short_code", short_code(from_qr_text(CODE)).lower())
    page.fill("#issued_on", "20/11/2026")
    page.locator("form").filter(has=page.locator("#short_code")).get_by_role("button").click()
    verdict(page, "valid")
    assert TOKEN.holder.name not in page.content()


def test_everything_but_the_camera_works_without_scripts(site: Site, browser: Browser) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(site.url)
    expect(page.locator("#scan")).to_be_hidden()
    upload: FilePayload = {"name": "photo.png", "mimeType": "image/png", "buffer": picture()}
    page.set_input_files("#file", upload)
    page.click("#upload button")
    verdict(page, "valid")
    page.goto(site.url)
    page.fill("#text", "something else")
    page.click("#paste button")
    verdict(page, "cannot_tell")
    context.close()


def test_personal_data_leaves_the_screen_after_a_minute(site: Site, page: Page) -> None:
    page.clock.install()
    page.goto(f"{site.url}/#{DIGITS}")
    verdict(page, "valid")
    person = page.locator("[data-personal]")
    expect(person).to_be_visible()
    page.clock.fast_forward(61_000)
    expect(person).to_be_hidden()
    page.click(".concealed button")
    expect(person).to_be_visible()
    page.click(".keep")
    page.clock.fast_forward(120_000)
    expect(person).to_be_visible()


def test_a_service_that_cannot_be_reached_is_said_and_nothing_was_checked(
    site: Site, page: Page
) -> None:
    page.goto(site.url)
    page.context.set_offline(True)
    page.fill("#text", CODE)
    page.click("#paste button")
    verdict(page, "cannot_tell")
    expect(page.locator("#result")).to_contain_text("chưa kiểm tra")
    page.context.set_offline(False)
    assert all("ERR_INTERNET_DISCONNECTED" in complaint for complaint in site.complaints)
    site.complaints.clear()


def test_what_was_refused_is_mended_where_it_was_typed(site: Site, page: Page) -> None:
    page.goto(site.url)
    page.fill("#text", CODE)
    page.fill("#facility", "1A")
    page.click("#paste button")
    verdict(page, "problem")
    expect(page.locator("#text")).to_have_value(CODE)
    expect(page.locator("#next")).to_be_hidden()
    page.fill("#facility", "")
    page.click("#paste button")
    verdict(page, "valid")
    expect(page.locator("#text")).to_have_value("")
    expect(page.locator("#ways")).to_be_hidden()
    site.complaints[:] = [one for one in site.complaints if "422" not in one]
