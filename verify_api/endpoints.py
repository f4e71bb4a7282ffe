"""The routes of the running service, each with all that is known of it.

Path and methods come from the route, roles from its access rule, words from its docstring, the rest
from its `Description`. `verify_api.openapi` writes them down.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from flask import Flask
from werkzeug.routing import Rule

from ledger.errors import InvalidInputError, NotFoundError, StoreUnavailableError
from verify_api.access_rules import AccessRule, rule_of
from verify_api.callers import Role
from verify_api.describing import Description, Place
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
from verify_api.limits import sort_of

_AUTOMATIC: Final = frozenset({"HEAD", "OPTIONS"})
_PATH_SCHEMAS: Final[Mapping[str, Mapping[str, Any]]] = {
    "UUIDConverter": {"type": "string", "format": "uuid"},
    "IntegerConverter": {"type": "integer", "minimum": 0},
}
_TEXT_SCHEMA: Final[Mapping[str, Any]] = {"type": "string", "minLength": 1}
_ALWAYS: Final = (ServiceError, StoreUnavailableError)
_WITH_BODY: Final = (
    MalformedRequestError, BodyTooLargeError, UnsupportedMediaError, InvalidInputError,
)  # fmt: skip


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

    @property
    def is_open(self) -> bool:
        """Whether anybody may call it."""
        return Role.ANONYMOUS in self.access.roles


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
    return "".join(f"{{{text}}}" if dynamic else text for dynamic, text in parts_of(rule))


def parts_of(rule: Rule) -> Iterator[tuple[bool, str]]:
    """Yield the parts of the path of ``rule``: whether it is a parameter, and its text."""
    rest = rule.rule
    while rest:
        text, opening, rest = rest.partition("<")
        yield False, text
        if opening:
            inside, _, rest = rest.partition(">")
            yield True, inside.rpartition(":")[2]


def path_parameters(rule: Rule) -> list[dict[str, Any]]:
    """Return the parameters of the path of ``rule``, as OpenAPI writes them."""
    # A rule keeps its converters by name; a name without one here is text.
    converters = {name: type(one).__name__ for name, one in rule._converters.items()}  # noqa: SLF001
    return [
        {
            "name": name,
            "in": Place.PATH.value,
            "required": True,
            "schema": dict(_PATH_SCHEMAS.get(converters.get(name, ""), _TEXT_SCHEMA)),
        }
        for dynamic, name in parts_of(rule)
        if dynamic
    ]


def _text_parameters(rule: Rule) -> bool:
    return any(one["schema"] == _TEXT_SCHEMA for one in path_parameters(rule))


def problems_of(one: Endpoint) -> list[type[Exception]]:
    """Return the errors that this endpoint may answer with."""
    description, access = one.description, one.access
    found: list[type[Exception]] = [*_ALWAYS, *description.problems, NotSignedInError]
    if access.roles != frozenset(Role):
        found.append(ForbiddenError)
    if one.method not in {"GET", "HEAD"}:
        found.append(CrossSiteError)
    if description.body:
        found += _WITH_BODY
    if any(dynamic for dynamic, _ in parts_of(one.rule)):
        found.append(NotFoundError)
    if description.parameters or _text_parameters(one.rule):
        found.append(InvalidInputError)
    if description.throttled or sort_of(one.rule.endpoint, is_open=one.is_open) is not None:
        found.append(TooManyRequestsError)
    if access.reads_personal:
        found.append(AccessNotRecordedError)
    return found
