"""A citizen's request from the form to the code on the screen, in a real browser."""

import base64
from collections.abc import Iterator
from datetime import timedelta
from http import HTTPStatus
from typing import TypeAlias
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from ledger.certificates.procedure import Stage
from ledger.paper.qr_code import draw_png
from shell import first_start
from tests_support.citizen_house import PASSCODE, Citizen
from tests_support.citizen_site import CitizenSite, citizen_site
from tests_support.page_checks import EACH, READERS, barriers, check_page, reading, shoot, too_wide
from tests_support.whole_house import WALK
from verify_api.callers import Role
from verify_api.picture import read_codes

pytestmark = pytest.mark.browser

Two: TypeAlias = tuple[Citizen, UUID]
PICTURE = draw_png("https://records.example/#12345678901234567")
REFUSED_FORM = "422 (UNPROCESSABLE ENTITY)"


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CitizenSite]:
    with citizen_site(tmp_path_factory.mktemp("citizens")) as opened:
        yield opened


@pytest.fixture(autouse=True)
def _time_goes_by(town: CitizenSite) -> None:
    """Let nobody sign in as often as somebody who guesses."""
    town.house.clock.at += timedelta(minutes=20)


@pytest.fixture(scope="module")
def two(town: CitizenSite) -> Two:
    """Return somebody with a passcode and a Form 2, and its request."""
    one = town.somebody()
    one.post("/my/passcode", passcode=PASSCODE, again=PASSCODE)
    return one, one.issued(form="2")


def stop(page: Page, name: str, reader: str) -> None:
    """Hold what the window shows to the rules, wherever it came from."""
    found = [*barriers(page), *too_wide(page)]
    assert found == [], "\n".join([name, *found])
    shoot(page, f"request-{name}-{reader}")


def fill(page: Page, form: str) -> None:
    """Fill the form in as far as it has to be."""
    page.check(f"input[name=form][value='{form}']")
    page.select_option("#purpose", "1")
    page.select_option("#authority", "CA01")
    page.check("input[name=receiving][value=electronic]")
    page.check("input[name=fee_group][value=standard]")


def submit(page: Page) -> None:
    """Press the one button that goes on."""
    page.locator("main button.primary").first.click()


def go(page: Page) -> None:
    """Follow the one link that goes on."""
    page.locator("main a.button.primary").first.click()


def walk_on(town: CitizenSite, request: UUID) -> None:
    """Let the officers issue what was accepted."""
    for act, role, values in WALK[1:]:
        assert town.house.do(request, act, role, **values).status_code == HTTPStatus.SEE_OTHER, act


def code_of(page: Page) -> list[str]:
    """Return the codes that are on the screen."""
    source = page.locator("img.qr").get_attribute("src") or ""
    return read_codes(base64.b64decode(source.partition("base64,")[2]))


def overall(town: CitizenSite, code: str) -> str:
    """Return what anybody is told of a code, after the lists of the day were published."""
    # Other tests let days go by in the same house; lists that are too old prove nothing.
    first_start.refresh(town.house.system, at=town.house.clock.at)
    answer: str = town.house.check(code)["overall"]
    return answer


@pytest.mark.parametrize("reader", EACH)
def test_a_request_goes_from_the_form_to_the_code(
    town: CitizenSite, browser: Browser, reader: str
) -> None:
    one, site = town.somebody(), town.site
    with reading(browser, site, READERS[reader]) as page:
        site.sign_in(page, one.account)
        stop(page, "none", reader)
        ask(page, reader)
        pay(page, reader)
        request = one.latest()
        assert one.state(request).stage is Stage.SUBMITTED
        town.house.walk(request, "accept")
        town.house.do(request, "request_supplement", Role.INTAKE_OFFICER, missing="Thiếu nơi sinh")
        answer(page, reader)
        assert one.state(request).stage is Stage.ACCEPTED
        walk_on(town, request)
        page.reload()
        stop(page, "issued", reader)
        go(page)
        stop(page, "code", reader)
        (code,) = code_of(page)
        assert overall(town, code) == "valid"
    site.complaints[:] = [said for said in site.complaints if REFUSED_FORM not in said]


def ask(page: Page, reader: str) -> None:
    """Fill the form in, wrongly first, and confirm what is read back."""
    go(page)
    submit(page)
    expect(page.locator("#wrong")).to_be_visible()
    stop(page, "wrong", reader)
    fill(page, "1")
    page.check("input[name=fee_group][value=exempt]")
    submit(page)
    expect(page.locator("#fee_group-error")).to_be_visible()
    expect(page.locator("#purpose")).to_have_value("1")
    page.check("input[name=fee_group][value=standard]")
    stop(page, "form", reader)
    submit(page)
    stop(page, "check", reader)
    page.check("#confirmed")
    page.locator("form[action='/my/requests'] button").click()


def pay(page: Page, reader: str) -> None:
    """Fail to pay, then pay, and send the request."""
    stop(page, "pay", reader)
    submit(page)
    stop(page, "pay-go", reader)
    go(page)
    stop(page, "platform", reader)
    page.locator("button[value=fail]").click()
    expect(page.locator(".notice.unsure").first).to_be_visible()
    submit(page)
    go(page)
    page.locator("button[value=succeed]").click()
    page.wait_for_url(lambda url: "/my/requests/" in url and not url.endswith("/pay"))
    stop(page, "paid", reader)
    submit(page)
    page.wait_for_load_state()


def answer(page: Page, reader: str) -> None:
    """Answer what the authority found missing."""
    page.reload()
    stop(page, "missing", reader)
    go(page)
    page.fill("#birthplace", "Huế")
    page.set_input_files("#files", {"name": "a.txt", "mimeType": "image/png", "buffer": b"words"})
    submit(page)
    expect(page.locator("#files-error")).to_be_visible()
    expect(page.locator("#birthplace")).to_have_value("Huế")
    stop(page, "supplement", reader)
    page.set_input_files("#files", {"name": "giấy.png", "mimeType": "", "buffer": PICTURE})
    submit(page)
    page.wait_for_load_state()
    stop(page, "supplied", reader)
    with page.expect_download() as waiting:
        page.locator("#files a").click()
    assert waiting.value.path().read_bytes() == PICTURE
    assert waiting.value.suggested_filename.endswith(".png")


def test_form_two_is_shown_behind_its_passcode_alone(town: CitizenSite, browser: Browser) -> None:
    one, site = town.somebody(), town.site
    request = one.issued(form="2")
    with reading(browser, site, READERS["vi-phone-light"]) as page:
        site.sign_in(page, one.account)
        page.goto(f"{site.url}/my/requests/{request}/code")
        go(page)
        page.fill("#passcode", PASSCODE)
        page.fill("#again", PASSCODE)
        stop(page, "passcode-set", "vi-phone-light")
        submit(page)
        page.goto(f"{site.url}/my/requests/{request}/code")
        page.fill("#passcode", "482914")
        submit(page)
        expect(page.locator("#passcode-error")).to_be_visible()
        expect(page.locator("#passcode")).to_have_value("")
        stop(page, "passcode-wrong", "vi-phone-light")
        page.fill("#passcode", PASSCODE)
        submit(page)
        (code,) = code_of(page)
        assert overall(town, code) == "valid"
        assert PASSCODE not in page.content()
        assert PASSCODE not in page.url
        page.goto(f"{site.url}/my/requests/{request}/code")
        expect(page.locator("#passcode")).to_have_value("")
        page.fill("#passcode", PASSCODE)
        with page.expect_download() as waiting:
            page.locator("button[formaction]").click()
        assert waiting.value.suggested_filename.endswith(".pdf")
    site.complaints[:] = [said for said in site.complaints if REFUSED_FORM not in said]


def shows_again_who_one_is(page: Page, password: str) -> None:
    """Follow the way of who forgot the passcode, up to the form that sets it anew."""
    page.get_by_role("link", name="Quên mã bảo vệ?").click()
    page.fill("#password", password)
    stop(page, "passcode-step-up", "vi-phone-light")
    page.locator("main button[type=submit]").click()
    page.wait_for_url("**/my/passcode/reset")


def test_a_forgotten_passcode_is_set_anew_after_showing_who_one_is(
    town: CitizenSite, two: Two, browser: Browser
) -> None:
    site, (one, request), new = town.site, two, "705182"
    with reading(browser, site, READERS["vi-phone-light"]) as page:
        site.sign_in(page, one.account)
        town.house.clock.at += timedelta(minutes=6)
        page.goto(f"{site.url}/my/requests/{request}/code")
        shows_again_who_one_is(page, one.password)
        page.fill("#passcode", new)
        page.fill("#again", "705183")
        submit(page)
        expect(page.locator("#again-error")).to_be_visible()
        stop(page, "passcode-reset-wrong", "vi-phone-light")
        page.fill("#passcode", new)
        page.fill("#again", new)
        submit(page)
        page.wait_for_url("**/my")
        expect(page.get_by_text("Mã bảo vệ của bạn đã được đặt lại lúc")).to_be_visible()
        stop(page, "passcode-was-reset", "vi-phone-light")
        page.goto(f"{site.url}/my/requests/{request}/code")
        page.fill("#passcode", PASSCODE)
        submit(page)
        expect(page.locator("#passcode-error")).to_be_visible()
        page.fill("#passcode", new)
        submit(page)
        (code,) = code_of(page)
        assert overall(town, code) == "valid"
    ours = (REFUSED_FORM, "401 (UNAUTHORIZED)")
    site.complaints[:] = [said for said in site.complaints if not any(o in said for o in ours)]


def test_a_request_is_withdrawn_after_a_second_look(town: CitizenSite, browser: Browser) -> None:
    one, site = town.somebody(), town.site
    request = one.submitted()
    with reading(browser, site, READERS["en-phone-dark"]) as page:
        site.sign_in(page, one.account)
        page.goto(f"{site.url}/my/requests/{request}")
        page.locator("a.quiet[href$=withdraw]").click()
        stop(page, "withdraw", "en-phone-dark")
        page.check("#confirmed")
        page.locator("button.danger").click()
        expect(page.get_by_text("Withdrawn").first).to_be_visible()
    assert one.state(request).stage is Stage.WITHDRAWN


@pytest.fixture(scope="module")
def pages(town: CitizenSite, two: Two) -> dict[str, tuple[str, str]]:
    """Return pages that anybody may come to at once: whose they are, and where."""
    asking, late, recalled = (town.somebody() for _ in range(3))
    unpaid, gone = late.ask(), recalled.issued()
    town.house.do(
        gone, "recall", Role.SIGNER, decision_number="15/QĐ-MẪU", decision_date="2026-11-23",
        reason="content_wrong", decision_text="quyết định mẫu", summary="Sai họ tên",
    )  # fmt: skip
    holder, second = two
    return {
        "new": (asking.account, "/my/requests/new"),
        "unpaid": (late.account, f"/my/requests/{unpaid}"),
        "pay": (late.account, f"/my/requests/{unpaid}/pay"),
        "withdraw": (late.account, f"/my/requests/{unpaid}/withdraw"),
        "recalled": (recalled.account, f"/my/requests/{gone}"),
        "passcode": (holder.account, f"/my/requests/{second}/code"),
        "passcode-change": (holder.account, "/my/passcode"),
        "passcode-reset": (holder.account, "/my/passcode/reset"),
    }


@pytest.mark.parametrize("reader", EACH)
def test_the_pages_keep_the_rules(
    town: CitizenSite, pages: dict[str, tuple[str, str]], browser: Browser, reader: str
) -> None:
    for name, (account, address) in pages.items():
        town.house.clock.at += timedelta(minutes=2)
        with reading(browser, town.site, READERS[reader]) as page:
            town.site.sign_in(page, account)
            check_page(page, town.site.url + address)
            shoot(page, f"citizen-{name}-{reader}")


def test_a_missed_day_and_its_apology_are_told(town: CitizenSite, browser: Browser) -> None:
    one, site = town.somebody(), town.site
    request = one.submitted()
    town.house.walk(request, "accept")
    town.house.clock.at += timedelta(days=12)
    one.miss(request)
    town.house.do(
        request, "apologise", Role.INTAKE_OFFICER, promised_on="2026-12-15", letter="7/TXL"
    )
    with reading(browser, site, READERS["vi-phone-light"]) as page:
        site.sign_in(page, one.account)
        page.goto(f"{site.url}/my/requests/{request}")
        expect(page.get_by_text("Thư xin lỗi, hẹn lại ngày 15/12/2026").first).to_be_visible()
        stop(page, "apology", "vi-phone-light")
