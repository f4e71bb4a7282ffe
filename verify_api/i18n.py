"""Two languages: Vietnamese first, English by the switch on every page or ``Accept-Language``."""

from typing import Final

from flask import Request

from ledger.certificates.kind import Wording
from verify_api.words import WORDS

LANGUAGES: Final = ("vi", "en")
COOKIE: Final = "lang"


def chosen_language(request: Request) -> str | None:
    """Return the language that the switch asks for in this request; None if it was not used."""
    asked = request.args.get("lang") if request.query_string else None
    return asked if asked in LANGUAGES else None


def page_language(request: Request) -> str:
    """Return the language of a page: the switch, then the switch of an earlier page, then vi."""
    kept = request.cookies.get(COOKIE)
    return chosen_language(request) or (kept if kept in LANGUAGES else "vi")


def answer_language(request: Request) -> str:
    """Return the language of an answer to a program: what it accepts best, or vi."""
    if "Accept-Language" not in request.headers:
        return "vi"
    return request.accept_languages.best_match(LANGUAGES, "vi") or "vi"


def words(key: str) -> Wording:
    """Return the words of the pages under ``key``; an unknown key is a programming error."""
    return WORDS[key]
