"""How long a first page takes on a cheap phone: until its largest part is painted.

Chromium with a window of 390 by 844, a processor four times slower, 150 ms to the service and back
and 1.6 Mbit/s, which is how measuring tools describe a middling phone on a mobile network; nothing
in the cache. The worst of several rounds counts. Needs Chromium.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.table import Row
from tests_support.browser_site import Site, served
from tests_support.page_checks import load
from tests_support.service_world import GENEROUS, World, open_world
from tests_support.signed_certificates import code
from verify_api.ports import ServiceSettings

BAR_MS = 1500.0
MOST_BYTES = 100 * 1024
ROUNDS = 5
ROUND_TRIP_MS = 150
BYTES_A_SECOND = 1.6e6 / 8
PAGES = ("/", "/check", "/receipts", "/login", f"/#{code().partition('#')[2]}")


def rows() -> Iterator[Row]:
    """Measure."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        print("no Chromium on this machine: first pages are not measured")
        return
    folder = Path(tempfile.mkdtemp())

    def open_at(url: str) -> World:
        return open_world(folder, settings=ServiceSettings(url, GENEROUS))

    with served(open_at) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        for address in PAGES:
            yield _row(browser, site, address)
        browser.close()


def _row(browser: Browser, site: Site, address: str) -> Row:
    loads = []
    for _ in range(ROUNDS):
        context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
        page = context.new_page()
        _slow(page)
        loads.append(load(page, site.url + address))
        context.close()
    assert all(not one.shifts for one in loads), "something moved"
    assert all(one.transferred <= MOST_BYTES for one in loads), "a heavy page"
    paints = sorted(one.largest_paint for one in loads)
    name = "a code that a camera opened" if "#" in address else f"`{address}`"
    return Row(
        what=f"a first page on a phone, {name}: largest paint, the worst of {ROUNDS}",
        figure=f"{paints[-1]:.0f} ms (median {paints[ROUNDS // 2]:.0f} ms, "
        f"{loads[0].transferred / 1024:.0f} KiB, nothing moves)",
        floor=f"{BAR_MS:.0f} ms",
        ratio=paints[-1] / BAR_MS,
        bar=1.0,
        at_most=True,
    )


def _slow(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {
            "offline": False,
            "latency": ROUND_TRIP_MS,
            "downloadThroughput": BYTES_A_SECOND,
            "uploadThroughput": BYTES_A_SECOND / 2,
        },
    )
