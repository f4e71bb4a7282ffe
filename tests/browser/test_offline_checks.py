"""A prepared device judges papers without a network, tells its knowledge's age, and catches up."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from ledger.certificates.digits import to_digits
from ledger.certificates.kind import Token
from tests_support.foreign_vectors import card, health, identity, own_trust
from tests_support.offline_site import OfflineSite, offline_site, phone
from tests_support.offline_vectors import (
    MADE_AT,
    MARKS,
    ROOT,
    bundle,
    status_list,
    texts,
    versions,
)
from tests_support.page_checks import barriers, shoot, too_small, too_wide
from tests_support.signed_certificates import AT, HOST, POLICY, STATUS_URI, TOKEN, signed
from tests_support.token_mutations import GOOD, PREFIX, mutations
from verify_api.answers import kept_page
from verify_api.bundle import read_bundle
from verify_api.verdict_json import verdict_json
from verify_api.verification import verify

pytestmark = pytest.mark.browser

NOW_REVOKED = TOKEN.status.index
CACHED = """async () => {
    const found = {};
    for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        found[name] = (await cache.keys()).map((one) => new URL(one.url).pathname);
    }
    return found;
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OfflineSite]:
    """The service; each test leaves it running, with the first bundle."""
    with offline_site(tmp_path_factory.mktemp("offline")) as opened:
        yield opened


@pytest.fixture
def context(browser: Browser, site: OfflineSite) -> Iterator[BrowserContext]:
    """A phone of its own."""
    site.bundles.content, site.at, site.release, site.failing = bundle(), AT, None, False
    site.world.standings.by_number.clear()
    made = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    yield made
    made.close()
    if not site.is_running:  # the test that stopped it failed
        site.start()


def prepared(site: OfflineSite, context: BrowserContext, at: datetime = AT) -> Page:
    """Return a page of a device that was prepared."""
    page = phone(site, context, at)
    page.goto(site.url)
    page.click("#prepare")
    expect(page.locator("#device-status")).to_contain_text("Sẵn sàng")
    page.wait_for_function("() => navigator.serviceWorker.controller !== null")
    return page


def cut_off(site: OfflineSite, page: Page) -> None:
    """Take away network and server, both, and open the page anew."""
    site.stop()
    page.context.set_offline(True)
    page.goto(f"{site.url}/")
    expect(page.locator("#fingerprint")).to_be_visible()


def back(site: OfflineSite, page: Page) -> None:
    site.start()
    page.context.set_offline(False)
    site.forgive_the_network()


def here(site: OfflineSite, text: str) -> str:
    """Return a code as this site prints it."""
    return text.replace(f"https://{HOST}", site.url)


def paste(page: Page, text: str) -> None:
    page.evaluate(
        """(text) => {
            document.getElementById("text").value = text;
            document.getElementById("paste").requestSubmit();
        }""",
        text,
    )


def code_of(site: OfflineSite, token: Token = TOKEN) -> str:
    return f"{site.url}/#{to_digits(signed(token))}"


def verdict(page: Page, state: str) -> None:
    expect(page.locator(f"#result article[data-state={state}]")).to_be_visible()


def known(page: Page, made_at: datetime) -> None:
    """Wait until the device knows what was so at ``made_at``."""
    seconds = str(int(made_at.timestamp()))
    expect(page.locator("#device")).to_have_attribute("data-known", seconds)


def papers(site: OfflineSite) -> list[str]:
    """Return 100 codes: good, ended in every way, forged, unknown, of others, and none at all."""
    good = [PREFIX + to_digits(token) for token in GOOD]
    ended = [
        PREFIX + to_digits(signed(replace(TOKEN, status=replace(TOKEN.status, index=index))))
        for index in MARKS
    ]
    named = {name: text for name, text in texts().items() if not text.startswith("9")}
    spoiled = [text for text in mutations(11, 40) if len(text) < 3000]
    rest = [text for text in [*named.values(), *spoiled] if text not in good]
    return [here(site, text) for text in [*good, *ended, *rest]][:100]


def test_a_hundred_papers_are_judged_right_without_network_and_server(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    cut_off(site, page)
    evidence = read_bundle(site.bundles.content, ROOT, at=AT)
    policy = replace(POLICY, hosts=frozenset({site.url.removeprefix("http://")}))
    seen = []
    for text in papers(site):
        told = verify(text, at=AT, trust=evidence.trust, status=evidence.status, policy=policy)
        paste(page, text)
        if not text.strip():
            continue
        article = page.locator("#result article")
        expect(article).to_have_attribute("data-state", told.state.value)
        expect(article).to_have_attribute("data-overall", told.overall.value)
        expect(article).to_contain_text("Kết quả do thiết bị này tự kiểm tra. Dữ liệu đến")
        expect(article).to_contain_text("15:30, 24/11/2026")  # 08:30 UTC: when the bundle was made
        seen.append(told.state.value)
        page.evaluate("() => document.getElementById('result').replaceChildren()")
    assert len(seen) >= 95
    assert {"valid", "revoked", "expired", "altered", "issuer_unknown", "unreadable"} <= set(seen)
    back(site, page)


def test_the_device_shows_what_the_service_shows_of_the_same_answer(
    site: OfflineSite, context: BrowserContext
) -> None:
    site.bundles.content = bundle(foreign=own_trust())
    page = prepared(site, context)
    some = [texts()[name] for name in ("referral to one", "appointment 20261125", "cut")]
    native = (code_of(site), *(here(site, text) for text in some))
    for text in (*native, health(kid=b"stranger"), card(), identity(), health()):
        evidence = read_bundle(site.bundles.content, ROOT, at=AT)
        policy = replace(POLICY, foreign=evidence.foreign)
        told = verdict_json(
            verify(text, at=AT, trust=evidence.trust, status=evidence.status, policy=policy), "vi"
        )
        with site.world.app.test_request_context("/"):
            drawn = kept_page("verify.html", "vi", answers=[told]).get_data(as_text=True)
        expected = page.evaluate(
            """(html) => new DOMParser().parseFromString(html, "text/html")
                .querySelector("#result article").textContent.replace(/\\s+/g, "")""",
            drawn,
        )
        page.context.set_offline(True)
        paste(page, text)
        verdict(page, str(told["state"]))
        shown = page.evaluate(
            """() => {
                const copy = document.querySelector("#result article").cloneNode(true);
                copy.querySelectorAll(".device-note, .keep").forEach((one) => one.remove());
                return copy.textContent.replace(/\\s+/g, "");
            }"""
        )
        minute = re.compile(r"\d\d:\d\d,24/11/2026$")  # the clock of the page runs on
        assert minute.sub("", shown) == minute.sub("", expected)
        page.context.set_offline(False)
    assert barriers(page) == []
    assert too_wide(page) == []
    site.forgive_the_network()


def test_a_code_that_the_phones_camera_opens_is_judged_without_network(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    cut_off(site, page)
    page.goto("about:blank")
    page.goto(code_of(site))
    verdict(page, "valid")
    assert page.url == f"{site.url}/"
    expect(page.locator("#result")).to_contain_text(TOKEN.holder.name)
    assert barriers(page) == []
    assert too_wide(page) == []
    shoot(page, "checked-offline")
    page.goto("about:blank")
    page.goto(f"{site.url}/?lang=en#{to_digits(signed())}")
    expect(page.locator("#result")).to_contain_text("Checked on this device. Knowledge as of")
    back(site, page)


def test_nothing_is_kept_but_files_and_signed_lists(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    page.goto(code_of(site))
    verdict(page, "valid")
    page.context.set_offline(True)
    paste(page, code_of(site))
    verdict(page, "valid")
    kept = page.evaluate(CACHED)
    assert sorted(kept.pop("records-knowledge")) == [
        "/knowledge/bundle", "/knowledge/language", "/knowledge/pin",
    ]  # fmt: skip
    ((_, files),) = kept.items()
    assert all(one.startswith(("/static/", "/offline/")) for one in files)
    held = page.evaluate(
        """async () => {
            const texts = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
            for (const name of await caches.keys()) {
                const cache = await caches.open(name);
                for (const one of await cache.matchAll()) texts.push(await one.text());
            }
            return texts.join("\\n");
        }"""
    )
    assert TOKEN.holder.name not in held
    assert to_digits(signed())[:30] not in held
    page.context.set_offline(False)
    site.forgive_the_network()


def test_beyond_its_limits_the_device_confirms_nothing(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    page.clock.set_system_time(AT + timedelta(days=8))
    cut_off(site, page)
    expect(page.locator("#device-status")).to_contain_text("đã quá cũ")
    expect(page.locator("#device-status")).to_contain_text("8 ngày")
    paste(page, code_of(site))
    verdict(page, "cannot_confirm")
    back(site, page)


def test_after_more_than_a_day_without_network_the_device_catches_up(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    cut_off(site, page)
    later = AT + timedelta(hours=30)
    page.clock.set_system_time(later)
    paste(page, code_of(site))
    verdict(page, "valid")
    expect(page.locator("#result")).to_contain_text("31 giờ")
    site.at = later
    site.bundles.content = bundle(
        lists={STATUS_URI: status_list({NOW_REVOKED: 1}, issued_at=later - timedelta(hours=1))},
        made_at=later - timedelta(hours=1),
    )
    page.click("#next")
    page.wait_for_load_state()
    back(site, page)
    page.reload()
    known(page, later - timedelta(hours=1))
    page.context.set_offline(True)
    paste(page, code_of(site))
    verdict(page, "revoked")
    assert TOKEN.holder.name not in page.locator("#result").inner_text()
    page.context.set_offline(False)
    site.forgive_the_network()


def test_the_hour_and_the_network_bring_an_update_by_themselves(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    expect(page.locator("#device")).to_have_attribute("data-outcome", "same")  # by its ETag
    site.bundles.content = bundle(made_at=MADE_AT + timedelta(minutes=5))
    page.clock.fast_forward(3_601_000)
    known(page, MADE_AT + timedelta(minutes=5))
    site.bundles.content = bundle(made_at=MADE_AT + timedelta(minutes=9))
    page.context.set_offline(True)
    page.context.set_offline(False)
    known(page, MADE_AT + timedelta(minutes=9))
    site.forgive_the_network()


@pytest.mark.parametrize(
    "content",
    [
        bundle()[:-1] + bytes([bundle()[-1] ^ 1]),
        b"no bundle",
        bundle(made_at=MADE_AT - timedelta(minutes=1)),
    ],
    ids=["spoiled", "something else", "older than what is held"],
)
def test_what_cannot_be_believed_is_refused_and_what_was_held_is_kept(
    site: OfflineSite, context: BrowserContext, content: bytes
) -> None:
    page = prepared(site, context)
    site.bundles.content = content
    page.click("#update")
    expect(page.locator("#device")).to_have_attribute("data-outcome", "refused")
    expect(page.locator("#device-fault")).to_contain_text("không đáng tin")
    page.context.set_offline(True)
    page.reload()
    paste(page, code_of(site))
    verdict(page, "valid")
    page.context.set_offline(False)
    site.forgive_the_network()


def test_officers_whom_the_pinned_ones_approved_take_over(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    pinned = page.locator("#fingerprint").inner_text()
    site.bundles.content = bundle(*versions(2), made_at=MADE_AT + timedelta(minutes=1))
    page.click("#update")
    known(page, MADE_AT + timedelta(minutes=1))
    changed = page.locator("#fingerprint").inner_text()
    assert changed != pinned
    # Long afterwards nothing leads from the first officers to the newest list any more.
    site.bundles.content = bundle(*versions(3)[-1:], made_at=MADE_AT + timedelta(minutes=2))
    page.click("#update")
    known(page, MADE_AT + timedelta(minutes=2))
    assert page.locator("#fingerprint").inner_text() == changed
    cut_off(site, page)
    page.reload()
    paste(page, code_of(site))
    verdict(page, "valid")
    back(site, page)
    page.goto(site.url)
    # Those of before, who are officers no more, cannot take over again.
    site.bundles.content = bundle(made_at=MADE_AT + timedelta(minutes=3))
    page.click("#update")
    expect(page.locator("#device")).to_have_attribute("data-outcome", "refused")


def test_an_outage_is_answered_by_the_device(site: OfflineSite, context: BrowserContext) -> None:
    page = prepared(site, context)
    site.failing = True
    page.goto(code_of(site))
    verdict(page, "valid")
    expect(page.locator("#result article")).to_have_attribute("data-by", "device")
    assert any("503" in one for one in site.complaints)
    site.complaints[:] = [one for one in site.complaints if "503" not in one]


def test_online_the_services_answer_is_shown(site: OfflineSite, context: BrowserContext) -> None:
    page = prepared(site, context)
    page.goto(code_of(site))
    verdict(page, "valid")
    assert page.locator("#result article[data-by]").count() == 0


def test_no_valid_is_shown_against_a_signed_revocation(
    site: OfflineSite, context: BrowserContext
) -> None:
    site.bundles.content = bundle(lists={STATUS_URI: status_list({NOW_REVOKED: 1})})
    page = prepared(site, context)
    page.goto("about:blank")
    page.goto(code_of(site))  # the register's fake still says: in force
    expect(page.locator("#result article[data-overall=cannot_tell]")).to_be_visible()
    expect(page.locator("#result")).to_contain_text("Dịch vụ và thiết bị trả lời khác nhau")
    expect(page.locator("#result")).to_contain_text("Đã bị thu hồi")
    assert TOKEN.holder.name not in page.locator("#result").inner_text()


def test_what_the_device_does_not_judge_is_left_to_the_service_by_name(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    cut_off(site, page)
    for text in ("HC1:6BFOXN%TS3DH0YOJ58S S-W5HDC *M0II5XHC9B5G2+$N IOP-IA%N", "shc:/56762909"):
        paste(page, text)
        expect(page.locator("#result h2")).to_have_text("Cần kết nối mạng để kiểm tra")
        expect(page.locator("#result article")).to_have_attribute("data-overall", "cannot_tell")
    back(site, page)


def test_a_clock_that_is_wrong_is_told(site: OfflineSite, context: BrowserContext) -> None:
    page = prepared(site, context, AT + timedelta(minutes=10))
    expect(page.locator("#device-fault")).to_contain_text("Đồng hồ của thiết bị này sai")
    page.clock.set_system_time(AT - timedelta(days=3))
    cut_off(site, page)
    paste(page, code_of(site))
    expect(page.locator("#result h2")).to_contain_text("Đồng hồ")
    expect(page.locator("#result article")).to_have_attribute("data-overall", "cannot_tell")
    back(site, page)


def test_a_new_release_takes_over_and_leaves_nothing_of_the_old_one(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    old = page.evaluate(CACHED)
    site.release = "0123456789ab"
    page.evaluate("() => { window.old = true; }")
    page.click("#update")  # as the hourly one does, it also asks for the worker
    page.wait_for_function("() => window.old === undefined")
    expect(page.locator("#device-status")).to_contain_text("Sẵn sàng")
    (new,) = [name for name in page.evaluate(CACHED) if name != "records-knowledge"]
    assert new not in old
    page.context.set_offline(True)
    page.goto(f"{site.url}/")
    paste(page, code_of(site))
    verdict(page, "valid")
    address = page.locator("script[type=module]").get_attribute("src")
    assert address == f"/static/{site.release}/verify.js"
    page.context.set_offline(False)
    site.forgive_the_network()


def test_a_new_release_does_not_take_an_answer_from_the_screen(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = prepared(site, context)
    page.goto(code_of(site))
    verdict(page, "valid")
    site.release = "ba9876543210"
    page.evaluate("async () => (await navigator.serviceWorker.getRegistration()).update()")
    expect(page.locator("#new-version")).to_be_visible()
    verdict(page, "valid")
    page.click("#reload")
    expect(page.locator("#device-status")).to_contain_text("Sẵn sàng")


def test_a_device_that_was_not_prepared_keeps_nothing_and_says_so_offline(
    site: OfflineSite, context: BrowserContext
) -> None:
    page = phone(site, context)
    page.goto(code_of(site))
    verdict(page, "valid")
    assert page.evaluate(CACHED) == {}
    assert (
        page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    )
    page.context.set_offline(True)
    paste(page, code_of(site))
    expect(page.locator("#result")).to_contain_text("chưa kiểm tra")
    page.context.set_offline(False)
    site.forgive_the_network()


def test_a_device_can_be_freed_of_everything(site: OfflineSite, context: BrowserContext) -> None:
    page = prepared(site, context)
    page.click("#forget")
    expect(page.locator("#prepare")).to_be_visible()
    assert page.evaluate(CACHED) == {}
    assert (
        page.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
    )


def test_the_prepared_page_has_no_barrier(site: OfflineSite, context: BrowserContext) -> None:
    page = prepared(site, context)
    for width, height in ((390, 844), (1280, 900)):
        page.set_viewport_size({"width": width, "height": height})
        for language in ("vi", "en"):
            page.goto(f"{site.url}/?lang={language}")
            expect(page.locator("#fingerprint")).to_be_visible()
            assert barriers(page) == []
            assert too_wide(page) == []
            assert too_small(page) == []
        shoot(page, f"prepared-{width}", whole=True)


def test_a_copy_under_another_address_checks_nothing(browser: Browser, tmp_path: Path) -> None:
    with offline_site(tmp_path, public_url="https://ll.example.vn") as copied:
        context = browser.new_context(locale="vi-VN")
        page = copied.watch(context.new_page())
        page.goto(f"{copied.url}/#{to_digits(signed())}")
        expect(page.get_by_role("alert")).to_contain_text("ll.example.vn")
        expect(page.locator("#ways")).to_be_hidden()
        assert page.url == f"{copied.url}/"
        assert not any(one.method == "POST" for one in copied.requests)
        context.close()
