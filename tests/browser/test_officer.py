"""A day of officers in a real browser: the queue, a file, signatures, corrections, the keyboard.

Everything behind the pages is real; afterwards the ledger is audited and each view rebuilt.
"""

import re
from collections.abc import Iterator
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, StorageState, expect

from ledger.certificates.procedure import Stage
from ledger.commands import corrections
from ledger.commands.loading import load_request
from tests_support.officer_site import OfficerSite, open_officer_site
from tests_support.page_checks import EACH, READERS, barriers, check_page, shoot, too_wide
from tests_support.service_world import PASSWORD
from verify_api.callers import Role

pytestmark = pytest.mark.browser

REFUSED: Final = re.compile(r"409 \(CONFLICT\)|422 \(UNPROCESSABLE")
"""What the browser says of an answer that is meant to refuse."""

DECISION: Final = {
    "decision_number": "15/QĐ-ĐC", "decision_date": "2026-11-20",
    "decision_text": "Đính chính họ tên", "name": "Nguyễn Văn Mậu",
}  # fmt: skip


@pytest.fixture(scope="module")
def officer_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfficerSite]:
    """One authority for all; whoever changes a file makes one."""
    with open_officer_site(tmp_path_factory.mktemp("officers")) as opened:
        yield opened


@pytest.fixture(scope="module")
def sessions(browser: Browser, officer_site: OfficerSite) -> dict[str, StorageState]:
    """One session an officer: whoever signs in again and again is slowed down."""
    kept: dict[str, StorageState] = {}
    for name in ("tiepnhan", "thuly", "thuly2", "nguoiky"):
        context = browser.new_context()
        officer_site.site.sign_in(officer_site.site.watch(context.new_page()), name)
        kept[name] = context.storage_state()
        context.close()
    return kept


class Desks:
    """Opens pages of officers, and closes them."""

    def __init__(
        self, browser: Browser, opened: OfficerSite, sessions: dict[str, StorageState]
    ) -> None:
        """Use one browser."""
        self.browser, self.opened, self.sessions = browser, opened, sessions
        self.contexts: list[BrowserContext] = []

    def open(self, name: str, reader: str = "vi-desk-dark") -> Page:
        """Return a page of an officer as a reader has it."""
        how = READERS[reader]
        context = self.browser.new_context(
            color_scheme=how.scheme,
            viewport={"width": how.width, "height": how.height},
            reduced_motion="reduce",
            storage_state=self.sessions[name],
        )
        site = self.opened.site
        context.add_cookies([{"name": "lang", "value": how.language, "url": site.url}])
        self.contexts.append(context)
        return site.watch(context.new_page())


@pytest.fixture
def desks(
    browser: Browser, officer_site: OfficerSite, sessions: dict[str, StorageState]
) -> Iterator[Desks]:
    """Pages that are closed afterwards; answers that were meant to refuse are no complaint."""
    opened = Desks(browser, officer_site, sessions)
    yield opened
    for context in opened.contexts:
        context.close()
    site = officer_site.site
    site.complaints[:] = [one for one in site.complaints if not REFUSED.search(one)]
    assert site.complaints == []


@pytest.mark.parametrize("reader", EACH)
@pytest.mark.parametrize(
    ("name", "officer", "address"),
    [
        ("officer-queue", "thuly", "/work?whose=all"),
        ("officer-file", "thuly", "/work/{answered}"),
        ("officer-late", "thuly2", "/work/{late}"),
        ("officer-draft", "nguoiky", "/work/{draft-0}"),
        ("officer-issued", "nguoiky", "/work/{issued}"),
        ("officer-sign", "nguoiky", "/officer/sign"),
        ("officer-search", "tiepnhan", "/officer/search"),
        ("officer-keys", "tiepnhan", "/officer/keys"),
    ],
)
def test_an_officers_page_keeps_the_rules(
    desks: Desks, reader: str, name: str, officer: str, address: str
) -> None:
    page = desks.open(officer, reader)
    files = {key: str(value) for key, value in desks.opened.made.files.items()}
    check_page(page, desks.opened.site.url + address.format(**files))
    shoot(page, f"{name}-{reader}")


@pytest.mark.parametrize("reader", EACH)
def test_a_file_goes_from_the_queue_to_the_signature_by_forms(desks: Desks, reader: str) -> None:
    made = desks.opened.made
    request = made.file(40 + EACH.index(reader))
    made.catch_up()
    url = f"{desks.opened.site.url}/work/{request}"
    intake, case = desks.open("tiepnhan", reader), desks.open("thuly", reader)
    intake.goto(url)
    done = intake.locator("main [role=status]")
    intake.locator(f'form[action^="/work/{request}/accept"] button').click()
    expect(done).to_be_focused()
    work_on(case, url, request, "take_file", "forward", "acknowledge", "request_lookup",
            "complete_lookup", "request_police_check")  # fmt: skip
    assert barriers(case) == []
    made.house.do(request, "complete_police_check", Role.POLICE_CHECKER, police="none")
    work_on(case, url, request, "record_result", "begin_certificate")
    take_over(desks.open("thuly2", reader), url, request)
    signer = desks.open("nguoiky", reader)
    signer.goto(url)
    expect(signer.locator("#draft")).to_be_visible()
    signer.fill("#mark_ready-password", "không phải mật khẩu")
    signer.locator(f'form[action^="/work/{request}/mark_ready"] button').click()
    expect(signer.locator("#wrong")).to_be_focused()
    expect(signer.locator("#mark_ready-password")).to_have_value("")
    assert barriers(signer) == []
    signer.fill("#mark_ready-password", PASSWORD)
    signer.keyboard.press("Enter")
    expect(signer.locator("main [role=status]")).to_be_focused()
    with signer.expect_download() as download:
        signer.locator("#papers a").first.click()
    assert download.value.suggested_filename.endswith(".pdf")


def take_over(page: Page, url: str, request: UUID) -> None:
    """Take a file over from a colleague: who has it is said, and why is asked for."""
    page.goto(url)
    expect(page.locator(".file-head")).to_contain_text("Trần Văn Thụ Lý")
    form = page.locator(f'form[action^="/work/{request}/take_over"]')
    expect(form).to_be_visible()
    assert barriers(page) == []
    assert too_wide(page) == []
    form.locator("select").select_option("absent")
    form.locator("button").click()
    expect(page.locator("main [role=status]")).to_be_focused()
    expect(page.locator(f'form[action^="/work/{request}/give_back"]')).to_have_count(1)


def work_on(page: Page, url: str, request: UUID, *acts: str) -> None:
    """Do acts one after another by their forms; after each, the focus is on what is said of it."""
    page.goto(url)
    for act in acts:
        reference = page.locator(f"#{act}-reference")
        if reference.count():
            reference.fill("QG-1")
        page.locator(f'form[action^="/work/{request}/{act}"] button').click()
        expect(page.locator("main [role=status]")).to_be_focused()


@pytest.mark.parametrize("reader", EACH)
def test_two_officers_on_one_file_the_second_is_told_what_changed(
    desks: Desks, reader: str
) -> None:
    made = desks.opened.made
    request = made.file(50 + EACH.index(reader))
    made.house.walk(request, to="accept")
    url = f"{desks.opened.site.url}/work/{request}"
    one, other = desks.open("thuly", reader), desks.open("thuly2", reader)
    one.goto(url)
    other.goto(url)
    one.fill("#forward-reference", "QG-1")
    one.locator(f'form[action^="/work/{request}/forward"] button').click()
    other.locator("#acts summary").first.click()
    other.fill("#request_supplement-missing", "Bản sao quyết định xoá án tích")
    other.locator(f'form[action^="/work/{request}/request_supplement"] button').click()
    told = other.locator("main [role=alert]")
    expect(told).to_be_focused()
    expect(told).to_contain_text("Trần Văn Thụ Lý")
    expect(other.locator("#request_supplement-missing")).to_have_value(
        "Bản sao quyết định xoá án tích"
    )
    assert barriers(other) == []
    assert too_wide(other) == []
    shoot(other, f"officer-conflict-{reader}")
    other.locator(f'form[action^="/work/{request}/request_supplement"] button').click()
    expect(other.locator("main [role=status]")).to_be_focused()
    expect(other.locator("#messages")).to_contain_text("Bản sao quyết định xoá án tích")


@pytest.mark.parametrize("reader", EACH)
def test_several_drafts_are_read_and_signed_with_one_password(desks: Desks, reader: str) -> None:
    made = desks.opened.made
    first = 60 + 10 * EACH.index(reader)
    requests = [made.ready_to_sign(first + number) for number in range(3)]
    made.catch_up()
    page = desks.open("nguoiky", reader)
    page.goto(f"{desks.opened.site.url}/officer/sign")
    for request in requests:
        page.locator(f'input[value="{request}"]').check()
    page.locator("main form[action='/officer/sign/read'] button.primary").click()
    expect(page.locator("section.draft")).to_have_count(3)
    assert barriers(page) == []
    assert too_wide(page) == []
    shoot(page, f"officer-sign-read-{reader}")
    made.house.do(requests[1], "drop_certificate", Role.CASE_OFFICER)
    page.fill("#password", PASSWORD)
    page.locator("form.sign-all button.primary").click()
    outcome = page.get_by_role("table").first
    expect(outcome.get_by_role("row")).to_have_count(4)
    expect(page.locator("#outcome")).to_be_focused()
    assert [_stage(desks, one) for one in requests] == [Stage.READY, Stage.VERIFIED, Stage.READY]
    assert barriers(page) == []
    shoot(page, f"officer-signed-{reader}")


def _stage(desks: Desks, request: UUID) -> Stage:
    facts = desks.opened.made.house.system.facts
    return load_request(facts, request).state.stage


@pytest.mark.parametrize("reader", EACH)
def test_a_correction_is_confirmed_drafted_and_signed(desks: Desks, reader: str) -> None:
    made = desks.opened.made
    request = made.file(90 + EACH.index(reader))
    made.house.walk(request)
    url = f"{desks.opened.site.url}/work/{request}"
    case, signer = desks.open("thuly", reader), desks.open("nguoiky", reader)
    case.goto(url)
    case.locator("#acts summary").last.click()
    form = case.locator(f'form[action^="/work/{request}/draft_correction"]')
    for name, value in DECISION.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("[name=reason]").select_option("content_wrong")
    form.locator("button").click()
    expect(case.locator("form.confirm")).to_be_visible()
    assert barriers(case) == []
    assert too_wide(case) == []
    shoot(case, f"officer-confirm-{reader}")
    case.locator("form.confirm button").click()
    expect(case.locator("main [role=status]")).to_be_focused()
    expect(case.locator("#draft")).to_contain_text("Nguyễn Văn Mậu")
    signer.goto(url)
    signer.fill("#sign_correction-password", PASSWORD)
    signer.locator(f'form[action^="/work/{request}/sign_correction"] button').click()
    expect(signer.locator("main [role=status]")).to_be_focused()
    expect(signer.locator("#history")).to_contain_text("15/QĐ-ĐC")
    chain = corrections.chain(made.house.system.facts, made.certificate(request).id)
    assert len(chain) == 2


@pytest.mark.parametrize("reader", EACH)
def test_a_name_is_found_and_the_file_opened(desks: Desks, reader: str) -> None:
    made = desks.opened.made
    page = desks.open("thuly", reader)
    page.goto(f"{desks.opened.site.url}/work")
    page.fill("#find", "hoang gia bao")
    page.keyboard.press("Enter")
    expect(page.locator("#found")).to_be_focused()
    assert "hoang" not in page.url
    assert barriers(page) == []
    assert too_wide(page) == []
    shoot(page, f"officer-found-{reader}")
    page.fill("#search", made.code(made.files["late"]))
    page.keyboard.press("Enter")
    page.get_by_role("link", name=made.code(made.files["late"])).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(made.code(made.files["late"]))


def test_the_keyboard_alone_walks_through_files_and_finds_its_keys(desks: Desks) -> None:
    page = desks.open("thuly")
    url = desks.opened.site.url
    page.goto(f"{url}/work")
    page.keyboard.press("Shift+?")
    table = page.locator("dialog#keys")
    expect(table).to_be_visible()
    assert barriers(page) == []
    shoot(page, "officer-keys-table")
    page.keyboard.press("Escape")
    expect(table).to_be_hidden()
    page.locator("#find").focus()
    page.keyboard.type("?")
    expect(table).to_be_hidden()
    expect(page.locator("#find")).to_have_value("?")
    page.locator("#find").fill("")
    links = page.locator("tbody th a")
    codes = [links.nth(number).inner_text() for number in range(links.count())]
    access_key(page, "n")
    expect(page.get_by_role("heading", level=1)).to_have_text(codes[0])
    access_key(page, "n")
    expect(page.get_by_role("heading", level=1)).to_have_text(codes[1])
    access_key(page, "p")
    expect(page.get_by_role("heading", level=1)).to_have_text(codes[0])
    access_key(page, "2")
    expect(page.locator("#find")).to_be_focused()
    access_key(page, "1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Việc cần làm")


def access_key(page: Page, key: str) -> None:
    """Press Alt and a key as the browser's own access keys have it."""
    code = f"Digit{key}" if key.isdigit() else f"Key{key.upper()}"
    said = {"key": key, "code": code, "windowsVirtualKeyCode": ord(key.upper()), "modifiers": 1}
    session = page.context.new_cdp_session(page)
    session.send("Input.dispatchKeyEvent", {"type": "keyDown", "unmodifiedText": key, **said})
    session.send("Input.dispatchKeyEvent", {"type": "keyUp", **said})
    session.detach()


def test_without_a_script_every_way_is_there(browser: Browser, desks: Desks) -> None:
    context = browser.new_context(java_script_enabled=False, storage_state=desks.sessions["thuly"])
    page = desks.opened.site.watch(context.new_page())
    page.goto(f"{desks.opened.site.url}/work")
    page.locator("[data-keys]").click()
    expect(page.locator("main kbd").first).to_be_visible()
    page.goto(f"{desks.opened.site.url}/work")
    page.locator("main details summary").click()
    page.select_option("#order", "-since")
    page.locator("form.sieve button").click()
    assert "order=-since" in page.url
    page.locator("tbody th a").first.click()
    expect(page.locator("nav.trail a").first).to_have_attribute("href", "/work?order=-since")
    context.close()
