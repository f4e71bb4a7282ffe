"""What every page is held to, whoever built it; and pictures of pages for the guide.

    @pytest.mark.parametrize("name", EACH)
    def test_the_book_keeps_the_rules(site: Site, browser: Browser, name: str) -> None:
        with reading(browser, site, READERS[name]) as page:
            site.sign_in(page, "congdan")
            check_page(page, f"{site.url}/my/book")
            shoot(page, f"book-{name}")

Console, policy violations and requests that leave the origin are written down by `Site.watch`; the
fixtures assert that nothing was.
"""

import io
import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Literal

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Page, Request, expect

from tests_support.browser_site import Site

NARROWEST: Final = 320
"""CSS pixels: a window of 1,280 at 400 %. Source: WCAG 2.2, 1.4.10 (reflow)."""
SHOTS: Final = "RECORDS_SCREENSHOTS"
"""The environment variable that asks for pictures; tests leave the folder alone without it."""
SHOTS_FOLDER: Final = Path(__file__).parents[1] / "docs" / "guide" / "screenshots"
SHOT_BYTES: Final = 60 * 1024
_SHOT_COLOURS: Final = 128
_VENDORED: Final = "/vendor/"

# Everything that can be done on the page; of a group of radio buttons, one is reached.
_CONTROLS: Final = """() => {
    const all = document.querySelectorAll(
        "a[href], button:enabled, input:enabled:not([type=hidden]), select:enabled, "
        + "textarea:enabled, summary, [tabindex='0']");
    const groups = new Set();
    window.controlsLeft = new Map();
    for (const one of all) {
        if (!one.checkVisibility({ visibilityProperty: true })) continue;
        const group = one.type === "radio" ? `${one.form?.action} ${one.name}` : null;
        if (group !== null && groups.has(group)) continue;
        if (group !== null) groups.add(group);
        window.controlsLeft.set(group ?? one, one.outerHTML.slice(0, 160));
    }
    window.unseenFocus = [];
    document.addEventListener("focusin", ({ target }) => {
        const group = target.type === "radio" ? `${target.form?.action} ${target.name}` : target;
        window.controlsLeft.delete(group);
        const drawn = [target, target.closest("label")].some((one) => one
            && getComputedStyle(one).outlineStyle !== "none"
            && parseFloat(getComputedStyle(one).outlineWidth) >= 2);
        const { top, bottom, left, right } = target.getBoundingClientRect();
        const inside = bottom > 0 && top < innerHeight && right > 0 && left < innerWidth;
        if (!drawn || !inside) window.unseenFocus.push(target.outerHTML.slice(0, 160));
    });
    document.activeElement?.blur();
    return window.controlsLeft.size + 6 * document.querySelectorAll("input[type=date]").length;
}"""
_WIDE: Final = """() => document.documentElement.scrollWidth <= innerWidth ? []
    : [...document.querySelectorAll("body *")]
        .filter((one) => one.getBoundingClientRect().left + one.scrollWidth > innerWidth + 1)
        .map((one) => one.outerHTML.slice(0, 160)).concat("the page").slice(-6)"""
_SMALL: Final = """(least) => [...document.querySelectorAll("button, .button, select, textarea, "
        + "summary, nav a, label.choice, input:not([type=hidden], [type=radio], [type=checkbox])")]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => one.getBoundingClientRect().height < least)
    .map((one) => `${one.getBoundingClientRect().height} ${one.outerHTML.slice(0, 120)}`)"""
_OBSERVE: Final = """
    window.layoutShifts = []; window.largestPaint = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) =>
        window.layoutShifts.push([entry.value, ...entry.sources.map((one) =>
            one.node?.outerHTML?.slice(0, 80) ?? "")])))
        .observe({ type: "layout-shift", buffered: true });
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
        window.largestPaint = entry.startTime;
    })).observe({ type: "largest-contentful-paint", buffered: true });"""


# What fades in has less contrast until it is there; what turns for ever has no end to wait for.
_SETTLED: Final = """() => Promise.all(document.getAnimations()
    .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
    .map((one) => one.finished.catch(() => null))).then(() => null)"""


@dataclass(frozen=True, slots=True)
class Reader:
    """How somebody reads pages."""

    language: str
    width: int
    height: int
    scheme: Literal["light", "dark"]


READERS: Final[Mapping[str, Reader]] = MappingProxyType({
    "vi-phone-light": Reader("vi", 390, 844, "light"),
    "en-phone-dark": Reader("en", 390, 844, "dark"),
    "en-desk-light": Reader("en", 1280, 900, "light"),
    "vi-desk-dark": Reader("vi", 1280, 900, "dark"),
    "en-desk-dark": Reader("en", 1280, 900, "dark"),
})  # fmt: skip
SHOWN: Final = ("vi-phone-light", "en-desk-light")
"""Whose pictures are in the guide."""
EACH: Final = ("vi-phone-light", "en-desk-dark", *(SHOWN[1:] if SHOTS in os.environ else ()))
"""Who looks at every page: both languages, windows and colour schemes.

A language shows in words and widths, which are looked at in the narrow window for both; a scheme
in contrast, a window in the way of the Tab key. No check sees more in another pair.
"""


@contextmanager
def reading(browser: Browser, site: Site, reader: Reader) -> Iterator[Page]:
    """Open a page of ``site`` as ``reader`` has it, with nothing kept from another."""
    context = browser.new_context(
        color_scheme=reader.scheme,
        viewport={"width": reader.width, "height": reader.height},
        reduced_motion="reduce",
        locale="vi-VN",
    )
    context.add_cookies([{"name": "lang", "value": reader.language, "url": site.url}])
    try:
        yield site.watch(context.new_page())
    finally:
        context.close()


def barriers(page: Page) -> list[str]:
    """Return what axe finds: rule and place."""
    page.wait_for_load_state()  # a click ends as soon as the next page begins
    page.evaluate(_SETTLED)
    # What holds is not told: it would be most of the work.
    found = Axe().run(page, options={"resultTypes": ["violations"]}).response["violations"]
    return [f"{one['id']}: {json.dumps([n['html'] for n in one['nodes']])}" for one in found]


def too_wide(page: Page, width: int = NARROWEST) -> list[str]:
    """Return what sticks out of a window of ``width`` pixels, so that the page scrolls sideways."""
    page.wait_for_load_state()
    before = page.viewport_size
    page.set_viewport_size({"width": width, "height": 800})
    found: list[str] = page.evaluate(_WIDE)
    if before is not None:
        page.set_viewport_size(before)
    return found


def too_small(page: Page, least: int = 44) -> list[str]:
    """Return the controls that are lower than ``least`` pixels. Source: WCAG 2.2, 2.5.5."""
    found: list[str] = page.evaluate(_SMALL, least)
    return found


@dataclass(frozen=True, slots=True)
class Walked:
    """What the Tab key does on a page."""

    missed: list[str]
    """Controls that it never reached."""
    unseen: list[str]
    """Controls that had the focus without an outline, or outside of the window."""


def walk(page: Page) -> Walked:
    """Press Tab from the beginning of ``page`` to its end; then nothing has the focus."""
    presses = page.evaluate(_CONTROLS)
    for _ in range(presses + 2):
        page.keyboard.press("Tab")
    walked = Walked(
        page.evaluate("() => [...window.controlsLeft.values()]"),
        page.evaluate("() => window.unseenFocus"),
    )
    page.evaluate("() => { document.activeElement?.blur(); scrollTo(0, 0); }")
    return walked


def check_page(page: Page, url: str, *, ready: str = "main h1, main h2") -> None:
    """Open ``url`` and hold it to everything that can be said of any page.

    Args:
        page: Watched by a `Site`, and signed in if the page asks for it.
        url: The whole address.
        ready: What is visible once the page is complete.

    Raises:
        AssertionError: Naming the parts of the page that break a rule.
    """
    if page.url.partition("#")[0] == url.partition("#")[0]:
        page.goto("about:blank")  # only the part behind # is another: that would load nothing
    page.goto(url)
    expect(page.locator(ready).first).to_be_visible()
    check_shown(page)


def check_shown(page: Page) -> None:
    """Hold what ``page`` shows to the rules, however it was come by; a form's answer, for instance.

    Raises:
        AssertionError: Naming the parts of the page that break a rule.
    """
    where = page.url.partition("#")[0]
    _none(f"barriers on {where}", barriers(page))
    _none(f"wider than {NARROWEST} pixels on {where}", too_wide(page))
    _none(f"lower than a finger on {where}", too_small(page))
    walked = walk(page)
    _none(f"never reached by the keyboard on {where}", walked.missed)
    _none(f"focus not seen on {where}", walked.unseen)


def _none(rule: str, found: list[str]) -> None:
    assert not found, "\n".join([rule, *found])


@dataclass(frozen=True, slots=True)
class Loaded:
    """What it took to show a page for the first time."""

    transferred: int
    """Bytes of heads and bodies, as sent; without the vendored scanner."""
    shifts: list[list[Any]]
    """Each movement of what was there already: how far, and of what."""
    largest_paint: float
    """Milliseconds until the largest part was painted."""


def load(page: Page, url: str, *, slower: int = 4) -> Loaded:
    """Open ``url`` on a processor ``slower`` times slower, with nothing in the cache."""
    requests: list[Request] = []

    def note(request: Request) -> None:
        requests.append(request)

    page.on("request", note)
    page.add_init_script(_OBSERVE)
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slower})
    page.goto(url, wait_until="networkidle")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
    sizes = [one.sizes() for one in requests if _VENDORED not in one.url]
    transferred = sum(one["responseHeadersSize"] + one["responseBodySize"] for one in sizes)
    return Loaded(
        transferred,
        page.evaluate("() => window.layoutShifts"),
        page.evaluate("() => window.largestPaint"),
    )


def shoot(page: Page, name: str, *, whole: bool = False) -> None:
    """Write a picture of ``page`` for the guide, if the environment asks for pictures.

    Args:
        page: As it is to be seen.
        name: Of the file, without its end.
        whole: The whole page instead of what the window shows.

    Raises:
        AssertionError: The picture is larger than a guide should carry.
    """
    if not os.environ.get(SHOTS):
        return
    drawn = Image.open(io.BytesIO(page.screenshot(full_page=whole, animations="disabled")))
    small = io.BytesIO()
    drawn.convert("RGB").quantize(
        _SHOT_COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE
    ).save(small, "PNG", optimize=True)
    assert len(small.getvalue()) <= SHOT_BYTES, f"{name}: {len(small.getvalue())} bytes"
    SHOTS_FOLDER.mkdir(parents=True, exist_ok=True)
    (SHOTS_FOLDER / f"{name}.png").write_bytes(small.getvalue())
