"""XML from outside to a tree, once, without any of the things that XML can be made to do.

A document type declaration is refused before the parser sees it: no entity is ever declared, so
that none can grow, reach for a file or for the network. Source of the forms: XML 1.0 (Fifth
Edition), productions 15, 16, 22, 23, 28, 80.
"""

import re
from functools import lru_cache
from typing import Final

from lxml import etree

from ledger.errors import InvalidInputError

_BOM: Final = b"\xef\xbb\xbf"
_PROLOG: Final = re.compile(rb"(?:[ \t\r\n]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DECLARED: Final = re.compile(
    rb"<\?xml[ \t\r\n][^>]*?encoding[ \t\r\n]*=[ \t\r\n]*[\"']([A-Za-z0-9._\-]*)[\"']"
)
_OTHER_ENCODINGS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")
_LIMIT: Final = "XML_PARSE_HUGE"
_DEPTH: Final = "depth"
"""What the parser says when one of its limits is reached, and when it is that of nesting."""


def parse_xml(data: bytes, *, place: str, largest: int) -> etree._Element:
    """Return the root element of the XML document ``data``: UTF-8, no DOCTYPE.

    Comments and processing instructions are left out. A byte order mark is allowed, as the
    standard allows it.

    Raises:
        InvalidInputError: Rule ``xml_size``, ``xml_encoding``, ``xml_doctype``, ``xml_depth`` or
            ``xml`` (not well formed; the place then names line and column).
    """
    if len(data) > largest:
        raise InvalidInputError(place, "xml_size", f"at most {largest} bytes")
    _check_encoding(data, place)
    plain = data.removeprefix(_BOM)
    start = _PROLOG.match(plain)
    if start is None or plain.startswith(b"<!", start.end()):
        raise InvalidInputError(place, "xml_doctype", "XML without a document type declaration")
    try:
        root = etree.fromstring(plain, _parser())
    except etree.XMLSyntaxError as error:
        raise _not_xml(error, place) from None
    if root.getroottree().docinfo.internalDTD is not None:  # pragma: no cover (a second lock)
        raise InvalidInputError(place, "xml_doctype", "XML without a document type declaration")
    return root


def _parser() -> etree.XMLParser:
    """Return a parser of its own for one document: threads share nothing, and it costs little.

    The library's limits stay on: 256 levels, ten million characters in one text.
    """
    return etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        attribute_defaults=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )


def _check_encoding(data: bytes, place: str) -> None:
    declared = _DECLARED.match(data.removeprefix(_BOM))
    other = declared is not None and declared[1].lower() not in {b"utf-8", b"us-ascii"}
    if other or data.startswith(_OTHER_ENCODINGS):
        raise InvalidInputError(place, "xml_encoding", "UTF-8, declared as such or not at all")
    try:
        data.decode()
    except UnicodeDecodeError as wrong:
        where = f"{place}, byte {wrong.start}"
        raise InvalidInputError(where, "xml_encoding", "UTF-8") from None


def _not_xml(error: etree.XMLSyntaxError, place: str) -> InvalidInputError:
    if _LIMIT in str(error):
        if _DEPTH in str(error):
            return InvalidInputError(place, "xml_depth", "at most 256 levels of elements")
        return InvalidInputError(place, "xml_size", "texts of at most ten million characters")
    where = f"{place}, line {error.lineno or 1}, column {error.offset or 1}"
    return InvalidInputError(where, "xml", "well-formed XML 1.0")


# In a well-formed document ``<`` begins nothing but markup: these alternatives find every tag of
# an element by that name, and step over what may hold one that is not meant.
_OUTSIDE: Final = rb"!--.*?-->|!\[CDATA\[.*?\]\]>|\?.*?\?>"
_ATTRIBUTES: Final = rb"(?:[ \t\r\n/](?:[^>\"']|\"[^\"]*\"|'[^']*')*+)?+"


@lru_cache(maxsize=16)
def _tags(name: str) -> re.Pattern[bytes]:
    tag = re.escape(name.encode("ascii"))
    start = rb"(?P<start>" + tag + _ATTRIBUTES + rb">)"
    end = rb"(?P<end>/" + tag + rb"[ \t\r\n]*>)"
    return re.compile(rb"<(?:" + b"|".join([_OUTSIDE, start, end]) + rb")", re.DOTALL)


def slices_of(data: bytes, name: str) -> list[tuple[int, int]]:
    """Return where the outermost elements called ``name`` begin and end in ``data``.

    ``data`` has gone through `parse_xml`: this looks at bytes and would believe anything.
    """
    found = []
    open_at: list[int] = []
    for tag in _tags(name).finditer(data):
        if tag["start"]:
            open_at.append(tag.start())
        if tag["end"] or (tag["start"] and tag["start"].endswith(b"/>")):
            start = open_at.pop()
            if not open_at:
                found.append((start, tag.end()))
    return found
