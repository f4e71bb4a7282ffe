"""The auditor's pages and each of their states, in both languages, on a phone and a desk."""

from collections.abc import Callable, Iterator
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect

from ledger.commands.loading import load_request
from tests_support.audit_site import AUDITOR, AuditSite, open_audit_site
from tests_support.book_house import ANN
from tests_support.page_checks import EACH, READERS, barriers, check_page, check_shown, shoot

pytestmark = pytest.mark.browser

PAGES: Final = {
    "log": "/audit",
    "record": "/audit/record",
    "officer": "/audit/officer",
    "findings": "/audit/findings",
    "findings-report": "/audit/findings?report=found.jsonl",
    "findings-replay": "/audit/findings?report=replay.json",
    "findings-refused": "/audit/findings?report=notes.json",
    "figures": "/audit/figures",
}


@pytest.fixture(scope="module")
def audit_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AuditSite]:
    """One house for all; nothing here changes what another test looks at."""
    with open_audit_site(tmp_path_factory.mktemp("audit")) as opened:
        yield opened


@pytest.fixture(scope="module")
def session(browser: Browser, audit_site: AuditSite) -> StorageState:
    """One session for all: whoever signs in again and again is slowed down."""
    context = browser.new_context()
    audit_site.site.sign_in(audit_site.site.watch(context.new_page()), AUDITOR)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(params=EACH)
def name_of_reader(request: pytest.FixtureRequest) -> str:
    """Which reader looks."""
    return str(request.param)


@pytest.fixture
def reader(
    name_of_reader: str, browser: Browser, audit_site: AuditSite, session: StorageState
) -> Iterator[Page]:
    """An auditor's browser, signed in."""
    how = READERS[name_of_reader]
    context = browser.new_context(
        color_scheme=how.scheme, viewport={"width": how.width, "height": how.height},
        reduced_motion="reduce", storage_state=session,
    )  # fmt: skip
    site = audit_site.site
    context.add_cookies([{"name": "lang", "value": how.language, "url": site.url}])
    yield site.watch(context.new_page())
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_an_auditors_page_keeps_the_rules(
    audit_site: AuditSite, reader: Page, name_of_reader: str, name: str
) -> None:
    check_page(reader, audit_site.site.url + PAGES[name])
    shoot(reader, f"audit-{name}-{name_of_reader}")


def ask(page: Page, url: str, values: dict[str, str]) -> None:
    """Fill in the first form of a page and send it."""
    page.goto(url)
    for name, value in values.items():
        field = page.locator(f"main form [name={name}]:not([type=hidden])").first
        if name == "reason":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("main form button[type=submit]").first.click()


def open_details(page: Page) -> None:
    """Open the first parts that are folded away."""
    page.evaluate("() => document.querySelectorAll('main details').forEach((one, at) => "
                  "{ one.open = at < 3; })")  # fmt: skip


def dossier(site: AuditSite) -> str:
    reading = site.house.books.house.system.reading
    return load_request(reading, site.house.request).state.draft.dossier_code


ASKED: Final[dict[str, tuple[str, Callable[[AuditSite], dict[str, str]]]]] = {
    "record-closed": ("/audit/record", lambda site: {"record": dossier(site)}),
    "record-then": (
        "/audit/record", lambda site: {"record": dossier(site), "effective_until": "2026-11-24"},
    ),
    "record-case": (
        "/audit/record",
        lambda _site: {"record": str(ANN), "case": "17/2026", "reason": "complaint"},
    ),
    "record-refused": ("/audit/record", lambda _site: {"record": "x", "case": "17/2026"}),
    "officer-acts": ("/audit/officer", lambda _site: {"account": "portal-CA01"}),
    "officer-refused": (
        "/audit/officer",
        lambda _site: {"account": "a", "since": "2026-11-24", "until": "2026-11-02"},
    ),
    "figures-counted": ("/audit/figures", lambda _site: {}),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_an_answer_to_a_form_keeps_the_rules(
    audit_site: AuditSite, reader: Page, name_of_reader: str, name: str
) -> None:
    address, values = ASKED[name]
    ask(reader, audit_site.site.url + address, values(audit_site))
    expect(reader.locator("#answer, #wrong").first).to_be_visible()
    shoot(reader, f"audit-{name}-{name_of_reader}")
    open_details(reader)
    check_shown(reader)
    refused = [one for one in audit_site.site.complaints if "status of 4" in one]
    assert bool(refused) == name.endswith("refused")
    audit_site.site.complaints[:] = []


def test_a_map_says_its_states_by_shape_and_word(
    audit_site: AuditSite, browser: Browser, session: StorageState
) -> None:
    for more in ({"contrast": "more"}, {"forced_colors": "active"}):
        context = browser.new_context(storage_state=session, **more)  # type: ignore[arg-type]
        page = audit_site.site.watch(context.new_page())
        page.goto(f"{audit_site.site.url}/audit/findings")
        assert barriers(page) == []
        states = {one.get_attribute("class") for one in page.locator("svg.map .mark").all()}
        assert states == {"mark verified", "mark findings"}
        context.close()
