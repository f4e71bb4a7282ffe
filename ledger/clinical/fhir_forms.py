"""Level 1: whether a resource has the form of FHIR R4, and where it has not.

A sound document costs one call into the compiled schema. Only one that is not sound is looked at
resource by resource, so that each finding names the element and not a branch of the schema.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, Final

from jsonschema_rs import Draft202012Validator, RegexOptions, ValidationError, ValidationErrorKind

from ledger.clinical.fhir_bytes import key_name
from ledger.clinical.fhir_schema import any_resource_schema, schema_of
from ledger.clinical.findings import Finding, Level, Severity
from ledger.clinical.r4_table import RESOURCES

MOST_FINDINGS: Final = 100
"""So many are told of one document; a sender mends a program, not a thousand copies of one slip."""
_OURS: Final = frozenset(RESOURCES)


@cache
def _validator(name: str) -> Draft202012Validator:
    return _compiled(schema_of(name))


@cache
def _whole() -> Draft202012Validator:
    return _compiled(any_resource_schema())


@cache
def _plain() -> Draft202012Validator:
    return _compiled(any_resource_schema(plain=True))


def _compiled(schema: dict[str, Any]) -> Draft202012Validator:
    """Compile with the matcher of linear time: no text can make it slow."""
    return Draft202012Validator(schema, offline=True, pattern_options=RegexOptions())


def well_formed(value: object) -> bool:
    """Return whether ``value`` is a resource of the 42 types in R4's form, inside and out."""
    return _plain().is_valid(value) or _whole().is_valid(value)


def form_findings(value: object, place: str | None = None) -> list[Finding]:
    """Return what is wrong with the form of the resource ``value``, at most `MOST_FINDINGS`.

    ``place`` is the path of the resource, by default the name of its type.
    """
    if well_formed(value):
        return []
    return list(islice(_of_resource(value, place, "resource"), MOST_FINDINGS))


def _of_resource(value: object, place: str | None, role: str) -> Iterator[Finding]:
    kind = value.get("resourceType") if isinstance(value, Mapping) else None
    if not isinstance(value, dict) or not isinstance(kind, str) or kind not in _OURS:
        where = "resourceType" if place is None else f"{place}.resourceType"
        yield _error(where, "resource_type", "one of the accepted resource types of FHIR R4")
        return
    here = place or kind
    yield from _by_schema(kind, value, here)
    if role == "contained":
        yield from _by_schema("contained", value, here)
    for inner, where, inner_role in inside(value, here):
        yield from _of_resource(inner, where, inner_role)


def inside(value: Mapping[str, Any], place: str) -> Iterator[tuple[object, str, str]]:
    """Yield the resources directly inside ``value`` with place and role.

    Roles: ``contained``, ``entry`` and ``outcome`` (of an entry's response).
    """
    for index, part in _listed(value.get("contained")):
        yield part, f"{place}.contained[{index}]", "contained"
    if value.get("resourceType") != "Bundle":
        return
    for index, entry in _listed(value.get("entry")):
        if not isinstance(entry, Mapping):
            continue
        if "resource" in entry:
            yield entry["resource"], f"{place}.entry[{index}].resource", "entry"
        response = entry.get("response")
        if isinstance(response, Mapping) and "outcome" in response:
            yield response["outcome"], f"{place}.entry[{index}].response.outcome", "outcome"


def _listed(value: object) -> Iterator[tuple[int, Any]]:
    return iter(enumerate(value if isinstance(value, list) else ()))


def _by_schema(name: str, value: object, place: str) -> Iterator[Finding]:
    validator = _validator(name)
    if validator.is_valid(value):
        return
    for error in validator.iter_errors(value):
        yield from _of_error(name, error, place + _path(error.instance_path))


def _path(steps: list[str | int]) -> str:
    # What stands beside a primitive (``_birthDate``) belongs to the element of that name.
    return "".join(
        f"[{step}]" if isinstance(step, int) else f".{key_name(step.removeprefix('_'))}"
        for step in steps
    )


def _of_error(name: str, error: ValidationError, place: str) -> Iterator[Finding]:
    comment = _comment(schema_of(name), error.schema_path)
    match error.kind:
        case ValidationErrorKind.AdditionalProperties(unexpected=names):
            for unknown in names:
                where = f"{place}.{key_name(unknown)}"
                yield _error(where, "element_unknown", "only elements that R4 defines here")
        case ValidationErrorKind.Required(property=missing) if not comment:
            yield _error(f"{place}.{missing}", "element_required", "this element, which is missing")
        case ValidationErrorKind.MinItems() | ValidationErrorKind.MinProperties():
            yield _error(place, "empty", "at least one value, or no such element")
        case ValidationErrorKind.MinLength() | ValidationErrorKind.MaxLength():
            yield _error(place, "text_length", "a text that is not too long, and not empty")
        case ValidationErrorKind.Type(types=types) if not comment or not _is_primitive(types):
            yield _error(place, "json_type", f"a JSON {' or '.join(types)}")
        case _:
            rule, _, expected = (comment or "form: the form that R4 defines").partition(": ")
            yield _error(place, rule, expected)


def _is_primitive(types: list[str]) -> bool:
    return not {"object", "array"} & set(types)


def _comment(schema: Any, path: list[str | int]) -> str | None:
    """Return the nearest comment above the keyword that said no: our rule and what it expects."""
    found: str | None = schema.get("$comment")
    for step in path:
        schema = schema[step]
        if isinstance(schema, dict):
            found = schema.get("$comment", found)
    return found


def _error(place: str, rule: str, expected: str) -> Finding:
    return Finding(Level.SCHEMA, Severity.ERROR, place, rule, expected)
