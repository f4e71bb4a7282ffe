"""Visits out of whole-life Bundles as Synthea writes them: one for each Encounter."""

from collections import defaultdict
from pathlib import Path
from typing import Any

import orjson

from ledger.clinical.r4_table import RESOURCES


def visits_of(bundle: dict[str, Any]) -> tuple[list[bytes], dict[str, str]]:
    """Return the visits of the Bundle and the types of all its resources by address.

    What bills (Claim, ExplanationOfBenefit) is none of our types and left out.
    """
    visits: dict[str, list[dict[str, Any]]] = defaultdict(list)
    types: dict[str, str] = {}
    for entry in bundle["entry"]:
        resource = entry["resource"]
        kind = types[entry["fullUrl"]] = resource["resourceType"]
        encounter = entry["fullUrl"] if kind == "Encounter" else _encounter(resource)
        if kind in RESOURCES and encounter is not None:
            visits[encounter].append(entry)
    head = {"resourceType": "Bundle", "type": bundle["type"]}
    return [orjson.dumps(head | {"entry": entries}) for entries in visits.values()], types


def _encounter(resource: dict[str, Any]) -> str | None:
    found = resource.get("encounter", resource.get("context"))
    found = found[0] if isinstance(found, list) else found
    return found["reference"] if isinstance(found, dict) and "reference" in found else None


def all_visits(folder: Path) -> tuple[list[bytes], dict[str, str]]:
    """Return the visits of every file of ``folder``, and the types by address."""
    visits: list[bytes] = []
    types: dict[str, str] = {}
    for path in sorted(folder.glob("*.json")):
        more, known = visits_of(orjson.loads(path.read_bytes()))
        visits += more
        types |= known
    return visits, types
