"""Signing in at a provider, showing again who one is, and members of organisations, in Chromium."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from ledger.certificates.kind import Wording
from tests_support.browser_site import Site, served
from tests_support.identity_provider import IdentityProvider
from tests_support.identity_world import IdentityWorld, opened
from tests_support.page_checks import (
    EACH,
    READERS,
    check_page,
    check_shown,
    reading,
    shoot,
)
from tests_support.service_world import PASSWORD, World
from verify_api.identity.organisations import Organisation, OrganisationKind


@contextmanager
def house(folder: Path) -> Iterator[tuple[Site, IdentityWorld]]:
    """Serve the service beside its provider."""
    with ExitStack() as stack:
        made: list[IdentityWorld] = []

        def open_at(url: str) -> World:
            made.append(stack.enter_context(opened(folder, url)))
            return made[0].world

        with served(open_at) as site:
            world = made[0]
            desk, at = world.identity.organisations, world.world.clock.at
            name = Wording("Công ty Hoa Sen", "Lotus Company")
            desk.name(Organisation("DN-MAU", OrganisationKind.EMPLOYER, name), at=at, by="console")
            desk.appoint("doanhnghiep", at=at, by="console")
            yield site, world
            _only_to(site, world.provider)


def _only_to(site: Site, provider: IdentityProvider) -> None:
    """Let the provider be the one place beside the service that the browser was sent to."""
    there = f"left the origin: {provider.issuer}/"
    site.complaints[:] = [
        one for one in site.complaints if not one.startswith(there) and "status of 4" not in one
    ]


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[Site, IdentityWorld]]:
    with house(tmp_path) as made:
        yield made


@pytest.mark.parametrize("name", EACH)
def test_a_person_signs_in_at_the_provider_and_out_again(
    both: tuple[Site, IdentityWorld], browser: Browser, name: str
) -> None:
    site, world = both
    world.provider.person = "can-bo"
    with reading(browser, site, READERS[name]) as page:
        check_page(page, f"{site.url}/login")
        shoot(page, f"login-provider-{name}")
        page.click("a[href='/oidc/login']")
        page.wait_for_url(f"{site.url}/work")
        page.click("form[action='/logout'] button")
        page.wait_for_url(f"{site.url}/oidc/signed-out")
        check_shown(page)
        expect(page.locator(f"a[href^='{world.provider.issuer}/logout']")).to_be_visible()
        world.provider.person = "nguoi-la"
        page.goto(f"{site.url}/oidc/login")
        expect(page.locator("[role=alert]")).to_be_visible()
        check_shown(page)
        shoot(page, f"identity-refused-{name}")


@pytest.mark.parametrize("name", EACH)
def test_an_administrator_invites_somebody_who_joins_and_is_removed(
    both: tuple[Site, IdentityWorld], browser: Browser, name: str
) -> None:
    site, world = both
    with reading(browser, site, READERS[name]) as page:
        site.sign_in(page, "doanhnghiep")
        check_page(page, f"{site.url}/organisation")
        page.fill("#title", "Lê Thị Mẫu")
        page.fill("#name", "có dấu")
        page.check("input[value=verifier]")
        page.click("main form[action$=invitations] button")
        expect(page.locator("#wrong")).to_be_visible()
        expect(page.locator("#title")).to_have_value("Lê Thị Mẫu")
        check_shown(page)
        page.fill("#name", "le.mau")
        world.world.clock.later(minutes=6)
        page.check("input[value=verifier]")
        page.click("main form[action$=invitations] button")
        check_shown(page)
        shoot(page, f"step-up-{name}")
        page.fill("#step_up_password", PASSWORD)
        page.keyboard.press("Enter")
        code = page.locator("main dd").last.inner_text()
        check_shown(page)
        shoot(page, f"organisation-invited-{name}")
        page.goto(f"{site.url}/organisation")
        shoot(page, f"organisation-{name}", whole=True)
        check_shown(page)
        joins(browser, site, name, code)
        is_removed(page, site)
        assert world.identity.journal.first_broken() is None


def is_removed(page: Page, site: Site) -> None:
    """Let the administrator remove the one member whom they may."""
    page.goto(f"{site.url}/organisation")
    page.click("main table a")
    check_shown(page)
    page.click("main form.confirm button")
    page.wait_for_url(f"{site.url}/organisation")
    expect(page.locator("main table a")).to_have_count(0)


def joins(browser: Browser, site: Site, name: str, code: str) -> None:
    """Let who was invited open their account, in a browser of their own."""
    with reading(browser, site, READERS[name]) as page:
        check_page(page, f"{site.url}/join")
        page.fill("#code", code)
        page.fill("#password", "ngắn")
        page.click("main form button")
        expect(page.locator("#wrong")).to_be_visible()
        expect(page.locator("#password")).to_have_value("")
        page.fill("#code", code)
        page.fill("#password", "một câu đủ dài để nhớ")
        page.click("main form button")
        expect(page.locator("main .notice.good")).to_contain_text("le.mau")
        check_shown(page)
