"""An organisation's history of checks and many codes at once, as people see them, in Chromium."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from ledger.paper.qr_code import draw_png
from tests_support.browser_site import Site, served
from tests_support.checks_house import FORGED, GENUINE, LEADER, MEMBER, Checker, ChecksHouse
from tests_support.page_checks import EACH, READERS, check_page, check_shown, reading, shoot
from tests_support.service_world import GENEROUS, World
from tests_support.signed_certificates import TOKEN, UNLISTED_KEY, code
from verify_api.ports import ServiceSettings

pytestmark = pytest.mark.browser

LINES = f"NV-001\t{GENUINE}\nNV-002;{FORGED}\n{code(key=UNLISTED_KEY)}\nNV-004;"


class Desk:
    """The two organisations, served."""

    def __init__(self, site: Site, house: ChecksHouse) -> None:
        self.site, self.house = site, house

    def checked(self) -> None:
        """Let two people have checked something before."""
        member, leader = Checker(self.house, MEMBER), Checker(self.house, LEADER)
        member.checks(GENUINE, name=TOKEN.holder.name)
        self.house.world.clock.later(seconds=40)
        member.checks(FORGED)
        leader.checks("x")
        self.house.catch_up()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    houses: list[ChecksHouse] = []

    def open_at(url: str) -> World:
        houses.append(ChecksHouse(tmp_path, ServiceSettings(url, GENEROUS, demo=True)))
        return houses[0].world

    with served(open_at) as site:
        yield Desk(site, houses[0])
    houses[0].store.database.close()


@pytest.mark.parametrize("name", EACH)
def test_the_history_keeps_the_rules_and_is_filtered(
    desk: Desk, browser: Browser, name: str
) -> None:
    desk.checked()
    with reading(browser, desk.site, READERS[name]) as page:
        desk.site.sign_in(page, LEADER)
        check_page(page, f"{desk.site.url}/organisation/checks")
        expect(page.locator("main table tbody tr")).to_have_count(3)
        expect(page.locator("main table")).to_contain_text("Tài khoản nhan-vien")
        shoot(page, f"checks-{name}", whole=True)
        page.select_option("#state", "altered")
        page.click("#sieve button")
        expect(page.locator("main table tbody tr")).to_have_count(1)
        expect(page.locator("main table")).not_to_contain_text(TOKEN.number)
        page.click("nav.filters a[href*='by=own']")
        expect(page.locator("main table")).to_have_count(0)
        check_shown(page)


@pytest.mark.parametrize("name", EACH)
def test_a_filter_that_is_wrong_is_shown_again_with_why(
    desk: Desk, browser: Browser, name: str
) -> None:
    with reading(browser, desk.site, READERS[name]) as page:
        desk.site.sign_in(page, MEMBER)
        page.goto(f"{desk.site.url}/organisation/checks")
        page.fill("#since", "2026-11-24")
        page.fill("#until", "2026-11-23")
        page.click("#sieve button")
        expect(page.locator("#wrong")).to_be_visible()
        expect(page.locator("#since")).to_have_value("2026-11-24")
        check_shown(page)
    refused = [one for one in desk.site.complaints if "status of 422" in one]
    assert len(refused) == 1
    desk.site.complaints.remove(refused[0])


@pytest.mark.parametrize("name", EACH)
def test_many_codes_are_answered_in_one_table(
    desk: Desk, browser: Browser, name: str, tmp_path: Path
) -> None:
    picture = tmp_path / "giay-to.png"
    picture.write_bytes(draw_png(GENUINE))
    with reading(browser, desk.site, READERS[name]) as page:
        desk.site.sign_in(page, MEMBER)
        check_page(page, f"{desk.site.url}/check/many")
        page.fill("#codes", LINES)
        page.set_input_files("#files", [picture])
        page.click("#many button.primary")
        expect(page.locator("main table tbody tr")).to_have_count(5)
        expect(page.locator("#result")).to_contain_text("2")
        expect(page.locator("main table")).to_contain_text("giay-to.png")
        expect(page.locator("#codes")).to_have_value(LINES)
        check_shown(page)
        shoot(page, f"check-many-{name}")
        with page.expect_download() as download:
            page.click("#many button[value=csv]")
        table = Path(download.value.path()).read_text("utf-8-sig").splitlines()
        assert len(table) == 5
        assert table[1].startswith("NV-001,")
        page.goto(f"{desk.site.url}/organisation/checks")
        desk.house.catch_up()
        page.reload()
        expect(page.locator("main table tbody tr")).to_have_count(7)


def test_a_form_with_nothing_in_it_leads_back_to_its_field(desk: Desk, browser: Browser) -> None:
    with reading(browser, desk.site, READERS["vi-phone-light"]) as page:
        page.goto(f"{desk.site.url}/check")
        page.click("main a[href='/check/many']")
        page.click("#many button.primary")
        expect(page.locator("#wrong")).to_be_visible()
        check_shown(page)
    desk.site.complaints[:] = [one for one in desk.site.complaints if "status of 422" not in one]
