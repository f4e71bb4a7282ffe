"""Examples of what the interface takes and answers, made of the document's own schemas.

Every example is generated from its schema, and a test holds each of them against it, so none can go
out of date. Values are specimens: they stand for nobody and open nothing.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

Json = Any
Schemas = Mapping[str, Any]

DEEPEST: Final = 5
"""Levels; below it an example has only what its schema requires."""
MOMENT: Final = "2026-11-27T09:00:00+07:00"
DAY: Final = "2026-11-27"
IDENTIFIER: Final = "00000000-0000-4000-8000-000000000001"

_BY_FORMAT: Final[Mapping[str, str]] = MappingProxyType({
    "date-time": MOMENT, "date": DAY, "uuid": IDENTIFIER,
})  # fmt: skip
_BY_PATTERN: Final[Mapping[str, str]] = MappingProxyType({
    "^[0-9]{2}$": "01",
    "^[0-9]{6}$": "000000",
    "^[0-9a-f]{64}$": "0" * 64,
    "^[0-3][0-9]/[01][0-9]/[0-9]{4}$": "27/11/2026",
    "^[0-9]{4}-(0[1-9]|1[0-2])$": "2026-11",
})  # fmt: skip
"""A pattern that is not here needs a line here: the test says so."""
_BY_NAME: Final[Mapping[str, str]] = MappingProxyType({
    "text": "https://records.example/#00000000000000000",
    "name": "NGƯỜI MẪU", "holder": "NGƯỜI MẪU", "birth_date": "1990-01-01", "sex": "female",
    "number": "000000000000", "facility": "01A01", "organisation": "CA01", "code": "specimen_code",
    "rule": "specimen_rule", "address": "https://records.example/specimen",
    "instance": "urn:reference:000000000000", "media_type": "application/pdf",
    "type": "urn:records-ledger:problem:specimen_code", "month": "2026-11",
})  # fmt: skip
_MOMENTS: Final = ("at", "until", "since", "_at", "_until", "_since")
_DAYS: Final = ("day", "due", "on", "_on", "_due", "_date")
_PLAIN: Final = "specimen"


def example_of(schema: Schemas, components: Schemas, *, name: str = "", depth: int = 0) -> Json:
    """Return a value that ``schema`` allows.

    Args:
        schema: JSON Schema 2020-12, as `verify_api.openapi` writes it.
        components: The schemas that ``#/components/schemas/…`` lead to.
        name: Of the field that it is for.
        depth: How many levels it lies in.
    """
    if "$ref" in schema:
        inside = components[str(schema["$ref"]).rpartition("/")[2]]
        return example_of(inside, components, name=name, depth=depth)
    for given in ("const", "default"):
        if schema.get(given) is not None:
            return schema[given]
    if "enum" in schema:
        return next(one for one in schema["enum"] if one is not None)
    if choices := schema.get("anyOf", schema.get("oneOf")):
        return example_of(_telling(choices), components, name=name, depth=depth)
    kind = schema.get("type")
    if isinstance(kind, list):
        kind = next(one for one in kind if one != "null")
    made = _MAKERS.get(str(kind))
    return {} if made is None else made(schema, components, name, depth)


def _telling(choices: list[Schemas]) -> Schemas:
    """Return the first choice that is more than null."""
    return next((one for one in choices if one.get("type") != "null"), choices[0])


def _object(schema: Schemas, components: Schemas, _name: str, depth: int) -> Json:
    required = schema.get("required", ())
    made = {
        field: example_of(inside, components, name=field, depth=depth + 1)
        for field, inside in schema.get("properties", {}).items()
        if field in required or depth < DEEPEST
    }
    return {**dict.fromkeys(required, _PLAIN), **made}


def _array(schema: Schemas, components: Schemas, name: str, depth: int) -> Json:
    least = schema.get("minItems", 0)
    if "prefixItems" in schema:
        return [
            example_of(one, components, name=name, depth=depth + 1) for one in schema["prefixItems"]
        ]
    items = schema.get("items")
    if not isinstance(items, Mapping) or (depth >= DEEPEST and not least):
        return []
    one = example_of(items, components, name=name, depth=depth + 1)
    return [one] * max(1, least)


def _number(schema: Schemas, _components: Schemas, _name: str, _depth: int) -> Json:
    least = schema.get("minimum", schema.get("exclusiveMinimum", 0) + 1)
    return min(max(1, least), schema.get("maximum", max(1, least)))


def _string(schema: Schemas, _components: Schemas, name: str, _depth: int) -> Json:
    if "format" in schema and schema["format"] in _BY_FORMAT:
        return _BY_FORMAT[schema["format"]]
    if "pattern" in schema:
        return _BY_PATTERN.get(schema["pattern"], _PLAIN)
    text = _word(name)
    return text.ljust(schema.get("minLength", 0), "0")[: schema.get("maxLength", len(text) + 100)]


def _word(name: str) -> str:
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name in _MOMENTS or name.endswith(_MOMENTS[3:]):
        return MOMENT
    if name in _DAYS or name.endswith(_DAYS[3:]):
        return DAY
    return _PLAIN


_MAKERS: Final[Mapping[str, Callable[[Schemas, Schemas, str, int], Json]]] = MappingProxyType({
    "object": _object,
    "array": _array,
    "integer": _number,
    "number": _number,
    "boolean": lambda _schema, _components, _name, _depth: True,
    "string": _string,
    "null": lambda _schema, _components, _name, _depth: None,
})  # fmt: skip
