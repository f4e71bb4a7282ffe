"""Narrative and text: whole XHTML that only shows something; text that carries no markup.

Received narrative is never rendered; it is refused all the same where it could do harm in another
reader's page. Level 1 has checked the words (`r4_primitives.XHTML`), here is what a pattern cannot
see: that tags are closed, where links lead, that something is said.
"""

import re
from collections.abc import Iterator
from typing import Final
from xml.parsers import expat

XHTML_NAMESPACE: Final = "http://www.w3.org/1999/xhtml"
_SAFE_LINK = re.compile(
    r"(?:https?:|mailto:|tel:|data:image/(?:png|gif|jpeg);|urn:|#|[^:]*$)", re.IGNORECASE
)
_LINKS = frozenset({"href", "src", "cite", "background", "longdesc", "usemap"})
_UNSAFE_STYLE = re.compile(r"url\s*\(|expression\s*\(|@import|behaviou?r\s*:", re.IGNORECASE)
_SHOWN_WITHOUT_TEXT = frozenset({"img", "hr"})


class _Reader:
    """Collects what is wrong while the parser reads."""

    def __init__(self) -> None:
        self.wrong: set[tuple[str, str]] = set()
        self.shows = False
        self._depth = 0

    def begin(self, name: str, attributes: dict[str, str]) -> None:
        if self._depth == 0 and attributes.get("xmlns") != XHTML_NAMESPACE:
            self.wrong.add(("narrative_namespace", f"a div of the namespace {XHTML_NAMESPACE}"))
        self._depth += 1
        self.shows |= name in _SHOWN_WITHOUT_TEXT
        for key, value in attributes.items():
            if key in _LINKS and not _SAFE_LINK.match(value.strip()):
                self.wrong.add(("narrative_link", "links to web, mail, phone or picture only"))
            if key == "style" and _UNSAFE_STYLE.search(value):
                self.wrong.add(("narrative_style", "styles that load and run nothing"))

    def text(self, data: str) -> None:
        self.shows |= not data.isspace()


def narrative_faults(div: str) -> Iterator[tuple[str, str]]:
    """Yield rule and expected form of what is wrong with ``div`` (FHIR R4, narrative, txt-1, 2)."""
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.StartElementHandler = reader.begin
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(div, True)  # noqa: FBT003 - the library takes it by position only
    except expat.ExpatError:
        yield "narrative_well_formed", "XHTML whose tags are closed, with XML's own entities"
        return
    yield from sorted(reader.wrong)
    if not reader.shows:
        yield "txt-2", "some text or picture"


ACTIVE: Final = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|applet|svg|math|style|link|meta|base|form|input|button"
    r"|textarea|select|frame|frameset|video|audio|template|html|body|head|img)\b"
    r"|<[^<>]{0,200}\bon[a-z]{3,20}\s*=|\b(?:java|vb)script:|data:text/html",
    re.IGNORECASE,
)
"""Markup that runs, loads or asks something where a careless page shows it."""
MARKUP: Final = re.compile(
    r"</?(?:div|span|br|hr|table|t[rdh]|thead|tbody|ul|ol|li|pre|code|strong|em|font|center|h[1-6])"
    r"(?:\s[^<>]{0,200})?/?>|</?[abipqsu](?:\s+[a-z]{2,12}=[^<>]{0,200})?>|<!--",
    re.IGNORECASE,
)
"""Markup that only formats; no place for it in a text either."""

TAG: Final = re.compile(r"<[A-Za-z/!]")
"""What a reader of markdown takes for the beginning of markup."""

_HIDDEN = re.compile(rb"\\u00[0-7]")
"""An escaped ASCII character; escaped Vietnamese letters are none."""


def may_hold_active(data: bytes) -> bool:
    """Return whether JSON text may hold what `ACTIVE` finds without a "<", or a hidden "<"."""
    if b"\\u00" in data and _HIDDEN.search(data):
        return True
    small = data.lower()
    return b"script:" in small or b"data:text" in small
