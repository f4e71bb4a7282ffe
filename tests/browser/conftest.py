"""A real Chromium, and the service on a loopback port beside it."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TypeAlias

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from tests_support.absence import absent
from tests_support.browser_site import Site, served
from tests_support.service_world import GENEROUS, World, open_world
from verify_api.ports import ServiceSettings

FLAGS = (
    "--no-sandbox",  # the tests may run as root; the pages are our own
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--use-fake-ui-for-media-stream",
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    """The service over fakes, on a port of its own; nothing may complain by the end."""

    def open_at(url: str) -> World:
        return open_world(tmp_path, settings=ServiceSettings(url, GENEROUS, demo=True))

    with served(open_at) as opened:
        yield opened


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser's program; its absence skips with one line, or fails where no skip is allowed."""
    found = shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None:
        absent("no Chromium on this machine")
    return found


@pytest.fixture(scope="session")
def engine(chromium: str) -> str:
    """Chromium without the window around its pages where that is installed: four times as fast."""
    return shutil.which("chromium-headless-shell") or chromium


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    """The driver; for one module, because it keeps an event loop running in its thread."""
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="module")
def browser(playwright: Playwright, engine: str) -> Iterator[Browser]:
    """A browser without any camera; each test has a context of its own, which shares nothing."""
    started = playwright.chromium.launch(executable_path=engine, headless=True, args=[*FLAGS])
    yield started
    started.close()


Camera: TypeAlias = Callable[[Path], AbstractContextManager[Browser]]


@pytest.fixture
def with_camera(playwright: Playwright, chromium: str) -> Camera:
    """Start a browser whose camera shows a film."""

    @contextmanager
    def start(film: Path) -> Iterator[Browser]:
        flags = [
            *FLAGS,
            "--use-fake-device-for-media-stream",
            f"--use-file-for-fake-video-capture={film.resolve()}",
        ]
        started = playwright.chromium.launch(executable_path=chromium, headless=True, args=flags)
        yield started
        started.close()

    return start


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A phone's page."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, locale="vi-VN")
    yield site.watch(context.new_page())
    context.close()
