"""Counts resources in FHIR files with nothing of ours: what an import has to have taken in.

Run it by itself: ``python tests_support/count_sources.py PATH...`` prints JSON.
"""

import json
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

COUNTED = (
    "Encounter", "Condition", "MedicationRequest", "MedicationStatement", "AllergyIntolerance",
    "Immunization",
)  # fmt: skip


def count(paths: Iterable[Path]) -> dict[str, int]:
    """Return how many different resources of each counted type the files hold."""
    found: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for path in paths:
        text = path.read_text("utf-8")
        documents = text.splitlines() if path.suffix == ".ndjson" else [text]
        for document in documents:
            value = json.loads(document)
            entries = value.get("entry", ()) if value["resourceType"] == "Bundle" else ()
            resources = [one["resource"] for one in entries] or [value]
            for one in resources:
                key = one["resourceType"], one.get("id", "")
                if key[0] in COUNTED and key not in seen:
                    seen.add(key)
                    found[key[0]] += 1
    return dict(sorted(found.items()))


if __name__ == "__main__":
    json.dump(count(map(Path, sys.argv[1:])), sys.stdout)
