"""The interface as an OpenAPI 3.1 document, made of the running routes.

What is known of each route comes from `verify_api.endpoints`, bodies and answers from
`verify_api.descriptions`, problems from `verify_api.problems`, rates from `verify_api.limits`,
examples from the schemas: there is no second list that could go out of date.
Source: OpenAPI Specification 3.1.1; RFC 9457.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from flask import Flask

from verify_api.access_rules import AccessRule
from verify_api.callers import Role
from verify_api.describing import Description, Parameter, Schema
from verify_api.endpoints import Endpoint, endpoints, path_of, path_parameters
from verify_api.limits import rate_words
from verify_api.openapi_answers import REFS, Forms, Problem, answers_of
from verify_api.ports import Rates
from verify_api.tags import TAGS

OPENAPI: Final = "3.1.1"
DIALECT: Final = "https://spec.openapis.org/oas/3.1/dialect/base"
BEARER: Final = "token"
COOKIE: Final = "session"
LICENCE: Final = {"name": "Apache-2.0", "identifier": "Apache-2.0"}

_MACHINES: Final = frozenset({Role.PORTAL_SYSTEM, Role.FACILITY_SYSTEM})
_LANGUAGE: Final = Parameter(
    "lang", "Language of the answer's words: vi (the default) or en.",
    {"type": "string", "enum": ["vi", "en"]},
)  # fmt: skip


def document(
    app: Flask,
    descriptions: Mapping[str, Description],
    *,
    version: str,
    server: str = "/",
    rates: Rates | None = None,
) -> dict[str, Any]:
    """Return the document of every route of ``app``.

    Args:
        app: The service.
        descriptions: By endpoint.
        version: Of the program.
        server: Under which address the service is reached.
        rates: How often anybody may ask; the defaults if left out.

    Raises:
        KeyError: A route has no description.
    """
    found = endpoints(app, descriptions)
    forms = _forms(found)
    paths: dict[str, dict[str, Any]] = {}
    for one in found:
        paths.setdefault(path_of(one.rule), {})[one.method.lower()] = _operation(
            one, forms, rates or Rates()
        )
    return {
        "openapi": OPENAPI,
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Records ledger",
            "version": version,
            "summary": "An event-sourced records ledger with signed verification.",
            "description": "Demonstration software; no authority's service. A certificate that "
            "is not good is an answer with status 200, never a problem.",
            "license": LICENCE,
        },
        "servers": [{"url": server}],
        "tags": [
            {"name": tag, "description": TAGS.get(tag, tag.replace("_", " ").capitalize())}
            for tag in sorted({one.tag for one in found})
        ],
        "paths": paths,
        "components": {
            "schemas": dict(forms.components),
            "securitySchemes": {
                BEARER: {"type": "http", "scheme": "bearer",
                         "description": "A system's token, issued by the operator."},
                COOKIE: {"type": "apiKey", "in": "cookie", "name": "session",
                         "description": "Set by signing in; __Host-session over https. Whatever "
                         "changes something also sends the form's token as X-CSRF-Token."},
            },
        },
    }  # fmt: skip


def _forms(found: list[Endpoint]) -> Forms:
    kinds: list[type] = [Problem]
    for one in found:
        for schema in _asked_for(one.description):
            if isinstance(schema, type) and schema not in kinds:
                kinds.append(schema)
    made, components = msgspec.json.schema_components(kinds, ref_template=REFS)
    by_kind = dict(zip(kinds, made, strict=True))

    def name_of(schema: Schema) -> Any:
        return by_kind[schema] if isinstance(schema, type) else dict(schema)

    plain = msgspec.json.decode(msgspec.json.encode(dict(sorted(components.items()))))
    return Forms(name_of, plain)


def _asked_for(description: Description) -> Iterator[Schema]:
    yield from description.forms
    yield from description.body.values()
    for answer in description.answers.values():
        yield from answer.content.values()
    for parameter in (*description.parameters, _LANGUAGE):
        yield parameter.schema


def _operation(one: Endpoint, forms: Forms, rates: Rates) -> dict[str, Any]:
    description = one.description
    operation: dict[str, Any] = {
        "operationId": f"{one.rule.endpoint.replace('.', '_')}",
        "summary": one.summary,
        "description": _words(one),
        "tags": [one.tag],
        "security": _security(one.access),
        "parameters": [*path_parameters(one.rule), *_parameters(description, forms)],
        "responses": answers_of(one, forms),
        "x-roles": sorted(role.value for role in one.access.roles),
        "x-reach": one.access.scope.value,
        "x-purpose": one.access.purpose,
        "x-reads-personal-data": one.access.reads_personal,
    }
    if description.body:
        operation["requestBody"] = {
            "required": True,
            "content": forms.content(description.body),
        }
    if one.is_open:
        operation["x-rate-limit"] = rate_words(one.rule.endpoint, rates)
    return operation


def _words(one: Endpoint) -> str:
    who = "Anybody." if one.is_open else _who(one.access)
    seen = (
        "What is shown about a person is recorded as a look." if one.access.reads_personal else ""
    )
    return " ".join(part for part in (who, one.description.text, seen) if part)


def _who(access: AccessRule) -> str:
    roles = ", ".join(sorted(role.value for role in access.roles))
    return f"For {roles}; reaches {access.scope.value}."


def _security(access: AccessRule) -> list[dict[str, list[str]]]:
    ways: list[dict[str, list[str]]] = []
    if Role.ANONYMOUS in access.roles:
        ways.append({})
    ways.append({BEARER: []})
    if not access.roles <= _MACHINES:
        ways.append({COOKIE: []})
    return ways


def _parameters(description: Description, forms: Forms) -> Iterator[dict[str, Any]]:
    for parameter in (*description.parameters, _LANGUAGE):
        yield {
            "name": parameter.name,
            "in": parameter.place.value,
            "required": parameter.required,
            "description": parameter.text,
            "schema": forms.name_of(parameter.schema),
        }
