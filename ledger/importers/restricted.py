"""What of a FHIR document may be shown to every care provider: without what is withheld.

Whole entries go, by byte: what is left is as it came. In a document Bundle the Composition goes
too, for its narrative may repeat what went.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from ledger.clinical.sensitive import categories_of

NOTHING: Final = b'{"resourceType":"Bundle","type":"collection"}'
"""What is shown of a single resource that is withheld."""
_FIELDS: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_ENTRIES: Final = msgspec.json.Decoder(list[msgspec.Raw])


def open_part(received: bytes, value: Mapping[str, Any]) -> bytes | None:
    """Return ``received``, whose value is ``value``, without what is withheld; None if nothing is.

    Lists of codes count whatever their day: what was once withheld is not shown by mistake.
    """
    if value.get("resourceType") != "Bundle":
        return NOTHING if categories_of(value) else None
    resources = [entry.get("resource", {}) for entry in value.get("entry", ())]
    withheld = {place for place, one in enumerate(resources) if categories_of(one)}
    if not withheld:
        return None
    withheld |= {
        place for place, one in enumerate(resources) if one.get("resourceType") == "Composition"
    }
    return _without(received, withheld)


def _without(received: bytes, withheld: set[int]) -> bytes:
    fields = _FIELDS.decode(received)
    entries = _ENTRIES.decode(fields.pop("entry"))
    left = [bytes(entry) for place, entry in enumerate(entries) if place not in withheld]
    parts = [_field(name, bytes(raw)) for name, raw in fields.items()]
    if left:
        parts.append(_field("entry", joined(left)))
    return b"{" + b",".join(parts) + b"}"


def joined(entries: Sequence[bytes]) -> bytes:
    """Return a JSON array of ready members."""
    return b"[" + b",".join(entries) + b"]"


def _field(name: str, raw: bytes) -> bytes:
    return msgspec.json.encode(name) + b":" + raw
