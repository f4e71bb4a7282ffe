"""What it costs to look at a received visit: reading, form, rules, beside plain JSON reading."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

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


def rows() -> Iterator[Row]:
    """Measure visits of about eight resources, and yield one row for each promise."""
    visits = [orjson.dumps(orjson.loads(data)) for data in vietnamese_visits(7, VISITS)]
    values = [parse(data) for data in visits]
    assert all(isinstance(validate_visit(data, at=AT), Accepted) for data in visits)
    pairs = list(zip(values, visits, strict=True))
    assert all(is_in_order(value, data, at=AT, known={}) for value, data in pairs)
    works: dict[str, Callable[[], object]] = {
        "json": lambda: _each(json.loads, visits),
        "bytes": lambda: _each(parse, visits),
        "form": lambda: _each(well_formed, values),
        "rules": lambda: _each(lambda pair: is_in_order(*pair, at=AT, known={}), pairs),
        "whole": lambda: _each(lambda data: validate_visit(data, at=AT), visits),
    }
    seconds = dict(zip(works, interleaved(*works.values(), rounds=ROUNDS), strict=True))
    floor = f"{_microseconds(seconds['json'])} json.loads"
    size = sum(map(len, visits)) // VISITS
    for name, what, bar in (
        ("bytes", "a visit's bytes read strictly (level 0)", None),
        ("form", "a visit's form by the strict schema (level 1)", FORM_BAR),
        ("rules", "a visit's rules (level 2)", None),
        ("whole", "a visit validated (levels 0 to 2)", None),
    ):
        ratio = ratio_of_minima(seconds[name], seconds["json"])
        figure = f"{_microseconds(seconds[name])} of {size} bytes"
        yield Row(what, figure, floor, ratio, bar, at_most=True)


def _each(work: Callable[[Any], object], items: list[Any]) -> None:
    """Do the work on each of the items, and let go of its result as a server does."""
    for item in items:
        work(item)


def _microseconds(seconds: list[float]) -> str:
    return f"{min(seconds) / VISITS * 1e6:.0f} µs"
