"""What a guide is made of, and how it quotes the words of the pages that it explains.

A guide never repeats a button's words by hand: ``{page:verify.scan}`` in its text stands for what
the page says, so that a word that changes there changes here, and one that goes is an error.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from ledger.certificates.kind import Wording
from ledger.certificates.kinds.judicial_record.procedure import PROCEDURE
from verify_api.auditing_words import AUDITING
from verify_api.check_history_words import HISTORY
from verify_api.check_many_words import MANY
from verify_api.citizen_form_words import ASK
from verify_api.citizen_words import CITIZEN
from verify_api.facility.words import WORDS as FACILITY
from verify_api.identity_words import IDENTITY
from verify_api.my_health.words import MY_HEALTH
from verify_api.navigation import PAGES
from verify_api.officer_words import OFFICER
from verify_api.sent_file_words import SENT_FILES
from verify_api.words import WORDS

QUOTED: Final[Mapping[str, Mapping[str, Wording]]] = MappingProxyType({
    "page": WORDS,
    "menu": PAGES,
    "ask": ASK,
    "citizen": CITIZEN,
    "book": MY_HEALTH,
    "facility": FACILITY,
    "officer": OFFICER,
    "step": {step.action: step.title for step in PROCEDURE.steps},
    "audit": AUDITING,
    "identity": IDENTITY,
    "many": MANY,
    "checks": HISTORY,
    "sent": SENT_FILES,
})  # fmt: skip
"""The words of the pages, by the name that a quotation begins with."""
_QUOTATION: Final = re.compile(r"\{(\w+):([\w.-]+)\}")
_MARKED: Final = re.compile(r"\*\*(.+?)\*\*|`(.+?)`")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a page that a test took."""

    vi: str
    """Its file under docs/guide/screenshots, without its end, for Vietnamese readers."""
    en: str
    alt: Wording

    def of(self, language: str) -> str:
        """Return the file's name for readers of ``language``."""
        return self.en if language == "en" else self.vi


def pair(stem: str, vi: str, en: str) -> Picture:
    """Return the picture ``stem`` as Vietnamese readers see it on a phone, others on a desk."""
    return Picture(f"{stem}-vi-phone-light", f"{stem}-en-desk-light", Wording(vi, en))


@dataclass(frozen=True, slots=True)
class Section:
    """One heading: a sentence, then steps in order, points, or answers with what to do."""

    title: Wording
    text: Wording | None = None
    steps: tuple[Wording, ...] = ()
    points: tuple[Wording, ...] = ()
    answers: tuple[tuple[Wording, Wording], ...] = ()
    """What a page answers, and what to do then."""
    picture: Picture | None = None


@dataclass(frozen=True, slots=True)
class Guide:
    """What one role has to know, on one page."""

    title: Wording
    lead: Wording
    sections: tuple[Section, ...]


def say(vi: str, en: str) -> Wording:
    """Return both texts with their quotations put in, each as strong text.

    Raises:
        KeyError: A quotation names words that no page has.
    """
    return Wording(_quote(vi, "vi"), _quote(en, "en"))


def _quote(text: str, language: str) -> str:
    return _QUOTATION.sub(lambda one: f"**{QUOTED[one[1]][one[2]].of(language)}**", text)


def parts(text: str) -> tuple[tuple[str, str], ...]:
    """Return ``text`` as pieces: ``plain``, ``strong``, ``address`` of a page, or ``code``."""
    found: list[tuple[str, str]] = []
    end = 0
    for mark in _MARKED.finditer(text):
        found.append(("plain", text[end : mark.start()]))
        found.append(_piece(mark[1], mark[2]))
        end = mark.end()
    found.append(("plain", text[end:]))
    return tuple(piece for piece in found if piece[1])


def _piece(strong: str | None, code: str) -> tuple[str, str]:
    if strong is not None:
        return "strong", strong
    return ("address" if code.startswith("/") else "code"), code


CAN: Final = Wording("Bạn làm được gì", "What you can do")
MEANS: Final = Wording("Kết quả nghĩa là gì", "What a verdict means")
WRONG: Final = Wording("Khi có điều không ổn", "When something is wrong")
PRIVACY: Final = Wording("Quyền riêng tư", "Privacy")
