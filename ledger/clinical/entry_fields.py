"""What the readers of all resource types share: an entry's fields as they come together."""

from collections.abc import Callable, Sequence
from typing import Any

from ledger.clinical.concepts import Resource, Surroundings, objects, quantity_of, range_of, words
from ledger.clinical.entry import Status
from ledger.clinical.statuses import STATUSES

Fields = dict[str, Any]
Reader = Callable[[Resource, Surroundings], Fields]
Words = Callable[[Any], str]
"""Reads one element as words; empty if it does not have the form."""
Details = Sequence[tuple[str, str, Words]]
"""Our name of a detail, the element that says it, and how that element is read."""


def details_of(resource: Resource, table: Details) -> tuple[tuple[str, str], ...]:
    """Return the details that ``resource`` has something to say of, in the order of ``table``.

    Of several rows of one name the first that says something counts. An element that is not there,
    as most are not, costs no call.
    """
    found: dict[str, str] = {}
    for name, element, read in table:
        if element in resource and name not in found and (text := read(resource[element])):
            found[name] = text
    return tuple(found.items())


def said(name: str, stem: str) -> Details:
    """Return the rows of a time that is no date: an age, a range, words."""
    return (
        (name, f"{stem}Age", lambda age: " ".join(quantity_of(age))),
        (name, f"{stem}Range", lambda ages: " ".join(range_of(ages))),
        (name, f"{stem}String", words),
    )


def each(read: Words) -> Words:
    """Return the reader of an element that holds several of what ``read`` reads."""
    return lambda value: "; ".join(filter(None, [read(one) for one in objects(value)]))


def first(read: Words) -> Words:
    """Return the reader of such an element that takes the first that says something."""
    return lambda value: next(filter(None, map(read, objects(value))), "")


def part(name: str, read: Words) -> Words:
    """Return the reader of one part of an object."""
    return lambda value: read(value.get(name)) if isinstance(value, dict) else ""


def status_of(resource: Resource, name: str = "status") -> tuple[Status, str]:
    """Return the status, and as it was sent."""
    sent = words(resource.get(name))
    return STATUSES.get(sent, Status.UNKNOWN), sent


NUMBER = first(part("value", words))
"""Reads identifiers: the value of the first that has one."""
