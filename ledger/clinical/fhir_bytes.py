"""Received bytes to a value, once, strictly; and the exact bytes of each resource of a Bundle.

What is kept, hashed and signed is always what came: a decimal of 12.50 is not 12.5 (FHIR R4,
datatypes, decimal: precision is significant), and every JSON library writes it differently.
"""

import json
import re
from dataclasses import dataclass
from itertools import accumulate
from typing import Any, Final

import msgspec
import orjson

from ledger.errors import InvalidInputError

MAX_DEPTH: Final = 254
"""Deepest nesting of objects and arrays. The encoder that finds repeated keys goes no deeper;
the deepest published R4 example has 16."""
LARGEST_DOCUMENT: Final = 1024 * 1024
"""Bytes of one visit or resource. Source: the ledger's design, section 10."""

PLACE: Final = "document"
_BOM: Final = b"\xef\xbb\xbf"
_ESCAPED_COLON: Final = re.compile(rb"\\u003[aA]")
_STRING: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_STEPS: Final = bytes.maketrans(b"{[}]", b"\x01\x01\xff\xff")
_NOT_STEPS: Final = bytes(set(range(256)) - set(b"{[}]"))


def parse(data: bytes, *, largest: int = LARGEST_DOCUMENT) -> Any:
    """Return the value of the JSON text ``data``, of at most ``largest`` bytes.

    Numbers with a fraction become floats: use it to look at a document, never to write it again.

    Raises:
        InvalidInputError: Rule ``json_size``, ``json_encoding``, ``json_byte_order_mark``,
            ``json_depth``, ``json_duplicate_key`` (with the key's place) or ``json`` (anything
            else that RFC 8259 forbids, an infinite number or half a surrogate pair; with line
            and column).
    """
    if len(data) > largest:
        raise InvalidInputError(PLACE, "json_size", f"at most {largest} bytes")
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        raise _not_json(data, error) from None
    try:
        again = orjson.dumps(value)
    except TypeError:
        raise _too_deep() from None
    # A repeated key is lost in the value, and its colon with it. A colon in a text is one in both,
    # unless it was escaped; then, and where the numbers differ, the slow way looks.
    if data.count(b":") != again.count(b":") or _ESCAPED_COLON.search(data):
        _refuse_duplicate_keys(data)
    return value


def without_spacing(data: bytes) -> bytes:
    """Return a JSON text that `parse` took without the white space between its tokens.

    Names, texts with their escapes, and numbers stay byte for byte: 12.50 stays 12.50. For what is
    cut out of a document, whose bytes nobody sent as they are then; never for what came by itself.
    """
    return msgspec.json.format(data, indent=-1)


def _not_json(data: bytes, error: orjson.JSONDecodeError) -> InvalidInputError:
    if data.startswith(_BOM):
        return InvalidInputError(PLACE, "json_byte_order_mark", "UTF-8 without byte order mark")
    try:
        data.decode()
    except UnicodeDecodeError as wrong:
        return InvalidInputError(f"byte {wrong.start}", "json_encoding", "UTF-8")
    if _depth(data) > MAX_DEPTH:
        return _too_deep()
    place = f"line {error.lineno}, column {error.colno}"
    return InvalidInputError(place, "json", "JSON by RFC 8259 with finite numbers and whole text")


def _too_deep() -> InvalidInputError:
    return InvalidInputError(PLACE, "json_depth", f"nesting of at most {MAX_DEPTH} levels")


def _depth(data: bytes) -> int:
    steps = _STRING.sub(b"", data).translate(_STEPS, _NOT_STEPS)
    return max(accumulate(memoryview(steps).cast("b")), default=0)


class _Repeated:
    """Stands in the value where an object repeats a key."""

    __slots__ = ("key",)

    def __init__(self, key: str) -> None:
        self.key = key


def _refuse_duplicate_keys(data: bytes) -> None:
    place = _place_of_repeated(json.loads(data, object_pairs_hook=_object), "")
    if place is not None:
        raise InvalidInputError(
            place.lstrip(".") or PLACE, "json_duplicate_key", "each key once in an object"
        )


def _object(pairs: list[tuple[str, Any]]) -> Any:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    keys = [key for key, _ in pairs]
    return _Repeated(next(key for key in keys if keys.count(key) > 1))


_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9]{0,63}", re.ASCII)


def _place_of_repeated(value: object, place: str) -> str | None:
    """Return where the first repeated key stands, None if nowhere."""
    if isinstance(value, _Repeated):
        return f"{place}.{key_name(value.key)}"
    parts: list[tuple[str, object]] = []
    if isinstance(value, dict):
        parts = [(f"{place}.{key_name(key)}", part) for key, part in value.items()]
    elif isinstance(value, list):
        parts = [(f"{place}[{index}]", part) for index, part in enumerate(value)]
    found = (_place_of_repeated(part, inner) for inner, part in parts)
    return next((inner for inner in found if inner is not None), None)


def key_name(key: str) -> str:
    """Return ``key`` as part of a place; a key that no FHIR element could have is not repeated."""
    return key if _NAME.fullmatch(key) else "?"


@dataclass(frozen=True, slots=True)
class RawEntry:
    """One entry of a Bundle with the bytes of its resource exactly as they came."""

    full_url: str | None
    resource_type: str
    id: str | None
    resource: bytes


class _Entry(msgspec.Struct, rename={"full_url": "fullUrl"}):
    full_url: str | None = None
    resource: msgspec.Raw = msgspec.Raw()


class _Bundle(msgspec.Struct):
    entry: list[_Entry] = []


class _Head(msgspec.Struct, rename={"resource_type": "resourceType"}):
    resource_type: str
    id: str | None = None


_BUNDLES = msgspec.json.Decoder(_Bundle)
_HEADS = msgspec.json.Decoder(_Head)


def split_bundle(data: bytes) -> tuple[RawEntry, ...]:
    """Return the entries that hold a resource, each with the exact bytes of it, in their order.

    The bytes are those between the first and the last brace, spacing and decimals untouched.
    Repeated keys are not looked for: `parse` the document first.

    Raises:
        InvalidInputError: Not JSON, or no Bundle's form.
    """
    try:
        entries = _BUNDLES.decode(data).entry
        return tuple(
            RawEntry(entry.full_url, *_head(entry.resource), bytes(entry.resource))
            for entry in entries
            if bytes(entry.resource)
        )
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise InvalidInputError(PLACE, "bundle_form", "a FHIR Bundle with its entries") from None


def _head(resource: msgspec.Raw) -> tuple[str, str | None]:
    head = _HEADS.decode(resource)
    return head.resource_type, head.id
