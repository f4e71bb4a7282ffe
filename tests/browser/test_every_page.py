"""Every page in both languages, on a phone and a desk, light and dark: what any is held to."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from tests_support.browser_site import Site, served
from tests_support.cleaning_house import PAIR, Steward
from tests_support.fake_desk import REQUEST
from tests_support.page_checks import (
    EACH,
    READERS,
    barriers,
    check_page,
    load,
    reading,
    shoot,
    too_small,
    too_wide,
    walk,
)
from tests_support.service_world import GENEROUS, World
from tests_support.signed_certificates import code
from verify_api.ports import ServiceSettings

pytestmark = pytest.mark.browser

DIGITS = code().split("#")[1]
PUBLIC = {
    "front": ("/", "#upload"),
    "check": ("/check", "#short_code"),
    "login": ("/login", "#password"),
    "style": ("/style", "#states"),
    "help": ("/help", "main"),
    "help-officer": ("/help/officer", "main"),
    "verdict-valid": (f"/#{DIGITS}", "#result article"),
    "verdict-cannot-tell": ("/#1", "#result article"),
    "nowhere": ("/nowhere", "#result article"),
}
SIGNED_IN = {
    "work": ("tiepnhan", "/work"),
    "file": ("tiepnhan", f"/work/{REQUEST}"),
    "my": ("congdan", "/my"),
}
STEWARD = {"pairs": "/v1/cleaning/pairs", "pair": f"/v1/cleaning/pairs/{PAIR}"}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
FIRST_PAGE_BYTES = 100_000


@pytest.fixture
def steward_site(tmp_path: Path) -> Iterator[Site]:
    """The service with two records of one person to judge."""
    opened: list[Steward] = []

    def open_at(url: str) -> World:
        opened.append(Steward(tmp_path, ServiceSettings(url, GENEROUS, demo=True)))
        opened[0].found()
        return opened[0].world

    with served(open_at) as site, closing(opened[0].store.database):
        yield site


@pytest.mark.parametrize("reader", EACH)
@pytest.mark.parametrize("name", PUBLIC)
def test_a_public_page_keeps_the_rules(
    site: Site, browser: Browser, name: str, reader: str
) -> None:
    address, ready = PUBLIC[name]
    with reading(browser, site, READERS[reader]) as page:
        check_page(page, site.url + address, ready=ready)
        shoot(page, f"{name}-{reader}")
    site.complaints[:] = [one for one in site.complaints if "404 (NOT FOUND)" not in one]


@pytest.mark.parametrize("reader", EACH)
@pytest.mark.parametrize("name", SIGNED_IN)
def test_a_page_behind_the_sign_in_keeps_the_rules(
    site: Site, browser: Browser, name: str, reader: str
) -> None:
    account, address = SIGNED_IN[name]
    with reading(browser, site, READERS[reader]) as page:
        site.sign_in(page, account)
        check_page(page, site.url + address)
        shoot(page, f"{name}-{reader}")


@pytest.mark.parametrize("reader", EACH)
@pytest.mark.parametrize("name", STEWARD)
def test_a_stewards_page_keeps_the_rules(
    steward_site: Site, browser: Browser, name: str, reader: str
) -> None:
    with reading(browser, steward_site, READERS[reader]) as page:
        steward_site.sign_in(page, "lamsach")
        check_page(page, steward_site.url + STEWARD[name])
        shoot(page, f"{name}-{reader}")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_more_contrast_and_forced_colours_leave_no_barrier(
    site: Site, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    more = browser.new_context(color_scheme=scheme, contrast="more")
    forced = browser.new_context(color_scheme=scheme, forced_colors="active")
    for context in (more, forced):
        page = site.watch(context.new_page())
        page.goto(f"{site.url}/style")
        assert barriers(page) == []
        context.close()


@pytest.mark.parametrize("address", ["/", f"/#{DIGITS}", "/check", "/login"])
def test_a_first_page_is_light_and_nothing_moves(
    site: Site, page: Page, address: str, record_property: pytest.FixtureRequest
) -> None:
    loaded = load(page, site.url + address)
    record_property("largest_paint_ms", round(loaded.largest_paint))  # type: ignore[operator]
    assert 0 < loaded.transferred <= FIRST_PAGE_BYTES
    assert loaded.shifts == []


def test_the_checks_find_what_breaks_the_rules(site: Site, page: Page) -> None:
    page.goto(f"{site.url}/check")
    page.evaluate("""() => {
        const main = document.querySelector("main");
        const wide = document.createElement("pre");
        wide.textContent = "x".repeat(400);
        wide.className = "wide-sample";
        const low = document.createElement("button");
        low.className = "link";
        low.tabIndex = -1;
        main.append(wide, low, document.createElement("img"));
        document.getElementById("name").addEventListener("focus", ({ target }) => {
            target.scrollIntoView();
            scrollTo(0, 0);
        });
    }""")
    assert any(one.startswith("image-alt") for one in barriers(page))
    assert walk(page).missed != []
    page.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync("button.link { min-height: 10px }"
            + ":focus-visible { outline: none !important }"
            + ".wide-sample { overflow: visible; white-space: pre; overflow-wrap: normal }");
        document.adoptedStyleSheets = [sheet];
    }""")
    assert any("wide-sample" in one for one in too_wide(page))
    assert too_small(page) != []
    assert walk(page).unseen != []


def test_a_message_is_said_once(site: Site, page: Page) -> None:
    page.context.add_cookies([{"name": "said", "value": "done", "url": site.url}])
    page.goto(f"{site.url}/check")
    expect(page.get_by_text("Đã ghi nhận.")).to_be_visible()
    page.goto(f"{site.url}/check")
    expect(page.get_by_text("Đã ghi nhận.")).to_have_count(0)
