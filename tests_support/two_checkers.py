"""The checker of the page and the service's own, asked the same, and their answers side by side."""

import json
import struct
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime
from math import isnan
from pathlib import Path
from typing import Any, Final

import cbor2
from playwright.sync_api import Browser, Page

from keys.trust_document import write_root
from keys.trust_list import Root
from ledger.calendar import local_day, standard_calendar
from ledger.certificates.kinds import KINDS
from tests_support.browser_site import Site, served
from tests_support.offline_vectors import ROOT, Bench
from tests_support.service_world import GENEROUS, open_world
from tests_support.signed_certificates import AT, POLICY
from verify_api.acceptance import Checker
from verify_api.bundle import read_bundle
from verify_api.offline_tables import answer_tables, rest_days
from verify_api.ports import ServiceSettings
from verify_api.static_files import static_version
from verify_api.verdict_json import verdict_json
from verify_api.verification import verify

_RUN: Final = """async ({ base, root, tables, calendar, bench, texts, moments, language }) => {
    const load = (name) => import(`${base}verifier/${name}.mjs`);
    const { fromBase64 } = await load("bytes");
    const { readRoot } = await load("trust");
    const { readBundle } = await load("bundle");
    const { verify } = await load("verification");
    const { answerOf } = await load("answer");
    const pinned = await readRoot(fromBase64(root));
    const evidence = await readBundle(fromBase64(bench.bundle), pinned, { at: bench.at });
    const answers = [];
    for (const [index, text] of texts.entries()) {
        try {
            const question = { ...bench, at: moments[index], evidence, tables, calendar };
            answers.push(answerOf(await verify(text, question), tables, language));
        } catch (error) {
            answers.push({ ask: error.what ?? `${error.stack}` });
        }
    }
    return JSON.stringify(answers);
}"""


def serve_modules(folder: Path) -> AbstractContextManager[Site]:
    """Serve what gives out the modules; nothing else is asked of it."""
    return served(lambda url: open_world(folder, settings=ServiceSettings(url, GENEROUS)))


@contextmanager
def open_modules(browser: Browser, site: Site) -> Iterator[Page]:
    """Open a page of the service's own address, where its modules may be loaded."""
    context = browser.new_context()
    opened = site.watch(context.new_page())
    opened.goto(f"{site.url}/check")
    yield opened
    context.close()


def base(site: Site) -> str:
    """Return the address below which the page's modules are."""
    return f"{site.url}/static/{static_version()}/"


def by_page(
    site: Site,
    page: Page,
    bench: Bench,
    codes: Sequence[str],
    language: str,
    moments: Sequence[datetime] | None = None,
    root: Root = ROOT,
) -> list[Any]:
    """Return the page's answers about ``codes``, each at its own moment or at the bench's.

    What the page leaves to the service is ``{"ask": what}``.
    """
    question = {
        "base": base(site),
        "root": b64encode(write_root(root)).decode(),
        "tables": answer_tables(KINDS.values()),
        "calendar": rest_days(standard_calendar(), local_day(AT)),
        "bench": {
            "bundle": b64encode(bench.bundle).decode(),
            "at": bench.at.timestamp(),
            "facility": bench.facility,
            "hosts": bench.hosts,
        },
        "texts": [*codes],
        "moments": [at.timestamp() for at in moments or [bench.at] * len(codes)],
        "language": language,
    }
    answers: list[Any] = json.loads(page.evaluate(_RUN, question))
    return answers


def by_service(
    bench: Bench,
    codes: Sequence[str],
    language: str,
    moments: Sequence[datetime] | None = None,
) -> list[Any]:
    """Return the service's answers about ``codes``, each at its own moment or at the bench's."""
    evidence = read_bundle(bench.bundle, ROOT, at=bench.at)
    checker = None if bench.facility is None else Checker(bench.facility)
    hosts = None if bench.hosts is None else frozenset(bench.hosts)
    policy = replace(POLICY, hosts=hosts, foreign=evidence.foreign)
    return [
        json.loads(json.dumps(verdict_json(
            verify(
                text, at=at, trust=evidence.trust, status=evidence.status, policy=policy,
                checker=checker,
            ),
            language,
        )))
        for text, at in zip(codes, moments or [bench.at] * len(codes), strict=True)
    ]  # fmt: skip


PLAIN: Final = """
    const plain = (value) => {
        if (value instanceof Float) {
            const bytes = new Uint8Array(8);
            new DataView(bytes.buffer).setFloat64(0, value.value);
            return ["float", Number.isNaN(value.value) ? "nan" : hex(bytes)];
        }
        if (value instanceof Simple) return ["simple", value.value];
        if (value instanceof Uint8Array) return ["bytes", hex(value)];
        if (value instanceof Map) return ["map", [...value].map((one) => one.map(plain))];
        if (Array.isArray(value)) return ["list", value.map(plain)];
        if (typeof value === "number" || typeof value === "bigint") return ["int", String(value)];
        return [typeof value, value ?? null];
    };
"""
"""The page's side of `plain`; it needs ``Float``, ``Simple`` and ``hex`` around it."""


def plain(value: Any) -> list[Any]:
    """Return a decoded value as both sides can write it down."""
    if isinstance(value, Mapping):
        return ["map", [[plain(key), plain(one)] for key, one in value.items()]]
    if isinstance(value, list | tuple):
        return ["list", [plain(one) for one in value]]
    name, write = _PLAIN.get(type(value), ("undefined", lambda _: None))
    return [name, write(value)]


_PLAIN: dict[type, tuple[str, Callable[[Any], Any]]] = {
    type(None): ("object", lambda value: value),
    bool: ("boolean", lambda value: value),
    int: ("int", str),
    float: ("float", lambda value: "nan" if isnan(value) else struct.pack(">d", value).hex()),
    str: ("string", lambda value: value),
    bytes: ("bytes", bytes.hex),
    cbor2.CBORSimpleValue: ("simple", lambda value: value.value),
}
