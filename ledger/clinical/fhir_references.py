"""What a reference points to: its form, its type, and the entry of a Bundle that it finds.

Source: FHIR R4, references (literal references) and bundle (resolving references in Bundles).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

from ledger.clinical.r4_primitives import ID
from ledger.clinical.r4_table import table

_RESTFUL: Final = re.compile(
    r"(?P<base>https?://[^?#]*/)?"
    rf"(?P<type>[A-Z][A-Za-z]{{1,40}})/(?P<id>{ID})(?:/_history/{ID})?(?:#.*)?"
)


def restful(reference: str) -> tuple[str | None, str, str] | None:
    """Return base address (None if relative), type and id of a literal reference to a resource."""
    found = _RESTFUL.fullmatch(reference)
    if found is None or found["type"] not in table().resource_types:
        return None
    return found["base"], found["type"], found["id"]


def type_of(reference: Mapping[str, Any]) -> str | None:
    """Return the type of resource that the address itself tells; None where it tells none."""
    literal = reference.get("reference")
    parts = restful(literal) if isinstance(literal, str) else None
    return parts[1] if parts else None


class Entries:
    """The resources of a Bundle, found by reference in constant time."""

    def __init__(self, entries: Iterable[tuple[str | None, Mapping[str, Any]]]) -> None:
        """Take full address (None if there is none) and resource of each entry."""
        self._by_address: dict[str, Mapping[str, Any]] = {}
        self._by_name: dict[tuple[str, str], Mapping[str, Any]] = {}
        for address, resource in entries:
            if address is not None:
                self._by_address.setdefault(address, resource)
            if isinstance(name := resource.get("id"), str):
                self._by_name.setdefault((resource["resourceType"], name), resource)

    def find(self, reference: str) -> Mapping[str, Any] | None:
        """Return the resource that ``reference`` points to, None if it is none of these.

        A relative reference is found by type and id: senders write ``Patient/1`` beside any
        fullUrl. An absolute one is found by its full address alone.
        """
        address = reference.split("/_history/", 1)[0].split("#", 1)[0]
        if (found := self._by_address.get(address)) is not None:
            return found
        parts = restful(address)
        if parts is None or parts[0] is not None:
            return None
        return self._by_name.get(parts[1:])
