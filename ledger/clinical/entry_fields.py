"""What the readers of all resource types share: an entry's fields as they come together."""

from collections.abc import Callable
from typing import Any

from ledger.clinical.concepts import (
    Resource,
    Surroundings,
    codings_of,
    objects,
    quantity_of,
    range_of,
    text_of,
    words,
)
from ledger.clinical.entry import Status
from ledger.clinical.statuses import STATUSES

Fields = dict[str, Any]
Reader = Callable[[Resource, Surroundings], Fields]


def concept_fields(concept: Any) -> Fields:
    """Return codes and words of a CodeableConcept."""
    return {"codings": codings_of(concept), "text": text_of(concept)}


def status_fields(resource: Resource, name: str = "status") -> Fields:
    """Return the status, and as it was sent."""
    sent = words(resource.get(name))
    return {"status": STATUSES.get(sent, Status.UNKNOWN), "sent_status": sent}


def said(resource: Resource, stem: str) -> str:
    """Return a time that is no date: an age, a range, words."""
    if f"{stem}Age" in resource:
        return " ".join(quantity_of(resource[f"{stem}Age"]))
    if f"{stem}Range" in resource:
        return " ".join(range_of(resource[f"{stem}Range"]))
    return words(resource.get(f"{stem}String"))


def number_of(resource: Resource) -> str:
    """Return the first identifier's value."""
    return next(
        iter(
            filter(None, (words(one.get("value")) for one in objects(resource.get("identifier"))))
        ),
        "",
    )
