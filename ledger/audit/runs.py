"""Neighbouring findings of one kind as one: a table rewritten from a row on is not a million."""

from collections.abc import Iterable, Iterator
from itertools import groupby
from typing import Any, Final

from ledger.audit.findings import Finding

_ALWAYS: Final = frozenset({
    "C2.leaf", "C4.entry", "C5.missing", "C5.time", "C5.backdated", "C5.postdated",
})  # fmt: skip
_LONG: Final = 32
"""From so many neighbours on any finding about rows is told as a range."""


def in_runs(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings with neighbours of one kind told as a range of positions."""
    placed: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        single = isinstance(finding.place.get("index"), int) and "until" not in finding.place
        (placed if single else others).append(finding)
    placed.sort(key=lambda one: (one.code, one.expected, one.found, one.place["index"]))
    for _, group in groupby(enumerate(placed), _kind):
        run = [one for _, one in group]
        long_enough = len(run) > 1 if run[0].code in _ALWAYS else len(run) >= _LONG
        others += [_range(run)] if long_enough else run
    return others


def _kind(numbered: tuple[int, Finding]) -> tuple[Any, ...]:
    number, one = numbered
    index = one.place["index"]
    assert isinstance(index, int), "those without were sorted out"
    return one.code, one.expected, one.found, index - number


def _range(run: list[Finding]) -> Finding:
    first, last = run[0], run[-1]
    until = last.place.get("position", last.place["index"])
    place = {name: first.place[name] for name in ("position", "index") if name in first.place}
    return Finding(
        first.code, first.severity, {**place, "until": until}, first.expected, first.found,
        first.interval,
    )  # fmt: skip


def joined(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Yield findings with ranges that meet, from part to part, as one."""
    held: dict[tuple[str, str, str], Finding] = {}
    for finding in findings:
        key = finding.code, finding.expected, finding.found
        before = held.get(key)
        if before is not None and before.place.get("until") == finding.place.get("index"):
            until = finding.place.get("until", finding.place.get("position", 0))
            held[key] = Finding(
                before.code, before.severity, {**before.place, "until": until}, before.expected,
                before.found, before.interval,
            )  # fmt: skip
            continue
        if before is not None:
            yield before
            del held[key]
        if "until" in finding.place and "index" in finding.place and finding.code in _ALWAYS:
            held[key] = finding
        else:
            yield finding
    yield from held.values()
