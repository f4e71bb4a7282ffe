"""What an endpoint takes and answers, as the document writes it: forms, examples, problems."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final

import msgspec

from verify_api.describing import Answer, Content, Schema
from verify_api.endpoints import Endpoint, problems_of
from verify_api.examples import example_of
from verify_api.fhir_answers import MEDIA_TYPE as FHIR
from verify_api.problems import MEDIA_TYPE, TITLES, TYPE, status_of

REFS: Final = "#/components/schemas/{name}"
PROBLEM: Final = "Problem"
OUTCOMES: Final = frozenset({"fhir"})
"""Groups whose errors are told in FHIR's own form."""

_TEXTUAL: Final = ("json", "x-www-form-urlencoded")
"""Media types whose example is the value itself."""
_OUTCOME: Final[Mapping[str, Any]] = MappingProxyType({
    "type": "object",
    "required": ["resourceType", "issue"],
    "properties": {
        "resourceType": {"type": "string", "const": "OperationOutcome"},
        "issue": {"type": "array", "minItems": 1, "items": {"type": "object"}},
    },
})  # fmt: skip
_SIGN_IN_FIRST: Final[Mapping[str, Any]] = MappingProxyType({
    "description": "A browser is led to the page for signing in.",
    "headers": {"Location": {"description": "That page.", "schema": {"type": "string"}}},
})  # fmt: skip
_RETRY: Final[Mapping[str, Any]] = MappingProxyType({
    "Retry-After": {
        "description": "Seconds after which asking again makes sense.",
        "schema": {"type": "string", "pattern": "^[0-9]+$"},
    },
})  # fmt: skip
_RETRIED: Final = frozenset({HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE})


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
class Forms:
    """The schemas of the document."""

    name_of: Callable[[Schema], Any]
    """From a class or a schema to how the document refers to it."""
    components: Mapping[str, Any]
    """By name."""

    def content(self, content: Content) -> dict[str, Any]:
        """Return what a body or an answer holds, by media type, with an example of each."""
        return {media: self._form(media, schema) for media, schema in content.items()}

    def _form(self, media: str, schema: Schema) -> dict[str, Any]:
        named = self.name_of(schema)
        if not media.endswith(_TEXTUAL) or media.endswith("ndjson"):
            return {"schema": named}
        return {"schema": named, "example": example_of(named, self.components)}


def answers_of(one: Endpoint, forms: Forms) -> dict[str, Any]:
    """Return every answer of an endpoint by status: what it is for, and what may go wrong."""
    good = {
        str(int(status)): _answer(answer, forms)
        for status, answer in sorted(one.description.answers.items())
    }
    found = {**good, **_problem_answers(one, good)}
    if one.method == "GET":
        found.setdefault("302", dict(_SIGN_IN_FIRST))
    return dict(sorted(found.items()))


def _answer(answer: Answer, forms: Forms) -> dict[str, Any]:
    made: dict[str, Any] = {"description": answer.text}
    if answer.content:
        made["content"] = forms.content(answer.content)
    if answer.headers:
        made["headers"] = {
            name: {"description": text, "schema": {"type": "string"}}
            for name, text in answer.headers.items()
        }
    return made


def _problem_answers(one: Endpoint, good: Mapping[str, Any]) -> dict[str, Any]:
    by_status: dict[HTTPStatus, set[str]] = {}
    for kind in problems_of(one):
        by_status.setdefault(status_of(kind), set()).add(getattr(kind, "code", "internal_error"))
    return {
        str(int(status)): _problem_answer(one, status, codes, good.get(str(int(status)), {}))
        for status, codes in by_status.items()
    }


def _problem_answer(
    one: Endpoint, status: HTTPStatus, codes: set[str], beside: Mapping[str, Any]
) -> dict[str, Any]:
    """Return a problem's answer, joined to what the endpoint says itself of that status."""
    words = f"{TITLES[status].en}: {', '.join(sorted(codes))}."
    made: dict[str, Any] = {
        "description": f"{beside['description']} {words}" if beside else words,
        "content": {**_problem_content(one, status, min(codes)), **beside.get("content", {})},
    }
    headers = {**(_RETRY if status in _RETRIED else {}), **beside.get("headers", {})}
    return {**made, "headers": headers} if headers else made


def _problem_content(one: Endpoint, status: HTTPStatus, code: str) -> dict[str, Any]:
    example = {
        "type": TYPE + code,
        "title": TITLES[status].en,
        "status": int(status),
        "detail": "what was expected, and where",
        "code": code,
    }
    made = {
        MEDIA_TYPE: {"schema": {"$ref": REFS.format(name=PROBLEM)}, "example": example},
        "text/html": {"schema": {"type": "string"}},
    }
    if one.tag in OUTCOMES:
        made[FHIR] = {"schema": dict(_OUTCOME)}
    return made
