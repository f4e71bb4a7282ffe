"""The interface as an OpenAPI 3.1 document, made of the running routes.

Paths and methods come from the routes, roles and personal data from the access rules, words from
docstrings, bodies and answers from `verify_api.descriptions`, problems from `verify_api.problems`:
there is no second list that could go out of date. Source: OpenAPI Specification 3.1.1; RFC 9457.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

import msgspec
from flask import Flask
from werkzeug.routing import Rule

from ledger.errors import InvalidInputError, NotFoundError, StoreUnavailableError
from verify_api.access_rules import AccessRule, rule_of
from verify_api.callers import Role
from verify_api.describing import Answer, Content, Description, Parameter, Place, Schema
from verify_api.errors import (
    AccessNotRecordedError,
    BodyTooLargeError,
    CrossSiteError,
    ForbiddenError,
    MalformedRequestError,
    NotSignedInError,
    ServiceError,
    TooManyRequestsError,
    UnsupportedMediaError,
)
from verify_api.problems import MEDIA_TYPE, TITLES, status_of

OPENAPI: Final = "3.1.1"
DIALECT: Final = "https://spec.openapis.org/oas/3.1/dialect/base"
BEARER: Final = "token"
COOKIE: Final = "session"
PROBLEM: Final = "Problem"

_REFS: Final = "#/components/schemas/{name}"
_AUTOMATIC: Final = frozenset({"HEAD", "OPTIONS"})
_MACHINES: Final = frozenset({Role.PORTAL_SYSTEM, Role.FACILITY_SYSTEM})
_PATH_SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "UUIDConverter": {"type": "string", "format": "uuid"},
    "IntegerConverter": {"type": "integer", "minimum": 0},
}
_TEXT_SCHEMA: Final[Mapping[str, Any]] = {"type": "string", "minLength": 1}
_LANGUAGE: Final = Parameter(
    "lang", "Language of the answer's words: vi (the default) or en.",
    {"type": "string", "enum": ["vi", "en"]},
)  # fmt: skip
_ALWAYS: Final = (ServiceError, StoreUnavailableError)
_WITH_BODY: Final = (
    MalformedRequestError, BodyTooLargeError, UnsupportedMediaError, InvalidInputError,
)  # fmt: skip


class Problem(msgspec.Struct, omit_defaults=True):
    """What went wrong. Source: RFC 9457."""

    type: str
    title: str
    """In the language asked for."""
    status: int
    detail: str
    """English; names places, forms and limits, never what was sent."""
    code: str
    """Stable: match on it."""
    rule: str | None = None
    """Stable name of the rule that said no."""
    place: str | None = None
    """Which field has the wrong form."""
    instance: str | None = None
    """Finds a fault of ours in the logs."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A route with all that is known of it."""

    rule: Rule
    method: str
    summary: str
    access: AccessRule
    description: Description

    @property
    def tag(self) -> str:
        """The group that it belongs to."""
        return str(self.rule.endpoint).partition(".")[0]


def document(
    app: Flask, descriptions: Mapping[str, Description], *, version: str, server: str = "/"
) -> dict[str, Any]:
    """Return the document of every route of ``app``.

    Args:
        app: The service.
        descriptions: By endpoint.
        version: Of the program.
        server: Under which address the service is reached.

    Raises:
        KeyError: A route has no description.
    """
    found = endpoints(app, descriptions)
    name_of, schemas = _schemas(found)
    paths: dict[str, dict[str, Any]] = {}
    for one in found:
        paths.setdefault(path_of(one.rule), {})[one.method.lower()] = _operation(one, name_of)
    return {
        "openapi": OPENAPI,
        "jsonSchemaDialect": DIALECT,
        "info": {
            "title": "Records ledger",
            "version": version,
            "summary": "An event-sourced records ledger with signed verification.",
            "description": "Demonstration software; no authority's service. A certificate that "
            "is not good is an answer with status 200, never a problem.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": server}],
        "tags": [{"name": tag} for tag in sorted({one.tag for one in found})],
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                BEARER: {"type": "http", "scheme": "bearer",
                         "description": "A system's token, issued by the operator."},
                COOKIE: {"type": "apiKey", "in": "cookie", "name": "session",
                         "description": "Set by signing in; __Host-session over https. Whatever "
                         "changes something also sends the form's token as X-CSRF-Token."},
            },
        },
    }  # fmt: skip


def endpoints(app: Flask, descriptions: Mapping[str, Description]) -> list[Endpoint]:
    """Return every route and method of ``app``, sorted by path."""
    return sorted(_endpoints(app, descriptions), key=lambda one: (path_of(one.rule), one.method))


def _endpoints(app: Flask, descriptions: Mapping[str, Description]) -> Iterator[Endpoint]:
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        access = rule_of(view)
        assert access is not None, "the service does not start without"
        summary = (view.__doc__ or "").strip().partition("\n")[0]
        for method in sorted((rule.methods or set()) - _AUTOMATIC):
            yield Endpoint(rule, method, summary, access, descriptions[rule.endpoint])


def path_of(rule: Rule) -> str:
    """Return the path of ``rule`` as OpenAPI writes it."""
    # Werkzeug's own split of a rule: (whether it is a parameter, its text).
    return "".join(f"{{{text}}}" if dynamic else text for dynamic, text in _parts(rule))


def _parts(rule: Rule) -> Iterator[tuple[bool, str]]:
    rest = rule.rule
    while rest:
        text, opening, rest = rest.partition("<")
        yield False, text
        if opening:
            inside, _, rest = rest.partition(">")
            yield True, inside.rpartition(":")[2]


def _schemas(found: list[Endpoint]) -> tuple[Callable[[Schema], Any], dict[str, Any]]:
    kinds: list[type] = [Problem]
    for one in found:
        for schema in _asked_for(one.description):
            if isinstance(schema, type) and schema not in kinds:
                kinds.append(schema)
    made, components = msgspec.json.schema_components(kinds, ref_template=_REFS)
    by_kind = dict(zip(kinds, made, strict=True))

    def name_of(schema: Schema) -> Any:
        return by_kind[schema] if isinstance(schema, type) else dict(schema)

    return name_of, msgspec.json.decode(msgspec.json.encode(dict(sorted(components.items()))))


def _asked_for(description: Description) -> Iterator[Schema]:
    yield from description.forms
    yield from description.body.values()
    for answer in description.answers.values():
        yield from answer.content.values()
    for parameter in (*description.parameters, _LANGUAGE):
        yield parameter.schema


def _operation(one: Endpoint, name_of: Callable[[Schema], Any]) -> dict[str, Any]:
    description = one.description
    operation: dict[str, Any] = {
        "operationId": f"{one.rule.endpoint.replace('.', '_')}",
        "summary": one.summary,
        "description": _words(one),
        "tags": [one.tag],
        "security": _security(one.access),
        "parameters": [*_path_parameters(one.rule), *_parameters(description, name_of)],
        "responses": {
            **{
                str(status): _answer(answer, name_of)
                for status, answer in sorted(description.answers.items())
            },
            **_problem_answers(one),
        },
        "x-roles": sorted(role.value for role in one.access.roles),
        "x-reach": one.access.scope.value,
        "x-purpose": one.access.purpose,
        "x-reads-personal-data": one.access.reads_personal,
    }
    if description.body:
        operation["requestBody"] = {
            "required": True,
            "content": _content(description.body, name_of),
        }
    return operation


def _words(one: Endpoint) -> str:
    who = "Anybody." if Role.ANONYMOUS in one.access.roles else _who(one.access)
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


def _path_parameters(rule: Rule) -> list[dict[str, Any]]:
    # A rule keeps its converters by name; a name without one here is text.
    converters = {name: type(one).__name__ for name, one in rule._converters.items()}  # noqa: SLF001
    return [
        {
            "name": name,
            "in": Place.PATH.value,
            "required": True,
            "schema": dict(_PATH_SCHEMAS.get(converters.get(name, ""), _TEXT_SCHEMA)),
        }
        for dynamic, name in _parts(rule)
        if dynamic
    ]


def _text_parameters(rule: Rule) -> bool:
    return any(one["schema"] == _TEXT_SCHEMA for one in _path_parameters(rule))


def _parameters(
    description: Description, name_of: Callable[[Schema], Any]
) -> Iterator[dict[str, Any]]:
    for parameter in (*description.parameters, _LANGUAGE):
        yield {
            "name": parameter.name,
            "in": parameter.place.value,
            "required": parameter.required,
            "description": parameter.text,
            "schema": name_of(parameter.schema),
        }


def _content(content: Content, name_of: Callable[[Schema], Any]) -> dict[str, Any]:
    return {media: {"schema": name_of(schema)} for media, schema in content.items()}


def _answer(answer: Answer, name_of: Callable[[Schema], Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.text}
    if answer.content:
        made["content"] = _content(answer.content, name_of)
    if answer.headers:
        made["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in answer.headers.items()
        }
    return made


def problems_of(one: Endpoint) -> list[type[Exception]]:
    """Return the errors that this endpoint may answer with."""
    description, access = one.description, one.access
    found: list[type[Exception]] = [*_ALWAYS, *description.problems, NotSignedInError]
    if Role.ANONYMOUS not in access.roles:
        found.append(ForbiddenError)
    if one.method not in {"GET", "HEAD"}:
        found.append(CrossSiteError)
    if description.body:
        found += _WITH_BODY
    if any(dynamic for dynamic, _ in _parts(one.rule)):
        found.append(NotFoundError)
    if description.parameters or _text_parameters(one.rule):
        found.append(InvalidInputError)
    if description.throttled:
        found.append(TooManyRequestsError)
    if access.reads_personal:
        found.append(AccessNotRecordedError)
    return found


def _problem_answers(one: Endpoint) -> dict[str, Any]:
    by_status: dict[HTTPStatus, set[str]] = {}
    for kind in problems_of(one):
        by_status.setdefault(status_of(kind), set()).add(getattr(kind, "code", "internal_error"))
    return {
        str(int(status)): {
            "description": f"{TITLES[status].en}: {', '.join(sorted(codes))}.",
            "content": {MEDIA_TYPE: {"schema": {"$ref": _REFS.format(name=PROBLEM)}}},
        }
        for status, codes in sorted(by_status.items())
        if int(status) not in one.description.answers
    }
