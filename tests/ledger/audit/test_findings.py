import json
from datetime import UTC, datetime

import pytest

from ledger.audit.findings import (
    Bound,
    Finding,
    Interval,
    Severity,
    finding_from_json,
    in_order,
)

FOUND = Finding(
    "C1.row",
    Severity.CRITICAL,
    {"position": 17, "index": 16},
    "the row that was logged",
    "another row",
    Interval(Bound(10, datetime(2026, 11, 1, tzinfo=UTC)), None),
)


def test_a_finding_is_read_back_as_it_was_written() -> None:
    assert finding_from_json(json.loads(json.dumps(FOUND.as_json()))) == FOUND


def test_a_place_names_nothing_that_could_be_a_persons() -> None:
    with pytest.raises(ValueError, match="citizen_number"):
        Finding("C1.row", Severity.ERROR, {"citizen_number": "001"}, "", "")


def test_findings_come_by_class_of_check_and_place() -> None:
    def at(code: str, position: int) -> Finding:
        return Finding(code, Severity.ERROR, {"position": position}, "", "")

    given = [at("C10.role", 1), at("C2.root", 5), at("C1.row", 100), at("C1.row", 20)]
    assert in_order(given) == [given[3], given[2], given[1], given[0]]
