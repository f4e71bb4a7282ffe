"""Paper after paper before the camera: what loads when, what is heard, what is remembered."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from ledger.certificates.digits import to_digits
from ledger.paper.qr_code import draw_png
from tests_support.browser_site import film
from tests_support.offline_site import OfflineSite, offline_site, phone
from tests_support.offline_vectors import REVOKED, bundle
from tests_support.page_checks import barriers, shoot
from tests_support.signed_certificates import TOKEN, signed

pytestmark = pytest.mark.browser

Camera: TypeAlias = Callable[[Path], AbstractContextManager[Browser]]

# A device that writes down what it would sound like and how it would shake.
LISTENING = """
    window.shaken = []; window.heard = [];
    navigator.vibrate = (pattern) => { window.shaken.push(pattern); return true; };
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...rest) {
        window.heard.push(this.frequency.value);
        return start.apply(this, rest);
    };
"""
# A camera with a light and a lens, and a second one beside it.
EQUIPPED = """
    window.applied = [];
    MediaStreamTrack.prototype.getCapabilities = () => (
        { torch: true, zoom: { min: 1, max: 5, step: 0.5 } });
    MediaStreamTrack.prototype.applyConstraints = async (wanted) => {
        window.applied.push(wanted.advanced[0]);
    };
    const listed = navigator.mediaDevices.enumerateDevices.bind(navigator.mediaDevices);
    navigator.mediaDevices.enumerateDevices = async () => [
        ...(await listed()), { kind: "videoinput", deviceId: "second", label: "Back camera 2" },
    ];
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfflineSite]:
    """The service."""
    with offline_site(tmp_path_factory.mktemp("scanning")) as opened:
        yield opened


@pytest.fixture
def context(browser: Browser, site: OfflineSite) -> Iterator[BrowserContext]:
    """A phone without a camera."""
    site.bundles.content = bundle()
    made = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    yield made
    made.close()


def code_of(site: OfflineSite, index: int = TOKEN.status.index) -> str:
    token = replace(TOKEN, status=replace(TOKEN.status, index=index))
    return f"{site.url}/#{to_digits(signed(token))}"


def with_camera_allowed(browser: Browser) -> BrowserContext:
    return browser.new_context(
        viewport={"width": 390, "height": 844}, locale="vi-VN", permissions=["camera"]
    )


def prepared(page: Page, site: OfflineSite) -> None:
    page.goto(site.url)
    page.click("#prepare")
    expect(page.locator("#device-status")).to_contain_text("Sẵn sàng")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")


def verdict(page: Page, state: str) -> None:
    expect(page.locator(f"#result article[data-state={state}]")).to_be_visible()


def test_the_decoder_is_loaded_when_somebody_scans(
    site: OfflineSite, with_camera: Camera, tmp_path: Path
) -> None:
    with with_camera(film(tmp_path / "film.mjpeg", (code_of(site), 30))) as browser:
        page = phone(site, with_camera_allowed(browser))
        site.requests.clear()
        page.goto(site.url, wait_until="networkidle")
        assert not [one.url for one in site.requests if "zxing" in one.url or "verifier" in one.url]
        page.click("#scan")
        verdict(page, "valid")
        assert [one.url for one in site.requests if one.url.endswith("zxing_reader.wasm")]


def test_papers_before_the_camera_are_judged_without_any_network(
    site: OfflineSite, with_camera: Camera, tmp_path: Path
) -> None:
    # The film begins anew with each scan: the first paper is still before the camera, and ignored.
    shown = film(tmp_path / "film.mjpeg", (code_of(site), 30), (code_of(site, REVOKED), 30))
    with with_camera(shown) as browser:
        page = phone(site, with_camera_allowed(browser))
        page.add_init_script(LISTENING)
        prepared(page, site)
        site.stop()
        page.context.set_offline(True)
        page.goto(f"{site.url}/")
        expect(page.locator("#fingerprint")).to_be_visible()
        page.click("#scan")
        verdict(page, "valid")
        page.click("#next")
        verdict(page, "revoked")
        assert TOKEN.holder.name not in page.locator("#result").inner_text()
        good, bad = page.evaluate("() => window.shaken")
        assert good != bad
        assert len(set(page.evaluate("() => window.heard"))) == 4  # two tones up, two others down
        site.start()
        page.context.set_offline(False)
        site.forgive_the_network()


def test_sound_and_vibration_can_be_switched_off_for_good(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = phone(site, context)
    page.add_init_script(LISTENING)
    page.goto(site.url)
    page.uncheck("#signals")
    page.reload()
    expect(page.locator("#signals")).not_to_be_checked()
    page.fill("#text", code_of(site))
    page.click("#paste button")
    verdict(page, "valid")
    assert page.evaluate("() => [...window.shaken, ...window.heard]") == []


def test_the_same_code_is_not_read_again_while_it_stays_in_the_frame(
    site: OfflineSite, with_camera: Camera, tmp_path: Path
) -> None:
    with with_camera(film(tmp_path / "film.mjpeg", (code_of(site), 30))) as browser:
        page = phone(site, with_camera_allowed(browser))
        page.goto(site.url)
        page.click("#scan")
        verdict(page, "valid")
        page.click("#next")
        page.wait_for_function("() => document.getElementById('video').videoWidth > 0")
        page.wait_for_timeout(1200)
        expect(page.locator("#viewer")).to_be_visible()
        assert page.locator("#result article").count() == 0
        page.click("#stop")
        expect(page.locator("#viewer")).to_be_hidden()


def test_light_lens_and_the_choice_of_camera(
    site: OfflineSite, with_camera: Camera, tmp_path: Path
) -> None:
    with with_camera(film(tmp_path / "grey.mjpeg", (None, 30))) as browser:
        page = phone(site, with_camera_allowed(browser))
        page.add_init_script(EQUIPPED)
        page.goto(site.url)
        page.click("#scan")
        expect(page.locator("#torch")).to_be_visible()
        expect(page.locator("#closer")).to_be_hidden()
        page.click("#torch")
        expect(page.locator("#torch")).to_have_attribute("aria-pressed", "true")
        page.locator("#zoom input").fill("2.5")
        assert page.evaluate("() => window.applied") == [{"torch": True}, {"zoom": 2.5}]
        page.clock.fast_forward(6000)
        expect(page.locator("#closer")).to_be_visible()
        assert barriers(page) == []
        shoot(page, "scanning")
        page.select_option("#cameras", "second")
        assert page.evaluate("() => localStorage.getItem('camera')") == "second"
        page.click("#stop")
        expect(page.locator("#viewer")).to_be_hidden()


def test_a_picture_is_read_on_the_device_and_a_pdf_is_not(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = phone(site, context)
    prepared(page, site)
    page.context.set_offline(True)
    picture: FilePayload = {
        "name": "photo.png", "mimeType": "image/png", "buffer": draw_png(code_of(site)),
    }  # fmt: skip
    page.set_input_files("#file", picture)
    page.click("#upload button")
    verdict(page, "valid")
    page.click("#next")
    verdict_of_no_camera = page.locator("#result h2")
    expect(verdict_of_no_camera).to_have_text("Không dùng được máy ảnh")
    page.set_input_files(
        "#file", {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7"}
    )
    page.click("#upload button")
    expect(page.locator("#result")).to_contain_text("chỉ đọc được ảnh")
    page.context.set_offline(False)
    site.forgive_the_network()


def test_a_persons_data_leave_the_screen_also_without_network(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = phone(site, context)
    prepared(page, site)
    page.context.set_offline(True)
    page.evaluate("(code) => { location.hash = code; }", code_of(site).split("#")[1])
    verdict(page, "valid")
    person = page.locator("[data-personal]")
    expect(person).to_be_visible()
    page.evaluate(
        """() => {
            Object.defineProperty(document, "hidden", { value: true, configurable: true });
            document.dispatchEvent(new Event("visibilitychange"));
        }"""
    )
    expect(person).to_be_hidden()
    page.click(".concealed button")
    expect(person).to_be_visible()
    page.clock.fast_forward(61_000)
    expect(person).to_be_hidden()
    page.context.set_offline(False)
    site.forgive_the_network()
