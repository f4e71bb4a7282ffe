"""The strict JSON Schema of the 42 resource types, made from the table of facts; and its name.

It says all that R4's definitions say of one resource and that a linear-time matcher can check:
which elements there are, how often, of which type, which codes, which targets, which invariants.
Stricter than the standard: `modifierExtension` and `implicitRules` are refused (they may negate
what the rest says), and every array and object holds something.
"""

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from typing import Any, Final

import orjson

from ledger.clinical.r4_invariants import CONTAINED, CONTAINED_META, RESOURCE_INVARIANTS
from ledger.clinical.r4_primitives import (
    ID,
    LANGUAGE,
    MEDIA_TYPE,
    PRIMITIVES,
    USUAL_URI,
    UUID_URI,
    WITHOUT_EXTENSION,
    XHTML,
)
from ledger.clinical.r4_table import RESOURCES, Element, table
from ledger.clinical.r4_type_invariants import TYPE_INVARIANTS

Schema = dict[str, Any]

_INVARIANTS: Final = {**TYPE_INVARIANTS, **RESOURCE_INVARIANTS}
WHOSE: Final = frozenset({"subject", "patient", "encounter", "context", "beneficiary", "for"})
"""Elements that say whose record it is and which visit: a reference of a wrong type is refused
wherever it stands. Elsewhere it is refused in a visit and noted in a single resource: published
examples have a few (`fhir_rules`)."""
_REFUSED: Final = {
    "modifierExtension": "modifier_extension: none; it could turn what is said into its opposite",
    "implicitRules": "implicit_rules: none; the document must be understood without them",
}
_CURRENCY: Final[Schema] = {
    "type": "string",
    "pattern": "^[A-Z]{3}$",
    "$comment": "code_form: three letters of ISO 4217",
}
_SPECIAL: Final = {
    ("Narrative", "div"): XHTML,
    ("Money", "currency"): _CURRENCY,
    ("Attachment", "contentType"): MEDIA_TYPE,
    ("Binary", "contentType"): MEDIA_TYPE,
    ("Signature", "targetFormat"): MEDIA_TYPE,
    ("Signature", "sigFormat"): MEDIA_TYPE,
    ("Coding", "system"): {"$ref": "#/$defs/absolute-uri"},
    ("Identifier", "system"): {"$ref": "#/$defs/absolute-uri"},
    ("Quantity", "system"): {"$ref": "#/$defs/absolute-uri"},
}
"""Elements whose values have a narrower form than their type: by the value sets' bindings to
media types and languages, and because a system is found by an absolute address."""


_URIS: Final = frozenset({"uri", "absolute-uri", "url", "canonical", "extension-url"})


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _names(element: Element) -> Iterator[tuple[str, str]]:
    """Yield property and type; several for an element of several types."""
    if not element.name.endswith("[x]"):
        yield element.name, element.types[0]
        return
    stem = element.name.removesuffix("[x]")
    for kind in element.types:
        yield stem + kind[0].upper() + kind[1:], kind


def _value(owner: str, element: Element, kind: str) -> Schema:
    """Return the schema of one value of the element."""
    if (owner, element.name) in _SPECIAL:
        return _SPECIAL[owner, element.name]
    if element.name == "language" and kind == "code":
        return LANGUAGE
    if element.codes is not None:
        return _coded(element.codes, kind)
    if kind == "Reference" and element.name in WHOSE and element.targets:
        return _ref(_reference_name(element.targets))
    return _ref(kind)


def _coded(codes: str, kind: str) -> Schema:
    lists = table().codes[codes]
    comment = f"code_required: a code of the R4 value set {codes}"
    if kind == "code":
        return {"enum": sorted(set().union(*lists.values())), "$comment": comment}
    one_of_them = {
        "anyOf": [
            {
                "required": ["system", "code"],
                "properties": {"system": {"const": system}, "code": {"enum": list(listed)}},
            }
            for system, listed in lists.items()
        ]
    }
    inside = {"properties": {"coding": {"contains": one_of_them}}, "$comment": comment}
    return {"allOf": [_ref(kind), inside]}


def _reference_name(targets: tuple[str, ...]) -> str:
    return f"Reference.{'.'.join(targets)}"


def _object(owner: str, *, plain: bool = False) -> Schema:
    """Return the schema of one complex type, resource or part of one.

    The ``plain`` one knows no extension beside a primitive: it takes less, in less time.
    """
    properties: Schema = {}
    required: list[str] = []
    further: list[Schema] = []
    if owner in RESOURCES:
        properties["resourceType"] = {"const": owner}
        required.append("resourceType")
    for element in table().elements[owner]:
        if element.name in _REFUSED:
            properties[element.name] = {"not": {}, "$comment": _REFUSED[element.name]}
            continue
        for name, kind in _names(element):
            properties |= _properties(owner, element, name, kind, plain=plain)
        further += _presence(element, required, plain=plain)
        further += () if plain else _null_rule(element)
    schema: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    schema |= {"required": required} if required else {"minProperties": 1}
    if further := [*further, *_INVARIANTS.get(owner, ())]:
        schema["allOf"] = further
    return schema


def _properties(owner: str, element: Element, name: str, kind: str, *, plain: bool) -> Schema:
    value = _value(owner, element, kind)
    if plain or not _is_primitive(kind):
        return {name: _list(value) if element.many else value}
    if not element.many:
        return {name: value, f"_{name}": _ref("Element")}
    empty = {"type": "null"}
    return {
        name: _list({"if": {"not": empty}, "then": value}),
        f"_{name}": _list({"if": {"not": empty}, "then": _ref("Element")}),
    }


def _is_primitive(kind: str) -> bool:
    return kind in PRIMITIVES and kind not in WITHOUT_EXTENSION


def _list(value: Schema) -> Schema:
    return {"type": "array", "minItems": 1, "items": value}


def _present(name: str, kind: str, *, plain: bool) -> Schema:
    if plain or not _is_primitive(kind):
        return {"required": [name]}
    return {"anyOf": [{"required": [name]}, {"required": [f"_{name}"]}]}


def _presence(element: Element, required: list[str], *, plain: bool) -> Iterator[Schema]:
    """Yield what says how many of its properties there must be; plain ones go to ``required``."""
    properties = [_present(name, kind, plain=plain) for name, kind in _names(element)]
    if len(properties) > 1:
        yield _one_of(element, properties)
    elif element.required and "required" in properties[0]:
        required += properties[0]["required"]
    elif element.required:
        yield {**properties[0], "$comment": f"element_required: the element {element.name}"}


def _one_of(element: Element, properties: list[Schema]) -> Schema:
    if element.required:
        comment = f"choice_one: exactly one {element.name}"
        return {"oneOf": properties, "$comment": comment}
    return {**_at_most_one(properties), "$comment": f"choice_one: at most one {element.name}"}


def _at_most_one(properties: list[Schema]) -> Schema:
    """Return a chain that looks at each property once: the first that is there ends it."""
    first, *rest = properties
    if not rest:
        return {}
    return {"if": first, "then": {"not": {"anyOf": rest}}, "else": _at_most_one(rest)}


def _null_rule(element: Element) -> Iterator[Schema]:
    """Yield that a list of primitives has a gap only where an extension stands for the value."""
    if element.many and _is_primitive(element.types[0]):
        yield {
            "anyOf": [
                {"required": [f"_{element.name}"]},
                {"properties": {element.name: {"items": {"not": {"type": "null"}}}}},
            ],
            "$comment": "null_without_extension: no null in a list",
        }


_WORD = r"[A-Za-z0-9\-.]"
_SCHEME = r"[a-zA-Z][a-zA-Z0-9+.\-]*:"


def _plain_reference(targets: tuple[str, ...]) -> Schema:
    """Return the schema of a Reference in one of the two usual forms."""
    allowed = "|".join(sorted(targets or table().resource_types))
    pattern = f"^(?:{UUID_URI}|(?:{allowed})/{ID})$"
    schema = _object("Reference", plain=True)
    schema["properties"] |= {"reference": {"type": "string", "pattern": pattern}}
    if targets:
        schema["properties"] |= {"type": {"enum": list(targets)}}
    return schema


def _reference(targets: tuple[str, ...]) -> Schema:
    """Return the schema of a Reference to one of ``targets``, or to anything if empty."""
    everything = table().resource_types
    allowed = "|".join(sorted(targets or everything))
    relative = f"(?:{allowed})(?:/{ID}(?:/_history/{ID})?(?:#.*)?|\\?.+)"
    shape = f"^(?:#.*|{relative}|{UUID_URI}|urn:oid:[0-9.]+|{_SCHEME}.+)$"
    forms = f"a reference to {' or '.join(targets) or 'a resource'}"
    comment = f"reference_target: {forms}"
    value = {"allOf": [_ref("uri-of-reference"), {"pattern": shape, "$comment": comment}]}
    schema = _object("Reference")
    if others := "|".join(sorted(everything - set(targets))) if targets else "":
        wrong = f"/(?:{others})/{_WORD}+(?:/_history/{_WORD}+)?$"
        value["allOf"].append({"not": {"pattern": wrong}, "$comment": comment})
        kinds = {"enum": list(targets), "$comment": comment}
        schema["properties"] |= {"type": kinds}
    schema["properties"] |= {"reference": value}
    return schema


_URI_OF_REFERENCE: Final[Schema] = {
    "type": "string",
    "minLength": 1,
    "maxLength": 4096,
    "pattern": r"^[^\s\x00-\x1f\x7f-\x9f<>\u202a-\u202e\u2066-\u2069]+$",
    "$comment": "reference_form: a reference without spaces",
}


def _extension(*, plain: bool = False) -> Schema:
    """Return the schema of an Extension: a url, and a value or further extensions.

    Two properties without ``id`` are the url and one of the others: the usual case is found
    without looking for each of the fifty types that a value may have.
    """
    schema = _object("Extension", plain=plain)
    usual = {
        "required": ["url"],
        "maxProperties": 2,
        "minProperties": 2,
        "properties": {"id": {"not": {}}},
    }
    value = next(e for e in table().elements["Extension"] if e.name == "value[x]")
    values = [_present(name, kind, plain=plain) for name, kind in _names(value)]
    full = {"oneOf": [{"required": ["extension"]}, *values]}
    choice = {
        "anyOf": [usual, {"allOf": [{"required": ["url"]}, full]}],
        "$comment": "ext-1: a url, and a value or extensions, never both",
    }
    schema["allOf"] = [choice]
    return schema


_COMMON = (
    "Observation",
    "MedicationRequest",
    "Condition",
    "Procedure",
    "Encounter",
    "Patient",
    "Practitioner",
    "Organization",
    "DiagnosticReport",
    "Immunization",
    "ServiceRequest",
    "Bundle",
)
_BY_FREQUENCY: Final = (*_COMMON, *(name for name in RESOURCES if name not in _COMMON))
"""The order in which types are tried; the first that fits ends the search."""

_ANY_RESOURCE: Final[Schema] = {"type": "object", "required": ["resourceType"]}


@cache
def definitions() -> dict[str, Schema]:
    """Return the schema of every type by name, in a fixed order."""
    elements = table().elements
    owned = (element for of_type in elements.values() for element in of_type)
    targets = {each.targets for each in owned if each.name in WHOSE and each.targets}
    return {
        **PRIMITIVES,
        "uri-of-reference": _URI_OF_REFERENCE,
        "Resource": _ANY_RESOURCE,
        "Element": {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": False,
            "properties": {"id": _ref("element-id"), "extension": _list(_ref("Extension"))},
        },
        **{owner: _object(owner) for owner in sorted(elements)},
        **{_reference_name(names): _reference(names) for names in sorted(targets)},
        "Reference": _reference(()),
        "Extension": _extension(),
        "contained": {"allOf": [CONTAINED, CONTAINED_META]},
    }


def _plain_definitions() -> dict[str, Schema]:
    """Return definitions that accept less: what they accept, `definitions` accept too."""
    changed: dict[str, Schema] = {}
    for name in definitions():
        if name == "Reference" or name.startswith("Reference."):
            changed[name] = _plain_reference(tuple(name.split(".")[1:]))
        elif name == "Extension":
            changed[name] = _extension(plain=True)
        elif name in table().elements:
            changed[name] = _object(name, plain=True)
        elif name in _URIS:
            changed[name] = USUAL_URI
    return definitions() | changed


def any_resource_schema(*, plain: bool = False) -> Schema:
    """Return the schema of a resource of any of the 42 types, resources inside it included.

    The ``plain`` one accepts the usual documents only, in less time: without extensions beside
    primitives, with references by urn:uuid or type and id. What it does not accept may be sound.
    """
    everything = _plain_definitions() if plain else definitions()
    contained = [{"allOf": [_ref(name), _ref("contained")]} for name in _BY_FREQUENCY]
    of_any = {"anyOf": [_ref(name) for name in _BY_FREQUENCY]}
    whole = everything | {"Resource": of_any, "Contained": {"anyOf": contained}}
    for name in RESOURCES:
        whole[name] = _with_contained(everything[name])
    return {**of_any, "$defs": whole}


def _with_contained(resource: Schema) -> Schema:
    if "contained" not in resource["properties"]:
        return resource
    properties = resource["properties"] | {"contained": _list(_ref("Contained"))}
    return {**resource, "properties": properties}


@cache
def schema_of(name: str) -> Schema:
    """Return the whole schema of the type ``name``: itself and all that it reaches."""
    everything = definitions()
    reached: dict[str, Schema] = {}
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in reached:
            reached[one] = everything[one]
            waiting += _references(everything[one])
    return {**_ref(name), "$defs": dict(sorted(reached.items()))}


def _references(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(target := schema.get("$ref"), str):
            yield target.removeprefix("#/$defs/")
        for part in schema.values():
            yield from _references(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from _references(part)


def _version() -> str:
    text = orjson.dumps(definitions(), option=orjson.OPT_SORT_KEYS)
    return sha256(text).hexdigest()[:16]


SCHEMA_VERSION: Final = _version()
"""Sixteen hexadecimal digits of the schema's hash; stored with each document accepted under it."""
