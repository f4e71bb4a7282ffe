"""The country's figures in a browser: a launch drawn very small, the country and a city."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, Page, expect

from doors import join
from shell.launch_scale import LARGEST_FACTOR
from tests_support.browser_site import Site, served
from tests_support.launched import open_launch
from tests_support.page_checks import EACH, READERS, check_page, reading, shoot
from tests_support.service_world import World, open_world
from verify_api.picture import media_type_of, read_codes
from verify_api.ports import ServiceSettings

DAY = "2024-10-02"
_ROWS = """() => new Set([...document.querySelectorAll("form.in-line > *")]
    .map((one) => Math.round(one.getBoundingClientRect().bottom))).size"""
_TILES = """() => new Set([...document.querySelectorAll(".stats")].slice(0, 1)
    .flatMap((one) => [...one.children])
    .map((one) => Math.round(one.getBoundingClientRect().left))).size"""
_BROKEN = """() => [...document.querySelectorAll(".list :is(thead th, td.number)")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().width > 0)
    .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("figures")
    with open_launch(folder / "home", LARGEST_FACTOR) as launched:

        def open_at(url: str) -> World:
            app = join(launched.system, ServiceSettings(url, demo=True), read_codes, media_type_of)
            return replace(open_world(folder), app=app)

        with served(open_at) as opened:
            yield opened


@pytest.mark.parametrize("name", EACH)
@pytest.mark.parametrize("place", ["", "&province=01"])
def test_figures_keep_the_rules(site: Site, browser: Browser, name: str, place: str) -> None:
    with reading(browser, site, READERS[name]) as page:
        check_page(page, f"{site.url}/figures?on={DAY}{place}")
        assert page.evaluate(_BROKEN) == []


@pytest.mark.parametrize("name", EACH)
def test_how_they_are_computed_keeps_the_rules(site: Site, browser: Browser, name: str) -> None:
    with reading(browser, site, READERS[name]) as page:
        check_page(page, f"{site.url}/figures/how")


def test_a_reader_goes_from_the_country_to_a_city_and_back(site: Site, browser: Browser) -> None:
    with reading(browser, site, READERS["en-desk-light"]) as page:
        page.goto(f"{site.url}/figures")
        page.fill("#on", DAY)
        assert page.evaluate(_ROWS) == 1
        page.select_option("#province", label="Hà Nội")
        page.click("form.in-line button")
        expect(page.locator("h1")).to_have_text("Hà Nội")
        expect(page.get_by_text("Limit: 3 working days and 10 days")).to_be_visible()
        shoot(page, "figures-city-en")
        page.select_option("#province", label="The whole country")
        page.click("form.in-line button")
        expect(page.locator("h1")).to_have_text("The whole country")
        _all_provinces(page)
        shoot(page, "figures-country-en")


def _all_provinces(page: Page) -> None:
    page.get_by_text("All provinces (63)").click()
    rows = page.locator("details .list tbody tr")
    expect(rows).to_have_count(63)
    rows.first.locator("a").click()
    expect(page.locator("h1")).to_have_text("Hà Nội")
    page.go_back()


@pytest.mark.parametrize(("name", "columns"), [("vi-phone-light", 2), ("vi-desk-dark", 3)])
def test_tiles_stand_beside_one_another(
    site: Site, browser: Browser, name: str, columns: int
) -> None:
    with reading(browser, site, READERS[name]) as page:
        page.goto(f"{site.url}/figures?on={DAY}&province=01")
        assert page.evaluate(_TILES) == columns
        shoot(page, f"figures-{name}")
