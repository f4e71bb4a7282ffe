"""What an endpoint takes and answers, as far as its code does not say it by itself.

Who may call it stands in its access rule, what it is for in the first line of its docstring, its
path in the routes. The rest is one `Description` an endpoint, in the tables of
`verify_api.descriptions`; `verify_api.openapi` joins all four.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from http import HTTPStatus
from types import MappingProxyType
from typing import Any, Final, TypeAlias

Schema: TypeAlias = "type | Mapping[str, Any]"
"""A class that msgspec knows, or JSON Schema 2020-12 as it is written."""

Content: TypeAlias = Mapping[str, Schema]
"""A schema for each media type."""

BINARY: Final[Mapping[str, Any]] = MappingProxyType({
    # In OpenAPI 3.1 a body of bytes has no schema of its own but its media type.
    "description": "The bytes themselves.",
})  # fmt: skip
HTML: Final[Content] = MappingProxyType({"text/html": {"type": "string"}})
PDF: Final[Content] = MappingProxyType({"application/pdf": BINARY})


class Place(StrEnum):
    """Where a parameter stands; those of the path are read from the route."""

    PATH = "path"
    QUERY = "query"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A value beside the body."""

    name: str
    text: str
    schema: Schema = str
    place: Place = Place.QUERY
    required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered when nothing went wrong."""

    text: str
    content: Content = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """What each header says, by its name."""


@dataclass(frozen=True, slots=True)
class Description:
    """One endpoint."""

    answers: Mapping[int, Answer]
    """By HTTP status."""
    body: Content = field(default_factory=dict)
    """Empty if it takes none."""
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[type[Exception], ...] = ()
    """Beyond those that follow from the rest: roles, a body, a path, personal data."""
    throttled: bool = False
    """Whether one caller may ask only so often."""
    text: str = ""
    """What a caller has to know beyond the first line."""
    forms: tuple[type, ...] = ()
    """Further forms that words or a choice of forms name."""


def json_of(schema: Schema) -> Content:
    """Return the content of an answer in JSON."""
    return {"application/json": schema}


def page_of(text: str, *problems: type[Exception]) -> Description:
    """Return the description of an address that shows a page to a person."""
    return Description({HTTPStatus.OK: Answer(text, HTML)}, problems=problems)
