"""Answers in the form that was asked for: a page for a browser, JSON for a program."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Final

import orjson
from flask import Response, current_app, make_response, render_template, request, url_for

from ledger.certificates.kind import Wording
from verify_api.access_rules import the_caller_shown
from verify_api.callers import ANONYMOUS
from verify_api.headers import SCAN
from verify_api.i18n import (
    COOKIE,
    LANGUAGES,
    answer_language,
    chosen_language,
    page_language,
    words,
)
from verify_api.moments import day_words, moment_words
from verify_api.navigation import menu
from verify_api.number_words import number_words
from verify_api.running import the_running
from verify_api.said import COOKIE as SAID_COOKIE
from verify_api.said import told
from verify_api.static_files import static_address
from verify_api.verdict import Overall, State
from verify_api.wording import OVERALLS, STATES

VARY: Final = "Accept, Accept-Language, Cookie"
_YEAR_SECONDS: Final = 365 * 24 * 3600


def wants_page() -> bool:
    """Return whether a browser asks, for a person to read."""
    return "text/html" in request.headers.get("Accept", "")


def json_answer(value: object, status: int = HTTPStatus.OK) -> Response:
    """Return ``value`` as JSON."""
    response = Response(orjson.dumps(value), status=status, mimetype="application/json")
    response.headers["Vary"] = VARY
    return response


def language() -> str:
    """Return the language of this answer."""
    return page_language(request) if wants_page() else answer_language(request)


def page(
    template: str, *, status: int = HTTPStatus.OK, scans: bool = False, **values: object
) -> Response:
    """Return the page ``template`` in the reader's language.

    Args:
        template: Its file under ``templates``.
        status: The HTTP status.
        scans: Whether the page runs the scanner: it alone may use the camera and WebAssembly.
        values: What the template shows.
    """
    tongue = page_language(request)
    response = make_response(
        render_template(
            template, **values, **_surroundings(tongue, the_running().ports.settings.demo)
        )
    )
    response.status_code = status
    response.headers["Vary"] = VARY
    if scans:
        response.headers.update(SCAN)
    if chosen_language(request) is not None:
        response.set_cookie(
            COOKIE, tongue, max_age=_YEAR_SECONDS, samesite="Lax", httponly=True,
            secure=the_running().ports.settings.https,
        )  # fmt: skip
    if SAID_COOKIE in request.cookies:
        response.delete_cookie(SAID_COOKIE)
    return response


def kept_page(template: str, tongue: str, **values: object) -> Response:
    """Return the page ``template`` as a device may keep it: as nobody in particular sees it.

    It runs the scanner; nothing of the caller is in it, nor of the request, nor is a cookie set.
    """
    nobody = {
        "who": ANONYMOUS,
        "menu": menu(ANONYMOUS.role, "/", running=current_app.view_functions, address=url_for),
        "said": None,
        "path": "/",
    }
    around = _surroundings(tongue, the_running().ports.settings.demo)
    response = make_response(render_template(template, **{**values, **around, **nobody}))
    response.headers.update(SCAN)
    response.headers["Cache-Control"] = "no-cache"
    return response


def _surroundings(tongue: str, demo: bool) -> Mapping[str, object]:  # noqa: FBT001  one setting
    """Return what every page needs around its own values."""

    def of(wording: Wording) -> str:
        return wording.of(tongue)

    def say(key: str) -> str:
        return words(key).of(tongue)

    def when(at: datetime | str) -> str:
        return moment_words(datetime.fromisoformat(at) if isinstance(at, str) else at, tongue)

    def on(day: date | str) -> str:
        return day_words(date.fromisoformat(day) if isinstance(day, str) else day, tongue)

    def number(value: float, decimals: int = 0) -> str:
        return number_words(value, tongue, decimals)

    def spoken(
        options: Mapping[str, Wording] | Iterable[tuple[str, Wording]],
    ) -> list[tuple[str, str]]:
        pairs = options.items() if isinstance(options, Mapping) else options
        return [(value, of(text)) for value, text in pairs]

    who = the_caller_shown()
    here = request.path if request.endpoint else "/"
    path = here if request.method == "GET" else "/"
    return {
        "who": who,
        "menu": menu(who.role, here, running=current_app.view_functions, address=url_for),
        "said": told(request),
        "demo": demo,
        "host": the_running().ports.settings.host,
        "language": tongue,
        "other_language": next(one for one in LANGUAGES if one != tongue),
        "of": of,
        "say": say,
        "when": when,
        "on": on,
        "number": number,
        "spoken": spoken,
        "static": static_address,
        "camera_words": STATES[State.CAMERA_UNAVAILABLE],
        "service_words": STATES[State.SERVICE_ERROR],
        "cannot_tell": OVERALLS[Overall.CANNOT_TELL],
        "path": path,
    }
