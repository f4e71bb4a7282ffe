"""The words in which invariants are written: present, absent, coded, if and then; as schemas."""

from collections.abc import Iterable
from typing import Any

Schema = dict[str, Any]

_TERMINOLOGY = "http://terminology.hl7.org/CodeSystem/"


def has(*names: str) -> Schema:
    """Return that all of ``names`` are there."""
    return {"required": list(names)}


def has_any(*names: str) -> Schema:
    """Return that at least one of ``names`` is there."""
    return {"anyOf": [has(name) for name in names]}


def without(schema: Schema) -> Schema:
    """Return that ``schema`` is not met."""
    return {"not": schema}


def if_then(condition: Schema, then: Schema) -> Schema:
    """Return that ``then`` is met wherever ``condition`` is."""
    return {"if": condition, "then": then}


def never_both(one: str, other: str) -> Schema:
    """Return that ``one`` and ``other`` are not there together."""
    return without(has(one, other))


def concept_of(name: str, system: str, codes: Iterable[str]) -> Schema:
    """Return that the CodeableConcept ``name`` is there and holds one of ``codes``."""
    coding = {
        "required": ["system", "code"],
        "properties": {"system": {"const": _TERMINOLOGY + system}, "code": {"enum": list(codes)}},
    }
    concept = {"required": ["coding"], "properties": {"coding": {"contains": coding}}}
    return {"required": [name], "properties": {name: concept}}


def coded_as(name: str, *values: str) -> Schema:
    """Return that ``name`` is there with one of ``values``."""
    return {"required": [name], "properties": {name: {"enum": list(values)}}}


def each(name: str, schema: Schema) -> Schema:
    """Return that every item of the list ``name`` meets ``schema``."""
    return {"properties": {name: {"items": schema}}}


def rule(key: str, expected: str, schema: Schema) -> Schema:
    """Return ``schema`` under the key of its invariant, with what it expects in English."""
    return {"$comment": f"{key}: {expected}", **schema}
