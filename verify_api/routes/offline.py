"""The page as an app that checks without a network: its manifest, its worker, what it is made of.

A device that was prepared keeps an explicit list of files, all of one version, and the signed
bundle (``GET /v1/bundle``). It never keeps an answer, a code, or a page with somebody's data: the
page that it keeps is made for nobody in particular.
"""

from datetime import date
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import orjson
from flask import Blueprint, Response
from werkzeug.exceptions import NotFound

from ledger.calendar import local_day, standard_calendar
from ledger.certificates.kinds import KINDS
from verify_api.access_rules import access
from verify_api.answers import kept_page
from verify_api.callers import Action, Reach, who_may
from verify_api.headers import SCAN_POLICY
from verify_api.i18n import LANGUAGES
from verify_api.offline_tables import answer_tables, page_words, rest_days
from verify_api.running import the_running
from verify_api.static_files import static_address, static_files, static_version

blueprint = Blueprint("offline", __name__)

_TEMPLATES: Final = Path(__file__).parents[1] / "templates"
_FRESH: Final = "no-cache"
WORKER: Final = "service_worker.js"
SHELL: Final = (
    "records.css", "mark.svg", "icon-192.png", "icon-512.png", "verify.js", "device.js",
    "device_answer.js", "device_card.js", "scanner.js", "signals.js",
    "vendor/zxing-wasm-3.1.4/reader/index.js", "vendor/zxing-wasm-3.1.4/reader/zxing_reader.wasm",
    "vendor/zxing-wasm-3.1.4/share.js",
)  # fmt: skip
"""What the page is made of, besides every module of ``verifier/``; nothing else is kept."""

_publish = access(
    who_may(Action.VERIFY), scope=Reach.PUBLIC, purpose="page_parts", reads_personal=False
)


@blueprint.get("/manifest.webmanifest")
@_publish
def manifest() -> Response:
    """Serve what a device needs to install the page."""
    return Response(
        orjson.dumps({
            "id": "/", "start_url": "/", "scope": "/", "display": "standalone",
            "name": "Kiểm tra giấy tờ · Sổ cái hồ sơ", "short_name": "Kiểm tra giấy tờ",
            "lang": "vi", "dir": "ltr", "background_color": "#ffffff", "theme_color": "#0c5460",
            "icons": [
                {"src": static_address("mark.svg"), "sizes": "any", "type": "image/svg+xml"},
                *(
                    {"src": static_address(f"icon-{size}.png"), "sizes": f"{size}x{size}",
                     "type": "image/png", "purpose": purpose}
                    for size in (192, 512) for purpose in ("any", "maskable")
                ),
            ],
        }),
        content_type="application/manifest+json",
        headers={"Cache-Control": _FRESH},
    )  # fmt: skip


@blueprint.get("/service-worker.js")
@_publish
def worker() -> Response:
    """Serve the worker with the list of what it keeps: another list is another version of it."""
    head = b"const SHELL = %b;\nconst VERSION = %b;\n"
    script, media_type = static_files()[WORKER]
    return Response(
        head % (orjson.dumps(shell_files()), orjson.dumps(_version())) + script,
        content_type=media_type,
        headers={"Cache-Control": _FRESH, "Content-Security-Policy": SCAN_POLICY},
    )


@blueprint.get("/offline/tables.json")
@_publish
def tables() -> Response:
    """Serve the tables and words of answers, the rest days, and the address of the service."""
    return Response(_tables(), content_type="application/json", headers={"Cache-Control": _FRESH})


@blueprint.get("/offline/<language>")
@_publish
def kept(language: str) -> Response:
    """Show the front page as a device keeps it: for nobody in particular, in one language."""
    if language not in LANGUAGES:
        raise NotFound
    return kept_page("verify.html", language, answers=[], kept=True)


def shell_files() -> list[str]:
    """Return the addresses of everything that a prepared device keeps."""
    modules = sorted(name for name in static_files() if name.startswith("verifier/"))
    files = [static_address(name) for name in (*SHELL, *modules)]
    return [*files, *(f"/offline/{language}" for language in LANGUAGES), "/offline/tables.json"]


def _tables() -> bytes:
    ports = the_running().ports
    today = local_day(ports.clock())
    host, demo = ports.settings.host, ports.settings.demo
    return _written(host, demo, today.isoformat()[:4])


@cache
def _written(host: str, demo: bool, year: str) -> bytes:  # noqa: FBT001  one setting
    return orjson.dumps({
        "version": static_version(),
        "host": host,
        "demo": demo,
        "answers": answer_tables(KINDS.values()),
        "words": page_words(),
        "calendar": rest_days(standard_calendar(), date(int(year), 1, 1)),
    })  # fmt: skip


@cache
def _templates() -> bytes:
    digest = sha256()
    for path in sorted(_TEMPLATES.rglob("*.html")):
        digest.update(path.name.encode() + b"\x00" + sha256(path.read_bytes()).digest())
    return digest.digest()


def _version() -> str:
    """Return what changes with any file, page or table that is kept."""
    digest = sha256("\n".join(shell_files()).encode() + _templates() + _tables())
    return digest.hexdigest()[:16]
