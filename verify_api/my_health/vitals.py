"""Vital signs as series over time: one for each sign and unit, parts of a measurement together.

Numbers stay as they were sent in tables; a chart is drawn from what can be read as a number.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.clinical.book import Item
from ledger.clinical.entry import Entry, Part
from verify_api.charts import LineChart, Series, line_chart
from verify_api.my_health.sent_times import scale_words, sent_words
from verify_api.unit_words import unit_words

LEAST_POINTS = 2
MOST_POINTS = 60
"""The newest measurements of a chart; the table of the section has them all."""
MOST_LINES = 3
MOST_DAYS = 3
"""Below a line: so many have room in a window of 320 pixels, in either language."""
_GREATEST = 1e9
"""Nothing of a body is more, and what is no number is not less."""


@dataclass(frozen=True, slots=True)
class Sign:
    """One vital sign: its chart, if it can be drawn, and how exactly it is written."""

    id: str
    title: str
    unit: str
    """As people write it."""
    chart: LineChart | None
    decimals: int
    items: tuple[Item, ...]
    """Newest first."""


def signs(items: Iterable[Item], language: str) -> list[Sign]:
    """Return the signs among ``items``, in the order of their newest measurement.

    One unit is one sign, whether it was sent as its code or as people write it.
    """
    found: dict[tuple[str, str], list[Item]] = {}
    for item in items:
        unit = unit_words(_unit(item.entry), language)
        found.setdefault((_name(item.entry), unit), []).append(item)
    return [
        _sign(f"sign-{number}", unit, group, language)
        for number, ((_, unit), group) in enumerate(found.items(), 1)
    ]


def _sign(identifier: str, unit: str, group: list[Item], language: str) -> Sign:
    newest = group[0].entry
    dated = [item for item in reversed(group) if item.entry.at is not None][-MOST_POINTS:]
    lines = _lines(newest, dated)
    known = [value for line in lines for value in line.values if value is not None]
    drawable = bool(lines) and all(
        sum(value is not None for value in line.values) >= LEAST_POINTS for line in lines
    )
    chart = None
    if drawable and len(dated) >= LEAST_POINTS:
        labels = [_label(item, language) for item in dated]
        scale = [scale_words(_sent(item), language) for item in dated]
        chart = line_chart(labels, lines, from_nought=False, scale=scale, most=MOST_DAYS)
    return Sign(identifier, newest.text, unit, chart, _decimals(known), tuple(group))


def _lines(newest: Entry, dated: list[Item]) -> list[Series]:
    if not newest.parts:
        return [Series(newest.text, [_number(item.entry.value) for item in dated])]
    return [
        Series(part.text, [_part(item.entry, part) for item in dated])
        for part in newest.parts[:MOST_LINES]
    ]


def _part(entry: Entry, wanted: Part) -> float | None:
    return next((_number(one.value) for one in entry.parts if _same(one, wanted)), None)


def _same(one: Part, other: Part) -> bool:
    if one.codings and other.codings:
        return one.codings[0].code == other.codings[0].code
    return one.text == other.text


def _name(entry: Entry) -> str:
    return entry.codings[0].code if entry.codings else entry.text.casefold()


def _unit(entry: Entry) -> str:
    return entry.unit or next((part.unit for part in entry.parts if part.unit), "")


def _label(item: Item, language: str) -> str:
    return sent_words(_sent(item), language)


def _sent(item: Item) -> str:
    return (item.entry.start or item.entry.recorded)[:10]


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if abs(value) < _GREATEST else None


def _decimals(known: list[float]) -> int:
    return max((len(f"{value:g}".partition(".")[2]) for value in known), default=0)
