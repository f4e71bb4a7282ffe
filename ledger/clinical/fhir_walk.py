"""Every element of a resource with its place and type, by the table of facts."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, NamedTuple

from ledger.clinical.fhir_forms import inside
from ledger.clinical.r4_primitives import PRIMITIVES
from ledger.clinical.r4_table import Element, table


class Node(NamedTuple):
    """One value of one element."""

    place: str
    owner: str
    """The type, or part of a type, that the element belongs to: ``Encounter.location``."""
    name: str
    """The property: ``valuePeriod``."""
    kind: str
    """The value's type: ``Period``."""
    targets: tuple[str, ...]
    """Resource types that a Reference may point to; empty: any."""
    value: Any


class Property(NamedTuple):
    """What the table says of one JSON property."""

    kind: str
    targets: tuple[str, ...]


class Held(NamedTuple):
    """A resource that is looked at: the document itself, or one inside it."""

    place: str
    role: str
    """``document``, ``entry``, ``outcome`` or ``contained``."""
    value: Mapping[str, Any]


@cache
def properties(owner: str) -> Mapping[str, Property]:
    """Return the JSON properties of a type that hold values; ``_x`` ones are not among them."""
    found: dict[str, Property] = {}
    for element in table().elements.get(owner, ()):
        for name, kind in names(element):
            found[name] = Property(kind, element.targets if kind == "Reference" else ())
    return found


def names(element: Element) -> Iterator[tuple[str, str]]:
    """Yield property and type; several for an element of several types."""
    if not element.name.endswith("[x]"):
        yield element.name, element.types[0]
        return
    stem = element.name.removesuffix("[x]")
    for kind in element.types:
        yield stem + kind[0].upper() + kind[1:], kind


def walk(resource: Mapping[str, Any], place: str) -> Iterator[Node]:
    """Yield the elements of ``resource``, outer ones first; not those of resources inside it.

    It has the form of R4 (level 1): what has not, is passed over.
    """
    return _walk(resource, resource["resourceType"], place)


def _walk(value: Mapping[str, Any], owner: str, place: str) -> Iterator[Node]:
    known = properties(owner)
    for name, content in value.items():
        if (found := known.get(name)) is not None:
            for part, where in _each(content, f"{place}.{name}"):
                yield Node(where, owner, name, found.kind, found.targets, part)
                if isinstance(part, dict) and found.kind != "Resource":
                    yield from _walk(part, found.kind, where)
        elif name[0] == "_":
            yield from _beside(content, f"{place}.{name[1:]}")


def _beside(content: object, place: str) -> Iterator[Node]:
    """Yield what extensions say beside a primitive."""
    for part, where in _each(content, place):
        extensions = part.get("extension", []) if isinstance(part, dict) else []
        for extension, here in _each(extensions, f"{where}.extension"):
            yield Node(here, "Element", "extension", "Extension", (), extension)
            yield from _walk(extension, "Extension", here)


def _each(content: object, place: str) -> Iterator[tuple[Any, str]]:
    if isinstance(content, list):
        yield from ((part, f"{place}[{index}]") for index, part in enumerate(content))
    else:
        yield content, place


def is_primitive(kind: str) -> bool:
    """Return whether values of the type are JSON texts, numbers or booleans."""
    return kind in PRIMITIVES or kind == "xhtml"


def held(value: Mapping[str, Any], place: str | None = None) -> Iterator[Held]:
    """Yield the resource ``value`` and every resource inside it, at any depth."""
    waiting = [Held(place or value["resourceType"], "document", value)]
    while waiting:
        one = waiting.pop(0)
        yield one
        for part, where, role in inside(one.value, one.place):
            if isinstance(part, dict):
                waiting.append(Held(where, role, part))
