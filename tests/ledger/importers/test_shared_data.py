"""Every public file is imported, and all that it counts is in the ledger's documents.

What is in the files is counted here by plain JSON alone, without any code of the importer.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ledger.commands.visit_streams import document_of, state_of
from ledger.records.visit import VisitRecorded
from tests.ledger.importers.test_batch import run
from tests_support.intake_house import intake_house

COUNTED = ("Encounter", "Condition", "MedicationRequest", "AllergyIntolerance", "Immunization")
FOLDERS = ("synthea_r4", "bulk_ndjson_10p", "ips_2.0.0")


def sent_values(folder: Path) -> Iterator[Any]:
    for path in sorted(folder.rglob("*")):
        if path.suffix == ".ndjson":
            yield from (json.loads(line) for line in path.read_text("utf-8").splitlines() if line)
        elif path.suffix == ".json":
            yield json.loads(path.read_text("utf-8"))


def counted(values: Iterator[Any]) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for value in values:
        entries = value.get("entry", []) if value["resourceType"] == "Bundle" else []
        for resource in [value, *(entry["resource"] for entry in entries)]:
            if resource["resourceType"] in COUNTED:
                found[resource["resourceType"], resource["id"]] += 1
    return found


@pytest.mark.parametrize("name", FOLDERS)
def test_all_that_a_file_counts_is_in_the_ledger(
    shared_data: Path, tmp_path: Path, name: str
) -> None:
    folder = shared_data / "health" / name
    with intake_house(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path) as house:
        report = run(house, tmp_path, folder)
        assert report.refused == Counter()
        streams = {
            one.stream_id
            for one in house.facts.read(after=0, limit=100_000)
            if isinstance(one.fact, VisitRecorded)
        }
        states = [state_of(history) for history in house.facts.histories(list(streams)).values()]
    kept = (document_of(state.newest) for state in states if state is not None)
    found = counted(json.loads(data) for data in kept if data is not None)
    expected = counted(sent_values(folder))
    # The same resource in two files is one stream.
    assert found.keys() == expected.keys()
    assert sum(found.values()) > 0
