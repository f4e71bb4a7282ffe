"""Published documents: the sound ones are accepted, the others refused at their place."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import pytest

from ledger.clinical.fhir_quality import assess
from ledger.clinical.fhir_validation import (
    Accepted,
    Refused,
    validate_document,
    validate_visit,
)
from ledger.clinical.findings import Finding, errors
from ledger.clinical.r4_table import RESOURCES
from tests_support.fhir_mutations import FURTHER, MUTATIONS, spoiled
from tests_support.fhir_samples import visit, written
from tests_support.synthea_visits import all_visits

AT = datetime(2026, 11, 1, tzinfo=UTC)
TRIES = 12
FEWEST_REFUSED = 0.6
"""Of the validator's cases with errors; the schema alone finds a quarter of them."""
JSON_BY_RFC = frozenset({"shc-bundle", "json-comments-1-yes"})
"""Cases that a lenient reader takes: a byte order mark, a comment. Ours is not lenient."""


def _types(value: Any) -> Iterator[str]:
    """Every type of resource in a document, by itself and inside."""
    if isinstance(value, dict):
        if isinstance(kind := value.get("resourceType"), str):
            yield kind
        for part in value.values():
            yield from _types(part)
    elif isinstance(value, list):
        for part in value:
            yield from _types(part)


def only_ours(data: bytes) -> bool:
    return set(_types(orjson.loads(data))) <= set(RESOURCES)


def _judged(path: Path) -> Accepted | Refused:
    return validate_document(path.read_bytes(), at=AT)


@pytest.mark.parametrize("folder", ["r4_examples_4.0.1", "ips_2.0.0"])
def test_published_examples_are_accepted_if_they_hold_only_our_types(
    shared_data: Path, folder: str
) -> None:
    paths = sorted((shared_data / "health" / folder).glob("*.json"))
    assert paths
    for path in paths:
        judged = _judged(path)
        if only_ours(path.read_bytes()):
            assert isinstance(judged, Accepted), (path.name, judged)
        else:
            assert isinstance(judged, Refused), path.name
            assert "resource_type" in {found.rule for found in judged.findings}, path.name


def test_bulk_exports_are_accepted_line_by_line(shared_data: Path) -> None:
    lines = [
        line
        for path in sorted((shared_data / "health" / "bulk_ndjson_10p").glob("*.ndjson"))
        for line in path.read_bytes().splitlines()
    ]
    assert lines
    for number, line in enumerate(lines):
        judged = validate_document(line, at=AT)
        assert isinstance(judged, Accepted), (number, judged)


def test_every_synthea_visit_is_accepted(shared_data: Path) -> None:
    visits, known = all_visits(shared_data / "health" / "synthea_r4")
    assert visits
    for data in visits:
        assert validate_visit(data, at=AT, known=known) == Accepted(orjson.loads(data))


def test_a_visit_cut_out_of_a_life_needs_to_be_told_what_stands_outside(shared_data: Path) -> None:
    visits, known = all_visits(shared_data / "health" / "synthea_r4")
    judged = validate_visit(visits[0], at=AT, known={})
    assert isinstance(judged, Refused)
    assert {found.rule for found in judged.findings} == {"reference_nowhere"}
    assert known


def _cases(shared_data: Path) -> list[tuple[str, bytes, dict[str, Any]]]:
    folder = shared_data / "health" / "validator_cases_r4"
    expected = orjson.loads((folder / "expected.json").read_bytes())
    return [(name, (folder / case["file"]).read_bytes(), case) for name, case in expected.items()]


def test_the_validators_sound_cases_are_accepted_if_they_hold_only_our_types(
    shared_data: Path,
) -> None:
    sound = [
        (name, data)
        for name, data, case in _cases(shared_data)
        if not case["errors"] and name not in JSON_BY_RFC and only_ours(data)
    ]
    assert sound
    for name, data in sound:
        judged = validate_document(data, at=AT)
        assert isinstance(judged, Accepted), (name, judged)


def test_of_the_validators_wrong_cases_most_are_refused_at_once_and_others_told_of_later(
    shared_data: Path,
) -> None:
    wrong = [(name, data) for name, data, case in _cases(shared_data) if case["errors"]]
    refused: set[str] = set()
    told: set[str] = set()
    for name, data in wrong:
        judged = validate_document(data, at=AT)
        if isinstance(judged, Refused):
            refused.add(name)
        elif judged.notes or list(assess(judged.value, at=AT)):
            told.add(name)
    assert len(refused) >= FEWEST_REFUSED * len(wrong)
    assert told


def test_what_is_not_well_formed_is_refused_as_bytes(shared_data: Path) -> None:
    broken = 0
    for name, data, _ in _cases(shared_data):
        try:
            orjson.loads(data)
        except orjson.JSONDecodeError:
            judged = validate_document(data, at=AT)
            assert isinstance(judged, Refused), name
            assert [found.level.name for found in judged.findings] == ["BYTES"], name
            broken += 1
    assert broken


def _findings(data: bytes, known: dict[str, str]) -> tuple[Finding, ...]:
    judged = validate_visit(data, at=AT, known=known)
    return errors(judged.findings) if isinstance(judged, Refused) else ()


@pytest.mark.parametrize("kind", [*MUTATIONS, *FURTHER])
def test_a_spoiled_visit_is_refused(kind: str) -> None:
    spoil = (MUTATIONS | FURTHER)[kind]
    texts = list(spoiled(spoil, 7, [written(visit())], TRIES))
    assert len(texts) == TRIES
    for text in texts:
        assert _findings(text, {}), text


def test_spoiled_visits_of_published_lives_are_refused(shared_data: Path) -> None:
    visits, known = all_visits(shared_data / "health" / "synthea_r4")
    for kind, spoil in (MUTATIONS | FURTHER).items():
        texts = list(spoiled(spoil, 11, visits, TRIES))
        assert texts, kind
        for text in texts:
            assert _findings(text, known), (kind, text)


def test_there_are_as_many_kinds_as_the_published_comparison_counts() -> None:
    assert len(MUTATIONS) == 38


SECRET = "Bí mật của riêng ai"


@pytest.mark.parametrize("kind", [*MUTATIONS, *FURTHER])
def test_findings_never_hold_what_the_document_says(kind: str) -> None:
    told = written(visit()).replace("Mẫu".encode(), SECRET.encode())
    for text in spoiled((MUTATIONS | FURTHER)[kind], 3, [told], TRIES):
        for found in _findings(text, {}):
            assert SECRET not in f"{found.place} {found.rule} {found.expected}"
            assert "example.org" not in f"{found.place} {found.rule} {found.expected}"
