"""A citizen asks and a facility answers, in a real browser: each page keeps the rules."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from ledger.audit.evidence import Evidence
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import verify
from tests_support.asking_house import AskingHouse, open_asking_house
from tests_support.browser_site import Site, served
from tests_support.cheap_accounts import cheap_accounts
from tests_support.health_site import CITIZEN
from tests_support.page_checks import EACH, READERS, check_page, check_shown, shoot
from tests_support.paper_town import DISTRICT
from tests_support.service_world import World, open_world
from tests_support.whole_house import PASSWORD
from verify_api.accounts import Account
from verify_api.callers import Role

pytestmark = pytest.mark.browser


DOCTOR: Final = f"{Role.CLINICIAN.value}-{DISTRICT}-a".lower()
SIGNER: Final = f"{Role.FACILITY_SIGNER.value}-{DISTRICT}-a".lower()


@dataclass
class Town:
    """The citizen and the facility behind a browser."""

    site: Site
    asking: AskingHouse
    sessions: dict[str, StorageState] = field(default_factory=dict)


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Town]:
    """One house for all."""
    folder = tmp_path_factory.mktemp("asks")
    with open_asking_house(folder) as asking:
        system, subject = asking.citizen.books.house.system, asking.citizen.subject
        account = Account("account-citizen", CITIZEN, "NGUYỄN VĂN MẪU", Role.CITIZEN, None, subject)
        at = asking.citizen.books.house.clock.at
        cheap_accounts(system).add(account, PASSWORD, salt=system.clockwork.random(16), at=at)

        def open_at(url: str) -> World:
            del url
            return replace(open_world(folder), app=asking.citizen.books.house.app)

        with served(open_at) as site:
            made = Town(site, asking)
            for role in (Role.CLINICIAN, Role.FACILITY_SIGNER):
                asking.pages.desk(DISTRICT, role)
            for name in (CITIZEN, DOCTOR, SIGNER):
                context = browser.new_context()
                _sign_in(site.watch(context.new_page()), site, name)
                made.sessions[name] = context.storage_state()
                context.close()
            yield made


def _sign_in(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.url}/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: not url.endswith("/login"))


@contextmanager
def reading(browser: Browser, town: Town, who: str, reader: str) -> Iterator[Page]:
    """Open a page as somebody who has signed in, and reads so."""
    how = READERS[reader]
    context = browser.new_context(
        color_scheme=how.scheme, viewport={"width": how.width, "height": how.height},
        reduced_motion="reduce", storage_state=town.sessions[who], locale="vi-VN",
    )  # fmt: skip
    context.add_cookies([{"name": "lang", "value": how.language, "url": town.site.url}])
    yield town.site.watch(context.new_page())
    context.close()


def send(page: Page) -> None:
    page.locator("main form.card button[type=submit]").last.click()


def fill(page: Page, values: dict[str, str]) -> None:
    """Type a form in."""
    for name, value in values.items():
        one = page.locator(f"main [name='{name}']").first
        if one.get_attribute("type") == "radio":
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif one.evaluate("(one) => one.tagName") == "SELECT":
            one.select_option(value)
        else:
            one.fill(value)


def asks_for_a_new_one(town: Town, page: Page, reader: str) -> str:
    """Ask on the form; return the reference of the ask."""
    check_page(page, f"{town.site.url}/my/health/appointments/ask")
    shoot(page, f"asks-new-{reader}")
    page.locator("#named").fill("mau quan")
    page.locator("#named").press("Enter")
    expect(page.locator(f"input[name=facility][value='{DISTRICT}']")).to_be_checked()
    check_shown(page)
    fill(page, {
        "specialty": "cardiology", "first": town.asking.day(3),
        "last": town.asking.day(9), "part_of_day": "morning", "reason": "Đau ngực khi leo dốc",
    })  # fmt: skip
    send(page)
    expect(page.locator(".notice.good")).to_be_visible()
    check_shown(page)
    shoot(page, f"asks-sent-{reader}")
    return page.url.rsplit("/", 1)[1]


def is_given_an_appointment(town: Town, browser: Browser, reader: str, ask: str) -> str:
    """Draft and sign what was asked for; return the reference of the paper."""
    site, pages = town.site, town.asking.pages
    with reading(browser, town, DOCTOR, reader) as page:
        check_page(page, f"{site.url}/facility/asks")
        shoot(page, f"asks-queue-{reader}")
        page.locator(f"main a[href='/facility/asks/{ask}']").click()
        expect(page.locator("[data-personal]")).to_be_visible()
        check_page(page, f"{site.url}/facility/asks/{ask}")
        shoot(page, f"asks-one-{reader}")
        page.locator(f"main a[href='/facility/asks/{ask}/new']").click()
        check_shown(page)
        form = pages.appointment_form(days=5)
        fill(page, {name: form[name] for name in (
            "appointed", "appointed-time", "main_disease", "diagnosis", "episode_key", "number",
            "doctors", "head",
        )})  # fmt: skip
        page.locator("main form > button[type=submit]").click()
        check_shown(page)
        page.locator("button[name=confirmed]").click()
        expect(page.locator(".notice.good")).to_be_visible()
        reference = page.url.rsplit("/", 1)[1]
    town.asking.catch_up()
    with reading(browser, town, SIGNER, reader) as page:
        check_page(page, f"{site.url}/facility/asks/{ask}")
        page.goto(f"{site.url}/facility/sign")
        page.locator(f"input[value='appointment:{reference}']").check()
        page.locator("main form button[type=submit]").click()
        page.locator("#seen").check()
        page.locator("form.confirm button[type=submit]").click()
        expect(page.locator(".notice.good")).to_be_visible()
    town.asking.catch_up()
    return reference


def is_told_no(town: Town, browser: Browser, reader: str, paper: str) -> None:
    """Ask for another day, and be declined."""
    with reading(browser, town, CITIZEN, reader) as page:
        page.goto(f"{town.site.url}/my/health/papers/{paper}")
        page.locator(f"main a[href='/my/health/appointments/{paper}/move']").click()
        check_page(page, f"{town.site.url}/my/health/appointments/{paper}/move")
        shoot(page, f"asks-move-{reader}")
        fill(page, {"first": town.asking.day(20), "last": town.asking.day(30)})
        send(page)
        expect(page.locator(".notice.good")).to_be_visible()
        ask = page.url.rsplit("/", 1)[1]
    town.asking.catch_up()
    with reading(browser, town, DOCTOR, reader) as page:
        page.goto(f"{town.site.url}/facility/asks/{ask}")
        check_shown(page)
        page.locator("main summary").last.click()
        page.fill("#note", "Các ngày đó đã kín lịch")
        page.locator(f"form[action='/facility/asks/{ask}/decline'] button").click()
        expect(page.locator(".notice.good")).to_be_visible()
        check_shown(page)
    town.asking.catch_up()
    with reading(browser, town, CITIZEN, reader) as page:
        page.goto(f"{town.site.url}/my/health/appointments/asks/{ask}")
        expect(page.get_by_text("Các ngày đó đã kín lịch")).to_be_visible()


def gives_it_up(town: Town, browser: Browser, reader: str, paper: str) -> None:
    """Give an appointment up, which the facility cancels; then take another ask back."""
    with reading(browser, town, CITIZEN, reader) as page:
        check_page(page, f"{town.site.url}/my/health/appointments/{paper}/give-up")
        send(page)
        expect(page.locator(".notice.good")).to_be_visible()
        ask = page.url.rsplit("/", 1)[1]
    town.asking.catch_up()
    with reading(browser, town, DOCTOR, reader) as page:
        page.goto(f"{town.site.url}/facility/asks/{ask}")
        page.locator("#confirmed").check()
        page.locator(f"form[action='/facility/asks/{ask}/give-up'] button").click()
        expect(page.locator(".notice.good")).to_be_visible()
    town.asking.catch_up()
    with reading(browser, town, CITIZEN, reader) as page:
        page.goto(f"{town.site.url}/my/health/appointments/asks/{ask}")
        expect(page.locator(".badge.good")).to_be_visible()
        asks_for_a_new_one(town, page, reader)
        page.locator("form.confirm button[type=submit]").click()
        expect(page.locator("form.confirm")).to_have_count(0)
        check_shown(page)
        town.asking.catch_up()
        check_page(page, f"{town.site.url}/my/health/appointments")
        page.locator("#asks").evaluate("(title) => title.scrollIntoView()")
        shoot(page, f"asks-list-{reader}")


@pytest.mark.parametrize("reader", EACH)
def test_asks_go_from_the_citizen_to_the_facility_and_back(
    town: Town, browser: Browser, reader: str
) -> None:
    with reading(browser, town, CITIZEN, reader) as page:
        page.goto(f"{town.site.url}/my/health/appointments")
        expect(page.locator("main a[href='/my/health/appointments/ask']")).to_be_visible()
        ask = asks_for_a_new_one(town, page, reader)
    town.asking.catch_up()
    with reading(browser, town, DOCTOR, reader) as page:
        check_page(page, f"{town.site.url}/facility")
        expect(page.locator("main a[href='/facility/asks']")).to_be_visible()
    paper = is_given_an_appointment(town, browser, reader, ask)
    with reading(browser, town, CITIZEN, reader) as page:
        page.goto(f"{town.site.url}/my/health/appointments/asks/{ask}")
        expect(page.locator(".badge.good")).to_be_visible()
        page.locator(f"main a[href='/my/health/papers/{paper}']").click()
        expect(page).to_have_url(re.compile(paper))
        check_shown(page)
    is_told_no(town, browser, reader, paper)
    gives_it_up(town, browser, reader, paper)
    _is_lawful(town.asking)


def _is_lawful(asking: AskingHouse) -> None:
    """Read every fact again: the law's order, and the log's tree over all of them."""
    system = asking.citizen.books.house.system
    assert system.policy is not None
    evidence = Evidence(system.settings.ledger, system.settings.log, system.policy)
    scope = Scope(Mode.RANGE, first=1, last=system.reading.head())
    found = verify(evidence, scope, at=asking.citizen.books.house.clock.at, part_rows=256).findings
    assert [one for one in found if one.code.startswith("C10")] == []


def test_what_is_wrong_is_shown_beside_its_field(town: Town, browser: Browser) -> None:
    with reading(browser, town, CITIZEN, "vi-phone-light") as page:
        page.goto(f"{town.site.url}/my/health/appointments/ask")
        page.locator("form.card").evaluate("(form) => { form.noValidate = true; }")
        fill(page, {"facility": "other", "first": town.asking.day(3), "last": town.asking.day(4)})
        send(page)
        expect(page.locator("#wrong a")).to_have_count(1)
        check_shown(page)
    town.site.complaints[:] = [one for one in town.site.complaints if "422" not in one]
