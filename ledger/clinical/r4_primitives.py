"""The primitive types of FHIR R4 as JSON Schema: calendar-safe dates, whole texts, exact codes.

Source: FHIR R4 4.0.1, datatypes, section "Primitive Types". The patterns use no look-around and no
back-reference, so that a linear-time matcher takes them. Stricter than the standard's own schema:
a day must exist in the calendar, a time has its zone, text holds no control characters and nothing
that turns the direction of what is read.
"""

from typing import Any, Final

_YEAR = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_LEAP_YEAR = "(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:0[48]|[2468][048]|[13579][26])00)"
_DAY = (
    f"(?:{_YEAR}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12][0-9]|3[01])"
    "|(?:0[469]|11)-(?:0[1-9]|[12][0-9]|30)|02-(?:0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP_YEAR}-02-29)"
)
_MONTH = f"{_YEAR}-(?:0[1-9]|1[0-2])"
_CLOCK = r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:(?:[0-5][0-9]|60)(?:\.[0-9]+)?"
_ZONE = "(?:Z|[+-](?:(?:0[0-9]|1[0-3]):[0-5][0-9]|14:00))"

_TEXT = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]+$"
"""No control character but tab and line ends; none that embeds, overrides or isolates direction."""
_LONGEST_TEXT: Final = 65_536
"""Characters. Our choice: nobody reads a longer field; documents travel as attachments."""
_URI = r"^[^\s\x00-\x1f\x7f-\x9f<>\u202a-\u202e\u2066-\u2069]+$"
_BASE64 = (
    r"^[ \t\r\n]*(?:(?:[0-9A-Za-z+/][ \t\r\n]*){4})*"
    r"(?:(?:[0-9A-Za-z+/][ \t\r\n]*){2}(?:=[ \t\r\n]*){2}"
    r"|(?:[0-9A-Za-z+/][ \t\r\n]*){3}=[ \t\r\n]*)?$"
)
_HEX = "[0-9a-f]"
UUID_URI: Final = f"urn:uuid:{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}"
ID: Final = r"[A-Za-z0-9\-.]{1,64}"


def _text(pattern: str, form: str, longest: int | None = None) -> dict[str, Any]:
    """Return the schema of a text; every ``pattern`` asks for at least one character."""
    schema: dict[str, Any] = {"type": "string", "pattern": pattern}
    if longest is not None:
        schema["maxLength"] = longest
    return schema | {"$comment": form}


def _number(kind: str, least: int | None, form: str) -> dict[str, Any]:
    limits = {} if least is None else {"minimum": least, "maximum": 2**31 - 1}
    return {"type": kind, "$comment": form, **limits}


_OID: Final = r"urn:oid:[0-2](?:\.(?:0|[1-9][0-9]*))+"


def _uri(form: str, *, absolute: bool = False) -> dict[str, Any]:
    """Return the schema of a URI whose UUID or OID, if it names one, is written as it has to be."""
    named = {"pattern": f"^(?:{UUID_URI}|{_OID})$"}
    # Whatever begins like a UUID or an OID must be one.
    other = {"not": {"pattern": "^(?:(?:urn:)?(?:uuid|oid):)"}}
    shape = {"pattern": r"^[a-zA-Z][a-zA-Z0-9+.\-]*:"} if absolute else {}
    return _text(_URI, form) | {"allOf": [{"anyOf": [other, named]}, shape]}


USUAL_URI: Final[dict[str, Any]] = _text(
    rf"^(?:https?://[^\s\x00-\x1f\x7f-\x9f<>\u202a-\u202e\u2066-\u2069]+|{UUID_URI}|{_OID})$",
    "uri_form: a URI",
)
"""The forms that nearly all have; each is also a `uri` and an ``absolute-uri``."""

PRIMITIVES: Final[dict[str, dict[str, Any]]] = {
    "boolean": {"type": "boolean", "$comment": "boolean_form: true or false"},
    "decimal": _number("number", None, "decimal_form: a number"),
    "integer": _number("integer", -(2**31), "integer_form: a whole number of 32 bits"),
    "positiveInt": _number("integer", 1, "integer_form: a whole number from 1 to 2147483647"),
    "unsignedInt": _number("integer", 0, "integer_form: a whole number from 0 to 2147483647"),
    "string": _text(
        _TEXT, "text_form: text that is not empty, without control characters", _LONGEST_TEXT
    ),
    "markdown": _text(
        _TEXT, "text_form: text that is not empty, without control characters", _LONGEST_TEXT
    ),
    "code": _text(r"^[^\s]+(?:[ ][^\s]+)*$", "code_form: words with single spaces"),
    "id": _text(f"^{ID}$", "id_form: 1 to 64 letters A-Z a-z, digits, hyphens and dots"),
    "element-id": _text(r"^[^\s\x00-\x1f\x7f-\x9f]+$", "id_form: text without spaces"),
    "extension-url": _text(_URI, "uri_form: the URL of the extension"),
    "uri": _uri("uri_form: a URI without spaces; urn:uuid: and urn:oid: with what they name"),
    "absolute-uri": _uri("uri_form: an absolute URI without spaces", absolute=True),
    "url": _uri("uri_form: a URL without spaces"),
    "canonical": _uri("uri_form: a canonical URL without spaces"),
    "oid": _text(f"^{_OID}$", "uri_form: urn:oid: and the OID"),
    "uuid": _text(f"^{UUID_URI}$", "uri_form: urn:uuid: and a lower-case UUID"),
    "date": _text(
        f"^(?:{_YEAR}|{_MONTH}|{_DAY})$",
        "date_form: YYYY, YYYY-MM or YYYY-MM-DD, a day of the calendar",
    ),
    "dateTime": _text(
        f"^(?:{_YEAR}|{_MONTH}|{_DAY}(?:T{_CLOCK}{_ZONE})?)$",
        "date_form: YYYY, YYYY-MM, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss+zz:zz, a day of the calendar",
    ),
    "instant": _text(
        f"^{_DAY}T{_CLOCK}{_ZONE}$",
        "date_form: YYYY-MM-DDThh:mm:ss+zz:zz, a day of the calendar",
    ),
    "time": _text(f"^{_CLOCK}$", "time_form: hh:mm:ss"),
    "base64Binary": _text(_BASE64, "base64_form: Base64 of RFC 4648, padded") | {"minLength": 1},
}
"""Schema of the JSON value by the type's name."""


WITHOUT_EXTENSION: Final = frozenset({"id", "element-id", "extension-url"})
"""Those that are attributes in XML and have no extension beside them."""

LANGUAGE: Final = _text(
    "^[A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*$", "code_form: a language tag of BCP 47, such as vi"
)
MEDIA_TYPE: Final = _text(
    r"^[A-Za-z0-9!#$&^_.+\-]+/[A-Za-z0-9!#$&^_.+\-]+(?:[ ]*;[ ]*[^\s;]+)*$",
    "code_form: a media type, such as text/plain",
)
_INLINE_ELEMENTS = (
    "a|abbr|acronym|address|article|aside|b|bdi|bdo|big|blockquote|br|caption|center|cite|code|col"
    "|colgroup|dd|del|details|dfn|dir|div|dl|dt|em|figcaption|figure|font|footer|h[1-6]|header|hr|i|img|ins"
    "|kbd|li|main|map|area|mark|menu|nav|ol|p|pre|q|s|samp|section|small|span|strike|strong|sub"
    "|summary|sup|table|tbody|td|tfoot|th|thead|time|tr|tt|u|ul|var|wbr"
)
_ATTRIBUTE = (
    r"(?:[a-np-zA-NP-Z][A-Za-z0-9:_\-]*|[oO][a-mo-zA-MO-Z:_\-][A-Za-z0-9:_\-]*)"
    r"""[ \t\r\n]*=[ \t\r\n]*(?:"[^"<]*"|'[^'<]*')"""
)
_TAG = (
    rf"<(?:/(?:{_INLINE_ELEMENTS})|(?:{_INLINE_ELEMENTS})(?:[ \t\r\n]+{_ATTRIBUTE})*)[ \t\r\n]*/?>"
)
_ENTITY = "&(?:[A-Za-z]{2,8}[0-9]{0,2}|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});"
XHTML: Final[dict[str, Any]] = _text(
    rf"^[ \t\r\n]*<div[^>]*>(?:[^<&]|{_ENTITY}|<!--(?:[^\-]|-[^\-])*-->|{_TAG})*</div>[ \t\r\n]*$",
    "narrative_form: a div with the basic formatting elements of HTML, no script, no form",
)
"""`Narrative.div` (FHIR R4, narrative, txt-1): formatting alone, no event handler (no attribute
begins with "on"), nothing that runs, loads a frame or asks for input."""
