"""A hospital's pages in a browser: each keeps the rules, and a patient's way from paper to care."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from ledger.audit.evidence import Evidence
from ledger.audit.memory import AuditorMemory
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import verify
from tests_support.browser_site import Site, served
from tests_support.facility_house import FacilityPages, open_facilities
from tests_support.page_checks import EACH, READERS, check_page, check_shown, shoot
from tests_support.paper_house import PATIENT
from tests_support.paper_town import CENTRAL, DISTRICT, PROVINCIAL
from tests_support.service_world import World, open_world
from tests_support.visit_samples import vietnamese_visits
from tests_support.whole_house import PASSWORD
from verify_api.callers import Role

pytestmark = pytest.mark.browser

DOCTOR, DISTRICT_DOCTOR, STRANGER = "doctor", "district", "stranger"
SIGNER, CENTRAL_SIGNER = "signer", "central-signer"
WHO: Final = {
    DOCTOR: (CENTRAL, Role.CLINICIAN), DISTRICT_DOCTOR: (DISTRICT, Role.CLINICIAN),
    STRANGER: (PROVINCIAL, Role.CLINICIAN), SIGNER: (DISTRICT, Role.FACILITY_SIGNER),
    CENTRAL_SIGNER: (CENTRAL, Role.FACILITY_SIGNER),
}  # fmt: skip


@dataclass
class Hospital:
    """The facilities behind a browser."""

    site: Site
    pages: FacilityPages
    addresses: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, StorageState] = field(default_factory=dict)


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Hospital]:
    """One house for all, with a paper, a visit, an emergency and a refused document."""
    folder = tmp_path_factory.mktemp("hospital")
    with open_facilities(folder) as pages:

        def open_at(url: str) -> World:
            del url
            return replace(open_world(folder), app=pages.house.app)

        with served(open_at) as site:
            made = Hospital(site, pages)
            _live(made)
            for who, (facility, role) in WHO.items():
                pages.desk(facility, role)
                context = browser.new_context()
                _sign_in(site.watch(context.new_page()), site, f"{role.value}-{facility}-a".lower())
                made.sessions[who] = context.storage_state()
                context.close()
            yield made


def _sign_in(page: Page, site: Site, name: str) -> None:
    page.goto(f"{site.url}/login")
    page.fill("#name", name)
    page.fill("#password", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: url.endswith("/facility"))


def _live(made: Hospital) -> None:
    pages, at = made.pages, made.pages.house.clock.at
    made.addresses["referral"] = pages.signed("referrals", pages.referral_form())
    made.addresses["appointment"] = pages.signed("appointments", pages.appointment_form(days=3))
    made.addresses["day"] = f"/facility/today?day={at + timedelta(days=3):%Y-%m-%d}"
    drafted = pages.desk(DISTRICT).post(
        "/facility/referrals/new", **pages.referral_form(confirmed="yes")
    )
    made.addresses["draft"] = drafted.location
    visit = next(vietnamese_visits(7, 1, DISTRICT))
    sent = pages.town.client.post(
        "/v1/visits", data=visit, content_type="application/fhir+json",
        headers=pages.town.token(Role.FACILITY_SYSTEM, DISTRICT),
    )  # fmt: skip
    position = sent.get_json()["position"]
    (fact,) = pages.house.system.reading.read(after=position - 1, limit=1)
    made.addresses["book"] = f"/facility/patients/{fact.subject}"
    pages.desk(DISTRICT).send(visit.replace(b"Encounter", b"Encountre", 1))
    listed = pages.desk(DISTRICT).get("/facility/quarantine").text
    made.addresses["document"] = _first(listed, "/facility/quarantine/")
    pages.desk(CENTRAL).post(
        f"{made.addresses['book']}/emergency", reason="unconscious", what="Bất tỉnh khi nhập viện",
        minutes="240", agreed="yes",
    )  # fmt: skip
    pages.catch_up()
    waiting = pages.desk(CENTRAL, Role.FACILITY_SIGNER).get("/facility/reviews").text
    made.addresses["review"] = _first(waiting, "/facility/reviews/")


def _first(text: str, address: str) -> str:
    return address + text.split(f'href="{address}')[1].split('"', maxsplit=1)[0]


@contextmanager
def at_work(browser: Browser, made: Hospital, who: str, reader: str) -> Iterator[Page]:
    """Open a page as somebody who has signed in, and reads so."""
    how = READERS[reader]
    context: BrowserContext = browser.new_context(
        color_scheme=how.scheme, viewport={"width": how.width, "height": how.height},
        reduced_motion="reduce", storage_state=made.sessions[who], locale="vi-VN",
    )  # fmt: skip
    context.add_cookies([{"name": "lang", "value": how.language, "url": made.site.url}])
    yield made.site.watch(context.new_page())
    context.close()


PAGES: Final = {
    "home": (DOCTOR, "/facility"),
    "reception": (DOCTOR, "/facility/referrals?stage=available"),
    "admission": (DOCTOR, "/facility/admissions"),
    "paper": (DOCTOR, "referral"),
    "patients": (DOCTOR, "/facility/patients"),
    "emergency-book": (DOCTOR, "book"),
    "papers": (DISTRICT_DOCTOR, "/facility/papers"),
    "order": (DISTRICT_DOCTOR, "/facility/referrals/new"),
    "order-appointment": (DISTRICT_DOCTOR, "/facility/appointments/new"),
    "draft": (DISTRICT_DOCTOR, "draft"),
    "appointment": (DISTRICT_DOCTOR, "appointment"),
    "day": (DISTRICT_DOCTOR, "day"),
    "intake": (DISTRICT_DOCTOR, "/facility/intake"),
    "quality": (DISTRICT_DOCTOR, "/facility/quality"),
    "quarantine": (DISTRICT_DOCTOR, "/facility/quarantine"),
    "document": (DISTRICT_DOCTOR, "document"),
    "sign": (SIGNER, "/facility/sign"),
    "looks": (SIGNER, "/facility/looks"),
    "reviews": (CENTRAL_SIGNER, "/facility/reviews"),
    "review": (CENTRAL_SIGNER, "review"),
}  # fmt: skip


@pytest.mark.parametrize("reader", EACH)
@pytest.mark.parametrize("name", PAGES)
def test_a_hospitals_page_keeps_the_rules(
    hospital: Hospital, browser: Browser, name: str, reader: str
) -> None:
    who, address = PAGES[name]
    with at_work(browser, hospital, who, reader) as page:
        check_page(page, hospital.site.url + hospital.addresses.get(address, address))
        shoot(page, f"hospital-{name}-{reader}")


@pytest.mark.parametrize("reader", EACH)
def test_the_glass_is_red_and_weighs_something(
    hospital: Hospital, browser: Browser, reader: str
) -> None:
    url = hospital.site.url + hospital.addresses["book"]
    with at_work(browser, hospital, STRANGER, reader) as page:
        page.goto(url)
        expect(page.locator(f"a[href$='{hospital.addresses['book']}/emergency']")).to_be_visible()
        check_shown(page)
        check_page(page, f"{url}/emergency")
        shoot(page, f"hospital-glass-{reader}")
        page.locator("main form button.danger").click()
        expect(page).to_have_url(f"{url}/emergency")  # the browser asks for what is missing
        page.locator("form.confirm").evaluate("(form) => { form.noValidate = true; }")
        page.locator("main form button.danger").click()
        expect(page.locator("#wrong a")).to_have_count(1)
        check_shown(page)
    hospital.site.complaints[:] = [
        one for one in hospital.site.complaints if "403" not in one and "422" not in one
    ]


def fill(page: Page, values: dict[str, str]) -> None:
    """Type a form in."""
    for name, value in values.items():
        one = page.locator(f"main [name='{name}']").first
        sort = one.get_attribute("type")
        if sort == "radio":
            page.locator(f"main [name='{name}'][value='{value}']").check()
        elif one.evaluate("(one) => one.tagName") == "SELECT":
            one.select_option(value)
        else:
            one.fill(value)


@pytest.mark.parametrize("reader", EACH)
def test_a_patients_way_from_the_paper_to_the_end_of_the_episode(
    hospital: Hospital, browser: Browser, reader: str, tmp_path: Path
) -> None:
    site, pages = hospital.site, hospital.pages
    form = pages.referral_form()
    with at_work(browser, hospital, DISTRICT_DOCTOR, reader) as page:
        page.goto(f"{site.url}/facility/referrals/new")
        fill(page, form)
        page.locator("main form > button[type=submit]").click()
        expect(page.get_by_text("Bệnh viện Mẫu Trung ương").first).to_be_visible()
        check_shown(page)
        shoot(page, f"hospital-look-{reader}")
        page.locator("button[name=confirmed]").click()
        expect(page.locator(".notice.good")).to_be_visible()
        reference = page.url.rsplit("/", 1)[1]
    pages.catch_up()
    with at_work(browser, hospital, SIGNER, reader) as page:
        page.goto(f"{site.url}/facility/sign")
        page.locator(f"input[value='referral:{reference}']").check()
        page.locator("main form button[type=submit]").click()
        expect(page.get_by_text(str(PATIENT["name"]))).to_be_visible()
        check_shown(page)
        shoot(page, f"hospital-sign-look-{reader}")
        page.locator("#seen").check()
        page.locator("form.confirm button[type=submit]").click()
        expect(page.locator(".notice.good")).to_be_visible()
    pages.catch_up()
    _taken_in(hospital, browser, reader, f"/facility/referrals/{reference}")
    _is_whole(pages, tmp_path)


def _taken_in(hospital: Hospital, browser: Browser, reader: str, address: str) -> None:
    code = hospital.pages.code(address)
    with at_work(browser, hospital, DOCTOR, reader) as page:
        page.goto(f"{hospital.site.url}/facility/referrals")
        expect(page.locator("#text")).to_be_focused()  # a hand scanner types and ends with Enter
        page.keyboard.insert_text(code)
        page.keyboard.press("Enter")
        expect(page.locator("article.verdict.valid")).to_be_visible()
        check_shown(page)
        shoot(page, f"hospital-checked-{reader}")
        page.locator("input[name=compared]").check()
        page.locator(f"form[action='{address}/accept'] button[type=submit]").click()
        expect(page.locator(".notice.good")).to_be_visible()
        expect(page).to_have_url(hospital.site.url + address)
        check_shown(page)
        shoot(page, f"hospital-accepted-{reader}")
        page.locator(f"form[action='{address}/close'] button[type=submit]").click()
        expect(page.locator(f"form[action='{address}/close']")).to_have_count(0)


def _is_whole(pages: FacilityPages, folder: Path) -> None:
    """Read every fact again, check the log's tree over all of them, and build each view anew."""
    system = pages.house.system
    assert system.policy is not None
    evidence = Evidence(system.settings.ledger, system.settings.log, system.policy)
    scope, at = Scope(Mode.RANGE, first=1, last=system.reading.head()), pages.house.clock.at
    memory = AuditorMemory(folder / "memory")
    assert verify(evidence, scope, at=at, memory=memory, part_rows=256).findings == ()
    projector = system.projector
    projector.catch_up()
    for name, view in projector.store.views.items():
        before = projector.store.digest(view, projector.store.in_force(name).number)
        rebuilt = projector.rebuild(name)
        assert projector.store.digest(view, rebuilt.number) == before, name


def test_buttons_stand_off_from_the_chips_below_them(browser: Browser, hospital: Hospital) -> None:
    with at_work(browser, hospital, DISTRICT_DOCTOR, "vi-phone-light") as page:
        page.goto(f"{hospital.site.url}/facility/papers")
        button = page.get_by_role("link", name="Lập phiếu hẹn").bounding_box()
        chip = page.locator(".filters a").first.bounding_box()
        assert button is not None
        assert chip is not None
        assert chip["y"] - (button["y"] + button["height"]) >= 12
