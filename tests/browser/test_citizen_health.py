"""The citizen's health pages in a real browser: each page's rules, and the journeys over them."""

import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from keys.content_encryption import decrypt
from ledger.audit.evidence import Evidence
from ledger.audit.memory import AuditorMemory
from ledger.audit.scope import Mode, Scope
from ledger.audit.verify import verify
from ledger.clinical.health_link import read_link, write_link
from shell.sequencer import Sequencer
from tests_support.health_site import CITIZEN, HOSPITAL, HealthSite, open_health_site
from tests_support.page_checks import EACH, READERS, Reader, check_page, check_shown, shoot

pytestmark = pytest.mark.browser

PAGES: Final = {
    "overview": "",
    "timeline": "/timeline",
    "problems": "/problems",
    "allergies": "/allergies",
    "vitals": "/vitals",
    "visits": "/visits",
    "visit": "/visits/{visit}",
    "then": "/then",
    "past": "/then?as_of=2026-11-23",
    "notes": "/notes",
    "export": "/export",
    "completeness": "/completeness",
    "referral": "/papers/{referral}",
    "appointments": "/appointments",
    "appointment": "/papers/{appointment}",
    "shares": "/shares",
    "consents": "/consents",
    "looks": "/looks",
    "people": "/people",
    "rights": "/rights",
    "apps": "/apps",
}
SHOWN: Final = ("overview", "vitals", "referral", "looks")
"""Of these pictures are in the guide."""
PHONE: Final = READERS["vi-phone-light"]
DESK: Final = READERS["en-desk-light"]


@pytest.fixture(scope="module")
def health(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HealthSite]:
    """One house for all pages and journeys."""
    with open_health_site(tmp_path_factory.mktemp("health")) as opened:
        yield opened


@pytest.fixture(scope="module")
def session(browser: Browser, health: HealthSite) -> StorageState:
    """One session for all: whoever signs in again and again is slowed down."""
    context = browser.new_context()
    health.site.sign_in(health.site.watch(context.new_page()), CITIZEN)
    state = context.storage_state()
    context.close()
    return state


def opened(browser: Browser, health: HealthSite, session: StorageState, reader: Reader) -> Page:
    """Return the citizen's page as ``reader`` has it."""
    context = browser.new_context(
        color_scheme=reader.scheme,
        viewport={"width": reader.width, "height": reader.height},
        reduced_motion="reduce",
        storage_state=session,
        accept_downloads=True,
    )
    context.add_cookies([{"name": "lang", "value": reader.language, "url": health.site.url}])
    return health.site.watch(context.new_page())


@pytest.fixture
def phone(browser: Browser, health: HealthSite, session: StorageState) -> Iterator[Page]:
    """The citizen's phone, in Vietnamese."""
    page = opened(browser, health, session, PHONE)
    yield page
    page.context.close()


@pytest.fixture
def desk(browser: Browser, health: HealthSite, session: StorageState) -> Iterator[Page]:
    """The citizen's desk, in English."""
    page = opened(browser, health, session, DESK)
    yield page
    page.context.close()


def address(health: HealthSite, path: str) -> str:
    told = path.format(visit=health.visit, referral=health.referral, appointment=health.appointment)
    return f"{health.site.url}/my/health{told}"


def press(page: Page, name: str) -> None:
    page.locator("main").get_by_role("button", name=name).first.click()


@pytest.mark.parametrize("reader", EACH)
def test_every_page_keeps_the_rules(
    browser: Browser, health: HealthSite, session: StorageState, reader: str
) -> None:
    page = opened(browser, health, session, READERS[reader])
    for name, path in PAGES.items():
        check_page(page, address(health, path))
        if name in SHOWN:
            shoot(page, f"my-health-{name}-{reader}")
    page.context.close()


def test_a_note_is_written_and_taken_back(health: HealthSite, phone: Page) -> None:
    phone.goto(address(health, ""))
    phone.get_by_role("link", name="Ghi chú của tôi").click()
    press(phone, "Ghi vào sổ")
    assert phone.evaluate("document.activeElement.id") == "note"  # the browser asks for it
    phone.get_by_label("Nội dung ghi chú").fill("Dị ứng phấn hoa\nmỗi mùa xuân")
    press(phone, "Ghi vào sổ")
    expect(phone.get_by_role("status")).to_contain_text("Đã ghi vào sổ")
    check_shown(phone)
    phone.get_by_role("link", name="Rút lại").click()
    expect(phone.get_by_role("heading", name="Rút lại ghi chú này?")).to_be_visible()
    check_shown(phone)
    press(phone, "Rút lại ghi chú")
    expect(phone.get_by_role("status")).to_contain_text("Đã rút lại")
    expect(phone.locator("main")).not_to_contain_text("phấn hoa")


def test_the_timeline_is_searched_without_a_word_in_the_address(
    health: HealthSite, phone: Page
) -> None:
    phone.goto(address(health, "/timeline"))
    phone.get_by_text("Tìm trong sổ").click()
    phone.get_by_label("Từ khóa").fill("tang huyet ap")
    press(phone, "Tìm")
    expect(phone.locator("#found")).to_contain_text("2 mục tìm thấy")
    assert "huyet" not in phone.url
    check_shown(phone)


@pytest.mark.parametrize("who", ["phone", "desk"])
def test_a_link_is_made_followed_live_and_stopped(
    health: HealthSite, browser: Browser, session: StorageState, who: str
) -> None:
    reader = PHONE if who == "phone" else DESK
    page = opened(browser, health, session, reader)
    page.goto(address(health, "/shares"))
    for box in page.locator("input[name=sections]").all()[:3]:
        box.check()
    page.locator("#label").fill("Bác sĩ gia đình")
    page.locator("#passcode").fill("mở giúp tôi")
    page.locator("form[action='/my/health/shares'] button").click()
    expect(page.locator("#code > svg")).to_be_visible()
    check_shown(page)
    text = page.locator("code", has_text="shlink:").text_content()
    link = read_link(text or "")
    page.locator("a[href^='/my/health/shares/']").first.click()
    expect(page.locator("#live")).to_have_attribute("data-open", "yes")
    check_shown(page)
    shoot(page, f"my-health-share-{who}")
    opening = threading.Thread(target=open_link, args=(health, link.url, link.key))
    opening.start()
    expect(page.locator("#live")).to_contain_text("BS Mẫu")  # by itself
    opening.join()
    press(page, "Dừng chia sẻ ngay" if who == "phone" else "Stop sharing now")
    expect(page.locator("#live")).to_have_attribute("data-open", "no")
    check_shown(page)
    page.context.close()


def open_link(health: HealthSite, url: str, key: bytes) -> None:
    """Open a link as a viewer does; what it shows is the citizen's and nobody else's."""
    client = health.house.app.test_client()
    path = url.removeprefix("http://localhost")
    body = {"recipient": "BS Mẫu", "passcode": "mở giúp tôi"}
    answer = client.post(path, json=body)
    assert answer.status_code == 200, answer.text
    (file,) = answer.get_json()["files"]
    content = decrypt(file["embedded"].encode(), key)
    assert "NGUYỄN VĂN MẪU" in content.decode()


def test_whoever_scans_a_links_code_sees_that_part_and_no_more(
    health: HealthSite, browser: Browser, session: StorageState
) -> None:
    page = opened(browser, health, session, PHONE)
    page.goto(address(health, "/shares"))
    for part in ("Dị ứng", "Dấu hiệu sinh tồn", "Lượt khám"):
        page.get_by_label(part).check()
    page.locator("#label").fill("Cho phòng khám")
    page.locator("#passcode").fill("mật mã đúng")
    page.locator("form[action='/my/health/shares'] button").click()
    text = page.locator("code", has_text="shlink:").text_content() or ""
    assert text.startswith("http://localhost/shared#shlink:/")
    page.context.close()
    for reader in (PHONE, DESK):
        doctor = browser.new_context(viewport={"width": reader.width, "height": reader.height})
        doctor.add_cookies([{"name": "lang", "value": reader.language, "url": health.site.url}])
        _open_as_doctor(health, health.site.watch(doctor.new_page()), text)
        doctor.close()


def _open_as_doctor(health: HealthSite, page: Page, text: str) -> None:
    """Open a link in a browser of nobody in particular; the second time it is used up."""
    page.goto(text.replace("http://localhost", health.site.url))
    expect(page.locator("#told")).to_contain_text(re.compile("another system|hệ thống khác"))
    here = _moved(text, health.site.url)
    page.goto("about:blank")
    page.goto(here)
    assert "#" not in page.url
    page.locator("#who").fill("BS Lê Mẫu")
    check_shown(page)
    page.locator("#passcode").fill("sai mã")
    page.locator("#opening button").click()
    used_up = page.locator("#told", has_text=re.compile("not open|không còn mở"))
    wrong = page.locator("#told", has_text=re.compile(": 4|: 3"))
    expect(wrong.or_(used_up)).to_be_visible()
    if wrong.is_visible():
        page.locator("#passcode").fill("mật mã đúng")
        page.locator("#opening button").click()
        expect(page.locator("#shown")).to_contain_text("Penicillin")
        expect(page.locator("#whose")).to_contain_text("NGUYỄN VĂN MẪU")
        expect(page.locator("#shown")).not_to_contain_text("Amlodipin")
        _check_shared_words(page)
        check_shown(page)
        shoot(page, "shared-part")
        page.locator("#hide").click()
        expect(page.locator("#shown")).to_be_hidden()
    _forget_refusals(health)


def _check_shared_words(page: Page) -> None:
    """What was not shared says so, and the rest is written as on other Vietnamese pages."""
    for title in ("Thuốc · Medicines", "Bệnh và vấn đề sức khỏe · Problems"):
        part = page.locator("#parts section", has_text=title)
        expect(part).to_contain_text("Không được chia sẻ")
    expect(page.locator("#parts")).not_to_contain_text("Không có thông tin")
    vitals = page.locator("#parts section", has_text="Dấu hiệu sinh tồn")
    for written in ("60,8 kg", "Tâm thu: 138 mmHg; Tâm trương: 88 mmHg", "08:00, 02/11/2026"):
        expect(vitals).to_contain_text(written)
    visits = page.locator("#parts section", has_text="Lượt khám, chữa bệnh")
    expect(visits).to_contain_text("Tái khám")
    expect(visits).to_contain_text("Bệnh viện")
    expect(visits).not_to_contain_text(HOSPITAL)
    expect(page.locator("#made")).to_have_text(re.compile(r"[0-9]{2}:[0-9]{2}, [0-9]{2}/[0-9]{2}"))


def _moved(text: str, url: str) -> str:
    """Return a link as it would be had the house its browser's address."""
    link = read_link(text)
    there = replace(link, url=link.url.replace("http://localhost", url))
    return write_link(there, viewer=f"{url}/shared")


def test_a_consent_needs_a_tick_and_is_taken_back(health: HealthSite, phone: Page) -> None:
    phone.goto(address(health, "/consents"))
    phone.get_by_label("Cơ sở khám bệnh, chữa bệnh").check()
    phone.get_by_label("Mã của nơi đó").fill("1")
    phone.get_by_label("Khám bệnh, chữa bệnh", exact=True).check()
    phone.get_by_label("Thông tin chung").check()
    phone.get_by_label("Tôi đã đọc và đồng ý").check()
    press(phone, "Đồng ý")
    wrong = phone.get_by_role("alert")
    expect(wrong).to_contain_text("Mã cơ sở gồm 5 ký tự")
    check_shown(phone)
    phone.reload()
    wrong.get_by_role("link").click()
    phone.get_by_label("Mã của nơi đó").fill("01B03")
    phone.get_by_label("Tôi đã đọc và đồng ý").check()
    press(phone, "Đồng ý")
    expect(phone.get_by_role("status")).to_contain_text("Đã ghi nhận sự đồng ý")
    check_shown(phone)
    press(phone, "Rút lại")
    expect(phone.locator("table").first).to_contain_text("Đã rút lại")
    _forget_refusals(health)


def test_a_look_is_reported_from_its_line_and_answered(health: HealthSite, desk: Page) -> None:
    desk.goto(address(health, "/looks?show=unusual"))
    desk.get_by_role("link", name=re.compile("^Report this look")).first.click()
    expect(desk.get_by_label("Why you do not understand it")).to_be_visible()
    check_shown(desk)
    desk.get_by_label("Why you do not understand it").fill("I was not there")
    press(desk, "Send the report")
    expect(desk.locator("#reports + table")).to_contain_text("Being looked into")
    officer = health.officer()
    base = f"/v1/records/{health.subject}/reports"
    (report,) = officer.get(base).get_json()["reports"]
    body = {"finding": "misuse", "words": "Đã xử lý kỷ luật"}
    assert officer.post(f"{base}/{report['report']}/answer", body).status_code == 200
    desk.reload()
    expect(desk.locator("#reports + table")).to_contain_text("The look was misuse")
    check_shown(desk)


def test_an_erasure_is_asked_for_and_taken_back(health: HealthSite, desk: Page) -> None:
    desk.goto(address(health, "/rights"))
    desk.get_by_label("Erase my data").check()
    desk.get_by_label("Say what it is about").fill("Please forget me")
    press(desk, "Send the request")
    expect(desk.get_by_role("status")).to_contain_text("on record")
    expect(desk.locator("main")).to_contain_text("have to be kept")
    check_shown(desk)
    desk.get_by_role("link", name="Take the request back").click()
    expect(desk.locator("main")).to_contain_text("waits for approval")
    check_shown(desk)
    press(desk, "Take it back")
    expect(desk.locator("main")).to_contain_text("Taken back")


def test_a_parent_goes_over_to_the_childs_book_and_back(health: HealthSite, phone: Page) -> None:
    phone.goto(address(health, "/people"))
    press(phone, "Mở sổ của người này")
    expect(phone.locator("h1")).to_contain_text("MẪU CON")
    check_shown(phone)
    assert str(health.subject) not in phone.url
    for path in ("/timeline", "/consents", "/shares", "/looks"):
        phone.goto(address(health, path))
        expect(phone.locator(".acting")).to_contain_text("NGUYỄN THỊ MẪU CON")
        check_shown(phone)
    press(phone, "Trở về sổ của tôi")
    expect(phone.locator("main")).to_contain_text("Penicillin")


def test_files_are_saved(health: HealthSite, desk: Page, tmp_path: Path) -> None:
    desk.goto(address(health, "/export"))
    desk.get_by_label("CSV, for a spreadsheet").check()
    with desk.expect_download() as saving:
        press(desk, "Download")
    saving.value.save_as(tmp_path / "book.csv")
    assert "Penicillin" in (tmp_path / "book.csv").read_text("utf-8")
    desk.goto(address(health, "/papers/{appointment}"))
    with desk.expect_download() as saving:
        desk.get_by_role("link", name="Add to the calendar").click()
    saving.value.save_as(tmp_path / "day.ics")
    assert b"BEGIN:VALARM" in (tmp_path / "day.ics").read_bytes()


def test_it_all_works_without_scripts(
    browser: Browser, health: HealthSite, session: StorageState
) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=session)
    page = context.new_page()
    page.goto(address(health, "/shares"))
    page.locator("input[name=sections]").first.check()
    page.locator("#label").fill("Không cần script")
    page.locator("form[action='/my/health/shares'] button").click()
    page.locator("a[href^='/my/health/shares/']").first.click()
    assert page.locator("#live").get_attribute("data-open") == "yes"
    page.locator("form[action$='/stop'] button").click()
    assert page.locator("#live").get_attribute("data-open") == "no"
    context.close()


def test_after_all_of_it_views_and_log_are_what_the_facts_say(
    health: HealthSite, tmp_path: Path
) -> None:
    system = health.house.system
    health.catch_up()
    store = system.projector.store
    for name in ("shares", "represented", "book_notices", "health_tasks"):
        before = store.digest(store.views[name], store.in_force(name).number)
        rebuilt = system.projector.rebuild(name)
        assert store.digest(store.views[name], rebuilt.number) == before
    life = Sequencer(system)
    life.once()
    life.close()
    evidence = Evidence(system.settings.ledger, system.settings.log, system.policy)
    scope = Scope(Mode.RANGE, first=1, last=system.reading.head())
    at, memory = health.house.clock.at, AuditorMemory(tmp_path / "memory")
    assert verify(evidence, scope, at=at, memory=memory, part_rows=256).findings == ()


def _forget_refusals(health: HealthSite) -> None:
    """Drop what the console says of a form that was refused on purpose."""
    kept = [one for one in health.site.complaints if "status of 4" not in one]
    health.site.complaints[:] = kept


OVERLAPS: Final = """() => [...document.querySelectorAll(".ticks-x")].flatMap((scale) => {
    const boxes = [...scale.querySelectorAll("span")].filter((one) => one.textContent)
        .map((one) => {
            const range = document.createRange();
            range.selectNodeContents(one);
            return { text: one.textContent, ...range.getBoundingClientRect().toJSON() };
        });
    return boxes.slice(1).filter((one, place) => one.left < boxes[place].right + 4)
        .map((one) => one.text);
})"""


@pytest.mark.parametrize("path", ["/visits/{visit}", "/looks?show=all"])
def test_a_table_s_card_has_one_column_on_a_narrow_phone(
    health: HealthSite, phone: Page, path: str
) -> None:
    columns = """() => [...document.querySelectorAll(".list td")]
        .map((one) => getComputedStyle(one))
        .filter((one) => one.display !== "none")
        .map((one) => one.gridTemplateColumns.split(" ").length)"""
    phone.goto(address(health, path))
    assert set(phone.evaluate(columns)) == {2}
    phone.set_viewport_size({"width": 320, "height": 800})
    assert set(phone.evaluate(columns)) == {1}


@pytest.mark.parametrize("who", ["phone", "desk"])
def test_days_under_a_chart_do_not_print_over_each_other(
    health: HealthSite, browser: Browser, session: StorageState, who: str
) -> None:
    reader = PHONE if who == "phone" else DESK
    page = opened(browser, health, session, reader)
    page.goto(address(health, "/vitals"))
    assert page.locator(".ticks-x span:not(:empty)").count() > 1
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(OVERLAPS) == []
    page.context.close()


def test_a_fact_s_name_in_a_table_stands_off_from_what_is_told(
    health: HealthSite, phone: Page
) -> None:
    phone.goto(address(health, "/visits/{visit}"))
    gap = phone.locator(".list td").first.evaluate("""(cell) => {
        const inside = '<div class="row"><dt>Lý do</dt><dd>Đau khớp gối</dd></div>';
        cell.innerHTML = `<dl class="facts">${inside}</dl>`;
        const words = document.createRange();
        words.selectNodeContents(cell.querySelector("dt"));
        const told = cell.querySelector("dd").getBoundingClientRect().left;
        return told - words.getBoundingClientRect().right;
    }""")
    assert gap > 7  # a colon alone has 4 or 5


def test_after_an_error_the_focus_is_on_what_was_wrong(health: HealthSite, phone: Page) -> None:
    phone.goto(address(health, "/rights"))
    phone.evaluate(
        "() => document.querySelectorAll('form').forEach((one) => one.noValidate = true)"
    )
    press(phone, "Gửi yêu cầu")
    expect(phone.locator("#wrong")).to_be_focused()
    expect(phone).to_have_title(re.compile("^Lỗi \N{EN DASH} "))
    check_shown(phone)
    complaints = health.site.complaints
    complaints[:] = [one for one in complaints if "status of 422" not in one]
