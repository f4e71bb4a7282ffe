"""What it costs to look at a received visit: reading, form, rules, beside plain JSON reading."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import orjson

from benchmarks.table import Row, interleaved, ratio_of_minima
from ledger.clinical.fhir_bytes import parse
from ledger.clinical.fhir_forms import well_formed
from ledger.clinical.fhir_screen import is_in_order
from ledger.clinical.fhir_validation import Accepted, validate_visit
from tests_support.visit_samples import vietnamese_visits

AT = datetime(2026, 11, 1, tzinfo=UTC)
VISITS = 50
ROUNDS = 100
FORM_BAR = 0.7
"""Of reading the same bytes with json.loads. Source: the targets of the health reference."""
RULES_BAR = 1.2
"""The reference aims at a third; a look at each reference in Python costs more. See the decision
record of validation."""


def rows() -> Iterator[Row]:
    """Measure visits of about eight resources, and yield one row for each promise."""
    visits = [orjson.dumps(orjson.loads(data)) for data in vietnamese_visits(7, VISITS)]
    values = [parse(data) for data in visits]
    assert all(isinstance(validate_visit(data, at=AT), Accepted) for data in visits)
    pairs = list(zip(values, visits, strict=True))
    assert all(is_in_order(value, data, at=AT, known={}) for value, data in pairs)
    works: dict[str, Callable[[], object]] = {
        "json": lambda: [json.loads(data) for data in visits],
        "bytes": lambda: [parse(data) for data in visits],
        "form": lambda: [well_formed(value) for value in values],
        "rules": lambda: [is_in_order(value, data, at=AT, known={}) for value, data in pairs],
        "whole": lambda: [validate_visit(data, at=AT) for data in visits],
    }
    seconds = dict(zip(works, interleaved(*works.values(), rounds=ROUNDS), strict=True))
    floor = f"{_microseconds(seconds['json'])} json.loads"
    size = sum(map(len, visits)) // VISITS
    for name, what, bar in (
        ("bytes", "a visit's bytes read strictly (level 0)", None),
        ("form", "a visit's form by the strict schema (level 1)", FORM_BAR),
        ("rules", "a visit's rules (level 2)", RULES_BAR),
        ("whole", "a visit validated (levels 0 to 2)", None),
    ):
        ratio = ratio_of_minima(seconds[name], seconds["json"])
        figure = f"{_microseconds(seconds[name])} of {size} bytes"
        yield Row(what, figure, floor, ratio, bar, at_most=True)


def _microseconds(seconds: list[float]) -> str:
    return f"{min(seconds) / VISITS * 1e6:.0f} µs"
